"""What the tables of a window do besides asking the heap: files, clipboard, memory, verdicts.

Widths, sorting and hidden columns are remembered for the person; hidden classes and what was called no
leak, for the target.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from refscope.gui.column_model import TableText
from refscope.gui.column_table import ColumnTable
from refscope.gui.exports import table_file
from refscope.gui.jobs import Job
from refscope.gui.state_values import Notice, StateButton
from refscope.gui.watch_values import key_of
from refscope.text import format_count

if TYPE_CHECKING:
    from refscope.gui.analysing import Analysis
    from refscope.gui.heap_controller import HeapController
    from refscope.gui.window_controller import WindowController

MOST_COPIED = 200_000
"""Rows that fit a clipboard, and a spreadsheet."""


class TablesController(QObject):
    """See the module."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__()
        self._controller = controller
        panels = controller.panels
        types, objects, cards = panels.types, panels.objects, panels.suspect_cards
        self._remember(types.table, "types")
        self._remember(objects.table, "objects")
        types.csv_requested.connect(lambda text: self.save(text, "types"))
        objects.csv_requested.connect(lambda text: self.save(text, "objects"))
        types.copy_requested.connect(self._copy)
        objects.copy_requested.connect(self._copy)
        types.count_requested.connect(lambda name: controller.act(f"count_instances:{name}"))
        types.repr_requested.connect(self._search_repr)
        types.hidden.connect(lambda names: self._store("hidden_types", names))
        cards.type_wanted.connect(self._show_type)
        cards.set_aside.connect(lambda holder: self._judge(holder, is_leak=False))
        cards.brought_back.connect(lambda holder: self._judge(holder, is_leak=True))
        objects.suspect_wanted.connect(self._show_suspect)
        panels.analysis_shown.connect(self._name_freezes)
        for button in panels.growth:
            button.chosen.connect(self._show_growth)
        controller.commands.offer({"copy_csv": self.copy_csv})
        controller.commands.offer_prefix("bring_back", lambda holder: self._judge(holder, is_leak=True))

    def connect_heap(self, heap: HeapController) -> None:
        """Ask the heap what the tables ask besides their rows."""
        objects = self._controller.panels.objects
        objects.repr_wanted.connect(heap.search)
        objects.repr_cancelled.connect(heap.cancel_search)
        heap.search_changed.connect(objects.show_search)

    @property
    def not_leaks(self) -> list[str]:
        """Holders that the person called no leak in this target."""
        return self._stored("not_leaks")

    def begin(self) -> None:
        """Another target is shown in this window: its own memory holds."""
        self._controller.panels.types.set_hidden(self._stored("hidden_types"))

    def copy_csv(self) -> None:
        """All rows of the table that has the keyboard, or of the types, as CSV onto the clipboard."""
        panels = self._controller.panels
        has_objects = panels.objects.isAncestorOf(QGuiApplication.focusObject())  # type: ignore[arg-type]
        self._copy((panels.objects if has_objects else panels.types).text())

    def save(self, text: TableText, name: str) -> None:
        """Ask where to, and write a table as CSV: in a lane, since a million rows take seconds."""
        item = table_file(name.capitalize(), name, ())
        exports = self._controller.files.exports
        exports.save(
            replace(item, write=lambda path, job: table_file(item.what, name, text.rows()).write(path, job))
        )

    # inside

    def _remember(self, table: ColumnTable, name: str) -> None:
        settings = self._controller.settings
        table.arranged.connect(lambda text: settings.remember_text(f"columns_{name}", text))
        table.remembered = settings.text_of(f"columns_{name}")

    def _copy(self, text: TableText) -> None:
        count = min(len(text.order), MOST_COPIED)
        part = TableText(text.columns, text.order[:count])

        def work(_job: Job) -> str:
            made = io.StringIO()
            csv.writer(made, lineterminator="\n").writerows(part.rows())
            return made.getvalue()

        def done(made: str) -> None:
            QGuiApplication.clipboard().setText(made)
            self._controller.window.tell(Notice("Copied as CSV", f"{format_count(count)} rows"))

        self._controller.jobs.questions.ask("Copy a table as CSV", work, done, topic="copy table")

    def _search_repr(self, text: str) -> None:
        self._controller.window.focus_panel("objects")
        self._controller.panels.objects.search_repr(text)

    def _name_freezes(self, analysis: Analysis) -> None:
        """Say beside the tabs which freezes are compared, and which others could be."""
        shown = self._controller.shown
        names = [each.name for each in shown.snapshots] if shown is not None else []
        since = analysis.since.name if analysis.since is not None else ""
        for button in self._controller.panels.growth:
            button.show_pair(names, since, analysis.snapshot.name)

    def _show_growth(self, first: str, last: str) -> None:
        """Show what grew between two freezes in all panels."""
        marks = self._controller.chart.marks
        subject = marks.subject
        if subject is not None:
            found = {each.name: each for each in subject.marks if subject.snapshot_of(each) is not None}
            if first in found and last in found:
                marks.show_growth(found[first], found[last])

    def _show_type(self, name: str) -> None:
        self._controller.window.focus_panel("types")
        self._controller.panels.types.choose(name)

    def _show_suspect(self, rank: int) -> None:
        self._controller.window.focus_panel("suspects")
        self._controller.panels.suspect_cards.choose(rank)

    def _judge(self, holder: str, *, is_leak: bool) -> None:
        from refscope.gui.analysing import judged

        known = [each for each in self.not_leaks if each != holder]
        self._store("not_leaks", known if is_leak else [*known, holder])
        panels, window = self._controller.panels, self._controller.window
        if panels.shown_analysis is not None:
            panels.show_analysis(judged(panels.shown_analysis, self.not_leaks))
        if not is_leak:
            back = StateButton(f"bring_back:{holder}", "Bring back")
            window.tell(Notice("Set aside as no leak", holder, "info", back, is_mono=True))

    @property
    def _target(self) -> str:
        """What makes two runs the same target."""
        controller = self._controller
        if controller.run is not None:
            return str(controller.run.path)
        form, session = controller.start.last_form, controller.session
        if form is not None:
            return key_of(form.argv, form.working_folder)
        request = session.session.target.request if session is not None else None
        return key_of(request.argv, request.cwd or "") if request is not None else ""

    def _store(self, what: str, names: list[str]) -> None:
        settings = self._controller.settings
        every = self._all_stored(what)
        every.pop(self._target, None)
        if names:
            every[self._target] = list(names)
        settings.remember_text(what, json.dumps(dict(list(every.items())[-50:])))

    def _stored(self, what: str) -> list[str]:
        return self._all_stored(what).get(self._target, [])

    def _all_stored(self, what: str) -> dict[str, list[str]]:
        try:
            found = json.loads(self._controller.settings.text_of(what) or "{}")
            return {str(target): [str(name) for name in names] for target, names in found.items()}
        except (ValueError, TypeError, AttributeError):
            return {}
