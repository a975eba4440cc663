"""The command palette: a field and a list over the window, used with the keyboard alone.

It is a child of the window, not a window of its own: it opens at once on any desktop, moves with the
window and gives the keyboard back to where it was. What it lists is asked for by `entries_wanted`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QListView, QVBoxLayout, QWidget
from shiboken6 import isValid

from refscope.gui.palette_entries import HINTS, Ranked
from refscope.gui.palette_list import PaletteDelegate, PaletteModel
from refscope.gui.parts import IconField, label, line, row
from refscope.gui.theme import Theme

WIDTH = 640
_TOP = 64
_MOST_ROWS = 11
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Palette(QFrame):
    """`chosen(key)`: an entry that can be used was chosen. `ask`: what a text finds, best first."""

    chosen = Signal(str)

    def __init__(self, window: QWidget, ask: Callable[[str], Sequence[Ranked]]) -> None:
        super().__init__(window)
        self._window, self._ask = window, ask
        self._theme: Theme | None = None
        self._before: QWidget | None = None
        self.setProperty("surface", "card")
        self.setProperty("palette", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("All commands")
        self.field = IconField("Type the name of a command", "search")
        self.field.setPlaceholderText("Type the name of a command")
        self.field.setProperty("kind", "bare")
        self.model = PaletteModel()
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Commands")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._delegate = PaletteDelegate(self.list)
        self.list.setItemDelegate(self._delegate)
        self._nothing = label("", "body", "text2")
        self._nothing.setContentsMargins(16, 10, 16, 12)
        self._lay_out()
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._choose)
        window.installEventFilter(self)
        self.hide()

    def open(self, text: str = "") -> None:
        """Open with a text in the field, ready to type."""
        if not self.isVisible():
            self._before = self._window.focusWidget()
        self.field.setText(text)
        self._find(text)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def renew(self) -> None:
        """List anew what the text finds: there is more than before, or less."""
        if self.isVisible():
            self._find(self.field.text())

    def close_palette(self) -> None:
        """Close, and give the keyboard back to where it was."""
        if not self.isVisible():
            return
        self.hide()
        before, self._before = self._before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def apply_theme(self, theme: Theme) -> None:
        """Take colours, fonts, and the shadow."""
        self._theme = self._delegate.theme = theme
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(32)
        shadow.setOffset(0, 6)
        shadow.setColor(theme.color("text", 0.28) if not theme.is_dark else theme.color("onaccent", 0.8))
        self.setGraphicsEffect(shadow)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows, Enter and Esc while typing; a click beside closes; the window's size."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        if watched is self.field and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()  # Esc closes the palette before anything else
                return True
            if event.type() == QEvent.Type.KeyPress:
                return self._key(event)
        if watched is self.field and event.type() == QEvent.Type.FocusOut and not self._keeps_focus():
            self.hide()
        return False

    def _keeps_focus(self) -> bool:
        """The field's own menu, or another window on top, does not close the palette."""
        focused = self._window.focusWidget()
        return focused is None or focused is self.field or not self._window.isActiveWindow()

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_palette()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._move(1 if key == Qt.Key.Key_Tab else -1)
        elif key in _MOVES:
            steps = _MOST_ROWS - 1 if key in _MOVES[2:] else 1
            self._move(steps if key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown) else -steps)
        else:
            return False
        return True

    def _move(self, by: int) -> None:
        """Go up or down; a single step past an end goes round."""
        count, at = self.model.rowCount(), self.list.currentIndex().row()
        if count:
            to = (at + by) % count if abs(by) == 1 else max(0, min(count - 1, at + by))
            self.list.setCurrentIndex(self.model.index(to))

    def _choose(self, index: QModelIndex) -> None:
        found = self.model.at(index.row())
        if found is None or found.entry.off:
            return
        self.close_palette()
        self.chosen.emit(found.entry.key)

    def _find(self, text: str) -> None:
        rows = self._ask(text)
        self.model.show_rows(rows)
        self._nothing.setText(f"Nothing is called “{text.strip()}”." if not rows else "")
        self._nothing.setVisible(not rows)
        self.list.setVisible(bool(rows))
        if rows:
            self.list.setCurrentIndex(self.model.index(0))
            self.list.scrollToTop()
        self._place()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(row(self.field, margins=(5, 7, 8, 7)))
        column.addWidget(line())
        column.addWidget(self.list)
        column.addWidget(self._nothing)
        column.addWidget(line())
        hints: list[QWidget | int | None] = []
        for key, words in HINTS:
            chip = label(key)
            chip.setProperty("chip", "key")
            hints += [chip, label(words, "caption", "text2"), 6]
        column.addLayout(row(*hints, None, spacing=5, margins=(14, 7, 14, 8)))

    def _place(self) -> None:
        """In the middle, near the top, as high as its lines; fewer lines in a low window."""
        theme = self._theme
        each = self._delegate.sizeHint(None, QModelIndex()).height()  # type: ignore[arg-type]
        room = max(3, (self._window.height() - _TOP - 150) // max(1, each))
        shown = min(self.model.rowCount(), _MOST_ROWS, room)
        self.list.setFixedHeight(shown * each)
        width = min(theme.px(WIDTH) if theme is not None else WIDTH, self._window.width() - 32)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((self._window.width() - width) // 2, _TOP)
