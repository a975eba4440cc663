"""Safe one-line texts for objects, without ever running user code.

Only exact built-in classes are printed; everything else is told by its class and its length.
Names of classes come from the C getters of `type`, since a metaclass may define its own.
"""

from __future__ import annotations

import _datetime
import _functools
import collections
import types

from . import frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LIMIT = 200  # characters of a text
_KEY_LIMIT = 150  # characters of a key that is still written as a literal
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_flags_of = type.__dict__["__flags__"].__get__
_qualname_of = type.__dict__["__qualname__"].__get__
_native_module_of = type.__dict__["__module__"].__get__
_module_dict_of: Any = vars(types.ModuleType)["__dict__"].__get__
_HEAP_TYPE = 1 << 9
_EXCEPTION = 1 << 30
_BUILTIN = type(len)
_MEMBER = type(types.CodeType.__dict__["co_consts"])  # what reads a slot
_LRU = _functools._lru_cache_wrapper


def text_of(text: str, limit: int = LIMIT) -> Any:
    """A string fit to show: exact `str` only, cut, characters that cannot be shown escaped."""
    if type(text) is not str:
        return ""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if not text.isprintable():
        text = "".join(map(_shown, text))
        text = text if len(text) <= limit else text[: limit - 1] + "…"
    return text


def _shown(character: str) -> Any:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def is_class(item: Any) -> Any:
    """Whether an object is a class, asked of its own class only."""
    return type(item) is type or any(base is type for base in _mro_of(type(item)) or ())


def module_of(cls: Any) -> Any:
    """The name of the module of a class; "" when the class says something else than a string."""
    if _flags_of(cls) & _HEAP_TYPE:
        return text_of(_dict_of(cls).get("__module__"))
    return text_of(_native_module_of(cls))


def class_name(cls: Any) -> Any:
    """`module.qualname` of a class, builtins bare."""
    module, name = module_of(cls), text_of(_qualname_of(cls))
    return name if module in ("builtins", "") else "%s.%s" % (module, name)


def instance_text(item: Any) -> Any:
    """`<module.Class at 0x…>`."""
    return text_of("<%s at 0x%x>" % (class_name(type(item)), id(item)))


def literal_of(item: Any, depth: int = 0) -> Any:  # noqa: PLR0911
    """(text, whether it can stand in an expression as it is) for the key of a dict."""
    cls = type(item)
    if item is None or cls is bool:
        return repr(item), True
    if cls is int:
        return (
            (repr(item), True)
            if item.bit_length() <= 256
            else ("<int of %d bits>" % item.bit_length(), False)
        )
    if cls is float:
        text = repr(item)
        return text, text not in ("nan", "inf", "-inf")
    if cls is str or cls is bytes:
        if len(item) > _KEY_LIMIT:
            return text_of(repr(item[:_KEY_LIMIT]) + "…"), False
        text = repr(item)
        return (text, True) if len(text) <= LIMIT else (text_of(text), False)
    if cls is tuple and depth < 3 and len(item) <= 8:
        parts = [literal_of(part, depth + 1) for part in item]
        text = "(%s%s)" % (", ".join(part[0] for part in parts), "," if len(parts) == 1 else "")
        return text_of(text), len(text) <= LIMIT and all(part[1] for part in parts)
    if is_class(item):
        return text_of("<class %s>" % class_name(item)), False
    if cls is types.FunctionType:
        return text_of("<function %s>" % function_name(item)), False
    return instance_text(item), False


def function_name(function: Any) -> Any:
    """`module.qualname` of a Python function."""
    module = function.__module__
    name = text_of(function.__qualname__)
    return "%s.%s" % (text_of(module), name) if type(module) is str and module else name


def code_name(code: Any) -> Any:
    """Qualified name of a code object where it has one (3.11+), else its name."""
    return text_of(getattr(code, "co_qualname", code.co_name))


def describe(item: Any) -> Any:
    """A one-line text, at most 200 characters."""
    cls = type(item)
    printer = _PRINTERS.get(id(cls))
    if printer is not None:
        return text_of(printer(item))
    if is_class(item):
        return text_of("class %s" % class_name(item))
    if _flags_of(cls) & _EXCEPTION:
        arguments = _arguments_text(item)
        return text_of("%s: %s" % (class_name(cls), arguments) if arguments else class_name(cls))
    for base, length, unit in _LENGTHS:
        if any(each is base for each in _mro_of(cls) or ()):
            count = length(item)
            return text_of("%s, %d %s" % (class_name(cls), count, unit[count != 1]))
    name = _own_name(item)
    if name is not None:
        return text_of("%s %r" % (class_name(cls), name))
    return text_of(_of_greenlet(item) or _instance(item))


