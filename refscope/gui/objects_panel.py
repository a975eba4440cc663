"""The table of objects of one class: address, text, bytes, references; texts are asked for as they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from refscope.gui.column_model import ColumnModel, ColumnSpec
from refscope.gui.column_table import CellPainter, ColumnTable
from refscope.gui.parts import Button, IconField, label
from refscope.gui.states import StatePanel
from refscope.gui.theme import Theme
from refscope.text import format_bytes, format_count, short_name

WIDTHS = {0: 132, 2: 100, 3: 84, 4: 64}
ASK_AFTER_MS = 40


@dataclass(frozen=True, slots=True)
class ObjectRows:
    """Objects to list: parallel arrays. indexes: rows of the snapshot; references −1 = immortal."""

    type_name: str
    indexes: npt.NDArray[np.int32]
    ids: npt.NDArray[np.uint64]
    shallow_bytes: npt.NDArray[np.int64]
    retained_bytes: npt.NDArray[np.int64]
    references: npt.NDArray[np.int64]
    path_text: str = ""  # "120 of 123 are reached through …"


class ObjectsPanel(QWidget):
    """`object_chosen(index)`, `object_activated(index)`; `texts_wanted(ids)` for rows that show."""

    object_chosen = Signal(int)
    object_activated = Signal(int)
    texts_wanted = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme.light()
        self._rows: ObjectRows | None = None
        self._texts: dict[int, str] = {}
        self.field = IconField("Filter objects", "search")
        self.field.setPlaceholderText("Address or text")
        self.graph = Button("Graph", "tidy", kind="quiet")
        self.model = ColumnModel()
        self.table = ColumnTable(self.model, "Objects")
        self.states = StatePanel(self.table)
        self._path = label("", "small", "path", wraps=True)
        self._foot = label("", "small", "text2")
        self._ask = QTimer(self, singleShot=True, interval=ASK_AFTER_MS)
        self._lay_out()
        self._connect()

    def show_objects(self, rows: ObjectRows) -> None:
        """Show these objects."""
        self._rows = rows
        self._path.setText(rows.path_text)
        self._path.setVisible(bool(rows.path_text))
        self.model.show_columns(
            (
                ColumnSpec("id", "Address", rows.ids, lambda i: f"{int(i):#x}", is_number=False),
                ColumnSpec("text", short_name(rows.type_name), rows.ids, self._text_of, is_number=False),
                ColumnSpec(
                    "retained", "Retained", rows.retained_bytes, format_bytes, tip="What would go with it"
                ),
                ColumnSpec("shallow", "Itself", rows.shallow_bytes, format_bytes),
                ColumnSpec(
                    "refs", "Refs", rows.references, _count_or_dash, tip="Reference count at the freeze"
                ),
            )
        )
        self._set_widths()
        if self.model.sorted_by[0] < 0:
            self.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
        self._filter()
        self.states.show_content()
        self._ask.start()

    def show_texts(self, texts: Mapping[int, str]) -> None:
        """Fill in texts by object id."""
        self._texts.update(texts)
        self.table.viewport().update()

    def show_path(self, text: str) -> None:
        """Say what most of them are held by."""
        self._path.setText(text)
        self._path.setVisible(bool(text))

    def choose(self, index: int) -> None:
        """Select an object by its row in the snapshot."""
        if self._rows is not None:
            found = np.flatnonzero(self._rows.indexes == index)
            if len(found):
                self.table.select_row(int(found[0]))

    def apply_theme(self, theme: Theme) -> None:
        """Widths follow the text size."""
        self._theme = theme
        self._set_widths()

    def _set_widths(self) -> None:
        if self.model.columnCount():
            self.table.set_widths({c: self._theme.px(w) for c, w in WIDTHS.items()}, 1)

    def _lay_out(self) -> None:
        bar = QFrame()
        row = QHBoxLayout(bar)
        row.setContentsMargins(10, 6, 10, 6)
        row.addWidget(self.field, 1)
        row.addWidget(self.graph)
        self._path.setContentsMargins(12, 4, 12, 6)
        self._path.hide()
        self.table.set_painter(0, MonoPainter())
        self.table.set_painter(1, MonoPainter())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self._path)
        layout.addWidget(self.states, 1)
        self._foot.setContentsMargins(12, 4, 12, 4)
        layout.addWidget(self._foot)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._filter)
        self.graph.clicked.connect(self._activate_current)
        self.table.row_chosen.connect(lambda row: self.object_chosen.emit(self._index(row)))
        self.table.row_activated.connect(lambda row: self.object_activated.emit(self._index(row)))
        self.table.verticalScrollBar().valueChanged.connect(lambda _value: self._ask.start())
        self.model.layoutChanged.connect(self._ask.start)
        self.model.modelReset.connect(self._ask.start)
        self._ask.timeout.connect(self._ask_for_texts)

    def _index(self, row: int) -> int:
        return int(self._rows.indexes[row]) if self._rows is not None else -1

    def _activate_current(self) -> None:
        row = self.table.chosen_row
        if row is not None:
            self.object_activated.emit(self._index(row))

    def _text_of(self, object_id: int) -> str:
        return self._texts.get(int(object_id), "…")

    def _ask_for_texts(self) -> None:
        if self._rows is None or not self.model.rowCount():
            return
        first = max(self.table.rowAt(0), 0)
        last = self.table.rowAt(self.table.viewport().height() - 1)
        last = self.model.rowCount() - 1 if last < 0 else last
        ids = [int(self._rows.ids[self.model.row_at(n)]) for n in range(first, min(last + 1, first + 200))]
        wanted = [object_id for object_id in ids if object_id not in self._texts]
        if wanted:
            self.texts_wanted.emit(wanted)

    def _filter(self) -> None:
        if self._rows is None:
            return
        text = self.field.text().strip().lower()
        mask = None
        if text.startswith("0x"):
            mask = np.array([f"{int(i):#x}".startswith(text) for i in self._rows.ids], bool)
        elif text:
            mask = np.array([text in self._texts.get(int(i), "").lower() for i in self._rows.ids], bool)
        self.model.keep(mask)
        shown, total = self.model.rowCount(), len(self._rows.ids)
        self._foot.setText(
            f"{format_count(shown)} of {format_count(total)} {short_name(self._rows.type_name)}"
        )


class MonoPainter(CellPainter):
    """Text in the fixed-width font, cut at the right."""

    def paint(self, painter, option, index) -> None:  # type: ignore[no-untyped-def]
        """Draw it."""
        room = self.ground(painter, option)
        painter.save()
        painter.setFont(self.theme.font("mono"))
        painter.setPen(self.theme.color("text"))
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


def _count_or_dash(count: int) -> str:
    return "–" if count < 0 else format_count(count)
