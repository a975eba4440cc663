"""The card over a graph that says that references are looked for: after 300 ms, with Cancel."""

from __future__ import annotations

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from refscope.gui.parts import Button, label, row
from refscope.gui.shadow import cast_shadow
from refscope.gui.states import SILENT_MS
from refscope.gui.theme import Theme

LOOKING = "Looking for references"
_BAR = 90


class BusyCard(QFrame):
    """At the top of its parent, in the middle. What is shown already stays as it is."""

    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setAccessibleName(LOOKING)
        bar = QProgressBar()
        bar.setProperty("thin", True)
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(_BAR)
        self.cancel = Button("Cancel", "", "link")
        self.cancel.clicked.connect(self.cancelled)
        self.setLayout(row(label(LOOKING, "small"), bar, self.cancel, spacing=12, margins=(14, 7, 10, 7)))
        self.above = QRect()
        """What it must not cover, in the parent's pixels: it opens below."""
        self._timer = QTimer(self, singleShot=True, interval=SILENT_MS)
        self._timer.timeout.connect(self._open)
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        """The shadow."""
        cast_shadow(self, theme)

    def set_busy(self, busy: bool) -> None:
        """Work has begun, or there is none any more; what is short shows nothing."""
        if not busy:
            self._timer.stop()
            self.hide()
        elif not self._timer.isActive() and self.isHidden():
            self._timer.start()

    def _open(self) -> None:
        parent = self.parentWidget()
        self.adjustSize()
        if parent is not None:
            self.move((parent.width() - self.width()) // 2, self.above.bottom() + 10)
        self.show()
        self.raise_()
