"""The tree of best chains: children, weights, kinds, subtrees."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from refscope.analysis.trees import UNREACHED, Membership, by_key
from tests.unit.analysis.freezes import freezes


def test_every_object_hangs_once_under_the_object_before_it_on_its_best_chain() -> None:
    #   root → a → c      b holds c as well, but a comes first; d holds itself only
    #   root → b ↗
    made = freezes("root -> a -> c; root -> b -> c; b -> e; d -> d")
    (tree,) = made.trees
    row = made.names[0].index
    assert made.words(tree.children_of(np.array([tree.root]))) == ["root"]
    assert made.words(tree.children_of(np.array([row("root")]))) == ["a", "b"]
    assert made.words(tree.children_of(np.array([row("b"), row("a")]))) == ["e", "c"]
    assert tree.parents[row("d")] == UNREACHED
    assert tree.fan_outs_of(np.array([row("root"), row("a"), row("c")])).tolist() == [2, 1, 0]


def test_weights_are_sums_over_subtrees_and_the_virtual_root_has_all_that_is_reached() -> None:
    (tree,) = freezes("root -> a -> c; root -> b; d -> d", sizes=[{"c": 100}]).trees
    assert tree.bytes.tolist() == [16 + 16 + 100 + 16, 116, 100, 16, 0, 148]
    assert tree.objects.tolist() == [4, 2, 1, 1, 0, 4]


def test_subtrees_are_listed_level_by_level_and_no_level_is_begun_when_enough_is_there() -> None:
    made = freezes("root -> a -> a1 -> a2; root -> b -> b1")
    (tree,) = made.trees
    start = np.array([made.names[0].index("root")])
    assert made.words(tree.subtree_rows(start, 100)) == ["root", "a", "b", "a1", "b1", "a2"]
    assert made.words(tree.subtree_rows(start, 3)) == ["root", "a", "b"]
    assert made.words(tree.subtree_rows(start, 4)) == ["root", "a", "b", "a1", "b1"]


def test_kinds_are_the_same_across_freezes_and_frames_go_by_their_function() -> None:
    made = freezes("root -> a:app.A; f:frame", "root -> b:app.B; root -> a:app.A; f:frame", frames={"f": []})
    old, new = (
        {name: made.keys.names[key] for name, key in zip(names, tree.keys.tolist(), strict=True)}
        for tree, names in zip(made.trees, made.names, strict=True)
    )
    assert old == {"root": "module", "a": "app.A", "f": "frame app.f"}
    assert new == {**old, "b": "app.B"}
    first, last = (tree.keys[names.index("a")] for tree, names in zip(made.trees, made.names, strict=True))
    assert first == last


@given(st.lists(st.integers(0, 6), max_size=40))
def test_rows_by_key_keep_their_order_and_keys_ascend(keys: list[int]) -> None:
    rows = np.arange(len(keys), dtype=np.int32)[::-1]
    found = by_key(np.array(keys, np.int32), rows)
    assert list(found) == sorted(set(keys))
    for key, members in found.items():
        assert members.tolist() == [row for row, k in zip(rows.tolist(), keys, strict=True) if k == key]


def test_membership_forgets_each_question_and_minus_one_is_no_row() -> None:
    (tree,) = freezes("root -> a -> b").trees
    membership = Membership(tree)
    none = np.array([-1], np.int32)
    rows = np.arange(3, dtype=np.int32)
    assert membership.contains(rows[:2], rows).tolist() == [True, True, False]
    assert membership.contains(none, np.append(rows, none)).tolist() == [False] * 4
    assert membership.contains(rows[2:], rows).tolist() == [False, False, True]
