"""The course of edges and the places of their labels."""

from __future__ import annotations

from itertools import pairwise

import pytest

from refscope.present.captions import with_captions
from refscope.present.edge_curves import Curve, curves_of
from refscope.present.edge_labels import place_labels, reserved
from refscope.present.hops import Side
from refscope.present.layout import arrange
from refscope.present.layout_rest import overlaps
from refscope.present.scene import Box, NodeKind, Scene, VisibleEdge, VisibleNode
from refscope.present.visible_graph import VisibleGraph
from tests.present_heaps import registry_chain, registry_heap


def scene_of(boxes: dict[str, Box], *edges: VisibleEdge) -> Scene:
    return Scene(tuple(VisibleNode(key, NodeKind.INSTANCE, key) for key in boxes), edges, boxes)


def assert_joined(curve: Curve) -> None:
    assert all(a[3] == b[0] for a, b in pairwise(curve.cubics))


def runs_through(curve: Curve, box: Box) -> bool:
    return any(box.x < x < box.x + box.width and box.y < y < box.y + box.height for x, y in curve.points())


def test_an_edge_leaves_its_holder_on_the_right_and_arrives_on_the_left():
    boxes = {"o1": Box(0, 0, 120, 46), "o2": Box(300, 100, 120, 46)}
    (curve,) = curves_of([VisibleEdge("o1", "o2")], boxes)
    assert curve.cubics[0][0] == (120, 23)
    assert curve.end == (300, 123)
    assert curve.direction == (1, 0)


@pytest.mark.parametrize("ends", [("o1", "o2"), ("o2", "o1")])
def test_an_edge_over_several_columns_goes_around_the_nodes_between(ends: tuple[str, str]):
    boxes = {"o1": Box(0, 0, 120, 46), "o2": Box(600, 0, 120, 46), "o3": Box(300, -10, 120, 46)}
    (curve,) = curves_of([VisibleEdge(*ends)], boxes)
    assert not runs_through(curve, boxes["o3"])
    assert_joined(curve)


def test_edges_both_ways_between_two_nodes_do_not_lie_on_each_other():
    boxes = {"o1": Box(0, 0, 120, 46), "o2": Box(300, 0, 120, 46)}
    there, back = curves_of([VisibleEdge("o1", "o2"), VisibleEdge("o2", "o1")], boxes)
    assert {round(y) for _, y in there.points()}.isdisjoint({round(y) for _, y in back.points()})
    assert back.direction[0] < 0


def test_edges_arrive_side_by_side_in_the_order_of_their_holders_the_lit_one_in_the_middle():
    boxes = {f"o{at}": Box(0, at * 90.0, 120, 46) for at in range(5)} | {"o9": Box(300, 180, 120, 46)}
    edges = [VisibleEdge(f"o{at}", "o9", is_on_path=at == 2) for at in range(5)]
    ends = [curve.end[1] for curve in curves_of(edges, boxes)]
    assert ends == sorted(ends)
    assert len(set(ends)) == 5
    assert ends[2] == 180 + 23


def test_an_object_that_holds_itself_has_a_loop():
    boxes = {"o1": Box(0, 0, 120, 46)}
    (curve,) = curves_of([VisibleEdge("o1", "o1")], boxes)
    assert curve.cubics[0][0] != curve.end


def test_labels_stand_on_no_node_and_on_no_other_label():
    heap = registry_heap(30)
    graph = VisibleGraph.open(heap.reader(), heap.names["loader0"], registry_chain(heap))
    graph = graph.expand(heap.key("instance_map"), Side.HELD)
    scene = arrange(graph)
    labels = place_labels(curves_of(scene.edges, scene.boxes), reserved(scene.boxes))
    assert {label.text for label in labels} >= {".resource_loader", "._resource_loader"}
    for at, label in enumerate(labels):
        assert not any(overlaps(label.box, box) for box in scene.boxes.values())
        assert not any(overlaps(label.box, other.box) for other in labels[at + 1 :])


def test_a_label_that_finds_no_place_is_left_out():
    boxes = {"o1": Box(0, 0, 120, 46), "o2": Box(140, 0, 120, 46)}
    scene = scene_of(boxes | {f"o{at}": Box(x, y, 400, 46) for at, (x, y) in
                              enumerate([(-50, -50), (-50, 50)], start=3)},
                     VisibleEdge("o1", "o2", "a label with many words"))  # fmt: skip
    assert place_labels(curves_of(scene.edges, scene.boxes), reserved(scene.boxes)) == []


def test_very_long_labels_are_elided_in_the_middle():
    boxes = {"o1": Box(0, 0, 120, 46), "o2": Box(600, 0, 120, 46)}
    scene = scene_of(boxes, VisibleEdge("o1", "o2", "[" + "k" * 300 + "]"))
    (label,) = place_labels(curves_of(scene.edges, scene.boxes), reserved(scene.boxes))
    assert "…" in label.text
    assert label.text[0] == "["
    assert label.box.width <= 180


@pytest.mark.parametrize(
    ("label", "title", "subtitle", "caption"),
    [
        (".instance_map", ".instance_map", "dict, 861 entries", ""),
        ("Processor", "Processor", "class", ""),
        ("local state", "state", "", ""),
        (".nlp", "mindmeld.components.nlp", "module", ""),
        ("[7]", "Language", "key 7", ""),
        ("[7]", "Language", "128 B", "[7]"),
        ("[139887101530064]", "Language", "128 B", "[…0064]"),
        ("[139887101530064].__self__", "Language", "128 B", "[…0064].__self__"),
        ("[(139887101530064, 4)].__self__", "Language", "128 B", "[…].__self__"),
        ("['customers_by_country']", "Language", "128 B", "['customers_by_…']"),
        (".resource_loader", "ResourceLoader", "128 B", ".resource_loader"),
        ("", "Language", "128 B", ""),
    ],
)
def test_what_a_node_says_is_not_said_again_on_the_edge_to_it(
    label: str, title: str, subtitle: str, caption: str
):
    held = VisibleNode("o2", NodeKind.INSTANCE, title, subtitle)
    (edge,) = with_captions([VisibleEdge("o1", "o2", label)], [held])
    assert (edge.drawn_label, edge.label) == (caption, label)
