"""What the window shows of a running session as values: program, actions, strip, status line."""

from __future__ import annotations

from dataclasses import dataclass, replace

from refscope.api import Run, Session, freeze_letter
from refscope.gui.actions import WindowFacts
from refscope.gui.analysing import Analysis
from refscope.gui.hunt_facts import Finding, finding_of
from refscope.gui.hunt_text import HuntFacts
from refscope.gui.toolbar import ProgramState
from refscope.samples import last_slope
from refscope.text import format_bytes, format_count

FREEZE_PAUSE_S = 0.005
"""What a freeze is said to cost before there is one to tell."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What RefScope does with the session at the moment."""

    is_freezing: bool = False
    is_analysing: bool = False
    is_stopping: bool = False


def program_state(session: Session, doing: Doing) -> ProgramState:
    """Which program, in which state."""
    status = session.exit
    ended = "" if status is None else f"{status.words[:1].upper()}{status.words[1:]}"
    elapsed = session.elapsed_s if status is None else status.time_s
    failed = status is not None and status.has_failed and not doing.is_stopping
    version = ".".join(map(str, session.python))
    return ProgramState(
        session.title, version, elapsed, ended, failed, is_attached=not session.is_ours,
        is_freezing=doing.is_freezing,
    )  # fmt: skip


def window_facts(session: Session, doing: Doing) -> WindowFacts:
    """What decides which actions make sense."""
    return WindowFacts(
        in_session=True,
        is_ours=session.is_ours,
        is_running=session.is_running,
        is_freezing=doing.is_freezing,
        can_run_again=session.is_ours,
        freezes=len(session.snapshots),
        is_tracing=bool(session.tracing.frames),
        traces_itself=bool(session.tracing.frames) and not session.tracing.is_ours,
        can_save=bool(session.snapshots) or len(session.samples) > 0,
    )


def hunt_facts(session: Session, doing: Doing, found: Finding | None) -> HuntFacts:
    """What the strip's sentence is made of."""
    samples = session.samples.array()
    slope = last_slope(samples[:, 0], samples[:, 2])
    names = tuple(snapshot.name for snapshot in session.snapshots)
    last = session.snapshots[-1].time_s if names else 0.0
    status = session.exit
    has_failed = status is not None and status.has_failed and not doing.is_stopping
    facts = HuntFacts(
        is_running=session.is_running,
        elapsed_s=session.elapsed_s,
        slope_bytes_per_s=None if slope is None else slope.per_s,
        slope_error=0.0 if slope is None else slope.error_per_s,
        pause_s=session.snapshots[-1].pause_s if names else FREEZE_PAUSE_S,
        freezes=names,
        next_freeze=freeze_letter(len(names)),
        marks_since=sum(1 for mark in session.marks if mark.kind == "mark" and mark.time_s > last),
        since_freeze_s=session.elapsed_s - last,
        is_freezing=doing.is_freezing,
        is_analysing=doing.is_analysing,
        can_save=True,
        marks=sum(1 for mark in session.marks if mark.kind == "mark"),
        can_report=True,
        can_rerun=session.is_ours,
        is_attached=not session.is_ours,
        failure=status.words if status is not None and has_failed else "",
        has_crashed=status is not None and has_failed and status.is_crash,
    )
    return found_facts(facts, found)


def status_facts(session: Session) -> tuple[list[str], str]:
    """The parts of the status line: those at its left, and that at its right."""
    samples = session.samples.array()
    facts = [f"PID {session.pid}" if session.is_ours else f"Attached to {session.title}"]
    if len(samples):
        processes = int(samples[-1, 5])
        facts[0] += f", {processes} process{'' if processes == 1 else 'es'}"
        facts.append(f"{format_bytes(samples[-1, 1])} resident")
    if session.tracing.frames:
        facts.append("Allocations traced")
    if session.snapshots:
        facts.append(_copies(session))
    right = ""
    if session.snapshots:
        last = session.snapshots[-1]
        totals = last.known_totals
        right = f"{format_count(totals.objects)} objects in {last.name}" if totals is not None else ""
    return facts, right


def _copies(session: Session) -> str:
    """ "Freeze A 41 MiB, B 46 MiB private": what each copy has of its own; names alone until one is known."""
    costs = session.target.copies
    known = [(each.name, costs[each.time_s]) for each in session.snapshots if each.time_s in costs]
    if known:
        told = ", ".join(f"{name} {format_bytes(cost.private_bytes)}" for name, cost in known)
        return f"Freeze {told} private"
    names = [each.name for each in session.snapshots]
    return f"Freeze{'s' if len(names) > 1 else ''} {', '.join(names)}"


def found_facts(facts: HuntFacts, found: Finding | None) -> HuntFacts:
    """With what the suspects amount to."""
    if found is None:
        return facts
    return replace(
        facts,
        verdict=found.verdict,
        holders=found.holders,
        explained_bytes=found.explained_bytes,
        grown_bytes=found.grown_bytes,
    )


def finding_in(run: Session | Run, analysis: Analysis) -> Finding | None:
    """What the suspects of a freeze amount to, over the process's growth since the freeze they are
    counted from; None without an earlier one."""
    if analysis.since is None:
        return None
    before, after = (_memory_at(run, each.time_s) for each in (analysis.since, analysis.snapshot))
    return finding_of(analysis.suspects, after - before)


def _memory_at(session: Session | Run, time_s: float) -> float:
    """Unique memory in bytes at a time of the session; NaN without samples."""
    samples = session.samples.array()
    if not len(samples):
        return float("nan")
    at = min(len(samples) - 1, int((samples[:, 0] < time_s).sum()))
    return float(samples[at, 2])
