"""From a running session to a capture: when to freeze, and what is handed over meanwhile.

A `Schedule` says when; `follow` carries it out on the caller's thread until the program ends or
enough freezes are there. A `Recorder` hands samples, marks and output to a capture as they come, and
keeps the memory of long recordings bounded. What is saved of labels is decided by who freezes.
"""

from __future__ import annotations

import contextlib
import math
import os
import queue
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from refscope.capture.file import Capture, KeptSnapshot, SavedSuspects
from refscope.capture.redaction import Redactor
from refscope.capture.writing import MOST_SAMPLES, OUTPUT_KEPT, CaptureWriter
from refscope.errors import CancelSignal, TargetExited
from refscope.samples import COLUMNS, Mark
from refscope.session.environment import environment_of
from refscope.session.program import Program
from refscope.text import format_bytes

TICK_S = 0.5  # how often a recording looks at memory, and at signals that came meanwhile
FLUSH_S = 2.0  # what a killed recorder may lose of samples and output
TRACES_S = 20.0  # the same of watches, which are written anew each time
AT_EXIT = "at exit"
MOST_WAITING = 32  # requests that are remembered while a heap is read: one of them is carried out
RISE = 1.25  # memory above the threshold: the next freeze comes a quarter higher
FALL = 0.8  # … or above the threshold itself, once it was a fifth below


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to freeze. every_s: each so many seconds. on_output: a regular expression, a freeze at each
    line that matches. above_bytes: when unique memory comes above it. at_exit: when the program is about
    to end (`LaunchRequest.waits_at_exit`). most: stop after so many freezes (0 = when it ends). keep: the
    newest freezes that are kept, the first is always (0 = all)."""

    every_s: float | None = None
    on_output: str | None = None
    most: int = 0
    keep: int = 0
    above_bytes: float | None = None
    at_exit: bool = False


class Requests:
    """Freezes that are asked for, by name, from any thread and from signal handlers (no lock is taken)."""

    def __init__(self) -> None:
        self._names: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.is_ended = False

    def ask(self, name: str, *, is_last: bool = False) -> None:
        """Ask for a freeze; beyond `MOST_WAITING` that wait it is passed over, unless it is the last."""
        if is_last or self._names.qsize() < MOST_WAITING:
            self._names.put(name)

    def wake(self) -> None:
        """Let who waits look again."""
        self._names.put("")

    def end(self) -> None:
        """Freeze no more."""
        self.is_ended = True
        self.wake()

    def take(self, timeout_s: float) -> list[str]:
        """What was asked for since it was last taken; [] = nothing in time.

        Of several that wait the newest stands for all: their moments have passed while a heap was read,
        and freezes of the same moment show no growth. The last one of all is never left out.
        """
        names: list[str] = []
        with contextlib.suppress(queue.Empty):
            names.append(self._names.get(timeout=max(0.0, timeout_s)))
            while True:
                names.append(self._names.get_nowait())
        waiting = [name for name in names if name and name != AT_EXIT]
        return waiting[-1:] + [AT_EXIT] * (AT_EXIT in names)


class Threshold:
    """Whether memory has come above a bound since it was last said, with room for swinging around it."""

    def __init__(self, above_bytes: float) -> None:
        self._first = self._bound = above_bytes

    def is_crossed(self, memory_bytes: float) -> bool:
        """True once per crossing, and again at each further quarter. NaN crosses nothing."""
        if memory_bytes < self._first * FALL:
            self._bound = self._first
        if not memory_bytes > self._bound:
            return False
        self._bound = memory_bytes * RISE
        return True


class _Clock:
    """Moments of a schedule: by the clock and by memory."""

    def __init__(self, target: Program, schedule: Schedule) -> None:
        self._target = target
        self._every_s = schedule.every_s
        self._due_s = time.monotonic() + (schedule.every_s or 0)
        self._above = schedule.above_bytes
        self._threshold = Threshold(schedule.above_bytes) if schedule.above_bytes is not None else None

    def wait_s(self) -> float:
        """How long nothing is due."""
        return TICK_S if self._every_s is None else min(TICK_S, max(0.0, self._due_s - time.monotonic()))

    def due(self) -> list[str]:
        """Names of the freezes that are due now; what was missed while a heap was read is left out."""
        names = []
        if self._every_s is not None and time.monotonic() >= self._due_s:
            digits = 0 if self._every_s >= 1 else 1
            names.append(f"at {self._target.elapsed_s:.{digits}f} s")
            self._due_s += self._every_s * math.ceil((time.monotonic() - self._due_s) / self._every_s or 1)
        last = self._target.series.array()[-1:]
        if self._threshold is not None and len(last) and self._above is not None:
            memory = float(last[0, COLUMNS.index("uss_bytes")])
            if self._threshold.is_crossed(memory):
                names.append(f"above {format_bytes(self._above)}")
        return names


def follow(
    target: Program,
    schedule: Schedule,
    freeze: Callable[[str], Any],
    *,
    cancel: CancelSignal | None = None,
    requests: Requests | None = None,
    idle: Callable[[], None] | None = None,
) -> int:
    """Call `freeze(name)` as scheduled until the program ends, enough is frozen, or it is told to stop.

    requests: for freezes that somebody asks for meanwhile. idle: called twice a second between freezes.
    Returns the number of freezes. Names: the matching line, "at 12 s", "above 512 MiB", "at exit", or as
    asked for; the second of a name is "READY (2)". Raises what `freeze` raises.
    """
    requests = requests or Requests()
    if schedule.on_output is not None:
        pattern = re.compile(schedule.on_output)
        target.output.add_line_listener(
            lambda line: requests.ask(line.text or " ") if pattern.search(line.text) else None,
            from_start=True,
        )
    target.add_exit_listener(lambda status: requests.wake())
    if schedule.at_exit:
        target.add_ending_listener(lambda: requests.ask(AT_EXIT, is_last=True))
    try:
        return _follow(target, schedule, freeze, cancel=cancel, requests=requests, idle=idle)
    finally:
        if schedule.at_exit:
            target.let_end()


def _follow(
    target: Program,
    schedule: Schedule,
    freeze: Callable[[str], Any],
    *,
    cancel: CancelSignal | None,
    requests: Requests,
    idle: Callable[[], None] | None,
) -> int:
    clock, done = _Clock(target, schedule), 0
    taken: Counter[str] = Counter()
    while target.exit is None and not requests.is_ended and not (cancel is not None and cancel.is_cancelled):
        for name in [*requests.take(clock.wait_s()), *clock.due()]:
            if target.exit is None:
                taken[name] += 1
                try:
                    freeze(name if taken[name] == 1 else f"{name} ({taken[name]})")
                except TargetExited:  # it ended while it was asked
                    return done
                done += 1
                if schedule.most and done >= schedule.most:
                    return done
                if name == AT_EXIT:
                    target.let_end()
        if idle is not None:
            idle()
    return done


class Recorder:
    """A capture that a running target is handed to, piece by piece. One thread at a time.

    redacts: no value of the program gets into the file. Raises `CaptureFileError`, at any call; what was
    written before stays readable. Memory: `MOST_SAMPLES` samples, whatever the time.
    """

    def __init__(self, target: Program, path: str | os.PathLike[str], *, redacts: bool = False) -> None:
        self._target = target
        self.redactor = Redactor() if redacts else None
        self._marks: tuple[Mark, ...] = ()
        self._samples_to_s = -math.inf
        self._lines = 0
        self._flushed_s = self._traces_due_s = -math.inf
        self._writer = CaptureWriter(path, self._environment())

    def flush(self, *, now: bool = False) -> None:
        """Hand over what has come, if it is time for it (or `now`)."""
        if not now and time.monotonic() - self._flushed_s < FLUSH_S:
            return
        self._flushed_s = time.monotonic()
        rows = self._target.series.array()
        new = rows[rows[:, 0] > self._samples_to_s]
        if len(new):
            self._writer.add_samples(new)
            self._samples_to_s = float(new[-1, 0])
        self._target.series.thin(MOST_SAMPLES)
        lines = self._target.output.lines(self._lines)
        self._lines = self._target.output.n_lines
        if self.redactor is None:
            self._writer.add_output("".join(line.text + "\n" for line in lines)[-OUTPUT_KEPT:])
        marks = self._target.marks
        if marks != self._marks:
            self._marks = marks
            self._writer.set_marks(self.redactor.marks(marks) if self.redactor is not None else marks)
        if self.redactor is None and time.monotonic() >= self._traces_due_s:
            began_s = time.monotonic()
            self._writer.set_traces(self._target.series.traces)
            took_s = time.monotonic() - began_s
            self._traces_due_s = began_s + max(TRACES_S, 50 * took_s)  # at most a fiftieth of the time

    def add(self, number: int, saved: KeptSnapshot) -> None:
        """A freeze, already redacted if need be; numbers rise."""
        self._writer.add_snapshot(number, saved)

    def drop(self, number: int) -> None:
        """Give up a freeze."""
        self._writer.drop_snapshot(number)

    def set_suspects(self, suspects: SavedSuspects) -> None:
        """What was computed last."""
        self._writer.set_suspects(suspects)

    def finish(self) -> None:
        """The end of the recording."""
        self.flush(now=True)
        if self.redactor is None:
            self._writer.set_traces(self._target.series.traces)
        self._writer.finish(self._environment())

    def close(self) -> None:
        """Let go of the file as it is."""
        self._writer.close()

    def _environment(self) -> dict[str, Any]:
        environment = environment_of(self._target)
        return self.redactor.environment(environment) if self.redactor is not None else environment


def capture_of(target: Program, snapshots: tuple[KeptSnapshot, ...]) -> Capture:
    """Everything that was collected of a session. Environment variables are left out: they hold secrets."""
    return Capture(
        environment=environment_of(target),
        samples=target.series.array(),
        marks=target.marks,
        output="".join(line.text + "\n" for line in target.output.lines())[-OUTPUT_KEPT:],
        snapshots=snapshots,
        traces=target.series.traces,
    )
