"""Roots by accounting: who is held from outside, and by whom."""

from __future__ import annotations

import numpy as np

from refscope.analysis.chains import Root
from refscope.analysis.roots import find_roots
from refscope.heap.vocabulary import RootKind
from tests.builders import BuiltHeap, heap


def words(built: BuiltHeap, mask: np.ndarray) -> list[str]:
    return built.words(np.flatnonzero(mask))


def test_references_that_nothing_explains_make_a_native_root() -> None:
    built = heap("root -> a -> b; a*2")
    roots = find_roots(built.graph)
    assert roots.of(built.index("a")) == (
        Root(RootKind.NATIVE, "2 unseen references", built.index("a"), unseen=2),
    )
    assert roots.unseen.tolist() == [0, 2, 0]
    assert roots.of(built.index("b")) == ()


def test_a_reference_that_the_interpreter_names_is_explained() -> None:
    built = heap("root -> x; callback*1", interpreter={"callback": "atexit callback"})
    roots = find_roots(built.graph)
    assert roots.of(built.index("callback")) == (
        Root(RootKind.INTERPRETER, "atexit callback", built.index("callback")),
    )
    assert roots.unseen[built.index("callback")] == 0


def test_what_the_interpreter_does_not_explain_is_native_besides() -> None:
    built = heap("root -> x; callback*3", interpreter={"callback": "atexit callback"})
    found = find_roots(built.graph).of(built.index("callback"))
    assert [(root.kind, root.unseen) for root in found] == [(RootKind.INTERPRETER, 0), (RootKind.NATIVE, 2)]


def test_running_frames_and_modules_are_roots_whatever_their_counts() -> None:
    built = heap("root -> a", frames={"follow": ["b"]}, types={"b": "list"})
    roots = find_roots(built.graph)
    assert [(root.kind, root.label, root.frame) for root in roots] == [
        (RootKind.MODULE, "root", None),
        (RootKind.FRAME, "follow() in thread MainThread", 0),
    ]
    assert not roots.garbage.any()


def test_leaves_with_unseen_references_are_held_but_are_no_roots() -> None:
    built = heap("root -> s:str; s*1", untracked=["s"])
    roots = find_roots(built.graph)
    assert words(built, roots.held) == ["root", "s"]
    assert built.words(roots.objects) == ["root"]
    assert roots.of(built.index("s"))[0].kind == RootKind.NATIVE


def test_untracked_objects_with_referents_are_roots_like_any_other() -> None:
    built = heap("root -> x; t:tuple*1 -> y", untracked=["t"])
    assert built.words(find_roots(built.graph).objects) == ["root", "t"]


def test_immortal_objects_are_held_and_their_counts_say_nothing() -> None:
    built = heap("root -> x; T:type -> d:dict", counts={"T": -1}, untracked=["T"])
    roots = find_roots(built.graph)
    assert roots.unseen.sum() == 0
    assert words(built, roots.held) == ["root", "T"]
    assert not roots.garbage.any()


def test_more_references_than_a_count_allows_are_listed_not_hidden() -> None:
    built = heap("root -> a -> b; root -> b", counts={"b": 1})
    roots = find_roots(built.graph)
    assert built.words(roots.negative) == ["b"]
    assert roots.unseen.min() == 0


def test_a_cycle_that_no_root_reaches_is_garbage_with_all_it_holds() -> None:
    built = heap("root -> a; c -> d -> c; d -> tail -> a; e -> e")
    roots = find_roots(built.graph)
    assert words(built, roots.garbage) == ["c", "d", "tail", "e"]
    assert [built.words(cycle) for cycle in roots.cycles()] == [["c", "d"], ["e"]]
    assert built.words(roots.garbage_entries()) == ["c", "e"]


def test_what_only_the_agent_reaches_is_its_own_and_what_it_shares_is_not() -> None:
    built = heap("root -> shared; agent*1 -> shared; agent -> list -> mine; list -> shared", own=["agent"])
    roots = find_roots(built.graph)
    assert words(built, roots.own) == ["agent", "list", "mine"]
    assert not roots.garbage.any()
    assert words(built, roots.reached()) == ["root", "shared"]


def test_what_the_agent_owns_stays_its_own_although_the_target_holds_it() -> None:
    built = heap("root -> agent -> inner; other*1 -> agent", own=["agent"])
    roots = find_roots(built.graph)
    assert words(built, roots.own) == ["agent", "inner"]


def test_an_object_whose_true_count_is_zero_lived_through_the_freeze_only() -> None:
    built = heap("root -> a; temporary:list -> partial")
    roots = find_roots(built.graph)
    assert words(built, roots.own) == ["temporary", "partial"]
    assert not roots.garbage.any()
