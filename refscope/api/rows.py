"""Values that the API answers with, besides those of `analysis`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from refscope.analysis.members import is_plumbing
from refscope.text import format_bytes


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One class in a snapshot. growth: against the snapshot asked for, 0 without one. retained_bytes:
    None where dominators were not computed; types that share memory each count it."""

    type_name: str  # module.qualname, builtins bare
    count: int
    growth: int
    shallow_bytes: int
    shallow_growth: int = 0
    retained_bytes: int | None = None

    @property
    def is_builtin(self) -> bool:
        """Whether it is a value or container that belongs to everybody, not to the program."""
        return is_plumbing(self.type_name)

    def to_dict(self) -> dict[str, Any]:
        """The same keys as JSON values."""
        return {
            "type_name": self.type_name,
            "count": self.count,
            "growth": self.growth,
            "shallow_bytes": self.shallow_bytes,
            "shallow_growth": self.shallow_growth,
            "retained_bytes": self.retained_bytes,
        }


@dataclass(frozen=True, slots=True)
class ObjectDetails:
    """What is known of one object without running user code."""

    index: int
    object_id: int
    type_name: str
    text: str  # safe one-liner, "" = not known
    shallow_bytes: int
    retained_bytes: int | None
    references: int | None  # true count at the freeze, None = immortal or not known
    references_seen: int
    references_unseen: int
    is_tracked: bool
    is_garbage: bool


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would be freed by a cut. not_freed: objects directly behind the cut that live on, each with
    who else holds it, in words."""

    objects: int
    size_bytes: int
    by_type: tuple[tuple[str, int, int], ...]  # type name, objects, bytes; most bytes first
    not_freed: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def telling_types(self) -> tuple[tuple[str, int, int], ...]:
        """The same types, the program's own before values and containers that belong to everybody."""
        return tuple(sorted(self.by_type, key=lambda row: is_plumbing(row[0])))

    def to_dict(self) -> dict[str, Any]:
        """The same keys as JSON values."""
        return {
            "objects": self.objects,
            "size_bytes": self.size_bytes,
            "by_type": [list(row) for row in self.by_type],
            "not_freed": [[what, list(holders)] for what, holders in self.not_freed],
        }


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What a cut did in a throw-away copy, beside the prediction.

    freed_bytes, freed_objects: None = the trial did not come to an end, `note` says why. by_type: of what
    went, most bytes first, at most 20. survivors: what was let go of and lives on, in words, with who
    else holds it. note: what to know about the result, "" = nothing.
    """

    predicted_bytes: int
    freed_bytes: int | None
    predicted_objects: int
    freed_objects: int | None
    by_type: tuple[tuple[str, int, int], ...] = ()  # type name, objects, bytes
    survivors: tuple[tuple[str, tuple[str, ...]], ...] = ()
    note: str = ""

    @property
    def sentence(self) -> str:
        """`Predicted 61.0 MiB, freed 60.9 MiB.`, with the note."""
        predicted = f"Predicted {format_bytes(self.predicted_bytes)}"
        if self.freed_bytes is None:
            return f"{predicted}. {self.note}"
        return f"{predicted}, freed {format_bytes(self.freed_bytes)}. {self.note}".rstrip()

    def to_dict(self) -> dict[str, Any]:
        """The same keys as JSON values."""
        return {
            "predicted_bytes": self.predicted_bytes,
            "freed_bytes": self.freed_bytes,
            "predicted_objects": self.predicted_objects,
            "freed_objects": self.freed_objects,
            "by_type": [list(row) for row in self.by_type],
            "survivors": [[what, list(holders)] for what, holders in self.survivors],
            "note": self.note,
        }
