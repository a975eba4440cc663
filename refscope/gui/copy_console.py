"""The console on the copy: Python typed here runs in a throw-away clone of a freeze, never in the program.

Shows what was run and what came of it; emits what a person wants. Which freeze it is about, and what
answers, is known to `copy_console_controller`.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from refscope.gui.ansi import AnsiReader, Run, TextStyle
from refscope.gui.ansi_view import AnsiView
from refscope.gui.code_input import CodeInput
from refscope.gui.parts import Button, Icon, label, line, row
from refscope.gui.state_values import MessageState
from refscope.gui.states import StatePanel
from refscope.gui.theme import Theme

COPY_CONSOLE = "Console on the copy"
THIS_IS_A_COPY = "This is a copy. Nothing here reaches your program."
EXAMPLES = (
    ("snapshot", "What this freeze offers"),
    ("snapshot.referrers(obj)", "What holds the selected object"),
    ("vars(obj)", "Its attributes"),
)
"""Three lines to begin with, and what each shows."""
NOTHING_FROZEN = MessageState(
    "Nothing frozen yet", "After a freeze you can run Python here, on a copy of the heap.", "snowflake"
)
STOP_AFTER_MS = 1000
ECHO_AFTER_MS = 150
"""A line that is no whole statement is known to be none after a millisecond or two."""
_TURN_MS = 80
_PROMPT, _GREY = TextStyle(foreground="accent", is_bold=True), TextStyle(foreground="text3")
_STYLES = {"out": TextStyle(), "value": TextStyle(), "err": TextStyle(foreground="leak"), "note": _GREY}


class CopyConsole(QWidget):
    """See the module. Everything on the Qt thread."""

    submitted = Signal(str)
    completion_wanted = Signal(str)
    stop_requested = Signal()
    pressed = Signal(str)  # a button of a state

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._source = ""  # what runs
        self._pending = ""  # the same, while it was not echoed yet
        self._readers: dict[str, AnsiReader] = {}
        self.output = AnsiView("What was run on the copy", wraps=True)
        self.output.installEventFilter(self)
        self.input = CodeInput()
        self.input.submitted.connect(self._submit)
        self.input.completion_wanted.connect(self.completion_wanted)
        self.input.stop_wanted.connect(self.stop_requested)
        self.input.clear_wanted.connect(self.clear)
        self._stop_after = QTimer(self, singleShot=True, interval=STOP_AFTER_MS)
        self._echo_after = QTimer(self, singleShot=True, interval=ECHO_AFTER_MS)
        self._echo_after.timeout.connect(self._echo)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._make_examples())
        self._stack.addWidget(self._make_transcript())
        content = QWidget()
        content.setProperty("surface", "sunken")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._stack, 1)
        column.addWidget(line())
        column.addWidget(self._make_input_bar())
        self.states = StatePanel(content, NOTHING_FROZEN)
        self.states.pressed.connect(self.pressed)
        self._stop_after.timeout.connect(self.stop.show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)
        self.setAccessibleName(COPY_CONSOLE)
        self.setFocusProxy(self.input)

    # what is shown

    def show_freeze(self, name: str) -> None:
        """Run on this freeze from now on; what was run before stays to be read."""
        if name != self._name and self._stack.currentIndex() == 1:
            self._write(f"Now on freeze {name}\n", _GREY)
        self._name = name
        self.prompt.setText(f"{name}>")
        self.input.setAccessibleName(f"Python for the copy of freeze {name}")
        self.states.show_content()

    def show_unavailable(self, state: MessageState) -> None:
        """Why nothing can be run, and what to do."""
        self._end_run()
        self.states.show_message(state)

    def show_output(self, stream: str, text: str) -> None:
        """What a statement prints, while it runs."""
        self._echo()
        reader = self._readers.setdefault(stream, AnsiReader())
        base = _STYLES.get(stream, _STYLES["out"])
        plain = TextStyle()
        self._write_runs(
            [Run(run.text, base if run.style == plain else run.style) for run in reader.feed(text)]
        )

    def show_end(self, state: str, note: str) -> None:
        """A statement is over: "done", "failed", "ended", or "incomplete"."""
        source = self._source
        if state == "incomplete":
            self._pending = ""
            self._end_run()
            self.input.go_on(source)
        else:
            self._echo()
            if note:
                self._begin_line()
                self._write(note + "\n", _GREY)
            self._end_run()

    def clear(self) -> None:
        """Forget what was run; variables stay."""
        self.output.forget()
        self._stack.setCurrentIndex(0)

    def reset(self) -> None:
        """As before any freeze."""
        self._end_run()
        self.clear()
        self._name = ""
        self.states.show_message(NOTHING_FROZEN)

    @property
    def is_running(self) -> bool:
        """Whether a statement runs."""
        return self.spinner.isVisibleTo(self)

    def apply_theme(self, theme: Theme) -> None:
        """The children are told themselves; the prompt is as high as the first line."""
        self._first_line.setFixedHeight(theme.px(17))

    # inside

    def _make_input_bar(self) -> QWidget:
        self.prompt = label(">", "mono", "accent")
        self.prompt.setProperty("role", "mono")
        self.spinner = Spinner()
        self.spinner.hide()
        self._first_line = QWidget()
        self._first_line.setLayout(row(self.prompt, self.spinner, spacing=0))
        self._first_line.setMinimumWidth(26)
        self.stop = Button("Stop", "stop")
        self.stop.setToolTip("Stop what runs (Ctrl+C). Your program is not touched.")
        self.stop.clicked.connect(self.stop_requested)
        self.stop.hide()
        bar = QWidget()
        inside = QHBoxLayout(bar)
        inside.setContentsMargins(12, 8, 8, 8)
        inside.setSpacing(6)
        top = Qt.AlignmentFlag.AlignTop
        inside.addWidget(self._first_line, 0, top)
        inside.addWidget(self.input, 1, top)
        inside.addWidget(self.stop, 0, top)
        return bar

    def _make_transcript(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.output, 1)
        said = label(THIS_IS_A_COPY, "caption", "text3", wraps=True)
        line_of_it = row(Icon("snowflake", "text3", 12), said, spacing=6, margins=(12, 4, 12, 6))
        line_of_it.setStretch(1, 1)
        column.addLayout(line_of_it)
        return made

    def _make_examples(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(4)
        said = label(THIS_IS_A_COPY, "strong", wraps=True)
        head = row(Icon("snowflake", "accent", 16), said, spacing=8)
        head.setStretch(1, 1)
        column.addLayout(head)
        column.addWidget(label("Type Python, or begin with one of these:", "small", "text2", wraps=True))
        column.addSpacing(6)
        for source, meaning in EXAMPLES:
            button = Button(source, "", "link")
            button.setProperty("role", "mono")
            button.setToolTip(f"Run {source}")
            button.setAccessibleName(f"{source}: {meaning}")
            button.clicked.connect(lambda _=False, source=source: self._submit(source))
            column.addLayout(row(button, None))
            note = label(meaning, "small", "text3", wraps=True)
            note.setContentsMargins(4, 0, 0, 6)
            column.addWidget(note)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return scroll

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Typing goes to the input wherever in the console the keyboard is."""
        if watched is self.output and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            text = event.text()
            if text.isprintable() and text and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.input.setFocus()
                self.input.insertPlainText(text)
                return True
        return False

    def _submit(self, source: str) -> None:
        if self.is_running:
            return
        self._source = self._pending = source
        self._readers.clear()
        self._echo_after.start()
        self.input.setReadOnly(True)
        self.prompt.hide()
        self.spinner.start()
        self._stop_after.start()
        self.submitted.emit(source)

    def _end_run(self) -> None:
        self._stop_after.stop()
        self._echo_after.stop()
        self.stop.hide()
        self.spinner.stop()
        self.prompt.show()
        self.input.setReadOnly(False)

    def _echo(self) -> None:
        """Show what runs, once it is known to be a whole statement."""
        source, self._pending = self._pending.rstrip("\n"), ""
        if not source:
            return
        self._begin_line()
        prompt = f"{self._name}> "
        first, *more = source.split("\n")
        self._write(prompt, _PROMPT)
        self._write(first + "\n", TextStyle())
        for each in more:
            self._write("." * (len(prompt) - 1) + " ", _GREY)
            self._write(each + "\n", TextStyle())
        self.output.follow()

    def _begin_line(self) -> None:
        if self.output.document().lastBlock().text():
            self._write("\n", TextStyle())

    def _write(self, text: str, style: TextStyle) -> None:
        self._write_runs([Run(text, style)])

    def _write_runs(self, runs: list[Run]) -> None:
        self._stack.setCurrentIndex(1)
        self.output.write(runs)


class Spinner(QWidget):
    """A ring with a gap that turns while something runs."""

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._turn = 0
        self._timer = QTimer(self, interval=_TURN_MS)
        self._timer.timeout.connect(self._step)
        self.setFixedSize(14, 14)
        self.setAccessibleName("Running")

    def start(self) -> None:
        """Show it."""
        self.show()
        self._timer.start()

    def stop(self) -> None:
        """Hide it; nothing is animated then."""
        self._timer.stop()
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colour."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Three quarters of a ring."""
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("accent"), 2))
        painter.drawArc(QRectF(self.rect()).adjusted(2, 2, -2, -2), -self._turn * 30 * 16, 270 * 16)

    def _step(self) -> None:
        self._turn = (self._turn + 1) % 12
        self.update()
