"""The row above the graph: breadcrumb, undo, redo, folded or raw, limits, hidden types, find, export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QPushButton, QWidget

from refscope.gui.breadcrumb import Breadcrumb
from refscope.gui.graph_requests import GraphRequests
from refscope.gui.icons import icon
from refscope.gui.key_hints import FIRST_KEYS, Keys
from refscope.gui.parts import Button, IconField, Segments, ToolButton, label, line
from refscope.gui.theme import Theme
from refscope.text import elide, format_count, safe, short_name

if TYPE_CHECKING:
    from refscope.gui.graph_places import Hidden

DEPTHS = (3, 5, 8, 10, 15, 20, 30, 50)
SIBLINGS = (5, 8, 12, 20, 30, 50)
FORMATS = ("SVG", "PNG", "PDF", "DOT", "GraphML", "GEXF", "JSON", "Mermaid")

_WIDE = 1010
"""Pixels from which words stand beside icons and the find field is always there."""

_MEDIUM = 640
_ICON_WIDTH, _ARROW_WIDTH = 30, 14
_NO_BOUND = (1 << 24) - 1  # Qt's own number for a widget without a greatest width


class Fitted(Protocol):
    """What the header needs of the view."""

    def fit(self) -> None:
        """Show everything."""


class FindField(IconField):
    """The text to find; Enter and F3 go on, Esc ends."""

    next_wanted = Signal()
    previous_wanted = Signal()
    ended = Signal()

    def __init__(self) -> None:
        super().__init__("Find in graph", "search", tall=False)
        self.setPlaceholderText("Find in graph")
        self.setFixedWidth(170)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Shift+Enter, Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            (self.previous_wanted if back else self.next_wanted).emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.ended.emit()
        else:
            super().keyPressEvent(event)


class GraphHeader(QWidget):
    """The controls of the graph; emits `requests` and knows nothing of the scene."""

    find_changed = Signal(str)

    def __init__(self, requests: GraphRequests, view: Fitted) -> None:
        super().__init__()
        self._requests = requests
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(36)
        self.breadcrumb = Breadcrumb()
        self.breadcrumb.clicked.connect(requests.breadcrumb_clicked)
        self.undo = ToolButton("undo", "Nothing to undo")
        self.redo = ToolButton("redo", "Nothing to redo")
        self.undo.clicked.connect(requests.undo_requested)
        self.redo.clicked.connect(requests.redo_requested)
        self.view = Segments((("folded", "Folded"), ("raw", "Raw")), "Folded or raw references")
        self.view.chosen.connect(lambda key: requests.raw_changed.emit(key == "raw"))
        self.depth_box = _combo(DEPTHS, 10, "Depth: most steps of Expand until root")
        self.siblings_box = _combo(SIBLINGS, 12, "Siblings: most nodes that one expansion adds")
        self.depth_box.activated.connect(
            lambda _: requests.depth_changed.emit(int(self.depth_box.currentText()))
        )
        self.siblings_box.activated.connect(
            lambda _: requests.siblings_changed.emit(int(self.siblings_box.currentText()))
        )
        self.hidden = QPushButton("none")
        self.hidden.setAccessibleName("What is hidden")
        self.hidden.setMenu(QMenu(self.hidden))
        self.find_field = FindField()
        self.find_field.textChanged.connect(self.find_changed)
        self.found = label("", "small", "text3")
        self.tidy = Button("Tidy", "tidy", "quiet")
        self.fit = Button("Fit", "fit", "quiet")
        self.export = Button("Export", "export", "quiet")
        self.tidy.clicked.connect(requests.tidy_requested)
        self.fit.clicked.connect(view.fit)
        self.export.setMenu(self._export_menu())
        self._names = {button: button.text() for button in (self.tidy, self.fit, self.export)}
        self._words = [label("Depth", "small", "text2"), label("Siblings", "small", "text2")]
        self._hidden_word = label("Hidden", "small", "text2")
        self._lay_out()
        self._is_finding = False
        self._keys = FIRST_KEYS
        self._steps: tuple[str | None, str | None] = (None, None)  # names of what undo and redo would do
        self._theme: Theme | None = None
        self._hidden: Hidden | None = None
        self._fill_hidden()
        self.set_usable(False)
        for button, key in ((self.tidy, "L"), (self.fit, "0")):
            button.setToolTip(f"{self._names[button]} ({key})")
        for button, name in self._names.items():
            button.setAccessibleName(name)
        self.show_keys(FIRST_KEYS)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 8, 0)
        layout.setSpacing(6)
        layout.addWidget(self.breadcrumb, 1)
        layout.addWidget(self.undo)
        layout.addWidget(self.redo)
        separator = line(vertical=True)
        separator.setFixedHeight(20)
        layout.addWidget(separator)
        layout.addWidget(self.view)
        layout.addSpacing(4)
        layout.addWidget(self._words[0])
        layout.addWidget(self.depth_box)
        layout.addWidget(self._words[1])
        layout.addWidget(self.siblings_box)
        layout.addWidget(self._hidden_word)
        layout.addWidget(self.hidden)
        layout.addWidget(self.find_field)
        layout.addWidget(self.found)
        layout.addWidget(self.tidy)
        layout.addWidget(self.fit)
        layout.addWidget(self.export)

    def _export_menu(self) -> QMenu:
        menu = QMenu(self)
        for name in FORMATS:
            action = menu.addAction(name)
            action.triggered.connect(
                lambda _=False, name=name: self._requests.export_requested.emit(name.lower())
            )
        return menu

    def show_keys(self, keys: Keys) -> None:
        """Name these keys of the window beside what they do."""
        self._keys = keys
        self.export.setToolTip(keys.behind("Export", "export_panel"))
        self.set_history(*self._steps)

    def set_history(self, undo_name: str | None, redo_name: str | None) -> None:
        """Name the steps that undo and redo would take; None = there is none."""
        self._steps = undo_name, redo_name
        for button, verb, name in ((self.undo, "Undo", undo_name), (self.redo, "Redo", redo_name)):
            text = self._keys.behind(f"{verb} {name}", verb.lower()) if name else f"Nothing to {verb.lower()}"
            button.setEnabled(name is not None)
            button.setToolTip(text)
            button.setAccessibleName(text)

    def set_usable(self, usable: bool) -> None:
        """Without a graph there is nothing to fit, find or export."""
        for widget in (self.tidy, self.fit, self.export, self.find_field, self.view):
            widget.setEnabled(usable)

    def set_raw(self, raw: bool) -> None:
        """Show which view is on, without asking for it."""
        self.view.blockSignals(True)
        self.view.choose("raw" if raw else "folded")
        self.view.blockSignals(False)

    def set_limits(self, depth: int, siblings: int) -> None:
        """Show the limits that hold, without asking for them."""
        for combo, value in ((self.depth_box, depth), (self.siblings_box, siblings)):
            if combo.findText(str(value)) < 0:
                combo.addItem(str(value))
            combo.setCurrentText(str(value))

    def set_hidden(self, hidden: Hidden) -> None:
        """List what is hidden, each with a cross; choosing an entry shows it again."""
        if hidden != self._hidden:
            self._hidden = hidden
            self._fill_hidden()

    def _fill_hidden(self) -> None:
        menu, asks, hidden = self.hidden.menu(), self._requests, self._hidden
        menu.clear()
        for name, count in hidden.types if hidden is not None else ():
            text = elide(safe(short_name(name)), 40) + (f"  ×{format_count(count)}" if count else "")
            self._add_hidden(text, safe(name), partial(asks.unhide_type_requested.emit, name))
        for name in hidden.labels if hidden is not None else ():
            text = f"references {elide(safe(name), 40)}"
            self._add_hidden(text, safe(name), partial(asks.unhide_edges_requested.emit, name))
        if hidden is not None and hidden.objects:
            nodes = f"{format_count(hidden.objects)} single node{'' if hidden.objects == 1 else 's'}"
            self._add_hidden(nodes, "", asks.unhide_objects_requested.emit)
        entries = len(menu.actions())
        if entries:
            menu.addSeparator()
            menu.addAction("Show all").triggered.connect(asks.show_hidden_requested)
        types = 0 if hidden is None else len(hidden.types)
        words = f"{types} type{'' if types == 1 else 's'}" if types == entries else f"{entries} hidden"
        self.hidden.setText(words if entries else "none")
        self.hidden.setEnabled(bool(entries))
        self._fit()

    def _add_hidden(self, text: str, tip: str, show: Callable[[], object]) -> None:
        action = self.hidden.menu().addAction(text.replace("&", "&&"))
        action.setToolTip(f"Show {tip or text} again")
        if self._theme is not None:
            action.setIcon(icon("cross", self._theme.color("text2")))
        action.triggered.connect(lambda _checked=False: show())

    def apply_theme(self, theme: Theme) -> None:
        """The crosses of the list."""
        self._theme = theme
        self._fill_hidden()

    def set_found(self, position: int, count: int) -> None:
        """Say how many nodes match; position from 1, 0 = none chosen."""
        text = ""
        if self.find_field.text():
            text = f"{position} of {format_count(count)}" if position else f"{format_count(count)} found"
        self.found.setText(text)
        self._fit()

    def start_find(self) -> None:
        """Bring the keyboard to the field, which shows itself where it was not."""
        self._is_finding = True
        self._fit()
        self.find_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_field.selectAll()

    def end_find(self) -> None:
        """Put the field away where there is little room."""
        self._is_finding = False
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words, the hidden list and the find field come and go with the room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide, medium = self.width() >= _WIDE, self.width() >= _MEDIUM
        for button, name in self._names.items():
            button.setText(name if wide else "")
            button.setIconSize(QSize(15, 15))
            arrow = _ARROW_WIDTH if button is self.export else 0
            button.setMaximumWidth(_NO_BOUND if wide else _ICON_WIDTH + arrow)
        finding = wide or self._is_finding
        self.find_field.setVisible(finding)
        self.found.setVisible(finding and bool(self.found.text()))
        narrow_find = self._is_finding and not wide
        limits: list[QWidget] = [*self._words, self.depth_box, self.siblings_box]
        for widget in limits:
            widget.setVisible(medium and not narrow_find)
        self.breadcrumb.setVisible(not (narrow_find and not medium))
        for widget in (self._hidden_word, self.hidden):
            widget.setVisible((wide or self.hidden.isEnabled()) and medium and not narrow_find)


def _combo(values: Sequence[int], value: int, name: str) -> QComboBox:
    made = QComboBox()
    made.addItems([str(each) for each in values])
    made.setCurrentText(str(value))
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setFixedWidth(60)
    return made
