"""What a click in the graph asks of the heap: details of a node, a reference, members, a cut.

All run in the lane `questions` (the heap reader is for one thread); the newest of a topic wins. What
is shown, and how it is edited, is `graph_controller`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from refscope.api import Snapshot, Suspect
from refscope.errors import UserFacingError
from refscope.gui.graph_places import EdgeFacts, GraphPaths, GraphStep, ObjectFacts, Place, paths_of
from refscope.gui.jobs import Job, Jobs
from refscope.gui.what_if_controller import CutQuestion
from refscope.present.scene import Scene
from refscope.present.visible_graph import VisibleGraph

GRAPH = "graph"
"""Topic of whatever changes what is shown."""

_OBJECT = "object"


class GraphQuestions(QObject):
    """Asks about the place that is shown. Slots take keys of nodes as `GraphRequests` emits them."""

    object_chosen = Signal(object)  # ObjectFacts, or None
    edge_chosen = Signal(object)  # EdgeFacts
    cut_chosen = Signal(object)  # CutQuestion
    members_came = Signal(str, object)  # key of what is listed, Listing
    asking_changed = Signal(bool)  # whether a change of what is shown is being worked out
    busy_changed = Signal(str, object)  # key, Side or None; "" = nothing is asked
    noticed = Signal(str)  # a sentence about the last operation
    failed = Signal(object)  # UserFacingError

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._asked: dict[str, Job] = {}  # by topic: what was asked last and is not answered yet

    @property
    def place(self) -> Place | None:
        """The target that is shown, with all that was done to its graph."""
        raise NotImplementedError

    @property
    def step(self) -> GraphStep | None:
        """The graph as it is shown."""
        return None if self.place is None else self.place.step

    @property
    def graph(self) -> VisibleGraph | None:
        """What is shown."""
        return None if self.step is None else self.step.graph

    @property
    def scene(self) -> Scene | None:
        """What is drawn."""
        return None if self.step is None else self.step.scene

    @property
    def snapshot(self) -> Snapshot | None:
        """The freeze that the graph is of."""
        return None if self.place is None else self.place.snapshot

    @property
    def suspect(self) -> Suspect | None:
        """The suspect that was opened, if it was one."""
        return None if self.place is None else self.place.suspect

    @property
    def paths(self) -> GraphPaths:
        """The target's paths."""
        return GraphPaths() if self.step is None else self.step.paths

    @property
    def lit_path(self) -> int:
        """Which of the target's paths is lit, from 0."""
        return self.paths.lit

    def choose(self, key: str) -> None:
        """Ask for everything about a node that the inspector shows."""
        graph, snapshot = self.graph, self.snapshot
        node = None if graph is None else graph.find_node(key)
        if snapshot is None or node is None:
            return
        index = node.object_index
        if index is None:
            self.object_chosen.emit(ObjectFacts(snapshot, node, None))
            return

        suspect = self.suspect if node.is_target else None

        def work(job: Job) -> ObjectFacts:
            details = snapshot.details(index)
            job.cancel_signal.raise_if_cancelled()
            return ObjectFacts(snapshot, node, details, paths_of(snapshot, details.object_id, suspect).paths)

        self._ask(f"Look at {node.title}", work, self.object_chosen.emit, _OBJECT)

    def choose_edge(self, source: str, target: str) -> None:
        """Tell about a reference, and ask what cutting it would free."""
        graph, snapshot = self.graph, self.snapshot
        if graph is None or snapshot is None:
            return
        ends = (graph.find_node(source), graph.find_node(target))
        edge = next((e for e in graph.edges if (e.source, e.target) == (source, target)), None)
        if ends[0] is None or ends[1] is None or edge is None:
            return
        self._drop(_OBJECT)  # an answer about a node would take its place again
        self.edge_chosen.emit(EdgeFacts(snapshot, edge, ends[0], ends[1]))
        question = self._cut_of(source, target)
        if question is not None:
            self.cut_chosen.emit(question)

    def ask_what_if(self, source: str, target: str) -> None:
        """What if `source` let go of `target`; without a source: if everything that holds it did."""
        if self.graph is None:
            return
        question = self._cut_of(source, target)
        if question is None:
            self.noticed.emit("Only references between two objects can be cut.")
        else:
            self.cut_chosen.emit(question)

    def _cut_of(self, source: str, target: str) -> CutQuestion | None:
        graph, snapshot = self.graph, self.snapshot
        if graph is None or snapshot is None:
            return None
        held, title = graph.node(target).object_id, graph.node(target).title
        holder = graph.node(source).object_id if source else None
        if held is None or (source and holder is None):
            return None
        if holder is None:
            words = f"every reference to {title}"
            return CutQuestion(snapshot, words, lambda: snapshot.references_to(held))
        words = f"{graph.node(source).title} → {title}"
        return CutQuestion(snapshot, words, lambda: graph.references(source, target))

    def ask_what_if_holder(self) -> None:
        """What if the holder of the lit path let go: of the group of the suspect that was opened."""
        snapshot, paths = self.snapshot, self.paths
        if snapshot is None or paths.lit >= len(paths.paths):
            return
        path, suspect = paths.paths[paths.lit], self.suspect
        what = suspect if suspect is not None and suspect.holder == path.holder else path
        self.cut_chosen.emit(CutQuestion(snapshot, path.holder, lambda: [what]))

    def list_members(self, key: str, start: int = 0) -> None:
        """A page of what a group, or a module's `__globals__` badge, stands for."""
        graph = self.graph
        if graph is not None:
            self._ask(
                "List members",
                lambda _job: graph.listing(key, start),
                lambda listing: self.members_came.emit(key, listing),
                "members",
            )

    def _ask(self, name: str, work: Callable[[Job], Any], done: Callable[[Any], None], topic: str) -> None:
        def finished() -> None:
            if self._asked.get(topic) is job:
                del self._asked[topic]
                if topic == GRAPH:
                    self.busy_changed.emit("", None)
                    self.asking_changed.emit(False)

        job = self._jobs.questions.ask(name, work, done, failed=self._fail, finished=finished, topic=topic)
        self._asked[topic] = job
        if topic == GRAPH:
            self.asking_changed.emit(True)

    def cancel(self) -> None:
        """Withdraw the change that is being worked out; what is shown stays."""
        self._drop(GRAPH)

    def _drop(self, topic: str) -> None:
        """Withdraw what was asked last about a topic."""
        job = self._asked.get(topic)
        if job is not None:
            job.cancel()

    def _fail(self, error: UserFacingError) -> None:
        self.failed.emit(error)
