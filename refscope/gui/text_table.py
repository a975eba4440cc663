"""What tables of texts that stand beside a picture share: heads, alignment, copying, their look.

They are for screen readers and for the clipboard, and short; long tables over columns are `column_model`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class TextTableModel(QAbstractTableModel):
    """Rows of texts under heads, figures at the right; a subclass says the other roles in `look`."""

    def __init__(self, heads: Sequence[str]) -> None:
        super().__init__()
        self.heads = tuple(heads)
        self._cells: list[tuple[str, ...]] = []

    def is_figure(self, column: int) -> bool:
        """Whether a column is of numbers."""
        raise NotImplementedError

    def look(self, _column: int, _text: str, _role: int) -> object:
        """What a cell answers for every role but its text and alignment; None = nothing of its own."""
        return None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Rows."""
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Heads."""
        return 0 if parent.isValid() else len(self.heads)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section]
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts, alignment, and what `look` says."""
        if not index.isValid():
            return None
        column, text = index.column(), self._cells[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(column)
        return self.look(column, text, role)

    def as_text(self, rows: Iterable[int]) -> str:
        """Rows with the heads, separated by tabs."""
        return "\n".join("\t".join(cells) for cells in (self.heads, *(self._cells[row] for row in rows)))

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        return _RIGHT if self.is_figure(column) else _LEFT


def dress_text_table(table: QTableView) -> None:
    """Whole rows are chosen, no grid, Tab leaves the table."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setWordWrap(False)
    table.setStyleSheet("QTableView::item { padding: 0 5px; }")  # with Qt's own 3, as far in as the heads
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setHighlightSections(False)
