"""The graph on screen as a `networkx.DiGraph`: what layouts, exports and `Snapshot.graph()` work on.

networkx is loaded by the first graph: the window's start and most commands draw none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from refscope.present.scene import VisibleEdge, VisibleNode

if TYPE_CHECKING:
    import networkx as nx


class Shown(Protocol):
    """A scene or a visible graph."""

    @property
    def nodes(self) -> tuple[VisibleNode, ...]:
        """Nodes in drawing order."""

    @property
    def edges(self) -> tuple[VisibleEdge, ...]:
        """Edges in drawing order."""


def to_networkx(shown: Shown) -> nx.DiGraph:
    """Nodes by key, edges from holder to held, as shown.

    Node attributes: title, subtitle, kind, type_name, object_id (hexadecimal), size_bytes,
    retained_bytes, count, is_root, is_target, is_on_path, is_holder. Edge attributes: label, style,
    count, is_on_path. What is not known is left out, so that every file format can say it.
    """
    import networkx as nx

    graph = nx.DiGraph()
    for node in shown.nodes:
        graph.add_node(node.key, **_node_attributes(node))
    for edge in shown.edges:
        graph.add_edge(
            edge.source,
            edge.target,
            label=edge.label,
            style=edge.style.value,
            count=edge.count,
            is_on_path=edge.is_on_path,
        )
    return graph


def _node_attributes(node: VisibleNode) -> dict[str, str | int | bool]:
    attributes: dict[str, str | int | bool | None] = {
        "title": node.title,
        "subtitle": node.subtitle,
        "kind": node.kind.value,
        "type_name": node.type_name,
        "object_id": None if node.object_id is None else hex(node.object_id),
        "size_bytes": node.size_bytes,
        "retained_bytes": node.retained_bytes,
        "count": node.count,
        "is_root": node.is_root,
        "is_target": node.is_target,
        "is_on_path": node.is_on_path,
        "is_holder": node.is_holder,
    }
    return {name: value for name, value in attributes.items() if value is not None}
