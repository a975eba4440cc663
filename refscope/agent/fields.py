"""Names of the references that objects hold besides items: attributes, fields, locals, by class.

`named_fields` gives (kind, name, literal, referent) for one object. It may name more than the
collector reports, and names things that are not referents; callers keep what they asked for.
"""

from __future__ import annotations

import _contextvars
import _functools
import _weakref
import collections
import gc
import keyword
import sys
import types

from . import attributes, descriptions, frames, hidden, peek, suspended, vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

_Kind = vocabulary.EdgeKind
_get_referents = gc.get_referents
_mro_of = type.__dict__["__mro__"].__get__
_base_of = type.__dict__["__base__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_flags_of = type.__dict__["__flags__"].__get__
_EXCEPTION = 1 << 30
_LRU = _functools._lru_cache_wrapper
_CONTEXT_NAME = _contextvars.ContextVar.__dict__["name"].__get__
_HAMT_NODES = ("hamt_bitmap_node", "hamt_array_node", "hamt_collision_node", "hamt")


def is_name(text: str) -> Any:
    """Whether a text can follow a dot in an expression."""
    return type(text) is str and text.isidentifier() and not keyword.iskeyword(text)


def _field(name: str, value: Any, kind: str = _Kind.FIELD) -> Any:
    return (kind, descriptions.text_of(name), is_name(name), value)


def named_fields(item: Any, owners: Any, heap: Any) -> Any:
    """All references of an object that have a name, items of containers left out."""
    cls = type(item)
    found = []
    for base in _mro_of(cls) or ():
        reader = _READERS.get(id(base))
        if reader is not None:
            found += reader(item, owners)
            break
    if descriptions.is_class(item):
        found += _class(item)
    elif _flags_of(cls) & _EXCEPTION:
        found += _exception(item)
    for name, value in heap.extras.of(item):
        if type(name) is int:
            found.append((_Kind.INDEX, str(name), True, value))
        elif name.startswith(hidden.LOCAL_MARK):
            found.append((_Kind.LOCAL, name[len(hidden.LOCAL_MARK) :], False, value))
        elif name not in ("__dict__", "__bases__", "__mro__"):
            found.append(_field(name, value))
    found += _by_class_name(item, descriptions.text_of(_dict_of(type)["__name__"].__get__(cls)))
    named = {(id(value), name) for _, name, _, value in found}
    return found + [each for each in _of_storage(item) if (id(each[3]), each[1]) not in named]


def _of_storage(item: Any) -> Iterator[Any]:
    """Slots, inline values, the dict."""
    for name, value, is_slot in attributes.slots(item):
        if value is not None:
            yield _field(name, value, _Kind.ATTRIBUTE if is_slot else _Kind.FIELD)
    for name, address in peek.inline_values(item):
        yield _field(name, peek.object_at(address), _Kind.ATTRIBUTE)
    if type(item) is not types.FunctionType and not descriptions.is_class(item):
        stored = attributes.dict_of(item)
        if stored is not None:
            yield (_Kind.DICT, "__dict__", True, stored)


def names_of_entry(item: Any, position: int) -> Any:
    """The attribute that stands for an item of a named tuple, as a list of labels."""
    if type(item) is tuple or not any(base is tuple for base in _mro_of(type(item))):
        return []
    for base in _mro_of(type(item)):
        names = _dict_of(base).get("_fields")
        if type(names) is tuple and position < len(names) and is_name(names[position]):
            return [(_Kind.ATTRIBUTE, names[position], True)]
    return []


def _class(item: Any) -> Iterator[Any]:
    yield (_Kind.DICT, "__dict__", True, hidden.class_dict(item))
    bases = hidden.bases_of(item)
    for name, value in (("__bases__", bases), ("__mro__", _mro_of(item)), ("__base__", _base_of(item))):
        if value is not None:
            yield (_Kind.BASE, name, True, value)
    for base in bases:
        yield (_Kind.BASE, "__bases__", True, base)
    for referent in _get_referents(item):
        if type(referent) is types.ModuleType:
            yield _field("__module__", referent)


_FUNCTION_FIELDS = ["__closure__", "__code__", "__defaults__", "__kwdefaults__"]
if sys.version_info >= (3, 14):
    _FUNCTION_FIELDS.append("__annotate__")  # what makes the annotations when they are asked for


def _function(item: Any, owners: Any) -> Iterator[Any]:
    yield (_Kind.GLOBALS, "__globals__", True, item.__globals__)
    for name in _FUNCTION_FIELDS:
        yield _field(name, getattr(item, name))
    shown = set(map(id, (item.__globals__, item.__kwdefaults__, item.__defaults__, item.__closure__)))
    for referent in _get_referents(item):
        if type(referent) is dict and id(referent) not in shown:
            yield _function_dict(item, referent)
        elif type(referent) is tuple and id(referent) not in shown:
            yield _field("__annotations__", referent)  # 3.10 and later keep them so until they are asked for
        elif type(referent) is str and referent is not item.__name__ and referent is not item.__qualname__:
            yield _field("__module__" if referent is item.__module__ else "__doc__", referent)
    yield _field("__name__", item.__name__)
    yield _field("__qualname__", item.__qualname__)
    for name, cell in zip(item.__code__.co_freevars, item.__closure__ or ()):
        yield (_Kind.CLOSURE, name, is_name(name), cell)


def _function_dict(item: Any, referent: Any) -> Any:
    """Which of a function's dicts this is; the getters would make those that are not there."""
    if peek.WORDS and _FUNCTION_DICT is not None:
        if peek.word(id(item) + _FUNCTION_DICT) == id(referent):
            return (_Kind.DICT, "__dict__", True, referent)
        builtins = item.__globals__.get("__builtins__")
        if referent is builtins or referent is getattr(builtins, "__dict__", None):
            return _field("__builtins__", referent)
        return _field("__annotations__", referent)
    return (_Kind.DICT, "__dict__", False, referent)


def _find_function_dict() -> Any:
    def probe() -> None:
        pass

    made = probe.__dict__
    if not peek.WORDS:
        return None
    for offset in range(16, 200, 8):
        if peek.word(id(probe) + offset) == id(made):
            return offset
    return None


_FUNCTION_DICT = _find_function_dict()


def _exception(item: Any) -> Iterator[Any]:
    for name in ("args", "__traceback__", "__cause__", "__context__"):
        value = _dict_of(BaseException)[name].__get__(item)
        if value is not None:
            yield _field(name, value)


def _attributes_named(*names: Any) -> Any:
    """Reads fields of a native class whose getters are known to be plain C."""

    def read(item: Any, owners: Any) -> Iterator[Any]:
        for name in names:
            try:
                value = getattr(item, name)
            except (AttributeError, ValueError):
                continue
            if value is not None:
                yield _field(name, value)

    return read


def _module(item: Any, owners: Any) -> Iterator[Any]:
    """Besides its dict, a module in C may report what its own state holds."""
    namespace = _dict_of(types.ModuleType)["__dict__"].__get__(item)
    yield (_Kind.DICT, "__dict__", True, namespace)
    name = "at-exit callback" if item is sys.modules.get("atexit") else "module state"
    for referent in _get_referents(item):
        if referent is not namespace:
            yield (_Kind.FIELD, name, False, referent)


def _slice(item: Any, owners: Any) -> Any:
    return [_field(name, getattr(item, name)) for name in ("start", "stop", "step")]


def _union(item: Any, owners: Any) -> Iterator[Any]:
    """`int | None`: from 3.14 on it also keeps a set of its arguments, which no attribute shows."""
    yield _field("__args__", item.__args__)
    for value in _get_referents(item):
        yield (_Kind.FIELD, "arguments", False, value)


def _frame(item: Any, owners: Any) -> Iterator[Any]:
    variables, others = frames.local_variables(item, False)
    for name, value, _ in variables:
        yield (_Kind.LOCAL, name, is_name(name), value)
    for value in others:
        name = owners.cell_names.get(id(value))
        if name is not None:
            yield (_Kind.CLOSURE, name, is_name(name), value)
    yield (_Kind.GLOBALS, "f_globals", True, item.f_globals)
    for name in ("f_code", "f_back", "f_builtins", "f_trace"):
        value = getattr(item, name)
        if value is not None:
            yield _field(name, value)
    named = {id(value) for _, value, _ in variables}
    for value in frames.stack_objects(item):
        if id(value) not in named:
            yield (_Kind.FIELD, "value stack", False, value)
    for value in others:
        if type(value) is types.FunctionType and value.__code__ is item.f_code:
            yield (_Kind.FIELD, "function", False, value)
        elif type(value) is dict and value is not item.f_globals and value is not item.f_builtins:
            yield _field("f_locals", value)


def _cell(item: Any, owners: Any) -> Iterator[Any]:
    for value in _get_referents(item):
        name = owners.cell_names.get(id(item), "")
        yield (_Kind.CELL, name, is_name(name), value)


def _reference(item: Any, owners: Any) -> Iterator[Any]:
    callback = _dict_of(_weakref.ref)["__callback__"].__get__(item)
    if callback is not None:
        yield (_Kind.WEAK_CALLBACK, "__callback__", True, callback)


_PROXIES = ("weakproxy", "weakcallableproxy", "ProxyType", "CallableProxyType")


def _callbacks_of_proxy(item: Any) -> Any:
    return [(_Kind.WEAK_CALLBACK, "__callback__", False, callback) for callback in _get_referents(item)]


def _single(name: str, literal: bool = True) -> Any:
    """For native classes with one or a few sources of the same meaning."""

    def read(item: Any, owners: Any) -> Iterator[Any]:
        for value in _get_referents(item):
            if value is not type(item):
                yield (_Kind.FIELD, name, literal, value)

    return read


def _method(item: Any, owners: Any) -> Any:
    return [_field("__self__", item.__self__), _field("__func__", item.__func__)]


def _builtin(item: Any, owners: Any) -> Iterator[Any]:
    for value in _get_referents(item):
        if value is item.__self__:
            yield _field("__self__", value)
        elif value is not type(item):
            yield _field("__module__", value)


def _lru_cache(item: Any, owners: Any) -> Iterator[Any]:
    """Keys and results as the cache visits them: each key is followed by its result."""
    stored = attributes.dict_of(item)
    referents = _get_referents(item)
    cache = next((each for each in referents if type(each) is dict and each is not stored), None)
    if stored is not None:
        wrapped = dict.get(stored, "__wrapped__")
        if wrapped is not None:
            yield _field("__wrapped__", wrapped)
    if cache is None:
        return
    yield (_Kind.FIELD, "cache", False, cache)
    keys = set(map(id, dict.keys(cache)))
    text, literal = "", False
    for referent in referents:
        if referent is cache or referent is stored or id(referent) == id(type(item)):
            continue
        if id(referent) in keys:
            keys.discard(id(referent))
            text, literal = owners.key_text(referent)
        yield (_Kind.CACHED, text, literal, referent)


def _context(item: Any, owners: Any) -> Iterator[Any]:
    for value in _get_referents(item):
        yield (
            _Kind.FIELD,
            "variables" if type(value) is not type(item) else "previous context",
            False,
            value,
        )


def _hamt_node(item: Any) -> Iterator[Any]:
    """A bitmap node is visited from its end: the value comes before the variable it belongs to."""
    referents = _get_referents(item)
    for row, referent in enumerate(referents):
        follows = referents[row + 1] if row + 1 < len(referents) else None
        if type(follows) is _contextvars.ContextVar:
            name = descriptions.text_of(_CONTEXT_NAME(follows))
            yield (_Kind.KEY, "ContextVar %r" % name, False, referent)
        else:
            yield (_Kind.FIELD, "variables", False, referent)


def _local(item: Any) -> Iterator[Any]:
    for value in _get_referents(item):
        if type(value) is dict and value is not attributes.dict_of(item):
            yield (_Kind.FIELD, "values of all threads", False, value)
        elif value is not type(item):
            yield (_Kind.FIELD, "value of a thread", False, value)


def _by_class_name(item: Any, name: str) -> Any:  # noqa: PLR0911
    """Native classes that have no name in Python, told by the name of their class."""
    if name in _HAMT_NODES and type(item).__flags__ & (1 << 9) == 0:
        return _hamt_node(item)
    if name == "managedbuffer":
        return _single("obj")(item, None)
    if name in _PROXIES:
        return _callbacks_of_proxy(item)
    if descriptions.module_of(type(item)) in ("itertools", "operator", "_operator", "_abc"):
        return _single("argument" if name != "_abc_data" else "registered classes", False)(item, None)
    for base in _mro_of(type(item)) or ():
        text = _dict_of(type)["__name__"].__get__(base)
        if text == "_local" and descriptions.module_of(base) in ("_thread", "threading"):
            return _local(item)
        if text in ("Future", "Task") and descriptions.module_of(base) == "_asyncio":
            return suspended.future_fields(item, base)
    return ()


_VIEWS: list[Any] = [type({}.keys()), type({}.values()), type({}.items())]
_ITERATED: list[Any] = [
    [], (), {}, {}.values(), {}.items(), set(), "", b"", bytearray(), range(0), collections.deque(),
]  # fmt: skip
_ITERATORS: list[Any] = [type(iter(each)) for each in _ITERATED]
_ITERATORS += [type(reversed([])), type(iter(int, 1)), enumerate, zip, map, filter, reversed]
_READERS = {
    id(types.FunctionType): _function,
    id(types.ModuleType): _module,
    id(frames.FRAME): _frame,
    id(frames.CELL): _cell,
    id(_weakref.ref): _reference,
    id(types.MethodType): _method,
    id(type(len)): _builtin,
    id(types.TracebackType): _attributes_named("tb_next", "tb_frame"),
    id(_functools.partial): _attributes_named("func", "args", "keywords"),
    id(property): _attributes_named("fget", "fset", "fdel", "__doc__"),
    id(classmethod): _attributes_named("__func__"),
    id(staticmethod): _attributes_named("__func__"),
    id(types.MappingProxyType): _single("mapping", False),
    id(memoryview): _single("obj"),
    id(super): _attributes_named("__self__", "__thisclass__", "__self_class__"),
    id(_LRU): _lru_cache,
    id(_contextvars.Context): _context,
    id(slice): _slice,
}
_ALIAS = getattr(types, "GenericAlias", None)  # 3.9 and later
if _ALIAS is not None:
    _READERS[id(_ALIAS)] = _attributes_named("__origin__", "__args__", "__parameters__")
_UNION = getattr(types, "UnionType", None)  # 3.10 and later
if _UNION is not None:
    _READERS[id(_UNION)] = _union
_cls: Any
for _cls in _VIEWS:
    _READERS[id(_cls)] = _single("mapping")
for _cls in _ITERATORS:
    _READERS[id(_cls)] = _single("iterated", False)
for _cls in (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType):
    _READERS[id(_cls)] = suspended.generator_fields
