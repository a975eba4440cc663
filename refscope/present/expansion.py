"""Growing and shrinking a graph: expand a side, collapse, expand until a root, group, ungroup.

Functions from a state to a state. One expansion adds one step and at most `siblings` nodes: alike
neighbours as one group each, those on a path to a root first, then by retained size; whatever is
left is one group that says how many it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from refscope.present.graph_source import type_of
from refscope.present.graph_state import GROUP_FROM, Expansion, GraphState, Group, Limits, key_of
from refscope.present.hops import Hop, Neighbourhood, Side, rank
from refscope.present.reader import HeapReader

_LABELLED = 400
"""Neighbours whose labels are asked for to find those alike; the rest is counted as it is."""


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Neighbours that are alike. `words` as on the edge of the first."""

    hops: tuple[Hop, ...]
    words: str


def expand(
    state: GraphState,
    reader: HeapReader,
    ref: int,
    side: Side,
    *,
    limits: Limits,
    on_screen: set[int],
    most_alike: int | None = None,
) -> GraphState:
    """Show one more step on one side of a node; unchanged where nothing is hidden there.

    `on_screen`: refs already drawn. `most_alike`: so many nodes of neighbours that are all alike, as many
    as of others if not given. Repeated, it shows the next ones out of the rest.
    """
    around = reader.around(state.view)
    hops, further = _candidates(state, reader, ref, side, on_screen)
    grouped = _in_groups(state, around, ref, side)
    fresh = [hop for hop in hops if hop.other(side) not in grouped]
    if not fresh:
        return state
    further = max(0, further - sum(g.further for g in state.groups if g.anchor == ref and g.side is side))
    reader.names.fetch(fresh[:_LABELLED])
    singles, groups = _arrange(reader, fresh, side, limits.siblings, most_alike)
    made = _named_groups(state, ref, side, groups)
    if further:
        made = _with_further(made, further) or (*made, _rest_unexamined(state, ref, side, len(made), further))
    added = tuple(hop.other(side) for hop in singles)
    grown = state.with_shown(added)
    expansion = Expansion(ref, side, added, tuple(group.key for group in made))
    return replace(grown, groups=(*state.groups, *made), expansions=(*state.expansions, expansion))


def _candidates(
    state: GraphState, reader: HeapReader, ref: int, side: Side, on_screen: set[int]
) -> tuple[list[Hop], int]:
    """Neighbours not on screen and not hidden, the best first; and how many were not examined."""
    found = reader.around(state.view).neighbours(ref, side)
    hops = [
        hop
        for hop in found.hops
        if (other := hop.other(side)) not in on_screen
        and other not in state.hidden
        and not (other >= 0 and type_of(reader.source, other).name in state.hidden_types)
    ]
    outside_first = [hop for hop in hops if hop.other(side) < 0]
    inside = [hop for hop in hops if hop.other(side) >= 0]
    refs = np.array([hop.other(side) for hop in inside], dtype=np.int64)
    order = rank(reader.source, refs, ref, side)
    return outside_first + [inside[at] for at in order.tolist()], found.total - len(found.hops)


def _in_groups(state: GraphState, around: Neighbourhood, ref: int, side: Side) -> set[int]:
    """Neighbours that a group at this node stands for already."""
    members = (m for g in state.groups if g.anchor == ref and g.side is side for m in g.members)
    return {shown for member in members if (shown := around.stands_for(member)) is not None}


def _arrange(
    reader: HeapReader, hops: list[Hop], side: Side, siblings: int, most_alike: int | None
) -> tuple[list[Hop], list[tuple[_Bundle, bool]]]:
    """Which neighbours become nodes, and which groups; (bundle, whether it is the rest)."""
    bundles = _bundles(reader, hops[:_LABELLED], side)
    left = list(hops[_LABELLED:])
    if len(bundles) == 1 and len(hops) > 1:
        # all are alike: a lone card "20 alike" would show nothing, so the best ones stand for themselves
        most = siblings if most_alike is None else min(siblings, most_alike)
        kept, rest = hops[:most], hops[most:]
        return kept, [(_Bundle(tuple(rest), bundles[0].words), True)] if rest else []
    singles: list[Hop] = []
    groups: list[tuple[_Bundle, bool]] = []
    room = siblings
    for bundle in bundles:
        is_group = len(bundle.hops) >= GROUP_FROM
        needed = 1 if is_group else len(bundle.hops)
        if needed > room:
            left.extend(bundle.hops)
            continue
        room -= needed
        if is_group:
            groups.append((bundle, False))
        else:
            singles.extend(bundle.hops)
    if left:
        groups.append((_Bundle(tuple(left), ""), True))
    return singles, groups


def _bundles(reader: HeapReader, hops: list[Hop], side: Side) -> list[_Bundle]:
    """Alike neighbours together, in the order of their best member. Roots stay alone."""
    found: dict[tuple[int, str, int], list[Hop]] = {}
    for at, hop in enumerate(hops):
        other = hop.other(side)
        is_alone = other < 0 or reader.is_root(other)
        row = -1 if other < 0 else int(reader.source.snapshot.types[other])
        shape = reader.words(hop).shape
        found.setdefault((row, shape, at if is_alone else -1), []).append(hop)
    return [_Bundle(tuple(alike), reader.words(alike[0]).text if _same_words(reader, alike) else "")
            for alike in found.values()]  # fmt: skip


