"""The console: what the program prints, with its colours, and a line for its input.

Output comes in by `feed` and is written in batches from a timer, so that a program that floods its
output never stalls the window; the pane keeps the last lines (`ansi_view.MAX_LINES`).
"""

from __future__ import annotations

import re
import time
from collections import deque

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from refscope.gui.ansi import AnsiReader, Run
from refscope.gui.ansi_view import AnsiView
from refscope.gui.parts import Icon, ToolButton, line, row
from refscope.gui.state_values import MessageState
from refscope.gui.states import MessageView
from refscope.gui.text_search import TextSearch
from refscope.gui.theme import Theme
from refscope.text import format_bytes, safe

TICK_MS = 40
PIECE_CHARS = 8_000
BUDGET_S = 0.015
"""Written piece by piece while a tick's budget lasts, so that a flood leaves the window its half of the time.
Coloured lines cost 10 to 35 µs each."""
BACKLOG_CHARS = 4_000_000
"""Output that waits; older is skipped, and the pane says so."""

SETTLE_MS = 150
LEAST_CELLS = (2, 20)
"""A smaller pane is a bar for its last line: programs keep the size they had."""

EMPTY = MessageState("The program has printed nothing yet.", "", "terminal")
ELSEWHERE = MessageState(
    "What this program prints goes where it was started",
    "RefScope came later, so it has no input line here.",
    "terminal",
)
_CONTROL, _NO_MODIFIER = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


class ConsolePane(QWidget):
    """Shows output and takes input. Everything on the Qt thread."""

    line_entered = Signal(str)
    end_of_input = Signal()
    mark_requested = Signal(str)  # a regular expression for lines of output
    last_line_changed = Signal(str)
    save_requested = Signal()
    cells_changed = Signal(int, int)  # rows and columns that output is shown in

    def __init__(self) -> None:
        super().__init__()
        self._reader = AnsiReader()
        self._waiting: deque[str] = deque()
        self._waiting_chars = 0
        self._skipped_chars = 0
        self._history: list[str] = []
        self._at = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.flush)
        self.cells: tuple[int, int] | None = None
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._measure)
        self.output = _Output(self)
        self.search = TextSearch(self.output)
        self.search.closed.connect(self._leave_search)
        self._make_input()
        self.corner = self._make_corner()
        self._stack = QStackedLayout()
        self._empty = MessageView(EMPTY)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.output)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.search)
        column.addLayout(self._stack, 1)
        self._input_line = line()
        column.addWidget(self._input_line)
        column.addWidget(self._input_bar)
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        for widget in (self.output, self.input):
            widget.installEventFilter(self)
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

    def _write(self, runs: list[Run]) -> None:
        if runs:
            self.output.write(runs)
            self._stack.setCurrentIndex(1)

    def clear(self) -> None:
        """Forget all output, for a new run."""
        self._waiting.clear()
        self._waiting_chars = self._skipped_chars = 0
        self._reader = AnsiReader()
        self.output.forget()
        self._stack.setCurrentIndex(0)
        self.set_elsewhere(False)
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Measure once it stays so large: a program redraws at every size that it is told."""
        super().resizeEvent(event)
        self._settle.start()

    def apply_theme(self, _theme: Theme) -> None:
        """Characters have another size."""
        self._settle.start()

    def _measure(self) -> None:
        shown = self._stack.currentWidget()
        assert shown is not None, "the stack was filled once and for all"
        rows, columns = self.output.cells_in(shown.size())
        is_usable = self.isVisible() and rows >= LEAST_CELLS[0] and columns >= LEAST_CELLS[1]
        if is_usable and self.cells != (rows, columns):
            self.cells = rows, columns
            self.cells_changed.emit(rows, columns)

    # input

    def _make_input(self) -> None:
        self.input = QLineEdit()
        self.input.setProperty("kind", "bare")
        self.input.setProperty("role", "mono")
        self.input.setAccessibleName("Input of the program")
        self.input.returnPressed.connect(self._enter)
        self._end = ToolButton("stop", "End of input (Ctrl+D on an empty line)", size=12)
        self._end.clicked.connect(self.end_of_input)
        self._input_bar = QWidget()
        self._input_bar.setFixedHeight(32)
        arrow = Icon("chevron_right", "accent", 12)
        self._input_bar.setLayout(row(arrow, self.input, self._end, spacing=2, margins=(14, 0, 8, 0)))
        self.set_running(False)

    def set_elsewhere(self, elsewhere: bool) -> None:
        """A program that was attached to has its output and input where it was started."""
        self._empty.show_state(ELSEWHERE if elsewhere else EMPTY)
        for part in (self._input_line, self._input_bar):
            part.setVisible(not elsewhere)
        self.corner.setEnabled(not elsewhere)
        self.setFocusProxy(None if elsewhere else self.input)  # type: ignore[arg-type]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if elsewhere else Qt.FocusPolicy.NoFocus)

    def set_running(self, running: bool) -> None:
        """Input goes only to a program that runs; the keyboard stays here when it ends."""
        if not running and self.input.hasFocus() and self.output.isVisible():
            self.output.setFocus(Qt.FocusReason.OtherFocusReason)
        self.input.setEnabled(running)
        self._end.setVisible(running)
        text = "Type a line for the program's input, Enter sends it" if running else "The program has ended"
        self.input.setPlaceholderText(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+F searches here; Up and Down walk through what was entered; Ctrl+D ends the input."""
        if not isinstance(event, QKeyEvent):
            return False
        is_find = event.modifiers() == _CONTROL and event.key() == Qt.Key.Key_F
        is_again = event.key() == Qt.Key.Key_F3 and self.search.isVisible()
        if event.type() == QEvent.Type.ShortcutOverride and (is_find or is_again):
            event.accept()  # the window has actions on these keys as well
            return False
        if event.type() != QEvent.Type.KeyPress:
            return False
        if is_find:
            self.search.open_search()
        elif is_again:
            self.search.go_up()
        elif watched is self.output and event.key() == Qt.Key.Key_End and event.modifiers() == _NO_MODIFIER:
            self.output.follow()
        else:
            return watched is self.input and self._input_key(event)
        return True

    def _input_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._history:
            step = -1 if event.key() == Qt.Key.Key_Up else 1
            self._at = max(0, min(len(self._history), self._at + step))
            self.input.setText(self._history[self._at] if self._at < len(self._history) else "")
            return True
        if event.modifiers() == _CONTROL and event.key() == Qt.Key.Key_D and not self.input.text():
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

    def _make_corner(self) -> QWidget:
        find = ToolButton("search", "Find in the output (Ctrl+F in the console)", size=14)
        save = ToolButton("save", "Save the output…", size=14)
        find.clicked.connect(self._toggle_search)
        save.clicked.connect(self.save_requested)
        made = QWidget()
        made.setLayout(row(find, save, spacing=2))
        return made

    def _leave_search(self) -> None:
        (self.input if self.input.isEnabled() else self.output).setFocus()

    def _toggle_search(self) -> None:
        if self.search.isVisible():
            self.search.close_search()
        else:
            self.search.open_search()


class _Output(AnsiView):
    """The output, with a menu of its own."""

    def __init__(self, pane: ConsolePane) -> None:
        super().__init__("Output of the program")
        self._pane = pane

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
        menu.addAction("Find…").triggered.connect(self._pane.search.open_search)
        menu.addAction("Save…").triggered.connect(self._pane.save_requested)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())


def pattern_of(text: str) -> str:
    """A regular expression for lines like this one: its figures may differ."""
    return re.sub(r"\d+", r"\\d+", re.escape(text.strip()))
