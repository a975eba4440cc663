"""A run or two, live or from captures, gathered into one HTML file that can be attached to a pull request."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from refscope.analysis.compare import ComparedSuspect, Comparison
from refscope.analysis.suspects import Suspect
from refscope.api.captures import Run
from refscope.api.comparisons import compare
from refscope.api.session import Session
from refscope.api.snapshot import Snapshot
from refscope.errors import CancelSignal
from refscope.present.export import write_whole
from refscope.present.layout import arrange
from refscope.present.report import ReportContent, ReportedFreeze, ReportedType, report_html
from refscope.present.report_comparison import ComparisonContent, comparison_html
from refscope.present.scene import Scene
from refscope.recording import capture_of

MOST_GRAPHS = 5  # drawings of 60 KiB each; further suspects have their path in words
MOST_TYPES = 40

Progress = Callable[[str, float], None]
"""Called with a sentence about the step and the share of the work that is done, 0 to 1."""


def export_report(
    run: Run | Session,
    path: str | os.PathLike[str],
    *,
    before: Run | Session | None = None,
    ignore: Sequence[str] = (),
    progress: Progress | None = None,
    cancel: CancelSignal | None = None,
) -> Path:
    """Write the report of a run; before: an earlier run, with which it is compared instead.

    ignore: patterns of holders or types that are no leak. Raises `ExportError`, `Cancelled`; with
    `before` also `NotFound`. A session's suspects have names as long as its copies are there, a capture's
    as far as they were saved. Cost: the suspects (of both runs), and about 50 ms per graph.
    """
    if before is None:
        page = report_html(report_of(run, ignore, progress=progress, cancel=cancel))
    else:
        comparison = compare(before, run, ignore=ignore, progress=progress, cancel=cancel)
        page = comparison_html(comparison_content(comparison, before, run))
    if cancel is not None:
        cancel.raise_if_cancelled()
    return write_whole(path, page.encode(), "The report could not be saved")


def export_comparison(
    comparison: Comparison,
    path: str | os.PathLike[str],
    before: Run | Session | Snapshot,
    after: Run | Session | Snapshot,
) -> Path:
    """Write the report of a comparison that was made of these. Raises `ExportError`."""
    page = comparison_html(comparison_content(comparison, before, after))
    return write_whole(path, page.encode(), "The report could not be saved")


def report_of(
    run: Run | Session,
    ignore: Sequence[str] = (),
    *,
    progress: Progress | None = None,
    cancel: CancelSignal | None = None,
) -> ReportContent:
    """What the report of a run shows; see `export_report`."""

    def step(words: str, share: float) -> None:
        if cancel is not None:
            cancel.raise_if_cancelled()
        if progress is not None:
            progress(words, share)

    environment = environment_of(run)
    snapshots = run.snapshots
    step("Finding suspects", 0.0)
    lost = run.lost if isinstance(run, Run) else ""
    if lost and isinstance(run, Run):  # rows of a freeze that is not there are not drawn
        suspects: list[tuple[Suspect, Scene | None]] = [(each, None) for each in run.saved_suspects(ignore)]
    else:
        suspects = _suspects(snapshots, ignore, step)
    step("Counting types", 0.9)
    return ReportContent(
        title=str(environment.get("title") or (Path(run.path).name if isinstance(run, Run) else "")),
        samples=run.samples,
        marks=run.marks,
        suspects=suspects,
        freezes=[_freeze(each) for each in snapshots],
        types=_types(snapshots),
        environment={name: value for name, value in environment.items() if name != "title"},
        notes=(*run.damage, *filter(None, [lost])) if isinstance(run, Run) else (),
    )


def environment_of(run: Run | Session | Snapshot) -> Mapping[str, Any]:
    """What a run ran in; a snapshot does not know."""
    if isinstance(run, Session):
        return capture_of(run.target, ()).environment
    return run.environment if isinstance(run, Run) else {}


def comparison_content(
    comparison: Comparison, before: Run | Session | Snapshot, after: Run | Session | Snapshot
) -> ComparisonContent:
    """What the report of a comparison shows; the first few leaks are drawn, in the run that has them."""
    drawn = [each for each in comparison.suspects if each.is_leak] or list(comparison.suspects)
    shown = {id(each) for each in drawn[:MOST_GRAPHS]}
    environments = [environment_of(before)]
    if not comparison.is_same_run:
        environments.append(environment_of(after))
    return ComparisonContent(
        comparison,
        [
            (each, _scene_of(comparison, each, before, after) if id(each) in shown else None)
            for each in comparison.suspects
        ],
        [environment for environment in environments if environment],
    )


def _scene_of(
    comparison: Comparison,
    compared: ComparedSuspect,
    before: Run | Session | Snapshot,
    after: Run | Session | Snapshot,
) -> Scene:
    """The graph in the freeze whose rows the suspect has."""
    side, run = (comparison.after, after) if compared.is_in_after else (comparison.before, before)
    snapshots = [run] if isinstance(run, Snapshot) else list(run.snapshots)
    newest = next((s for s in reversed(snapshots) if s.name == side.freezes[-1]), snapshots[-1])
    return arrange(newest.open_graph(compared.suspect))


def _suspects(
    snapshots: Sequence[Snapshot], ignore: Sequence[str], step: Progress
) -> list[tuple[Suspect, Scene | None]]:
    """Leaks are drawn; where there is none, what is only watched is."""
    if not snapshots:
        return []
    newest = snapshots[-1]
    found = newest.suspects(since=snapshots[:-1], ignore=ignore)
    leaks = [each for each in found if each.is_leak]
    drawn = {each.rank for each in (leaks or found)[:MOST_GRAPHS]}
    shown: list[tuple[Suspect, Scene | None]] = []
    for number, each in enumerate(found):
        step(f"Drawing {each.holder}", 0.4 + 0.5 * number / len(found))
        shown.append((each, arrange(newest.open_graph(each)) if each.rank in drawn else None))
    return shown


def _types(snapshots: Sequence[Snapshot]) -> list[ReportedType]:
    if not snapshots:
        return []
    rows = snapshots[-1].types(since=snapshots[0] if len(snapshots) > 1 else None)[:MOST_TYPES]
    return [
        ReportedType(row.type_name, row.count, row.growth, row.shallow_bytes, row.shallow_growth)
        for row in rows
    ]


def _freeze(snapshot: Snapshot) -> ReportedFreeze:
    totals = snapshot.totals
    return ReportedFreeze(snapshot.name, snapshot.time_s, totals.objects, totals.size_bytes)