def _same_words(reader: HeapReader, hops: list[Hop]) -> bool:
    first = reader.words(hops[0]).text
    return all(reader.words(hop).text == first for hop in hops)


def _named_groups(
    state: GraphState, ref: int, side: Side, bundles: list[tuple[_Bundle, bool]]
) -> tuple[Group, ...]:
    made = []
    for at, (bundle, is_rest) in enumerate(bundles):
        members = tuple(hop.other(side) for hop in bundle.hops)
        direct = tuple(_direct(hop, side) for hop in bundle.hops)
        key = _group_key(state, ref, side, at)
        made.append(Group(key, ref, side, members, direct, label=bundle.words, is_rest=is_rest))
    return tuple(made)


def _group_key(state: GraphState, ref: int, side: Side, at: int) -> str:
    """A key that no other group has: the node, the side, how often it was expanded, the position."""
    serial = sum(1 for known in state.expansions if known.origin == ref and known.side is side)
    return f"g{key_of(ref)}{'i' if side is Side.HOLDERS else 'o'}{serial}.{at}"


def _with_further(made: tuple[Group, ...], further: int) -> tuple[Group, ...]:
    """The groups with the unexamined neighbours added to the rest; () where there is no rest."""
    if not any(group.is_rest for group in made):
        return ()
    return tuple(replace(group, further=further) if group.is_rest else group for group in made)


def _rest_unexamined(state: GraphState, ref: int, side: Side, at: int, further: int) -> Group:
    return Group(_group_key(state, ref, side, at), ref, side, (), (), further, is_rest=True)


def _direct(hop: Hop, side: Side) -> int:
    """The raw neighbour through which a hop arrives."""
    if not hop.edges:
        return hop.other(side)
    return hop.edges[-1][0] if side is Side.HOLDERS else hop.edges[0][1]


def collapse(state: GraphState, ref: int, side: Side | None = None) -> GraphState:
    """Take away what expanding a node added, and what expanding that added; unchanged if nothing did."""
    undone: list[Expansion] = []
    origins, sides = {ref}, (Side.HOLDERS, Side.HELD) if side is None else (side,)
    while True:
        more = [
            known
            for known in state.expansions
            if known not in undone
            and known.origin in origins
            and (known.origin != ref or known.side in sides)
        ]
        if not more:
            break
        undone += more
        origins |= {added for known in more for added in known.added} - {ref}
    kept = [known for known in state.expansions if known not in undone]
    if len(kept) == len(state.expansions):
        return state
    needed = {ref, state.target, *state.path.refs, *(added for known in kept for added in known.added)}
    gone = {added for known in undone for added in known.added} - needed
    keys = {key for known in undone for key in known.groups}
    return _without(replace(state, expansions=tuple(kept)), gone, keys)


def _without(state: GraphState, gone: set[int], groups: set[str]) -> GraphState:
    keys = {key_of(ref) for ref in gone} | groups
    return replace(
        state,
        shown=tuple(ref for ref in state.shown if ref not in gone),
        folded=state.folded - gone,
        groups=tuple(group for group in state.groups if group.key not in groups),
        pins=tuple(pin for pin in state.pins if pin[0] not in keys),
        selection=None if state.selection in keys else state.selection,
    )


def until_root(
    state: GraphState, reader: HeapReader, ref: int, limits: Limits
) -> tuple[tuple[int, ...], bool]:
    """Refs on the shortest way from a root down to `ref`, and whether a root was reached.

    Breadth first, best holders first, over at most 4,000 objects: garbage can be a large web.
    """
    around = reader.around(state.view)
    parents: dict[int, int] = {ref: ref}
    frontier = [ref]
    for _ in range(limits.depth):
        following: list[int] = []
        for here in frontier:
            for hop in around.neighbours(here, Side.HOLDERS).hops[: limits.siblings * 8]:
                if hop.holder in parents or hop.holder in state.hidden:
                    continue
                parents[hop.holder] = here
                if reader.is_root(hop.holder):
                    return _way(parents, hop.holder, ref), True
                following.append(hop.holder)
        if not following or len(parents) > 4_000:
            break
        frontier = following
    return _way(parents, frontier[0], ref), reader.is_root(ref)


def _way(parents: dict[int, int], start: int, end: int) -> tuple[int, ...]:
    way = [start]
    while way[-1] != end:
        way.append(parents[way[-1]])
    return tuple(way)


def show_refs(state: GraphState, origin: int, side: Side, refs: Iterable[int]) -> GraphState:
    """Show given refs as one expansion of a node, so that collapsing it takes them away again."""
    added = tuple(ref for ref in dict.fromkeys(refs) if ref not in state.shown)
    if not added:
        return state
    grown = state.with_shown(added)
    return replace(grown, expansions=(*state.expansions, Expansion(origin, side, added, ())))
