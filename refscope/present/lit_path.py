"""The lit path as a view shows it: its nodes, its hops, which of them wears HOLDER, what lies between."""

from __future__ import annotations

from refscope.present.graph_state import GraphState
from refscope.present.hops import Hop, View
from refscope.present.reader import HeapReader
from refscope.present.scene import NodeKind


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
