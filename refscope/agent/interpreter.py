"""Parts of the interpreter that hold objects, by name: signal handlers, at-exit callbacks, codecs, hooks.

Much of this lies in C and has no referrer for the collector. What no call tells is read from the
words of the interpreter's state: only words that are ids of listed objects count, and only such
objects are named as can be told by what they contain.
"""

from __future__ import annotations

import _operator
import _signal
import _thread
import atexit
import gc
import sys
import types

from . import peek, threadstates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_getsignal, _get_ident, _ncallbacks = _signal.getsignal, _thread.get_ident, atexit._ncallbacks
_module_dict_of: Any = vars(types.ModuleType)["__dict__"].__get__
_STATE_WORDS = 60 if sys.version_info < (3, 8) else 1420  # what precedes the parts that only borrow
_TUPLE = id(tuple)
_PARTS_OF_THREADS = {
    "dict": "thread state of %s",
    "context": "context of %s",
    "exception": "exception handled by %s",
    "traceback": "traceback handled by %s",
    "trace": "trace function of %s",
    "profile": "profile function of %s",
    "generator_started": "asynchronous generator hook of %s",
    "generator_finished": "asynchronous generator hook of %s",
    "local_key": "key of thread-locals of %s",
    "local_sentinel": "sentinel of thread-locals of %s",
}


def signal_handlers() -> Any:
    """(part, object) for each handler set by the program."""
    found = []
    for number in range(1, _signal.NSIG):
        try:
            handler = _getsignal(number)
        except ValueError:
            continue
        if handler is not None and type(handler) is not int:
            found.append(("signal handler %s" % signal_name(number), handler))
    return found


_SIGNAL_NAMES = {
    value: name
    for name, value in sorted(vars(_signal).items(), reverse=True)
    if name.startswith("SIG") and not name.startswith("SIG_") and type(value) is int
}


def signal_name(number: Any) -> Any:
    """`SIGTERM` for 15; the number where it has no name."""
    return _SIGNAL_NAMES.get(number, str(number))


def state_words() -> Any:
    """The first words of the interpreter's state; [] where they cannot be read."""
    if not peek.WORDS or sys.implementation.name != "cpython":
        return []
    address = threadstates.pointer_call("PyInterpreterState_Head")
    count = _STATE_WORDS
    mapped = peek.MappedMemory()
    while count and not mapped.holds(address + 8 * count - 16):
        count -= 10
    return peek.MEMORY[address >> 3 : (address >> 3) + count].tolist()


def named_words(words: Any, listed: Any) -> Any:
    """(part, id) of listed objects that the interpreter's state points at and that can be named.

    listed: those of the words that are ids of listed objects.
    """
    found = []
    encodings = sys.modules.get("encodings")
    search = None
    if type(encodings) is types.ModuleType:
        search = _module_dict_of(encodings).get("search_function")
    for row, value in enumerate(words):
        if value == id(sys.modules):
            found.append(("table of modules", value))
            if row + 1 < len(words) and words[row + 1] in listed:
                found.append(("modules by index", words[row + 1]))
        elif value in listed:
            item = peek.object_at(value)
            if type(item) is list and len(item) < 1000 and any(entry is search for entry in item):
                found.append(("codec search path", value))
                names = ("codec cache", "codec error handlers")
                found += [pair for pair in zip(names, words[row + 1 : row + 3]) if pair[1] in listed]
    return found


def atexit_callbacks(words: Any, objects: Any) -> Any:
    """(part, id, counted) of what `atexit` will call, and the arguments, in the order of registration.

    objects: all that are listed; searched from 3.14 on.
    """
    count = _ncallbacks()
    if not count:
        return []
    if sys.version_info < (3, 10):  # the module itself shows them to the collector
        shown = [item for item in gc.get_referents(atexit) if item is not _module_dict_of(atexit)]
        return [("atexit callback", id(item), 0) for item in shown]
    if sys.version_info >= (3, 14):
        return [("atexit callbacks", id(each), 1) for each in _atexit_lists(count, words, objects)]
    mapped: Any = peek.MappedMemory() if words else None
    for row in range(len(words) - 1):
        filled, room = words[row + 1] & 0xFFFFFFFF, words[row + 1] >> 32
        if filled == count and count <= room < 1 << 24 and mapped.holds(words[row]):
            entries = _atexit_entries(words[row], count, mapped)
            if entries:
                return entries
    return []


def _atexit_entries(address: int, count: int, mapped: Any) -> Any:
    """Callbacks of the array at an address; [] unless every entry is a function, a tuple, a dict."""
    found = []
    for entry in [peek.word(address + 8 * row) for row in range(count)]:
        if not entry:  # unregistered
            continue
        if not mapped.holds(entry) or not mapped.holds(entry + 16):
            return []
        function, arguments, keywords = (peek.word(entry + offset) for offset in (0, 8, 16))
        if not mapped.holds(function) or not mapped.holds(arguments) or peek.word(arguments + 8) != _TUPLE:
            return []
        found.append(("atexit callback", function, 1))
        found.append(("arguments of an atexit callback", arguments, 1))
        if keywords:
            if not mapped.holds(keywords) or peek.word(keywords + 8) != id(dict):
                return []
            found.append(("arguments of an atexit callback", keywords, 1))
    return found


def _atexit_lists(count: int, words: Any, objects: Any) -> Any:
    """The list of (function, arguments, keywords) that `atexit` keeps from 3.14 on; [] = not found.

    While a program ends there are two: C code works through a copy.
    """
    lists = [each for each in objects if type(each) is list and len(each) == count]
    lists = [each for each in lists if all(map(_is_atexit_entry, each))]
    known = set(words)
    kept = [each for each in lists if id(each) in known] or lists
    return [each for each in lists if all(map(_operator.is_, each, kept[0]))]


def _is_atexit_entry(entry: Any) -> Any:
    return type(entry) is tuple and len(entry) == 3 and type(entry[1]) is tuple


def thread_parts(states: Any, names: Any) -> Any:
    """(part, id) of what thread states own. states: of `ThreadStates.read`; names: {thread id: name}."""
    found = []
    for identity, words, _ in states:
        if identity == _get_ident() and identity not in names:
            continue  # the agent's own
        name = names.get(identity, "thread %d" % identity)
        for field, value in sorted(words.items()):
            found.append((_PARTS_OF_THREADS[field] % name, value))
    return found
