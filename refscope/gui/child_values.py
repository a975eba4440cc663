"""What the menu of child processes and the palette say of them, as values. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refscope.errors import UserFacingError
from refscope.gui.attach_values import command_of, shown_command
from refscope.gui.palette_entries import Entry
from refscope.gui.state_values import Notice, StateButton
from refscope.text import elide, format_bytes, safe

if TYPE_CHECKING:  # values of `session`, which loads more than a window may wait for
    from refscope.session.child_processes import ChildProcess
    from refscope.session.running import RunningPython

MOST = 24
"""Lines of programs: more is no menu any more."""
NAME_LIMIT, TIP_LIMIT = 40, 120
_MOST_NAMED = 3
_PLACE = "Session › Child processes"


@dataclass(frozen=True, slots=True)
class ChildLine:
    """One line of the menu. key: as `Commands.act` takes it, "" = it only tells; note: at its right."""

    text: str
    key: str = ""
    note: str = ""
    tip: str = ""


LOOKING = ChildLine("Looking for child processes")
NONE = ChildLine("None now", tip="Processes that the program starts are listed here while they run")


def child_lines(children: Sequence[ChildProcess]) -> list[ChildLine]:
    """A line for each child that runs Python; what runs none, and what is too many, in a line of words."""
    if not children:
        return [NONE]
    programs = _programs(children)
    lines = [_line(program) for program in programs[:MOST]]
    if len(programs) > MOST:
        lines.append(ChildLine(f"{len(programs) - MOST} more, by process id…", "attach"))
    others = [f"{elide(safe(each.name), 20)} ({each.pid})" for each in children if each.python is None]
    if others:
        named = ", ".join(others) if len(others) <= _MOST_NAMED else f"{len(others)} processes"
        verb = "runs" if len(others) == 1 else "run"
        lines.append(ChildLine(f"{named} {verb} no Python"))
    return lines


def child_entries(children: Sequence[ChildProcess], off: str) -> list[Entry]:
    """The palette's lines for the same; one that says why where there is none. off: why none can be now."""
    programs = _programs(children)
    if off or not programs:
        return [Entry("", "Child process", _PLACE, off=off or "there is none now")]
    return [Entry(_key(each), f"Child process: {_called(each)}", _PLACE, icon="plug") for each in programs]


def refused(error: UserFacingError) -> Notice:
    """Why a child cannot be looked into, with the command that changes it."""
    command = command_of(error)
    copy = StateButton(f"copy_command:{command}", "Copy command", "copy") if command else None
    return Notice(error.title, error.text, "error", copy)


def _programs(children: Sequence[ChildProcess]) -> list[RunningPython]:
    """Those that run Python, what only serves the others last."""
    found = [each.python for each in children if each.python is not None]
    return sorted(found, key=lambda each: each.is_helper)


def _line(program: RunningPython) -> ChildLine:
    tip = f"Attach to it in a window of its own: {elide(shown_command(program), TIP_LIMIT)}"
    return ChildLine(_called(program), _key(program), format_bytes(program.rss_bytes), tip)


def _key(program: RunningPython) -> str:
    return f"child:{program.pid}"


def _called(program: RunningPython) -> str:
    return f"{elide(safe(program.title), NAME_LIMIT)} (pid {program.pid})"