def _instance(item: Any) -> Any:
    bound = _own_bound(item)
    return instance_text(item) if bound is None else "%s, maxsize=%d" % (instance_text(item), bound)


def _entries(count: int) -> Any:
    return "1 entry" if count == 1 else "%d entries" % count


def _deque(item: Any) -> Any:
    most = _dict_of(collections.deque)["maxlen"].__get__(item)
    return _entries(len(item)) if most is None else "%s, maxlen=%d" % (_entries(len(item)), most)


def _lru_cache(item: Any) -> str:
    namespace = instance_dict(item) or {}
    wrapped = namespace.get("__wrapped__")
    name = function_name(wrapped) if type(wrapped) is types.FunctionType else "a function"
    return "lru_cache of %s, maxsize=%s" % (name, _dict_of(_LRU)["cache_info"](item)[2])


def _arguments_text(problem: Any) -> Any:
    arguments = BaseException.__dict__["args"].__get__(problem)
    return ", ".join(literal_of(part)[0] for part in arguments[:3]) if type(arguments) is tuple else ""


def _of_greenlet(item: Any) -> str | None:
    """`greenlet of serve` for a suspended greenlet, by its outermost frame; None for anything else."""
    base = next((each for each in _mro_of(type(item)) or () if class_name(each) in _GREENLETS), None)
    getter = _dict_of(base).get("gr_frame") if base is not None else None
    frame = getter.__get__(item) if getter is not None else None
    if frame is None:
        return None
    return "greenlet of %s" % code_name(frames.frames_of(frame)[-1].f_code)


_GREENLETS = ("greenlet.greenlet", "_greenlet.greenlet")


def _own_name(item: Any) -> Any:
    """The `name` or `_name` in the `__dict__` of a thread, logger or task, if it is a plain string."""
    for base in _mro_of(type(item)) or ():
        if _qualname_of(base) in _NAMED and module_of(base) in (
            "threading",
            "logging",
            "_asyncio",
            "asyncio.tasks",
        ):
            namespace = instance_dict(item)
            for key in ("name", "_name"):
                found = namespace.get(key) if namespace is not None else None
                if type(found) is str:
                    return text_of(found, 80)
    return None


_NAMED = ("Thread", "Logger", "Task")


def _own_bound(item: Any) -> Any:
    """How many entries a cache or queue says it keeps at most, in its `__dict__`, if it is a plain number."""
    namespace = instance_dict(item) or {}
    cls = text_of(_qualname_of(type(item))).lower()
    for key in _BOUNDS + (_CACHE_BOUNDS if "cache" in cls or "lru" in cls else ()):
        found = namespace.get(key)
        if found is None:
            found = _slot(item, key)
        if type(found) is int and found > 0:
            return found
    return None


def _slot(item: Any, name: str) -> Any:
    """The value in a slot of that name; None where there is none."""
    for base in _mro_of(type(item)) or ():
        getter = _dict_of(base).get(name)
        if type(getter) is _MEMBER:
            try:
                return getter.__get__(item)
            except AttributeError:
                return None
    return None


_BOUNDS = ("maxsize", "_maxsize", "max_size", "_max_size", "maxlen")
_CACHE_BOUNDS = ("_Cache__maxsize", "capacity", "limit")


def instance_dict(item: Any) -> Any:
    """A copy of the attributes of an instance without making its dict; None = not known."""
    return _attributes(item) if _attributes is not None else None


_attributes = None  # set by `attributes`, which knows how they are stored


def set_attribute_reader(reader: Any) -> None:
    """Tell how to read the attributes of an instance."""
    global _attributes
    _attributes = reader


def _text(item: Any) -> Any:
    return repr(item) if len(item) <= LIMIT else "%s… (%d characters)" % (repr(item[:120]), len(item))


def _bytes(item: Any) -> Any:
    return repr(item) if len(item) <= LIMIT else "%s… (%d bytes)" % (repr(item[:80]), len(item))


