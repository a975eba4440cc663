"""Work away from the Qt thread: two lanes, and results that come back as queued signals.

`heap-work` runs one job after the other, each with progress and cancel. `questions` answers what
the user points at: a newer question about the same topic makes older ones stale, so that queued
ones never start, a running one sees its `CancelSignal`, and late results are dropped. Work given
here must not touch a widget. `Cancelled` is not shown; a `UserFacingError` goes to the panel that
asked; anything else is a defect of RefScope and becomes a report.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from refscope.errors import Cancelled, CancelSignal, UserFacingError

_log = logging.getLogger(__name__)

HEAP_WORK = "heap-work"
QUESTIONS = "questions"
PROGRESS_INTERVAL_S = 0.05
"""Progress is told 20 times a second at most; more would only fill the event queue."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. `total` None or 0 = not known."""

    done: int
    total: int | None = None
    text: str = ""
    elapsed_s: float = 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds left, by what was done so far; None in the first two seconds and where unknown."""
        if not self.total or self.done <= 0 or self.elapsed_s < 2.0:
            return None
        return self.elapsed_s * max(0, self.total - self.done) / self.done


@dataclass(frozen=True, slots=True)
class JobRecord:
    """What is written to the log of a job that ended."""

    description: str
    elapsed_s: float
    outcome: str  # "done", "cancelled", "failed", "crashed"


class Job:
    """One piece of work, seen from the Qt thread (cancel) and from its lane (progress, cancel signal)."""

    def __init__(self, lane: Lane, description: str, topic: str, calls: _Calls) -> None:
        self.description = description
        self.topic = topic
        self.cancel_signal = CancelSignal()
        self._lane = lane
        self._calls = calls
        self._started = 0.0
        self._told = 0.0

    def cancel(self) -> None:
        """Withdraw it: not started if it waits, asked to stop if it runs, its result dropped."""
        self.cancel_signal.cancel()

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        """Called by the work, from its lane; raises Cancelled once the job was withdrawn."""
        self.cancel_signal.raise_if_cancelled()
        now = time.monotonic()
        if now - self._told >= PROGRESS_INTERVAL_S or (total and done >= total):
            self._told = now
            step = Progress(done, total, text, now - self._started)
            self._lane.arrived.emit(self, "progress", step)


@dataclass(frozen=True, slots=True)
class _Calls:
    work: Callable[[Job], Any]
    done: Callable[[Any], None]
    failed: Callable[[UserFacingError], None] | None
    progressed: Callable[[Progress], None] | None
    finished: Callable[[], None] | None = None


@dataclass(slots=True)
class _Queue:
    waiting: deque[Job] = field(default_factory=deque)
    closed: bool = False


class Lane(QObject):
    """A thread that works off jobs in order. `latest_wins`: a newer job of a topic withdraws older ones."""

    arrived = Signal(object, str, object)
    failed = Signal(object, object)  # Job, UserFacingError that nobody took
    crashed = Signal(str, str)  # description, report
    ended = Signal(object)  # JobRecord

    def __init__(self, name: str, *, latest_wins: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._latest_wins = latest_wins
        self._queue = _Queue()
        self._undelivered: list[Job] = []  # of the Qt thread: waiting, running, or on their way back
        self._condition = threading.Condition()
        self.arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work_off, name=name, daemon=True)
        self._thread.start()

    def ask(
        self,
        description: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[UserFacingError], None] | None = None,
        progressed: Callable[[Progress], None] | None = None,
        finished: Callable[[], None] | None = None,
        topic: str = "",
    ) -> Job:
        """Queue `work(job)`; the other callables are called on the Qt thread, never after a cancel.

        `finished` is called in every case, last: also after a cancel and after a failure.
        """
        job = Job(self, description, topic, _Calls(work, done, failed, progressed, finished))
        with self._condition:
            if self._queue.closed:
                job.cancel()
                return job
            if self._latest_wins:
                for older in self._undelivered:
                    if older.topic == topic:
                        older.cancel()
            self._undelivered.append(job)
            self._queue.waiting.append(job)
            self._condition.notify()
        return job

    def cancel_all(self) -> None:
        """Withdraw everything that waits or runs, and results that are on their way."""
        for job in self._undelivered:
            job.cancel()

    @property
    def is_busy(self) -> bool:
        """Whether anything waits, runs, or was not delivered yet."""
        return bool(self._undelivered)

    def close(self, wait_s: float = 5.0) -> bool:
        """Withdraw everything and end the thread; False if it did not end in time."""
        self.cancel_all()
        with self._condition:
            self._queue.closed = True
            self._condition.notify()
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    def _work_off(self) -> None:
        while True:
            with self._condition:
                while not self._queue.waiting and not self._queue.closed:
                    self._condition.wait()
                if not self._queue.waiting:
                    return
                job = self._queue.waiting.popleft()
            self._run(job)
            del job

    def _run(self, job: Job) -> None:
        job._started = time.monotonic()
        kind, value = "done", None
        try:
            job.cancel_signal.raise_if_cancelled()
            _log.info("%s: start: %s", self._name, job.description)
            value = job._calls.work(job)
        except Cancelled:
            kind = "cancelled"
        except UserFacingError as exc:
            kind, value = "failed", exc
        except Exception as exc:  # noqa: BLE001 - the lane must live on; the report says what it was
            kind, value = "crashed", "".join(traceback.format_exception(exc))
            _log.exception("%s: %s", self._name, job.description)
        elapsed = time.monotonic() - job._started
        _log.info("%s: %s after %.0f ms: %s", self._name, kind, elapsed * 1000, job.description)
        self.arrived.emit(job, kind, (value, elapsed))

    def _deliver(self, job: Job, kind: str, payload: Any) -> None:
        calls = job._calls
        if kind == "progress":
            if calls.progressed is not None and not job.cancel_signal.is_cancelled:
                calls.progressed(payload)
            return
        value, elapsed = payload
        self._undelivered.remove(job)
        if job.cancel_signal.is_cancelled:
            kind = "cancelled"
        self.ended.emit(JobRecord(job.description, elapsed, kind))
        try:
            if kind == "done":
                calls.done(value)
            elif kind == "failed" and calls.failed is not None:
                calls.failed(value)
            elif kind == "failed":
                self.failed.emit(job, value)
            elif kind == "crashed":
                self.crashed.emit(job.description, value)
        finally:
            if calls.finished is not None:
                calls.finished()


class Jobs(QObject):
    """The two lanes of a window."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.heap_work = Lane(HEAP_WORK, latest_wins=False, parent=self)
        self.questions = Lane(QUESTIONS, latest_wins=True, parent=self)

    def close(self, wait_s: float = 5.0) -> bool:
        """End both lanes; False if one did not end in time."""
        for lane in (self.heap_work, self.questions):
            lane.cancel_all()
        ended = [lane.close(wait_s) for lane in (self.heap_work, self.questions)]
        return all(ended)
