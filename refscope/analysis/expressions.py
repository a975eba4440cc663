"""The rules by which one reference after another is written as a Python expression.

An expression starts at a module, by the name it has in `sys.modules`; whoever evaluates it resolves
the longest such name first. Each function gives None where Python has no words for the reference.
"""

from __future__ import annotations

import ast
import keyword
import re

from refscope.heap.snapshot import Label
from refscope.heap.vocabulary import EdgeKind

GENERATOR_FRAMES = {"generator": "gi_frame", "coroutine": "cr_frame", "async_generator": "ag_frame"}
"""Suspended functions, and the attribute that leads to their frame."""

_FUTURE_CALLBACK = re.compile(r"_callbacks\[(\d+)\]")
"""A callback of a future; what Python shows is a list of (callback, context)."""

_SIGNAL = re.compile(r"signal handler (SIG[A-Z0-9]+)")

_FIXED = {
    EdgeKind.CELL: "cell_contents",
    EdgeKind.GLOBALS: "__globals__",
    EdgeKind.DICT: "__dict__",
    EdgeKind.WEAK_CALLBACK: "__callback__",
}


def expression_of(source: str | None, type_name: str, label: Label) -> str | None:
    """What a reference of an object of that type leads to; `source` is the expression of that object."""
    if source is None:
        return None
    if label.kind in (EdgeKind.KEY, EdgeKind.INDEX):
        return indexed(source, label, is_exact=_has_plain_items(type_name))
    if label.kind in (EdgeKind.ATTRIBUTE, EdgeKind.FIELD):
        return _field(source, type_name, label)
    if label.kind == EdgeKind.LOCAL:
        return _local(source, type_name, label)
    if label.kind == EdgeKind.TYPE:
        return f"type({source})"
    return attribute(source, _FIXED.get(label.kind, ""))


def _local(source: str, type_name: str, label: Label) -> str | None:
    """A local variable of a frame; which of its frames has that of a greenlet is not known."""
    frame = GENERATOR_FRAMES.get(type_name)
    if frame is None and type_name != "frame":
        return None
    return f"{f'{source}.{frame}' if frame else source}.f_locals[{label.name!r}]"


def _field(source: str, type_name: str, label: Label) -> str | None:
    if label.name == "_callbacks" and type_name in ("_asyncio.Future", "_asyncio.Task"):
        return f"{source}._callbacks[1:]"  # the first callback is stored apart from the list
    callback = _FUTURE_CALLBACK.fullmatch(label.name)
    if callback:
        return f"{source}._callbacks[{callback.group(1)}][0]"
    return f"{source}.{label.name}" if label.is_literal and label.name else None


def module_expression(module: str) -> str:
    """A module by its name in `sys.modules`."""
    if all(part.isidentifier() and not keyword.iskeyword(part) for part in module.split(".")):
        return module
    return f"__import__('sys').modules[{module!r}]"


def interpreter_expression(part: str) -> str | None:
    """What a part of the interpreter holds, where a call tells it."""
    handler = _SIGNAL.fullmatch(part)
    return f"signal.getsignal(signal.{handler.group(1)})" if handler else None


def attribute(source: str | None, name: str, in_dict: bool = False) -> str | None:
    """An attribute. `in_dict`: the object in the attribute dict, where looking it up would change it."""
    if source is None or not name:
        return None
    if in_dict or not name.isidentifier() or keyword.iskeyword(name):
        return f"vars({source})[{name!r}]"
    return f"{source}.{name}"


def indexed(source: str | None, label: Label, is_exact: bool = True) -> str | None:
    """An entry by key or index. `is_exact`: `x[key]` gives the very object that is stored."""
    is_item = label.kind in (EdgeKind.KEY, EdgeKind.INDEX)
    if source is None or not is_item or not label.is_literal or not label.name:
        return None
    if not is_exact and label.kind == EdgeKind.KEY:
        return f"dict.__getitem__({source}, {label.name})"
    return f"{source}[{label.name}]"


def cell_expression(function: str | None, variable: str) -> str | None:
    """The cell of a closure variable of a function."""
    if function is None or not variable:
        return None
    return f"{function}.__closure__[{function}.__code__.co_freevars.index({variable!r})]"


def _has_plain_items(type_name: str) -> bool:
    """Whether `x[key]` on such a container gives the very object that its storage holds."""
    return type_name in ("dict", "list", "tuple") or type_name.startswith("collections.")


def identifier_of(label: Label) -> str:
    """The variable or attribute that a label names; "" where it names none."""
    name = unquoted(label.name)
    return name if name.isidentifier() else ""


def unquoted(text: str) -> str:
    """The string that a literal stands for; any other text as it is."""
    if text[:1] not in ("'", '"'):
        return text
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value if isinstance(value, str) else text
