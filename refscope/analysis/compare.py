"""Two heaps or two runs beside each other, as values: what is gone, better, worse, new or the same.

Small rules over figures that `matching` found. Growth decides where both runs were frozen twice or more,
what is kept where not. Sentences are in `compare_words`, who gathers the parts is `api.comparisons`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from refscope.analysis import compare_words
from refscope.analysis.intervals import Interval
from refscope.analysis.matching import Standing
from refscope.analysis.members import is_plumbing
from refscope.analysis.suspects import Suspect
from refscope.samples import Mark, SampleSeries, Slope

GONE_SHARE = 0.1  # of the growth before: what warm-up and caches still add after a fix
BETTER_SHARE = 2 / 3  # the same program twice differs by less
LEVEL_BYTES = 4 << 10  # growth in all that is no growth, however little there was before
SURE = 2.0  # standard errors between two slopes that differ


class Change(Enum):
    """What became of a suspect from one run (or freeze) to the other."""

    GONE = "gone"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    NEW = "new"


class Outcome(Enum):
    """What a comparison amounts to."""

    FIXED = "fixed"  # every leak is gone
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    CLEAN = "clean"  # nothing leaks on either side
    UNKNOWN = "unknown"  # there is nothing to judge by


@dataclass(frozen=True, slots=True)
class ComparedSuspect:
    """One suspect on both sides. suspect: the analysis's own, of the second side where it has it.
    rates: bytes per interval, None = growth is not known on both sides."""

    change: Change
    suspect: Suspect
    before: Standing
    after: Standing
    is_in_after: bool
    rates: tuple[float, float] | None = None
    per: str = ""

    @property
    def holder(self) -> str:
        """Who keeps it."""
        return self.suspect.holder

    @property
    def is_leak(self) -> bool:
        """Whether it is called a leak on either side."""
        return self.before.is_leak or self.after.is_leak

    @property
    def sentence(self) -> str:
        """What became of it, with its figures."""
        return compare_words.suspect_sentence(self)

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        before, after = self.rates or (None, None)
        return {
            "change": self.change.value,
            "holder": self.holder,
            "type_name": self.suspect.type_name,
            "mechanism": self.suspect.mechanism,
            "before": _side_dict(self.before, before),
            "after": _side_dict(self.after, after),
            "per": self.per,
            "sentence": self.sentence,
        }


def _side_dict(side: Standing, rate: float | None) -> dict[str, Any]:
    return {
        "count": side.count,
        "counts": list(side.counts),
        "growth_bytes": side.growth_bytes,
        "retained_bytes": side.retained_bytes,
        "is_leak": side.is_leak,
        "bytes_per_interval": rate,
    }


@dataclass(frozen=True, slots=True)
class ComparedType:
    """One class on both sides; retained bytes None where the class is not there."""

    type_name: str
    count_before: int
    count: int
    shallow_before: int
    shallow_bytes: int
    retained_before: int | None = None
    retained_bytes: int | None = None

    @property
    def growth(self) -> int:
        """Objects more."""
        return self.count - self.count_before

    @property
    def shallow_growth(self) -> int:
        """Bytes more."""
        return self.shallow_bytes - self.shallow_before

    @property
    def is_builtin(self) -> bool:
        """Whether it is a value or container that belongs to everybody, not to the program."""
        return is_plumbing(self.type_name)

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "type_name": self.type_name,
            "count_before": self.count_before,
            "count": self.count,
            "growth": self.growth,
            "shallow_before": self.shallow_before,
            "shallow_bytes": self.shallow_bytes,
            "shallow_growth": self.shallow_growth,
            "retained_before": self.retained_before,
            "retained_bytes": self.retained_bytes,
        }


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """One run, or one freeze of a run. title: what a person calls it. objects, size_bytes: of its last
    freeze, None without one. slope: of its unique memory in bytes per second."""

    title: str
    freezes: tuple[str, ...] = ()
    objects: int | None = None
    size_bytes: int | None = None
    slope: Slope | None = None
    samples: SampleSeries | None = field(default=None, compare=False, repr=False)
    marks: tuple[Mark, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON values, without samples and marks; slopes in MiB per minute."""
        slope = None
        if self.slope is not None:
            per_minute = 60 / (1 << 20)
            slope = {
                "mib_per_min": self.slope.per_s * per_minute,
                "error": self.slope.error_per_s * per_minute,
                "is_level": self.slope.is_level,
            }
        return {
            "title": self.title,
            "freezes": list(self.freezes),
            "objects": self.objects,
            "size_bytes": self.size_bytes,
            "slope": slope,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs (before and after a change), or two freezes of one run. suspects: leaks of either side
    and, where growth is not known, what is to be watched. types: those that differ, most bytes first.
    notes: what could not be compared, one sentence each."""

    before: ComparedSide
    after: ComparedSide
    is_same_run: bool
    suspects: tuple[ComparedSuspect, ...] = ()
    types: tuple[ComparedType, ...] = ()
    per: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_growth_known(self) -> bool:
        """Whether growth, not only what is kept, was compared."""
        return bool(self.per)

    @property
    def outcome(self) -> Outcome:
        """What it amounts to."""
        return outcome_of(self)

    @property
    def verdict(self) -> str:
        """The same in one line, with the figures of the first suspect."""
        return compare_words.verdict(self)

    @property
    def memory(self) -> str:
        """How fast memory rises on both sides, with errors; "" where it is not known."""
        return compare_words.memory(self)

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "outcome": self.outcome.value,
            "verdict": self.verdict,
            "memory": self.memory,
            "same_run": self.is_same_run,
            "per": self.per,
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "suspects": [suspect.to_dict() for suspect in self.suspects],
            "types": [row.to_dict() for row in self.types],
            "notes": list(self.notes),
        }


def compared(
    suspect: Suspect, before: Standing, after: Standing, interval: Interval | None, *, is_in_after: bool
) -> ComparedSuspect:
    """A suspect of two runs with what became of it."""
    if interval is None:
        kept = (before.retained_bytes or 0, after.retained_bytes or 0)
        change = change_of(*kept, before.is_leak, after.is_leak)
        return ComparedSuspect(change, suspect, before, after, is_in_after)
    rates = (before.growth_bytes / interval.before, after.growth_bytes / interval.after)
    change = change_of(
        rates[0] if before.growth_bytes > LEVEL_BYTES else 0.0,
        rates[1] if after.growth_bytes > LEVEL_BYTES else 0.0,
        before.is_leak,
        after.is_leak,
    )
    return ComparedSuspect(change, suspect, before, after, is_in_after, rates, interval.per)


def compared_freezes(suspect: Suspect, *, is_grown: bool) -> ComparedSuspect:
    """A suspect between two freezes of one run: what grew, or (looked at backwards) what went."""
    first, last = suspect.counts[0], suspect.counts[-1]
    less = Standing((first,), 0, max(0, suspect.retained_bytes - suspect.growth_bytes))
    if is_grown:
        more = Standing((last,), suspect.growth_bytes, suspect.retained_bytes, suspect)
        change = Change.WORSE if first else Change.NEW
        return ComparedSuspect(change, suspect, less, more, is_in_after=True)
    more = Standing((last,), 0, suspect.retained_bytes)
    less = replace(less, growth_bytes=-suspect.growth_bytes)
    change = Change.BETTER if first else Change.GONE
    return ComparedSuspect(change, suspect, more, less, is_in_after=False)


def change_of(before: float, after: float, was_leak: bool, is_leak: bool) -> Change:
    """What became of a suspect: by what it grew (or keeps) on both sides, in the same unit."""
    before, after = max(before, 0.0), max(after, 0.0)
    if is_leak and not was_leak and before <= GONE_SHARE * after:
        return Change.NEW
    if not is_leak and after <= GONE_SHARE * before:
        return Change.GONE if before > 0 else Change.SAME
    if after <= BETTER_SHARE * before:
        return Change.BETTER
    if before <= BETTER_SHARE * after:
        return Change.WORSE if before > 0 or not is_leak else Change.NEW
    return Change.SAME


def outcome_of(comparison: Comparison) -> Outcome:
    """The outcome: what got worse weighs more than what got better."""
    changes = {each.change for each in comparison.suspects}
    if changes & {Change.NEW, Change.WORSE}:
        return Outcome.WORSE
    leaks = [each for each in comparison.suspects if each.is_leak]
    if leaks and comparison.is_growth_known and all(each.change is Change.GONE for each in leaks):
        return Outcome.FIXED
    if changes & {Change.GONE, Change.BETTER}:
        return Outcome.BETTER
    if changes:
        return Outcome.SAME
    if comparison.is_growth_known or comparison.is_same_run:
        return Outcome.CLEAN
    return _by_memory(comparison)


def _by_memory(comparison: Comparison) -> Outcome:
    """Where no heap tells, the slopes do, if they differ by more than their errors."""
    before, after = comparison.before.slope, comparison.after.slope
    if before is None or after is None:
        return Outcome.UNKNOWN
    difference = after.per_s - before.per_s
    if abs(difference) <= SURE * math.hypot(before.error_per_s, after.error_per_s):
        return Outcome.SAME
    return Outcome.WORSE if difference > 0 else Outcome.BETTER


def heaviest_first(suspects: Sequence[ComparedSuspect]) -> tuple[ComparedSuspect, ...]:
    """Leaks before what is watched, then by bytes on either side."""
    return tuple(
        sorted(
            suspects,
            key=lambda each: (
                not each.is_leak,
                -max(each.before.growth_bytes, each.after.growth_bytes, each.before.retained_bytes or 0,
                     each.after.retained_bytes or 0),
                each.holder,
            ),
        )
    )  # fmt: skip
