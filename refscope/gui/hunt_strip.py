"""The strip under the toolbar that says what to do next, in four steps."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from refscope.gui.hunt_sentence import LINES, Sentence
from refscope.gui.hunt_text import STEPS, HuntLine
from refscope.gui.icons import draw_icon
from refscope.gui.parts import Button, ToolButton, line, row
from refscope.gui.theme import Theme, dress

HEIGHT = 40
_DISC = 19
_DASH = 18
_AROUND = 90  # px of margins, line and cross


class Words(Enum):
    """Which steps keep their words."""

    ALL = "all"
    ACTIVE = "active"
    NONE = "none"


_GIVING_WAY = ((Words.ALL, 1), (Words.ACTIVE, 1), (Words.ACTIVE, LINES), (Words.NONE, LINES))
"""In which order it gives way, so that the sentence is whole: words of steps, lines of the sentence."""


class HuntStrip(QFrame):
    """Shows a `HuntLine`. `pressed(key)` names the button, `closed` the cross."""

    pressed = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._line: HuntLine | None = None
        self.setFixedHeight(HEIGHT)
        self.setProperty("surface", "strip")
        self._steps = _Steps()
        self._text = Sentence()
        self._buttons: list[Button] = []
        cross = ToolButton("close", "Close the guide", size=14)
        cross.clicked.connect(self.closed)
        divider = line(vertical=True)
        divider.setFixedHeight(20)
        self._row = row(self._steps, 8, divider, 8, self._text, cross, margins=(14, 0, 14, 0))
        self._row.setStretch(self._row.indexOf(self._text), 1)
        self.setLayout(self._row)
        self.setAccessibleName("What to do next")

    @property
    def shown(self) -> HuntLine | None:
        """What is shown now."""
        return self._line

    def show_line(self, line: HuntLine) -> None:
        """Show a step, its sentence, its buttons. The same again changes nothing."""
        if line == self._line:
            return
        old = self._line
        self._line = line
        self._steps.set_step(line.step)
        self._text.set_text(line.text)
        self.setAccessibleDescription(
            f"Step {line.step} of {len(STEPS)}, {STEPS[line.step - 1]}. {line.text}"
        )
        if old is None or old.buttons != line.buttons:
            self._show_buttons(line)
        self._fit()

    def _show_buttons(self, line: HuntLine) -> None:
        had_keyboard = any(button.hasFocus() for button in self._buttons)
        for button in self._buttons:
            self._row.removeWidget(button)
            button.clearFocus()  # or hiding it would give the keyboard to the next in the window, *Stop*
            button.hide()
            button.deleteLater()
        self._buttons = []
        for wanted in line.buttons:
            button = Button(wanted.text, wanted.icon, "primary" if wanted.is_primary else "")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where one works
            button.clicked.connect(lambda _=False, key=wanted.key: self.pressed.emit(key))
            self._row.insertWidget(self._row.count() - 1, button)
            self._buttons.append(button)
            if self._theme is not None:
                dress(button, self._theme)
        if had_keyboard and self._buttons:
            self._buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give way where the sentence would be cut."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window the steps lose their words and the sentence gets a second line."""
        if self._theme is None or self._line is None:
            return
        buttons = sum(button.sizeHint().width() + 8 for button in self._buttons)
        room = self.width() - buttons - _AROUND
        for words, lines in _GIVING_WAY:
            if self._text.fits(room - self._steps.width_with(words), lines):
                break
        self._steps.set_words(words)

    def buttons(self) -> list[Button]:
        """The buttons shown now."""
        return list(self._buttons)

    def apply_theme(self, theme: Theme) -> None:
        """Colours for buttons to come; as high as the text needs."""
        self._theme = theme
        self.setFixedHeight(theme.px(HEIGHT))
        self._fit()


class _Steps(QWidget):
    """Four numbered discs with words; done ones carry a tick, the active one is filled."""

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._step = 1
        self._words = Words.ALL
        self.setFixedHeight(HEIGHT)

    def set_words(self, words: Words) -> None:
        """Show words at these steps only; in the tooltip where the active one has none."""
        if words is not self._words:
            self._words = words
            self._tell()

    @property
    def words(self) -> Words:
        """Which steps show their words."""
        return self._words

    def width_with(self, words: Words) -> float:
        """Pixels with words at these steps."""
        return self._paint(None, words) if self._theme is not None else 0.0

    def set_step(self, step: int) -> None:
        """Make a step the active one; those before it are done."""
        self._step = step
        self._tell()

    def _tell(self) -> None:
        name = f"Step {self._step} of {len(STEPS)}: {STEPS[self._step - 1]}"
        self.setToolTip(name if self._words is Words.NONE else "")
        self.updateGeometry()
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take colours and fonts."""
        self._theme = theme
        self.setFixedHeight(theme.px(HEIGHT))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its words, the active one in bold."""
        if self._theme is None:
            return QSize(500, HEIGHT)
        return QSize(round(self.width_with(self._words)), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """The steps never give way; the sentence does."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the steps."""
        if self._theme is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, self._words)

    def _paint(self, painter: QPainter | None, words: Words) -> float:
        """Draw, or only measure; returns the width."""
        assert self._theme is not None
        x, middle, disc = 0.0, self._theme.px(HEIGHT) // 2, self._theme.px(_DISC)
        for number, text in enumerate(STEPS, start=1):
            if number > 1:
                if painter is not None:
                    painter.setPen(QPen(self._theme.color("ctl"), 1))
                    painter.drawLine(round(x), middle, round(x + _DASH - 2), middle)
                x += _DASH + 7
            font = self._theme.font("strong" if number == self._step else "body")
            is_bare = words is Words.NONE or (words is Words.ACTIVE and number != self._step)
            width = -7.0 if is_bare else QFontMetricsF(font).horizontalAdvance(text)
            if painter is not None:
                self._disc(painter, QRectF(x, middle - disc / 2, disc, disc), number)
                if not is_bare:
                    painter.setFont(font)
                    painter.setPen(self._theme.color("text" if number == self._step else "text2"))
                    area = QRectF(x + disc + 7, 0, width + 4, self.height())
                    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            x += disc + 7 + width + 9
        return x - 8

    def _disc(self, painter: QPainter, area: QRectF, number: int) -> None:
        assert self._theme is not None
        if number < self._step:
            painter.setPen(QPen(self._theme.color("ok"), 1.3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(area.adjusted(0.7, 0.7, -0.7, -0.7))
            inset = area.width() / 4
            draw_icon(painter, "tick", self._theme.color("ok"), area.adjusted(inset, inset, -inset, -inset))
            return
        active = number == self._step
        painter.setPen(QPen(self._theme.color("accent" if active else "ctl"), 1.3))
        painter.setBrush(self._theme.color("accent") if active else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(area.adjusted(0.7, 0.7, -0.7, -0.7))
        font = self._theme.font("caption")
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(self._theme.color("onaccent" if active else "text2"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(number))
