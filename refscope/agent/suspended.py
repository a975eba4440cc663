"""Names of what suspended code holds: generators, coroutines, tasks, futures."""

from __future__ import annotations

import gc
import types

from . import descriptions, frames, vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

_Kind = vocabulary.EdgeKind
_get_referents = gc.get_referents
_dict_of = type.__dict__["__dict__"].__get__
_name_of = type.__dict__["__name__"].__get__
_PREFIXES = {
    id(types.GeneratorType): "gi",
    id(types.CoroutineType): "cr",
    id(types.AsyncGeneratorType): "ag",
}
_FUTURE_FIELDS = (
    "_coro",
    "_fut_waiter",
    "_result",
    "_exception",
    "_loop",
    "_cancel_message",
    "_source_traceback",
)


def generator_fields(item: Any, owners: Any) -> Iterator[Any]:
    """Locals of the suspended frame and the fields that point at it."""
    cls = type(item)
    prefix = _PREFIXES.get(id(cls))
    if prefix is None:
        return
    getters = _dict_of(cls)
    frame = getters[prefix + "_frame"].__get__(item)
    for name in (prefix + "_code", prefix + "_yieldfrom", prefix + "_await"):
        getter = getters.get(name)
        value = getter.__get__(item) if getter is not None else None
        if value is not None:
            yield (_Kind.FIELD, name, True, value)
    if frame is None:
        return
    yield (_Kind.FIELD, prefix + "_frame", True, frame)
    variables, others = frames.local_variables(frame, False)
    for name, value, _ in variables:
        yield (_Kind.LOCAL, name, name.isidentifier(), value)
    for value in others:
        name = owners.cell_names.get(id(value))
        if name is not None:
            yield (_Kind.CLOSURE, name, True, value)
        elif type(value) is types.FunctionType and value.__code__ is frame.f_code:
            yield (_Kind.FIELD, "function", False, value)
    for value in frames.stack_objects(frame):
        yield (_Kind.FIELD, "value stack", False, value)


def future_fields(item: Any, native: Any) -> Iterator[Any]:
    """Fields of a C future or task. native: the class in C that it derives from."""
    known, named = {}, set()
    for base in type.__dict__["__mro__"].__get__(native):
        known.update(_dict_of(base))
    for name in _FUTURE_FIELDS:
        getter = known.get(name)
        if getter is None:
            continue
        try:
            value = getter.__get__(item)
        except Exception:  # a future that was never initialised
            continue
        if value is not None:
            named.add(id(value))
            yield (_Kind.FIELD, name, True, value)
    getter = known.get("_callbacks")
    callbacks = getter.__get__(item) if getter is not None else None
    for row, entry in enumerate(callbacks or ()):
        if type(entry) is tuple and len(entry) == 2:
            yield (_Kind.FIELD, "_callbacks[%d]" % row, False, entry[0])
            yield (_Kind.FIELD, "context of _callbacks[%d]" % row, False, entry[1])
    for value in _get_referents(item):
        if type(value) is list:
            yield (_Kind.FIELD, "_callbacks", True, value)
        elif type(value).__name__ == "Context" and type(value).__module__ in ("builtins", "_contextvars"):
            yield (_Kind.FIELD, "_context", False, value)
        elif "_asyncio_awaited_by" in known and id(value) not in named and _may_await(value):
            yield (_Kind.FIELD, "_asyncio_awaited_by", False, value)  # the getter makes a set of them


def _may_await(value: Any) -> bool:
    """Whether a future keeps this to know who waits for it (3.14+): a task, or a set of several."""
    if type(value) is set:
        return True
    lineage = type.__dict__["__mro__"].__get__(type(value))
    names = [_name_of(base) for base in lineage or ()]
    return "Task" in names and descriptions.module_of(lineage[names.index("Task")]) == "_asyncio"
