"""What naming needs to know about single objects of a heap: classes, fan-out, modules, frames.

Reads columns only; asks the image nothing. One `HeapFacts` is made for each batch of chains: its
tables cost a pass over types, modules and frames, not over objects.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from refscope.heap.id_table import rows_of_few
from refscope.heap.snapshot import HeapSnapshot, RunningFrame, TypeInfo
from refscope.heap.vocabulary import TypeFlag

MAX_SCANNED = 2_000_000
"""Referents of one object that are looked at to count those alike: 2 ms; more are extrapolated."""

MAX_METHODS = 100
"""Entries of a class's dict that are searched for the methods of a descriptor."""


class HeapFacts:
    """Answers about objects of one snapshot, by object index."""

    def __init__(self, snapshot: HeapSnapshot) -> None:
        self.snapshot = snapshot
        self._bases: dict[int, tuple[int, ...]] = {}

    def object_id(self, index: int) -> int:
        """`id()` in the target."""
        return int(self.snapshot.ids[index])

    def type_info(self, index: int) -> TypeInfo:
        """The class of an object."""
        return self.snapshot.type_table[int(self.snapshot.types[index])]

    def type_name(self, index: int) -> str:
        """`module.qualname`, builtins bare."""
        return self.type_info(index).name

    def is_class(self, index: int) -> bool:
        """Whether the object is a class."""
        info = self.type_info(index)
        return bool(info.flags & TypeFlag.SUBCLASS_OF_TYPE) or info.name == "type"

    def is_metaclass(self, index: int) -> bool:
        """Whether the object is a class whose instances are classes (as far as it has instances)."""
        info = self._classes.get(index)
        return info is not None and bool(info.flags & TypeFlag.SUBCLASS_OF_TYPE)

    def referents(self, index: int) -> npt.NDArray[np.int32]:
        """Rows of what an object holds, in the collector's order (a view)."""
        offsets = self.snapshot.offsets
        return self.snapshot.targets[int(offsets[index]) : int(offsets[index + 1])]

    def entries(self, index: int) -> int:
        """How many references an object holds."""
        return int(self.snapshot.offsets[index + 1] - self.snapshot.offsets[index])

    def tuple_index(self, row: int, item: int) -> int | None:
        """At which index a tuple holds an item; None where it holds it more than once, or is no tuple.

        The collector reports the items of a tuple from the last to the first.
        """
        if self.type_name(row) != "tuple":
            return None
        found = np.flatnonzero(self.referents(row) == item)
        return self.entries(row) - 1 - int(found[0]) if len(found) == 1 else None

    def alike(self, index: int, member: int) -> int:
        """How many of the references of `index` lead to objects of the class of `member`."""
        rows = self.referents(index)
        share = 1.0
        if len(rows) > MAX_SCANNED:
            share = len(rows) / MAX_SCANNED
            rows = rows[:MAX_SCANNED]
        same = np.count_nonzero(self.snapshot.types[rows] == self.snapshot.types[member])
        return round(int(same) * share)

    def class_name(self, index: int) -> str:
        """`module.qualname` of a class object that has instances; "" where that is not known."""
        info = self._classes.get(index)
        return info.name if info else ""

    def bases(self, index: int) -> tuple[int, ...]:
        """Rows of the base classes of the class of an object, nearest first, itself left out.

        Bases of static classes are not in the heap from Python 3.12 on; then ().
        """
        row = int(self.snapshot.types[index])
        if row not in self._bases:
            self._bases[row] = self._bases_of(self.snapshot.type_table[row])
        return self._bases[row]

    def methods(self, index: int) -> list[tuple[int, int]]:
        """(attribute dict, function) rows for the class of an object and its bases: what may be `__get__`."""
        own = self.type_info(index).object_index
        found = []
        for cls in (own, *self.bases(index)):
            held = [] if cls < 0 else [int(row) for row in self.referents(cls)]
            for table in (row for row in held if self.type_name(row) == "dict"):
                rows = self.referents(table)[:MAX_METHODS]
                found += [(table, int(row)) for row in rows if self.type_name(int(row)) == "function"]
        return found

    def wrapped_by(self, index: int) -> list[int]:
        """Rows whose texts name a wrapper: the function of a method, partial or cache."""
        if self.type_name(index) not in ("method", "functools.partial", "functools._lru_cache_wrapper"):
            return []
        wanted = ("function", "builtin_function_or_method", "method")
        return [int(row) for row in self.referents(index)[:8] if self.type_name(int(row)) in wanted]

    def instances_of(self, index: int) -> int:
        """How many objects have exactly the class of `index`."""
        return int(self._type_counts[int(self.snapshot.types[index])])

    def module_at(self, index: int) -> str:
        """Name of the module that this object is, or whose globals it is; "" for other objects."""
        return self._module_names.get(self.object_id(index), "")

    def module_namespace(self, module: str) -> int:
        """Row of the globals of a module; −1 = not known."""
        return self._namespaces.get(module, -1)

    def modules_holding(self, index: int) -> list[str]:
        """Names of the modules that have this object as a global, in the order of `sys.modules`."""
        names, numbers, held = self._globals
        return [names[number] for number in np.unique(numbers[held == index])]

    def holds(self, holder: int, held: int) -> bool:
        """Whether `holder` refers to `held` directly."""
        return bool((self.referents(holder) == held).any())

    def frame_at(self, index: int) -> RunningFrame | None:
        """The running frame that this row stands for."""
        return self._frames.get(self.object_id(index))

    def frames_running(self, function: str, module: str) -> int:
        """How many running frames execute that function."""
        return sum(f.function == function and f.module == module for f in self.snapshot.frames)

    def modules_like(self, module: str) -> int:
        """How many modules have that name but for digits; 1 up to 4, as `http1`, `http2` mean nothing."""
        stem = _without_digits(module)
        count = sum(_without_digits(entry.name) == stem for entry in self.snapshot.modules)
        return count if count > 4 else 1

    def interpreter_parts(self, part: str) -> int:
        """How many objects that part of the interpreter holds."""
        return sum(entry.part == part for entry in self.snapshot.interpreter)

    @cached_property
    def _classes(self) -> dict[int, TypeInfo]:
        return {info.object_index: info for info in self.snapshot.type_table if info.object_index >= 0}

    @cached_property
    def _type_counts(self) -> npt.NDArray[np.int64]:
        from refscope.heap import kernels

        counts = np.zeros(len(self.snapshot.type_table), np.int64)
        kernels.count_values(self.snapshot.types, counts)
        return counts

    @cached_property
    def _module_names(self) -> dict[int, str]:
        names: dict[int, str] = {}
        for module in self.snapshot.modules:  # the first name of an alias is the one it was imported by
            names.setdefault(module.object_id, module.name)
            if module.dict_id:
                names.setdefault(module.dict_id, module.name)
        return names

    @cached_property
    def _namespaces(self) -> dict[str, int]:
        wanted = {module.dict_id: module.name for module in reversed(self.snapshot.modules) if module.dict_id}
        rows = rows_of_few(self.snapshot.ids, np.fromiter(wanted, dtype=np.uint64, count=len(wanted)))
        found = {name: row for name, row in zip(wanted.values(), rows.tolist(), strict=True) if row >= 0}
        return {module.name: found[module.name] for module in self.snapshot.modules if module.name in found}

    @cached_property
    def _globals(self) -> tuple[list[str], npt.NDArray[np.intp], npt.NDArray[np.int32]]:
        """Names of modules; for each of their globals the number of the module, and the object."""
        rows = [self.referents(row) for row in self._namespaces.values()]
        numbers = np.repeat(np.arange(len(rows)), [len(held) for held in rows])
        return list(self._namespaces), numbers, np.concatenate([*rows, np.empty(0, np.int32)])

    @cached_property
    def _frames(self) -> dict[int, RunningFrame]:
        return {frame.object_id: frame for frame in self.snapshot.frames}

    def _bases_of(self, info: TypeInfo) -> tuple[int, ...]:
        """A class refers to its `__mro__`, the tuple that begins with the class itself; the collector
        reports the items of a tuple from the last to the first."""
        if info.object_index < 0:
            return ()
        for row in self.referents(info.object_index):
            if self.type_name(int(row)) != "tuple":
                continue
            members = [int(member) for member in self.referents(int(row))]
            if len(members) > 1 and members[-1] == info.object_index:
                return tuple(reversed(members[:-1]))
        return ()


def _without_digits(name: str) -> str:
    return "".join(char for char in name if not char.isdigit())
