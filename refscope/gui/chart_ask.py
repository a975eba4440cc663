"""A strip in the chart that asks for one text: a path to watch, a name, a size. Nothing modal.

The chart goes on below it. What is wrong with an answer stands beside the field, which keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QWidget

from refscope.gui.parts import Button, ElidedLabel, IconField, Segments, ToolButton, label, row
from refscope.gui.theme import Theme, dress, wear


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. answered(choice, text): returns what is wrong with it, "" = it is taken.

    choices: (key, label) of kinds of answer, one of which is chosen; hints: a sentence for each of them
    (one for no choices); suggestions: texts that can be completed; mono: the field holds code.
    """

    title: str
    answered: Callable[[str, str], str]
    button: str = "Add"
    placeholder: str = ""
    text: str = ""
    hints: Sequence[str] = ("",)
    choices: Sequence[tuple[str, str]] = ()
    chosen: str = ""
    suggestions: Sequence[str] = ()
    mono: bool = False
    icon: str = "eye"


class ChartAsk(QFrame):
    """Shows a `Question` until it is answered or closed (Esc)."""

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._question: Question | None = None
        self._before: QWidget | None = None
        self._title = label("", "strong")
        self._choices: Segments | None = None
        self.field = IconField("Answer", tall=False)
        self.field.setMinimumWidth(170)
        self.field.returnPressed.connect(self._answer)
        self.field.textEdited.connect(lambda _text: self._show_hint())
        self._words = QStringListModel(self)
        completer = QCompleter(self._words, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.field.setCompleter(completer)
        self.button = Button("Add", kind="primary")
        self.button.clicked.connect(self._answer)
        self._hint = ElidedLabel("", "small", "text2")
        close = ToolButton("close", "Close (Esc)", size=14)
        close.clicked.connect(self.close_question)
        self._row = row(self._title, self.field, self.button, self._hint, close, margins=(12, 4, 8, 4))
        self._row.setStretch(self._row.indexOf(self.field), 2)
        self._row.setStretch(self._row.indexOf(self._hint), 3)
        self.setLayout(self._row)
        self.setProperty("surface", "strip")
        self.setFixedHeight(36)
        self.hide()

    @property
    def question(self) -> Question | None:
        """What is asked now."""
        return self._question

    @property
    def hint(self) -> str:
        """What stands beside the field."""
        return self._hint.toolTip() or self._hint.accessibleName()

    def ask(self, question: Question) -> None:
        """Ask, with the keyboard in the field."""
        if self._question is None:
            self._before = self.window().focusWidget()
        self._question = question
        self._title.setText(question.title)
        self.setAccessibleName(question.title)
        self.field.setAccessibleName(question.title)
        self.field.setPlaceholderText(question.placeholder)
        self.field.setProperty("role", "mono_small" if question.mono else "body")
        self.field.setText(question.text)
        self.field.selectAll()
        self._words.setStringList(list(question.suggestions))
        self.button.setText(question.button)
        self._show_choices(question)
        self._show_hint()
        if self._theme is not None:
            dress(self, self._theme)
        self.show()
        self.field.setFocus()

    def choose(self, key: str) -> None:
        """Choose a kind of answer."""
        if self._choices is not None:
            self._choices.choose(key)

    def close_question(self) -> None:
        """Ask nothing any more; the keyboard goes back to where it was."""
        self._question = None
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None

    def apply_theme(self, theme: Theme) -> None:
        """Colours for choices to come, and the sheet for the list, which is a window of its own."""
        self._theme = theme
        popup = self.field.completer().popup()
        assert popup is not None, "it is made when asked for"
        wear(popup, theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_question()
        else:
            super().keyPressEvent(event)

    def _answer(self) -> None:
        question = self._question
        if question is None or not self.field.text().strip():
            return
        chosen = self._choices.current if self._choices is not None else ""
        wrong = question.answered(chosen, self.field.text().strip())
        if wrong:
            self._tell(wrong, "leak")
        elif self._question is question:  # the answer may have led to another question
            self.close_question()

    def _show_choices(self, question: Question) -> None:
        if self._choices is not None:
            self._row.removeWidget(self._choices)
            self._choices.hide()
            self._choices.deleteLater()
            self._choices = None
        if question.choices:
            self._choices = Segments(question.choices, "Kind")
            if question.chosen:
                self._choices.choose(question.chosen)
            self._choices.chosen.connect(lambda _key: self._show_hint())
            self._row.insertWidget(1, self._choices)

    def _show_hint(self) -> None:
        question = self._question
        if question is not None:
            keys = [key for key, _ in question.choices]
            at = keys.index(self._choices.current) if self._choices is not None else 0
            self._tell(question.hints[at], "text2")

    def _tell(self, text: str, tone: str) -> None:
        self._hint.set_tone(tone)
        self._hint.set_text(text)
        self._hint.setAccessibleName(text)
