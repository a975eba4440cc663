"""Why an object is alive: which chain comes first, which are merged, which are told apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from refscope.analysis.paths import PathFinder
from refscope.analysis.roots import find_roots
from refscope.heap.vocabulary import RootKind
from tests.builders import BuiltHeap, heap


def finder(built: BuiltHeap) -> PathFinder:
    return PathFinder(built.graph, find_roots(built.graph))


def best(built: BuiltHeap, name: str) -> str:
    chain = finder(built).shortest(built.index(name))
    return built.arrow(chain.indexes) if chain is not None else "garbage"


def all_chains(built: BuiltHeap, name: str, limit: int = 5) -> list[str]:
    return [built.arrow(chain.indexes) for chain in finder(built).chains(built.index(name), limit)]


def type_row(built: BuiltHeap, name: str) -> int:
    return [info.name for info in built.snapshot.type_table].index(name)


def test_the_shortest_chain_from_a_module_comes_first() -> None:
    assert best(heap("root -> a -> b -> x; root -> c -> x"), "x") == "root -> c -> x"


def test_a_module_is_told_before_a_frame_although_the_frame_is_nearer() -> None:
    built = heap("root -> d:dict -> registry:dict -> x", frames={"main": ["x"]})
    assert best(built, "x") == "root -> d -> registry -> x"


def test_what_only_a_frame_holds_is_told_by_its_frame() -> None:
    built = heap("root -> a; backlog:list -> x", frames={"follow": ["backlog"]})
    chain = finder(built).shortest(built.index("backlog"))
    assert chain is not None
    assert chain.root.kind == RootKind.FRAME
    assert chain.root.frame == 0


def test_the_globals_of_a_function_come_after_frames() -> None:
    text = "root -> f:function -> g:dict -> x"
    assert best(heap(text), "x") == "root -> f -> g -> x"
    assert best(heap(text, frames={"main": ["held"]}, types={"held": "list"}), "x") == "root -> f -> g -> x"
    assert best(heap(f"{text}; held -> x", frames={"main": ["held"]}), "x") == "main -> held -> x"


def test_a_class_is_not_told_through_its_instances_or_subclasses() -> None:
    built = heap(
        "root -> a:app.A -> A:type; root -> B:type -> A; root -> d:dict -> e:dict -> A",
        classes={"app.A": "A"},
    )
    assert best(built, "A") == "root -> d -> e -> A"
    assert best(heap("root -> a:app.A -> A:type -> x", classes={"app.A": "A"}), "x") == "root -> a -> A -> x"


def test_what_native_code_holds_comes_last() -> None:
    built = heap("native*1 -> x; root -> a:app.A -> A:type -> d:dict -> x", classes={"app.A": "A"})
    assert best(built, "x") == "root -> a -> A -> d -> x"
    assert best(heap("root -> a; native*1 -> x"), "x") == "native -> x"


def test_frames_of_the_import_system_come_after_other_frames() -> None:
    built = heap("root -> a; b -> c -> x; d -> x", frames={"load": ["d"], "main": ["b"]})
    snapshot = built.snapshot
    object.__setattr__(snapshot.frames[0], "module", "importlib._bootstrap")
    assert best(built, "x") == "main -> b -> c -> x"


def test_garbage_and_objects_of_the_agent_have_no_chain() -> None:
    built = heap("root -> a; c -> d -> c; agent*1 -> mine", own=["agent"])
    assert best(built, "d") == "garbage"
    assert all_chains(built, "d") == []
    assert all_chains(built, "mine") == []
    assert finder(built).distances().tolist() == [0, 1, -1, -1, -1, -1]


def test_nothing_is_told_through_the_agent() -> None:
    built = heap("root -> agent -> x; root -> a -> b -> x", own=["agent"])
    assert best(built, "x") == "root -> a -> b -> x"


def test_further_chains_end_in_other_holders() -> None:
    built = heap("root -> a -> x; root -> b -> c -> x; x -> y -> x")
    assert all_chains(built, "x") == ["root -> a -> x", "root -> b -> c -> x"]


def test_then_come_chains_that_part_higher_up() -> None:
    built = heap("root -> a -> h -> x; root -> b:dict -> h")
    assert all_chains(built, "x") == ["root -> a -> h -> x", "root -> b -> h -> x"]


def test_a_holder_that_lives_through_the_object_itself_is_no_further_chain() -> None:
    assert all_chains(heap("root -> a -> x -> child -> x"), "x") == ["root -> a -> x"]


def test_a_holder_reached_through_the_object_has_its_own_way_when_there_is_one() -> None:
    built = heap("root -> x -> child -> x; root -> a -> b -> c -> child")
    assert all_chains(built, "x") == ["root -> x", "root -> a -> b -> c -> child -> x"]


def test_new_shapes_come_before_more_of_the_same() -> None:
    built = heap("root -> l1:list -> x; root -> l2:list -> x; root -> l3:list -> x; root -> d:dict -> x")
    assert all_chains(built, "x", 2) == ["root -> l1 -> x", "root -> d -> x"]
    assert len(all_chains(built, "x")) == 4


def test_references_that_nobody_writes_down_come_last() -> None:
    built = heap(
        "root -> g:dict -> x; g -> f:function -> g; root -> k:list -> l:list -> g", globals_of={"root": "g"}
    )
    assert all_chains(built, "x") == ["root -> g -> x", "root -> k -> l -> g -> x"]


def test_a_root_that_something_holds_as_well_says_so() -> None:
    built = heap("root -> a -> n; n*1")
    assert all_chains(built, "n") == ["root -> a -> n", "n"]
    assert all_chains(heap("root1 -> d -> root2"), "root2") == ["root2", "root1 -> d -> root2"]


def types(built: BuiltHeap, name: str, limit: int = 5) -> list[tuple[int, str]]:
    found = finder(built).chains_to_type(built.graph.type_rows(name), limit)
    return [(chain.alike, built.arrow(chain.indexes)) for chain in found.chains]


def registry(n: int, text: str = "") -> BuiltHeap:
    entries = "; ".join(f"map -> app{i}:app.App -> l{i}:app.Loader" for i in range(n))
    return heap(f"root -> g:dict -> map:dict; {entries}; {text}", globals_of={"root": "g"})


def test_thousands_of_one_shape_are_one_chain() -> None:
    assert types(registry(500), "app.Loader") == [(500, "root -> g -> map -> app0 -> l0")]


def test_two_variables_are_two_chains_even_if_they_hold_the_same_kind_of_things() -> None:
    built = registry(3, "g -> other:dict -> b0:app.App -> m0:app.Loader")
    assert types(built, "app.Loader") == [
        (3, "root -> g -> map -> app0 -> l0"),
        (1, "root -> g -> other -> b0 -> m0"),
    ]


def test_two_attributes_are_two_chains() -> None:
    text = "; ".join(f"map -> a{i}:app.App -> x{i}:app.Loader; a{i} -> y{i}:app.Loader" for i in range(3))
    built = heap(f"root -> g:dict -> map:list; {text}", globals_of={"root": "g"})
    assert types(built, "app.Loader") == [
        (3, "root -> g -> map -> a0 -> x0"),
        (3, "root -> g -> map -> a0 -> y0"),
    ]


def test_many_children_of_one_type_are_members_whatever_holds_them() -> None:
    text = "; ".join(f"r -> x{i}:app.Loader" for i in range(50))
    built = heap(f"root -> g:dict -> r:app.Registry; {text}", globals_of={"root": "g"})
    assert types(built, "app.Loader") == [(50, "root -> g -> r -> x0")]


def test_a_linked_list_is_one_chain() -> None:
    text = " -> ".join(f"n{i}:app.Node" for i in range(100))
    built = heap(f"root -> g:dict -> {text}", globals_of={"root": "g"})
    assert types(built, "app.Node", 1) == [(100, "root -> g -> n0")]


def test_before_311_the_dict_between_does_not_merge_attributes() -> None:
    text = "; ".join(
        f"map -> a{i}:app.App -> d{i}:dict -> x{i}:app.Loader; d{i} -> y{i}:app.Loader" for i in range(3)
    )
    pictures: Any = {"globals_of": {"root": "g"}, "python": (3, 9, 18)}
    assert len(types(heap(f"root -> g:dict -> map:list; {text}", **pictures), "app.Loader", 2)) == 2


def test_what_explains_most_objects_comes_first_and_garbage_is_counted_apart() -> None:
    built = registry(20, "g -> last:app.Loader; z:app.Loader -> z; own*1 -> mine:app.Loader")
    found = finder(built).chains_to_type(built.graph.type_rows("app.Loader"))
    assert [chain.alike for chain in found.chains[:2]] == [20, 1]
    assert found.garbage == 1


def test_objects_of_the_agent_do_not_count() -> None:
    built = heap("root -> x:app.Loader; agent*1 -> mine:app.Loader", own=["agent"])
    found = finder(built).chains_to_type(built.graph.type_rows("app.Loader"))
    assert (found.total, found.garbage, len(found.chains)) == (1, 0, 1)


def test_when_all_share_one_shape_other_holders_of_them_fill_up() -> None:
    text = "; ".join(f"kept -> l{i}" for i in range(4))
    built = registry(4, f"g -> kept:list; {text}")
    assert types(built, "app.Loader", 2) == [
        (4, "root -> g -> kept -> l0"),
        (1, "root -> g -> map -> app0 -> l0"),
    ]


def test_shapes_are_the_same_in_the_next_freeze_although_everything_moved() -> None:
    before, after = registry(3), registry(5, "new:app.Other -> x")
    shapes = [finder(built).shapes()[built.index("l0")] for built in (before, after)]
    assert shapes[0] == shapes[1]
    assert len(np.unique(finder(after).shapes()[[after.index(f"l{i}") for i in range(5)]])) == 1


def test_equal_heaps_give_equal_chains() -> None:
    text = "root -> a -> x; root -> b -> x; root -> c -> x"
    assert all_chains(heap(text), "x") == all_chains(heap(text), "x")
    assert best(heap(text), "x") == "root -> a -> x"


def test_a_class_of_which_all_is_garbage_has_no_chains() -> None:
    built = heap("root -> a; x:app.Node -> y:app.Node -> x")
    found = finder(built).chains_to_type([type_row(built, "app.Node")])
    assert (found.chains, found.total, found.garbage) == ((), 2, 2)


def test_chains_to_a_class_come_by_the_bytes_they_explain() -> None:
    few = "root -> d:dict -> current:app.Buffer"
    many = "root -> d; d -> pool:list; pool -> b1:app.Buffer; pool -> b2:app.Buffer"
    built = heap(f"{few}; {many}", sizes={"current": 1000, "b1": 16, "b2": 16})
    found = finder(built).chains_to_type([type_row(built, "app.Buffer")])
    assert [chain.alike for chain in found.chains[:2]] == [1, 2]


def test_what_only_native_code_holds_comes_before_one_instance_if_it_is_most_of_the_class() -> None:
    many = "; ".join(f"m{n}:app.Handle*1 -> p{n}:app.Guard" for n in range(30))
    built = heap(f"root -> d:dict -> last:app.Guard; {many}", sizes={f"p{n}": 64 for n in range(30)})
    found = finder(built).chains_to_type([type_row(built, "app.Guard")])
    assert (found.chains[0].root.kind, found.chains[0].alike) == (RootKind.NATIVE, 30)


def test_a_bare_container_of_native_code_comes_after_what_native_code_holds_it_by() -> None:
    built = heap("root -> a; bag:tuple*1 -> x; waiter:app.Waiter*1 -> greenlet:app.Greenlet -> x")
    assert best(built, "x") == "waiter -> greenlet -> x"
