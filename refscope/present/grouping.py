"""Cards that stand for many: siblings along the lit path, groups made by hand, what a group opens to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from refscope.heap.snapshot import ObjectIndex
from refscope.present.drawing import Drawing
from refscope.present.graph_state import GROUP_FROM, Expansion, GraphState, Group, key_of, ref_of
from refscope.present.hops import Hop, Neighbourhood, Side, View
from refscope.present.lit_path import path_hops, visible_path
from refscope.present.reader import HeapReader
from refscope.present.scene import VisibleEdge, VisibleNode

_LABELLED = 400
"""Held objects of one step whose labels are compared with the path's."""


def with_siblings(state: GraphState, reader: HeapReader) -> GraphState:
    """Beside each step of the lit path what its holder holds alike: one group a step.

    Alike: the same type held under the same shape of label. Attributes with other names are not.
    """
    groups = []
    for hop in path_hops(state, reader):
        if hop.holder >= 0 and hop.held >= 0:
            group = _siblings_of(state, reader, hop)
            if group is not None:
                groups.append(group)
    return replace(state, groups=(*state.groups, *groups))


def _siblings_of(state: GraphState, reader: HeapReader, step: Hop) -> Group | None:
    around = reader.around(state.view)
    found = around.neighbours(step.holder, Side.HELD)
    types, path = reader.source.snapshot.types, set(visible_path(state, reader))
    same_type = [
        h for h in found.hops if h.held >= 0 and types[h.held] == types[step.held] and h.held not in path
    ]
    labelled = same_type[:_LABELLED]
    reader.names.fetch([step, *labelled])
    shape = reader.words(step).shape
    alike = [hop for hop in labelled if reader.words(hop).shape == shape]
    if not alike or not shape:
        return None
    if len(alike) == len(labelled):
        alike = same_type  # whoever is like the first 400 is taken to be like the rest
    further = 0 if found.is_complete or alike is not same_type else _unexamined(around, step, len(alike))
    members = tuple(hop.held for hop in alike)
    direct = tuple(hop.edges[0][1] if hop.edges else hop.held for hop in alike)
    key = f"g{key_of(step.holder)}s"
    return Group(key, step.holder, Side.HELD, members, direct, further, is_rest=True)


def _unexamined(around: Neighbourhood, step: Hop, examined: int) -> int:
    """How many more of the held one's class there are than those that were looked at, itself left out."""
    types = around.source.snapshot.types
    parts = around.own_parts(step.holder)
    entries = (held for holder, held in step.edges if holder in parts and held not in parts)
    direct = next(entries, step.held)
    total = sum(int((types[around.raw(part, Side.HELD)] == types[direct]).sum()) for part in parts)
    return max(total - 1 - examined, 0)


def take_out(
    state: GraphState, reader: HeapReader, group: Group, count: int, on_screen: set[int]
) -> GraphState:
    """The best `count` members of a group as nodes; the group keeps the rest."""
    around = reader.around(state.view)
    pairs = zip(group.members, group.direct, strict=True)
    refs = [direct if state.view is View.RAW else around.stands_for(member) for member, direct in pairs]
    fresh = [ref for ref in dict.fromkeys(refs) if ref is not None and ref not in on_screen]
    added = tuple(fresh[:count])
    if not added:
        return state
    grown = state.with_shown(added)
    step = Expansion(group.anchor, group.side, added, ())
    return replace(grown, expansions=(*state.expansions, step))


