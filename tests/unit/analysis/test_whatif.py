"""What would be freed, and who else holds what would not."""

from __future__ import annotations

import numpy as np
import pytest

from refscope.analysis import whatif
from refscope.analysis.roots import find_roots
from refscope.analysis.whatif import Freed, freed_by, referrers_of
from tests.builders import BuiltHeap, heap


def freed(
    built: BuiltHeap,
    *,
    edges: tuple[str, ...] = (),
    objects: tuple[str, ...] = (),
    roots: tuple[str, ...] = (),
) -> Freed:
    pairs = [tuple(map(built.index, edge.split(" -> "))) for edge in edges]
    return freed_by(
        built.graph,
        find_roots(built.graph),
        cut_edges=[(source, target) for source, target in pairs],
        cut_objects=[built.index(name) for name in objects],
        cut_roots=[built.index(name) for name in roots],
    )


def test_cutting_the_only_reference_frees_all_behind_it() -> None:
    built = heap("root -> a -> b -> c; root -> d", sizes={"c": 100})
    answer = freed(built, edges=("a -> b",))
    assert built.words(answer.objects) == ["b", "c"]
    assert (answer.count, answer.size_bytes) == (2, 116)
    assert answer.survivors == ()


def test_what_somebody_else_holds_survives_and_the_holder_is_named() -> None:
    built = heap("root -> a -> b -> c; root -> d -> b")
    answer = freed(built, edges=("a -> b",))
    assert answer.count == 0
    (survivor,) = answer.survivors
    assert built.words([survivor.object_index]) == ["b"]
    assert built.words(survivor.holders) == ["d"]
    assert not survivor.is_held_outside


def test_a_reference_held_twice_is_cut_as_a_whole() -> None:
    built = heap("root -> a -> b; a -> b")
    assert built.words(freed(built, edges=("a -> b",)).objects) == ["b"]


def test_clearing_a_container_frees_its_members_and_not_itself() -> None:
    built = heap("root -> cache:dict -> x; cache -> y; root -> y")
    answer = freed(built, objects=("cache",))
    assert built.words(answer.objects) == ["x"]
    assert [built.words(each.holders) for each in answer.survivors] == [["root"]]


def test_nothing_lets_go_of_its_class() -> None:
    built = heap("root -> a:app.A -> A:type; a -> x", classes={"app.A": "A"})
    assert built.words(freed(built, objects=("a",)).objects) == ["x"]


def test_what_native_code_holds_survives() -> None:
    built = heap("root -> a -> b; b*1")
    (survivor,) = freed(built, edges=("a -> b",)).survivors
    assert survivor.is_held_outside
    assert survivor.holders == ()


def test_garbage_and_objects_of_the_agent_are_not_freed_by_anything() -> None:
    built = heap("root -> a -> b; c -> c; agent*1 -> mine; agent -> b", own=["agent"])
    answer = freed(built, edges=("root -> a",))
    assert built.words(answer.objects) == ["a", "b"]


def test_several_cuts_count_together() -> None:
    built = heap("root -> a -> x; root -> b -> x")
    assert freed(built, edges=("a -> x",)).count == 0
    assert built.words(freed(built, edges=("a -> x", "b -> x")).objects) == ["x"]


def test_what_nothing_outside_holds_any_more_is_freed_with_all_behind_it() -> None:
    built = heap("root -> a; b*1 -> c")
    assert built.words(freed(built, roots=("b",)).objects) == ["b", "c"]


def test_a_root_that_the_heap_holds_as_well_lives_on() -> None:
    built = heap("root -> a -> b; b*1 -> c")
    (survivor,) = freed(built, roots=("b",)).survivors
    assert built.words(survivor.holders) == ["a"]
    assert not survivor.is_held_outside


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
def test_all_referrers_of_a_group_are_found_however_many_are_looked_at_at_once(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(whatif, "_AT_ONCE", at_once)
    built = heap("root -> a -> x; root -> b -> x; b -> y; root -> z; root -> c -> y; c -> w")
    members = np.array([built.index(name) for name in ("x", "y", "w")], np.int32)
    found = referrers_of(built.graph, members)
    assert found is not None
    assert sorted(built.words(found)) == ["a", "b", "c"]
    assert referrers_of(built.graph, members[:0]).tolist() == []  # type: ignore[union-attr]
