"""Leak or only to be watched: small rules over the counts of a group, each with its reason in words.

The rules are asked in order; the first that answers decides. All of them see one growing group over
the freezes it was looked at in, oldest first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from refscope.heap.snapshot import CollectorState
from refscope.text import format_bytes, format_count

MIN_LEAK_BYTES = 1 << 20
"""Growth from which on it is called a leak however large the heap is."""

MIN_LEAK_SHARE = 0.1
MIN_SHARED_BYTES = 512 << 10
"""In a small heap less is a leak, but never this little: loggers and compiled code of healthy programs
grow by some hundred KiB in the time that a test takes."""

FEW = 10
MANY = 5000
MIN_MANY_BYTES = 256 << 10
"""So many more objects are a leak though each is small."""

HEAVY = 4096
"""Objects that bring so many bytes each are a leak from `MIN_MANY_BYTES` on: what healthy programs keep
of each job (a logger, a label of a metric) is some hundred bytes."""

FAR = 10
"""A bound of more than so many times the entries that are there is none that a test can rely on."""

FLATTENING = 3
"""The last interval's growth must reach the largest one's by this factor: a warm-up flattens."""


class Verdict(Enum):
    """What is said of a suspect."""

    LEAK = "leak"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules look at. counts: members per freeze. steps: growth per interval, in members or,
    where those stay alike, in bytes. heap_bytes: all of the oldest heap. bound: entries that the holder
    keeps at most, None = no bound known. was_loading: the holder's module was not yet imported at the
    first of two freezes. is_imports: what grew is modules that were imported. collector: how it was set
    at the newest freeze."""

    kind: str
    counts: tuple[int, ...]
    steps: tuple[int, ...]
    growth_bytes: int
    heap_bytes: int
    bound: int | None = None
    is_garbage: bool = False
    was_loading: bool = False
    is_imports: bool = False
    collector: CollectorState = field(default_factory=CollectorState)


Judgement = tuple[Verdict, str]
Rule = Callable[[Evidence], Judgement | None]


def judge(evidence: Evidence) -> Judgement:
    """The verdict and its reason."""
    for rule in RULES:
        judgement = rule(evidence)
        if judgement is not None:
            return judgement
    return _grew(evidence)


def is_settled(evidence: Evidence) -> bool:
    """Whether the reason to watch it only is that it stops growing, or is bound to."""
    return any(rule(evidence) for rule in (_waiting_for_the_collector, _bounded, _flattening))


def _single_freeze(evidence: Evidence) -> Judgement | None:
    if len(evidence.counts) > 1:
        return None
    return Verdict.WATCH, "One freeze only, so growth is unknown."


def _waiting_for_the_collector(evidence: Evidence) -> Judgement | None:
    if not evidence.is_garbage or _what_stops(evidence.collector):
        return None
    return Verdict.WATCH, "Nobody reaches them; the collector is on and may free them at its next full run."


def _bounded(evidence: Evidence) -> Judgement | None:
    """More entries than the bound: it bounds something else."""
    entries, bound = evidence.counts[-1], evidence.bound
    if bound is None or not entries <= bound <= FAR * entries:
        return None
    now, most = format_count(entries), format_count(bound)
    return Verdict.WATCH, f"It keeps at most {most} entries, {now} now."


def _importing(evidence: Evidence) -> Judgement | None:
    if not evidence.is_imports:
        return None
    return Verdict.WATCH, "Modules were imported meanwhile, which ends when all are."


def _loading(evidence: Evidence) -> Judgement | None:
    if not evidence.was_loading:
        return None
    return Verdict.WATCH, "Modules were still being imported at the first freeze; freeze again to tell."


def _flattening(evidence: Evidence) -> Judgement | None:
    if len(evidence.steps) < 2 or evidence.steps[-1] * FLATTENING >= max(evidence.steps):
        return None
    return Verdict.WATCH, "Its growth slows down and may settle."


def _small(evidence: Evidence) -> Judgement | None:
    growth = evidence.growth_bytes
    least = min(MIN_LEAK_BYTES, max(MIN_SHARED_BYTES, MIN_LEAK_SHARE * evidence.heap_bytes))
    more = evidence.counts[-1] - evidence.counts[0]
    is_heavy = more >= FEW and growth >= HEAVY * more
    if growth >= least or (growth >= MIN_MANY_BYTES and (more >= MANY or is_heavy)):
        return None
    return Verdict.WATCH, f"It grows, but by {format_bytes(growth)} in all, which is little."


def _grew(evidence: Evidence) -> Judgement:
    stopped = f" {_what_stops(evidence.collector)}." if evidence.is_garbage else ""
    if len(evidence.steps) == 1:
        return Verdict.LEAK, f"It grew between the two freezes, and nothing known bounds it.{stopped}"
    steps = ", ".join(f"+{format_count(step)}" for step in evidence.steps)
    unit = "" if evidence.counts[-1] > evidence.counts[0] else " bytes"
    return (
        Verdict.LEAK,
        f"It grew between every two of {len(evidence.counts)} freezes: {steps}{unit}.{stopped}",
    )


def _what_stops(collector: CollectorState) -> str:
    """Why the cyclic collector does not free garbage; "" = it will."""
    if not collector.is_enabled:
        return "The collector is switched off (gc.disable)"
    return "The heap was frozen (gc.freeze), so the collector passes over it" if collector.is_frozen else ""


RULES: tuple[Rule, ...] = (
    _single_freeze, _waiting_for_the_collector, _bounded, _importing, _loading, _flattening, _small,
)  # fmt: skip
"""In the order in which they are asked."""
