"""Which Pythons are here, and whether one of them can run a target.

`discover` is a generator, so that a list can fill while the next interpreter is still starting;
`probe` starts one of them, isolated and with a deadline, and says in a sentence what is wrong with
it. Nothing is written, and an executable that is no Python gets no argument that could do harm.
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from refscope.errors import LaunchError
from refscope.text import short_path

logger = logging.getLogger(__name__)

OLDEST = (3, 7)
PROBE_LIMIT_S = 10.0  # cold network disks and antivirus included; a warm start takes 0.03 s
ANSWER_LIMIT = 1 << 16  # bytes; an executable that prints more is not answering us

# One expression: to a shell it is a syntax error, so that nothing runs if this is no Python.
PROBE = (
    "print(__import__('json').dumps([list(__import__('sys').version_info[:3]), "
    "__import__('platform').python_implementation(), __import__('sys').executable, "
    "__import__('sys').prefix, getattr(__import__('sys'), 'base_prefix', ''), __import__('sys').platform, "
    "__import__('sys').version_info > (3, 4) and "
    "bool(__import__('importlib.util').util.find_spec('_ctypes')), "
    "'t' in getattr(__import__('sys'), 'abiflags', '')]))"
)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that can run a target. `path` is what is started: never resolved, or a venv is lost."""

    path: str
    version: tuple[int, int, int]
    implementation: str
    environment: str  # ".venv", "pyenv 3.9.18", "conda ml", "system"
    has_ctypes: bool = True  # without it the heap is frozen by other means
    platform: str = "linux"

    @property
    def name(self) -> str:
        """`Python 3.11.7 (.venv)`."""
        return f"Python {'.'.join(map(str, self.version))} ({self.environment})"


def probe(path: str, deadline_s: float = PROBE_LIMIT_S) -> Interpreter:
    """Start an interpreter and ask it what it is; answers are remembered while the file is the same.

    path: a file, or a command on PATH. Raises LaunchError; costs some 30 ms the first time.
    """
    found = _executable(path)
    try:
        status = os.stat(found)
    except OSError as exc:
        raise LaunchError("The Python does not exist", f"{found}: {exc.strerror}. Choose another.") from exc
    return _probe(found, status.st_mtime_ns, status.st_ino, deadline_s)


def discover(
    script: str | None = None, cwd: str | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Interpreter]:
    """Interpreters of this machine that can run a target, the likeliest first, each once.

    Each is started before it is yielded, so the iterator blocks for some 30 ms between two.
    """
    seen: set[tuple[str, str]] = set()
    for path in candidates(script, cwd, env):
        real = os.path.realpath(path)
        environment = os.path.dirname(os.path.realpath(os.path.dirname(path)))  # /bin may be /usr/bin
        if (real, environment) in seen or not os.access(path, os.X_OK):
            continue
        seen.add((real, environment))
        try:
            interpreter = probe(path, deadline_s=3.0)
        except LaunchError as exc:
            logger.debug("not offered: %s", exc)
            continue
        yield interpreter


