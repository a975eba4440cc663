"""Small building blocks that every panel uses: labels, icons, buttons, segments, lines.

They carry a role, a tone or a kind, which the style sheet reads; what holds an icon takes its
colour from the theme when it is told (`apply_theme`).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
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


_SMALL_ICONS = frozenset({"play", "stop", "chevron_right", "chevron_down"})
"""Icons that would weigh too much at the size of the others."""
_ICON_GAP = 4
"""Pixels between icon and text, on top of the style's own four."""


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
        self._icon_px = 11 if icon_name in _SMALL_ICONS else 15
        self.setIconSize(QSize(self._icon_px + _ICON_GAP, self._icon_px))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)

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
        ink, grey = theme.color(token), theme.color("text3")
        self.setIcon(icon(self._icon_name, ink, grey, self._icon_px, gap=_ICON_GAP))


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

    def set_key(self, key: str) -> None:
        """Show another key."""
        self._key.setText(key)
        self.updateGeometry()

    def set_text_shown(self, shown: bool) -> None:
        """Show or hide text and key, for narrow windows; the name stays for screen readers."""
        self._text.setVisible(shown)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as its parts."""
        return QSize(self._row.sizeHint().width() + 2, max(24, super().sizeHint().height()))

    def changeEvent(self, event: QEvent) -> None:
        """Grey the text together with the button."""
        super().changeEvent(event)
        if hasattr(self, "_text"):
            set_property(self._text, "tone", "text" if self.isEnabled() else "text3")
            if self._icon is not None:
                self._icon.set_icon(self._icon_name, "text" if self.isEnabled() else "text3")


class IconField(QLineEdit):
    """A field of text with an icon at its left end."""

    def __init__(self, name: str, icon_name: str = "", role: str = "body", *, tall: bool = True) -> None:
        super().__init__()
        self.setProperty("tall", tall)
        self.setProperty("role", role)
        self.setAccessibleName(name)
        self._icon = Icon(icon_name or "search", "text2", 15)
        self._icon.setParent(self)
        self.set_icon_shown(bool(icon_name))

    def set_icon_shown(self, shown: bool) -> None:
        """Show the icon, or give its room to the text."""
        self._icon.setVisible(shown)
        self.setTextMargins(20 if shown else 0, 0, self.textMargins().right(), 0)

    def apply_theme(self, theme: Theme) -> None:
        """The cross that clears the field, in place of Qt's."""
        clear = self.findChild(QAction, "_q_qlineeditclearaction")
        if clear is not None:
            clear.setIcon(icon("cross", theme.color("text2")))
            clear.setText("Clear")  # what its button is called

    def set_room(self, *, right: int) -> None:
        """Keep pixels free at the right end, for a hint."""
        self.setTextMargins(self.textMargins().left(), 0, right, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the icon in the middle of the height."""
        super().resizeEvent(event)
        self._icon.move(9, (self.height() - self._icon.height()) // 2)


class ElidedLabel(QWidget):
    """One line of text that gives way: elided in the middle, whole in the tooltip when it is cut. short:
    what is said where the whole does not fit, before anything is elided."""

    def __init__(self, text: str, role: str, tone: str = "text", short: str = "") -> None:
        super().__init__()
        self._text, self._role, self._tone, self._short = text, role, tone, short
        self._theme: Theme | None = None
        self.setMinimumWidth(20)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text, self._short = text, ""
        self.update()

    def set_tone(self, tone: str) -> None:
        """Show it in another colour."""
        self._tone = tone
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take font and colour."""
        self._theme = theme
        self.setFixedHeight(QFontMetrics(theme.font(self._role)).height())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as fits."""
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setFont(self._theme.font(self._role))
        painter.setPen(self._theme.color(self._tone))
        metrics = painter.fontMetrics()
        fits = not self._short or metrics.horizontalAdvance(self._text) <= self.width()
        words = self._text if fits else self._short
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, self.width())
        self.setToolTip(self._text if shown != self._text else "")
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)


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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space click."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)
