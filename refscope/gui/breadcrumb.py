"""Suspects > type > object: where the graph's target was reached from, each part a link but the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from refscope.gui.parts import Button, ElidedLabel, Icon
from refscope.gui.theme import Theme, dress
from refscope.text import elide, safe


@dataclass(frozen=True, slots=True)
class Crumb:
    """One part. `key` comes back in the signal; `short` is said where the text does not fit."""

    key: str
    text: str
    short: str = ""


class Breadcrumb(QWidget):
    """A row of parts; where it is narrow only the last one stays."""

    clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._links: list[QWidget] = []
        self._last: ElidedLabel | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(90)
        self.setAccessibleName("Breadcrumb")

    def apply_theme(self, theme: Theme) -> None:
        """Colours of parts made later; those shown are told themselves."""
        self._theme = theme

    def set_parts(self, parts: Sequence[Crumb]) -> None:
        """Show these parts, the last one as the place where the graph is."""
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._links, self._last = [], None
        if not parts:
            return
        self._row.addWidget(Icon("anchor", "path", 15))
        for part in parts[:-1]:
            link = Button(elide(safe(part.text), 40), "", "link")
            link.clicked.connect(lambda _=False, key=part.key: self.clicked.emit(key))
            arrow = Icon("chevron_right", "text3", 12)
            self._links += [link, arrow]
            self._row.addWidget(link)
            self._row.addWidget(arrow)
        self._last = ElidedLabel(safe(parts[-1].text), "strong", short=safe(parts[-1].short))
        self._row.addWidget(self._last, 1)
        if self._theme is not None:
            dress(self, self._theme)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop the links where there is no room for them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._last is None:
            return
        wanted = sum(widget.sizeHint().width() + 4 for widget in self._links)
        has_room = wanted + 110 <= self.width()
        for widget in self._links:
            widget.setVisible(has_room)
