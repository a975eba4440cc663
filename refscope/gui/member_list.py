"""The members of a group, or the functions behind a module's `__globals__`, as a list to search.

An overlay of the graph view beside the node it belongs to. It shows what it is given, 200 rows at a
time; choosing a row asks for that object as a node of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from refscope.gui.icons import icon
from refscope.gui.node_words import kind_token
from refscope.gui.parts import Button, ToolButton, label, row
from refscope.gui.shadow import cast_shadow
from refscope.gui.theme import Theme
from refscope.present.icons import icon_of
from refscope.present.scene import VisibleNode
from refscope.text import format_bytes, format_count

Index = QModelIndex | QPersistentModelIndex
PAGE = 200
"""Rows that are asked for at once."""

_SIZE = (380, 330)
_ROLE_KEY = Qt.ItemDataRole.UserRole


class MemberModel(QAbstractTableModel):
    """Nodes as rows: what it is, and its size."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[VisibleNode] = []
        self._theme: Theme | None = None

    def set_nodes(self, nodes: Sequence[VisibleNode]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.nodes = list(nodes)
        self.endResetModel()

    def add_nodes(self, nodes: Sequence[VisibleNode]) -> None:
        """Show more rows below."""
        if nodes:
            first = len(self.nodes)
            self.beginInsertRows(QModelIndex(), first, first + len(nodes) - 1)
            self.nodes += nodes
            self.endInsertRows()

    def set_theme(self, theme: Theme) -> None:
        """Colours of the icons."""
        self._theme = theme

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Members given so far."""
        return 0 if parent.isValid() else len(self.nodes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Name and size."""
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts, icons, keys."""
        if not index.isValid():
            return None
        node = self.nodes[index.row()]
        if role == _ROLE_KEY:
            return node.key
        if index.column() == 1:
            size = node.retained_bytes if node.retained_bytes is not None else node.size_bytes
            shown = {
                Qt.ItemDataRole.DisplayRole: "–" if size is None else format_bytes(size),
                Qt.ItemDataRole.TextAlignmentRole: Qt.AlignmentFlag.AlignRight
                | Qt.AlignmentFlag.AlignVCenter,
            }
            return shown.get(Qt.ItemDataRole(role))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return f"{node.title}   {node.subtitle}" if node.subtitle else node.title
        if role == Qt.ItemDataRole.DecorationRole and self._theme is not None:
            return icon(icon_of(node), self._theme.color(kind_token(node.kind)))
        return None


class MemberList(QFrame):
    """A searchable list. Signals carry the key of the group or module it was opened for."""

    member_chosen = Signal(str, str)  # key of the group or module, key of the member ("o12")
    more_wanted = Signal(str, int)  # key, how many rows are there already
    expand_wanted = Signal(str)  # key: show some of them as nodes
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.resize(*_SIZE)
        self.key = ""
        self._total = 0
        self._title = label("", "strong")
        close = ToolButton("cross", "Close the list (Esc)", "text3", 12)
        close.clicked.connect(self.close_list)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search the list")
        self.model = MemberModel()
        self._proxy = QSortFilterProxyModel()  # a few hundred rows: its slowness at many does not matter
        self._proxy.setSourceModel(self.model)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search.textChanged.connect(self._proxy.setFilterFixedString)
        self.table = QTableView()
        self.table.setModel(self._proxy)
        self._set_up_table()
        self._more = Button("", "", "link")
        self._more.clicked.connect(lambda: self.more_wanted.emit(self.key, len(self.model.nodes)))
        self._expand = Button("Show some in the graph", "plus")
        self._expand.clicked.connect(lambda: self.expand_wanted.emit(self.key))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 10)
        column.setSpacing(6)
        column.addLayout(row(self._title, None, close))
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addLayout(row(self._expand, None, self._more))
        self.hide()

    def _set_up_table(self) -> None:
        table = self.table
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.horizontalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().resizeSection(1, 84)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        table.activated.connect(self._chosen)

    def apply_theme(self, theme: Theme) -> None:
        """Shadow and icons."""
        cast_shadow(self, theme)
        self.model.set_theme(theme)

    def open_for(self, key: str, title: str, nodes: Sequence[VisibleNode], total: int, near: QPoint) -> None:
        """Show the first members beside a point of the view."""
        self.key, self._total = key, total
        self._title.setText(title)
        self.setAccessibleName(f"{title}, list of {format_count(total)}")
        self.table.setAccessibleName(title)
        self.search.clear()
        self.model.set_nodes(nodes)
        self._show_more_link()
        self._place(near)
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def add(self, nodes: Sequence[VisibleNode]) -> None:
        """Show further members below."""
        self.model.add_nodes(nodes)
        self._show_more_link()

    def close_list(self) -> None:
        """Put the list away and give the keyboard back."""
        self.hide()
        parent = self.parentWidget()
        if parent is not None:
            parent.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes, Down goes from the search to the rows."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_list()
        elif event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.table.setFocus()
            self.table.selectRow(0)
        else:
            super().keyPressEvent(event)

    def _show_more_link(self) -> None:
        further = self._total - len(self.model.nodes)
        self._more.setText(f"{format_count(min(PAGE, further))} more of {format_count(further)}")
        self._more.setVisible(further > 0)

    def _place(self, near: QPoint) -> None:
        parent = self.parentWidget()
        area = parent.rect().adjusted(8, 8, -8, -8) if parent is not None else self.rect()
        self.resize(min(_SIZE[0], area.width()), min(_SIZE[1], area.height()))
        x = min(max(area.left(), near.x()), area.right() - self.width())
        y = min(max(area.top(), near.y() + 16), area.bottom() - self.height())
        self.move(x, y)

    def _chosen(self, index: QModelIndex) -> None:
        self.member_chosen.emit(self.key, str(index.data(_ROLE_KEY)))
