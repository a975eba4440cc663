"""What grew between freezes, and under which object. Objects weigh 16 bytes but those named `big…`."""

from __future__ import annotations

import pytest

from refscope.analysis.growth_points import MIN_GROWTH_BYTES
from tests.unit.analysis.freezes import Freezes, freezes

BIG = 3000


def entries(first: int, last: int, holder: str = "reg", kind: str = "app.Entry") -> str:
    """`reg -> big_0:app.Entry; reg -> big_1:app.Entry …`"""
    return "; ".join(f"{holder} -> big_{i}:{kind}" for i in range(first, last))


def weighed(*texts: str, **more: object) -> Freezes:
    """Freezes in which whatever is called `big…` has 3,000 bytes."""
    names = [
        {word.partition(":")[0] for word in text.replace(";", " ").split() if word.startswith("big")}
        for text in texts
    ]
    return freezes(*texts, sizes=[dict.fromkeys(each, BIG) for each in names], **more)


def test_one_freeze_has_no_growth() -> None:
    assert weighed("root -> reg; " + entries(0, 3)).growth() == []


def test_an_object_with_more_entries_each_time_is_the_holder_of_those() -> None:
    #   root → reg → big_0 … big_2      then big_3, then big_4 and big_5 as well
    found = weighed(*(f"root -> reg:dict; reg -> key:str; {entries(0, n)}" for n in (3, 4, 6)))
    (point,) = found.growth()
    assert found.words([point.holder or 0]) == ["reg"]
    assert (point.kind, point.counts, point.steps) == ("entries", (3, 4, 6), (1, 2))
    assert point.bytes == (3 * BIG, 4 * BIG, 6 * BIG)
    assert (point.growth_bytes, point.released) == (3 * BIG, 0)
    assert found.words(point.members) == [f"big_{i}" for i in range(6)]
    assert found.words(point.newcomers) == ["big_3", "big_4", "big_5"]


def test_all_kinds_of_entries_that_grow_are_one_point_and_those_that_do_not_are_left_out() -> None:
    #   reg → Key, Entry each time; one Config stays
    texts = [
        "root -> reg:dict; reg -> config:app.Config; "
        + "; ".join(f"reg -> big_k{i}:app.Key; reg -> big_{i}:app.Entry" for i in range(n))
        for n in (1, 2)
    ]
    found = weighed(*texts)
    (point,) = found.growth()
    assert found.words(point.members) == ["big_k0", "big_0", "big_k1", "big_1"]


def test_entries_of_which_each_is_of_its_own_kind_grow_together() -> None:
    texts = [
        "root -> reg:dict; " + "; ".join(f"reg -> big_{i}:app.C{i}" for i in range(n)) for n in (2, 3, 4)
    ]
    assert weighed(*texts).told() == [("entries", "reg", (2, 3, 4))]


@pytest.mark.parametrize("counts", [(3, 3, 3), (3, 5, 5), (3, 5, 4), (5, 4, 3)])
def test_what_does_not_grow_each_time_does_not_grow(counts: tuple[int, ...]) -> None:
    assert weighed(*(f"root -> reg:dict; {entries(0, n)}" for n in counts)).growth() == []


def test_what_comes_and_goes_counts_what_came_less_what_went() -> None:
    #   reg → 0 1 2     then 1 2 3 4     then 3 4 5 6 7
    texts = [f"root -> reg:dict; {entries(a, b)}" for a, b in ((0, 3), (1, 5), (3, 8))]
    (point,) = weighed(*texts).growth()
    assert (point.counts, point.released) == ((3, 4, 5), 3)
    assert point.growth_bytes == 2 * BIG


def test_growth_of_a_few_bytes_is_not_worth_a_name() -> None:
    texts = ["root -> reg:dict; " + "; ".join(f"reg -> e{i}" for i in range(n)) for n in (1, 2, 3)]
    assert MIN_GROWTH_BYTES > 2 * 16
    assert freezes(*texts).growth() == []


def test_an_id_that_was_used_again_by_another_class_is_another_object() -> None:
    #   the same place is a list first, then a dict that happens to hold more
    texts = [f"root -> reg:{kind}; {entries(0, n)}" for kind, n in (("list", 1), ("dict", 3))]
    assert [kind for kind, holder, _ in weighed(*texts).told() if holder == "reg"] == []


