"""The chart as a file."""

from __future__ import annotations

import csv
import io
import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from refscope.present.curve_kinds import CURVES, curves_of, points_of, ticks_like
from refscope.present.curves import Thinner, byte_ticks, byte_words, known_at
from refscope.present.export.chart import chart_csv, chart_svg
from refscope.samples import COLUMNS, Mark, Sample, SampleSeries, TraceKind

SVG = "{http://www.w3.org/2000/svg}"


def series(count: int = 100) -> SampleSeries:
    made = SampleSeries()
    for at in range(count):
        made.append(Sample(at / 10, 200e6 + at * 1e6, 150e6 + at * 1e6, 12.5, 3, 1, 1e5, math.nan))
    return made


def words(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg.encode()).iter(f"{SVG}text")]


def test_axes_have_units_and_times():
    found = words(chart_svg(series(1200), title="load.py"))
    assert "load.py" in found
    assert any(text.endswith(("MiB", "GiB")) for text in found)
    assert {"00:00", "01:00", "Resident", "Unique"} <= set(found)


def test_marks_and_freezes_stand_in_their_lanes_with_their_names():
    freezes = [Mark(3, "after 1 s", "freeze"), Mark(5, "B 123 loaders", "freeze")]
    found = words(chart_svg(series(), [Mark(1, "iteration 1"), *freezes, Mark(99, "too late")]))
    assert {"Marks", "Freezes", "iteration 1", "A", "B", "123 loaders"} <= set(found)
    assert "too late" not in found


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_samples_still_make_a_chart(count: int):
    assert "Resident" in words(chart_svg(series(count)))


def test_values_that_are_not_known_interrupt_a_curve():
    made = series(10)
    row = np.full((1, len(COLUMNS)), np.nan)
    row[0, 0] = 1.0
    made.extend(row)
    late = series(10).array().copy()
    late[:, 0] += 2
    made.extend(late)
    root = ET.fromstring(chart_svg(made, columns=("uss_bytes",)).encode())
    curve = next(p for p in root.iter(f"{SVG}path") if (p.get("stroke-linejoin") == "round"))
    assert (curve.get("d") or "").count("M") == 2


def test_a_day_of_samples_is_a_small_file():
    made = SampleSeries()
    count = 864_000
    table = np.zeros((count, len(COLUMNS)))
    table[:, 0] = np.arange(count) / 10
    table[:, 1] = 1e8 + 1e7 * np.sin(np.arange(count) / 1e4)
    table[400_000, 1] = 5e8  # one peak must not be lost
    made.extend(table)
    svg = chart_svg(made, columns=("rss_bytes",))
    assert len(svg) < 300_000
    curve = next(p for p in ET.fromstring(svg.encode()).iter(f"{SVG}path") if p.get("stroke-linejoin"))
    heights = [float(pair.split()[1]) for pair in (curve.get("d") or "")[1:].split("L")]
    assert min(heights) < 150 < sorted(heights)[2]  # the peak, alone, near the upper edge at 92


def test_curves_are_told_apart_by_more_than_colour():
    assert len({(style.dash, style.token) for style in CURVES}) == len(CURVES)
    assert len({style.dash for style in CURVES}) == len(CURVES)


def test_csv_has_every_sample_and_the_marks():
    text = chart_csv(series(5), [Mark(0.15, "first"), Mark(0.2, "second"), Mark(9, "after the end")])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["marks"] for row in rows] == ["", "", "first; second", "", "", "after the end"]
    assert rows[1]["rss_bytes"] == "201000000"
    assert rows[1]["collections"] == ""
    assert rows[-1]["time_s"] == "9"


def watched_series() -> SampleSeries:
    made = series(50)
    for at in range(50):
        made.trace(TraceKind.LENGTH, "shop.Cart.items").append(at / 10, at)
        made.trace(TraceKind.REFERENCES, "shop.Cart.items").append(at / 10, 2 * at)
        made.trace(TraceKind.PROCESS, "worker 7").append(at / 10, 5e6)
    made.trace(TraceKind.COUNT, "shop.models.Order").append(1.02, 40)
    made.trace(TraceKind.COUNT, "shop.models.Order").append(3.0, 70)
    return made


