"""The table of classes: counts, growth, a curve over the freezes, bytes, shares; search by name.

Growth is told in red only for classes on the path of a leak. A class can be hidden; the foot says how
many are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from refscope.gui.cell_painters import CurvePainter, GrowthPainter, NamePainter, SharePainter, TextPainter
from refscope.gui.column_model import ColumnModel, ColumnSpec, TableText
from refscope.gui.column_table import ColumnTable, row_menu
from refscope.gui.filter_bar import FilterBar
from refscope.gui.growth_choice import GrowthChoice
from refscope.gui.name_search import NameSearch, name_search, near_names, repr_text
from refscope.gui.parts import Button, IconField, label
from refscope.gui.state_values import MessageState, StateButton
from refscope.gui.states import StatePanel
from refscope.gui.theme import Theme
from refscope.gui.type_icons import type_icon
from refscope.text import format_bytes, format_count, format_signed, short_name

if TYPE_CHECKING:
    from refscope.api.rows import TypeRow

NAME, COUNT, GROWTH, CURVE, SHALLOW, RETAINED, SHARE = range(7)
WIDTHS = {COUNT: 72, GROWTH: 72, CURVE: 88, SHALLOW: 84, RETAINED: 90, SHARE: 92}
DROPPED = (SHALLOW, SHARE, CURVE, COUNT)
"""What matters least first: retained bytes and growth stay."""
ORDER_WORDS = {
    "type": "name", "count": "count", "growth": "growth", "shallow": "shallow bytes",
    "retained": "retained bytes", "share": "share",
}  # fmt: skip
RETAINED_TIP = (
    "What would be freed if all objects of the type went away. Types that share memory each count it,"
    " so the column does not add up."
)


class TypesPanel(QWidget):
    """`type_chosen(name)` as the selection moves, `type_activated(name)` to see who holds one;
    `count_requested(name)`: count its objects at every freeze; `repr_requested(text)`; `hidden(names)`:
    a person hid a class or showed all; `csv_requested(TableText)`, `copy_requested(TableText)`: into a
    file, onto the clipboard."""

    type_chosen = Signal(str)
    type_activated = Signal(str)
    count_requested = Signal(str)
    repr_requested = Signal(str)
    hidden = Signal(list)
    csv_requested = Signal(object)
    copy_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[TypeRow, ...] = ()
        self._since = ""
        self._leaking: Collection[str] = ()
        self._hidden: set[str] = set()
        self._search = NameSearch("", lambda _name: True)
        self.field = IconField("Filter types by name", "search")
        self.field.setPlaceholderText("Name or /regex/")
        self.field.setToolTip("Words of a name, a /regular expression/, or repr: and a text")
        self.field.setClearButtonEnabled(True)
        self.grown_only = QCheckBox("Grown only")
        self.builtins_last = QCheckBox("Built-ins last")
        self.builtins_last.setChecked(True)
        self.growth = GrowthChoice()
        self.csv = Button("CSV", "export", kind="quiet")
        self.csv.setToolTip("Save this table as a CSV file")
        self.csv.setAccessibleName("Save the types as CSV")
        self.model = ColumnModel()
        self.table = ColumnTable(self.model, "Types")
        self.states = StatePanel(self.table)
        self._foot = label("", "small", "text2")
        self._sorted = label("", "small", "text2")
        self._sorted.setMinimumWidth(1)  # it is hidden where it has no room
        self.show_hidden = Button("", kind="link")
        self.show_hidden.setAccessibleName("Show hidden types")
        self.show_hidden.hide()
        self._lay_out()
        self._connect()
        self._tell()

    def show_rows(
        self,
        rows: Sequence[TypeRow],
        since: str = "",
        *,
        name: str = "",
        history: Mapping[str, tuple[int, ...]] | None = None,
        leaking: Collection[str] = (),
    ) -> None:
        """Show these classes. since: name of the freeze that growth is counted from, "" = none; name: of
        the one that is shown. history: objects per freeze, oldest first. leaking: classes on the path of
        a leak."""
        chosen = self._chosen_name()
        self._rows, self._since, self._leaking = tuple(rows), since, frozenset(leaking)
        self.table.forget_row()
        self.model.show_columns(
            _columns(self._rows, since, name, history or {}), self._groups(), self._mask()
        )
        self.table.set_widths(WIDTHS, NAME, DROPPED)
        self.table.arrange_first(GROWTH if since else RETAINED)
        if chosen:
            self._select(chosen)
        self._tell()

    def tell_again(self) -> None:
        """The class that is selected, for those who show its objects: other objects are there now."""
        chosen = self._chosen_name()
        if chosen:
            self.type_chosen.emit(chosen)

    def choose(self, type_name: str) -> None:
        """Select a class, clearing a filter that hides it."""
        row = self._row_of(type_name)
        if row is None:
            return
        if self.model.position_of(row) is None:
            self.field.clear()
            self.grown_only.setChecked(False)
            self.set_hidden(self._hidden - {type_name})
        self.table.select_row(row)

    def set_hidden(self, names: Collection[str]) -> None:
        """Leave these classes out."""
        self._hidden = set(names)
        self._filter()

    def text(self) -> TableText:
        """What is shown, to be written down."""
        return self.model.text()

    def selected_text(self) -> TableText:
        """The selected classes, to be copied."""
        return self.table.selected_text()

    # inside

    def _lay_out(self) -> None:
        painters = {
            NAME: NamePainter(type_icon), COUNT: TextPainter(), GROWTH: GrowthPainter(self._tone),
            CURVE: CurvePainter(self._tone), SHALLOW: TextPainter(), RETAINED: TextPainter("strong"),
            SHARE: SharePainter(self._tone),
        }  # fmt: skip
        for column, painter in painters.items():
            self.table.set_painter(column, painter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(
            FilterBar(self.field, [self.growth, self.grown_only, self.builtins_last], [self.csv])
        )
        layout.addWidget(self.states, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 4)
        foot.addWidget(self._foot)
        foot.addWidget(self.show_hidden)
        foot.addStretch(1)
        foot.addWidget(self._sorted)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._enter)
        self.grown_only.toggled.connect(self._filter)
        self.builtins_last.toggled.connect(self._regroup)
        self.csv.clicked.connect(lambda: self.csv_requested.emit(self.text()))
        self.table.row_chosen.connect(lambda row: self.type_chosen.emit(self._rows[row].type_name))
        self.table.row_activated.connect(lambda row: self.type_activated.emit(self._rows[row].type_name))
        self.table.menu_wanted.connect(self._show_menu)
        self.model.layoutChanged.connect(self._tell_order)
        self.states.pressed.connect(self._press)
        self.show_hidden.clicked.connect(self._show_all)

    def _tone(self, row: int) -> str | None:
        return "leak" if self._rows[row].type_name in self._leaking else None

    def _chosen_name(self) -> str:
        row = self.table.chosen_row
        return self._rows[row].type_name if row is not None and row < len(self._rows) else ""

    def _row_of(self, type_name: str) -> int | None:
        return next((n for n, row in enumerate(self._rows) if row.type_name == type_name), None)

    def _select(self, type_name: str) -> None:
        row = self._row_of(type_name)
        if row is not None:
            self.table.select_row(row, silently=True)

    def _groups(self) -> npt.NDArray[np.integer] | None:
        if not self.builtins_last.isChecked():
            return None
        return np.array([int(row.is_builtin) for row in self._rows], np.int8)

    def _regroup(self) -> None:
        self.model.set_groups(self._groups())

    def _mask(self) -> npt.NDArray[np.bool_]:
        matches, only_grown = self._search.matches, self.grown_only.isChecked()
        return np.array(
            [
                matches(row.type_name)
                and row.type_name not in self._hidden
                and (row.growth > 0 or not only_grown)
                for row in self._rows
            ],
            bool,
        )

    def _filter(self) -> None:
        text = self.field.text()
        asks_reprs = repr_text(text) is not None  # with Enter: they are made in the copy
        self._search = name_search("" if asks_reprs else text)
        if self._rows:
            self.model.keep(self._mask())
        self._tell()

    def _enter(self) -> None:
        wanted = repr_text(self.field.text())
        if wanted:
            self.repr_requested.emit(wanted)
        elif self.model.rowCount():
            self.table.setFocus()
            if self.table.chosen_row is None or self.model.position_of(self.table.chosen_row) is None:
                self.table.selectRow(0)

    def _tell(self) -> None:
        rows, shown = self._rows, self.model.rowCount()
        self.csv.setEnabled(bool(rows))
        if not rows:
            self._foot.setText("")
            self.show_hidden.hide()
            self._sorted.setText("")
            return
        grew, shrank = sum(row.growth > 0 for row in rows), sum(row.growth < 0 for row in rows)
        words = f"{format_count(len(rows))} types"
        if shown < len(rows):
            words = f"{format_count(shown)} of {words}"
        if grew or shrank:
            words += f", {format_count(grew)} grew" + (f", {format_count(shrank)} shrank" if shrank else "")
        self._foot.setText(words)
        self.show_hidden.setText(f"Show {format_count(len(self._hidden))} hidden")
        self.show_hidden.setVisible(bool(self._hidden))
        self._tell_order()
        if shown:
            self.states.show_content()
        else:
            self.states.show_message(self._nothing())

    def _tell_order(self) -> None:
        column, _order = self.model.sorted_by
        is_wide = self.width() > self.fontMetrics().horizontalAdvance(self._foot.text()) + 260
        words = ""
        if self._rows and 0 <= column < len(self.model.columns):
            words = f"Sorted by {ORDER_WORDS[self.model.columns[column].key]}"
        self._sorted.setText(words + (", built-ins last" if words and self.builtins_last.isChecked() else ""))
        self._sorted.setVisible(is_wide)

    def _nothing(self) -> MessageState:
        """What is said where no class is left."""
        text, clear = self._search.text, StateButton("clear_filter", "Clear the filter")
        if self._search.problem:
            return MessageState(
                "This is no regular expression", self._search.problem, "search", "text3", (clear,)
            )
        if not text:
            return MessageState("No type grew", "", "search", "text3", (clear,))
        near = near_names(text, (row.type_name for row in sorted(self._rows, key=lambda row: row.is_builtin)))
        words = f"Near: {', '.join(short_name(name) for name in near)}." if near else ""
        show = (
            [StateButton(f"show_type:{near[0]}", f"Show {short_name(near[0])}", is_primary=True)]
            if near
            else []
        )
        return MessageState(f"No type matches ‘{text}’", words, "search", "text3", (*show, clear))

    def _press(self, key: str) -> None:
        if key == "clear_filter":
            self.field.clear()
            self.grown_only.setChecked(False)
            self.field.setFocus()
        elif key.startswith("show_type:"):
            self.choose(key.removeprefix("show_type:"))
            self.table.setFocus()

    def _show_menu(self, row: int, at: QPoint) -> None:
        self.menu_of(row).popup(at)

    def menu_of(self, row: int) -> QMenu:
        """The context menu of a row."""
        name = self._rows[row].type_name
        short = short_name(name)
        copy = QGuiApplication.clipboard().setText
        return row_menu(self.table, [
            ("Show in graph", lambda: self.type_activated.emit(name)),
            (f"Count instances of {short} over time", lambda: self.count_requested.emit(name)),
            None,
            ("Copy name", lambda: copy(name)),
            ("Copy row", lambda: copy(self.selected_text().tsv())),
            ("Copy all as CSV", lambda: self.copy_requested.emit(self.text())),
            ("Save as CSV…", lambda: self.csv_requested.emit(self.text())),
            None,
            (f"Hide {short}", lambda: self._hide(name)),
            *([("Show hidden types", self._show_all)] if self._hidden else []),
        ])  # fmt: skip

    def _hide(self, name: str) -> None:
        self.set_hidden({*self._hidden, name})
        self.hidden.emit(sorted(self._hidden))

    def _show_all(self) -> None:
        self.set_hidden(())
        self.hidden.emit([])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The foot may have room for more words."""
        super().resizeEvent(event)
        self._tell_order()

    def apply_theme(self, _theme: Theme) -> None:
        """What the foot has room for may be another."""
        self._tell_order()


