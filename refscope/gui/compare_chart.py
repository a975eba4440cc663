"""Both runs in one chart: the picture of the report at the size of the widget, with a crosshair.

The picture is made anew when the size, the colours or the comparison change, never while the pointer
moves: the crosshair is painted on top.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from refscope.analysis.compare import Comparison
from refscope.gui.theme import Theme
from refscope.present.curves import value_at
from refscope.present.export.chart_axes import BOTTOM
from refscope.present.export.overlay import OverlaidCurve, curves_of, overlay_plot, overlay_svg
from refscope.present.export.svg_parts import with_single_fonts
from refscope.text import format_bytes, format_clock

_SMALLEST = QSize(480, 180)
_CARD_PADDING = 8


class CompareChart(QWidget):
    """`show_comparison`, then `show_column` to change what is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme.light()
        self._comparison: Comparison | None = None
        self._column = ""
        self._picture: QSvgRenderer | None = None
        self._curves: list[OverlaidCurve] = []
        self._pointer: QPointF | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(_SMALLEST)
        self.setAccessibleName("Memory of both runs")

    @property
    def has_curves(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self._curves)

    def show_comparison(self, comparison: Comparison, column: str = "") -> None:
        """Draw these runs. column: "rss_bytes" or "uss_bytes", "" = what both know best."""
        self._comparison, self._column = comparison, column
        self._curves = curves_of(comparison, column)
        self.setAccessibleName(f"Memory of both runs. {comparison.memory}")
        self._renew()

    def readout(self, x: float) -> list[str]:
        """What stands at a place of the widget: the time, then each run's memory. [] outside of the plot."""
        if not self._curves:
            return []
        plot = overlay_plot(self._curves, self.width(), self.height())
        moment = plot.time_at(x)
        if not plot.start_s <= moment <= plot.end_s:
            return []
        lines = [format_clock(moment)]
        for curve in self._curves:
            value = value_at(curve.times_s, curve.values, moment)
            if moment <= curve.times_s[-1] and not math.isnan(value):
                lines.append(f"{curve.name or 'Memory'}  {format_bytes(value)}")
        return lines

    def apply_theme(self, theme: Theme) -> None:
        """Draw anew in the theme's colours."""
        self._theme = theme
        self._renew()

    def sizeHint(self) -> QSize:
        """What it would like."""
        return QSize(900, 280)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew: text keeps its size."""
        super().resizeEvent(event)
        self._renew()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The crosshair follows."""
        self._pointer = event.position()
        self.update()

    def leaveEvent(self, _event: object) -> None:
        """No crosshair without a pointer."""
        self._pointer = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture, then the crosshair."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("panel"))
        if self._picture is not None:
            self._picture.render(painter, QRectF(self.rect()))
        if self._pointer is not None:
            self._paint_crosshair(painter, self._pointer)
        painter.end()

    def _renew(self) -> None:
        self._picture = None
        if self._comparison is not None and self._curves:
            size = (float(max(self.width(), 1)), float(max(self.height(), 1)))
            dark = self._theme.is_dark
            svg = overlay_svg(self._comparison, column=self._column, dark=dark, size=size, titled=False)
            self._picture = QSvgRenderer(QByteArray(with_single_fonts(svg).encode()))
        self.update()

    def _paint_crosshair(self, painter: QPainter, at: QPointF) -> None:
        lines = self.readout(at.x())
        if not lines:
            return
        painter.setPen(self._theme.color("ctl"))
        x = round(at.x()) + 0.5
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height() - BOTTOM))
        painter.setFont(self._theme.font("small"))
        metrics = painter.fontMetrics()
        width = max(metrics.horizontalAdvance(line) for line in lines) + 2 * _CARD_PADDING
        height = len(lines) * metrics.height() + 2 * _CARD_PADDING
        left = at.x() + 12 if at.x() + 12 + width < self.width() else at.x() - 12 - width
        card = QRectF(left, min(max(at.y() - height / 2, 4), self.height() - height - 4), width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._theme.color("panel"))
        painter.drawRoundedRect(card, 5, 5)
        painter.setPen(self._theme.color("text"))
        inner = card.adjusted(_CARD_PADDING, _CARD_PADDING, -_CARD_PADDING, -_CARD_PADDING)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, "\n".join(lines))
