"""Which icon a class wears in a table, by its name, in the colour of its kind."""

from __future__ import annotations

from functools import lru_cache

from refscope.gui.node_words import kind_token
from refscope.present.icons import icon_of
from refscope.present.scene import NodeKind, VisibleNode
from refscope.text import short_name

_FUNCTIONS = frozenset({
    "function", "builtin_function_or_method", "method", "cell", "staticmethod", "classmethod", "property",
    "functools.partial", "method_descriptor", "wrapper_descriptor", "getset_descriptor",
    "member_descriptor", "method-wrapper", "classmethod_descriptor", "code",
})  # fmt: skip
_FRAMES = frozenset({"frame", "generator", "coroutine", "async_generator", "traceback", "asyncio.Task",
                     "_asyncio.Task"})  # fmt: skip
_CONTAINERS = frozenset({
    "dict", "list", "tuple", "set", "frozenset", "bytearray", "array.array", "collections.deque",
    "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "mappingproxy",
    "weakref.WeakValueDictionary", "weakref.WeakKeyDictionary", "weakref.WeakSet", "collections.ChainMap",
})  # fmt: skip
_VALUES = frozenset({"str", "bytes", "int", "float", "bool", "complex", "NoneType", "range", "slice"})


@lru_cache(maxsize=4096)
def type_icon(type_name: str) -> tuple[str, str]:
    """Icon and the token of its colour. Classes that make classes count as classes by their name."""
    if type_name in _VALUES:
        return "globals", "text2"
    kind = _kind(type_name)
    return icon_of(VisibleNode("", kind, "", type_name=type_name)), kind_token(kind)


def _kind(type_name: str) -> NodeKind:
    if type_name in _FUNCTIONS:
        return NodeKind.FUNCTION
    if type_name in _FRAMES or type_name.startswith("frame "):
        return NodeKind.FRAME
    if type_name in _CONTAINERS:
        return NodeKind.CONTAINER
    if type_name == "module":
        return NodeKind.MODULE
    name = short_name(type_name)
    return NodeKind.CLASS if name == "type" or name.endswith(("Meta", "MetaClass")) else NodeKind.INSTANCE
