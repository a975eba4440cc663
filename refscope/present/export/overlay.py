"""Two runs in one chart as SVG: the earlier one dashed grey, the later one solid, aligned by their start.

Unique memory where both runs know it (it does not collapse while a copy lives), else resident memory.
Freezes of the later run are lettered above, those of the earlier one in a lane of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.analysis.compare import ComparedSide, Comparison
from refscope.present.curves import byte_ticks, thinned
from refscope.present.export.chart_axes import (
    BOTTOM,
    LANE,
    LEFT,
    RIGHT,
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
from refscope.samples import SampleSeries
from refscope.text import format_rate, freeze_letter, safe

BEFORE, AFTER = ("text3", "6 4"), ("curve_resident", "none")
"""Colour token and dash of the two runs."""

COLUMNS = {"uss_bytes": "Unique memory", "rss_bytes": "Resident memory"}
LONGEST_TITLE_PX = 300.0
HEAD, LANE_STEP = 42.0, LANE + 2
"""Pixels above the lanes, where the legend is; from one lane of freezes to the next."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class OverlaidCurve:
    """One run's curve: seconds since its first sample, bytes (NaN = not known), and its freezes."""

    side: ComparedSide
    name: str  # "Before", "After"
    times_s: Floats
    values: Floats
    freezes_s: tuple[float, ...]


def column_of(comparison: Comparison) -> str:
    """Which column of the samples both runs are compared in."""
    series = [side.samples for side in (comparison.before, comparison.after) if side.samples is not None]
    unknown = any(len(each) and np.isnan(each.column("uss_bytes")).all() for each in series)
    return "rss_bytes" if unknown else "uss_bytes"


def curves_of(comparison: Comparison, column: str = "") -> list[OverlaidCurve]:
    """The curves that there are to draw, the earlier run first; of one run only its own."""
    sides = [(comparison.before, "Before"), (comparison.after, "After")]
    if comparison.is_same_run:
        sides = [(comparison.after, "")]
    found = []
    for side, name in sides:
        if side.samples is not None and len(side.samples):
            found.append(_curve_of(side, side.samples, name, column or column_of(comparison)))
    return found


def _curve_of(side: ComparedSide, samples: SampleSeries, name: str, column: str) -> OverlaidCurve:
    times = samples.column("time_s")
    values = samples.column(column)
    count = min(len(times), len(values))
    freezes = sorted(mark.time_s - times[0] for mark in side.marks if mark.kind == "freeze")
    return OverlaidCurve(side, name, times[:count] - times[0], values[:count], tuple(map(float, freezes)))


def overlay_svg(
    comparison: Comparison,
    *,
    column: str = "",
    dark: bool = False,
    size: tuple[float, float] = (1100, 360),
    titled: bool = True,
) -> str:
    """The chart of a comparison; "" where neither side has samples. column: "" = what both know best.

    titled: whether the legend names the runs, where nothing beside the chart does.
    """
    curves = curves_of(comparison, column)
    if not curves:
        return ""
    colours, (width, height) = palette(dark), size
    plot = overlay_plot(curves, width, height)
    parts = [element("rect", x=0, y=0, width=width, height=height, fill=colours["panel"])]
    parts += _legend(curves, colours, titled=titled)
    words = COLUMNS[column or column_of(comparison)]
    right = width - RIGHT - estimated_width(words, TextRole.SUBTITLE)
    parts.append(text(words, right, 26, TextRole.SUBTITLE, colours["text3"]))
    parts += [*byte_axis(plot, "bytes", colours), *time_axis(plot, colours)]
    for curve in curves:
        parts += _line(curve, plot, colours)
    for lane, curve in enumerate(curves):
        parts += _freezes(curve, HEAD + lane * LANE_STEP, plot, colours)
    return document(parts, width, height, f"{words} of both runs" if len(curves) > 1 else words)


def look_of(curve: OverlaidCurve) -> tuple[str, str]:
    """Colour token and dash of a curve."""
    return BEFORE if curve.name == "Before" else AFTER


def overlay_plot(curves: Sequence[OverlaidCurve], width: float, height: float) -> Plot:
    """The scales of the chart, for whoever points into it."""
    most = max(_highest(curve.values) for curve in curves)
    ends = [moment for curve in curves for moment in (float(curve.times_s[-1]), *curve.freezes_s)]
    end = max(ends)
    top = HEAD + len(curves) * LANE_STEP + 4
    return Plot(width, height, 0.0, max(end, 0.1), {"bytes": byte_ticks(most)[-1]}, top)


def _highest(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.max()) if known.size else 0.0


def _legend(curves: Sequence[OverlaidCurve], colours: Palette, *, titled: bool) -> list[str]:
    """Dash, which run, how fast it rises."""
    parts: list[str] = []
    x = LEFT
    for curve in curves:
        token, dash = look_of(curve)
        line = f"M{number(x)} 22h24"
        parts.append(path(line, stroke=colours[token], stroke_width=2, stroke_dasharray=dash))
        title = fit_text(safe(curve.side.title), LONGEST_TITLE_PX, TextRole.SUBTITLE)
        words = curve.name or title
        if titled and title and curve.name:
            words = f"{words} ({title})"
        slope = curve.side.slope
        if slope is not None:
            words = f"{words}: {format_rate(slope.per_s, slope.error_per_s)}"
        parts.append(text(words, x + 32, 26, TextRole.SUBTITLE, colours["text"]))
        x += 32 + estimated_width(words, TextRole.SUBTITLE) + 32
    return parts


def _line(curve: OverlaidCurve, plot: Plot, colours: Palette) -> list[str]:
    token, dash = look_of(curve)
    times, values = thinned(curve.times_s, curve.values, plot.start_s, plot.end_s, int(plot.width))
    found = stretches(times, values, "bytes", plot)
    line = "".join("M" + "L".join(stretch) for stretch in found)
    look = {"stroke": colours[token], "stroke_linejoin": "round", "stroke_dasharray": dash}
    parts = [path(line, stroke_width=1.6, **look)]
    if token == AFTER[0]:
        base = number(plot.height - BOTTOM)
        shapes = "".join(f"M{s[0].split()[0]} {base}L{'L'.join(s)}V{base}Z" for s in found)
        parts.insert(0, path(shapes, fill=mix(colours[token], colours["panel"], 0.08)))
    return parts


def _freezes(curve: OverlaidCurve, top: float, plot: Plot, colours: Palette) -> list[str]:
    """top: of its lane."""
    if not curve.freezes_s:
        return []
    token = "accent" if look_of(curve) == AFTER else BEFORE[0]
    parts = [tick(curve.name or "Freezes", LEFT - 8, top + 11, colours, "end")]
    low = plot.height - BOTTOM
    for position, moment in enumerate(curve.freezes_s):
        parts += freeze_badge(freeze_letter(position), (plot.x(moment), top), low, colours, token)
    return parts
