"""The timeline: chart, lanes of marks and freezes, legend, tools, and the same as a table.

Puts the parts `chart_*` together and turns mouse and keys into signals that say what was asked for;
nothing about heaps is computed here. A live run is read from a timer, ten times a second.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from refscope.gui.chart_ask import ChartAsk
from refscope.gui.chart_canvas import ChartCanvas
from refscope.gui.chart_drawing import Overlay
from refscope.gui.chart_keys import ChartKeys, chart_words, moment_words
from refscope.gui.chart_lanes import ChartLanes
from refscope.gui.chart_legend import ChartLegend
from refscope.gui.chart_plot import LEFT_MARGIN
from refscope.gui.chart_readout import Readout, RegionCard
from refscope.gui.chart_table import ChartTable, moments_of
from refscope.gui.chart_tools import ChartTools
from refscope.gui.state_values import MessageState
from refscope.gui.states import MessageView
from refscope.gui.theme import Theme
from refscope.present.curve_kinds import CURVES, CurveKind, curves_of
from refscope.samples import Mark, SampleSeries, last_slope
from refscope.text import format_clock, format_rate

REFRESH_MS = 100
SLOW_TICKS = 10  # refreshes between two of what need not be fresh: words for screen readers, the table
TALL = 240  # px of height from which legend and tools have a row of their own
EMPTY = MessageState(
    "Memory appears here as soon as the program runs.", "Start a program, or open a capture.", "chart"
)
NO_SAMPLES = MessageState("This run has no samples.", "It was recorded without a chart.", "chart")


class Timeline(QWidget):
    """See the module. `grew_requested(start_s, end_s)`: what grew in the selected stretch;
    `mark_key(name, Mark)`: "rename" or "remove" by keyboard; menus come with their place."""

    freeze_activated = Signal(object)
    freeze_selected = Signal(object)
    growth_requested = Signal(object, object)
    grew_requested = Signal(float, float)
    mark_menu_requested = Signal(object, QPoint)
    mark_key = Signal(str, object)
    chart_menu_requested = Signal(float, QPoint)
    curve_menu_requested = Signal(str, QPoint)
    add_requested = Signal()
    overlay_requested = Signal()
    following_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._marks: tuple[Mark, ...] = ()
        self._choices: dict[str, bool] = {}  # curves switched by hand
        self._kinds: tuple[CurveKind, ...] = ()
        self._ticks = 0
        self._is_tall: bool | None = None
        self.legend, self.tools = ChartLegend(), ChartTools()
        self.lanes = ChartLanes(LEFT_MARGIN)
        self.canvas = ChartCanvas()
        self.plot = self.canvas.plot
        self.gestures = self.canvas.gestures
        self.readout, self.region_card = Readout(self.plot), RegionCard(self.plot)
        self.table = ChartTable()
        self.ask_strip = ChartAsk()
        self._keys = ChartKeys(self)
        self._empty = MessageView()
        self._empty.show_state(EMPTY)
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self.apply_theme(Theme.light())
        self._show_curves()
        self.refresh()

    # --- values in --------------------------------------------------------------------------------

    def show_series(self, series: SampleSeries, *, is_live: bool) -> None:
        """Show a run; a live one is read ten times a second until `stop_live`."""
        self._keys.cursor_s = None
        self._empty.show_state(EMPTY if is_live or series is not self.series else NO_SAMPLES)
        self.canvas.show(series)
        self.canvas.set_live(is_live)
        self._show_curves()
        self._timer.start() if is_live else self._timer.stop()
        self.refresh()

    def stop_live(self, end_text: str = "", *, is_failure: bool = False) -> None:
        """The run has ended: draw once more, with a line that says how it ended."""
        self._timer.stop()
        self.canvas.show_end(end_text, is_failure=is_failure)
        self.refresh()

    def clear(self) -> None:
        """As before any run."""
        self._timer.stop()
        self._choices.clear()
        self.ask_strip.close_question()
        self.show_overlay(None)
        self.lanes.select(None)
        self.show_marks(())
        self.show_series(SampleSeries(), is_live=False)

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Show marks and freezes."""
        self._marks = tuple(marks)
        self.lanes.show_marks(self._marks)
        self.canvas.show_marks(self._marks)
        region = self.canvas.region
        self.region_card.set_can_compare(region is not None and len(self.canvas.freezes_in(*region)) > 1)

    def show_overlay(self, overlay: Overlay | None) -> None:
        """Lay the resident memory of an earlier run below; None = none."""
        self.canvas.show_overlay(overlay)
        self.tools.set_overlaid(overlay is not None)

    def apply_theme(self, theme: Theme) -> None:
        """Colour the canvas; parts are told by themselves."""
        self.canvas.apply_theme(theme)

    # --- looking ----------------------------------------------------------------------------------

    @property
    def series(self) -> SampleSeries:
        """The run that is shown."""
        return self.canvas.series

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Marks and freezes that are shown."""
        return self._marks

    @property
    def overlay(self) -> Overlay | None:
        """The earlier run that lies below."""
        return self.canvas.overlay

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Keys of the curves that are switched on, in the order of the legend."""
        return tuple(kind.key for kind in self._kinds if self._is_on(kind))

    @property
    def curves(self) -> tuple[CurveKind, ...]:
        """Every curve that this run has."""
        return self._kinds

    @property
    def is_following(self) -> bool:
        """Whether the newest sample stays in view."""
        return self.canvas.is_following

    @property
    def view(self) -> tuple[float, float]:
        """The stretch of time in view, seconds."""
        return self.canvas.view

    def set_following(self, following: bool) -> None:
        """Keep the newest sample in view, or stay where the view is."""
        self.canvas.set_following(following)

    def fit(self) -> None:
        """Show the whole run and follow it."""
        self.canvas.fit()

    def switch(self, key: str, shown: bool) -> None:
        """Show or hide a curve."""
        self._choices[key] = shown
        self._show_curves()
        self.refresh()

    def select_region(self, start_s: float, end_s: float) -> None:
        """Select a stretch of time and tell its slope."""
        self.canvas.select_region(start_s, end_s)

    def clear_region(self) -> None:
        """Select nothing."""
        self.canvas.clear_region()

    def set_selecting(self, selects: bool) -> None:
        """Whether the next drag selects a stretch."""
        self.gestures.selects = selects
        self.tools.set_checked("select", selects)

    def show_table(self, shown: bool) -> None:
        """Show the chart as a table, or as a chart."""
        had_keyboard = self.hasFocus() or self.table.hasFocus()
        self._views.setCurrentWidget(self.table if shown else self._chart)
        self.tools.set_checked("table", shown)
        self._show_slow()
        if had_keyboard:
            (self.table if shown else self).setFocus()

    @property
    def is_table(self) -> bool:
        """Whether the table is shown."""
        return self._views.currentWidget() is self.table

    def refresh(self) -> None:
        """Draw what is new; nothing when nothing is. O(samples in view), a few ms for a day."""
        has_samples = len(self.series) > 0
        self._views.setVisible(has_samples)
        self._empty.setVisible(not has_samples)
        if not has_samples:
            return
        self._show_curves()
        self.canvas.refresh()
        self._ticks += 1
        if not self._timer.isActive() or self._ticks % SLOW_TICKS == 1:
            self._show_slow()

    # --- inside -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.corner, self._head = QWidget(), QWidget()
        for holder, margins in ((self.corner, (0, 0, 0, 0)), (self._head, (10, 3, 6, 0))):
            line = QHBoxLayout(holder)
            line.setContentsMargins(*margins)
            line.setSpacing(8)
        self._chart = QWidget()
        chart = QVBoxLayout(self._chart)
        chart.setContentsMargins(0, 4, 12, 0)
        chart.setSpacing(0)
        chart.addWidget(self.lanes)
        chart.addWidget(self.plot, 1)
        self._views = QStackedWidget()
        self._views.addWidget(self._chart)
        self._views.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self._head, self.ask_strip):
            layout.addWidget(widget)
        layout.addWidget(self._views, 1)
        layout.addWidget(self._empty, 1)
        self._arrange(is_tall=True)
        self.setMinimumHeight(110)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def _arrange(self, *, is_tall: bool) -> None:
        """Legend and tools in a row of their own, or the legend alone in the header of the dock."""
        if is_tall == self._is_tall:
            return
        self._is_tall = is_tall
        place = self._head.layout() if is_tall else self.corner.layout()
        assert isinstance(place, QHBoxLayout)
        place.addWidget(self.legend, 1)
        self.legend.set_at_right(not is_tall)
        if is_tall:
            place.addWidget(self.tools)
        self.tools.setVisible(is_tall)
        self._head.setVisible(is_tall)
        self.legend.show()

    def _connect(self) -> None:
        self.legend.toggled.connect(self.switch)
        self.legend.add_requested.connect(self.add_requested)
        self.legend.menu_requested.connect(self.curve_menu_requested)
        self.tools.pressed.connect(self._use_tool)
        self.lanes.freeze_activated.connect(self.freeze_activated)
        self.lanes.freeze_selected.connect(self.freeze_selected)
        self.lanes.growth_requested.connect(self.growth_requested)
        self.lanes.menu_requested.connect(self.mark_menu_requested)
        self.gestures.pointed.connect(self.point_at)
        self.gestures.left.connect(self.stop_pointing)
        self.gestures.selected.connect(self.select_region)
        self.gestures.select_ended.connect(lambda: self.set_selecting(False))
        self.gestures.fit_requested.connect(self._fit_all)
        self.gestures.menu_requested.connect(self.chart_menu_requested)
        self.canvas.range_changed.connect(self._follow_range)
        self.canvas.region_changed.connect(self._tell_region)
        self.canvas.following_changed.connect(self.following_changed)
        self.canvas.following_changed.connect(self.tools.set_following)
        self.region_card.grew_requested.connect(self._ask_growth)
        self.region_card.closed.connect(self.clear_region)
        self.table.activated.connect(lambda index: self.activate(self.table.rows.moments[index.row()].mark))
        self.table.doubleClicked.connect(self.table.activated)

    def _use_tool(self, key: str, on: bool) -> None:
        match key:
            case "select":
                self.set_selecting(on)
            case "follow":
                self.set_following(on)
            case "fit":
                self._fit_all()
            case "table":
                self.show_table(on)
            case "overlay":
                self.overlay_requested.emit()

    def _show_curves(self) -> None:
        self._kinds = curves_of(self.series) if len(self.series) else CURVES
        shown = {kind.key for kind in self._kinds if self._is_on(kind)}
        self.legend.show_curves(self._kinds, shown)
        self.canvas.kinds = tuple(kind for kind in self._kinds if kind.key in shown)

    def _is_on(self, kind: CurveKind) -> bool:
        return self._choices.get(kind.key, kind.is_on)

    def _show_slow(self) -> None:
        rows = self.series.array()
        if not len(rows):
            return
        self.legend.show_values(self.series)
        words = chart_words(float(rows[-1, 1]), last_slope(rows[:, 0], rows[:, 1]))
        self.setAccessibleName(f"Timeline. {words}")
        if self.is_table:
            kinds = self.canvas.kinds
            self.table.show_moments(moments_of(self.series, self._marks, kinds, self.canvas.end.text), kinds)

    def _follow_range(self) -> None:
        self.lanes.show_range(*self.view, LEFT_MARGIN, self.canvas.right_margin)

    def _fit_all(self) -> None:
        self.clear_region()
        self.fit()

    def _ask_growth(self) -> None:
        region = self.canvas.region
        if region is not None:
            self.grew_requested.emit(*region)

    def activate(self, mark: Mark | None) -> None:
        """Open a freeze; a mark has nothing to open."""
        if mark is not None and mark.kind == "freeze":
            self.freeze_activated.emit(mark)

    def _tell_region(self) -> None:
        region = self.canvas.region
        if region is None:
            self.region_card.hide()
            return
        start, end = region
        found, length = self.canvas.slope(start, end), format_clock(end - start)
        if found is None:
            text = "Too short to tell a slope"
        elif found.is_level:
            text = f"Level over {length}"
        else:
            sign = "+" if found.per_s > 0 else ""
            text = f"{sign}{format_rate(found.per_s, found.error_per_s)} over {length}"
        middle = self.canvas.place_of((start + end) / 2)
        self.region_card.tell(text, len(self.canvas.freezes_in(start, end)) > 1, middle.x())

    # --- pointing ---------------------------------------------------------------------------------

    def point_at(self, time_s: float, place: QPointF) -> None:
        """Stand the crosshair at a time and read the values there; place: of the readout, in the plot."""
        if not len(self.series):
            return
        time_s = self.canvas.snapped(time_s)
        self.canvas.point(time_s)
        names, lines = self.canvas.near(time_s), self.canvas.values_at(time_s)
        self.readout.tell(format_clock(time_s), names, lines, place)
        self.setAccessibleDescription(moment_words(time_s, names, lines))

    def stop_pointing(self) -> None:
        """No crosshair."""
        self._keys.cursor_s = None
        self.canvas.stop_pointing()
        self.readout.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw for the new size."""
        super().resizeEvent(event)
        self._arrange(is_tall=self.height() >= TALL)
        self.canvas.for_new_size.ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See `ChartKeys`."""
        if not self._keys.press(event):
            super().keyPressEvent(event)
