"""Makes descriptor 0 the controlling terminal, then becomes the program that its arguments name.

Run by path as `python -I -S terminal_exec.py PROGRAM ARGUMENT…` in a new session. A separate
program, because the host has threads, and Python code between fork and exec may hang there.
"""

import fcntl
import os
import signal
import sys
import termios


def main() -> None:
    """Replace this process; the program keeps its process id, descriptors and environment."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)  # ignored by this interpreter, and exec would pass that on
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
