"""The left column of the start page: the name, recent targets, and two ways in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QEnterEvent, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QMenu, QScrollArea, QVBoxLayout, QWidget

from refscope.gui.key_hints import Keys
from refscope.gui.launch_form import RecentTarget
from refscope.gui.parts import Button, Card, ElidedLabel, Icon, ToolButton, label, line, row, set_property
from refscope.gui.shapes import FOLDER
from refscope.gui.theme import Theme, dress

WIDTH = 300
_VERDICTS = {"leak": ("drop", "leak"), "ok": ("check", "ok"), "none": ("file", "text3")}


class RecentColumn(QWidget):
    """Recent targets, newest first. Emits the target that was chosen, pinned or removed."""

    chosen = Signal(object)
    pin_toggled = Signal(object)
    removed = Signal(object)
    open_requested = Signal()
    commands_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._rows: list[RecentRow] = []
        self.setFixedWidth(WIDTH)
        self.setProperty("surface", "sunken")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._heading = label("Recent", "strong", "text2")
        self._list = QVBoxLayout()
        self._list.setSpacing(3)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.addStretch(1)
        inside = QWidget()
        inside.setLayout(self._list)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 22, 16, 10)
        column.setSpacing(0)
        column.addWidget(Brand())
        column.addSpacing(20)
        column.addLayout(row(6, self._heading, None, spacing=0))
        column.addSpacing(7)
        self._nothing = label("What you run or open is listed here, with what was found.", "small", "text2")
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(6, 0, 6, 0)
        column.addWidget(self._nothing)
        column.addWidget(self._scroll, 1)
        column.addWidget(line())
        column.addSpacing(6)
        self._hints: dict[str, QLabel] = {}
        for text, icon, key, signal in (
            ("Open a capture", "folder", "open", self.open_requested),
            ("All commands", "search", "palette", self.commands_requested),
        ):
            button = Button(text, icon, "quiet", "text2")
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())
            self._hints[key] = hint = label()
            hint.setProperty("chip", "key")
            hint.hide()
            column.addLayout(row(button, None, hint, 4, spacing=0))
            column.addSpacing(4)

    def show_keys(self, keys: Keys) -> None:
        """Show the keys behind the two ways in."""
        for action, hint in self._hints.items():
            hint.setText(keys.of(action))
            hint.setVisible(bool(keys.of(action)))

    def set_recent(self, targets: Sequence[RecentTarget]) -> None:
        """Show these, in this order."""
        for old in self._rows:
            self._list.removeWidget(old)
            old.hide()  # it is deleted only when the event loop comes to it
            old.deleteLater()
        self._rows = []
        for number, target in enumerate(targets):
            made = RecentRow(target)
            made.clicked.connect(lambda made=made: self._choose(made))
            made.pin_toggled.connect(lambda target=target: self.pin_toggled.emit(target))
            made.removed.connect(lambda target=target: self.removed.emit(target))
            self._list.insertWidget(number, made)
            self._rows.append(made)
            if self._theme is not None:
                dress(made, self._theme)
        self._nothing.setVisible(not targets)

    def rows(self) -> list[RecentRow]:
        """The rows shown, in their order."""
        return list(self._rows)

    def apply_theme(self, theme: Theme) -> None:
        """Colours for rows to come, and a width that grows with the text."""
        self._theme = theme
        self.setFixedWidth(theme.px(WIDTH))

    def _choose(self, chosen: RecentRow) -> None:
        for each in self._rows:
            set_property(each, "chosen", each is chosen)
        self.chosen.emit(chosen.target)


class RecentRow(Card):
    """One recent target: title and when, place, last result in words; pin and remove on hover."""

    pin_toggled = Signal()
    removed = Signal()

    def __init__(self, target: RecentTarget) -> None:
        super().__init__(f"{target.title}, {target.place}, {target.result or 'no result yet'}, {target.when}")
        self.target = target
        self.setProperty("card", "recent")
        icon, tone = _VERDICTS[target.verdict]
        self._when = label(target.when, "caption", "text3")
        pin_name = f"{'Unpin' if target.is_pinned else 'Pin'} {target.title}"
        self._pin = ToolButton("pin", pin_name, "accent" if target.is_pinned else "text3", 14)
        self._remove = ToolButton("close", f"Remove {target.title} from Recent", "text3", 14)
        for button, signal in ((self._pin, self.pin_toggled), (self._remove, self.removed)):
            button.setFixedSize(22, 16)
            button.clicked.connect(signal)
        title = ElidedLabel(target.title, "strong")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 7)
        column.setSpacing(2)
        head = row(title, self._when, self._pin, self._remove, spacing=4)
        head.setStretch(0, 1)
        column.addLayout(head)
        place = " · ".join(part for part in (target.place, target.python) if part)
        column.addWidget(ElidedLabel(place, "caption", "text3"))
        if target.result:
            result = label(target.result, "caption", tone)
            column.addLayout(row(Icon(icon, tone, 12), result, None, spacing=6))
        self._show_buttons(False)

    def _show_buttons(self, shown: bool) -> None:
        self._when.setVisible(not shown)
        self._remove.setVisible(shown)
        self._pin.setVisible(shown or self.target.is_pinned)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show pin and remove."""
        self._show_buttons(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Show when it was again."""
        self._show_buttons(False)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The same by menu, for the keyboard."""
        menu = QMenu(self)
        menu.addAction("Unpin" if self.target.is_pinned else "Pin", self.pin_toggled.emit)
        menu.addAction("Remove from Recent", self.removed.emit)
        menu.popup(event.globalPos())


class Brand(QWidget):
    """RefScope's sign and name."""

    def __init__(self) -> None:
        super().__init__()
        self._sign = QLabel()
        self._sign.setFixedSize(34, 34)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label("RefScope", "brand"))
        words.addWidget(label("What keeps your objects alive", "caption", "text3"))
        outer = row(6, self._sign, 10, spacing=0)
        outer.addLayout(words, 1)
        self.setLayout(outer)

    def apply_theme(self, _theme: Theme) -> None:
        """The sign has colours of its own; only its sharpness depends on the screen."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(34 * ratio), round(34 * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(0, 0, 0, 0))
        painter = QPainter(picture)
        QSvgRenderer(str(FOLDER / "refscope.svg")).render(painter, QRectF(QPoint(0, 0), self._sign.size()))
        painter.end()
        self._sign.setPixmap(picture)
