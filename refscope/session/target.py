"""One run of one target that was launched here: its output, its state, its end.

What can be asked of it while it runs is `observed`'s. A thread, `target-waiter`, learns of the end
of the process at once; everything else happens on the caller's thread.
"""

from __future__ import annotations

import contextlib
import enum
import logging
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from types import TracebackType

from refscope.errors import AgentError, CancelSignal, LaunchError, PeerGone
from refscope.session import launcher
from refscope.session.ending import ExitStatus, exited_error
from refscope.session.launcher import Launched, LaunchRequest
from refscope.session.observed import EXIT_NOTICED_S, Observed
from refscope.session.output import OutputLine

logger = logging.getLogger(__name__)

STOP_STEP_S = 5.0  # between closing stdin, SIGTERM and SIGKILL
OUTPUT_AFTER_EXIT_S = 3.0


class TargetState(enum.Enum):
    """Where a target is in its life."""

    RUNNING = "running"
    EXITED = "exited"


class Target(Observed):
    """A program that runs (or ran) with the agent inside. Thread-safe. Made by `Target.launch`.

    `output`, `streams`, `series` stay readable after the end; so do snapshots of its images.
    """

    def __init__(self, launched: Launched, request: LaunchRequest) -> None:
        super().__init__(launched.process.pid, launched.control, launched.started_s, request.sample_hz)
        self.request = request
        self.interpreter = launched.interpreter
        self.output = launched.log
        self.streams = launched.streams
        self._process = launched.process
        self._exit_listeners: list[Callable[[ExitStatus], None]] = []
        self._exit: ExitStatus | None = None
        self._has_exited = threading.Event()
        self._keeper: subprocess.Popen[bytes] | None = None  # has the streams of a program that was left
        self._waiter = threading.Thread(target=self._wait_for_end, name="target-waiter", daemon=True)
        self._waiter.start()

    @classmethod
    def launch(cls, request: LaunchRequest, cancel: CancelSignal | None = None) -> Target:
        """Start a program and wait for its agent's hello; returns before the program's first output.

        Raises LaunchError, VersionMismatch, Cancelled. A program that ends at once is returned.
        """
        target = cls(launcher.start(request), request)
        try:
            target._await_hello(cancel)
        except BaseException:
            target.kill()
            target.close()
            raise
        return target

    @property
    def state(self) -> TargetState:
        """Whether it runs."""
        return TargetState.EXITED if self._exit is not None else TargetState.RUNNING

    @property
    def exit(self) -> ExitStatus | None:
        """How it ended; None = it runs."""
        return self._exit

    def add_exit_listener(self, listener: Callable[[ExitStatus], None]) -> None:
        """Call `listener` at the end (on the thread `target-waiter`), or now if it has ended."""
        with self._lock:
            ended = self._exit
            if ended is None:
                self._exit_listeners.append(listener)
        if ended is not None:
            listener(ended)

    def wait_for_output(self, pattern: str, timeout_s: float | None = None) -> OutputLine:
        """See `OutputLog.wait_for`."""
        return self.output.wait_for(pattern, timeout_s)

    def send_line(self, text: str) -> None:
        """See `Streams.send_line`."""
        self.streams.send_line(text)

    def wait(self, timeout_s: float | None = None) -> ExitStatus | None:
        """Wait for the end of the program; None = it still runs."""
        self._has_exited.wait(timeout_s)
        return self._exit

    def send_signal(self, number: int) -> None:
        """Send the program a signal; one that has ended gets none."""
        with self._lock:
            if self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, number)

    def kill(self) -> None:
        """End the program at once."""
        self.send_signal(signal.SIGKILL)

    def stop(self, step_s: float = STOP_STEP_S) -> ExitStatus | None:
        """End the program: close its stdin, wait, SIGTERM, wait, SIGKILL."""
        self.let_end()
        self.streams.close_stdin()
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.wait(step_s) is not None:
                return self._exit
            logger.info("process %d still runs, sending signal %d", self.pid, number)
            self.send_signal(number)
        return self.wait(step_s)

    def close(self) -> None:
        """Close images, stop the program, end all threads. What was read stays. May be called twice."""
        if not self._begin_close():
            return
        self.stop()
        self._waiter.join(EXIT_NOTICED_S)
        self._sampler.stop()
        self._control.close()
        self.streams.close()

    def leave(self) -> None:
        """Close images and let the program run on without us; its output is dropped from now on.

        One that waits at its end is let go. What was read stays, `exit` is still told. May be called
        twice; a program that has ended is closed.
        """
        if self._exit is not None:
            self.close()
            return
        if not self._begin_close():
            return
        self.let_end()
        self._sampler.stop()
        self._keeper = self.streams.hand_over()
        self._control.close()

    def __enter__(self) -> Target:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ending(self, wait_s: float) -> ExitStatus | None:
        return self.wait(wait_s) if wait_s else self._exit

    def _last_line(self) -> str:
        return self.output.last_line()

    def _await_hello(self, cancel: CancelSignal | None) -> None:
        limit_s = self.request.hello_limit_s
        try:
            hello = self._control.wait_hello(limit_s, cancel)
        except PeerGone as exc:
            status = self.wait(EXIT_NOTICED_S)
            if status is not None:
                text = exited_error(status, self.output.last_line(), "start").text
                raise LaunchError("The program ended before RefScope's agent answered", text) from exc
            text = "Something in its environment keeps RefScope's agent out (a wrapper, `usercustomize`)."
            raise LaunchError("The program started without RefScope's agent", text) from exc
        except AgentError as exc:
            text = "Nothing was heard of RefScope's agent. The program was ended."
            raise LaunchError(f"The program did not start within {limit_s:g} s", text) from exc
        self._begin(hello)

    def _wait_for_end(self) -> None:
        if hasattr(os, "waitid"):
            # Leaves the process a zombie, so that no signal of ours can meet another of its number.
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            ended_s = self.elapsed_s
            with self._lock:
                code = self._process.wait()
        else:
            code, ended_s = self._process.wait(), self.elapsed_s
        self.streams.note_exit()
        self.output.wait_complete(OUTPUT_AFTER_EXIT_S)
        status = ExitStatus(code, ended_s)
        logger.info("process %d ended: %s", self.pid, status.words)
        if self._keeper is not None:
            self._keeper.wait()
        with self._lock:
            self._exit = status
            listeners = list(self._exit_listeners)
        self._has_exited.set()
        for listener in listeners:
            listener(status)
