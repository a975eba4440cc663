"""The whole graph in small, with the part in view: shown where the content is larger than the view."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from refscope.gui.graph_view import GraphView
from refscope.gui.node_words import kind_token
from refscope.gui.theme import Theme

WIDTH, HEIGHT = 164, 84
MANY_NODES = 60
"""From that many nodes on the map helps even where all are in view."""

_PADDING = 7.0


class MiniMap(QWidget):
    """Draws the nodes of a view as small bars; a press or drag moves the view there."""

    moved_to = Signal(QPointF)  # scene coordinates

    def __init__(self, view: GraphView) -> None:
        super().__init__(view)
        self._view = view
        self._theme: Theme | None = None
        self.setFixedSize(WIDTH, HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Mini-map")
        self.setToolTip("Mini-map: press or drag to go there")
        self.moved_to.connect(view.center_on)
        self.hide()

    def set_compact(self, compact: bool) -> None:
        """Take less of a small view."""
        self.setFixedSize(*((116, 60) if compact else (WIDTH, HEIGHT)))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.update()

    @property
    def is_useful(self) -> bool:
        """Whether content is out of view, or there is much of it."""
        if len(self._view.graph.nodes) > MANY_NODES:
            return True
        content = self._view.graph.content_rect
        return bool(self._view.graph.nodes) and not self._view.seen_rect.adjusted(-1, -1, 1, 1).contains(
            content
        )

    def _world(self) -> QRectF:
        """What the map shows: content and the part in view, but not endless emptiness around."""
        content = self._view.graph.content_rect
        half = content.width() / 2, content.height() / 2
        near = content.adjusted(-half[0], -half[1], half[0], half[1])
        return content.united(self._view.seen_rect.intersected(near))

    def _scale(self, world: QRectF) -> float:
        across = (self.width() - 2 * _PADDING) / max(1.0, world.width())
        return min(across, (self.height() - 2 * _PADDING) / max(1.0, world.height()))

    def to_map(self, point: QPointF) -> QPointF:
        """Where a point of the scene is on the map."""
        world = self._world()
        return QPointF(self.rect().center()) + (point - world.center()) * self._scale(world)

    def to_scene(self, point: QPointF) -> QPointF:
        """The point of the scene at a place of the map."""
        world = self._world()
        return world.center() + (point - QPointF(self.rect().center())) / self._scale(world)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Bars in the colours of kinds, the lit path in its own, and the frame of what is in view."""
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("line"))
        painter.setBrush(theme.color("panel", 0.94))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        world = self._world()
        scale = self._scale(world)
        shift = QPointF(self.rect().center()) - world.center() * scale
        painter.setPen(Qt.PenStyle.NoPen)
        for item in self._view.graph.nodes.values():
            if item.isVisible():
                node, rect = item.node, item.rect
                color = theme.color("path") if node.is_on_path else theme.color(kind_token(node.kind), 0.65)
                bar = QRectF(rect.topLeft() * scale + shift, rect.size() * scale)
                painter.fillRect(bar.united(QRectF(bar.topLeft(), bar.topLeft() + QPointF(2, 1.5))), color)
        seen = self._view.seen_rect.intersected(world)
        frame = QRectF(seen.topLeft() * scale + shift, seen.size() * scale).adjusted(-1.5, -1.5, 1.5, 1.5)
        painter.setPen(theme.color("accent"))
        painter.setBrush(theme.color("accent", 0.08))
        painter.drawRoundedRect(frame, 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along while the button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        if not self._world().isNull():
            self.moved_to.emit(self.to_scene(event.position()))
