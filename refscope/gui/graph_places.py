"""What the graph of a window can go back to: steps of editing, and places, one for each target.

Values only. A step is a graph with its layout, so that undo puts every node where it was; a place has
steps of its own, so that back and forward lose no edit.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from refscope.analysis.chains import Chain
from refscope.api import ObjectDetails, Path, Snapshot, Suspect
from refscope.present.grouping import raw_path
from refscope.present.history import History
from refscope.present.hops import View
from refscope.present.named_chain import distinct_paths
from refscope.present.scene import Scene, VisibleEdge, VisibleNode
from refscope.present.visible_graph import VisibleGraph
from refscope.text import format_count, safe, short_name

PATHS = 12
"""Paths of one target that can be walked through."""


@dataclass(frozen=True, slots=True)
class GraphPaths:
    """The paths of the target: in words, as rows, and which is lit."""

    paths: tuple[Path, ...] = ()
    chains: tuple[Chain, ...] = ()
    lit: int = 0

    def lighting(self, graph: VisibleGraph) -> GraphPaths:
        """The same with the one as lit that a graph shows as its path."""
        shown = tuple(ref for ref in graph.state.path.refs if ref >= 0)
        for at, chain in enumerate(self.chains):
            if raw_path(graph.reader, chain.indexes) == shown:
                return replace(self, lit=at)
        return self


def as_told(path: Path, chain: Chain, suspect: Suspect | None) -> Path:
    """The path in the words of the suspect that goes the same way: it knows which holder grew."""
    if suspect is None or suspect.chain.indexes != chain.indexes:
        return path
    return replace(suspect.named, mechanism=suspect.mechanism, alike=path.alike)


def paths_of(snapshot: Snapshot, object_id: int, suspect: Suspect | None = None) -> GraphPaths:
    """Every path of an object that is worth a look, those that are drawn alike once. In the lane.
    suspect: the one of which the object is an example."""
    chains, paths = snapshot.chains(object_id, PATHS), snapshot.paths(object_id, PATHS)
    paths = [as_told(path, chain, suspect) for chain, path in zip(chains, paths, strict=False)]
    distinct, words = distinct_paths(chains, paths, snapshot.reader)
    return GraphPaths(words, distinct)


@dataclass(frozen=True, slots=True)
class GraphStep:
    """A graph as it was shown: what, where, and which paths its target has."""

    graph: VisibleGraph
    scene: Scene
    paths: GraphPaths


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A target that was opened, and everything done to its graph. suspect: the one that was opened."""

    snapshot: Snapshot
    history: History[GraphStep]
    suspect: Suspect | None = None

    @property
    def step(self) -> GraphStep:
        """What is shown there."""
        return self.history.present

    @property
    def target(self) -> VisibleNode | None:
        """The node that the graph is about."""
        graph = self.step.graph
        key = graph.target_key
        return None if key is None else graph.node(key)

    @property
    def type_words(self) -> str:
        """`RequestAudit ×600`: the class of the target, and how many are kept alike."""
        target = self.target
        if target is None:
            return ""
        alike = self.step.graph.state.path.alike
        name = safe(short_name(target.type_name))
        return f"{name} ×{format_count(alike)}" if alike > 1 else name

    @property
    def target_words(self) -> str:
        """`RequestAudit 0x7f11c80a`."""
        target = self.target
        if target is None:
            return ""
        return target.title if target.object_id is None else f"{target.title} {target.object_id:#x}"


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What the inspector shows of the selected node. `details` None: a group or a root that is no object."""

    snapshot: Snapshot
    node: VisibleNode
    details: ObjectDetails | None
    paths: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class EdgeFacts:
    """What the inspector shows of a selected reference."""

    snapshot: Snapshot
    edge: VisibleEdge
    holder: VisibleNode
    held: VisibleNode


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a person hid: classes with how many nodes each took, names of references, single nodes."""

    types: tuple[tuple[str, int], ...] = ()
    labels: tuple[str, ...] = ()
    objects: int = 0

    @property
    def count(self) -> int:
        """How many entries a list of it has."""
        return len(self.types) + len(self.labels) + (self.objects > 0)


def hidden_of(graph: VisibleGraph) -> Hidden:
    """What is hidden in a graph. O(nodes that were shown)."""
    state = graph.state
    names = Counter(graph.reader.type_name(ref) for ref in state.shown if ref >= 0 and state.hidden_types)
    types = tuple((name, names[name]) for name in sorted(state.hidden_types))
    return Hidden(types, tuple(sorted(state.hidden_labels)), len(state.hidden))


@dataclass(frozen=True, slots=True)
class GraphFacts:
    """What stands around a graph: which freeze, how much, how it is looked at."""

    freeze: str = ""
    nodes: int = 0
    pinned: int = 0
    groups: int = 0
    is_raw: bool = False
    is_weak_shown: bool = False
    paths: int = 0
    can_go_back: bool = False
    can_go_forward: bool = False

    @property
    def words(self) -> str:
        """`Freeze B, 14 nodes, 1 pinned, 1 group`."""
        if not self.nodes:
            return ""
        parts = [f"{format_count(self.nodes)} node{'' if self.nodes == 1 else 's'}"]
        if self.freeze:
            parts.insert(0, f"Freeze {self.freeze}")
        if self.pinned:
            parts.append(f"{self.pinned} pinned")
        if self.groups:
            parts.append(f"{self.groups} group{'' if self.groups == 1 else 's'}")
        return ", ".join(parts)


def facts_of(place: Place, *, can_go_back: bool, can_go_forward: bool) -> GraphFacts:
    """The facts of a shown place."""
    graph = place.step.graph
    return GraphFacts(
        freeze=place.snapshot.name,
        nodes=len(graph.nodes),
        pinned=sum(node.is_pinned for node in graph.nodes),
        groups=sum(node.key.startswith("g") for node in graph.nodes),
        is_raw=graph.state.view is View.RAW,
        is_weak_shown=graph.state.is_weak_shown,
        paths=len(place.step.paths.chains),
        can_go_back=can_go_back,
        can_go_forward=can_go_forward,
    )