def _number(item: Any) -> Any:
    return repr(item) if item.bit_length() <= 600 else "int of %d bits" % item.bit_length()


def _module(item: Any) -> str:
    return "module %s" % text_of(_module_dict_of(item).get("__name__"))


def _code(item: Any) -> str:
    return "code of %s, %s:%d" % (code_name(item), text_of(item.co_filename), item.co_firstlineno)


def _frame(item: Any) -> str:
    return "frame of %s, %s:%s" % (code_name(item.f_code), text_of(item.f_code.co_filename), item.f_lineno)


def _method(item: Any) -> str:
    function = item.__func__
    name = function_name(function) if type(function) is types.FunctionType else instance_text(function)
    return "method %s of %s" % (name, instance_text(item.__self__))


def _builtin(item: Any) -> str:
    owner = item.__self__
    name = text_of(item.__name__)
    if owner is None or type(owner) is types.ModuleType:
        return "built-in function %s" % name
    return "built-in method %s of %s" % (name, class_name(owner) if is_class(owner) else instance_text(owner))


def _suspended(word: str, frame_of: Any, name_of: Any) -> Any:
    def printer(item: Any) -> str:
        frame = frame_of(item)
        if frame is None:
            return "finished %s %s" % (word, text_of(name_of(item)))
        return "%s %s, line %s" % (word, text_of(name_of(item)), frame.f_lineno)

    return printer


def _suspended_printer(cls: Any, word: str, prefix: str) -> Any:
    fields = _dict_of(cls)
    return _suspended(word, fields[prefix + "_frame"].__get__, fields["__qualname__"].__get__)


def _traceback(item: Any) -> str:
    return "traceback in %s, line %d" % (code_name(item.tb_frame.f_code), item.tb_lineno)


def _time_printer(cls: Any) -> Any:
    zone_of, replace = _dict_of(cls)["tzinfo"].__get__, _dict_of(cls)["replace"]

    def printer(item: Any) -> Any:
        if zone_of(item) is None:
            return repr(item)
        return "%r with a time zone" % replace(item, tzinfo=None)  # the zone's own text may be user code

    return printer


def _cell(item: Any) -> str:
    try:
        return "cell holding a %s" % class_name(type(item.cell_contents))
    except ValueError:
        return "empty cell"


_CONTAINERS = (dict, list, tuple, set, frozenset, collections.deque)
_LENGTHS = (
    *(
        (cls, cls.__len__, ("entry", "entries"))
        for cls in (dict, list, tuple, set, frozenset, collections.deque)
    ),
    (str, str.__len__, ("character", "characters")),
    (bytes, bytes.__len__, ("byte", "bytes")),
    (bytearray, bytearray.__len__, ("byte", "bytes")),
)
_PRINTERS = {
    id(type(None)): repr,
    id(bool): repr,
    id(float): repr,
    id(complex): repr,
    id(type(Ellipsis)): repr,
    id(int): _number,
    id(str): _text,
    id(bytes): _bytes,
    id(bytearray): lambda item: "bytearray, %d bytes" % len(item),
    id(range): lambda item: "range of %d" % len(item),
    id(types.ModuleType): _module,
    id(types.FunctionType): lambda item: "function %s" % function_name(item),
    id(types.CodeType): _code,
    id(frames.FRAME): _frame,
    id(types.MethodType): _method,
    id(_BUILTIN): _builtin,
    id(types.TracebackType): _traceback,
    id(frames.CELL): _cell,
    id(types.GeneratorType): _suspended_printer(types.GeneratorType, "generator", "gi"),
    id(types.CoroutineType): _suspended_printer(types.CoroutineType, "coroutine", "cr"),
    id(types.AsyncGeneratorType): _suspended_printer(
        types.AsyncGeneratorType, "asynchronous generator", "ag"
    ),
}
for _cls in _CONTAINERS:
    _PRINTERS[id(_cls)] = lambda item: _entries(len(item))
_PRINTERS[id(collections.deque)] = _deque
_PRINTERS[id(_LRU)] = _lru_cache
for _cls in (_datetime.date, _datetime.timedelta):
    _PRINTERS[id(_cls)] = repr
for _cls in (_datetime.datetime, _datetime.time):
    _PRINTERS[id(_cls)] = _time_printer(_cls)
