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
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from refscope.analysis.trees import UNREACHED, Membership, Rows, SpanningTree, by_key
from refscope.heap.id_table import IdTable

MIN_SPREAD_BYTES = 64 << 10  # growth spread over many alike objects is only worth a name from here on
MIN_ALIKE = 3
MIN_GROWTH_BYTES = 2048  # less than this from first to last freeze is not worth a name
MAX_NODES = 20_000  # groups looked at by the walk; a heap whose growth is spread wider has no one holder
MAX_HOLDERS = 10_000  # growing objects that are looked at, heaviest first, for the same reason
MAX_DEPTH = 400  # a chain is recognised long before
MAX_LINKS = 100_000  # objects of a chain that are listed
MAX_PERIOD = 8  # exception → traceback → frame → … wraps within eight objects


@dataclass(frozen=True, slots=True, eq=False)
class GrowthPoint:
    """A holder and what grew under it, over the freezes (oldest first).

    holder: row in the newest heap, None = the virtual root (running frames, modules, native holders).
    members: rows in the newest heap of the growing group, or of the chain's links, or the object itself.
    counts: members per freeze. bytes: of the subtrees under them per freeze; old ones that only stayed
    are in both ends alike. growth_bytes: what came minus what went, first to last; released: members of the
    first freeze that are gone. newcomers: those of the members that were not under the holder in the
    first freeze; empty where ids tell nothing. is_spread: the members came one by one under many alike
    objects that the holder holds.
    """

    kind: str
    holder: int | None
    members: Rows
    counts: tuple[int, ...]
    bytes: tuple[int, ...]
    growth_bytes: int
    released: int = 0
    is_spread: bool = False
    newcomers: Rows = field(default_factory=lambda: np.empty(0, np.int32))

    @property
    def steps(self) -> tuple[int, ...]:
        """Growth in members, freeze to freeze."""
        return tuple(b - a for a, b in pairwise(self.counts))


def find_growth(trees: Sequence[SpanningTree]) -> list[GrowthPoint]:
    """All growth points of two or more freezes of one run, most bytes first. O(objects log objects)."""
    if len(trees) < 2:
        return []
    matches = _Matches(trees)
    points = [*_growing_entries(trees, matches), *_growing_sizes(trees, matches)]
    points = _without_reused(trees, matches, points)
    points += _Walk(trees, matches, points).points()
    return sorted(points, key=lambda p: (-p.growth_bytes, -1 if p.holder is None else p.holder))


class _Matches:
    """Which row an object of the newest heap had in each earlier one: (id, class) there as well.

    rows: int32[n] per freeze, −1 = none. in_all: bool[n], matched in each. first_rows: int32[n], where
    the id was in the first freeze, whatever its class.
    """

    def __init__(self, trees: Sequence[SpanningTree]) -> None:
        from refscope.heap import kernels

        newest = trees[-1]
        self.in_all = np.ones(newest.root, np.bool_)
        self.first_rows = np.empty(0, np.int32)
        self.rows = []
        for tree in trees[:-1]:
            rows = IdTable(tree.snapshot.ids).find(newest.snapshot.ids)
            if tree is trees[0]:
                self.first_rows = rows.copy()
            kernels.keep_equal(rows, tree.keys, newest.keys)
            self.in_all &= rows >= 0
            self.rows.append(rows)
        self.rows.append(np.arange(newest.root, dtype=np.int32))
        self.marked = [Membership(tree) for tree in trees]


