"""Who owns what: the exact dominator tree under one virtual root, and retained sizes.

The virtual root holds whatever is held from outside, small leaves with unseen references included:
they would not be freed with the container. Garbage hangs under the virtual root by its cycles'
entries, in a tree of its own, so that it takes nothing away from what is alive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from refscope.analysis.roots import Roots
from refscope.heap.graph import HeapGraph

_NO_CUTS = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True)
class Shares:
    """What several holders retain, in bytes: each alone, and only together."""

    exclusive: tuple[int, ...]
    shared: int

    @property
    def total(self) -> int:
        """What would go if all of them went."""
        return sum(self.exclusive) + self.shared


class DominatorTree:
    """idom: int32[n], immediate dominator, n = the virtual root, −1 = RefScope's own.
    retained: int64[n], bytes that would go with the object, itself included."""

    def __init__(
        self, graph: HeapGraph, roots: Roots, idom: npt.NDArray[np.int32], retained: npt.NDArray[np.int64]
    ) -> None:
        self.graph = graph
        self.roots = roots
        self.idom = idom
        self.retained = retained

    def children(self, index: int | None = None) -> npt.NDArray[np.int32]:
        """What an object immediately dominates (None: the virtual root), most retained first."""
        offsets, children = self._children
        row = self.graph.n_objects if index is None else index
        found = children[offsets[row] : offsets[row + 1]]
        return found[np.argsort(-self.retained[found], kind="stable")]

    def dominates(self, upper: int, lower: int) -> bool:
        """Whether every path from the roots to `lower` passes `upper` (itself included). O(depth)."""
        n = self.graph.n_objects
        while 0 <= lower < n and lower != upper:
            lower = int(self.idom[lower])
        return lower == upper

    def retained_by_type(self) -> npt.NDArray[np.int64]:
        """int64[types]: bytes retained by the objects of each type, those inside another counted once."""
        from refscope.heap import kernels

        offsets, children = self._children
        sums = np.zeros(len(self.graph.snapshot.type_table), np.int64)
        kernels.retain_by_type(
            offsets, children, self.graph.snapshot.types, self.roots.own, self.retained, sums
        )
        return sums

    def retained_by(self, indexes: Sequence[int] | npt.NDArray[np.int32]) -> int:
        """Bytes that would go if all these objects went together, themselves included.

        O(objects + references), GIL released; garbage among them counts by its own tree.
        """
        from refscope.heap import kernels

        snapshot, own = self.graph.snapshot, self.roots.own
        gone = np.zeros(self.graph.n_objects, np.bool_)
        gone[np.asarray(indexes, np.int64)] = True
        starts = np.flatnonzero(self.roots.held).astype(np.int32)
        left = gone.copy()  # as if met already: not walked through, nor counted below
        kernels.reach(snapshot.offsets, snapshot.targets, starts, own, _NO_CUTS, left)
        if self.roots.garbage.any():
            garbage_left = gone | ~self.roots.garbage
            entries = self.roots.garbage_entries()
            kernels.reach(
                snapshot.offsets, snapshot.targets, entries, ~self.roots.garbage, _NO_CUTS, garbage_left
            )
            left[self.roots.garbage] = garbage_left[self.roots.garbage]
        return int(snapshot.sizes[(~left | gone) & ~own].sum())

    def shares(self, holders: Sequence[int]) -> Shares:
        """Each holder's exclusive part and the shared part, so that no sum lies.

        A holder inside another one (dominated by it) has no part of its own: 0.
        """
        exclusive = [
            0
            if any(other != each and self.dominates(other, each) for other in holders)
            else int(self.retained[each])
            for each in holders
        ]
        return Shares(tuple(exclusive), self.retained_by(holders) - sum(exclusive))

    @cached_property
    def _children(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """The tree in CSR form; row n is the virtual root."""
        from refscope.heap import kernels

        n = self.graph.n_objects
        counts = np.zeros(n + 1, np.int64)
        kernels.count_values(self.idom, counts)
        offsets = np.zeros(n + 2, np.int64)
        np.cumsum(counts, out=offsets[1:])
        members = np.flatnonzero(self.idom >= 0).astype(np.int32)
        children = np.empty(len(members), np.int32)
        kernels.reverse_edges(np.arange(len(members) + 1), self.idom[members], offsets, children)
        return offsets, members[children]


def find_dominators(graph: HeapGraph, roots: Roots) -> DominatorTree:
    """The dominator tree and retained sizes of a whole heap. GIL released."""
    from refscope.heap import kernels

    snapshot = graph.snapshot
    idom = np.full(graph.n_objects, -1, np.int32)
    retained = np.zeros(graph.n_objects, np.int64)
    reverse_offsets, sources = graph.reverse()
    starts = np.flatnonzero(roots.held).astype(np.int32)
    parts = [(starts, roots.garbage | roots.own)]
    if roots.garbage.any():
        parts.append((roots.garbage_entries(), ~roots.garbage))
    for entries, left_out in parts:
        kernels.dominate(
            snapshot.offsets,
            snapshot.targets,
            reverse_offsets,
            sources,
            entries,
            left_out,
            snapshot.sizes,
            idom,
            retained,
        )
    return DominatorTree(graph, roots, idom, retained)