def test_what_is_watched_becomes_curves_of_its_own_hue_and_dash():
    made = watched_series()
    kinds = [kind for kind in curves_of(made) if kind.trace is not None]
    assert [kind.name for kind in kinds] == [
        "Cart.items length", "Cart.items references", "Order count", "worker 7"
    ]  # fmt: skip
    assert len({(kind.token, kind.dash) for kind in kinds}) == 4
    assert [len(points_of(made, kind)[0]) for kind in kinds] == [50, 50, 2, 50]
    svg = chart_svg(made, columns=[kind.key for kind in curves_of(made)])
    assert {"Order count", "worker 7"} <= set(words(svg))
    assert svg.count("<circle") == 2
    assert "100" in words(svg)  # one axis for all that is watched: 98 references at most


def test_csv_has_a_column_for_each_watch_with_points_at_the_nearest_sample():
    rows = list(csv.DictReader(io.StringIO(chart_csv(watched_series()))))
    counted = [(row["time_s"], row["shop.models.Order count"]) for row in rows]
    assert [each for each in counted if each[1]] == [("1", "40"), ("3", "70")]
    assert rows[9]["shop.Cart.items references"] == "18"


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (123, [0, 50, 100, 150]),
        (1, [0, 1, 2, 3]),
        (7, [0, 3, 6, 9]),
        (0.3, [0, 0.1, 0.2, 0.3]),
        (0, [0, 1, 2, 3]),
    ],
)
def test_a_second_axis_has_as_many_round_steps_as_the_first(top: float, ticks: list[float]):
    assert ticks_like(top, 3) == pytest.approx(ticks)


def test_a_curve_says_nothing_before_and_after_itself():
    times, values = np.array([10.0, 20.0]), np.array([1.0, 2.0])
    assert [known_at(times, values, at) for at in (9.5, 14, 16, 20.5)] == [1, 1, 2, 2]
    assert math.isnan(known_at(times, values, 5))
    assert math.isnan(known_at(times, values, 25))
    frozen = [known_at(times, values, at, is_at_freezes=True) for at in (11, 19, 25)]
    assert frozen == [1, 2, 2]


@pytest.mark.parametrize("stretch", [(0.0, 4000.0), (100.05, 3900.0), (1000.0, 1010.0)])
def test_a_curve_thinned_again_and_again_has_the_extremes_of_all_its_values(stretch: tuple[float, float]):
    random = np.random.default_rng(5)
    times = np.arange(40_000) / 10
    values = random.normal(size=len(times)).cumsum()
    values[random.integers(0, len(times), 50)] = np.nan
    thinner = Thinner()
    for length in (10, 5_000, 5_031, 40_000):
        x, y = thinner.thinned(times[:length], values[:length], *stretch, 100)
        inside = (times[:length] >= stretch[0]) & (times[:length] <= stretch[1])
        if inside.any():
            shown = y[(x >= stretch[0]) & (x <= stretch[1])]
            assert np.nanmax(shown) == np.nanmax(values[:length][inside])
            assert np.nanmin(shown) == np.nanmin(values[:length][inside])
        assert (np.diff(x) >= 0).all()
        assert len(x) <= 2 * 2 * 100 + 400
    assert np.nanmax(thinner.thinned(times[:9000], values[:9000] + 7, 0, 900, 50)[1]) == pytest.approx(
        np.nanmax(values[:9000] + 7)
    )


def test_sizes_beside_an_axis_are_all_in_the_unit_of_the_largest() -> None:
    mib = 1 << 20
    assert byte_words(byte_ticks(100 * mib, 2)) == ["0", "50", "100 MiB"]
    assert byte_words([0, 512 * mib, 1024 * mib, 1536 * mib]) == ["0", "0.5", "1", "1.5 GiB"]
    assert byte_words([0.0, 600.0]) == ["0", "600 B"]
