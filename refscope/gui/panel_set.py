"""The panels of one window: made here, connected here to the session and to the graph.

The only file that knows both what a panel offers and what the controllers tell. Panels that are not
there yet are stand-ins that say what will be in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from refscope.errors import UserFacingError
from refscope.gui.console_pane import ConsolePane
from refscope.gui.copy_console import CopyConsole
from refscope.gui.end_state import state_of_end
from refscope.gui.freeze_options import buttons_of_failure
from refscope.gui.graph_panel import EMPTY_STATE, GraphPanel
from refscope.gui.graph_table import GraphTable
from refscope.gui.hunt_text import MOST_KEPT
from refscope.gui.inspector import Inspector
from refscope.gui.log_pane import LogPane
from refscope.gui.main_window import Panels
from refscope.gui.objects_panel import ObjectsPanel
from refscope.gui.recorded_suspects import RecordedSuspects
from refscope.gui.state_values import MessageState, StateButton, WorkState, state_of_error
from refscope.gui.states import StatePanel
from refscope.gui.suspects_panel import SuspectsPanel
from refscope.gui.theme import Theme
from refscope.gui.timeline import Timeline
from refscope.gui.types_panel import TypesPanel
from refscope.samples import Mark

if TYPE_CHECKING:  # they load the heap's kernels, for which the start page must not wait
    from refscope.gui.analysing import Analysis
    from refscope.gui.heap_controller import HeapController
    from refscope.gui.inspector_controller import InspectorController
    from refscope.gui.session_controller import SessionController
    from refscope.session.ending import ExitStatus

FREEZE_NOW = StateButton("freeze", "Freeze now", "snowflake", shows_key=True)
NOTHING_FROZEN = MessageState(
    "Nothing frozen yet",
    "Suspects are found by comparing two freezes. Take one now, let the program repeat its work a few"
    " times, then take another.",
    "snowflake",
    "text2",
    (FREEZE_NOW,),
)
FREEZE_AGAIN = StateButton("freeze", "Freeze again", "snowflake", shows_key=True)
SHOW_SETTLED = "show_settled"
NO_TYPES = MessageState("No types yet", "Every class in memory is listed here after a freeze.", "table")
NO_OBJECTS = MessageState("No objects yet", "Select a type, or search by repr.", "cube")


class PanelSet(QObject):
    """The panels, and their wiring. `pressed(key)`: a button in a state of a panel."""

    pressed = Signal(str)
    cancelled = Signal()
    analysis_shown = Signal(object)  # Analysis

    def __init__(self, theme: Theme, timeline: Timeline) -> None:
        super().__init__()
        self.timeline = timeline
        self.suspect_cards = SuspectsPanel()
        self.recorded = RecordedSuspects(self.suspect_cards)
        self.suspects = StatePanel(self.recorded, NOTHING_FROZEN)
        self.types = TypesPanel()
        self.growth = (self.suspect_cards.growth, self.types.growth)
        self.objects = ObjectsPanel()
        self._analyses: dict[str, Analysis] = {}
        self._shown: Analysis | None = None
        self._can_freeze = False
        self.inspector = Inspector()
        self._marks: tuple[Mark, ...] = ()
        self.graph = GraphPanel(theme)
        self.table = GraphTable(self.graph.view)
        self.graph.setFocusProxy(self.graph.view)
        self.types.setFocusProxy(self.types.table)
        self.objects.setFocusProxy(self.objects.table)
        self.console = ConsolePane()
        self.copy_console = CopyConsole()
        self.log = LogPane()
        self.suspects.pressed.connect(self._press)
        self.suspects.cancelled.connect(self.cancelled)
        self.types.states.show_message(NO_TYPES)
        self.objects.states.show_message(NO_OBJECTS)
        self.graph.state_pressed.connect(self.pressed)

    def for_window(self) -> Panels:
        """As the window takes them."""
        return Panels(
            self.timeline, self.suspects, self.types, self.objects, self.graph, self.table,
            self.inspector, self.console, self.log, self.copy_console, timeline_corner=self.timeline.corner,
            graph_corner=self.graph.corner,
        )  # fmt: skip

    def clear(self) -> None:
        """As they were before any session."""
        self.console.clear()
        self.log.clear()
        self.timeline.clear()
        self.suspects.show_message(NOTHING_FROZEN)
        self.suspect_cards.show_suspects((), 0, 0)
        self.recorded.clear()
        self.types.show_rows(())
        self.objects.clear()
        self.types.states.show_message(NO_TYPES)
        self.objects.states.show_message(NO_OBJECTS)
        self._analyses.clear()
        for button in self.growth:
            button.show_pair((), "", "")
        self._shown = None
        self._can_freeze = False
        self.inspector.show_details(None)
        self.graph.show_message(EMPTY_STATE)

    def connect_session(self, session: SessionController) -> None:
        """Show what a session tells, ask what its panels ask."""
        self._can_freeze = True
        session.output_came.connect(self.console.feed)
        session.step_done.connect(self.log.add)
        session.work_changed.connect(self._show_work)
        session.work_failed.connect(self._show_failure)
        session.analysed.connect(self.show_analysis)
        session.samples_grew.connect(lambda _series, marks: self._show_marks(marks))
        session.ended.connect(self._show_end)
        self.timeline.show_series(session.session.samples, is_live=True)
        self.console.set_running(True)
        self.console.set_elsewhere(not session.session.is_ours)
        self.console.line_entered.connect(session.send_line)
        self.console.end_of_input.connect(session.end_input)
        self.console.mark_requested.connect(session.mark_at)
        self.console.cells_changed.connect(session.set_terminal_size)
        if self.console.cells is not None:
            session.set_terminal_size(*self.console.cells)
        self.cancelled.connect(session.cancel)

    def connect_heap(self, heap: HeapController) -> None:
        """Answer what the tables ask."""
        self.suspect_cards.suspect_chosen.connect(heap.choose_suspect)
        self.suspect_cards.suspect_activated.connect(lambda rank: self._activate(heap, rank))
        self.types.type_chosen.connect(heap.choose_type)
        self.types.type_activated.connect(heap.open_type)
        self.objects.object_activated.connect(heap.open_object)
        self.objects.texts_wanted.connect(heap.ask_texts)
        heap.objects_came.connect(self.objects.show_objects)
        heap.texts_came.connect(self.objects.show_texts)
        heap.path_came.connect(self.objects.show_path)
        self.analysis_shown.connect(heap.show)

    def connect_inspector(self, inspector: InspectorController) -> None:
        """Show details, ask for more of them."""
        from refscope.gui import inspector_wiring

        inspector_wiring.join(self.inspector, inspector, self.graph)
        self.inspector.pressed.connect(self.pressed)

    def _show_marks(self, marks: tuple[Mark, ...]) -> None:
        if marks != self._marks:
            self._marks = marks
            self.timeline.show_marks(marks)

    def _show_end(self, status: ExitStatus) -> None:
        self._can_freeze = False
        self.console.set_running(False)
        self.timeline.stop_live(status.words, is_failure=status.has_failed)
        if not self._analyses and self.suspects.shown == "message":
            self.console.flush()  # so that it knows the last line
            self.suspects.show_message(state_of_end(status, self.console.last_line()))
        elif self._shown is not None and self.suspects.shown == "message":
            self._show_suspects(self._shown)

    def _show_work(self, state: WorkState) -> None:
        self.suspects.show_work(state, at_once=state.done is not None)

    def _show_failure(self, error: UserFacingError, _what: str) -> None:
        self.suspects.show_message(state_of_error(error, buttons_of_failure(error)))

    def show_analysis(self, analysis: Analysis) -> None:
        """What a freeze has to say: suspects, types."""
        name = analysis.snapshot.name
        self._shown = analysis
        if analysis.earlier or name not in self._analyses:  # what it keeps most is no news of the freeze
            self._analyses[name] = analysis
        since = analysis.since.name if analysis.since is not None else ""
        self.types.show_rows(
            analysis.types, since, name=name, history=analysis.history, leaking=analysis.leaking
        )
        self.objects.clear()
        self.objects.states.show_message(NO_OBJECTS)
        self.analysis_shown.emit(analysis)
        self.types.tell_again()
        self._show_suspects(analysis)

    def _show_suspects(self, analysis: Analysis) -> None:
        self.suspect_cards.show_suspects(
            analysis.suspects,
            analysis.heap_bytes,
            analysis.growth_bytes,
            analysis.settled,
            analysis.set_aside,
        )
        self.recorded.show_live()
        if analysis.suspects:
            self.suspects.show_content()
        elif analysis.since is None:
            self.suspects.show_message(no_candidates(analysis.snapshot.name, can_freeze=self._can_freeze))
        else:
            self.suspects.show_message(nothing_leaks(analysis, can_freeze=self._can_freeze))

    @property
    def shown_analysis(self) -> Analysis | None:
        """What the tables are about; None before the first freeze was analysed."""
        return self._shown

    def show_freeze(self, name: str) -> None:
        """Show an earlier freeze again, by its letter."""
        if name in self._analyses:
            self.show_analysis(self._analyses[name])

    def _press(self, key: str) -> None:
        """A button where the cards would be: shown here, or done by the window."""
        if key == SHOW_SETTLED:
            self.suspects.show_content()
            self.suspect_cards.open_rest()
        else:
            self.pressed.emit(key)

    def _activate(self, heap: HeapController, rank: int) -> None:
        heap.choose_suspect(rank)
        heap.graph_wanted.emit()


def no_candidates(name: str, *, can_freeze: bool) -> MessageState:
    """Nothing keeps much in this freeze alone."""
    text = "Nothing keeps an unusual share of the memory. One freeze cannot show growth."
    if can_freeze:
        text += " Let the program repeat its work, then freeze again."
    return MessageState(
        f"No candidate in {name}", text, "clock", "text3", (FREEZE_AGAIN,) if can_freeze else ()
    )


def nothing_leaks(analysis: Analysis, *, can_freeze: bool) -> MessageState:
    """Good news: nothing leaks. What grew and settled is one button away, what keeps most another."""
    since, name = analysis.since.name if analysis.since is not None else "", analysis.snapshot.name
    count = len(analysis.settled) + len(analysis.set_aside)
    text = "What grew has settled." if analysis.settled or not count else "What grew you called no leak."
    if can_freeze:
        text += " If memory still climbs, let it work longer and freeze again."
    buttons = [StateButton(SHOW_SETTLED, f"See what grew ({count})")] if count else []
    buttons.append(StateButton(MOST_KEPT, f"What keeps most in {name}"))
    if can_freeze:
        buttons.append(FREEZE_AGAIN)
    return MessageState(f"Nothing leaks between {since} and {name}", text, "check", "ok", tuple(buttons))
