"""What a person does to the nodes of a graph, as named steps: expand, collapse, group, hide, pin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from refscope.gui.graph_places import GraphPaths
from refscope.present.graph_state import Limits
from refscope.present.hops import Side
from refscope.present.visible_graph import VisibleGraph


class Edited(Protocol):
    """What edits need of the graph's controller."""

    @property
    def graph(self) -> VisibleGraph | None:
        """What is shown."""

    @property
    def limits(self) -> Limits:
        """What an expansion may add."""

    def do(
        self,
        name: str,
        change: Callable[[VisibleGraph], VisibleGraph],
        *,
        beside: str | None = None,
        side: Side | None = None,
        goes_on: bool = False,
        paths: GraphPaths | None = None,
    ) -> None:
        """One named step of editing."""


class GraphEdits:
    """Keys are those of nodes as `GraphRequests` emits them."""

    def __init__(self, graph: Edited) -> None:
        self._graph = graph

    def expand(self, key: str, side: Side = Side.HOLDERS) -> None:
        """One more step."""
        self._graph.do("expand", lambda graph: graph.expand(key, side), beside=key, side=side)

    def expand_until_root(self, key: str) -> None:
        """The way to a root, at most as many steps as the limit says."""
        self._until_root(key, self._graph.limits)

    def go_on_until_root(self, key: str) -> None:
        """The same with as many steps again as are shown by now."""
        limits = self._graph.limits
        graph = self._graph.graph
        shown = len(graph.nodes) if graph is not None else 0
        self._until_root(key, replace(limits, depth=max(limits.depth, shown) + limits.depth))

    def _until_root(self, key: str, limits: Limits) -> None:
        def change(graph: VisibleGraph) -> VisibleGraph:
            return graph.with_limits(limits).expand_until_root(key).with_limits(graph.limits)

        self._graph.do("expand until root", change, beside=key, goes_on=True)

    def collapse(self, key: str) -> None:
        """Take away what that node expanded."""
        self._graph.do("collapse", lambda graph: graph.collapse(key))

    def show_more(self, key: str) -> None:
        """More of a group."""
        self._graph.do("show more", lambda graph: graph.show_more(key), beside=key)

    def show_member(self, key: str, member: str) -> None:
        """One row of what a group or a badge stands for as a node of its own."""
        self._graph.do("show a member", lambda graph: graph.show_listed(key, member), beside=key)

    def group(self, key: str) -> None:
        """Group what is alike, or take a group apart."""
        graph = self._graph.graph
        if graph is not None and graph.state.group(key) is not None:
            self._graph.do("ungroup", lambda graph: graph.ungroup(key), beside=key)
        else:
            self._graph.do("group", lambda graph: graph.group_alike(key))

    def hide(self, keys: list[str]) -> None:
        """Hide nodes."""

        def change(graph: VisibleGraph) -> VisibleGraph:
            for key in keys:
                graph = graph.hide(key)
            return graph

        self._graph.do("hide", change)

    def hide_type(self, type_name: str) -> None:
        """Hide all objects of a class."""
        self._graph.do(f"hide {type_name}", lambda graph: graph.hide_type(type_name))

    def hide_edges(self, label: str) -> None:
        """Hide all references that are labelled alike."""
        self._graph.do(f"hide {label}", lambda graph: graph.hide_label(label))

    def unhide_type(self, type_name: str) -> None:
        """Show a class again."""
        self._graph.do(f"show {type_name}", lambda graph: graph.unhide(type_name=type_name))

    def unhide_edges(self, label: str) -> None:
        """Show references of that name again."""
        self._graph.do(f"show {label}", lambda graph: graph.unhide(label=label))

    def unhide_objects(self) -> None:
        """Show the nodes again that were hidden one by one."""
        self._graph.do("show hidden nodes", lambda graph: graph.unhide_objects())

    def show_hidden(self) -> None:
        """Show everything that was hidden."""
        self._graph.do("show hidden", lambda graph: graph.unhide())

    def pin(self, key: str, x: float, y: float) -> None:
        """Pin a node where it was dropped."""
        self._graph.do("move", lambda graph: graph.move(key, x, y))

    def unpin(self, key: str) -> None:
        """Let a node move again."""
        self._graph.do("unpin", lambda graph: graph.unpin(key))
