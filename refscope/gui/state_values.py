"""What a panel says when it has nothing, is at work, or failed: plain values and their texts."""

from __future__ import annotations

from dataclasses import dataclass

from refscope.errors import NotFound, UserFacingError
from refscope.text import format_count


@dataclass(frozen=True, slots=True)
class StateButton:
    """A button under a state: `key` comes back in the signal. shows_key: the keys of the action of that name
    stand on it."""

    key: str
    text: str
    icon: str = ""
    is_primary: bool = False
    shows_key: bool = False


@dataclass(frozen=True, slots=True)
class MessageState:
    """Empty and error states: icon, one bold line, one or two sentences, at most three buttons."""

    title: str
    text: str = ""
    icon: str = "info"
    tone: str = "text3"  # token of the icon's colour
    buttons: tuple[StateButton, ...] = ()
    command: str = ""  # shown in a box of its own, to be copied
    note: str = ""  # a last, smaller line


@dataclass(frozen=True, slots=True)
class WorkState:
    """A working state. `done`, `total`: None = not known; `left_s` is shown from 2 s of work on."""

    title: str
    text: str = ""
    icon: str = "snowflake"
    done: int | None = None
    total: int | None = None
    unit: str = "objects"
    left_s: float | None = None
    cancel_note: str = ""  # what cancelling does
    can_cancel: bool = True

    @property
    def figures(self) -> str:
        """ "742,000 of about 1,204,118 objects", or "" while nothing is known."""
        if self.done is None:
            return ""
        if self.unit == "%":
            return f"{self.done} %"
        if not self.total:
            return f"{format_count(self.done)} {self.unit}"
        return f"{format_count(self.done)} of about {format_count(self.total)} {self.unit}"

    @property
    def left(self) -> str:
        """ "2 s left", or ""."""
        return "" if self.left_s is None else f"{max(1, round(self.left_s))} s left"


@dataclass(frozen=True, slots=True)
class Notice:
    """A line that is not modal. `severity`: "error", "warning", "info", "ok"; errors stay, and what `stays`
    until it is over; others go."""

    title: str
    text: str = ""
    severity: str = "info"
    button: StateButton | None = None
    is_mono: bool = False  # `text` is a path or code
    stays: bool = False


def state_of_error(error: UserFacingError, buttons: tuple[StateButton, ...] = ()) -> MessageState:
    """The error state of a panel for an error made for a person."""
    if isinstance(error, NotFound) and error.near:
        near = f"Near: {', '.join(error.near[:5])}."
        return MessageState(
            error.title, " ".join(filter(None, (error.text, near))), "search", "text3", buttons
        )
    return MessageState(error.title, error.text, "alert", "leak", buttons)
