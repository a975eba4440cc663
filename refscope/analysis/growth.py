"""What grew, and under which object: freezes of one run compared along their trees of best chains.

Three kinds of growth are told apart, each as a `GrowthPoint`:

    entries   an object that is there in every freeze has more children of one kind each time
    chain     the same pattern hangs under itself, deeper each time (a linked list, wrapped hooks)
    size      an object's own bytes grow (a bytearray, an array)

The first and the last are found without walking: objects are matched by (id, class) over all freezes
and their children counted in whole columns. What moves each time (a tuple made anew) and chains are
found by a walk from the root along subtrees whose bytes rise. Ids are reused after a free, so a match
is never a verdict: only counts and bytes of groups are. After BLeak's and LeakCanary's idea of
growing paths, with exact columns instead of a sampled tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from refscope.analysis.trees import Rows, SpanningTree

MIN_GROWTH_BYTES = 2048  # less than this from first to last freeze is not worth a name
MAX_NODES = 20_000  # groups looked at by the walk; a heap whose growth is spread wider has no one holder
MAX_DEPTH = 400  # a chain is recognised long before
MAX_PERIOD = 8  # exception → traceback → frame → … wraps within eight objects


@dataclass(frozen=True, slots=True, eq=False)
class GrowthPoint:
    """A holder and what grew under it, over the freezes (oldest first).

    holder: row in the newest heap, None = the virtual root (running frames, modules, native holders).
    members: rows in the newest heap of the growing group, or of the chain's links, or the object itself.
    counts: members per freeze. bytes: of the subtrees under them per freeze; old ones that only stayed
    are in both ends alike. growth_bytes: what came minus what went, first to last; released: members of the
    first freeze that are gone.
    """

    kind: str
    holder: int | None
    members: Rows
    counts: tuple[int, ...]
    bytes: tuple[int, ...]
    growth_bytes: int
    released: int = 0

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
    points += _Walk(trees, matches, _explained(trees[-1], points)).points()
    return sorted(points, key=lambda p: (-p.growth_bytes, -1 if p.holder is None else p.holder))


class _Matches:
    """Which row an object of the newest heap had in each earlier one: (id, class) there as well."""

    def __init__(self, trees: Sequence[SpanningTree]) -> None:
        self.rows = [_match(tree, trees[-1]) for tree in trees[:-1]]
        self.rows.append(np.arange(trees[-1].root, dtype=np.int32))
        self.in_all = np.all(np.stack(self.rows) >= 0, axis=0)


def _match(earlier: SpanningTree, newest: SpanningTree) -> Rows:
    order = np.argsort(earlier.snapshot.ids, kind="stable")
    ids = earlier.snapshot.ids[order]
    place = np.searchsorted(ids, newest.snapshot.ids)
    place[place == len(ids)] = 0
    rows = order[place].astype(np.int32) if len(order) else np.full(newest.root, -1, np.int32)
    if len(order):
        same = (ids[place] == newest.snapshot.ids) & (earlier.keys[rows] == newest.keys)
        rows[~same] = -1
    return rows


def _rises(values: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Whether each column of values[freezes, n] rises strictly from freeze to freeze."""
    rises: npt.NDArray[np.bool_] = np.all(np.diff(values, axis=0) > 0, axis=0)
    return rises


def _growing_entries(trees: Sequence[SpanningTree], matches: _Matches) -> Iterator[GrowthPoint]:
    kept = np.flatnonzero(matches.in_all)
    fan_outs = np.stack([tree.fan_outs()[rows[kept]] for tree, rows in zip(trees, matches.rows, strict=True)])
    for row in kept[_rises(fan_outs)]:
        nodes = [np.array([rows[row]]) for rows in matches.rows]
        yield from _entries_under(trees, nodes, int(row))
    yield from _entries_under(trees, [np.array([tree.root]) for tree in trees], None)


def _entries_under(
    trees: Sequence[SpanningTree], nodes: Sequence[npt.NDArray[np.integer]], holder: int | None
) -> list[GrowthPoint]:
    """The growing groups among the children of a node (several nodes alike), as one point for all kinds
    that grow, or for all children together where each is of its own kind."""
    children = [tree.children_of(node) for tree, node in zip(trees, nodes, strict=True)]
    keys = [tree.keys[rows] for tree, rows in zip(trees, children, strict=True)]
    n_keys = max((int(k.max()) for k in keys if len(k)), default=-1) + 1
    per_key = np.stack([np.bincount(k, minlength=n_keys) for k in keys])
    growing = _rises(per_key)
    groups = [rows[growing[k]] for rows, k in zip(children, keys, strict=True)]
    if not growing.any():
        if holder is None or not _rises(per_key.sum(axis=1)[:, None]).all():
            return []
        groups = children
    if holder is None:  # roots of different kinds have nothing to do with each other
        found = [
            _entries_point(trees, [r[k == key] for r, k in zip(children, keys, strict=True)], None)
            for key in np.flatnonzero(growing)
        ]
    else:
        found = [_entries_point(trees, groups, holder)]
    return [point for point in found if point.growth_bytes >= MIN_GROWTH_BYTES]


def _entries_point(trees: Sequence[SpanningTree], groups: Sequence[Rows], holder: int | None) -> GrowthPoint:
    first, last = trees[0], trees[-1]
    old_ids, new_ids = first.snapshot.ids[groups[0]], last.snapshot.ids[groups[-1]]
    came = last.bytes[groups[-1][~np.isin(new_ids, old_ids)]].sum()
    gone = groups[0][~np.isin(old_ids, new_ids)]
    went = first.bytes[gone].sum()
    return GrowthPoint(
        kind="entries",
        holder=holder,
        members=groups[-1],
        counts=tuple(len(group) for group in groups),
        bytes=tuple(int(tree.bytes[group].sum()) for tree, group in zip(trees, groups, strict=True)),
        growth_bytes=int(came - went),
        released=len(gone),
    )


