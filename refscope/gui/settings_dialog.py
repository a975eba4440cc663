"""The settings: pages built from the table of preferences, and one for keys. Not modal; holds at once."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from refscope.gui.parts import Button, label, line, row
from refscope.gui.preferences import PAGES, PREFERENCES, Value
from refscope.gui.settings import Settings
from refscope.gui.settings_dialog_keys import KeysPage
from refscope.gui.settings_dialog_rows import SettingRow
from refscope.gui.shortcuts import Shortcuts
from refscope.gui.theme import Theme

KEYS = "Keys"
SIZE = (780, 560)
_PAGES = 150


class SettingsDialog(QDialog):
    """See the module. It follows the settings whoever changes them."""

    def __init__(self, parent: QWidget, settings: Settings, shortcuts: Shortcuts) -> None:
        super().__init__(parent)
        self._settings, self._shortcuts = settings, shortcuts
        self._before: dict[str, str] = {}
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows = {preference.key: SettingRow(preference) for preference in PREFERENCES}
        self.keys = KeysPage(shortcuts)
        self.pages = QListWidget()
        self.pages.addItems([*PAGES, KEYS])
        self.pages.setAccessibleName("Pages")
        self.pages.setProperty("kind", "pages")
        self._stack = QStackedWidget()
        self._stack.setProperty("surface", "panel")
        self._stack.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._reset = Button("Reset settings")
        self._undo = Button("Undo", "undo")
        self._told = label("", "small", "text2")
        self._close = Button("Close", kind="primary")
        self._lay_out()
        self._connect()
        self.pages.setCurrentRow(0)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter in a field must not press any of them
        self.resize(*SIZE)

    def go_to(self, place: str) -> None:
        """Show a page by its name, or a setting by its key with the keyboard in it."""
        names = [*PAGES, KEYS]
        if place in names:
            self.pages.setCurrentRow(names.index(place))
        elif place in self.rows:
            made = self.rows[place]
            self.pages.setCurrentRow(names.index(made.preference.page))
            first = made.control.findChild(QWidget) if made.control.focusPolicy() == _NO_FOCUS else None
            (first or made.control).setFocus(Qt.FocusReason.OtherFocusReason)

    def apply_theme(self, theme: Theme) -> None:
        """As wide as the text needs."""
        self.pages.setFixedWidth(theme.px(_PAGES))
        for at in range(self.pages.count()):
            self.pages.item(at).setSizeHint(QSize(0, theme.px(30)))
        self.setMinimumSize(min(theme.px(SIZE[0]), 1200), min(theme.px(420), 800))

    def _connect(self) -> None:
        self.pages.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.keys.chosen.connect(self._shortcuts.choose)
        self._settings.changed.connect(self._changed)
        self._reset.clicked.connect(self._reset_all)
        self._undo.clicked.connect(self._undo_reset)
        self._close.clicked.connect(self.close)
        for made in self.rows.values():
            made.show_value(self._settings.value(made.preference))
            made.chosen.connect(lambda value, made=made: self._choose(made, value))

    def _choose(self, made: SettingRow, value: Value) -> None:
        self._settings.choose(made.preference, value)

    def _changed(self, key: str) -> None:
        if key == "shortcuts":
            self.keys.refresh()
        elif key in self.rows:
            self.rows[key].show_value(self._settings.value(self.rows[key].preference))

    def _reset_all(self) -> None:
        self._before = self._settings.reset()
        count = len(self._before)
        words = (
            f"{count} setting{'' if count == 1 else 's'} as they came." if count else "All are as they came."
        )
        self._told.setText(words)
        self._undo.setVisible(bool(count))

    def _undo_reset(self) -> None:
        self._settings.restore(self._before)
        self._told.setText("As before.")
        self._undo.hide()

    def _lay_out(self) -> None:
        for page in PAGES:
            self._stack.addWidget(self._page(page))
        holder = QWidget()
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(24, 18, 24, 12)
        inside.addWidget(label(KEYS, "heading"))
        inside.addSpacing(4)
        inside.addWidget(self.keys, 1)
        self._stack.addWidget(holder)
        self._undo.hide()
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.pages)
        middle.addWidget(line(vertical=True))
        middle.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(line())
        column.addLayout(
            row(self._reset, self._told, self._undo, None, self._close, margins=(12, 10, 12, 10))
        )

    def _page(self, page: str) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(20)
        column.addWidget(label(page, "heading"))
        for made in self.rows.values():
            if made.preference.page == page:
                column.addWidget(made)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(_NO_FOCUS)
        return scroll


_NO_FOCUS = Qt.FocusPolicy.NoFocus
