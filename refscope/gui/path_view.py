"""The lines of "Why it is alive": each step with its icon, joined by the lit bar, read in full.

A name that is too long for its line goes on below it; a note that has no room behind the name stands
under it. Nothing is cut.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from refscope.gui.details import PathStep
from refscope.gui.icons import draw_icon
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


class PathView(QWidget):
    """The steps of a path, root first. A step that is in the graph is a link."""

    step_chosen = Signal(str)  # key

    def __init__(self, joint: str = "path") -> None:
        """joint: colour token of the bar between steps."""
        super().__init__()
        self.steps: tuple[PathStep, ...] = ()
        self.rows: tuple[_Row, ...] = ()
        self._joint = joint
        self._theme: Theme | None = None
        self._hovered = -1
        self._current = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def apply_theme(self, theme: Theme) -> None:
        """Take fonts and colours."""
        self._theme = theme
        self._arrange()

    def set_steps(self, steps: tuple[PathStep, ...]) -> None:
        """Show another path."""
        self.steps = steps
        self._hovered = self._current = -1
        said = ", then ".join(f"{step.text} ({step.note})" for step in steps)
        self.setAccessibleName(f"Path from the root: {said}")
        self._arrange()

    def sizeHint(self) -> QSize:
        """As high as its steps."""
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._arrange()

    def _arrange(self) -> None:
        if self._theme is None:
            return
        theme, room = self._theme, self.width() - _LEFT
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
        self.setFixedHeight(max(1, round(top)))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Icons in a column, joined; code, then its note."""
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, (step, row) in enumerate(zip(self.steps, self.rows, strict=True)):
            self._paint_step(painter, self._theme, at, step, row)

    def _paint_step(self, painter: QPainter, theme: Theme, at: int, step: PathStep, row: _Row) -> None:
        if (at == self._hovered and step.key) or (at == self._current and self.hasFocus()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(QRectF(-4, row.top + 1, self.width() + 8, row.height - 2), 4, 4)
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

    def step_at(self, y: float) -> int:
        """Position of the step at a height, -1 = none."""
        return next((at for at, row in enumerate(self.rows) if row.top <= y < row.top + row.height), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what would be chosen."""
        self._hovered = self.step_at(event.position().y())
        is_link = self._hovered >= 0 and bool(self.steps[self._hovered].key)
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor)
        self.setToolTip("Show in the graph" if is_link else "")
        self.update()

    def leaveEvent(self, event: QEnterEvent) -> None:  # type: ignore[override]
        """Nothing is hovered."""
        self._hovered = -1
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the first step."""
        super().focusInEvent(event)
        if self._current < 0 and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._current = 0
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the step under the pointer."""
        self._choose(self.step_at(event.position().y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk the path, Enter chooses."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._current = max(0, min(len(self.steps) - 1, self._current + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def _choose(self, at: int) -> None:
        if 0 <= at < len(self.steps) and self.steps[at].key:
            self.step_chosen.emit(self.steps[at].key)
