"""The guide of one window: open for who is new, closed from the start for who has hunted often enough.

A hunt is complete when suspects of two freezes were found; it counts once in a session. After
`ENOUGH_HUNTS` the preference is switched off, once: who switches it on again keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refscope.gui.preferences import GUIDE

if TYPE_CHECKING:
    from refscope.gui.analysing import Analysis
    from refscope.gui.main_window import MainWindow
    from refscope.gui.session_controller import SessionController

ENOUGH_HUNTS = 3
_COUNT = "guide_hunts"


class Guide:
    """See the module."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._is_counted = False

    def begin(self, session: SessionController) -> None:
        """Another program runs: the strip is as the person wants it, whatever was closed before."""
        self._is_counted = False
        self._window.set_guide_open(self._window.settings.guide_is_shown)
        session.analysed.connect(self._note)

    def _note(self, analysis: Analysis) -> None:
        if analysis.since is None or self._is_counted:
            return
        self._is_counted = True  # what is found later is the same hunt
        settings = self._window.settings
        before = settings.text_of(_COUNT)
        hunts = (int(before) if before.isdecimal() else 0) + 1
        settings.remember_text(_COUNT, str(hunts))
        if hunts == ENOUGH_HUNTS:
            settings.choose(GUIDE, False)
