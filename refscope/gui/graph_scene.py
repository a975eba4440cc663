"""The items of one shown `Scene`: kept by key while the graph is edited, moved, dimmed, hidden.

One item per node, one for all edges, one for the column heads. Old items keep their identity, so
that selection, hover and animation survive an expansion.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtWidgets import QGraphicsScene

from refscope.gui.column_heads import ColumnHeads
from refscope.gui.edge_item import DIMMED, EdgeItem
from refscope.gui.graph_ink import Ink
from refscope.gui.node_item import NodeItem
from refscope.gui.node_words import Part, path_keys
from refscope.gui.theme import Theme
from refscope.present.scene import Box, NodeKind, Scene, VisibleEdge

MOVE_MS = 180
FADE_SHARE = 120 / MOVE_MS
"""New nodes appear within 120 ms while old ones move for 180."""

LIGHT_MS = 400
"""The lit path runs once from its root to the target, so that the eye follows it there."""

MAX_MOVING = 1000
"""Above that many nodes nothing is animated: each step draws the whole view anew."""

EMPTY = Scene((), (), {})


class GraphScene(QGraphicsScene):
    """Shows one `Scene` at a time."""

    settled = Signal()  # every node stands at its place

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.ink = Ink(theme)
        self.shown = EMPTY
        self.nodes: dict[str, NodeItem] = {}
        self.edges = EdgeItem(self.ink)
        self.heads = ColumnHeads(self.ink)
        self.addItem(self.edges)
        self.addItem(self.heads)
        self._hidden_kinds: frozenset[NodeKind] = frozenset()
        self._matches: frozenset[str] | None = None
        self._edges: list[VisibleEdge] = []
        self._starts: dict[str, QPointF] = {}
        self._fresh: set[str] = set()
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setDuration(MOVE_MS)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._move)
        self._animation.finished.connect(self._finish)
        self._lighting = QVariantAnimation(self)
        self._lighting.setStartValue(0.0)
        self._lighting.setEndValue(1.0)
        self._lighting.setDuration(LIGHT_MS)
        self._lighting.valueChanged.connect(self._light)

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self.ink = Ink(theme)
        for item in self.nodes.values():
            item.set_ink(self.ink)
        self.edges.set_ink(self.ink)
        self.heads.set_ink(self.ink)

    def show_scene(self, scene: Scene, *, animate: bool, light: bool = False) -> None:
        """Show another scene: items of known keys are kept. O(nodes + edges).

        animate: whether nodes glide to their places. light: whether a path that was not lit before lights
        up from its root to the target.
        """
        self._animation.stop()
        is_new_path = _lit(scene) != _lit(self.shown)
        old = {key: item.pos() for key, item in self.nodes.items()}
        self.shown = scene
        self._replace_items(scene)
        self._starts = {}
        if animate and old and len(scene.nodes) <= MAX_MOVING:
            self._starts = {
                key: old.get(key, item.pos())
                for key, item in self.nodes.items()
                if key not in old or old[key] != item.pos()
            }
        self._apply_filters()
        self.heads.set_columns(scene.columns, self._top())
        if self._starts:
            self._fresh = {key for key in self._starts if key not in old}
            self._move(0.0)
            self._animation.start()
        else:
            self._finish()
        if is_new_path:
            self._start_lighting(light and len(scene.nodes) <= MAX_MOVING and bool(_lit(scene)))

    def _start_lighting(self, is_seen: bool) -> None:
        self._lighting.stop()
        self._light(0.0 if is_seen else 1.0)
        if is_seen:
            self._lighting.start()

    def _light(self, share: object) -> None:
        """One step of the lighting: how much of the path is lit."""
        done = float(share)  # type: ignore[arg-type]  # the animation's values are floats
        self.edges.set_lit_share(done)
        path = path_keys(self.shown)
        for at, key in enumerate(path):
            if key in self.nodes:
                self.nodes[key].set_lit(done * max(1, len(path) - 1) >= at)

    def _replace_items(self, scene: Scene) -> None:
        wanted = {node.key for node in scene.nodes}
        for key in [key for key in self.nodes if key not in wanted]:
            self.removeItem(self.nodes.pop(key))
        for node in scene.nodes:
            box = scene.boxes[node.key]
            item = self.nodes.get(node.key)
            if item is None:
                item = self.nodes[node.key] = NodeItem(node, box, self.ink)
                self.addItem(item)
            else:
                item.set_node(node, box)
            item.setPos(box.x, box.y)

    def _top(self) -> float:
        return min((box.y for box in self.shown.boxes.values()), default=0.0)

    def _move(self, share: object) -> None:
        """One step of the animation: 0 where the nodes came from, 1 where they belong."""
        done = float(share)  # type: ignore[arg-type]  # the animation's values are floats
        for key, start in self._starts.items():
            item, box = self.nodes[key], self.shown.boxes[key]
            end = QPointF(box.x, box.y)
            item.setPos(start + (end - start) * done)
            if key in self._fresh:
                item.setOpacity(min(1.0, done / FADE_SHARE))
        self.route()

    def _finish(self) -> None:
        self._starts, self._fresh = {}, set()
        for key, item in self.nodes.items():
            box = self.shown.boxes[key]
            item.setPos(box.x, box.y)
        self._apply_matches()
        self.route()
        self.settled.emit()

    def stop_moving(self) -> None:
        """Bring every node to its place and all light on its path at once."""
        if self._lighting.state() != QVariantAnimation.State.Stopped:
            self._lighting.stop()
            self._light(1.0)
        if self._animation.state() != QVariantAnimation.State.Stopped:
            self._animation.stop()
            self._finish()

    def route(self) -> None:
        """Lay the edges anew between the places where the nodes are now."""
        boxes = {
            key: Box(item.x(), item.y(), item.width, item.height)
            for key, item in self.nodes.items()
            if item.isVisible()
        }
        taken = [item.occupied for item in self.nodes.values() if item.isVisible()]
        self.edges.set_edges(self._edges, boxes, taken)
        self._dim_edges()

    @property
    def content_rect(self) -> QRectF:
        """What is drawn, heads included; null while nothing is shown."""
        rect = QRectF()
        for item in self.nodes.values():
            if item.isVisible():
                rect = rect.united(item.occupied)
        return rect.united(self.heads.boundingRect()) if self.shown.columns else rect

    def node_at(self, point: QPointF, *, detailed: bool) -> tuple[str, Part] | None:
        """The node under a point and what of it; expanders reach beyond their node."""
        reach = QRectF(point.x() - 1, point.y() - 1, 2, 2)
        for item in self.items(reach, mode=_BY_BOUNDS):
            if isinstance(item, NodeItem) and item.isVisible():
                part = item.part_at(point - item.pos(), detailed)
                if part is not None:
                    return item.node.key, part
        return None

    def edges_of(self, key: str) -> list[int]:
        """Positions of the drawn edges that begin or end at a node."""
        return [
            at for at, curve in enumerate(self.edges.curves) if key in (curve.edge.source, curve.edge.target)
        ]

    def set_hidden_kinds(self, kinds: Iterable[NodeKind]) -> None:
        """Draw nodes of these kinds, and their edges, not at all."""
        self._hidden_kinds = frozenset(kinds)
        self._apply_filters()
        self.route()

    def set_matches(self, keys: Collection[str] | None) -> None:
        """Dim every node but these; None undims."""
        self._matches = None if keys is None else frozenset(keys)
        self._apply_matches()
        self._dim_edges()

    def _apply_filters(self) -> None:
        for item in self.nodes.values():
            item.setVisible(item.node.kind not in self._hidden_kinds)
        self._edges = [
            edge
            for edge in self.shown.edges
            if all(key in self.nodes and self.nodes[key].isVisible() for key in (edge.source, edge.target))
        ]

    def _apply_matches(self) -> None:
        for key, item in self.nodes.items():
            item.setOpacity(1.0 if self._matches is None or key in self._matches else DIMMED)

    def _dim_edges(self) -> None:
        if self._matches is None:
            self.edges.set_dimmed(frozenset())
            return
        self.edges.set_dimmed(
            frozenset(
                at
                for at, curve in enumerate(self.edges.curves)
                if curve.edge.source not in self._matches or curve.edge.target not in self._matches
            )
        )


def _lit(scene: Scene) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in scene.edges if edge.is_on_path]


_BY_BOUNDS = Qt.ItemSelectionMode.IntersectsItemBoundingRect
