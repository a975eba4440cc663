"""Captures through the API: a session saved, a file opened, the names that make it useful without the copy.

Before a session is saved, the labels of the chains to every class are fetched, so that the questions
a person asks of a capture (why is this class alive?) have their answers in the file, and the suspects are
computed, so that they can be shown where what they were found in is lost.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from refscope.analysis.suspects import Suspect, is_ignored
from refscope.api.session import Session
from refscope.api.snapshot import Snapshot
from refscope.capture.file import Capture, KeptSnapshot, SavedSnapshot, SavedSuspects
from refscope.capture.labels import Edge, SavedLabels
from refscope.capture.mprof import is_mprof, mprof_run
from refscope.capture.reading import read_capture
from refscope.capture.redaction import RedactingLabels, Redactor, redacted_labels
from refscope.capture.trace_redaction import RedactingTraces, redacted_traces
from refscope.capture.writing import write_capture
from refscope.errors import PeerGone
from refscope.heap.snapshot import Label
from refscope.heap.traces import SavedTraces, Traceback
from refscope.recording import capture_of
from refscope.samples import Mark, SampleSeries

CHAINS_PER_TYPE = 3
MOST_TYPES = 4_000  # a program with more classes has few objects of most of them
HOLDERS_PER_EXAMPLE = 12


@dataclass(frozen=True, slots=True)
class Run:
    """An opened capture. `damage`: one sentence per part that is missing. `suspects`: as they were
    computed when it was written, by the RefScope named there; there even where columns are lost."""

    path: str
    environment: Mapping[str, Any]
    samples: SampleSeries
    marks: tuple[Mark, ...]
    output: str
    snapshots: tuple[Snapshot, ...]
    damage: tuple[str, ...]
    suspects: SavedSuspects = field(default_factory=SavedSuspects)

    @property
    def lost(self) -> str:
        """Why the suspects as they were computed tell more than what can be computed now, as a sentence;
        "" = they do not: the freeze that they were found in is there, with its names."""
        saved = self.suspects
        if not saved.refscope:
            return ""
        what = f"Freeze {saved.freeze} cannot be read"
        for each in self.snapshots:
            if (each.name, each.time_s) == (saved.freeze, saved.freeze_s):
                if not (isinstance(each.labels, KeptLabels) and each.labels.are_lost):
                    return ""
                what = f"Names of references in freeze {saved.freeze} cannot be read"
        return f"{what}. These are its suspects as RefScope {saved.refscope} found them."

    def saved_suspects(self, ignore: Sequence[str] = ()) -> list[Suspect]:
        """The suspects as they were computed when this was written; ignore: as in `Snapshot.suspects`."""
        return [each for each in self.suspects.suspects if not is_ignored(each, ignore)]


class KeptLabels:
    """The labels of a freeze in a capture, read when the first is asked for."""

    def __init__(self, kept: KeptSnapshot) -> None:
        self._kept = kept

    @property
    def are_lost(self) -> bool:
        """Whether there were some that can no longer be read."""
        return self._kept.has_lost_labels

    @property
    def saved(self) -> SavedLabels:
        """All of them."""
        return self._kept.labels

    def labels(self, edges: Sequence[Edge]) -> list[tuple[Label, ...]]:
        """See `LabelSource`."""
        return self.saved.labels(edges)

    def describe(self, ids: Sequence[int]) -> list[str]:
        """See `LabelSource`."""
        return self.saved.describe(ids)


class KeptTraces:
    """Where objects were made, of a freeze in a capture; read when it is first asked for."""

    def __init__(self, kept: KeptSnapshot) -> None:
        self._kept = kept

    @property
    def saved(self) -> SavedTraces:
        """All of them."""
        return self._kept.traces

    @property
    def frames(self) -> int:
        """See `TraceSource`."""
        return self.saved.frames

    def tracebacks(self, ids: Sequence[int]) -> list[Traceback]:
        """See `TraceSource`."""
        return self.saved.tracebacks(ids)


def open_capture(path: str | os.PathLike[str]) -> Run:
    """Open a capture, or a file of mprof, without its program.

    Freezes are read when they are first asked for. Raises `CaptureFileError`.
    """
    if is_mprof(path):
        found = mprof_run(path)
        return Run(os.fspath(path), found.environment, found.samples, found.marks, "", (), found.damage)
    capture = read_capture(path)
    return _run_of(capture, os.fspath(path), [_opened(kept) for kept in capture.snapshots])


def _opened(kept: KeptSnapshot) -> Snapshot:
    return Snapshot(kept, KeptLabels(kept), traces=KeptTraces(kept))


def save_session(session: Session, path: str | os.PathLike[str], *, redact: bool = False) -> Capture:
    """Save everything that a session has collected. Raises `CaptureFileError`.

    redact: without any value of the program, see `redact_capture`. Cost: the suspects, and half a second
    per million objects of each freeze.
    """
    for snapshot in session.snapshots:
        fetch_names(snapshot)
    capture = capture_of(session.target, ())
    capture = _complete(capture, session.snapshots, Redactor() if redact else None)
    write_capture(path, capture)
    return capture


def redact_capture(source: str | os.PathLike[str], path: str | os.PathLike[str]) -> Capture:
    """Write a capture anew without any value of its program: names of types, attributes, modules and
    variables only; no text it printed or held, no key, no command, no folder. Raises `CaptureFileError`.

    The suspects are computed from what is left.
    """
    run = open_capture(source)
    capture = Capture(run.environment, run.samples.array(), run.marks, damage=run.damage)
    capture = _complete(capture, run.snapshots, Redactor())
    write_capture(path, capture)
    return capture


def redact(run: Run) -> Run:
    """An opened capture without any value of its program; what is made of it has none either.

    Reads all freezes. Nothing is written.
    """
    redactor = Redactor()
    capture = Capture(run.environment, run.samples.array(), run.marks, damage=run.damage)
    snapshots = [redacted(snapshot, redactor) for snapshot in run.snapshots]
    return _run_of(_redacted_frame(capture, redactor), "", snapshots)


def redacted(snapshot: Snapshot, redactor: Redactor) -> Snapshot:
    """A snapshot of the same columns whose labels, tables and name have no value of the program."""
    labels = RedactingLabels(snapshot.labels, snapshot.heap)
    return Snapshot(redactor.snapshot(snapshot.heap), labels, traces=RedactingTraces(snapshot.traces))


def suspects_of(snapshots: Sequence[Snapshot]) -> SavedSuspects:
    """Suspects of the last of these freezes, as they are saved."""
    if not snapshots:
        return SavedSuspects()
    *earlier, newest = snapshots
    return SavedSuspects(
        suspects=tuple(newest.suspects(earlier)),
        freeze=newest.name,
        freeze_s=newest.time_s,
        against=tuple(each.name for each in earlier),
        refscope=sys.modules["refscope"].__version__,
    )


def _complete(capture: Capture, snapshots: Sequence[Snapshot], redactor: Redactor | None) -> Capture:
    """With the freezes and their suspects; labels that these ask for are saved as well."""
    shown = [redacted(s, redactor) for s in snapshots] if redactor is not None else list(snapshots)
    suspects = suspects_of(shown)
    saved = tuple(saved_snapshot(s, each) for s, each in zip(snapshots, shown, strict=True))
    if redactor is not None:
        capture = _redacted_frame(capture, redactor)
    return replace(capture, snapshots=saved, suspects=suspects)


def _redacted_frame(capture: Capture, redactor: Redactor) -> Capture:
    """Everything but the freezes, without values."""
    return replace(
        capture,
        environment=redactor.environment(capture.environment),
        marks=redactor.marks(capture.marks),
        output="",
        damage=(),
        traces=(),  # names of processes and expressions are the program's own
    )


def saved_snapshot(snapshot: Snapshot, shown: Snapshot | None = None) -> SavedSnapshot:
    """A freeze with all labels that were fetched; shown: what is saved in its place, when it is redacted."""
    labels, traces = fetched_names(snapshot), fetched_traces(snapshot)
    if shown is None or shown is snapshot:
        return SavedSnapshot(snapshot.heap, labels, traces=traces)
    kept = redacted_labels(labels, snapshot.heap)
    return SavedSnapshot(shown.heap, kept, traces=redacted_traces(traces))


def _run_of(capture: Capture, path: str, snapshots: Sequence[Snapshot]) -> Run:
    series = SampleSeries()
    series.extend(capture.samples)
    for trace in capture.traces:
        series.add_trace(trace)
    return Run(
        path=path,
        environment=capture.environment,
        samples=series,
        marks=capture.marks,
        output=capture.output,
        snapshots=tuple(snapshots),
        damage=capture.damage,
        suspects=capture.suspects,
    )


def fetch_names(snapshot: Snapshot) -> None:
    """Ask the copy for the names on the chains to every class, around a typical object of each, and where
    these objects were made.

    What was fetched is kept by the label source. Does nothing where the copy is gone.
    """
    if not snapshot.has_image:
        return
    edges, rows = _worth_saving(snapshot)
    ids = snapshot.heap.ids
    try:
        snapshot.labels.labels([(int(ids[a]), int(ids[b])) for a, b in edges])
        snapshot.labels.describe([int(ids[row]) for row in rows])
        snapshot.traces.tracebacks([int(ids[row]) for row in rows])
    except PeerGone:
        return


def _worth_saving(snapshot: Snapshot) -> tuple[list[tuple[int, int]], list[int]]:
    parents = snapshot.analysed.finder.parents()
    examples = _examples(snapshot)
    edges: dict[tuple[int, int], None] = {}
    for row in examples:
        node = row
        while parents[node] >= 0 and (int(parents[node]), node) not in edges:
            edges[(int(parents[node]), node)] = None
            node = int(parents[node])
        for holder in snapshot.analysed.graph.referrers(row)[:HOLDERS_PER_EXAMPLE].tolist():
            edges[(holder, row)] = None
    rows = dict.fromkeys(row for edge in edges for row in edge)
    return list(edges), list(rows)


def _examples(snapshot: Snapshot) -> list[int]:
    """A few objects of each class, their chains of different shapes."""
    graph, finder = snapshot.analysed.graph, snapshot.analysed.finder
    shapes = finder.shapes()
    heaviest = np.argsort(-graph.type_sizes(), kind="stable")[:MOST_TYPES]
    found: list[int] = []
    for row in heaviest:
        objects: npt.NDArray[np.int32] = graph.objects_of_type(int(row))[:2000]
        _, first = np.unique(shapes[objects], return_index=True)
        found += objects[np.sort(first)[:CHAINS_PER_TYPE]].tolist()
    return found


def fetched_names(snapshot: Snapshot) -> SavedLabels:
    """Names of references and texts of objects that were fetched so far, or saved."""
    if snapshot.image is not None:
        labels, texts = snapshot.image.fetched()
        return SavedLabels(labels, texts)
    if isinstance(snapshot.labels, KeptLabels):
        return snapshot.labels.saved
    return SavedLabels()


def fetched_traces(snapshot: Snapshot) -> SavedTraces:
    """Where objects were made, as far as that was asked for, or saved."""
    if snapshot.image is not None:
        return snapshot.image.traces.fetched()
    return snapshot.traces.saved if isinstance(snapshot.traces, KeptTraces) else SavedTraces()