def test_an_object_whose_own_bytes_grow_is_its_own_holder() -> None:
    sizes = [{"buffer": size} for size in (5_000, 9_000, 14_000)]
    (point,) = freezes(*["root -> app.x -> buffer"] * 3, sizes=sizes).growth()
    assert (point.kind, point.counts, point.bytes) == ("size", (1, 1, 1), (5_000, 9_000, 14_000))
    assert point.growth_bytes == 9_000
    assert list(point.members) == [point.holder]
    assert len(point.newcomers) == 0


def test_a_table_that_grows_with_its_entries_is_no_growth_of_its_own() -> None:
    texts = [f"root -> reg:dict; {entries(0, n)}" for n in (2, 4)]
    sizes = [{"reg": 5_000 * n, **{f"big_{i}": BIG for i in range(n)}} for n in (2, 4)]
    assert freezes(*texts, sizes=sizes).told() == [("entries", "reg", (2, 4))]


def test_a_container_made_anew_each_time_is_found_by_its_part_in_the_tree() -> None:
    #   root → app → t0 → big_0 big_1     then a new tuple t1 in its place with one more
    texts = [f"root -> app:app.App -> t{n}:tuple; {entries(0, n, f't{n}')}" for n in (2, 3, 4)]
    assert weighed(*texts).told() == [("entries", "t4", (2, 3, 4))]


def test_a_linked_list_is_a_chain_of_what_stands_before_its_first_link() -> None:
    #   root → app.head → big_0 → big_1 → …     longer each time
    texts = [
        "root -> head:app.Head -> " + " -> ".join(f"big_{i}:app.Link" for i in range(n)) for n in (4, 6, 9)
    ]
    (point,) = weighed(*texts).growth()
    assert point.kind == "chain"
    assert point.growth_bytes == 5 * BIG
    assert len(point.members) == 9


def test_more_objects_that_only_native_code_holds_have_no_holder_in_the_heap() -> None:
    #   outside → big_0 big_1     then big_2 as well, each with a small part
    texts = [
        "root; " + "; ".join(f"big_{i}:app.Connection*1 -> part_{i}" for i in range(n)) for n in (2, 3, 5)
    ]
    found = weighed(*texts)
    (point,) = found.growth()
    assert (point.kind, point.holder, point.counts) == ("entries", None, (2, 3, 5))
    assert point.growth_bytes == 3 * (BIG + 16)


def test_growth_that_has_a_holder_is_not_told_again_by_those_above_it() -> None:
    #   root → app → service → reg → …: only reg
    texts = [f"root -> app:app.App -> service:app.Service -> reg:dict; {entries(0, n)}" for n in (2, 3, 5)]
    assert weighed(*texts).told() == [("entries", "reg", (2, 3, 5))]


def test_the_heaviest_growth_comes_first() -> None:
    texts = [
        f"root -> few:dict; root -> many:dict; {entries(0, n, 'few')}; "
        + "; ".join(f"many -> big_m{i}" for i in range(3 * n))
        for n in (1, 2, 3)
    ]
    assert [holder for _, holder, _ in weighed(*texts).told()] == ["many", "few"]


def test_an_object_in_a_newcomer_that_has_the_id_of_an_earlier_one_is_no_holder_of_its_own() -> None:
    #   old → pair → x                          then old → ·, reg → entry → pair → big_1, big_2
    texts = [
        f"root -> reg:dict; {entries(0, 1)}; root -> old:dict; old -> pair:tuple; pair -> x:int",
        f"root -> reg:dict; {entries(0, 1)}; root -> old:dict; reg -> entry:app.Entry; entry -> pair:tuple; "
        "pair -> big_1; pair -> big_2",
    ]
    found = weighed(*texts)
    assert found.told() == [("entries", "reg", (1, 2))]
    assert found.growth()[0].growth_bytes >= 2 * BIG


def test_a_holder_that_only_hangs_elsewhere_now_still_is_one() -> None:
    #   root → old → app → list → …             then root → reg → app → list → …
    texts = [
        f"root -> reg:dict; root -> old:dict; old -> app; app -> list:list; {entries(0, 1, 'list')}",
        f"root -> reg:dict; root -> old:dict; reg -> app; app -> list:list; {entries(0, 3, 'list')}",
    ]
    assert ("entries", "list", (1, 3)) in weighed(*texts).told()
