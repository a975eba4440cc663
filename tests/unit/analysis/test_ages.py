"""Since when an object is probably there: by id, class and referents, and never without a break."""

from __future__ import annotations

import numpy as np

from refscope.analysis.ages import ages_of
from tests.builders import heap


def ages(*texts: str, of: str) -> int:
    built = [heap(text) for text in texts]
    return int(ages_of([each.graph for each in built], np.array([built[-1].index(of)]))[0])


def test_what_was_there_before_is_probably_the_same() -> None:
    same = "root -> a:app.A -> b:app.B"
    assert ages(same, same, same, of="a") == 0


def test_another_class_at_the_same_address_is_new() -> None:
    assert ages("root -> a:app.A", "root -> a:app.B", of="a") == 1


def test_other_referents_at_the_same_address_are_new() -> None:
    #  ids count up: b and c lie at other addresses than before
    assert ages("root -> a:app.A -> b; root -> c", "root -> a:app.A -> c:str; root -> b", of="a") == 0
    assert ages("root -> a:app.A -> b; root -> c", "root -> a:app.A; root -> b -> a; root -> c", of="a") == 1


def test_a_container_may_be_filled_and_stays_the_same() -> None:
    assert ages("root -> a:list; root -> b", "root -> a:list -> b; root -> b", of="a") == 0


def test_what_was_away_once_is_no_older_than_its_return() -> None:
    there, away = "root -> x -> a:app.A", "root -> x"
    assert ages(there, away, there, of="a") == 2
    assert ages(away, there, there, of="a") == 1


def test_one_freeze_says_nothing_older() -> None:
    assert ages("root -> a", of="a") == 0
