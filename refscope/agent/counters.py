"""Figures read from the running target without touching its objects: counters and watches.

A watch is a dotted path that is resolved through the dictionaries of modules and classes alone: no
attribute lookup, no descriptor, no `__getattr__`, so no user code runs. Its value is the length of
an exact builtin container and the number of references to it.
"""

from __future__ import annotations

import array
import collections
import gc
import sys
import time
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_get_stats, _get_count, _is_enabled, _collect = gc.get_stats, gc.get_count, gc.isenabled, gc.collect
_allocated_blocks = getattr(sys, "getallocatedblocks", int)
_getrefcount, _clock = sys.getrefcount, time.perf_counter
_dict_of_module: Any = vars(types.ModuleType)["__dict__"].__get__
_dict_of_class = type.__dict__["__dict__"].__get__
_mro_of = type.__dict__["__mro__"].__get__
_IMMORTAL = 1 << 28  # counts of immortal objects start at 2**30 on 3.12 to 3.14, less what was dropped
_SIZED = frozenset(
    (
        list, dict, set, frozenset, tuple, str, bytes, bytearray, array.array,
        collections.deque, collections.defaultdict, collections.OrderedDict,
    )
)  # fmt: skip
_MISSING = object()


def counters() -> Any:
    """The fields of a `counters` answer. About 10 µs."""
    stats = [[each["collections"], each["collected"], each["uncollectable"]] for each in _get_stats()]
    return {
        "allocated_blocks": _allocated_blocks(),
        "gc_stats": stats,
        "gc_counts": list(_get_count()),
        "gc_enabled": _is_enabled(),
    }


def collect() -> Any:
    """Run a full collection: finalizers of the target's garbage run on this thread."""
    started = _clock()
    unreachable = _collect()
    return {"unreachable": unreachable, "elapsed_s": _clock() - started}


def _count_in(box: Any) -> Any:
    """The raw reference count of the only item of a list, measured the same way each time."""
    (count,) = map(_getrefcount, box)
    return count


_OFFSET = _count_in([[]])  # what the box and the measurement add, themselves counted


def watch(paths: Any) -> Any:
    """[length or None, references or None] of what each dotted path leads to."""
    return [_measure(path) for path in paths]


def _measure(path: str) -> Any:
    box = _resolve(path.split("."))
    if not box:
        return [None, None]
    length = len(box[0]) if type(box[0]) in _SIZED else None
    count = _count_in(box) - _OFFSET
    return [length, count if count < _IMMORTAL else None]


def _resolve(parts: Any) -> Any:
    """A list with the object found, or an empty one. Longest module name first."""
    modules = sys.modules
    for size in range(len(parts), 0, -1):
        box = [modules.get(".".join(parts[:size]), _MISSING)] if type(modules) is dict else []
        if box and box[0] is not _MISSING:
            for name in parts[size:]:
                box = _step(box, name)
                if not box:
                    break
            if box:
                return box
    return []


def _step(box: Any, name: str) -> Any:
    """From a module or class to what its dictionaries hold under a name."""
    kind = type(box[0])
    try:
        if issubclass(kind, types.ModuleType):
            places = [_dict_of_module(box[0])]
        elif issubclass(kind, type):
            places = [_dict_of_class(cls) for cls in _mro_of(box[0])]
        else:
            return []
    except TypeError:
        return []
    for place in places:
        found = [place.get(name, _MISSING)]
        if found[0] is not _MISSING:
            return found
    return []
