"""The view of a `ColumnModel`: one row height, bold short names, share bars, growth with its sign."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from refscope.gui.column_model import VALUE_ROLE, ColumnModel
from refscope.gui.theme import Theme
from refscope.text import split_name

PADDING = 8


class ColumnTable(QTableView):
    """`row_chosen(row)` when the selection moves, `row_activated(row)` on Enter or a double-click; rows of
    the data."""

    row_chosen = Signal(int)
    row_activated = Signal(int)

    def __init__(self, model: ColumnModel, accessible_name: str) -> None:
        super().__init__()
        self._model = model
        self._theme = Theme.light()
        self.setModel(model)
        self.setAccessibleName(accessible_name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.horizontalHeader().setSortIndicator(
            -1, Qt.SortOrder.DescendingOrder
        )  # else Qt sorts by the first
        self.setSortingEnabled(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSortIndicatorShown(True)
        self.horizontalHeader().setSectionsMovable(True)
        self.selectionModel().currentRowChanged.connect(self._choose)
        self.doubleClicked.connect(lambda index: self.row_activated.emit(model.row_at(index.row())))

    def apply_theme(self, theme: Theme) -> None:
        """Take colours, fonts and the row height."""
        self._theme = theme
        self.setFont(theme.font("body"))
        self.verticalHeader().setDefaultSectionSize(theme.row_height)
        self.horizontalHeader().setFixedHeight(theme.row_height)
        for delegate in (self.itemDelegate(), *(self.itemDelegateForColumn(c) for c in range(12))):
            if isinstance(delegate, CellPainter):
                delegate.theme = theme
        self.viewport().update()

    def set_painter(self, column: int, painter: CellPainter) -> None:
        """Draw a column in its own way."""
        painter.setParent(self)
        painter.theme = self._theme
        self.setItemDelegateForColumn(column, painter)

    def set_widths(self, widths: dict[int, int], stretched: int) -> None:
        """Widths in px by column; one column takes the rest."""
        header = self.horizontalHeader()
        for column, width in widths.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)

    def select_row(self, row: int) -> None:
        """Select and show a row of the data, if it is not filtered out."""
        position = self._model.position_of(row)
        if position is not None:
            self.selectRow(position)
            self.scrollTo(self._model.index(position, 0))

    @property
    def chosen_row(self) -> int | None:
        """The selected row of the data."""
        index = self.currentIndex()
        return self._model.row_at(index.row()) if index.isValid() else None

    def _choose(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.row_chosen.emit(self._model.row_at(current.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter activates; select-all is left out: it costs seconds at a million rows."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_activated.emit(self._model.row_at(self.currentIndex().row()))
        elif event.key() == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)


class CellPainter(QStyledItemDelegate):
    """A delegate that knows the theme."""

    def __init__(self) -> None:
        super().__init__()
        self.theme = Theme.light()

    def ground(self, painter: QPainter, option: QStyleOptionViewItem) -> QRectF:
        """Paint the background of a cell; the rest of its room."""
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, self.theme.color("sel"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, self.theme.color("hover"))
        return QRectF(option.rect).adjusted(PADDING, 0, -PADDING, 0)


class NamePainter(CellPainter):
    """A qualified name: its last part strong, the module grey behind it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw it."""
        room = self.ground(painter, option)
        module, name = split_name(str(index.data(VALUE_ROLE)))
        painter.save()
        strong, small = self.theme.font("strong"), self.theme.font("small")
        painter.setFont(strong)
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, int(room.width()))
        painter.setPen(self.theme.color("text"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        left = room.adjusted(metrics.horizontalAdvance(shown) + 6, 0, 0, 0)
        if module and left.width() > 24:
            painter.setFont(small)
            painter.setPen(self.theme.color("text2"))
            rest = painter.fontMetrics().elidedText(module, Qt.TextElideMode.ElideRight, int(left.width()))
            painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, rest)
        painter.restore()


class SharePainter(CellPainter):
    """A share from 0 to 1 as a bar; `token` says in which colour."""

    def __init__(self, token: str = "ctl") -> None:
        super().__init__()
        self._token = token

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw it."""
        room = self.ground(painter, option)
        share = min(max(float(index.data(VALUE_ROLE) or 0), 0.0), 1.0)
        bar = QRectF(room.left(), room.center().y() - 3, room.width(), 6)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color("line"))
        painter.drawRoundedRect(bar, 3, 3)
        if share > 0:
            painter.setBrush(self.theme.color(self._token))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(3.0, bar.width() * share), 6), 3, 3)
        painter.restore()


class GrowthPainter(CellPainter):
    """A signed number: what grew strong, what shrank in the colour of good news."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw it."""
        room = self.ground(painter, option)
        value = index.data(VALUE_ROLE) or 0
        painter.save()
        painter.setFont(self.theme.font("strong" if value else "body"))
        painter.setPen(self.theme.color("text" if value > 0 else "ok" if value < 0 else "text3"))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, side, str(index.data(Qt.ItemDataRole.DisplayRole)))
        painter.restore()