def _rises(values: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Whether each column of values[freezes, n] rises strictly from freeze to freeze."""
    rises: npt.NDArray[np.bool_] = np.all(np.diff(values, axis=0) > 0, axis=0)
    return rises


def _growing_entries(trees: Sequence[SpanningTree], matches: _Matches) -> Iterator[GrowthPoint]:
    from refscope.heap import kernels

    first, last = trees[0], trees[-1]
    # what comes under an object weighs no more than all of its subtree
    found = kernels.with_more_children(
        matches.rows[0], first.child_offsets, last.child_offsets, last.bytes, MIN_GROWTH_BYTES
    )
    found = found[matches.in_all[found]]
    pairs = zip(trees, matches.rows, strict=True)
    found = found[_rises(np.stack([tree.fan_outs_of(rows[found]) for tree, rows in pairs]))]
    heaviest = np.argsort(-last.bytes[found], kind="stable")[:MAX_HOLDERS]
    for row in np.sort(found[heaviest]):
        yield from _entries_under(trees, matches, [rows[row : row + 1] for rows in matches.rows], int(row))
    yield from _entries_under(trees, matches, [np.array([tree.root], np.int32) for tree in trees], None)


def _entries_under(
    trees: Sequence[SpanningTree], matches: _Matches, nodes: Sequence[Rows], holder: int | None
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
    growing = _rises(per_key)
    groups = [rows[growing[k]] for rows, k in zip(children, keys, strict=True)]
    if not growing.any():
        if holder is None or not _rises(per_key.sum(axis=1)[:, None]).all():
            return []
        groups = children
    if holder is None:  # roots of different kinds have nothing to do with each other
        found = [
            _entries_point(trees, matches, [r[k == key] for r, k in zip(children, keys, strict=True)], None)
            for key in np.flatnonzero(growing)
        ]
    else:
        table = int(trees[-1].snapshot.sizes[nodes[-1]].sum() - trees[0].snapshot.sizes[nodes[0]].sum())
        found = [_entries_point(trees, matches, groups, holder, max(table, 0))]
    return [point for point in found if point.growth_bytes >= MIN_GROWTH_BYTES]


def _entries_point(
    trees: Sequence[SpanningTree],
    matches: _Matches,
    groups: Sequence[Rows],
    holder: int | None,
    table_bytes: int = 0,
) -> GrowthPoint:
    """table_bytes: by how much the holder itself grew."""
    first, last, marked = trees[0], trees[-1], matches.marked[0]
    first_rows = matches.first_rows[groups[-1]]
    newcomers = groups[-1][~marked.contains(groups[0], first_rows)]
    came = last.bytes[newcomers].sum()
    gone = groups[0][~marked.contains(first_rows, groups[0])]
    went = first.bytes[gone].sum()
    return GrowthPoint(
        kind="entries",
        holder=holder,
        members=groups[-1],
        counts=tuple(len(group) for group in groups),
        bytes=tuple(int(tree.bytes[group].sum()) for tree, group in zip(trees, groups, strict=True)),
        growth_bytes=int(came - went) + table_bytes,
        released=len(gone),
        newcomers=newcomers,
    )


def _growing_sizes(trees: Sequence[SpanningTree], matches: _Matches) -> Iterator[GrowthPoint]:
    from refscope.heap import kernels

    first, last = trees[0].snapshot.sizes, trees[-1].snapshot.sizes
    found = kernels.with_more(matches.rows[0], first, last, MIN_GROWTH_BYTES)
    found = found[matches.in_all[found] & (trees[-1].parents[found] != UNREACHED)]
    pairs = list(zip(trees, [rows[found] for rows in matches.rows], strict=True))
    sizes = np.stack([tree.snapshot.sizes[rows] for tree, rows in pairs])
    fan_outs = np.stack([tree.fan_outs_of(rows) for tree, rows in pairs])
    for position in np.flatnonzero(_rises(sizes) & ~_rises(fan_outs)):
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
    trees: Sequence[SpanningTree], matches: _Matches, points: Sequence[GrowthPoint]
) -> list[GrowthPoint]:
    """The same without holders that only have the id of one of the first freeze: they came with a newcomer
    of another point, which counts what they hold, and somebody else held what had their id then."""
    first, newest = trees[0], trees[-1]
    then, parents = np.append(matches.rows[0], np.int32(-1)), np.append(newest.parents, np.int32(-1))
    is_new = np.zeros(newest.root + 1, np.bool_)
    for point in points:
        is_new[point.newcomers] = True
    holders = np.array([newest.root if p.holder is None else p.holder for p in points], np.int32)
    is_inside, above = is_new[holders], parents[holders]
    moved = first.parents[then[holders]] != then[above]
    for _ in range(MAX_DEPTH):
        if (above < 0).all():
            break
        is_inside |= (above >= 0) & is_new[above]
        above = np.where(above < 0, above, parents[above])
    return [p for p, is_other in zip(points, is_inside & moved, strict=True) if not is_other]


def _explained(newest: SpanningTree, points: Sequence[GrowthPoint]) -> npt.NDArray[np.int64]:
    """int64[n + 1]: growth already found at or under each node of the newest tree."""
    from refscope.heap import kernels

    explained = np.zeros(newest.root + 1, np.int64)
    holders = np.array([newest.root if p.holder is None else p.holder for p in points], np.int32)
    amounts = np.array([point.growth_bytes for point in points], np.int64)
    kernels.add_upwards(newest.parents, holders, amounts, explained)
    return explained


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    """Objects that play the same part in each freeze; `trail`: keys from the root down to here.

    chain: one row of the newest heap per key of the trail. remade: row of the newest heap at or above
    which everything was made anew since the freeze before; −1 = nothing was. holder: the last row of the
    chain that is one object, where the node is many alike ones that stay; −1 = it is one.
    """

    groups: tuple[Rows, ...]
    trail: tuple[int, ...]
    chain: tuple[int, ...]
    remade: int = -1
    holder: int = -1


class _Walk:
    """From the root along what rises and is not explained yet."""

    def __init__(
        self, trees: Sequence[SpanningTree], matches: _Matches, points: Sequence[GrowthPoint]
    ) -> None:
        self.trees = trees
        self.matches = matches
        self.explained = _explained(trees[-1], points)
        self.holders = {point.holder for point in points if point.kind == "entries"}

    def points(self) -> list[GrowthPoint]:
        """Growth under nodes that are made anew each time, and chains."""
        found: list[GrowthPoint] = []
        roots = tuple(np.array([tree.root], np.int32) for tree in self.trees)
        todo = [_Node(roots, (), ())]
        for _ in range(MAX_NODES):
            if not todo:
                break
            node = todo.pop()
            period = _period(node.trail)
            if period:
                found.append(self._chain_point(node, period))
            elif len(node.trail) < MAX_DEPTH:
                todo += self._growing_children(node, found)
        return found

    def _growing_children(self, node: _Node, found: list[GrowthPoint]) -> list[_Node]:
        children = [tree.children_of(group) for tree, group in zip(self.trees, node.groups, strict=True)]
        further = []
        for groups, is_new in self._split(children, is_top=not node.chain):
            if len(groups[-1]) == 0 or not self._is_open(groups):
                continue
            counts = [len(group) for group in groups]
            row = int(groups[-1][np.argmax(self.trees[-1].bytes[groups[-1]])])
            key = int(self.trees[-1].keys[row])
            if all(a < b for a, b in pairwise(counts)):
                if node.chain and node.chain[-1] not in self.holders:  # those were looked at before
                    found += self._new_entries(node, groups)
            else:
                remade = row if is_new and node.remade < 0 else node.remade
                holder = node.holder
                if holder < 0 and not is_new and len(groups[-1]) > 1:
                    holder = node.chain[-1]
                further.append(_Node(tuple(groups), (*node.trail, key), (*node.chain, row), remade, holder))
                found += self._larger_each_time(groups, remade)
        return further

    def _new_entries(self, node: _Node, groups: Sequence[Rows]) -> list[GrowthPoint]:
        """What came under an object, or, one by one, under many alike ones that stay."""
        is_spread = node.holder >= 0
        if is_spread:  # with those that were there before
            key = self.trees[-1].keys[groups[-1][0]]
            parts = [tree.children_of(group) for tree, group in zip(self.trees, node.groups, strict=True)]
            groups = [rows[tree.keys[rows] == key] for tree, rows in zip(self.trees, parts, strict=True)]
        point = _entries_point(self.trees, self.matches, groups, node.holder if is_spread else node.chain[-1])
        least = MIN_SPREAD_BYTES if is_spread else MIN_GROWTH_BYTES
        return [replace(point, is_spread=is_spread)] if point.growth_bytes >= least else []

    def _larger_each_time(self, groups: Sequence[Rows], remade: int) -> list[GrowthPoint]:
        """A string or an array that a larger one takes the place of: the size of something made anew."""
        sizes = [int(t.snapshot.sizes[rows].sum()) for t, rows in zip(self.trees, groups, strict=True)]
        growth = sizes[-1] - sizes[0]
        if remade < 0 or growth < MIN_GROWTH_BYTES or not all(a < b for a, b in pairwise(sizes)):
            return []
        members = np.array([remade], np.int32)
        return [GrowthPoint("size", remade, members, (1,) * len(sizes), tuple(sizes), growth)]

    def _is_open(self, groups: Sequence[Rows]) -> bool:
        """Whether the subtrees' bytes rise each time and something of that is not explained yet."""
        weights = [int(tree.bytes[group].sum()) for tree, group in zip(self.trees, groups, strict=True)]
        if not all(a < b for a, b in pairwise(weights)):
            return False
        explained = int(self.explained[groups[-1]].sum())
        return weights[-1] - weights[0] - explained >= MIN_GROWTH_BYTES

    def _split(self, children: Sequence[Rows], is_top: bool) -> Iterator[tuple[list[Rows], bool]]:
        """Children by kind; those that are there in every freeze one by one where their subtree rises,
        else together; the rest of a kind together and with True.
        """
        newest = children[-1]
        staying = newest[self.matches.in_all[newest] & self._has_same_parent(children)]
        are_open = self._are_open(staying)
        for row in staying[are_open]:
            yield [rows[row : row + 1] for rows in self.matches.rows], False
        rest = staying[~are_open]
        for alike in by_key(self.trees[-1].keys[rest], rest).values():
            if len(alike) >= MIN_ALIKE and not is_top:
                yield [rows[alike] for rows in self.matches.rows], False
        moving = [
            held[~marked.contains(rows[staying], held)]
            for marked, rows, held in zip(self.matches.marked, self.matches.rows, children, strict=True)
        ]
        kinds = [by_key(tree.keys[rows], rows) for tree, rows in zip(self.trees, moving, strict=True)]
        nothing = np.empty(0, np.int32)
        for key in kinds[-1]:
            yield [groups.get(key, nothing) for groups in kinds], True

    def _has_same_parent(self, children: Sequence[Rows]) -> npt.NDArray[np.bool_]:
        newest = children[-1]
        same = np.ones(len(newest), np.bool_)
        for marked, rows, earlier in zip(self.matches.marked, self.matches.rows, children[:-1], strict=False):
            same &= marked.contains(earlier, rows[newest])
        return same

    def _are_open(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """As `_is_open`, for single objects that were matched."""
        pairs = zip(self.trees, self.matches.rows, strict=True)
        weights = np.stack([tree.bytes[match[rows]] for tree, match in pairs])
        unexplained = weights[-1] - weights[0] - self.explained[rows]
        are_open: npt.NDArray[np.bool_] = _rises(weights) & (unexplained >= MIN_GROWTH_BYTES)
        return are_open

    def _chain_point(self, node: _Node, period: int) -> GrowthPoint:
        """The pattern that repeats at the end of the trail, blamed on what stands before its first turn."""
        trail = node.trail
        start = len(trail) - period
        while start >= period and trail[start - period : start] == trail[start : start + period]:
            start -= period
        head = node.chain[start]
        newest = self.trees[-1]
        members = self._links(head, int(newest.keys[head]))
        grown = [int(tree.bytes[g].sum()) for tree, g in zip(self.trees, node.groups, strict=True)]
        counts = tuple(int(tree.objects[g].sum()) for tree, g in zip(self.trees, node.groups, strict=True))
        return GrowthPoint(
            kind="chain",
            holder=node.chain[start - 1] if start else head,
            members=members,
            counts=counts,
            bytes=tuple(grown),
            growth_bytes=grown[-1] - grown[0],
        )

    def _links(self, head: int, key: int) -> Rows:
        """The objects of the head's kind in the subtree of the head, head first, at most some 100,000."""
        newest = self.trees[-1]
        rows = newest.subtree_rows(np.array([head]), MAX_LINKS)
        links: Rows = rows[newest.keys[rows] == key]
        return links


def _period(trail: tuple[int, ...]) -> int:
    """How many kinds repeat at the end of a trail, three times over; 0 = none do."""
    for period in range(1, MAX_PERIOD + 1):
        turn = trail[-period:]
        if len(trail) >= 3 * period and trail[-3 * period :] == turn * 3:
            return period
    return 0
