"""From what a person did (`GraphState`) and the heap to the nodes and edges on screen.

Every reference between two nodes that are shown is drawn; whatever is not shown is counted at the
node it belongs to. Nodes that nothing connects with the target any more (their neighbours were
hidden) are not drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from refscope.heap.vocabulary import EdgeKind
from refscope.present.captions import with_captions
from refscope.present.edge_words import EdgeWords
from refscope.present.graph_source import type_of
from refscope.present.graph_state import GraphState, Group, key_of, ref_of
from refscope.present.hops import Hop, Side, View, outside
from refscope.present.node_words import outside_words
from refscope.present.reader import HeapReader
from refscope.present.scene import EdgeStyle, NodeKind, VisibleEdge, VisibleNode
from refscope.text import format_bytes, format_count, safe, short_name

_IMPLIED = frozenset({EdgeKind.TYPE, EdgeKind.GLOBALS})
"""Shapes of words of references that each object of a kind has."""

_MEMBERS_FOLLOWED = 20
"""Members of a group whose other neighbours on screen get an edge: what a picture can tell apart."""


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group with the members that are not on screen one by one."""

    group: Group
    anchor: int
    members: tuple[int, ...]

    @property
    def count(self) -> int:
        """All members, examined or not."""
        return len(self.members) + self.group.further


