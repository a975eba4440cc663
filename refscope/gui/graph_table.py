"""The graph as a table: the same references, selection and actions, for screen readers and for copying."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTableView, QVBoxLayout, QWidget

from refscope.gui.graph_rows import COLUMNS, GraphRow, rows_of
from refscope.gui.graph_view import GraphView
from refscope.gui.text_table import TextTableModel, dress_text_table
from refscope.gui.theme import Theme
from refscope.present.scene import Scene

_SIZE_COLUMN = COLUMNS.index("Size")
_MONO_COLUMNS = (COLUMNS.index("How"),)
_TABLES_OWN = ("fit", "quick_look", "copy_expression")  # Ctrl+C copies rows here


class GraphTableModel(TextTableModel):
    """Rows of `graph_rows` as an item model."""

    def __init__(self) -> None:
        super().__init__(COLUMNS)
        self.rows: list[GraphRow] = []
        self._theme: Theme | None = None

    def set_scene(self, scene: Scene) -> None:
        """Show another scene."""
        self.beginResetModel()
        self.rows = rows_of(scene)
        self._cells = [row.cells() for row in self.rows]
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Fonts and the colour of the path."""
        self._theme = theme
        if self.rows:
            last = self.index(len(self.rows) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def is_figure(self, column: int) -> bool:
        """Whether a column is of sizes."""
        return column == _SIZE_COLUMN

    def look(self, column: int, text: str, role: int) -> object:
        """In full as a tooltip, font, and the path's colour for the steps of the lit path."""
        if role == Qt.ItemDataRole.ToolTipRole:
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{COLUMNS[column]}: {text}"
        return None if self._theme is None else _look(self._theme, column, text, role)


def _look(theme: Theme, column: int, text: str, role: int) -> object:
    """Code in the font for code, steps of the lit path in its colour."""
    if role == Qt.ItemDataRole.FontRole:
        return theme.font("mono" if column in _MONO_COLUMNS else "body")
    if role == Qt.ItemDataRole.ForegroundRole and column == 0 and text.startswith("path"):
        return theme.color("path")
    return None


class _Table(QTableView):
    """Keys of the graph act on the row's holder; Ctrl+C copies rows."""

    def __init__(self, owner: GraphTable) -> None:
        super().__init__()
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter expands, T makes a target, Ctrl+C copies; the rest is the table's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._owner.selected_text())
        elif not self._owner.act(event):
            super().keyPressEvent(event)


class GraphTable(QWidget):
    """The table twin of one graph view: shares its requests, keys and menus."""

    def __init__(self, view: GraphView) -> None:
        super().__init__()
        self._view = view
        self.model = GraphTableModel()
        self.table = _Table(self)
        self.table.setModel(self.model)
        self.table.setAccessibleName("Graph as a table: step, holder, how, held, size, root")
        dress_text_table(self.table)
        self.table.verticalHeader().setDefaultSectionSize(28)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate((96, 180, 176, 164, 84, 70)):
            header.resizeSection(column, width)
        header.setStretchLastSection(True)
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(lambda _: self.open_menu())
        self.table.doubleClicked.connect(lambda _: self._run("expand_referrers"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self._is_following = False
        self.setFocusProxy(self.table)

    def apply_theme(self, theme: Theme) -> None:
        """Fonts and colours of the cells."""
        self.model.set_theme(theme)

    def show_scene(self, scene: Scene) -> None:
        """Show the same scene as the graph; the selected node stays selected."""
        key = self.current_key
        self._is_following = True
        self.model.set_scene(scene)
        self._is_following = False
        self.select(key)

    @property
    def current_key(self) -> str | None:
        """The node that the current row is about: its holder, or the held one where there is none."""
        row = self.table.currentIndex().row()
        if not 0 <= row < len(self.model.rows):
            return None
        return self.model.rows[row].source or self.model.rows[row].target

    def select(self, key: str | None) -> None:
        """Follow a selection made elsewhere: the first row that the node holds, else where it is held."""
        if key is None or key == self.current_key:
            return
        rows = self.model.rows
        found = next((at for at, row in enumerate(rows) if row.source == key), None)
        if found is None:
            found = next((at for at, row in enumerate(rows) if row.target == key), None)
        if found is not None:
            self._is_following = True
            self.table.setCurrentIndex(self.model.index(found, 0))
            self._is_following = False

    def selected_text(self) -> str:
        """The selected rows as lines of tab-separated cells, in the order shown, with the heads."""
        chosen = (index.row() for index in self.table.selectionModel().selectedRows())
        return self.model.as_text(sorted(chosen))

    def act(self, event: QKeyEvent) -> bool:
        """Do what the key does in the graph, with the current row's node; False = the table's own key."""
        name = self._view.action_of(event)
        if name is None or name.startswith(("walk_", "go_", "zoom_")) or name in _TABLES_OWN:
            return False
        if name == "menu":
            self.open_menu()
            return True
        return self._run(name)

    def open_menu(self) -> None:
        """The context menu of the current row's node."""
        key = self.current_key
        if key is not None:
            rect = self.table.visualRect(self.table.currentIndex())
            self._view.open_node_menu(key, self.table.viewport().mapToGlobal(rect.bottomLeft()))

    def _run(self, name: str) -> bool:
        key = self.current_key
        if key is None:
            return False
        self._view.select(key)
        return self._view.acts.run(name)

    def _row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if self._is_following or not current.isValid():
            return
        key = self.current_key
        if key is not None:
            self._view.requests.node_selected.emit(key)
