"""Files of one window: captures opened and saved, the graph and the chart exported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from refscope.gui.commands import Commands
from refscope.gui.exports import Exportable, Exports, chart_file, graph_file, stem_of
from refscope.gui.jobs import Job
from refscope.text import short_path

if TYPE_CHECKING:
    from refscope.gui.window_controller import WindowController

CAPTURE_FILES = ("RefScope captures (*.refscope)",)


class Files(QObject):
    """See the module. `opened(Run)`: a capture was read; `failed(UserFacingError)`: it could not be."""

    opened = Signal(object)
    failed = Signal(object)

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self.exports = Exports(controller.window, controller.jobs, controller.settings)

    def offer(self, commands: Commands) -> None:
        """Say which actions are carried out here."""
        commands.offer({
            "open": self._controller.window.start_page.browse_capture, "save": self.save,
            "export_graph": self.export_graph, "export_chart": self.export_chart,
            "save_elsewhere": self.exports.save_elsewhere,
        })  # fmt: skip

    def open(self, path: str) -> None:
        """Read a capture."""
        services, jobs = self._controller.services, self._controller.jobs
        jobs.heap_work.ask(
            f"Open {short_path(path)}",
            lambda _job: services.open_capture(path),
            self.opened.emit,
            failed=self.failed.emit,
        )

    def save(self, then: Callable[[], object] | None = None) -> bool:
        """Ask where to, and save the session into a capture; False if the person withdrew.

        then: called on the Qt thread when the capture is there.
        """
        item = self._capture()
        if item is None:
            return False
        saved = item.saved

        def done() -> None:
            if saved is not None:
                saved()
            if then is not None:
                then()

        return self.exports.save(replace(item, saved=done))

    def save_to(self, path: str) -> None:
        """Save the session into a file; a notice says how it went."""
        item = self._capture()
        if item is not None:
            self.exports.write(item, path)

    def export_graph(self, first: str = "") -> None:
        """Save the graph that is shown, in a format chosen by the file's suffix; `first` is offered."""
        scene = self._controller.heap.graph.scene
        if scene is not None:
            dark = self._controller.window.theme.is_dark
            self.exports.save(graph_file(scene, "graph", dark=dark, first=first))

    def export_chart(self) -> None:
        """Save the chart with the curves that are shown."""
        chart, session = self._controller.panels.timeline, self._controller.session
        title = session.session.title if session is not None else ""
        dark = self._controller.window.theme.is_dark
        self.exports.save(chart_file(chart.series, chart.marks, chart.shown_columns, title, dark=dark))

    def _capture(self) -> Exportable | None:
        controller = self._controller.session
        if controller is None:
            return None
        session = controller.session

        def write(path: str, _job: Job) -> None:
            from refscope.api import save_session

            save_session(session, path)

        name = f"{stem_of(session.title)}.refscope"
        return Exportable("Capture", name, CAPTURE_FILES, write, is_long=True, saved=controller.note_saved)
