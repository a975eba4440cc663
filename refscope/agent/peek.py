"""Reading of raw memory, where the interpreter offers no call for it.

Used for three things only: the item vector of our own lists (it *is* the array of ids), words of
objects that are held while we look, and objects that a frozen image knows by id alone. Everything
is tried on probes at import; where ctypes is missing or a probe disagrees, `VECTORS`, `WORDS` or
`INLINE` is false and callers take a slower way or say that they do not know.
"""

from __future__ import annotations

import _bisect
import gc
import os
import sys
from array import array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    import ctypes
except ImportError:  # interpreters built without libffi
    ctypes = None  # type: ignore[assignment]

_open, _yield = open, os.sched_yield
_get_interval, _set_interval = sys.getswitchinterval, sys.setswitchinterval
_ITEMS_OFFSET = 24  # PyListObject: count, type, size, then the pointer to the items
_KEYS_OFFSET = 32  # PyDictObject: count, type, length, version, then the pointer to the keys
INLINE_FLAG = 1 << 2 if sys.version_info >= (3, 13) else (1 << 4 if sys.version_info >= (3, 11) else 0)
"""Flag of types whose instances keep attribute values outside of a dict."""


def _all_memory() -> Any:
    """The address space as one view of 8-byte words; index = address >> 3. Copies nothing."""
    return memoryview((ctypes.c_ulonglong * (1 << 44)).from_address(0)).cast("B").cast("Q")


def _probe_vectors() -> bool:
    if ctypes is None or ctypes.sizeof(ctypes.c_void_p) != 8 or sys.implementation.name != "cpython":
        return False
    items = [object(), (), "abc", 7]
    try:
        raw = ctypes.string_at(ctypes.c_size_t.from_address(id(items) + _ITEMS_OFFSET).value, 32)
    except (ValueError, TypeError):
        return False
    return raw == array("Q", [id(item) for item in items]).tobytes()


VECTORS = sys.byteorder == "little" and _probe_vectors()
"""Whether item vectors of lists can be read and written."""
try:
    MEMORY: Any = _all_memory() if VECTORS else None
except (ValueError, OverflowError, MemoryError, TypeError):
    MEMORY = None
WORDS = MEMORY is not None


def ids_of_slowly(items: Any) -> Any:
    """Like `ids_of`, without ctypes: 1.5 times slower."""
    return array("Q", list(map(id, items))).tobytes()


def _ids_of_quickly(items: Any) -> Any:
    address = ctypes.c_size_t.from_address(id(items) + _ITEMS_OFFSET).value
    return ctypes.string_at(address, 8 * len(items)) if items else b""


ids_of = _ids_of_quickly if VECTORS else ids_of_slowly
"""The ids of the items of a list, in order, as bytes of uint64."""


def _private_library() -> Any:
    """The C library and the interpreter, by calls that keep the interpreter lock; not the shared handle,
    whose functions keep the argument types that others set."""
    library = ctypes.PyDLL(None)
    library.memmove.restype = ctypes.c_void_p
    library.memmove.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    return library


LIBRARY: Any = _private_library() if VECTORS else None


def untracker() -> Any:
    """The interpreter's function that takes an object off the collector's lists. Only where `VECTORS`."""
    untrack = LIBRARY.PyObject_GC_UnTrack
    untrack.argtypes, untrack.restype = [ctypes.py_object], None
    return untrack


def borrow(ids: Any) -> Any:
    """The objects with these ids, as a list of real references.

    ids: bytes of uint64. Only for ids of objects that certainly live, in a frozen image. The ids
    are put into the vector of a list for the time of one copy, then the vector is put back.
    """
    count = len(ids) // 8
    if not count:
        return []
    box = [None] * count
    address = ctypes.c_size_t.from_address(id(box) + _ITEMS_OFFSET).value
    saved = ctypes.string_at(address, 8 * count)
    LIBRARY.memmove(address, bytes(ids), 8 * count)
    owned = box[:]
    LIBRARY.memmove(address, saved, 8 * count)
    return owned


def word(address: int) -> Any:
    """The 8 bytes at an address, as an unsigned number."""
    return MEMORY[address >> 3]


def object_at(address: int) -> Any:
    """The object that lives at this address."""
    return ctypes.py_object.from_buffer(ctypes.c_size_t(address)).value


def pointed_at(address: int) -> Any:
    """The object that the word at an address points at, read and held in one C call; None for NULL."""
    try:
        return ctypes.py_object.from_address(address).value
    except ValueError:
        return None


_STILL_S = 1.0  # a thread that begins to wait meanwhile may wait so long, so no longer than needed


class still:
    """Keeps other threads of a running target from taking a turn, for some milliseconds of reading.

    Without calls that wait, so that what was read as an address still lives when it is used.
    """

    def __enter__(self) -> Any:
        self._interval_s = _get_interval()
        _set_interval(_STILL_S)
        _yield()  # a request for the lock that is already made is granted here
        return self

    def __exit__(self, *problem: Any) -> None:
        _set_interval(self._interval_s)


