"""One run of one target: started here, watched, marked, frozen, ended.

`Target` puts the parts of this package together and turns what goes wrong below into sentences.
Its own thread, `target-waiter`, learns of the end of the process at once; everything else happens
on the caller's thread. All times are seconds since the launch.
"""

from __future__ import annotations

import contextlib
import enum
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType

from refscope.errors import (
    AgentError,
    CancelSignal,
    FreezeError,
    LaunchError,
    PeerGone,
    ProtocolError,
    TargetExited,
)
from refscope.samples import Mark, SampleSeries
from refscope.session import launcher, memory
from refscope.session.control import Collected, Control, Hello, Watched
from refscope.session.ending import ExitStatus, exited_error
from refscope.session.freezing import FreezeOrder, Freezer, Notice
from refscope.session.image import SILENCE_S, Image, Progress
from refscope.session.launcher import Launched, LaunchRequest
from refscope.session.output import OutputLine
from refscope.session.processes import system_reader
from refscope.session.sampling import Counters, ProcessValues, Sampler
from refscope.text import format_bytes, format_duration

logger = logging.getLogger(__name__)

STOP_STEP_S = 5.0  # between closing stdin, SIGTERM and SIGKILL
OUTPUT_AFTER_EXIT_S = 3.0
EXIT_NOTICED_S = 5.0  # a channel ends some milliseconds before its process
ENDED_TOO_S = 0.5  # whether an image that died went together with its target
PAUSE_PER_BYTE_S = 7e-9  # reading in place takes about 1 s for a million objects, 143 MB


class TargetState(enum.Enum):
    """Where a target is in its life."""

    RUNNING = "running"
    EXITED = "exited"


