"""Growth that is found by a walk from the root along subtrees whose bytes rise: under what is made anew
each time (a tuple), spread over many alike objects, and in chains that get longer.

What the matching of single objects found already (`growth`) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from refscope.analysis.growth_points import (
    MAX_DEPTH,
    MIN_GROWTH_BYTES,
    GrowthPoint,
    Matches,
    entries_point,
    rises,
)
from refscope.analysis.trees import Rows, SpanningTree, by_key
from refscope.heap.distinct import distinct

MIN_SPREAD_BYTES = 64 << 10  # growth spread over many alike objects is only worth a name from here on
MIN_ALIKE = 3
MAX_NODES = 20_000  # groups looked at by the walk; a heap whose growth is spread wider has no one holder
MAX_LINKS = 100_000  # objects of a chain that are listed
MAX_STEPS = 12  # wrappers around each of the objects that move
MAX_PERIOD = 8  # exception → traceback → frame → … wraps within eight objects


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

    chain: one row of the newest heap per key of the trail. above: the node that this one is below.
    remade: row of the newest heap at or above which everything was made anew since the freeze before;
    −1 = nothing was. holder: the last row of the chain that is one object, where the node is many alike
    ones that stay; −1 = it is one.
    """

    groups: tuple[Rows, ...]
    trail: tuple[int, ...]
    chain: tuple[int, ...]
    above: _Node | None = None
    remade: int = -1
    holder: int = -1

    def at(self, depth: int) -> _Node:
        """The node on the way to this one whose trail has so many keys."""
        node = self
        while len(node.trail) > depth and node.above is not None:
            node = node.above
        return node


