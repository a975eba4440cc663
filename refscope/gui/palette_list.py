"""The list of the command palette: a model of ranked entries and the delegate that draws a line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from refscope.gui.icons import pixmap_for
from refscope.gui.palette_entries import Entry, Ranked
from refscope.gui.shortcuts import shown
from refscope.gui.theme import Theme
from refscope.text import elide, safe

ROW = 34
_ICON, _INDENT, _GAP, _EDGE = 15, 38, 10, 14
_LONGEST = 90
Index = QModelIndex | QPersistentModelIndex


class PaletteModel(QAbstractListModel):
    """The lines that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Ranked, ...] = ()

    def show_rows(self, rows: Sequence[Ranked]) -> None:
        """Show these, in this order."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def at(self, row: int) -> Ranked | None:
        """A line, or None."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of lines."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text; for screen readers also keys and why it is off."""
        found = self.at(index.row())
        if found is None:
            return None
        entry = found.entry
        if role == Qt.ItemDataRole.DisplayRole:
            return shown_text(entry)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (
                shown_text(entry),
                entry.note,
                shown(entry.keys),
                f"off: {entry.off}" if entry.off else "",
            )
            return ", ".join(filter(None, parts))
        return None


class PaletteDelegate(QStyledItemDelegate):
    """Draws a line: icon, text with the letters that fit in bold, note, keys or the reason it is off."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme | None = None

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """One height for all."""
        return QSize(200, self.theme.px(ROW) if self.theme is not None else ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one line."""
        model = index.model()
        found = model.at(index.row()) if isinstance(model, PaletteModel) else None
        if found is None or self.theme is None:
            return
        theme, entry = self.theme, found.entry
        area: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.color("sel"))
        widget = self.parent()
        icon = "clock" if found.is_recent else entry.icon
        if icon and isinstance(widget, QWidget):
            token = "text3" if found.is_recent or entry.off else entry.tone
            top = area.top() + (area.height() - _ICON) // 2
            picture = pixmap_for(widget, icon, theme.color(token), _ICON)
            painter.drawPixmap(QPoint(area.left() + _EDGE, top), picture)
        inner = area.adjusted(_INDENT, 0, -_EDGE, 0)
        inner.setRight(self._draw_right(painter, entry, inner) - _GAP)
        left = self._draw_text(painter, found, inner)
        self._draw_note(painter, entry.note, inner.adjusted(left - inner.left() + _GAP, 0, 0, 0))

    def _draw_right(self, painter: QPainter, entry: Entry, area: QRect) -> int:
        """The reason, or the keys as chips; returns where it begins."""
        assert self.theme is not None
        if entry.off:
            font = self.theme.font("small")
            width = QFontMetrics(font).horizontalAdvance(entry.off)
            _text(painter, font, self.theme.color("text2"), area, entry.off, side=Qt.AlignmentFlag.AlignRight)
            return area.right() - width
        right = area.right()
        if entry.keys:
            font = self.theme.font("caption")
            words = shown(entry.keys)
            metrics = QFontMetrics(font)
            box = QRect(0, 0, metrics.horizontalAdvance(words) + 12, metrics.height() + 4)
            box.moveRight(right)
            box.moveTop(area.top() + (area.height() - box.height()) // 2)
            painter.setPen(QPen(self.theme.color("line"), 1))
            painter.setBrush(self.theme.color("panel"))
            painter.drawRoundedRect(box, 3, 3)
            _text(painter, font, self.theme.color("text2"), box, words, side=Qt.AlignmentFlag.AlignHCenter)
            right = box.left()
        return right

    def _draw_text(self, painter: QPainter, found: Ranked, area: QRect) -> int:
        """The text, letter by letter where some fit; returns where it ends."""
        assert self.theme is not None
        text = shown_text(found.entry)
        ink = self.theme.color("text3" if found.entry.off else "text")
        left, places = area.left(), set(found.places)
        start = 0
        while start < len(text) and left < area.right():
            end = start
            while end < len(text) and (end in places) == (start in places):
                end += 1
            font = self.theme.font("strong" if start in places else "body")
            metrics = QFontMetrics(font)
            piece = text[start:end]
            room = area.right() - left
            if metrics.horizontalAdvance(piece) > room:
                piece = metrics.elidedText(piece, Qt.TextElideMode.ElideRight, room)
            _text(painter, font, ink, QRect(left, area.top(), room, area.height()), piece)
            left += metrics.horizontalAdvance(piece)
            start = end
        return left

    def _draw_note(self, painter: QPainter, note: str, area: QRect) -> None:
        assert self.theme is not None
        if note and area.width() > 30:
            font = self.theme.font("small")
            words = QFontMetrics(font).elidedText(safe(note), Qt.TextElideMode.ElideMiddle, area.width())
            _text(painter, font, self.theme.color("text2"), area, words)


def shown_text(entry: Entry) -> str:
    """The text of a line; names of the program made harmless and not too long."""
    return elide(safe(entry.text), _LONGEST)


def _text(
    painter: QPainter,
    font: QFont,
    ink: QColor,
    area: QRect,
    words: str,
    *,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | side, words)
