"""One node of the graph: its shape, icon, two lines, badges and expanders, at three levels of detail.

The item only draws and answers what lies under a point; gestures are the view's. Coordinates are
the node's own: origin at the top left of its box.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from refscope.gui import icons, node_shapes
from refscope.gui.graph_ink import Ink, cosmetic, pen
from refscope.gui.node_words import Badge, Part, badges_of, is_group
from refscope.present.icons import icon_of
from refscope.present.node_size import ICON, icon_start, text_room, text_start
from refscope.present.scene import Box, NodeKind, VisibleNode
from refscope.present.text_width import TextRole, fit_phrases, fit_text
from refscope.text import format_count

DETAIL_ZOOM = 0.6
"""Below it second lines, badges and edge labels go."""

TITLE_ZOOM = 0.25
"""Below it titles go, and edges are straight."""

HIT = 24.0
"""Smallest side of what can be clicked, in pixels at zoom 1."""

_BADGE_HEIGHT = 17.0
_BADGE_TOP = -11.0
_EXPANDER_HEIGHT = 18.0
_PIN = 16.0
_MARGIN = 16.0
"""How far halo, ring, badges, cards and expanders reach beyond the box."""


@dataclass(slots=True)
class NodeState:
    """What the view knows about a node beyond its value."""

    selected: bool = False
    hovered: bool = False
    hovered_part: Part | None = None
    dimmed: bool = False
    lit: bool = True  # False while the light of its path has not come to it yet
    busy: Part | None = None  # the expander whose neighbours are being looked for


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the texts of a node stand, and the texts cut to their room."""

    title: str
    subtitle: str
    icon: QRectF
    text_x: float
    badges: tuple[tuple[Badge, QRectF], ...]
    referrers: QRectF | None
    referents: QRectF | None
    pin: QRectF | None
    hits: tuple[tuple[Part, QRectF], ...] = ()


