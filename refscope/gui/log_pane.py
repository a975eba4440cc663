"""The log: what RefScope itself did, when, and how long it took."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedLayout, QTableView, QWidget

from refscope.gui.state_values import MessageState
from refscope.gui.states import MessageView
from refscope.gui.theme import Theme
from refscope.text import format_clock, format_duration

MAX_STEPS = 2000
"""Steps kept; the file log has them all."""
_HEADS = ("Time", "Step", "Duration")
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class LogStep:
    """One step: seconds since launch, what was done, how long it took (None = it has no length)."""

    time_s: float
    text: str
    duration_s: float | None = None
    is_failure: bool = False


class LogModel(QAbstractTableModel):
    """Steps, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[LogStep] = []
        self._theme: Theme | None = None

    def add(self, step: LogStep) -> None:
        """Add a step at the end; the oldest goes when there are too many."""
        if len(self._steps) >= MAX_STEPS:
            self.beginRemoveRows(QModelIndex(), 0, 0)
            del self._steps[0]
            self.endRemoveRows()
        at = len(self._steps)
        self.beginInsertRows(QModelIndex(), at, at)
        self._steps.append(step)
        self.endInsertRows()

    def set_theme(self, theme: Theme) -> None:
        """Colour of failures."""
        self._theme = theme

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """One row a step."""
        return 0 if parent.isValid() else len(self._steps)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Time, step, duration."""
        return 0 if parent.isValid() else len(_HEADS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts; figures are right-aligned."""
        if not index.isValid():
            return None
        step = self._steps[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            length = "" if step.duration_s is None else format_duration(step.duration_s)
            return (format_clock(step.time_s), step.text, length)[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 2:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole and self._theme is not None:
            return self._theme.color("leak" if step.is_failure else "text" if column == 1 else "text3")
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        return None


class LogPane(QWidget):
    """The log as a table that follows its end."""

    def __init__(self) -> None:
        super().__init__()
        self.model = LogModel()
        self._table = QTableView()
        self._table.setModel(self.model)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(24)
        self._table.setShowGrid(False)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setAccessibleName("What RefScope did")
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._table.setColumnWidth(0, 72)
        self._table.setColumnWidth(2, 90)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(MessageView(MessageState("Nothing done yet", "", "clock")))
        self._stack.addWidget(self._table)

    def add(self, step: LogStep) -> None:
        """Add a step and show it."""
        self.model.add(step)
        self._stack.setCurrentIndex(1)
        self._table.scrollToBottom()

    def apply_theme(self, theme: Theme) -> None:
        """Colours of the rows."""
        self.model.set_theme(theme)
        self._table.viewport().update()
