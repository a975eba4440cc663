"""All edges of the graph in one item: an item per edge repaints six times slower.

Edges of one look are joined to a few paths, cut into tiles from top to bottom so that a window on
a large graph draws only what it shows. Courses and places of names are those of `present`, as in pictures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from refscope.gui.graph_ink import Ink, cosmetic, pen
from refscope.gui.node_item import DETAIL_ZOOM, TITLE_ZOOM
from refscope.present.edge_curves import STEPS, Curve, curves_of, sample
from refscope.present.edge_labels import PlacedLabel, place_labels
from refscope.present.scene import Box, EdgeStyle, VisibleEdge

DIMMED = 0.35
"""Opacity of what a search does not match."""

_TILE = 48
"""Edges joined to one path: fewer make more calls, more draw what nobody sees."""

_FINE_ZOOM = 0.9
"""Below it references are 1 px wide, which Qt draws three times as fast as 1.3 px."""

_FAR_OPACITY = 0.4
"""Of lines at a zoom at which titles are gone: hundreds side by side must not hide the nodes they join."""

_CROWD, _WEAK_OPACITY = 60, 0.55
"""Among so many edges weak ones, which keep nothing alive, step back until an end of theirs is selected."""

_HEAD = 9.0
_LIT_HEAD = 11.5


@dataclass(slots=True)
class _Batch:
    """Edges of one look, ready to draw."""

    bounds: QRectF
    curves: QPainterPath = field(default_factory=QPainterPath)
    heads: QPainterPath = field(default_factory=QPainterPath)
    lines: list[QLineF] = field(default_factory=list)


_Look = tuple[EdgeStyle, bool, bool]  # style, lit, dimmed


class EdgeItem(QGraphicsItem):
    """Draws every edge of the scene and tells which one lies under a point."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._ink = ink
        self._curves: list[Curve] = []
        self._labels: list[PlacedLabel] | None = []
        self._occupied: list[QRectF] = []
        self._batches: list[tuple[_Look, _Batch]] = []
        self._hot: list[int] = []
        self._lit_share = 1.0
        self._picked: int | None = None
        self._dimmed: Collection[int] = ()
        self._bounds = QRectF()
        self._points = np.zeros((0, 2, 2))
        self._owners = np.zeros(0, dtype=np.int64)

    def set_ink(self, ink: Ink) -> None:
        """Draw with another theme from now on."""
        self._ink = ink
        self._labels = None
        self.update()

    def set_edges(
        self,
        edges: Iterable[VisibleEdge],
        boxes: Mapping[str, Box],
        occupied: list[QRectF],
    ) -> None:
        """Curve and draw these edges; `occupied` are areas where no name may stand. O(edges)."""
        self.prepareGeometryChange()
        self._curves = curves_of(edges, boxes)
        self._occupied = occupied
        self._labels = None  # placed when a zoom first shows them
        self._hot, self._picked, self._dimmed = [], None, ()
        cubics = [cubic for curve in self._curves for cubic in curve.cubics]
        points = sample(cubics)
        self._points = np.stack([points[:, :-1], points[:, 1:]], axis=2).reshape(-1, 2, 2)
        counts = [len(curve.cubics) for curve in self._curves]
        self._owners = np.repeat(np.arange(len(self._curves)), np.asarray(counts, dtype=np.int64) * STEPS)
        self._bounds = _bounds_of(points).united(_united(occupied)).adjusted(-200, -40, 200, 40)
        self._rebuild()

    def set_dimmed(self, dimmed: Collection[int]) -> None:
        """Draw these edges (by position) faintly."""
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            self._rebuild()

    def set_hot(self, hot: Iterable[int]) -> None:
        """Draw these edges in the colour of selection."""
        wanted = sorted(hot)
        if wanted != self._hot:
            self._hot = wanted
            self.update()

    def set_lit_share(self, share: float) -> None:
        """Draw so much of the lit path, from its root on: 1 = all of it."""
        if share != self._lit_share:
            self._lit_share = share
            self.update()

    def set_picked(self, picked: int | None) -> None:
        """Draw this edge as the selected one."""
        if picked != self._picked:
            self._picked = picked
            self.update()

    @property
    def curves(self) -> list[Curve]:
        """The edges drawn and their courses."""
        return self._curves

    @property
    def labels(self) -> list[PlacedLabel]:
        """The names that found a place."""
        if self._labels is None:
            taken = [Box(rect.x(), rect.y(), rect.width(), rect.height()) for rect in self._occupied]
            self._labels = place_labels(self._curves, taken, self._ink.measure)
        return self._labels

    def edge_at(self, point: QPointF, reach: float) -> int | None:
        """Position of the edge within `reach` pixels of a point, or whose name lies there. O(edges)."""
        for label in self.labels:
            if rect_of(label).contains(point):
                return label.at
        if not len(self._points):
            return None
        at = np.array([point.x(), point.y()])
        start, way = self._points[:, 0], self._points[:, 1] - self._points[:, 0]
        length = np.maximum((way**2).sum(axis=1), 1e-9)
        share = np.clip(((at - start) * way).sum(axis=1) / length, 0.0, 1.0)
        distance = ((start + way * share[:, None] - at) ** 2).sum(axis=1)
        best = int(distance.argmin())
        return int(self._owners[best]) if distance[best] <= reach * reach else None

    def boundingRect(self) -> QRectF:
        """All curves and names."""
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the tiles in view, the lit path last, then the names."""
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        exposed = QRectF(option.exposedRect)
        for look, batch in self._batches:
            if batch.bounds.intersects(exposed):
                painter.setOpacity(DIMMED if look[2] else 1.0)
                self._paint_batch(painter, look, batch, zoom)
        painter.setOpacity(1.0)
        self._paint_hot(painter)
        if zoom >= DETAIL_ZOOM:
            self._paint_labels(painter, exposed)

    def _paint_batch(self, painter: QPainter, look: _Look, batch: _Batch, zoom: float) -> None:
        style, lit, _ = look
        color, pens = self._pens(style, lit)
        if lit and self._lit_share < 1.0 and zoom >= TITLE_ZOOM:
            self._paint_lighting(painter, pens)
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if zoom < TITLE_ZOOM:
            painter.setPen(cosmetic(color if lit else _faint(color, _FAR_OPACITY), 2.0 if lit else 1.0))
            painter.drawLines(batch.lines)
            return
        is_fine = zoom < _FINE_ZOOM and style is EdgeStyle.REFERENCE and self._ink.outline < 2
        if not lit and (zoom < DETAIL_ZOOM or is_fine):
            pens = [cosmetic(color, 1.0)]
        for each in pens:
            painter.setPen(each)
            painter.drawPath(batch.curves)
        if style is EdgeStyle.WEAK:
            painter.setPen(cosmetic(color, 1.3))
            painter.drawPath(batch.heads)
        else:
            painter.fillPath(batch.heads, QBrush(color))

    def _paint_lighting(self, painter: QPainter, pens: list[QPen]) -> None:
        """The lit path as far as it has come on its way from the root."""
        lit = [curve for curve in self._curves if curve.edge.is_on_path]
        lit.sort(key=lambda curve: curve.start[0])
        done = self._lit_share * len(lit)
        path = QPainterPath()
        for at, curve in enumerate(lit[: int(done) + 1]):
            points = curve.points()
            shown = points[: max(1, round(min(1.0, done - at) * len(points)))]
            path.addPolygon(QPolygonF([QPointF(*point) for point in shown]))
        for each in pens:
            painter.setPen(each)
            painter.drawPath(path)

    def _pens(self, style: EdgeStyle, lit: bool) -> tuple[QColor, list[QPen]]:
        ink = self._ink
        if lit:
            halo = QPen(ink.halo)
            halo.setCapStyle(Qt.PenCapStyle.FlatCap)
            return ink.path, [halo, QPen(ink.path, 3.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)]
        if style is EdgeStyle.GLOBALS:
            color = ink.theme.color("glob")
            return color, [_dashed(color, 2.0, [1.5, 1.2])]
        if style is EdgeStyle.UNSEEN:
            color = ink.theme.color("native")
            return color, [QPen(color, 4.2), QPen(ink.ground, 1.8)]
        if style is EdgeStyle.WEAK:
            color = _faint(ink.control, _WEAK_OPACITY) if len(self._curves) >= _CROWD else ink.control
            return color, [_dashed(color, 1.3, [5.0, 3.5])]
        return ink.control, [pen(ink.control, ink.outline)]

    def _paint_hot(self, painter: QPainter) -> None:
        if not self._hot and self._picked is None:
            return
        color = self._ink.accent
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at in {*self._hot, *([] if self._picked is None else [self._picked])}:
            curve = self._curves[at]
            lit = curve.edge.is_on_path
            if lit and at != self._picked:
                continue  # orange says more than blue
            line, head = _line_of(curve, lit), _head(curve, _HEAD)
            wide = pen(color, 3.0 if at == self._picked else 2.0)
            if curve.edge.style is EdgeStyle.WEAK:
                wide.setDashPattern([4.0, 2.5])
            painter.setPen(wide)
            painter.drawPath(line)
            painter.fillPath(head, QBrush(color))

    def _paint_labels(self, painter: QPainter, exposed: QRectF) -> None:
        ink = self._ink
        ground = QColor(ink.ground)
        ground.setAlphaF(0.88)
        hot = {*self._hot, self._picked}
        for label in self.labels:
            rect, is_lit = rect_of(label), label.curve.edge.is_on_path
            if not rect.intersects(exposed):
                continue
            painter.setOpacity(DIMMED if label.at in self._dimmed else 1.0)
            painter.fillRect(rect, ground)
            painter.setFont(ink.lit_label_font if is_lit else ink.label_font)
            if is_lit:
                painter.setPen(ink.path)
            else:
                painter.setPen(ink.accent if label.at in hot else ink.text2)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label.text)
        painter.setOpacity(1.0)

    def _rebuild(self) -> None:
        looks: dict[_Look, list[Curve]] = defaultdict(list)
        for at, curve in enumerate(self._curves):
            looks[curve.edge.style, curve.edge.is_on_path, at in self._dimmed].append(curve)
        self._batches = []
        for look in sorted(looks, key=lambda look: look[1]):  # lit ones last
            group = sorted(looks[look], key=lambda curve: curve.end[1])
            for first in range(0, len(group), _TILE):
                self._batches.append((look, _batch(group[first : first + _TILE], look)))
        self.update()


def rect_of(label: PlacedLabel) -> QRectF:
    """The ground that a name is drawn on."""
    box = label.box
    return QRectF(box.x - 2, box.y - 1, box.width + 4, box.height + 2)


def _batch(curves: list[Curve], look: _Look) -> _Batch:
    style, lit, _ = look
    batch = _Batch(
        _bounds_of(sample([c for curve in curves for c in curve.cubics])).adjusted(-12, -12, 12, 12)
    )
    for curve in curves:
        batch.curves.addPath(_line_of(curve, lit))
        if style is EdgeStyle.WEAK:
            batch.heads.addPath(_open_head(curve))
        else:
            batch.heads.addPath(_head(curve, _LIT_HEAD if lit else _HEAD))
        stops = [curve.start, *(cubic[3] for cubic in curve.cubics)]
        batch.lines += [QLineF(*one, *other) for one, other in pairwise(stops)]
    return batch


def _line_of(curve: Curve, lit: bool) -> QPainterPath:
    """The course, ending inside the arrow's head so that no blunt line end shows at its tip."""
    path = QPainterPath(QPointF(*curve.start))
    dx, dy = curve.direction
    short = (_LIT_HEAD if lit else _HEAD) * 0.7 if curve.edge.style is not EdgeStyle.WEAK else 0.0
    for cubic in curve.cubics[:-1]:
        path.cubicTo(*cubic[1], *cubic[2], *cubic[3])
    _, first, second, end = curve.cubics[-1]
    path.cubicTo(*first, *second, end[0] - dx * short, end[1] - dy * short)
    return path


