"""The timeline driven by real events: mouse, wheel, keys; what it shows read back from its parts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from refscope.gui.chart_drawing import Overlay
from refscope.gui.chart_lanes import _words_that_fit, words_at
from refscope.gui.chart_plot import Curve, make_plot
from refscope.gui.theme import Theme, dress
from refscope.gui.timeline import Timeline
from refscope.samples import COLUMNS, Mark, SampleSeries, TraceKind

MIB = 1 << 20
MARKS = (
    Mark(10.0, "loaded"),
    Mark(20.0, "A", "freeze"),
    Mark(40.0, "served 1"),
    Mark(50.0, "B after a fix", "freeze"),
)


def made_series(seconds: float = 60.0, rise_mib: float = 1.0) -> SampleSeries:
    times = np.arange(0, seconds, 0.1)
    rows = np.full((len(times), len(COLUMNS)), np.nan)
    rows[:, 0] = times
    rows[:, 1] = (100 + rise_mib * times) * MIB
    rows[:, 2] = (80 + rise_mib * times) * MIB
    rows[:, 3] = 50
    series = SampleSeries()
    series.extend(rows)
    return series


class Host(QWidget):
    """A timeline with its corner, as the dock has them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.timeline = Timeline()
        layout = QVBoxLayout(self)
        layout.addWidget(self.timeline.corner)
        layout.addWidget(self.timeline, 1)
        dress(self, theme)


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> Host:
    made = Host(theme)
    qtbot.addWidget(made)
    made.resize(1200, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def timeline(host: Host) -> Timeline:
    host.timeline.show_series(made_series(), is_live=False)
    host.timeline.show_marks(MARKS)
    QApplication.processEvents()
    host.timeline.setFocus()
    return host.timeline


def place_of(timeline: Timeline, time_s: float) -> QPoint:
    return timeline.canvas.place_of(time_s).toPoint()


def drag(timeline: Timeline, start_s: float, end_s: float, keys: Qt.KeyboardModifier) -> None:
    port = timeline.plot.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, keys, place_of(timeline, start_s))
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(port, place_of(timeline, start_s + share * (end_s - start_s)))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, keys, place_of(timeline, end_s))


def wheel(timeline: Timeline, time_s: float, steps: int, keys: Qt.KeyboardModifier) -> None:
    port = timeline.plot.viewport()
    place = QPointF(place_of(timeline, time_s))
    event = QWheelEvent(
        place, QPointF(port.mapToGlobal(place.toPoint())), QPoint(), QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, event)


SHIFT, CTRL, NONE = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.NoModifier,
)


def test_nothing_to_show_says_so(host: Host) -> None:
    assert host.timeline._empty.isVisible()
    assert not host.timeline.plot.isVisible()


def test_shift_drag_selects_a_stretch_and_tells_its_slope(timeline: Timeline) -> None:
    drag(timeline, 25, 35, SHIFT)
    region = timeline.canvas.region
    assert region is not None
    assert region == pytest.approx((25, 35), abs=0.3)
    assert timeline.region_card.text.startswith("+60.0 ± ")
    assert timeline.region_card.text.endswith("MiB/min over 00:09") or "00:10" in timeline.region_card.text


def test_the_select_tool_selects_once_without_shift(timeline: Timeline) -> None:
    QTest.mouseClick(timeline.tools.button("select"), Qt.MouseButton.LeftButton)
    drag(timeline, 15, 55, NONE)
    assert timeline.canvas.region == pytest.approx((15, 55), abs=0.3)
    assert not timeline.gestures.selects
    assert not timeline.tools.button("select").isChecked()
    timeline.clear_region()
    timeline.canvas.show_stretch(10, 40)
    timeline.set_following(True)
    drag(timeline, 40, 45, NONE)  # pans now
    assert timeline.canvas.region is None
    assert not timeline.is_following


