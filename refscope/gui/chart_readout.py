"""What floats over the chart: the values under the crosshair, and the card of a selected stretch of time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from refscope.gui.parts import Button, label

GAP = 14


class Readout(QFrame):
    """Time, marks nearby, a line per curve. Does not take the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setProperty("surface", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._head = label("", "strong")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 7, 10, 7)
        layout.setSpacing(3)
        layout.addWidget(self._head)
        layout.addLayout(self._grid)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self.hide()

    def tell(self, head: str, marks: Sequence[str], lines: Sequence[tuple[str, str]], at: QPointF) -> None:
        """Show it beside `at` (in the parent), inside the parent. lines: (name, value)."""
        self._head.setText(", ".join([head, *marks]))
        while len(self._rows) < len(lines):
            pair = (label("", "small", "text2"), label("", "small"))
            self._grid.addWidget(pair[0], len(self._rows), 0)
            self._grid.addWidget(pair[1], len(self._rows), 1, Qt.AlignmentFlag.AlignRight)
            self._rows.append(pair)
        for number, (name, value) in enumerate(self._rows):
            shown = number < len(lines)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                name.setText(lines[number][0])
                value.setText(lines[number][1])
        self.adjustSize()
        room = self._room.width()
        x = at.x() + GAP if at.x() + GAP + self.width() <= room else at.x() - GAP - self.width()
        lowest = self._room.height() - self.height()
        self.move(round(x), round(min(max(4.0, at.y() - self.height() / 2), lowest)))
        self.show()
        self.raise_()


class RegionCard(QFrame):
    """Slope of a selected stretch, and the question what grew in it."""

    grew_requested = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setProperty("surface", "callout")
        self._text = label("", "strong")
        self._ask = Button("What grew here?", kind="link")
        self._close = Button("", "close", kind="quiet")
        self._close.setAccessibleName("Clear the selection")
        self._close.setToolTip("Clear the selection (Esc)")
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 0, 0)  # as far in as the link below
        row.addWidget(self._text)
        row.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 4, 6)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._ask, 0, Qt.AlignmentFlag.AlignLeft)
        self._ask.clicked.connect(self.grew_requested)
        self._close.clicked.connect(self.closed)
        self.hide()

    @property
    def text(self) -> str:
        """The slope in words."""
        return self._text.text()

    def tell(self, text: str, can_compare: bool, x: float) -> None:
        """Show it under the middle of the stretch."""
        self._text.setText(text)
        self.set_can_compare(can_compare)
        self.adjustSize()
        left = min(max(4.0, x - self.width() / 2), self._room.width() - self.width() - 4.0)
        self.move(round(left), self._room.height() - self.height() - 34)
        self.show()
        self.raise_()

    def set_can_compare(self, can_compare: bool) -> None:
        """Whether two freezes lie in the stretch."""
        self._ask.setEnabled(can_compare)
        self._ask.setText("What grew here?" if can_compare else "What grew here? Freeze twice to know")
