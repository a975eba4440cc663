"""The widgets for empty, working and error states, and the stack that shows them over a panel.

A panel is put into a `StatePanel`; it shows the panel itself, a message in its place, or a working
state. Old content stays, dimmed, while new content is made; short work shows a thin bar only.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from refscope.gui.button_row import ButtonRow
from refscope.gui.key_hints import FIRST_KEYS, Keys
from refscope.gui.parts import Button, ElidedLabel, Icon, KeyButton, label, row
from refscope.gui.state_values import MessageState, StateButton, WorkState
from refscope.gui.theme import Theme, dress

_TEXT_WIDTH = 420
_DIMMED = 0.6
SILENT_MS = 300
"""Work shorter than this shows nothing."""
THIN_MS = 1000
"""Work shorter than this shows a thin bar only."""


class MessageView(QWidget):
    """An empty or error state, in the middle of its panel. `pressed(key)` names the button."""

    pressed = Signal(str)

    def __init__(self, state: MessageState | None = None) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._keys = FIRST_KEYS
        self._state: MessageState | None = None
        self._middle = row(None, None)
        self._middle.setStretch(0, 1)
        self._middle.setStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 12)
        column.addStretch(1)
        column.addLayout(self._middle)
        column.addStretch(1)
        self._body: QWidget | None = None
        if state is not None:
            self.show_state(state)

    def apply_theme(self, theme: Theme) -> None:
        """Colours of what is shown next; what is shown now is told by the window."""
        self._theme = theme

    def show_keys(self, keys: Keys) -> None:
        """Name these keys on the buttons."""
        self._keys = keys
        if self._state is not None and any(button.shows_key for button in self._state.buttons):
            self.show_state(self._state)

    def show_state(self, state: MessageState) -> None:
        """Replace what is shown."""
        self._state = state
        if self._body is not None:
            self._middle.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._body = self._build(state)
        self._body.setMaximumWidth(_TEXT_WIDTH)
        self._middle.insertWidget(1, self._body, 1000)
        if self._theme is not None:
            dress(self._body, self._theme)
        self.setAccessibleName(f"{state.title}. {state.text}")

    def _build(self, state: MessageState) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Icon(state.icon, state.tone, 28), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(2)
        column.addWidget(_centred(state.title, "heading"))
        if state.text:
            column.addWidget(_centred(state.text, "small", "text2"))
        if state.buttons:
            column.addSpacing(4)
            column.addWidget(self._buttons(state.buttons))
        if state.command:
            command = label(state.command, "mono_small")
            command.setProperty("chip", "code")
            command.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(command, 0, Qt.AlignmentFlag.AlignHCenter)
        if state.note:
            column.addWidget(_centred(state.note, "small", "text3"))
        return body

    def _buttons(self, buttons: tuple[StateButton, ...]) -> QWidget:
        made: list[QWidget] = []
        for wanted in buttons:
            if wanted.shows_key and not wanted.is_primary:
                button: Button = KeyButton(wanted.text, self._keys.of(wanted.key), wanted.icon)
            else:
                button = Button(wanted.text, wanted.icon, "primary" if wanted.is_primary else "")
            button.clicked.connect(lambda _=False, key=wanted.key: self.pressed.emit(key))
            made.append(button)
        return ButtonRow(made)


def _centred(text: str, role: str, tone: str = "") -> QWidget:
    made = label(text, role, tone, wraps=True)
    made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return made


class WorkView(QWidget):
    """A working state: what, a bar, figures, time left, and Cancel with what cancelling does."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._icon = Icon("snowflake", "accent")
        self._title = ElidedLabel("", "heading")
        self._text = label("", "small", "text2", wraps=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._figures = label("", "small", "text2")
        self._left = label("", "small", "text3")
        self._cancel = Button("Cancel")
        self._cancel.clicked.connect(self.cancelled)
        self._note = label("", "caption", "text3", wraps=True)
        inner = QWidget()
        inner.setMaximumWidth(420)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = row(self._icon, self._title)
        head.setStretch(1, 1)
        column.addLayout(head)
        column.addWidget(self._text)
        column.addSpacing(2)
        column.addWidget(self._bar)
        column.addLayout(row(self._figures, None, self._left))
        column.addSpacing(4)
        last = row(self._cancel, self._note)
        last.setStretch(1, 1)
        column.addLayout(last)
        inner.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 16)
        outer.addStretch(1)
        outer.addWidget(inner, 20)
        outer.addStretch(1)

    def show_state(self, state: WorkState) -> None:
        """Show how far the work is. Cheap: called for every step of progress."""
        self._icon.set_icon(state.icon, "accent")
        self._title.set_text(state.title)
        self._text.setText(state.text)
        self._text.setVisible(bool(state.text))
        known = state.done is not None and bool(state.total)
        self._bar.setRange(0, 1000 if known else 0)
        if state.done is not None and state.total:
            self._bar.setValue(min(1000, round(1000 * state.done / state.total)))
        self._figures.setText(state.figures)
        self._left.setText(state.left)
        self._cancel.setVisible(state.can_cancel)
        self._note.setText(state.cancel_note)
        self.setAccessibleName(f"{state.title}. {state.figures}")


