"""The graph as rows of text, one per reference, those of the lit path first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from refscope.gui.node_words import path_keys
from refscope.present.scene import Scene, VisibleEdge, VisibleNode
from refscope.text import format_bytes, format_count, safe

COLUMNS = ("Step", "Holder", "How", "Held", "Size", "Root")


@dataclass(frozen=True, slots=True)
class GraphRow:
    """One reference. `size_bytes` is what the held one retains, else its own size; None = unknown."""

    source: str  # key of the holder, "" for a node that nothing on screen holds or is held by
    target: str
    step: str
    holder: str
    how: str
    held: str
    size_bytes: int | None
    root: str

    def cells(self) -> tuple[str, ...]:
        """The texts of the columns."""
        size = "–" if self.size_bytes is None else format_bytes(self.size_bytes)
        return (self.step, self.holder or "–", self.how, self.held, size, self.root)


def rows_of(scene: Scene) -> list[GraphRow]:
    """All references: the lit path from the root down, then by distance from the target. O(nodes + edges)."""
    nodes = {node.key: node for node in scene.nodes}
    path = path_keys(scene)
    away = _distances(scene)
    lit = [edge for edge in scene.edges if edge.is_on_path]
    lit.sort(key=lambda edge: path.index(edge.target) if edge.target in path else len(path))
    rows = [_row(edge, nodes, f"path {number} of {len(lit)}") for number, edge in enumerate(lit, 1)]
    others = [edge for edge in scene.edges if not edge.is_on_path]
    far = len(scene.nodes) + 1
    others.sort(key=lambda edge: (abs(away.get(edge.target, far)), edge.target, edge.source))
    rows += [_row(edge, nodes, _step(away.get(edge.source), away.get(edge.target))) for edge in others]
    joined = {key for edge in scene.edges for key in (edge.source, edge.target)}
    for node in scene.nodes:
        if node.key not in joined:
            step = "target" if node.is_target else "–"
            rows.append(GraphRow("", node.key, step, "", "–", _title(node), _size(node), _root(node)))
    return rows


def _row(edge: VisibleEdge, nodes: dict[str, VisibleNode], step: str) -> GraphRow:
    holder, held = nodes[edge.source], nodes[edge.target]
    how = safe(edge.label) or edge.style.value
    if edge.count > 1:
        how += f" ×{format_count(edge.count)}"
    return GraphRow(
        edge.source, edge.target, step, _title(holder), how, _title(held), _size(held), _root(holder)
    )


def _title(node: VisibleNode) -> str:
    return f"{node.title}, target" if node.is_target else node.title


def _size(node: VisibleNode) -> int | None:
    return node.retained_bytes if node.retained_bytes is not None else node.size_bytes


def _root(node: VisibleNode) -> str:
    return node.kind.value if node.is_root else "no"


def _step(source: int | None, target: int | None) -> str:
    """How far from the target a reference is: holders count up to the left, held ones to the right."""
    if source is None:
        return "apart" if target is None else f"{1 - target} away"
    return f"held, {source + 1} away" if source >= 0 else f"{-source} away"


def _distances(scene: Scene) -> dict[str, int]:
    """Steps from the target: negative towards holders, positive towards what it holds."""
    target = next((node.key for node in scene.nodes if node.is_target), None)
    if target is None:
        return {}
    up: dict[str, list[str]] = defaultdict(list)
    down: dict[str, list[str]] = defaultdict(list)
    for edge in scene.edges:
        up[edge.target].append(edge.source)
        down[edge.source].append(edge.target)
    away = {target: 0}
    for sign, near in ((-1, up), (1, down)):
        frontier, step = [target], 0
        while frontier:
            step += 1
            following = []
            for key in frontier:
                for other in near[key]:
                    if other not in away:
                        away[other] = sign * step
                        following.append(other)
            frontier = following
    return away
