"""The head of the Inspector: what the object is, where, how much it holds, and by whom it is seen."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from refscope.gui.code_text import CopyRow
from refscope.gui.details import Details
from refscope.gui.parts import Icon, label, row
from refscope.gui.wrapping import breakable
from refscope.text import format_bytes, format_count, safe


class InspectorHead(QWidget):
    """Shows the head of a `Details`."""

    copy_clicked = Signal()  # the address

    def __init__(self) -> None:
        super().__init__()
        self._icon = Icon("cube", "instance", 18)
        self.title = label("", "heading", wraps=True)
        self._position = label("", "small", "text2")
        self._position.setProperty("chip", "plain")
        self._position.setContentsMargins(10, 0, 10, 0)
        self._position.setFixedHeight(21)  # a radius of 10 needs it
        self.place = CopyRow("Copy address")
        self.place.copy_clicked.connect(self.copy_clicked)
        self._figures = QGridLayout()
        self._figures.setColumnMinimumWidth(0, 78)
        self._figures.setColumnStretch(1, 1)
        self._figures.setVerticalSpacing(5)
        self._rows: dict[str, tuple[QLabel, QLabel]] = {}
        for at, name in enumerate(("Retains", "References", "Age")):
            value = label("", wraps=True)
            value.setTextFormat(Qt.TextFormat.RichText)
            self._rows[name] = (label(name, "body", "text3"), value)
            self._figures.addWidget(self._rows[name][0], at, 0, Qt.AlignmentFlag.AlignTop)
            self._figures.addWidget(value, at, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 12, 12)
        column.setSpacing(5)
        first = row(self._icon, spacing=9)
        first.setAlignment(self._icon, Qt.AlignmentFlag.AlignTop)
        first.addWidget(self.title, 1)
        first.addWidget(self._position, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(first)
        column.addWidget(self.place)
        column.addLayout(self._figures)

    def show_details(self, details: Details) -> None:
        """Show another object, or more about it."""
        self._icon.set_icon(details.icon, details.token)
        self.title.setText(breakable(safe(details.title)))
        self.title.setAccessibleName(safe(details.title))
        self._position.setText(details.position)
        self._position.setVisible(bool(details.position))
        address = "" if details.address is None else f"0x{details.address:x}"
        self.place.set_copyable(bool(address))
        self.place.set_text(safe(details.module), address)
        self.place.setVisible(bool(self.place.text))
        self._set_figure("Retains", _retains(details))
        self._set_figure("References", _references(details))
        self._set_figure("Age", html.escape(details.age))

    def _set_figure(self, name: str, text: str) -> None:
        for part in self._rows[name]:
            part.setVisible(bool(text))
        self._rows[name][1].setText(text)


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
