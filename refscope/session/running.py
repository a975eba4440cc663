"""The Python programs that run on this machine, and why one of them may not be attached to.

Everything is read from the system; the programs notice nothing. Each refusal says what to change, where that
is one command with the command.
"""

from __future__ import annotations

import contextlib
import os
import platform
import pwd
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from refscope.errors import AttachRefused, LaunchError, TargetExited
from refscope.session.interpreters import OLDEST
from refscope.session.launcher import LaunchRequest
from refscope.session.processes import system_reader
from refscope.text import elide, safe

PROC = Path("/proc")
YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")
ALLOW = "sudo sysctl kernel.yama.ptrace_scope=0"
_PYTHON = re.compile(r"(?:lib)?python(?:(3)\.(\d+)|3)?(t?)")  # of programs and of libraries
_OPTIONS = re.compile(r"-[bBdEiIOqsSuvxRP]+[mc]?")  # letters without a value; what is run may follow
_MULTIPROCESSING = re.compile(r"(?:import sys; )?from multiprocessing\.(\w+) import ")
_ROLES = {
    "spawn": "multiprocessing worker",
    "forkserver": "multiprocessing fork server",
    "resource_tracker": "multiprocessing resource tracker",
    "semaphore_tracker": "multiprocessing semaphore tracker",  # of 3.7
}
ENDED = frozenset((psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD))
_NO_PYTHON = "It is {name}. Choose a program that runs on Python."


@dataclass(frozen=True, slots=True)
class RunningPython:
    """A process that runs Python, as the system shows it. version: None = no file name tells it. role: what
    `multiprocessing` started it for, "" = it did not."""

    pid: int
    command: tuple[str, ...]
    executable: str
    version: tuple[int, int] | None
    user: str = ""
    folder: str = ""
    rss_bytes: int = 0
    started_s: float = 0.0  # since the epoch
    role: str = ""

    @property
    def title(self) -> str:
        """What a person calls it: `train.py`, `-m pkg.job`, `gunicorn`, `multiprocessing worker`."""
        if self.role:
            return self.role
        if self.command and _PYTHON.fullmatch(os.path.basename(self.command[0])):
            try:
                return LaunchRequest(_without_isolation(self.command[1:])).title
            except LaunchError:  # options that a launch refuses, or none: an interactive one
                pass
        return elide(safe(" ".join(self.command) or os.path.basename(self.executable)), 60)

    @property
    def is_helper(self) -> bool:
        """Whether it does nothing of the program's own: it serves the workers of `multiprocessing`."""
        return self.role not in ("", _ROLES["spawn"])

    @property
    def has_own_program(self) -> bool:
        """Whether it runs the program of an interpreter, not another one with Python built in."""
        return _python_in(os.path.basename(self.executable.removesuffix(" (deleted)"))) is not None

    @property
    def python(self) -> str:
        """`Python 3.11`."""
        return f"Python {self.version[0]}.{self.version[1]}" if self.version else "Python"


def running_pythons() -> list[RunningPython]:
    """Python programs of this machine, the newest first; without this one and its descendants.

    Some ms for each hundred processes. What others run is listed too, as far as the system shows it.
    """
    ours = {os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))}
    found = (look_at(process) for process in psutil.process_iter() if process.pid not in ours)
    return sorted((each for each in found if each is not None), key=lambda each: -each.started_s)


def running_python(pid: int) -> RunningPython:
    """The Python program of a process id. Raises AttachRefused if there is none."""
    try:
        process = psutil.Process(pid)
        if process.status() in ENDED:
            raise psutil.NoSuchProcess(pid)
    except (psutil.NoSuchProcess, ValueError, OverflowError) as exc:
        text = "It has ended, or the number is wrong."
        raise AttachRefused(f"There is no process {pid}", text) from exc
    if pid == os.getpid():
        raise AttachRefused("This is RefScope itself", "Choose another process.")
    found = look_at(process)
    if found is None:
        name = safe(process.name()) or "another program"
        raise AttachRefused(f"Process {pid} runs no Python", _NO_PYTHON.format(name=name))
    return found


def look_at(process: psutil.Process) -> RunningPython | None:
    """What runs in a process; None = no Python, or it cannot be seen. Costs 0.3 ms."""
    try:
        with process.oneshot():
            if process.status() in ENDED:
                return None
            executable = process.exe()
            command = tuple(process.cmdline())
            named = _python_in(os.path.basename(executable.removesuffix(" (deleted)")))
            named = named or _library_of(process.pid)
            if named is None or not command or system_reader().is_copy(process.pid):
                return None
            return RunningPython(
                pid=process.pid,
                command=command,
                executable=executable,
                version=(int(named[1]), int(named[2])) if named[1] else None,
                user=process.username(),
                folder=process.cwd(),
                rss_bytes=process.memory_info().rss,
                started_s=process.create_time(),
                role=_role_of(process, command),
            )
    except psutil.Error:
        return None


