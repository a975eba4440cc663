"""Moving around in one heap."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from refscope.errors import NotFound
from tests.builders import heap


def test_ids_and_indexes_lead_to_each_other() -> None:
    built = heap("root -> a -> b")
    for index in range(3):
        assert built.graph.index_of(built.graph.id_of(index)) == index
    assert built.graph.indexes_of(np.array([built.id("b"), 3, built.id("a")], np.uint64)).tolist() == [
        2,
        -1,
        1,
    ]


@pytest.mark.parametrize("object_id", [0, -1, 0x1008, 1 << 64, 1 << 70])
def test_an_id_that_is_nobodys_is_not_found(object_id: int) -> None:
    built = heap("root -> a")
    assert built.graph.find_index(object_id) is None
    with pytest.raises(NotFound):
        built.graph.index_of(object_id)


def test_referrers_repeat_as_often_as_they_hold() -> None:
    built = heap("root -> a -> c; root -> b -> c; b -> c; c -> c")
    assert built.words(built.graph.referrers(built.index("c"))) == ["a", "c", "b", "b"]
    assert built.graph.in_degrees()[built.index("c")] == 4
    assert built.graph.in_degrees()[built.index("root")] == 0


def test_objects_are_found_by_type_in_order() -> None:
    built = heap("root -> a:app.A -> b:app.B -> c:app.A", sizes={"a": 100, "c": 11})
    row = built.graph.type_row("app.A")
    assert built.words(built.graph.objects_of_type(row)) == ["a", "c"]
    both = (row, built.graph.type_row("app.B"))
    assert built.words(built.graph.objects_of_type(*both)) == ["a", "b", "c"]
    assert built.graph.objects_of_type().tolist() == []
    assert built.graph.type_counts()[row] == 2
    assert built.graph.type_sizes()[row] == 111


def test_a_name_that_nobody_has_brings_names_that_come_close() -> None:
    graph = heap("root -> a:flask.app.Flask; root -> b:app.Loader").graph
    with pytest.raises(NotFound) as caught:
        graph.type_row("app.Loadr")
    assert caught.value.near == ("app.Loader",)
    with pytest.raises(NotFound) as caught:
        graph.type_row("flask.Flask")
    assert caught.value.near[0] == "flask.app.Flask"


def test_running_frames_are_known_by_their_object() -> None:
    built = heap("root -> a", frames={"work": ["a"]})
    running = built.graph.frame_at(built.index("work"))
    assert running is not None
    assert running.function == "work"
    assert built.graph.frame_at(built.index("a")) is None


def test_importing_the_graph_does_not_load_the_compiler() -> None:
    code = (
        "import sys, refscope.heap.graph, refscope.heap.assembly, refscope.heap.references,"
        " refscope.analysis.paths, refscope.analysis.dominators, refscope.analysis.diff;"
        " sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_counts_of_referrers_are_the_same_before_and_after_the_heap_was_turned_round() -> None:
    built = heap("root -> a -> b; root -> b -> b")
    counts = built.graph.in_degrees().tolist()
    assert [built.graph.in_degree(index) for index in range(3)] == counts == [0, 1, 3]
    assert built.graph.in_degrees().tolist() == counts
