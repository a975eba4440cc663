"""A program with an agent inside and a life of its own: what it is, what it printed, whether it runs.

What can be asked of it while it runs is `observed`'s; how it came about and what its end means is for
`Target`, which was launched here, and `Attached`, which ran already.
"""

from __future__ import annotations

import enum
import logging
import signal
import socket
import threading
from collections.abc import Callable
from types import TracebackType

from refscope.session.ending import ExitStatus
from refscope.session.interpreters import Interpreter
from refscope.session.launcher import LaunchRequest
from refscope.session.observed import Observed
from refscope.session.output import OutputLine, OutputLog
from refscope.session.streams import Streams

logger = logging.getLogger(__name__)


class TargetState(enum.Enum):
    """Where a target is in its life."""

    RUNNING = "running"
    EXITED = "exited"


class Program(Observed):
    """What `Target` and `Attached` have in common. Thread-safe.

    `request`: what runs and how, as it was or would be launched. `output`, `streams`, `series` stay
    readable after the end; so do snapshots of its images.
    """

    is_ours = True
    """Whether RefScope started it, so has its streams, and ends it in the end."""

    def __init__(
        self,
        pid: int,
        control: socket.socket,
        *,
        started_s: float,
        request: LaunchRequest,
        interpreter: Interpreter,
        output: OutputLog,
        streams: Streams,
    ) -> None:
        super().__init__(pid, control, started_s, request.sample_hz)
        self.request = request
        self.interpreter = interpreter
        self.output = output
        self.streams = streams
        self._exit_listeners: list[Callable[[ExitStatus], None]] = []
        self._exit: ExitStatus | None = None
        self._has_exited = threading.Event()

    @property
    def title(self) -> str:
        """What a person calls this run: `train.py`, `-m pkg.job`, `-c …`."""
        return self.request.title

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

    def wait(self, timeout_s: float | None = None) -> ExitStatus | None:
        """Wait for the end of the program; None = it still runs."""
        self._has_exited.wait(timeout_s)
        return self._exit

    def send_line(self, text: str) -> None:
        """See `Streams.send_line`."""
        self.streams.send_line(text)

    def send_signal(self, number: int) -> None:
        """Send the program a signal; one that has ended gets none."""
        raise NotImplementedError

    def kill(self) -> None:
        """End the program at once."""
        self.send_signal(signal.SIGKILL)

    def stop(self) -> ExitStatus | None:
        """End the program, if it is ours to end."""
        raise NotImplementedError

    def leave(self) -> None:
        """Close images and let the program run on without us."""
        raise NotImplementedError

    def close(self) -> None:
        """Close images and let go: a program that was launched here ends. What was read stays."""
        raise NotImplementedError

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ending(self, wait_s: float) -> ExitStatus | None:
        return self.wait(wait_s) if wait_s else self._exit

    def _last_line(self) -> str:
        return self.output.last_line()

    def _note_end(self, status: ExitStatus) -> None:
        """It has ended; on the thread `target-waiter`."""
        logger.info("process %d ended: %s", self.pid, status.words)
        with self._lock:
            self._exit = status
            listeners = list(self._exit_listeners)
        self._has_exited.set()
        for listener in listeners:
            listener(status)
