"""What is found of a freeze, and what is shown while it is frozen and analysed."""

from __future__ import annotations

from dataclasses import dataclass

from refscope.api import Snapshot, Suspect, TypeRow
from refscope.gui.jobs import Job, Progress
from refscope.gui.state_values import WorkState


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found of a freeze: its types since the one before, its suspects."""

    snapshot: Snapshot
    types: tuple[TypeRow, ...]
    suspects: tuple[Suspect, ...]
    since: Snapshot | None


def analysis_of(snapshot: Snapshot, earlier: list[Snapshot], job: Job) -> Analysis:
    """Types and suspects of a freeze against earlier ones. Long: for the lane `heap-work`."""
    snapshot.analyse(lambda text, share: job.progress(round(100 * share), 100, text), job.cancel_signal)
    since = earlier[-1] if earlier else None
    types = tuple(snapshot.types(since))
    job.cancel_signal.raise_if_cancelled()
    suspects = tuple(snapshot.suspects(earlier or None))
    return Analysis(snapshot, types, suspects, since)


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
