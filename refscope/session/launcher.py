"""Starts a target with the agent inside: checks first, then environment, descriptors, process.

Whatever can be known before the start is a sentence before the start (a script that is missing, a
folder, unreadable, with a syntax error as its own interpreter sees it). What the target does
afterwards is `target`'s. Nothing is written, not even a `.pyc` of the script that is checked.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from refscope.errors import LaunchError
from refscope.session.interpreters import Interpreter, probe
from refscope.session.output import OutputLog
from refscope.session.streams import Streams
from refscope.session.traces import MOST_FRAMES

logger = logging.getLogger(__name__)

AGENT_FOLDER = Path(__file__).resolve().parent.parent / "agent"
SITE_FOLDER = AGENT_FOLDER / "site"
"""Holds the `sitecustomize` that starts the agent; goes first on the target's PYTHONPATH."""

CHECK_LIMIT_S = 20.0  # compiling a script of 100,000 lines takes 2 s
WITHOUT_SITE = {"I": "isolated mode", "E": "PYTHON* variables ignored", "S": "no site module"}

CHECK_SYNTAX = """
import json, sys
with open(sys.argv[1], "rb") as stream:
    source = stream.read()
try:
    compile(source, sys.argv[1], "exec", dont_inherit=True)
    print("null")
except SyntaxError as exc:
    print(json.dumps([exc.lineno, exc.msg]))
except (ValueError, RecursionError, MemoryError, OverflowError) as exc:
    print(json.dumps([None, str(exc)]))
"""


@dataclass(frozen=True, slots=True)
class LaunchRequest:
    """What to run and how. Everything but `argv` is as for `subprocess.Popen`.

    argv: interpreter options, then `script arguments…`, `-m module …` or `-c code …`.
    env: the complete environment; None = that of RefScope. terminal: "pipes" or "pty";
    window_size: rows and columns of the latter.
    """

    argv: tuple[str, ...]
    python: str = sys.executable
    cwd: str | None = None
    env: Mapping[str, str] | None = None
    terminal: str = "pipes"
    window_size: tuple[int, int] = (24, 80)
    sample_hz: float = 10.0
    waits_at_exit: bool = False  # the program's end waits until `let_end`, so that it can be frozen
    trace_frames: int = 0  # of each place where it allocates, from its first line on; 0 = not traced
    hello_limit_s: float = 30.0  # a cold interpreter on a network disk takes several seconds

    @property
    def title(self) -> str:
        """What a person calls this run: `train.py`, `-m pkg.job`, `-c …`."""
        kind, index = find_program(self.argv)
        if kind == "script":
            return os.path.basename(self.argv[index])
        return f"-m {self.argv[index]}" if kind == "module" else "-c …"


@dataclass(slots=True)
class Launched:
    """A process that was just started, and the host's ends of what connects us with it."""

    process: subprocess.Popen[bytes]
    interpreter: Interpreter
    control: socket.socket
    log: OutputLog
    streams: Streams
    started_s: float  # time.monotonic()


@dataclass(slots=True)
class _Ends:
    """Descriptors of the target's streams: its own three, and what the host keeps."""

    theirs: tuple[int, int, int]
    sources: dict[str, int]
    stdin: int
    to_close: set[int] = field(default_factory=set)


def start(request: LaunchRequest) -> Launched:
    """Check and start. Returns before the agent says hello. Raises LaunchError; costs some 60 ms."""
    if sys.platform == "win32":
        raise LaunchError("RefScope does not run on Windows yet", "It needs Linux or macOS.")
    if not 0 <= request.trace_frames <= MOST_FRAMES:
        text = f"{request.trace_frames} is not between 1 and {MOST_FRAMES}. Most questions need 1 to 5."
        raise LaunchError("Allocations cannot be traced with so many frames", text)
    cwd = os.path.abspath(request.cwd or ".")
    if not os.path.isdir(cwd):
        raise LaunchError("The working folder does not exist", f"{cwd} is not a folder. Choose another.")
    interpreter = probe(request.python)
    arguments = check_program(request, interpreter, cwd)
    host_end, target_end = socket.socketpair()
    with target_end, _open_ends(request) as ends:
        command = [interpreter.path, *arguments]
        if request.terminal == "pty":
            command = [sys.executable, "-I", "-S", _helper_path(), *command]
        started_s = time.monotonic()
        try:
            process = _start_process(command, request, cwd, ends, target_end.fileno())
        except (OSError, ValueError) as exc:
            host_end.close()
            for descriptor in {*ends.sources.values(), ends.stdin}:
                os.close(descriptor)
            raise LaunchError("The program could not be started", f"{exc}.") from exc
    logger.info("started %s as process %d", request.title, process.pid)
    log = OutputLog(started_s)
    streams = Streams(ends.sources, ends.stdin, log)
    return Launched(process, interpreter, host_end, log, streams, started_s)


def _start_process(
    command: list[str], request: LaunchRequest, cwd: str, ends: _Ends, descriptor: int
) -> subprocess.Popen[bytes]:
    stdin, stdout, stderr = ends.theirs
    environment = target_environment(request.env, descriptor)
    if request.waits_at_exit:
        environment["REFSCOPE_AT_EXIT"] = "1"
    if request.trace_frames:
        environment["REFSCOPE_TRACE"] = str(request.trace_frames)
    if request.terminal == "pty":
        environment.setdefault("TERM", "xterm-256color")  # what the console pane understands
    return subprocess.Popen(
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        cwd=cwd,
        env=environment,
        pass_fds=(descriptor,),
        # With pipes it stays in our process group: Ctrl-C reaches it as without us.
        start_new_session=request.terminal == "pty",
    )


