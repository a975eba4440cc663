"""The adapter over a real heap graph: slices, owners, wrappers, functions of a module."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from refscope.heap.graph import HeapGraph
from refscope.heap.references import FoldedReferences
from refscope.heap.snapshot import ModuleRoot
from refscope.heap.vocabulary import EdgeKind, TypeFlag
from refscope.present.heap_source import HeapSource
from tests.present_heaps import BuiltHeap


@pytest.fixture
def heap() -> BuiltHeap:
    """app (module) → dict → f (function) → closure tuple → cell → thing; f → dict by __globals__"""
    heap = BuiltHeap()
    heap.module("app", functions=2)
    heap.add("f", "function", 136)
    heap.add("tuple", "tuple")
    heap.add("cell", "cell")
    heap.add("thing", "app.Thing")
    heap.hold("app.d", "f", EdgeKind.KEY, "'f'")
    heap.hold("f", "app.d", EdgeKind.GLOBALS)
    for holder, held in (("f", "tuple"), ("tuple", "cell"), ("cell", "thing")):
        heap.hold(holder, held)
    return heap


@pytest.fixture
def source(heap: BuiltHeap) -> HeapSource:
    ids = heap.snapshot.ids
    module = ModuleRoot("app", int(ids[heap.names["app"]]), int(ids[heap.names["app.d"]]))
    graph = HeapGraph(replace(heap.snapshot, modules=(module,)))
    return HeapSource(graph, FoldedReferences(graph))


def test_neighbours_are_those_of_the_heap(heap: BuiltHeap, source: HeapSource):
    for index in heap.names.values():
        assert sorted(source.referrers(index).tolist()) == sorted(heap.referrers(index).tolist())
        assert source.referents(index).tolist() == heap.referents(index).tolist()


def test_a_globals_dict_acts_for_its_module(heap: BuiltHeap, source: HeapSource):
    module, namespace = heap.names["app"], heap.names["app.d"]
    assert source.owner_of(namespace) == module
    assert source.parts_of(module).tolist() == [namespace]
    assert source.owner_of(module) is None


def test_cells_and_closure_tuples_are_looked_through(heap: BuiltHeap, source: HeapSource):
    wrappers = {name for name, index in heap.names.items() if source.is_wrapper(index)}
    assert wrappers == {"tuple", "cell"}


def test_functions_of_a_module_are_those_that_use_its_globals(heap: BuiltHeap, source: HeapSource):
    functions = set(source.functions_of(heap.names["app"]).tolist())
    assert functions == {heap.names[name] for name in ("app.f0", "app.f1", "f")}
    assert len(source.functions_of(heap.names["thing"])) == 0


def test_without_an_analysis_nothing_is_a_root_and_sizes_are_not_known(heap: BuiltHeap, source: HeapSource):
    assert source.root_of(heap.names["app"]) is None
    assert source.retained is None
    assert source.depths is None


def test_owners_that_only_labels_tell_are_asked_for_together():
    # from 3.11 on an instance that holds one dict: is it its __dict__, or its only attribute?
    heap = BuiltHeap()
    heap.add("app.Box.class", "type")
    for at in range(50):
        heap.add(f"box{at}", "app.Box")
        heap.add(f"dict{at}", "dict")
        heap.hold(f"box{at}", f"dict{at}", EdgeKind.DICT if at % 2 else EdgeKind.ATTRIBUTE, "kept")
        heap.hold(f"box{at}", "app.Box.class", EdgeKind.TYPE)
    table = tuple(
        replace(info, flags=TypeFlag.INLINE_VALUES | TypeFlag.DICT, object_index=0)
        if info.name == "app.Box"
        else info
        for info in heap.snapshot.type_table
    )
    graph = HeapGraph(replace(heap.snapshot, type_table=table))
    source = HeapSource(graph, FoldedReferences(graph, heap))
    dicts = np.array([heap.names[f"dict{at}"] for at in range(50)])
    source.prepare(dicts)
    assert heap.label_requests == 1
    owned = [source.owner_of(index) == heap.names[f"box{at}"] for at, index in enumerate(dicts.tolist())]
    assert owned == [bool(at % 2) for at in range(50)]
    assert heap.label_requests == 1
