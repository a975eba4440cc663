"""The view of a `ColumnModel`: columns that fit, a selection that stays, rows to copy, memory of both.

Where there is no room for all columns, those that matter least are left out; the menu of the heads
lists them. What a person chose (widths, the sorted column, columns hidden) is told as one text, to be
remembered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from refscope.gui.cell_painters import CellPainter
from refscope.gui.column_model import ColumnModel, TableText
from refscope.gui.table_head import TableHead
from refscope.gui.theme import Theme

LEAST_STRETCHED = 120
"""Pixels that the column which takes the rest should have before others are left out."""
MOST_PAINTERS = 12


class ColumnTable(QTableView):
    """`row_chosen(row)` when the selection moves, `row_activated(row)` on Enter or a double-click; rows of
    the data. `menu_wanted(row, at)`: a context menu. `uncovered`: other rows may show. `arranged(text)`: a
    person arranged the columns."""

    row_chosen = Signal(int)
    row_activated = Signal(int)
    menu_wanted = Signal(int, QPoint)
    uncovered = Signal()
    arranged = Signal(str)

    def __init__(self, model: ColumnModel, accessible_name: str) -> None:
        super().__init__()
        self._model = model
        self._theme = Theme.light()
        self._told: int | None = None  # row that was told last
        self._widths: dict[int, int] = {}  # at text scale 1
        self._chosen: dict[str, int] = {}  # widths that a person dragged, by key
        self._hidden: set[str] = set()  # by a person
        self._dropped: Sequence[int] = ()
        self._stretched = 0
        self._least = LEAST_STRETCHED
        self._is_fitting = False
        self.remembered = ""  # an arrangement to be taken up with the first columns
        self.setModel(model)
        self.setHorizontalHeader(TableHead())
        self.setAccessibleName(accessible_name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._connect()

    def _connect(self) -> None:
        head = self.horizontalHeader()
        head.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)  # else Qt sorts by the first
        self.setSortingEnabled(True)
        head.setSortIndicatorShown(True)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._show_columns_menu)
        head.sectionResized.connect(self._note_width)
        head.sectionClicked.connect(lambda _section: self.arranged.emit(self.arrangement()))
        self.selectionModel().currentRowChanged.connect(self._choose)
        self._model.modelReset.connect(self._select_again)
        self.doubleClicked.connect(lambda index: self.row_activated.emit(self._model.row_at(index.row())))

    def apply_theme(self, theme: Theme) -> None:
        """Take colours, fonts and the row height."""
        self._theme = theme
        self.setFont(theme.font("body"))
        self.verticalHeader().setDefaultSectionSize(theme.row_height)
        self.horizontalHeader().setFixedHeight(theme.row_height)
        for delegate in (self.itemDelegate(), *map(self.itemDelegateForColumn, range(MOST_PAINTERS))):
            if isinstance(delegate, CellPainter):
                delegate.theme = theme
        self._fit()
        self.viewport().update()

    def set_painter(self, column: int, painter: CellPainter) -> None:
        """Draw a column in its own way."""
        painter.setParent(self)
        painter.theme = self._theme
        self.setItemDelegateForColumn(column, painter)

    # --- columns ----------------------------------------------------------------------------------

    def set_widths(
        self,
        widths: Mapping[int, int],
        stretched: int,
        dropped: Sequence[int] = (),
        least: int = LEAST_STRETCHED,
    ) -> None:
        """Widths by column in px at text scale 1; one column takes the rest. dropped: columns to leave
        out where that one would have less than `least`, the first one first."""
        self._least = least
        self._widths, self._stretched, self._dropped = dict(widths), stretched, tuple(dropped)
        self._fit()

    def arrange_first(self, column: int) -> None:
        """When the first columns are there: as remembered, or sorted by this one, the largest first."""
        if self._model.sorted_by[0] < 0 and not self.arrange(self.remembered):
            self.sortByColumn(column, Qt.SortOrder.DescendingOrder)

    def left_out(self) -> list[str]:
        """Titles of the columns that there is no room for."""
        columns = self._model.columns
        return [
            columns[column].title
            for column in self._dropped
            if self.isColumnHidden(column) and columns[column].key not in self._hidden
        ]

    def arrangement(self) -> str:
        """What a person chose, as a text to be remembered."""
        column, order = self._model.sorted_by
        columns = self._model.columns
        return json.dumps({
            "widths": self._chosen,
            "hidden": sorted(self._hidden),
            "sorted_by": columns[column].key if 0 <= column < len(columns) else "",
            "is_descending": order == Qt.SortOrder.DescendingOrder,
        })  # fmt: skip

    def arrange(self, text: str) -> bool:
        """Take up a remembered arrangement, once there are columns; False where there is none."""
        try:
            found = json.loads(text)
            self._chosen = {str(key): int(width) for key, width in found["widths"].items()}
            self._hidden = {str(key) for key in found["hidden"]}
            key, is_descending = str(found["sorted_by"]), bool(found["is_descending"])
        except (ValueError, TypeError, KeyError, AttributeError):
            return False
        self._fit()
        order = Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder
        for column, spec in enumerate(self._model.columns):
            if spec.key == key:
                self.sortByColumn(column, order)
                return True
        return False

    def _width_of(self, column: int) -> int:
        wanted = self._theme.px(self._chosen.get(self._model.columns[column].key, self._widths[column]))
        head = self.horizontalHeader()
        assert isinstance(head, TableHead)
        return max(wanted, head.least_width(column))

    def _fit(self) -> None:
        """Give columns their widths, and leave out those that there is no room for."""
        n_columns = self._model.columnCount()
        widths = {column: self._width_of(column) for column in self._widths if column < n_columns}
        if not widths:
            return
        self._is_fitting = True
        head = self.horizontalHeader()
        columns = self._model.columns
        hidden = {column for column in widths if columns[column].key in self._hidden}
        room = self.viewport().width() - self._theme.px(self._least)
        for column in self._dropped:
            if sum(width for each, width in widths.items() if each not in hidden) <= room:
                break
            hidden.add(column)
        for column, width in widths.items():
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.setColumnHidden(column, column in hidden)
            if column not in hidden:
                self.setColumnWidth(column, width)
        head.setSectionResizeMode(self._stretched, QHeaderView.ResizeMode.Stretch)
        self._is_fitting = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other columns may fit now."""
        self._fit()
        super().resizeEvent(event)
        self.uncovered.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Rows show that did not."""
        super().showEvent(event)
        self.uncovered.emit()

    def _note_width(self, column: int, _old: int, new: int) -> None:
        is_dragged = bool(QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton)
        if self._is_fitting or not is_dragged or column == self._stretched or not new:
            return
        self._chosen[self._model.columns[column].key] = round(new / self._theme.text_scale)
        self.arranged.emit(self.arrangement())

    def _show_columns_menu(self, at: QPoint) -> None:
        menu = self.columns_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(at))

    def columns_menu(self) -> QMenu:
        """Which columns there are, ticked where they are shown."""
        menu = QMenu(self)
        for column, spec in enumerate(self._model.columns):
            action = menu.addAction(spec.title)
            action.setCheckable(True)
            action.setChecked(spec.key not in self._hidden)
            action.setEnabled(column != self._stretched)
            if spec.title in self.left_out():
                action.setText(f"{spec.title} (no room)")
            action.toggled.connect(lambda shown, key=spec.key: self.set_column_shown(key, shown))
        return menu

    def set_column_shown(self, key: str, shown: bool) -> None:
        """Show or hide a column, as a person wants."""
        (self._hidden.discard if shown else self._hidden.add)(key)
        self._fit()
        self.arranged.emit(self.arrangement())

    # --- rows -------------------------------------------------------------------------------------

    def select_row(self, row: int, *, silently: bool = False) -> None:
        """Select and show a row of the data, if it is not filtered out."""
        position = self._model.position_of(row)
        if position is not None:
            if silently:
                self._told = row
            self.selectRow(position)
            self.scrollTo(self._model.index(position, self._stretched))

    @property
    def chosen_row(self) -> int | None:
        """The selected row of the data."""
        index = self.currentIndex()
        return self._model.row_at(index.row()) if index.isValid() else None

    def selected_text(self) -> TableText:
        """The selected rows, to be copied."""
        positions: list[int] = []
        for part in self.selectionModel().selection().toList():
            positions += range(part.top(), part.bottom() + 1)
        return self._model.text(sorted(set(positions)))

    def forget_row(self) -> None:
        """Other data are shown: the row that was chosen means nothing any more."""
        self._told = None

    def _choose(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            row = self._model.row_at(current.row())
            if row != self._told:
                self._told = row
                self.row_chosen.emit(row)

    def _select_again(self) -> None:
        """The selection survives a filter."""
        if self._told is not None and self._told < self._model.n_rows:
            position = self._model.position_of(self._told)
            if position is not None:
                self.selectRow(position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter activates, Ctrl+C copies; select-all is left out: it costs seconds at a million rows."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_activated.emit(self._model.row_at(self.currentIndex().row()))
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selected_text().tsv())
        elif event.key() == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the pointer on a row, or by the menu key on the selected one."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index, at = self.indexAt(event.pos()), event.globalPos()
        else:
            index = self.currentIndex()
            at = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        if index.isValid():
            self.menu_wanted.emit(self._model.row_at(index.row()), at)


Act = Callable[[], object]


def row_menu(table: ColumnTable, entries: Sequence[tuple[str, Act] | None]) -> QMenu:
    """A context menu of a row; None = a line. It goes when it closes."""
    menu = QMenu(table)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            text, act = entry
            menu.addAction(text).triggered.connect(lambda _on=False, act=act: act())
    return menu
