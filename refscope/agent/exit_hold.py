"""The end of a program held until the host has looked, where it asked for that at the launch.

The main thread says so and waits in one C call; the agent's thread goes on answering. Whoever sees the
end of the channel lets go, so that a host that is gone holds nothing.
"""

from __future__ import annotations

import _thread

from . import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LIMIT_S = 600.0  # a host that says nothing for so long will not look any more; a heap takes 10 s
_allocate_lock = _thread.allocate_lock


class ExitHold:
    """One program's end. `held_by`: the code of our outermost function on the main thread meanwhile."""

    def __init__(self) -> None:
        self.held_by: Any = None
        self._may_end = _allocate_lock()  # held until the host has seen enough
        self._may_end.acquire()
        self._exiting = b"".join(wire.encode("exiting", None, {}))

    def hold(self, send: Any, caller: Any) -> None:
        """On the main thread: say that the program ends, and wait. caller: the code that calls this.

        Runs nothing of the program. What was let go before does not wait.
        """
        self.held_by = caller
        try:
            if self._may_end.locked():
                send(self._exiting)
                self._may_end.acquire(True, LIMIT_S)
        finally:
            self.held_by = None

    def let_go(self) -> None:
        """Let the program end, now or when it gets there. On the agent's thread."""
        if self._may_end.locked():
            self._may_end.release()

    def leave_out(self, frames: Any, main_ident: int) -> None:
        """Take our functions off the main thread's frames; what called them, if anything, is its own."""
        frame = frames.get(main_ident)
        while frame is not None and self.held_by is not None:
            if frame.f_code is self.held_by:
                del frames[main_ident]
                if frame.f_back is not None:
                    frames[main_ident] = frame.f_back
                return
            frame = frame.f_back
