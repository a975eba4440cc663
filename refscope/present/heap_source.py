"""The graph source over a whole heap: its graph, its folding, its roots, and what was computed since.

A thin adapter: columns and slices come from `heap`, roots and retained sizes from `analysis`.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from refscope.analysis.chains import Root
from refscope.analysis.roots import Roots
from refscope.heap.distinct import distinct
from refscope.heap.graph import HeapGraph
from refscope.heap.references import FoldedReferences
from refscope.heap.snapshot import HeapSnapshot
from refscope.present.graph_source import Indexes

_CONTAINERS = frozenset({"dict", "list", "tuple", "set", "frozenset", "collections.deque"})
_MOST_PARTS = 64
"""Dicts among the referents of one object that are asked whether they are its own."""


class HeapSource:
    """Answers the questions of `GraphSource` from one `HeapGraph`."""

    def __init__(
        self,
        graph: HeapGraph,
        folded: FoldedReferences,
        roots: Roots | None = None,
        retained: npt.NDArray[np.int64] | None = None,
        depths: npt.NDArray[np.integer] | None = None,
    ) -> None:
        self._graph = graph
        self._folded = folded
        self._roots = roots
        self._retained = retained
        self._depths = depths
        self._owners: dict[int, int | None] = {}

    @property
    def snapshot(self) -> HeapSnapshot:
        """The columns."""
        return self._graph.snapshot

    @property
    def retained(self) -> npt.NDArray[np.int64] | None:
        """Retained bytes by object index, if computed."""
        return self._retained

    @property
    def depths(self) -> npt.NDArray[np.integer] | None:
        """Hops from the nearest root by object index, if computed."""
        return self._depths

    def referrers(self, index: int) -> Indexes:
        """Who holds it, raw."""
        return self._graph.referrers(index)

    def referents(self, index: int) -> Indexes:
        """What it holds, raw."""
        return self._graph.referents(index)

    def root_of(self, index: int) -> Root | None:
        """The best root that it is."""
        if self._roots is None:
            return None
        return next(iter(self._roots.of(index)), None)

    def row_of(self, object_id: int) -> int | None:
        """The row of an object."""
        found = self._graph.find_index(object_id)
        return None if found is None else int(found)

    def owner_of(self, index: int) -> int | None:
        """Whose attribute dict it is. Remembered: labels may have to be asked for it."""
        if int(self.snapshot.types[index]) not in self._dict_rows:
            return None
        if index not in self._owners:
            module = self._modules_by_dict.get(index)
            self._owners[index] = self._folded.owner_of(index) if module is None else module
        return self._owners[index]

    def prepare(self, indexes: Indexes) -> npt.NDArray[np.bool_]:
        """Find the owners of these objects with one request to the labels; which of them may fold."""
        types = self.snapshot.types[indexes]
        dicts = indexes[np.isin(types, self._dict_row_array)]
        self._folded.prepare(index for index in dicts.tolist() if index not in self._owners)
        return np.isin(types, self._folding_row_array)

    def parts_of(self, index: int) -> Indexes:
        """Its own attribute dicts."""
        if self._graph.type_name(index) in _CONTAINERS:
            return _NOTHING
        referents = self._graph.referents(index)
        dicts = distinct(referents[np.isin(self.snapshot.types[referents], self._dict_row_array)])
        own = [part for part in dicts[:_MOST_PARTS].tolist() if self.owner_of(part) == index]
        return np.array(own, dtype=np.int64)

    def is_wrapper(self, index: int) -> bool:
        """Whether it is a bound method, a cell, or a function's closure tuple; `append` of a list is one,
        `len` is a function of its module."""
        row = int(self.snapshot.types[index])
        if row in self._wrapper_rows:
            return True
        if row in self._native_method_rows:
            selves = self._graph.referents(index).tolist()
            return bool(selves) and not any(self._graph.module_at(each) is not None for each in selves)
        return row in self._tuple_rows and self._folded.owner_of(index) is not None

    def functions_of(self, index: int) -> Indexes:
        """Functions whose globals are this module's."""
        if self._graph.module_at(index) is None:
            return _NOTHING
        users = [self._graph.referrers(part) for part in self.parts_of(index).tolist()]
        if not users:
            return _NOTHING
        all_users = distinct(np.concatenate(users))
        return all_users[np.isin(self.snapshot.types[all_users], self._function_row_array)]

    def _rows(self, *names: str) -> list[int]:
        return [row for row, info in enumerate(self.snapshot.type_table) if info.name in names]

    @cached_property
    def _modules_by_dict(self) -> dict[int, int]:
        """Rows of modules by the row of their globals: found together, since one by one takes a pass each."""
        modules = self.snapshot.modules
        ids = np.array([[m.dict_id for m in modules], [m.object_id for m in modules]], dtype=np.uint64)
        rows = self._graph.indexes_of(ids.ravel()).reshape(2, -1).tolist()
        return {held: module for held, module in zip(*rows, strict=True) if held >= 0 and module >= 0}

    @cached_property
    def _dict_rows(self) -> frozenset[int]:
        return frozenset(self._rows("dict"))

    @cached_property
    def _dict_row_array(self) -> Indexes:
        return np.array(sorted(self._dict_rows), dtype=np.int64)

    @cached_property
    def _tuple_rows(self) -> frozenset[int]:
        return frozenset(self._rows("tuple"))

    @cached_property
    def _wrapper_rows(self) -> frozenset[int]:
        return frozenset(self._rows("method", "cell"))

    @cached_property
    def _native_method_rows(self) -> frozenset[int]:
        return frozenset(self._rows("builtin_function_or_method", "method-wrapper"))

    @cached_property
    def _folding_row_array(self) -> Indexes:
        folding = self._dict_rows | self._tuple_rows | self._wrapper_rows | self._native_method_rows
        return np.array(sorted(folding), dtype=np.int64)

    @cached_property
    def _function_row_array(self) -> Indexes:
        return np.array(self._rows("function"), dtype=np.int64)


_NOTHING: Indexes = np.empty(0, dtype=np.int64)
