"""Which objects only stand between a holder and what it holds, per version of CPython."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from refscope.heap.references import FoldedReferences
from refscope.heap.snapshot import Label
from refscope.heap.vocabulary import EdgeKind
from tests.builders import BuiltHeap, heap


class Labels:
    """Says that every reference is of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.asked = 0

    def labels(self, edges: Sequence[tuple[int, int]]) -> list[tuple[Label, ...]]:
        self.asked += 1
        return [(Label(self.kind),) for _ in edges]

    def describe(self, ids: Sequence[int]) -> list[str]:
        return ["" for _ in ids]


def owner(built: BuiltHeap, name: str, labels: Labels | None = None) -> str | None:
    index = FoldedReferences(built.graph, labels).owner_of(built.index(name))
    return None if index is None else built.names[index]


def test_the_globals_of_a_module_fold_into_the_module_however_many_functions_use_them() -> None:
    functions = "; ".join(f"d -> f{i}:function -> d" for i in range(200))
    built = heap(f"{functions}; root -> d:dict", globals_of={"root": "d"})
    assert owner(built, "d") == "root"


def test_the_dict_of_a_class_folds_into_the_class_and_its_other_dicts_do_not() -> None:
    built = heap("root -> C:type; C -> d:dict; C -> bases:tuple; C -> other:dict")
    assert owner(built, "d") == "C"
    assert owner(built, "other") is None
    assert owner(built, "bases") is None


# up to 3.10: slots, then the attribute dict, then the class
@pytest.mark.parametrize("python", [(3, 7, 16), (3, 10, 13)])
def test_before_311_the_dict_right_before_the_class_is_the_attribute_dict(
    python: tuple[int, int, int],
) -> None:
    built = heap(
        "root -> a:app.A; a -> slot:dict; a -> d:dict; a -> A:type; d -> value:dict",
        classes={"app.A": "A"},
        python=python,
    )
    assert owner(built, "d") == "a"
    assert owner(built, "slot") is None
    assert owner(built, "value") is None


def test_what_a_subclass_of_dict_contains_stays_although_it_is_a_dict() -> None:
    built = heap(
        "root -> a:app.A; a -> d:dict; a -> A:type; a -> item:dict", classes={"app.A": "A"}, python=(3, 9, 1)
    )
    assert owner(built, "item") is None
    assert owner(built, "d") == "a"


def inline(text: str, python: tuple[int, int, int]) -> BuiltHeap:
    return heap(text, classes={"app.A": "A"}, python=python, inline=["app.A"])


def test_from_311_on_a_single_dict_is_what_the_labels_say_and_asked_for_once() -> None:
    built = inline("root -> a:app.A; a -> d:dict; a -> A:type", (3, 11, 7))
    assert owner(built, "d") is None
    assert owner(built, "d", Labels(EdgeKind.ATTRIBUTE)) is None
    labels = Labels(EdgeKind.DICT)
    folded = FoldedReferences(built.graph, labels)
    assert [folded.owner_of(built.index("d")) for _ in range(3)] == [built.index("a")] * 3
    assert labels.asked == 1


def test_from_311_on_a_dict_among_other_values_is_a_value() -> None:
    built = inline("root -> a:app.A; a -> d:dict; a -> x; a -> A:type", (3, 12, 1))
    assert owner(built, "d", Labels(EdgeKind.DICT)) is None


def test_from_313_on_a_dict_that_was_asked_for_stands_behind_the_class() -> None:
    built = inline("root -> a:app.A; a -> x; a -> A:type; a -> d:dict", (3, 13, 0))
    assert owner(built, "d") == "a"


def test_the_attributes_of_an_exception_stand_behind_its_class() -> None:
    built = heap(
        "root -> e:app.Oops; e -> E:type; e -> d:dict; e -> args:tuple",
        classes={"app.Oops": "E"},
        exceptions=["app.Oops"],
    )
    assert owner(built, "d") == "e"


def test_cells_and_the_tuple_of_a_closure_fold_into_the_function() -> None:
    built = heap("root -> f:function -> closure:tuple -> c:cell -> value; closure -> c2:cell")
    assert owner(built, "c") == "f"
    assert owner(built, "c2") == "f"
    assert owner(built, "closure") == "f"


def test_a_tuple_of_defaults_and_a_list_of_cells_stay() -> None:
    built = heap("root -> f:function -> defaults:tuple -> value; root -> cells:tuple -> c:cell; empty:tuple")
    assert owner(built, "defaults") is None
    assert owner(built, "cells") is None
    assert owner(built, "c") is None
    assert owner(built, "empty") is None


def test_a_bound_method_folds_into_its_object() -> None:
    built = heap("root -> m:method; m -> f:function; m -> a")
    assert owner(built, "m") == "a"


def test_everything_else_stands_for_itself() -> None:
    built = heap("root -> f:function; f -> globals:dict; f -> kwdefaults:dict; root -> l:list -> d:dict")
    assert [owner(built, name) for name in ("f", "globals", "kwdefaults", "l", "d")] == [None] * 5


def test_the_dict_of_a_function_is_the_one_after_its_name_where_the_labels_say_so() -> None:
    text = "root -> f:function; f -> g:dict; f -> defaults:dict; f -> name:str; f -> d:dict"
    built, told = heap(text), Labels(EdgeKind.DICT)
    assert owner(built, "d", told) == "f"
    assert owner(built, "defaults", told) is None
    assert owner(built, "d", Labels(EdgeKind.FIELD)) is None  # its annotations
    assert owner(built, "d") is None
