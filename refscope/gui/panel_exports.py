"""The export of whatever panel a person is in: its picture, its table or its text.

One key for all panels. Where none has the keyboard it exports the graph, or the chart before there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from refscope.gui.commands import Commands
from refscope.gui.details_text import text_of
from refscope.gui.exports import table_file, text_file
from refscope.gui.state_values import Notice

if TYPE_CHECKING:
    from refscope.gui.window_controller import WindowController


class PanelExports(QObject):
    """See the module."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._exports = controller.files.exports
        self._by_panel: dict[str, Callable[[], bool]] = {
            "timeline": self._chart, "suspects": self._suspects, "types": self._types,
            "objects": self._objects, "graph": self._graph, "table": lambda: self._graph("csv"),
            "inspector": self._inspector, "console": self._console, "copy_console": self._copy_console,
            "log": self._log,
        }  # fmt: skip
        controller.panels.console.save_requested.connect(lambda: self.export("console"))

    def offer(self, commands: Commands) -> None:
        """Say which actions are carried out here."""
        commands.offer({"export_panel": self.export_focused})

    def export_focused(self) -> None:
        """Save what the panel with the keyboard shows."""
        window = self._controller.window
        self.export(window.current_panel or ("graph" if window.facts.has_graph else "timeline"))

    def export(self, panel: str) -> None:
        """Save what a panel shows; a notice says so where that is nothing. Raises KeyError for no panel."""
        if not self._by_panel[panel]():
            self._controller.window.tell(Notice("Nothing to export", "This panel has nothing to save yet."))

    # each saves, or returns False: there is nothing

    def _chart(self) -> bool:
        if len(self._controller.panels.timeline.series):
            self._controller.files.export_chart()
            return True
        return False

    def _graph(self, suffix: str = "") -> bool:
        if self._controller.window.facts.has_graph:
            self._controller.files.export_graph(suffix)
            return True
        return False

    def _suspects(self) -> bool:
        from refscope.present.export.heap_tables import TABLES  # numbers of a whole heap: on first use

        recorded = self._controller.panels.recorded
        suspects = [card.suspect for card in recorded.shown_cards.cards]
        heads = [column.name for column in TABLES["suspects"] if column.name != "example"]
        rows = [[found[head] for head in heads] for found in (each.to_dict() for each in suspects)]
        if rows:
            self._exports.save(table_file("Suspects", "suspects", [heads, *rows]))
        return bool(rows)

    def _types(self) -> bool:
        text = self._controller.panels.types.text()
        if len(text.order):
            self._controller.tables.save(text, "types")
        return bool(len(text.order))

    def _objects(self) -> bool:
        text = self._controller.panels.objects.text()
        if len(text.order):
            self._controller.tables.save(text, "objects")
        return bool(len(text.order))

    def _inspector(self) -> bool:
        details = self._controller.panels.inspector.details
        return self._text("Inspector", "object", "" if details is None else text_of(details))

    def _console(self) -> bool:
        return self._text("Output", "output", self._controller.panels.console.text())

    def _copy_console(self) -> bool:
        return self._text("Console", "console", self._controller.panels.copy_console.output.toPlainText())

    def _log(self) -> bool:
        return self._text("Log", "log", self._controller.panels.log.model.text())

    def _text(self, what: str, name: str, text: str) -> bool:
        if text:
            self._exports.save(text_file(what, name, text if text.endswith("\n") else f"{text}\n"))
        return bool(text)
