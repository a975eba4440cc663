"""Buttons side by side, or below each other where they are wider together than the place they have."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

_GAP = 8


class ButtonRow(QWidget):
    """Shows widgets in the middle of its width; as narrow as the widest of them."""

    def __init__(self, buttons: Sequence[QWidget]) -> None:
        super().__init__()
        self._buttons = tuple(buttons)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_GAP)
        self._layout.addStretch(1)
        for button in buttons:
            self._layout.addWidget(button)
        self._layout.addStretch(1)

    @property
    def is_stacked(self) -> bool:
        """Whether they are below each other."""
        return self._layout.direction() == QBoxLayout.Direction.TopToBottom

    def minimumSizeHint(self) -> QSize:
        """Room for the widest, and for as many lines as they take now."""
        widest = max((button.sizeHint().width() for button in self._buttons), default=0)
        return QSize(widest, self._layout.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stack them where they do not fit."""
        super().resizeEvent(event)
        needed = sum(button.sizeHint().width() + _GAP for button in self._buttons) - _GAP
        stacked = needed > event.size().width()
        if stacked != self.is_stacked:
            way = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
            self._layout.setDirection(way)
            for button in self._buttons:
                middle = Qt.AlignmentFlag.AlignHCenter if stacked else Qt.AlignmentFlag(0)
                self._layout.setAlignment(button, middle)
            self.updateGeometry()
