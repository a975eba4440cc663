"""Axes: round steps, and many samples as few points without losing a peak."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

_BINARY = 1024
_TIME_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400)
"""Seconds that a person counts in."""


def nice_steps(top: float, most: int = 5) -> list[float]:
    """Ticks from 0 to above `top`: 1, 2 or 5 times a power of ten; at least two."""
    if not math.isfinite(top) or top <= 0:
        return [0.0, 1.0]
    raw = top / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.9999)
    return [step * at for at in range(math.ceil(top / step - 1e-9) + 1)]


def byte_steps(top_bytes: float, most: int = 5) -> tuple[list[float], str]:
    """Ticks in bytes that are round in their unit, and the unit."""
    unit, name = 1, "B"
    for name_above in ("KiB", "MiB", "GiB", "TiB"):
        if top_bytes < unit * _BINARY:
            break
        unit, name = unit * _BINARY, name_above
    return [step * unit for step in nice_steps(top_bytes / unit, most)], name


def time_steps(start_s: float, end_s: float, most: int = 8) -> list[float]:
    """Ticks at round moments within the span."""
    span = max(end_s - start_s, 0.1)
    most_of_a_day = 86400.0 * math.ceil(span / 86400 / most)
    step = next((step for step in _TIME_STEPS if span / step <= most), most_of_a_day)
    first = math.ceil(start_s / step - 1e-9)
    last = math.floor(end_s / step + 1e-9)
    return [at * step for at in range(first, last + 1)]


def reduced(
    times: npt.NDArray[np.float64], values: npt.NDArray[np.float64], most: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """At most about `most` points that keep the smallest and largest value of each slice, in order.

    Not-a-number values are left out. O(n), vectorised.
    """
    known = ~np.isnan(values)
    times, values = times[known], values[known]
    if len(times) <= most or most < 4:
        return times, values
    size = math.ceil(len(times) / (most // 2))
    whole = len(times) // size * size
    slices = values[:whole].reshape(-1, size)
    base = np.arange(0, whole, size)
    picked = np.concatenate([base + slices.argmin(axis=1), base + slices.argmax(axis=1), [0, len(times) - 1]])
    if whole < len(times):
        rest = values[whole:]
        picked = np.concatenate([picked, [whole + rest.argmin(), whole + rest.argmax()]])
    picked = np.unique(picked)
    return times[picked], values[picked]
