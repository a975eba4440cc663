"""The dotted ground behind the graph, and what is drawn over it: selection rectangle and focus frame."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from refscope.gui.theme import Theme

_STEP = 24.0
"""Pixels between the dots at zoom 1."""

_SMALLEST = 11
"""Pixels between dots below which they would be a grey veil."""


def paint_ground(painter: QPainter, area: QRect, origin: QPointF, zoom: float, theme: Theme) -> None:
    """Dots over `area` of the viewport that move with `origin`, where the scene's (0, 0) is drawn."""
    painter.fillRect(area, theme.color("sunken"))
    step = round(_STEP * zoom)
    while 0 < step < _SMALLEST:
        step *= 2
    tile = _tile(step, theme.color("line").rgb(), painter.device().devicePixelRatioF())
    shift = QPointF((area.x() - origin.x()) % step, (area.y() - origin.y()) % step)
    painter.drawTiledPixmap(QRectF(area), tile, shift)


def paint_band(painter: QPainter, band: QRect, theme: Theme) -> None:
    """The rectangle of a selection being drawn."""
    painter.setPen(theme.color("accent"))
    painter.setBrush(theme.color("accent", 0.12))
    painter.drawRect(band)


def paint_focus(painter: QPainter, area: QRect, theme: Theme) -> None:
    """A frame inside the viewport: the keyboard acts here."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = painter.pen()
    pen.setColor(theme.color("accent"))
    pen.setWidth(2)
    painter.setPen(pen)
    painter.drawRect(area.adjusted(1, 1, -1, -1))


@lru_cache(maxsize=64)
def _tile(step: int, rgb: int, ratio: float) -> QPixmap:
    tile = QPixmap(round(step * ratio), round(step * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromRgb(rgb))
    painter.drawEllipse(QPointF(step / 2, step / 2), 1.0, 1.0)
    painter.end()
    return tile
