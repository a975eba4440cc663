"""A program that runs for a working day: what its samples and its chart may cost."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from pytestqt.qtbot import QtBot

from refscope.gui.theme import Theme, dress
from refscope.gui.timeline import Timeline
from refscope.samples import Mark, Sample, SampleSeries, TraceKind

HOURS, HZ = 8, 10
BOUND_MIB = 64
"""As docs/architecture.md says: of 8 hours at 10 Hz, chart included."""


@pytest.fixture
def timeline(qtbot: QtBot, theme: Theme) -> Timeline:
    made = Timeline()
    qtbot.addWidget(made)
    made.resize(1440, 300)
    made.show()
    dress(made, theme)
    return made


def feed(series: SampleSeries, hour: int) -> None:
    """An hour of samples, one by one, as a session appends them."""
    memory = 1e8
    watched = series.trace(TraceKind.LENGTH, "app.cache")
    for number in range(hour * 3600 * HZ, (hour + 1) * 3600 * HZ):
        time_s = number / HZ
        series.append(
            Sample(time_s, memory + number * 10, memory + number * 9, 50.0, 4, 1, number, number // 300)
        )
        watched.append(time_s, number)


def traced_mib() -> float:
    """What Python and numpy hold since tracing began."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0] / (1 << 20)


def test_a_working_day_of_samples_stays_below_the_stated_bound(timeline: Timeline) -> None:
    series = SampleSeries()
    timeline.show_series(series, is_live=True)
    marks = [Mark(hour * 3600.0, f"hour {hour}") for hour in range(HOURS)]
    feed(series, 0)
    timeline.refresh()
    tracemalloc.start()
    try:
        after = []
        for hour in range(1, HOURS):
            feed(series, hour)
            timeline.show_marks(marks[: hour + 1])
            for _ in range(20):
                timeline.refresh()
                timeline.grab()
            after.append(traced_mib())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(series) == HOURS * 3600 * HZ
    assert after[-1] < BOUND_MIB
    assert peak / (1 << 20) < 2 * BOUND_MIB  # while the columns grow, the old ones are there too


def test_redrawing_a_long_run_costs_nothing_that_stays(timeline: Timeline) -> None:
    series = SampleSeries()
    feed(series, 0)
    timeline.show_series(series, is_live=True)
    for _ in range(20):
        timeline.refresh()
        timeline.grab()
    tracemalloc.start()
    try:
        for _ in range(20):
            timeline.refresh()
            timeline.grab()
        first = traced_mib()
        for _ in range(200):
            timeline.refresh()
            timeline.grab()
        assert traced_mib() - first < 0.5
    finally:
        tracemalloc.stop()