def candidates(
    script: str | None = None, cwd: str | None = None, env: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Paths where interpreters usually are, the likeliest first; some may not exist."""
    environment = os.environ if env is None else env
    folders = [Path(cwd or ".").absolute()]
    if script:
        beside = (folders[0] / script).parent
        folders = [beside, *list(beside.parents)[:2], *folders]
    for folder in folders:
        for name in (".venv", "venv", "env"):
            yield from _pythons_in(folder / name / "bin")
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if environment.get(variable):
            yield from _pythons_in(Path(environment[variable]) / "bin")
    yield sys.executable
    for entry in environment.get("PATH", os.defpath).split(os.pathsep):
        folder = Path(entry)
        if entry and folder.name != "shims":  # pyenv's shims start a shell; its versions follow below
            yield from _versions_in(folder)
    home = Path(environment.get("HOME", "/"))
    pyenv = Path(environment.get("PYENV_ROOT") or home / ".pyenv")
    for pattern in ("versions/*", "versions/*/envs/*"):
        for folder in _sorted_glob(pyenv, pattern):
            yield from _pythons_in(folder / "bin")
    for root in ("miniconda3", "anaconda3", "miniforge3", "mambaforge", ".conda"):
        for folder in [home / root, *_sorted_glob(home / root, "envs/*")]:
            yield from _pythons_in(folder / "bin")


def project_python(script: str | None = None, cwd: str | None = None) -> str | None:
    """The interpreter of the project's own environment, or of the active one; None = there is none.

    Starts nothing.
    """
    for path in candidates(script, cwd):
        if path == sys.executable:
            return None
        if os.access(path, os.X_OK):
            return path
    return None


def environment_name(executable: str, prefix: str, base_prefix: str) -> str:
    """What a person calls the environment of an interpreter."""
    folder = Path(prefix)
    if base_prefix and prefix != base_prefix:
        return folder.name
    if (folder / "conda-meta").is_dir():
        return f"conda {folder.name}"
    if folder.parent.name == "versions" and ".pyenv" in folder.parts:
        return f"pyenv {folder.name}"
    return "system" if executable.startswith("/usr/") else str(folder)


def _executable(path: str) -> str:
    if os.sep not in path:
        return shutil.which(path) or path
    return os.path.abspath(path)


@functools.lru_cache(maxsize=256)
def _probe(path: str, mtime_ns: int, inode: int, deadline_s: float) -> Interpreter:
    del mtime_ns, inode  # they only tell one state of the file from the next
    shown = short_path(path)
    if os.path.isdir(path) or not os.access(path, os.X_OK):
        raise LaunchError("This is not a Python", f"{shown} cannot be executed. Choose another.")
    answer = _ask(path, ["-I", "-c", PROBE], deadline_s) or _ask(path, ["-E", "-s", "-c", PROBE], deadline_s)
    try:
        version, implementation, *places, platform, has_ctypes, is_free_threaded = json.loads(answer)
        executable, prefix, base_prefix = places
        major, minor, micro = map(int, version)
    except (ValueError, TypeError) as exc:
        raise LaunchError("This is not a Python", f"{shown} did not answer as one. Choose another.") from exc
    if implementation != "CPython":
        title, why = f"This is {implementation}, not CPython", "RefScope reads the heap of CPython"
    elif (major, minor) < OLDEST:
        title, why = f"Python {major}.{minor} is too old", "RefScope looks into 3.7 and later"
    elif is_free_threaded:  # objects of another layout, and no lock that keeps a heap still for a freeze
        title = f"This is a free-threaded Python {major}.{minor}"
        why = "RefScope looks into builds with the global interpreter lock so far"
    else:
        title = why = ""
    if title:
        raise LaunchError(title, f"{why}. {shown}: choose another.")
    return Interpreter(
        path=path,
        version=(major, minor, micro),
        implementation=implementation,
        environment=environment_name(executable, prefix, base_prefix),
        has_ctypes=bool(has_ctypes),
        platform=platform,
    )


def _ask(path: str, arguments: list[str], deadline_s: float) -> bytes:
    """What the executable prints, b"" if it fails. Raises LaunchError when it does not end in time."""
    shown = short_path(path)
    try:
        process = subprocess.Popen(
            [path, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
    except OSError as exc:
        raise LaunchError("This is not a Python", f"{shown}: {exc.strerror}. Choose another.") from exc
    assert process.stdout is not None
    with process.stdout:
        try:
            answer = _read_within(process.stdout.fileno(), deadline_s)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # it has answered, or will not
            process.wait()
    if answer is None:
        raise LaunchError(
            "This is not a Python",
            f"{shown} did not answer within {deadline_s:g} s. Choose another.",
        )
    return answer


def _read_within(descriptor: int, deadline_s: float) -> bytes | None:
    """What comes until the end of the stream or too much has come; None = the deadline passed."""
    ends, answer = time.monotonic() + deadline_s, b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while len(answer) < ANSWER_LIMIT:
            if not selector.select(max(0.0, ends - time.monotonic())):
                return None
            part = os.read(descriptor, ANSWER_LIMIT)
            if not part:
                break
            answer += part
    return answer


def _pythons_in(folder: Path) -> Iterator[str]:
    for name in ("python", "python3"):
        if (folder / name).exists():
            yield str(folder / name)
            return


def _versions_in(folder: Path) -> Iterator[str]:
    for name in ("python3", "python"):
        if (folder / name).exists():
            yield str(folder / name)
    for path in _sorted_glob(folder, "python3.*"):
        if path.name.removeprefix("python3.").isdigit():
            yield str(path)


def _sorted_glob(folder: Path, pattern: str) -> list[Path]:
    """Newest version first: 3.13 before 3.9."""

    def version_key(path: Path) -> list[tuple[int, str]]:
        return [
            (int(part), "") if part.isdigit() else (-1, part)
            for part in path.name.replace("-", ".").split(".")
        ]

    try:
        return sorted(folder.glob(pattern), key=version_key, reverse=True)
    except OSError:
        return []
