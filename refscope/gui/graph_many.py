"""The question before a group of hundreds is taken apart, asked in place: add some, open a table, or not."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from refscope.gui.parts import Button, label, row
from refscope.gui.shadow import cast_shadow
from refscope.gui.theme import Theme
from refscope.present.graph_state import MOST_AT_ONCE
from refscope.text import format_count


class ManyNodes(QFrame):
    """`This adds 1,240 nodes.` with its answers, over the graph. Signals carry the key of the group."""

    add_wanted = Signal(str)
    table_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.key = ""
        self._question = label("", "strong")
        self.add = Button(f"Add {MOST_AT_ONCE}", "plus", "primary")
        self.table = Button("Open as a table", "table")
        self.cancel = Button("Cancel")
        self.add.clicked.connect(self._add)
        self.table.clicked.connect(self._open_table)
        self.cancel.clicked.connect(self.close_question)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(10)
        column.addWidget(self._question)
        column.addLayout(row(self.add, self.table, self.cancel))
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        """The shadow."""
        cast_shadow(self, theme)

    def ask(self, key: str, count: int) -> None:
        """Ask about a group of so many."""
        self.key = key
        self._question.setText(f"This adds {format_count(count)} nodes.")
        self.setAccessibleName(f"This adds {format_count(count)} nodes. Add some, or open as a table?")
        self.adjustSize()
        parent = self.parentWidget()
        if parent is not None:
            self.move((parent.width() - self.width()) // 2, (parent.height() - self.height()) // 2)
        self.show()
        self.raise_()
        self.add.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_question(self) -> None:
        """Put the question away and give the keyboard back."""
        self.hide()
        parent = self.parentWidget()
        if parent is not None:
            parent.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves everything as it is."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_question()
        else:
            super().keyPressEvent(event)

    def _add(self) -> None:
        self.close_question()
        self.add_wanted.emit(self.key)

    def _open_table(self) -> None:
        self.close_question()
        self.table_wanted.emit(self.key)
