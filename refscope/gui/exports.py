"""Files that a window writes: asked for a path, written away from the Qt thread, told how it went.

What is written is an `Exportable`; the formats are those of `present.export`. A file that could not be
written is told with a button that asks for another place.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from refscope.errors import ExportError, UserFacingError
from refscope.gui.jobs import Job, Jobs, Progress
from refscope.gui.preferences import EXPORT_FOLDER
from refscope.gui.rendering import render
from refscope.gui.settings import Settings
from refscope.gui.state_values import Notice, StateButton
from refscope.present.export import export, write_whole
from refscope.present.export.chart import chart_svg
from refscope.present.export.svg_parts import with_single_fonts
from refscope.present.scene import Scene
from refscope.samples import Mark, SampleSeries
from refscope.text import short_path

GRAPH_FILES = (
    "SVG picture (*.svg)", "PNG picture (*.png)", "PDF (*.pdf)", "Graphviz (*.dot)", "GraphML (*.graphml)",
    "GEXF (*.gexf)", "JSON (*.json)", "Mermaid (*.mmd)", "Table (*.csv)",
)  # fmt: skip
CHART_FILES = (
    "SVG picture (*.svg)", "PNG picture (*.png)", "PDF (*.pdf)", "Table (*.csv)", "mprof (*.dat)"
)  # fmt: skip
TABLE_FILES = ("Table (*.csv)",)
TEXT_FILES = ("Text (*.txt)",)
_LAST_FOLDER = "export_folder"
ELSEWHERE = StateButton("save_elsewhere", "Save elsewhere…")


def stem_of(title: str) -> str:
    """What files of a run are called first: `train` of `train.py (pid 4711)` and of a capture's path."""
    words = title.partition(" (pid ")[0].split()
    return Path(words[-1]).stem if words else "refscope"


@dataclass(frozen=True, slots=True)
class Exportable:
    """What can be saved. `write(path, job)` runs in a lane, may tell how far it is, and raises
    `UserFacingError`.

    what: "Graph"; "Graph saved" is told. files: filters of the dialog, the default first. is_long: it
    waits for other work on the heap. saved: called on the Qt thread when the file is there. opens: "Open
    report" beside what is told, "" = its folder is opened.
    """

    what: str
    file_name: str
    files: Sequence[str]
    write: Callable[[str, Job], object]
    is_long: bool = False
    saved: Callable[[], None] | None = None
    opens: str = ""


class Exports(QObject):
    """Asks, writes, tells. `noticed(Notice)`; `progress_ended(title)`: a notice of progress can go."""

    noticed = Signal(object)
    progress_ended = Signal(str)

    def __init__(self, window: QWidget, jobs: Jobs, settings: Settings) -> None:
        super().__init__()
        self._window, self._jobs, self._settings = window, jobs, settings
        self._refused: Exportable | None = None
        self._job: Job | None = None

    def save(self, item: Exportable) -> bool:
        """Ask where to; False if the person withdrew."""
        folder = self._settings.value(EXPORT_FOLDER) or self._settings.text_of(_LAST_FOLDER)
        path, chosen = QFileDialog.getSaveFileName(
            self._window,
            f"Save {item.what.lower()}",
            str(Path(str(folder)).expanduser() / item.file_name),
            ";;".join(item.files),
        )
        if path:
            self._settings.remember_text(_LAST_FOLDER, str(Path(path).resolve().parent))
            self.write(item, with_suffix(path, chosen or item.files[0]))
        return bool(path)

    def write(self, item: Exportable, path: str) -> None:
        """Write it; a notice says how it went."""
        lane = self._jobs.heap_work if item.is_long else self._jobs.questions

        def done(_none: object) -> None:
            if item.saved is not None:
                item.saved()
            whole = Path(path).resolve()
            button = StateButton(f"folder:{whole.parent}", "Open folder")
            if item.opens:
                button = StateButton(f"folder:{whole}", item.opens)
            self.noticed.emit(Notice(f"{item.what} saved", short_path(path), "ok", button, is_mono=True))

        def failed(error: UserFacingError) -> None:
            self._refused = item
            self.noticed.emit(Notice(error.title, error.text, "error", ELSEWHERE))

        def progressed(step: Progress) -> None:
            words = f"{step.text}, {step.done} %" if step.total else step.text
            button = StateButton("cancel_save", "Cancel")
            self.noticed.emit(Notice(f"Writing the {item.what.lower()}", words, "info", button, stays=True))

        def finished() -> None:
            if self._job is job:
                self._job = None  # it holds what was saved
            self.progress_ended.emit(f"Writing the {item.what.lower()}")

        self._job = job = lane.ask(
            f"Save {short_path(path)}",
            lambda job: item.write(path, job),
            done,
            failed=failed,
            progressed=progressed,
            finished=finished,
            topic=f"save {path}",
        )

    def cancel(self) -> None:
        """Stop what is being written; nothing is left of it."""
        if self._job is not None:
            self._job.cancel()

    def save_elsewhere(self) -> None:
        """Ask for another place for what could not be written."""
        if self._refused is not None:
            self.save(self._refused)

    def clear(self) -> None:
        """Forget what could not be written, so that its heap can go."""
        self._refused = None


def with_suffix(path: str, chosen: str) -> str:
    """A path with the suffix of the filter that was chosen, where it has none."""
    found = re.search(r"\*(\.\w+)", chosen)
    return path if Path(path).suffix or found is None else path + found[1]


def graph_file(scene: Scene, name: str, *, dark: bool, first: str = "") -> Exportable:
    """The graph that is shown, in any format of `present.export`; first: the one offered, "" = SVG."""
    suffix = {"mermaid": "mmd"}.get(first, first) or "svg"
    files = sorted(GRAPH_FILES, key=lambda each: f"*.{suffix})" not in each)
    return Exportable(
        "Graph", f"{name}.{suffix}", files, lambda path, _job: export(scene, path, dark=dark, renderer=render)
    )


def chart_file(
    series: SampleSeries, marks: Sequence[Mark], columns: Sequence[str], title: str, *, dark: bool
) -> Exportable:
    """The chart with the curves that are shown: a picture; or every sample as a table, or for mprof."""

    def write(path: str, _job: Job) -> None:
        suffix = Path(path).suffix.lower()
        sentence = "The chart could not be saved"
        if suffix in (".csv", ".dat"):
            from refscope.api import export_chart

            export_chart(series, marks, path, title=title)
        elif suffix in (".svg", ".png", ".pdf"):
            svg = chart_svg(series, marks, columns=columns, title=title, dark=dark)
            content = svg.encode() if suffix == ".svg" else render(with_single_fonts(svg), suffix[1:])
            write_whole(path, content, sentence)
        else:
            formats = ".svg, .png, .pdf, .csv or .dat"
            raise ExportError(sentence, f"'{suffix}' is no format for a chart. Use {formats}.")

    return Exportable("Chart", "chart.svg", CHART_FILES, write)


def table_file(what: str, name: str, rows: Sequence[Sequence[object]]) -> Exportable:
    """Rows of a table, its head first."""

    def write(path: str, _job: Job) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        content = text.getvalue().encode("utf-8", errors="replace")
        write_whole(path, content, f"{what} could not be saved")

    return Exportable(what, f"{name}.csv", TABLE_FILES, write)


def text_file(what: str, name: str, text: str) -> Exportable:
    """Text as a person reads it."""
    content = text.encode("utf-8", errors="backslashreplace")
    return Exportable(
        what,
        f"{name}.txt",
        TEXT_FILES,
        lambda path, _job: write_whole(path, content, f"{what} could not be saved"),
    )