class Drawing:
    """Nodes and edges of one state, computed once."""

    def __init__(self, state: GraphState, reader: HeapReader) -> None:
        self.state = state
        self.reader = reader
        self.around = reader.around(state.view)
        self.path = visible_path(state, reader)
        self._path_hops = path_hops(state, reader)
        self.implied: set[tuple[str, str]] = set()  # references between shown nodes that are not drawn
        self.refs = self._refs()
        self.groups = self._groups()
        hops = self._hops()
        reader.names.fetch([*hops, *self._path_hops])
        edges = self._edges(hops)
        connected = self._connected(edges)
        self.refs = [ref for ref in self.refs if key_of(ref) in connected]
        self.groups = [shown for shown in self.groups if shown.group.key in connected]
        self.edges = tuple(e for e in edges if {e.source, e.target} <= connected)
        self.implied = {ends for ends in self.implied if connected.issuperset(ends)}
        self.nodes = self._nodes()
        self.edges = with_captions(self.edges, self.nodes)

    # --- which nodes ------------------------------------------------------------------------------

    def _refs(self) -> list[int]:
        state = self.state
        refs = (
            [*self.path, *state.shown] if state.target is None else [state.target, *self.path, *state.shown]
        )
        if state.view is View.RAW:
            refs += bridges(state, self.reader)
        shown: dict[int, None] = {}
        for ref in refs:
            stands_for = shown_ref(state, self.reader, ref)
            if stands_for is not None and self._is_allowed(stands_for):
                shown[stands_for] = None
        return list(shown)

    def _is_allowed(self, ref: int) -> bool:
        if ref == self._target():
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

    # --- nodes ------------------------------------------------------------------------------------

    def _nodes(self) -> tuple[VisibleNode, ...]:
        firsts = [member for shown in self.groups for member in shown.members[:1]]
        self.reader.texts.fetch([*self.refs, *firsts])
        ends = [(edge.source, edge.target) for edge in self.edges] + sorted(self.implied)
        holds = _sets(ends)
        held_by = _sets((held, holder) for holder, held in ends)
        pinned = {key for key, _, _ in self.state.pins}
        nodes = [
            replace(
                self._node(ref),
                hidden_referrers=self._hidden(ref, Side.HOLDERS, held_by.get(key_of(ref), set())),
                hidden_referents=self._hidden(ref, Side.HELD, holds.get(key_of(ref), set())),
                is_pinned=key_of(ref) in pinned,
            )
            for ref in self.refs
        ]
        groups = [
            replace(self._group_node(shown), is_pinned=shown.group.key in pinned) for shown in self.groups
        ]
        return (*nodes, *groups)

    def _hidden(self, ref: int, side: Side, shown_keys: set[str]) -> int:
        """Neighbours on one side that neither a node nor a group on screen stands for."""
        hops = self.around.neighbours(ref, side)
        others = {hop.other(side) for hop in hops.hops}
        seen = {other for key in shown_keys if (other := ref_of(key)) is not None}
        if hops.is_complete:
            seen &= others  # functions shown of a module and a target looked through are none of them
        elif side is Side.HOLDERS:
            seen -= set(self.around.functions(ref).tolist())
        unexamined = 0
        for shown in self.groups:
            if shown.group.key in shown_keys:
                seen.update(member for member in shown.members if member in others)
                if shown.anchor == ref and shown.group.side is side:
                    unexamined += shown.group.further
        return max(0, hops.total - len(seen) - unexamined)

    def _node(self, ref: int) -> VisibleNode:
        if ref < 0:
            return self._outside_node(ref)
        source, texts = self.reader.source, self.reader.texts
        kind = texts.kind(ref)
        title, subtitle = self._titles(ref, kind)
        return VisibleNode(
            key=key_of(ref),
            kind=kind,
            title=title,
            subtitle=subtitle,
            type_name=safe(type_of(source, ref).name),
            object_index=ref,
            object_id=int(source.snapshot.ids[ref]),
            size_bytes=int(source.snapshot.sizes[ref]),
            retained_bytes=None if source.retained is None else int(source.retained[ref]),
            entries=texts.entries(ref),
            globals_count=int((~np.isin(self.around.functions(ref), self.refs)).sum()),
            is_root=self.reader.is_root(ref),
            is_target=ref == self._target(),
            is_on_path=ref in self.path,
            is_holder=ref == self._holder(),
            is_garbage=source.depths is not None and int(source.depths[ref]) < 0,
            tooltip=texts.tooltip(ref),
        )

    def _titles(self, ref: int, kind: NodeKind) -> tuple[str, str]:
        """Title and second line. On the lit path a container bears the name it is held by, as people
        say `.instance_map`, and an entry of a container says which one it is."""
        texts, path = self.reader.texts, self.state.path
        if ref == self._target():
            alike = f"{texts.size(ref)}, 1 of {format_count(path.alike)}"
            return texts.title(ref), alike if path.alike > 1 else texts.place(ref)
        words = self._words_of_path_edge_into(ref)
        if words is None:
            return texts.title(ref), texts.place(ref)
        is_named = words.shape.startswith(("attribute", "local", "cell", "closure"))
        is_global = words.style is EdgeStyle.GLOBALS and is_named and kind is NodeKind.INSTANCE
        if is_global or (is_named and (kind is NodeKind.CONTAINER or texts.is_cache(ref))):
            name = words.text.rpartition("|")[2].split()[-1]
            return name, f"{texts.noun(ref)}, {texts.entries_text(ref) or texts.size(ref)}"
        if kind is NodeKind.INSTANCE and words.key:
            return texts.title(ref), f"key {words.key}"
        return texts.title(ref), texts.place(ref)

    def _words_of_path_edge_into(self, ref: int) -> EdgeWords | None:
        if ref not in self.path[1:]:
            return None
        holder = self.path[self.path.index(ref) - 1]
        for hop in self._path_hops:
            if hop.holder == holder and hop.held == ref and holder >= 0:
                return self.reader.words(hop)
        return None

    def _outside_node(self, ref: int) -> VisibleNode:
        root = self.reader.source.root_of(outside(ref))
        assert root is not None  # such a ref is only made where there is one
        kind, title, subtitle = outside_words(root)
        return VisibleNode(
            key=key_of(ref),
            kind=kind,
            title=title,
            subtitle=subtitle,
            is_root=True,
            is_on_path=ref in self.path,
        )

    def _group_node(self, shown: ShownGroup) -> VisibleNode:
        source, texts = self.reader.source, self.reader.texts
        objects = [member for member in shown.members if member >= 0]
        kind = texts.kind(objects[0]) if objects else NodeKind.NATIVE
        types = Counter(safe(type_of(source, member).name) for member in objects)
        sizes = source.retained if source.retained is not None else source.snapshot.sizes
        total = int(sizes[objects].sum()) if objects else 0
        own = int(source.snapshot.sizes[objects].sum()) if objects else 0
        title, subtitle = _group_titles(shown, types, total)
        return VisibleNode(
            key=shown.group.key,
            kind=kind,
            title=title,
            subtitle=subtitle,
            type_name=types.most_common(1)[0][0] if types else "",
            size_bytes=own,
            retained_bytes=total if source.retained is not None else None,
            count=shown.count,
            is_rest=shown.group.is_rest,
            tooltip="\n".join(f"{format_count(n)} {name}" for name, n in types.most_common(12)),
        )

    def _target(self) -> int | None:
        target = self.state.target
        return None if target is None else shown_ref(self.state, self.reader, target)

    def _holder(self) -> int | None:
        return holder_on_path(self.state, self.reader, self.path)


