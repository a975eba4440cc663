"""One run of one target that was launched here: its start, its signals, its end.

A thread, `target-waiter`, learns of the end of the process at once; everything else happens on the
caller's thread.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import threading

from refscope.errors import AgentError, CancelSignal, LaunchError, PeerGone
from refscope.session import launcher
from refscope.session.ending import ExitStatus, exited_error
from refscope.session.launcher import Launched, LaunchRequest
from refscope.session.observed import EXIT_NOTICED_S
from refscope.session.program import Program

logger = logging.getLogger(__name__)

STOP_STEP_S = 5.0  # between closing stdin, SIGTERM and SIGKILL
OUTPUT_AFTER_EXIT_S = 3.0


class Target(Program):
    """A program that runs (or ran) with the agent inside. Thread-safe. Made by `Target.launch`."""

    def __init__(self, launched: Launched, request: LaunchRequest) -> None:
        super().__init__(
            launched.process.pid,
            launched.control,
            started_s=launched.started_s,
            request=request,
            interpreter=launched.interpreter,
            output=launched.log,
            streams=launched.streams,
        )
        self._process = launched.process
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

    def send_signal(self, number: int) -> None:
        """Send the program a signal; one that has ended gets none."""
        with self._lock:
            if self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, number)

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
        if self._keeper is not None:
            self._keeper.wait()
        self._note_end(status)
