"""The sentence above the graph: how many objects are reached through which holder, and which path this is."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from refscope.gui.parts import Button, Icon
from refscope.gui.theme import Theme

_SUBJECT = re.compile(r"^(.{1,80}?) (?=(?:are|is) )")
_RADIUS = 8.0


class GraphBanner(QWidget):
    """Shows `Scene.banner` with its holder in the colour of the path, and a link to the next path."""

    next_path_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._sentence = ""
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setWordWrap(True)
        self._label.setMinimumWidth(80)
        self._next = Button("", "", "link")
        self._next.clicked.connect(self.next_path_clicked)
        self._next.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 7, 12, 7)
        layout.setSpacing(11)
        layout.addWidget(Icon("anchor", "path", 16))
        layout.addWidget(self._label, 1)
        layout.addWidget(self._next)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence without marks."""
        return self._sentence.replace("**", "")

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the path."""
        self._theme = theme
        self._show()
        self.update()

    def set_sentence(self, sentence: str) -> None:
        """Show a sentence, its holder between `**`; "" hides the banner."""
        self._sentence = sentence
        self.setAccessibleName(self.text)
        self.setVisible(bool(sentence))
        self._show()

    def set_paths(self, number: int, total: int) -> None:
        """Which path is lit, from 1; the link shows where there are several."""
        self._next.setText(f"Path {number} of {total}, next ]")
        self._next.setVisible(total > 1)

    def _show(self) -> None:
        if self._theme is not None:
            self._label.setText(as_html(self._sentence, self._theme.hex("path")))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground and outline."""
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("path", 0.55))
        painter.setBrush(self._theme.color("pathbg"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)


def as_html(sentence: str, color: str) -> str:
    """The sentence with its subject bold and what stands between `**` in that colour. Input is escaped."""
    parts = [html.escape(part) for part in sentence.split("**")]
    if parts:
        parts[0] = _SUBJECT.sub(r"<b>\1</b> ", parts[0])
    for at in range(1, len(parts), 2):
        parts[at] = f'<b style="color:{color}">{parts[at]}</b>'
    return "".join(parts)
