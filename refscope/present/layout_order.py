"""The order of nodes within their columns that lets few edges cross.

Barycentres swept left and right, then swaps of neighbours, from several first orders; the best is
kept. Edges over several columns pass through a placeholder in each column between, so that no edge
runs behind a node. Deterministic: the same graph gives the same order.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Layers = list[list[int]]
"""Node numbers by column, top to bottom."""

_SWEEPS = 6
_MOST_PLACEHOLDERS = 3_000
_SWAPPED = 400  # nodes up to which neighbours are swapped one by one
LIT_WEIGHT = 8
"""What a crossing with the lit path costs, in other crossings."""


@dataclass(slots=True)
class Layered:
    """A graph in columns of numbers. `left[i]`, `right[i]`: (neighbour, weight) in the next column."""

    layers: Layers
    left: list[list[tuple[int, int]]]
    right: list[list[tuple[int, int]]]
    keys: list[str | None]  # None = placeholder
    lit: frozenset[int] = frozenset()


def layered(
    columns: Mapping[str, int], edges: Iterable[tuple[str, str]], lit: Iterable[tuple[str, str]] = ()
) -> Layered:
    """Numbers, columns and placeholders for a graph. Edges within one column take no part."""
    keys: list[str | None] = list(columns)
    first = min(columns.values(), default=0)
    width = max(columns.values(), default=0) - first + 1
    layers: Layers = [[] for _ in range(width)]
    number = {}
    for at, key in enumerate(columns):
        number[key] = at
        layers[columns[key] - first].append(at)
    lit_edges, placeholders = set(lit), 0
    on_path = frozenset(number[key] for ends in lit_edges for key in ends)
    graph = Layered(layers, [[] for _ in keys], [[] for _ in keys], keys, on_path)
    for source, target in dict.fromkeys(edges):
        here, there = columns[source] - first, columns[target] - first
        if here == there:
            continue
        span = range(here + 1, there) if here < there else range(here - 1, there, -1)
        weight = LIT_WEIGHT if (source, target) in lit_edges else 1
        if placeholders + len(span) > _MOST_PLACEHOLDERS:
            continue
        placeholders += len(span)
        way = [number[source]]
        for layer in span:
            way.append(_placeholder(graph, layer))
        if weight == LIT_WEIGHT:  # no node stands in the way of the lit line, where its column has none
            graph.lit |= {each for each, at in zip(way[1:], span, strict=True) if not _has_lit(graph, at)}
        way.append(number[target])
        for a, b in itertools.pairwise(way):
            left, right = (a, b) if here < there else (b, a)
            graph.right[left].append((right, weight))
            graph.left[right].append((left, weight))
    return graph


def _has_lit(graph: Layered, layer: int) -> bool:
    return any(node in graph.lit for node in graph.layers[layer])


def _placeholder(graph: Layered, layer: int) -> int:
    graph.keys.append(None)
    graph.left.append([])
    graph.right.append([])
    graph.layers[layer].append(len(graph.keys) - 1)
    return len(graph.keys) - 1


def crossings(layers: Sequence[Sequence[int]], right: Sequence[Sequence[tuple[int, int]]]) -> int:
    """Weighted crossings between neighbouring columns. O(edges · log nodes)."""
    return sum(_between(a, b, right) for a, b in itertools.pairwise(layers))


def _between(here: Sequence[int], there: Sequence[int], right: Sequence[Sequence[tuple[int, int]]]) -> int:
    """Pairs of edges in inverted order, counted with a Fenwick tree over the right column."""
    position = {node: at for at, node in enumerate(there)}
    size = len(there)
    tree, total, count = [0] * (size + 1), 0, 0
    for node in here:
        ends = sorted((position[other], weight) for other, weight in right[node] if other in position)
        for end, weight in ends:  # edges that ended below this one before
            at, above = end + 1, 0
            while at > 0:
                above += tree[at]
                at -= at & -at
            count += weight * (total - above)
        for end, weight in ends:
            total += weight
            at = end + 1
            while at <= size:
                tree[at] += weight
                at += at & -at
    return count


def ordered(graph: Layered, restarts: int | None = None) -> Layers:
    """Columns in the best order found. About 50 ms for 2,000 nodes."""
    size = len(graph.keys)
    tries = restarts if restarts is not None else (6 if size < 150 else 3 if size < 500 else 1)
    best: Layers = _first_order(graph, 0)
    fewest = crossings(best, graph.right)
    for attempt in range(tries):
        if fewest == 0:
            break
        layers = _first_order(graph, attempt)
        found = _swept(graph, layers)
        count = crossings(found, graph.right)
        if count < fewest:
            best, fewest = found, count
    return best


def _first_order(graph: Layered, attempt: int) -> Layers:
    """As given, reversed, then stirred by a multiplier: other starts find other minima.

    Nodes of the lit path start with a third of their column above them: what makes no crossing
    either way then stands on both sides of the path, which keeps the picture low.
    """
    layers = [list(layer) for layer in graph.layers]
    if attempt == 1:
        layers = [layer[::-1] for layer in layers]
    elif attempt > 1:
        layers = [sorted(layer, key=lambda node: (node * 7919 * attempt) % 9973) for layer in layers]
    for layer in layers:
        lit = next((node for node in layer if node in graph.lit), None)
        if lit is not None:
            layer.remove(lit)
            layer.insert(len(layer) // 3, lit)
    return layers


def _swept(graph: Layered, layers: Layers) -> Layers:
    best, fewest = [list(layer) for layer in layers], crossings(layers, graph.right)
    for sweep in range(_SWEEPS):
        rightward = sweep % 2 == 0
        order = range(1, len(layers)) if rightward else range(len(layers) - 2, -1, -1)
        for at in order:
            reference = layers[at - 1] if rightward else layers[at + 1]
            near = graph.left if rightward else graph.right
            layers[at] = _by_barycentre(layers[at], reference, near)
        if len(graph.keys) <= _SWAPPED:
            _swap_neighbours(graph, layers)
        count = crossings(layers, graph.right)
        if count < fewest:
            best, fewest = [list(layer) for layer in layers], count
        elif sweep > 2:
            break
    return best


def _by_barycentre(
    layer: Sequence[int], reference: Sequence[int], near: Sequence[Sequence[tuple[int, int]]]
) -> list[int]:
    position = {node: at for at, node in enumerate(reference)}
    keyed = []
    for at, node in enumerate(layer):
        weights = sum(weight for _, weight in near[node])
        mean = (
            sum(position[o] * w for o, w in near[node]) / weights
            if weights
            else at * len(position) / len(layer)
        )
        keyed.append((mean, at, node))
    return [node for _, _, node in sorted(keyed)]


def _swap_neighbours(graph: Layered, layers: Layers) -> None:
    """Exchange two neighbours wherever that undoes crossings, until nothing changes."""
    positions = [{node: at for at, node in enumerate(layer)} for layer in layers]
    for at, layer in enumerate(layers):
        sides = []
        if at > 0:
            sides.append((graph.left, positions[at - 1]))
        if at + 1 < len(layers):
            sides.append((graph.right, positions[at + 1]))
        for _ in range(4):
            changed = False
            for i in range(len(layer) - 1):
                if _gain(layer[i], layer[i + 1], sides) > 0:
                    layer[i], layer[i + 1] = layer[i + 1], layer[i]
                    changed = True
            if not changed:
                break
        positions[at] = {node: place for place, node in enumerate(layer)}


def _gain(upper: int, lower: int, sides: list[tuple[list[list[tuple[int, int]]], dict[int, int]]]) -> int:
    """Crossings that exchanging two neighbours would undo, less those it would make."""
    gain = 0
    for near, position in sides:
        for a, weight_a in near[upper]:
            for b, weight_b in near[lower]:
                gain += weight_a * weight_b * ((position[a] > position[b]) - (position[a] < position[b]))
    return gain
