"""A program that ran already when RefScope came: getting into it, and letting go of it again.

What is left in the program at the end: the agent's modules, without a thread, and one page of memory.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import psutil

from refscope.errors import (
    AgentError,
    AttachRefused,
    CancelSignal,
    LaunchError,
    PeerGone,
    TimedOut,
    UserFacingError,
)
from refscope.session.door import Door
from refscope.session.ending import ExitStatus
from refscope.session.image import open_pidfd
from refscope.session.injecting import Injection
from refscope.session.interpreters import Interpreter, probe
from refscope.session.launcher import AGENT_FOLDER, LaunchRequest
from refscope.session.output import OutputLog
from refscope.session.program import Program
from refscope.session.running import RunningPython, check, running_python
from refscope.session.streams import Streams

logger = logging.getLogger(__name__)

LIMIT_S = 30.0
HELLO_LIMIT_S = 10.0
NUDGE_AFTER_S = 0.5  # most programs come to an instruction of Python within milliseconds
LOOK_S = 0.1
END_LOOK_MS = 200  # where the kernel has no handle on a process
PREPARE_LIMIT_S = 20.0
PREPARE = "import compileall, sys; compileall.compile_dir(sys.argv[1], maxlevels=0, quiet=2)"

Waiting = Callable[[float], None]
"""Told some ten times a second how long, in s, a safe point of the program has been waited for."""


class Attached(Program):
    """A program that RefScope did not start, and does not end. Thread-safe. Made by `Attached.attach`."""

    is_ours = False

    def __init__(self, process: RunningPython, control: socket.socket, sample_hz: float) -> None:
        started_s = time.monotonic()
        log = OutputLog(started_s)
        log.complete()  # what it prints goes where it always went
        super().__init__(
            process.pid,
            control,
            started_s=started_s,
            request=LaunchRequest(
                process.command[1:], process.executable, process.folder or None, sample_hz=sample_hz
            ),
            interpreter=Interpreter(process.executable, (*(process.version or (0, 0)), 0), "CPython", ""),
            output=log,
            streams=Streams({}, None, log),
        )
        self._process = process
        self._letting_go = os.eventfd(0)  # wakes the waiter
        self._waiter = threading.Thread(target=self._wait_for_end, name="target-waiter", daemon=True)
        self._waiter.start()

    @classmethod
    def attach(
        cls,
        pid: int,
        sample_hz: float = 10.0,
        *,
        limit_s: float = LIMIT_S,
        cancel: CancelSignal | None = None,
        waiting: Waiting | None = None,
    ) -> Attached:
        """Get into a running Python program; it goes on, and its main thread stands still for a moment.

        Raises AttachRefused with what to do, TargetExited, TimedOut (its main thread came to no safe point
        within `limit_s`), Cancelled. Costs half a second.
        """
        process = admitted(pid)
        _prepare(process)
        with Door(process) as door:
            control = _let_in(process, door, limit_s, cancel, waiting)
        attached = cls(process, control, sample_hz)
        try:
            attached._await_hello(cancel)
        except BaseException:
            attached.close()
            raise
        return attached

    @property
    def title(self) -> str:
        """What a person calls it, with its process id."""
        return f"{self._process.title} (pid {self.pid})"

    def send_signal(self, number: int) -> None:
        """Send the program a signal; one that has ended gets none."""
        with self._lock:
            if self._exit is None and not self._is_closed:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, number)

    def stop(self) -> ExitStatus | None:
        """Not ours to end: raises UserFacingError, unless it has ended."""
        if self._exit is None:
            text = "So it does not end it. Close the session to let go of it."
            raise UserFacingError("RefScope did not start this program", text)
        return self._exit

    def leave(self) -> None:
        """Close images and let go of the program. What was read stays. May be called twice."""
        if not self._begin_close():
            return
        os.eventfd_write(self._letting_go, 1)
        self._sampler.stop()
        self._control.close()
        self.streams.close()
        if threading.current_thread() is not self._waiter:
            self._waiter.join()
        os.close(self._letting_go)

    def close(self) -> None:
        """As `leave`."""
        self.leave()

    def _await_hello(self, cancel: CancelSignal | None) -> None:
        try:
            hello = self._control.wait_hello(HELLO_LIMIT_S, cancel)
        except (PeerGone, AgentError) as exc:
            text = "RefScope's agent was let in, but did not answer."
            raise AttachRefused("The program could not be attached to", text) from exc
        path = hello.executable or self._process.executable
        try:
            self.interpreter = probe(path)
        except LaunchError as exc:  # a program with Python built in
            logger.info("the interpreter of process %d cannot be asked: %s", self.pid, exc)
            self.interpreter = Interpreter(path, hello.python, hello.implementation, os.path.basename(path))
        self._begin(hello)

    def _wait_for_end(self) -> None:
        """How it ended is told to its parent alone."""
        handle, poller = open_pidfd(self.pid), select.poll()
        poller.register(self._letting_go, select.POLLIN)
        if handle >= 0:
            poller.register(handle, select.POLLIN)
        ready: list[tuple[int, int]] = []
        while not ready and (handle >= 0 or psutil.pid_exists(self.pid)):
            ready = poller.poll(None if handle >= 0 else END_LOOK_MS)
        if handle >= 0:
            os.close(handle)
        if all(descriptor != self._letting_go for descriptor, _ in ready):
            self._note_end(ExitStatus(None, self.elapsed_s))


def admitted(pid: int) -> RunningPython:
    """The process that `attach` would get into now. Raises AttachRefused with what to do. Costs some ms, the
    first time for an interpreter some 30."""
    process = _asked(running_python(pid))
    check(process)
    return process


def _asked(process: RunningPython) -> RunningPython:
    """With what its interpreter says of itself, where that can be started. Raises AttachRefused for one that
    RefScope cannot look into (PyPy, a free-threaded build, too old)."""
    if not process.has_own_program:
        return process
    try:
        version = probe(process.executable).version
    except LaunchError as exc:
        if not os.access(process.executable, os.X_OK):  # upgraded under it
            return process
        raise AttachRefused(exc.title, exc.text.replace("Choose another.", "").strip()) from exc
    return replace(process, version=version[:2])


def _prepare(process: RunningPython) -> None:
    """Compile the agent for the program's Python, once, so that it stands still for less long: 0.2 s."""
    try:
        subprocess.run(
            [process.executable, "-I", "-S", "-c", PREPARE, str(AGENT_FOLDER)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PREPARE_LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        logger.info("the agent was not compiled for %s: %s", process.executable, exc)


def _let_in(
    process: RunningPython,
    door: Door,
    limit_s: float,
    cancel: CancelSignal | None,
    waiting: Waiting | None,
) -> socket.socket:
    """The control channel of an agent in the process."""
    injection = Injection(process, door.script)
    injection.leave()
    started_s = time.monotonic()
    try:
        while (waited_s := time.monotonic() - started_s) < limit_s:
            if waiting is not None:
                waiting(waited_s)
            found = door.wait(LOOK_S, cancel)
            if found is not None:
                return found
            if waited_s > NUDGE_AFTER_S:
                injection.nudge()
    finally:
        injection.close()
    raise TimedOut(
        f"The program did not let RefScope in within {limit_s:g} s",
        "Its main thread is in native code, or stands still. Try again when it works.",
    )
