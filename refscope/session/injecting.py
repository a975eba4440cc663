"""Have Python code run in a process that runs already, at a safe point of its main thread.

Two ways. From Python 3.14 on `sys.remote_exec`, called by the target's own interpreter, so that the versions
match. For older ones, on Linux with x86-64, a pending call, left by having the main thread call
`Py_AddPendingCall` once (`ptrace_calls`, a process of its own; the thread stands still for about a
millisecond). Both wait for the main thread's next instruction of Python; where it waits in the kernel, for a
lock or a connection, `Injection.nudge` has it run what is pending. No debugger is needed: gdb 13 restores
vector registers wrongly on processors with wide ones, and the program dies of it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.hash import GNUHashSection
from elftools.elf.sections import SymbolTableSection

from refscope.errors import AttachRefused
from refscope.session import running
from refscope.session.ptrace_calls import FUNCTIONS
from refscope.session.running import PROC, RunningPython

logger = logging.getLogger(__name__)

CALL_LIMIT_S = 5.0  # a function that only leaves a call in a list
REMOTE_LIMIT_S = 10.0
REMOTE = "import sys; sys.remote_exec(int(sys.argv[1]), sys.argv[2])"
# Run in the program's `__main__`: binds no name there, looks up none that programs replace, opens no file.
PENDING = (
    "try:\n __import__('builtins').exec(__import__('builtins').compile("
    "__import__('_frozen_importlib_external').SourceFileLoader('', {path!r}).get_data({path!r}),"
    " '<refscope>', 'exec'), {{}})\nexcept:\n pass\n"
)
_LIBRARIES = ("python", "libpython", "libc.", "libc-", "ld-musl")


class Injection:
    """One script on its way into one process. script: a file that the process can read."""

    def __init__(self, process: RunningPython, script: Path) -> None:
        self._process = process
        self._script = script
        self._nudge: subprocess.Popen[bytes] | None = None
        self._is_pending = False

    def leave(self) -> None:
        """Leave the script for the main thread's next instruction. Raises AttachRefused, TargetExited."""
        if (self._process.version or (0,)) >= (3, 14) and self._leave_remotely():
            return
        self._leave_pending()

    def nudge(self) -> None:
        """Have a main thread that waits in the kernel run what is left for it. Returns at once.

        To be called again, as the thread may be elsewhere this time, or the interpreter lock taken.
        """
        if platform.machine() != "x86_64" or (self._nudge is not None and self._nudge.poll() is None):
            return
        with contextlib.suppress(AttachRefused):
            if not self._is_pending:
                self._leave_pending()
            self._nudge = subprocess.Popen(
                self._command("run", ""),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def close(self) -> None:
        """Wait for a nudge that is on its way: ended in the middle, it would leave the program stopped."""
        if self._nudge is not None:
            self._nudge.wait()

    def _leave_remotely(self) -> bool:
        """By `sys.remote_exec`; False where the program or its interpreter refuses that."""
        command = [
            self._process.executable,
            "-I",
            "-S",
            "-c",
            REMOTE,
            str(self._process.pid),
            str(self._script),
        ]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=REMOTE_LIMIT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as exc:
            logger.info("no sys.remote_exec into process %d: %s", self._process.pid, exc)
            return False
        if done.returncode:
            logger.info("no sys.remote_exec into process %d: %r", self._process.pid, done.stderr[-500:])
        return not done.returncode

    def _leave_pending(self) -> None:
        done = subprocess.run(
            self._command("queue", PENDING.format(path=str(self._script))),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
            check=False,
        )
        code, _, message = done.stdout.strip().partition(" ")
        if code == "done":
            self._is_pending = True
            return
        if code == "gone":
            raise running.ended_before()
        logger.warning("process %d: %s %s", self._process.pid, done.stdout, done.stderr[-500:])
        reason = message or done.stderr.strip().rpartition("\n")[2] or "no reason was given"
        raise AttachRefused("This process may not be attached to", f"{reason[:1].upper()}{reason[1:]}.")

    @cached_property
    def _addresses(self) -> dict[str, int]:
        """Of every function that may be called, by name. They do not move, and nudges are many."""
        names = [name for action in FUNCTIONS.values() for name in action]
        return dict(zip(names, addresses_of(self._process.pid, names), strict=True))

    def _command(self, action: str, text: str) -> Sequence[str]:
        script = str(Path(__file__).with_name("ptrace_calls.py"))
        addresses = [self._addresses[name] for name in FUNCTIONS[action]]
        return [
            *(sys.executable, "-I", "-S", script, action, str(self._process.pid), str(CALL_LIMIT_S), text),
            *map(str, addresses),
        ]


def addresses_of(pid: int, names: Sequence[str], proc: Path = PROC) -> list[int]:
    """Where exported C functions of Python and the C library lie in a process; some ms for each file.

    Raises AttachRefused where one of them is not there.
    """
    found: dict[str, int] = {}
    for path, start in _mapped_files(pid, proc):
        missing = [name for name in names if name not in found]
        if not missing:
            break
        with contextlib.suppress(OSError, ELFError), open(f"{proc}/{pid}/root{path}", "rb") as stream:
            file = ELFFile(stream)
            loaded = next((each for each in file.iter_segments("PT_LOAD")), None)
            if loaded is None:
                continue
            base = 0 if file["e_type"] == "ET_EXEC" else start - (loaded["p_vaddr"] & -loaded["p_align"])
            for name in missing:
                value = _exported(file, name)
                if value:
                    found[name] = base + value
    if len(found) < len(names):
        running.require(pid)
        lost = next(name for name in names if name not in found)
        raise AttachRefused(
            "This Python cannot be attached to", f"Its function {lost} was not found in the process."
        )
    return [found[name] for name in names]


def _exported(file: ELFFile, name: str) -> int:
    """The value of an exported symbol; 0 = there is none."""
    quick = file.get_section_by_name(".gnu.hash")
    if isinstance(quick, GNUHashSection):  # 1 ms; without it every symbol is read, 50 ms
        symbol = quick.get_symbol(name)
        return int(symbol["st_value"]) if symbol is not None else 0
    every = file.get_section_by_name(".dynsym")
    symbols = every.get_symbol_by_name(name) if isinstance(every, SymbolTableSection) else None
    return max((int(symbol["st_value"]) for symbol in symbols or ()), default=0)


def _mapped_files(pid: int, proc: Path) -> Iterator[tuple[str, int]]:
    """(path, where its beginning lies) of Python's program or library, and of the C library."""
    seen: set[str] = set()
    try:
        program = os.readlink(proc / str(pid) / "exe")
        with open(proc / str(pid) / "maps", encoding="utf-8", errors="surrogateescape") as stream:
            lines = stream.readlines()
    except OSError:
        return
    for line in lines:
        words = line.rstrip("\n").split(None, 5)
        if len(words) < 6 or words[5] in seen or int(words[2], 16):
            continue
        path = words[5]
        if path == program or os.path.basename(path).startswith(_LIBRARIES):
            seen.add(path)
            yield path, int(words[0].partition("-")[0], 16)