def target_environment(env: Mapping[str, str] | None, descriptor: int) -> dict[str, str]:
    """The target's environment with what the agent's `sitecustomize` looks for, and takes away again."""
    environment = dict(os.environ if env is None else env)
    before = environment.get("PYTHONPATH")
    if before is not None:
        environment["REFSCOPE_PYTHONPATH"] = before
    environment["PYTHONPATH"] = os.pathsep.join([str(SITE_FOLDER), *([before] if before else [])])
    environment["REFSCOPE_FD"] = str(descriptor)
    return environment


def find_program(argv: Sequence[str]) -> tuple[str, int]:
    """What the arguments run: ("script", index of its path), ("module", of its name) or ("code", …).

    Raises LaunchError for options under which no agent can start, and when nothing is to run.
    """
    index = 0
    while index < len(argv):
        argument = argv[index]
        if argument in ("-", "") or not argument.startswith("-"):
            break
        if argument == "--check-hash-based-pycs":
            index += 1
        elif not argument.startswith("--"):
            for position, letter in enumerate(argument[1:], 1):
                if letter in WITHOUT_SITE:
                    raise LaunchError(
                        f"RefScope cannot look into a program run with -{letter}",
                        f"{WITHOUT_SITE[letter].capitalize()} keeps its agent out."
                        f" Leave -{letter} away, or start it elsewhere and attach to it.",
                    )
                if letter in "mc":
                    glued = bool(argument[position + 1 :])
                    return ("module" if letter == "m" else "code"), _present(argv, index + (not glued))
                if letter in "WX":
                    index += position == len(argument) - 1  # its value is the next argument
                    break
        index += 1
    return "script", _present(argv, index)


def check_program(request: LaunchRequest, interpreter: Interpreter, cwd: str) -> list[str]:
    """The arguments to start the interpreter with, once nothing is known to be wrong with them."""
    arguments = list(request.argv)
    kind, index = find_program(arguments)
    if kind != "script":
        return arguments  # a module that is missing is the target's own error, in its own words
    path = os.path.join(cwd, arguments[index])
    if not os.path.lexists(path):
        arguments[index] = path = _console_script(arguments[index], interpreter, request.env)
    if os.path.isdir(path):
        if not os.path.exists(os.path.join(path, "__main__.py")):
            name = os.path.basename(os.path.normpath(path))
            text = f"{arguments[index]}: give a script, or run it as a module: `-m {name}`."
            raise LaunchError("This is a folder", text)
        return arguments
    try:
        with open(path, "rb") as stream:
            is_archive = stream.read(2) == b"PK"
    except FileNotFoundError as exc:
        raise LaunchError("The script does not exist", f"{arguments[index]} is a link to nothing.") from exc
    except OSError as exc:
        reason = f"{arguments[index]}: {exc.strerror}."
        raise LaunchError("The script cannot be read", reason) from exc
    if not is_archive:
        _check_syntax(path, arguments[index], interpreter)
    return arguments


def _check_syntax(path: str, shown: str, interpreter: Interpreter) -> None:
    command = [interpreter.path, "-I", "-W", "ignore", "-c", CHECK_SYNTAX, path]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=CHECK_LIMIT_S, check=False
        )
        problem = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError, OSError) as exc:
        logger.info("the syntax of %s was not checked: %s", shown, exc)
        return  # the target will say it itself
    if problem is not None:
        line, message = problem
        where = f"{shown}, line {line}" if line else shown
        raise LaunchError("The script has a syntax error", f"{where}: {message}. Nothing was started.")


def _console_script(name: str, interpreter: Interpreter, env: Mapping[str, str] | None) -> str:
    """The file of a command such as `pytest`: beside the interpreter, else on PATH."""
    search = (os.environ if env is None else env).get("PATH", os.defpath)
    folders = os.pathsep.join([os.path.dirname(interpreter.path), search])
    found = shutil.which(name, path=folders) if os.sep not in name else None
    if found is None:
        raise LaunchError("The script does not exist", f"{name} is not there. Choose another.")
    with open(found, "rb") as stream:
        first = stream.readline(200)
    if not first.startswith(b"#!") or (b"python" not in first and b"/sh" not in first):
        raise LaunchError("The script does not exist", f"{found} is no Python script. Choose another.")
    return found


def _present(argv: Sequence[str], index: int) -> int:
    if index >= len(argv) or argv[index] in ("-", ""):
        raise LaunchError("There is nothing to run", "Give a script, `-m module` or `-c code`.")
    return index


def _helper_path() -> str:
    return str(Path(__file__).with_name("terminal_exec.py"))


@contextlib.contextmanager
def _open_ends(request: LaunchRequest) -> Iterator[_Ends]:
    """Pipes or a terminal; the target's ends are closed here afterwards, it has its copies."""
    if request.terminal == "pty":
        master, slave = os.openpty()
        termios.tcsetwinsize(slave, request.window_size)
        ends = _Ends((slave, slave, slave), {"terminal": master}, master, {slave})
    else:
        (stdin, ours), (out, stdout), (err, stderr) = os.pipe(), os.pipe(), os.pipe()
        ends = _Ends((stdin, stdout, stderr), {"stdout": out, "stderr": err}, ours, {stdin, stdout, stderr})
    try:
        yield ends
    finally:
        for descriptor in ends.to_close:
            os.close(descriptor)
