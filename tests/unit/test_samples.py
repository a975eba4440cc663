"""Slopes through samples: the line, how sure it is, and when there is none."""

from __future__ import annotations

import numpy as np
import pytest

from refscope.samples import SampleSeries, TraceKind, last_slope, slope


def test_the_last_slope_a_straight_line_is_exact() -> None:
    time_s = np.arange(0.0, 60.0, 0.1)
    found = last_slope(time_s, 5e6 + 1000.0 * time_s)
    assert found is not None
    assert found.per_s == pytest.approx(1000.0)
    assert found.error_per_s == pytest.approx(0.0, abs=1e-3)


def test_noise_without_a_slope_is_level() -> None:
    time_s = np.arange(0.0, 60.0, 0.1)
    noise = np.random.default_rng(1).normal(0, 1e5, len(time_s))
    found = last_slope(time_s, 5e7 + noise)
    assert found is not None
    assert abs(found.per_s) < 3 * found.error_per_s


def test_the_slope_is_that_of_the_last_minute() -> None:
    time_s = np.arange(0.0, 120.0, 0.1)
    sizes = np.where(time_s < 60, 1e6 * time_s, 6e7)
    found = last_slope(time_s, sizes)
    assert found is not None
    assert found.per_s == pytest.approx(0.0, abs=100)


def test_few_samples_have_no_last_slope() -> None:
    assert last_slope(np.arange(5.0), np.arange(5.0)) is None


def test_a_slope_is_that_of_the_stretch_asked_for() -> None:
    time_s = np.arange(0.0, 20.0, 0.1)
    values = np.where(time_s < 10, 5.0 * time_s, 50.0)
    risen, level = slope(time_s, values, 0, 9.9), slope(time_s, values, 10, 20)
    assert risen is not None
    assert risen.per_s == pytest.approx(5.0)
    assert not risen.is_level
    assert level is not None
    assert level.is_level


def test_values_that_are_not_known_are_left_out_of_a_slope() -> None:
    time_s = np.arange(10.0)
    values = np.where(time_s % 2 == 0, time_s, np.nan)
    found = slope(time_s, values, 0, 9)
    assert found is not None
    assert found.per_s == pytest.approx(1.0)
    assert slope(time_s, values, 0, 7) is None


def test_a_trace_is_there_once_and_keeps_its_extremes_when_thinned() -> None:
    series = SampleSeries()
    trace = series.trace(TraceKind.LENGTH, "m.kept")
    for second in range(1000):
        trace.append(second, 500.0 if second == 321 else second % 7)
    assert series.trace(TraceKind.LENGTH, "m.kept") is trace
    before = trace.values
    trace.thin(100)
    assert len(before) == 1000
    assert len(trace) <= 100
    assert trace.values.max() == 500
    assert (trace.times[0], trace.times[-1]) == (0, 999)
    series.drop_trace(TraceKind.LENGTH, "m.kept")
    assert series.traces == ()
