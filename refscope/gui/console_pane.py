"""The console: what the program prints, with its colours, and a line for its input.

Output comes in by `feed` and is written in batches from a timer, so that a program that floods its
output never stalls the window; the pane keeps the last `MAX_LINES` lines.
"""

from __future__ import annotations

import re
import time
from collections import deque
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPlainTextEdit, QStackedLayout, QVBoxLayout, QWidget

from refscope.gui.ansi import CARRIAGE_RETURN, AnsiReader, Run, TextStyle
from refscope.gui.parts import Icon, ToolButton, label, line, row
from refscope.gui.state_values import MessageState
from refscope.gui.states import MessageView
from refscope.gui.theme import Theme
from refscope.text import format_bytes, safe

MAX_LINES = 20_000
"""Lines kept; some 2 MB of text. More makes a change of theme slow."""
TICK_MS = 40
PIECE_CHARS = 8_000
BUDGET_S = 0.015
"""Written piece by piece while a tick's budget lasts, so that a flood leaves the window its half of the time.
Coloured lines cost 10 to 35 µs each."""
BACKLOG_CHARS = 4_000_000
"""Output that waits; older is skipped, and the pane says so."""

EMPTY = MessageState("The program has printed nothing yet", "", "terminal")

_TOKENS = ("text3", "leak", "ok", "watch", "accent", "curve_count", "curve_unique", "text2")
"""Tokens of the eight ANSI colours: black, red, green, yellow, blue, magenta, cyan, white."""
_STYLE = QTextCharFormat.Property.UserProperty + 1


