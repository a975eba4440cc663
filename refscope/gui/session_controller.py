"""One running session between `api` and the window: what is asked goes to jobs, what comes are signals.

It holds the session and nothing of Qt's widgets: panels are connected to its signals. All slots
are called on the Qt thread; everything that may take longer than a blink runs in a lane of `Jobs`.
"""

from __future__ import annotations

import logging
import re
import signal
import threading
import weakref
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from refscope.api import Session, Snapshot, freeze_letter
from refscope.errors import UserFacingError
from refscope.gui.analysing import Analysis, analysing, analysis_of, freezing
from refscope.gui.end_state import SAVE
from refscope.gui.hunt_facts import Finding
from refscope.gui.jobs import Job, Jobs
from refscope.gui.log_pane import LogStep
from refscope.gui.output_queue import OutputQueue
from refscope.gui.session_facts import (
    Doing,
    finding_in,
    hunt_facts,
    program_state,
    status_facts,
    window_facts,
)
from refscope.gui.state_values import Notice
from refscope.text import format_count, format_duration

_log = logging.getLogger(__name__)

TICK_MS = 100
"""The chart and the clock are refreshed with the sampling rate."""
OUTPUT_MS = 40


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

    def __init__(self, session: Session, jobs: Jobs, not_leaks: Callable[[], Sequence[str]] = list) -> None:
        """not_leaks: holders that the person called no leak, asked before each analysis."""
        super().__init__()
        self._not_leaks = not_leaks
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
        self._teller = _Teller(self)
        self._exit_seen.connect(self._note_exit, Qt.ConnectionType.QueuedConnection)
        self._notice_seen.connect(self._note_notice, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin to listen and to refresh; call it when the panels are connected."""
        self.session.output.add_text_listener(self._queue.put)
        self.session.add_exit_listener(self._teller.tell_exit)
        version = ".".join(map(str, self.session.python))
        if self.session.is_ours:
            self._tell(f"Started {self.session.title} with Python {version} as process {self.session.pid}")
        else:
            self._tell(f"Attached to {self.session.title}, which runs Python {version}")
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
        self.work_changed.emit(freezing(letter, None))
        self._job = self._jobs.heap_work.ask(
            f"Freeze {letter}",
            lambda job: self.session.freeze(
                letter,
                method=method,
                progress=job.progress,
                cancel=job.cancel_signal,
                notice=self._teller.tell_notice,
                in_any_memory=in_any_memory,
            ),
            self._frozen,
            failed=lambda error: self.work_failed.emit(error, "freeze"),
            progressed=lambda step: self.work_changed.emit(freezing(letter, step)),
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

    @property
    def mark_patterns(self) -> tuple[str, ...]:
        """Regular expressions at whose lines marks are set."""
        return tuple(pattern.pattern for pattern in self._patterns)

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

    def set_terminal_size(self, rows: int, columns: int) -> None:
        """The program's terminal is as large as its output is shown, in characters."""
        self.session.target.streams.set_window_size(rows, columns)

    def note_saved(self) -> None:
        """All freezes so far are in a file."""
        self._is_saved = True

    @property
    def unsaved_freezes(self) -> int:
        """Freezes that would be lost by closing."""
        return 0 if self._is_saved else len(self.session.snapshots)

    def leave(self) -> None:
        """Stop refreshing, end the copies, and let the program run on."""
        self._be_silent()
        self.session.leave()

    def close(self, *, waits: bool = False) -> None:
        """Stop refreshing, end the copies, and the program if it is ours: in the lane `heap-work`, or here.

        waits: return when they are gone, seconds at most; for the end of the window.
        """
        self._be_silent()
        session = self.session
        if session.is_running and session.is_ours:
            session.target.send_signal(signal.SIGTERM)  # a program need not read the end of its input
        if waits:
            session.close()
        else:
            what = "End" if session.is_ours else "Let go of"
            self._jobs.heap_work.ask(
                f"{what} {session.title}", lambda _job: session.close(), lambda _none: None
            )

    def _be_silent(self) -> None:
        self._tick.stop()
        self._output_tick.stop()
        self._teller.stop()
        self.cancel()

    # what comes

    def _frozen(self, snapshot: Snapshot) -> None:
        self._is_saved = False
        self._finding = None
        pause = (
            f", the program stood still for {format_duration(snapshot.pause_s)}" if snapshot.pause_s else ""
        )
        self._tell(f"Froze {snapshot.name}{pause}")
        self.freeze_taken.emit(snapshot)
        self._analyse(snapshot)

    def _freeze_ended(self) -> None:
        self._is_freezing = False
        if not self._is_analysing:
            self.work_ended.emit()
        self._refresh()

    def _analyse(self, snapshot: Snapshot) -> None:
        earlier = [each for each in self.session.snapshots if each is not snapshot]
        not_leaks = self._not_leaks()
        self._is_analysing = True
        self._job = self._jobs.heap_work.ask(
            f"Analyse {snapshot.name}",
            lambda job: analysis_of(snapshot, earlier, job, not_leaks),
            self._note_analysis,
            failed=lambda error: self.work_failed.emit(error, "analyse"),
            progressed=lambda step: self.work_changed.emit(analysing(snapshot.name, step)),
            finished=self._analysis_ended,
        )

    def _note_analysis(self, analysis: Analysis) -> None:
        self._finding = finding_in(self.session, analysis)
        count = format_count(analysis.snapshot.totals.objects)
        self._tell(f"Freeze {analysis.snapshot.name} has {count} objects of the program")
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
            self._tell(exit_status.sentence(), is_failure=exit_status.has_failed)
            if exit_status.is_crash and not self._is_stopping:
                text = exit_status.crash_sentence([each.name for each in self.session.snapshots])
                self.noticed.emit(Notice("The program crashed", text, "error", SAVE))
        self.ended.emit(status)

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
        doing = Doing(self._is_freezing, self._is_analysing, self._is_stopping)
        self.program_changed.emit(program_state(session, doing))
        self.facts_changed.emit(window_facts(session, doing))
        self.hunt_changed.emit(hunt_facts(session, doing, self._finding))
        self.status_changed.emit(*status_facts(session))
        if self._has_ended and not self._is_freezing and not self._is_analysing:
            self._tick.stop()


class _Teller:
    """Tells a controller what other threads see, until it is stopped: from then on Qt may delete it.

    Knows it weakly: a bound `emit` would hide it from the collector.
    """

    def __init__(self, controller: SessionController) -> None:
        self._there: Callable[[], SessionController | None] = weakref.ref(controller)
        self._lock = threading.Lock()

    def tell_exit(self, status: object) -> None:
        """On the thread that waits for the program's end."""
        with self._lock:
            if there := self._there():
                there._exit_seen.emit(status)
            del there  # while it is held by others: it must not be deleted on this thread

    def tell_notice(self, title: str, text: str) -> None:
        """On the lane `heap-work`."""
        with self._lock:
            if there := self._there():
                there._notice_seen.emit(title, text)
            del there

    def stop(self) -> None:
        """Nothing is told once this has returned."""
        with self._lock:
            self._there = lambda: None
