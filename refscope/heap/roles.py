"""Which references a person can act on, and how the parts of an object are told apart.

CPython's habits as tables by object, for the kernels that walk whole heaps: they know roles and
modes, this file knows what a function or a class is. Low ranks are walked first (`kernels.search`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from refscope.agent.vocabulary import TypeFlag
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import TypeInfo

NORMAL, OUTSIDE, HIDDEN, NATIVE = range(4)
"""Ranks. NORMAL: from a module, by attributes, keys, items. OUTSIDE: roots that are no modules
(running frames, the interpreter). HIDDEN: references that a person does not write down (instance →
class, class → bases, function → globals). NATIVE: what only native code holds."""

SIDE = 16
"""Side of the table of ranks: `kernels.ROLES`, which cannot be imported here without loading numba."""
_DESCRIPTORS = {
    "getset_descriptor",
    "member_descriptor",
    "method_descriptor",
    "wrapper_descriptor",
    "classmethod_descriptor",
    "method-wrapper",
}
_CONTAINERS = {
    "list",
    "set",
    "frozenset",
    "collections.deque",
    "collections.OrderedDict",
    "collections.defaultdict",
    "collections.Counter",
    "collections.ChainMap",
    "mappingproxy",
    "functools._lru_cache_wrapper",
    "functools._lru_list_elem",
    "hamt",
    "hamt_bitmap_node",
    "hamt_array_node",
    "hamt_collision_node",
    "weakref.WeakValueDictionary",
    "numpy.ndarray",
}


class Role(IntEnum):
    """What `kernels.search` tells apart; below `SIDE`."""

    OTHER = 0
    FUNCTION = 1
    GLOBALS = 2  # the globals dict of a module or of an executed namespace
    CLASS = 3
    TUPLE = 4
    DESCRIPTOR = 5
    FRAME = 6


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Arguments of `kernels.search`: roles uint8[n], ranks uint8[SIDE²] by roles of source and
    target, class_of_type int32[types] (row of the class, −1 = not in the heap), class_rank."""

    roles: npt.NDArray[np.uint8]
    ranks: npt.NDArray[np.uint8]
    class_of_type: npt.NDArray[np.int32]
    class_rank: int = HIDDEN


@dataclass(frozen=True, slots=True, eq=False)
class Modes:
    """Arguments of `kernels.hash_shapes`: modes uint8[n], modes_below uint8[n], hashes uint64[types]
    of the names of types."""

    modes: npt.NDArray[np.uint8]
    modes_below: npt.NDArray[np.uint8]
    type_hashes: npt.NDArray[np.uint64]


def ranking(graph: HeapGraph) -> Ranking:
    """Roles of all objects, ranks of all references. O(objects + references of functions)."""
    roles = _by_type(graph, _role_of_type)
    roles[_globals_dicts(graph)] = Role.GLOBALS
    table = np.full((SIDE, SIDE), NORMAL, np.uint8)
    table[Role.FUNCTION, Role.GLOBALS] = HIDDEN
    table[Role.FRAME, Role.GLOBALS] = HIDDEN
    table[Role.CLASS, Role.CLASS] = HIDDEN  # __base__; nested classes hang in the class dict
    table[Role.CLASS, Role.TUPLE] = HIDDEN  # __mro__, __bases__
    table[Role.DESCRIPTOR, Role.CLASS] = HIDDEN
    class_of_type = np.array([info.object_index for info in graph.snapshot.type_table], np.int32)
    return Ranking(roles, table.ravel(), class_of_type)


def modes(graph: HeapGraph) -> Modes:
    """How the parts of each object are told apart in the shape of a chain. O(objects)."""
    from refscope.heap import kernels

    has_dict_between = graph.snapshot.python < (3, 11)  # instance → __dict__ → value

    def below(info: TypeInfo) -> int:
        if _role_of_type(info) in (Role.CLASS, Role.FUNCTION) or info.name == "module":
            return kernels.PLACE
        is_instance = bool(info.flags & TypeFlag.DICT) and info.name not in _CONTAINERS
        return kernels.ATTRIBUTE if is_instance and has_dict_between else kernels.MEMBER

    def mode(info: TypeInfo) -> int:
        if info.name in ("dict", "tuple"):
            return kernels.AS_PARENT_SAYS
        if info.name in _CONTAINERS:
            return kernels.MEMBER
        is_namespace = _role_of_type(info) in (Role.CLASS, Role.FUNCTION, Role.FRAME)
        return kernels.PLACE if is_namespace or info.name == "module" else kernels.ATTRIBUTE

    per_object = _by_type(graph, mode)
    per_object[_globals_dicts(graph)] = kernels.PLACE
    hashes = np.array([hash_of(info.name) for info in graph.snapshot.type_table], np.uint64)
    return Modes(per_object, _by_type(graph, below), hashes)


def hash_of(text: str) -> int:
    """A 64-bit number for a text, the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def _role_of_type(info: TypeInfo) -> Role:
    if info.flags & TypeFlag.SUBCLASS_OF_TYPE:
        return Role.CLASS
    if info.name in _DESCRIPTORS:
        return Role.DESCRIPTOR
    return {"function": Role.FUNCTION, "tuple": Role.TUPLE, "frame": Role.FRAME}.get(info.name, Role.OTHER)


def _by_type(graph: HeapGraph, value_of: Callable[[TypeInfo], int]) -> npt.NDArray[np.uint8]:
    """uint8[n]: a value per object that its type decides."""
    table = np.array([value_of(info) for info in graph.snapshot.type_table], np.uint8)
    return table[graph.snapshot.types] if len(table) else np.empty(0, np.uint8)


def _globals_dicts(graph: HeapGraph) -> npt.NDArray[np.bool_]:
    """bool[n]: the globals dicts of modules and of functions."""
    from refscope.heap import kernels

    snapshot = graph.snapshot
    found = np.zeros(graph.n_objects, np.bool_)
    rows = graph.indexes_of(np.array([m.dict_id for m in snapshot.modules if m.dict_id], np.uint64))
    found[rows[rows >= 0]] = True
    is_function = _by_type(graph, lambda info: info.name == "function").view(np.bool_)
    is_dict = _by_type(graph, lambda info: info.name == "dict").view(np.bool_)
    kernels.mark_globals(snapshot.offsets, snapshot.targets, is_function, is_dict, found)
    return found
