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

from refscope.present.curves import byte_ticks, round_ticks, thinned, time_ticks
from refscope.present.export.svg_parts import document, element, number, path, text
from refscope.present.palette import Palette, mix, palette
from refscope.present.text_width import TextRole, estimated_width, fit_text
from refscope.samples import COLUMNS, Mark, SampleSeries
from refscope.text import format_clock, freeze_letter, safe

_LEFT, _RIGHT, _TOP, _BOTTOM = 84.0, 64.0, 92.0, 44.0
_LANE = 22.0
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


@dataclass(frozen=True, slots=True)
class CurveStyle:
    """How a column of a series is drawn: its words, colour token, dash, and which axis."""

    name: str
    token: str
    dash: str = "none"
    is_bytes: bool = True


CURVES = {
    "rss_bytes": CurveStyle("Resident", "curve_resident"),
    "uss_bytes": CurveStyle("Unique", "curve_unique", "9 2"),
    "allocated_blocks": CurveStyle("Allocator blocks", "curve_blocks", "6 3", is_bytes=False),
    "cpu_percent": CurveStyle("CPU %", "curve_cpu", "2 3", is_bytes=False),
    "threads": CurveStyle("Threads", "curve_count", "4 3", is_bytes=False),
}
"""Columns that can be drawn; bytes on the left axis, anything else on the right one."""


@dataclass(frozen=True, slots=True)
class _Plot:
    """The plotting area and its scales."""

    width: float
    height: float
    start_s: float
    end_s: float
    tops: dict[str, float]  # by column: the value at the upper edge

    def x(self, time_s: float) -> float:
        share = (time_s - self.start_s) / max(self.end_s - self.start_s, 1e-9)
        return _LEFT + share * (self.width - _LEFT - _RIGHT)

    def y(self, value: float, column: str) -> float:
        share = value / self.tops[column]
        return self.height - _BOTTOM - share * (self.height - _TOP - _BOTTOM)


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
    table = series.array()
    drawn = [name for name in columns if name in CURVES]
    plot = _plot(table, drawn, width, height)
    parts = [element("rect", x=0, y=0, width=width, height=height, fill=colours["panel"])]
    if title:
        parts.append(text(safe(title), _LEFT, 26, TextRole.BANNER_STRONG, colours["text"]))
    parts += _legend(drawn, plot, colours)
    parts += _grid(plot, drawn, colours)
    curves = [_curve(table, name, plot, colours) for name in reversed(drawn)]
    parts += [area for area, _ in curves] + [line for _, line in curves]
    parts += _marks(marks, plot, colours)
    return document(parts, width, height, title or "Memory over time")


def _plot(table: npt.NDArray[np.float64], drawn: list[str], width: float, height: float) -> _Plot:
    """Scales: one for all curves in bytes; counts differ too much to share one."""
    highest = {name: _highest(table, name) for name in drawn}
    most_bytes = max((highest[name] for name in drawn if CURVES[name].is_bytes), default=0.0)
    tops = {
        name: byte_ticks(most_bytes)[-1] if CURVES[name].is_bytes else round_ticks(highest[name])[-1]
        for name in drawn
    }
    start, end = (float(table[0, 0]), float(table[-1, 0])) if len(table) else (0.0, 1.0)
    return _Plot(width, height, start, max(end, start + 0.1), tops)


def _highest(table: npt.NDArray[np.float64], name: str) -> float:
    values = table[:, COLUMNS.index(name)]
    known = values[~np.isnan(values)]
    return float(known.max()) if known.size else 0.0


def _grid(plot: _Plot, drawn: list[str], colours: Palette) -> list[str]:
    parts: list[str] = []
    right = plot.width - _RIGHT
    in_bytes = next((name for name in drawn if CURVES[name].is_bytes), None)
    if in_bytes is not None:
        parts += _byte_axis(plot, in_bytes, right, colours)
    for moment in time_ticks(plot.start_s, plot.end_s):
        x, base = plot.x(moment), plot.height - _BOTTOM
        parts.append(path(f"M{number(x)} {number(base)}v5", stroke=colours["ctl"], stroke_width=1))
        parts.append(_tick(format_clock(moment), x, base + 18, colours, "middle"))
    counted = next((name for name in drawn if not CURVES[name].is_bytes), None)
    if counted is not None:
        for step in round_ticks(plot.tops[counted]):
            parts.append(_tick(f"{step:,.6g}", right + 8, plot.y(step, counted) + 3.5, colours, "start"))
    return parts


def _byte_axis(plot: _Plot, column: str, right: float, colours: Palette) -> list[str]:
    parts: list[str] = []
    steps = byte_ticks(plot.tops[column])
    power = min(max(0, int(math.log(steps[-1], 1024))), len(_UNITS) - 1)
    factor, unit = 1024.0**power, _UNITS[power]
    for at, step in enumerate(steps):
        y = plot.y(step, column)
        line = f"M{number(_LEFT)} {number(round(y) + 0.5)}H{number(right)}"
        parts.append(path(line, stroke=colours["line"] if at else colours["ctl"], stroke_width=1))
        words = f"{step / factor:g} {unit}" if at == len(steps) - 1 else f"{step / factor:g}"
        parts.append(_tick(words, _LEFT - 8, y + 3.5, colours, "end"))
    return parts