def _head(curve: Curve, length: float) -> QPainterPath:
    (x, y), (dx, dy) = curve.end, curve.direction
    half = length * 0.46
    back = QPointF(x - dx * length, y - dy * length)
    side = QPointF(-dy * half, dx * half)
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y), back + side, back - side]))
    path.closeSubpath()
    return path


def _open_head(curve: Curve) -> QPainterPath:
    (x, y), (dx, dy) = curve.end, curve.direction
    back = QPointF(x - dx * 8, y - dy * 8)
    side = QPointF(-dy * 4.5, dx * 4.5)
    path = QPainterPath(back + side)
    path.lineTo(x, y)
    path.lineTo(back - side)
    return path


def _faint(color: QColor, opacity: float) -> QColor:
    made = QColor(color)
    made.setAlphaF(opacity)
    return made


def _dashed(color: QColor, width: float, dashes: list[float]) -> QPen:
    made = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    made.setDashPattern(dashes)
    return made


def _bounds_of(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> QRectF:
    if not points.size:
        return QRectF()
    flat = points.reshape(-1, 2)
    low, high = flat.min(axis=0), flat.max(axis=0)
    return QRectF(QPointF(*low.tolist()), QPointF(*high.tolist()))


def _united(rects: list[QRectF]) -> QRectF:
    result = QRectF()
    for rect in rects:
        result = result.united(rect)
    return result