class _Probe:
    """A class whose instances show where attribute values lie."""


def _find_cached_keys() -> Any:
    """Offset, in a class object, of the pointer to the attribute names its instances share."""
    probe: Any = _Probe()
    probe.refscope_first, probe.refscope_second = [], []
    keys = word(id(probe.__dict__) + _KEYS_OFFSET)
    size = type.__sizeof__(_Probe) & ~7
    for offset in range(0, size, 8):
        if word(id(_Probe) + offset) == keys:
            return offset
    return None


def _values_address(instance: Any) -> Any:
    """Where the attribute values of an instance lie; 0 when they are in a dict or there are none."""
    base = id(instance)
    if sys.version_info >= (3, 13):
        size = _basicsize(type(instance))
        header = word(base + size)
        is_valid = (header >> 24) & 0xFF  # capacity, size, embedded, valid: one byte each
        return base + size + 8 if is_valid else 0
    if sys.version_info >= (3, 12):
        tagged = word(base - 24)
        return tagged + 1 if tagged & 1 else 0
    return word(base - 32)


_basicsize = type.__dict__["__basicsize__"].__get__
_flags = type.__dict__["__flags__"].__get__


def shared_names(cls: Any) -> Any:
    """Attribute names in the order of the values of instances of a class with inline values."""
    if not INLINE or not _flags(cls) & INLINE_FLAG:
        return []
    keys = word(id(cls) + _CACHED_KEYS)
    if not keys:
        return []
    sizes = word(keys + 8)
    index_bytes, kind, count = (sizes >> 8) & 0xFF, (sizes >> 16) & 0xFF, word(keys + 24)
    if kind != 2 or count > 255:  # 2 = split; at most 30 names are shared
        return []
    entries = keys + 32 + (1 << index_bytes)
    return [object_at(word(entries + 16 * row)) for row in range(count)]


def inline_values(instance: Any) -> Any:
    """(name, id of value) of attributes that lie outside of a dict; [] when there are none.

    Runs no user code and makes no dict. Costs a few microseconds per attribute.
    """
    cls = type(instance)
    if not INLINE or not _flags(cls) & INLINE_FLAG:
        return []
    if REPORTS_MADE_DICTS and made_dict(instance):
        return []
    address = _values_address(instance)
    if not address:
        return []
    pairs = []
    for row, name in enumerate(shared_names(cls)):
        value = word(address + 8 * row)
        if value:
            pairs.append((name, value))
    return pairs


def made_dict(instance: Any) -> Any:
    """Id of the `__dict__` that an instance with inline values has been asked for; 0 = none."""
    found = word(id(instance) - 24)
    return 0 if found & 1 else found


def _probe_inline() -> bool:
    if not WORDS or sys.version_info < (3, 11) or not _flags(_Probe) & INLINE_FLAG:
        return False
    probe: Any = _Probe()
    probe.refscope_first, probe.refscope_second = [], ()
    expected = [("refscope_first", id(probe.refscope_first)), ("refscope_second", id(probe.refscope_second))]
    return bool(inline_values(probe) == expected)


INLINE = REPORTS_MADE_DICTS = False
_CACHED_KEYS: Any = _find_cached_keys() if WORDS and sys.version_info >= (3, 11) else None
if _CACHED_KEYS is not None:
    INLINE = True
    INLINE = _probe_inline()
"""Whether inline values can be read on this interpreter."""


def _dicts_are_hidden() -> bool:
    """Whether an instance hides the `__dict__` it was asked for from the collector (3.13.0)."""
    probe: Any = _Probe()
    probe.refscope_first = []
    made = probe.__dict__
    return not any(referent is made for referent in gc.get_referents(probe))


HIDES_MADE_DICTS = INLINE and sys.version_info >= (3, 13) and _dicts_are_hidden()
REPORTS_MADE_DICTS = INLINE and sys.version_info >= (3, 13) and not HIDES_MADE_DICTS
"""Whether the values, which stay where they are, are the made dict's for the collector (3.14)."""


class MappedMemory:
    """The readable, writable ranges of this process' memory: where objects can be.

    Guards against ids that never were objects; an id of a freed object cannot be told.
    """

    def __init__(self, path: str = "/proc/self/maps") -> None:
        self._starts: list[int] | None = []
        self._ends: list[int] = []
        try:
            starts = self._starts
            with _open(path) as lines:
                for line in lines:
                    span, rights = line.split(None, 2)[:2]
                    if rights.startswith("rw"):
                        start, end = span.split("-")
                        starts.append(int(start, 16))
                        self._ends.append(int(end, 16))
        except OSError:
            self._starts = None

    def holds(self, address: int) -> Any:
        """Whether an object may live there; always true where the system does not tell."""
        if address & 7 or address <= 0:
            return False
        if self._starts is None:
            return True
        row = _bisect.bisect_right(self._starts, address) - 1
        return row >= 0 and address + 16 <= self._ends[row]
