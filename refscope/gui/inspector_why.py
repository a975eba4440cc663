"""Two sections of the Inspector: why an object is alive, and what would go if it were let go of."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from refscope.gui.code_text import CodeBox
from refscope.gui.details import Answer, CutChoice, WhatIf, WhyAlive
from refscope.gui.parts import Button, Icon, ToolButton, label, row
from refscope.gui.path_view import PathView
from refscope.gui.sections import Section
from refscope.gui.wrapping import breakable
from refscope.text import elide_name, safe

_MENU_CHARS = 70
_SIZE = re.compile(r"(\d) ((?:[KMGT]i)?B)\b")
"""A figure and its unit stay in one line."""


class WhySection(Section):
    """The lit path, line by line; which of how many it is; and the path as an expression."""

    next_path_clicked = Signal()
    path_picked = Signal(int)  # number from 1
    copy_clicked = Signal()
    check_clicked = Signal()

    def __init__(self) -> None:
        super().__init__("why", "Why it is alive")
        self._others: tuple[str, ...] = ()
        self._number = 1
        self.next_path = Button("", "", "link")
        self.next_path.setToolTip("Next path ( ] in the graph)")
        self.next_path.clicked.connect(self.next_path_clicked)
        self.all_paths = ToolButton("list", "All paths", "accent", 13)
        self.all_paths.clicked.connect(self._show_all)
        self.add_aside(self.next_path)
        self.add_aside(self.all_paths)
        self.path = PathView()
        self.expression = CodeBox()
        copy = ToolButton("copy", "Copy expression (Ctrl+C in the graph)", "text3", 13)
        copy.clicked.connect(self.copy_clicked)
        self.expression.aside.addWidget(copy)
        self._check = Button("Check", "", "link")
        self._check.setToolTip("Evaluate it in the copy: it should give this very object")
        self._check.clicked.connect(self.check_clicked)
        self.expression.below.addWidget(self._check)
        self.expression.below.addStretch(1)
        self.body.addWidget(self.path)
        self.body.addSpacing(2)
        self.body.addWidget(self.expression)

    def show_why(self, why: WhyAlive | None, *, has_copy: bool) -> None:
        """Show another path, or what is known of it by now."""
        self.setVisible(why is not None)
        if why is None:
            return
        self._others, self._number = why.others, why.number
        self.path.set_steps(why.steps)
        self.next_path.setText(f"Path {why.number} of {why.total} ›")
        self.next_path.setVisible(why.total > 1)
        self.all_paths.setVisible(why.total > 1 and len(why.others) > 1)
        self.expression.setVisible(why.expression is not None)
        if why.expression is None:
            return
        self.expression.sign.setVisible(why.checked is True)
        self.expression.sign.setToolTip("Evaluated in the copy: it gives this very object")
        self._check.setVisible(why.checked is None and has_copy)
        self.expression.set_text(why.expression)
        state = {True: "checked", False: "gives another object", None: "not checked"}[why.checked]
        self.expression.set_note("" if why.checked else state[:1].upper() + state[1:])
        self.expression.setAccessibleName(f"Expression, {state}: {why.expression}")

    def _show_all(self) -> None:
        choices = [CutChoice(str(at), text) for at, text in enumerate(self._others, 1)]
        menu = _menu(self.all_paths, choices, lambda key: self.path_picked.emit(int(key)))
        for action in menu.actions():
            action.setCheckable(True)
            action.setChecked(action.data() == str(self._number))
        _show_below(menu, self.all_paths)


class WhatIfSection(Section):
    """What a cut would free, what stays and who holds it; the cut tried in the copy; other cuts."""

    try_clicked = Signal()
    cut_picked = Signal(str)  # key of a choice

    def __init__(self) -> None:
        super().__init__("what_if", "What if")
        self._others: tuple[CutChoice, ...] = ()
        self._exact = label("", "small", "text3")
        self.add_aside(self._exact)
        self._sentence = label("", wraps=True)
        self._sentence.setTextFormat(Qt.TextFormat.RichText)
        self._result_sign = Icon("check", "ok", 15)
        self.result = label("", wraps=True)
        self.result.setTextFormat(Qt.TextFormat.RichText)
        self._result_line = QWidget()
        self.try_button = Button("Try it in the copy")
        self.try_button.setToolTip("Cut for real in a throw-away copy, and count what goes")
        self.try_button.clicked.connect(self.try_clicked)
        self.another = Button("Cut another…", "", "link")
        self.another.clicked.connect(self._show_others)
        self.body.addWidget(_beside(Icon("scissors", "accent", 15), self._sentence))
        self._result_line = _beside(self._result_sign, self.result)
        self.body.addWidget(self._result_line)
        self.body.addLayout(row(self.try_button, self.another, None, spacing=10))

    def show_what_if(self, what_if: WhatIf | None) -> None:
        """Show another prediction, or the result beside it."""
        self.setVisible(what_if is not None)
        if what_if is None:
            return
        self._others = what_if.others
        self._exact.setText("predicted, exact" if what_if.is_exact else "predicted, estimated")
        self._sentence.setText(strong(what_if.sentence))
        trying = what_if.trying is Answer.WORKING
        self.result.setText("Trying it in a throw-away copy…" if trying else strong(what_if.result))
        self._result_line.setVisible(bool(self.result.text()))
        failed = what_if.trying is Answer.FAILED
        self._result_sign.set_icon(
            "clock" if trying else "alert" if failed else "check", "leak" if failed else "ok"
        )
        self.try_button.setVisible(what_if.can_try)
        self.try_button.setEnabled(not trying)
        self.try_button.setText("Try it again" if what_if.result else "Try it in the copy")

    def _show_others(self) -> None:
        menu = _menu(self.another, self._others, self.cut_picked.emit)
        if self._others:
            menu.addSeparator()
        menu.addAction("Or click a reference in the graph, or select a node and press W").setEnabled(False)
        _show_below(menu, self.another)


def strong(sentence: str) -> str:
    """`**x**` as bold; the rest is escaped, and long names may break."""
    kept = _SIZE.sub("\\1\u00a0\\2", safe(sentence, 800))
    parts = [html.escape(breakable(part)) for part in kept.split("**")]
    return "".join(f"<b>{part}</b>" if at % 2 else part for at, part in enumerate(parts))


def _beside(icon: Icon, text: QWidget) -> QWidget:
    made = QWidget()
    inside = row(spacing=9)
    inside.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    inside.addWidget(text, 1)
    made.setLayout(inside)
    return made


def _menu(parent: QWidget, choices: Sequence[CutChoice], picked: Callable[[str], object]) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for choice in choices:
        action = menu.addAction(elide_name(safe(choice.text), _MENU_CHARS).replace("&", "&&"))
        action.setData(choice.key)
    menu.triggered.connect(lambda action: picked(action.data()) if action.data() is not None else None)
    return menu


def _show_below(menu: QMenu, button: QPushButton | QToolButton) -> None:
    menu.popup(button.mapToGlobal(QPoint(0, button.height())))
