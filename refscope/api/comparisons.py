"""Two runs, or two freezes of one run, compared: the parts gathered from captures, sessions, snapshots.

Runs are matched by names only; freezes of one run by ids as well. The heaps stand in different processes,
so each is asked for its own names.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from refscope.analysis.compare import (
    ComparedSide,
    ComparedSuspect,
    ComparedType,
    Comparison,
    compared,
    compared_freezes,
    heaviest_first,
)
from refscope.analysis.diff import type_growth
from refscope.analysis.intervals import FreezeTimes, Interval, common_interval
from refscope.analysis.matching import RunHeaps, pairs_of, standing_of
from refscope.analysis.mechanisms.interpreter import GARBAGE_ROOT
from refscope.analysis.suspects import Suspect
from refscope.api.captures import Run, open_capture
from refscope.api.session import Session
from refscope.api.snapshot import Snapshot
from refscope.errors import CancelSignal, NotFound
from refscope.samples import SampleSeries, Slope, slope

Side = Run | Session | Snapshot | str | os.PathLike[str]
"""A run (a session, an opened capture or the path of one), or one freeze of a run."""

Progress = Callable[[str, float], None]
"""Called with a sentence about the step and the share of the work that is done, 0 to 1."""

MAX_SUSPECTS = 12
MIN_GONE_BYTES = 64 << 10  # between two freezes of one run
SHORTEST_SLOPE_S = 3.0  # of less the error is larger than the slope
WARM_UP_SHARE = 1 / 3  # of a run without two freezes, before its slope is taken


def compare(
    before: Side,
    after: Side | None = None,
    *,
    ignore: Sequence[str] = (),
    same_run: bool | None = None,
    progress: Progress | None = None,
    cancel: CancelSignal | None = None,
) -> Comparison:
    """What became of suspects, types and memory from one run to another, or between two freezes.

    after: None = the first freeze of `before` against its last. ignore: patterns of holders or types
    that are no leak. same_run: whether two snapshots are of one run; None = told by where their modules
    lie. Raises `NotFound` where there is nothing to compare, `CaptureFileError`, `Cancelled`. Cost: the
    suspects and retained sizes of both, about 5 s per million objects.
    """
    step = _Steps(progress, cancel)
    first = _opened(before)
    if after is None:
        if isinstance(first, Snapshot) or len(first.snapshots) < 2:
            raise NotFound("There are no two freezes to compare", "Record with --every or --on-output.")
        return compare_freezes(
            first, first.snapshots[0], first.snapshots[-1], ignore=ignore, progress=progress, cancel=cancel
        )
    second = _opened(after)
    if isinstance(first, Snapshot) and isinstance(second, Snapshot):
        is_same = _is_same_run(first, second) if same_run is None else same_run
        if is_same:
            return _between_freezes(None, first, second, ignore, step)
    return _between_runs(first, second, ignore, step)


def compare_freezes(
    run: Run | Session,
    before: Snapshot,
    after: Snapshot,
    *,
    ignore: Sequence[str] = (),
    progress: Progress | None = None,
    cancel: CancelSignal | None = None,
) -> Comparison:
    """Two freezes of one run, with its chart; see `compare`."""
    return _between_freezes(run, before, after, ignore, _Steps(progress, cancel))


class _Steps:
    """Says where the work is, and stops it."""

    def __init__(self, progress: Progress | None, cancel: CancelSignal | None) -> None:
        self._progress, self._cancel = progress, cancel

    def __call__(self, words: str, share: float) -> None:
        if self._cancel is not None:
            self._cancel.raise_if_cancelled()
        if self._progress is not None:
            self._progress(words, share)


def _opened(side: Side) -> Run | Session | Snapshot:
    return open_capture(side) if isinstance(side, str | os.PathLike) else side


def _is_same_run(first: Snapshot, second: Snapshot) -> bool:
    """Whether most modules lie where they did: no other run puts them there."""
    places = {module.name: module.object_id for module in first.heap.modules}
    shared = [module for module in second.heap.modules if module.name in places]
    return 2 * sum(places[module.name] == module.object_id for module in shared) > len(shared)


# --- two freezes of one run ---------------------------------------------------------------------------


def _between_freezes(
    run: Run | Session | None, before: Snapshot, after: Snapshot, ignore: Sequence[str], step: _Steps
) -> Comparison:
    step(f"Finding what grew from {before.name} to {after.name}", 0.0)
    grown = after.suspects(since=before, ignore=ignore)
    step("Finding what went", 0.35)
    went = before.suspects(since=after, ignore=ignore)
    suspects = [compared_freezes(each, is_grown=True) for each in grown]
    suspects += [compared_freezes(each, is_grown=False) for each in went if _is_news(each)]
    step("Comparing types", 0.7)
    types = _types(before, after, is_same_run=True, step=step)
    sides = [_at_freeze(_side_of(snapshot if run is None else run), snapshot) for snapshot in (before, after)]
    between = _slope_between(sides[0].samples, before.time_s, after.time_s)
    step("Done", 1.0)
    return Comparison(
        replace(sides[0], slope=between),
        replace(sides[1], slope=between),
        is_same_run=True,
        suspects=heaviest_first(suspects)[:MAX_SUSPECTS],
        types=types,
    )


def _is_news(gone: Suspect) -> bool:
    """Whether what went is worth telling: garbage that was collected, and little things, are not."""
    return gone.chain.root.kind != GARBAGE_ROOT and gone.growth_bytes >= MIN_GONE_BYTES


def _at_freeze(side: ComparedSide, snapshot: Snapshot) -> ComparedSide:
    totals = snapshot.totals
    return replace(side, freezes=(snapshot.name,), objects=totals.objects, size_bytes=totals.size_bytes)


# --- two runs -----------------------------------------------------------------------------------------


def _between_runs(
    before: Run | Session | Snapshot, after: Run | Session | Snapshot, ignore: Sequence[str], step: _Steps
) -> Comparison:
    heaps = [_snapshots_of(run) for run in (before, after)]
    sides = [_side_of(run) for run in (before, after)]
    notes = _notes(before, after)
    if not heaps[0] or not heaps[1]:
        if any(not own and not _has_samples(side) for side, own in zip(sides, heaps, strict=True)):
            raise NotFound("There are no two freezes to compare", "Record with --every or --on-output.")
        missing = [side.title for side, own in zip(sides, heaps, strict=True) if not own]
        have = "have" if len(missing) > 1 else "has"
        notes = (*notes, f"{' and '.join(missing)} {have} no freeze: only memory is compared.")
        return Comparison(sides[0], sides[1], is_same_run=False, notes=notes)
    interval = common_interval(_times(heaps[0], sides[0]), _times(heaps[1], sides[1]))
    if interval is None:
        notes = (*notes, "Growth is not known with fewer than two freezes in each run.")
    suspects = _suspects(heaps[0], heaps[1], interval, ignore, step)
    types = _types(heaps[0][-1], heaps[1][-1], is_same_run=False, step=step)
    step("Done", 1.0)
    return Comparison(
        sides[0],
        sides[1],
        is_same_run=False,
        suspects=heaviest_first(suspects)[:MAX_SUSPECTS],
        types=types,
        per=interval.per if interval is not None else "",
        notes=notes,
    )


def _has_samples(side: ComparedSide) -> bool:
    return side.samples is not None and len(side.samples) > 0


def _suspects(
    before: Sequence[Snapshot],
    after: Sequence[Snapshot],
    interval: Interval | None,
    ignore: Sequence[str],
    step: _Steps,
) -> list[ComparedSuspect]:
    """Leaks of either run; where growth is not known, what is to be watched as well."""
    step("Finding what leaks before", 0.0)
    then = before[-1].suspects(since=before[:-1] if interval is not None else None, ignore=ignore)
    step("Finding what leaks after", 0.3)
    now = after[-1].suspects(since=after[:-1] if interval is not None else None, ignore=ignore)
    step("Matching both", 0.6)
    heaps = [_heaps(run if interval is not None else run[-1:]) for run in (before, after)]
    found = []
    for old, new in pairs_of(then, now):
        shown = new or old
        assert shown is not None, "a pair of nothing"
        if interval is None or _is_leak(old) or _is_leak(new):
            found.append(
                compared(
                    shown,
                    standing_of(old) if old is not None else heaps[0].standing(shown),
                    standing_of(new) if new is not None else heaps[1].standing(shown),
                    interval,
                    is_in_after=new is not None,
                )
            )
    return found


def _is_leak(suspect: Suspect | None) -> bool:
    return suspect is not None and suspect.is_leak


def _heaps(snapshots: Sequence[Snapshot]) -> RunHeaps:
    return RunHeaps([snapshot.analysed for snapshot in snapshots], snapshots[-1].labels)


def _types(before: Snapshot, after: Snapshot, *, is_same_run: bool, step: _Steps) -> tuple[ComparedType, ...]:
    step("Finding who owns what", 0.75)
    retained = [_retained(snapshot) for snapshot in (before, after)]
    rows = [
        ComparedType(
            type_name=grown.name,
            count_before=grown.count - grown.growth,
            count=grown.count,
            shallow_before=grown.size_bytes - grown.size_growth,
            shallow_bytes=grown.size_bytes,
            retained_before=retained[0].get(grown.name),
            retained_bytes=retained[1].get(grown.name),
        )
        for grown in type_growth(before.analysed.roots, after.analysed.roots, is_same_run=is_same_run)
        if grown.growth or grown.size_growth
    ]
    return tuple(sorted(rows, key=lambda row: (-abs(row.shallow_growth), -abs(row.growth), row.type_name)))


def _retained(snapshot: Snapshot) -> dict[str, int]:
    """Retained bytes by the name of a class; of several classes of one name the largest."""
    found: dict[str, int] = {}
    sizes = snapshot.analysed.dominators.retained_by_type()
    for info, size_bytes in zip(snapshot.heap.type_table, sizes.tolist(), strict=True):
        found[info.name] = max(found.get(info.name, 0), int(size_bytes))
    return found


# --- sides --------------------------------------------------------------------------------------------


def _snapshots_of(run: Run | Session | Snapshot) -> Sequence[Snapshot]:
    return [run] if isinstance(run, Snapshot) else run.snapshots


def _side_of(run: Run | Session | Snapshot) -> ComparedSide:
    snapshots = _snapshots_of(run)
    totals = snapshots[-1].totals if snapshots else None
    side = ComparedSide(
        title=title_of(run),
        freezes=tuple(snapshot.name for snapshot in snapshots),
        objects=totals.objects if totals is not None else None,
        size_bytes=totals.size_bytes if totals is not None else None,
    )
    if isinstance(run, Snapshot):
        return side
    times = run.samples.column("time_s")
    found = None
    if len(snapshots) > 1:
        found = _slope_between(run.samples, snapshots[0].time_s, snapshots[-1].time_s)
    if found is None and len(times):
        start = float(times[0] + WARM_UP_SHARE * (times[-1] - times[0]))
        found = _slope_between(run.samples, start, float(times[-1]))
    return replace(side, slope=found, samples=run.samples, marks=tuple(run.marks))


def title_of(run: Run | Session | Snapshot) -> str:
    """What a person calls it: the name of its program or its file."""
    if isinstance(run, Snapshot):
        return run.name
    return run.title if isinstance(run, Session) else Path(run.path).stem


def _slope_between(samples: SampleSeries | None, start_s: float, end_s: float) -> Slope | None:
    """Of unique memory, where it is not known of resident memory; None of a short stretch."""
    if samples is None or end_s - start_s < SHORTEST_SLOPE_S:
        return None
    unique = samples.column("uss_bytes")
    values = samples.column("rss_bytes") if np.isnan(unique).all() else unique
    return slope(samples.column("time_s")[: len(values)], values, start_s, end_s)


def _times(snapshots: Sequence[Snapshot], side: ComparedSide) -> FreezeTimes:
    return FreezeTimes([s.name for s in snapshots], [s.time_s for s in snapshots], side.marks)


def _notes(*runs: Run | Session | Snapshot) -> tuple[str, ...]:
    return tuple(sentence for run in runs if isinstance(run, Run) for sentence in run.damage)
