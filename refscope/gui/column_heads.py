"""ROOTS, WHO HOLDS IT, TARGET, WHAT IT HOLDS: the heads over the columns of the graph."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from refscope.gui.graph_ink import Ink, cosmetic
from refscope.gui.node_item import TITLE_ZOOM
from refscope.present.scene import Column

RISE = 50.0
"""Pixels from the top of the heads to the first row of nodes, whose badges need room."""


class ColumnHeads(QGraphicsItem):
    """Draws the heads in one line above the content, each over a hairline."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(-1)
        self._ink = ink
        self._columns: Sequence[Column] = ()
        self._top = 0.0

    def set_ink(self, ink: Ink) -> None:
        """Draw with another theme from now on."""
        self._ink = ink
        self.update()

    def set_columns(self, columns: Sequence[Column], first_row: float) -> None:
        """Show these heads above nodes that begin at `first_row`."""
        self.prepareGeometryChange()
        self._columns = columns
        self._top = first_row - RISE
        self.update()

    def boundingRect(self) -> QRectF:
        """The line of heads; null without columns."""
        if not self._columns:
            return QRectF()
        left = min(column.x for column in self._columns)
        right = max(column.x + column.width for column in self._columns)
        return QRectF(left, self._top, right - left, 22)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw titles and hairlines."""
        if option.levelOfDetailFromTransform(painter.worldTransform()) < TITLE_ZOOM:
            return
        ink = self._ink
        painter.setFont(ink.badge_font)
        for column in self._columns:
            painter.setPen(ink.text3)
            painter.drawText(QPointF(column.x, self._top + 12), column.title)
            painter.setPen(cosmetic(ink.theme.color("line"), 1.0))
            y = self._top + 21
            painter.drawLine(QLineF(column.x, y, column.x + column.width, y))
