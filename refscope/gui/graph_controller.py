"""The graph of one window: its history, its layout, and what a click asks of the heap.

All operations run in the lane `questions` (the heap reader is for one thread), each from the graph
that is shown; the newest question wins. What comes back is a scene, and values for the inspector.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from refscope.analysis.chains import Chain
from refscope.api import ObjectDetails, Path, Snapshot, Suspect
from refscope.errors import UserFacingError
from refscope.gui.jobs import Job, Jobs
from refscope.gui.what_if_controller import CutQuestion
from refscope.present.graph_state import Limits
from refscope.present.history import History
from refscope.present.hops import Side, View
from refscope.present.layout import arrange, tidy
from refscope.present.scene import Scene, VisibleNode
from refscope.present.text_width import Measure, estimated_width
from refscope.present.visible_graph import VisibleGraph

PATHS = 12
"""Paths of one target that can be walked through."""
_GRAPH = "graph"
_OBJECT = "object"


@dataclass(frozen=True, slots=True)
class GraphPaths:
    """The paths of the target: in words, as rows, and which is lit."""

    paths: tuple[Path, ...] = ()
    chains: tuple[Chain, ...] = ()
    lit: int = 0


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What the inspector shows of the selected node. `details` None: a group or a root that is no object."""

    snapshot: Snapshot
    node: VisibleNode
    details: ObjectDetails | None
    paths: tuple[Path, ...] = ()


