"""One running session between `api` and the window: what is asked goes to jobs, what comes are signals.

It holds the session and nothing of Qt's widgets: panels are connected to its signals. All slots
are called on the Qt thread; everything that may take longer than a blink runs in a lane of `Jobs`.
"""

from __future__ import annotations

import logging
import re
import signal
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from refscope.api import Session, Snapshot, Suspect, TypeRow, freeze_letter
from refscope.errors import UserFacingError
from refscope.gui.actions import WindowFacts
from refscope.gui.hunt_facts import Finding, finding_of, slope_of
from refscope.gui.hunt_text import HuntFacts
from refscope.gui.jobs import Job, Jobs, Progress
from refscope.gui.log_pane import LogStep
from refscope.gui.output_queue import OutputQueue
from refscope.gui.state_values import Notice, StateButton, WorkState
from refscope.gui.toolbar import ProgramState
from refscope.text import format_bytes, format_count, format_duration

_log = logging.getLogger(__name__)

TICK_MS = 100
"""The chart and the clock are refreshed with the sampling rate."""
OUTPUT_MS = 40
FREEZE_PAUSE_S = 0.005


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found of a freeze: its types since the one before, its suspects."""

    snapshot: Snapshot
    types: tuple[TypeRow, ...]
    suspects: tuple[Suspect, ...]
    since: Snapshot | None


class SessionController(QObject):
    """See the module."""

    program_changed = Signal(object)  # ProgramState
    facts_changed = Signal(object)  # WindowFacts
    hunt_changed = Signal(object)  # HuntFacts
    status_changed = Signal(list, str)
    samples_grew = Signal(object, object)  # SampleSeries, tuple of Mark
    output_came = Signal(str)
    step_done = Signal(object)  # LogStep
    work_changed = Signal(object)  # WorkState of a freeze or analysis
    work_ended = Signal()
    work_failed = Signal(object, str)  # UserFacingError, "freeze" or "analyse"
    freeze_started = Signal(str, float)  # letter, time in s
    freeze_taken = Signal(object)  # Snapshot
    analysed = Signal(object)  # Analysis
    noticed = Signal(object)  # Notice
    ended = Signal(object)  # ExitStatus
    _exit_seen = Signal(object)
    _notice_seen = Signal(str, str)

    def __init__(self, session: Session, jobs: Jobs) -> None:
        super().__init__()
        self.session = session
        self._jobs = jobs
        self._queue = OutputQueue()
        self._patterns: list[re.Pattern[str]] = []
        self._job: Job | None = None
        self._is_freezing = False
        self._is_analysing = False
        self._is_stopping = False
        self._finding: Finding | None = None
        self._has_ended = False
        self._samples_told = -1
        self._is_saved = False
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._refresh)
        self._output_tick = QTimer(self, interval=OUTPUT_MS)
        self._output_tick.timeout.connect(self._drain_output)
        self._exit_seen.connect(self._note_exit, Qt.ConnectionType.QueuedConnection)
        self._notice_seen.connect(self._note_notice, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin to listen and to refresh; call it when the panels are connected."""
        self.session.output.add_text_listener(self._queue.put)
        earlier = "\n".join(line.text for line in self.session.output.lines())
        if earlier:
            self._queue.put("", earlier + "\n")
        self.session.add_exit_listener(_exit_teller(self))
        version = ".".join(map(str, self.session.python))
        self._tell(f"Started {self.session.title} with Python {version} as process {self.session.pid}")
        self._tick.start()
        self._output_tick.start()
        self._refresh()

    # what the user does

    def freeze(self, name: str = "", *, method: str = "auto", in_any_memory: bool = False) -> None:
        """Freeze, read and analyse; progress and result come as signals."""
        if self._is_freezing or not self.session.is_running:
            return
        letter = name or freeze_letter(len(self.session.snapshots))
        self._is_freezing = True
        self.freeze_started.emit(letter, self.session.elapsed_s)
        self.work_changed.emit(_freezing(letter, None))
        self._job = self._jobs.heap_work.ask(
            f"Freeze {letter}",
            lambda job: self.session.freeze(
                letter,
                method=method,
                progress=job.progress,
                cancel=job.cancel_signal,
                notice=self._tell_notice,
                in_any_memory=in_any_memory,
            ),
            self._frozen,
            failed=lambda error: self.work_failed.emit(error, "freeze"),
            progressed=lambda step: self.work_changed.emit(_freezing(letter, step)),
            finished=self._freeze_ended,
        )
        self._refresh()

    def cancel(self) -> None:
        """Withdraw the freeze or the analysis that runs."""
        if self._job is not None:
            self._job.cancel()

    def mark(self, name: str = "") -> None:
        """Name this moment."""
        count = sum(1 for mark in self.session.marks if mark.kind == "mark")
        self.session.mark(name or f"mark {count + 1}")
        self._refresh()

    def mark_at(self, pattern: str) -> None:
        """Mark whenever a line of output matches a regular expression."""
        if not self._patterns:
            self.session.output.add_line_listener(lambda line: self._mark_line(line.text))
        self._patterns.append(re.compile(pattern))
        self.noticed.emit(Notice("Marks are set at this text", pattern, "info", is_mono=True))

    def collect(self) -> None:
        """Collect garbage in the program."""
        self._jobs.questions.ask(
            "Collect garbage in the program",
            lambda _job: self.session.collect(),
            lambda done: self.noticed.emit(
                Notice(
                    "Collected",
                    f"{format_count(done.unreachable)} objects in {format_duration(done.elapsed_s)}",
                    "ok",
                )
            ),
            failed=self._tell_failure,
            topic="collect",
        )

    def stop(self) -> None:
        """Ask the program to end (SIGTERM); a second time kills it."""
        if self._is_stopping:
            self.session.target.kill()
            return
        self._is_stopping = True
        self._tell("Asked the program to end; Stop once more kills it")
        self.session.target.send_signal(signal.SIGTERM)

    def send_line(self, text: str) -> None:
        """A line for the program's input."""
        self._jobs.questions.ask(
            "Send a line of input",
            lambda _job: self.session.send_line(text),
            lambda _none: None,
            failed=self._tell_failure,
            topic=f"input {text}",
        )

    def end_input(self) -> None:
        """End of the program's input."""
        self.session.target.streams.close_stdin()

    def note_saved(self) -> None:
        """All freezes so far are in a file."""
        self._is_saved = True

    @property
    def unsaved_freezes(self) -> int:
        """Freezes that would be lost by closing."""
        return 0 if self._is_saved else len(self.session.snapshots)

    def close(self, *, waits: bool = False) -> None:
        """Stop refreshing, end the program and its copies: in the lane `heap-work`, or here and now.

        waits: return when they are gone, seconds at most; for the end of the window.
        """
        self._tick.stop()
        self._output_tick.stop()
        self.cancel()
        session = self.session
        if session.is_running:
            session.target.send_signal(signal.SIGTERM)  # a program need not read the end of its input
        if waits:
            session.close()
        else:
            self._jobs.heap_work.ask(f"End {session.title}", lambda _job: session.close(), lambda _none: None)

    # what comes

    def _frozen(self, snapshot: Snapshot) -> None:
        self._is_saved = False
        self._finding = None
        pause = (
            f", the program stood still for {format_duration(snapshot.pause_s)}" if snapshot.pause_s else ""
        )
        self._tell(f"Froze {snapshot.name}: {format_count(snapshot.heap.n_objects)} objects{pause}")
        self.freeze_taken.emit(snapshot)
        self._analyse(snapshot)

    def _freeze_ended(self) -> None:
        self._is_freezing = False
        if not self._is_analysing:
            self.work_ended.emit()
        self._refresh()

    def _analyse(self, snapshot: Snapshot) -> None:
        earlier = [each for each in self.session.snapshots if each is not snapshot]
        self._is_analysing = True
        self._job = self._jobs.heap_work.ask(
            f"Analyse {snapshot.name}",
            lambda job: analysis_of(snapshot, earlier, job),
            self._note_analysis,
            failed=lambda error: self.work_failed.emit(error, "analyse"),
            progressed=lambda step: self.work_changed.emit(_analysing(snapshot.name, step)),
            finished=self._analysis_ended,
        )

    def _note_analysis(self, analysis: Analysis) -> None:
        snapshots = self.session.snapshots
        if len(snapshots) >= 2:
            grown = self._memory_at(snapshots[-1].time_s) - self._memory_at(snapshots[-2].time_s)
            self._finding = finding_of(analysis.suspects, grown)
        self.analysed.emit(analysis)

    def _analysis_ended(self) -> None:
        self._is_analysing = False
        self.work_ended.emit()
        self._refresh()

    def _note_exit(self, status: object) -> None:
        self._has_ended = True
        self._drain_output()
        self._refresh()
        exit_status = self.session.exit
        if exit_status is not None:
            self._tell(exit_status.sentence(), is_failure=exit_status.code != 0)
            if exit_status.is_crash and not self._is_stopping:
                text = f"{exit_status.sentence()}. Chart and freezes are kept."
                self.noticed.emit(
                    Notice("The program crashed", text, "error", StateButton("save", "Save capture"))
                )
        self.ended.emit(status)

    def _tell_notice(self, title: str, text: str) -> None:
        """On the lane `heap-work`."""
        self._notice_seen.emit(title, text)

    def _note_notice(self, title: str, text: str) -> None:
        self.noticed.emit(Notice(title, text, "warning"))

    def _mark_line(self, line: str) -> None:
        """On the reader's thread: marks are thread-safe."""
        if any(pattern.search(line) for pattern in self._patterns):
            self.session.mark(line.strip()[:40])

    def _drain_output(self) -> None:
        text = self._queue.take_all()
        if text:
            self.output_came.emit(text)

    def _tell_failure(self, error: UserFacingError) -> None:
        self._tell(f"{error.title}. {error.text}", is_failure=True)
        self.noticed.emit(Notice(error.title, error.text, "error"))

    def _tell(self, text: str, duration_s: float | None = None, *, is_failure: bool = False) -> None:
        self.step_done.emit(LogStep(self.session.elapsed_s, text, duration_s, is_failure))

    # what is told

    def _refresh(self) -> None:
        session = self.session
        count = len(session.samples)
        if count != self._samples_told or not session.is_running:
            self._samples_told = count
            self.samples_grew.emit(session.samples, session.marks)
        self.program_changed.emit(self._program())
        self.facts_changed.emit(self._facts())
        self.hunt_changed.emit(self._hunt())
        self.status_changed.emit(*self._status())
        if self._has_ended and not self._is_freezing and not self._is_analysing:
            self._tick.stop()

    def _program(self) -> ProgramState:
        session = self.session
        status = session.exit
        ended = "" if status is None else f"{status.words[:1].upper()}{status.words[1:]}"
        elapsed = session.elapsed_s if status is None else status.time_s
        failed = status is not None and status.code != 0 and not self._is_stopping
        version = ".".join(map(str, session.python))
        return ProgramState(session.title, version, elapsed, ended, failed, is_freezing=self._is_freezing)

    def _facts(self) -> WindowFacts:
        session = self.session
        return WindowFacts(
            in_session=True,
            is_running=session.is_running,
            is_freezing=self._is_freezing,
            can_run_again=True,
            freezes=len(session.snapshots),
            can_save=bool(session.snapshots) or len(session.samples) > 0,
        )

    def _hunt(self) -> HuntFacts:
        session = self.session
        samples = session.samples.array()
        slope = slope_of(samples[:, 0], samples[:, 2])
        names = tuple(snapshot.name for snapshot in session.snapshots)
        last = session.snapshots[-1].time_s if names else 0.0
        facts = HuntFacts(
            is_running=session.is_running,
            elapsed_s=session.elapsed_s,
            slope_bytes_per_s=None if slope is None else slope.bytes_per_s,
            slope_error=0.0 if slope is None else slope.error,
            pause_s=session.snapshots[-1].pause_s if names else FREEZE_PAUSE_S,
            freezes=names,
            next_freeze=freeze_letter(len(names)),
            marks_since=sum(1 for mark in session.marks if mark.kind == "mark" and mark.time_s > last),
            since_freeze_s=session.elapsed_s - last,
            is_freezing=self._is_freezing,
            is_analysing=self._is_analysing,
            can_save=True,
        )
        found = self._finding
        if found is None:
            return facts
        return replace(
            facts,
            verdict=found.verdict,
            holders=found.holders,
            explained_bytes=found.explained_bytes,
            grown_bytes=found.grown_bytes,
        )

    def _status(self) -> tuple[list[str], str]:
        session = self.session
        samples = session.samples.array()
        facts = [f"PID {session.pid}"]
        if len(samples):
            processes = int(samples[-1, 5])
            facts[0] += f", {processes} process{'' if processes == 1 else 'es'}"
            facts.append(f"{format_bytes(samples[-1, 1])} resident")
        if session.snapshots:
            names = ", ".join(f"{each.name}" for each in session.snapshots)
            facts.append(f"Freeze{'s' if len(session.snapshots) > 1 else ''} {names}")
        right = ""
        if session.snapshots:
            last = session.snapshots[-1]
            right = f"{format_count(last.heap.n_objects)} objects in {last.name}"
        return facts, right

    def _memory_at(self, time_s: float) -> float:
        samples = self.session.samples.array()
        if not len(samples):
            return float("nan")
        at = min(len(samples) - 1, int((samples[:, 0] < time_s).sum()))
        return float(samples[at, 2])


