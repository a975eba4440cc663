"""Undo and redo over immutable graphs, each step with its name; back and forward over places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class History(Generic[Value]):
    """A value and how it came about. Steps are (name, the value before or after it), nearest last."""

    present: Value
    past: tuple[tuple[str, Value], ...] = ()
    future: tuple[tuple[str, Value], ...] = ()

    def do(self, name: str, value: Value) -> History[Value]:
        """The next step, by its name as the undo button says it; nothing if it changes nothing."""
        if value == self.present:
            return History(value, self.past, self.future)
        return History(value, (*self.past, (name, self.present)))

    def undo(self) -> History[Value]:
        """One step back; the same where there is none."""
        if not self.past:
            return self
        name, before = self.past[-1]
        return History(before, self.past[:-1], (*self.future, (name, self.present)))

    def redo(self) -> History[Value]:
        """One step forward again; the same where there is none."""
        if not self.future:
            return self
        name, after = self.future[-1]
        return History(after, (*self.past, (name, self.present)), self.future[:-1])

    @property
    def undo_name(self) -> str | None:
        """What `undo` would take back, `None` = nothing."""
        return self.past[-1][0] if self.past else None

    @property
    def redo_name(self) -> str | None:
        """What `redo` would do again, `None` = nothing."""
        return self.future[-1][0] if self.future else None


MOST_PLACES = 60
"""Places that back and forward remember: each keeps its graphs alive, and so its heap."""


@dataclass(frozen=True, slots=True)
class Trail(Generic[Value]):
    """Where one is, and what lies behind and ahead, as back and forward go; nearest last."""

    here: Value
    behind: tuple[Value, ...] = ()
    ahead: tuple[Value, ...] = ()

    def visit(self, value: Value) -> Trail[Value]:
        """Go somewhere new: what lay ahead is forgotten, of what lies behind the oldest."""
        return Trail(value, (*self.behind, self.here)[-MOST_PLACES:])

    def changed(self, value: Value) -> Trail[Value]:
        """The same place, looking otherwise."""
        return Trail(value, self.behind, self.ahead)

    def back(self) -> Trail[Value]:
        """One place back; the same where there is none."""
        if not self.behind:
            return self
        return Trail(self.behind[-1], self.behind[:-1], (*self.ahead, self.here))

    def forward(self) -> Trail[Value]:
        """One place forward again; the same where there is none."""
        if not self.ahead:
            return self
        return Trail(self.ahead[-1], (*self.behind, self.here), self.ahead[:-1])