def _columns(
    rows: Sequence[TypeRow], since: str, name: str, history: Mapping[str, tuple[int, ...]]
) -> tuple[ColumnSpec, ...]:
    total = max(sum(row.shallow_bytes for row in rows), 1)
    has_retained = any(row.retained_bytes is not None for row in rows)
    sizes = np.array(
        [(row.retained_bytes if has_retained else row.shallow_bytes) or 0 for row in rows], float
    )
    top = max(float(sizes.max(initial=0.0)), total)
    growth = f"{since} to {name}" if since and name else f"Since {since}" if since else "Growth"
    tip = "Objects more than in the earlier freeze" if since else "Freeze again to see growth"
    return (
        ColumnSpec("type", "Type", [row.type_name for row in rows], is_number=False),
        ColumnSpec("count", "Count", _numbers([row.count for row in rows]), format_count, tip="Objects"),
        ColumnSpec("growth", growth, _numbers([row.growth for row in rows]), format_signed, tip=tip),
        ColumnSpec(
            "curve", "Freezes", [history.get(row.type_name, ()) for row in rows], _in_words,
            is_number=False, tip="Objects at each freeze, oldest first", sorts=False, bare=_in_words,
        ),
        ColumnSpec(
            "shallow", "Shallow", _numbers([row.shallow_bytes for row in rows]), format_bytes,
            tip="The objects alone",
        ),
        ColumnSpec(
            "retained", "Retained", _numbers([row.retained_bytes or 0 for row in rows]), format_bytes,
            tip=RETAINED_TIP,
        ),
        ColumnSpec("share", "Share", sizes / top, format_percent, is_number=False, tip="Of the whole heap"),
    )  # fmt: skip


def _numbers(values: Sequence[int]) -> npt.NDArray[np.int64]:
    return np.array(values, np.int64)


def _in_words(counts: Sequence[int]) -> str:
    return ", ".join(format_count(count) for count in counts)


def format_percent(share: float) -> str:
    """`31 %`."""
    return f"{100 * share:.0f} %"