def _growing_sizes(trees: Sequence[SpanningTree], matches: _Matches) -> Iterator[GrowthPoint]:
    kept = np.flatnonzero(matches.in_all)
    pairs = list(zip(trees, matches.rows, strict=True))
    sizes = np.stack([tree.snapshot.sizes[rows[kept]] for tree, rows in pairs])
    fan_outs = np.stack([tree.fan_outs()[rows[kept]] for tree, rows in pairs])
    reached = trees[-1].parents[kept] != -2
    rises = _rises(sizes) & (sizes[-1] - sizes[0] >= MIN_GROWTH_BYTES) & ~_rises(fan_outs) & reached
    for position in np.flatnonzero(rises):
        column = sizes[:, position]
        yield GrowthPoint(
            kind="size",
            holder=int(kept[position]),
            members=kept[position : position + 1].astype(np.int32),
            counts=(1,) * len(trees),
            bytes=tuple(int(b) for b in column),
            growth_bytes=int(column[-1] - column[0]),
        )


def _explained(newest: SpanningTree, points: Sequence[GrowthPoint]) -> npt.NDArray[np.int64]:
    """int64[n + 1]: growth already found at or under each node of the newest tree."""
    explained = np.zeros(newest.root + 1, np.int64)
    for point in points:
        node = newest.root if point.holder is None else point.holder
        while node >= 0:
            explained[node] += point.growth_bytes
            node = int(newest.parents[node]) if node != newest.root else -1
        explained[newest.root] += point.growth_bytes if point.holder is not None else 0
    return explained


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    """Objects that play the same part in each freeze; `trail`: keys from the root down to here."""

    groups: tuple[Rows, ...]
    trail: tuple[int, ...]
    chain: tuple[int, ...]  # one row of the newest heap per key of the trail


class _Walk:
    """From the root along what rises and is not explained yet."""

    def __init__(
        self, trees: Sequence[SpanningTree], matches: _Matches, explained: npt.NDArray[np.int64]
    ) -> None:
        self.trees = trees
        self.matches = matches
        self.explained = explained

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
        for groups in self._split(children):
            if len(groups[-1]) == 0 or not self._is_open(groups):
                continue
            counts = [len(group) for group in groups]
            row = int(groups[-1][np.argmax(self.trees[-1].bytes[groups[-1]])])
            key = int(self.trees[-1].keys[row])
            if all(a < b for a, b in pairwise(counts)):
                if not node.chain:
                    continue  # groups of roots were looked at in `_growing_entries`
                point = _entries_point(self.trees, groups, node.chain[-1])
                if point.growth_bytes >= MIN_GROWTH_BYTES:
                    found.append(point)
            else:
                further.append(_Node(tuple(groups), (*node.trail, key), (*node.chain, row)))
        return further

    def _is_open(self, groups: Sequence[Rows]) -> bool:
        """Whether the subtrees' bytes rise each time and something of that is not explained yet."""
        weights = [int(tree.bytes[group].sum()) for tree, group in zip(self.trees, groups, strict=True)]
        if not all(a < b for a, b in pairwise(weights)):
            return False
        explained = int(self.explained[groups[-1]].sum())
        return weights[-1] - weights[0] - explained >= MIN_GROWTH_BYTES

    def _split(self, children: Sequence[Rows]) -> Iterator[list[Rows]]:
        """Children by kind; those that are there in every freeze one by one, the rest of a kind together.

        Only those whose own subtree rises are worth a group of their own.
        """
        newest = children[-1]
        stays = self.matches.in_all[newest] & self._has_same_parent(children)
        rising = newest[stays][self._rising_rows(newest[stays])]
        for row in rising:
            yield [rows[row : row + 1] for rows in self.matches.rows]
        stayed_ids = self.trees[-1].snapshot.ids[newest[stays]]
        moving = [
            rows[~np.isin(tree.snapshot.ids[rows], stayed_ids)]
            for tree, rows in zip(self.trees, children, strict=True)
        ]
        keys = [tree.keys[rows] for tree, rows in zip(self.trees, moving, strict=True)]
        for key in np.unique(keys[-1]):
            yield [rows[k == key] for rows, k in zip(moving, keys, strict=True)]

    def _has_same_parent(self, children: Sequence[Rows]) -> npt.NDArray[np.bool_]:
        newest = children[-1]
        same = np.ones(len(newest), bool)
        for rows, earlier in zip(self.matches.rows, children, strict=True):
            same &= np.isin(rows[newest], earlier)
        return same

    def _rising_rows(self, rows: Rows) -> npt.NDArray[np.bool_]:
        pairs = zip(self.trees, self.matches.rows, strict=True)
        return _rises(np.stack([tree.bytes[match[rows]] for tree, match in pairs]))

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
        """The objects of the head's kind in the subtree of the head, head first, at most 100,000."""
        newest, level, links = self.trees[-1], np.array([head]), []
        total = 0
        while len(level) and total < 100_000:
            links.append(level[newest.keys[level] == key])
            total += len(level)
            level = newest.children_of(level)
        return np.concatenate(links).astype(np.int32)


def _period(trail: tuple[int, ...]) -> int:
    """How many kinds repeat at the end of a trail, three times over; 0 = none do."""
    for period in range(1, MAX_PERIOD + 1):
        turn = trail[-period:]
        if len(trail) >= 3 * period and trail[-3 * period :] == turn * 3:
            return period
    return 0