def _group_titles(shown: ShownGroup, types: Counter[str], total_bytes: int) -> tuple[str, str]:
    if not shown.group.is_rest and types:
        name = short_name(types.most_common(1)[0][0])
        each = format_bytes(total_bytes / max(1, len(shown.members)))
        return name, f"{format_count(shown.count)} alike, {each} each"
    if len(types) == 1 and shown.group.further:
        looked_at = f"{format_count(len(shown.members))} looked at"
        return short_name(next(iter(types))), f"{format_count(shown.count)} more, {looked_at}"
    if len(types) == 1:
        each = format_bytes(total_bytes / len(shown.members))
        return short_name(next(iter(types))), f"{format_count(shown.count)} more, {each} each"
    what = "holders" if shown.group.side is Side.HOLDERS else "held objects"
    named = ", ".join(f"{short_name(name)} ×{n}" for name, n in types.most_common(2))
    further = len(types) - 2
    return f"{format_count(shown.count)} more {what}", f"{named}, …" if further > 0 else named


def _edge(hop: Hop, words: EdgeWords, is_on_path: bool) -> VisibleEdge:
    return VisibleEdge(key_of(hop.holder), key_of(hop.held), words.text, words.style, is_on_path, hop.count)


def _sets(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for a, b in pairs:
        found.setdefault(a, set()).add(b)
    return found


# --- the lit path -----------------------------------------------------------------------------------


def shown_ref(state: GraphState, reader: HeapReader, ref: int) -> int | None:
    """The ref that shows `ref` in this view. The target is shown even if it would be looked through."""
    shown = reader.around(state.view).stands_for(ref)
    return ref if shown is None and ref == state.target else shown


def visible_path(state: GraphState, reader: HeapReader) -> tuple[int, ...]:
    """The lit path as the view shows it: refs from the root down, each once."""
    stands_for = [shown_ref(state, reader, ref) for ref in state.path.refs]
    return tuple(dict.fromkeys(ref for ref in stands_for if ref is not None))


def path_hops(state: GraphState, reader: HeapReader) -> list[Hop]:
    """One hop per step of the lit path as the view shows it, with the raw references of the path."""
    hops: list[Hop] = []
    last: int | None = None
    edges: list[tuple[int, int]] = []
    before: int | None = None
    for ref in state.path.refs:
        if before is not None and before >= 0:
            edges.append((before, ref))
        before = ref
        shown = shown_ref(state, reader, ref)
        if shown is None or shown == last:
            continue
        if last is not None:
            hops.append(Hop(last, shown, tuple(edges)))
            edges = []
        last = shown
    return hops


def holder_on_path(state: GraphState, reader: HeapReader, path: tuple[int, ...]) -> int | None:
    """The node that wears HOLDER: the one named, else the first container, else what the root holds."""
    around = reader.around(state.view)
    if state.path.holder is not None:
        holder = around.stands_for(state.path.holder)
        if path[1:] and holder == path[-1]:
            return path[-2]  # a local variable: named by what it holds, changed where it is kept
        return holder if holder in path else None
    between = [ref for ref in path[:-1] if ref >= 0 and reader.source.owner_of(ref) is None]
    containers = [ref for ref in between if reader.texts.kind(ref) is NodeKind.CONTAINER]
    named = [ref for ref in between if not reader.is_root(ref)]
    return next(iter(containers or named or between), None)


def bridges(state: GraphState, reader: HeapReader) -> list[int]:
    """For the raw view: the objects between nodes that were shown while the view was folded."""
    around = reader.around(View.FOLDED)
    refs = {around.stands_for(ref) for ref in state.folded}
    between = around.between(ref for ref in refs if ref is not None)
    return [ref for hop in between for edge in hop.edges for ref in edge]