def group_alike(
    state: GraphState,
    reader: HeapReader,
    nodes: Sequence[VisibleNode],
    edges: Sequence[VisibleEdge],
    key: str,
) -> GraphState:
    """One card for the nodes of one type that the same neighbour holds, or that hold it, as `key` does."""
    chosen = next(node for node in nodes if node.key == key)
    can_move = {
        node.key
        for node in nodes
        if ref_of(node.key) is not None
        and node.type_name == chosen.type_name
        and not (node.is_target or node.is_on_path or node.is_root)
    }
    best: tuple[str, Side, list[str]] | None = None
    for edge in edges:
        if key not in (edge.source, edge.target) or edge.source == edge.target:
            continue
        side = Side.HOLDERS if edge.source == key else Side.HELD
        anchor = edge.target if side is Side.HOLDERS else edge.source
        alike = [near for near, far in _ends(edges, side) if far == anchor and near in can_move]
        if ref_of(anchor) is not None and (best is None or len(alike) > len(best[2])):
            best = (anchor, side, alike)
    if best is None or len(set(best[2])) < GROUP_FROM:
        return state
    return _as_group(state, reader, *best)


def _ends(edges: Sequence[VisibleEdge], side: Side) -> list[tuple[str, str]]:
    """(the end that would join the group, the end that stays) of each edge."""
    return [(e.source, e.target) if side is Side.HOLDERS else (e.target, e.source) for e in edges]


def _as_group(
    state: GraphState, reader: HeapReader, anchor_key: str, side: Side, keys: list[str]
) -> GraphState:
    anchor = ref_of(anchor_key)
    refs = [ref for key in dict.fromkeys(keys) if (ref := ref_of(key)) is not None]
    if anchor is None:
        return state
    around = reader.around(state.view)
    hops = {
        hop.other(side): hop for hop in around.between([anchor, *refs]) if anchor in (hop.holder, hop.held)
    }
    direct = []
    for ref in refs:
        edges = hops[ref].edges if ref in hops else ()
        direct.append((edges[-1][0] if side is Side.HOLDERS else edges[0][1]) if edges else ref)
    gone, letter = set(refs), "i" if side is Side.HOLDERS else "o"
    free = (f"g{anchor_key}{letter}m{serial}" for serial in range(len(state.groups) + 1))
    key = next(key for key in free if state.group(key) is None)
    group = Group(key, anchor, side, tuple(refs), tuple(direct))
    return replace(
        state,
        shown=tuple(ref for ref in state.shown if ref not in gone),
        folded=state.folded - gone,
        groups=(*state.groups, group),
        expansions=tuple(_minus(known, gone) for known in state.expansions),
    )


def _minus(known: Expansion, gone: set[int]) -> Expansion:
    return replace(known, added=tuple(ref for ref in known.added if ref not in gone))


def member_nodes(
    state: GraphState, reader: HeapReader, group: Group, start: int, limit: int
) -> tuple[VisibleNode, ...]:
    """Members of a group as rows, the best first; those on screen one by one are among them."""
    around = reader.around(state.view)
    refs = group.direct if state.view is View.RAW else group.members
    shown = [
        ref for ref in (around.stands_for(ref) for ref in refs[start : start + limit]) if ref is not None
    ]
    return rows(state, reader, tuple(dict.fromkeys(shown)))


def rows(state: GraphState, reader: HeapReader, refs: tuple[int, ...]) -> tuple[VisibleNode, ...]:
    """Nodes for a list, without a target, a path or groups."""
    if not refs:
        return ()
    listed = GraphState(view=state.view, shown=refs, hidden=state.hidden, hidden_types=state.hidden_types)
    by_key = {node.key: node for node in Drawing(listed, reader).nodes}
    return tuple(by_key[key] for ref in refs if (key := key_of(ref)) in by_key)


def raw_path(reader: HeapReader, indexes: Sequence[ObjectIndex]) -> tuple[int, ...]:
    """A chain with every raw object on it; chains that skip folded ones get them back."""
    around = reader.around(View.FOLDED)
    refs: list[int] = [int(indexes[0])]
    for index in indexes[1:]:
        before, after = refs[-1], int(index)
        if not np.any(reader.source.referents(before) == after):
            hop = around.hop(before, after)
            if hop is not None:
                refs.extend(referent for _, referent in hop.edges[:-1])
        refs.append(after)
    return tuple(refs)
