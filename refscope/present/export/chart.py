"""The live chart as a file: SVG with axes, units, marks and freezes, and CSV with every sample.

The same curves and colours as the timeline of the window; told apart by dash as well as by colour.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.present.curve_kinds import Axis, CurveKind, curves_of, points_of
from refscope.present.curves import byte_ticks, round_ticks, thinned
from refscope.present.export.chart_axes import (
    BOTTOM,
    LANE,
    LEFT,
    RIGHT,
    TOP,
    Plot,
    byte_axis,
    freeze_badge,
    stretches,
    tick,
    time_axis,
)
from refscope.present.export.svg_parts import document, element, number, path, text
from refscope.present.palette import Palette, mix, palette
from refscope.present.text_width import TextRole, estimated_width, fit_text
from refscope.samples import COLUMNS, Mark, SampleSeries
from refscope.text import freeze_letter, safe


def chart_svg(
    series: SampleSeries,
    marks: Sequence[Mark] = (),
    *,
    columns: Sequence[str] = ("rss_bytes", "uss_bytes"),
    title: str = "",
    dark: bool = False,
    size: tuple[float, float] = (1100, 380),
) -> str:
    """The chart as an SVG document; `size` in pixels. An empty series gives empty axes."""
    colours, (width, height) = palette(dark), size
    drawn = [_Curve(kind, *points_of(series, kind)) for kind in curves_of(series) if kind.key in columns]
    plot = _plot(series, drawn, width, height)
    parts = [element("rect", x=0, y=0, width=width, height=height, fill=colours["panel"])]
    if title:
        parts.append(text(safe(title), LEFT, 26, TextRole.BANNER_STRONG, colours["text"]))
    parts += _legend(drawn, plot, colours)
    parts += _grid(plot, drawn, colours)
    curves = [_curve(each, plot, colours) for each in reversed(drawn)]
    parts += [area for area, _ in curves] + [line for _, line in curves]
    parts += _marks(marks, plot, colours)
    return document(parts, width, height, title or "Memory over time")


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    """A curve and its points."""

    kind: CurveKind
    times: npt.NDArray[np.float64]
    values: npt.NDArray[np.float64]

    @property
    def highest(self) -> float:
        known = self.values[~np.isnan(self.values)]
        return float(known.max()) if known.size else 0.0


def _plot(series: SampleSeries, drawn: list[_Curve], width: float, height: float) -> Plot:
    """Scales: one for all curves in bytes, one for all that count what is watched, others their own."""
    tops = {each.kind.key: round_ticks(each.highest)[-1] for each in drawn}
    for axis, ticks in ((Axis.BYTES, byte_ticks), (Axis.COUNT, round_ticks)):
        together = [each for each in drawn if each.kind.axis is axis]
        most = max((each.highest for each in together), default=0.0)
        tops.update((each.kind.key, ticks(most)[-1]) for each in together)
    times = series.array()[:, 0]
    start, end = (float(times[0]), float(times[-1])) if len(times) else (0.0, 1.0)
    return Plot(width, height, start, max(end, start + 0.1), tops)


def _grid(plot: Plot, drawn: list[_Curve], colours: Palette) -> list[str]:
    parts: list[str] = []
    right = plot.width - RIGHT
    in_bytes = next((each.kind.key for each in drawn if each.kind.axis is Axis.BYTES), None)
    if in_bytes is not None:
        parts += byte_axis(plot, in_bytes, colours)
    parts += time_axis(plot, colours)
    counted = _on_the_right(drawn)
    if counted:
        for step in round_ticks(plot.tops[counted[0]]):
            y = plot.y(step, counted[0]) + 3.5
            parts.append(tick(f"{step:,.6g}", right + 8, y, colours, "start"))
    return parts


def _on_the_right(drawn: list[_Curve]) -> list[str]:
    """Keys of the curves that the axis at the right is for: all that are watched, else the first."""
    watched = [each.kind.key for each in drawn if each.kind.axis is Axis.COUNT]
    return watched or [each.kind.key for each in drawn if each.kind.axis is Axis.OWN][:1]


def _legend(drawn: list[_Curve], plot: Plot, colours: Palette) -> list[str]:
    """Names from the right; a count that has no axis of its own says how high the chart reaches."""
    on_axis = _on_the_right(drawn)
    parts: list[str] = []
    x = plot.width - RIGHT
    for kind in (each.kind for each in reversed(drawn)):
        has_axis = kind.axis is Axis.BYTES or kind.key in on_axis
        words = kind.name if has_axis else f"{kind.name}, 0 to {plot.tops[kind.key]:,.6g}"
        x -= estimated_width(words, TextRole.SUBTITLE)
        parts.append(text(words, x, 26, TextRole.SUBTITLE, colours["text2"]))
        line = f"M{number(x - 26)} 22h20"
        dash = _dash(kind)
        parts.append(path(line, stroke=colours[kind.token], stroke_width=2, stroke_dasharray=dash))
        x -= 42
    return parts


def _dash(kind: CurveKind) -> str:
    return " ".join(map(str, kind.dash)) or "none"


def _curve(curve: _Curve, plot: Plot, colours: Palette) -> tuple[str, str]:
    """The area below resident memory ("" for others), and the line; dots where it has points only."""
    kind = curve.kind
    times, values = thinned(curve.times, curve.values, plot.start_s, plot.end_s, int(plot.width))
    found = stretches(times, values, kind.key, plot)
    line = "".join("M" + "L".join(stretch) for stretch in found)
    area, ink = "", colours[kind.token]
    if kind.key == "rss_bytes":
        base = number(plot.height - BOTTOM)
        shapes = [f"M{s[0].split()[0]} {base}L{'L'.join(s)}V{base}Z" for s in found]
        area = path("".join(shapes), fill=mix(ink, colours["panel"], 0.08))
    look = {"stroke": ink, "stroke_linejoin": "round", "stroke_dasharray": _dash(kind)}
    drawn = path(line, stroke_width=1 if kind.is_process else 1.6, **look)
    if kind.is_at_freezes:
        points = (point.split() for stretch in found for point in stretch)
        drawn += "".join(element("circle", cx=x, cy=y, r=3, fill=ink) for x, y in points)
    return area, drawn


def _marks(marks: Sequence[Mark], plot: Plot, colours: Palette) -> list[str]:
    """Marks as flags in the upper lane, freezes as lettered squares in the lower."""
    parts: list[str] = []
    freezes = sorted((m for m in marks if m.kind == "freeze"), key=lambda m: m.time_s)
    letters = {mark: freeze_letter(n) for n, mark in enumerate(freezes)}
    inside = sorted((m for m in marks if plot.start_s <= m.time_s <= plot.end_s), key=lambda m: m.time_s)
    for kind, name, lane in (("mark", "Marks", TOP - 2 * LANE), ("freeze", "Freezes", TOP - LANE - 4)):
        of_kind = [mark for mark in inside if mark.kind == kind]
        if of_kind:
            parts.append(tick(name, LEFT - 8, lane + 11, colours, "end"))
        ends = [*(plot.x(mark.time_s) for mark in of_kind[1:]), plot.width]
        for mark, end in zip(of_kind, ends, strict=False):
            x = plot.x(mark.time_s)
            low = plot.height - BOTTOM
            if kind == "freeze":
                name_left, shapes = _freeze(mark, letters[mark], (x, lane), low, colours)
            else:
                name_left, shapes = _flag(mark, (x, lane), low, colours)
            parts += [*shapes, *_words_of(name_left, x + 12, lane + 11, end - x - 22, colours)]
    return parts


def _flag(mark: Mark, at: tuple[float, float], low: float, colours: Palette) -> tuple[str, list[str]]:
    """The words to stand beside it, and its shapes."""
    x, lane = at
    line = f"M{number(x)} {number(lane + 3)}V{number(low)}"
    flag = f"M{number(x)} {number(lane + 3)}h8l-2.5 3.5l2.5 3.5h-8Z"
    dashed = path(line, stroke=colours["ctl"], stroke_width=1, stroke_dasharray="2 3")
    return mark.name, [dashed, path(flag, fill=colours["text2"])]


def _freeze(
    mark: Mark, letter: str, at: tuple[float, float], low: float, colours: Palette
) -> tuple[str, list[str]]:
    """The words to stand beside it, and its shapes; the letter is its place among all freezes."""
    first, _, rest = safe(mark.name).partition(" ")
    name = rest if first == letter else safe(mark.name)
    return name, freeze_badge(letter, at, low, colours)


def _words_of(name: str, x: float, y: float, room: float, colours: Palette) -> list[str]:
    """The name of a mark as far as there is room before the next one."""
    if not name or room < 24:
        return []
    shown = fit_text(safe(name), room, TextRole.SUBTITLE)
    return [text(shown, x, y, TextRole.SUBTITLE, colours["text2"])]


def chart_csv(series: SampleSeries, marks: Sequence[Mark] = ()) -> str:
    """Every sample with the names of `samples.COLUMNS` as header, a column per watch with what it was at
    that sample, and what was marked since the last one.

    Times in seconds since the launch, bytes, counts; empty = not known.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    watched = [kind for kind in curves_of(series) if kind.trace is not None]
    table = series.array()
    columns = [table] + [_at_samples(table[:, 0], *points_of(series, kind))[:, None] for kind in watched]
    table = np.concatenate(columns, axis=1)
    writer.writerow((*COLUMNS, *(kind.full_name for kind in watched), "marks"))
    waiting = sorted(marks, key=lambda mark: mark.time_s)
    for row in table.tolist():
        due = [mark for mark in waiting if mark.time_s <= row[0]]
        waiting = waiting[len(due) :]
        writer.writerow((*(_figure(value) for value in row), "; ".join(safe(mark.name) for mark in due)))
    if waiting:  # marked after the last sample
        blanks = [""] * (table.shape[1] - 1)
        for mark in waiting:
            writer.writerow((_figure(mark.time_s), *blanks, safe(mark.name)))
    return buffer.getvalue()


def _at_samples(
    samples: npt.NDArray[np.float64], times: npt.NDArray[np.float64], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Each value at the sample nearest to its time, NaN elsewhere."""
    found = np.full(len(samples), np.nan)
    if len(samples) and len(times):
        after = np.clip(np.searchsorted(samples, times), 1, max(len(samples) - 1, 1))
        after = np.minimum(after, len(samples) - 1)
        before = np.maximum(after - 1, 0)
        nearest = np.where(times - samples[before] < samples[after] - times, before, after)
        found[nearest] = values
    return found


def _figure(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if float(value).is_integer() else f"{value:.12g}"
