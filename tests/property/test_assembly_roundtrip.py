"""Any heap, sent in chunks of any sizes and in rounds of leaves, arrives as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from refscope.heap.assembly import Assembly
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import TypeInfo

MARK = 3
CLASS = 1 << 20


@st.composite
def sent(draw: st.DrawFn) -> tuple[list[int], list[list[int]], list[bool], int]:
    """(ids, referents by row, tracked by row, rows per chunk)."""
    step = draw(st.sampled_from([16, 8, 4096, 1 << 33]))
    places = draw(st.lists(st.integers(1, 60), unique=True, min_size=1, max_size=25))
    ids = [(1 << 40) + place * step for place in places]
    held = [draw(st.lists(st.sampled_from(ids), max_size=4)) for _ in ids]
    tracked = [draw(st.booleans()) for _ in ids]
    return ids, held, tracked, draw(st.integers(1, 7))


def add(assembly: Assembly, ids: list[int], held: list[list[int]], *, tracked: bool) -> None:
    runs = [each for run in held for each in (*run, MARK)]
    assembly.add_chunk(
        np.array(ids, np.uint64),
        np.full(len(ids), CLASS, np.uint64),
        np.array([i % 1000 for i in ids], np.uint64),
        np.array([i % 7 for i in ids], np.int64),
        np.array(runs, np.uint64),
        MARK,
        tracked=tracked,
    )


@given(sent())
@settings(max_examples=150, deadline=None)
def test_a_heap_in_chunks_arrives_as_it_was(case: Any) -> None:
    ids, held, tracked, size = case
    by_id = dict(zip(ids, held, strict=True))
    assembly = Assembly()
    listed = [i for i, is_tracked in zip(ids, tracked, strict=True) if is_tracked]
    for start in range(0, len(listed), size):
        part = listed[start : start + size]
        add(assembly, part, [by_id[i] for i in part], tracked=True)
    known = set(listed)
    while len(unknown := assembly.unknown_ids().tolist()):
        assert not known & set(unknown)
        known |= set(unknown)
        add(assembly, unknown, [by_id.get(i, []) for i in unknown], tracked=False)
    expected = {i for i in by_id if i in known}
    info = TypeInfo(CLASS, "builtins", "type")
    snapshot = assembly.finish(types=[info] if known else [])
    graph = HeapGraph(snapshot)
    assert set(snapshot.ids.tolist()) == expected | ({CLASS} if known else set())
    for i in expected:
        index = graph.index_of(i)
        assert [graph.id_of(int(t)) for t in graph.referents(index)] == by_id[i]
        assert (graph.size_of(index), int(snapshot.refcounts[index])) == (i % 1000, i % 7)
        assert graph.is_tracked(index) == (i in listed)