def require(pid: int) -> None:
    """Raise TargetExited if a process that ran has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        if psutil.Process(pid).status() not in ENDED:
            return
    raise ended_before()


def ended_before() -> TargetExited:
    """The error for a program that is gone before we are in."""
    return TargetExited("The program ended before it could be attached to", "Nothing was changed in it.")


def check(process: RunningPython, proc: Path = PROC, yama: Path = YAMA) -> None:
    """Raise AttachRefused with what to do, if the system or the program does not let us in.

    proc, yama: other places in tests.
    """
    if sys.platform != "linux":
        text = "Attaching works on Linux so far. Start the program from RefScope."
        raise AttachRefused("This process cannot be attached to here", text)
    if process.version is not None and process.version < OLDEST:
        text = "RefScope looks into 3.7 and later."
        raise AttachRefused(f"{process.python} is too old", text)
    if platform.machine() != "x86_64" and (process.version or OLDEST) < (3, 14):
        raise AttachRefused(
            f"{process.python} cannot be attached to on {platform.machine()}",
            "That works on x86-64, and from Python 3.14 on everywhere. Start the program from RefScope.",
        )
    status = _status(proc, process.pid)
    if status.get("State", "")[:1] in ("T", "t") and status.get("TracerPid", "0") == "0":
        raise AttachRefused(
            "The program is stopped", "Let it go on first.", command=f"kill -CONT {process.pid}"
        )
    if status.get("TracerPid", "0") != "0":
        tracer = status["TracerPid"]
        text = f"Process {tracer} traces it. End that first: only one can at a time."
        raise AttachRefused("A debugger is attached to it already", text)
    if len(status.get("NSpid", "").split()) > 1:
        text = "Run `refscope record --pid` inside that container, and open the capture here."
        raise AttachRefused("The program runs in a container", text)
    _check_permission(process, status, proc, yama)


def limits(yama: Path = YAMA) -> tuple[str, str]:
    """What stands in the way of attaching on this machine in general, and the command that changes it; "" if
    nothing. yama: another place in tests."""
    if sys.platform != "linux":
        return "only on Linux so far", ""
    scope = _scope(yama)
    if scope == 1 and os.getuid():
        return "kernel.yama.ptrace_scope is 1", ALLOW
    if scope == 2 and os.getuid():
        return "kernel.yama.ptrace_scope is 2: only root may", ""
    if scope == 3:
        return "kernel.yama.ptrace_scope is 3: nobody may", ""
    return "" if platform.machine() == "x86_64" else "from Python 3.14 on", ""


def _scope(yama: Path) -> int:
    try:
        return int(yama.read_text())
    except (OSError, ValueError):
        return 0


def _check_permission(process: RunningPython, status: dict[str, str], proc: Path, yama: Path) -> None:
    try:
        os.close(os.open(proc / str(process.pid) / "mem", os.O_RDONLY))  # asks the kernel what attaching asks
        return
    except FileNotFoundError as exc:
        raise AttachRefused(f"There is no process {process.pid}", "It has just ended.") from exc
    except OSError as exc:
        refused = exc
    title = "This process may not be attached to"
    owner = int(status.get("Uid", f"{os.getuid()}").split()[0])
    if owner != os.getuid():
        text = f"It belongs to {_name_of(owner)}. Run RefScope as that user, or as root."
        raise AttachRefused(title, text) from refused
    scope = _scope(yama)
    if scope == 1:
        raise AttachRefused(
            title,
            "kernel.yama.ptrace_scope is 1. 0 allows it, until the next boot.",
            command=ALLOW,
        ) from refused
    if scope == 2:
        text = "kernel.yama.ptrace_scope is 2, so only root may. Run RefScope as root."
        raise AttachRefused(title, text) from refused
    if scope == 3:
        text = "kernel.yama.ptrace_scope is 3: nobody may, until the next boot with another value."
        raise AttachRefused(title, text) from refused
    text = (
        "The system keeps it closed, as it does in a container without the capability SYS_PTRACE"
        " (docker run --cap-add=SYS_PTRACE …) and for programs with special rights."
    )
    raise AttachRefused(title, text) from refused


def _role_of(process: psutil.Process, command: tuple[str, ...]) -> str:
    """See `RunningPython.role`. What a fork server forked has the command of that server."""
    found = next(filter(None, map(_MULTIPROCESSING.match, command)), None)
    if found is None:
        return ""
    parent = process.parent() if found[1] == "forkserver" else None
    is_forked = parent is not None and tuple(parent.cmdline()) == command
    return _ROLES.get("spawn" if is_forked else found[1], "")


def _without_isolation(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """Without -I, -E, -S before what is run: a launch refuses them, who it is called does not change."""
    if not arguments or not _OPTIONS.fullmatch(arguments[0]):
        return arguments
    first = arguments[0].translate(str.maketrans("", "", "IES"))
    return (*((first,) if len(first) > 1 else ()), *_without_isolation(arguments[1:]))


def _python_in(name: str) -> re.Match[str] | None:
    """The version in the name of a program or library of Python."""
    return _PYTHON.match(name) if _PYTHON.fullmatch(name.partition(".so")[0]) else None


def _library_of(pid: int, proc: Path = PROC) -> re.Match[str] | None:
    """As above, for a program that has Python built in (uWSGI, Blender)."""
    try:
        with open(proc / str(pid) / "maps", encoding="utf-8", errors="replace") as stream:
            names = {
                os.path.basename(line.rstrip("\n").rpartition("/")[2]) for line in stream if "python" in line
            }
    except OSError:
        return None
    return next(filter(None, (_python_in(name) for name in sorted(names) if name.startswith("lib"))), None)


def _status(proc: Path, pid: int) -> dict[str, str]:
    try:
        lines = (proc / str(pid) / "status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
