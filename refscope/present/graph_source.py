"""What a visible graph asks about one frozen heap: a narrow protocol over columns and slices.

Implemented over the heap's graph by `present.heap_source`, by a table in tests. Every answer costs at
most the degree of the object asked about; nothing here loops over the heap.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from refscope.analysis.chains import Root
from refscope.heap.snapshot import HeapSnapshot, TypeInfo
from refscope.heap.vocabulary import RootKind

Indexes = npt.NDArray[np.integer]
"""Object indexes."""


class GraphSource(Protocol):
    """One heap, asked node by node."""

    @property
    def snapshot(self) -> HeapSnapshot:
        """The columns: ids, types, sizes."""

    @property
    def retained(self) -> npt.NDArray[np.int64] | None:
        """Retained bytes by object index; `None` = not computed (yet)."""

    @property
    def depths(self) -> npt.NDArray[np.integer] | None:
        """Hops from the nearest root by object index, −1 = garbage; `None` = not computed (yet)."""

    def referrers(self, index: int) -> Indexes:
        """Objects that refer to it, as the collector sees it; may repeat. O(1) or O(answer)."""

    def referents(self, index: int) -> Indexes:
        """Objects that it refers to, as the collector sees it; may repeat. O(1) or O(answer)."""

    def root_of(self, index: int) -> Root | None:
        """The root that this object is, or that holds it from outside the heap."""

    def row_of(self, object_id: int) -> int | None:
        """The index of an object by its id; `None` where the heap has no such object."""

    def owner_of(self, index: int) -> int | None:
        """The object in whose name it acts in the folded view: the instance of a `__dict__`, the class
        of a class dict, the module of its globals. `None` = it stands for itself."""

    def prepare(self, indexes: Indexes) -> npt.NDArray[np.bool_]:
        """Which of these may have an owner or be a wrapper; the others stand for themselves.

        `owner_of` will be asked about them: what it takes may be found together.
        """

    def parts_of(self, index: int) -> Indexes:
        """The objects that act in its name: the inverse of `owner_of`."""

    def is_wrapper(self, index: int) -> bool:
        """Whether the folded view looks through it: cell, closure tuple, bound method."""

    def functions_of(self, index: int) -> Indexes:
        """Functions whose `__globals__` belong to that module; empty for anything else."""


def type_of(source: GraphSource, index: int) -> TypeInfo:
    """The class of an object."""
    snapshot = source.snapshot
    return snapshot.type_table[int(snapshot.types[index])]


def is_module(source: GraphSource, index: int) -> bool:
    """Whether the object is a module, in `sys.modules` or not."""
    if type_of(source, index).qualname == "module":
        return True
    root = source.root_of(index)
    return root is not None and root.kind == RootKind.MODULE
