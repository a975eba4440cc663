"""Moving around in one heap: id ↔ index, referents, referrers, objects of a type.

Knows indexes and edges, nothing about what they mean in CPython (that is `references`). Whatever is
derived from the columns is computed at the first question and kept; arrays are read-only by
convention. Safe to use from several threads: at worst something is computed twice.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from refscope.heap.snapshot import HeapSnapshot, ModuleRoot, ObjectId, ObjectIndex, RunningFrame, TypeInfo


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
        raise NotImplementedError

    def index_of(self, object_id: int) -> ObjectIndex:
        """The row of an object id; raises `NotFound`."""
        raise NotImplementedError

    def indexes_of(self, object_ids: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
        """Rows of many object ids, int32, −1 = not in the heap."""
        raise NotImplementedError

    def id_of(self, index: int) -> ObjectId:
        """The object id of a row."""
        raise NotImplementedError

    def type_of(self, index: int) -> TypeInfo:
        """The class of an object."""
        raise NotImplementedError

    def type_name(self, index: int) -> str:
        """`module.qualname` of the class of an object."""
        raise NotImplementedError

    def size_of(self, index: int) -> int:
        """Shallow size in bytes."""
        raise NotImplementedError

    def is_tracked(self, index: int) -> bool:
        """Whether the collector lists the object."""
        raise NotImplementedError

    def referents(self, index: int) -> npt.NDArray[np.int32]:
        """What an object holds, in the collector's order, repeated as often as it holds it. A view."""
        raise NotImplementedError

    def referrers(self, index: int) -> npt.NDArray[np.int32]:
        """Who holds an object, ascending, repeated as often as they hold it. A view.

        The first call builds the reverse of the whole heap (GIL released).
        """
        raise NotImplementedError

    def reverse(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """All referrers in CSR form: offsets int64[n + 1], sources int32[m]."""
        raise NotImplementedError

    def in_degrees(self) -> npt.NDArray[np.int64]:
        """References found to each object, repeated ones counted: int64[n]."""
        raise NotImplementedError

    def type_row(self, name: str) -> int:
        """The row of the class with that name; of several the one with most objects.

        Raises `NotFound` with near matches.
        """
        raise NotImplementedError

    def type_rows(self, name: str) -> tuple[int, ...]:
        """All rows of the type table with that qualified name (classes made twice, reloaded modules),
        most objects first; raises `NotFound` with near matches."""
        raise NotImplementedError

    def objects_of_type(self, *rows: int) -> npt.NDArray[np.int32]:
        """All objects whose class is one of these rows of the type table, ascending."""
        raise NotImplementedError

    def type_counts(self) -> npt.NDArray[np.int64]:
        """Objects per row of the type table."""
        raise NotImplementedError

    def type_sizes(self) -> npt.NDArray[np.int64]:
        """Shallow bytes per row of the type table."""
        raise NotImplementedError

    def class_row(self, index: int) -> int | None:
        """If the object is itself a class of the type table: its row there."""
        raise NotImplementedError

    def module_at(self, index: int) -> ModuleRoot | None:
        """The entry of `sys.modules` whose module object this is."""
        raise NotImplementedError

    def module_of_globals(self, index: int) -> ModuleRoot | None:
        """The entry of `sys.modules` whose globals dict this is."""
        raise NotImplementedError

    def frame_at(self, index: int) -> RunningFrame | None:
        """The running frame whose frame object this is."""
        raise NotImplementedError