class Target:
    """A program that runs (or ran) with the agent inside. Thread-safe. Made by `Target.launch`.

    `output`, `streams`, `series` stay readable after the end; so do snapshots of its images.
    """

    def __init__(self, launched: Launched, request: LaunchRequest) -> None:
        self.request = request
        self.interpreter = launched.interpreter
        self.pid = launched.process.pid
        self.output = launched.log
        self.streams = launched.streams
        self.started_s = launched.started_s
        self.hello: Hello | None = None
        self._process = launched.process
        self._lock = threading.Lock()  # of the lists below, and of sending signals
        self._marks: list[Mark] = []
        self._images: list[Image] = []
        self._exit_listeners: list[Callable[[ExitStatus], None]] = []
        self._exit: ExitStatus | None = None
        self._has_exited = threading.Event()
        self._freeze_lock = threading.Lock()
        self._is_closed = False
        self._sampler = Sampler(system_reader(), self.started_s, self._poll_agent, hz=request.sample_hz)
        self._control = Control(launched.control, self._agent_gone)
        self._freezer = Freezer(self._control, self._sampler, self._forget_image)
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

    # What is known

    @property
    def state(self) -> TargetState:
        """Whether it runs."""
        return TargetState.EXITED if self._exit is not None else TargetState.RUNNING

    @property
    def exit(self) -> ExitStatus | None:
        """How it ended; None = it runs."""
        return self._exit

    @property
    def has_agent(self) -> bool:
        """Whether questions can be asked. False after the end, an `exec`, or closing all descriptors."""
        return self._control.channel.is_open

    @property
    def elapsed_s(self) -> float:
        """Seconds since the launch."""
        return time.monotonic() - self.started_s

    @property
    def series(self) -> SampleSeries:
        """The samples so far."""
        return self._sampler.series

    @property
    def processes(self) -> tuple[ProcessValues, ...]:
        """Last values of each process of the tree, the main one first; images are not among them."""
        return self._sampler.values

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Marks and freezes in the order of time."""
        with self._lock:
            return tuple(self._marks)

    @property
    def images(self) -> tuple[Image, ...]:
        """Images that were not closed, oldest first."""
        with self._lock:
            return tuple(self._images)

    def add_exit_listener(self, listener: Callable[[ExitStatus], None]) -> None:
        """Call `listener` at the end (on the thread `target-waiter`), or now if it has ended."""
        with self._lock:
            ended = self._exit
            if ended is None:
                self._exit_listeners.append(listener)
        if ended is not None:
            listener(ended)

    # What a user does

    def mark(self, name: str) -> Mark:
        """Name this moment."""
        return self._add_mark(Mark(self.elapsed_s, name))

    def wait_for_output(self, pattern: str, timeout_s: float | None = None) -> OutputLine:
        """See `OutputLog.wait_for`."""
        return self.output.wait_for(pattern, timeout_s)

    def send_line(self, text: str) -> None:
        """See `Streams.send_line`."""
        self.streams.send_line(text)

    def collect(self, cancel: CancelSignal | None = None) -> Collected:
        """Run a full collection in the target. Raises TargetExited, Cancelled."""
        with self._sentences("collect"):
            return self._control.collect(cancel)

    def watch(self, paths: Sequence[str]) -> list[Watched]:
        """Length and reference count of what dotted paths name. Raises TargetExited, AgentError."""
        with self._sentences("be watched"):
            return self._control.watch(paths)

    def freeze(
        self,
        name: str = "",
        method: str = "auto",
        *,
        cancel: CancelSignal | None = None,
        progress: Progress | None = None,
        notice: Notice | None = None,
        deadline_s: float = SILENCE_S,
        in_any_memory: bool = False,
    ) -> Image:
        """Freeze the heap and read it; the image stays open for labels until it is closed.

        method: "auto", "clone", "fork", "in_process". in_any_memory: do not refuse when memory is
        short. Raises FreezeError, TargetExited, Cancelled. Pause of the target: 4 ms per million
        objects; in process all of the walk.
        """
        with self._freeze_lock, self._sentences("be frozen"):
            if method == "auto" and self.hello is not None:
                method = self.hello.freeze
            if method != "in_process":
                self._check_memory(in_any_memory)
            moment = self._add_mark(Mark(self.elapsed_s, name, "freeze"))
            order = FreezeOrder(
                name=name,
                method=method,
                time_s=moment.time_s,
                python=self.hello.python if self.hello else self.interpreter.version,
                deadline_s=deadline_s,
                cancel=cancel,
                progress=progress,
                notice=notice,
            )
            try:
                image = self._freeze_twice(order)
            except BaseException:
                with self._lock:
                    self._marks.remove(moment)
                raise
            with self._lock:
                self._images.append(image)
            return image

    # The end

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
        self.streams.close_stdin()
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.wait(step_s) is not None:
                return self._exit
            logger.info("process %d still runs, sending signal %d", self.pid, number)
            self.send_signal(number)
        return self.wait(step_s)

    def close(self) -> None:
        """Close images, stop the program, end all threads. What was read stays. May be called twice."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
        self._freezer.waits = False
        for image in self.images:
            image.close()
        self.stop()
        self._waiter.join(EXIT_NOTICED_S)
        self._sampler.stop()
        self._control.close()
        self.streams.close()

    def __enter__(self) -> Target:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Inside

    def _await_hello(self, cancel: CancelSignal | None) -> None:
        limit_s = self.request.hello_limit_s
        try:
            self.hello = self._control.wait_hello(limit_s, cancel)
        except PeerGone as exc:
            status = self.wait(EXIT_NOTICED_S)
            if status is not None:
                error = exited_error(status, self.output.last_line(), "start")
                raise LaunchError(error.title, error.text) from exc
            text = "Something in its environment keeps RefScope's agent out (a wrapper, `usercustomize`)."
            raise LaunchError("The program started without RefScope's agent", text) from exc
        except AgentError as exc:
            text = "Nothing was heard of RefScope's agent. The program was ended."
            raise LaunchError(f"The program did not start within {limit_s:g} s", text) from exc
        self._sampler.agent_threads = 1
        self._sampler.start(self.hello.pid)

    def _poll_agent(self) -> Counters:
        """On the sampler's thread, before each sample."""
        self._freezer.clean_up()
        return self._control.counters()

    def _agent_gone(self, reason: ProtocolError) -> None:
        """On the thread `wire-reader`: the end of the program, or its agent alone."""
        self._sampler.agent_threads = 0
        logger.info("the agent of process %d is gone: %s", self.pid, reason)

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
        with self._lock:
            self._exit = status
            listeners = list(self._exit_listeners)
        self._has_exited.set()
        for listener in listeners:
            listener(status)

    def _add_mark(self, mark: Mark) -> Mark:
        with self._lock:
            self._marks.append(mark)
            self._marks.sort(key=lambda each: each.time_s)
        return mark

    def _freeze_twice(self, order: FreezeOrder) -> Image:
        for attempt in (1, 2):
            try:
                return self._freezer.freeze(order)
            except AgentError as exc:
                status = self.wait(ENDED_TOO_S) if exc.code == "died" else None
                if status is not None:
                    raise self._exited(status, "be frozen") from exc
                if exc.code != "hung":
                    raise _refusal(exc) from exc
                logger.warning("the image did not answer at attempt %d: %s", attempt, exc)
        raise FreezeError(
            "The copy did not answer and was ended", "It was tried twice; your program was not affected."
        )

    def _forget_image(self, image: Image) -> None:
        with self._lock:
            if image in self._images:
                self._images.remove(image)

    def _check_memory(self, in_any_memory: bool) -> None:
        values = self.processes
        uss_bytes = float(values[0].reading.uss_bytes) if values else float("nan")
        blocks = self._control.last_counters.allocated_blocks
        verdict = memory.check_memory(self.pid, memory.required_bytes(blocks, uss_bytes))
        if verdict.is_enough or (in_any_memory and verdict.may_override):
            return
        need, free = format_bytes(verdict.required_bytes), format_bytes(verdict.free_bytes)
        pause = format_duration(verdict.required_bytes * PAUSE_PER_BYTE_S)
        raise FreezeError(
            "Too little free memory for a copy",
            f"It may need up to {need}, {free} are free ({verdict.bound})."
            f" Reading in place pauses the program for about {pause}.",
        )

    @contextlib.contextmanager
    def _sentences(self, wanted: str) -> Iterator[None]:
        """Turn the end of the agent's channel into what a person is told."""
        if self._exit is not None:
            raise self._exited(self._exit, wanted)
        try:
            yield
        except PeerGone as exc:
            status = self.wait(EXIT_NOTICED_S)
            if status is not None:
                raise self._exited(status, wanted) from exc
            raise FreezeError(
                f"The program can no longer {wanted}",
                "It became another program (exec) or closed all its files, and RefScope's agent with them."
                " The chart goes on.",
            ) from exc
        except ProtocolError as exc:
            raise FreezeError(
                f"The program cannot {wanted}", f"Its agent sent something broken: {exc}."
            ) from exc

    def _exited(self, status: ExitStatus, wanted: str) -> TargetExited:
        freezes = [each.name for each in self.marks if each.kind == "freeze"]
        return exited_error(status, self.output.last_line(), wanted, freezes)


def _refusal(error: AgentError) -> FreezeError:
    """The sentence for each code with which an image may be refused."""
    match error.code:
        case "no_memory":
            return FreezeError(
                "There is no memory for a copy",
                "Read in place, which pauses the program, or free some memory.",
            )
        case "died":
            return FreezeError(
                "The copy ended before it was read",
                "The system may have ended it for lack of memory; your program was not affected."
                " Try again, or read in place.",
            )
        case "not_possible":
            return FreezeError("The heap cannot be frozen that way here", f"{error}. Read in place.")
        case _:
            return FreezeError("The heap could not be frozen", f"{error}. Try again, or read in place.")
