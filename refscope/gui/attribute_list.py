"""What an object holds, as rows: name, value, size; a value that holds something itself unfolds in place.

Values that do not fit behind their name go on below it, in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)

from refscope.gui.details import AttributeRow
from refscope.gui.icons import draw_icon
from refscope.gui.painted_rows import PaintedRows
from refscope.gui.theme import Theme
from refscope.gui.wrapping import break_code
from refscope.text import format_bytes, format_count, safe

_LINE, _PADDING, _INDENT, _ARROW, _GAP = 16, 6, 14, 18, 10
_Key = Qt.Key


@dataclass(frozen=True, slots=True)
class _Shown:
    """A row as it is drawn. path: positions from the top, "2/0"; beside: the value stands behind the name."""

    row: AttributeRow
    path: str
    left: float
    top: float
    height: float
    names: tuple[str, ...]
    values: tuple[str, ...]
    beside: bool
    size: str


class AttributeList(PaintedRows):
    """Shows rows; emits which one a person opens or unfolds."""

    chosen = Signal(str)  # key
    fold_toggled = Signal(str)  # path of a row

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[AttributeRow, ...] = ()
        self.shown: tuple[_Shown, ...] = ()

    def set_rows(self, rows: Sequence[AttributeRow]) -> None:
        """Show these rows; the current one stays where it is still there."""
        before = self.shown[self._current].path if 0 <= self._current < len(self.shown) else ""
        self.rows = tuple(rows)
        self._arrange()
        self._hovered = -1
        self._current = next((at for at, each in enumerate(self.shown) if each.path == before), -1)
        said = ", ".join(f"{safe(row.name)} {safe(row.value)}" for row in self.rows[:20])
        self.setAccessibleName(f"Attributes: {said}")

    # layout

    def _placed_rows(self, theme: Theme) -> tuple[_Shown, ...]:
        top, shown = 0.0, []
        for row, path in _flat(self.rows, ""):
            made = self._place(theme, row, path, top)
            shown.append(made)
            top += made.height
        self.shown = tuple(shown)
        return self.shown

    def _place(self, theme: Theme, row: AttributeRow, path: str, top: float) -> _Shown:
        mono = QFontMetricsF(theme.font("mono_small")).horizontalAdvance
        small = QFontMetricsF(theme.font("small")).horizontalAdvance
        left = theme.px(_INDENT) * path.count("/") + _ARROW
        size = "" if row.size_bytes is None else format_bytes(row.size_bytes)
        room = self.width() - left
        name_room = room - (small(size) + _GAP if size else 0)
        names = tuple(break_code(safe(row.name), max(40.0, name_room), mono))
        value = safe(row.value, 400)
        beside = len(names) == 1 and mono(names[0]) + _GAP + mono(value) <= name_room
        values = (value,) if beside else tuple(break_code(value, max(40.0, room), mono))
        values = values if value else ()
        lines = len(names) + (0 if beside else len(values))
        height = theme.px(_LINE) * lines + theme.px(_PADDING)
        return _Shown(row, path, left, top, height, names, values, beside, size)

    # drawing

    def _paint_row(self, painter: QPainter, theme: Theme, at: int) -> None:
        shown = self.shown[at]
        row, line = shown.row, theme.px(_LINE)
        if at == self._hovered or (at == self._current and self.hasFocus()):
            self._paint_ground(painter, theme, shown.top, shown.height)
        top = shown.top + theme.px(_PADDING) / 2
        if row.holds:
            arrow = "chevron_down" if row.children is not None else "chevron_right"
            area = QRectF(shown.left - _ARROW, top + (line - 10) / 2, 10, 10)
            draw_icon(painter, arrow, theme.color("text3"), area)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text3"))
        painter.drawText(QRectF(0, top, self.width(), line), middle | right, shown.size)
        mono = theme.font("mono_small")
        painter.setFont(mono)
        painter.setPen(theme.color("accent" if row.key else "text"))
        for name in shown.names:
            painter.drawText(QRectF(shown.left, top, self.width(), line), middle, name)
            top += line
        left = shown.left
        if shown.beside:
            top -= line
            left += QFontMetricsF(mono).horizontalAdvance(shown.names[0]) + _GAP
        painter.setPen(theme.color("text2"))
        for value in shown.values:
            painter.drawText(QRectF(left, top, self.width(), line), middle, value)
            top += line

    # pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what a click would do."""
        self._hovered = self.row_at(event.position().y())
        row = self.shown[self._hovered].row if self._hovered >= 0 else None
        acts = row is not None and (row.holds or bool(row.key))
        self.setCursor(Qt.CursorShape.PointingHandCursor if acts else Qt.CursorShape.ArrowCursor)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a name opens its object where that is in the graph; elsewhere the row unfolds."""
        at = self.row_at(event.position().y())
        if at < 0:
            return
        self._current = at
        shown = self.shown[at]
        on_name = event.position().x() >= shown.left
        if shown.row.key and on_name:
            self.chosen.emit(shown.row.key)
        elif shown.row.holds:
            self.fold_toggled.emit(shown.path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk, Right unfolds, Left folds, Enter opens."""
        key, at = event.key(), self._current
        if key in (_Key.Key_Up, _Key.Key_Down) and self.shown:
            self._walk(key)
            return
        row = self.shown[at].row if 0 <= at < len(self.shown) else AttributeRow("", "")
        is_enter = key in (_Key.Key_Return, _Key.Key_Enter)
        folds = (key == _Key.Key_Right and row.children is None) or (
            key == _Key.Key_Left and row.children is not None
        )
        if is_enter and row.key:
            self.chosen.emit(row.key)
        elif row.holds and (folds or is_enter):
            self.fold_toggled.emit(self.shown[at].path)
        else:
            super().keyPressEvent(event)


def _flat(rows: Sequence[AttributeRow], prefix: str) -> Iterator[tuple[AttributeRow, str]]:
    """Every row that shows, top down, with its path."""
    for at, row in enumerate(rows):
        path = f"{prefix}{at}"
        yield row, path
        if row.children is not None:
            yield from _flat(row.children, f"{path}/")
            if row.more:
                yield AttributeRow(f"{format_count(row.more)} more", ""), f"{path}/more"


def toggled(
    rows: tuple[AttributeRow, ...], path: str, children: tuple[AttributeRow, ...] | None, more: int = 0
) -> tuple[AttributeRow, ...]:
    """The rows with what the row at `path` holds put in; None folds it. Raises IndexError."""
    first, _, rest = path.partition("/")
    at = int(first)
    row = rows[at]
    changed = (
        replace(row, children=toggled(row.children or (), rest, children, more))
        if rest
        else replace(row, children=children, more=more)
    )
    return (*rows[:at], changed, *rows[at + 1 :])


def row_of(rows: tuple[AttributeRow, ...], path: str) -> AttributeRow:
    """The row at a path. Raises IndexError."""
    first, _, rest = path.partition("/")
    row = rows[int(first)]
    return row_of(row.children or (), rest) if rest else row
