"""What a dotted path leads to in the running target, and marks that the program set by itself.

A path is resolved through the dictionaries of modules and classes alone: no attribute lookup, no
descriptor, no `__getattr__`, and none whose keys could compare themselves, so no user code runs. Its
value is the length of an exact builtin container and the number of references to it. A path that
leads nowhere is answered with a word that says where it ends.
"""

from __future__ import annotations

import _operator
import collections
import itertools
import os
import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_getrefcount, _getpid = sys.getrefcount, os.getpid
_is, _repeat = _operator.is_, itertools.repeat
_dict_of_module: Any = vars(types.ModuleType)["__dict__"].__get__
_dict_of_class = type.__dict__["__dict__"].__get__
_mro_of = type.__dict__["__mro__"].__get__
_name_of = type.__dict__["__name__"].__get__
_IMMORTAL = 1 << 28  # counts of immortal objects start at 2**30 on 3.12 to 3.14, less what was dropped
_SIZED = frozenset(
    (
        list, dict, set, frozenset, tuple, str, bytes, bytearray,
        collections.deque, collections.defaultdict, collections.OrderedDict,
    )
)  # fmt: skip
_SlotWrapper = type(list.__len__)
_owner_of = vars(_SlotWrapper)["__objclass__"].__get__
_MISSING = object()
_UNSAFE = "the modules of this program cannot be looked up safely"
MOST_MARKS = 100  # in one answer; the rest comes with the next
MARK_LIMIT = 200  # characters of a mark's name
MARKING_MODULE = "refscope.marking"


def watch(paths: Any) -> Any:
    """([length or None, references or None], word) for each dotted path; the word is "" where it leads
    to something that has both."""
    values, words = [], []
    modules = sys.modules  # looked through once for all paths: 50 µs for a thousand modules
    is_safe = type(modules) is dict and _has_plain_keys(modules)
    for path in paths:
        value, word = _measure(path, modules) if is_safe else ([None, None], _UNSAFE)
        values.append(value)
        words.append(word)
    return values, words


def new_marks() -> Any:
    """[[time.monotonic() in s, name]] of marks that the program set since the last call.

    They wait in the mailbox of `refscope.marking`, where the program has RefScope and called it.
    """
    modules = sys.modules
    module = modules.get(MARKING_MODULE) if type(modules) is dict else None
    if type(module) is not types.ModuleType:
        return []
    names = _dict_of_module(module)
    mailbox, readers = names.get("_mailbox"), names.get("_readers")
    if type(mailbox) is not collections.deque or type(readers) is not list:
        return []
    if not readers:
        readers.append(_getpid())  # somebody reads, so the end of the program may wait a moment for that
    marks: list[list[Any]] = []
    while mailbox and len(marks) < MOST_MARKS:
        entry = mailbox.popleft()
        if type(entry) is tuple and list(map(type, entry)) == [float, str]:
            marks.append([entry[0], entry[1][:MARK_LIMIT]])
    return marks


def _count_in(box: Any) -> Any:
    """The raw reference count of the only item of a list, measured the same way each time."""
    (count,) = map(_getrefcount, box)
    return count


_OFFSET = _count_in([[]])  # what the box and the measurement add, themselves counted


def _measure(path: str, modules: Any) -> Any:
    box, word = _resolve(path.split("."), modules)
    if not box:
        return [None, None], word
    kind = type(box[0])
    length = len(box[0]) if kind in _SIZED or _is_array(kind) else None
    count = _count_in(box) - _OFFSET
    value = [length, count if count < _IMMORTAL else None]
    return value, "" if length is not None else "%s has no length to read" % _plain(kind)


def _is_array(kind: Any) -> Any:
    """Whether a class is the program's own `array.array`: it loads a module of its own from 3.10 on, so
    that ours is another class. Only the C function may be there that measures it."""
    if _name_of(kind) != "array":
        return False
    module = sys.modules.get("array")
    names = _dict_of_module(module) if type(module) is types.ModuleType else {}
    measure = _dict_of_class(kind).get("__len__")
    is_theirs = names.get("array") is kind and type(measure) is _SlotWrapper
    return is_theirs and _owner_of(measure) is kind


def _resolve(parts: Any, modules: Any) -> Any:
    """A list with the object found, or an empty one and where the path ends. Longest module name first."""
    word = ""
    for size in range(len(parts), 0, -1):
        box = [modules.get(".".join(parts[:size]), _MISSING)]
        if box[0] is not _MISSING:
            for at in range(size, len(parts)):
                box, step = _step(box, parts[at])
                if not box:
                    word = word or "%s %s" % (".".join(parts[:at]), step)
                    break
            if box:
                return box, ""
    return [], word or "no module %s is loaded" % parts[0][:80]


def _step(box: Any, name: str) -> Any:
    """From a module or class to what its dictionaries hold under a name, or why not."""
    kind = type(box[0])
    try:
        if issubclass(kind, types.ModuleType):
            places = [_dict_of_module(box[0])]
        elif issubclass(kind, type):
            places = [_dict_of_class(cls) for cls in _mro_of(box[0])]
        else:
            return [], "is of %s: only modules and classes are looked into while it runs" % _plain(kind)
    except TypeError:
        return [], "cannot be looked into"
    for place in places:
        if not _has_plain_keys(place):
            return [], "has keys that are no plain texts"
        found = [place.get(name, _MISSING)]
        if found[0] is not _MISSING:
            return found, ""
    return [], "has no %s" % name[:80]


def _has_plain_keys(place: Any) -> Any:
    """Whether looking a text up compares texts alone: a key of another class may bring its own `==`."""
    return all(map(_is, map(type, place), _repeat(str)))


def _plain(kind: Any) -> Any:
    return "class %s" % _name_of(kind)[:80]
