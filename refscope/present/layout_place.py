"""Where nodes stand within ordered columns: each near its neighbours, none on another.

Positions solve an isotonic regression per column (pool adjacent violators): as close to the mean of
the neighbours as order and spacing allow. The lit path is fixed on one line. Units: pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from refscope.present.layout_order import Layered, Layers

_ROUNDS = 8


def vertical_places(
    graph: Layered, layers: Layers, heights: Sequence[float], fixed: Mapping[int, float], gap: float
) -> list[float]:
    """Centre of each node, by number. `fixed`: nodes whose centre is given (one a column at most)."""
    centres = [0.0] * len(graph.keys)
    for layer in layers:
        offsets = _offsets(layer, heights, gap)
        anchor = next((at for at, node in enumerate(layer) if node in fixed), len(layer) // 2)
        for at, node in enumerate(layer):
            centres[node] = offsets[at] - offsets[anchor] + fixed.get(layer[anchor], 0.0)
    rounds = _ROUNDS if len(graph.keys) < 600 else 3
    for turn in range(rounds):
        rightward = turn % 2 == 0
        for layer in layers if rightward else reversed(layers):
            wanted = [
                _wanted(graph, node, centres, both=turn >= rounds - 2, rightward=rightward) for node in layer
            ]
            _settle(layer, wanted, _offsets(layer, heights, gap), fixed, centres)
    return centres


def _offsets(layer: Sequence[int], heights: Sequence[float], gap: float) -> list[float]:
    """Centres of a column stacked as tightly as spacing allows, the first at 0."""
    offsets, last = [], 0.0
    for at, node in enumerate(layer):
        if at:
            last += (heights[layer[at - 1]] + heights[node]) / 2 + gap
        offsets.append(last)
    return offsets


def _wanted(
    graph: Layered, node: int, centres: list[float], both: bool, rightward: bool
) -> tuple[float, float]:
    """Where a node would like to be, and how much: the mean of its neighbours."""
    near = graph.left[node] + graph.right[node] if both else (graph.left if rightward else graph.right)[node]
    if not near:
        return centres[node], 0.05
    weight = float(sum(w for _, w in near))
    return sum(centres[other] * w for other, w in near) / weight, weight


def _settle(
    layer: Sequence[int],
    wanted: Sequence[tuple[float, float]],
    offsets: Sequence[float],
    fixed: Mapping[int, float],
    centres: list[float],
) -> None:
    """Closest places to the wanted ones that keep order and spacing."""
    targets = [want - offset for (want, _), offset in zip(wanted, offsets, strict=True)]
    weights = [weight for _, weight in wanted]
    anchor = next((at for at, node in enumerate(layer) if node in fixed), None)
    if anchor is None:
        slack = isotonic(targets, weights)
    else:  # each side by itself, as close to the fixed node as it may
        bound = fixed[layer[anchor]] - offsets[anchor]
        above = [min(s, bound) for s in isotonic(targets[:anchor], weights[:anchor])]
        below = [max(s, bound) for s in isotonic(targets[anchor + 1 :], weights[anchor + 1 :])]
        slack = [*above, bound, *below]
    for at, node in enumerate(layer):
        centres[node] = slack[at] + offsets[at]


def isotonic(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The non-decreasing sequence closest to `values` in weighted least squares. O(n)."""
    blocks: list[list[float]] = []  # mean, weight, length
    for value, weight in zip(values, weights, strict=True):
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, heavy, length = blocks.pop()
            before = blocks[-1]
            total = before[1] + heavy
            before[0] = (before[0] * before[1] + mean * heavy) / total
            before[1], before[2] = total, before[2] + length
    return [mean for mean, _, length in blocks for _ in range(int(length))]
