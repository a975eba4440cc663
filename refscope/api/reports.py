"""A run, live or from a capture, gathered into one HTML file that can be attached to a pull request."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from refscope.analysis.suspects import Suspect
from refscope.analysis.verdicts import Verdict
from refscope.api.captures import Run
from refscope.api.session import Session
from refscope.api.snapshot import Snapshot
from refscope.present.export import write_whole
from refscope.present.layout import arrange
from refscope.present.report import ReportContent, ReportedFreeze, ReportedType, report_html
from refscope.present.scene import Scene
from refscope.recording import capture_of

MOST_GRAPHS = 5  # drawings of 60 KiB each; further suspects have their path in words
MOST_TYPES = 40


def export_report(
    run: Run | Session,
    path: str | os.PathLike[str],
    *,
    ignore: Sequence[str] = (),
) -> Path:
    """Write the report of a run; ignore: patterns of holders or types that are no leak.

    Raises `ExportError`. A session's suspects have names as long as its copies are there, a capture's
    as far as they were saved. Cost: the suspects, and about 50 ms per graph.
    """
    content = report_of(run, ignore)
    return write_whole(path, report_html(content).encode(), "The report could not be saved")


def report_of(run: Run | Session, ignore: Sequence[str] = ()) -> ReportContent:
    """What the report of a run shows; see `export_report`."""
    notes: tuple[str, ...] = ()
    if isinstance(run, Session):
        environment = capture_of(run.target, ()).environment
    else:
        environment, notes = run.environment, run.damage
    snapshots = run.snapshots
    return ReportContent(
        title=str(environment.get("title") or (Path(run.path).name if isinstance(run, Run) else "")),
        samples=run.samples,
        marks=run.marks,
        suspects=_suspects(snapshots, ignore),
        freezes=[ReportedFreeze(s.name, s.time_s, s.heap.n_objects, _size_of(s)) for s in snapshots],
        types=_types(snapshots),
        environment={name: value for name, value in environment.items() if name != "title"},
        notes=notes,
    )


def _suspects(snapshots: Sequence[Snapshot], ignore: Sequence[str]) -> list[tuple[Suspect, Scene | None]]:
    """Leaks are drawn; where there is none, what is only watched is."""
    if not snapshots:
        return []
    newest = snapshots[-1]
    found = newest.suspects(since=snapshots[:-1], ignore=ignore)
    leaks = [each for each in found if each.verdict is Verdict.LEAK]
    drawn = {each.rank for each in (leaks or found)[:MOST_GRAPHS]}
    return [(each, arrange(newest.open_graph(each)) if each.rank in drawn else None) for each in found]


def _types(snapshots: Sequence[Snapshot]) -> list[ReportedType]:
    if not snapshots:
        return []
    rows = snapshots[-1].types(since=snapshots[0] if len(snapshots) > 1 else None)[:MOST_TYPES]
    return [
        ReportedType(row.type_name, row.count, row.growth, row.shallow_bytes, row.shallow_growth)
        for row in rows
    ]


def _size_of(snapshot: Snapshot) -> int:
    return int(snapshot.heap.sizes.sum())
