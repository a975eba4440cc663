"""User code runs in a throw-away clone: whatever it does is an answer and harms nobody."""

from __future__ import annotations

from typing import Any

import objgraph
from heap_probes import answer_of


def answer(python: str) -> dict[str, Any]:
    return answer_of("heap_clone_work", python, objgraph.__file__)


def reprs(python: str) -> dict[str, tuple[str | None, str | None]]:
    return {how: (text, error) for how, text, error in answer(python)["reprs"]}


def test_a_repr_that_works_is_shown_and_the_last_one_is_reached(python: str) -> None:
    assert reprs(python)["works"] == ("Loud", None)
    assert answer(python)["reprs"][-1] == ["works", "Loud", None]


def test_a_repr_that_fails_says_what_it_raised(python: str) -> None:
    found = reprs(python)
    assert found["raises"] == (None, "KeyError: 'no'")
    assert found["exits"] == (None, "SystemExit: 4")
    assert str(found["recurses"][1]).startswith("RecursionError: ")
    assert str(found["is_no_text"][1]).startswith("TypeError: ")


def test_a_repr_that_hangs_crashes_or_ends_the_copy_is_an_answer(python: str) -> None:
    found = reprs(python)
    assert found["hangs"] == (None, "it did not answer in time")
    assert found["ends"] == (None, "it ended the copy (exit code 3)")
    assert found["crashes"] == (None, "it crashed the copy (SIGSEGV)")
    assert found["writes_everywhere"] == (None, "it wrote into the channel of its answer")
    assert found["forks"] == ("forked", None)


def test_a_repr_of_megabytes_is_cut(python: str) -> None:
    text, _ = reprs(python)["is_long"]
    assert text is not None
    assert len(text) < 260
    assert text.endswith("(50000000 characters)")


def test_all_of_it_stays_within_the_deadline_and_harms_neither_image_nor_target(python: str) -> None:
    found = answer(python)
    assert found["elapsed_s"] < 4
    assert found["loud_in_target"] == found["alive"] == len(found["reprs"])


def test_expressions_see_loaded_modules_main_and_the_object(python: str) -> None:
    values = answer(python)["values"]
    assert answer(python)["is_same"] is True
    assert values["REGISTRY['a'][3] is obj"]["text"] == "True"
    assert values["[key for key in REGISTRY if obj]"]["text"] == "['a']"
    assert values["os.path.join('a', 'b')"]["text"] == "'a/b'"


def test_expressions_that_fail_are_errors(python: str) -> None:
    values = answer(python)["values"]
    assert values["1 / 0"] == {"code": "bad_request", "message": "ZeroDivisionError: division by zero"}
    assert values["missing"]["message"].startswith("NameError")
    assert values["while"]["message"].startswith("SyntaxError")
    assert values["__import__('os')._exit(1)"]["code"] == "died"
    assert values["[None for _ in iter(int, 1)]"]["code"] in ("hung", "bad_request")  # time or memory


def test_a_value_whose_repr_hangs_still_has_its_id(python: str) -> None:
    value = answer(python)["values"]["LOUD[2]"]
    assert value["result"] > 0
    assert "did not answer in time" in value["text"]


def test_objgraph_counts_in_the_clone(python: str) -> None:
    looks = answer(python)["looks"]
    assert looks["count"]["result"] == len(answer(python)["reprs"])
    assert looks["typestats"]["result"]["Loud"] == looks["count"]["result"]
    assert looks["most_common_types"]["result"][0][0] in ("function", "dict", "tuple")
    assert looks["by_type"]["result"]["total"] == looks["count"]["result"]
    assert len(looks["by_type"]["result"]["objects"]) == 2


def test_objgraphs_chain_leads_from_the_module_to_the_object(python: str) -> None:
    chain = answer(python)["looks"]["find_backref_chain"]["result"]
    assert chain[0][0] == answer(python)["ids"]["main"]
    assert chain[-1][2] == "__main__.Loud"


def test_objgraphs_graph_shows_the_program_and_nothing_of_ours(python: str) -> None:
    dot = answer(python)["looks"]["show_backrefs"]["result"]
    assert dot.startswith("digraph ObjectGraph")
    assert f"o{answer(python)['ids']['list']} ->" in dot
    assert "FrozenHeap" not in dot
    assert "_refscope" not in dot


def test_what_objgraph_does_not_offer_is_an_error(python: str) -> None:
    looks = answer(python)["looks"]
    assert looks["show_refs"]["code"] == "bad_request"
    assert "KeyError" in looks["without a type"]["message"]
