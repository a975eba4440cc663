"""A table over columns: numpy arrays and lists, sorted and filtered by a permutation of rows.

Qt's proxy model needs seconds for 100,000 rows; sorting a numpy column of a million takes a tenth of
one, and scrolling asks for visible cells only. The model holds values, never heaps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
VALUE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The bare value of a cell, for delegates."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column. values: array or sequence, one per row. words: how a value is written. is_number:
    aligned to the right, sorted largest first. tip: what the column means."""

    key: str
    title: str
    values: npt.NDArray[Any] | Sequence[Any]
    words: Callable[[Any], str] = str
    is_number: bool = True
    tip: str = ""


class ColumnModel(QAbstractTableModel):
    """See the module. `row_at(position)`: the row of the data behind a position of the table."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: tuple[ColumnSpec, ...] = ()
        self._order = np.empty(0, np.int64)
        self._kept: npt.NDArray[np.bool_] | None = None
        self._groups: npt.NDArray[np.integer] | None = None
        self._sorted_by = (-1, Qt.SortOrder.DescendingOrder)

    # --- values in --------------------------------------------------------------------------------

    def show_columns(
        self, columns: Sequence[ColumnSpec], groups: npt.NDArray[np.integer] | None = None
    ) -> None:
        """Show these columns, all of one length. groups: rows of smaller numbers stay before the others,
        whatever is sorted by."""
        self.beginResetModel()
        self._columns = tuple(columns)
        self._groups = groups
        self._kept = None
        self._order = self._arranged()
        self.endResetModel()

    def keep(self, mask: npt.NDArray[np.bool_] | None) -> None:
        """Show only the rows of a mask; None = all."""
        self.beginResetModel()
        self._kept = mask
        self._order = self._arranged()
        self.endResetModel()

    @property
    def n_rows(self) -> int:
        """Rows of the data, hidden ones included."""
        return len(self._columns[0].values) if self._columns else 0

    @property
    def sorted_by(self) -> tuple[int, Qt.SortOrder]:
        """Column and order."""
        return self._sorted_by

    def row_at(self, position: int) -> int:
        """Row of the data at a position of the table."""
        return int(self._order[position])

    def position_of(self, row: int) -> int | None:
        """Position of a row of the data; None = filtered out."""
        found = np.flatnonzero(self._order == row)
        return int(found[0]) if len(found) else None

    def as_csv_rows(self, most: int = 100_000) -> list[list[str]]:
        """Heads and what is shown, as text: numbers bare, not in words."""
        heads = [spec.title for spec in self._columns]
        rows = [[str(spec.values[row]) for spec in self._columns] for row in self._order[:most]]
        return [heads, *rows]

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
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; equal values keep their order. 0.1 s for a million numbers."""
        self.layoutAboutToBeChanged.emit()
        rows = [self.row_at(index.row()) for index in self.persistentIndexList()]
        self._sorted_by = (column, order)
        self._order = self._arranged()
        places = {row: place for place, row in enumerate(self._order.tolist())} if rows else {}
        for index, row in zip(self.persistentIndexList(), rows, strict=True):
            self.changePersistentIndex(index, self.index(places[row], index.column()))
        self.layoutChanged.emit()

    def _arranged(self) -> npt.NDArray[np.int64]:
        order = np.arange(self.n_rows)
        if self._kept is not None:
            order = order[self._kept]
        column, direction = self._sorted_by
        if 0 <= column < len(self._columns):
            values = np.asarray(self._columns[column].values)[order]
            ranks = np.argsort(values, kind="stable")
            if direction == Qt.SortOrder.DescendingOrder:
                ranks = np.argsort(values[::-1], kind="stable")[::-1]
                ranks = len(values) - 1 - ranks
            order = order[ranks]
        if self._groups is not None:
            order = order[np.argsort(self._groups[order], kind="stable")]
        return order
