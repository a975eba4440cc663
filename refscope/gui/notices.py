"""Notices: lines in the lower right corner that tell and go, or stay when they tell of an error."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QVBoxLayout, QWidget

from refscope.gui.parts import Button, Icon, ToolButton, label, row
from refscope.gui.state_values import Notice
from refscope.gui.theme import Theme, dress

STAY_MS = 6000
"""How long a notice that is no error stays."""
_MARGIN = 12
_MOST = 3

_LOOKS = {
    "error": ("alert", "leak", "error"),
    "warning": ("warning", "watch", "warning"),
    "info": ("info", "accent", "info"),
    "ok": ("check", "ok", "info"),
}


class NoticeBar(QFrame):
    """One notice with an optional button and a cross."""

    pressed = Signal(str)
    closed = Signal()

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.notice = notice
        icon, tone, look = _LOOKS[notice.severity]
        self.setProperty("notice", look)
        self._text = label(
            notice.text, "mono_small" if notice.is_mono else "small", "text2", wraps=len(notice.text) > 70
        )
        self._timer = QTimer(self, singleShot=True, interval=STAY_MS)
        self._timer.timeout.connect(self.closed)
        items: list[QWidget | int | None] = [Icon(icon, tone), 2, label(notice.title, "strong")]
        items += [self._text, None]
        if notice.button is not None:
            button = Button(notice.button.text, notice.button.icon)
            button.clicked.connect(self._press)
            items.append(button)
        cross = ToolButton("close", "Close this notice", size=14)
        cross.clicked.connect(self.closed)
        items.append(cross)
        self.setLayout(row(*items, margins=(12, 7, 8, 7)))
        self.renew(notice)

    def can_be(self, notice: Notice) -> bool:
        """Whether only the text would change."""
        return replace(notice, text="") == replace(self.notice, text="")

    def renew(self, notice: Notice) -> None:
        """Show another text, and stay from now on."""
        self.notice = notice
        self._text.setText(notice.text)
        self.setAccessibleName(f"{notice.title}. {notice.text}")
        if notice.severity != "error" and not notice.stays:
            self._timer.start()

    def _press(self) -> None:
        if self.notice.button is not None:
            self.pressed.emit(self.notice.button.key)
        self.closed.emit()


class NoticeStack(QWidget):
    """Holds the notices of a window, newest at the bottom. `pressed(key)` names a notice's button."""

    pressed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._theme: Theme | None = None
        self._window = window
        self._shown: list[NoticeBar] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)
        window.installEventFilter(self)
        self.hide()

    @property
    def notices(self) -> list[Notice]:
        """What is shown, oldest first."""
        return [bar.notice for bar in list(self._shown)]

    def apply_theme(self, theme: Theme) -> None:
        """Colours for the notices to come."""
        self._theme = theme

    def tell(self, notice: Notice) -> None:
        """Show a notice. The same again replaces the one that is there; at most three are kept."""
        for bar in list(self._shown):
            if bar.can_be(notice):
                bar.renew(notice)
                self._place()
                return
            if bar.notice.title == notice.title:
                self._drop(bar)
        for bar in self._shown[: -(_MOST - 1)]:
            self._drop(bar)
        bar = NoticeBar(notice)
        shadow = QGraphicsDropShadowEffect(bar)
        shadow.setBlurRadius(16)
        shadow.setOffset(0, 3)
        if self._theme is not None:
            shadow.setColor(self._theme.color("text", 0.25))
            dress(bar, self._theme)
        bar.setGraphicsEffect(shadow)
        bar.pressed.connect(self.pressed)
        bar.closed.connect(lambda: self._drop(bar))
        self._shown.append(bar)
        self._column.addWidget(bar, 0, Qt.AlignmentFlag.AlignRight)
        self.show()
        self._place()

    def end(self, title: str) -> None:
        """Take a notice away: what it told of is over."""
        for bar in [bar for bar in self._shown if bar.notice.title == title]:
            self._drop(bar)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corner when the window changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _drop(self, bar: NoticeBar) -> None:
        if bar not in self._shown:
            return
        self._shown.remove(bar)
        self._column.removeWidget(bar)
        bar.hide()
        bar.deleteLater()
        self.setVisible(bool(self._shown))
        self._place()

    def _place(self) -> None:
        window = self._window
        self.setMaximumWidth(window.width() - 2 * _MARGIN)
        self.adjustSize()
        self.move(window.width() - self.width() - _MARGIN, window.height() - self.height() - _MARGIN - 24)
        self.raise_()
