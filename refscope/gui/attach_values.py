"""What the attach page is about, as values: running programs as columns, what a person typed, its states.

No widgets here. A process that is not listed can be named by its id: the list has what the system shows to
this user, and the answer to an attempt says more than its absence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from refscope.errors import AttachRefused, UserFacingError
from refscope.gui.column_model import ColumnSpec
from refscope.gui.launch_form import FormProblem
from refscope.gui.settings import ago
from refscope.gui.state_values import MessageState, StateButton, WorkState
from refscope.text import counted, format_bytes, safe, short_path

if TYPE_CHECKING:  # a value of `api`, which loads more than the start page may wait for
    from refscope.session.running import RunningPython

PROGRAM, PID, PYTHON, USER, MEMORY, STARTED = range(6)
MOST_PID = 2**22
"""As Linux numbers processes; a longer number is none."""

NOBODY = MessageState(
    "No Python program runs here",
    "Start yours as you always do, and it is listed. What is not listed can be named by its process id.",
    "terminal",
    "text3",
    (StateButton("run", "Run a program from here", "play"),),
)
LOOKING = WorkState("Looking for Python programs", icon="search", can_cancel=False)
COPY_COMMAND, TRY_AGAIN = ("copy", "Copy command"), ("retry", "Try again")


def program_columns(programs: Sequence[RunningPython], now_s: float) -> tuple[ColumnSpec, ...]:
    """One row for each program. now_s: seconds since the epoch."""
    names = [(shown_folder(each), safe(each.title)) for each in programs]
    versions = [each.version or (0, 0) for each in programs]
    return (
        ColumnSpec("program", "Program", names, _name_words, is_number=False, tip="And its working folder"),
        ColumnSpec("pid", "PID", np.array([each.pid for each in programs], np.int64), str),
        ColumnSpec(
            "python", "Python", np.array([a * 1000 + b for a, b in versions], np.int64), _version_words
        ),
        ColumnSpec("user", "User", [safe(each.user) for each in programs], is_number=False),
        ColumnSpec(
            "memory", "Memory", np.array([each.rss_bytes for each in programs], np.int64), format_bytes,
            tip="Resident, now",
        ),
        ColumnSpec(
            "started", "Started", np.array([each.started_s for each in programs], np.float64),
            lambda started_s: ago(max(0.0, now_s - started_s)), is_number=False,
        ),
    )  # fmt: skip


def shown_folder(program: RunningPython) -> str:
    """Where it works, as it is shown."""
    return safe(short_path(program.folder)) if program.folder else ""


def shown_command(program: RunningPython) -> str:
    """What it was started with, in one line: it tells programs of one name apart."""
    return safe(" ".join(program.command))


def process_id(text: str) -> int | None:
    """The process id that was typed; None where it is a name, or nothing."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_PID else None


def matches(program: RunningPython, text: str) -> bool:
    """Whether it is among what was typed: by the beginning of its id, or by a part of its command."""
    text = text.strip().casefold()
    if process_id(text) is not None:
        return str(program.pid).startswith(text)
    return text in f"{program.title}\n{' '.join(program.command)}".casefold()


def called(pid: int, programs: Sequence[RunningPython]) -> str:
    """What a person calls a process: `train.py`, or `process 4711` where it is not listed."""
    return next((safe(each.title) for each in programs if each.pid == pid), f"process {pid}")


def count_words(shown: int, every: int) -> str:
    """`7 programs`, `2 of 7 programs`."""
    return counted(every, "program") if shown == every else f"{shown} of {counted(every, 'program')}"


def no_match(text: str) -> MessageState:
    """Nothing that is listed fits what was typed."""
    pid = process_id(text)
    if pid is not None:
        text = "It may be somebody else's, or run no Python. Attach all the same, and RefScope says more."
        return MessageState(f"Process {pid} is not listed", text, "search", "text3")
    return MessageState(
        f"No program matches ‘{safe(text.strip(), 40)}’",
        "A process that is not listed is named by its id.",
        "search",
        "text3",
        (StateButton("all", "Show all"),),
    )


def attaching(name: str, waited_s: float | None) -> WorkState:
    """What is going on. waited_s: for a safe point of the program; None = not yet."""
    if waited_s is None:
        return WorkState(f"Attaching to {name}", icon="plug", cancel_note="It goes on as it was.")
    return WorkState(
        f"Waiting for {name} to come to a safe point, {int(waited_s)} s",
        "RefScope gets in between two steps of its main thread. While that is in native code, there is none.",
        "plug",
        cancel_note="It goes on as it was.",
    )


def problem_of_attach(error: UserFacingError) -> FormProblem:
    """Why it was not attached to, without the command, which stands in a box of its own."""
    command = command_of(error)
    text = error.text.removesuffix(f"`{command}`").rstrip() if command else error.text
    return FormProblem("program", error.title, text, (COPY_COMMAND, TRY_AGAIN) if command else (TRY_AGAIN,))


def command_of(error: UserFacingError) -> str:
    """The command that lets RefScope in; "" = there is no such."""
    return error.command if isinstance(error, AttachRefused) else ""


def _name_words(name: tuple[str, str]) -> str:
    folder, title = name
    return f"{title}, {folder}" if folder else title


def _version_words(number: int) -> str:
    return f"{number // 1000}.{number % 1000}" if number else "–"
