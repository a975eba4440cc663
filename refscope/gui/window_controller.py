"""One window and what happens in it: what it is composed of, the session that is shown, the end.

How a session begins is `session_start`'s, what answers for heaps `heap_room`'s; every feature has a
controller of its own that offers its actions. Every decision that can be a value is made elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from refscope.errors import UserFacingError
from refscope.gui.actions import WindowFacts
from refscope.gui.attach_controller import Attach, Running
from refscope.gui.auto_freeze import AutoFreeze
from refscope.gui.chart_controller import ChartController
from refscope.gui.child_controller import Admit, ChildController, Children
from refscope.gui.commands import Commands
from refscope.gui.compare_controller import CompareController
from refscope.gui.dialogs import ask_about_running, ask_about_unsaved
from refscope.gui.files import Files
from refscope.gui.freeze_options import freeze_dialog
from refscope.gui.graph_commands import GraphCommands
from refscope.gui.guide import Guide
from refscope.gui.heap_room import HeapRoom
from refscope.gui.help_controller import HelpController
from refscope.gui.hunt_text import hunt_line
from refscope.gui.jobs import JobRecord, Jobs
from refscope.gui.launch_form import InterpreterChoice, LaunchForm
from refscope.gui.loading import SETTLED_MS
from refscope.gui.log_pane import LogStep
from refscope.gui.main_window import MainWindow
from refscope.gui.palette_controller import PaletteController
from refscope.gui.panel_exports import PanelExports
from refscope.gui.panel_set import PanelSet
from refscope.gui.report_controller import ReportController
from refscope.gui.session_start import SessionStart
from refscope.gui.settings import RecentEntry, Settings
from refscope.gui.start_controller import Discover, open_file
from refscope.gui.state_values import Notice
from refscope.gui.steps import in_next_step
from refscope.gui.tables_controller import TablesController
from refscope.gui.trace_controller import TraceController

if TYPE_CHECKING:  # loaded on first use: the heap's kernels take most of a second
    from refscope.api import Run, Session, Snapshot
    from refscope.gui.analysing import Analysis
    from refscope.gui.session_controller import SessionController


PAINTED_MS = 25
"""When a layout that was just shown is painted: what a lane computes meanwhile slows it down."""


@dataclass(frozen=True, slots=True)
class Services:
    """What a window needs of the outside. `launch`, `attach`, `running` as in `api`; `discover` yields what
    answers; `open_window` hands on another window once it is shown; `window_of` finds the one that shows a
    process."""

    launch: Callable[..., Session]
    attach: Attach
    running: Running
    children: Children
    admit: Admit
    open_capture: Callable[[str], object]
    discover: Discover
    probe: Callable[[str], InterpreterChoice]
    open_window: Callable[[Callable[[WindowController], object]], None]
    window_of: Callable[[int], WindowController | None]
    is_any_shown: Callable[[], bool] = bool  # a window, of all there are
    log_folder: str = ""


class WindowController(QObject):
    """See the module. `closed` when the window is gone."""

    closed = Signal()

    def __init__(self, services: Services, settings: Settings, panels: PanelSet, window: MainWindow) -> None:
        super().__init__()
        self.services = services
        self.settings = settings
        self.jobs = Jobs(self)
        self.panels = panels
        self.window = window
        self.window.log_folder = services.log_folder
        self.commands = Commands()
        self.files = Files(self)
        self.session: SessionController | None = None
        self.run: Run | None = None  # an opened capture
        self._leaves_program = False
        self._offer()
        self.start = SessionStart(self)
        self.start.offer(self.commands)
        self.heap = HeapRoom(self)
        self.files.offer(self.commands)
        self.graph_commands = GraphCommands(self)
        self.graph_commands.offer(self.commands)
        self.children_menu = ChildController(self)
        self.children_menu.offer(self.commands)
        PaletteController(self).offer(self.commands)
        ReportController(self).offer(self.commands)
        self.comparing = CompareController(self)
        self.comparing.offer(self.commands)
        self.help = HelpController(self)
        self.help.offer(self.commands)
        self.auto_freeze = AutoFreeze(self)
        self.guide = Guide(self.window)
        self.tables = TablesController(self)
        PanelExports(self).offer(self.commands)
        TraceController(self).offer(self.commands)
        self.chart = ChartController(self)
        self.chart.offer(self.commands)
        self._connect()
        self.start.begin()
        self.help.look_for_worries()

    # session

    def show_session(self, session: Session, form: LaunchForm | None) -> None:
        """Join a session with the panels; the window turns to it in a step of its own.

        form: what was run; None = it was attached to.
        """
        from refscope.gui.session_controller import SessionController

        controller = SessionController(session, self.jobs, lambda: self.tables.not_leaks)
        self.session = controller
        self.tables.begin()
        _ = self.heap.controllers  # they answer what the panels ask
        self.panels.connect_session(controller)
        window = self.window
        controller.program_changed.connect(window.show_program)
        controller.facts_changed.connect(self._show_facts)
        controller.hunt_changed.connect(lambda facts: window.strip.show_line(hunt_line(facts)))
        controller.status_changed.connect(window.status.show_facts)
        controller.noticed.connect(window.tell)
        controller.analysed.connect(self._analysed)
        in_next_step(self, lambda: self._turn_to_session(controller, form))

    def _turn_to_session(self, controller: SessionController, form: LaunchForm | None) -> None:
        from refscope.gui.end_freeze import EndFreeze

        if self.session is not controller:
            return
        self.window.show_session(controller.session.title)
        self.guide.begin(controller)
        self.start.remember(form)
        self.chart.begin(controller)
        controller.start()
        if form is not None and form.freeze_at_end:
            EndFreeze(controller)
        self.auto_freeze.begin()
        QTimer.singleShot(SETTLED_MS, controller, self.start.load_heap_code)

    def _analysed(self, analysis: Analysis) -> None:
        in_next_step(self, lambda: self._turn_to(analysis))
        self.start.remember_result(analysis)

    def _turn_to(self, analysis: Analysis) -> None:
        """The other layout, then the graph: with the tables in one go they took the window 60 ms."""
        if self.panels.shown_analysis is analysis:
            self.window.dock_area.hunt_once()
            QTimer.singleShot(PAINTED_MS, self, lambda: self.show_suspect(analysis))

    def show_suspect(self, analysis: Analysis) -> None:
        """Light the path of the suspect that is selected: the first, unless a leak was selected before."""
        if self.panels.shown_analysis is not analysis:
            return
        cards, suspects = self.panels.suspect_cards, {each.rank: each for each in analysis.suspects}
        if not suspects:
            return
        first = analysis.suspects[0]
        chosen = suspects.get(cards.chosen_rank or 0, first)
        if chosen is not first and not chosen.is_leak:
            cards.choose(first.rank)
        else:
            self.heap.graph.open(analysis.snapshot, chosen)

    def _show_facts(self, facts: WindowFacts) -> None:
        shown = self.window.facts
        analysis = self.panels.shown_analysis
        self.window.set_facts(
            replace(
                facts,
                has_graph=shown.has_graph,
                paths=shown.paths,
                can_go_back=shown.can_go_back,
                can_go_forward=shown.can_go_forward,
                has_suspects=analysis is not None and bool(analysis.suspects),
                undo_name=shown.undo_name,
                redo_name=shown.redo_name,
            )
        )

    # actions

    def act(self, key: str) -> None:
        """Do what a menu, a button or the strip asks for."""
        self.commands.act(key)

    def search(self, text: str) -> None:
        """Show the graph of a class or an object in the last freeze."""
        snapshot = self.last_snapshot
        if snapshot is not None and text.strip():
            self.window.focus_panel("graph")
            self.heap.graph.open(snapshot, text.strip())

    def _offer(self) -> None:
        """The actions that are the window's own business."""

        def of_session(act: Callable[[SessionController], object]) -> Callable[[], object]:
            return lambda: act(self.session) if self.session is not None else None

        self.commands.offer({
            "close": self.close_session,
            "freeze": of_session(lambda session: session.freeze()),
            "freeze_options": of_session(self._ask_how_to_freeze),
            "freeze_in_place": of_session(lambda session: session.freeze(method="in_process")),
            "mark": of_session(lambda session: session.mark()),
            "collect": of_session(lambda session: session.collect()),
            "stop": of_session(lambda session: session.stop()),
            "cancel": of_session(lambda session: session.cancel()),
            "suspect_first": lambda: self._go_to_suspect(0), "suspect_next": lambda: self._go_to_suspect(+1),
            "log_folder": lambda: open_file(self.services.log_folder),
        })  # fmt: skip
        self.commands.offer_prefix("search", self.search)
        self.commands.offer_prefix("folder", open_file)

    # the end

    def may_close(self, then: Callable[[], object] | None = None) -> bool:
        """Ask when a program still runs.

        then: what to do once a capture was saved, which asks again; the window's closing by default.
        """
        session = self.session
        if session is None or not session.session.is_running:
            return True
        if not session.session.is_ours and not session.unsaved_freezes:
            return True
        ask = ask_about_running if session.session.is_ours else ask_about_unsaved
        answer = ask(self.window, session.session.title, session.unsaved_freezes)
        self._leaves_program = answer == "leave"
        if answer == "save":
            self.files.save(then or self.window.close)
        return answer in ("stop", "leave")

    def shut_down(self) -> None:
        """End the session and the lanes; `closed` when the program and its copies are gone.

        The last window waits for that here, since the event loop ends with it; others do not keep
        those that are still there from answering.
        """
        waits = not self.services.is_any_shown()
        self.jobs.heap_work.cancel_all()
        self.end_session(for_good=True, waits=waits)
        self.heap.close()
        if waits:
            self._let_go()
        else:  # when all before it in the lane is done
            self.jobs.heap_work.ask("Close", lambda _job: None, lambda _none: None, finished=self._let_go)

    def _let_go(self) -> None:
        self.jobs.close()
        self.closed.emit()

    # inside

    def _connect(self) -> None:
        window, page = self.window, self.window.start_page
        page.open_requested.connect(self.files.open)
        page.form.open_file_requested.connect(self.help.open_source)
        self.files.opened.connect(self.show_run)
        window.triggered.connect(self.act)
        window.search_entered.connect(self.search)
        window.notices.pressed.connect(window.act)
        self.files.exports.noticed.connect(window.tell)
        self.files.failed.connect(self.tell)
        window.may_close = self.may_close
        window.closed.connect(self.shut_down)
        self.panels.pressed.connect(window.act)
        for lane in (self.jobs.heap_work, self.jobs.questions):
            lane.failed.connect(lambda _job, error: self.tell(error))
            lane.crashed.connect(self._crashed)
            lane.ended.connect(self._note_job)

    def show_run(self, run: Run) -> None:
        """Show an opened capture in place of what is shown."""
        from refscope.gui.capture_view import show_capture

        self.end_session()
        self.run = run
        show_capture(self, run)
        self.start.page.remember(RecentEntry(time.time(), None, run.path))

    def close_session(self) -> None:
        """End the session and go back to the start page, unless the person keeps it."""
        if self.may_close(self.close_session):
            self.end_session()
            self.window.show_start()
            self.start.page.refresh_recent()

    def _ask_how_to_freeze(self, session: SessionController) -> None:
        from refscope.api import freeze_letter

        freeze_dialog(
            self.window,
            self.window.theme,
            freeze_letter(len(session.session.snapshots)),
            lambda how: session.freeze(how.name, method=how.method, in_any_memory=how.in_any_memory),
        )

    def end_session(self, *, for_good: bool = False, waits: bool = False) -> None:
        """Let go of what is shown, and of the program as was answered; the window shows what it did.

        for_good: the window goes too, so that its panels need not be emptied. waits: until the program ended.
        """
        self.jobs.questions.cancel_all()
        self.heap.clear()
        if not for_good:
            self.panels.clear()
        self.chart.end()
        self.auto_freeze.end()
        if self.session is not None:
            if self._leaves_program:
                self.session.leave()
            else:
                self.session.close(waits=waits)
            self._leaves_program = False
            self.session.deleteLater()
            self.session = None
        self.run = None

    @property
    def shown(self) -> Session | Run | None:
        """What this window is about: a run of a program, live or from a capture."""
        return self.session.session if self.session is not None else self.run

    @property
    def last_snapshot(self) -> Snapshot | None:
        """The newest freeze of what is shown."""
        snapshots = self.shown.snapshots if self.shown is not None else ()
        return snapshots[-1] if snapshots else None

    def _go_to_suspect(self, step: int) -> None:
        """The first suspect (0), or the one after the chosen one, round."""
        cards = self.panels.suspect_cards
        if cards.choose_next(step) if step else cards.choose_first():
            self.window.focus_panel("suspects")

    def tell(self, error: UserFacingError) -> None:
        """Show an error that no panel took."""
        self.window.tell(Notice(error.title, error.text, "error"))

    def _note_job(self, record: JobRecord) -> None:
        if self.session is not None and record.outcome in ("done", "failed"):
            now = self.session.session.elapsed_s
            is_failure = record.outcome == "failed"
            self.panels.log.add(LogStep(now, record.description, record.elapsed_s, is_failure))

    def _crashed(self, description: str, report: str) -> None:
        self.help.show_crash(f"{description}\n\n{report}")
