"""The Compare window: which two sides, the verdict, both charts, suspects and types. Shows values only.

Who opens runs and compares them is `compare_controller`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QMenu, QSplitter, QVBoxLayout, QWidget

from refscope.analysis.compare import Comparison
from refscope.gui.compare_chart import CompareChart
from refscope.gui.compare_choices import FREEZE, SIDES, SideChoice, nothing_chosen
from refscope.gui.compare_parts import CompareCards, VerdictBanner
from refscope.gui.compare_types import CompareTypes
from refscope.gui.compare_values import card_of, nothing_suspected, verdict_of
from refscope.gui.key_hints import FIRST_KEYS, Keys
from refscope.gui.notices import NoticeStack
from refscope.gui.parts import Button, Segments, label, line, row
from refscope.gui.state_values import MessageState, Notice, WorkState
from refscope.gui.states import StatePanel
from refscope.gui.status import StatusLine
from refscope.gui.theme import Theme, dress, wear
from refscope.present.export.overlay import AFTER, BEFORE, column_of
from refscope.text import elide, safe

FIRST_SIZE = (1280, 860)
SMALLEST = (900, 600)
_LONGEST_TITLE = 44
_CURVE_ICONS = dict(zip(SIDES, ("curve_dashed", "curve"), strict=True))
TOKENS = {side: token for side, (token, _dash) in zip(SIDES, (BEFORE, AFTER), strict=True)}
"""The colour that a side has in the chart, by side."""


class CompareWindow(QWidget):
    """`side_chosen(side, SideChoice)`, `swap_requested`, `report_requested`, `csv_requested(rows)`,
    `cancelled`, `closed`."""

    side_chosen = Signal(str, object)
    swap_requested = Signal()
    report_requested = Signal()
    csv_requested = Signal(list)
    pressed = Signal(str)
    cancelled = Signal()
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setWindowTitle("Compare - RefScope")
        self.setMinimumSize(*SMALLEST)
        self.resize(*FIRST_SIZE)
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._comparison: Comparison | None = None
        self.sides = {side: SideButton(side) for side in SIDES}
        self.swap = Button("Swap", "swap", tall=True)
        self.csv = Button("CSV", "export", tall=True)
        self.report = Button("Export report…", "file", "primary", tall=True)
        self.banner = VerdictBanner()
        self.columns = Segments((("uss_bytes", "Unique"), ("rss_bytes", "Resident")), "Memory")
        self.chart = CompareChart()
        self.cards = CompareCards()
        self.card_states = StatePanel(self.cards)
        self.types = CompareTypes()
        self.body = self._body()
        self.states = StatePanel(self.body, nothing_chosen())
        self.status = StatusLine()
        self._lay_out()
        self.notices = NoticeStack(self)
        self._connect()
        self.apply_theme(theme)
        self._enable(False)

    # what is shown

    def show_choices(self, choices: Sequence[SideChoice]) -> None:
        """What both sides can be."""
        for button in self.sides.values():
            button.show_choices(choices)

    def show_sides(self, before: SideChoice | None, after: SideChoice | None) -> None:
        """What they are."""
        for side, choice in zip(SIDES, (before, after), strict=True):
            self.sides[side].show_choice(choice)
        self.swap.setEnabled(before is not None and after is not None)

    def show_comparison(self, comparison: Comparison) -> None:
        """Show a comparison."""
        self._comparison = comparison
        self.banner.show_verdict(verdict_of(comparison))
        best = column_of(comparison)
        self.columns.button("uss_bytes").setEnabled(best == "uss_bytes")
        self.columns.choose(best)
        self.chart.show_comparison(comparison, best)
        self._chart_head.setVisible(self.chart.has_curves)
        self.chart.setVisible(self.chart.has_curves)
        cards = [card_of(each, is_same_run=comparison.is_same_run) for each in comparison.suspects]
        self.cards.show_cards(cards)
        if cards:
            self.card_states.show_content()
        else:
            self.card_states.show_message(nothing_suspected(comparison))
        self.types.show_types(comparison.types)
        self.states.show_content()
        self.status.show_facts(["Types are matched by name, freezes by their place"])
        self._enable(True)

    def show_message(self, state: MessageState) -> None:
        """An empty or error state in place of everything below the sides."""
        self._enable(False)
        self.status.show_facts([])
        self.states.show_message(state)

    def show_work(self, state: WorkState) -> None:
        """Both are being compared."""
        self._enable(False)
        self.states.show_work(state)

    def tell(self, notice: Notice) -> None:
        """Show a notice in the corner."""
        self.notices.tell(notice)

    def apply_theme(self, theme: Theme) -> None:
        """Take colours and fonts; children are told by `wear`."""
        self._theme = theme

    def wear(self, theme: Theme) -> None:
        """Dress this window and everything in it."""
        wear(self, theme)
        dress(self, theme)

    # inside

    def _body(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._chart_head = QFrame()
        self._chart_head.setProperty("surface", "header")
        title = label("Memory", "strong")
        self._chart_head.setLayout(row(title, None, self.columns, margins=(16, 3, 12, 3)))
        lower = QSplitter(Qt.Orientation.Horizontal)
        lower.setHandleWidth(1)
        lower.addWidget(_titled("Suspects", self.card_states))
        lower.addWidget(_titled("Types", self.types, self.types.builtins_last))
        lower.setStretchFactor(1, 1)
        lower.setSizes([386, 894])
        lower.setChildrenCollapsible(False)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setHandleWidth(1)
        upper = QWidget()
        chart = QVBoxLayout(upper)
        chart.setContentsMargins(0, 0, 0, 0)
        chart.setSpacing(0)
        chart.addWidget(self._chart_head)
        chart.addWidget(self.chart, 1)
        halves.addWidget(upper)
        halves.addWidget(lower)
        halves.setSizes([300, 380])
        halves.setChildrenCollapsible(False)
        for widget in (self.banner, line()):
            column.addWidget(widget)
        column.addWidget(halves, 1)
        return body

    def _lay_out(self) -> None:
        bar = QFrame()
        bar.setProperty("surface", "panel")
        bar.setFixedHeight(44)
        before, after = (self.sides[side] for side in SIDES)
        bar.setLayout(
            row(
                label("Compare", "heading"), 8, before, self.swap, after, None, self.csv, self.report,
                margins=(14, 0, 12, 0),
            )
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (bar, line()):
            column.addWidget(widget)
        column.addWidget(self.states, 1)
        column.addWidget(self.status)

    def _connect(self) -> None:
        for side, button in self.sides.items():
            button.chosen.connect(lambda choice, side=side: self.side_chosen.emit(side, choice))
        self.swap.clicked.connect(lambda _=False: self.swap_requested.emit())
        self.report.clicked.connect(lambda _=False: self.report_requested.emit())
        self.csv.clicked.connect(lambda _=False: self.csv_requested.emit(self.types.csv_rows()))
        self.columns.chosen.connect(self._show_column)
        self.states.pressed.connect(self.pressed)
        self.states.cancelled.connect(self.cancelled)
        self.notices.pressed.connect(self.pressed)
        acts = {"report": self.report.click, "export_panel": self.csv.click, "close": self.close}
        self._shortcuts = {action: QShortcut(self) for action in acts}
        for action, act in acts.items():
            self._shortcuts[action].activated.connect(act)
        self.show_keys(FIRST_KEYS)

    def show_keys(self, keys: Keys) -> None:
        """Act on the same keys as the window that this one was opened from, and name them."""
        for action, shortcut in self._shortcuts.items():
            shortcut.setKey(QKeySequence(keys.by_action.get(action, "")))
        self.report.setToolTip(keys.behind("Export a report", "report"))
        self.csv.setToolTip(keys.behind("Save the types as CSV", "export_panel"))

    def _show_column(self, column: str) -> None:
        if self._comparison is not None:
            self.chart.show_comparison(self._comparison, column)

    def _enable(self, has_comparison: bool) -> None:
        for button in (self.csv, self.report):
            button.setEnabled(has_comparison)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that it is gone."""
        super().closeEvent(event)
        self.closed.emit()


