"""Which class of a growing group is named first."""

from __future__ import annotations

import numpy as np
import pytest

from refscope.analysis.members import (
    MemberType,
    count_of,
    inner_first,
    is_plumbing,
    member_types,
    package_of,
)
from tests.unit.analysis.freezes import freezes


def kinds(*named: tuple[str, int]) -> list[MemberType]:
    return [MemberType(name, 0, 10, size, 0, is_plumbing(name)) for name, size in named]


def first_of(*named: tuple[str, int]) -> str:
    return inner_first(kinds(*named))[0].name


def test_a_wrapper_gives_way_to_the_programs_class_that_has_most_of_its_bytes() -> None:
    assert first_of(("sched.Job", 100), ("__main__.Reminder", 90)) == "__main__.Reminder"


def test_a_wrapper_stays_first_where_the_programs_class_is_a_small_part() -> None:
    assert first_of(("matplotlib.figure.Figure", 100), ("__main__.Caption", 5)) == "matplotlib.figure.Figure"


def test_classes_of_libraries_keep_their_order() -> None:
    assert first_of(("requests.Session", 100), ("urllib3.PoolManager", 95)) == "requests.Session"


def test_a_class_of_a_package_comes_before_the_standard_librarys_that_wraps_it() -> None:
    assert first_of(("logging.StreamHandler", 100), ("shop.Job", 90)) == "shop.Job"


def held_by_reg(text: str, sizes: dict[str, int]) -> list[str]:
    """Classes of what `reg` holds, as they are named."""
    made = freezes("root -> reg:dict; " + text, sizes=[sizes])
    reg = made.names[0].index("reg")
    members = made.trees[0].children_of(np.array([reg]))
    return [kind.name for kind in member_types(made.trees[0], members, made.keys.names)]


def test_what_the_holder_holds_is_named_before_what_comes_with_it_one_to_one() -> None:
    #   reg → (tuple) → Processor → Loader, of which the Loader weighs most, and some are held elsewhere
    text = "; ".join(
        f"reg -> t{i}:tuple; t{i} -> p{i}:app.Processor; p{i} -> big{i}:app.Loader" for i in range(3)
    )
    sizes = {f"big{i}": 9000 for i in range(3)}
    assert held_by_reg(text, sizes)[:2] == ["app.Processor", "app.Loader"]
    shared = text + "; root -> a -> q0:app.Processor; reg -> big3:app.Loader"
    assert held_by_reg(shared, {**sizes, "big3": 9000})[0] == "app.Loader"


def test_a_table_of_which_few_entries_are_heavy_is_told_by_those() -> None:
    text = "; ".join(f"reg -> n{i}:app.Node" for i in range(40)) + "; "
    text += "; ".join(f"n{i} -> big{i}:app.Picture" for i in range(3))
    assert held_by_reg(text, {f"big{i}": 9000 for i in range(3)})[0] == "app.Picture"


def test_nothing_stays_nothing() -> None:
    assert inner_first([]) == []


@pytest.mark.parametrize(
    ("name", "package"), [("a.b.C", "a"), ("__main__.f.<locals>.C", "__main__"), ("dict", "")]
)
def test_the_package_of_a_class_is_the_first_part_of_its_module(name: str, package: str) -> None:
    assert package_of(name) == package


@pytest.mark.parametrize("name", ["dict", "collections.deque", "dataclasses.Field", "frame shop.serve"])
def test_what_carries_other_objects_is_plumbing(name: str) -> None:
    assert is_plumbing(name)


def test_functions_that_were_put_in_are_counted_without_those_of_their_modules() -> None:
    #   reg → function → globals → function, function
    text = "; ".join(
        f"reg -> f{i}:function; f{i} -> g{i}:dict; g{i} -> a{i}:function; g{i} -> b{i}:function"
        for i in range(4)
    )
    made = freezes("root -> reg:dict; " + text)
    tree = made.trees[0]
    members = tree.children_of(np.array([made.names[0].index("reg")]))
    told = next(kind for kind in member_types(tree, members, made.keys.names) if kind.name == "function")
    assert told.count == 4
    assert told.example in members
    assert count_of(tree, members, told.key, is_plumbing=True) == 4
    assert count_of(tree, members, told.key) == 12
