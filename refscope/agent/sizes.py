"""Shallow sizes and true reference counts, without ever running user code.

`sys.getsizeof` calls `__sizeof__`, which a class may define in Python: such objects are measured by
the first C implementation among their bases instead. Sizes include the collector's header, as
`sys.getsizeof` counts it.
"""

from __future__ import annotations

import sys
from array import array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_getsizeof = sys.getsizeof
_getrefcount = sys.getrefcount
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_flags_of = type.__dict__["__flags__"].__get__
_C_METHOD = type(list.append)  # method_descriptor: what C code defines
_HAVE_GC = 1 << 14
# Types that keep pointers to dict and weak references in front of the header.
_PREHEADER = 0 if sys.version_info < (3, 11) else (1 << 4 if sys.version_info < (3, 12) else 3 << 3)
_GC_HEADER = sys.getsizeof([]) - [].__sizeof__()

if sys.version_info >= (3, 12):
    _IMMORTAL = 1 << 31
elif sys.version_info >= (3, 11):
    _IMMORTAL = 900_000_000  # small ints and the like start at 999,999,999
else:
    _IMMORTAL = 1 << 62
"""Counts from here on mean an object that is never freed; 2**31 real references fill 16 GB."""


def count_offset() -> Any:
    """What `list(map(sys.getrefcount, objects))` adds to each count, the list itself included."""
    (raw,) = list(map(_getrefcount, [object()]))
    return raw


def counts(objects: Any, offset: int) -> Any:
    """True counts of the items of a list, −1 = immortal, as array('q')."""
    return settle(list(map(_getrefcount, objects)), offset)


def settle(raw: Any, offset: int) -> Any:
    """Raw counts less the references of the measurement, −1 = immortal, as array('q')."""
    if raw and max(raw) >= _IMMORTAL:
        return array("q", [-1 if count >= _IMMORTAL else count - offset for count in raw])
    return array("q", [count - offset for count in raw])


_SINGLETONS = frozenset(map(id, (None, True, False, Ellipsis, NotImplemented)))
"""Never freed; frozen modules of 3.11 refer to them without counting it."""


def leave_out_singletons(ids: Any, counted: Any) -> Any:
    """Set the counts of `None`, `True` and the like to −1. ids: bytes of uint64."""
    for row, key in enumerate(array("Q", ids)):
        if key in _SINGLETONS:
            counted[row] = -1
    return counted


def _sizeof_of(cls: Any) -> Any:
    """The `__sizeof__` that a class inherits, as it stands in the class dict."""
    for base in _mro_of(cls) or ():
        found = _dict_of(base).get("__sizeof__")
        if found is not None:
            return found
    return None


def _native_sizeof(cls: Any) -> Any:
    for base in _mro_of(cls) or ():
        found = _dict_of(base).get("__sizeof__")
        if type(found) is _C_METHOD:
            return found
    return object.__dict__["__sizeof__"]


class Sizes:
    """Measures objects; remembers which classes may be asked by `sys.getsizeof`."""

    def __init__(self) -> None:
        self._safe: set[Any] = set()  # ids of classes whose __sizeof__ is C code
        self._unsafe: dict[Any, Any] = {}  # id of class -> (its native __sizeof__, header bytes)

    def of(self, objects: Any, types: Any, type_ids: Any) -> Any:
        """Shallow sizes of the items, as array('Q'). type_ids: set of the ids of their `types`."""
        if not type_ids <= self._safe:
            self._learn(types)
            if not type_ids <= self._safe:
                return array("Q", list(map(self._one, objects, types)))
        try:
            return array("Q", list(map(_getsizeof, objects)))
        except Exception:  # a C implementation that refuses a half-made object
            return array("Q", list(map(self._one, objects, types)))

    def _learn(self, types: Any) -> None:
        for cls in types:
            key = id(cls)
            if key in self._safe or key in self._unsafe:
                continue
            if type(_sizeof_of(cls)) is _C_METHOD:
                self._safe.add(key)
            else:
                flags = _flags_of(cls)
                header = (_GC_HEADER if flags & _HAVE_GC else 0) + (16 if flags & _PREHEADER else 0)
                self._unsafe[key] = (_native_sizeof(cls), header)

    def _one(self, item: Any, cls: Any) -> Any:
        known = self._unsafe.get(id(cls))
        try:
            if known is None:
                return _getsizeof(item)
            return known[0](item) + known[1]
        except Exception:
            return 0
