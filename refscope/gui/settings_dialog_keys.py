"""The page of the settings dialog on which every action can be given other keys."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QKeySequenceEdit, QTableView, QVBoxLayout, QWidget

from refscope.gui.actions import ACTIONS, ActionSpec
from refscope.gui.palette_match import match
from refscope.gui.parts import Button, IconField, label, row
from refscope.gui.shortcuts import Shortcuts, shown, spoken
from refscope.gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
_PORTABLE = QKeySequence.SequenceFormat.PortableText


class KeysModel(QAbstractTableModel):
    """Action, where it stands, its keys; changed keys are bold."""

    HEADS: ClassVar = ("Action", "Menu", "Keys")

    def __init__(self, shortcuts: Shortcuts) -> None:
        super().__init__()
        self._shortcuts = shortcuts
        self._specs: tuple[ActionSpec, ...] = ACTIONS
        self._keys = shortcuts.all()
        self.theme: Theme | None = None

    def show_matching(self, words: str) -> None:
        """Show the actions whose name, menu or keys fit."""
        self.beginResetModel()
        self._specs = tuple(
            spec
            for spec in ACTIONS
            if match(words, f"{spoken(spec)} {spec.menu} {shown(self._keys[spec.key])}") is not None
        )
        self.endResetModel()

    def refresh(self) -> None:
        """Other keys hold."""
        self._keys = self._shortcuts.all()
        if self._specs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._specs) - 1, 2))

    def spec_at(self, at: int) -> ActionSpec | None:
        """The action of a row."""
        return self._specs[at] if 0 <= at < len(self._specs) else None

    def row_of(self, action: str) -> int:
        """Where an action stands, −1 = it is not shown."""
        return next((at for at, spec in enumerate(self._specs) if spec.key == action), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of actions shown."""
        return 0 if parent is not None and parent.isValid() else len(self._specs)

    def columnCount(self, parent: Index | None = None) -> int:
        """Three."""
        return 0 if parent is not None and parent.isValid() else len(self.HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The heads."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self.HEADS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts; bold for keys that were changed, grey for menus."""
        spec = self.spec_at(index.row())
        if spec is None:
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (spoken(spec), spec.menu.replace("/", " › "), shown(self._keys[spec.key]))[column]
        if self.theme is None:
            return None
        if role == Qt.ItemDataRole.FontRole and column == 2 and self._shortcuts.is_changed(spec.key):
            return QFont(self.theme.font("strong"))
        if role == Qt.ItemDataRole.ForegroundRole and column == 1:
            return QColor(self.theme.color("text2"))
        return None


class KeysPage(QWidget):
    """Search, list, and the field that takes the new keys. Changes hold at once."""

    chosen = Signal(str, str)  # action, keys

    def __init__(self, shortcuts: Shortcuts) -> None:
        super().__init__()
        self._shortcuts = shortcuts
        self.search = IconField("Find an action or a key", "search", tall=False)
        self.search.setPlaceholderText("Find an action or a key")
        self.model = KeysModel(shortcuts)
        self.table = _Table()
        self.table.setModel(self.model)
        self.keys = QKeySequenceEdit()
        self.keys.setMaximumSequenceLength(1)
        self.keys.setAccessibleName("New keys")
        self._name = label("", "strong")
        self._set = Button("Set", kind="primary")
        self._none = Button("No key")
        self._default = Button("As it came")
        self._problem = label("", "small", "leak", wraps=True)
        self._lay_out()
        self._connect()
        self.table.selectRow(0)

    def refresh(self) -> None:
        """Other keys hold."""
        self.model.refresh()
        self._show_chosen()

    def go_to(self, action: str) -> None:
        """Select an action."""
        self.search.clear()
        at = self.model.row_of(action)
        if at >= 0:
            self.table.selectRow(at)

    def apply_theme(self, theme: Theme) -> None:
        """Fonts and colours of the list."""
        self.model.theme = theme
        self.table.verticalHeader().setDefaultSectionSize(theme.row_height)
        self.table.setColumnWidth(0, theme.px(210))
        self.table.setColumnWidth(1, theme.px(130))

    @property
    def _chosen(self) -> ActionSpec | None:
        return self.model.spec_at(self.table.currentIndex().row())

    def _connect(self) -> None:
        self.search.textChanged.connect(self._find)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_chosen())
        self.table.edit_requested.connect(self.keys.setFocus)
        self.keys.keySequenceChanged.connect(lambda _keys: self._judge())
        self._set.clicked.connect(lambda: self._choose(self._typed()))
        self._none.clicked.connect(lambda: self._choose(""))
        self._default.clicked.connect(self._choose_default)

    def _find(self, words: str) -> None:
        self.model.show_matching(words)
        if self.model.rowCount():
            self.table.selectRow(0)
        self._show_chosen()

    def _typed(self) -> str:
        return self.keys.keySequence().toString(_PORTABLE)

    def _choose(self, keys: str) -> None:
        spec = self._chosen
        if spec is not None:
            self.chosen.emit(spec.key, keys)
            self.table.setFocus()

    def _choose_default(self) -> None:
        spec = self._chosen
        if spec is not None:
            self._choose(spec.shortcut)

    def _show_chosen(self) -> None:
        spec = self._chosen
        self._name.setText(spoken(spec) if spec is not None else "No action found")
        self.keys.setEnabled(spec is not None)
        self.keys.setKeySequence(QKeySequence(self._shortcuts.of(spec.key) if spec is not None else ""))
        self._judge()

    def _judge(self) -> None:
        """Say what stands against the keys that were typed; on and off what can be done."""
        spec = self._chosen
        now = self._shortcuts.of(spec.key) if spec is not None else ""
        typed = self._typed()
        problem = self._shortcuts.why_not(spec.key, typed) if spec is not None and typed != now else ""
        default = spec.shortcut if spec is not None else ""
        self._problem.setText(problem)
        self._set.setEnabled(spec is not None and bool(typed) and typed != now and not problem)
        self._none.setEnabled(bool(now))
        in_the_way = self._shortcuts.why_not(spec.key, default) if spec is not None else ""
        self._default.setEnabled(spec is not None and self._shortcuts.is_changed(spec.key) and not in_the_way)
        self._default.setToolTip(in_the_way or (shown(default) if default else "It came without a key"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        hint = label("Press the new keys:", "small", "text2")
        below = row(self._name, None, hint, self.keys, self._set, self._none, self._default)
        self.keys.setFixedWidth(130)
        column.addLayout(below)
        column.addWidget(self._problem)
        self._problem.setMinimumHeight(18)


class _Table(QTableView):
    """Arrow keys go through the actions; Enter goes on to the field for the keys."""

    edit_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Keys of all actions")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setProperty("framed", True)
        self.verticalHeader().hide()
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.doubleClicked.connect(lambda _index: self.edit_requested.emit())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.type() == QEvent.Type.KeyPress:
            self.edit_requested.emit()
        else:
            super().keyPressEvent(event)