def analysis_of(snapshot: Snapshot, earlier: list[Snapshot], job: Job) -> Analysis:
    """Types and suspects of a freeze against earlier ones. Long: for the lane `heap-work`."""
    snapshot.analyse(lambda text, share: job.progress(round(100 * share), 100, text), job.cancel_signal)
    since = earlier[-1] if earlier else None
    types = tuple(snapshot.types(since))
    job.cancel_signal.raise_if_cancelled()
    suspects = tuple(snapshot.suspects(earlier or None))
    return Analysis(snapshot, types, suspects, since)


def _exit_teller(controller: SessionController) -> Callable[[object], None]:
    """Tells the end, from the waiter's thread; weakly: a bound `emit` hides its object from the collector."""
    there = weakref.ref(controller)

    def tell(status: object) -> None:
        told = there()
        if told is not None:
            told._exit_seen.emit(status)

    return tell


def _freezing(letter: str, step: Progress | None) -> WorkState:
    text = "Your program goes on. Reading the copy." if step else "Your program goes on in a moment."
    return WorkState(
        f"Freezing {letter}",
        text,
        "snowflake",
        step.done if step else None,
        step.total if step else None,
        left_s=step.left_s if step else None,
        cancel_note="Cancel discards the copy, nothing else.",
    )


def _analysing(name: str, step: Progress) -> WorkState:
    return WorkState(
        f"Analysing {name}",
        f"{step.text}.",
        "search",
        step.done,
        step.total,
        "%",
        step.left_s,
        "Cancel keeps the freeze; paths and suspects are left out.",
    )
