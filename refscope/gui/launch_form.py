"""What the start page is about, as values: a form, interpreters, recent targets, and their problems.

No Qt here. `problem_of` answers at once what can be known without starting anything: whether the
script is there, is a file, and parses.
"""

from __future__ import annotations

import shlex
import sys
import warnings
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from refscope.errors import UserFacingError
from refscope.text import safe

OLDEST = (3, 7)
TRACE_FRAMES = 5
"""Of each place where objects are made: the line and who called it. More cost more time, and no memory."""


class RunMode(Enum):
    """How the program is named: a script's path, a module, or code."""

    SCRIPT = "script"
    MODULE = "module"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class LaunchForm:
    """A filled-in start page. `python` is a path, "" = the one that runs RefScope."""

    mode: RunMode
    target: str
    arguments: str = ""  # as typed; split like a shell does
    python: str = ""
    folder: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    freeze_at_end: bool = False
    trace_frames: int = 0  # of each place where it makes objects; 0 = allocations are not traced

    @property
    def argv(self) -> list[str]:
        """The program and its arguments as given to `api.launch`. Raises ValueError: unclosed quote."""
        start = {
            RunMode.SCRIPT: [str(Path(self.target).expanduser())],
            RunMode.MODULE: ["-m", self.target],
            RunMode.CODE: ["-c", self.target],
        }
        return start[self.mode] + shlex.split(self.arguments)

    @property
    def name(self) -> str:
        """How the program is called in the toolbar: `load_apps.py`, `-m order_service`, `-c …`."""
        if self.mode is RunMode.SCRIPT:
            return Path(self.target).name
        return f"-m {self.target}" if self.mode is RunMode.MODULE else "-c …"

    @property
    def working_folder(self) -> str:
        """The folder typed, or the script's own, or home."""
        if self.folder:
            return str(Path(self.folder).expanduser())
        if self.mode is RunMode.SCRIPT and self.target:
            return str(Path(self.target).expanduser().absolute().parent)
        return str(Path.home())


