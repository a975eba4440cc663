"""Frozen dataclasses as JSON values and back, by their annotations, so that nothing else comes in.

For what is saved as it was computed: suspects with their paths and advice. Reading builds only the
classes that the annotations name; anything that does not fit them is a `ValueError`.
"""

from __future__ import annotations

import base64
import types
import typing
import zlib
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar

import numpy as np

_Value = TypeVar("_Value")
_MOST_ROWS = 1 << 28  # of one column, so that a hostile one cannot fill the memory


def to_json(value: Any) -> Any:
    """A dataclass as {field: value}, tuples as lists, enumerations by value, rows packed as text."""
    if isinstance(value, np.ndarray):
        return base64.b64encode(zlib.compress(value.astype("<i4").tobytes(), 1)).decode()
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {each.name: to_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [to_json(each) for each in value]
    if value is None or isinstance(value, str):
        return value
    return value.item() if isinstance(value, np.generic) else value


def from_json(cls: type[_Value], value: Any) -> _Value:
    """The inverse of `to_json`. Raises ValueError for anything that does not fit; fields that are
    missing have their default."""
    return typing.cast(_Value, _build(cls, value))


def _build(annotation: Any, value: Any) -> Any:  # noqa: PLR0911  one line per kind of annotation
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _build(next(a for a in arguments if a is not type(None)), value)
    if origin is tuple:
        return _tuple(arguments, value)
    if origin is np.ndarray:
        return _rows(value)
    if hasattr(annotation, "__supertype__"):  # a NewType
        return _build(annotation.__supertype__, value)
    if is_dataclass(annotation):
        return _dataclass(annotation, value)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return annotation(value)
    if type(value) is not annotation:
        raise ValueError(f"{type(value).__name__} where {annotation} belongs")
    return value


def _dataclass(cls: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"no {cls.__name__}")
    hints = typing.get_type_hints(cls)
    found = {
        each.name: _build(hints[each.name], value[each.name]) for each in fields(cls) if each.name in value
    }
    try:
        return cls(**found)
    except TypeError as exc:
        raise ValueError(str(exc)) from exc


def _tuple(arguments: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError("no list")
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_build(arguments[0], each) for each in value)
    if len(arguments) != len(value):
        raise ValueError("a list of another length")
    return tuple(_build(annotation, each) for annotation, each in zip(arguments, value, strict=True))


def _rows(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("no rows")
    try:
        packed = base64.b64decode(value, validate=True)
        content = zlib.decompressobj().decompress(packed, 4 * _MOST_ROWS)
    except zlib.error as exc:
        raise ValueError(str(exc)) from exc
    return np.frombuffer(content, "<i4").astype(np.int32)
