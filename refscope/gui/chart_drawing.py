"""The curves of the chart on their plot: thinned to pixels, scaled to one grid, drawn by pyqtgraph.

At most two points per pixel and curve are handed over, so that a day at ten samples a second costs what
a minute costs. Bytes stand on the left axis; what is watched shares the right one; anything else reaches
from 0 to its own largest value, and takes the right axis where nothing is watched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg

from refscope.gui.chart_plot import RIGHT_MARGIN, Curve, label_axes, label_right, line_pen
from refscope.gui.theme import Theme
from refscope.present.curve_kinds import Axis, CurveKind, points_of, ticks_like
from refscope.present.curves import Thinner, byte_ticks
from refscope.samples import SampleSeries, TraceKind

Floats = npt.NDArray[np.float64]

HEADROOM = 1.12
ABOVE_TOP_PX = 9  # half of the top tick's figure
BELOW_AXIS_PX = 30
FEW_TICKS_BELOW = 150  # px of height
TALL_TICK_PX, SHORT_TICK_PX = 9, 4  # of collections: of everything, and of the middle generation
_EMPTY: tuple[Floats, Floats] = (np.empty(0), np.empty(0))


@dataclass(frozen=True, slots=True)
class Overlay:
    """An earlier run laid below: its samples, moved by so many seconds."""

    series: SampleSeries
    name: str
    shift_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is in view. zoom: how many times the value axis is enlarged, 1 = all of every curve."""

    start_s: float
    end_s: float
    pixels: int
    height: int
    zoom: float = 1.0


