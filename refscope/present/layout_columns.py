"""Which column each node stands in: 0 is the target, its holders are left of it, what it holds right.

Columns are hops from the target; the lit path takes one column a step; roots stand at the left end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx


def columns_of(
    graph: nx.DiGraph,
    target: str | None,
    path: Sequence[str] = (),
    roots: Collection[str] = (),
    beside: Mapping[str, tuple[str, int]] | None = None,
) -> dict[str, int]:
    """Column by node; negative = holders. O(nodes + edges).

    `path`: the lit path from the root down, ending at the target. `roots` share the leftmost column,
    where that costs no edge its direction. `beside`: groups by key, each with a node of the path and how
    many columns right of it the group belongs, whatever else it refers to.
    """
    if graph.number_of_nodes() == 0:
        return {}
    start: str = target if target is not None and target in graph else next(iter(graph))
    columns = {key: at - len(path) + 1 for at, key in enumerate(path) if key in graph}
    columns[start] = 0
    for key, (anchor, step) in (beside or {}).items():
        if key in graph and anchor in columns:
            columns.setdefault(key, columns[anchor] + step)
    _spread(columns, graph.pred, start, -1)
    _spread(columns, graph.succ, start, +1)
    _place_rest(columns, graph)
    _move_roots(columns, graph, roots)
    return columns


def _spread(columns: dict[str, int], near: nx.classes.coreviews.AdjacencyView, start: str, step: int) -> None:
    """Breadth first from the target, one column a hop; nodes that have a column keep it."""
    distances, waiting = {start: 0}, deque([start])
    while waiting:
        key = waiting.popleft()
        for other in near[key]:
            if other in distances:
                continue
            distances[other] = distances[key] + 1
            if other in columns and (columns[other] < 0) != (step < 0):
                continue  # a holder that is also held stays on the holders' side
            columns.setdefault(other, step * distances[other])
            waiting.append(other)


def _place_rest(columns: dict[str, int], graph: nx.DiGraph) -> None:
    """Whatever is connected some other way: one right of its holder, or one left of what it holds."""
    waiting = deque(columns)
    while waiting or len(columns) < graph.number_of_nodes():
        if not waiting:  # a part of its own
            lonely = next(key for key in graph if key not in columns)
            columns[lonely] = 0
            waiting.append(lonely)
        key = waiting.popleft()
        for others, step in ((graph.succ[key], 1), (graph.pred[key], -1)):
            for other in others:
                if other not in columns:
                    columns[other] = columns[key] + step
                    waiting.append(other)


def _move_roots(columns: dict[str, int], graph: nx.DiGraph, roots: Collection[str]) -> None:
    """Roots to the left end, but for those that a node right of it holds: that edge would turn round."""
    leftmost = min(columns.values())
    for key in roots:
        if columns.get(key, 0) < 0 and all(k in roots or columns[k] == leftmost for k in graph.pred[key]):
            columns[key] = leftmost
