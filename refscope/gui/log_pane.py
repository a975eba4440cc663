"""The log: what RefScope itself did, when, and how long it took; copied as text."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QStackedLayout, QTableView, QWidget

from refscope.gui.state_values import MessageState
from refscope.gui.states import MessageView
from refscope.gui.theme import Theme
from refscope.text import format_clock, format_duration, safe

MAX_STEPS = 2000
"""Steps kept; the file log has them all."""
EMPTY = MessageState("Nothing done yet.", "", "clock")
_HEADS = ("Time", "Step", "Duration")
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class LogStep:
    """One step: seconds since launch, what was done, how long it took (None = it has no length)."""

    time_s: float
    text: str
    duration_s: float | None = None
    is_failure: bool = False

    @property
    def cells(self) -> tuple[str, str, str]:
        """Time, step, duration as texts; a failure says so, as colour alone does not."""
        length = "" if self.duration_s is None else format_duration(self.duration_s)
        words = f"Failed: {self.text}" if self.is_failure else self.text
        return format_clock(self.time_s), safe(words), length


class LogModel(QAbstractTableModel):
    """Steps, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: deque[LogStep] = deque()
        self._theme: Theme | None = None

    def add(self, step: LogStep) -> None:
        """Add a step at the end; the oldest goes when there are too many."""
        if len(self._steps) >= MAX_STEPS:
            self.beginRemoveRows(QModelIndex(), 0, 0)
            self._steps.popleft()
            self.endRemoveRows()
        at = len(self._steps)
        self.beginInsertRows(QModelIndex(), at, at)
        self._steps.append(step)
        self.endInsertRows()

    def clear(self) -> None:
        """No steps any more."""
        self.beginResetModel()
        self._steps.clear()
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Colour of failures."""
        self._theme = theme

    def text_of(self, rows: Sequence[int]) -> str:
        """These rows as lines, columns apart by tabs."""
        return "\n".join("\t".join(self._steps[row].cells) for row in rows)

    def text(self) -> str:
        """All rows as lines."""
        return self.text_of(range(self.rowCount()))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """One row a step."""
        return 0 if parent.isValid() else len(self._steps)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Time, step, duration."""
        return 0 if parent.isValid() else len(_HEADS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts; figures are right-aligned, failures red."""
        if not index.isValid():
            return None
        step = self._steps[index.row()]
        column = index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return step.cells[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 2:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole and self._theme is not None:
            return self._theme.color("leak" if step.is_failure else "text" if column == 1 else "text3")
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 2:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None


class LogPane(QWidget):
    """The log as a table that follows its end until the reader scrolls up."""

    def __init__(self) -> None:
        super().__init__()
        self.model = LogModel()
        self.table = _Table(self.model)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(MessageView(EMPTY))
        self._stack.addWidget(self.table)
        self.setFocusProxy(self.table)

    def clear(self) -> None:
        """As before any run: times of two runs would stand side by side."""
        self.model.clear()
        self._stack.setCurrentIndex(0)

    def add(self, step: LogStep) -> None:
        """Add a step, and show it when the end was in view."""
        bar = self.table.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 1
        self.model.add(step)
        self._stack.setCurrentIndex(1)
        if follows:
            self.table.scrollToBottom()

    def apply_theme(self, theme: Theme) -> None:
        """Colours and height of the rows."""
        self.model.set_theme(theme)
        self.table.verticalHeader().setDefaultSectionSize(theme.px(24))
        self.table.viewport().update()


class _Table(QTableView):
    """Rows that can be selected and copied."""

    def __init__(self, model: LogModel) -> None:
        super().__init__()
        self._log = model
        self.setProperty("kind", "log")  # cells begin where their heads do
        self.setModel(model)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAccessibleName("What RefScope did")
        header = self.horizontalHeader()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setColumnWidth(0, 72)
        self.setColumnWidth(2, 90)
        self._copy = QAction("Copy", self)
        self._copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self._copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown; `keyPressEvent` does it
        self._copy.triggered.connect(self.copy_selected)
        self.addAction(self._copy)

    def copy_selected(self) -> None:
        """Copy the chosen rows as text, all of them where none is chosen."""
        chosen = sorted(index.row() for index in self.selectionModel().selectedRows())
        QGuiApplication.clipboard().setText(self._log.text_of(chosen) if chosen else self._log.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies rows, where Qt would copy one cell."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy what is chosen, or everything."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self._copy)
        everything = menu.addAction("Copy all")
        everything.triggered.connect(lambda: QGuiApplication.clipboard().setText(self._log.text()))
        menu.popup(event.globalPos())
