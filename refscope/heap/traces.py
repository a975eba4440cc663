"""Where objects were made, and who knows it: a frozen copy, a capture, a table in a test.

A traceback is the frames that ran when the memory of an object was taken, newest first, as many as
were traced; () = not known: made before tracing, or allocations were not traced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Place:
    """A place in source code. `line` 0 = not known."""

    filename: str
    line: int

    @property
    def words(self) -> str:
        """`app/models.py:41`."""
        return f"{self.filename}:{self.line}" if self.line else self.filename


Traceback = tuple[Place, ...]
"""Newest frame first."""


class TraceSource(Protocol):
    """Knows where objects were made. Ids are those of its freeze."""

    @property
    def frames(self) -> int:
        """Frames that were traced of each place at the freeze; 0 = allocations were not traced."""
        ...

    def tracebacks(self, ids: Sequence[int]) -> list[Traceback]:
        """The traceback of each object, () where it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class SavedTraces:
    """Tracebacks as a capture keeps them. What was not saved is not known."""

    frames: int = 0
    by_id: Mapping[int, Traceback] = field(default_factory=dict)

    def tracebacks(self, ids: Sequence[int]) -> list[Traceback]:
        """See `TraceSource`."""
        return [self.by_id.get(each, ()) for each in ids]

    def to_json(self) -> dict[str, Any]:
        """Compact JSON value: each file and each distinct traceback once."""
        files: dict[str, int] = {}
        stacks: dict[Traceback, int] = {}
        made = [[each, stacks.setdefault(stack, len(stacks))] for each, stack in self.by_id.items() if stack]
        flat = [
            [
                number
                for place in stack
                for number in (files.setdefault(place.filename, len(files)), place.line)
            ]
            for stack in stacks
        ]
        return {"frames": self.frames, "files": list(files), "stacks": flat, "made": made}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SavedTraces:
        """The inverse of `to_json`; raises KeyError, TypeError, ValueError or IndexError on anything else."""
        stacks = stacks_of(value["files"], value["stacks"])
        by_id = {int(each): stacks[_position(number, len(stacks))] for each, number in value["made"]}
        return cls(int(value["frames"]), by_id)


def stacks_of(files: Sequence[Any], flat: Iterable[Sequence[Any]]) -> list[Traceback]:
    """Tracebacks from lists of [number of the file, line, …], believing nothing about their shape.

    Raises TypeError, ValueError or IndexError.
    """
    names = [_exact(str, name) for name in files]
    made = []
    for numbers in flat:
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        made.append(
            tuple(Place(names[_position(file, len(names))], _exact(int, line)) for file, line in pairs)
        )
    return made


def _position(number: Any, length: int) -> int:
    if not 0 <= _exact(int, number) < length:
        raise IndexError(number)
    return int(number)


def _exact(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{type(value).__name__} where {kind.__name__} belongs")
    return value
