"""The live chart: memory of the process tree over time, with marks and freezes above it.

Reads a `SampleSeries` from a timer, thins it to pixels (`present.curves`) and hands at most two
points per pixel to pyqtgraph, so that a day at ten samples a second costs what a minute costs.
Gestures are in `chart_gestures`, lanes, legend and cards in files of their own. Signals say what
was asked for; nothing about heaps is computed here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from refscope.gui.chart_curves import CURVES, CurveKind
from refscope.gui.chart_gestures import ChartGestures
from refscope.gui.chart_lanes import ChartLanes
from refscope.gui.chart_legend import ChartLegend
from refscope.gui.chart_plot import LEFT_MARGIN, label_axes, make_plot
from refscope.gui.chart_readout import Readout, RegionCard
from refscope.gui.state_values import MessageState
from refscope.gui.states import MessageView
from refscope.gui.theme import Theme
from refscope.present.curves import byte_ticks, thinned, value_at
from refscope.samples import Mark, SampleSeries, slope
from refscope.text import format_clock, format_rate

REFRESH_MS = 100
SHORTEST_S = 30.0  # a chart that begins at half a minute does not jump while it fills
HEADROOM = 1.12
ABOVE_TOP_PX = 9  # half of the top tick's figure
BELOW_AXIS_PX = 30
FEW_TICKS_BELOW = 150  # px of height
NEAR_PX = 6
_NOTHING = (-1, 0.0, 0.0, 0, 0)
EMPTY = MessageState(
    "Memory appears here as soon as the program runs.", "Start a program, or open a capture.", "chart"
)


class Timeline(QWidget):
    """See the module. `grew_requested(start_s, end_s)`: what grew in the selected stretch of time."""

    freeze_activated = Signal(str)
    freeze_selected = Signal(str)
    grew_requested = Signal(float, float)
    following_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme.light()
        self._series = SampleSeries()
        self._overlay: SampleSeries | None = None
        self._marks: tuple[Mark, ...] = ()
        self._drawn: tuple[float, ...] = _NOTHING
        self._is_following = True
        self._shown = {kind.column for kind in CURVES if kind.is_on}
        self.legend = ChartLegend(CURVES, self._shown)
        self.lanes = ChartLanes(LEFT_MARGIN)
        self.plot = make_plot()
        self.readout = Readout(self.plot)
        self.region_card = RegionCard(self.plot)
        self.gestures = ChartGestures(self.plot)
        self._overlay_curve = self._add(pg.PlotCurveItem())
        self._curves = {kind.column: self._add(pg.PlotCurveItem()) for kind in CURVES}
        self._mark_lines: list[pg.InfiniteLine] = []
        self._region = self._add(pg.LinearRegionItem())
        self._cross = self._add(pg.InfiniteLine(angle=90, movable=False))
        self._end_line = self._add(pg.InfiniteLine(angle=90, movable=False, label=""))
        for item in (self._region, self._cross, self._end_line):
            item.hide()
        self._empty = MessageView()
        self._empty.show_state(EMPTY)
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self.apply_theme(self._theme)
        self.refresh()

    # --- values in --------------------------------------------------------------------------------

    def show_series(self, series: SampleSeries, *, is_live: bool) -> None:
        """Show a run; a live one is read ten times a second until `stop_live`."""
        self._series = series
        self._end_line.hide()
        self.clear_region()
        self.set_following(True)
        self._timer.start() if is_live else self._timer.stop()
        self._redraw()

    def stop_live(self, end_text: str = "") -> None:
        """The run has ended: draw once more, with a line that says how it ended."""
        self._timer.stop()
        times = self._series.column("time_s")
        if end_text and len(times):
            self._end_line.setValue(float(times[-1]))
            self._end_line.label.setFormat(end_text)
            self._end_line.show()
        self._redraw()

    def clear(self) -> None:
        """As before any run."""
        self._timer.stop()
        self.show_marks(())
        self.show_series(SampleSeries(), is_live=False)

    def show_marks(self, marks: Sequence[Mark], selected: str = "") -> None:
        """Show marks and freezes; `selected` is the name of the freeze in use."""
        self._marks = tuple(marks)
        self.lanes.show_marks(self._marks, selected)
        self._draw_mark_lines()
        self.region_card.set_can_compare(self._freezes_in_region() > 1)

    def show_overlay(self, series: SampleSeries | None) -> None:
        """Lay the resident memory of an earlier run below, aligned by start; None = none."""
        self._overlay = series
        self._redraw()

    def apply_theme(self, theme: Theme) -> None:
        """Colour everything; pyqtgraph does not follow the palette by itself."""
        self._theme = theme
        self.plot.setBackground(theme.color("panel"))
        for name in ("left", "bottom"):
            axis = self.plot.getAxis(name)
            axis.setPen(pg.mkPen(theme.color("line")))
            axis.setTextPen(pg.mkPen(theme.color("text3")))
            axis.setStyle(tickFont=theme.font("caption"))
        for kind in CURVES:
            pen = pg.mkPen(theme.color(kind.token), width=1)
            if kind.dash:
                pen.setDashPattern([float(d) for d in kind.dash])
            self._curves[kind.column].setPen(pen)
        self._curves["rss_bytes"].setFillLevel(0)
        self._curves["rss_bytes"].setBrush(theme.color("accent", 0.08))
        self._overlay_curve.setPen(pg.mkPen(theme.color("text3"), width=1, style=Qt.PenStyle.DashLine))
        self._region.setBrush(pg.mkBrush(theme.color("accent", 0.12)))
        for edge in self._region.lines:
            edge.setPen(pg.mkPen(theme.color("accent"), width=1))
        self._cross.setPen(pg.mkPen(theme.color("text3"), width=1))
        self._end_line.setPen(pg.mkPen(theme.color("leak"), width=1))
        self._end_line.label.setColor(theme.color("leak"))
        self._draw_mark_lines()

    # --- looking ----------------------------------------------------------------------------------

    @property
    def series(self) -> SampleSeries:
        """The run that is shown."""
        return self._series

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Marks and freezes that are shown."""
        return self._marks

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Columns of the curves that are switched on, in the order of the legend."""
        return tuple(kind.column for kind in CURVES if kind.column in self._shown)

    @property
    def is_following(self) -> bool:
        """Whether the newest sample stays in view."""
        return self._is_following

    @property
    def view(self) -> tuple[float, float]:
        """The stretch of time in view, seconds."""
        start, end = self.plot.getViewBox().viewRange()[0]
        return float(start), float(end)

    def set_following(self, following: bool) -> None:
        """Keep the newest sample in view, or stay where the view is."""
        if following != self._is_following:
            self._is_following = following
            self.following_changed.emit(following)
        if following:
            self._redraw()

    def fit(self) -> None:
        """Show the whole run and follow it."""
        self.set_following(True)
        self._redraw()

    def select_region(self, start_s: float, end_s: float) -> None:
        """Select a stretch of time and tell its slope."""
        self._region.show()
        self._region.setRegion((start_s, end_s))
        self._tell_region()

    def clear_region(self) -> None:
        """Select nothing."""
        self._region.hide()
        self.region_card.hide()

    def refresh(self) -> None:
        """Draw what is new; nothing when nothing is. O(samples in view), a few ms for a day."""
        times = self._series.column("time_s")
        for widget in (self.plot, self.lanes):
            widget.setVisible(len(times) > 0)
        self._empty.setVisible(len(times) == 0)
        if not len(times):
            return
        if self._is_following:
            self.plot.setXRange(0.0, max(float(times[-1]) * 1.02, SHORTEST_S), padding=0)
        start, end = self.view
        pixels = max(int(self.plot.getViewBox().width()), 100)
        state = (len(times), start, end, pixels, self.plot.height())
        if state != self._drawn:
            self._drawn = state
            self._draw_curves(times, start, end, pixels)

    # --- inside -----------------------------------------------------------------------------------

    def _add(self, item: pg.GraphicsObject) -> pg.GraphicsObject:
        self.plot.addItem(item)
        return item

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 12, 0)
        layout.setSpacing(0)
        layout.addWidget(self.lanes)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self._empty, 1)
        self.setMinimumHeight(110)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def _connect(self) -> None:
        self.legend.toggled.connect(self._toggle)
        self.lanes.freeze_activated.connect(self.freeze_activated)
        self.lanes.freeze_selected.connect(self.freeze_selected)
        self.gestures.pointed.connect(self._point_at)
        self.gestures.left.connect(self._stop_pointing)
        self.gestures.selected.connect(self.select_region)
        self.gestures.fit_requested.connect(self._fit_all)
        box = self.plot.getViewBox()
        box.sigRangeChangedManually.connect(lambda *_: self.set_following(False))
        box.sigXRangeChanged.connect(lambda *_: self.refresh())
        self._region.sigRegionChanged.connect(self._tell_region)
        self.region_card.grew_requested.connect(lambda: self.grew_requested.emit(*self._region.getRegion()))
        self.region_card.closed.connect(self.clear_region)

    def _redraw(self) -> None:
        self._drawn = _NOTHING
        self.refresh()

    def _fit_all(self) -> None:
        self.clear_region()
        self.fit()

    def _toggle(self, column: str, shown: bool) -> None:
        (self._shown.add if shown else self._shown.discard)(column)
        self._redraw()

    def _draw_curves(self, times: np.ndarray, start: float, end: float, pixels: int) -> None:
        lines = {}
        for kind in CURVES:
            if kind.column in self._shown:
                column = self._series.column(kind.column)[: len(times)]
                lines[kind.column] = thinned(times, column, start, end, pixels)
        if self._overlay is not None:
            rows = self._overlay
            overlay = thinned(rows.column("time_s"), rows.column("rss_bytes"), start, end, pixels)
        else:
            overlay = (np.empty(0), np.empty(0))
        tops = {column: _top(y) for column, (_, y) in lines.items()}
        top_bytes = max(
            [tops[k.column] for k in CURVES if k.is_bytes and k.column in tops] + [_top(overlay[1])]
        )
        ticks = byte_ticks(top_bytes * HEADROOM, 2 if self.plot.height() < FEW_TICKS_BELOW else 4)
        for kind in CURVES:
            x, y = lines.get(kind.column, (np.empty(0), np.empty(0)))
            self._curves[kind.column].setData(x, y * _scale(kind, tops, ticks[-1]), connect="finite")
        self._overlay_curve.setData(*overlay, connect="finite")
        room = max(self.plot.height() - BELOW_AXIS_PX, ABOVE_TOP_PX)
        self.plot.setYRange(0, ticks[-1] * (1 + ABOVE_TOP_PX / room), padding=0)
        label_axes(self.plot, ticks, start, end)
        self.lanes.show_range(start, end, LEFT_MARGIN)
        self.legend.show_values(self._series)

    def _draw_mark_lines(self) -> None:
        while len(self._mark_lines) < len(self._marks):
            self._mark_lines.append(self._add(pg.InfiniteLine(angle=90, movable=False)))
        for line in self._mark_lines[len(self._marks) :]:
            self.plot.removeItem(line)
        del self._mark_lines[len(self._marks) :]
        for line, mark in zip(self._mark_lines, self._marks, strict=True):
            is_freeze = mark.kind == "freeze"
            style = Qt.PenStyle.SolidLine if is_freeze else Qt.PenStyle.DotLine
            line.setValue(mark.time_s)
            line.setPen(pg.mkPen(self._theme.color("accent" if is_freeze else "ctl"), width=1, style=style))

    def _freezes_in_region(self) -> int:
        if not self._region.isVisible():
            return 0
        start, end = self._region.getRegion()
        return sum(mark.kind == "freeze" and start <= mark.time_s <= end for mark in self._marks)

    def _tell_region(self) -> None:
        start, end = self._region.getRegion()
        times = self._series.column("time_s")
        found = slope(times, self._series.column("rss_bytes")[: len(times)], start, end)
        length = format_clock(end - start)
        if found is None:
            text = "Too short to tell a slope"
        elif found.is_level:
            text = f"Level over {length}"
        else:
            text = f"{format_rate(found.per_s, found.error_per_s)} over {length}"
        middle = self.plot.mapFromScene(self.plot.getViewBox().mapViewToScene(QPointF((start + end) / 2, 0)))
        self.region_card.tell(text, self._freezes_in_region() > 1, middle.x())

    def _point_at(self, time_s: float, place: QPointF) -> None:
        times = self._series.column("time_s")
        if not len(times):
            return
        self._cross.setValue(time_s)
        self._cross.show()
        lines = []
        for kind in CURVES:
            value = value_at(times, self._series.column(kind.column)[: len(times)], time_s)
            if kind.column in self._shown and not math.isnan(value):
                lines.append((kind.name, kind.words(value)))
        start, end = self.view
        near_s = NEAR_PX * (end - start) / max(self.plot.getViewBox().width(), 1)
        near = [mark.name for mark in self._marks if abs(mark.time_s - time_s) < near_s]
        self.readout.tell(format_clock(time_s), near, lines, place, self._theme)

    def _stop_pointing(self) -> None:
        self._cross.hide()
        self.readout.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw for the new width."""
        super().resizeEvent(event)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End follows, 0 fits, Esc clears the selection."""
        if event.key() in (Qt.Key.Key_End, Qt.Key.Key_0):
            self.fit()
        elif event.key() == Qt.Key.Key_Escape and self._region.isVisible():
            self.clear_region()
        else:
            super().keyPressEvent(event)


def _top(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.max()) if len(known) else 0.0


def _scale(kind: CurveKind, tops: dict[str, float], top: float) -> float:
    """Bytes stand as they are; everything else reaches from 0 to its own largest value."""
    own = tops.get(kind.column, 0.0)
    return 1.0 if kind.is_bytes or own <= 0 else top / HEADROOM / own
