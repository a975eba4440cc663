"""Freezes that come by themselves, as the settings say: every so many seconds while a program runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from refscope.gui.preferences import AUTO_FREEZE
from refscope.gui.state_values import Notice

if TYPE_CHECKING:
    from refscope.gui.window_controller import WindowController

MOST_FREEZES = 10
"""In one run: each keeps a copy, which costs as much memory as the program changes after it."""


class AutoFreeze(QObject):
    """See the module."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._taken = 0
        self.clock = QTimer(self)
        self.clock.timeout.connect(self.turn)
        controller.settings.changed.connect(self._changed)

    def begin(self) -> None:
        """Another program runs: count its freezes anew."""
        self._taken = 0
        self._set_clock()

    def end(self) -> None:
        """No program runs any more."""
        self.clock.stop()

    def turn(self) -> None:
        """Freeze, unless a freeze is in progress or enough were taken."""
        session, window = self._controller.session, self._controller.window
        if session is None or not session.session.is_running:
            self.end()
        elif self._taken >= MOST_FREEZES:
            self.end()
            text = f"{MOST_FREEZES} were taken, and each keeps a copy. Freezing by hand goes on."
            window.tell(Notice("No more freezes by themselves", text))
        elif not window.facts.is_freezing:
            self._taken += 1
            session.freeze()

    def _changed(self, key: str) -> None:
        if key == AUTO_FREEZE.key:
            self._set_clock()

    def _set_clock(self) -> None:
        every_s, session = int(self._controller.settings.value(AUTO_FREEZE)), self._controller.session
        if every_s and session is not None and session.session.is_running:
            self.clock.start(every_s * 1000)
        else:
            self.end()
