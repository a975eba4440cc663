"""The toolbar: stop or run again, which program in which state, freeze, mark, collect, search."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from refscope.gui.key_hints import FIRST_KEYS, Keys
from refscope.gui.parts import Button, Icon, IconField, KeyButton, label, line, row, set_property
from refscope.gui.theme import Theme
from refscope.text import format_clock, format_duration, safe

HEIGHT = 44
_NARROW = 1280
SHORT_RUN_S = 10.0
"""A run below this is told in fractions of seconds, as the panels tell it."""
_SEARCH_WIDTH, _SEARCH_NARROW = 228, 150


@dataclass(frozen=True, slots=True)
class ProgramState:
    """What the toolbar says of the program. `ended` in words ("Exit code 0"), "" while it runs."""

    name: str
    python: str = ""
    elapsed_s: float = 0.0
    ended: str = ""
    is_failure: bool = False
    is_capture: bool = False
    is_attached: bool = False
    is_freezing: bool = False


class Toolbar(QFrame):
    """Emits the key of an action from the table; `search_entered` with the text typed."""

    triggered = Signal(str)
    search_entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.setProperty("surface", "panel")
        self._stop = Button("Stop", "stop", "quiet", "leak", tall=True)
        self._again = Button("Run again", "play", "quiet", "accent", tall=True)
        self._name = label("", "strong")
        self._python = label("", "small", "text3")
        self._chip = StateChip()
        self.freeze = KeyButton("Freeze", "F8", "snowflake")
        self.mark = KeyButton("Mark", "F7", "flag")
        self.collect = KeyButton("Collect", "F9", "recycle")
        self.collect.set_hint_shown(False)
        self.search = IconField("Find a type, object or repr", "search")
        self.search.set_room(right=50)
        self.search.setPlaceholderText("Find a type or object")
        self.search.setFixedWidth(_SEARCH_WIDTH)
        self.search.returnPressed.connect(lambda: self.search_entered.emit(self.search.text()))
        self._search_hint = hint = label("Ctrl+F")
        hint.setProperty("chip", "key")
        hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = row(None, hint, margins=(0, 0, 6, 0))
        inside.setAlignment(hint, Qt.AlignmentFlag.AlignVCenter)  # else it covers the field's outline
        self.search.setLayout(inside)
        self.search.textChanged.connect(self._show_hint)
        self.report = Button("Report", "export", tall=True)
        self._labels: list[KeyButton] = [self.mark, self.collect]
        for button in (self._stop, self._again, self.freeze, self.mark, self.collect, self.report):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where one works
        self._divider, self._second = divider, second = line(vertical=True), line(vertical=True)
        for each in (divider, second):
            each.setFixedHeight(24)
        self.setLayout(
            row(
                self._stop, self._again, divider, 4, self._name, self._python, self._chip, None,
                self.freeze, self.mark, self.collect, 4, second, 4, self.search, self.report,
                margins=(12, 0, 12, 0),
            )
        )  # fmt: skip
        self._tips = {
            "stop": (self._stop, "Stop the program"),
            "run_again": (self._again, "Run the program again"),
            "freeze": (self.freeze, "Freeze a copy of the heap"),
            "mark": (self.mark, "Mark this moment"),
            "collect": (self.collect, "Collect garbage in the program"),
            "report": (self.report, "Export a report"),
        }
        self._is_narrow = False
        self._is_attached = False
        self._keys = FIRST_KEYS
        self._reasons: dict[str, str] = {}
        for key, (button, _tip) in self._tips.items():
            button.clicked.connect(lambda _=False, key=key: self.triggered.emit(key))
        self.set_enabled({})

    def apply_theme(self, theme: Theme) -> None:
        """As high as the text needs."""
        self.setFixedHeight(theme.px(HEIGHT))

    def show_program(self, state: ProgramState) -> None:
        """Show which program it is and how it is."""
        self._name.setText(safe(state.name, 40))
        self._python.setText(f"Python {state.python}" if state.python else "")
        self._is_attached = state.is_attached
        self._make_room()
        running = not state.ended and not state.is_capture
        self._stop.setVisible(running)
        self._again.setVisible(not running and not state.is_capture)
        for button in (self.freeze, self.mark, self.collect):
            button.setVisible(not state.is_capture)
        for divider in (self._divider, self._second):  # they stand between what a capture lacks
            divider.setVisible(not state.is_capture)
        self._chip.show_state(state)

    def set_enabled(self, reasons: dict[str, str]) -> None:
        """Switch buttons off that have a reason; the reason is their tooltip's second line."""
        self._reasons = reasons
        for key, button in (
            ("stop", self._stop),
            ("run_again", self._again),
            ("freeze", self.freeze),
            ("mark", self.mark),
            ("collect", self.collect),
            ("report", self.report),
        ):
            button.setEnabled(not reasons.get(key, ""))
        self.search.setEnabled(not reasons.get("find", ""))
        self._show_tips()

    def show_keys(self, keys: Keys) -> None:
        """Show these keys on buttons and in tooltips."""
        self._keys = keys
        for action, button in (("freeze", self.freeze), ("mark", self.mark), ("collect", self.collect)):
            button.set_key(keys.of(action))
        self._search_hint.setText(keys.of("find"))
        self._show_hint(self.search.text())
        self._show_tips()

    def _show_tips(self) -> None:
        for key, (button, tip) in self._tips.items():
            words, reason = self._keys.behind(tip, key), self._reasons.get(key, "")
            button.setToolTip(f"{words}\nOff: {reason}." if reason else words)

    def _show_hint(self, text: str) -> None:
        is_shown = not text and not self._is_narrow and bool(self._search_hint.text())
        self._search_hint.setVisible(is_shown)
        self.search.set_room(right=50 if is_shown else 0)

    def _make_room(self) -> None:
        """The name of a program that was attached to is longer by its process id, and its state by a word."""
        self._python.setVisible(not (self._is_narrow and self._is_attached))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On narrow windows only Freeze keeps its text."""
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        for button in self._labels:
            button.set_text_shown(not narrow)
        self.report.setVisible(not narrow)  # File > Export report is there
        self.search.setFixedWidth(_SEARCH_NARROW if narrow else _SEARCH_WIDTH)
        self.search.setPlaceholderText("Find" if narrow else "Find a type or object")
        self._is_narrow = narrow
        self._make_room()
        self._show_hint(self.search.text())


class StateChip(QWidget):
    """Running 04:12, or how it ended; an icon and words, not colour alone."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = Icon("play", "ok", 9)
        self._text = label("", "small_strong", "ok")
        self.setLayout(row(self._icon, self._text, spacing=6, margins=(9, 2, 10, 2)))
        self.setFixedHeight(21)

    def show_state(self, state: ProgramState) -> None:
        """Show a state."""
        icon, tone, text = "play", "ok", f"Running {format_clock(state.elapsed_s)}"
        if state.is_capture:
            icon, tone, text = "file", "text2", "Capture"
        elif state.ended:
            icon, tone = ("alert", "leak") if state.is_failure else ("stop", "text2")
            short = state.elapsed_s < SHORT_RUN_S
            told = format_duration(state.elapsed_s) if short else format_clock(state.elapsed_s)
            text = f"{state.ended} after {told}"
        elif state.is_freezing:
            icon, text = "snowflake", f"Freezing {format_clock(state.elapsed_s)}"
        elif state.is_attached:
            icon, text = "plug", f"Attached, running {format_clock(state.elapsed_s)}"
        self._icon.set_icon(icon, tone)
        set_property(self._text, "tone", tone)
        set_property(self, "chip", "plain" if tone == "text2" else tone)
        self._text.setText(text)
        self.setAccessibleName(text)
