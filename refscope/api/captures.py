"""Captures through the API: a session saved, a file opened, the names that make it useful without the copy.

Before a session is saved, the labels of the chains to every class are fetched, so that the questions
a person asks of a capture (why is this class alive?) have their answers in the file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from refscope.api.session import Session
from refscope.api.snapshot import Snapshot
from refscope.capture.file import Capture, SavedSnapshot, read_capture, write_capture
from refscope.capture.labels import SavedLabels
from refscope.errors import PeerGone
from refscope.recording import capture_of
from refscope.samples import Mark, SampleSeries

CHAINS_PER_TYPE = 3
MOST_TYPES = 4_000  # a program with more classes has few objects of most of them
HOLDERS_PER_EXAMPLE = 12


@dataclass(frozen=True, slots=True)
class Run:
    """An opened capture. `damage`: one sentence per part that could not be read."""

    path: str
    environment: Mapping[str, Any]
    samples: SampleSeries
    marks: tuple[Mark, ...]
    output: str
    snapshots: tuple[Snapshot, ...]
    damage: tuple[str, ...]


def open_capture(path: str | os.PathLike[str]) -> Run:
    """Open a capture without its program. Raises `CaptureFileError`."""
    capture = read_capture(path)
    series = SampleSeries()
    series.extend(capture.samples)
    return Run(
        path=os.fspath(path),
        environment=capture.environment,
        samples=series,
        marks=capture.marks,
        output=capture.output,
        snapshots=tuple(Snapshot(saved.snapshot, saved.labels) for saved in capture.snapshots),
        damage=capture.damage,
    )


def save_session(session: Session, path: str | os.PathLike[str]) -> Capture:
    """Save everything that a session has collected. Raises `CaptureFileError`."""
    for snapshot in session.snapshots:
        fetch_names(snapshot)
    saved = tuple(SavedSnapshot(s.heap, _fetched(s)) for s in session.snapshots)
    capture = capture_of(session.target, saved)
    write_capture(path, capture)
    return capture


def fetch_names(snapshot: Snapshot) -> None:
    """Ask the copy for the names on the chains to every class, and around a typical object of each.

    What was fetched is kept by the label source. Does nothing where the copy is gone.
    """
    if not snapshot.has_image:
        return
    edges, rows = _worth_saving(snapshot)
    ids = snapshot.heap.ids
    try:
        snapshot.labels.labels([(int(ids[a]), int(ids[b])) for a, b in edges])
        snapshot.labels.describe([int(ids[row]) for row in rows])
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


def _fetched(snapshot: Snapshot) -> SavedLabels:
    if snapshot.image is not None:
        labels, texts = snapshot.image.fetched()
        return SavedLabels(labels, texts)
    if isinstance(snapshot.labels, SavedLabels):
        return snapshot.labels
    return SavedLabels()