class StatePanel(QWidget):
    """A panel with its states. Shows `content`, or a message or work in its place."""

    pressed = Signal(str)
    cancelled = Signal()

    def __init__(self, content: QWidget, empty: MessageState | None = None) -> None:
        super().__init__()
        self.content = content
        self._message = MessageView()
        self._work = WorkView()
        self._message.pressed.connect(self.pressed)
        self._work.cancelled.connect(self.cancelled)
        self._stack = QStackedLayout()
        for widget in (content, self._message, self._work):
            self._stack.addWidget(widget)
        self._bar = QProgressBar()
        self._bar.setProperty("thin", True)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar)
        layout.addLayout(self._stack, 1)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._thin = QTimer(self, singleShot=True, interval=SILENT_MS)
        self._full = QTimer(self, singleShot=True, interval=THIN_MS)
        self._thin.timeout.connect(self._bar.show)
        self._full.timeout.connect(self._show_work)
        if empty is not None:
            self.show_message(empty)

    @property
    def shown(self) -> str:
        """What is on top now: "content", "message" or "work"."""
        return ("content", "message", "work")[self._stack.currentIndex()]

    def show_content(self) -> None:
        """Show the panel itself, undimmed."""
        self._end_work()
        self._stack.setCurrentWidget(self.content)

    def show_message(self, state: MessageState) -> None:
        """Show an empty or error state in place of the panel."""
        self._end_work()
        self._message.show_state(state)
        self._stack.setCurrentWidget(self._message)

    def show_work(self, state: WorkState, *, at_once: bool = False) -> None:
        """Say that work goes on: nothing for 300 ms, a thin bar until 1 s, then the full state."""
        self._work.show_state(state)
        if at_once:
            self._end_timers()
            self._show_work()
        elif self.shown != "work" and not self._full.isActive():
            self._thin.start()
            self._full.start()
            if self.shown == "content":
                self._dim(True)

    def sizeHint(self) -> QSize:
        """Let the dock decide."""
        return QSize(320, 240)

    def _show_work(self) -> None:
        self._bar.hide()
        self._dim(False)
        self._stack.setCurrentWidget(self._work)

    def _end_timers(self) -> None:
        self._thin.stop()
        self._full.stop()

    def _end_work(self) -> None:
        self._end_timers()
        self._bar.hide()
        self._dim(False)

    def _dim(self, dimmed: bool) -> None:
        if not dimmed:
            self.content.setGraphicsEffect(None)  # type: ignore[arg-type]
            return
        effect = QGraphicsOpacityEffect(self.content)
        effect.setOpacity(_DIMMED)
        self.content.setGraphicsEffect(effect)
