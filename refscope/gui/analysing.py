"""What is found of a freeze, and what is shown while it is frozen and analysed."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from refscope.analysis.suspects import is_ignored
from refscope.api import Snapshot, Suspect, TypeRow
from refscope.api.listing import type_counts
from refscope.gui.jobs import Job, Progress
from refscope.gui.state_values import WorkState
from refscope.text import format_count, format_signed, short_name

MOST_SETTLED = 20
LEAST_SETTLED = 10
"""A class that grew by fewer objects and then no more is no news."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Something that grew and is no leak: what, and why not."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found of a freeze: its types since the first of the earlier ones, its suspects, best first.

    earlier: the freezes that it was compared with, oldest first. history: objects of each class in these
    and in this one. heap_bytes: of all its objects; growth_bytes: since the first of the earlier freezes,
    0 without one or where it shrank. settled: what grew and then no more. set_aside: suspects that the
    person called no leak; they have no rank.
    """

    snapshot: Snapshot
    types: tuple[TypeRow, ...]
    suspects: tuple[Suspect, ...]
    since: Snapshot | None
    earlier: tuple[Snapshot, ...] = ()
    history: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    settled: tuple[Settled, ...] = ()
    set_aside: tuple[Suspect, ...] = ()
    heap_bytes: int = 0
    growth_bytes: int = 0

    @property
    def leaking(self) -> frozenset[str]:
        """Classes that leaks are made of."""
        return frozenset(
            name
            for suspect in self.suspects
            if suspect.is_leak
            for name in (suspect.type_name, *suspect.member_types)
        )

    @property
    def freezes(self) -> tuple[str, ...]:
        """Names of the freezes that `history` is over."""
        return tuple(each.name for each in (*self.earlier, self.snapshot))


def analysis_of(
    snapshot: Snapshot, earlier: Sequence[Snapshot], job: Job, not_leaks: Sequence[str] = ()
) -> Analysis:
    """Types and suspects of a freeze against earlier ones. Long: for the lane `heap-work`.

    not_leaks: holders that the person called no leak.
    """
    snapshot.analyse(lambda text, share: job.progress(round(100 * share), 100, text), job.cancel_signal)
    since = earlier[0] if earlier else None
    types = tuple(snapshot.types(since))
    job.cancel_signal.raise_if_cancelled()
    found = snapshot.suspects(earlier or None)
    job.cancel_signal.raise_if_cancelled()
    history = type_counts((*earlier, snapshot))
    suspects = tuple(each for each in found if not each.is_settled)
    settled = settled_of(found, types, history)
    heap_bytes = snapshot.totals.size_bytes
    growth_bytes = max(0, heap_bytes - since.totals.size_bytes) if since is not None else 0
    analysis = Analysis(
        snapshot, types, suspects, since, tuple(earlier), history, settled,
        heap_bytes=heap_bytes, growth_bytes=growth_bytes,
    )  # fmt: skip
    return judged(analysis, not_leaks)


def most_kept(snapshot: Snapshot, job: Job, not_leaks: Sequence[str] = ()) -> Analysis:
    """What keeps most in a freeze, whatever grew: its candidates as if it were the only one. Long."""
    found = analysis_of(snapshot, (), job, not_leaks)
    reason = "Listed for what it keeps; it is no leak so far."
    return replace(found, suspects=tuple(replace(each, reason=reason) for each in found.suspects))


def judged(analysis: Analysis, not_leaks: Sequence[str]) -> Analysis:
    """The same with these holders set aside, and nobody else."""
    every = sorted((*analysis.suspects, *analysis.set_aside), key=attrgetter("rank_key"))
    patterns = [glob.escape(holder) for holder in not_leaks]
    aside = [each for each in every if is_ignored(each, patterns)]
    kept = [replace(each, rank=rank) for rank, each in enumerate((e for e in every if e not in aside), 1)]
    return replace(analysis, suspects=tuple(kept), set_aside=tuple(replace(each, rank=0) for each in aside))


def settled_of(
    suspects: Sequence[Suspect], types: Sequence[TypeRow], history: Mapping[str, tuple[int, ...]]
) -> tuple[Settled, ...]:
    """What grew and is no leak: suspects that are bound or level off, and the program's own classes that
    grew before the last freeze and not since. What came most first."""
    found = [Settled(each.title, each.reason) for each in suspects if each.is_settled]
    own = [row.type_name for row in types if not row.is_builtin]
    grew = [(max(counts[:-1]) - counts[0], name) for name in own if len(counts := history.get(name, ())) > 2]
    for more, name in sorted(grew, reverse=True):
        counts = history[name]
        if more >= LEAST_SETTLED and counts[-1] <= counts[-2] and len(found) < MOST_SETTLED:
            change = counts[-1] - counts[-2]
            since = "none came since" if not change else f"{format_signed(change)} since"
            title = f"{format_count(counts[-1])} {short_name(name)}"
            found.append(Settled(title, f"{format_signed(more)} at first, {since}."))
    return tuple(found)


def freezing(letter: str, step: Progress | None) -> WorkState:
    """What is shown while freeze `letter` is taken; `step` = None before the first object is read."""
    text = "Your program goes on. Reading the copy." if step else "Your program goes on in a moment."
    return WorkState(
        f"Freezing {letter}",
        text,
        "snowflake",
        step.done if step else None,
        step.total if step else None,
        left_s=step.left_s if step else None,
        cancel_note="Cancel discards the copy, nothing else.",
    )


def analysing(name: str, step: Progress) -> WorkState:
    """What is shown while freeze `name` is analysed."""
    return WorkState(
        f"Analysing {name}",
        f"{step.text}.",
        "search",
        step.done,
        step.total,
        "%",
        step.left_s,
        "Cancel keeps the freeze; paths and suspects are left out.",
    )
