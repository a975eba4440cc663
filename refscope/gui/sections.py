"""Sections that fold: a heading with its own right end, and a body."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from refscope.gui.parts import Icon, line
from refscope.gui.theme import Theme


class Section(QWidget):
    """A heading that folds its body; `aside` stands at the heading's right end."""

    folded_changed = Signal(str, bool)  # name, folded

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.name = name
        self._title = QPushButton(title)
        self._title.setProperty("kind", "quiet")
        self._title.setObjectName("section_title")
        self._title.clicked.connect(lambda: self.set_folded(not self.is_folded))
        self._title.setCursor(Qt.CursorShape.PointingHandCursor)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(8, 0, 12, 0)
        self._head.setSpacing(2)
        self._head.addWidget(self._title)
        self._sign = Icon("chevron_down", "text3", 12)
        self._sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._head.addWidget(self._sign)
        self._head.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._body = QFrame()
        self.body = QVBoxLayout(self._body)
        self.body.setContentsMargins(14, 0, 14, 0)
        self.body.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line())
        column.addSpacing(7)
        column.addLayout(self._head)
        column.addSpacing(3)
        column.addWidget(self._body)
        column.addSpacing(9)
        self.set_folded(False)

    @property
    def is_folded(self) -> bool:
        """Whether only the heading is shown."""
        return self._body.isHidden()

    def set_folded(self, folded: bool) -> None:
        """Fold or unfold."""
        changed = folded != self._body.isHidden()
        self._body.setHidden(folded)
        words = self._title.text()
        self._title.setAccessibleName(f"{words}, {'folded' if folded else 'unfolded'}")
        self._title.setToolTip(f"{'Unfold' if folded else 'Fold'} {words}")
        self._show_sign()
        if changed:
            self.folded_changed.emit(self.name, folded)

    def add_aside(self, widget: QWidget) -> None:
        """Put a widget at the right end of the heading."""
        self._head.addWidget(widget)

    def apply_theme(self, theme: Theme) -> None:
        """Colour of the heading."""
        self._title.setStyleSheet(
            f"#section_title {{ color: {theme.hex('text2')}; font-weight: 600; padding: 0 5px; }}"
        )

    def _show_sign(self) -> None:
        """A chevron where the body is away or the pointer is near: unfolded sections speak for themselves."""
        self._sign.set_icon("chevron_right" if self.is_folded else "chevron_down", "text3")
        self._sign.setVisible(self.is_folded or self.underMouse())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that the section folds."""
        super().enterEvent(event)
        self._show_sign()

    def leaveEvent(self, event: QEvent) -> None:
        """Be quiet again."""
        super().leaveEvent(event)
        self._show_sign()