class ConsolePane(QWidget):
    """Shows output and takes input. Everything on the Qt thread."""

    line_entered = Signal(str)
    end_of_input = Signal()
    mark_requested = Signal(str)  # a regular expression for lines of output
    last_line_changed = Signal(str)
    saved = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._reader = AnsiReader()
        self._waiting: deque[str] = deque()
        self._waiting_chars = 0
        self._skipped_chars = 0
        self._return_pending = False
        self._styles: list[TextStyle] = []
        self._formats: dict[TextStyle, QTextCharFormat] = {}
        self._history: list[str] = []
        self._at = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.flush)
        self.output = _Output(self)
        self._make_input()
        self._make_search()
        self.corner = self._make_corner()
        self._stack = QStackedLayout()
        empty = MessageView(EMPTY)
        self._stack.addWidget(empty)
        self._stack.addWidget(self.output)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._search_bar)
        column.addLayout(self._stack, 1)
        column.addWidget(line())
        column.addWidget(self._input_bar)
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusProxy(self.input)

    # output

    def feed(self, text: str) -> None:
        """Take output; it is written with the next tick."""
        if not text:
            return
        self._waiting.append(text)
        self._waiting_chars += len(text)
        while self._waiting_chars > BACKLOG_CHARS and len(self._waiting) > 1:
            dropped = len(self._waiting.popleft())
            self._waiting_chars -= dropped
            self._skipped_chars += dropped
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Write what waits, as far as the budget of one tick goes."""
        if not self._waiting:
            self._timer.stop()
            return
        if self._skipped_chars:
            self._write([Run(f"\n… {format_bytes(self._skipped_chars)} of output skipped …\n")])
            self._skipped_chars = 0
        ends = time.monotonic() + BUDGET_S
        while self._waiting:
            self._write(self._reader.feed(self._next_piece()))
            if time.monotonic() >= ends:
                break
        self.last_line_changed.emit(safe(self.last_line()))

    def _next_piece(self) -> str:
        text = self._waiting.popleft()
        if len(text) > PIECE_CHARS:
            self._waiting.appendleft(text[PIECE_CHARS:])
            text = text[:PIECE_CHARS]
        self._waiting_chars -= len(text)
        return text

    def clear(self) -> None:
        """Forget all output, for a new run."""
        self._waiting.clear()
        self._waiting_chars = 0
        self._reader = AnsiReader()
        self.output.clear()
        self._stack.setCurrentIndex(0)
        self.last_line_changed.emit("")

    def text(self) -> str:
        """Everything that is kept, without colours."""
        return self.output.toPlainText()

    def last_line(self) -> str:
        """The last line that is not empty, or ""."""
        block = self.output.document().lastBlock()
        while block.isValid() and not block.text().strip():
            block = block.previous()
        return block.text() if block.isValid() else ""

    def set_running(self, running: bool) -> None:
        """Input goes only to a program that runs."""
        self.input.setEnabled(running)
        text = "Type a line for the program's input, Enter sends it" if running else "The program has ended"
        self.input.setPlaceholderText(text)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything that is shown."""
        self._theme = theme
        self._formats = {style: self._format(style) for style in self._styles}
        self.output.setFont(theme.font("mono"))
        cursor = QTextCursor(self.output.document())
        cursor.beginEditBlock()
        block = self.output.document().begin()
        while block.isValid():
            fragments = block.begin()
            while not fragments.atEnd():
                fragment = fragments.fragment()
                number = fragment.charFormat().intProperty(_STYLE)
                if 0 < number <= len(self._styles):
                    cursor.setPosition(fragment.position())
                    end = fragment.position() + fragment.length()
                    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                    cursor.setCharFormat(self._formats[self._styles[number - 1]])
                fragments += 1
            block = block.next()
        cursor.endEditBlock()

    def _write(self, runs: list[Run]) -> None:
        if not runs:
            return
        bar = self.output.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 2
        cursor = QTextCursor(self.output.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for run in runs:
            if run.text == CARRIAGE_RETURN:
                self._return_pending = True
                continue
            if self._return_pending and not run.text.startswith("\n"):
                cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
                cursor.removeSelectedText()
            self._return_pending = False
            cursor.insertText(run.text, self._format_of(run.style))
        cursor.endEditBlock()
        self._stack.setCurrentIndex(1)
        if follows:
            bar.setValue(bar.maximum())

    def _format_of(self, style: TextStyle) -> QTextCharFormat:
        known = self._formats.get(style)
        if known is None:
            if style not in self._styles:
                self._styles.append(style)
            known = self._formats[style] = self._format(style)
        return known

    def _format(self, style: TextStyle) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setProperty(_STYLE, self._styles.index(style) + 1)
        if self._theme is None:
            return made
        ink = self._color(style.foreground, "text3" if style.is_dim else "text")
        ground = self._color(style.background, "sunken")
        if style.is_inverse:
            ink, ground = ground, ink
        made.setForeground(ink)
        if style.background is not None or style.is_inverse:
            made.setBackground(ground)
        if style.is_bold:
            made.setFontWeight(700)
        made.setFontItalic(style.is_italic)
        made.setFontUnderline(style.is_underlined)
        return made

    def _color(self, wanted: int | str | None, default: str) -> QColor:
        assert self._theme is not None
        if isinstance(wanted, str):
            return QColor(wanted)
        return self._theme.color(default if wanted is None else _TOKENS[wanted % 8])

    # input

    def _make_input(self) -> None:
        self.input = QLineEdit()
        self.input.setProperty("kind", "bare")
        self.input.setProperty("role", "mono")
        self.input.setAccessibleName("Input of the program")
        self.input.returnPressed.connect(self._enter)
        self.input.installEventFilter(self)
        self._input_bar = QWidget()
        self._input_bar.setFixedHeight(32)
        self._input_bar.setLayout(
            row(Icon("chevron_right", "accent", 12), self.input, spacing=2, margins=(14, 0, 8, 0))
        )
        self.set_running(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down walk through what was entered; Ctrl+D on an empty line ends the input."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._history:
            step = -1 if event.key() == Qt.Key.Key_Up else 1
            self._at = max(0, min(len(self._history), self._at + step))
            self.input.setText(self._history[self._at] if self._at < len(self._history) else "")
            return True
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if control and event.key() == Qt.Key.Key_D and not self.input.text():
            self.end_of_input.emit()
            return True
        return False

    def _enter(self) -> None:
        text = self.input.text()
        self.input.clear()
        if text and (not self._history or self._history[-1] != text):
            self._history.append(text)
        self._at = len(self._history)
        self.line_entered.emit(text)

    # search, save

    def _make_search(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find in the output")
        self.search.setAccessibleName("Find in the output")
        self._found = label("", "small", "text3")
        close = ToolButton("close", "Close the search", size=14)
        close.clicked.connect(lambda: self.show_search(False))
        self.search.returnPressed.connect(self.find_next)
        self.search.textChanged.connect(lambda _text: self.find_next(from_end=True))
        self._search_bar = QWidget()
        self._search_bar.setLayout(row(self.search, self._found, close, margins=(8, 5, 8, 5)))
        self._search_bar.hide()

    def show_search(self, shown: bool) -> None:
        """Open or close the line of search."""
        self._search_bar.setVisible(shown)
        (self.search if shown else self.input).setFocus()

    def find_next(self, *, from_end: bool = False) -> bool:
        """Go to the previous place (output is read from its end), around the start; False: nowhere."""
        wanted = self.search.text()
        if not wanted:
            self._found.setText("")
            return False
        if from_end:
            self.output.moveCursor(QTextCursor.MoveOperation.End)
        back = QTextDocument.FindFlag.FindBackward
        found = self.output.find(wanted, back)
        if not found:
            self.output.moveCursor(QTextCursor.MoveOperation.End)
            found = self.output.find(wanted, back)
        self._found.setText("" if found else "Not found")
        return found

    def save(self, path: str = "") -> None:
        """Write the output to a file, asked for when none is given."""
        if not path:
            path, _ = QFileDialog.getSaveFileName(self, "Save the output", "output.txt", "Text (*.txt)")
        if path:
            Path(path).write_text(self.text(), encoding="utf-8")
            self.saved.emit(path)

    def _make_corner(self) -> QWidget:
        find = ToolButton("search", "Find in the output", size=14)
        save = ToolButton("save", "Save the output…", size=14)
        find.clicked.connect(lambda: self.show_search(self._search_bar.isHidden()))
        save.clicked.connect(lambda _=False: self.save())
        made = QWidget()
        made.setLayout(row(find, save, spacing=2))
        return made


class _Output(QPlainTextEdit):
    """The text itself: read-only, bounded, with a menu of its own."""

    def __init__(self, pane: ConsolePane) -> None:
        super().__init__()
        self._pane = pane
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setMaximumBlockCount(MAX_LINES)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setProperty("role", "mono")
        self.setAccessibleName("Output of the program")
        self.document().setDocumentMargin(12)
        self.setTabChangesFocus(True)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Copy, search, save, and a mark wherever this text comes again."""
        menu = self.createStandardContextMenu()
        cursor = (
            self.textCursor() if self.textCursor().hasSelection() else self.cursorForPosition(event.pos())
        )
        text = cursor.selectedText() or cursor.block().text()
        menu.addSeparator()
        mark = menu.addAction("Mark at this text")
        mark.setEnabled(bool(text.strip()))
        mark.triggered.connect(lambda: self._pane.mark_requested.emit(pattern_of(text)))
        menu.addAction("Find…", lambda: self._pane.show_search(True))
        menu.addAction("Save…").triggered.connect(lambda _=False: self._pane.save())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())


def pattern_of(text: str) -> str:
    """A regular expression for lines like this one: its figures may differ."""
    return re.sub(r"\d+", r"\\d+", re.escape(text.strip()))
