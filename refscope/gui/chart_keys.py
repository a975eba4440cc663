"""The chart by keyboard: a crosshair that steps by samples or by marks, and where it stands in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from refscope.samples import Mark, Slope
from refscope.text import MINUS, format_bytes, format_clock

Floats = npt.NDArray[np.float64]


def stepped(times: Floats, marks: Sequence[Mark], at_s: float | None, steps: int, *, by_marks: bool) -> float:
    """Where the crosshair stands after so many steps to the right (negative: left).

    times: of the samples, not empty. at_s: None = it was not there yet, so it begins at the newest.
    """
    places = np.array(sorted({mark.time_s for mark in marks})) if by_marks and marks else times
    if at_s is None:
        return float(places[-1])
    if steps > 0:
        at = int(np.searchsorted(places, at_s + 1e-9, side="right")) + steps - 1
    else:
        at = int(np.searchsorted(places, at_s - 1e-9, side="left")) + steps
    return float(places[min(max(at, 0), len(places) - 1)])


def mark_at(marks: Sequence[Mark], at_s: float | None) -> Mark | None:
    """The mark or freeze that the crosshair stands on, a freeze before a mark."""
    there = [mark for mark in marks if at_s is not None and abs(mark.time_s - at_s) < 1e-6]
    return next((mark for mark in there if mark.kind == "freeze"), there[0] if there else None)


def moment_words(time_s: float, names: Sequence[str], lines: Sequence[tuple[str, str]]) -> str:
    """The readout as one sentence for a screen reader."""
    values = ", ".join(f"{name} {value}" for name, value in lines)
    return ", ".join([format_clock(time_s), *names]) + (f": {values}" if values else "")


def chart_words(memory_bytes: float, found: Slope | None) -> str:
    """What the chart shows, in a sentence: "Resident memory 313 MiB, rising 17 MiB per minute"."""
    words = f"Resident memory {format_bytes(memory_bytes)}"
    if found is None:
        return words
    if found.is_level:
        return f"{words}, level"
    rate = format_bytes(abs(found.per_s) * 60).lstrip(MINUS)
    return f"{words}, {'rising' if found.per_s > 0 else 'falling'} {rate} per minute"
