"""A line that searches a pane of text: all places marked, "3 of 14", up from the end and round."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from refscope.gui.parts import ToolButton, label, row
from refscope.gui.theme import Theme
from refscope.text import format_count

MOST_MARKED = 1000
"""Places that are marked; the count goes on."""


class TextSearch(QWidget):
    """Searches `text` from its end, as output is read. Enter and F3 go on upwards, with Shift downwards."""

    closed = Signal()

    def __init__(self, text: QPlainTextEdit) -> None:
        super().__init__()
        self._text = text
        self._theme: Theme | None = None
        self._places: list[int] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find in the output")
        self.field.setAccessibleName("Find in the output")
        self.found = label("", "small", "text3")
        up = ToolButton("chevron_up", "Previous (Enter)", size=14)
        down = ToolButton("chevron_down", "Next (Shift+Enter)", size=14)
        close = ToolButton("close", "Close the search (Esc)", size=14)
        up.clicked.connect(self.go_up)
        down.clicked.connect(self.go_down)
        close.clicked.connect(self.close_search)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.setLayout(row(self.field, self.found, up, down, close, spacing=6, margins=(8, 5, 8, 5)))
        self.hide()

    def open_search(self) -> None:
        """Show the line; what is selected is searched for."""
        chosen = self._text.textCursor().selectedText()
        self.show()
        if chosen and "\u2029" not in chosen:
            self.field.setText(chosen)
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search()

    def close_search(self) -> None:
        """Hide the line and the marks."""
        self.hide()
        self._text.setExtraSelections([])
        self.closed.emit()

    def go_up(self) -> bool:
        """To the place above, around the start; False = there is none."""
        return self._go(-1)

    def go_down(self) -> bool:
        """To the place below, around the end; False = there is none."""
        return self._go(+1)

    def apply_theme(self, theme: Theme) -> None:
        """Colour of the marks."""
        self._theme = theme
        if self.isVisible():
            self._mark()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_F3, Qt.Key.Key_Escape):
                event.accept()
            return False
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self._refresh()
            is_back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            (self.go_down if is_back else self.go_up)()
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.close_search()
            return True
        return False

    def _search(self) -> None:
        cursor = self._text.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self._text.setTextCursor(cursor)
        self._refresh()
        self._go(-1)

    def _refresh(self) -> None:
        """Find all places anew: output may have come, and lines gone. Some 5 ms for 2 MB."""
        wanted = self.field.text().casefold()
        text = self._text.toPlainText().casefold() if wanted else ""
        self._places = []
        at = text.find(wanted) if wanted else -1
        while at >= 0:
            self._places.append(at)
            at = text.find(wanted, at + len(wanted))
        self._mark()

    def _go(self, step: int) -> bool:
        if not self._places:
            self.found.setText("Not found" if self.field.text() else "")
            return False
        here = self._text.textCursor().selectionStart()
        at = bisect_left(self._places, here)
        if step > 0:
            at += int(at < len(self._places) and self._places[at] == here)
        else:
            at -= 1
        at %= len(self._places)
        cursor = self._text.textCursor()
        cursor.setPosition(self._places[at])
        end = self._places[at] + len(self.field.text())
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._text.setTextCursor(cursor)
        self._text.centerCursor()
        self.found.setText(f"{format_count(at + 1)} of {format_count(len(self._places))}")
        return True

    def _mark(self) -> None:
        marked = []
        if self._theme is not None:
            ground = self._theme.color("watchbg")
            for place in self._places[-MOST_MARKED:]:
                selection = QTextEdit.ExtraSelection()
                cursor = QTextCursor(self._text.document())
                cursor.setPosition(place)
                cursor.setPosition(place + len(self.field.text()), QTextCursor.MoveMode.KeepAnchor)
                selection.cursor = cursor
                selection.format.setBackground(ground)
                marked.append(selection)
        self._text.setExtraSelections(marked)
