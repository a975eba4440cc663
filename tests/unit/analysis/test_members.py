"""Which class of a growing group is named first."""

from __future__ import annotations

import pytest

from refscope.analysis.members import MemberType, inner_first, is_plumbing, package_of


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


def test_nothing_stays_nothing() -> None:
    assert inner_first([]) == []


@pytest.mark.parametrize(
    ("name", "package"), [("a.b.C", "a"), ("__main__.f.<locals>.C", "__main__"), ("dict", "")]
)
def test_the_package_of_a_class_is_the_first_part_of_its_module(name: str, package: str) -> None:
    assert package_of(name) == package


@pytest.mark.parametrize("name", ["dict", "collections.deque", "numpy.ndarray", "frame shop.serve"])
def test_what_carries_other_objects_is_plumbing(name: str) -> None:
    assert is_plumbing(name)
