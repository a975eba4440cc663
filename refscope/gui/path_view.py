"""The lines of "Why it is alive": each step with its icon, joined by the lit bar, read in full.

A name that is too long for its line goes on below it; a note that has no room behind the name stands
under it. Nothing is cut.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)

from refscope.gui.details import PathStep
from refscope.gui.icons import draw_icon
from refscope.gui.painted_rows import PaintedRows
from refscope.gui.theme import Theme
from refscope.gui.wrapping import break_code
from refscope.text import safe

_ROW, _LINE, _NOTE_LINE = 24, 17, 15
_ICON, _LEFT, _GAP = 16, 26.0, 10.0


@dataclass(frozen=True, slots=True)
class _Row:
    """A step as it is drawn: lines of its name, then of its note; `beside`: the note's first line stands
    behind the name's last."""

    top: float
    height: float
    names: tuple[str, ...]
    notes: tuple[str, ...]
    beside: bool


class PathView(PaintedRows):
    """The steps of a path, root first. A step that is in the graph is a link."""

    step_chosen = Signal(str)  # key

    def __init__(self, joint: str = "path") -> None:
        """joint: colour token of the bar between steps."""
        super().__init__()
        self.steps: tuple[PathStep, ...] = ()
        self.rows: tuple[_Row, ...] = ()
        self._joint = joint

    def set_steps(self, steps: tuple[PathStep, ...]) -> None:
        """Show another path."""
        self.steps = steps
        self._hovered = self._current = -1
        said = ", then ".join(f"{step.text} ({step.note})" for step in steps)
        self.setAccessibleName(f"Path from the root: {said}")
        self._arrange()

    def _placed_rows(self, theme: Theme) -> tuple[_Row, ...]:
        room = self.width() - _LEFT
        name_width = QFontMetricsF(theme.font("mono")).horizontalAdvance
        note_width = QFontMetricsF(theme.font("small")).horizontalAdvance
        line, note_line, padding = theme.px(_LINE), theme.px(_NOTE_LINE), theme.px(_ROW - _LINE)
        rows, top = [], 0.0
        for step in self.steps:
            names = break_code(safe(step.text, 400), room, name_width)
            note = safe(step.note)
            left = room - name_width(names[-1]) - _GAP
            beside = not note or note_width(note) <= left
            notes = () if not note else (note,) if beside else tuple(break_code(note, room, note_width))
            height = padding + line * len(names) + (0 if beside else note_line * len(notes))
            rows.append(_Row(top, height, tuple(names), notes, beside))
            top += height
        self.rows = tuple(rows)
        return self.rows

    def _paint_row(self, painter: QPainter, theme: Theme, at: int) -> None:
        step, row = self.steps[at], self.rows[at]
        if (at == self._hovered and step.key) or (at == self._current and self.hasFocus()):
            self._paint_ground(painter, theme, row.top + 1, row.height - 2)
        middle = self._icon_middle(theme, row)
        if at:
            painter.setPen(QPen(theme.color(self._joint), 2))
            above = self._icon_middle(theme, self.rows[at - 1])
            painter.drawLine(QPointF(_ICON / 2, above + 10), QPointF(_ICON / 2, middle - 10))
        draw_icon(painter, step.icon, theme.color(step.token), QRectF(0, middle - _ICON / 2, _ICON, _ICON))
        mono, small = theme.font("mono"), theme.font("small")
        line, top = theme.px(_LINE), row.top + theme.px(_ROW - _LINE) / 2
        painter.setFont(mono)
        painter.setPen(theme.color("path" if step.is_holder else "text"))
        for name in row.names:
            painter.drawText(QRectF(_LEFT, top, self.width(), line), Qt.AlignmentFlag.AlignVCenter, name)
            top += line
        left = _LEFT
        if row.beside:
            top -= line
            left += QFontMetricsF(mono).horizontalAdvance(row.names[-1]) + _GAP
        painter.setFont(small)
        painter.setPen(theme.color("text3"))
        high = line if row.beside else theme.px(_NOTE_LINE)
        for note in row.notes:
            painter.drawText(QRectF(left, top, self.width(), high), Qt.AlignmentFlag.AlignVCenter, note)
            top += high

    def _icon_middle(self, theme: Theme, row: _Row) -> float:
        return row.top + theme.px(_ROW) / 2

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what would be chosen."""
        self._hovered = self.row_at(event.position().y())
        is_link = self._hovered >= 0 and bool(self.steps[self._hovered].key)
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor)
        self.setToolTip("Show in the graph" if is_link else "")
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the step under the pointer."""
        self._choose(self.row_at(event.position().y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk the path, Enter chooses."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._walk(event.key())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def _choose(self, at: int) -> None:
        if 0 <= at < len(self.steps) and self.steps[at].key:
            self.step_chosen.emit(self.steps[at].key)
