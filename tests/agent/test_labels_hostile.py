"""Nothing that the image or the agent answers runs code of the program (except in clones)."""

from __future__ import annotations

import pytest
from heap_probes import answer_of


@pytest.fixture(params=["clone", "in_process"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_no_user_code_runs_in_walk_roots_labels_or_descriptions(python: str, way: str) -> None:
    found = answer_of("heap_hostile", python, way)
    assert found["touched"] == []
    assert found["objects"] > 20_000


def test_hostile_objects_are_sized_named_and_described(python: str, way: str) -> None:
    found = answer_of("heap_hostile", python, way)
    assert all(0 < size < 10_000 for size in found["sizes"])
    assert found["labels"] == [[["key", "'key'", True]], [["index", "0", True]], [["key", "'plain'", True]]]
    assert found["texts"][2] == "class __main__.Plain"
    assert found["texts"][0].startswith("<__main__.Plain at 0x")
    assert {"Hostiledict", "HostileException", "Hostilemodule"} <= set(found["types"])


def test_nearly_every_reference_of_a_heap_has_a_name(python: str, way: str) -> None:
    found = answer_of("heap_hostile", python, way)
    assert found["unknown"] < 0.01 * found["pairs"]
    assert found["described"] >= found["objects"] - 5
