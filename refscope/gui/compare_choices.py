"""What can be compared, as plain values: the run that a window shows, one of its freezes, a file. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from refscope.gui.state_values import MessageState, StateButton

RUN, FREEZE, FILE, BROWSE = "run", "freeze", "file", "browse"
SIDES = ("before", "after")


@dataclass(frozen=True, slots=True)
class SideChoice:
    """One thing that can be compared. kind: the run that the window shows, one of its freezes, a file.
    value: number of the freeze, or path."""

    kind: str
    title: str
    detail: str = ""
    value: str = ""


def nothing_chosen() -> MessageState:
    """Before both sides are chosen."""
    return MessageState(
        "Nothing to compare yet",
        "Choose what to compare: two freezes of a run, or this run and an earlier one.",
        "chart",
        buttons=(StateButton("browse_before", "Choose an earlier run…", "open", is_primary=True),),
    )


def the_same_twice() -> MessageState:
    """Both sides are one."""
    return MessageState(
        "Both sides are the same", "Choose another freeze or run on one side.", "info", "text3"
    )


def title_of_file(path: str) -> str:
    """What a file is called in a menu."""
    return Path(path).name
