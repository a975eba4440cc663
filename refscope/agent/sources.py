"""Where objects, or the classes of objects, are defined: file and line, without ever running user code."""

from __future__ import annotations

import sys
import types

from . import descriptions, frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_dict_of = type.__dict__["__dict__"].__get__
_module_dict_of: Any = vars(types.ModuleType)["__dict__"].__get__
_LONGEST_PATH = 4000  # characters of a filename


def source(item: Any) -> Any:  # noqa: PLR0911
    """(filename, line) where a class, function, code, frame or generator, or an object's class, is defined.

    Each may be None.
    """
    cls = type(item)
    if cls is types.MethodType:
        item, cls = item.__func__, type(item.__func__)
    if cls is types.FunctionType:
        return _of_code(item.__code__)
    if cls is types.CodeType:
        return _of_code(item)
    if cls is frames.FRAME:
        return descriptions.text_of(item.f_code.co_filename, _LONGEST_PATH), item.f_lineno
    if cls is types.TracebackType:
        return descriptions.text_of(item.tb_frame.f_code.co_filename, _LONGEST_PATH), item.tb_lineno
    for kind, prefix in _SUSPENDED:
        if cls is kind:
            fields = _dict_of(cls)
            frame = fields[prefix + "_frame"].__get__(item)
            if frame is not None:
                return source(frame)
            return _of_code(fields[prefix + "_code"].__get__(item))
    if cls is types.ModuleType:
        filename = _module_dict_of(item).get("__file__")
        return (descriptions.text_of(filename, _LONGEST_PATH), 1) if type(filename) is str else (None, None)
    return _of_class(item if descriptions.is_class(item) else cls)


_SUSPENDED = (
    (types.GeneratorType, "gi"),
    (types.CoroutineType, "cr"),
    (types.AsyncGeneratorType, "ag"),
)


def _of_code(code: Any) -> Any:
    return descriptions.text_of(code.co_filename, _LONGEST_PATH), code.co_firstlineno


def _of_class(cls: Any) -> Any:
    """By its line (3.13+), else by the first of its methods; else the file of its module."""
    fields = _dict_of(cls)
    line = fields.get("__firstlineno__")
    functions = [value for value in dict.values(dict(fields)) if type(value) is types.FunctionType]
    own = [f for f in functions if f.__module__ == fields.get("__module__") and type(f.__module__) is str]
    lines = [function.__code__.co_firstlineno for function in own]
    filenames = [function.__code__.co_filename for function in own]
    module = sys.modules.get(descriptions.module_of(cls))
    namespace = _module_dict_of(module) if type(module) is types.ModuleType else {}
    filename = namespace.get("__file__")
    if type(filename) is not str:
        filename = filenames[0] if filenames else None
    if type(line) is not int:
        matching = [row for row, name in zip(lines, filenames) if name == filename]
        line = max(1, min(matching) - 1) if matching else None
    return (descriptions.text_of(filename, _LONGEST_PATH) if filename else None), line
