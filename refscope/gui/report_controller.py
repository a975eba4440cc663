"""The report of what a window shows: where to is asked, it is written in the heap's lane and then opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from refscope.gui.commands import Commands
from refscope.gui.exports import Exportable, stem_of
from refscope.gui.jobs import Job

if TYPE_CHECKING:  # loaded when a report is written: the heap's kernels take most of a second
    from refscope.api import Run, Session
    from refscope.gui.window_controller import WindowController

REPORT_FILES = ("Web page (*.html)",)


class ReportController(QObject):
    """See the module; offers "report" and "cancel_save"."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        exports, notices = controller.files.exports, controller.window.notices
        exports.progress_ended.connect(notices.end)

    def offer(self, commands: Commands) -> None:
        """Say which actions are carried out here."""
        commands.offer({"report": self.export, "cancel_save": self._controller.files.exports.cancel})

    def export(self) -> None:
        """Ask where to, and write the report of the session or capture that is shown."""
        shown = self._controller.shown
        if shown is not None:
            self._controller.files.exports.save(report_file(shown))


def report_file(run: Run | Session) -> Exportable:
    """The report of a run as something that can be saved."""

    def write(path: str, job: Job) -> None:
        from refscope.api import export_report

        export_report(run, path, progress=steps_of(job), cancel=job.cancel_signal)

    title = getattr(run, "path", "") or getattr(run, "title", "")
    name = f"{stem_of(title)}-report.html"
    return Exportable("Report", name, REPORT_FILES, write, is_long=True, opens="Open report")


def steps_of(job: Job) -> Callable[[str, float], None]:
    """Progress of the API (words, share) as progress of a job (per cent)."""
    return lambda words, share: job.progress(round(100 * share), 100, words)
