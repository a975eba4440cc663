"""Small building blocks that every panel uses: labels, icons, buttons, segments, lines.

They carry a role, a tone or a kind, which the style sheet reads; what holds an icon takes its
colour from the theme when it is told (`apply_theme`).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from refscope.gui.icons import icon, pixmap_for
from refscope.gui.theme import Theme


def label(text: str = "", role: str = "body", tone: str = "", *, wraps: bool = False) -> QLabel:
    """A label of plain text. Text from a target is never taken for markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    if tone:
        made.setProperty("tone", tone)
    made.setWordWrap(wraps)
    return made


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet reads, and have the widget look accordingly."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def line(*, vertical: bool = False) -> QFrame:
    """A hairline, 1 px, in the colour for lines."""
    made = QFrame()
    made.setProperty("line", True)
    if vertical:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made


def row(
    *items: QWidget | int | None, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QHBoxLayout:
    """A row of widgets; an int is a gap in pixels, None takes the space that is left."""
    made = QHBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(spacing)
    fill(made, items)
    return made


def fill(layout: QBoxLayout, items: Sequence[QWidget | int | None]) -> None:
    """Add widgets to a row or column as `row` does."""
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        else:
            layout.addWidget(item)


class Icon(QLabel):
    """An icon in a colour of the theme; `size` in logical pixels."""

    def __init__(self, name: str, token: str = "text2", size: int = 16) -> None:
        super().__init__()
        self._name, self._token, self._size = name, token, size
        self._theme: Theme | None = None
        self.setFixedSize(size, size)

    def set_icon(self, name: str, token: str) -> None:
        """Show another icon, or the same in another colour."""
        self._name, self._token = name, token
        if self._theme is not None:
            self.apply_theme(self._theme)

    def apply_theme(self, theme: Theme) -> None:
        """Redraw in the theme's colour."""
        self._theme = theme
        self.setPixmap(pixmap_for(self, self._name, theme.color(self._token), self._size))


class Button(QPushButton):
    """A push button with an icon of the theme. `kind`: "", "primary", "quiet", "link"."""

    def __init__(
        self, text: str, icon_name: str = "", kind: str = "", token: str = "", *, tall: bool = False
    ) -> None:
        super().__init__(text)
        self._icon_name = icon_name
        self._token = token
        self._theme: Theme | None = None
        self.setProperty("kind", kind)
        self.setProperty("tall", tall)
        self.setIconSize(QSize(15, 15))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_kind(self, kind: str) -> None:
        """Become primary, or normal again."""
        set_property(self, "kind", kind)
        if self._theme is not None:
            self.apply_theme(self._theme)

    def set_icon(self, name: str, token: str = "") -> None:
        """Wear another icon."""
        self._icon_name, self._token = name, token
        if self._theme is not None:
            self.apply_theme(self._theme)

    def apply_theme(self, theme: Theme) -> None:
        """Redraw the icon in the theme's colour."""
        self._theme = theme
        if not self._icon_name:
            return
        by_kind = {"primary": "onaccent", "link": "accent"}
        token = self._token or by_kind.get(str(self.property("kind")), "text")
        self.setIcon(icon(self._icon_name, theme.color(token), theme.color("text3"), 15))


class ToolButton(QToolButton):
    """A square button with an icon only; it needs a name, which is also its tooltip."""

    def __init__(self, icon_name: str, name: str, token: str = "text2", size: int = 16) -> None:
        super().__init__()
        self._icon_name, self._token, self._size = icon_name, token, size
        self.setProperty("kind", "tool")
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setIconSize(QSize(size, size))
        self.setFixedSize(max(24, size + 8), max(24, size + 8))

    def apply_theme(self, theme: Theme) -> None:
        """Redraw the icon in the theme's colour."""
        self.setIcon(icon(self._icon_name, theme.color(self._token), theme.color("text3"), self._size))


class KeyButton(Button):
    """A button that also shows its key, small and grey, behind its text."""

    def __init__(self, text: str, key: str, icon_name: str = "", *, tall: bool = True) -> None:
        super().__init__("", icon_name, "", tall=tall)
        self._icon = Icon(icon_name, "text", 16) if icon_name else None
        self._text = label(text)
        self._key = label(key, "caption", "text3")
        items: list[QWidget | int | None] = [self._icon] if self._icon else []
        items += [self._text, self._key]
        self._row = row(*items, spacing=7, margins=(11, 0, 11, 0))
        self.setLayout(self._row)
        self.setAccessibleName(text)
        for child in (self._text, self._key, *([self._icon] if self._icon else [])):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def apply_theme(self, theme: Theme) -> None:
        """The icon is a child of its own; nothing is painted by the button."""
        self._theme = theme

    def set_hint_shown(self, shown: bool) -> None:
        """Show or hide the key, for narrow windows."""
        self._key.setVisible(shown)

    def sizeHint(self) -> QSize:
        """As wide as its parts."""
        return QSize(self._row.sizeHint().width() + 2, max(24, super().sizeHint().height()))

    def changeEvent(self, event: object) -> None:
        """Grey the text together with the button."""
        super().changeEvent(event)  # type: ignore[arg-type]
        if hasattr(self, "_text"):
            set_property(self._text, "tone", "text" if self.isEnabled() else "text3")
            if self._icon is not None:
                self._icon.set_icon(self._icon_name, "text" if self.isEnabled() else "text3")


class Segments(QWidget):
    """A row of joined buttons, one of them chosen: Script | Module | Code."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str) -> None:
        super().__init__()
        self._buttons: dict[str, QPushButton] = {}
        layout = row(spacing=0)
        for number, (key, text) in enumerate(choices):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setProperty("kind", "segment")
            place = "first" if number == 0 else "last" if number == len(choices) - 1 else "middle"
            button.setProperty("place", place)
            button.toggled.connect(lambda on, key=key: self.chosen.emit(key) if on else None)
            self._buttons[key] = button
            layout.addWidget(button)
        self.setLayout(layout)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._buttons[choices[0][0]].setChecked(True)

    @property
    def current(self) -> str:
        """Key of the chosen button."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def choose(self, key: str) -> None:
        """Choose by key; emits `chosen` when that changes anything."""
        self._buttons[key].setChecked(True)

    def button(self, key: str) -> QPushButton:
        """The button of a key."""
        return self._buttons[key]


class Card(QFrame):
    """A framed area that acts as one button: mouse, Enter and Space; `clicked` without arguments."""

    clicked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A release inside counts as a click, as on a button."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: object) -> None:
        """Enter and Space click."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):  # type: ignore[attr-defined]
            self.clicked.emit()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]
