"""Code in a box, diffs, and lines that can be copied: wrapped at dots and brackets, never cut."""

from __future__ import annotations

import html

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from refscope.gui.parts import Icon, ToolButton, label, row
from refscope.gui.theme import Theme
from refscope.gui.wrapping import MARK, breakable_code
from refscope.text import safe


class CodeText(QTextEdit):
    """Text to read and select, as high as its lines; what is copied is what was given."""

    def __init__(self, role: str = "mono_small", tone: str = "text") -> None:
        super().__init__()
        self._role, self._tone = role, tone
        self._text = ""
        self.setReadOnly(True)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.setProperty("kind", "bare")
        self.setProperty("role", role)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @property
    def text(self) -> str:
        """The text as it was given."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show a text."""
        self._text = text
        self.setPlainText("\n".join(breakable_code(line) for line in text.split("\n")))
        self._fit()

    def set_rich_text(self, text: str, markup: str) -> None:
        """Show markup that stands for `text`."""
        self._text = text
        self.setHtml(markup)
        self._fit()

    def apply_theme(self, theme: Theme) -> None:
        """Take font and colour."""
        self.setFont(theme.font(self._role))
        ink = theme.hex(self._tone)
        self.setStyleSheet(f'QTextEdit[kind="bare"] {{ background: transparent; color: {ink}; padding: 0; }}')
        self._fit()

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied has no marks in it."""
        made = QMimeData()
        made.setText(self.textCursor().selection().toPlainText().replace(MARK, ""))
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The height follows the width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        high = max(1, round(self.document().size().height()))
        if high != self.height():
            self.setFixedHeight(high)


class CodeBox(QWidget):
    """Code in a box. `aside`: a row for signs and buttons at its right; `below`: one under it."""

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self.code = CodeText()
        self.sign = Icon("check", "ok", 16)
        self.sign.hide()
        self.aside = row(self.sign, spacing=2)
        self.note = label("", "caption", "text3")
        self.below = row(self.note, spacing=4)
        self._lower = QWidget()
        self._lower.setLayout(self.below)
        self._lower.hide()
        first = QHBoxLayout()
        first.setSpacing(6)
        first.addWidget(self.code, 1, Qt.AlignmentFlag.AlignVCenter)
        first.addLayout(self.aside)
        first.setAlignment(self.aside, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 8, 6)
        column.setSpacing(2)
        column.addLayout(first)
        column.addWidget(self._lower)

    def set_note(self, text: str) -> None:
        """A note under the code, with what else stands there; "" hides it."""
        self.note.setText(text)
        self._lower.setVisible(bool(text))

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of the box."""
        self._theme = theme
        self.update()

    @property
    def text(self) -> str:
        """The whole text."""
        return self.code.text

    def set_text(self, text: str) -> None:
        """Show a text."""
        self.code.set_text(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The box."""
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("line"))
        painter.setBrush(self._theme.color("sunken"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class DiffBox(CodeBox):
    """Lines of a diff in the colours of gone and new; their signs stay, so colour never stands alone."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[str, ...] = ()

    def set_lines(self, lines: tuple[str, ...]) -> None:
        """Show a diff."""
        self._lines = lines
        self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Colours of the lines."""
        super().apply_theme(theme)
        self._show()

    def _show(self) -> None:
        if self._theme is None:
            return
        colors = {"-": self._theme.hex("leak"), "+": self._theme.hex("ok")}
        plain = self._theme.hex("text2")
        made, lines = [], _dedented(self._lines)
        for text in lines:
            style = f"color:{colors.get(text[:1], plain)}; white-space:pre-wrap"
            made.append(f'<div style="{style}">{html.escape(breakable_code(text))}</div>')
        self.setAccessibleName("\n".join(lines))
        self.code.set_rich_text("\n".join(lines), "".join(made))


class CopyRow(QWidget):
    """Grey code with a button that copies it."""

    copy_clicked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._parts: tuple[str, ...] = ()
        self.code = CodeText(tone="text2")
        self._button = ToolButton("copy", name, "text3", 13)
        self._button.clicked.connect(self.copy_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.code, 1, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def text(self) -> str:
        """The whole text, in one line."""
        return " · ".join(self._parts)

    def set_text(self, *parts: str) -> None:
        """Show parts, in one line where that has room for them, else each in its own."""
        self._parts = tuple(filter(None, parts))
        self._fit()

    def set_copyable(self, copyable: bool) -> None:
        """Whether there is anything to copy."""
        self._button.setVisible(copyable)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One line, or several."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - self._button.width() - 4
        fits = self.code.fontMetrics().horizontalAdvance(self.text) <= room
        self.code.set_text(self.text if fits else "\n".join(self._parts))


def _dedented(lines: tuple[str, ...]) -> list[str]:
    """Lines of a diff without the indentation that all of them have, signs kept."""
    bodies = [safe(text[1:]) for text in lines]
    common = min((len(each) - len(each.lstrip()) for each in bodies if each.strip()), default=0)
    return [f"{text[:1]} {body[common:]}" for text, body in zip(lines, bodies, strict=True)]
