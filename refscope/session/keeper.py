"""Keeps the streams of a program that is left running: its terminal stays, its output is read and dropped.

Run by path as `python -I -S keeper.py DESCRIPTOR…`, with the host's ends of the streams. Without it a
program whose host ends is hung up by its terminal, or ends at the first line it prints. It goes when the
last stream that can be read has ended.
"""

import os
import selectors
import sys

READ_SIZE = 1 << 16  # what a pipe holds


def main() -> None:
    """Read until everything that can be read has ended."""
    with selectors.DefaultSelector() as selector:
        for descriptor in map(int, sys.argv[1:]):
            selector.register(descriptor, selectors.EVENT_READ)
        while selector.get_map():
            for key, _events in selector.select():
                if not _read(key.fd):
                    selector.unregister(key.fd)


def _read(descriptor: int) -> bool:
    """Drop what there is; False at the end of a stream, and for the writing end of a pipe without reader."""
    try:
        return bool(os.read(descriptor, READ_SIZE))
    except BlockingIOError:
        return True  # the descriptors do not wait: another reader was quicker
    except OSError:
        return False


if __name__ == "__main__":
    main()
