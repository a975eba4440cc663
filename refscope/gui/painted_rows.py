"""Rows of different heights painted as one widget, as high as they are: hover, current row, width.

What is in a row, and what a click or Enter does, is the subclass's. A widget for each label would take
longer to make than a click may.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from refscope.gui.theme import Theme


class Placed(Protocol):
    """Where a row is, in pixels from the top."""

    @property
    def top(self) -> float:
        """Its upper end."""

    @property
    def height(self) -> float:
        """With the space around its text."""


class PaintedRows(QWidget):
    """See the module. A subclass says `_placed_rows` and `_paint_row`."""

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._placed: Sequence[Placed] = ()
        self._current = self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _placed_rows(self, theme: Theme) -> Sequence[Placed]:
        """All rows, top down, each beginning where the one above it ends."""
        raise NotImplementedError

    def _paint_row(self, painter: QPainter, theme: Theme, at: int) -> None:
        """Draw the row at a position."""
        raise NotImplementedError

    def apply_theme(self, theme: Theme) -> None:
        """Take fonts and colours."""
        self._theme = theme
        self._arrange()

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._arrange()

    def _arrange(self) -> None:
        """Place the rows anew; nothing before there is a theme."""
        if self._theme is None:
            return
        self._placed = self._placed_rows(self._theme)
        last = self._placed[-1] if self._placed else None
        self.setFixedHeight(max(1, round(last.top + last.height)) if last is not None else 1)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Every row that is in view, and one more: what joins it to the row above is its own."""
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = event.rect()
        for at, row in enumerate(self._placed):
            if row.top + row.height >= area.top():
                self._paint_row(painter, self._theme, at)
            if row.top > area.bottom():
                break

    def _paint_ground(self, painter: QPainter, theme: Theme, top: float, height: float) -> None:
        """What lies below a row that is hovered or current."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover"))
        painter.drawRoundedRect(QRectF(-4, top, self.width() + 8, height), 4, 4)

    def row_at(self, y: float) -> int:
        """Position of the row at a height, -1 = none."""
        return next((at for at, row in enumerate(self._placed) if row.top <= y < row.top + row.height), -1)

    def leaveEvent(self, _event: QEvent) -> None:
        """Nothing is hovered."""
        self._hovered = -1
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the first row."""
        super().focusInEvent(event)
        if self._current < 0 and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._current = 0
        self.update()

    def _walk(self, key: int) -> None:
        """Up or down by one row."""
        step = 1 if key == Qt.Key.Key_Down else -1
        self._current = max(0, min(len(self._placed) - 1, self._current + step))
        self.update()
