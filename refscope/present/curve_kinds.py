"""The curves that a chart of one run can show: name, colour, dash, axis, how their values are written.

One table for window and files. The columns of every sample are fixed; what a run has besides (watches,
processes, values at freezes) becomes a curve for each `Trace`, told apart by hue and dash.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from refscope.samples import COLUMNS, SampleSeries, Trace, TraceKind
from refscope.text import elide_name, format_bytes, format_count, safe

Floats = npt.NDArray[np.float64]

LONGEST_NAME = 30


class Axis(Enum):
    """Which axis a curve stands on."""

    BYTES = "bytes, at the left"
    COUNT = "counts of watched things, at the right"
    OWN = "from 0 to its own largest value"


@dataclass(frozen=True, slots=True)
class CurveKind:
    """One curve. key: the column of its samples, or "kind name" of its trace; token: its colour; dash: line
    and gap in pixels, () = solid; whole_name: where `name` is shortened; words: a value for a person."""

    key: str
    name: str
    token: str
    dash: tuple[int, ...] = ()
    axis: Axis = Axis.BYTES
    is_on: bool = True
    words: Callable[[float], str] = format_bytes
    whole_name: str = ""
    trace: tuple[TraceKind, str] | None = None

    @property
    def is_at_freezes(self) -> bool:
        """Whether it has a point per freeze and nothing between."""
        return self.trace is not None and self.trace[0].is_at_freezes

    @property
    def is_process(self) -> bool:
        """Whether it is one process of the tree."""
        return self.trace is not None and self.trace[0] is TraceKind.PROCESS

    @property
    def full_name(self) -> str:
        """The whole name."""
        return self.whole_name or self.name


def _count(value: float) -> str:
    return format_count(round(value)) if float(value).is_integer() else f"{value:,.6g}"


def _percent(value: float) -> str:
    return f"{value:.0f} %"


CURVES = (
    CurveKind("rss_bytes", "Resident", "curve_resident"),
    CurveKind("uss_bytes", "Unique", "curve_unique", (9, 2)),
    CurveKind("allocated_blocks", "Allocator blocks", "curve_blocks", (6, 3), Axis.OWN, False, _count),
    CurveKind("cpu_percent", "CPU", "curve_cpu", (2, 3), Axis.OWN, False, _percent),
    CurveKind("threads", "Threads", "curve_threads", (4, 3), Axis.OWN, False, _count),
)
"""Columns of every sample, in the order of the legend."""

_HUES = ("curve_count", "curve_second", "curve_third", "curve_fourth")
_DASHES = ((5, 2), (1, 2), (8, 2, 2, 2), (3, 3), (12, 3), (6, 2, 1, 2, 1, 2))
_WORDS = {
    TraceKind.LENGTH: "{} length",
    TraceKind.REFERENCES: "{} references",
    TraceKind.COUNT: "{} count",
    TraceKind.VALUE: "{}",
}


def curves_of(series: SampleSeries) -> tuple[CurveKind, ...]:
    """Every curve that a run has, in the order of the legend: columns, watches, processes."""
    traces = series.traces
    watched = [_watched(each, number) for number, each in enumerate(filter(_is_watched, traces))]
    objects = [_OBJECTS for each in traces if each.kind is TraceKind.OBJECTS]
    processes = [_process(each) for each in traces if each.kind is TraceKind.PROCESS]
    return (*CURVES[:2], *watched, *CURVES[2:], *objects, *processes)


def points_of(series: SampleSeries, kind: CurveKind) -> tuple[Floats, Floats]:
    """Times and values of a curve, of equal length; empty where the run does not have it."""
    if kind.trace is None:
        rows = series.array()
        return rows[:, 0], rows[:, COLUMNS.index(kind.key)]
    rows = next((each.array() for each in series.traces if (each.kind, each.name) == kind.trace), _NOTHING)
    return rows[:, 0], rows[:, 1]


_NOTHING = np.empty((0, 2))
_OBJECTS = CurveKind(
    "objects", "Live objects", "curve_objects", (2, 2), Axis.OWN, False, _count, trace=(TraceKind.OBJECTS, "")
)


def _is_watched(trace: Trace) -> bool:
    return trace.kind in _WORDS


def _watched(trace: Trace, number: int) -> CurveKind:
    name = safe(trace.name)
    last = {TraceKind.COUNT: 1, TraceKind.VALUE: 99}.get(trace.kind, 2)  # parts of a dotted name
    short = elide_name(".".join(name.split(".")[-last:]), LONGEST_NAME)
    words = _WORDS[trace.kind]
    return CurveKind(
        f"{trace.kind.value} {trace.name}",
        words.format(short),
        _HUES[number % len(_HUES)],
        _DASHES[number % len(_DASHES)],
        Axis.COUNT,
        trace.kind is not TraceKind.REFERENCES,
        _count,
        words.format(name),
        (trace.kind, trace.name),
    )


def _process(trace: Trace) -> CurveKind:
    return CurveKind(f"process {trace.name}", safe(trace.name), "ctl", trace=(TraceKind.PROCESS, trace.name))


def ticks_like(top: float, intervals: int) -> list[float]:
    """Round values from 0 to at least `top` with as many steps as another axis has, so that one grid
    serves both."""
    if top <= 0 or not math.isfinite(top):
        return [float(number) for number in range(intervals + 1)]
    raw = top / intervals
    scale = 10.0 ** math.floor(math.log10(raw))
    steps = [s * scale for s in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if s * scale >= raw * (1 - 1e-9)]
    if top >= 1:  # counts: no half ones
        steps = [1.0] if raw <= 1 else [step for step in steps if step.is_integer()]
    return [steps[0] * number for number in range(intervals + 1)]