def _tick(words: str, x: float, y: float, colours: Palette, anchor: str) -> str:
    return text(words, x, y, TextRole.SUBTITLE, colours["text3"], text_anchor=anchor)


def _legend(drawn: list[str], plot: _Plot, colours: Palette) -> list[str]:
    """Names from the right; a count that has no axis of its own says how high the chart reaches."""
    counted = [name for name in drawn if not CURVES[name].is_bytes]
    parts: list[str] = []
    x = plot.width - _RIGHT
    for name in reversed(drawn):
        style = CURVES[name]
        words = f"{style.name}, 0 to {plot.tops[name]:,.6g}" if name in counted[1:] else style.name
        x -= estimated_width(words, TextRole.SUBTITLE)
        parts.append(text(words, x, 26, TextRole.SUBTITLE, colours["text2"]))
        line = f"M{number(x - 26)} 22h20"
        parts.append(path(line, stroke=colours[style.token], stroke_width=2, stroke_dasharray=style.dash))
        x -= 42
    return parts


def _curve(table: npt.NDArray[np.float64], name: str, plot: _Plot, colours: Palette) -> tuple[str, str]:
    """The area below resident memory ("" for others), and the line."""
    style = CURVES[name]
    times, values = thinned(
        table[:, 0], table[:, COLUMNS.index(name)], plot.start_s, plot.end_s, int(plot.width)
    )
    stretches = _stretches(times, values, name, plot)
    line = "".join("M" + "L".join(stretch) for stretch in stretches)
    area = ""
    if name == "rss_bytes":
        base = number(plot.height - _BOTTOM)
        shapes = [f"M{s[0].split()[0]} {base}L{'L'.join(s)}V{base}Z" for s in stretches]
        area = path("".join(shapes), fill=mix(colours[style.token], colours["panel"], 0.08))
    look = {"stroke": colours[style.token], "stroke_linejoin": "round", "stroke_dasharray": style.dash}
    return area, path(line, stroke_width=1.6, **look)


def _stretches(
    times: npt.NDArray[np.float64], values: npt.NDArray[np.float64], name: str, plot: _Plot
) -> list[list[str]]:
    """Points of a curve; where values are not known it is interrupted."""
    found: list[list[str]] = [[]]
    for time_s, value in zip(times.tolist(), values.tolist(), strict=True):
        if not math.isnan(value):
            found[-1].append(f"{number(plot.x(time_s))} {number(plot.y(value, name))}")
        elif found[-1]:
            found.append([])
    return [stretch for stretch in found if stretch]


def _marks(marks: Sequence[Mark], plot: _Plot, colours: Palette) -> list[str]:
    """Marks as flags in the upper lane, freezes as lettered squares in the lower."""
    parts: list[str] = []
    freezes = sorted((m for m in marks if m.kind == "freeze"), key=lambda m: m.time_s)
    letters = {mark: freeze_letter(n) for n, mark in enumerate(freezes)}
    inside = sorted((m for m in marks if plot.start_s <= m.time_s <= plot.end_s), key=lambda m: m.time_s)
    for kind, name, lane in (("mark", "Marks", _TOP - 2 * _LANE), ("freeze", "Freezes", _TOP - _LANE - 4)):
        of_kind = [mark for mark in inside if mark.kind == kind]
        if of_kind:
            parts.append(_tick(name, _LEFT - 8, lane + 11, colours, "end"))
        ends = [*(plot.x(mark.time_s) for mark in of_kind[1:]), plot.width]
        for mark, end in zip(of_kind, ends, strict=False):
            x = plot.x(mark.time_s)
            low = plot.height - _BOTTOM
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
    x, lane = at
    first, _, rest = safe(mark.name).partition(" ")
    name = rest if first == letter else safe(mark.name)
    line = f"M{number(x)} {number(lane + 16)}V{number(low)}"
    return name, [
        path(line, stroke=colours["accent"], stroke_width=1.4),
        element("rect", x=x - 8, y=lane, width=16, height=16, rx=3, fill=colours["accent"]),
        text(letter, x, lane + 12, TextRole.BADGE, colours["onaccent"], text_anchor="middle"),
    ]


def _words_of(name: str, x: float, y: float, room: float, colours: Palette) -> list[str]:
    """The name of a mark as far as there is room before the next one."""
    if not name or room < 24:
        return []
    shown = fit_text(safe(name), room, TextRole.SUBTITLE)
    return [text(shown, x, y, TextRole.SUBTITLE, colours["text2"])]


def chart_csv(series: SampleSeries, marks: Sequence[Mark] = ()) -> str:
    """Every sample with the names of `samples.COLUMNS` as header, and what was marked since the last one.

    Times in seconds since the launch, bytes, counts; empty = not known.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow((*COLUMNS, "marks"))
    waiting = sorted(marks, key=lambda mark: mark.time_s)
    table = series.array()
    for row in table.tolist():
        due = [mark for mark in waiting if mark.time_s <= row[0]]
        waiting = waiting[len(due) :]
        writer.writerow((*(_figure(value) for value in row), "; ".join(safe(mark.name) for mark in due)))
    if waiting:  # marked after the last sample
        blanks = [""] * (len(COLUMNS) - 1)
        for mark in waiting:
            writer.writerow((_figure(mark.time_s), *blanks, safe(mark.name)))
    return buffer.getvalue()


def _figure(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if float(value).is_integer() else f"{value:.12g}"
