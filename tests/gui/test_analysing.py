"""What is found of freezes, as values: what settled, what the person set aside, which classes leak."""

from __future__ import annotations

from typing import Any

from table_values import suspect

from refscope.analysis.verdicts import Verdict
from refscope.api.rows import TypeRow
from refscope.gui.analysing import Analysis, judged, settled_of

MAP, CACHE = "shop.loading.Processor.instance_map", "cache of shop.f[x*]"


def analysis(*suspects: Any) -> Analysis:
    return Analysis(None, (), suspects, None)  # type: ignore[arg-type]


def test_what_is_set_aside_has_no_rank_and_the_others_move_up() -> None:
    found = analysis(suspect(1), suspect(2, CACHE, growth_bytes=5))
    without = judged(found, [MAP])
    assert [(each.rank, each.holder) for each in without.suspects] == [(1, CACHE)]
    assert [(each.rank, each.holder) for each in without.set_aside] == [(0, MAP)]


def test_what_is_brought_back_stands_where_it_stood() -> None:
    found = analysis(suspect(1), suspect(2, CACHE, growth_bytes=5))
    again = judged(judged(found, [MAP]), [])
    assert [(each.rank, each.holder) for each in again.suspects] == [(1, MAP), (2, CACHE)]
    assert again.set_aside == ()


def test_signs_in_a_holders_name_are_no_pattern() -> None:
    found = analysis(suspect(1), suspect(2, CACHE))
    assert [each.holder for each in judged(found, [CACHE]).set_aside] == [CACHE]
    assert judged(found, ["shop.*"]).set_aside == ()


def test_leaks_stand_before_what_is_watched_however_large() -> None:
    watched = suspect(2, CACHE, verdict=Verdict.WATCH, growth_bytes=1 << 40)
    assert [each.holder for each in judged(analysis(watched, suspect(1)), []).suspects] == [MAP, CACHE]


def test_only_leaks_make_classes_red() -> None:
    found = analysis(suspect(1), suspect(2, CACHE, "shop.Event", Verdict.WATCH))
    assert found.leaking == {"shop.loading.ResourceLoader"}


def test_what_is_bound_or_levels_off_has_settled_with_its_reason() -> None:
    bound = suspect(
        2, CACHE, "shop.Answer", Verdict.WATCH, is_settled=True, reason="It keeps at most 60 entries, 60 now."
    )
    assert [each.reason for each in settled_of([bound, suspect(1)], [], {})] == [bound.reason]


def test_a_class_that_grew_first_and_not_since_has_settled() -> None:
    rows = [TypeRow(name, 1, 0, 1) for name in ("shop.Warm", "shop.Grows", "shop.Few", "dict")]
    history = {
        "shop.Warm": (10, 90, 80),
        "shop.Grows": (10, 90, 95),
        "shop.Few": (1, 3, 3),
        "dict": (1, 900, 900),
    }
    assert [(each.title, each.reason) for each in settled_of([], rows, history)] == [
        ("80 Warm", "+80 at first, −10 since.")
    ]
    assert settled_of([], rows, {name: counts[:2] for name, counts in history.items()}) == ()
