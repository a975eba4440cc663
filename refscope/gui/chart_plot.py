"""The bare plot of the chart: pyqtgraph without its menus and buttons, axes labelled in our words."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform
from PySide6.QtWidgets import QFrame, QStyleOptionGraphicsItem, QWidget

from refscope.present.curves import byte_words, time_ticks
from refscope.text import format_clock

LEFT_MARGIN = 78
RIGHT_MARGIN = 58  # a count with six digits
TICK_ROOM = 90  # px between two times


def make_plot() -> pg.PlotWidget:
    """A plot that pans and zooms in time only."""
    plot = pg.PlotWidget()
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMouseEnabled(x=True, y=False)
    plot.setFrameShape(QFrame.Shape.NoFrame)
    plot.getAxis("left").setWidth(LEFT_MARGIN)
    plot.getAxis("left").setStyle(tickLength=0, hideOverlappingLabels=False)
    plot.getAxis("bottom").setStyle(tickLength=4, hideOverlappingLabels=False)
    plot.showAxis("right")
    plot.getAxis("right").setStyle(tickLength=0, hideOverlappingLabels=False)
    plot.getAxis("right").setWidth(0)
    plot.getViewBox().setLimits(xMin=0)
    plot.getViewBox().setDefaultPadding(0)
    plot.getPlotItem().setContentsMargins(0, 2, 0, 0)
    return plot


def line_pen(
    plot: QWidget, color: QColor, width: int = 1, style: Qt.PenStyle = Qt.PenStyle.SolidLine
) -> QPen:
    """A pen for straight lines of the plot. Their width is in pixels of the device, so that the plot does
    not stretch them: at twice the pixels one is a hair."""
    made: QPen = pg.mkPen(color, width=max(1, round(width * plot.devicePixelRatioF())), style=style)
    return made


class Curve(pg.PlotCurveItem):  # type: ignore[misc]  # pyqtgraph has no types
    """A curve as wide on a sharp screen as on another: drawn once for each pixel of its width.

    A wide pen would do the same, but Qt strokes dashes of wide pens so slowly that a day of samples took
    3 s where this takes 10 ms.
    """

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget) -> None:
        """Draw it, and again a pixel of the device lower where those are small."""
        super().paint(painter, option, widget)
        ratio = max(1, round(painter.device().devicePixelRatioF()))
        filling, self.opts["brush"] = self.opts["brush"], None  # what is below is filled once
        for step in range(1, ratio):
            painter.save()
            lower = QTransform.fromTranslate(0, step / ratio)
            painter.setWorldTransform(painter.worldTransform() * lower)
            super().paint(painter, option, widget)
            painter.restore()
        self.opts["brush"] = filling


def label_axes(plot: pg.PlotWidget, byte_ticks: Sequence[float], start_s: float, end_s: float) -> None:
    """Bytes at the left, the unit at the top tick only; clock times below."""
    left = list(zip(byte_ticks, byte_words(byte_ticks), strict=True))
    most = max(2, int(plot.getViewBox().width() / TICK_ROOM))
    below = [(tick, format_clock(tick)) for tick in time_ticks(start_s, end_s, most)]
    plot.getAxis("left").setTicks([left, []])
    plot.getAxis("bottom").setTicks([below, []])


def label_right(plot: pg.PlotWidget, places: Sequence[float], texts: Sequence[str]) -> None:
    """Words at the right, at places of the left axis; none takes the axis away."""
    axis = plot.getAxis("right")
    width = RIGHT_MARGIN if texts else 0
    if axis.width() != width:
        axis.setWidth(width)
    axis.setTicks([list(zip(places, texts, strict=True)), []])