class GraphController(QObject):
    """See the module. Slots take keys of nodes as `GraphRequests` emits them."""

    scene_changed = Signal(object, bool)  # Scene, whether to fit
    history_changed = Signal(str, str)  # what undo and redo would do, "" = nothing
    paths_changed = Signal(object)  # GraphPaths
    object_chosen = Signal(object)  # ObjectFacts, or None
    repr_came = Signal(str, str)  # text, reason it could not be had
    cut_chosen = Signal(object)  # CutQuestion
    busy_changed = Signal(str, object)  # key, Side or None; "" = nothing is asked
    noticed = Signal(str)  # a sentence about the last operation
    failed = Signal(object)  # UserFacingError
    opened = Signal(object, str)  # Snapshot, name of the target's class
    members_came = Signal(str, object)  # key of what is listed, Listing

    def __init__(self, jobs: Jobs, measure: Measure = estimated_width) -> None:
        super().__init__()
        self._jobs = jobs
        self._measure = measure
        self._snapshot: Snapshot | None = None
        self._suspect: Suspect | None = None  # that was opened
        self._history: History[VisibleGraph] | None = None
        self._scene: Scene | None = None
        self._paths = GraphPaths()
        self._limits = Limits()
        self._view = View.FOLDED

    @property
    def graph(self) -> VisibleGraph | None:
        """What is shown."""
        return None if self._history is None else self._history.present

    @property
    def scene(self) -> Scene | None:
        """What is drawn."""
        return self._scene

    @property
    def snapshot(self) -> Snapshot | None:
        """The freeze that the graph is of."""
        return self._snapshot

    @property
    def lit_path(self) -> int:
        """Which of the target's paths is lit, from 0."""
        return self._paths.lit

    def clear(self) -> None:
        """Forget everything, so that the heap can go."""
        self._snapshot = self._suspect = self._history = self._scene = None
        self._paths = GraphPaths()
        self.history_changed.emit("", "")

    # opening

    def open(self, snapshot: Snapshot, question: str | int | Suspect) -> None:
        """Show a target: a class by name, an object by id, or a suspect, with its path lit."""
        raw = self._view is View.RAW
        limits = self._limits

        def work(_job: Job) -> tuple[VisibleGraph, Scene, GraphPaths]:
            graph = snapshot.open_graph(question, raw=raw, max_depth=limits.depth, too_many=limits.siblings)
            asked = question if not isinstance(question, Suspect) else _target_id(snapshot, graph)
            chains = tuple(snapshot.chains(asked, PATHS))
            paths = tuple(snapshot.paths(asked, PATHS))
            return graph, arrange(graph, measure=self._measure), GraphPaths(paths, chains)

        def done(found: tuple[VisibleGraph, Scene, GraphPaths]) -> None:
            graph, scene, paths = found
            self._snapshot, self._history, self._paths = snapshot, History(graph), paths
            self._suspect = question if isinstance(question, Suspect) else None
            self._show(scene, fit=True)
            self.paths_changed.emit(paths)
            target = graph.target_key
            if target is not None:
                self.opened.emit(snapshot, graph.node(target).type_name)
                self.choose(target)

        self._ask("Open a graph", work, done, _GRAPH)

    # what is selected

    def choose(self, key: str) -> None:
        """Ask for everything about a node that the inspector shows."""
        graph, snapshot = self.graph, self._snapshot
        if graph is None or snapshot is None:
            return
        try:
            node = graph.node(key)
        except KeyError:
            return
        index = node.object_index
        if index is None:
            self.object_chosen.emit(ObjectFacts(snapshot, node, None))
            return

        def work(job: Job) -> ObjectFacts:
            details = snapshot.details(index)
            job.cancel_signal.raise_if_cancelled()
            return ObjectFacts(snapshot, node, details, tuple(snapshot.paths(details.object_id, PATHS)))

        self._ask(f"Look at {node.title}", work, self.object_chosen.emit, _OBJECT)

    def ask_repr(self, object_id: int) -> None:
        """The repr of an object, from a throw-away clone of the copy."""
        snapshot = self._snapshot
        if snapshot is None or not snapshot.has_image:
            self.repr_came.emit("", "The copy is gone, so there is no repr.")
            return
        self._jobs.questions.ask(
            "Ask for a repr",
            lambda _job: snapshot.repr(object_id),
            lambda text: self.repr_came.emit(text, ""),
            failed=lambda error: self.repr_came.emit("", error.text or error.title),
            topic="repr",
        )

    def ask_what_if(self, source: str, target: str) -> None:
        """What if `source` let go of `target`; without a source: if everything that holds it did."""
        graph, snapshot = self.graph, self._snapshot
        if graph is None or snapshot is None:
            return
        held, title = graph.node(target).object_id, graph.node(target).title
        holder = graph.node(source).object_id if source else None
        if held is None or (source and holder is None):
            self.noticed.emit("Only references between two objects can be cut.")
        elif holder is not None:
            words = f"{graph.node(source).title} → {title}"
            self.cut_chosen.emit(CutQuestion(snapshot, words, lambda: [(holder, held)]))
        else:
            words = f"every reference to {title}"
            self.cut_chosen.emit(CutQuestion(snapshot, words, lambda: snapshot.references_to(held)))

    def ask_what_if_holder(self) -> None:
        """What if the holder of the lit path let go: of the group of the suspect that was opened."""
        snapshot, paths = self._snapshot, self._paths
        if snapshot is None or paths.lit >= len(paths.paths):
            return
        path, suspect = paths.paths[paths.lit], self._suspect
        what = suspect if suspect is not None and suspect.holder == path.holder else path
        self.cut_chosen.emit(CutQuestion(snapshot, path.holder, lambda: [what]))

    # editing

    def expand(self, key: str, side: Side = Side.HOLDERS) -> None:
        """One more step."""
        self._do("expand", lambda graph: graph.expand(key, side), beside=key, side=side)

    def toggle(self, key: str) -> None:
        """Expand the holders, or collapse what this node expanded."""
        self._do("expand", lambda graph: graph.toggle(key), beside=key)

    def expand_until_root(self, key: str) -> None:
        """The way to a root."""
        self._do("expand until root", lambda graph: graph.expand_until_root(key), beside=key)

    def collapse(self, key: str) -> None:
        """Take away what that node expanded."""
        self._do("collapse", lambda graph: graph.collapse(key))

    def show_more(self, key: str) -> None:
        """More of a group."""
        self._do("show more", lambda graph: graph.show_more(key), beside=key)

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

    def show_member(self, key: str, member: str) -> None:
        """One row of that list as a node of its own."""
        self._do("show a member", lambda graph: graph.show_listed(key, member), beside=key)

    def group(self, key: str) -> None:
        """Group what is alike, or take a group apart."""
        graph = self.graph
        if graph is not None and graph.state.group(key) is not None:
            self._do("ungroup", lambda graph: graph.ungroup(key), beside=key)
        else:
            self._do("group", lambda graph: graph.group_alike(key))

    def hide(self, keys: list[str]) -> None:
        """Hide nodes."""

        def change(graph: VisibleGraph) -> VisibleGraph:
            for key in keys:
                graph = graph.hide(key)
            return graph

        self._do("hide", change)

    def hide_type(self, type_name: str) -> None:
        """Hide all objects of a class."""
        self._do(f"hide {type_name}", lambda graph: graph.hide_type(type_name))

    def hide_edges(self, label: str) -> None:
        """Hide all references that are labelled alike."""
        self._do(f"hide {label}", lambda graph: graph.hide_label(label))

    def unhide_type(self, type_name: str) -> None:
        """Show a class again."""
        self._do(f"show {type_name}", lambda graph: graph.unhide(type_name=type_name))

    def show_hidden(self) -> None:
        """Show everything that was hidden."""
        self._do("show hidden", lambda graph: graph.unhide())

    def pin(self, key: str, x: float, y: float) -> None:
        """Pin a node where it was dropped."""
        self._do("move", lambda graph: graph.move(key, x, y))

    def unpin(self, key: str) -> None:
        """Let a node move again."""
        self._do("unpin", lambda graph: graph.unpin(key))

    def make_target(self, key: str) -> None:
        """Another target, with its own path."""
        graph, snapshot = self.graph, self._snapshot
        if graph is not None and snapshot is not None:
            object_id = graph.node(key).object_id
            if object_id is not None:
                self.open(snapshot, object_id)

    def set_raw(self, raw: bool) -> None:
        """Folded or raw."""
        self._view = View.RAW if raw else View.FOLDED
        self._do("raw" if raw else "folded", lambda graph: graph.with_view(self._view))

    def set_depth(self, depth: int) -> None:
        """Steps of *until root*."""
        self._set_limits(Limits(self._limits.siblings, depth, self._limits.nodes))

    def set_siblings(self, siblings: int) -> None:
        """New nodes of one expansion."""
        self._set_limits(Limits(siblings, self._limits.depth, self._limits.nodes))

    def tidy(self) -> None:
        """A fresh layout; pinned nodes stay."""
        graph = self.graph
        if graph is not None:
            self._ask(
                "Tidy",
                lambda _job: tidy(graph, self._measure),
                lambda scene: self._show(scene, fit=True),
                _GRAPH,
            )

    def next_path(self, step: int = 1) -> None:
        """Light the next path of the target; nodes stay."""
        count = len(self._paths.chains)
        if count < 2:
            return
        lit = (self._paths.lit + step) % count
        chain, path = self._paths.chains[lit], self._paths.paths[lit]
        holder = int(chain.indexes[min(path.holder_index, len(chain.indexes) - 1)])
        sentence = f"Reached through {path.holder}, {path.mechanism}."
        self._paths = GraphPaths(self._paths.paths, self._paths.chains, lit)
        self.paths_changed.emit(self._paths)
        self._do(
            f"path {lit + 1}",
            lambda graph: graph.light(chain, holder=holder, sentence=sentence, expression=path.expression),
        )

    def undo(self) -> None:
        """One step back."""
        self._go(lambda history: history.undo())

    def redo(self) -> None:
        """One step forward again."""
        self._go(lambda history: history.redo())

    # inside

    def _set_limits(self, limits: Limits) -> None:
        self._limits = limits
        history = self._history
        if history is not None:
            present = history.present.with_limits(limits)
            self._history = History(present, history.past, history.future)

    def _go(self, step: Callable[[History[VisibleGraph]], History[VisibleGraph]]) -> None:
        if self._history is None:
            return
        self._history = step(self._history)
        graph, scene = self._history.present, self._scene
        self._ask("Lay out", lambda _job: arrange(graph, scene, measure=self._measure), self._show, _GRAPH)

    def _do(
        self,
        name: str,
        change: Callable[[VisibleGraph], VisibleGraph],
        *,
        beside: str | None = None,
        side: Side | None = None,
    ) -> None:
        history, scene = self._history, self._scene
        if history is None:
            return

        def work(_job: Job) -> tuple[VisibleGraph, Scene | None]:
            graph = change(history.present)
            if graph.state == history.present.state:
                return graph, None
            return graph, arrange(graph, scene, beside=beside, measure=self._measure)

        def done(found: tuple[VisibleGraph, Scene | None]) -> None:
            graph, made = found
            if graph.notice:
                self.noticed.emit(graph.notice)
            if made is not None:
                self._history = history.do(name, graph)
                self._show(made)

        if beside is not None:
            self.busy_changed.emit(beside, side)
        self._ask(name, work, done, _GRAPH)

    def _show(self, scene: Scene, *, fit: bool = False) -> None:
        self._scene = scene
        history = self._history
        self.scene_changed.emit(scene, fit)
        if history is not None:
            self.history_changed.emit(history.undo_name or "", history.redo_name or "")

    def _ask(self, name: str, work: Callable[[Job], Any], done: Callable[[Any], None], topic: str) -> None:
        self._jobs.questions.ask(
            name,
            work,
            done,
            failed=self._fail,
            finished=lambda: self.busy_changed.emit("", None),
            topic=topic,
        )

    def _fail(self, error: UserFacingError) -> None:
        self.failed.emit(error)


def _target_id(snapshot: Snapshot, graph: VisibleGraph) -> int:
    target = graph.state.target
    assert target is not None
    return int(snapshot.heap.ids[target])
