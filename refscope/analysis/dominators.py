"""Who owns what: the exact dominator tree under one virtual root, and retained sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.analysis.roots import Roots
from refscope.heap.graph import HeapGraph


@dataclass(frozen=True, slots=True)
class Shares:
    """What several holders retain, in bytes: each alone, and only together."""

    exclusive: tuple[int, ...]
    shared: int

    @property
    def total(self) -> int:
        """What would go if all of them went."""
        return sum(self.exclusive) + self.shared


@dataclass(frozen=True, slots=True, eq=False)
class DominatorTree:
    """idom int32[n]: immediate dominator, n = the virtual root, −1 = garbage.
    retained int64[n]: bytes that would go with the object (0 for garbage)."""

    graph: HeapGraph
    roots: Roots
    idom: npt.NDArray[np.int32]
    retained: npt.NDArray[np.int64]

    def children(self, index: int | None = None) -> npt.NDArray[np.int32]:
        """What an object immediately dominates (None: the virtual root), most retained first."""
        raise NotImplementedError

    def dominates(self, upper: int, lower: int) -> bool:
        """Whether every path from the roots to `lower` passes `upper`. O(depth)."""
        raise NotImplementedError

    def retained_by_type(self) -> npt.NDArray[np.int64]:
        """int64[types]: bytes retained by the objects of each type, those inside another counted once."""
        raise NotImplementedError

    def retained_by(self, indexes: Sequence[int]) -> int:
        """Bytes that would go if all these objects went together. O(objects + references)."""
        raise NotImplementedError

    def shares(self, holders: Sequence[int]) -> Shares:
        """Each holder's exclusive part and the shared part, so that no sum lies."""
        raise NotImplementedError


def find_dominators(graph: HeapGraph, roots: Roots) -> DominatorTree:
    """The dominator tree and retained sizes of a whole heap. GIL released."""
    raise NotImplementedError
