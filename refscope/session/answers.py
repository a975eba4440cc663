"""From the JSON fields of an image's answers to values, believing nothing about their shape.

The image runs in a process that the target's own code may have damaged. What does not fit raises
`ProtocolError`; nothing here asks or waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from refscope.agent import wire
from refscope.errors import ProtocolError
from refscope.heap.assembly import FrameRow
from refscope.heap.snapshot import (
    CollectorState,
    InterpreterRoot,
    Label,
    LocalVariable,
    ModuleRoot,
    RunningFrame,
    TypeInfo,
)
from refscope.heap.traces import Place

T = TypeVar("T")
MAX_ID = 1 << 64


@dataclass(frozen=True, slots=True)
class Roots:
    """What holds objects from outside the graph, as an image told it."""

    modules: tuple[ModuleRoot, ...] = ()
    frames: tuple[RunningFrame, ...] = ()
    frame_rows: tuple[FrameRow, ...] = ()
    interpreter: tuple[InterpreterRoot, ...] = ()
    own_ids: frozenset[int] = frozenset()
    collector: CollectorState = field(default_factory=CollectorState)

    def ids(self) -> list[int]:
        """Every object named here: all of them have to be rows of the snapshot."""
        found = [each.object_id for each in self.modules] + [each.dict_id for each in self.modules]
        found += [local.object_id for frame in self.frames for local in frame.locals]
        found += [each.type_id for each in self.frame_rows]
        found += [referent for each in self.frame_rows for referent in each.referents]
        found += [each.object_id for each in self.interpreter]
        return [each for each in found if each]


@dataclass(frozen=True, slots=True)
class Referent:
    """One thing that an object holds: how, and the id of what is held."""

    label: Label
    object_id: int


def parse_types(frame: wire.Frame, ids: Sequence[int]) -> list[TypeInfo]:
    """The type table, in the order of the ids that were asked for."""
    rows = _list(frame, "types", len(ids))
    return _parsed(frame, lambda: [_type(object_id, row) for object_id, row in zip(ids, rows, strict=True)])


def parse_roots(frame: wire.Frame) -> Roots:
    """The answer to `roots`."""
    return _parsed(frame, lambda: _roots(frame.fields))


def parse_labels(frame: wire.Frame, n_pairs: int) -> list[tuple[Label, ...]]:
    """Labels per pair."""
    rows = _list(frame, "labels", n_pairs)
    return _parsed(frame, lambda: [tuple(_label(*label) for label in row) for row in rows])


def parse_texts(frame: wire.Frame, name: str, count: int | None) -> list[str]:
    """Texts, "" where the image has none. count: None = as many as there are."""
    rows = _list(frame, name, count)
    return _parsed(frame, lambda: ["" if text is None else _text(text) for text in rows])


def parse_referents(frame: wire.Frame) -> tuple[list[Referent], int]:
    """What an object holds as far as asked for, and how much it holds in all."""
    rows = _list(frame, "referents")
    return _parsed(
        frame,
        lambda: (
            [Referent(_label(kind, name, literal), _id(found)) for kind, name, literal, found in rows],
            _whole(frame.fields["total"]),
        ),
    )


def parse_id_lists(frame: wire.Frame, name: str, count: int) -> list[list[int]]:
    """A list of ids for each object that was asked about."""
    rows = _list(frame, name, count)
    return _parsed(frame, lambda: [[_id(each) for each in row] for row in rows])


def parse_place(frame: wire.Frame) -> Place | None:
    """Where something is defined; None = not known."""
    if frame.fields.get("filename") is None:
        return None
    return _parsed(
        frame, lambda: Place(_text(frame.fields["filename"]), _whole(frame.fields.get("line") or 0))
    )


def _parsed(frame: wire.Frame, parse: Callable[[], T]) -> T:
    try:
        return parse()
    except (TypeError, ValueError, KeyError, AttributeError) as exc:
        raise ProtocolError(f"{frame.kind} is not shaped as agreed: {exc}") from exc


def _list(frame: wire.Frame, name: str, length: int | None = None) -> list[Any]:
    value = frame.fields.get(name)
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise ProtocolError(f"{frame.kind}: {name} is not a list of what was asked for")
    return value


def _type(object_id: int, row: Any) -> TypeInfo:
    module, qualname, flags = row
    return TypeInfo(object_id, _text(module), _text(qualname), _whole(flags))


def _label(kind: Any, name: Any, literal: Any) -> Label:
    return Label(_text(kind), _text(name), bool(literal))


def _roots(fields: dict[str, Any]) -> Roots:
    collector = fields.get("collector") or {}
    return Roots(
        modules=tuple(ModuleRoot(_text(n), _id(m), _id(d or 0)) for n, m, d in fields["modules"]),
        frames=tuple(_frame(each) for each in fields["frames"]),
        frame_rows=tuple(
            FrameRow(
                _id(each["id"]), _id(each["type"]), _whole(each["size"]), tuple(map(_id, each["referents"]))
            )
            for each in fields["frames"]
        ),
        interpreter=tuple(
            InterpreterRoot(_text(part), _id(found), _whole(counted))
            for part, found, counted in fields["interpreter"]
        ),
        own_ids=frozenset(map(_id, fields["own"])),
        collector=CollectorState(
            is_enabled=bool(collector.get("enabled", True)),
            is_frozen=bool(collector.get("frozen", False)),
            debug_flags=_whole(collector.get("debug", 0)),
            thresholds=tuple(map(_whole, collector.get("thresholds", ()))),
        ),
    )


def _frame(fields: dict[str, Any]) -> RunningFrame:
    return RunningFrame(
        object_id=_id(fields["id"]),
        thread_id=_whole(fields["thread_id"]),
        thread_name=_text(fields["thread_name"]),
        function=_text(fields["function"]),
        module=_text(fields["module"]),
        filename=_text(fields["filename"]),
        line=_whole(fields["line"] or 0),
        locals=tuple(LocalVariable(_text(n), _id(i), bool(counted)) for n, i, counted in fields["locals"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} instead of text")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{type(value).__name__} instead of a whole number")
    return value


def _id(value: Any) -> int:
    if not 0 <= _whole(value) < MAX_ID:
        raise ValueError(f"{value} is no object id")
    return int(value)
