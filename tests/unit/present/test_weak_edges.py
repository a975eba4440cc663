"""Weak references: who is shown for one, in both views, and that they keep nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from refscope.heap.vocabulary import EdgeKind
from refscope.present.hops import View
from refscope.present.scene import EdgeStyle
from refscope.present.visible_graph import VisibleGraph
from tests.present_heaps import FIRST_ID, BuiltHeap


class WeakHeap(BuiltHeap):
    """A heap whose copy tells weak references, given by name."""

    def __init__(self) -> None:
        super().__init__()
        self.weak: dict[str, list[str]] = {}
        self.questions = 0

    def weak_referrers(self, ids: Sequence[int]) -> list[list[int]]:
        self.questions += 1
        names = {index: name for name, index in self.names.items()}
        asked = [names[(each - FIRST_ID) // 16] for each in ids]
        return [[FIRST_ID + 16 * self.names[w] for w in self.weak.get(name, [])] for name in asked]


@pytest.fixture
def heap() -> WeakHeap:
    """app -> owner -> target;  app -> recent (WeakSet) -> data (set) -> w ~> target;  view -> v ~> target"""
    heap = WeakHeap()
    heap.module("app")
    for name, kind in (
        ("owner", "app.Owner"), ("target", "app.Loader"), ("recent", "_weakrefset.WeakSet"), ("data", "set"),
        ("w", "ReferenceType"), ("view", "app.View"), ("v", "ReferenceType"),
    ):  # fmt: skip
        heap.add(name, kind)
    for holder, held, kind, name in (
        ("app.d", "owner", EdgeKind.KEY, "'owner'"), ("owner", "target", EdgeKind.ATTRIBUTE, "loader"),
        ("app.d", "recent", EdgeKind.KEY, "'recent'"), ("recent", "data", EdgeKind.ATTRIBUTE, "data"),
        ("data", "w", EdgeKind.MEMBER, ""), ("app.d", "view", EdgeKind.KEY, "'view'"),
        ("view", "v", EdgeKind.ATTRIBUTE, "_loader"),
    ):  # fmt: skip
        heap.hold(holder, held, kind, name)
    heap.weak["target"] = ["w", "v"]
    return heap


def opened(heap: BuiltHeap, view: View = View.FOLDED) -> VisibleGraph:
    chain = heap.chain("app", "app.d", "owner", "target")
    return VisibleGraph.open(heap.reader(), heap.names["target"], chain, view=view)


def weak_of(graph: VisibleGraph) -> dict[str, str]:
    return {edge.source: edge.label for edge in graph.edges if edge.style is EdgeStyle.WEAK}


def test_they_are_not_asked_for_until_they_are_wanted(heap: WeakHeap) -> None:
    assert weak_of(opened(heap)) == {}
    assert heap.questions == 0


def test_the_weak_set_and_the_owner_of_a_weak_attribute_stand_for_them(heap: WeakHeap) -> None:
    graph = opened(heap).with_weak(True)
    assert weak_of(graph) == {heap.key("recent"): "weak", heap.key("view"): "weak"}


def test_raw_the_weak_references_stand_for_themselves(heap: WeakHeap) -> None:
    graph = opened(heap, View.RAW).with_weak(True)
    assert set(weak_of(graph)) == {heap.key("w"), heap.key("v")}


def test_they_change_no_count_of_what_is_hidden(heap: WeakHeap) -> None:
    plain = opened(heap)
    weak = plain.with_weak(True)
    key = heap.key("target")
    assert weak.node(key).hidden_referrers == plain.node(key).hidden_referrers


def test_without_them_the_graph_is_as_before(heap: WeakHeap) -> None:
    plain = opened(heap)
    again = plain.with_weak(True).with_weak(False)
    assert again == plain
    assert again.nodes == plain.nodes


def test_each_object_is_asked_about_once(heap: WeakHeap) -> None:
    graph = opened(heap).with_weak(True)
    asked = heap.questions
    graph.with_weak(False).with_weak(True)
    assert heap.questions == asked


def test_a_capture_says_that_it_does_not_know() -> None:
    heap = BuiltHeap()
    heap.module("app")
    heap.add("target")
    heap.hold("app.d", "target", EdgeKind.KEY, "'target'")
    graph = VisibleGraph.open(heap.reader(), heap.names["target"], heap.chain("app", "app.d", "target"))
    refused = graph.with_weak(True)
    assert refused.notice == "Weak references are asked of the copy, which is gone."
    assert not refused.state.is_weak_shown
