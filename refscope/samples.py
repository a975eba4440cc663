"""What the live chart is made of: samples over time, the marks set in it, and slopes through them.

A `SampleSeries` only grows and is cheap to read as arrays; it is written by the `sampler` thread
and read by any other. What not every run has (watched paths, child processes, counts at freezes) are
`Trace`s beside it. Units: seconds since the launch of the target, bytes, counts.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

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


class _Rows:
    """Rows of figures in one growing array, the time first. Append is O(1) amortised; thread-safe."""

    def __init__(self, width: int, room: int) -> None:
        self._lock = threading.Lock()
        self._rows = np.empty((room, width))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def extend(self, rows: npt.NDArray[np.float64]) -> None:
        """Add many rows, float64[n, width], in the order of time."""
        with self._lock:
            spare = np.empty((64, self._rows.shape[1]))
            self._rows = np.concatenate([self._rows[: self._length], rows, spare])
            self._length += len(rows)

    def array(self) -> npt.NDArray[np.float64]:
        """All rows so far, float64[n, width]; a view that later appends do not change."""
        with self._lock:
            return self._rows[: self._length]

    def thin(self, most: int) -> None:
        """Keep at most `most` rows, see `thinned`; arrays that were read before stay as they are."""
        with self._lock:
            if self._length > most:
                self._rows = thinned(self._rows[: self._length], most)
                self._length = len(self._rows)

    def _append(self, values: Sequence[float]) -> None:
        with self._lock:
            if self._length == len(self._rows):
                self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
            self._rows[self._length] = values
            self._length += 1


class TraceKind(Enum):
    """What a trace tells: values of the running program, or points taken at its freezes."""

    LENGTH = "length"  # of a watched container
    REFERENCES = "references"  # to a watched object
    PROCESS = "process"  # resident bytes of one process of the tree
    COLLECTION = "collection"  # objects freed by each collection of a generation, at its time
    COUNT = "count"  # instances of a class, at freezes
    VALUE = "value"  # of an expression, at freezes
    OBJECTS = "objects"  # all objects, at freezes

    @property
    def is_at_freezes(self) -> bool:
        """Whether there is one value per freeze and none between."""
        return self in (TraceKind.COUNT, TraceKind.VALUE, TraceKind.OBJECTS)


class Trace(_Rows):
    """One more curve of a run, with times of its own: `name` is the path, class, expression, process
    or generation. NaN = not known then."""

    def __init__(self, kind: TraceKind, name: str = "") -> None:
        super().__init__(2, 16)
        self.kind, self.name = kind, name

    def append(self, time_s: float, value: float) -> None:
        """Add a value at the end."""
        self._append((time_s, value))

    @property
    def times(self) -> Floats:
        """Seconds since the launch, float64[n]."""
        return self.array()[:, 0]

    @property
    def values(self) -> Floats:
        """One value per time, float64[n]."""
        return self.array()[:, 1]


class SampleSeries(_Rows):
    """Samples in the order of time, and the traces that go with them."""

    def __init__(self) -> None:
        super().__init__(len(COLUMNS), 1024)
        self._traces: dict[tuple[TraceKind, str], Trace] = {}

    def append(self, sample: Sample) -> None:
        """Add a sample at the end."""
        self._append([getattr(sample, name) for name in COLUMNS])

    def column(self, name: str) -> Floats:
        """One column so far, float64[n]."""
        return self.array()[:, COLUMNS.index(name)]

    @property
    def traces(self) -> tuple[Trace, ...]:
        """All traces so far, in the order in which they began."""
        with self._lock:
            return tuple(self._traces.values())

    def trace(self, kind: TraceKind, name: str = "") -> Trace:
        """The trace of that name; made when it is asked for first."""
        with self._lock:
            if (kind, name) not in self._traces:
                self._traces[kind, name] = Trace(kind, name)
            return self._traces[kind, name]

    def add_trace(self, trace: Trace) -> None:
        """Have a trace that was made elsewhere, in place of one of its name."""
        with self._lock:
            self._traces[trace.kind, trace.name] = trace

    def drop_trace(self, kind: TraceKind, name: str) -> None:
        """Forget a trace; one that is not there is none."""
        with self._lock:
            self._traces.pop((kind, name), None)


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
    the least and the most resident memory, each as it was taken. The first and the last stay. Of a
    trace those with the least and the most of its value.

    Half of the room is left free, so that a growing series is thinned rarely. O(n log n).
    """
    if len(rows) <= most:
        return rows
    times, memory = rows[:, 0], rows[:, 1]
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
