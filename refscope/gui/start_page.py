"""The start page: run a program, attach to one, open a capture, try an example. Values in, signals out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from refscope.gui.attach_page import AttachPage
from refscope.gui.key_hints import FIRST_KEYS, Keys
from refscope.gui.launch_form import ExampleCard, InterpreterChoice, RecentTarget
from refscope.gui.page_tabs import PageTabs
from refscope.gui.parts import Card, Icon, label, line, row
from refscope.gui.recent_column import RecentColumn
from refscope.gui.run_form import RunForm
from refscope.gui.state_values import MessageState, StateButton
from refscope.gui.states import MessageView
from refscope.gui.theme import Theme, dress

OPENABLE = (".refscope", ".dat")
_WITH_RECENT = 1024
_FOUR_CARDS = 1200
"""Widths from which there is room: for the recent column, for four cards in a row."""
_WIDEST = 1240
"""Of what stands at the right: a line of text, or a card, that is wider is not read but crossed."""
_RUN, _ATTACH, _OPEN = range(3)
"""Pages under the tabs."""
_LEAD = "Start your program here. RefScope runs it unchanged, charts its memory, and names who holds what."


class StartPage(QWidget):
    """What a new window shows."""

    launch_requested = Signal(object)  # LaunchForm
    open_requested = Signal(str)  # path of a capture
    example_requested = Signal(str)  # its name

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._cards: list[Card] = []
        self.setAcceptDrops(True)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.recent = RecentColumn()
        self.form = RunForm()
        self.form.launch_requested.connect(self.launch_requested)
        self.attach = AttachPage()
        self.attach.run_requested.connect(self.show_run)
        self.recent.chosen.connect(self._recent_chosen)
        self.recent.open_requested.connect(self.browse_capture)
        self._divider = line(vertical=True)
        outer = row(self.recent, self._divider, spacing=0)
        outer.addWidget(self._make_right(), 1)
        self.setLayout(outer)

    def set_recent(self, targets: Sequence[RecentTarget]) -> None:
        """Show recent targets; without any the examples come first, above the form."""
        self.recent.set_recent(targets)
        self._order(examples_first=not targets)

    def set_interpreters(
        self, choices: Sequence[InterpreterChoice], *, is_searching: bool, hint: str = ""
    ) -> None:
        """Show the Pythons found so far."""
        self.form.set_interpreters(choices, is_searching=is_searching, hint=hint)

    def set_examples(self, examples: Sequence[ExampleCard]) -> None:
        """Show these example cards, four to a row."""
        for old in self._cards:
            self._grid.removeWidget(old)
            old.deleteLater()
        self._cards = []
        for number, example in enumerate(examples):
            card = _example_card(example, is_first=number == 0)
            card.clicked.connect(lambda name=example.name: self.example_requested.emit(name))
            self._cards.append(card)
            if self._theme is not None:
                dress(card, self._theme)
        self._place_cards()

    def show_run(self) -> None:
        """Show the form that runs a program."""
        self._tabs.setCurrentIndex(_RUN)

    def show_attach(self) -> None:
        """Show the list of programs that run already."""
        self._tabs.setCurrentIndex(_ATTACH)
        self.attach.take_keyboard()

    def browse_capture(self) -> None:
        """Ask for a capture with the system's dialog."""
        path, _ = QFileDialog.getOpenFileName(
            self, "Open a capture", "", "RefScope captures (*.refscope);;mprof charts (*.dat);;All files (*)"
        )
        if path:
            self.open_requested.emit(path)

    def apply_theme(self, theme: Theme) -> None:
        """Colours for cards to come, and the room that the text needs."""
        self._theme = theme
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow windows drop the recent column (File > Recent has it too) and place two cards a row."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._inside.setMaximumWidth(round(_WIDEST * self._scale))
        is_wide = self.width() >= _WITH_RECENT * self._scale
        self.recent.setVisible(is_wide)
        self._divider.setVisible(is_wide)
        self._place_cards()

    @property
    def _scale(self) -> float:
        return self._theme.text_scale if self._theme is not None else 1.0

    def _place_cards(self) -> None:
        across = 4 if self.width() >= _FOUR_CARDS * self._scale else 2
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, number // across, number % across)
        for number in range(4):
            self._grid.setColumnStretch(number, 1 if number < across else 0)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A .py file or a capture may be dropped anywhere."""
        if _dropped_path(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Fill the form with a script, or open a capture."""
        path = _dropped_path(event)
        if path is None:
            return
        event.acceptProposedAction()
        if path.endswith(OPENABLE):
            self.open_requested.emit(path)
        else:
            self.show_run()
            self.form.set_script(path)

    def _make_right(self) -> QWidget:
        self._run = QWidget()
        self._examples = self._make_examples()
        self._column = QVBoxLayout(self._run)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(26)
        self._column.addWidget(self.form)
        self._column.addWidget(self._examples)
        self._column.addStretch(1)
        self._pages = {_RUN: self._run, _ATTACH: self.attach, _OPEN: self._make_open()}
        inside = self._inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(40, 30, 40, 24)
        column.setSpacing(0)
        column.addWidget(label("Find what keeps Python objects alive", "title"))
        column.addSpacing(4)
        column.addWidget(label(_LEAD, "body", "text2", wraps=True))
        column.addSpacing(12)
        column.addWidget(self._make_tabs())
        column.addWidget(line())
        column.addSpacing(18)
        for page in self._pages.values():
            column.addWidget(page, 1)
        self._show_page(_RUN)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return scroll

    def _show_page(self, number: int) -> None:
        """One page; those that are hidden take no room, as in a stack they would."""
        for each, page in sorted(self._pages.items(), key=lambda item: item[0] == number):
            page.setVisible(each == number)

    def _make_tabs(self) -> QWidget:
        names = (("Run a program", "play"), ("Attach to a running one", "plug"), ("Open a capture", "folder"))
        self._tabs = PageTabs(names)
        self._tabs.currentChanged.connect(self._show_page)
        self._tabs.pressed.connect(lambda at: self.attach.take_keyboard() if at == _ATTACH else None)
        holder = QWidget()
        holder.setLayout(row(self._tabs, None))
        return holder

    def _make_examples(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        note = label("One click runs it; each takes about a minute.", "body", "text3")
        column.addLayout(row(label("Learn on a built-in leak", "heading"), 2, note, None))
        self._first_run = label("", "body", "text2")
        self.show_keys(FIRST_KEYS)
        column.addWidget(self._first_run)
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        column.addLayout(self._grid)
        return made

    def _make_open(self) -> QWidget:
        state = MessageState(
            "Open what was recorded elsewhere",
            "A .refscope capture has the chart, the freezes and what keeps each suspect alive. "
            "The .dat file of an mprof run opens as a chart.",
            "folder",
            "text3",
            (StateButton("open", "Choose a file…", is_primary=True),),
            note="You can also drop a file anywhere in this window.",
        )
        view = MessageView(state)
        view.pressed.connect(self.browse_capture)
        return view

    def show_keys(self, keys: Keys) -> None:
        """Say which key freezes."""
        freezes = keys.of("freeze") or "Freeze"
        self._first_run.setText(f"New here? Run Registry on a class and press {freezes} twice.")

    def _order(self, *, examples_first: bool) -> None:
        first, second = (self._examples, self.form) if examples_first else (self.form, self._examples)
        for widget in (first, second):
            self._column.removeWidget(widget)
        self._column.insertWidget(0, first)
        self._column.insertWidget(1, second)
        self._first_run.setVisible(examples_first)

    def _recent_chosen(self, target: RecentTarget) -> None:
        if target.kind == "capture":
            self.open_requested.emit(target.path)
        elif target.form is not None:
            self.show_run()
            self.form.set_form(target.form)


def _example_card(example: ExampleCard, *, is_first: bool) -> Card:
    card = Card(f"{example.title}. {example.lesson}")
    card.setProperty("card", "first" if is_first else "example")
    card.setMinimumHeight(82)
    card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    column = QVBoxLayout(card)
    column.setContentsMargins(14, 13, 14, 8)
    column.setSpacing(7)
    icon = Icon(example.icon, "ok" if example.is_healthy else "accent", 15)
    column.addLayout(row(icon, label(example.title, "strong"), None))
    lesson = label(example.lesson, "small", "text2", wraps=True)
    lesson.setAlignment(Qt.AlignmentFlag.AlignTop)
    column.addWidget(lesson, 1)
    return card


def _dropped_path(event: QDropEvent) -> str | None:
    for url in event.mimeData().urls():
        path = url.toLocalFile()
        if path.endswith((".py", ".pyw", *OPENABLE)):
            return path
    return None
