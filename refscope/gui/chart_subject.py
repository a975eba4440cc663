"""What the timeline of one window is about: a running session or an opened capture, asked alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refscope.samples import Mark

if TYPE_CHECKING:
    from refscope.api import Run, Session, Snapshot
    from refscope.gui.analysing import Analysis
    from refscope.gui.session_controller import SessionController
    from refscope.session.processes import ImageMemory

SAME_MOMENT_S = 2e-3  # times in captures may be rounded to milliseconds


class ChartSubject:
    """One run. `controller` is None for a capture, which cannot be changed any more."""

    def __init__(self, shown: Session | Run, controller: SessionController | None = None) -> None:
        self.shown = shown
        self.controller = controller
        self._analyses: dict[float, Analysis] = {}

    @property
    def session(self) -> Session | None:
        """The session, when it is one."""
        return self.controller.session if self.controller is not None else None

    @property
    def is_running(self) -> bool:
        """Whether the program runs."""
        return self.session is not None and self.session.is_running

    @property
    def snapshots(self) -> list[Snapshot]:
        """Freezes that were read, oldest first."""
        return list(self.shown.snapshots)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Marks and freezes."""
        return self.shown.marks

    def snapshot_of(self, mark: Mark) -> Snapshot | None:
        """The freeze behind a mark; None while it is being taken, or where it could not be read."""
        near = [each for each in self.snapshots if abs(each.time_s - mark.time_s) < SAME_MOMENT_S]
        return near[0] if near else None

    def note(self, analysis: Analysis) -> None:
        """A freeze was analysed: it can be shown again at once."""
        self._analyses[analysis.snapshot.time_s] = analysis

    def analysis_of(self, snapshot: Snapshot) -> Analysis | None:
        """What was found of a freeze; None = it was not looked at."""
        return self._analyses.get(snapshot.time_s)

    @property
    def closed(self) -> set[float]:
        """Moments of freezes whose copy was closed; in a capture none ever had one."""
        if self.session is None:
            return set()
        return {each.time_s for each in self.snapshots if not each.has_image}

    @property
    def in_progress(self) -> float | None:
        """The moment of the freeze that is being taken."""
        session = self.session
        if session is None or not session.is_running:
            return None
        freezes = [mark for mark in session.marks if mark.kind == "freeze"]
        last = freezes[-1] if freezes else None
        return last.time_s if last is not None and self.snapshot_of(last) is None else None

    @property
    def lost(self) -> set[float]:
        """Moments of freezes that cannot be read: damaged in a capture, or given up."""
        freezes = (mark for mark in self.marks if mark.kind == "freeze")
        return {mark.time_s for mark in freezes if self.snapshot_of(mark) is None} - {self.in_progress}

    def cost_of(self, snapshot: Snapshot) -> ImageMemory | None:
        """What its copy costs; None = it has none, or that is not known."""
        return self.session.target.copies.get(snapshot.time_s) if self.session is not None else None
