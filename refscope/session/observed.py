"""A process with an agent inside, however it got there: samples, marks, freezes, questions.

`Observed` puts the parts of this package together and turns what goes wrong below into sentences.
`Target` adds the life of a process that was launched here, `OwnProcess` is this very process. All
times are seconds since the launch.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from refscope.agent import wire
from refscope.errors import (
    AgentError,
    Cancelled,
    CancelSignal,
    FreezeError,
    PeerGone,
    ProtocolError,
    TargetExited,
    TimedOut,
)
from refscope.samples import Mark, SampleSeries
from refscope.session import memory
from refscope.session.control import Collected, Control, Hello
from refscope.session.ending import ExitStatus, exited_error
from refscope.session.freezing import FreezeOrder, Freezer, Notice
from refscope.session.image import Image
from refscope.session.processes import ImageMemory, system_reader
from refscope.session.reading import SILENCE_S, Progress
from refscope.session.sampling import Counters, ProcessValues, Sampler, Watched
from refscope.session.traces import Tracing
from refscope.text import format_bytes, format_duration

logger = logging.getLogger(__name__)

EXIT_NOTICED_S = 5.0  # a channel ends some milliseconds before its process
ENDED_TOO_S = 0.5  # whether an image that died went together with its target
MOST_MARKS = (
    5_000  # that a program may set by itself: a program that marks each turn of a loop would fill the chart
)
COSTS_EVERY_S = 10.0
PAUSE_PER_BYTE_S = 7e-9  # reading in place takes about 1 s for a million objects, 143 MB


class Observed:
    """What `Target` and `OwnProcess` have in common. Thread-safe.

    control: the host's end of the agent's socket. started_s: `time.monotonic()` at the launch.
    """

    def __init__(self, pid: int, control: socket.socket, started_s: float, sample_hz: float) -> None:
        self.pid = pid
        self.started_s = started_s
        self.hello: Hello | None = None
        self._lock = threading.Lock()  # of the lists below
        self._marks: list[Mark] = []
        self._images: list[Image] = []
        self._freeze_lock = threading.Lock()
        self._is_closed = False
        self._is_ending = False
        self._ending_listeners: list[Callable[[], None]] = []
        self._costs: dict[float, ImageMemory] = {}
        self._costs_known = (0, -COSTS_EVERY_S)  # of how many images, when
        self._sampler = Sampler(system_reader(), started_s, self._poll_agent, hz=sample_hz)
        self._control = Control(control, self._agent_gone)
        self._control.on_mark = self._note_mark
        self._freezer = Freezer(self._control, self._sampler, self._forget_image)

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

    @property
    def copies(self) -> dict[float, ImageMemory]:
        """What each copy costs, by the moment of its freeze; measured every few seconds while the program
        runs. A freeze without a copy of its own, or whose copy is closed, is not there."""
        there = {image.time_s for image in self.images}
        return {time_s: cost for time_s, cost in self._costs.items() if time_s in there}

    def mark(self, name: str) -> Mark:
        """Name this moment."""
        return self.mark_at(self.elapsed_s, name)

    def mark_at(self, time_s: float, name: str) -> Mark:
        """Name a moment that has passed, in seconds since the launch."""
        return self._add_mark(Mark(time_s, name))

    def rename_mark(self, mark: Mark, name: str) -> Mark:
        """Give a mark or a freeze another name; its moment stays. Raises ValueError if it is not there."""
        renamed = replace(mark, name=name)
        with self._lock:
            self._marks[self._marks.index(mark)] = renamed
        return renamed

    def remove_mark(self, mark: Mark) -> None:
        """Take a mark away; one that is not there is none."""
        with self._lock, contextlib.suppress(ValueError):
            self._marks.remove(mark)

    @property
    def is_ending(self) -> bool:
        """Whether the program waits at its end (`LaunchRequest.waits_at_exit`)."""
        return self._is_ending

    def add_ending_listener(self, listener: Callable[[], None]) -> None:
        """Call `listener` once when the program waits at its end, or now if it does; on the thread
        `wire-reader`, so it must be quick. Somebody has to call `let_end` then."""
        with self._lock:
            self._ending_listeners.append(listener)
            is_ending = self._is_ending
        if is_ending:
            listener()

    def let_end(self) -> None:
        """Let the program end: now if it waits at its end, else when it gets there."""
        self._control.let_end()

    def collect(self, cancel: CancelSignal | None = None) -> Collected:
        """Run a full collection in the target. Raises TargetExited, FreezeError, Cancelled."""
        with self._sentences("collect"):
            return self._control.collect(cancel)

    def watch(self, paths: Sequence[str]) -> list[Watched]:
        """Length and reference count of what dotted paths name. Raises TargetExited, TimedOut."""
        with self._sentences("be watched"):
            return self._control.watch(paths)

    def trace_allocations(self, frames: int) -> Tracing:
        """Trace where objects are made from now on (frames of each place, 1 to 100), or no more (0).

        What holds then; its note says why that is not what was asked for. Raises TargetExited, TimedOut,
        FreezeError.
        """
        with self._sentences("be traced"):
            return self._control.trace(frames)

    @property
    def tracing(self) -> Tracing:
        """Whether allocations are traced, as the agent said last: a program may do so by itself."""
        return self._control.tracing

    def watch_along(self, paths: Sequence[str]) -> None:
        """Read these dotted paths with every sample from now on, into traces of the series."""
        self._control.watched_paths = tuple(dict.fromkeys(paths))

    @property
    def watched(self) -> dict[str, Watched]:
        """What each path of `watch_along` led to at the last sample."""
        return dict(self._control.last_counters.watched)

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
            if method != "in_process" and (method, self._best_method()) != ("auto", "in_process"):
                self._check_memory(in_any_memory)
            moment = self._add_mark(Mark(self.elapsed_s, name, "freeze"))
            order = FreezeOrder(
                name=name,
                method=method,
                time_s=moment.time_s,
                python=self.hello.python if self.hello else (0, 0, 0),
                deadline_s=deadline_s,
                cancel=cancel,
                progress=progress,
                notice=notice,
            )
            try:
                image = self._freeze_twice(order)
            except BaseException:
                self.remove_mark(moment)
                raise
            self._keep(image)
            return image

    def _ending(self, wait_s: float) -> ExitStatus | None:
        """How the process ended, if it does within `wait_s`; None = it runs, or that cannot be known."""
        del wait_s
        return None

    def _last_line(self) -> str:
        """The last line it printed; "" = not known."""
        return ""

    def _begin(self, hello: Hello) -> None:
        """The agent has said hello: samples start."""
        self.hello = hello
        self._control.channel.listen(self._heard)
        self._sampler.agent_threads = 1
        self._sampler.start(hello.pid)

    def _keep(self, image: Image) -> None:
        with self._lock:
            if not self._is_closed:
                self._images.append(image)
                return
        image.close()
        raise Cancelled("the session was closed while the heap was read")

    def _begin_close(self) -> bool:
        """Close all images, without waiting for the agent, which is about to go; false = done before."""
        with self._lock:
            if self._is_closed:
                return False
            self._is_closed = True
        self._freezer.waits = False
        for image in self.images:
            image.close()
        return True

    def _best_method(self) -> str:
        return self.hello.freeze if self.hello is not None else "clone"

    def _poll_agent(self) -> Counters:
        """On the sampler's thread, before each sample."""
        self._freezer.clean_up()
        self._measure_copies()
        return self._control.counters()

    def _measure_copies(self) -> None:
        """When there is another copy, and every few seconds: 10 ms for each GB."""
        images = self.images
        count, then_s = self._costs_known
        if len(images) == count and self.elapsed_s - then_s < COSTS_EVERY_S:
            return
        costs = {image.time_s: image.memory() for image in images}
        self._costs = {time_s: cost for time_s, cost in costs.items() if cost is not None}
        self._costs_known = (len(images), self.elapsed_s)

    def _heard(self, frame: wire.Frame) -> None:
        """On the thread `wire-reader`: what the agent says unasked."""
        if frame.kind != "exiting":
            return
        with self._lock:
            self._is_ending = True
            listeners = list(self._ending_listeners)
        for listener in listeners:
            listener()

    def _agent_gone(self, reason: ProtocolError) -> None:
        """On the thread `wire-reader`: the end of the program, or its agent alone."""
        self._sampler.agent_threads = 0
        logger.info("the agent of process %d is gone: %s", self.pid, reason)

    def _note_mark(self, clock_s: float, name: str) -> None:
        """The program set a mark by itself, at that time of `time.monotonic`."""
        with self._lock:
            is_full = len(self._marks) >= MOST_MARKS
        if not is_full:
            self._add_mark(Mark(max(0.0, clock_s - self.started_s), name))

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
                status = self._ending(ENDED_TOO_S) if exc.code == "died" else None
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
        """Turn what the agent's channel raises into what a person is told."""
        status = self._ending(0)
        if status is not None:
            raise self._exited(status, wanted)
        try:
            yield
        except PeerGone as exc:
            status = self._ending(EXIT_NOTICED_S)
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
        except AgentError as exc:
            if exc.code == "hung":
                text = "Native code may hold the interpreter lock. Ask again later."
                raise TimedOut("No answer from the program", text) from exc
            raise FreezeError(f"The program cannot {wanted}", f"Its agent says: {exc}.") from exc

    def _exited(self, status: ExitStatus, wanted: str) -> TargetExited:
        freezes = [each.name for each in self.marks if each.kind == "freeze"]
        return exited_error(status, self._last_line(), wanted, freezes)


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