@dataclass(frozen=True, slots=True)
class InterpreterChoice:
    """A Python that was found. `reason` says why it cannot be used; "" where it can."""

    path: str
    version: str = ""  # "3.11.7"; "" = not known yet
    environment: str = ""  # ".venv of mindmeld-demo", "pyenv", "system"
    reason: str = ""

    @property
    def can_be_used(self) -> bool:
        """Whether a program may be run with it."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class RecentTarget:
    """One line of Recent. `result` in words with its `verdict`: "leak", "ok", "none"."""

    kind: str  # "run" or "capture"
    title: str
    place: str
    when: str  # "2 hours ago"
    python: str = ""  # "3.7 · .venv"
    result: str = ""
    verdict: str = "none"
    is_pinned: bool = False
    form: LaunchForm | None = None
    path: str = ""  # of a capture


@dataclass(frozen=True, slots=True)
class ExampleCard:
    """One built-in example as the start page shows it."""

    name: str
    title: str
    lesson: str
    icon: str
    is_healthy: bool = False


@dataclass(frozen=True, slots=True)
class FormProblem:
    """Why a form cannot be run: where it stands, what happened, why, and what may be done."""

    place: str  # "target", "arguments", "python", "folder"
    title: str
    text: str
    fixes: tuple[tuple[str, str], ...] = ()  # (key, text of the button)
    line: int | None = None
    proposal: str = field(default="")  # what "fix" puts in: a module's name, a path


def problem_of(form: LaunchForm, version: str = "") -> FormProblem | None:
    """What is wrong with a form before anything is started. Reads the script; a few ms.

    `version` is that of the chosen Python: a newer one than RefScope's own may know syntax that we do
    not, so then a syntax error is left to it.
    """
    if not form.target.strip():
        return FormProblem(
            "target", f"No {form.mode.value} given", "Name what to run, or drop a .py file here."
        )
    try:
        form.argv  # noqa: B018 - splitting is the check
    except ValueError:
        return FormProblem("arguments", "A quote is not closed", "Arguments are split like a shell does.")
    if form.folder and not Path(form.folder).expanduser().is_dir():
        return FormProblem(
            "folder", "This folder does not exist", f"{form.folder} is not there, or not a folder."
        )
    may_know_more = numbers_of(version)[:2] > sys.version_info[:2]
    if form.mode is RunMode.SCRIPT:
        return _problem_of_script(form.target, parse=not may_know_more)
    if form.mode is RunMode.CODE and not may_know_more:
        return _problem_of_code(form.target, "The code")
    return None


def _problem_of_script(target: str, *, parse: bool) -> FormProblem | None:
    path = Path(target).expanduser()
    browse = ("browse", "Browse…")
    if path.is_dir():
        module = path.name if (path / "__main__.py").exists() or (path / "__init__.py").exists() else ""
        fixes = (("run_module", f"Run as -m {module}"),) if module else (browse,)
        text = "Give a script, or run it as a module." if module else "Give a script in it."
        return FormProblem("target", "This is a folder", text, fixes, proposal=module)
    if not path.exists():
        text = f"{target} is not there."
        return FormProblem(
            "target", "The script does not exist", text, (browse, ("forget", "Remove from Recent"))
        )
    try:
        source = path.read_bytes()
    except OSError as exc:
        reason = exc.strerror or "it cannot be opened"
        return FormProblem("target", "The script cannot be read", f"{target}: {reason}.", (browse,))
    return _problem_of_code(source, path.name) if parse else None


def _problem_of_code(source: str | bytes, name: str) -> FormProblem | None:
    """A syntax error, as far as RefScope's own Python can tell; the target's may be older or newer."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a SyntaxWarning is the program's own affair
            compile(source, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as exc:
        number = getattr(exc, "lineno", None)
        place = f"{name}, line {number}: " if number else f"{name}: "
        text = f"{place}{safe(getattr(exc, 'msg', str(exc)))}. Nothing was started."
        fixes = (("open_line", f"Open at line {number}"),) if number and name != "The code" else ()
        return FormProblem("target", "The script has a syntax error", text, fixes, line=number)
    return None


def problem_of_launch(error: UserFacingError) -> FormProblem:
    """Where in the form it stands that a program could not be started, and what may be done."""
    if "folder does not exist" in error.title:
        return FormProblem("folder", error.title, error.text)
    if "Python" in error.title:
        return FormProblem("python", error.title, error.text, (("choose_python", "Choose another"),))
    fixes = (
        (("browse", "Browse…"),) if "script" in error.title else (("choose_python", "Choose another Python"),)
    )
    return FormProblem("target", error.title, error.text, fixes)


def problem_of_python(
    choice: InterpreterChoice, others: tuple[InterpreterChoice, ...] = ()
) -> FormProblem | None:
    """Why this Python cannot be used, with the newest that can as a way out."""
    if choice.can_be_used:
        return None
    usable = [other for other in others if other.can_be_used and other.version]
    newest = max(usable, key=lambda other: numbers_of(other.version), default=None)
    fixes: tuple[tuple[str, str], ...] = (("choose_python", "Choose another"),)
    if newest is not None:
        fixes = (("use_python", f"Use {newest.version}"), *fixes)
    proposal = newest.path if newest else ""
    if choice.version and numbers_of(choice.version) < OLDEST:
        found = ", ".join(dict.fromkeys(".".join(other.version.split(".")[:2]) for other in usable))
        text = "RefScope looks into 3.7 and later." + (f" Found here: {found}." if found else "")
        return FormProblem("python", f"Python {choice.version} is too old", text, fixes, proposal=proposal)
    title = "This is not a Python" if not choice.version else f"Python {choice.version} cannot be used"
    return FormProblem("python", title, choice.reason, fixes, proposal=proposal)


def numbers_of(version: str) -> tuple[int, ...]:
    """`3.11.7` → (3, 11, 7)."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())
