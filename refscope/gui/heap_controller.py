"""The tables of one window: suspects, types and objects of the freeze that is shown."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from refscope.api import Snapshot
from refscope.errors import UserFacingError
from refscope.gui.analysing import Analysis
from refscope.gui.graph_controller import GraphController
from refscope.gui.jobs import Job, Jobs
from refscope.gui.objects_panel import ObjectRows

_CSV_HEAD = ("type", "count", "growth", "shallow_bytes", "retained_bytes")


class HeapController(QObject):
    """Answers what the tables ask, and opens graphs from them."""

    objects_came = Signal(object)  # ObjectRows
    texts_came = Signal(object)  # dict: object id → text; Qt's own map would take its keys for text
    path_came = Signal(str)  # what most of the listed objects are held by
    graph_wanted = Signal()  # bring the graph to the front
    failed = Signal(object)  # UserFacingError

    def __init__(self, graph: GraphController, jobs: Jobs) -> None:
        super().__init__()
        self._graph = graph
        self._jobs = jobs
        self._analysis: Analysis | None = None

    def show(self, analysis: Analysis | None) -> None:
        """Answer about another freeze; None = about none."""
        self._analysis = analysis

    def choose_suspect(self, rank: int) -> None:
        """Light the path of a suspect."""
        analysis = self._analysis
        if analysis is not None:
            for suspect in analysis.suspects:
                if suspect.rank == rank:
                    self._graph.open(analysis.snapshot, suspect)

    def choose_type(self, name: str) -> None:
        """List the objects of a class."""
        analysis = self._analysis
        if analysis is None:
            return
        snapshot = analysis.snapshot
        self._ask("List objects", lambda _job: object_rows(snapshot, name), self.objects_came.emit, "objects")
        self._ask(
            "Say what holds most", lambda _job: path_text(snapshot, name), self.path_came.emit, "holder"
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
        labels = analysis.snapshot.labels

        def work(_job: Job) -> dict[int, str]:
            return dict(zip(ids, labels.describe(ids), strict=True))

        self._ask("Describe objects", work, self.texts_came.emit, "texts")

    def _ask(self, name: str, work: Any, done: Any, topic: str) -> None:
        def failed(error: UserFacingError) -> None:
            self.failed.emit(error)

        self._jobs.questions.ask(name, work, done, failed=failed, topic=topic)


def object_rows(snapshot: Snapshot, name: str) -> ObjectRows:
    """The objects of a class as columns. O(objects of it); dominators on first use."""
    indexes = snapshot.instances(name)
    heap = snapshot.heap
    return ObjectRows(
        name,
        indexes,
        heap.ids[indexes],
        heap.sizes[indexes].astype("int64"),
        snapshot.analysed.dominators.retained[indexes].astype("int64"),
        heap.refcounts[indexes].astype("int64"),
    )


def path_text(snapshot: Snapshot, name: str) -> str:
    """ "120 of 123 are reached through …", or "" where no root reaches one."""
    count = len(snapshot.instances(name))
    paths = snapshot.paths(name, 1)
    if not paths:
        return ""
    alike = min(paths[0].alike, count)
    return f"{alike:,} of {count:,} are reached through {paths[0].holder}"
