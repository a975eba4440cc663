"""Paths are drawn from the module that their name begins with."""

from __future__ import annotations

import pytest

from refscope.analysis.advice import Advice
from refscope.analysis.names import Path, Step
from refscope.heap.vocabulary import EdgeKind
from refscope.present.named_chain import distinct_paths, named_chain
from tests.present_heaps import FIRST_ID, BuiltHeap


@pytest.fixture
def heap() -> BuiltHeap:
    """flask.d -> finished -> audit, and __main__.d -> finished: imported from there"""
    heap = BuiltHeap()
    heap.module("__main__")
    heap.module("flask")
    heap.add("finished", "blinker.Signal")
    heap.add("audit", "app.Audit")
    heap.hold("__main__.d", "finished", EdgeKind.KEY, "'finished'")
    heap.hold("flask.d", "finished", EdgeKind.KEY, "'finished'")
    heap.hold("finished", "audit", EdgeKind.ATTRIBUTE, "receiver")
    return heap


def path_from(heap: BuiltHeap, *names: str) -> Path:
    steps = tuple(Step(name, "instance", "", FIRST_ID + 16 * heap.names[name], name) for name in names)
    return Path(
        "flask.finished",
        "listener",
        "module flask",
        None,
        steps,
        "",
        1,
        1,
        "listeners",
        Advice("Disconnect."),
    )


def test_a_chain_begins_at_the_module_whose_globals_its_path_names(heap: BuiltHeap) -> None:
    chain = heap.chain("__main__", "__main__.d", "finished", "audit")
    named = named_chain(chain, path_from(heap, "flask.d", "finished", "audit"), heap.reader())
    assert [int(index) for index in named.indexes] == [heap.names[n] for n in ("flask", "finished", "audit")]
    assert named.root.label == "flask"


def test_a_chain_that_its_path_names_stays_as_it_is(heap: BuiltHeap) -> None:
    chain = heap.chain("flask", "flask.d", "finished", "audit")
    assert named_chain(chain, path_from(heap, "flask.d", "finished", "audit"), heap.reader()) is chain


def test_a_module_that_does_not_hold_the_next_step_is_not_taken(heap: BuiltHeap) -> None:
    heap.module("other")
    chain = heap.chain("__main__", "__main__.d", "finished", "audit")
    assert named_chain(chain, path_from(heap, "other.d", "finished", "audit"), heap.reader()) is chain


def test_chains_that_are_drawn_alike_are_one_path(heap: BuiltHeap) -> None:
    heap.module("shop")
    heap.hold("shop.d", "finished", EdgeKind.KEY, "'finished'")
    chains = [heap.chain(module, f"{module}.d", "finished", "audit") for module in ("__main__", "shop")]
    words = path_from(heap, "flask.d", "finished", "audit")
    distinct, paths = distinct_paths(chains, [words, words], heap.reader())
    assert len(distinct) == len(paths) == 1
