"""The two lanes above the curves: marks as flags, freezes as lettered squares. Painted, clickable."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from refscope.gui.theme import Theme
from refscope.samples import Mark
from refscope.text import elide, format_clock, freeze_letter

LANE = 21
BADGE = 17
LONGEST_LABEL = 26


class ChartLanes(QWidget):
    """`freeze_activated(name)` on a double-click, `freeze_selected(name)` on a click; the letter that
    stands on a freeze is its number, the name stands beside it where there is room."""

    freeze_activated = Signal(str)
    freeze_selected = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, left_margin: int) -> None:
        super().__init__()
        self._theme = Theme.light()
        self._left = left_margin
        self._range = (0.0, 60.0)
        self._marks: tuple[Mark, ...] = ()
        self._selected = ""
        self._hits: list[tuple[QRectF, Mark]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName("Marks and freezes")

    def apply_theme(self, theme: Theme) -> None:
        """Take colours and fonts."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Two lanes high."""
        return QSize(400, 2 * self._theme.px(LANE) + 2)

    def show_marks(self, marks: Sequence[Mark], selected: str = "") -> None:
        """Show these marks and freezes."""
        self._marks, self._selected = tuple(marks), selected
        self.update()

    def show_range(self, start_s: float, end_s: float, left_margin: int) -> None:
        """Follow the chart's time axis."""
        self._range, self._left = (start_s, end_s), left_margin
        self.update()

    def x_of(self, time_s: float) -> float:
        """Pixel of a time."""
        start, end = self._range
        return self._left + (time_s - start) / max(end - start, 1e-9) * (self.width() - self._left)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both lanes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, lane = self._theme, self._theme.px(LANE)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("text3"))
        for row, name in enumerate(("Marks", "Freezes")):
            box = QRectF(0, row * lane, self._left - 8, lane)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(theme.color("line"))
        painter.drawLine(QPointF(self._left, lane), QPointF(self.width(), lane))
        painter.setClipRect(QRectF(self._left - BADGE, 0, self.width(), 2 * lane + 2))
        self._hits = []
        self._draw_marks(painter, [m for m in self._marks if m.kind != "freeze"], lane)
        self._draw_freezes(painter, [m for m in self._marks if m.kind == "freeze"], lane)
        painter.end()

    def _draw_marks(self, painter: QPainter, marks: Sequence[Mark], lane: int) -> None:
        metrics, free_from = QFontMetricsF(self._theme.font("caption")), -1e9
        for mark in marks:
            x = self.x_of(mark.time_s)
            if not self._left - 1 <= x <= self.width():
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("text2"))
            y = lane / 2 - 5
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(x, y),
                        QPointF(x + 8, y),
                        QPointF(x + 6, y + 3),
                        QPointF(x + 8, y + 6),
                        QPointF(x, y + 6),
                    ]
                )
            )
            painter.drawRect(QRectF(x, y, 1.2, 11))
            text = elide(mark.name, LONGEST_LABEL)
            width = metrics.horizontalAdvance(text)
            self._hits.append((QRectF(x - 3, 0, 14, lane), mark))
            if x < free_from:
                continue
            painter.setPen(self._theme.color("text2"))
            painter.drawText(QRectF(x + 12, 0, width + 4, lane), Qt.AlignmentFlag.AlignVCenter, text)
            free_from = x + width + 24

    def _draw_freezes(self, painter: QPainter, freezes: Sequence[Mark], lane: int) -> None:
        if not freezes:
            painter.setPen(self._theme.color("text3"))
            painter.drawText(
                QRectF(self._left + 8, lane, self.width(), lane),
                Qt.AlignmentFlag.AlignVCenter,
                "Freezes appear here. Each is a frozen copy of the heap that you can open and compare.",
            )
            return
        metrics, font = QFontMetricsF(self._theme.font("caption")), self._theme.font("caption")
        xs = [self.x_of(mark.time_s) for mark in freezes] + [1e9]
        for number, (mark, x) in enumerate(zip(freezes, xs[:-1], strict=True)):
            if not self._left - BADGE <= x <= self.width() + BADGE:
                continue
            letter = freeze_letter(number)
            size = self._theme.px(BADGE)
            box = QRectF(
                x - size / 2, lane + (lane - size) / 2, max(size, metrics.horizontalAdvance(letter) + 8), size
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("accent"))
            painter.drawRoundedRect(box, 4, 4)
            if mark.name == self._selected:
                painter.setPen(self._theme.color("accent"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), 6, 6)
            painter.setFont(self._theme.font("strong"))
            painter.setPen(self._theme.color("onaccent"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)
            painter.setFont(font)
            self._hits.append((box.adjusted(-4, -3, 4, 3), mark))
            text = "" if mark.name == letter else elide(mark.name, LONGEST_LABEL)
            if text and box.right() + 8 + metrics.horizontalAdvance(text) < xs[number + 1] - size:
                painter.setPen(self._theme.color("text2"))
                painter.drawText(
                    QRectF(box.right() + 6, lane, 400, lane), Qt.AlignmentFlag.AlignVCenter, text
                )

    def _hit(self, position: QPointF) -> Mark | None:
        return next((mark for box, mark in reversed(self._hits) if box.contains(position)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the pointer."""
        mark = self._hit(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if mark else Qt.CursorShape.ArrowCursor)
        if mark is not None:
            kind = "Freeze" if mark.kind == "freeze" else "Mark"
            QToolTip.showText(
                event.globalPosition().toPoint(), f"{kind} {mark.name}, {format_clock(mark.time_s)}", self
            )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select a freeze, or ask for its menu."""
        mark = self._hit(event.position())
        if mark is None or mark.kind != "freeze":
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self.freeze_selected.emit(mark.name)
        elif event.button() == Qt.MouseButton.RightButton:
            self.menu_requested.emit(mark.name, event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a freeze."""
        mark = self._hit(event.position())
        if mark is not None and mark.kind == "freeze":
            self.freeze_activated.emit(mark.name)
