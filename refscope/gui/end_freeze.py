"""The freeze at the end of a program: the program waits at its end, is frozen there, and is let go.

Asked for by *Run and freeze at the end*. What is left after a program's own at-exit functions is what
nobody put away.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from refscope.gui.state_values import Notice

if TYPE_CHECKING:
    from refscope.gui.session_controller import SessionController


class EndFreeze(QObject):
    """Lives as long as its session's controller; nothing else holds it."""

    _ending_seen = Signal()

    def __init__(self, controller: SessionController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._is_waiting = False  # the program waits at its end
        self._is_frozen_there = False
        self._ending_seen.connect(self._freeze, Qt.ConnectionType.QueuedConnection)
        controller.freeze_started.connect(self._note_start)
        controller.freeze_taken.connect(lambda _snapshot: self._go_on())
        controller.work_failed.connect(lambda _error, _what: self._go_on())
        controller.work_ended.connect(self._go_on)
        controller.session.add_ending_listener(_ending_teller(self))

    def _freeze(self) -> None:
        self._is_waiting = True
        self._controller.noticed.emit(Notice("The program is about to end", "It waits to be frozen."))
        self._controller.freeze()  # nothing happens while another freeze is in progress: that one goes first

    def _note_start(self, _letter: str, _time_s: float) -> None:
        self._is_frozen_there = self._is_waiting

    def _go_on(self) -> None:
        """A freeze was taken, failed or was withdrawn: let the program end, or take the one at its end."""
        if not self._is_waiting:
            return
        if self._is_frozen_there:
            self._is_waiting = False
            self._controller.session.let_end()
        else:
            self._ending_seen.emit()


def _ending_teller(there: EndFreeze) -> Callable[[], None]:
    """Tells the end from the channel's reader; weakly, so that a closed session can go."""
    found = weakref.ref(there)

    def tell() -> None:
        waiting = found()
        if waiting is not None:
            waiting._ending_seen.emit()

    return tell