class ChartDrawing:
    """Items on a plot, one per curve; made when first needed."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._theme = Theme.light()
        self._items: dict[str, pg.PlotCurveItem] = {}
        self._dots: dict[str, pg.ScatterPlotItem] = {}
        self._kinds: dict[str, CurveKind] = {}
        # The axis could draw the grid, but then leaves out the figure 0, half of which stands below it.
        self._grid = self._add(pg.PlotCurveItem(), -1000)
        self._overlay = self._add(Curve(), -5)
        self._ticks = {name: self._add(pg.PlotCurveItem(), 5) for name in ("1", "2")}
        self.overlay_points = _EMPTY  # as drawn: to be found by the pointer
        self._has_sum = False  # resident memory is that of several processes
        self._thinners: defaultdict[str, Thinner] = defaultdict(Thinner)
        self.right_margin = 0  # px that the axis at the right takes

    def apply_theme(self, theme: Theme) -> None:
        """Colour everything anew."""
        self._theme = theme
        self._grid.setPen(line_pen(self._plot, theme.color("line")))
        self._overlay.setPen(pg.mkPen(theme.color("text3"), width=1, dash=self._dash((4, 3))))
        for number, item in self._ticks.items():
            item.setPen(line_pen(self._plot, theme.color("text3" if number == "2" else "ctl")))
        for kind in self._kinds.values():
            self._colour(kind)

    def draw(
        self, series: SampleSeries, kinds: Sequence[CurveKind], stretch: Stretch, overlay: Overlay | None
    ) -> None:
        """Draw these curves and no others. O(samples in view)."""
        lines = {kind.key: self._line(series, kind, stretch) for kind in kinds}
        self.overlay_points = self._overlay_line(overlay, stretch)
        tops = {kind.key: _top(lines[kind.key][1]) for kind in kinds}
        bytes_top = max([tops[kind.key] for kind in kinds if kind.axis is Axis.BYTES], default=0.0)
        bytes_top = max(bytes_top, _top(self.overlay_points[1])) * HEADROOM / stretch.zoom
        ticks = byte_ticks(bytes_top, 2 if stretch.height < FEW_TICKS_BELOW else 4)
        factors = self._scale(kinds, tops, ticks, stretch.zoom)
        for key in [key for key in self._items if key not in lines]:
            self._remove(key)
        is_sum = any(kind.is_process for kind in kinds)
        for kind in kinds:
            x, y = lines[kind.key]
            if kind.key == "rss_bytes" and is_sum != self._has_sum:
                self._has_sum = is_sum
                self._kinds.pop(kind.key, None)  # coloured anew: a sum is bold
            self._item(kind).setData(x, y * factors[kind.key], connect="finite")
            if kind.is_at_freezes:
                self._dots[kind.key].setData(x, y * factors[kind.key])
        self._overlay.setData(*self.overlay_points, connect="finite")
        room = max(stretch.height - BELOW_AXIS_PX, ABOVE_TOP_PX)
        self._draw_collections(series, stretch, ticks[-1] / room)
        self._grid.setData(
            np.tile([stretch.start_s, stretch.end_s], len(ticks)), np.repeat(ticks, 2), connect="pairs"
        )
        self._plot.setYRange(0, ticks[-1] * (1 + ABOVE_TOP_PX / room), padding=0)
        label_axes(self._plot, ticks, stretch.start_s, stretch.end_s)

    def _line(self, series: SampleSeries, kind: CurveKind, stretch: Stretch) -> tuple[Floats, Floats]:
        times, values = points_of(series, kind)
        length = min(len(times), len(values))
        thinner = self._thinners[kind.key]
        return thinner.thinned(
            times[:length], values[:length], stretch.start_s, stretch.end_s, stretch.pixels
        )

    def _overlay_line(self, overlay: Overlay | None, stretch: Stretch) -> tuple[Floats, Floats]:
        if overlay is None:
            return _EMPTY
        rows, shift = overlay.series.array(), overlay.shift_s
        start, end = stretch.start_s - shift, stretch.end_s - shift
        times, values = self._thinners[""].thinned(rows[:, 0], rows[:, 1], start, end, stretch.pixels)
        return times + shift, values

    def _scale(
        self, kinds: Sequence[CurveKind], tops: dict[str, float], ticks: Sequence[float], zoom: float
    ) -> dict[str, float]:
        """What each curve's values are multiplied with; labels the right axis as well."""
        steps = len(ticks) - 1
        watched = [kind for kind in kinds if kind.axis is Axis.COUNT]
        right = watched or [kind for kind in kinds if kind.axis is Axis.OWN][:1]
        highest = max((tops[kind.key] for kind in watched), default=0.0)
        factors = {}
        texts: list[str] = []
        for kind in kinds:
            if kind.axis is Axis.BYTES:
                factors[kind.key] = 1.0
                continue
            top = highest if kind.axis is Axis.COUNT else tops[kind.key]
            own = ticks_like(top * HEADROOM / zoom, steps)
            factors[kind.key] = ticks[-1] / own[-1] if top > 0 else 0.0
            if kind is right[0]:
                texts = [right[0].words(tick) for tick in own]
        token = right[0].token if len(right) == 1 else "text3"
        self._plot.getAxis("right").setTextPen(pg.mkPen(self._theme.color(token)))
        is_shown = bool(texts) and self._plot.width() > 500
        self.right_margin = RIGHT_MARGIN if is_shown else 0
        label_right(self._plot, ticks if is_shown else (), texts if is_shown else ())
        return factors

    def _draw_collections(self, series: SampleSeries, stretch: Stretch, per_px: float) -> None:
        for trace in series.traces:
            if trace.kind is TraceKind.COLLECTION and trace.name in self._ticks:
                times = trace.times
                times = times[(times >= stretch.start_s) & (times <= stretch.end_s)]
                width_s = max((stretch.end_s - stretch.start_s) / stretch.pixels * 2, 1e-9)
                times = times[np.unique(np.floor(times / width_s), return_index=True)[1]]
                height = per_px * min(
                    TALL_TICK_PX if trace.name == "2" else SHORT_TICK_PX, stretch.height / 14
                )
                self._ticks[trace.name].setData(
                    np.repeat(times, 2), np.tile([0.0, height], len(times)), connect="pairs"
                )
        known = {trace.name for trace in series.traces if trace.kind is TraceKind.COLLECTION}
        for name in self._ticks.keys() - known:
            self._ticks[name].setData(*_EMPTY)

    def _item(self, kind: CurveKind) -> pg.PlotCurveItem:
        if kind.key not in self._items:
            self._items[kind.key] = self._add(Curve(), 1 if kind.is_process else 2)
            if kind.is_at_freezes:
                self._dots[kind.key] = self._add(pg.ScatterPlotItem(size=7), 4)
        if self._kinds.get(kind.key) != kind:
            self._kinds[kind.key] = kind
            self._colour(kind)
        return self._items[kind.key]

    def _dash(self, pattern: Sequence[float]) -> list[float]:
        """Lengths in pixels of the device, as the width of curves is."""
        ratio = max(1, round(self._plot.devicePixelRatioF()))
        return [float(each) * ratio for each in pattern]

    def _remove(self, key: str) -> None:
        self._plot.removeItem(self._items.pop(key))
        self._kinds.pop(key, None)
        self._thinners.pop(key, None)
        if key in self._dots:
            self._plot.removeItem(self._dots.pop(key))

    def _colour(self, kind: CurveKind) -> None:
        color = self._theme.color(kind.token)
        pen = pg.mkPen(color, width=2 if kind.key == "rss_bytes" and self._has_sum else 1)
        if kind.dash:
            pen.setDashPattern(self._dash(kind.dash))
        item = self._items[kind.key]
        item.setPen(pen)
        if kind.key == "rss_bytes":
            item.setFillLevel(0)
            item.setBrush(self._theme.color("accent", 0.0 if self._theme.is_contrast else 0.08))
        if kind.key in self._dots:
            self._dots[kind.key].setPen(pg.mkPen(self._theme.color("panel"), width=1))
            self._dots[kind.key].setBrush(pg.mkBrush(color))

    def _add(self, item: pg.GraphicsObject, above: int) -> pg.GraphicsObject:
        item.setZValue(above)
        self._plot.addItem(item)
        return item


def _top(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.max()) if len(known) else 0.0
