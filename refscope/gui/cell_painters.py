"""How cells of tables are drawn: names, shares, growth, curves, chips; each knows the theme.

A `tone` says in which colour a row is told: a token for each row of the data, `None` = as usual.
Nothing is told by colour alone: growth has its sign, a share its length, an age its words.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from refscope.gui.column_model import VALUE_ROLE, ColumnModel
from refscope.gui.icons import draw_icon
from refscope.gui.sparkline import points_of
from refscope.gui.theme import Theme
from refscope.text import split_name

PADDING = 8
ICON = 15
LEAST_MODULE = 80
_BAR = 6
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Index = QModelIndex | QPersistentModelIndex
Tone = Callable[[int], str | None]


def as_usual(_row: int) -> str | None:
    """No row is told in a colour of its own."""
    return None


class CellPainter(QStyledItemDelegate):
    """A delegate that knows the theme."""

    def __init__(self, tone: Tone = as_usual) -> None:
        super().__init__()
        self.theme = Theme.light()
        self._tone = tone

    def ground(self, painter: QPainter, option: QStyleOptionViewItem) -> QRectF:
        """Paint the background of a cell; the rest of its room."""
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, self.theme.color("sel"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, self.theme.color("hover"))
        return QRectF(option.rect).adjusted(PADDING, 0, -PADDING, 0)

    def tone_of(self, index: Index) -> str | None:
        """The colour of the row of a cell."""
        model = index.model()
        return self._tone(model.row_at(index.row())) if isinstance(model, ColumnModel) else None

    def write(
        self,
        painter: QPainter,
        room: QRectF,
        text: str,
        font: str,
        token: str,
        *,
        side: Qt.AlignmentFlag = _LEFT,
    ) -> float:
        """Write a text, elided at the right where it must; the width that it took."""
        painter.setFont(self.theme.font(font))
        painter.setPen(self.theme.color(token))
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, side, shown)
        return float(metrics.horizontalAdvance(shown))


class TextPainter(CellPainter):
    """Words, in a font by role; numbers at the right."""

    def __init__(self, font: str = "body", tone: Tone = as_usual) -> None:
        super().__init__(tone)
        self._font = font

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw it."""
        room = self.ground(painter, option)
        painter.save()
        side = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        self.write(painter, room, words, self._font, self.tone_of(index) or "text", side=side)
        painter.restore()


class NamePainter(CellPainter):
    """A qualified name: its last part strong, the module grey behind it. icon_of: icon and the token of
    its colour for a name, None = no icons."""

    def __init__(self, icon_of: Callable[[str], tuple[str, str]] | None = None) -> None:
        super().__init__()
        self._icon_of = icon_of

    def parts_of(self, index: Index) -> tuple[str, str]:
        """What is written grey behind the name, and the name."""
        return split_name(str(index.data(VALUE_ROLE)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw it."""
        room = self.ground(painter, option)
        module, name = self.parts_of(index)
        painter.save()
        if self._icon_of is not None:
            icon, token = self._icon_of(str(index.data(VALUE_ROLE)))
            size = self.theme.px(ICON)
            place = QRectF(room.left(), room.center().y() - size / 2, size, size)
            draw_icon(painter, icon, self.theme.color(token), place)
            room.setLeft(place.right() + 7)
        painter.setFont(self.theme.font("strong"))
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, int(room.width()))
        painter.setPen(self.theme.color("text"))
        painter.drawText(room, _LEFT, shown)
        left = room.adjusted(metrics.horizontalAdvance(shown) + 6, 0, 0, 0)
        painter.setFont(self.theme.font("small"))
        wanted = painter.fontMetrics().horizontalAdvance(module)
        if module and left.width() >= min(wanted, self.theme.px(LEAST_MODULE)):  # a stump says nothing
            self.write(painter, left, module, "small", "text2")
        painter.restore()


class SharePainter(CellPainter):
    """A share from 0 to 1 as a bar."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw it."""
        room = self.ground(painter, option)
        share = min(max(float(index.data(VALUE_ROLE) or 0), 0.0), 1.0)
        bar = QRectF(room.left(), room.center().y() - _BAR / 2, room.width(), _BAR)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color("line"))
        painter.drawRoundedRect(bar, 3, 3)
        if share > 0:
            painter.setBrush(self.theme.color(self.tone_of(index) or "ctl"))
            bar.setWidth(max(3.0, bar.width() * share))
            painter.drawRoundedRect(bar, 3, 3)
        painter.restore()


class GrowthPainter(CellPainter):
    """A signed number: what grew strong, what shrank in the colour of good news."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw it."""
        room = self.ground(painter, option)
        value = index.data(VALUE_ROLE) or 0
        painter.save()
        token = (self.tone_of(index) or "text") if value > 0 else "ok" if value < 0 else "text2"
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        self.write(painter, room, words, "strong" if value else "body", token, side=_RIGHT)
        painter.restore()


class CurvePainter(CellPainter):
    """Counts in the order of time as a tiny curve, its last point marked."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw it."""
        room = self.ground(painter, option).adjusted(0, 6, -4, -6)
        counts = index.data(VALUE_ROLE) or ()
        if len(counts) < 2:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.theme.color(self.tone_of(index) or "text2")
        painter.setPen(QPen(colour, 1.4))
        points = [room.topLeft() + point for point in points_of(counts, room.width(), room.height())]
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(points[-1]), 2.4, 2.4)
        painter.restore()


class AgePainter(CellPainter):
    """How old an object probably is: an icon and words on a chip."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw it."""
        room = self.ground(painter, option)
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        if not words:
            return
        is_new = "new" in words
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token, size = "leak" if is_new else "text2", self.theme.px(11)
        painter.setFont(self.theme.font("caption"))
        width = min(room.width(), painter.fontMetrics().horizontalAdvance(words) + size + 22)
        height = self.theme.px(18)
        chip = QRectF(room.left(), room.center().y() - height / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color("leakbg" if is_new else "header"))
        painter.drawRoundedRect(chip, height / 2, height / 2)
        mark = QRectF(chip.left() + 7, chip.center().y() - size / 2, size, size)
        draw_icon(painter, "plus" if is_new else "clock", self.theme.color(token), mark)
        self.write(painter, chip.adjusted(size + 12, 0, -6, 0), words, "caption", token)
        painter.restore()
