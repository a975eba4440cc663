"""The live chart's numbers: memory, CPU and threads of the target's process tree, ten times a second.

One thread, `sampler`, per target. The operating system is read without the target noticing; the
agent is asked for its counters in passing and never waited for, so that a target that is busy in
native code has samples like any other. Images are copies made by us and never counted.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from refscope.samples import Sample, SampleSeries, TraceKind
from refscope.session.processes import ProcessReader, Reading

logger = logging.getLogger(__name__)

CHILDREN_EVERY_S = 1.0  # finding children reads many files; a child that lives shorter is not missed much
JOIN_LIMIT_S = 10
MOST_SAMPLES = 1_000_000  # of a run: 28 h at ten a second, 64 MB; a longer one is thinned
MOST_OF_TRACE = 250_000  # 4 MB each
MOST_PROCESSES = 40  # with a line of their own; of more than that, those that have ended give way


@dataclass(frozen=True, slots=True)
class Watched:
    """A watched path now: length of the container, references to it; None = not known, `word` says why."""

    length: int | None
    references: int | None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Counters:
    """What the agent counts. NaN = not known. generations: (collections, objects freed) of each so far;
    watched: what each watched path led to."""

    allocated_blocks: float = math.nan
    collections: float = math.nan
    generations: tuple[tuple[int, int], ...] = ()
    watched: tuple[tuple[str, Watched], ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessValues:
    """The last values of one process of the tree."""

    pid: int
    is_main: bool
    reading: Reading
    cpu_percent: float


class Sampler:
    """Samples a process tree into a series until it ends or is stopped.

    counters: gives the newest ones known at once, without waiting. started_s: `time.monotonic()` at
    the launch. agent_threads: threads of ours in the main process.
    """

    def __init__(
        self,
        reader: ProcessReader,
        started_s: float,
        counters: Callable[[], Counters],
        hz: float = 10.0,
    ) -> None:
        self.series = SampleSeries()
        self.agent_threads = 0
        self._reader = reader
        self._main_pid = 0
        self._started_s = started_s
        self._counters = counters
        self._period_s = 1 / hz
        self._lock = threading.Lock()  # of the two below, which a freeze changes
        self._excluded: set[int] = set()
        self._freezes = 0
        self._pids: set[int] = set()
        self._scanned_s = -math.inf
        self._cpu_before: dict[int, float] = {}
        self._time_before_s = started_s
        self._values: tuple[ProcessValues, ...] = ()
        self._generations: tuple[tuple[int, int], ...] = ()
        self._lines: dict[int, str] = {}  # process → name of its trace
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)

    def start(self, main_pid: int) -> None:
        """Take the first sample of the tree below `main_pid` now, and go on."""
        self.watch_tree(main_pid)
        self._thread.start()

    def watch_tree(self, main_pid: int) -> None:
        """Say which process is the root of the tree; before the first sample."""
        self._main_pid = main_pid
        self._pids = {main_pid}

    def stop(self) -> None:
        """End the thread; the series stays. May be called twice."""
        self._stop.set()
        if self._thread.ident is not None and threading.current_thread() is not self._thread:
            self._thread.join(JOIN_LIMIT_S)

    @property
    def values(self) -> tuple[ProcessValues, ...]:
        """The last values of each process, the main one first."""
        return self._values

    def begin_freeze(self) -> None:
        """An image is about to be born: children found from now on may be it."""
        with self._lock:
            self._freezes += 1

    def end_freeze(self) -> None:
        """The image has been named by `exclude`, or there is none."""
        with self._lock:
            self._freezes -= 1

    def exclude(self, pid: int) -> None:
        """Never count this process and those below it: it is an image."""
        with self._lock:
            self._excluded.add(pid)

    def include(self, pid: int) -> None:
        """The image is gone and its number may come back as somebody else's."""
        with self._lock:
            self._excluded.discard(pid)

    def sample(self) -> Sample | None:
        """One sample now; None once the main process is gone. Called on the sampler's thread."""
        now_s = time.monotonic()
        self._find_children(now_s)
        elapsed_s = max(now_s - self._time_before_s, 1e-6)
        values = []
        for pid in sorted(self._pids, key=lambda pid: (pid != self._main_pid, pid)):
            reading = self._reader.read(pid)
            if reading is None:
                self._pids.discard(pid)
                if pid == self._main_pid:
                    self._counters()  # its last answer may bring marks
                    return None
                continue
            is_main = pid == self._main_pid
            # A child's time before we saw it is not of this interval; the target's is, from its start.
            cpu_s = reading.cpu_s - self._cpu_before.get(pid, 0.0 if is_main else reading.cpu_s)
            values.append(ProcessValues(pid, is_main, reading, max(0.0, 100 * cpu_s / elapsed_s)))
        self._cpu_before = {each.pid: each.reading.cpu_s for each in values}
        self._time_before_s = now_s
        self._values = tuple(values)
        counters = self._counters()
        self._trace(now_s - self._started_s, counters)
        return Sample(
            time_s=now_s - self._started_s,
            rss_bytes=sum(each.reading.rss_bytes for each in values),
            uss_bytes=sum(each.reading.uss_bytes for each in values),
            cpu_percent=sum(each.cpu_percent for each in values),
            # Ours may not run yet, or have ended first: a process always has one of its own.
            threads=max(sum(each.reading.threads for each in values) - self.agent_threads, len(values)),
            processes=len(values),
            allocated_blocks=counters.allocated_blocks,
            collections=counters.collections,
        )

    def _trace(self, time_s: float, counters: Counters) -> None:
        """What goes into traces: watches, collections, and processes once there are several."""
        for path, watched in counters.watched:
            for kind, value in (
                (TraceKind.LENGTH, watched.length),
                (TraceKind.REFERENCES, watched.references),
            ):
                trace = self.series.trace(kind, path)
                trace.append(time_s, math.nan if value is None else value)
                trace.thin(MOST_OF_TRACE)
        before, self._generations = self._generations, counters.generations
        for number, (old, new) in enumerate(zip(before, counters.generations, strict=False)):
            if number and new[0] > old[0]:  # the youngest is collected all the time
                trace = self.series.trace(TraceKind.COLLECTION, str(number))
                trace.append(time_s, new[1] - old[1])
                trace.thin(MOST_OF_TRACE)
        if len(self._values) > 1 or self._lines:
            for each in self._values:
                self._trace_process(time_s, each)

    def _trace_process(self, time_s: float, process: ProcessValues) -> None:
        name = self._lines.get(process.pid)
        if name is None:
            if len(self._lines) >= MOST_PROCESSES and not self._drop_ended_line():
                return
            name = self._lines[process.pid] = f"{process.reading.name or 'process'} {process.pid}"
        trace = self.series.trace(TraceKind.PROCESS, name)
        trace.append(time_s, process.reading.rss_bytes)
        trace.thin(MOST_OF_TRACE)

    def _drop_ended_line(self) -> bool:
        """Forget the line of a process that has ended, the one that lived shortest."""
        running = {each.pid for each in self._values}
        ended = [pid for pid in self._lines if pid not in running]
        if not ended:
            return False
        pid = min(ended, key=lambda each: len(self.series.trace(TraceKind.PROCESS, self._lines[each])))
        self.series.drop_trace(TraceKind.PROCESS, self._lines.pop(pid))
        return True

    def _find_children(self, now_s: float) -> None:
        with self._lock:
            excluded = set(self._excluded)
            is_due = now_s - self._scanned_s >= CHILDREN_EVERY_S and not self._freezes
        self._pids -= excluded
        if not is_due:
            return
        self._scanned_s = now_s
        found, waiting = {self._main_pid}, [self._main_pid]
        while waiting:
            new = self._reader.children(waiting.pop()) - excluded - found
            new = {pid for pid in new if not self._reader.is_copy(pid)}  # made by another session
            found |= new
            waiting += new
        with self._lock:
            # A freeze that began during the scan: what is new may be its image, the next scan tells.
            self._pids = found - self._excluded if not self._freezes else found & self._pids

    def _run(self) -> None:
        due_s = time.monotonic()
        while not self._stop.is_set():
            sample = self.sample()
            if sample is None:
                logger.debug("the main process is gone, sampling ends")
                return
            self.series.append(sample)
            self.series.thin(MOST_SAMPLES)
            due_s = max(due_s + self._period_s, time.monotonic())
            self._stop.wait(due_s - time.monotonic())
