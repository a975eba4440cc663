"""Why an object is alive: shortest chains of references from the roots, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.analysis.chains import Chain
from refscope.analysis.roots import Roots
from refscope.heap.graph import HeapGraph


@dataclass(frozen=True, slots=True)
class TypeChains:
    """The chains to all objects of a type, merged by shape; `garbage`: how many no root reaches."""

    chains: tuple[Chain, ...]
    total: int
    garbage: int


class PathFinder:
    """Answers from one breadth-first pass over the heap, made at the first question (GIL released)."""

    def __init__(self, graph: HeapGraph, roots: Roots) -> None:
        self.graph = graph
        self.roots = roots

    def shortest(self, index: int) -> Chain | None:
        """The best chain to an object: over references that a person can act on first, then fewest
        steps; None = no root reaches it (garbage). O(length)."""
        raise NotImplementedError

    def chains(self, index: int, limit: int = 5) -> list[Chain]:
        """The best chain and further independent ones, which end in other holders or part higher up."""
        raise NotImplementedError

    def chains_to_type(self, rows: Sequence[int], limit: int = 5) -> TypeChains:
        """Chains to all objects of these types, merged by shape: what a person can change and what
        explains most objects first."""
        raise NotImplementedError

    def parents(self) -> npt.NDArray[np.int32]:
        """int32[n]: the object before it on its best chain; −1 = a root, −2 = not reached."""
        raise NotImplementedError

    def distances(self) -> npt.NDArray[np.int32]:
        """int32[n]: references on its best chain; −1 = not reached."""
        raise NotImplementedError

    def shapes(self) -> npt.NDArray[np.uint64]:
        """uint64[n]: a number for the shape of each object's best chain (0 = not reached): holders by
        place, members of containers by type. Equal across snapshots of one run where nothing moved."""
        raise NotImplementedError
