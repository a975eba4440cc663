"""The sentence of the hunt strip: in one line, or small in two where the strip is too narrow for that."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from refscope.gui.theme import Theme
from refscope.gui.wrapping import break_words

LINES = 2
"""As many as are in a strip 40 px high."""


class Sentence(QWidget):
    """One sentence. What two lines cannot hold is elided at its end, and whole in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._theme: Theme | None = None
        self.setMinimumWidth(20)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take fonts and colour."""
        self._theme = theme
        self.update()

    def fits(self, width: float, lines: int) -> bool:
        """Whether it is whole in so many pixels: in one line as it is, in more as small text."""
        return self._is_one_line(width) or (lines > 1 and len(self._small_lines(width)) <= lines)

    @property
    def shown(self) -> list[str]:
        """The lines as they are drawn."""
        if self._theme is None or self._is_one_line(self.width()):
            return [self._text]
        lines = self._small_lines(self.width())
        if len(lines) <= LINES:
            return lines
        metrics = QFontMetricsF(self._theme.font("small"))
        rest = metrics.elidedText("".join(lines[LINES - 1 :]), Qt.TextElideMode.ElideRight, self.width())
        return [*lines[: LINES - 1], rest]

    def _is_one_line(self, width: float) -> bool:
        if self._theme is None:
            return True
        return QFontMetricsF(self._theme.font("body")).horizontalAdvance(self._text) <= width

    def _small_lines(self, width: float) -> list[str]:
        assert self._theme is not None, "without a theme it is one line"
        return break_words(self._text, width, QFontMetricsF(self._theme.font("small")).horizontalAdvance)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines around the middle."""
        if self._theme is None:
            return
        lines = self.shown
        painter = QPainter(self)
        painter.setFont(self._theme.font("body" if self._is_one_line(self.width()) else "small"))
        painter.setPen(self._theme.color("text2"))
        height = painter.fontMetrics().height()
        top = (self.height() - height * len(lines)) / 2
        for number, line in enumerate(lines):
            area = QRectF(0, top + number * height, self.width() + 1, height)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, line)
        self.setToolTip(self._text if "".join(lines) != self._text else "")