def test_what_grew_is_asked_only_between_two_freezes(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.select_region(5, 30)
    assert not timeline.region_card._ask.isEnabled()
    timeline.select_region(5, 55)
    with qtbot.waitSignal(timeline.grew_requested) as asked:
        QTest.mouseClick(timeline.region_card._ask, Qt.MouseButton.LeftButton)
    assert asked.args == pytest.approx([5, 55])


def test_level_memory_is_called_level(host: Host) -> None:
    series = made_series(rise_mib=0.0)
    host.timeline.show_series(series, is_live=False)
    host.timeline.select_region(10, 50)
    assert host.timeline.region_card.text == "Level over 00:40"


def test_a_click_selects_a_freeze_and_a_double_click_opens_it(timeline: Timeline, qtbot: QtBot) -> None:
    lanes = timeline.lanes
    lanes.grab()
    with qtbot.waitSignal(timeline.freeze_selected) as selected:
        QTest.mouseClick(lanes, Qt.MouseButton.LeftButton, NONE, lanes.place_of(MARKS[1]).toPoint())
    assert selected.args == [MARKS[1]]
    assert lanes.selected == MARKS[1]
    with qtbot.waitSignal(timeline.freeze_activated) as opened:
        QTest.mouseDClick(lanes, Qt.MouseButton.LeftButton, NONE, lanes.place_of(MARKS[3]).toPoint())
    assert opened.args == [MARKS[3]]


def test_shift_click_on_a_second_freeze_asks_for_growth_in_the_order_of_time(
    timeline: Timeline, qtbot: QtBot
) -> None:
    lanes = timeline.lanes
    lanes.grab()
    QTest.mouseClick(lanes, Qt.MouseButton.LeftButton, NONE, lanes.place_of(MARKS[3]).toPoint())
    with qtbot.waitSignal(timeline.growth_requested) as asked:
        QTest.mouseClick(lanes, Qt.MouseButton.LeftButton, SHIFT, lanes.place_of(MARKS[1]).toPoint())
    assert asked.args == [MARKS[1], MARKS[3]]


def test_a_right_click_asks_for_the_menu_of_a_mark(timeline: Timeline, qtbot: QtBot) -> None:
    lanes = timeline.lanes
    lanes.grab()
    with qtbot.waitSignal(timeline.mark_menu_requested) as asked:
        QTest.mouseClick(lanes, Qt.MouseButton.RightButton, NONE, lanes.place_of(MARKS[2]).toPoint())
    assert asked.args[0] == MARKS[2]


def test_badges_stand_above_their_lines_with_a_second_axis_as_well(timeline: Timeline) -> None:
    timeline.switch("cpu_percent", True)
    QApplication.processEvents()
    for mark in MARKS:
        inside = timeline.plot.mapTo(timeline, place_of(timeline, mark.time_s)).x()
        lane = timeline.lanes.mapTo(timeline, QPoint(round(timeline.lanes.x_of(mark.time_s)), 0)).x()
        assert abs(inside - lane) <= 1
    assert timeline.canvas.right_margin > 0


def test_the_legend_switches_curves(timeline: Timeline) -> None:
    QTest.mouseClick(timeline.legend.entry("uss_bytes"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(timeline.legend.entry("cpu_percent"), Qt.MouseButton.LeftButton)
    assert timeline.shown_columns == ("rss_bytes", "cpu_percent")


def test_curves_without_room_in_the_legend_are_in_its_menu(host: Host, timeline: Timeline) -> None:
    for number in range(6):
        timeline.series.trace(TraceKind.LENGTH, f"shop.models.Kind{number}.instances").append(1, 2)
    host.resize(900, 500)
    timeline.refresh()
    QApplication.processEvents()
    legend = timeline.legend
    assert legend._more.isVisible()
    shown = [key for key in legend.keys if legend.entry(key).isVisible()]
    assert shown[:2] == ["rss_bytes", "uss_bytes"]
    assert len(shown) < len(legend.keys)
    assert len(legend.menu().actions()) == len(timeline.curves)


def test_a_wheel_zooms_time_and_stops_following_and_ctrl_zooms_values(timeline: Timeline) -> None:
    whole = timeline.view
    wheel(timeline, 30, 3, NONE)
    start, end = timeline.view
    assert end - start < whole[1] - whole[0]
    assert not timeline.is_following
    top = timeline.plot.getViewBox().viewRange()[1][1]
    wheel(timeline, 30, 3, CTRL)
    assert timeline.plot.getViewBox().viewRange()[1][1] < top
    assert timeline.view == (start, end)
    QTest.mouseDClick(
        timeline.plot.viewport(), Qt.MouseButton.LeftButton, NONE, place_of(timeline, start + 1)
    )
    assert timeline.view == pytest.approx(whole)
    assert timeline.plot.getViewBox().viewRange()[1][1] == pytest.approx(top)


def test_following_keeps_the_span_that_was_zoomed_to(timeline: Timeline) -> None:
    timeline.canvas.show_stretch(10, 20)
    QTest.mouseClick(timeline.tools.button("follow"), Qt.MouseButton.LeftButton)
    start, end = timeline.view
    assert end - start == pytest.approx(10)
    assert start < 59.9 < end
    QTest.keyClick(timeline, Qt.Key.Key_0)
    assert timeline.view[0] == 0


def test_pausing_leaves_the_view_where_it_is(timeline: Timeline) -> None:
    QTest.mouseClick(timeline.tools.button("follow"), Qt.MouseButton.LeftButton)
    view = timeline.view
    rows = made_series(80).array()[600:]
    timeline.series.extend(rows)
    timeline.refresh()
    assert timeline.view == view
    assert timeline.tools.button("follow").text() == "Paused"
    QTest.keyClick(timeline, Qt.Key.Key_End)
    assert timeline.view[1] > 79


def test_pointing_tells_values_marks_and_collections(timeline: Timeline) -> None:
    timeline.series.trace(TraceKind.COLLECTION, "2").append(20.0, 304)
    timeline.refresh()
    QTest.mouseMove(timeline.plot.viewport(), place_of(timeline, 20.0))
    assert timeline.readout.isVisible()
    words = timeline.accessibleDescription()
    assert words.startswith("00:20, A: Resident 120 MiB, Unique 100 MiB")
    assert "Full collection 304 freed" in words


def test_arrows_walk_samples_and_with_ctrl_marks_and_enter_opens(timeline: Timeline, qtbot: QtBot) -> None:
    QTest.keyClick(timeline, Qt.Key.Key_Left)
    assert timeline._keys.cursor_s == pytest.approx(59.9)
    QTest.keyClick(timeline, Qt.Key.Key_Left)
    assert timeline._keys.cursor_s == pytest.approx(59.8)
    QTest.keyClick(timeline, Qt.Key.Key_Left, CTRL)
    assert timeline._keys.cursor_s == 50.0
    with qtbot.waitSignal(timeline.freeze_activated) as opened:
        QTest.keyClick(timeline, Qt.Key.Key_Return)
    assert opened.args == [MARKS[3]]
    QTest.keyClick(timeline, Qt.Key.Key_Left, CTRL)
    assert timeline._keys.cursor_s == 40.0
    with qtbot.waitSignal(timeline.mark_key) as asked:
        QTest.keyClick(timeline, Qt.Key.Key_F2)
    assert asked.args == ["rename", MARKS[2]]
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    assert timeline._keys.cursor_s is None


def test_a_stretch_can_be_selected_by_keyboard(timeline: Timeline) -> None:
    QTest.keyClick(timeline, Qt.Key.Key_Left, CTRL)
    QTest.keyClick(timeline, Qt.Key.Key_Left, CTRL | SHIFT)
    QTest.keyClick(timeline, Qt.Key.Key_Left, CTRL | SHIFT)
    assert timeline.canvas.region == pytest.approx((20, 50))
    assert timeline.region_card._ask.isEnabled()


def test_two_freezes_are_compared_by_keyboard(timeline: Timeline, qtbot: QtBot) -> None:
    QTest.keyClick(timeline, Qt.Key.Key_Left, CTRL)
    QTest.keyClick(timeline, Qt.Key.Key_Space)
    for _ in range(2):
        QTest.keyClick(timeline, Qt.Key.Key_Left, CTRL)
    with qtbot.waitSignal(timeline.growth_requested) as asked:
        QTest.keyClick(timeline, Qt.Key.Key_Space, SHIFT)
    assert asked.args == [MARKS[1], MARKS[3]]


def test_the_menu_key_opens_the_menu_where_the_crosshair_is(timeline: Timeline, qtbot: QtBot) -> None:
    QTest.keyClick(timeline, Qt.Key.Key_Left, CTRL)
    with qtbot.waitSignal(timeline.mark_menu_requested):
        QTest.keyClick(timeline, Qt.Key.Key_F10, SHIFT)
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    with qtbot.waitSignal(timeline.chart_menu_requested):
        QTest.keyClick(timeline, Qt.Key.Key_Menu)


def test_what_is_watched_stands_on_the_second_axis(timeline: Timeline) -> None:
    trace = timeline.series.trace(TraceKind.LENGTH, "shop.Cart.items")
    for second in range(60):
        trace.append(second, 2 * second)
    timeline.refresh()
    assert "length shop.Cart.items" in timeline.shown_columns
    ticks = timeline.plot.getAxis("right")._tickLevels[0]
    assert ticks[0][1] == "0"
    assert int(ticks[-1][1].replace(",", "")) >= 118
    QApplication.processEvents()  # the axis has taken its place
    QTest.mouseMove(timeline.plot.viewport(), place_of(timeline, 30.0))
    assert "Cart.items length 60" in timeline.accessibleDescription()


def test_several_processes_have_thin_lines_one_entry_and_a_bold_sum(timeline: Timeline) -> None:
    for name in ("python 1", "worker 2"):
        timeline.series.trace(TraceKind.PROCESS, name).append(30, 50 * MIB)
        timeline.series.trace(TraceKind.PROCESS, name).append(59, 60 * MIB)
    timeline.refresh()
    timeline._show_slow()
    assert timeline.legend.keys[-1] == "processes"
    assert "worker 2: 60.0 MiB" in timeline.legend.entry("processes").toolTip()
    widths = {key: item.opts["pen"].width() for key, item in timeline.canvas._drawing._items.items()}
    assert (widths["rss_bytes"], widths["process worker 2"]) == (2, 1)
    QTest.mouseClick(timeline.legend.entry("processes"), Qt.MouseButton.LeftButton)
    assert timeline.shown_columns == ("rss_bytes", "uss_bytes")


def test_points_at_freezes_are_told_from_the_freeze_on(timeline: Timeline) -> None:
    trace = timeline.series.trace(TraceKind.COUNT, "shop.models.Order")
    trace.append(20.0, 60)
    trace.append(50.0, 123)
    timeline.refresh()
    told = [dict(timeline.canvas.values_at(at)).get("Order count") for at in (10, 30, 55)]
    assert told == [None, "60", "123"]


def test_an_earlier_run_lies_below_and_is_moved_by_dragging(timeline: Timeline) -> None:
    timeline.show_overlay(Overlay(made_series(40, 0.0), "before.refscope"))
    QApplication.processEvents()
    line = timeline.plot.getViewBox().mapViewToScene(QPointF(30, 100 * MIB))
    place = timeline.plot.mapFromScene(line)
    port = timeline.plot.viewport()
    QTest.mouseMove(port, place)
    assert port.cursor().shape() == Qt.CursorShape.SizeHorCursor
    there = QPoint(place_of(timeline, 45).x(), place.y())
    QTest.mousePress(port, Qt.MouseButton.LeftButton, NONE, place)
    QTest.mouseMove(port, there)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, NONE, there)
    assert timeline.overlay is not None
    assert timeline.overlay.shift_s == pytest.approx(15, abs=0.3)
    assert dict(timeline.canvas.values_at(30))["before.refscope"] == "100 MiB"
    assert "before.refscope" not in dict(timeline.canvas.values_at(5))


def test_the_end_of_a_run_is_a_line_with_words(timeline: Timeline) -> None:
    timeline.stop_live("signal 9 (killed)", is_failure=True)
    assert timeline.canvas.end.text == "signal 9 (killed)"
    assert not timeline.canvas.end.is_right


def test_the_words_of_a_run_that_ends_at_once_stand_where_they_have_room(timeline: Timeline) -> None:
    timeline.show_series(made_series(0.3), is_live=False)
    timeline.stop_live("exit code 0")
    assert timeline.canvas.end.text == "exit code 0"
    assert timeline.canvas.end.is_right


def test_the_table_says_what_each_curve_was_at_marks_and_freezes(timeline: Timeline) -> None:
    timeline.series.trace(TraceKind.COUNT, "shop.models.Order").append(20.0, 60)
    timeline.stop_live("exit code 0")
    QTest.mouseClick(timeline.tools.button("table"), Qt.MouseButton.LeftButton)
    assert timeline.table.isVisible()
    rows = timeline.table.rows
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Warning)
    told = [
        [rows.index(row, column).data() for column in range(rows.columnCount())]
        for row in range(rows.rowCount())
    ]
    assert told == [
        ["00:00", "first sample", "100 MiB", "80.0 MiB", ""],
        ["00:10", "mark loaded", "110 MiB", "90.0 MiB", ""],
        ["00:20", "freeze A", "120 MiB", "100 MiB", "60"],
        ["00:40", "mark served 1", "140 MiB", "120 MiB", ""],
        ["00:50", "freeze B after a fix", "150 MiB", "130 MiB", ""],
        ["00:59", "exit code 0", "160 MiB", "140 MiB", ""],
    ]
    del tester


def test_the_table_opens_freezes_and_copies_rows(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.show_table(True)
    timeline.table.setFocus()
    timeline.table.selectRow(2)
    with qtbot.waitSignal(timeline.freeze_activated) as opened:
        QTest.keyClick(timeline.table, Qt.Key.Key_Return)
    assert opened.args == [MARKS[1]]
    QTest.keyClick(timeline.table, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().splitlines()[1].startswith("00:20\tfreeze A\t120 MiB")


def test_the_name_of_the_chart_says_memory_and_slope(timeline: Timeline) -> None:
    timeline._show_slow()
    assert timeline.accessibleName() == "Timeline. Resident memory 160 MiB, rising 60.0 MiB per minute"


def test_a_low_chart_has_its_legend_in_the_header(host: Host, timeline: Timeline) -> None:
    host.resize(1200, 180)
    QApplication.processEvents()
    assert host.timeline.corner.isAncestorOf(timeline.legend)
    assert not timeline.tools.isVisible()
    host.resize(1200, 500)
    QApplication.processEvents()
    assert not host.timeline.corner.isAncestorOf(timeline.legend)
    assert timeline.tools.isVisible()


def test_a_freeze_says_that_its_copy_is_closed(timeline: Timeline) -> None:
    timeline.lanes.show_states({20.0}, None)
    assert timeline.lanes.words_of(MARKS[1]).startswith("Freeze A, 00:20. Its copy is closed")
    assert timeline.lanes.words_of(MARKS[3]) == "Freeze B, after a fix, 00:50"


def test_a_freeze_that_cannot_be_read_is_not_drawn_as_if_it_were_whole(timeline: Timeline) -> None:
    lanes = timeline.lanes

    def badge() -> QColor:
        place = lanes.place_of(MARKS[3]).toPoint()
        return lanes.grab().toImage().pixelColor(place.x() - 5, place.y() - 5)

    lanes.grab()
    assert badge() == Theme.light().color("accent")
    lanes.show_states(set(), None, {50.0})
    assert badge() == Theme.light().color("panel")
    assert lanes.words_of(MARKS[3]) == "Freeze B, after a fix, 00:50. It cannot be read."


def test_thousands_of_marks_do_not_hatch_the_chart(timeline: Timeline) -> None:
    timeline.show_marks([Mark(second / 100, f"turn {second}") for second in range(5000)])
    timeline.lanes.grab()
    assert len(timeline.canvas._mark_lines) == 0
    assert len(timeline.lanes._hits) < 600


def test_eight_hours_of_samples_stay_within_the_stated_bound() -> None:
    series = SampleSeries()
    row = np.full((1000, len(COLUMNS)), 1.0)
    for part in range(8 * 36):
        row[:, 0] = np.arange(1000) / 10 + part * 100
        series.extend(row)
        series.thin(100_000)
    assert len(series) <= 100_000
    times = series.array()[:, 0]
    assert (times[0], times[-1]) == (0.0, pytest.approx(8 * 3600 - 0.1))
    assert not math.isnan(series.array()[-1, 1])


def test_names_of_marks_that_begin_alike_are_told_apart_where_there_is_little_room() -> None:
    names = ["iteration 20", "iteration 40", "served", "iteration 60"]
    assert words_at(names, 0) == ["iteration 20", "20"]
    assert words_at(names, 1) == ["iteration 40", "40"]
    assert words_at(names, 2) == ["served"]
    assert words_at(names, 3) == ["iteration 60"]


@pytest.mark.parametrize("ratio", [1, 2])
def test_a_curve_is_as_wide_on_a_sharp_screen(ratio: int, qtbot: QtBot) -> None:
    plot = make_plot()
    qtbot.addWidget(plot)
    plot.resize(200, 100)
    plot.addItem(Curve(np.array([0.0, 10.0]), np.array([5.0, 5.0]), pen="#ff0000"))
    plot.setXRange(0, 10, padding=0)
    plot.setYRange(0, 10, padding=0)
    with qtbot.waitExposed(plot):
        plot.show()
    image = QImage(200 * ratio, 100 * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    plot.render(painter, QRectF(0, 0, 200, 100))
    painter.end()
    column = [image.pixelColor(140 * ratio, y) for y in range(image.height())]
    assert sum(each.red() > 200 and each.green() < 60 for each in column) == ratio


def test_short_names_of_marks_are_written_for_all_or_for_none(timeline: Timeline) -> None:
    metrics = QFontMetricsF(Theme.light().font("caption"))
    names = ["iteration 20", "iteration 40", "iteration 100"]
    assert _words_that_fit(names, [200, 30, 30], metrics) == ["iteration 20", "40", "100"]
    assert _words_that_fit(names, [200, 16, 16], metrics) == ["iteration 20", "", ""]
