"""How samples and suspects become the facts of the hunt strip: slope, its error, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.api import Suspect
from refscope.gui.hunt_text import Verdict

WINDOW_S = 60.0
"""The slope is that of the last minute: longer would still feel the start of the program."""
FEWEST = 20
LEVEL_BYTES = 4 << 20
"""Less growth between two freezes is noise of the allocator."""
MOST_SHARE = 0.8
"""A first suspect with this share of what the leaks explain is the one holder to look at."""


@dataclass(frozen=True, slots=True)
class Slope:
    """Bytes per second and the standard error of it."""

    bytes_per_s: float
    error: float


def slope_of(time_s: npt.NDArray[np.float64], size_bytes: npt.NDArray[np.float64]) -> Slope | None:
    """Least-squares slope of the last minute; None while there are too few samples. O(samples in it)."""
    if len(time_s) < FEWEST:
        return None
    first = int(np.searchsorted(time_s, time_s[-1] - WINDOW_S))
    x, y = time_s[first:], size_bytes[first:]
    known = np.isfinite(y)
    x, y = x[known], y[known]
    if len(x) < FEWEST or x[-1] - x[0] <= 0:
        return None
    centred = x - x.mean()
    spread = float(centred @ centred)
    slope = float(centred @ (y - y.mean())) / spread
    rest = y - y.mean() - slope * centred
    # Neighbouring samples move together; counting each as a measurement would make the error too small.
    independent = max(3, len(x) // 10)
    error = float(np.sqrt((rest @ rest) / len(x) / (spread / len(x)) / independent))
    return Slope(slope, error)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the suspects amount to. `explained_bytes` never exceeds `grown_bytes`."""

    verdict: Verdict
    holders: int
    explained_bytes: float
    grown_bytes: float


def finding_of(suspects: Sequence[Suspect], process_growth_bytes: float) -> Finding:
    """The verdict over the growth between the last two freezes.

    process_growth_bytes: how much the process grew by itself (unique memory), NaN = not known.
    """
    leaks = [suspect for suspect in suspects if suspect.verdict.value == "leak"]
    by_leak = sorted((max(0.0, float(leak.growth_bytes)) for leak in leaks), reverse=True)
    total = sum(by_leak)
    grown = max(total, 0.0 if math.isnan(process_growth_bytes) else process_growth_bytes)
    if not leaks:
        unexplained = grown > 2 * LEVEL_BYTES
        return Finding(Verdict.UNEXPLAINED if unexplained else Verdict.NONE, 0, 0.0, grown)
    if len(leaks) == 1 or (total > 0 and by_leak[0] >= MOST_SHARE * total):
        return Finding(Verdict.ONE, 1, by_leak[0], grown)
    return Finding(Verdict.SEVERAL, len(leaks), total, grown)
