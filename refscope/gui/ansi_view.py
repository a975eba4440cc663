"""A pane of text with ANSI colours: read-only, bounded, following its end until the reader scrolls up.

Runs come from `ansi.AnsiReader`; colours are those of the theme and change with it. Marks that turn
the direction of text are escaped, so that no output can disguise itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QResizeEvent, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit

from refscope.gui.ansi import CARRIAGE_RETURN, Run, TextStyle
from refscope.gui.parts import Button
from refscope.gui.theme import Theme

MAX_LINES = 20_000
"""Lines kept; some 2 MB of text. More makes a change of theme slow."""

_TOKENS = ("text3", "leak", "ok", "watch", "accent", "curve_count", "curve_unique", "text2")
"""Tokens of the eight ANSI colours: black, red, green, yellow, blue, magenta, cyan, white."""
_STYLE = QTextCharFormat.Property.UserProperty + 1
_HIDDEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Marks of direction, and halves of characters, which Qt would drop."""


class AnsiView(QPlainTextEdit):
    """See the module. A style's colour may also be a token of the theme, such as "accent"."""

    following_changed = Signal(bool)

    def __init__(self, name: str, max_lines: int = MAX_LINES, *, wraps: bool = False) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self._styles: list[TextStyle] = []
        self._formats: dict[TextStyle, QTextCharFormat] = {}
        self._return_pending = False
        self._is_following = True
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setMaximumBlockCount(max_lines)
        mode = QPlainTextEdit.LineWrapMode
        self.setLineWrapMode(mode.WidgetWidth if wraps else mode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setProperty("role", "mono")
        self.setAccessibleName(name)
        self.document().setDocumentMargin(12)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._newest = Button("Newest output", "chevron_down")
        self._newest.setParent(self)
        self._newest.setToolTip("Follow the output again (End)")
        self._newest.clicked.connect(self.follow)
        self._newest.hide()
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def is_following(self) -> bool:
        """Whether new output is scrolled to."""
        return self._is_following

    def cells_in(self, size: QSize) -> tuple[int, int]:
        """Rows and columns of characters that an area of this many pixels shows."""
        margin = 2 * round(self.document().documentMargin())
        bar = self.verticalScrollBar().sizeHint().width()
        return (
            (size.height() - margin) // max(1, self.fontMetrics().lineSpacing()),
            int((size.width() - margin - bar) / max(1.0, QFontMetricsF(self.font()).horizontalAdvance("0"))),
        )

    def follow(self) -> None:
        """Go to the end and stay there."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._set_following(True)

    def write(self, runs: Iterable[Run]) -> None:
        """Add output at the end. Ten to 35 µs a coloured line."""
        bar = self.verticalScrollBar()
        is_following, place = self._is_following, bar.value()
        before, added = self.blockCount(), 0
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for run in runs:
            if run.text == CARRIAGE_RETURN:
                self._return_pending = True
                continue
            if self._return_pending and not run.text.startswith("\n"):
                cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
                cursor.removeSelectedText()
            self._return_pending = False
            added += run.text.count("\n")
            cursor.insertText(_HIDDEN.sub(_escaped, run.text), self._format_of(run.style))
        cursor.endEditBlock()
        if is_following:
            bar.setValue(bar.maximum())
            self._set_following(True)
        else:  # what is read stays in place when lines go at the top
            bar.setValue(max(0, place - (before + added - self.blockCount())))

    def forget(self) -> None:
        """Remove all text."""
        self._return_pending = False
        self.clear()
        self.follow()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything that is shown."""
        self._theme = theme
        self._newest.apply_theme(theme)
        self._formats = {style: self._format(style) for style in self._styles}
        self.setFont(theme.font("mono"))
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        block = self.document().begin()
        while block.isValid():
            fragments = block.begin()
            while not fragments.atEnd():
                fragment = fragments.fragment()
                number = fragment.charFormat().intProperty(_STYLE)
                if 0 < number <= len(self._styles):
                    cursor.setPosition(fragment.position())
                    end = fragment.position() + fragment.length()
                    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                    cursor.setCharFormat(self._formats[self._styles[number - 1]])
                fragments += 1
            block = block.next()
        cursor.endEditBlock()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button at the lower right, and the end in view."""
        super().resizeEvent(event)
        self._newest.adjustSize()
        room = self.viewport().geometry()
        self._newest.move(room.right() - self._newest.width() - 8, room.bottom() - self._newest.height() - 6)
        if self._is_following:
            self.follow()

    def _scrolled(self, value: int) -> None:
        self._set_following(value >= self.verticalScrollBar().maximum() - 1)

    def _set_following(self, following: bool) -> None:
        if following != self._is_following:
            self._is_following = following
            self._newest.setVisible(not following)
            self.following_changed.emit(following)

    def _format_of(self, style: TextStyle) -> QTextCharFormat:
        known = self._formats.get(style)
        if known is None:
            if style not in self._styles:
                self._styles.append(style)
            known = self._formats[style] = self._format(style)
        return known

    def _format(self, style: TextStyle) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setProperty(_STYLE, self._styles.index(style) + 1)
        if self._theme is None:
            return made
        ink = self._color(self._theme, style.foreground, "text3" if style.is_dim else "text")
        ground = self._color(self._theme, style.background, "sunken")
        if style.is_inverse:
            ink, ground = ground, ink
        made.setForeground(ink)
        if style.background is not None or style.is_inverse:
            made.setBackground(ground)
        if style.is_bold:
            made.setFontWeight(700)
        made.setFontItalic(style.is_italic)
        made.setFontUnderline(style.is_underlined)
        return made

    def _color(self, theme: Theme, wanted: int | str | None, default: str) -> QColor:
        if isinstance(wanted, str):
            return QColor(wanted) if wanted.startswith("#") else theme.color(wanted)
        return theme.color(default if wanted is None else _TOKENS[wanted % 8])


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"
