"""An earlier run below the one that is shown: a capture or a file of mprof, aligned by start or by a mark."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QFileDialog

from refscope.gui.chart_drawing import Overlay
from refscope.gui.chart_subject import ChartSubject
from refscope.gui.commands import Commands
from refscope.gui.mark_menus import Entry, menu_of
from refscope.gui.state_values import Notice
from refscope.samples import Mark
from refscope.text import elide, format_clock, safe, short_path

if TYPE_CHECKING:
    from refscope.api import Run
    from refscope.gui.window_controller import WindowController

RUN_FILES = "Runs (*.refscope *.dat);;All files (*)"
MOST_MARKS = 20  # in the menu that aligns by one of them
MOST_RECENT = 6


class OverlayController(QObject):
    """See the module."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._timeline = controller.panels.timeline
        self._subject: ChartSubject | None = None
        self._marks: tuple[Mark, ...] = ()  # of the earlier run
        self._timeline.overlay_requested.connect(self._open_menu)

    def offer(self, commands: Commands) -> None:
        """Say which actions are carried out here."""
        commands.offer({"overlay": self.choose, "overlay_remove": self.remove})
        commands.offer_prefix("overlay", self.lay)

    def begin(self, subject: ChartSubject | None) -> None:
        """Another run is shown, or none: nothing lies below it."""
        self._subject = subject
        self.remove()

    def choose(self) -> None:
        """Ask which run."""
        path, _ = QFileDialog.getOpenFileName(
            self._controller.window, "Overlay an earlier run", "", RUN_FILES
        )
        if path:
            self.lay(path)

    def lay(self, path: str) -> None:
        """Lay the run in a file below."""
        services, subject = self._controller.services, self._subject

        def done(run: Run) -> None:
            if subject is not self._subject:
                return
            if not len(run.samples):
                self._controller.window.tell(Notice(f"{Path(path).name} has no samples", "", "warning"))
                return
            self._marks = run.marks
            self._timeline.show_overlay(Overlay(run.samples, Path(path).name))

        self._controller.jobs.questions.ask(
            f"Overlay {short_path(path)}", lambda _job: services.open_capture(path), done,
            failed=self._controller.tell, topic="overlay",
        )  # fmt: skip

    def remove(self) -> None:
        """Nothing below any more."""
        self._marks = ()
        self._timeline.show_overlay(None)

    def align(self, shift_s: float) -> None:
        """Move the earlier run so that it begins so much later."""
        overlay = self._timeline.overlay
        if overlay is not None:
            self._timeline.show_overlay(Overlay(overlay.series, overlay.name, shift_s))

    def entries(self) -> list[Entry]:
        """The menu of the button."""
        overlay = self._timeline.overlay
        settings = self._controller.settings
        recent = [each.capture for each in settings.recent() if each.capture][:MOST_RECENT]
        entries = [Entry("Choose a run…", self.choose)]
        entries += [
            Entry(elide(safe(Path(path).name), 40), partial(self.lay, path), begins_group=not number)
            for number, path in enumerate(recent)
        ]
        if overlay is None:
            return entries
        by_marks = [
            Entry(
                f"{elide(safe(mine.name), 30)}, {format_clock(mine.time_s)}",
                partial(self.align, mine.time_s - theirs.time_s),
            )
            for mine, theirs in self._common_marks()
        ]
        entries.append(
            Entry("Align by start", lambda: self.align(0.0), checked=overlay.shift_s == 0, begins_group=True)
        )
        off = "" if by_marks else "the runs have no mark of the same name"
        entries.append(Entry("Align by mark", None, off, below=by_marks))
        entries.append(Entry("Drag its curve to align it by hand", None, "it is done in the chart"))
        entries.append(Entry(f"Remove {elide(safe(overlay.name), 40)}", self.remove, begins_group=True))
        return entries

    def _common_marks(self) -> list[tuple[Mark, Mark]]:
        theirs: dict[str, Mark] = {}
        for mark in self._marks:
            theirs.setdefault(mark.name, mark)
        found: dict[str, tuple[Mark, Mark]] = {}
        for mark in self._timeline.marks:
            if mark.name in theirs:
                found.setdefault(mark.name, (mark, theirs[mark.name]))
        return list(found.values())[:MOST_MARKS]

    def _open_menu(self) -> None:
        button = self._timeline.tools.button("overlay")
        menu_of(self.entries(), self._timeline).popup(button.mapToGlobal(QPoint(0, button.height())))
