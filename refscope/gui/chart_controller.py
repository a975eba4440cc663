"""Everything about the timeline of one window: marks, watches, an earlier run, freezes by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from refscope.gui.chart_subject import ChartSubject
from refscope.gui.commands import Commands
from refscope.gui.mark_automatic import FreezeRules
from refscope.gui.mark_controller import Marks
from refscope.gui.mark_menus import Entry, menu_of
from refscope.gui.overlay_controller import OverlayController
from refscope.gui.state_values import Notice
from refscope.gui.watch_controller import WatchController
from refscope.present.curve_kinds import CurveKind

if TYPE_CHECKING:
    from refscope.api import Run
    from refscope.gui.analysing import Analysis
    from refscope.gui.session_controller import SessionController
    from refscope.gui.window_controller import WindowController


UNEXPLAINED = Notice(
    "The process grew by more than its Python objects",
    "What is left belongs to native code (an extension, a library, buffers outside Python), or to the"
    " allocator, which keeps pages that are only partly used. Look for objects that stand for native memory"
    " in Types; a run with MALLOC_ARENA_MAX=1 or PYTHONMALLOC=malloc tells fragmentation apart.",
)


class ChartController(QObject):
    """See the module."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._timeline = controller.panels.timeline
        self.rules = FreezeRules(controller)
        self.marks = Marks(controller, self.rules)
        self.watches = WatchController(controller)
        self.overlays = OverlayController(controller)
        self._timeline.chart_menu_requested.connect(self._open_menu)

    def offer(self, commands: Commands) -> None:
        """Say which actions are carried out here."""
        timeline = self._timeline
        for part in (self.rules, self.marks, self.watches, self.overlays):
            part.offer(commands)
        commands.offer({
            "chart_fit": timeline.fit, "chart_select": lambda: timeline.set_selecting(True),
            "chart_follow": lambda: timeline.set_following(not timeline.is_following),
            "chart_table": lambda: timeline.show_table(not timeline.is_table),
            "chart_curves": timeline.legend.open_menu,
            "unexplained": lambda: self._controller.window.tell(UNEXPLAINED),
        })  # fmt: skip

    def begin(self, session: SessionController) -> None:
        """A program runs in this window."""
        self._show(ChartSubject(session.session, session))
        session.samples_grew.connect(lambda _series, _marks: self._turn())
        session.ended.connect(lambda _status: self._turn())
        session.analysed.connect(self.note)

    def begin_capture(self, run: Run) -> None:
        """A capture is open in this window: its chart, marks and freezes."""
        self._timeline.show_series(run.samples, is_live=False)
        words = str(run.environment.get("exit") or "")
        self._timeline.stop_live(
            words, is_failure=words.startswith("signal") or words.startswith("exit code")
        )
        self._show(ChartSubject(run))

    def note(self, analysis: Analysis) -> None:
        """A freeze was analysed: it is the one that is shown."""
        subject = self.marks.subject
        if subject is not None:
            subject.note(analysis)
            self.watches.note()
            there = (each for each in subject.marks if subject.snapshot_of(each) is analysis.snapshot)
            self._timeline.lanes.select(next(there, None))

    def end(self) -> None:
        """Nothing is shown any more."""
        self._show(None)

    def entries(self) -> list[Entry]:
        """The menu of the chart."""
        act, timeline, subject = self._controller.commands.act, self._timeline, self.marks.subject
        keys = self._controller.window.keys
        ended = "" if subject is not None and subject.is_running else "no program runs"
        return [
            Entry("Freeze", lambda: act("freeze"), ended, key=keys.of("freeze")),
            Entry("Mark", lambda: act("mark"), ended, key=keys.of("mark")),
            Entry(
                "Select a stretch", lambda: timeline.set_selecting(True), begins_group=True, key="Shift+drag"
            ),
            Entry("Fit", timeline.fit, key="0"),
            Entry("Follow", lambda: act("chart_follow"), checked=timeline.is_following, key="End"),
            Entry("As a table", lambda: act("chart_table"), checked=timeline.is_table),
            Entry("Curves", begins_group=True, below=self._curve_entries()),
            Entry("Count or watch…", self.watches.ask),
            Entry("Overlay a run", below=self.overlays.entries()),
            Entry("Export chart…", lambda: act("export_chart"), begins_group=True),
        ]

    def _curve_entries(self) -> list[Entry]:
        shown = set(self._timeline.shown_columns)

        def entry(kind: CurveKind) -> Entry:
            is_on = kind.key in shown
            return Entry(kind.full_name, lambda: self._timeline.switch(kind.key, not is_on), checked=is_on)

        return [entry(kind) for kind in self._timeline.curves]

    def _show(self, subject: ChartSubject | None) -> None:
        self.marks.subject = subject
        for part in (self.rules, self.watches, self.overlays):
            part.begin(subject)
        self.marks.refresh()

    def _turn(self) -> None:
        self.marks.refresh()
        self.rules.check()

    def _open_menu(self, _time_s: float, place: QPoint) -> None:
        menu_of(self.entries(), self._timeline).popup(place)
