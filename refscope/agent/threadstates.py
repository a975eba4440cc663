"""What each thread's state owns: its dictionary, its context, the exception it handles.

The interpreter shows these for the running thread only, and a fork frees those of all other
threads. So the states are read before the fork, as words of memory: the offsets of the fields are
found by looking at our own thread, where the values are known. Names are those that `threading` gives.
"""

from __future__ import annotations

import _thread
import gc
import sys
import types

from . import peek

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    import _contextvars
    import ctypes
except ImportError:  # interpreters built without libffi
    ctypes = None  # type: ignore[assignment]

_module_dict_of: Any = vars(types.ModuleType)["__dict__"].__get__
_get_attribute = object.__getattribute__
_class_dict_of, _mro_of = type.__dict__["__dict__"].__get__, type.__dict__["__mro__"].__get__
_WORDS_SEARCHED = 80  # the fields sought lie in the first 640 bytes on 3.7 to 3.14
_TRACE_ROWS = 9 if sys.version_info < (3, 11) else (5 if sys.version_info < (3, 12) else 3)
"""How many words the trace function lies before the thread's dict (Include/cpython/pystate.h)."""
_FIELDS = (
    "dict", "context", "exception", "traceback", "trace", "profile",
    "generator_started", "generator_finished", "local_key", "local_sentinel",
)  # fmt: skip


def pointer_call(name: str, *arguments: Any) -> Any:
    """Call a function of the interpreter's C interface that takes and gives pointers."""
    call = getattr(peek.LIBRARY, name)
    call.restype = ctypes.c_void_p
    call.argtypes = [ctypes.c_void_p] * len(arguments)
    return call(*arguments)


def _words(state: Any) -> Any:
    return [peek.word(state + 8 * row) for row in range(_WORDS_SEARCHED)]


def _own_state() -> Any:
    return pointer_call("PyThreadState_Get")


def _offset_of(value: Any, words: str) -> Any:
    return words.index(value) if words.count(value) == 1 else None


def _find_offsets() -> Any:
    """Row numbers of the fields in a thread state: identity, dict, context, exception."""
    state = _own_state()
    offsets = {"dict": _offset_of(pointer_call("PyThreadState_GetDict"), _words(state))}
    offsets["ident"] = _offset_of(_thread.get_ident(), _words(state))
    context = _contextvars.Context()
    offsets["context"] = _offset_of(id(context), context.run(_words, state))
    problem = ZeroDivisionError()
    try:
        raise problem
    except ZeroDivisionError:
        words = _words(state)
    found = [row for row, value in enumerate(words) if value == id(problem)]
    offsets["exception"] = found[0] if found else None
    if offsets["context"] is not None:
        offsets["generator_started"], offsets["generator_finished"] = (
            offsets["context"] - 2,
            offsets["context"] - 1,
        )
    if sys.version_info < (3, 11) and offsets["exception"] is not None:
        offsets["traceback"] = offsets["exception"] + 1
    if offsets["dict"] is not None and _is_within(state, words[offsets["dict"] - 1]):
        offsets["trace"], offsets["profile"] = (
            offsets["dict"] - _TRACE_ROWS,
            offsets["dict"] - _TRACE_ROWS - 1,
        )
    if sys.version_info >= (3, 13):
        row = offsets["local_key"] = _find_local_key(state)
        if row is not None and _is_like(_words(state)[row], _words(state)[row + 1]):
            offsets["local_sentinel"] = row + 1  # with it the thread's values go
    return offsets


def _is_within(state: Any, address: int) -> bool:
    """Whether a word points into the state itself, as the one between trace function and dict does."""
    return bool(state <= address < state + 8 * _WORDS_SEARCHED)


def _is_like(first: Any, second: Any) -> Any:
    """Whether two words point at objects of the same class."""
    return peek.MappedMemory().holds(second) and peek.word(first + 8) == peek.word(second + 8)


def _find_local_key(state: Any) -> Any:
    """From 3.13 on a thread's values of each `threading.local` stand under one key object."""
    probe = _thread._local()
    probe.value = None
    for table in gc.get_referents(probe):
        if type(table) is dict:
            for key in table:
                row = _offset_of(id(key), _words(state))
                if row is not None:
                    return row
    return None


class ThreadStates:
    """Reader of thread states; `read` is safe in a running target while the GIL is held."""

    def __init__(self) -> None:
        self._offsets = None
        if ctypes is not None and peek.WORDS and sys.implementation.name == "cpython":
            try:
                self._offsets = _find_offsets()
            except (AttributeError, ValueError):
                self._offsets = None

    def read(self) -> Any:
        """[(thread id, {field: object id}, [objects])] of all threads; [] = not known.

        The objects are held so that they outlive their thread's state in the copy: a thread-local's
        values go with the last reference to the thread's dict.
        """
        if self._offsets is None or self._offsets["ident"] is None:
            return []
        interpreter = pointer_call("PyInterpreterState_Head")
        state = pointer_call("PyInterpreterState_ThreadHead", interpreter)
        found: list[Any] = []
        while state and len(found) < 100_000:
            words, held = {}, []
            for name in _FIELDS:
                row = self._offsets.get(name)
                value = peek.pointed_at(state + 8 * row) if row is not None else None
                if value is not None:
                    words[name] = id(value)
                    held.append(value)
            found.append((peek.word(state + 8 * self._offsets["ident"]), words, held))
            state = pointer_call("PyThreadState_Next", state)
        return found


def thread_names(frames: Any, main_ident: int) -> Any:
    """{thread id: name} of threads that have a frame, read without running code of theirs."""
    names = {ident: "thread %d" % ident for ident in frames}
    if main_ident in names:
        names[main_ident] = "MainThread"
    module = sys.modules.get("threading")
    active = _module_dict_of(module).get("_active") if type(module) is types.ModuleType else None
    if type(active) is dict:
        for ident, thread in list(active.items()):
            name = _name_of(thread)
            if type(ident) is int and ident in names and name is not None:
                names[ident] = name
    return names


def _name_of(thread: Any) -> Any:
    """The `_name` of a Thread, unless its class made that a descriptor (user code)."""
    if any("_name" in _class_dict_of(cls) for cls in _mro_of(type(thread))):
        return None
    try:
        name = _get_attribute(thread, "_name")
    except AttributeError:
        return None
    return name if type(name) is str else None
