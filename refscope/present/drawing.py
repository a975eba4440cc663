"""From what a person did (`GraphState`) and the heap to the nodes and edges on screen.

Every reference between two nodes that are shown is drawn; whatever is not shown is counted at the
node it belongs to. Nodes that nothing connects with the target any more (their neighbours were
hidden) are not drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from refscope.heap.vocabulary import EdgeKind
from refscope.present.captions import with_captions
from refscope.present.drawn_nodes import DrawnNodes, ShownGroup
from refscope.present.edge_words import EdgeWords
from refscope.present.graph_source import type_of
from refscope.present.graph_state import GraphState, key_of
from refscope.present.hops import Hop, Side, View
from refscope.present.lit_path import bridges, path_hops, shown_ref, visible_path
from refscope.present.reader import HeapReader
from refscope.present.scene import EdgeStyle, NodeKind, VisibleEdge

_IMPLIED = frozenset({EdgeKind.TYPE, EdgeKind.GLOBALS})
"""Shapes of words of references that each object of a kind has."""

_WEAK_HOLDERS = 8
"""Nodes that are shown because they refer weakly to the target; a WeakSet is one, whatever is in it."""

_MEMBERS_FOLLOWED = 20
"""Members of a group whose other neighbours on screen get an edge: what a picture can tell apart."""


class Drawing:
    """Nodes and edges of one state, computed once."""

    def __init__(self, state: GraphState, reader: HeapReader) -> None:
        self.state = state
        self.reader = reader
        self.around = reader.around(state.view)
        self.path = visible_path(state, reader)
        self._path_hops = path_hops(state, reader)
        self._target = None if state.target is None else shown_ref(state, reader, state.target)
        self.implied: set[tuple[str, str]] = set()  # references between shown nodes that are not drawn
        self.refs = self._refs()
        self.groups = self._groups()
        hops = self._hops()
        reader.names.fetch([*hops, *self._path_hops])
        edges = self._edges(hops)
        edges += self._weak_edges({(edge.source, edge.target) for edge in edges})
        connected = self._connected(edges)
        self.refs = [ref for ref in self.refs if key_of(ref) in connected]
        self.groups = [shown for shown in self.groups if shown.group.key in connected]
        self.edges = tuple(e for e in edges if {e.source, e.target} <= connected)
        self.implied = {ends for ends in self.implied if connected.issuperset(ends)}
        held = (edge for edge in self.edges if edge.style is not EdgeStyle.WEAK)
        ends = [(edge.source, edge.target) for edge in held] + sorted(self.implied)
        self.nodes = DrawnNodes(state, reader, self.refs, self.groups).all(ends)
        self.edges = with_captions(self.edges, self.nodes)

    # --- which nodes ------------------------------------------------------------------------------

    def _refs(self) -> list[int]:
        state = self.state
        refs = (
            [*self.path, *state.shown] if state.target is None else [state.target, *self.path, *state.shown]
        )
        if state.view is View.RAW:
            refs += bridges(state, self.reader)
        if state.is_weak_shown and self._target is not None:
            self.reader.weak.fetch([self._target])
            refs += self.reader.weak.holders(self._target, self.around)[:_WEAK_HOLDERS]
        shown: dict[int, None] = {}
        for ref in refs:
            stands_for = shown_ref(state, self.reader, ref)
            if stands_for is not None and self._is_allowed(stands_for):
                shown[stands_for] = None
        return list(shown)

    def _is_allowed(self, ref: int) -> bool:
        if ref == self._target:
            return True
        if ref in self.state.hidden:
            return False
        hidden_types = self.state.hidden_types
        return not (hidden_types and ref >= 0 and type_of(self.reader.source, ref).name in hidden_types)

    def _groups(self) -> list[ShownGroup]:
        on_screen, found = set(self.refs), []
        for group in self.state.groups:
            anchor = self.around.stands_for(group.anchor)
            if anchor is None or anchor not in on_screen:
                continue
            members: dict[int, None] = {}
            for ref in group.direct if self.state.view is View.RAW else group.members:
                member = self.around.stands_for(ref)
                if member is not None and member not in on_screen and self._is_allowed(member):
                    members[member] = None
            shown = ShownGroup(group, anchor, tuple(members))
            if shown.count:
                found.append(shown)
        return found

    # --- edges ------------------------------------------------------------------------------------

    def _hops(self) -> list[Hop]:
        """Hops between nodes on screen; those of the lit path as the path has them."""
        hops = {(hop.holder, hop.held): hop for hop in self.around.between(self.refs)}
        on_screen = set(self.refs)
        for hop in self._path_hops:
            if {hop.holder, hop.held} <= on_screen:
                known = hops.get((hop.holder, hop.held))
                hops[hop.holder, hop.held] = hop if known is None else replace(hop, count=known.count)
        return list(hops.values())

    def _edges(self, hops: list[Hop]) -> list[VisibleEdge]:
        lit = set(zip(self.path, self.path[1:], strict=False))
        order = {ref: at for at, ref in enumerate(self.refs)}
        edges = []
        for hop in sorted(hops, key=lambda hop: (order[hop.held], order[hop.holder])):
            words, is_lit = self.reader.words(hop), (hop.holder, hop.held) in lit
            if is_lit or not (words.text in self.state.hidden_labels or self._is_implied(hop, words)):
                edges.append(_edge(hop, words, is_on_path=is_lit))
            else:
                self.implied.add((key_of(hop.holder), key_of(hop.held)))
        return edges + self._group_edges()

    def _is_implied(self, hop: Hop, words: EdgeWords) -> bool:
        """Whether this is an object's reference to its class, or a function's to its module, for which
        nobody asked: every object has one, and drawn they lead back across the whole picture."""
        if self.state.view is View.RAW or "|" in words.shape or words.shape.partition(" ")[0] not in _IMPLIED:
            return False
        ends = {hop.holder, hop.held}
        return not any(known.origin in ends and ends & set(known.added) for known in self.state.expansions)

    def _group_edges(self) -> list[VisibleEdge]:
        found: dict[tuple[str, str], VisibleEdge] = {}
        on_screen = set(self.refs)
        for shown in self.groups:
            key, anchor = shown.group.key, key_of(shown.anchor)
            ends = (key, anchor) if shown.group.side is Side.HOLDERS else (anchor, key)
            if shown.group.label and shown.group.label in self.state.hidden_labels:
                continue
            found[ends] = VisibleEdge(*ends, label=shown.group.label, count=shown.count)
            for ends, count in self._other_edges(shown, on_screen).items():
                found.setdefault(ends, VisibleEdge(*ends, count=count))
        return list(found.values())

    def _other_edges(self, shown: ShownGroup, on_screen: set[int]) -> Counter[tuple[str, str]]:
        """Edges from and to members of a group, apart from those to its anchor, counted."""
        key, counts = shown.group.key, Counter[tuple[str, str]]()
        for member in shown.members[:_MEMBERS_FOLLOWED]:
            for side in Side:
                for hop in self.around.neighbours(member, side).hops:
                    other = hop.other(side)
                    if other in on_screen and not self._is_class_of(member, other, side):
                        ends = (key_of(other), key) if side is Side.HOLDERS else (key, key_of(other))
                        counts[ends] += 1
        return counts

    def _weak_edges(self, strong: set[tuple[str, str]]) -> Iterable[VisibleEdge]:
        """References that keep nothing, between nodes on screen that nothing else joins that way."""
        if not self.state.is_weak_shown:
            return
        self.reader.weak.fetch(self.refs)
        on_screen = set(self.refs)
        for ref in self.refs:
            for holder in self.reader.weak.holders(ref, self.around):
                ends = (key_of(holder), key_of(ref))
                if holder in on_screen and ends not in strong:
                    yield VisibleEdge(*ends, label="weak", style=EdgeStyle.WEAK)

    def _is_class_of(self, member: int, other: int, side: Side) -> bool:
        """Whether `other` is the class or module that every such member refers to."""
        if self.state.view is View.RAW or member < 0 or other < 0:
            return False
        held, holder = (other, member) if side is Side.HELD else (member, other)
        kind = self.reader.texts.kind(held)
        if kind is NodeKind.CLASS:
            return type_of(self.reader.source, holder).object_index == held
        return kind is NodeKind.MODULE and self.reader.texts.kind(holder) is NodeKind.FUNCTION

    def _connected(self, edges: list[VisibleEdge]) -> set[str]:
        """Keys that edges, followed either way, connect with the target; all where there is none."""
        keys = [key_of(ref) for ref in self.refs] + [shown.group.key for shown in self.groups]
        if self.state.target is None or not keys:
            return set(keys)
        near: dict[str, list[str]] = {key: [] for key in keys}
        for edge in edges:
            near[edge.source].append(edge.target)
            near[edge.target].append(edge.source)
        seen, frontier = {keys[0]}, [keys[0]]
        while frontier:
            for key in near[frontier.pop()]:
                if key not in seen:
                    seen.add(key)
                    frontier.append(key)
        return seen


def _edge(hop: Hop, words: EdgeWords, is_on_path: bool) -> VisibleEdge:
    return VisibleEdge(key_of(hop.holder), key_of(hop.held), words.text, words.style, is_on_path, hop.count)
