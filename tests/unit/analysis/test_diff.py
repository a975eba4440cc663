"""What grew, by type."""

from __future__ import annotations

from dataclasses import replace

from refscope.analysis.diff import TypeGrowth, type_growth
from refscope.analysis.roots import find_roots
from refscope.heap.graph import HeapGraph
from tests.builders import BuiltHeap, heap


def things(n: int, kind: str = "app.Thing", **more: int) -> BuiltHeap:
    text = "; ".join(f"map -> t{i}:{kind}" for i in range(n))
    return heap(f"root -> g:dict -> map:dict; {text}", globals_of={"root": "g"}, sizes=more)


def moved(built: BuiltHeap, *, by: int) -> HeapGraph:
    """The same heap with its classes elsewhere."""
    table = tuple(replace(info, id=info.id + by) for info in built.snapshot.type_table)
    return HeapGraph(replace(built.snapshot, type_table=table))


def grown_types(before: HeapGraph, after: HeapGraph, *, is_same_run: bool = True) -> list[TypeGrowth]:
    return type_growth(find_roots(before), find_roots(after), is_same_run=is_same_run)


def test_what_only_refscope_made_is_no_type_that_grew() -> None:
    built = heap("root -> a:app.Thing; agent:list -> s:refscope.State", own=["agent"])
    grown = grown_types(built.graph, built.graph)
    assert "refscope.State" not in [each.name for each in grown]
    assert [each.count for each in grown if each.name == "app.Thing"] == [1]


def test_the_type_that_grew_most_comes_first() -> None:
    grown = grown_types(things(2).graph, things(5).graph)
    assert (grown[0].name, grown[0].count, grown[0].growth) == ("app.Thing", 5, 3)
    assert (grown[0].size_bytes, grown[0].size_growth) == (80, 48)
    assert {each.name: each.growth for each in grown[1:]} == {"dict": 0, "module": 0}


def test_types_that_are_gone_shrink_to_nothing() -> None:
    grown = grown_types(things(2).graph, things(3, "app.Other").graph)
    assert [(each.name, each.growth, each.row >= 0) for each in (grown[0], grown[-1])] == [
        ("app.Other", 3, True),
        ("app.Thing", -2, False),
    ]


def test_a_class_made_again_elsewhere_is_matched_by_its_name() -> None:
    for same_run in (True, False):
        grown = grown_types(things(2).graph, moved(things(5), by=64 * 100), is_same_run=same_run)
        assert (grown[0].name, grown[0].growth) == ("app.Thing", 3)
        assert len(grown) == 3


def test_within_a_run_two_classes_of_one_name_are_told_apart() -> None:
    old = things(2)
    table = old.snapshot.type_table
    twin = replace(table[0], id=table[0].id + 7)
    types = old.snapshot.types.copy()
    types[old.index("t1")] = len(table)
    new = HeapGraph(replace(old.snapshot, type_table=(*table, twin), types=types))
    grown = {each.row: each.growth for each in grown_types(old.graph, new) if each.name == table[0].name}
    assert grown == {0: -1, len(table): 1}
    assert [e.growth for e in grown_types(old.graph, new, is_same_run=False) if e.name == table[0].name] == [
        0
    ]
