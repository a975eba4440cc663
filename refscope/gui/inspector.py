"""The Inspector: one object in words, why it is alive, what to change, what that would free, and more.

Shows a `Details` and emits what is asked for. Sections appear as their values come; which are
folded is kept while other objects are shown.
"""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from refscope.gui.details import Answer, Change, Details, Repr, SourcePlace, WhatIf, WhyAlive
from refscope.gui.inspector_parts import AttributeTable, CodeBox, CopyRow, DiffBox, PathView
from refscope.gui.parts import Button, Icon, ToolButton, label, row
from refscope.gui.sections import Section
from refscope.gui.state_values import MessageState
from refscope.gui.states import StatePanel
from refscope.gui.theme import Theme
from refscope.text import format_bytes, format_count, safe

EMPTY_STATE = MessageState("Nothing selected", "Select a node, a row or a suspect.", "info")
MAX_ATTRIBUTES = 60
"""Rows shown at once; more would make the panel slow and nobody reads them."""


class Inspector(QWidget):
    """Shows one `Details`. Every signal carries the key of the object it is about."""

    next_path_requested = Signal(str)
    step_chosen = Signal(str)  # key of a node on the path, or of an attribute
    copy_requested = Signal(str, str)  # key, one of "expression", "address", "repr"
    check_expression_requested = Signal(str)
    repr_requested = Signal(str)
    attributes_requested = Signal(str)
    open_source_requested = Signal(str)
    try_requested = Signal(str)
    cut_another_requested = Signal(str)
    folded_changed = Signal(str, bool)  # name of a section, folded

    def __init__(self) -> None:
        super().__init__()
        self.details: Details | None = None
        self._theme: Theme | None = None
        self._make_head()
        self._make_sections()
        content = QWidget()
        content.setProperty("surface", "panel")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        for section in self.sections.values():
            section.folded_changed.connect(self.folded_changed)
            column.addWidget(section)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(content)
        self.states = StatePanel(self._scroll, EMPTY_STATE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)
        self.setAccessibleName("Inspector")

    def _make_head(self) -> None:
        self._head = QWidget()
        self._icon = Icon("cube", "instance", 18)
        self._title = label("", "heading", wraps=True)
        self._position = label("", "small", "text2")
        self._position.setProperty("chip", "plain")
        self._position.setContentsMargins(10, 0, 10, 0)
        self._position.setFixedHeight(21)  # a radius of 10 needs it
        self._place = CopyRow("Copy address")
        self._place.copy_clicked.connect(lambda: self._emit(self.copy_requested, "address"))
        self._figures = QGridLayout()
        self._figures.setColumnMinimumWidth(0, 104)
        self._figures.setColumnStretch(1, 1)
        self._figures.setVerticalSpacing(5)
        self._rows: dict[str, tuple[QLabel, QLabel]] = {}
        for at, name in enumerate(("Retains", "References", "Age")):
            value = label("", wraps=True)
            value.setTextFormat(Qt.TextFormat.RichText)
            self._rows[name] = (label(name, "body", "text3"), value)
            self._figures.addWidget(self._rows[name][0], at, 0, Qt.AlignmentFlag.AlignTop)
            self._figures.addWidget(value, at, 1)
        column = QVBoxLayout(self._head)
        column.setContentsMargins(14, 12, 12, 12)
        column.setSpacing(5)
        head = row(self._icon, spacing=9)
        head.addWidget(self._title, 1)
        head.addWidget(self._position, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(self._place)
        column.addLayout(self._figures)

    def _make_sections(self) -> None:
        titles = {
            "why": "Why it is alive", "ends": "Both ends", "change": "What to change", "what_if": "What if",
            "repr": "repr", "attributes": "Attributes", "made_at": "Made at", "source": "Source",
        }  # fmt: skip
        self.sections = {name: Section(name, title) for name, title in titles.items()}
        self._make_why(self.sections["why"])
        self.ends = PathView("ctl")
        self.ends.step_chosen.connect(self.step_chosen)
        self.sections["ends"].body.addWidget(self.ends)
        self._make_change(self.sections["change"])
        self._make_what_if(self.sections["what_if"])
        self._make_repr(self.sections["repr"])
        self._make_rest()

    def _make_why(self, section: Section) -> None:
        self._next_path = Button("", "", "link")
        self._next_path.clicked.connect(lambda: self._emit(self.next_path_requested))
        section.add_aside(self._next_path)
        self.path = PathView()
        self.path.step_chosen.connect(self.step_chosen)
        self._expression = CodeBox()
        copy = ToolButton("copy", "Copy expression (Ctrl+C in the graph)", "text3", 13)
        copy.clicked.connect(lambda: self._emit(self.copy_requested, "expression"))
        self._check = Button("Check", "", "link")
        self._check.setToolTip("Evaluate the expression in the copy: it should give this very object")
        self._check.clicked.connect(lambda: self._emit(self.check_expression_requested))
        self._expression.row.addWidget(self._check)
        self._expression.row.addWidget(copy)
        section.body.addWidget(self.path)
        section.body.addSpacing(2)
        section.body.addWidget(self._expression)

    def _make_change(self, section: Section) -> None:
        self._change = label("", wraps=True)
        self._diff = DiffBox()
        section.body.addWidget(self._change)
        section.body.addWidget(self._diff)

    def _make_what_if(self, section: Section) -> None:
        self._exact = label("", "small", "text3")
        section.add_aside(self._exact)
        self._what_if = label("", wraps=True)
        self._what_if.setTextFormat(Qt.TextFormat.RichText)
        self._result = label("", "small", "text2", wraps=True)
        self._try = Button("Try it in the copy")
        self._try.clicked.connect(lambda: self._emit(self.try_requested))
        self._another = Button("Cut another…", "", "link")
        self._another.clicked.connect(lambda: self._emit(self.cut_another_requested))
        line = row(spacing=9)
        line.addWidget(Icon("scissors", "accent", 15), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._what_if, 1)
        section.body.addLayout(line)
        section.body.addWidget(self._result)
        section.body.addLayout(row(self._try, self._another, None, spacing=10))

    def _make_repr(self, section: Section) -> None:
        self._repr = CodeBox(wraps=True)
        self._repr_note = label("", "small", "text2", wraps=True)
        self._show_repr_button = Button("Show repr")
        self._show_repr_button.setToolTip(
            "Runs in a throw-away copy with a deadline; your program is not touched"
        )
        self._show_repr_button.clicked.connect(lambda: self._emit(self.repr_requested))
        section.body.addWidget(self._repr)
        section.body.addWidget(self._repr_note)
        section.body.addLayout(row(self._show_repr_button, None))

    def _make_rest(self) -> None:
        self.attributes = AttributeTable()
        self.attributes.chosen.connect(self.step_chosen)
        self._more = Button("", "", "link")
        self._more.clicked.connect(lambda: self._emit(self.attributes_requested))
        body = self.sections["attributes"].body
        body.addWidget(self.attributes)
        body.addLayout(row(self._more, None))
        self._made_at = label("", "mono_small", "text2", wraps=True)
        self.sections["made_at"].body.addWidget(self._made_at)
        self._source = CopyRow("Copy place")
        self._source.copy_clicked.connect(lambda: self._emit(self.copy_requested, "source"))
        self._open = Button("Open source", "file")
        self._open.setToolTip("Open in your editor (Ctrl+E)")
        self._open.clicked.connect(lambda: self._emit(self.open_source_requested))
        body = self.sections["source"].body
        body.addWidget(self._source)
        body.addLayout(row(self._open, None))

    def apply_theme(self, theme: Theme) -> None:
        """The children are told themselves."""
        self._theme = theme

    # What is shown

    def show_details(self, details: Details | None) -> None:
        """Show another object, or more about the same one; None = nothing is selected."""
        is_same = details is not None and self.details is not None and details.key == self.details.key
        self.details = details
        if details is None:
            self.states.show_message(EMPTY_STATE)
            return
        self._show_head(details)
        self._show_why(details.why)
        self.sections["ends"].setVisible(bool(details.ends))
        self.ends.set_steps(details.ends)
        self._show_change(details.change)
        self._show_what_if(details.what_if)
        self._show_repr(details.repr)
        self._show_attributes(details)
        self.sections["made_at"].setVisible(bool(details.made_at))
        self._made_at.setText("\n".join(safe(text) for text in details.made_at))
        self._show_source(details.source)
        self.states.show_content()
        if not is_same:
            self._scroll.verticalScrollBar().setValue(0)

    def set_folded(self, name: str, folded: bool) -> None:
        """Fold a section as it was left. Raises KeyError for an unknown name."""
        self.sections[name].set_folded(folded)

    def show_change_section(self) -> None:
        """Bring "What to change" into view, unfolded: someone clicked HOLDER."""
        section = self.sections["change"]
        if section.isVisibleTo(self):
            section.set_folded(False)
            self._scroll.ensureWidgetVisible(section, 0, 40)

    def _emit(self, signal: object, *more: str) -> None:
        if self.details is not None:
            signal.emit(self.details.key, *more)  # type: ignore[attr-defined]

    def _show_head(self, details: Details) -> None:
        self._icon.set_icon(details.icon, details.token)
        self._title.setText(safe(details.title))
        self._position.setText(details.position)
        self._position.setVisible(bool(details.position))
        address = "" if details.address is None else f"0x{details.address:x}"
        module = safe(details.module)
        self._place.set_text(module, f" · {address}" if module and address else address)
        self._place.setVisible(bool(module or address))
        self._set_figure("Retains", _retains(details))
        self._set_figure("References", _references(details))
        self._set_figure("Age", html.escape(details.age))

    def _set_figure(self, name: str, text: str) -> None:
        for part in self._rows[name]:
            part.setVisible(bool(text))
        self._rows[name][1].setText(text)

    def _show_why(self, why: WhyAlive | None) -> None:
        self.sections["why"].setVisible(why is not None)
        if why is None:
            return
        self.path.set_steps(why.steps)
        self._next_path.setText(f"Path {why.number} of {why.total} ›")
        self._next_path.setToolTip("Next path ( ] in the graph)")
        self._next_path.setVisible(why.total > 1)
        self._expression.setVisible(why.expression is not None)
        if why.expression is None:
            return
        self._expression.note.setVisible(why.checked is False)
        self._expression.note.setText("gives another object")
        self._expression.sign.setVisible(why.checked is True)
        self._expression.sign.setToolTip("Evaluated in the copy: it gives this very object")
        self._check.setVisible(why.checked is None)
        self._expression.set_text(why.expression)
        state = {True: "checked", False: "gives another object", None: "not checked"}[why.checked]
        self._expression.setAccessibleName(f"Expression, {state}: {why.expression}")

    def _show_change(self, change: Change | None) -> None:
        self.sections["change"].setVisible(change is not None)
        if change is not None:
            self._change.setText(safe(change.sentence, 600))
            self._change.setVisible(bool(change.sentence))
            self._diff.set_lines(change.diff)
            self._diff.setVisible(bool(change.diff))

    def _show_what_if(self, what_if: WhatIf | None) -> None:
        self.sections["what_if"].setVisible(what_if is not None)
        if what_if is None:
            return
        self._exact.setText("predicted, exact" if what_if.is_exact else "predicted, estimated")
        self._what_if.setText(_strong(what_if.sentence))
        trying = what_if.trying is Answer.WORKING
        self._result.setText("Trying it in a throw-away copy…" if trying else safe(what_if.result, 600))
        self._result.setVisible(bool(self._result.text()))
        self._try.setVisible(what_if.can_try)
        self._try.setEnabled(not trying)

    def _show_repr(self, shown: Repr | None) -> None:
        self.sections["repr"].setVisible(shown is not None)
        if shown is None:
            return
        self._repr.setVisible(shown.state is Answer.DONE)
        self._repr.set_text(safe(shown.text, 2000))
        notes = {
            Answer.NOT_ASKED: "Not asked. It runs in a throw-away copy.",
            Answer.WORKING: "Asking the copy…",
            Answer.DONE: "",
            Answer.FAILED: safe(shown.text, 600),
        }
        self._repr_note.setText(notes[shown.state])
        self._repr_note.setVisible(bool(notes[shown.state]))
        self._show_repr_button.setText("Try again" if shown.state is Answer.FAILED else "Show repr")
        self._show_repr_button.setVisible(shown.state in (Answer.NOT_ASKED, Answer.FAILED))

    def _show_attributes(self, details: Details) -> None:
        rows = details.attributes
        self.sections["attributes"].setVisible(rows is not None)
        if rows is None:
            return
        self.attributes.set_rows(rows[:MAX_ATTRIBUTES])
        total = details.attributes_total if details.attributes_total is not None else len(rows)
        further = total - min(len(rows), MAX_ATTRIBUTES)
        self._more.setText(f"{format_count(further)} more…")
        self._more.setVisible(further > 0)

    def _show_source(self, source: SourcePlace | None) -> None:
        self.sections["source"].setVisible(source is not None)
        if source is not None:
            self._source.set_text(safe(source.path), f":{source.line}")


def _retains(details: Details) -> str:
    parts = []
    if details.retained_bytes is not None:
        parts.append(f"<b>{format_bytes(details.retained_bytes)}</b>")
    if details.size_bytes is not None:
        parts.append(f"itself {format_bytes(details.size_bytes)}")
    return ", ".join(parts)


def _references(details: Details) -> str:
    if details.seen is None:
        return ""
    text = f"{format_count(details.seen)} seen"
    if details.unseen is not None:
        text += f", {format_count(details.unseen)} from {html.escape(details.unseen_kind)}"
    return text


def _strong(sentence: str) -> str:
    """`**x**` as bold; the rest is escaped."""
    parts = [html.escape(part) for part in safe(sentence, 600).split("**")]
    return "".join(f"<b>{part}</b>" if at % 2 else part for at, part in enumerate(parts))
