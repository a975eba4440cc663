"""ROOTS, WHO HOLDS IT, TARGET, WHAT IT HOLDS: the heads over the columns of the graph.

An item of the scene while the head row is in view; once it is panned off the top, a strip at the upper
edge of the view shows the same heads over the same columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from refscope.gui.graph_ink import Ink, cosmetic
from refscope.gui.node_item import TITLE_ZOOM
from refscope.present.scene import Column

RISE = 50.0
"""Pixels from the top of the heads to the first row of nodes, whose badges need room."""

PINNED_HEIGHT = 30
"""Pixels of the strip at the upper edge of the view."""


class ColumnHeads(QGraphicsItem):
    """Draws the heads in one line above the content, each over a hairline."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(-1)
        self.ink = ink
        self.columns: Sequence[Column] = ()
        self._top = 0.0

    def set_ink(self, ink: Ink) -> None:
        """Draw with another theme from now on."""
        self.ink = ink
        self.update()

    def set_columns(self, columns: Sequence[Column], first_row: float) -> None:
        """Show these heads above nodes that begin at `first_row`."""
        self.prepareGeometryChange()
        self.columns = columns
        self._top = first_row - RISE
        self.update()

    def boundingRect(self) -> QRectF:
        """The line of heads; null without columns."""
        if not self.columns:
            return QRectF()
        left = min(column.x for column in self.columns)
        right = max(column.x + column.width for column in self.columns)
        return QRectF(left, self._top, right - left, 22)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw titles and hairlines."""
        if option.levelOfDetailFromTransform(painter.worldTransform()) < TITLE_ZOOM:
            return
        ink = self.ink
        painter.setFont(ink.badge_font)
        for column in self.columns:
            painter.setPen(ink.text3)
            painter.drawText(QPointF(column.x, self._top + 12), column.title)
            painter.setPen(cosmetic(ink.theme.color("line"), 1.0))
            y = self._top + 21
            painter.drawLine(QLineF(column.x, y, column.x + column.width, y))


class Panned(Protocol):
    """What the strip needs of a view."""

    @property
    def zoom(self) -> float:
        """1 = pixels of the layout."""

    def mapFromScene(self, point: QPointF) -> QPoint:
        """Where a point of the scene is on the viewport."""


class PinnedHeads(QWidget):
    """The strip. It takes no clicks: what lies below it is the graph."""

    def __init__(self, parent: QWidget, heads: ColumnHeads, view: Panned) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._heads = heads
        self._view = view
        self.hide()

    def follow(self, width: int) -> None:
        """Show or hide, after the view moved; `width` is that of the viewport."""
        rect = self._heads.boundingRect()
        is_above = not rect.isNull() and self._view.mapFromScene(rect.topLeft()).y() < 0
        is_drawn = is_above and self._view.zoom >= TITLE_ZOOM
        self.setVisible(is_drawn)
        if is_drawn:
            self.setGeometry(0, 0, width, PINNED_HEIGHT)
            self.update()

    @property
    def shown(self) -> list[tuple[str, float, float]]:
        """(title, left, right) of the heads whose columns are in view, in pixels of the strip.

        A title stays at the left edge of the view while its column passes below it.
        """
        found = []
        for column in self._heads.columns:
            left = float(self._view.mapFromScene(QPointF(column.x, 0)).x())
            right = float(self._view.mapFromScene(QPointF(column.x + column.width, 0)).x())
            if right > 0 and left < self.width():
                found.append((column.title, left, right))
        return found

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the heads on a ground of their own: those that were panned below it must not show twice."""
        ink, painter = self._heads.ink, QPainter(self)
        painter.fillRect(self.rect(), ink.theme.color("sunken"))
        painter.setFont(ink.badge_font)
        metrics = ink.badge_metrics
        for title, left, right in self.shown:
            x = min(max(left, 8.0), max(left, right - metrics.horizontalAdvance(title)))
            painter.setPen(ink.text3)
            painter.drawText(QPointF(x, 18), title)
            painter.setPen(cosmetic(ink.theme.color("line"), 1.0))
            painter.drawLine(QLineF(left, 26.5, right, 26.5))