def _titled(title: str, content: QWidget, *more: QWidget) -> QWidget:
    box = QWidget()
    head = QFrame()
    head.setProperty("surface", "header")
    head.setFixedHeight(32)
    head.setLayout(row(label(title, "strong"), None, *more, margins=(16, 0, 12, 0)))
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(head)
    column.addWidget(content, 1)
    return box


class SideButton(Button):
    """Which run or freeze stands on a side, and a menu of what else could. `chosen(SideChoice)`."""

    chosen = Signal(object)

    def __init__(self, side: str) -> None:
        super().__init__("", _CURVE_ICONS[side], token=TOKENS[side], tall=True)
        self._side, self._name = side, side.capitalize()
        self._choices: tuple[SideChoice, ...] = ()
        self.setMenu(QMenu(self))
        self.show_choice(None)

    def show_choices(self, choices: Sequence[SideChoice]) -> None:
        """Fill the menu; a line between what is of this window and files."""
        menu = self.menu()
        menu.clear()
        self._choices = tuple(choices)
        for number, choice in enumerate(choices):
            if number and choice.kind != choices[number - 1].kind:
                menu.addSeparator()
            words = f"{choice.title}\t{choice.detail}" if choice.detail else choice.title
            action = menu.addAction(safe(words.replace("\t", "   ")).replace("&", "&&"))
            action.triggered.connect(lambda _=False, choice=choice: self.chosen.emit(choice))

    def show_choice(self, choice: SideChoice | None) -> None:
        """Show what is chosen."""
        words = "choose…" if choice is None else elide(safe(choice.title), _LONGEST_TITLE)
        is_freeze = choice is not None and choice.kind == FREEZE
        self.set_icon("snowflake" if is_freeze else _CURVE_ICONS[self._side], TOKENS[self._side])
        self.setText(f"{self._name}: {words}".replace("&", "&&"))
        self.setAccessibleName(f"{self._name}: {words}")
        self.setToolTip(choice.detail or choice.title if choice is not None else "")
