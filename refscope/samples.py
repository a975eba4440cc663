"""What the live chart is made of: samples over time, and the marks set in it.

A `SampleSeries` only grows and is cheap to read as arrays; it is written by the `sampler` thread
and read by any other. Units: seconds since the launch of the target, bytes, counts.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """One column so far, float64[n]."""
        return self.array()[:, COLUMNS.index(name)]
