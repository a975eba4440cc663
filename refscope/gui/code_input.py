"""The input of a console: lines of code with history, completion by Tab, and blocks that indent.

Emits what a person wants; what a line means, and what can complete it, is decided elsewhere.
"""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QPlainTextEdit, QSizePolicy

from refscope.gui.theme import Theme, wear

MOST_LINES = 8
"""Lines that are shown at once; a longer block scrolls."""
INDENT = "    "
_Key = Qt.Key
_ENTERS = (_Key.Key_Return, _Key.Key_Enter)


class CodeInput(QPlainTextEdit):
    """One line that grows with its block. Enter runs it; Shift+Enter begins a line."""

    submitted = Signal(str)
    completion_wanted = Signal(str)  # the text up to the cursor
    stop_wanted = Signal()
    clear_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._history: list[str] = []
        self._at = 0
        self._draft = ""
        self._start = 0  # of the word that is completed
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setWidget(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseSensitive)
        self._completer.activated.connect(self._take)
        self.setTabChangesFocus(True)
        self.setProperty("role", "mono")
        self.setAccessibleName("Python for the copy")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    @property
    def _list(self) -> QAbstractItemView:
        popup = self._completer.popup()
        assert popup is not None
        return popup

    def apply_theme(self, theme: Theme) -> None:
        """The font of code, also in the list, which is a window of its own."""
        self.setFont(theme.font("mono"))
        wear(self._list, theme)
        self._list.setFont(theme.font("mono"))
        self._fit()

    def go_on(self, source: str) -> None:
        """A block that is not complete: put it back, with a further line indented as it needs."""
        last = source.rstrip("\n").rsplit("\n", 1)[-1]
        indent = last[: len(last) - len(last.lstrip())]
        if last.rstrip().endswith(":"):
            indent += INDENT
        self.setPlainText(source.rstrip("\n") + "\n" + indent)
        self.moveCursor(QTextCursor.MoveOperation.End)
        if self._history and self._history[-1] == source:
            self._history.pop()
        self._at = len(self._history)

    def show_completion(self, source: str, start: int, names: tuple[str, ...]) -> None:
        """Complete what was asked for, unless the text is another by now: at once, or from a list."""
        if source != self._before_cursor() or not names:
            return
        self._start = start
        common = _common_start(names)
        if len(common) > len(source) - start:
            self._take(common)
        if len(names) > 1:
            self._names.setStringList(names)
            self._completer.setCompletionPrefix(common)
            place = self.cursorRect()
            popup = self._list
            room = popup.sizeHintForColumn(0) + popup.verticalScrollBar().sizeHint().width() + 16
            place.setWidth(min(420, max(160, room)))
            self._completer.complete(place)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab completes where there is something to complete, and leaves an empty line."""
        before = self._before_cursor()
        if next and before.strip():
            return False
        return super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter runs, Up and Down walk through what was run, Tab completes, Ctrl+C stops."""
        popup = self._list
        if popup.isVisible():
            if event.key() in (*_ENTERS, _Key.Key_Tab, _Key.Key_Escape, _Key.Key_Backtab):
                event.ignore()  # the list takes them
                return
            super().keyPressEvent(event)
            self._narrow()
            return
        if not self._is_ours(event):
            super().keyPressEvent(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        key, control = event.key(), event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if key in _ENTERS and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._enter(whole=control)
        elif key == _Key.Key_Tab and not event.modifiers():
            self._tab()
        elif key in (_Key.Key_Up, _Key.Key_Down) and not event.modifiers():
            return self._walk(-1 if key == _Key.Key_Up else +1)
        elif control and key == _Key.Key_C and not self.textCursor().hasSelection():
            self.stop_wanted.emit()
        elif control and key == _Key.Key_L:
            self.clear_wanted.emit()
        elif key == _Key.Key_Escape and self.toPlainText():
            self.clear()
        else:
            return False
        return True

    def _enter(self, *, whole: bool) -> None:
        """Run it. An empty last line, or Ctrl, ends a block; elsewhere in a block Enter begins a line."""
        text = self.toPlainText()
        if not text.strip():
            return
        if not whole and not self.textCursor().atEnd() and "\n" in text:
            self.insertPlainText("\n")
            return
        ends = whole or not text.rsplit("\n", 1)[-1].strip()
        source = text.rstrip() + ("\n" if ends else "")
        kept = text.rstrip()
        if not self._history or self._history[-1] != kept:
            self._history.append(kept)
        self._at, self._draft = len(self._history), ""
        self.clear()
        self.submitted.emit(source)

    def _tab(self) -> None:
        before = self._before_cursor()
        line = before.rsplit("\n", 1)[-1]
        if line.strip():
            self.completion_wanted.emit(before)
        else:
            self.insertPlainText(INDENT)

    def _walk(self, step: int) -> bool:
        cursor = self.textCursor()
        edge = 0 if step < 0 else self.document().blockCount() - 1
        if cursor.blockNumber() != edge or not self._history:
            return False
        to = max(0, min(len(self._history), self._at + step))
        if to == self._at:
            return True
        if self._at == len(self._history):
            self._draft = self.toPlainText()
        self._at = to
        self.setPlainText(self._history[to] if to < len(self._history) else self._draft)
        self.moveCursor(QTextCursor.MoveOperation.End)
        return True

    def _before_cursor(self) -> str:
        return self.toPlainText()[: self.textCursor().position()]

    def _take(self, word: str) -> None:
        cursor = self.textCursor()
        cursor.setPosition(self._start)
        cursor.setPosition(self.textCursor().position(), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(word)
        self.setTextCursor(cursor)

    def _narrow(self) -> None:
        """Typing on narrows the list; leaving the word closes it."""
        word = self._before_cursor()[self._start :]
        fits = bool(word) and word.replace("_", "a").isalnum()
        if not fits or self.textCursor().position() < self._start:
            self._list.hide()
            return
        self._completer.setCompletionPrefix(word)
        if self._completer.completionCount() == 0:
            self._list.hide()

    def _fit(self) -> None:
        lines = max(1, min(MOST_LINES, round(self.document().size().height())))
        high = QFontMetrics(self.font()).lineSpacing() * lines + 2
        if high != self.height():
            self.setFixedHeight(high)


def _common_start(names: tuple[str, ...]) -> str:
    first, last = min(names), max(names)
    same = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    return first[: min(len(first), len(last)) if same is None else same]
