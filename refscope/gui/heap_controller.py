"""The tables of one window: suspects, types and objects of the freeze that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from refscope.api import Snapshot, Suspect
from refscope.api.listing import ages, find_by_repr, own_objects, texts_of
from refscope.errors import NotFound, UserFacingError
from refscope.gui.analysing import Analysis
from refscope.gui.graph_controller import GraphController
from refscope.gui.jobs import Job, Jobs, Progress
from refscope.gui.object_values import ObjectRows, ReprSearch, SharedPath
from refscope.gui.state_values import WorkState
from refscope.text import format_count, short_name

MOST_FOUND = 10_000
"""Objects that a search in reprs lists; who finds more has to say more."""


class HeapController(QObject):
    """Answers what the tables ask, and opens graphs from them."""

    objects_came = Signal(object)  # ObjectRows
    texts_came = Signal(object)  # dict: object id → text; Qt's own map would take its keys for text
    path_came = Signal(object)  # SharedPath, or None: what most of the listed objects are held by
    search_changed = Signal(object)  # WorkState of a search in reprs
    graph_wanted = Signal()  # bring the graph to the front
    failed = Signal(object)  # UserFacingError

    def __init__(self, graph: GraphController, jobs: Jobs) -> None:
        super().__init__()
        self._graph = graph
        self._jobs = jobs
        self._analysis: Analysis | None = None
        self._search: Job | None = None

    def show(self, analysis: Analysis | None) -> None:
        """Answer about another freeze; None = about none."""
        self._analysis = analysis
        self.cancel_search()

    def choose_suspect(self, rank: int) -> None:
        """Light the path of a suspect."""
        analysis = self._analysis
        if analysis is not None:
            for suspect in analysis.suspects:
                if suspect.rank == rank:
                    self._graph.open(analysis.snapshot, suspect)

    def choose_type(self, name: str) -> None:
        """List the objects of a class, and say what holds most of them."""
        analysis = self._analysis
        if analysis is None:
            return
        self.cancel_search()
        self._ask(
            "List objects", lambda _job: rows_of_type(analysis, name), self.objects_came.emit, "objects"
        )
        self._ask(
            "Say what holds most", lambda _job: shared_path(analysis, name), self.path_came.emit, "holder"
        )

    def open_type(self, name: str) -> None:
        """The graph of a typical object of a class."""
        if self._analysis is not None:
            self._graph.open(self._analysis.snapshot, name)
            self.graph_wanted.emit()

    def open_object(self, index: int) -> None:
        """The graph of one object."""
        if self._analysis is not None:
            snapshot = self._analysis.snapshot
            self._graph.open(snapshot, int(snapshot.heap.ids[index]))
            self.graph_wanted.emit()

    def ask_texts(self, ids: list[int]) -> None:
        """Words for objects that show, from the copy or the capture."""
        analysis = self._analysis
        if analysis is None:
            return
        snapshot = analysis.snapshot

        def work(_job: Job) -> dict[int, str]:
            return dict(zip(ids, texts_of(snapshot, ids), strict=True))

        self._ask("Describe objects", work, self.texts_came.emit, "texts")

    def search(self, wanted: ReprSearch) -> None:
        """Look for objects by their repr; what was found so far is shown also when it is cancelled."""
        analysis = self._analysis
        if analysis is None:
            return
        self.cancel_search()
        found = _Found()
        self._search = self._jobs.heap_work.ask(
            f"Search reprs for {wanted.text}",
            lambda job: found.look(analysis.snapshot, wanted, job),
            lambda _none: None,
            failed=self.failed.emit,
            progressed=lambda step: self.search_changed.emit(_searching(wanted, step, len(found.rows))),
            finished=lambda: self._show_found(analysis, wanted, found),
        )

    def cancel_search(self) -> None:
        """Stop looking through reprs."""
        if self._search is not None:
            self._search.cancel()
            self._search = None

    def _show_found(self, analysis: Analysis, wanted: ReprSearch, found: _Found) -> None:
        if analysis is not self._analysis:
            return
        self._ask(
            "List what was found",
            lambda _job: found_rows(analysis, wanted, found),
            self.objects_came.emit,
            "objects",
        )

    def _ask(self, name: str, work: Any, done: Any, topic: str) -> None:
        def failed(error: UserFacingError) -> None:
            self.failed.emit(error)

        self._jobs.questions.ask(name, work, done, failed=failed, topic=topic)


@dataclass(slots=True)
class _Found:
    """What a search in reprs has found: filled in its lane, read on the Qt thread when that has ended."""

    rows: list[int] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)
    looked: int = 0
    total: int = 0

    def look(self, snapshot: Snapshot, wanted: ReprSearch, job: Job) -> None:
        """Look until all is looked at, enough is found, or time is up."""

        def looked(done: int, total: int) -> None:
            self.looked, self.total = done, total
            job.progress(done, total)

        of_type = bool(wanted.type_name)
        indexes = snapshot.instances(wanted.type_name) if of_type else own_objects(snapshot)
        for row, text in find_by_repr(snapshot, indexes, wanted.text, looked):
            self.rows.append(row)
            self.texts.append((int(snapshot.heap.ids[row]), text))
            if len(self.rows) >= MOST_FOUND:
                return

    @property
    def note(self) -> str:
        """What was not looked at, "" = nothing."""
        if self.looked >= self.total:
            return ""
        return f"Looked at {format_count(self.looked)} of {format_count(self.total)}"


def _searching(wanted: ReprSearch, step: Progress, found: int) -> WorkState:
    return WorkState(
        f"Looking for ‘{wanted.text}’",
        f"Each repr is made in the copy. {format_count(found)} found so far.",
        "search",
        step.done,
        step.total,
        left_s=step.left_s,
        cancel_note="Cancel shows what was found so far.",
    )


def object_rows(analysis: Analysis, name: str, indexes: npt.NDArray[np.integer], **more: Any) -> ObjectRows:
    """These objects as columns. O(objects of them), with earlier freezes O(references); dominators on
    first use."""
    snapshot, heap = analysis.snapshot, analysis.snapshot.heap
    ages_there, words = ages(snapshot, analysis.earlier, indexes) if analysis.earlier else (None, ())
    return ObjectRows(
        name,
        np.asarray(indexes, np.int32),
        heap.ids[indexes],
        heap.sizes[indexes].astype("int64"),
        snapshot.analysed.dominators.retained[indexes].astype("int64"),
        heap.refcounts[indexes].astype("int64"),
        ages_there,
        words,
        freeze=snapshot.name,
        has_copy=snapshot.has_image,
        **more,
    )


def rows_of_type(analysis: Analysis, name: str) -> ObjectRows:
    """The objects of a class; none where the class is gone."""
    try:
        indexes = analysis.snapshot.instances(name)
    except NotFound:
        indexes = np.empty(0, np.int32)
    return object_rows(analysis, name, indexes)


def found_rows(analysis: Analysis, wanted: ReprSearch, found: _Found) -> ObjectRows:
    """The objects whose repr matched."""
    what = short_name(wanted.type_name) if wanted.type_name else "objects"
    return object_rows(
        analysis,
        wanted.type_name,
        np.array(sorted(found.rows), np.int32),
        title=f"{what} with ‘{wanted.text}’",
        texts=tuple(found.texts),
        note=found.note,
    )


def shared_path(analysis: Analysis, name: str) -> SharedPath | None:
    """What most objects of a class are reached through; None where no root reaches one."""
    try:
        count = len(analysis.snapshot.instances(name))
        paths = analysis.snapshot.paths(name, 1)
    except NotFound:
        return None
    if not paths:
        return None
    path = paths[0]
    alike = min(path.alike, count)
    suspect = _suspect_of(analysis.suspects, path.holder)
    words = path.expression if alike == 1 else None
    return SharedPath(
        alike,
        count,
        words or path.way or path.shape or path.holder,
        rank=suspect.rank if suspect is not None else 0,
        verdict=suspect.verdict.value if suspect is not None else "",
    )


def _suspect_of(suspects: Sequence[Suspect], holder: str) -> Suspect | None:
    return next((each for each in suspects if each.holder == holder), None)
