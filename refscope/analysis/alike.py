"""Growth under many alike holders told as one: `sessions[*].history` grows, not eight lists of eight users.

Points whose holders hang on chains of one shape are joined before they are cut to the heaviest and judged;
what only turns out to have one name when it is named is joined then (`join`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from refscope.analysis.growth_points import GrowthPoint
from refscope.analysis.paths import PathFinder
from refscope.analysis.places import ALIKE_ENTRIES
from refscope.analysis.trees import SpanningTree

_Item = TypeVar("_Item")


def joined_points(points: Sequence[GrowthPoint], tree: SpanningTree, finder: PathFinder) -> list[GrowthPoint]:
    """The same, those of three or more alike holders as one, most bytes first. tree, finder: of the newest
    heap. O(points), and a pass over the heap where holders may be alike."""
    held = [point for point in points if point.kind == "entries" and point.holder is not None]
    maybe = [
        p
        for alike in grouped(held, lambda p: _classes(tree, p))
        if len(alike) >= ALIKE_ENTRIES
        for p in alike
    ]
    if not maybe:
        return list(points)
    shapes = finder.shapes_of(np.array([point.holder for point in maybe], np.int32)).tolist()
    shape_of: dict[int, Hashable] = {id(point): (shape,) for point, shape in zip(maybe, shapes, strict=True)}
    found: list[GrowthPoint] = []
    for alike in grouped(points, lambda p: shape_of.get(id(p), id(p))):
        found += [join(alike)] if len(alike) >= ALIKE_ENTRIES else alike
    return sorted(found, key=lambda p: (-p.growth_bytes, -1 if p.holder is None else p.holder))


def join(points: Sequence[GrowthPoint]) -> GrowthPoint:
    """One point for what grew under several holders, the heaviest of which (the first) stands for all."""
    if len(points) == 1:
        return points[0]
    return GrowthPoint(
        kind=points[0].kind,
        holder=points[0].holder,
        members=np.concatenate([point.members for point in points]),
        counts=_sums([point.counts for point in points]),
        bytes=_sums([point.bytes for point in points]),
        growth_bytes=sum(point.growth_bytes for point in points),
        released=sum(point.released for point in points),
        is_spread=True,
        is_by_holders=True,
        newcomers=np.concatenate([point.newcomers for point in points]),
        tops=tuple(np.concatenate(rows) for rows in zip(*(point.tops for point in points), strict=True)),
    )


def grouped(items: Iterable[_Item], key: Callable[[_Item], Hashable]) -> list[list[_Item]]:
    """Items with equal keys together, in the order of the first of each."""
    found: dict[Hashable, list[_Item]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return list(found.values())


def _classes(tree: SpanningTree, point: GrowthPoint) -> tuple[int, ...]:
    """The classes of a holder and of what it hangs under: as cheap as can be, and different where the
    shapes are."""
    assert point.holder is not None
    above = int(tree.parents[point.holder])
    return (int(tree.keys[point.holder]), int(tree.keys[above]) if above >= 0 else -1)


def _sums(columns: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*columns, strict=True)))
