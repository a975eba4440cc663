"""Place and zoom of the graph's view: fit, zoom at a point, pan, bring nodes into view.

The scene's rectangle is kept a viewport larger than the content on each side, so that every node
can be panned anywhere and nothing jumps when the content grows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPixmapCache, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsView

from refscope.gui import graph_walk
from refscope.gui.graph_scene import GraphScene
from refscope.gui.node_item import DETAIL_ZOOM
from refscope.gui.node_words import Part, path_keys
from refscope.gui.theme import Theme

MIN_ZOOM = 0.1
MAX_ZOOM = 4.0
READABLE_ZOOM = 0.8
"""A new graph opens no smaller than this, so that second lines and labels show; the rest is panned."""

WHOLE_ZOOM = 0.88
"""A new graph is shown whole down to here; below it, its lit path."""

PATH_ZOOM = 0.8
"""The lit path is shown whole down to here; below it, from its holder to its target."""

HOLDER_ZOOM = 0.7
"""That part is shown whole down to here. What is longer cannot be read at once: it opens readable, at its
target."""

_MARGIN = 16.0
_LOW, _LOW_MARGIN = 260, 8.0
"""In a view no higher than this, so much stays free above and below what is fitted."""

_CACHE_KIB = 96 * 1024
"""For the pictures of nodes in view: a screen full of them at twice the pixels."""


class GraphCamera(QGraphicsView):
    """A view that knows where it looks; gestures and requests are `GraphView`'s."""

    moved = Signal()  # another part is in view, or another zoom

    def __init__(self, theme: Theme) -> None:
        self.graph = GraphScene(theme)
        super().__init__(self.graph)
        self._size = QSize()
        self._fitted: Callable[[], None] | None = None  # how it chose what it shows; None = a person did
        self.bottom_inset = 0
        """Pixels at the foot of the view that something else covers."""
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), _CACHE_KIB))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def zoom(self) -> float:
        """1 = pixels of the layout."""
        return self.transform().m11()

    @property
    def is_detailed(self) -> bool:
        """Whether badges and expanders are drawn at this zoom."""
        return self.zoom >= DETAIL_ZOOM

    @property
    def seen_rect(self) -> QRectF:
        """The part of the scene that is in view."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def to_scene(self, point: QPoint) -> QPointF:
        """Scene coordinates of a point of the viewport."""
        return self.mapToScene(point)

    def point_of(self, key: str, part: Part = Part.BODY) -> QPoint:
        """Where a node or its badge is on the viewport. Raises KeyError where there is none."""
        item = self.graph.nodes[key]
        rect = item.part_rect(part)
        if rect is None:
            raise KeyError(part)
        return self.mapFromScene(item.pos() + rect.center())

    def set_zoom(self, zoom: float) -> None:
        """Zoom at the middle to a factor within the limits."""
        self.zoom_by(zoom / self.zoom)

    def zoom_by(self, factor: float, around: QPoint | None = None) -> None:
        """Zoom, with this point of the viewport (or its middle) in place."""
        self._fitted = None
        wanted = min(MAX_ZOOM, max(MIN_ZOOM, self.zoom * factor))
        around = around if around is not None else self.viewport().rect().center()
        fixed = self.mapToScene(around)
        self.resetTransform()
        self.scale(wanted, wanted)
        self.grow_scene_rect()
        self.pan(around - self.mapFromScene(fixed))

    def pan(self, by: QPoint) -> None:
        """Move what is drawn by pixels."""
        self._fitted = None
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - by.x())
        down.setValue(down.value() - by.y())
        self.view_moved()

    def fit(self) -> None:
        """Show everything, at most at zoom 1; so it stays when the size changes, until a person moves it."""
        self._fit_rect(self.graph.content_rect, MIN_ZOOM)
        self._fitted = self.fit

    def fit_opening(self) -> None:
        """Show everything if it reads well then, else the lit path, else its part below the holder; so it
        stays when the size changes, until a person moves it or the graph changes."""
        self._open()
        self._fitted = self.fit_opening

    def _open(self) -> None:
        rect = self.graph.content_rect
        core = self._rect_of(graph_walk.path_from_holder(self.graph.shown))
        whole = self._zoom_for(rect)
        path = self._rect_of(path_keys(self.graph.shown))
        if rect.isNull() or core.isNull() or whole >= (PATH_ZOOM if path.isNull() else WHOLE_ZOOM):
            self._fit_rect(rect, READABLE_ZOOM if not core.isNull() else MIN_ZOOM)
            return
        if not path.isNull() and self._zoom_across(path) >= PATH_ZOOM:
            core = path
        across = self._zoom_across(core)
        zoom = max(whole, across if across >= HOLDER_ZOOM else READABLE_ZOOM)
        self._look_at(zoom, rect.center())
        seen, margin = self.seen_rect, _MARGIN / zoom
        low, high = core.left() - margin, core.right() + margin
        x = _start_of(seen.width(), low, high, rect.left() - margin, rect.right() + margin)
        x = self._cutting_none(x, margin)
        bottom = self.bottom_inset / zoom
        y = _start_of(seen.height() - bottom, core.top(), core.bottom(), rect.top(), rect.bottom())
        self.centerOn(x + seen.width() / 2, y + seen.height() / 2)
        self.view_moved()

    def stay(self) -> None:
        """What is in view was not chosen to fit any more."""
        self._fitted = None

    def _cutting_none(self, x: float, margin: float) -> float:
        """A left edge of the view that cuts no node of the lit path: that, or right of the one it cuts."""
        path = [self.graph.nodes[key].occupied for key in path_keys(self.graph.shown)]
        if not any(node.left() - margin / 2 < x < node.right() for node in path):
            return x  # half the margin: where the path fits to the pixel, x is that but for rounding
        return min((node.left() - margin for node in path[:-1] if node.left() - margin >= x), default=x)

    def _rect_of(self, keys: Collection[str]) -> QRectF:
        rect = QRectF()
        for key in keys:
            rect = rect.united(self.graph.nodes[key].occupied)
        return rect

    def _lift(self, zoom: float) -> float:
        """How far the middle of the uncovered part is above the middle of the view, in the scene."""
        return self.bottom_inset / 2 / zoom

    def center_on(self, point: QPointF) -> None:
        """Bring a point of the scene to the middle."""
        self._fitted = None
        self.centerOn(point)
        self.view_moved()

    def _zoom_across(self, rect: QRectF) -> float:
        return min(1.0, (self.viewport().width() - 2 * _MARGIN) / max(1.0, rect.width()))

    def _zoom_for(self, rect: QRectF) -> float:
        area = self.viewport().size()
        across = (area.width() - 2 * _MARGIN) / max(1.0, rect.width())
        margin = _LOW_MARGIN if area.height() <= _LOW else _MARGIN
        down = (area.height() - self.bottom_inset - 2 * margin) / max(1.0, rect.height())
        return min(1.0, across, down)

    def _fit_rect(self, rect: QRectF, at_least: float) -> None:
        if rect.isNull():
            return
        zoom = max(at_least, self._zoom_for(rect))
        self._look_at(zoom, rect.center() + QPointF(0, self._lift(zoom)))
        self.view_moved()

    def _look_at(self, zoom: float, middle: QPointF) -> None:
        self.resetTransform()
        self.scale(zoom, zoom)
        self.grow_scene_rect()
        self.centerOn(middle)

    def grow_scene_rect(self) -> None:
        """Let every node be panned to every place of the viewport, and let nothing jump for it."""
        area = self.viewport().size() / self.zoom
        rect = self.graph.content_rect.adjusted(-area.width(), -area.height(), area.width(), area.height())
        middle = self.seen_rect.center()
        self.setSceneRect(rect.united(self.seen_rect))
        if self.seen_rect.center() != middle:
            self.centerOn(middle)

    def reveal(self, keys: Collection[str], current: str | None) -> None:
        """Pan by as little as shows these nodes and the current one."""
        self._fitted = None
        rect = QRectF()
        for key in keys:
            box = self.graph.shown.boxes[key]
            rect = rect.united(QRectF(box.x, box.y, box.width, box.height))
        self.ensureVisible(rect, 30, 30)
        if current is not None:
            self.ensureVisible(self.graph.nodes[current].rect, 30, 30)
        self.view_moved()

    def view_moved(self) -> None:
        """Say that another part is in view."""
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what was chosen to fit; what a person chose keeps its middle."""
        before, self._size = self._size, event.size()  # Qt tells no old size of what was hidden meanwhile
        middle = self.mapToScene(QRect(QPoint(), before).center())
        super().resizeEvent(event)
        if self._fitted is not None and self.graph.shown.nodes:
            if self._zoom_for(self.graph.content_rect) >= HOLDER_ZOOM:
                self._fitted()
            else:  # too small to be read whole
                self.fit_opening()
        elif before.isValid() and self.graph.shown.nodes:
            self.grow_scene_rect()
            self.pan(self.viewport().rect().center() - self.mapFromScene(middle))


def _start_of(room: float, low: float, high: float, first: float, last: float) -> float:
    """Where a stretch of length `room` begins that shows low … high, and as much of first … last as fits,
    in its middle where all of that fits. Where low … high does not fit, its end is shown."""
    if last - first <= room:
        return (first + last - room) / 2
    if high - low >= room:
        return high - room
    middle = (low + high - room) / 2
    return min(max(min(max(middle, first), last - room), high - room), low)
