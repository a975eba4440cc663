"""What a growing group is, and which objects of several freezes are the same one.

Objects are matched by (id, class). Ids are reused after a free, so a match is never a verdict: only
counts and bytes of groups are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from refscope.analysis.trees import Membership, Rows, SpanningTree
from refscope.heap.id_table import IdTable

MIN_GROWTH_BYTES = 2048  # less than this from first to last freeze is not worth a name
MAX_DEPTH = 400  # references from the root; a chain is recognised long before


@dataclass(frozen=True, slots=True, eq=False)
class GrowthPoint:
    """A holder and what grew under it, over the freezes (oldest first).

    holder: row in the newest heap, None = the virtual root (running frames, modules, native holders).
    members: rows in the newest heap of the growing group, or of the chain's links, or the object itself.
    counts: members per freeze. bytes: of the subtrees under them per freeze; old ones that only stayed
    are in both ends alike. growth_bytes: what came minus what went, first to last; released: members of the
    first freeze that are gone. newcomers: those of the members that were not under the holder in the
    first freeze; empty where ids tell nothing. is_spread: the members came under many alike objects;
    is_by_holders: each of those collects, and `holder` is the heaviest of them or holds them; else `holder`
    does, an entry with each. tops: per freeze the rows below (and among) which what grew is
    found: the members of "entries", the heads of "chain".
    """

    kind: str
    holder: int | None
    members: Rows
    counts: tuple[int, ...]
    bytes: tuple[int, ...]
    growth_bytes: int
    released: int = 0
    is_spread: bool = False
    is_by_holders: bool = False
    newcomers: Rows = field(default_factory=lambda: np.empty(0, np.int32))
    tops: tuple[Rows, ...] = ()

    @property
    def steps(self) -> tuple[int, ...]:
        """Growth in members, freeze to freeze."""
        return tuple(b - a for a, b in pairwise(self.counts))


class Matches:
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


def rises(values: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Whether each column of values[freezes, n] rises strictly from freeze to freeze."""
    rises: npt.NDArray[np.bool_] = np.all(np.diff(values, axis=0) > 0, axis=0)
    return rises


def entries_point(
    trees: Sequence[SpanningTree],
    matches: Matches,
    groups: Sequence[Rows],
    holder: int | None,
    table_bytes: int = 0,
) -> GrowthPoint:
    """table_bytes: by how much the holder itself grew."""
    first, last, marked = trees[0], trees[-1], matches.marked[0]
    first_rows = matches.first_rows[groups[-1]]
    newcomers = groups[-1][~marked.contains(groups[0], first_rows)]
    came = last.bytes[newcomers].sum()
    came -= _moved_bytes(first, last, matches, newcomers, int(came))
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
        tops=tuple(groups),
    )


def _moved_bytes(
    first: SpanningTree, last: SpanningTree, matches: Matches, newcomers: Rows, came: int
) -> int:
    """How much of what came was in the first freeze already, held by somebody else: the tail of a linked
    list that a new head stands before. Ids that were used again are few, so less than half tells nothing."""
    then = matches.rows[0][newcomers]
    is_known = then >= 0
    moved = int(np.minimum(first.bytes[then[is_known]], last.bytes[newcomers[is_known]]).sum())
    return moved if 2 * moved >= came else 0
