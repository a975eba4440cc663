"""Moving around in one heap: id ↔ index, referents, referrers, objects of a type.

Knows indexes and edges, nothing about what they mean in CPython (that is `references`). Whatever is
derived from the columns is computed at the first question and kept; arrays are read-only by
convention. Safe to use from several threads: at worst something is computed twice.
"""

from __future__ import annotations

import difflib
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from refscope.agent.vocabulary import ObjectFlag
from refscope.errors import NotFound
from refscope.heap.id_table import IdTable, rows_of_few
from refscope.heap.snapshot import HeapSnapshot, ModuleRoot, ObjectId, ObjectIndex, RunningFrame, TypeInfo

_T = TypeVar("_T")

_FEW = 100  # a table of all ids pays where one in so many is asked for


class HeapGraph:
    """One heap as a graph; referrers hold referents."""

    def __init__(self, snapshot: HeapSnapshot) -> None:
        self.snapshot = snapshot

    @property
    def n_objects(self) -> int:
        """Number of objects."""
        return self.snapshot.n_objects

    @property
    def n_edges(self) -> int:
        """Number of references, repeated ones counted as often as they are."""
        return self.snapshot.n_edges

    def find_index(self, object_id: int) -> ObjectIndex | None:
        """The row of an object id, or None. Cost: one pass over the ids (1 ms at a million)."""
        if not 0 < object_id < 1 << 64:
            return None
        rows = np.flatnonzero(self.snapshot.ids == np.uint64(object_id))
        return ObjectIndex(int(rows[0])) if len(rows) else None

    def index_of(self, object_id: int) -> ObjectIndex:
        """The row of an object id; raises `NotFound`."""
        index = self.find_index(object_id)
        if index is None:
            raise NotFound(f"No object at {object_id:#x}", "It is not in this snapshot.")
        return index

    def indexes_of(self, object_ids: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
        """Rows of many object ids, int32, −1 = not in the heap."""
        if len(object_ids) * _FEW < self.n_objects and "_id_table" not in self.__dict__:
            return rows_of_few(self.snapshot.ids, object_ids)
        return self._id_table.find(object_ids)

    def id_of(self, index: int) -> ObjectId:
        """The object id of a row."""
        return ObjectId(int(self.snapshot.ids[index]))

    def type_of(self, index: int) -> TypeInfo:
        """The class of an object."""
        return self.snapshot.type_table[int(self.snapshot.types[index])]

    def type_name(self, index: int) -> str:
        """`module.qualname` of the class of an object."""
        return self.type_of(index).name

    def size_of(self, index: int) -> int:
        """Shallow size in bytes."""
        return int(self.snapshot.sizes[index])

    def is_tracked(self, index: int) -> bool:
        """Whether the collector lists the object."""
        return bool(self.snapshot.flags[index] & ObjectFlag.TRACKED)

    def referents(self, index: int) -> npt.NDArray[np.int32]:
        """What an object holds, in the collector's order, repeated as often as it holds it. A view."""
        offsets = self.snapshot.offsets
        return self.snapshot.targets[offsets[index] : offsets[index + 1]]

    def referrers(self, index: int) -> npt.NDArray[np.int32]:
        """Who holds an object, ascending, repeated as often as they hold it. A view.

        The first call builds the reverse of the whole heap (GIL released).
        """
        offsets, sources = self.reverse()
        return sources[offsets[index] : offsets[index + 1]]

    def reverse(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """All referrers in CSR form: offsets int64[n + 1], sources int32[m]."""
        return self._reverse

    def in_degrees(self) -> npt.NDArray[np.int64]:
        """References found to each object, repeated ones counted: int64[n]. O(objects) at each call,
        O(references) before the reverse is there: nothing is kept, whole columns cost too much."""
        return np.diff(self._reverse[0]) if "_reverse" in self.__dict__ else self._count_referrers()

    def in_degree(self, index: int) -> int:
        """References found to one object, repeated ones counted."""
        return len(self.referrers(index))

    def type_row(self, name: str) -> int:
        """The row of the class with that name; of several the one with most objects.

        Raises `NotFound` with near matches.
        """
        return self.type_rows(name)[0]

    def type_rows(self, name: str) -> tuple[int, ...]:
        """All rows of the type table with that qualified name (classes made twice, reloaded modules),
        most objects first; raises `NotFound` with near matches."""
        rows = self._rows_by_name.get(name)
        if rows is None:
            raise NotFound(f"No class named {name}", "It has no objects in this snapshot.", self._near(name))
        return rows

    def objects_of_type(self, *rows: int) -> npt.NDArray[np.int32]:
        """All objects whose class is one of these rows of the type table, ascending."""
        offsets, objects = self._objects_by_type
        parts = [objects[offsets[row] : offsets[row + 1]] for row in rows]
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate([np.empty(0, np.int32), *parts]))

    def type_counts(self) -> npt.NDArray[np.int64]:
        """Objects per row of the type table."""
        return np.diff(self._objects_by_type[0])

    def type_sizes(self) -> npt.NDArray[np.int64]:
        """Shallow bytes per row of the type table."""
        from refscope.heap import kernels

        sums = np.zeros(len(self.snapshot.type_table), np.int64)
        kernels.sum_values(self.snapshot.types, self.snapshot.sizes, sums)
        return sums

    def module_at(self, index: int) -> ModuleRoot | None:
        """The entry of `sys.modules` whose module object this is."""
        return self._modules.get(index)

    def module_of_globals(self, index: int) -> ModuleRoot | None:
        """The entry of `sys.modules` whose globals dict this is."""
        return self._globals.get(index)

    def frame_at(self, index: int) -> RunningFrame | None:
        """The running frame whose frame object this is."""
        return self._frames.get(index)

    def _near(self, name: str) -> list[str]:
        """Names that come close: those that end alike first, then similar spelling."""
        names = self._rows_by_name
        last = name.rpartition(".")[2].lower()
        alike = sorted(known for known in names if known.rpartition(".")[2].lower() == last)
        return list(dict.fromkeys([*alike, *difflib.get_close_matches(name, names, n=5)]))[:5]

    @cached_property
    def _id_table(self) -> IdTable:
        return IdTable(self.snapshot.ids)

    def _count_referrers(self) -> npt.NDArray[np.int64]:
        from refscope.heap import kernels

        counts = np.zeros(self.n_objects, np.int64)
        kernels.count_values(self.snapshot.targets, counts)
        return counts

    @cached_property
    def _reverse(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        from refscope.heap import kernels

        offsets = np.zeros(self.n_objects + 1, np.int64)
        np.cumsum(self._count_referrers(), out=offsets[1:])
        sources = np.empty(self.n_edges, np.int32)
        kernels.reverse_edges(self.snapshot.offsets, self.snapshot.targets, offsets, sources)
        return offsets, sources

    @cached_property
    def _objects_by_type(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Objects sorted by type as the reverse of the graph object → its row of the type table."""
        from refscope.heap import kernels

        counts = np.zeros(len(self.snapshot.type_table), np.int64)
        kernels.count_values(self.snapshot.types, counts)
        offsets = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(counts, out=offsets[1:])
        objects = np.empty(self.n_objects, np.int32)
        one_each = np.arange(self.n_objects + 1)
        kernels.reverse_edges(one_each, self.snapshot.types, offsets, objects)
        return offsets, objects

    @cached_property
    def _rows_by_name(self) -> dict[str, tuple[int, ...]]:
        counts = self.type_counts()
        rows: dict[str, list[int]] = {}
        for row in np.argsort(-counts, kind="stable").tolist():
            rows.setdefault(self.snapshot.type_table[row].name, []).append(row)
        return {name: tuple(several) for name, several in rows.items()}

    @cached_property
    def _modules(self) -> dict[int, ModuleRoot]:
        return self._by_index([(m.object_id, m) for m in self.snapshot.modules])

    @cached_property
    def _globals(self) -> dict[int, ModuleRoot]:
        return self._by_index([(m.dict_id, m) for m in self.snapshot.modules if m.dict_id])

    @cached_property
    def _frames(self) -> dict[int, RunningFrame]:
        return self._by_index([(f.object_id, f) for f in self.snapshot.frames])

    def _by_index(self, entries: list[tuple[int, _T]]) -> dict[int, _T]:
        """Values by the row of their object id; the first of several wins."""
        rows = self.indexes_of(np.array([object_id for object_id, _ in entries], np.uint64))
        found = zip(rows.tolist(), (value for _, value in entries), strict=True)
        return {row: value for row, value in reversed(list(found)) if row >= 0}
