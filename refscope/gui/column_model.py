"""A table over columns: numpy arrays and lists, sorted and filtered by a permutation of rows.

Qt's proxy model needs seconds for 100,000 rows; sorting a numpy column of a million takes 15 ms, a
filter 5, and scrolling asks for visible cells only. The model holds values, never heaps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from refscope.gui.row_order import Rows, places_of, rows_by, sort_keys

Index = QModelIndex | QPersistentModelIndex
VALUE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The bare value of a cell, for delegates."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column. values: array or sequence, one per row. words: how a value is written. is_number:
    aligned to the right. tip: what the column means. sorts: whether its head sorts. bare: how a value is
    written into a file, None = as it is."""

    key: str
    title: str
    values: npt.NDArray[Any] | Sequence[Any]
    words: Callable[[Any], str] = str
    is_number: bool = True
    tip: str = ""
    sorts: bool = True
    bare: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TableText:
    """What a table shows, to be written down: `rows()` may take a second and may run in any thread."""

    columns: tuple[ColumnSpec, ...]
    order: Rows

    def rows(self) -> list[list[str]]:
        """Heads, then rows: numbers bare, not in words."""
        columns = [[spec.title, *_bare(spec, self.order)] for spec in self.columns]
        return [list(cells) for cells in zip(*columns, strict=True)]

    def tsv(self) -> str:
        """For the clipboard: a spreadsheet takes it apart at the tabs."""
        return "\n".join("\t".join(cells) for cells in self.rows())


class ColumnModel(QAbstractTableModel):
    """See the module. `row_at(position)`: the row of the data behind a position of the table."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: tuple[ColumnSpec, ...] = ()
        self._order: Rows = np.empty(0, np.int32)
        self._kept: npt.NDArray[np.bool_] | None = None
        self._groups: npt.NDArray[np.integer] | None = None
        self._sorted_by = (-1, Qt.SortOrder.DescendingOrder)
        self._orders: dict[tuple[int, bool], Rows] = {}  # of all rows, by column and direction

    # --- values in --------------------------------------------------------------------------------

    def show_columns(
        self,
        columns: Sequence[ColumnSpec],
        groups: npt.NDArray[np.integer] | None = None,
        kept: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """Show these columns, all of one length. groups: rows of smaller numbers stay before the others,
        whatever is sorted by. kept: the rows to show, None = all."""
        self.beginResetModel()
        self._columns = tuple(columns)
        self._groups = groups
        self._kept = kept
        self._orders.clear()
        self._order = self._arranged()
        self.endResetModel()

    def keep(self, mask: npt.NDArray[np.bool_] | None) -> None:
        """Show only the rows of a mask; None = all."""
        if mask is None and self._kept is None:
            return
        self.beginResetModel()
        self._kept = mask
        self._order = self._arranged()
        self.endResetModel()

    def set_groups(self, groups: npt.NDArray[np.integer] | None) -> None:
        """Other groups for the same rows."""
        self._groups = groups
        self._orders.clear()
        self.sort(*self._sorted_by)

    # --- values out -------------------------------------------------------------------------------

    @property
    def n_rows(self) -> int:
        """Rows of the data, hidden ones included."""
        return len(self._columns[0].values) if self._columns else 0

    @property
    def columns(self) -> tuple[ColumnSpec, ...]:
        """What is shown."""
        return self._columns

    @property
    def sorted_by(self) -> tuple[int, Qt.SortOrder]:
        """Column and order; column −1 = as the rows came."""
        return self._sorted_by

    def row_at(self, position: int) -> int:
        """Row of the data at a position of the table."""
        return int(self._order[position])

    def rows_between(self, first: int, last: int) -> list[int]:
        """Rows of the data at the positions `first` to `last`, both included."""
        rows: list[int] = self._order[first : last + 1].tolist()
        return rows

    def position_of(self, row: int) -> int | None:
        """Position of a row of the data; None = filtered out."""
        found = np.flatnonzero(self._order == row)
        return int(found[0]) if len(found) else None

    def text(self, positions: Sequence[int] | None = None) -> TableText:
        """What is shown, or only some of it, to be written down."""
        order = self._order if positions is None else self._order[np.array(positions, np.int64)]
        return TableText(self._columns, order)

    def as_csv_rows(self) -> list[list[str]]:
        """Heads and what is shown, as text: numbers bare, not in words."""
        return self.text().rows()

    # --- Qt ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Rows shown."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, bare value, alignment."""
        if not index.isValid():
            return None
        spec = self._columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if spec.is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, VALUE_ROLE):
            return None
        value = spec.values[int(self._order[index.row()])]
        return value if role == VALUE_ROLE else spec.words(value)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles, tips, alignment."""
        if orientation == Qt.Orientation.Vertical or not 0 <= section < len(self._columns):
            return None
        spec = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return spec.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return spec.tip or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if spec.is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.InitialSortOrderRole and isinstance(spec.values, np.ndarray):
            return Qt.SortOrder.DescendingOrder  # of figures the largest are looked for
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; equal values keep their order. 20 ms for a million numbers."""
        if 0 <= column < len(self._columns) and not self._columns[column].sorts:
            return
        self.layoutAboutToBeChanged.emit()
        indexes = self.persistentIndexList()
        rows = [self.row_at(index.row()) for index in indexes]
        self._sorted_by = (column, order)
        self._order = self._arranged()
        if indexes:
            places = places_of(self._order, rows, self.n_rows)
            moved = [self.index(place, index.column()) for index, place in zip(indexes, places, strict=True)]
            self.changePersistentIndexList(indexes, moved)
        self.layoutChanged.emit()

    def _arranged(self) -> Rows:
        order = self._all_rows()
        return order if self._kept is None else order[self._kept[order]]

    def _all_rows(self) -> Rows:
        column, direction = self._sorted_by
        is_sorted = 0 <= column < len(self._columns)
        key = (column if is_sorted else -1, direction == Qt.SortOrder.DescendingOrder)
        if key not in self._orders:
            if is_sorted:
                order = rows_by(sort_keys(self._columns[column].values), descending=key[1])
            else:
                order = np.arange(self.n_rows, dtype=np.int32)
            if self._groups is not None:
                order = order[np.argsort(self._groups[order], kind="stable")]
            self._orders[key] = order
        return self._orders[key]


def _bare(spec: ColumnSpec, order: Rows) -> list[str]:
    if isinstance(spec.values, np.ndarray):
        values = spec.values[order].tolist()
    else:
        values = [spec.values[row] for row in order.tolist()]
    return [str(value) for value in values] if spec.bare is None else [spec.bare(value) for value in values]
