"""The console on the copy of one window: which freeze it is about, what runs, what completes.

Each freeze has a console of its own, made when the first line is run, whose variables stay until the
session ends. Statements have a lane of their own: one that takes long keeps nothing else waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from refscope.api import Snapshot
from refscope.api.console import Completion, Console, ConsoleAnswer
from refscope.errors import UserFacingError
from refscope.gui.copy_console import COPY_CONSOLE, CopyConsole
from refscope.gui.inspector_answers import GONE_TEXT, gone_title
from refscope.gui.jobs import Job, Lane
from refscope.gui.state_values import MessageState, StateButton, state_of_error

if TYPE_CHECKING:
    from refscope.gui.analysing import Analysis
    from refscope.gui.graph_controller import GraphController
    from refscope.gui.graph_places import ObjectFacts
    from refscope.gui.main_window import MainWindow
    from refscope.gui.panel_set import PanelSet

_FREEZE_AGAIN = (StateButton("freeze", "Freeze again", "snowflake"),)
_RUN_A_PROGRAM = (StateButton("new", "Run a program"),)
NO_COPY = MessageState(
    "A capture has no copy to run code in",
    "Counts, paths and sizes are here. For a console, run the program again and freeze it.",
    "terminal",
    buttons=_RUN_A_PROGRAM,
)


class CopyConsoleController(QObject):
    """Runs what is typed. Consoles are used on their lane only; the widget on the Qt thread only."""

    freeze_changed = Signal(str)  # name of the freeze the console is on, "" = none
    _output = Signal(object, str, str)  # console, stream, text

    def __init__(self, panel: CopyConsole, graph: GraphController) -> None:
        super().__init__()
        self._panel = panel
        self._lane = Lane("console", latest_wins=False, parent=self)
        self.lane = self._lane
        self._consoles: dict[int, Console] = {}  # by id of the snapshot, which `_snapshots` keeps
        self._snapshots: dict[int, Snapshot] = {}
        self._snapshot: Snapshot | None = None
        self._object: int | None = None
        self._running: Console | None = None
        panel.submitted.connect(self.run)
        panel.completion_wanted.connect(self.complete)
        panel.stop_requested.connect(self.stop)
        graph.object_chosen.connect(self.choose)
        self._output.connect(self._show_output)

    def show(self, snapshot: Snapshot) -> None:
        """Be about a freeze."""
        if snapshot is self._snapshot and snapshot.has_image:
            return
        if snapshot is not self._snapshot:
            self._object = None
        self._snapshot = snapshot
        self.freeze_changed.emit(snapshot.name)
        if snapshot.image is None:
            self._panel.show_unavailable(NO_COPY)
        elif not snapshot.has_image:
            self._panel.show_unavailable(gone(snapshot.name))
        else:
            self._panel.show_freeze(snapshot.name)

    def clear(self) -> None:
        """Forget everything, so that the heaps can go; clones end in the background."""
        self.stop()
        self._lane.cancel_all()
        for console in self._consoles.values():
            self._lane.ask("Close a console", _closing(console), lambda _none: None)
        self._forget()

    def close(self) -> None:
        """End the clones and the lane. Blocks until they are gone."""
        self._lane.cancel_all()
        for console in self._consoles.values():
            console.close()
        self._forget()
        self._lane.close()

    def _forget(self) -> None:
        self._consoles.clear()
        self._snapshots.clear()
        self._snapshot = self._object = self._running = None
        self._panel.reset()
        self.freeze_changed.emit("")

    def run(self, source: str) -> None:
        """Run what was typed in the clone of the freeze that is shown."""
        snapshot = self._snapshot
        if snapshot is None:
            return
        try:
            console = self._console_of(snapshot)
        except UserFacingError as error:
            self._panel.show_unavailable(state_of_error(error))
            return
        self._running, bound = console, self._object

        def work(_job: Job) -> ConsoleAnswer:
            return console.run(
                source,
                bound,
                is_typed=True,
                on_output=lambda stream, text: self._output.emit(console, stream, text),
            )

        def done(answer: ConsoleAnswer) -> None:
            self._running = None
            self._panel.show_end(answer.state, answer.note)

        def failed(error: UserFacingError) -> None:
            self._running = None
            self._panel.show_unavailable(state_of_error(error, _FREEZE_AGAIN))

        self._lane.ask("Run a line on the copy", work, done, failed=failed)

    def complete(self, source: str) -> None:
        """Ask what can stand at the end of this text."""
        snapshot = self._snapshot
        if snapshot is None or self._running is not None or not snapshot.has_image:
            return
        console, bound = self._console_of(snapshot), self._object

        def done(found: Completion) -> None:
            self._panel.input.show_completion(source, found.start, found.words)

        self._lane.ask(
            "Complete a line",
            lambda _job: console.complete(source, bound),
            done,
            failed=lambda error: self._panel.show_unavailable(state_of_error(error, _FREEZE_AGAIN)),
        )

    def stop(self) -> None:
        """Stop the statement that runs."""
        if self._running is not None:
            self._running.interrupt()

    def _console_of(self, snapshot: Snapshot) -> Console:
        key = id(snapshot)
        if key not in self._consoles:
            self._consoles[key] = snapshot.console()
            self._snapshots[key] = snapshot
        return self._consoles[key]

    def choose(self, facts: ObjectFacts | None) -> None:
        """`obj` is the selected object, and the console on its freeze, from the next line on."""
        if facts is not None:
            self.show(facts.snapshot)
            if facts.details is not None:
                self._object = facts.details.object_id

    def _show_output(self, console: Console, stream: str, text: str) -> None:
        if console is self._running:
            self._panel.show_output(stream, text)


def _closing(console: Console) -> Callable[[Job], None]:
    return lambda _job: console.close()


def join(panels: PanelSet, window: MainWindow, graph: GraphController) -> CopyConsoleController:
    """The console of a window: about the freeze that the tables, or the graph, show."""
    made = CopyConsoleController(panels.copy_console, graph)
    dock = window.docks["right"]

    def show(analysis: Analysis) -> None:
        made.show(analysis.snapshot)

    panels.analysis_shown.connect(show)
    panels.copy_console.pressed.connect(panels.pressed)
    made.freeze_changed.connect(
        lambda name: dock.set_title("copy_console", f"Console on {name}" if name else COPY_CONSOLE)
    )
    return made


def gone(name: str) -> MessageState:
    """What to say of a freeze whose copy does not answer any more."""
    return MessageState(
        gone_title(name),
        GONE_TEXT,
        "alert",
        "leak",
        _FREEZE_AGAIN,
    )
