"""What the live chart is made of: samples over time, the marks set in it, and slopes through them.

A `SampleSeries` only grows and is cheap to read as arrays; it is written by the `sampler` thread
and read by any other. Units: seconds since the launch of the target, bytes, counts.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MIN_SAMPLES = 5  # fewer points give no error worth telling
LAST_S = 60.0  # longer would still feel the start of the program
MIN_LAST_SAMPLES = 20

COLUMNS = (
    "time_s",
    "rss_bytes",  # resident memory, summed over the process tree
    "uss_bytes",  # anonymous + swapped, summed: does not collapse while an image shares pages
    "cpu_percent",  # of one core, summed
    "threads",  # the agent's own thread left out
    "processes",
    "allocated_blocks",  # sys.getallocatedblocks of the main process; NaN = not known
    "collections",  # collections of the oldest generation so far; NaN = not known
)
"""Names of the columns of a series, in order. Float64; NaN where a value is not known."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One point of the live chart. Fields as in `COLUMNS`."""

    time_s: float
    rss_bytes: float
    uss_bytes: float
    cpu_percent: float
    threads: float
    processes: float
    allocated_blocks: float = float("nan")
    collections: float = float("nan")


@dataclass(frozen=True, slots=True)
class Mark:
    """A named moment in a session; `kind` is "mark" or "freeze"."""

    time_s: float
    name: str
    kind: str = "mark"


class SampleSeries:
    """Samples in the order of time, in one growing array. Append is O(1) amortised; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows = np.empty((1024, len(COLUMNS)))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, sample: Sample) -> None:
        """Add a sample at the end."""
        with self._lock:
            if self._length == len(self._rows):
                self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
            self._rows[self._length] = [getattr(sample, name) for name in COLUMNS]
            self._length += 1

    def extend(self, rows: npt.NDArray[np.float64]) -> None:
        """Add many samples, float64[n, len(COLUMNS)], in the order of time."""
        with self._lock:
            self._rows = np.concatenate([self._rows[: self._length], rows, np.empty((1024, len(COLUMNS)))])
            self._length += len(rows)

    def array(self) -> npt.NDArray[np.float64]:
        """All samples so far, float64[n, len(COLUMNS)]; a view that later appends do not change."""
        with self._lock:
            return self._rows[: self._length]

    def thin(self, most: int) -> None:
        """Keep at most `most` samples, see `thinned`; arrays that were read before stay as they are."""
        with self._lock:
            if self._length > most:
                self._rows = thinned(self._rows[: self._length], most)
                self._length = len(self._rows)

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """One column so far, float64[n]."""
        return self.array()[:, COLUMNS.index(name)]


@dataclass(frozen=True, slots=True)
class Slope:
    """A straight line through a stretch of a curve: units per second, with the standard error."""

    per_s: float
    error_per_s: float
    length_s: float

    @property
    def is_level(self) -> bool:
        """Whether the error covers zero (two standard errors)."""
        return abs(self.per_s) <= 2 * self.error_per_s


def slope(times: Floats, values: Floats, start_s: float, end_s: float) -> Slope | None:
    """The least-squares slope between two times; None with fewer than five samples.

    Neighbouring samples of memory are alike, so the error is widened by their correlation.
    """
    inside = (times >= start_s) & (times <= end_s) & ~np.isnan(values)
    t, v = times[inside], values[inside]
    if len(t) < MIN_SAMPLES or t[-1] <= t[0]:
        return None
    centred = t - t.mean()
    spread = float((centred**2).sum())
    per_s = float((centred * v).sum()) / spread
    rest = v - v.mean() - per_s * centred
    variance = float((rest**2).sum()) / max(len(t) - 2, 1)
    alike = _autocorrelation(rest)
    effective = (1 + alike) / (1 - alike)
    return Slope(per_s, math.sqrt(variance / spread * effective), float(t[-1] - t[0]))


def _autocorrelation(rest: Floats) -> float:
    total = float((rest**2).sum())
    if total == 0:
        return 0.0
    return min(max(float((rest[1:] * rest[:-1]).sum()) / total, 0.0), 0.99)


def last_slope(times: Floats, values: Floats) -> Slope | None:
    """The slope of the last minute; None with fewer than 20 samples. O(samples in it)."""
    if len(times) < MIN_LAST_SAMPLES:
        return None
    first = int(np.searchsorted(times, times[-1] - LAST_S))
    return slope(times[first:], values[first:], float(times[first]), float(times[-1]))


def thinned(rows: npt.NDArray[np.float64], most: int) -> npt.NDArray[np.float64]:
    """At most `most` (4 or more) of the samples, spread evenly over the time: of each stretch those with
    the least and the most resident memory, each as it was taken. The first and the last stay.

    Half of the room is left free, so that a growing series is thinned rarely. O(n log n).
    """
    if len(rows) <= most:
        return rows
    times, memory = rows[:, COLUMNS.index("time_s")], rows[:, COLUMNS.index("rss_bytes")]
    stretches = max(1, most // 4 - 1)
    width_s = max((times[-1] - times[0]) / stretches, 1e-9)
    stretch = np.minimum((times - times[0]) // width_s, stretches - 1)
    order = np.lexsort((np.nan_to_num(memory), stretch))
    starts = np.flatnonzero(np.diff(stretch[order], prepend=-1.0))
    ends = np.append(starts[1:], len(order)) - 1
    kept: npt.NDArray[np.float64] = rows[
        np.unique(np.concatenate([order[starts], order[ends], [0, len(rows) - 1]]))
    ]
    return kept
