"""How often a program did its work between its first and its last freeze: what growth is divided by.

Two runs are only comparable per something that both did: iterations where the names of the freezes count
them, marks, freezes that the same lines of output made, and minutes where nothing better is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from refscope.samples import Mark

_NUMBER = re.compile(r"\d+")
_TIMED = re.compile(r"at \d+(?:\.\d)? s(?: \(\d+\))?")
"""Names that a schedule by the clock gives: their number counts seconds, not work."""
_WORDS = frozenset(
    ("iteration", "round", "request", "batch", "epoch", "step", "job", "task", "item", "cycle", "call")
)


@dataclass(frozen=True, slots=True)
class Interval:
    """What both runs did, and how often each: `per` is "iteration", "mark", "freeze" or "minute"."""

    per: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class FreezeTimes:
    """The freezes of one run, oldest first, and its marks."""

    names: Sequence[str]
    times_s: Sequence[float]
    marks: Sequence[Mark] = ()


def common_interval(before: FreezeTimes, after: FreezeTimes) -> Interval | None:
    """The best measure that both runs have; None where one of them has fewer than two freezes."""
    if min(len(before.names), len(after.names)) < 2:
        return None
    counted = [_numbered(run.names) for run in (before, after)]
    if counted[0] is not None and counted[1] is not None and counted[0][0] == counted[1][0]:
        return Interval(counted[0][0], counted[0][1], counted[1][1])
    marks = [_marks_between(run) for run in (before, after)]
    if all(marks):
        return Interval("mark", *marks)
    if not any(_TIMED.fullmatch(name) for run in (before, after) for name in run.names):
        return Interval("freeze", len(before.names) - 1, len(after.names) - 1)
    minutes = [(run.times_s[-1] - run.times_s[0]) / 60 for run in (before, after)]
    return Interval("minute", *minutes) if all(minutes) else None


def _numbered(names: Sequence[str]) -> tuple[str, int] | None:
    """What the names count and by how much it rose; None where they do not count."""
    first, last = names[0], names[-1]
    if _TIMED.fullmatch(first) or len(_NUMBER.findall(first)) != 1:
        return None
    if _NUMBER.sub("#", first) != _NUMBER.sub("#", last):
        return None
    rise = int(_NUMBER.findall(last)[0]) - int(_NUMBER.findall(first)[0])
    words = re.findall(r"[a-z]+", first.lower())
    return (next((word for word in words if word in _WORDS), "iteration"), rise) if rise > 0 else None


def _marks_between(run: FreezeTimes) -> int:
    return sum(mark.kind == "mark" and run.times_s[0] < mark.time_s <= run.times_s[-1] for mark in run.marks)