class Walk:
    """From the root along what rises and is not explained yet."""

    def __init__(
        self, trees: Sequence[SpanningTree], matches: Matches, points: Sequence[GrowthPoint]
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
        further: list[_Node] = []
        known = len(found)
        for groups, is_new in self._split(children, is_top=not node.chain):
            if len(groups[-1]) == 0 or not self._is_open(groups):
                continue
            counts = [len(group) for group in groups]
            row = int(groups[-1][np.argmax(self.trees[-1].bytes[groups[-1]])])
            key = int(self.trees[-1].keys[row])
            if _rises_each_time(counts):
                if node.chain and node.chain[-1] not in self.holders:  # those were looked at before
                    found += self._new_entries(node, groups)
            else:
                remade = row if is_new and node.remade < 0 else node.remade
                holder = node.holder
                if holder < 0 and not is_new and len(groups[-1]) > 1:
                    holder = node.chain[-1]
                further.append(
                    _Node(tuple(groups), (*node.trail, key), (*node.chain, row), node, remade, holder)
                )
                found += self._larger_each_time(groups, remade)
        if len(found) == known and node.chain:
            found += self._moving_below(node, further)
        return further

    def _moving_below(self, node: _Node, open_parts: Sequence[_Node]) -> list[GrowthPoint]:
        """What there is more of each time below one object, though under none of its parts alone: the work
        that one queue takes over from another. Its parts that collect are the holders."""
        left = self._unexplained(node.groups) - sum(self._unexplained(part.groups) for part in open_parts)
        if len(node.groups[-1]) > 1 or node.chain[-1] in self.holders or left < MIN_SPREAD_BYTES:
            return []
        below = [
            tree.subtree_rows(rows, MAX_LINKS) for tree, rows in zip(self.trees, node.groups, strict=True)
        ]
        keys = [tree.keys[rows] for tree, rows in zip(self.trees, below, strict=True)]
        n_keys = 1 + max(int(each.max()) for each in keys)
        growing = np.flatnonzero(rises(np.stack([np.bincount(each, minlength=n_keys) for each in keys])))
        found = (
            self._moving(node, [r[k == key] for r, k in zip(below, keys, strict=True)]) for key in growing
        )
        return sorted((p for p in found if p is not None), key=lambda p: p.growth_bytes)[-1:]

    def _moving(self, node: _Node, groups: Sequence[Rows]) -> GrowthPoint | None:
        """The objects of one kind, by what wraps each of them, as one point."""
        groups = [self._outermost(number, rows) for number, rows in enumerate(groups)]
        for _ in range(MAX_STEPS):
            above = [tree.parents[rows] for tree, rows in zip(self.trees, groups, strict=True)]
            holders = [distinct(rows[rows >= 0]) for rows in above]
            if 2 * len(holders[-1]) <= len(groups[-1]):
                break
            groups = holders
        if len(groups[-1]) < MIN_ALIKE or not _rises_each_time([len(rows) for rows in groups]):
            return None
        point = entries_point(self.trees, self.matches, groups, node.chain[-1])
        point = replace(point, is_spread=True, is_by_holders=True)
        return point if point.growth_bytes >= MIN_SPREAD_BYTES else None

    def _outermost(self, number: int, rows: Rows) -> Rows:
        """Those of the rows of one freeze that are not below others of them."""
        tree, marked = self.trees[number], self.matches.marked[number]
        above, is_inside = tree.parents[rows], np.zeros(len(rows), np.bool_)
        for _ in range(MAX_STEPS):
            is_inside |= marked.contains(rows, above)
            above = np.where(above < 0, above, tree.parents[above])
        return rows[~is_inside]

    def _new_entries(self, node: _Node, groups: Sequence[Rows]) -> list[GrowthPoint]:
        """What came under an object, or under many alike ones: they stay, or there are more each time."""
        key = self.trees[-1].keys[groups[-1][0]]  # with those that were there before
        parts = [tree.children_of(group) for tree, group in zip(self.trees, node.groups, strict=True)]
        groups = [rows[tree.keys[rows] == key] for tree, rows in zip(self.trees, parts, strict=True)]
        holders = node.groups[-1]
        if len(holders) == 1:
            point = entries_point(self.trees, self.matches, groups, node.chain[-1])
            return [point] if point.growth_bytes >= MIN_GROWTH_BYTES else []
        stay = node.holder >= 0
        above = node.holder if stay else (node.chain[-2] if len(node.chain) > 1 else None)
        point = entries_point(self.trees, self.matches, groups, above)
        each_collects = stay and len(groups[-1]) >= MIN_ALIKE * len(holders)
        point = replace(point, is_spread=True, is_by_holders=each_collects)
        return [point] if point.growth_bytes >= MIN_SPREAD_BYTES else []

    def _larger_each_time(self, groups: Sequence[Rows], remade: int) -> list[GrowthPoint]:
        """A string or an array that a larger one takes the place of: the size of something made anew."""
        sizes = [int(t.snapshot.sizes[rows].sum()) for t, rows in zip(self.trees, groups, strict=True)]
        growth = sizes[-1] - sizes[0]
        if remade < 0 or growth < MIN_GROWTH_BYTES or not _rises_each_time(sizes):
            return []
        members = np.array([remade], np.int32)
        return [GrowthPoint("size", remade, members, (1,) * len(sizes), tuple(sizes), growth)]

    def _is_open(self, groups: Sequence[Rows]) -> bool:
        """Whether the subtrees' bytes rise each time and something of that is not explained yet."""
        weights = [int(tree.bytes[group].sum()) for tree, group in zip(self.trees, groups, strict=True)]
        return _rises_each_time(weights) and self._unexplained(groups) >= MIN_GROWTH_BYTES

    def _unexplained(self, groups: Sequence[Rows]) -> int:
        """By how many bytes the subtrees grew, first to last, less what is explained already."""
        before = int(self.trees[0].bytes[groups[0]].sum())
        return int((self.trees[-1].bytes[groups[-1]] - self.explained[groups[-1]]).sum()) - before

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
        are_open: npt.NDArray[np.bool_] = rises(weights) & (unexplained >= MIN_GROWTH_BYTES)
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
        tops = node.at(start + 1).groups
        grown = [int(tree.bytes[g].sum()) for tree, g in zip(self.trees, tops, strict=True)]
        counts = tuple(int(tree.objects[g].sum()) for tree, g in zip(self.trees, tops, strict=True))
        return GrowthPoint(
            kind="chain",
            holder=node.chain[start - 1] if start else head,
            members=members,
            counts=counts,
            bytes=tuple(grown),
            growth_bytes=grown[-1] - grown[0],
            tops=tops,
        )

    def _links(self, head: int, key: int) -> Rows:
        """The objects of the head's kind in the subtree of the head, head first, at most some 100,000."""
        newest = self.trees[-1]
        rows = newest.subtree_rows(np.array([head]), MAX_LINKS)
        links: Rows = rows[newest.keys[rows] == key]
        return links


def _rises_each_time(values: Sequence[int]) -> bool:
    """Whether a number of a group rises from freeze to freeze."""
    return all(a < b for a, b in pairwise(values))


def _period(trail: tuple[int, ...]) -> int:
    """How many kinds repeat at the end of a trail, three times over; 0 = none do."""
    for period in range(1, MAX_PERIOD + 1):
        turn = trail[-period:]
        if len(trail) >= 3 * period and trail[-3 * period :] == turn * 3:
            return period
    return 0
