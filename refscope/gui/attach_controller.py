"""Attaching, between the page and `api`: the list is asked for while it is looked at, attaching is a job."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from refscope.errors import Cancelled
from refscope.gui.attach_page import AttachPage
from refscope.gui.attach_values import attaching, called
from refscope.gui.jobs import Job, Jobs, Progress
from refscope.gui.state_values import Notice

if TYPE_CHECKING:  # loaded on first use: the heap's kernels take most of a second
    from refscope.api import RunningPython, Session

REFRESH_MS = 2000

Running = Callable[[], "list[RunningPython]"]
"""As `api.running_pythons`."""
Attach = Callable[..., "Session"]
"""As `api.attach`."""


class AttachController(QObject):
    """Fills one attach page and carries out what it asks for. `attached(Session)`: somebody has to take it at
    once. sample_hz: samples per second, asked for when it is attached."""

    attached = Signal(object)
    noticed = Signal(object)  # Notice

    def __init__(
        self, page: AttachPage, jobs: Jobs, running: Running, attach: Attach, sample_hz: Callable[[], float]
    ) -> None:
        super().__init__()
        self._page, self._jobs = page, jobs
        self._running, self._attach, self._sample_hz = running, attach, sample_hz
        self._programs: list[RunningPython] = []
        self._job: Job | None = None
        self._clock = QTimer(self, interval=REFRESH_MS)
        self._clock.timeout.connect(self.refresh)
        page.shown.connect(self._look)
        page.attach_requested.connect(self.attach)
        page.cancelled.connect(self.cancel)
        page.copy_requested.connect(self.copy)

    def refresh(self) -> None:
        """Ask which programs run."""
        self._jobs.questions.ask(
            "Look for Python programs", lambda _job: self._running(), self._show, topic="running"
        )

    def attach(self, pid: int) -> None:
        """Get into a process; the page says how it goes, and why not."""
        self.cancel()
        sample_hz = self._sample_hz()
        made: list[Session] = []  # until somebody takes it

        def work(job: Job) -> None:
            def wait(waited_s: float) -> None:
                job.progress(round(waited_s * 1000))

            session = self._attach(pid, sample_hz=sample_hz, cancel=job.cancel_signal, waiting=wait)
            if job.cancel_signal.is_cancelled:  # at the very end; nobody may come to take it
                session.close()
                raise Cancelled("cancelled")
            made.append(session)

        def progressed(step: Progress) -> None:
            tell(step.done / 1000)

        def finished() -> None:
            for session in made:  # it was withdrawn on the way here
                self._let_go(session)
            if self._job is job:
                self._job = None
                self._page.end_work()

        def tell(waited_s: float | None) -> None:
            self._page.show_work(attaching(called(pid, self._programs), waited_s))  # it may be listed by now

        tell(None)
        self._job = job = self._jobs.heap_work.ask(
            f"Attach to {called(pid, self._programs)}",
            work,
            lambda _none: self.attached.emit(made.pop()),
            failed=self._page.show_problem,
            progressed=progressed,
            finished=finished,
        )

    def cancel(self) -> None:
        """Withdraw an attempt; the program goes on as it was."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self._page.end_work()

    def copy(self, command: str) -> None:
        """Put the command that lets RefScope in on the clipboard, and say so."""
        QGuiApplication.clipboard().setText(command)
        self.noticed.emit(Notice("Copied", command, "ok", is_mono=True))

    def _let_go(self, session: Session) -> None:
        self._jobs.heap_work.ask(
            f"Let go of {session.title}", lambda _job: session.close(), lambda _none: None
        )

    def _look(self, is_shown: bool) -> None:
        if is_shown:
            self._clock.start()
            self.refresh()
        else:
            self._clock.stop()

    def _show(self, programs: list[RunningPython]) -> None:
        self._programs = programs
        self._page.show_programs(programs)
