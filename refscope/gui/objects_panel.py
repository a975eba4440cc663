"""The table of objects of one class: address, text, bytes, references, age; texts are asked for as they
show.

Typing filters by address or by the texts that are known. `repr:` and Enter looks into what the objects
say of themselves, which is made in the copy and may take a while: with progress, cancel and what was
found so far.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from refscope.gui.cell_painters import AgePainter, TextPainter
from refscope.gui.column_model import ColumnModel, ColumnSpec, TableText
from refscope.gui.column_table import ColumnTable, row_menu
from refscope.gui.filter_bar import FilterBar
from refscope.gui.name_search import repr_text
from refscope.gui.object_values import ObjectRows, ReprSearch, SharedPath, address_mask, is_among
from refscope.gui.parts import Button, IconField, label
from refscope.gui.path_banner import PathBanner
from refscope.gui.state_values import MessageState, StateButton, WorkState
from refscope.gui.states import StatePanel
from refscope.text import format_bytes, format_count

ADDRESS, TEXT, RETAINED, SHALLOW, REFERENCES, AGE = range(6)
WIDTHS = {ADDRESS: 128, RETAINED: 90, SHALLOW: 80, REFERENCES: 58, AGE: 150}
DROPPED = (SHALLOW, AGE, REFERENCES, ADDRESS)
LEAST_TEXT = 180
ASK_AFTER_MS = 40
MOST_ASKED = 200
"""Rows whose texts are asked for at once: more are never on screen."""
NOT_KNOWN = "…"


class ObjectsPanel(QWidget):
    """`object_chosen(index)`, `object_activated(index)`; `texts_wanted(ids)` for rows that show;
    `repr_wanted(ReprSearch)`; `suspect_wanted(rank)`; `csv_requested(TableText)`,
    `copy_requested(TableText)`."""

    object_chosen = Signal(int)
    object_activated = Signal(int)
    texts_wanted = Signal(list)
    repr_wanted = Signal(object)
    repr_cancelled = Signal()
    suspect_wanted = Signal(int)
    csv_requested = Signal(object)
    copy_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: ObjectRows | None = None
        self._is_showing = False
        self._texts: dict[int, str] = {}
        self._lowered: dict[int, str] = {}
        self.field = IconField("Filter objects", "search")
        self.field.setPlaceholderText("Address, text, or repr:…")
        self.field.setToolTip("An address, words of the text, or repr: and a text, then Enter")
        self.field.setClearButtonEnabled(True)
        self.graph = Button("Graph", "tidy", kind="quiet")
        self.graph.setToolTip("See who holds the selected object (Enter)")
        self.model = ColumnModel()
        self.table = ColumnTable(self.model, "Objects")
        self.states = StatePanel(self.table)
        self.banner = PathBanner()
        self._foot = label("", "small", "text2")
        self._freeze = label("", "small", "text2")
        self._ask = QTimer(self, singleShot=True, interval=ASK_AFTER_MS)
        self._lay_out()
        self._connect()
        self._tell()

    def show_objects(self, rows: ObjectRows) -> None:
        """Show these objects."""
        was = self._rows
        is_other = was is None or was.type_name != rows.type_name or was.title != rows.title
        if is_other and not rows.title:
            self._clear_quietly()
        self._note_texts(dict(rows.texts))
        self.table.forget_row()
        self._rows = rows  # with the model, at once: a focus that moves meanwhile asks for rows
        self.model.show_columns(self._columns(rows), kept=self._mask())
        if is_other:
            self.banner.show_path(None)
        dropped = DROPPED if rows.ages is not None else (SHALLOW, REFERENCES, ADDRESS)
        self.table.set_widths(WIDTHS, TEXT, dropped, LEAST_TEXT)
        self.table.arrange_first(RETAINED)
        self.table.scrollToTop()
        self._tell()
        self._ask.start()

    def show_texts(self, texts: Mapping[int, str]) -> None:
        """Fill in texts by object id."""
        self._note_texts(texts)
        self.table.viewport().update()

    def show_path(self, path: SharedPath | None) -> None:
        """Say what most of them are held by."""
        self.banner.show_path(path)

    def show_search(self, state: WorkState) -> None:
        """Say how far a search in reprs is."""
        self.states.show_work(state, at_once=True)

    def choose(self, index: int) -> None:
        """Select an object by its row in the snapshot."""
        if self._rows is not None:
            found = np.flatnonzero(self._rows.indexes == index)
            if len(found):
                if self.model.position_of(int(found[0])) is None:
                    self.field.clear()
                self.table.select_row(int(found[0]))

    @property
    def title(self) -> str:
        """What is listed, in words; "" = nothing."""
        return self._rows.words if self._rows is not None else ""

    def text(self) -> TableText:
        """What is shown, to be written down."""
        return self.model.text()

    def selected_text(self) -> TableText:
        """The selected objects, to be copied."""
        return self.table.selected_text()

    def search_repr(self, text: str) -> None:
        """Look for objects of the program's own classes by what they say of themselves."""
        self.field.setText(f"repr:{text}")
        self.repr_wanted.emit(ReprSearch(text))

    def clear(self) -> None:
        """Nothing is listed any more."""
        self.model.show_columns(())
        self._rows = None
        self._texts, self._lowered = {}, {}
        self.banner.show_path(None)
        self._foot.setText("")
        self._freeze.setText("")
        self._tell()

    # inside

    def _lay_out(self) -> None:
        painters = {
            ADDRESS: TextPainter("mono"), TEXT: TextPainter("mono"), RETAINED: TextPainter("strong"),
            SHALLOW: TextPainter(), REFERENCES: TextPainter(), AGE: AgePainter(),
        }  # fmt: skip
        for column, painter in painters.items():
            self.table.set_painter(column, painter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(FilterBar(self.field, [], [self.graph]))
        layout.addWidget(self.banner)
        layout.addWidget(self.states, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 4)
        foot.addWidget(self._foot)
        foot.addStretch(1)
        foot.addWidget(self._freeze)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._enter)
        self.graph.clicked.connect(self._activate_current)
        self.table.row_chosen.connect(lambda row: self.object_chosen.emit(self._index(row)))
        self.table.row_activated.connect(lambda row: self.object_activated.emit(self._index(row)))
        self.table.menu_wanted.connect(lambda row, at: self.menu_of(row).popup(at))
        self.table.uncovered.connect(self._ask.start)
        self.table.verticalScrollBar().valueChanged.connect(lambda _value: self._ask.start())
        self.model.layoutChanged.connect(self._ask.start)
        self.model.modelReset.connect(self._ask.start)
        self._ask.timeout.connect(self._ask_for_texts)
        self.banner.suspect_wanted.connect(self.suspect_wanted)
        self.states.pressed.connect(self._press)
        self.states.cancelled.connect(self.repr_cancelled)

    def _columns(self, rows: ObjectRows) -> tuple[ColumnSpec, ...]:
        columns = [
            ColumnSpec(
                "id", "Address", rows.ids, _hex, is_number=False, tip="At the freeze", bare=_hex
            ),
            ColumnSpec(
                "text", "repr, from the copy" if rows.has_copy else "What it is", rows.ids, self._text_of,
                is_number=False, tip="Made in a throw-away copy", sorts=False, bare=self._text_of,
            ),
            ColumnSpec("retained", "Retained", rows.retained_bytes, format_bytes, tip="What goes with it"),
            ColumnSpec("shallow", "Itself", rows.shallow_bytes, format_bytes, tip="The object alone"),
            ColumnSpec("refs", "Refs", rows.references, _count_or_dash, tip="Reference count at the freeze"),
        ]  # fmt: skip
        if rows.ages is not None:
            columns.append(
                ColumnSpec(
                    "age", "Age", rows.ages, lambda age: rows.age_words[int(age)], is_number=False,
                    tip="Probably: addresses are used again, so no age is certain",
                    bare=lambda age: rows.age_words[int(age)],
                )
            )  # fmt: skip
        return tuple(columns)

    def _note_texts(self, texts: Mapping[int, str]) -> None:
        self._texts.update(texts)
        self._lowered.update({each: text.lower() for each, text in texts.items()})

    def _clear_quietly(self) -> None:
        """What was typed was about other objects; they are filtered when they are shown."""
        self._is_showing = True
        self.field.clear()
        self._is_showing = False

    def _index(self, row: int) -> int:
        return int(self._rows.indexes[row]) if self._rows is not None else -1

    def _activate_current(self) -> None:
        row = self.table.chosen_row
        if row is None and self.model.rowCount():
            row = self.model.row_at(0)
        if row is not None:
            self.object_activated.emit(self._index(row))

    def _text_of(self, object_id: int) -> str:
        return self._texts.get(int(object_id), NOT_KNOWN)

    def _ask_for_texts(self) -> None:
        if self._rows is None or not self.model.rowCount() or not self.table.isVisible():
            return
        first = max(self.table.rowAt(0), 0)
        last = self.table.rowAt(self.table.viewport().height() - 1)
        last = self.model.rowCount() - 1 if last < 0 else last
        rows = self.model.rows_between(first, min(last, first + MOST_ASKED))
        wanted = [each for each in self._rows.ids[rows].tolist() if each not in self._texts]
        if wanted:
            self.texts_wanted.emit(wanted)

    def _mask(self) -> npt.NDArray[np.bool_] | None:
        text = self.field.text().strip().lower()
        if self._rows is None or not text or repr_text(text) is not None:
            return None
        if text.startswith("0x"):
            return address_mask(text, self._rows.ids)
        fitting = sorted(each for each, known in self._lowered.items() if text in known)
        return is_among(self._rows.ids, np.array(fitting, np.uint64))

    def _filter(self) -> None:
        if self._rows is not None and not self._is_showing:
            self.model.keep(self._mask())
            self._tell()

    def _enter(self) -> None:
        text = repr_text(self.field.text())
        if text:
            self.repr_wanted.emit(ReprSearch(text, self._rows.type_name if self._rows is not None else ""))
        elif self.model.rowCount():
            self.table.setFocus()
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)

    def _tell(self) -> None:
        rows = self._rows
        self.graph.setEnabled(rows is not None and bool(len(rows.ids)))
        if rows is None:
            return
        shown, total = self.model.rowCount(), len(rows.ids)
        figures = format_count(total) if shown == total else f"{format_count(shown)} of {format_count(total)}"
        self._foot.setText(f"{figures} {rows.words}" + (f". {rows.note}" if rows.note else ""))
        self._freeze.setText(f"Freeze {rows.freeze}" if rows.freeze else "")
        if shown:
            self.states.show_content()
        else:
            self.states.show_message(self._nothing(rows))

    def _nothing(self, rows: ObjectRows) -> MessageState:
        text = self.field.text().strip()
        clear = StateButton("clear_filter", "Clear the filter")
        if not len(rows.ids):
            title = f"No {rows.words}" if not rows.title else f"Nothing found: {rows.title}"
            return MessageState(title, rows.note, "search", "text3", (clear,) if text else ())
        if text.lower().startswith("0x"):
            return MessageState(f"No address begins with {text}", "", "search", "text3", (clear,))
        words = "Only texts that were on screen are known. Looking at all of them takes a moment."
        look = StateButton("look", "Look at all reprs", is_primary=True)
        return MessageState(f"No known text has ‘{text}’", words, "search", "text3", (look, clear))

    def _press(self, key: str) -> None:
        if key == "clear_filter":
            self.field.clear()
            self.field.setFocus()
        elif key == "look" and self._rows is not None:
            text = self.field.text().strip()
            self.field.setText(f"repr:{text}")
            self.repr_wanted.emit(ReprSearch(text, self._rows.type_name))

    def menu_of(self, row: int) -> QMenu:
        """The context menu of a row."""
        rows, copy = self._rows, QGuiApplication.clipboard().setText
        object_id = int(rows.ids[row]) if rows is not None else 0
        return row_menu(self.table, [
            ("Show in graph", lambda: self.object_activated.emit(self._index(row))),
            None,
            ("Copy address", lambda: copy(_hex(object_id))),
            ("Copy text", lambda: copy(self._text_of(object_id))),
            ("Copy row", lambda: copy(self.selected_text().tsv())),
            ("Copy all as CSV", lambda: self.copy_requested.emit(self.text())),
            ("Save as CSV…", lambda: self.csv_requested.emit(self.text())),
        ])  # fmt: skip


def _hex(object_id: int) -> str:
    return f"{int(object_id):#x}"


def _count_or_dash(count: int) -> str:
    return "–" if count < 0 else format_count(count)
