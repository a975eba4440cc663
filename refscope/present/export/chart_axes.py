"""The frame of a chart as SVG: scales, axes with units and times, curves as paths, badges of freezes.

What is drawn in it is for `chart` (one run) and `overlay` (two runs) to say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.present.curves import byte_ticks, byte_words, time_ticks
from refscope.present.export.svg_parts import element, number, path, text
from refscope.present.palette import Palette
from refscope.present.text_width import TextRole
from refscope.text import format_clock

LEFT, RIGHT, TOP, BOTTOM = 84.0, 64.0, 92.0, 34.0
LANE = 22.0


@dataclass(frozen=True, slots=True)
class Plot:
    """The plotting area and its scales."""

    width: float
    height: float
    start_s: float
    end_s: float
    tops: dict[str, float]  # by key of the curve: the value at the upper edge
    top: float = TOP

    def x(self, time_s: float) -> float:
        """Where a time is, in pixels."""
        share = (time_s - self.start_s) / max(self.end_s - self.start_s, 1e-9)
        return LEFT + share * (self.width - LEFT - RIGHT)

    def time_at(self, x: float) -> float:
        """The time at a place, the inverse of `x`."""
        share = (x - LEFT) / max(self.width - LEFT - RIGHT, 1e-9)
        return self.start_s + share * (self.end_s - self.start_s)

    def y(self, value: float, key: str) -> float:
        """Where a value of a curve is, in pixels."""
        share = value / self.tops[key]
        return self.height - BOTTOM - share * (self.height - self.top - BOTTOM)


def byte_axis(plot: Plot, key: str, colours: Palette) -> list[str]:
    """Sizes at the left with lines across; the unit stands with the largest."""
    parts: list[str] = []
    right = plot.width - RIGHT
    steps = byte_ticks(plot.tops[key])
    for at, (step, words) in enumerate(zip(steps, byte_words(steps), strict=True)):
        y = plot.y(step, key)
        line = f"M{number(LEFT)} {number(round(y) + 0.5)}H{number(right)}"
        parts.append(path(line, stroke=colours["line"] if at else colours["ctl"], stroke_width=1))
        parts.append(tick(words, LEFT - 8, y + 3.5, colours, "end"))
    return parts


def time_axis(plot: Plot, colours: Palette) -> list[str]:
    """Times below the lower edge."""
    parts: list[str] = []
    for moment in time_ticks(plot.start_s, plot.end_s):
        x, base = plot.x(moment), plot.height - BOTTOM
        parts.append(path(f"M{number(x)} {number(base)}v5", stroke=colours["ctl"], stroke_width=1))
        parts.append(tick(format_clock(moment), x, base + 18, colours, "middle"))
    return parts


def tick(words: str, x: float, y: float, colours: Palette, anchor: str) -> str:
    """A small word beside an axis."""
    return text(words, x, y, TextRole.SUBTITLE, colours["text3"], text_anchor=anchor)


def stretches(
    times: npt.NDArray[np.float64], values: npt.NDArray[np.float64], key: str, plot: Plot
) -> list[list[str]]:
    """Points of a curve; where values are not known it is interrupted."""
    found: list[list[str]] = [[]]
    for time_s, value in zip(times.tolist(), values.tolist(), strict=True):
        if not math.isnan(value):
            found[-1].append(f"{number(plot.x(time_s))} {number(plot.y(value, key))}")
        elif found[-1]:
            found.append([])
    return [stretch for stretch in found if stretch]


def freeze_badge(
    letter: str, at: tuple[float, float], low: float, colours: Palette, token: str = "accent"
) -> list[str]:
    """A lettered square with its upper edge at `at`, and a line down to `low`."""
    x, lane = at
    ink = colours["onaccent"] if token == "accent" else colours["panel"]
    line = f"M{number(x)} {number(lane + 16)}V{number(low)}"
    return [
        path(line, stroke=colours[token], stroke_width=1.4),
        element("rect", x=x - 8, y=lane, width=16, height=16, rx=3, fill=colours[token]),
        text(letter, x, lane + 12, TextRole.BADGE, ink, text_anchor="middle"),
    ]
