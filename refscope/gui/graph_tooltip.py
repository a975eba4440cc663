"""The card that says more about what the pointer rests on: type and size, expression, place in the source.

A child of the graph view and not a window of its own: it needs no window manager, shows in
pictures, and never outlives the view.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from refscope.gui.parts import Icon, label
from refscope.gui.shadow import cast_shadow
from refscope.gui.theme import Theme
from refscope.text import safe


@dataclass(frozen=True, slots=True)
class Tip:
    """What a tooltip says. Empty texts take no line."""

    title: str
    figures: str = ""
    expression: str = ""
    source: str = ""
    icon: str = ""
    token: str = "text2"


class GraphTooltip(QFrame):
    """Shows a `Tip` beside a point, inside its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("graph_tooltip")
        self._icon = Icon("info", "text2")
        self._title = label("", "strong")
        self._figures = label("", "small", "text3")
        self._expression = label("", "mono_small", "text2")
        self._source = label("", "caption", "text3", wraps=False)
        head = QHBoxLayout()
        head.setSpacing(7)
        head.addWidget(self._icon)
        head.addWidget(self._title)
        head.addWidget(self._figures)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 9, 14, 10)
        column.setSpacing(5)
        column.addLayout(head)
        column.addWidget(self._expression)
        column.addWidget(self._source)
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        """The shadow is deeper on dark ground."""
        cast_shadow(self, theme)

    def show_tip(self, tip: Tip, near: QPoint, *, large: bool = False) -> None:
        """Show beside `near` (parent's coordinates), moved so that all of it is inside the parent."""
        self._icon.set_icon(tip.icon or "info", tip.token)
        self._title.setText(safe(tip.title))
        self._figures.setText(tip.figures)
        widest = 560 if large else 420
        for text, line in ((tip.expression, self._expression), (tip.source, self._source)):
            line.setVisible(bool(text))
            line.setWordWrap(large)
            shown = safe(text)
            if not large:
                shown = line.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideMiddle, widest)
            line.setText(shown)
        self.setMaximumWidth(widest + 40)
        self.adjustSize()
        self.move(self._place(near))
        self.raise_()
        self.show()

    def _place(self, near: QPoint) -> QPoint:
        parent = self.parentWidget()
        area = parent.rect().adjusted(4, 4, -4, -4) if parent is not None else QRect()
        x = min(near.x() + 14, area.right() - self.width())
        y = near.y() + 20
        if y + self.height() > area.bottom():
            y = near.y() - 12 - self.height()
        return QPoint(max(area.left(), x), max(area.top(), y))
