"""The graph of one window: which target is shown, what was done to it, and how that is undone.

Every change runs in the lane `questions`, from the graph that is shown, and arrives as a step of the
place's history; undo, redo, back and forward show what is there already. The edits are `graph_edits`'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal

from refscope.api import Snapshot, Suspect
from refscope.gui.graph_edits import GraphEdits
from refscope.gui.graph_places import (
    GraphFacts,
    GraphPaths,
    GraphStep,
    Hidden,
    Place,
    facts_of,
    hidden_of,
    paths_of,
)
from refscope.gui.graph_questions import GRAPH, GraphQuestions
from refscope.gui.jobs import Job, Jobs
from refscope.present.banner import reached_sentence
from refscope.present.graph_state import Limits
from refscope.present.history import History, Trail
from refscope.present.hops import Side, View
from refscope.present.layout import arrange
from refscope.present.scene import Scene
from refscope.present.text_width import Measure, estimated_width
from refscope.present.visible_graph import VisibleGraph


class GraphController(GraphQuestions):
    """See the module. `edits` changes what is shown."""

    scene_changed = Signal(object, bool)  # Scene, whether to fit
    history_changed = Signal(str, str)  # what undo and redo would do, "" = nothing
    paths_changed = Signal(object)  # GraphPaths
    opened = Signal(object)  # Place: its target is another one than before
    hidden_changed = Signal(object)  # Hidden
    facts_changed = Signal(object)  # GraphFacts
    limits_changed = Signal(int, int)  # depth, siblings
    go_on_offered = Signal(str, str)  # a sentence, key of the node whose way to a root can go on

    def __init__(self, jobs: Jobs, measure: Measure = estimated_width) -> None:
        super().__init__(jobs)
        self._measure = measure
        self._trail: Trail[Place] | None = None
        self._limits = Limits()
        self._view = View.FOLDED
        self._is_weak_shown = False
        self.edits = GraphEdits(self)

    @property
    def place(self) -> Place | None:
        """The target that is shown, with all that was done to its graph."""
        return None if self._trail is None else self._trail.here

    @property
    def limits(self) -> Limits:
        """What an expansion may add."""
        return self._limits

    @property
    def is_raw(self) -> bool:
        """Whether graphs are shown as the collector sees them."""
        return self._view is View.RAW

    def clear(self) -> None:
        """Forget everything, so that the heap can go."""
        self._drop(GRAPH)
        self._trail = None
        self.history_changed.emit("", "")
        self.hidden_changed.emit(Hidden())
        self.facts_changed.emit(GraphFacts(is_raw=self._view is View.RAW, is_weak_shown=self._is_weak_shown))

    # opening

    def open(self, snapshot: Snapshot, question: str | int | Suspect) -> None:
        """Show a target: a class by name, an object by id, or a suspect, with its path lit."""
        raw, limits, weak = self._view is View.RAW, self._limits, self._is_weak_shown
        suspect = question if isinstance(question, Suspect) else None

        def work(_job: Job) -> GraphStep:
            graph = snapshot.open_graph(question, raw=raw, max_depth=limits.depth, too_many=limits.siblings)
            if weak:
                graph = graph.with_weak(True)
            paths = paths_of(snapshot, _target_id(snapshot, graph), suspect)
            return GraphStep(graph, arrange(graph, measure=self._measure), paths.lighting(graph))

        def done(step: GraphStep) -> None:
            place = Place(snapshot, History(step), suspect)
            self._trail = Trail(place) if self._trail is None else self._trail.visit(place)
            self._arrive()

        self._ask("Open a graph", work, done, GRAPH)

    def make_target(self, key: str) -> None:
        """Another target, with its own path: a new place that back leads away from."""
        node = None if self.graph is None else self.graph.find_node(key)
        if self.snapshot is not None and node is not None and node.object_id is not None:
            self.open(self.snapshot, node.object_id)

    def back(self) -> None:
        """The target before this one."""
        self._go_to(self._trail.back() if self._trail is not None else None)

    def forward(self) -> None:
        """The target from which `back` came."""
        self._go_to(self._trail.forward() if self._trail is not None else None)

    def _go_to(self, trail: Trail[Place] | None) -> None:
        if trail is not None and trail is not self._trail:
            self._drop(GRAPH)
            self._trail = trail
            self._arrive()

    def _arrive(self) -> None:
        """Show the place one has come to, and choose its target."""
        place = self.place
        if place is None:
            return
        self._show(fit=True)
        self.paths_changed.emit(place.step.paths)
        target = place.target
        if target is not None:
            self.opened.emit(place)
            self.choose(target.key)

    # changing what is shown

    def do(
        self,
        name: str,
        change: Callable[[VisibleGraph], VisibleGraph],
        *,
        beside: str | None = None,
        side: Side | None = None,
        goes_on: bool = False,
        paths: GraphPaths | None = None,
    ) -> None:
        """One named step of editing; nothing where it changes nothing.

        beside, side: the node, and its expander, that grows. goes_on: whether a sentence about the step
        is offered with *Go on*. paths: the target's paths from now on, where the step changes them.
        """
        place = self.place
        if place is None:
            return
        before = place.step

        def work(_job: Job) -> tuple[VisibleGraph, Scene | None]:
            graph = change(before.graph)
            if graph.state == before.graph.state:
                return graph, None
            return graph, arrange(graph, before.scene, beside=beside, measure=self._measure)

        def done(found: tuple[VisibleGraph, Scene | None]) -> None:
            graph, scene = found
            if scene is not None:
                self._take(name, GraphStep(graph, scene, paths or before.paths))
            if graph.notice and goes_on and graph.notice.endswith("yet"):
                self.go_on_offered.emit(graph.notice, beside or "")
            elif graph.notice:
                self.noticed.emit(graph.notice)

        if beside is not None:
            self.busy_changed.emit(beside, side)
        self._ask(name, work, done, GRAPH)

    def tidy(self) -> None:
        """A fresh layout; pinned nodes stay."""
        step = self.step
        if step is not None:
            self._ask(
                "Tidy",
                lambda _job: arrange(step.graph, measure=self._measure),
                lambda scene: self._take("tidy", replace(step, scene=scene), fit=True),
                GRAPH,
            )

    def _take(self, name: str, step: GraphStep, *, fit: bool = False) -> None:
        if self._trail is None:
            return
        place = self._trail.here
        is_other_path = place.step.paths.lit != step.paths.lit
        self._trail = self._trail.changed(replace(place, history=place.history.do(name, step)))
        self._show(fit=fit)
        if is_other_path:
            self.paths_changed.emit(step.paths)

    def undo(self) -> None:
        """One step back, everything where it stood."""
        self._turn(lambda history: history.undo())

    def redo(self) -> None:
        """One step forward again."""
        self._turn(lambda history: history.redo())

    def _turn(self, step: Callable[[History[GraphStep]], History[GraphStep]]) -> None:
        if self._trail is None:
            return
        self._drop(GRAPH)
        place = self._trail.here
        is_other_path = step(place.history).present.paths.lit != place.step.paths.lit
        self._trail = self._trail.changed(replace(place, history=step(place.history)))
        self._show()
        if is_other_path:
            self.paths_changed.emit(self.paths)

    # how it is looked at

    def set_raw(self, raw: bool) -> None:
        """Folded or raw."""
        self._view = View.RAW if raw else View.FOLDED
        self.do("raw" if raw else "folded", lambda graph: graph.with_view(self._view))

    def set_weak(self, shown: bool) -> None:
        """With weak references, or without."""
        self._is_weak_shown = shown
        name = "show weak references" if shown else "hide weak references"
        self.do(name, lambda graph: graph.with_weak(shown))

    def set_limits(self, depth: int | None = None, siblings: int | None = None) -> None:
        """Steps of *until root*, and new nodes of one expansion, from now on."""
        limits = self._limits
        self._limits = replace(limits, depth=depth or limits.depth, siblings=siblings or limits.siblings)
        self.limits_changed.emit(self._limits.depth, self._limits.siblings)
        if self._trail is not None:
            place = self._trail.here
            step = replace(place.step, graph=place.step.graph.with_limits(self._limits))
            history = replace(place.history, present=step)
            self._trail = self._trail.changed(replace(place, history=history))

    def next_path(self, step: int = 1) -> None:
        """Light the next path of the target; nodes stay."""
        place, paths = self.place, self.paths
        if place is None or len(paths.chains) < 2:
            return
        lit = (paths.lit + step) % len(paths.chains)
        chain, path = paths.chains[lit], paths.paths[lit]
        target = place.target
        type_name = target.type_name if target is not None else ""
        holder = int(path.indexes[path.holder_index])
        sentence = reached_sentence(type_name, max(1, chain.alike), path.holder, path.kind)
        self.do(
            f"path {lit + 1}",
            lambda graph: graph.light(chain, holder=holder, sentence=sentence, expression=path.expression),
            paths=replace(paths, lit=lit),
        )

    # telling

    def _show(self, *, fit: bool = False) -> None:
        trail = self._trail
        if trail is None:
            return
        place, step = trail.here, trail.here.step
        self.scene_changed.emit(step.scene, fit)
        self.history_changed.emit(place.history.undo_name or "", place.history.redo_name or "")
        self.hidden_changed.emit(hidden_of(step.graph))
        self.facts_changed.emit(
            facts_of(place, can_go_back=bool(trail.behind), can_go_forward=bool(trail.ahead))
        )


def _target_id(snapshot: Snapshot, graph: VisibleGraph) -> int:
    target = graph.state.target
    assert target is not None
    return int(snapshot.heap.ids[target])
