"""Numbers behind a chart: curves thinned to pixels, round ticks. No drawing.

Values may be NaN where they are not known. Times are seconds, ascending.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BLOCK = 32
ABOUT_S = 1.0  # by how much a moment may lie beside the samples and still be told by them


def thinned(
    times: Floats, values: Floats, start_s: float, end_s: float, pixels: int
) -> tuple[Floats, Floats]:
    """The smallest and largest value per pixel of a stretch of time, in their order: at most 2 × pixels
    points that draw like all of them. O(samples in the stretch)."""
    first = max(0, int(np.searchsorted(times, start_s)) - 1)
    last = min(len(times), int(np.searchsorted(times, end_s, side="right")) + 1)
    times, values = times[first:last], values[first:last]
    per_pixel = len(times) // max(pixels, 1)
    if per_pixel < 3:
        return times, values
    rows = len(times) // per_pixel
    cut = rows * per_pixel
    picked = _extremes(values[:cut].reshape(rows, per_pixel))
    picked = np.concatenate([picked, np.arange(cut, len(times))])
    return times[picked], values[picked]


class Thinner:
    """Thins one growing curve again and again: the extremes of each `BLOCK` values are looked for once, so
    that a day in view costs no more than its extremes. For one thread.

    A curve that shrank, or is another one, is begun anew.
    """

    def __init__(self) -> None:
        self._done = 0  # values whose extremes are known
        self._ends: tuple[float, float] = (math.nan, math.nan)  # times of the first and the last of them
        self._times, self._values = np.empty(0), np.empty(0)  # two for each block, in the order of time

    def thinned(
        self, times: Floats, values: Floats, start_s: float, end_s: float, pixels: int
    ) -> tuple[Floats, Floats]:
        """As `thinned`. O(new values + values in the stretch / `BLOCK`), or O(values in the stretch) where
        there are few for each pixel."""
        first = max(0, int(np.searchsorted(times, start_s)) - 1)
        last = min(len(times), int(np.searchsorted(times, end_s, side="right")) + 1)
        if last - first < 2 * BLOCK * max(pixels, 1):
            return thinned(times[first:last], values[first:last], start_s, end_s, pixels)
        self._learn(times, values)
        begin, end = -(-first // BLOCK), min(last, self._done) // BLOCK
        head, tail = slice(first, begin * BLOCK), slice(end * BLOCK, last)
        inside = slice(2 * begin, 2 * end)
        fewer = [np.concatenate([all_[head], known[inside], all_[tail]])
                 for all_, known in ((times, self._times), (values, self._values))]  # fmt: skip
        return thinned(fewer[0], fewer[1], start_s, end_s, pixels)

    def _learn(self, times: Floats, values: Floats) -> None:
        done = self._done
        if done > len(times) or (done and (times[0], times[done - 1]) != self._ends):
            self._done, self._times, self._values, done = 0, np.empty(0), np.empty(0), 0
        rows = (len(times) - done) // BLOCK
        if not rows:
            return
        self._done = done + rows * BLOCK
        self._ends = (float(times[0]), float(times[self._done - 1]))
        picked = done + _extremes(values[done : self._done].reshape(rows, BLOCK))
        self._times = np.concatenate([self._times, times[picked]])
        self._values = np.concatenate([self._values, values[picked]])


def _extremes(blocks: Floats) -> npt.NDArray[np.intp]:
    """Places of the smallest and the largest value of each row, counted through all of them, in order."""
    low = np.where(np.isnan(blocks), np.inf, blocks).argmin(axis=1)
    high = np.where(np.isnan(blocks), -np.inf, blocks).argmax(axis=1)
    at = np.arange(len(blocks)) * blocks.shape[1]
    found: npt.NDArray[np.intp] = np.sort(np.stack([at + low, at + high], axis=1), axis=1).ravel()
    return found


def value_at(times: Floats, values: Floats, time_s: float) -> float:
    """The value of the sample nearest to a time; NaN where there is none."""
    if not len(times):
        return math.nan
    right = int(np.searchsorted(times, time_s))
    if right == len(times) or (right > 0 and time_s - times[right - 1] < times[right] - time_s):
        right -= 1
    return float(values[right])


def known_at(times: Floats, values: Floats, time_s: float, *, is_at_freezes: bool = False) -> float:
    """What a curve says at a time: the nearest value within its own length, NaN before and after it.

    is_at_freezes: the last value that had been taken by then."""
    length = min(len(times), len(values))
    if not length or time_s < times[0] - ABOUT_S:
        return math.nan
    if is_at_freezes:
        at = int(np.searchsorted(times[:length], time_s + ABOUT_S, side="right")) - 1
        return float(values[max(at, 0)])
    return math.nan if time_s > times[length - 1] + ABOUT_S else value_at(times[:length], values, time_s)


def byte_ticks(top: float, most: int = 4) -> list[float]:
    """Round byte values from 0 to at least `top`, at most `most` + 1 of them."""
    if top <= 0:
        return [0.0, float(1 << 20)]
    unit = 1024.0 ** max(0, math.floor(math.log(top, 1024)))
    return [tick * unit for tick in round_ticks(top / unit, most)]


_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def byte_words(ticks: Sequence[float]) -> list[str]:
    """Sizes beside an axis, all in the unit of the largest, which alone tells it: 0, 50, 100 MiB."""
    power = min(max(0, math.floor(math.log(max(ticks[-1], 1), 1024))), len(_UNITS) - 1)
    words = [f"{tick / 1024.0**power:g}" for tick in ticks]
    return [*words[:-1], f"{words[-1]} {_UNITS[power]}"]


def round_ticks(top: float, most: int = 4) -> list[float]:
    """Round values 0, step, … up to at least `top`."""
    if top <= 0:
        return [0.0, 1.0]
    raw = top / most
    scale = 10.0 ** math.floor(math.log10(raw))
    steps = (1, 2, 2.5, 5, 10) if most > 2 else (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)  # a low chart wastes none
    step = next(s * scale for s in steps if s * scale >= raw * (1 - 1e-9))
    return [step * k for k in range(math.ceil(top / step - 1e-9) + 1)]


TIME_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)


def time_ticks(start_s: float, end_s: float, most: int = 10) -> list[float]:
    """Round times within a stretch."""
    length = max(end_s - start_s, 1e-6)
    step = next((s for s in TIME_STEPS_S if length / s <= most), 86400 * math.ceil(length / 86400 / most))
    first = math.ceil(start_s / step) * step
    return [float(t) for t in np.arange(first, end_s + 1e-9, step)]
