"""What is selected and hovered in a graph: nodes, one reference, and the edges that light up for them.

A selection made by hand lights the edges of its nodes; one made elsewhere only rings them.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint

from refscope.gui.graph_camera import GraphCamera
from refscope.gui.graph_requests import GraphRequests
from refscope.gui.node_words import Part, accessible_name
from refscope.gui.theme import Theme
from refscope.present.scene import Scene

_EDGE_REACH = 6.0
"""Pixels from an edge within which a click still means it."""


class GraphSelection(GraphCamera):
    """A view of a graph in which something can be selected."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.requests = GraphRequests(self)
        self._selected: list[str] = []
        self._picked: tuple[str, str] | None = None
        self._is_by_hand = False
        self._hovered: str | None = None

    @property
    def shown(self) -> Scene:
        """The scene on screen."""
        return self.graph.shown

    @property
    def current_key(self) -> str | None:
        """The node that actions are about."""
        return self._selected[-1] if self._selected else None

    @property
    def selected_keys(self) -> list[str]:
        """All selected nodes, the current one last."""
        return list(self._selected)

    def select(self, key: str | None) -> None:
        """Select without a signal: the window follows a selection made elsewhere."""
        self._is_by_hand = False
        self._picked = None
        self._selected = [key] if key in self.graph.nodes and key is not None else []
        self.show_selection()

    def select_by_hand(self, keys: list[str]) -> None:
        """Select as a person did; the last key is the current one."""
        self._is_by_hand = True
        self._picked = None
        self._selected = keys
        self.show_selection()
        self.requests.node_selected.emit(keys[-1])

    def choose(self, key: str) -> None:
        """Select as if clicked, and bring it into view."""
        self.select_by_hand([key])
        self.ensureVisible(self.graph.nodes[key].occupied, 30, 30)
        self.view_moved()

    def select_edge(self, source: str, target: str) -> None:
        """Select an edge without a signal."""
        self._picked = (source, target)
        self._selected = []
        self.show_selection()

    def pick_edge(self, position: int) -> None:
        """Select an edge as a person did."""
        edge = self.graph.edges.curves[position].edge
        self.select_edge(edge.source, edge.target)
        self.requests.edge_selected.emit(edge.source, edge.target)

    def show_selection(self) -> None:
        """Ring what is selected, light its edges, and say it to a screen reader."""
        chosen = set(self._selected)
        for key, item in self.graph.nodes.items():
            if item.state.selected != (key in chosen):
                item.state.selected = key in chosen
                item.update()
        self._show_hot_edges()
        current = self.current_key
        if current is not None:
            self.setAccessibleDescription(accessible_name(self.shown, self.graph.nodes[current].node))

    def _show_hot_edges(self) -> None:
        hot = list(self.graph.edges_of(self._hovered)) if self._hovered else []
        if self._is_by_hand:
            for key in self._selected:
                hot += self.graph.edges_of(key)
        self.graph.edges.set_hot(hot)
        picked = None
        for at, curve in enumerate(self.graph.edges.curves):
            if (curve.edge.source, curve.edge.target) == self._picked:
                picked = at
        self.graph.edges.set_picked(picked)

    def place_of(self, key: str) -> tuple[float, float]:
        """Where a node stands now, in scene coordinates."""
        item = self.graph.nodes[key]
        return item.x(), item.y()

    def edge_under(self, point: QPoint) -> int | None:
        """Position of the edge under a point of the viewport."""
        return self.graph.edges.edge_at(self.to_scene(point), _EDGE_REACH / self.zoom)

    def set_hovered(self, key: str | None, part: Part | None) -> None:
        """The pointer is on that part of a node; None = on none."""
        if self._hovered is not None and self._hovered != key and self._hovered in self.graph.nodes:
            item = self.graph.nodes[self._hovered]
            item.state.hovered, item.state.hovered_part = False, None
            item.update()
        if key is not None:
            item = self.graph.nodes[key]
            if not item.state.hovered or item.state.hovered_part is not part:
                item.state.hovered, item.state.hovered_part = True, part
                item.update()
        if key != self._hovered:
            self._hovered = key
            self._show_hot_edges()

    def keep_selection(self) -> None:
        """Forget of the selection what is not shown any more, and show the rest."""
        self._selected = [key for key in self._selected if key in self.graph.nodes]
        ends = {(edge.source, edge.target) for edge in self.shown.edges}
        if self._picked not in ends:
            self._picked = None
        self.show_selection()
