"""Chunks of the wire become a heap, or a sentence about what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from refscope.errors import ProtocolError
from refscope.heap.assembly import Assembly, FrameRow
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import LocalVariable, ModuleRoot, RunningFrame, TypeInfo
from refscope.heap.vocabulary import ObjectFlag, TypeFlag

TYPE, DICT, THING, MARK = 0x100, 0x140, 0x180, 0x7770
TYPES = [
    TypeInfo(THING, "app", "Thing", TypeFlag.GC | TypeFlag.HEAP),
    TypeInfo(TYPE, "builtins", "type", TypeFlag.GC | TypeFlag.SUBCLASS_OF_TYPE),
    TypeInfo(DICT, "builtins", "dict", TypeFlag.GC),
]
A, B, C = 0x1000, 0x1010, 0x2000


def u64(*values: int) -> np.ndarray:
    return np.array(values, np.uint64)


def add(
    assembly: Assembly, rows: dict[int, tuple[int, list[int]]], *, tracked: bool = True, **other: Any
) -> None:
    """rows: id -> (class, referents)."""
    referents = [i for _, held in rows.values() for i in (*held, MARK)]
    n = len(rows)
    columns = {
        "ids": u64(*rows),
        "types": u64(*(kind for kind, _ in rows.values())),
        "sizes": u64(*([48] * n)),
        "refcounts": np.full(n, 1, np.int64),
        "referents": u64(*referents),
        "mark": MARK,
    }
    assembly.add_chunk(**(columns | other), tracked=tracked)


def classes(assembly: Assembly) -> None:
    add(assembly, {TYPE: (TYPE, []), DICT: (TYPE, []), THING: (TYPE, [])}, tracked=False)


def names(graph: HeapGraph, indexes: Any) -> list[int]:
    return [graph.id_of(int(index)) for index in indexes]


def test_referents_keep_their_order_and_their_repetitions() -> None:
    assembly = Assembly()
    add(assembly, {A: (DICT, [C, B, C]), B: (DICT, [])})
    add(assembly, {C: (DICT, [A])})
    classes(assembly)
    graph = HeapGraph(assembly.finish(types=TYPES))
    assert names(graph, graph.referents(graph.index_of(A))) == [C, B, C]
    assert names(graph, graph.referents(graph.index_of(B))) == []
    assert names(graph, graph.referrers(graph.index_of(C))) == [A, A]
    assert graph.type_of(graph.index_of(A)).name == "dict"
    assert graph.size_of(graph.index_of(B)) == 48


def test_unknown_ids_are_asked_for_until_every_referent_and_class_is_a_row() -> None:
    assembly = Assembly()
    add(assembly, {A: (THING, [B, B])})
    assert assembly.unknown_ids(also=[C]).tolist() == [THING, B, C]
    add(assembly, {THING: (TYPE, [A]), B: (DICT, [C])}, tracked=False)
    assert assembly.unknown_ids().tolist() == [TYPE, DICT, C]
    add(assembly, {TYPE: (TYPE, []), DICT: (TYPE, []), C: (DICT, [])}, tracked=False)
    assert assembly.unknown_ids().tolist() == []
    assert assembly.type_ids().tolist() == [TYPE, DICT, THING]
    assert assembly.n_objects == 6


def test_an_instance_owns_a_reference_to_a_class_made_at_run_time_even_if_nobody_reports_it() -> None:
    assembly = Assembly()
    add(assembly, {A: (THING, [THING, B]), B: (THING, [])})
    classes(assembly)
    graph = HeapGraph(assembly.finish(types=TYPES))
    assert names(graph, graph.referents(graph.index_of(A))) == [THING, B]
    assert names(graph, graph.referents(graph.index_of(B))) == [THING]
    assert names(graph, graph.referents(graph.index_of(THING))) == []  # `type` is not made at run time


def test_flags_tell_tracked_immortal_and_own_objects_apart() -> None:
    assembly = Assembly()
    add(assembly, {A: (DICT, []), B: (DICT, [])}, refcounts=np.array([1, -1], np.int64))
    classes(assembly)
    snapshot = assembly.finish(types=TYPES, own_ids=[A, 0x999990])
    assert snapshot.flags.tolist() == [
        ObjectFlag.TRACKED | ObjectFlag.OWN,
        ObjectFlag.TRACKED | ObjectFlag.IMMORTAL,
        0,
        0,
        0,
    ]


def frame(object_id: int, *variables: LocalVariable) -> RunningFrame:
    return RunningFrame(object_id, 1, "MainThread", "work", "app", "app.py", 3, variables)


def test_a_running_frame_becomes_a_row_that_holds_its_counted_locals() -> None:
    assembly = Assembly()
    add(assembly, {A: (DICT, []), B: (DICT, []), C: (DICT, [])})
    classes(assembly)
    running = frame(
        0x5000, LocalVariable("a", A), LocalVariable("b", B, counted=False), LocalVariable("c", A)
    )
    snapshot = assembly.finish(types=TYPES, frames=[running], frame_rows=[FrameRow(0x5000, DICT, 400, (C,))])
    graph = HeapGraph(snapshot)
    index = graph.index_of(0x5000)
    assert sorted(names(graph, graph.referents(index))) == [A, A, C]
    assert snapshot.flags[index] & ObjectFlag.RUNNING_FRAME
    assert graph.frame_at(index) == running


def test_a_frame_that_is_a_row_already_gains_only_what_the_collector_did_not_report() -> None:
    assembly = Assembly()
    add(assembly, {A: (DICT, []), B: (DICT, []), 0x5000: (DICT, [A])})
    classes(assembly)
    running = frame(0x5000, LocalVariable("a", A), LocalVariable("b", B), LocalVariable("again", B))
    snapshot = assembly.finish(types=TYPES, frames=[running], frame_rows=[FrameRow(0x5000, DICT, 400)])
    graph = HeapGraph(snapshot)
    assert names(graph, graph.referents(graph.index_of(0x5000))) == [A, B, B]
    assert snapshot.n_objects == 6


def test_modules_and_classes_know_their_rows() -> None:
    assembly = Assembly()
    add(assembly, {A: (DICT, [B]), B: (DICT, [])})
    classes(assembly)
    graph = HeapGraph(
        assembly.finish(types=TYPES, modules=[ModuleRoot("app", A, B)], name="before", time_s=1.5)
    )
    app = graph.snapshot.modules[0]
    assert graph.module_at(graph.index_of(A)) == app
    assert graph.module_of_globals(graph.index_of(B)) == app
    assert graph.module_at(graph.index_of(B)) is None
    assert graph.snapshot.type_table[0].object_index == graph.index_of(THING)
    assert (graph.snapshot.name, graph.snapshot.time_s) == ("before", 1.5)


def test_an_empty_heap_is_a_heap() -> None:
    snapshot = Assembly().finish(types=[])
    assert (snapshot.n_objects, snapshot.n_edges) == (0, 0)


def _twice(assembly: Assembly) -> None:
    add(assembly, {A: (DICT, []), B: (DICT, [])})
    add(assembly, {B: (DICT, [])})


def _two_of_one_frame(assembly: Assembly) -> None:
    row = FrameRow(0x5000, DICT, 400)
    assembly.finish(types=TYPES, frame_rows=[row, row])


def _frame_without_row(assembly: Assembly) -> None:
    assembly.finish(types=TYPES, frames=[frame(0x5000)])


def _frame_holding_nothing_known(assembly: Assembly) -> None:
    add(assembly, {0x5000: (DICT, [])})
    assembly.finish(types=TYPES, frames=[frame(0x5000)], frame_rows=[FrameRow(0x5000, DICT, 400, (0x6660,))])


def _class_described_twice(assembly: Assembly) -> None:
    assembly.finish(types=[*TYPES, TYPES[0]])


def _finish_after(step: Callable[[Assembly], None], assembly: Assembly) -> None:
    step(assembly)
    assembly.finish(types=TYPES)


BROKEN: dict[str, Callable[[Assembly], None]] = {
    "a column too short": lambda a: add(a, {A: (DICT, [])}, sizes=u64()),
    "a run too few": lambda a: add(a, {A: (DICT, []), B: (DICT, [])}, referents=u64(MARK)),
    "a run too many": lambda a: add(a, {A: (DICT, [])}, referents=u64(MARK, MARK)),
    "a last run without its mark": lambda a: add(a, {A: (DICT, [])}, referents=u64(MARK, B)),
    "an object larger than memory": lambda a: add(a, {A: (DICT, [])}, sizes=u64(1 << 63)),
    "an id that stands twice": _twice,
    "a reference to nowhere": lambda a: add(a, {A: (DICT, [0x6660])}),
    "a reference to an odd address": lambda a: add(a, {A: (DICT, [A + 1])}),
    "a class that is not described": lambda a: add(a, {A: (A, [])}),
    "a mark that is an object": lambda a: add(a, {MARK: (DICT, [])}),
    "a class described twice": _class_described_twice,
    "one frame twice": _two_of_one_frame,
    "a frame without its object": _frame_without_row,
    "a frame that holds what is no object": _frame_holding_nothing_known,
}


@pytest.mark.parametrize("how", BROKEN)
def test_whatever_is_wrong_with_the_chunks_is_said_and_never_believed(how: str) -> None:
    assembly = Assembly()
    classes(assembly)
    with pytest.raises(ProtocolError):
        _finish_after(BROKEN[how], assembly)
