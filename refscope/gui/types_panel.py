"""The table of classes: counts, growth, bytes, shares; search by name or regular expression."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from refscope.api.rows import TypeRow
from refscope.gui.column_model import ColumnModel, ColumnSpec
from refscope.gui.column_table import ColumnTable, GrowthPainter, NamePainter, SharePainter
from refscope.gui.parts import Button, IconField, label
from refscope.gui.state_values import MessageState, StateButton
from refscope.gui.states import StatePanel
from refscope.gui.theme import Theme
from refscope.text import format_bytes, format_count, format_signed

COLUMNS = ("type", "count", "growth", "shallow", "retained", "share")
RETAINED_TIP = (
    "What would be freed if all objects of the type went away. Types that share memory each count it,"
    " so the column does not add up."
)
WIDTHS = {1: 80, 2: 96, 3: 92, 4: 100, 5: 82}


class TypesPanel(QWidget):
    """`type_chosen(name)` as the selection moves, `type_activated(name)` to see who holds one,
    `csv_requested(rows)`."""

    type_chosen = Signal(str)
    type_activated = Signal(str)
    csv_requested = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme.light()
        self._rows: tuple[TypeRow, ...] = ()
        self.field = IconField("Filter types by name", "search")
        self.field.setPlaceholderText("Name or /regex/")
        self.grown_only = QCheckBox("Grown only")
        self.builtins_last = QCheckBox("Built-ins last")
        self.builtins_last.setChecked(True)
        self.csv = Button("CSV", "export", kind="quiet")
        self.model = ColumnModel()
        self.table = ColumnTable(self.model, "Types")
        self.states = StatePanel(self.table)
        self._foot = label("", "small", "text2")
        self._lay_out()
        self._connect()

    def show_rows(self, rows: Sequence[TypeRow], since: str = "") -> None:
        """Show these classes. since: name of the freeze that growth is counted from, "" = none."""
        self._rows = tuple(rows)
        total = max(sum(row.shallow_bytes for row in rows), 1)
        has_retained = any(row.retained_bytes is not None for row in rows)
        sizes = [(row.retained_bytes if has_retained else row.shallow_bytes) or 0 for row in rows]
        weights = np.array(sizes, float)
        top = max(float(weights.max(initial=0.0)), total)
        self.model.show_columns(
            (
                ColumnSpec("type", "Type", [row.type_name for row in rows], is_number=False),
                ColumnSpec("count", "Count", np.array([row.count for row in rows]), format_count),
                ColumnSpec(
                    "growth",
                    f"Since {since}" if since else "Growth",
                    np.array([row.growth for row in rows]),
                    format_signed,
                    tip="More objects than in the earlier freeze" if since else "Freeze again to see growth",
                ),
                ColumnSpec(
                    "shallow", "Shallow", np.array([row.shallow_bytes for row in rows]), format_bytes,
                    tip="The objects alone",
                ),
                ColumnSpec(
                    "retained", "Retained", np.array([row.retained_bytes or 0 for row in rows]), format_bytes,
                    tip=RETAINED_TIP,
                ),
                ColumnSpec("share", "Share", weights / top, format_percent, tip="Of the whole heap"),
            ),
            self._groups(),
        )  # fmt: skip
        self._filter()
        self._set_widths()
        if self.model.sorted_by[0] < 0:
            self.table.sortByColumn(2 if since else 4, Qt.SortOrder.DescendingOrder)
        self.states.show_content()

    def choose(self, type_name: str) -> None:
        """Select a class, clearing a filter that hides it."""
        found = [n for n, row in enumerate(self._rows) if row.type_name == type_name]
        if found:
            if self.model.position_of(found[0]) is None:
                self.field.clear()
                self.grown_only.setChecked(False)
            self.table.select_row(found[0])

    def apply_theme(self, theme: Theme) -> None:
        """Widths follow the text size."""
        self._theme = theme
        self._set_widths()

    def _set_widths(self) -> None:
        if self.model.columnCount():
            self.table.set_widths({c: self._theme.px(w) for c, w in WIDTHS.items()}, 0)

    def _lay_out(self) -> None:
        bar = QFrame()
        row = QHBoxLayout(bar)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        for widget in (self.grown_only, self.builtins_last, self.csv):
            row.addWidget(widget)
        self.field.setMinimumWidth(110)
        for column, painter in ((0, NamePainter()), (2, GrowthPainter()), (5, SharePainter())):
            self.table.set_painter(column, painter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.states, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 4)
        foot.addWidget(self._foot)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._filter)
        self.grown_only.toggled.connect(self._filter)
        self.builtins_last.toggled.connect(lambda _on: self.show_rows(self._rows, self._since()))
        self.csv.clicked.connect(lambda: self.csv_requested.emit(self.model.as_csv_rows()))
        self.table.row_chosen.connect(lambda row: self.type_chosen.emit(self._rows[row].type_name))
        self.table.row_activated.connect(lambda row: self.type_activated.emit(self._rows[row].type_name))
        self.states.pressed.connect(lambda _key: self.field.clear())

    def _since(self) -> str:
        title = str(self.model.headerData(2, Qt.Orientation.Horizontal) or "")
        return title.removeprefix("Since ") if title.startswith("Since ") else ""

    def _groups(self) -> np.ndarray | None:
        if not self.builtins_last.isChecked():
            return None
        return np.array([int(row.is_builtin) for row in self._rows])

    def _filter(self) -> None:
        text = self.field.text().strip()
        mask = np.array([_matches(text, row.type_name) for row in self._rows], bool)
        if self.grown_only.isChecked():
            mask &= np.array([row.growth > 0 for row in self._rows], bool)
        self.model.keep(mask)
        shown = int(mask.sum())
        grown = sum(row.growth > 0 for row in self._rows)
        self._foot.setText(
            f"{format_count(shown)} of {format_count(len(self._rows))} types"
            + (f", {format_count(grown)} grew" if grown else "")
        )
        if self._rows and not shown:
            self.states.show_message(
                MessageState(
                    f"No type matches ‘{text}’" if text else "No type grew",
                    "",
                    "search",
                    buttons=(StateButton("clear", "Clear the filter"),) if text else (),
                )
            )
        elif self._rows:
            self.states.show_content()


def format_percent(share: float) -> str:
    """`31 %`."""
    return f"{100 * share:.0f} %"


def _matches(text: str, name: str) -> bool:
    """Whether a class matches: `/regex/`, or all words somewhere in its name, case ignored."""
    if len(text) > 2 and text[0] == text[-1] == "/":
        try:
            return re.search(text[1:-1], name) is not None
        except re.error:
            return False
    return all(word in name.lower() for word in text.lower().split())
