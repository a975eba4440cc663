"""A tiny curve of a few counts over freezes, its last point marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from refscope.gui.theme import Theme
from refscope.text import format_count

SIZE = QSize(72, 26)
NARROWEST = 18
"""Pixels: beside long figures it gives way before they do."""


class Sparkline(QWidget):
    """Counts in the order of time."""

    def __init__(self, counts: Sequence[int], token: str) -> None:
        super().__init__()
        self._counts, self._token = tuple(counts), token
        self._theme = Theme.light()
        self.setFixedHeight(SIZE.height())
        self.setMinimumWidth(NARROWEST)
        self.setMaximumWidth(SIZE.width())
        words = ", ".join(format_count(count) for count in counts)
        self.setToolTip(f"Per freeze: {words}")
        self.setAccessibleName(f"Counts per freeze: {words}")

    def apply_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Its width where there is room."""
        return SIZE

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._theme.color(self._token)
        painter.setPen(QPen(colour, 1.5))
        points = points_of(self._counts, self.width() - 8, self.height() - 8)
        painter.translate(4, 4)
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(points[-1], 2.5, 2.5)
        painter.end()


def points_of(counts: Sequence[int], width: float, height: float) -> list[QPointF]:
    """Where the counts stand, the largest at the top, 0 at the bottom; what never changed in the middle."""
    top = max(*counts, 1) if min(counts) != max(counts) else max(2 * counts[0], 1)
    step = width / max(len(counts) - 1, 1)
    return [QPointF(n * step, height * (1 - count / top)) for n, count in enumerate(counts)]
