"""How a statement on the copy is stopped: KeyboardInterrupt is raised where it runs, as Ctrl+C does.

Up to 3.12 a signal does it. 3.13 tells the state of the main thread of a signal, and in a fork made by
another thread that is gone: nothing would come of it but a write into freed memory. There a thread waits
for a byte of the image, and has the interpreter call us at the next line that the statement runs.
"""

from __future__ import annotations

import _signal
import _thread
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TAKES_SIGNALS = sys.version_info < (3, 13)
_read, _current_frames = os.read, sys._current_frames
_trace_all_threads: Any = getattr(sys, "_settraceallthreads", None)  # 3.12


class Interrupts:
    """Raises KeyboardInterrupt in statements; while a frame is sent it waits, elsewhere it is late."""

    def __init__(self) -> None:
        self.is_running = False
        self.is_sending = False
        self._is_waiting = False

    def __enter__(self) -> None:
        self._is_waiting = False
        self.is_running = True

    def __exit__(self, *_: object) -> None:
        self.is_running = False

    def take(self) -> None:
        """Called in the thread of the statements: raise, now or once what is sent is out."""
        if self.is_running and self.is_sending:
            self._is_waiting = True
        elif self.is_running:
            raise KeyboardInterrupt

    def settle(self) -> None:
        """A frame was sent: raise what came meanwhile."""
        self.is_sending = False
        if self._is_waiting:
            self._is_waiting = False
            raise KeyboardInterrupt


def by_signal() -> Any:
    """Interrupts that SIGINT brings."""
    found = Interrupts()

    def taken(_number: int, _frame: Any) -> None:
        found.take()

    _signal.signal(_signal.SIGINT, taken)
    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, [_signal.SIGINT])
    return found


def by_bytes(fd: int) -> Any:
    """Interrupts that bytes from a pipe bring, one each, for statements of the calling thread."""
    found = Interrupts()
    statements = _thread.get_ident()

    def traced(_frame: Any, _event: str, _value: Any) -> None:
        if _thread.get_ident() == statements:
            _trace_all_threads(None)
            found.take()

    def wait() -> None:
        try:
            while _read(fd, 1):
                if found.is_running:
                    _have_called(traced, _current_frames().get(statements))
        except OSError:
            return  # a statement closed it

    _thread.start_new_thread(wait, ())
    return found


def _have_called(traced: Any, frame: Any) -> None:
    """Let the interpreter call `traced` at the next line of these frames, or in the next one that begins."""
    while frame is not None:
        frame.f_trace = traced
        frame = frame.f_back
    _trace_all_threads(traced)
