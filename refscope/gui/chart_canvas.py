"""The picture of the chart: curves in a stretch of time, what is selected of it, the crosshair, the end.

It knows samples, marks and pixels; buttons, lanes and keys are the `Timeline`'s around it. Redrawn when
told to (`refresh`), and only where something is new.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, Qt, Signal

from refscope.gui.chart_drawing import ChartDrawing, Overlay, Stretch
from refscope.gui.chart_end import ChartEnd
from refscope.gui.chart_gestures import ChartGestures
from refscope.gui.chart_plot import line_pen, make_plot
from refscope.gui.steps import OnceSoon
from refscope.gui.theme import Theme
from refscope.present.curve_kinds import CurveKind, points_of
from refscope.present.curves import known_at, value_at
from refscope.samples import Mark, SampleSeries, Slope, TraceKind, slope
from refscope.text import format_bytes, format_count, safe

SHORTEST_S = 30.0  # a chart that begins at half a minute does not jump while it fills
AHEAD = 0.02  # of the view that is free right of the newest sample
MOST_ZOOM = 64.0
NEAR_PX = 6
MOST_MARK_LINES = 200  # more than that would hatch the chart
_NOTHING: tuple[object, ...] = ()


class ChartCanvas(QObject):
    """See the module. `range_changed`: the stretch in view or its margins; `region_changed`: what is
    selected; `following_changed(bool)`."""

    range_changed = Signal()
    region_changed = Signal()
    following_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.plot = make_plot()
        self.gestures = ChartGestures(self.plot)
        self.series = SampleSeries()
        self.kinds: tuple[CurveKind, ...] = ()
        self.overlay: Overlay | None = None
        self.is_following = True
        self._theme = Theme.light()
        self._drawing = ChartDrawing(self.plot)
        self._drawn: tuple[object, ...] = _NOTHING
        self._span_s: float | None = None  # that is followed; None = the whole run
        self._zoom = 1.0
        self._marks: tuple[Mark, ...] = ()
        self._mark_lines: list[pg.InfiniteLine] = []
        self._region = self._add(pg.LinearRegionItem())
        self._cross = self._add(pg.InfiniteLine(angle=90, movable=False))
        self.end = ChartEnd(self.plot)
        self._now_line = self._add(pg.InfiniteLine(angle=90, movable=False))
        self._dot = self._add(pg.ScatterPlotItem(size=8))
        for item in (self._region, self._cross, self._now_line):
            item.hide()
        self.gestures.is_on_overlay = self._is_on_overlay
        self.gestures.overlay_moved.connect(self.move_overlay)
        self.gestures.values_zoomed.connect(self.zoom_values)
        self.for_new_size = OnceSoon(self.refresh, self)
        box = self.plot.getViewBox()
        box.sigRangeChangedManually.connect(lambda *_: self._moved_by_hand())
        box.sigXRangeChanged.connect(lambda *_: self._draw_view())  # before it is known who changed it
        box.sigResized.connect(lambda *_: self.for_new_size.ask())
        self._region.sigRegionChanged.connect(self.region_changed)

    def apply_theme(self, theme: Theme) -> None:
        """Colour everything; pyqtgraph does not follow the palette by itself."""
        self._theme = theme
        self.plot.setBackground(theme.color("panel"))
        for name in ("left", "bottom", "right"):
            axis = self.plot.getAxis(name)
            axis.setPen(pg.mkPen(theme.color("line")))
            axis.setTextPen(pg.mkPen(theme.color("text3")))
            axis.setStyle(tickFont=theme.font("caption"))
        self._drawing.apply_theme(theme)
        self._region.setBrush(pg.mkBrush(theme.color("accent", 0.12)))
        self._region.setHoverBrush(pg.mkBrush(theme.color("accent", 0.16)))
        for edge in self._region.lines:
            edge.setPen(line_pen(self.plot, theme.color("accent")))
        self._cross.setPen(line_pen(self.plot, theme.color("text3")))
        self._now_line.setPen(line_pen(self.plot, theme.color("ok")))
        self._dot.setPen(pg.mkPen(None))
        self._dot.setBrush(pg.mkBrush(theme.color("curve_resident")))
        self.end.apply_theme(theme)
        self._draw_mark_lines()
        self.redraw()

    # --- what is shown ----------------------------------------------------------------------------

    def show(self, series: SampleSeries) -> None:
        """Show a run from its beginning on."""
        self.series = series
        self.end.hide()
        self._now_line.hide()
        self.clear_region()
        self._span_s, self._zoom = None, 1.0
        self.set_following(True)
        self.redraw()

    def show_end(self, text: str, *, is_failure: bool) -> None:
        """A line at the last sample that says how the run ended."""
        times = self.times
        self._now_line.hide()
        if text and len(times):
            self.end.show(text, float(times[-1]), is_failure=is_failure)
        self.redraw()

    @property
    def times(self) -> np.ndarray:
        """Times of the samples."""
        return self.series.array()[:, 0]

    @property
    def view(self) -> tuple[float, float]:
        """The stretch of time in view, seconds."""
        start, end = self.plot.getViewBox().viewRange()[0]
        return float(start), float(end)

    @property
    def right_margin(self) -> int:
        """Pixels that the axis at the right takes."""
        return self._drawing.right_margin

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Draw a line through the curves at each mark and freeze."""
        self._marks = tuple(marks)
        self._draw_mark_lines()

    def show_overlay(self, overlay: Overlay | None) -> None:
        """Lay an earlier run below; None = none."""
        self.overlay = overlay
        self.redraw()

    def move_overlay(self, by_s: float) -> None:
        """Move the earlier run in time."""
        if self.overlay is not None:
            moved = self.overlay.shift_s + by_s
            self.show_overlay(Overlay(self.overlay.series, self.overlay.name, moved))

    # --- where ------------------------------------------------------------------------------------

    def set_following(self, following: bool) -> None:
        """Keep the newest sample in view, or stay where the view is."""
        if following != self.is_following:
            self.is_following = following
            self.following_changed.emit(following)
        if following:
            self.redraw()

    def fit(self) -> None:
        """Show the whole run, all of every curve, and follow it."""
        self._span_s, self._zoom = None, 1.0
        self.set_following(True)
        self.redraw()

    def show_stretch(self, start_s: float, end_s: float) -> None:
        """Show a stretch of time, and stay there."""
        self.set_following(False)
        self.plot.setXRange(max(0.0, start_s), end_s, padding=0)
        self._span_s = end_s - start_s

    def zoom_values(self, factor: float) -> None:
        """Enlarge the value axis from 0 on."""
        self._zoom = min(max(self._zoom * factor, 1.0), MOST_ZOOM)
        self.redraw()

    def refresh(self) -> None:
        """Draw what is new; nothing when nothing is. O(samples in view), a few ms for a day."""
        times = self.times
        if not len(times):
            return
        if self.is_following:
            last = float(times[-1])
            span = self._span_s or max(last / (1 - AHEAD), SHORTEST_S)
            start = max(0.0, last - span * (1 - AHEAD)) if self._span_s else 0.0
            self.plot.setXRange(start, start + span, padding=0)
        self._draw_view()

    def _draw_view(self) -> None:
        times = self.times
        if not len(times):
            return
        start, end = self.view
        pixels = max(int(self.plot.getViewBox().width()), 100)
        sizes = tuple(len(each) for each in self.series.traces)
        state = (len(times), start, end, pixels, self.plot.height(), self._zoom, sizes, self.kinds)
        if state != self._drawn:
            self._drawn = state
            stretch = Stretch(start, end, pixels, self.plot.height(), self._zoom)
            self._drawing.draw(self.series, self.kinds, stretch, self.overlay)
            self._draw_now()
            self._place_end()
            self.range_changed.emit()

    def redraw(self) -> None:
        """Draw even if nothing is new."""
        self._drawn = _NOTHING
        self.refresh()

    # --- reading ----------------------------------------------------------------------------------

    def values_at(self, time_s: float) -> list[tuple[str, str]]:
        """Name and value of each curve at a time, those that are not known there left out; of collections
        what they freed."""
        lines = []
        for kind in self.kinds:
            value = known_at(*points_of(self.series, kind), time_s, is_at_freezes=kind.is_at_freezes)
            if not math.isnan(value):
                lines.append((kind.name, kind.words(value)))
        if self.overlay is not None:
            rows = self.overlay.series.array()
            value = known_at(rows[:, 0], rows[:, 1], time_s - self.overlay.shift_s)
            if not math.isnan(value):
                lines.append((self.overlay.name, format_bytes(value)))
        near_s = self._near_s() / 2
        for trace in self.series.traces:
            if trace.kind is TraceKind.COLLECTION and len(trace):
                rows = trace.array()
                at = int(np.abs(rows[:, 0] - time_s).argmin())
                if abs(rows[at, 0] - time_s) < near_s:
                    lines.append(collection_words(trace.name, rows[at, 1]))
        return lines

    def near(self, time_s: float) -> list[str]:
        """Names of the marks within a few pixels of a time."""
        near_s = self._near_s()
        return [safe(mark.name) for mark in self._marks if abs(mark.time_s - time_s) < near_s][:3]

    def snapped(self, time_s: float) -> float:
        """A time, or that of the mark or freeze within a few pixels of it."""
        near = min((mark.time_s for mark in self._marks), key=lambda at: abs(at - time_s), default=time_s)
        return near if abs(near - time_s) < self._near_s() / 2 else time_s

    def _near_s(self) -> float:
        start, end = self.view
        return float(NEAR_PX * (end - start) / max(self.plot.getViewBox().width(), 1))

    def point(self, time_s: float) -> None:
        """Stand the crosshair at a time."""
        self._cross.setValue(time_s)
        self._cross.show()

    def stop_pointing(self) -> None:
        """No crosshair."""
        self._cross.hide()

    def place_of(self, time_s: float) -> QPointF:
        """Where a time stands in the plot widget, at its middle height."""
        box = self.plot.getViewBox()
        place = self.plot.mapFromScene(box.mapViewToScene(QPointF(time_s, 0)))
        return QPointF(place.x(), self.plot.height() / 2)

    # --- selecting --------------------------------------------------------------------------------

    @property
    def region(self) -> tuple[float, float] | None:
        """The stretch that is selected, in seconds."""
        if not self._region.isVisible():
            return None
        start, end = self._region.getRegion()
        return float(start), float(end)

    def select_region(self, start_s: float, end_s: float) -> None:
        """Select a stretch of time."""
        self._region.show()
        self._region.setRegion((start_s, end_s))
        self.region_changed.emit()

    def clear_region(self) -> None:
        """Select nothing."""
        if self._region.isVisible():
            self._region.hide()
            self.region_changed.emit()

    def slope(self, start_s: float, end_s: float) -> Slope | None:
        """How resident memory rises in a stretch; None where there are too few samples."""
        rows = self.series.array()
        return slope(rows[:, 0], rows[:, 1], start_s, end_s)

    def freezes_in(self, start_s: float, end_s: float) -> list[Mark]:
        """Freezes within a stretch, oldest first."""
        return [mark for mark in self._marks if mark.kind == "freeze" and start_s <= mark.time_s <= end_s]

    # --- inside -----------------------------------------------------------------------------------

    def _add(self, item: pg.GraphicsObject) -> pg.GraphicsObject:
        self.plot.addItem(item)
        return item

    def _moved_by_hand(self) -> None:
        start, end = self.view
        self._span_s = end - start
        self.set_following(False)

    def _draw_now(self) -> None:
        """The newest sample: a dot, and a line while it runs."""
        row = self.series.array()[-1]
        is_shown = any(kind.key == "rss_bytes" for kind in self.kinds) and not math.isnan(row[1])
        self._dot.setData([row[0]], [row[1]]) if is_shown else self._dot.setData([], [])
        self._now_line.setValue(float(row[0]))

    def set_live(self, is_live: bool) -> None:
        """Whether a line stands at the newest sample."""
        self._now_line.setVisible(is_live)

    def _place_end(self) -> None:
        row, (start, end) = self.series.array()[-1], self.view
        per_s = self.plot.getViewBox().width() / max(end - start, 1e-9)
        top = self.plot.getViewBox().viewRange()[1][1]
        share = 0.0 if math.isnan(row[1]) else float(row[1]) / max(top, 1.0)
        self.end.place((float(row[0]) - start) * per_s, self.plot.height(), share)

    def _draw_mark_lines(self) -> None:
        marks = (
            self._marks
            if len(self._marks) <= MOST_MARK_LINES
            else [mark for mark in self._marks if mark.kind == "freeze"][-MOST_MARK_LINES:]
        )
        while len(self._mark_lines) < len(marks):
            self._mark_lines.append(self._add(pg.InfiniteLine(angle=90, movable=False)))
        for line in self._mark_lines[len(marks) :]:
            self.plot.removeItem(line)
        del self._mark_lines[len(marks) :]
        for line, mark in zip(self._mark_lines, marks, strict=True):
            is_freeze = mark.kind == "freeze"
            style = Qt.PenStyle.SolidLine if is_freeze else Qt.PenStyle.DotLine
            line.setValue(mark.time_s)
            color = self._theme.color("accent" if is_freeze else "ctl")
            line.setPen(line_pen(self.plot, color, 1, style))

    def _is_on_overlay(self, place: QPointF) -> bool:
        times, values = self._drawing.overlay_points
        if not len(times):
            return False
        at = self.plot.getViewBox().mapSceneToView(self.plot.mapToScene(place.toPoint()))
        value = value_at(times, values, at.x())
        there = self.plot.mapFromScene(
            self.plot.getViewBox().mapViewToScene(QPointF(at.x(), 0.0 if math.isnan(value) else value))
        )
        return bool(times[0] <= at.x() <= times[-1]) and abs(there.y() - place.y()) <= NEAR_PX


def collection_words(generation: str, freed: float) -> tuple[str, str]:
    """What a tick on the time axis stands for. How long it took is not known: to measure that, a function
    of ours would have to stand in the program's `gc.callbacks`, where it could see it."""
    name = "Full collection" if generation == "2" else "Collection, middle generation"
    return name, f"{format_count(round(freed))} freed"
