"""A cut made in a clone: every kind of holder lets go, what goes is found, and nothing else changes."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any

import pytest
from heap_probes import answer_of

FIVE = ("list", "dict", "ordered dict", "set", "deque", "cache", "cache dict")
ONE = (
    "guarded dict", "moody dict", "object", "slots", "class", "generator", "error", "cell", "defaults",
    "keyword defaults",
)  # fmt: skip


@functools.cache
def answer(python: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        removed = Path(folder) / "removed"
        removed.touch()
        return answer_of("heap_trial", python, str(removed))


def tried(python: str, name: str) -> list[dict[str, Any]]:
    return [each for each in answer(python)["answers"] if each["name"] == name]


@pytest.mark.parametrize("name", FIVE + ONE)
def test_a_holder_lets_go_and_all_that_only_it_held_goes(python: str, name: str) -> None:
    for each in tried(python, name):
        assert each["kind"] == "tried", each["fields"]
        assert each["fields"]["refused"] == []
        assert each["held"] == each["leaves"] == (5 if name in FIVE else 1)


def test_only_the_named_entries_of_a_list_go(python: str) -> None:
    (found,) = tried(python, "part of a list")
    assert found["held"] == 3


def test_a_holder_that_cannot_be_changed_says_so(python: str) -> None:
    (found,) = tried(python, "tuple")
    assert found["kind"] == "error"
    assert found["fields"]["code"] == "not_possible"
    assert found["fields"]["message"] == "no way is known to make a tuple let go"


def test_tuples_that_leave_the_collectors_listing_are_counted_when_they_go(python: str) -> None:
    (found,) = tried(python, "plain tuples")
    assert 50 <= found["tuples"] <= 52  # one of ours may lie where another was
    assert found["gone"] <= 52


def test_finalizers_run_in_the_clone(python: str) -> None:
    assert tried(python, "removes")[0]["held"] == 1
    assert answer(python)["file_is_there"] is False
    assert tried(python, "raises")[0]["held"] == 1


def test_sockets_that_go_do_not_close_the_channel_of_the_clone(python: str) -> None:
    (found,) = tried(python, "sockets")
    assert (found["kind"], found["held"]) == ("tried", 1)


def test_what_a_finalizer_revives_has_not_gone(python: str) -> None:
    (found,) = tried(python, "revives")
    assert (found["kind"], found["held"]) == ("tried", 0)


def test_a_finalizer_that_hangs_crashes_or_ends_the_copy_is_an_answer(python: str) -> None:
    ends = {name: tried(python, name)[0]["fields"] for name in ("hangs", "ends", "crashes")}
    assert ends["hangs"] == {"code": "hung", "message": "the trial: it did not answer in time"}
    assert ends["ends"]["message"] == "the trial: it ended the copy (exit code 3)"
    assert ends["crashes"]["message"] == "the trial: it crashed the copy (SIGSEGV)"
    assert {ends["ends"]["code"], ends["crashes"]["code"]} == {"died"}


def test_the_image_and_the_target_stay_as_they_are(python: str) -> None:
    found = answer(python)
    assert found["nothing"] == ["tried", 0]
    assert found["still_there"] == [f"{len(found['answers'])} entries"]
    assert found["in_target"] == found["made"]