class NodeItem(QGraphicsItem):
    """Draws one `VisibleNode`."""

    def __init__(self, node: VisibleNode, box: Box, ink: Ink) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        # Qt keeps a picture of each node as drawn: 1,000 nodes repaint in 6 ms instead of 17
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setZValue(1)
        self.state = NodeState()
        self._ink = ink
        self.set_node(node, box)

    def set_node(self, node: VisibleNode, box: Box) -> None:
        """Show another value with the same key; the place is set by the scene."""
        self.prepareGeometryChange()
        self.node = node
        self.width = box.width
        self.height = box.height
        self._shape = node_shapes.outline(node.kind, box.width, box.height)
        self._icon = icon_of(node)
        self._layout = _lay_out(node, box.width, box.height, self._ink)
        self.update()

    def set_lit(self, lit: bool) -> None:
        """Whether the light of its path has come to the node."""
        if lit != self.state.lit:
            self.state.lit = lit
            self.update()

    def set_ink(self, ink: Ink) -> None:
        """Draw with another theme from now on."""
        self._ink = ink
        self._layout = _lay_out(self.node, self.width, self.height, ink)
        self.update()

    @property
    def rect(self) -> QRectF:
        """The box in scene coordinates."""
        return QRectF(self.x(), self.y(), self.width, self.height)

    def boundingRect(self) -> QRectF:
        """The box with all that hangs on it."""
        return QRectF(-_MARGIN, -_MARGIN, self.width + 2 * _MARGIN, self.height + 2 * _MARGIN)

    def shape(self) -> QPainterPath:
        """The outline; badges and expanders answer through `part_at`."""
        return self._shape

    def part_at(self, point: QPointF, detailed: bool = True) -> Part | None:
        """What lies at a point of the item; without detail only the body can be hit."""
        if detailed:
            for part, rect in self._layout.hits:
                if rect.contains(point):
                    return part
        return Part.BODY if self._shape.contains(point) else None

    def part_rect(self, part: Part) -> QRectF | None:
        """Where a badge or expander can be hit, in item coordinates; None where the node has none."""
        if part is Part.BODY:
            return QRectF(0, 0, self.width, self.height)
        return next((rect for found, rect in self._layout.hits if found is part), None)

    @property
    def occupied(self) -> QRectF:
        """The box with its badges and expanders, in scene coordinates: no label may stand there."""
        rect = QRectF(0, 0, self.width, self.height)
        layout = self._layout
        for other in (layout.referrers, layout.referents, layout.pin, *(r for _, r in layout.badges)):
            if other is not None:
                rect = rect.united(other)
        if self.node.is_on_path:
            rect.adjust(-5, -5, 5, 5)
        return rect.translated(self.pos())

    @property
    def shown_title(self) -> str:
        """The title as drawn, cut to its room."""
        return self._layout.title

    @property
    def shown_subtitle(self) -> str:
        """The second line as drawn, cut to its room."""
        return self._layout.subtitle

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw at the level of detail that the zoom allows."""
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        if zoom < TITLE_ZOOM:
            self._paint_token(painter, zoom)
            return
        self._paint_body(painter, zoom)
        self._paint_text(painter, zoom)
        if zoom >= DETAIL_ZOOM:
            self._paint_marks(painter)

    def _paint_token(self, painter: QPainter, zoom: float) -> None:
        """Far away: the shape in its colour with a large icon."""
        node, ink = self.node, self._ink
        if self.state.selected:
            painter.setPen(cosmetic(ink.accent, 2.5))
        else:
            painter.setPen(cosmetic(ink.path, 1.6) if node.is_on_path else ink.far_pen[node.kind])
        painter.setBrush(ink.line[node.kind] if node.is_root else ink.fill[node.kind])
        painter.drawPath(self._shape)
        if zoom > 0.12:  # smaller than 4 px an icon is a smudge
            side = 32.0
            area = QRectF((self.width - side) / 2, (self.height - side) / 2, side, side)
            color = ink.on_cap if node.is_root else ink.line[node.kind]
            _draw_icon(painter, self._icon, color, area, zoom)

    def _paint_body(self, painter: QPainter, zoom: float) -> None:
        node, ink, kind = self.node, self._ink, self.node.kind
        if is_group(node):
            self._paint_cards(painter)
        if self._is_lit:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(ink.halo)
            painter.drawPath(self._shape)
        painter.setPen(self._outline_pen(zoom))
        painter.setBrush(ink.fill[kind])
        painter.drawPath(self._shape)
        if node.is_root:
            color = ink.path if self._is_lit else ink.line[kind]
            painter.fillPath(node_shapes.root_cap(kind, self.width, self.height), color)
            side = 15.0
            area = QRectF((node_shapes.CAP_WIDTH - side) / 2, (self.height - side) / 2, side, side)
            _draw_icon(painter, "anchor", ink.on_cap, area, zoom)
        self._paint_kind_marks(painter)
        if node.is_target:
            self._paint_inner_outline(painter)
        if self.state.selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(ink.ring)
            painter.drawPath(node_shapes.ring(kind, self.width, self.height, 5.0))

    @property
    def _is_lit(self) -> bool:
        return self.node.is_on_path and self.state.lit

    def _outline_pen(self, zoom: float) -> QPen:
        node, ink = self.node, self._ink
        if node.is_garbage:
            return ink.garbage
        if self._is_lit:
            return ink.path_pen
        if node.is_target:
            return ink.ring
        return ink.pen[node.kind] if zoom >= DETAIL_ZOOM else ink.far_pen[node.kind]

    def _paint_cards(self, painter: QPainter) -> None:
        ink, kind = self._ink, self.node.kind
        painter.setPen(ink.cards[kind])
        painter.setBrush(ink.fill[kind])
        for shift in (6.0, 3.0):
            painter.translate(shift, shift)
            painter.drawPath(self._shape)
            painter.translate(-shift, -shift)

    def _paint_kind_marks(self, painter: QPainter) -> None:
        ink, kind = self._ink, self.node.kind
        if kind is NodeKind.CONTAINER:
            painter.setPen(ink.cards[kind])
            x = self.width - 5.5
            painter.drawLine(QPointF(x, 6), QPointF(x, self.height - 6))
        elif kind is NodeKind.FRAME:
            painter.setPen(ink.path_pen if self.node.is_on_path else ink.pen[kind])
            painter.setBrush(ink.panel)
            painter.drawPath(node_shapes.fold(self.width))
        elif kind is NodeKind.NATIVE:
            painter.setPen(pen(ink.control, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(node_shapes.hatch(self.width, self.height))

    def _paint_inner_outline(self, painter: QPainter) -> None:
        ink, kind = self._ink, self.node.kind
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(ink.accent, 1.0))
        painter.drawPath(node_shapes.ring(kind, self.width, self.height, -3.5))

    def _paint_text(self, painter: QPainter, zoom: float) -> None:
        ink, layout = self._ink, self._layout
        detailed = zoom >= DETAIL_ZOOM
        color = ink.accent if self.node.is_target else ink.line[self.node.kind]
        if self.node.is_garbage:
            color = ink.garbage.color()
        _draw_icon(painter, self._icon, color, layout.icon, zoom)
        painter.setPen(ink.text)
        painter.setFont(ink.title_font)
        title_y = 19.5 if detailed and layout.subtitle else self.height / 2 + 4.5
        painter.drawText(QPointF(layout.text_x, title_y), layout.title)
        if detailed and layout.subtitle:
            painter.setPen(ink.text2)
            painter.setFont(ink.subtitle_font)
            painter.drawText(QPointF(layout.text_x, 35.0), layout.subtitle)

    def _paint_marks(self, painter: QPainter) -> None:
        ink, layout, state = self._ink, self._layout, self.state
        painter.setFont(ink.badge_font)
        for badge, rect in layout.badges:
            _draw_badge(painter, rect, badge, ink, state.hovered_part is badge.part)
        if layout.referrers is not None:
            self._paint_expander(painter, layout.referrers, Part.REFERRERS)
        if layout.referents is not None:
            self._paint_expander(painter, layout.referents, Part.REFERENTS)
        if layout.pin is not None:
            painter.setPen(pen(ink.control, 1.0))
            painter.setBrush(ink.panel)
            painter.drawEllipse(layout.pin)
            _draw_icon(painter, "pin", ink.text2, layout.pin.adjusted(3, 3, -3, -3), 1.0)

    def _paint_expander(self, painter: QPainter, rect: QRectF, part: Part) -> None:
        ink, node = self._ink, self.node
        hovered = self.state.hovered or self.state.hovered_part is part
        color = ink.accent if hovered else ink.text2
        painter.setPen(pen(ink.accent if hovered else ink.control, 1.3 if hovered else 1.0))
        painter.setBrush(ink.panel)
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        left = part is Part.REFERRERS
        text = format_count(node.hidden_referrers if left else node.hidden_referents)
        painter.setPen(color)
        painter.drawText(rect.adjusted(17 if left else 7, 0, 0, -0.5), Qt.AlignmentFlag.AlignVCenter, text)
        x = rect.left() + 11 if left else rect.right() - 11
        y, reach = rect.center().y(), (2.0 if left else -2.0)
        if self.state.busy is part:
            painter.drawArc(QRectF(x - 4, y - 4, 8, 8), 30 * 16, 270 * 16)
            return
        painter.setPen(QPen(color, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline([QPointF(x + reach, y - 4), QPointF(x - reach, y), QPointF(x + reach, y + 4)])


def _lay_out(node: VisibleNode, width: float, height: float, ink: Ink) -> _Layout:
    box = Box(0.0, 0.0, width, height)
    icon = QRectF(icon_start(node), (height - ICON) / 2, ICON, ICON)
    title = fit_text(node.title, text_room(node, box), TextRole.TITLE, ink.measure)
    below = text_room(node, box, is_title=False)
    subtitle = fit_phrases(node.subtitle, below, TextRole.SUBTITLE, ink.measure)
    badges = _place_badges(node, width, ink)
    pin = QRectF(width - _PIN + 4, height - _PIN + 8, _PIN, _PIN) if node.is_pinned else None
    referrers = referents = None
    if node.hidden_referrers:
        wide = ink.badge_metrics.horizontalAdvance(format_count(node.hidden_referrers)) + 25
        referrers = QRectF(8, height - 6, wide, _EXPANDER_HEIGHT)
    if node.hidden_referents:
        wide = ink.badge_metrics.horizontalAdvance(format_count(node.hidden_referents)) + 25
        end = width - 8 - (_PIN if node.is_pinned else 0)
        referents = QRectF(end - wide, height - 6, wide, _EXPANDER_HEIGHT)
    hits = [(badge.part, _hit_area(rect)) for badge, rect in badges]
    if referrers is not None:
        hits.insert(0, (Part.REFERRERS, _hit_area(referrers)))
    if referents is not None:
        hits.insert(0, (Part.REFERENTS, _hit_area(referents)))
    return _Layout(title, subtitle, icon, text_start(node), badges, referrers, referents, pin, tuple(hits))


def _place_badges(node: VisibleNode, width: float, ink: Ink) -> tuple[tuple[Badge, QRectF], ...]:
    placed: list[tuple[Badge, QRectF]] = []
    end = width + 3.0
    for badge in reversed(badges_of(node)):
        wide = max(22.0, ink.badge_metrics.horizontalAdvance(badge.text) + 13)
        placed.append((badge, QRectF(end - wide, _BADGE_TOP, wide, _BADGE_HEIGHT)))
        end -= wide + 3
    return tuple(reversed(placed))


def _hit_area(rect: QRectF) -> QRectF:
    """The rectangle grown to the size that a finger or a tired hand needs."""
    wide, high = max(0.0, HIT - rect.width()) / 2, max(0.0, HIT - rect.height()) / 2
    return rect.adjusted(-wide, -high, wide, high)


def _draw_badge(painter: QPainter, rect: QRectF, badge: Badge, ink: Ink, hovered: bool) -> None:
    color = ink.theme.color(badge.ink)
    painter.setPen(pen(ink.control if badge.ink == "text2" else color, 2.0 if hovered else 1.0))
    painter.setBrush(ink.theme.color(badge.ground))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.setPen(color)
    painter.drawText(rect.adjusted(0, 0, 0, -0.5), Qt.AlignmentFlag.AlignCenter, badge.text)


def _draw_icon(painter: QPainter, name: str, color: QColor, area: QRectF, zoom: float) -> None:
    """An icon from pixmaps kept per quarter step of zoom: drawing the vector anew costs twenty times more."""
    ratio = painter.device().devicePixelRatioF() if painter.device() is not None else 1.0
    step = max(1, round(zoom * ratio * 4)) / 4
    picture = _icon_pixmap(name, color.rgb(), round(area.width()), step)
    painter.drawPixmap(area, picture, QRectF(picture.rect()))


@lru_cache(maxsize=1024)
def _icon_pixmap(name: str, rgb: int, side: int, step: float) -> QPixmap:
    return icons.pixmap(name, QColor.fromRgb(rgb), side, step)
