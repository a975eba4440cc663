"""Who owns what has no name of its own: closure tuples, defaults, constants, cells, thread-local dicts.

Made in one pass over the heap at the first question that needs it; holds names and ids only.
"""

from __future__ import annotations

import _weakref
import types

from . import descriptions, frames, vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_Kind = vocabulary.EdgeKind
_FUNCTION, _REFERENCE = id(types.FunctionType), id(_weakref.ref)


class Owners:
    """Lookup tables by the id of the owned object."""

    def __init__(self, heap: Any) -> None:
        self.cell_names: dict[Any, Any] = {}  # id of cell -> closure variable
        self._items: dict[Any, Any] = {}  # id of tuple -> (kind, names of its items)
        self._heap = heap
        for item, key in zip(heap.objects, map(id, map(type, heap.objects))):
            if key == _FUNCTION:
                self._add_function(item)
        for innermost in heap.frames.values():
            for frame in frames.frames_of(innermost):
                self._add_cells(frame)

    def _add_function(self, function: Any) -> None:
        code = function.__code__
        if function.__closure__:
            self._items[id(function.__closure__)] = (_Kind.CLOSURE, code.co_freevars)
            for name, cell in zip(code.co_freevars, function.__closure__):
                self.cell_names.setdefault(id(cell), name)
        defaults = function.__defaults__
        if defaults and type(defaults) is tuple:
            names = code.co_varnames[: code.co_argcount][-len(defaults) :]
            self._items[id(defaults)] = (_Kind.DEFAULT, names)
        self._items[id(code.co_consts)] = (_Kind.CONSTANT, None)

    def _add_cells(self, frame: Any) -> None:
        for name, value, _ in frames.slots(frame) or ():
            if type(value) is frames.CELL and name in frame.f_code.co_cellvars:
                self.cell_names.setdefault(id(value), name)

    def name_of_item(self, source: Any, position: int) -> Any:
        """(kind, name, literal) of an item of a tuple that belongs to a function; None for others."""
        owned = self._items.get(id(source))
        if owned is None:
            return None
        kind, names = owned
        if names is None:
            return kind, str(position), False
        if position >= len(names):
            return None
        return kind, descriptions.text_of(names[position]), True

    def key_text(self, key: Any) -> Any:
        """(text, literal) of the key of a dict; keys that stand for a thread name it."""
        if id(type(key)) == _REFERENCE or type(key) is not str:
            thread = self._thread_of(key)
            if thread is not None:
                return "<%s>" % thread, False
        return descriptions.literal_of(key)

    def _thread_of(self, key: Any) -> Any:
        """The name of the thread whose values of a `threading.local` stand under this key."""
        kind = type.__dict__["__name__"].__get__(type(key))
        if kind not in ("weakref", "ReferenceType", "_localdummy"):
            return None
        dummy = _weakref.ref.__call__(key) if kind != "_localdummy" else key
        if dummy is None or type.__dict__["__name__"].__get__(type(dummy)) != "_localdummy":
            return None
        for identity, words, _ in self._heap.thread_states:
            name = self._heap.threads.get(identity, "thread %d" % identity)
            if words.get("local_key") == id(dummy):
                return name
            state = words.get("dict")
            if state is not None and self._state_holds(state, dummy):
                return name
        return None

    def _state_holds(self, address: int, dummy: Any) -> Any:
        state = self._heap.objects_of([address])[0]
        return type(state) is dict and any(value is dummy for value in list(dict.values(state)))
