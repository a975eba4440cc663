"""What grew, and under which object: freezes of one run compared along their trees of best chains.

Three kinds of growth are told apart, each as a `GrowthPoint`:

    entries   an object that is there in every freeze has more children of one kind each time
    chain     the same pattern hangs under itself, deeper each time (a linked list, wrapped hooks)
    size      an object's own bytes grow (a bytearray, an array), or a larger one takes its place

The first and the last are found without walking: objects are matched by (id, class) over all freezes
and their children counted by kernels. What moves each time (a tuple made anew) and chains are
found by a walk from the root along subtrees whose bytes rise. Ids are reused after a free, so a match
is never a verdict: only counts and bytes of groups are. After BLeak's and LeakCanary's idea of
growing paths, with exact columns instead of a sampled tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from refscope.analysis.growth_points import (
    MAX_DEPTH,
    MIN_GROWTH_BYTES,
    GrowthPoint,
    Matches,
    entries_point,
    rises,
)
from refscope.analysis.growth_walk import Walk
from refscope.analysis.trees import UNREACHED, Rows, SpanningTree

MAX_HOLDERS = 10_000  # growing objects that are looked at, heaviest first: growth spread wider has no holder


_NOBODY = -3  # the row of a parent that was not there


def find_growth(trees: Sequence[SpanningTree]) -> list[GrowthPoint]:
    """All growth points of two or more freezes of one run, most bytes first. O(objects log objects)."""
    if len(trees) < 2:
        return []
    matches = Matches(trees)
    points = [*_growing_entries(trees, matches), *_growing_sizes(trees, matches)]
    points = _without_reused(trees, matches, points)
    points += Walk(trees, matches, points).points()
    return sorted(points, key=lambda p: (-p.growth_bytes, -1 if p.holder is None else p.holder))


def _growing_entries(trees: Sequence[SpanningTree], matches: Matches) -> Iterator[GrowthPoint]:
    from refscope.heap import kernels

    first, last = trees[0], trees[-1]
    # what comes under an object weighs no more than all of its subtree
    found = kernels.with_more_children(
        matches.rows[0], first.child_offsets, last.child_offsets, last.bytes, MIN_GROWTH_BYTES
    )
    found = found[matches.in_all[found]]
    pairs = zip(trees, matches.rows, strict=True)
    found = found[rises(np.stack([tree.fan_outs_of(rows[found]) for tree, rows in pairs]))]
    heaviest = np.argsort(-last.bytes[found], kind="stable")[:MAX_HOLDERS]
    for row in np.sort(found[heaviest]):
        yield from _entries_under(trees, matches, [rows[row : row + 1] for rows in matches.rows], int(row))
    yield from _entries_under(trees, matches, [np.array([tree.root], np.int32) for tree in trees], None)


def _entries_under(
    trees: Sequence[SpanningTree], matches: Matches, nodes: Sequence[Rows], holder: int | None
) -> list[GrowthPoint]:
    """The growing groups among the children of a node (several nodes alike), as one point for all kinds
    that grow, or for all children together where each is of its own kind."""
    from refscope.heap import kernels

    children = [tree.children_of(node) for tree, node in zip(trees, nodes, strict=True)]
    keys = [tree.keys[rows] for tree, rows in zip(trees, children, strict=True)]
    n_keys = max((int(k.max()) for k in keys if len(k)), default=-1) + 1
    per_key = np.zeros((len(trees), n_keys), np.int64)
    for counts, numbers in zip(per_key, keys, strict=True):
        kernels.count_values(numbers, counts)
    growing = rises(per_key)
    groups = [rows[growing[k]] for rows, k in zip(children, keys, strict=True)]
    if not growing.any():
        if holder is None or not rises(per_key.sum(axis=1)[:, None]).all():
            return []
        groups = children
    if holder is None:  # roots of different kinds have nothing to do with each other
        found = [
            entries_point(trees, matches, [r[k == key] for r, k in zip(children, keys, strict=True)], None)
            for key in np.flatnonzero(growing)
        ]
    else:
        table = int(trees[-1].snapshot.sizes[nodes[-1]].sum() - trees[0].snapshot.sizes[nodes[0]].sum())
        found = [entries_point(trees, matches, groups, holder, max(table, 0))]
    return [point for point in found if point.growth_bytes >= MIN_GROWTH_BYTES]


def _growing_sizes(trees: Sequence[SpanningTree], matches: Matches) -> Iterator[GrowthPoint]:
    from refscope.heap import kernels

    first, last = trees[0].snapshot.sizes, trees[-1].snapshot.sizes
    found = kernels.with_more(matches.rows[0], first, last, MIN_GROWTH_BYTES)
    found = found[matches.in_all[found] & (trees[-1].parents[found] != UNREACHED)]
    pairs = list(zip(trees, [rows[found] for rows in matches.rows], strict=True))
    sizes = np.stack([tree.snapshot.sizes[rows] for tree, rows in pairs])
    fan_outs = np.stack([tree.fan_outs_of(rows) for tree, rows in pairs])
    for position in np.flatnonzero(rises(sizes) & ~rises(fan_outs)):
        column = sizes[:, position]
        yield GrowthPoint(
            kind="size",
            holder=int(found[position]),
            members=found[position : position + 1],
            counts=(1,) * len(trees),
            bytes=tuple(int(b) for b in column),
            growth_bytes=int(column[-1] - column[0]),
        )


def _without_reused(
    trees: Sequence[SpanningTree], matches: Matches, points: Sequence[GrowthPoint]
) -> list[GrowthPoint]:
    """The same without holders that only have the id of one of the first freeze: they hang under something
    new, and somebody else held what had their id then. What they hold is counted with what is new, or
    found by the walk."""
    first, newest = trees[0], trees[-1]
    then, parents = np.append(matches.rows[0], UNREACHED), np.append(newest.parents, np.int32(-1))
    is_new = then < 0
    is_new[-1] = False
    for point in points:
        is_new[point.newcomers] = True
    holders = np.array([newest.root if p.holder is None else p.holder for p in points], np.int32)
    is_inside, above = is_new[holders], parents[holders]
    moved = first.parents[then[holders]] != np.where(
        above < 0, above, np.where(then[above] < 0, _NOBODY, then[above])
    )
    for _ in range(MAX_DEPTH):
        if (above < 0).all():
            break
        is_inside |= (above >= 0) & is_new[above]
        above = np.where(above < 0, above, parents[above])
    return [p for p, is_other in zip(points, is_inside & moved, strict=True) if not is_other]
