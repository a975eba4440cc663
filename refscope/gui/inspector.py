"""The Inspector: one object in words, why it is alive, what to change, what that would free, and more.

Shows a `Details` and emits what is asked for. Sections appear as their values come; which are
folded is kept while other objects are shown.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from refscope.gui.attribute_list import AttributeList
from refscope.gui.code_text import CodeBox, CopyRow, DiffBox
from refscope.gui.details import Answer, Change, Details, Repr, SourcePlace
from refscope.gui.inspector_head import InspectorHead
from refscope.gui.inspector_why import WhatIfSection, WhySection
from refscope.gui.key_hints import FIRST_KEYS, Keys
from refscope.gui.made_at_section import MadeAtSection
from refscope.gui.parts import Button, ToolButton, label, row
from refscope.gui.path_view import PathView
from refscope.gui.sections import Section
from refscope.gui.state_values import MessageState
from refscope.gui.states import StatePanel
from refscope.gui.theme import Theme
from refscope.gui.wrapping import breakable
from refscope.text import format_count, safe

EMPTY_STATE = MessageState("Nothing selected", "Select a node, a row or a suspect.", "info")
MAX_ATTRIBUTES = 60
"""Rows shown at once; more would make the panel slow and nobody reads them."""


class Inspector(QWidget):
    """Shows one `Details`. Every signal carries the key of the object it is about."""

    next_path_requested = Signal(str)
    path_requested = Signal(str, int)  # key, number of a path from 1
    step_chosen = Signal(str)  # key of a node on the path, or of an attribute
    copy_requested = Signal(str, str)  # key, one of "expression", "address", "repr", "source"
    check_expression_requested = Signal(str)
    repr_requested = Signal(str)
    attributes_requested = Signal(str)
    attribute_toggled = Signal(str, str)  # key, path of a row
    open_source_requested = Signal(str)
    place_clicked = Signal(str, int)  # path, line of a call that made it
    try_requested = Signal(str)
    cut_requested = Signal(str, str)  # key, key of a choice
    pressed = Signal(str)  # an action of the window
    folded_changed = Signal(str, bool)  # name of a section, folded

    def __init__(self) -> None:
        super().__init__()
        self.details: Details | None = None
        self._theme: Theme | None = None
        self.head = InspectorHead()
        self.head.copy_clicked.connect(lambda: self._emit(self.copy_requested, "address"))
        self._make_sections()
        content = QWidget()
        content.setProperty("surface", "panel")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        for section in self.sections.values():
            section.folded_changed.connect(self.folded_changed)
            column.addWidget(section)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(content)
        self.states = StatePanel(self._scroll, EMPTY_STATE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)
        self.setAccessibleName("Inspector")

    def _make_sections(self) -> None:
        self.why, self.what_if, self.made_at = WhySection(), WhatIfSection(), MadeAtSection()
        self.sections: dict[str, Section] = {
            "why": self.why, "ends": Section("ends", "Both ends"),
            "change": Section("change", "What to change"), "what_if": self.what_if,
            "repr": Section("repr", "repr"), "attributes": Section("attributes", "Attributes"),
            "made_at": self.made_at, "source": Section("source", "Source"),
        }  # fmt: skip
        self._connect_why()
        self.ends = PathView("ctl")
        self.ends.step_chosen.connect(self.step_chosen)
        self.sections["ends"].body.addWidget(self.ends)
        self._make_change(self.sections["change"])
        self._make_repr(self.sections["repr"])
        self._make_rest()

    def _connect_why(self) -> None:
        why, what_if = self.why, self.what_if
        why.path.step_chosen.connect(self.step_chosen)
        why.next_path_clicked.connect(lambda: self._emit(self.next_path_requested))
        why.path_picked.connect(lambda number: self._emit(self.path_requested, number))
        why.copy_clicked.connect(lambda: self._emit(self.copy_requested, "expression"))
        why.check_clicked.connect(lambda: self._emit(self.check_expression_requested))
        what_if.try_clicked.connect(lambda: self._emit(self.try_requested))
        what_if.cut_picked.connect(lambda choice: self._emit(self.cut_requested, choice))

    def _make_change(self, section: Section) -> None:
        self._change = label("", wraps=True)
        self.diff = DiffBox()
        section.body.addWidget(self._change)
        section.body.addWidget(self.diff)

    def _make_repr(self, section: Section) -> None:
        self._repr = CodeBox()
        copy = ToolButton("copy", "Copy repr", "text3", 13)
        copy.clicked.connect(lambda: self._emit(self.copy_requested, "repr"))
        self._repr.aside.addWidget(copy)
        self._repr_title = label("", "strong", wraps=True)
        self._repr_note = label("", "small", "text2", wraps=True)
        self._ask_repr = Button("Show repr")
        self._ask_repr.setToolTip("Runs in a throw-away copy with a deadline; your program is not touched")
        self._ask_repr.clicked.connect(lambda: self._emit(self.repr_requested))
        self._to_attributes = Button("Show attributes")
        self._to_attributes.clicked.connect(lambda: self._reveal("attributes"))
        self._freeze_again = Button("Freeze again", "snowflake")
        self._freeze_again.clicked.connect(lambda: self.pressed.emit("freeze"))
        for part in (self._repr, self._repr_title, self._repr_note):
            section.body.addWidget(part)
        buttons = row(self._to_attributes, self._ask_repr, self._freeze_again, None, spacing=8)
        section.body.addLayout(buttons)

    def _make_rest(self) -> None:
        self.attributes = AttributeList()
        self.attributes.chosen.connect(self.step_chosen)
        self.attributes.fold_toggled.connect(lambda path: self._emit(self.attribute_toggled, path))
        self._more = Button("", "", "link")
        self._more.clicked.connect(lambda: self._emit(self.attributes_requested))
        body = self.sections["attributes"].body
        body.addWidget(self.attributes)
        body.addLayout(row(self._more, None))
        self.made_at.place_clicked.connect(self.place_clicked)
        self._source = CopyRow("Copy place")
        self._source.copy_clicked.connect(lambda: self._emit(self.copy_requested, "source"))
        self._open = Button("Open source", "file")
        self.show_keys(FIRST_KEYS)
        self._open.clicked.connect(lambda: self._emit(self.open_source_requested))
        body = self.sections["source"].body
        body.addWidget(self._source)
        body.addLayout(row(self._open, None))

    def apply_theme(self, theme: Theme) -> None:
        """The children are told themselves."""
        self._theme = theme

    def show_keys(self, keys: Keys) -> None:
        """Say which key opens the source."""
        self._open.setToolTip(keys.behind("Open in your editor", "graph_open_source"))

    # What is shown

    def show_details(self, details: Details | None) -> None:
        """Show another object, or more about the same one; None = nothing is selected."""
        is_same = details is not None and self.details is not None and details.key == self.details.key
        self.details = details
        if details is None:
            self.states.show_message(EMPTY_STATE)
            return
        self.head.show_details(details)
        self.why.show_why(details.why, has_copy=details.repr is None or details.repr.can_retry)
        self.sections["ends"].setVisible(bool(details.ends))
        self.ends.set_steps(details.ends)
        self._show_change(details.change)
        self.what_if.show_what_if(details.what_if)
        self._show_repr(details.repr)
        self._show_attributes(details)
        self.made_at.show_made_at(details.made_at)
        self._show_source(details.source)
        self.states.show_content()
        if not is_same:
            self._scroll.verticalScrollBar().setValue(0)

    def set_folded(self, name: str, folded: bool) -> None:
        """Fold a section as it was left. Raises KeyError for an unknown name."""
        self.sections[name].set_folded(folded)

    def show_change_section(self) -> None:
        """Bring "What to change" into view, unfolded: someone clicked HOLDER."""
        self._reveal("change")

    def show_what_if_section(self) -> None:
        """Bring "What if" into view, unfolded."""
        self._reveal("what_if")

    def _reveal(self, name: str) -> None:
        section = self.sections[name]
        if section.isVisibleTo(self):
            section.set_folded(False)
            self._scroll.ensureWidgetVisible(section, 0, 40)

    def _emit(self, signal: object, *more: str | int) -> None:
        if self.details is not None:
            signal.emit(self.details.key, *more)  # type: ignore[attr-defined]

    def _show_change(self, change: Change | None) -> None:
        self.sections["change"].setVisible(change is not None)
        if change is not None:
            self._change.setText(breakable(safe(change.sentence, 600)))
            self._change.setVisible(bool(change.sentence))
            self.diff.set_lines(change.diff)
            self.diff.setVisible(bool(change.diff))

    def _show_repr(self, shown: Repr | None) -> None:
        self.sections["repr"].setVisible(shown is not None)
        if shown is None:
            return
        failed = shown.state is Answer.FAILED
        self._repr.setVisible(shown.state is Answer.DONE)
        self._repr.set_text(safe(shown.text, 2000))
        self._repr_title.setText(breakable(safe(shown.title)))
        self._repr_title.setVisible(failed and bool(shown.title))
        notes = {
            Answer.NOT_ASKED: shown.text or "Not asked. It runs in a throw-away copy.",
            Answer.WORKING: "Asking the copy…",
            Answer.DONE: "",
            Answer.FAILED: breakable(safe(shown.text, 600)),
        }
        self._repr_note.setText(notes[shown.state])
        self._repr_note.setVisible(bool(notes[shown.state]))
        self._ask_repr.setText("Try again" if failed else "Show repr")
        self._ask_repr.setVisible(shown.can_retry and (failed or shown.state is Answer.NOT_ASKED))
        attributes = self.details.attributes if self.details is not None else None
        self._to_attributes.setVisible(failed and bool(attributes))
        self._freeze_again.setVisible(failed and not shown.can_retry)

    def _show_attributes(self, details: Details) -> None:
        rows = details.attributes
        self.sections["attributes"].setVisible(bool(rows))
        if not rows:
            return
        self.attributes.set_rows(rows[:MAX_ATTRIBUTES])
        total = details.attributes_total if details.attributes_total is not None else len(rows)
        further = total - min(len(rows), MAX_ATTRIBUTES)
        self._more.setText(f"{format_count(further)} more…")
        self._more.setVisible(further > 0)

    def _show_source(self, source: SourcePlace | None) -> None:
        self.sections["source"].setVisible(source is not None)
        if source is not None:
            self._source.set_text(safe(source.words, 600))
