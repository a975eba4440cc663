"""The nodes of a drawn graph: words, sizes, badges, and how many neighbours each hides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from refscope.heap.vocabulary import EdgeKind
from refscope.present.edge_words import EdgeWords
from refscope.present.graph_source import type_of
from refscope.present.graph_state import GraphState, Group, key_of, ref_of
from refscope.present.hops import Side, outside
from refscope.present.lit_path import holder_on_path, path_hops, shown_ref, visible_path
from refscope.present.node_words import outside_words
from refscope.present.reader import HeapReader
from refscope.present.scene import EdgeStyle, NodeKind, VisibleNode
from refscope.text import format_bytes, format_count, safe, short_name


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


class DrawnNodes:
    """Makes the nodes of one state. refs, groups: what is on screen."""

    def __init__(
        self, state: GraphState, reader: HeapReader, refs: Sequence[int], groups: Sequence[ShownGroup]
    ) -> None:
        self.state = state
        self.reader = reader
        self.around = reader.around(state.view)
        self.refs = refs
        self.groups = groups
        self.path = visible_path(state, reader)
        self._path_hops = path_hops(state, reader)
        self._target = None if state.target is None else shown_ref(state, reader, state.target)
        self._holder = holder_on_path(state, reader, self.path)

    def all(self, ends: Sequence[tuple[str, str]]) -> tuple[VisibleNode, ...]:
        """Every node and group. ends: (holder, held) of the references that nodes on screen stand for."""
        firsts = [member for shown in self.groups for member in shown.members[:1]]
        self.reader.texts.fetch([*self.refs, *firsts])
        holds = by_first(ends)
        held_by = by_first((held, holder) for holder, held in ends)
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
            is_target=ref == self._target,
            is_on_path=ref in self.path,
            is_holder=ref == self._holder,
            is_garbage=source.depths is not None and int(source.depths[ref]) < 0,
            tooltip=texts.tooltip(ref),
        )

    def _titles(self, ref: int, kind: NodeKind) -> tuple[str, str]:
        """Title and second line. On the lit path a container bears the name it is held by, as people
        say `.instance_map`, and an entry of a container says which one it is."""
        texts, path = self.reader.texts, self.state.path
        if ref == self._target:
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
            noun = "item" if words.shape.rpartition("|")[2] == EdgeKind.INDEX else "key"
            return texts.title(ref), f"{noun} {words.key}"
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


def by_first(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """The second of each pair, by the first."""
    found: dict[str, set[str]] = {}
    for a, b in pairs:
        found.setdefault(a, set()).add(b)
    return found
