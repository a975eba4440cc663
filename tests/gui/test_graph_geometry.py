"""Courses of edges, places of their names, words on nodes: no window is needed, fonts only for widths."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from graph_scenes import hunt_scene, large_scene, service_scene
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QApplication

from refscope.gui import node_shapes
from refscope.gui.edge_item import EdgeItem, rect_of
from refscope.gui.graph_ink import Ink
from refscope.gui.graph_scene import GraphScene
from refscope.gui.node_words import (
    Part,
    accessible_name,
    badges_of,
    path_keys,
)
from refscope.gui.rendering import render
from refscope.gui.theme import Theme
from refscope.present.edge_curves import Curve, curves_of, sample
from refscope.present.edge_labels import place_labels
from refscope.present.export.svg import to_svg
from refscope.present.scene import Box, NodeKind, Scene, VisibleEdge, VisibleNode

SCENES = {"hunt": hunt_scene(), "service": service_scene(), "large": large_scene(120)}


def boxes(**places: tuple[float, float]) -> dict[str, Box]:
    return {key: Box(x, y, 100, 46) for key, (x, y) in places.items()}


def one_curve(source: str, target: str, places: dict[str, Box]) -> Curve:
    return curves_of([VisibleEdge(source, target, "x")], places)[0]


def test_a_level_edge_is_straight() -> None:
    curve = one_curve("a", "b", boxes(a=(0, 0), b=(300, 0)))
    assert {y for _, y in sample(curve.cubics).reshape(-1, 2).round(6).tolist()} == {23.0}
    assert (curve.start, curve.end) == ((100, 23), (300, 23))


def test_an_edge_arrives_level_from_the_left() -> None:
    assert one_curve("a", "b", boxes(a=(0, 0), b=(300, 400))).direction == pytest.approx((1, 0))


def test_edges_arrive_side_by_side_in_the_order_of_their_holders() -> None:
    places = boxes(a=(0, 0), b=(0, 100), c=(0, 200), t=(300, 100))
    curves = curves_of([VisibleEdge(key, "t") for key in "cab"], places)
    ends = {curve.edge.source: curve.end[1] for curve in curves}
    assert ends["a"] < ends["b"] < ends["c"]


def test_the_lit_edge_arrives_in_the_middle() -> None:
    places = boxes(a=(0, 0), b=(0, 100), c=(0, 200), t=(300, 0))
    edges = [VisibleEdge("a", "t", is_on_path=True), VisibleEdge("b", "t"), VisibleEdge("c", "t")]
    assert curves_of(edges, places)[0].end == (300, 23)


def test_many_edges_arrive_within_their_node() -> None:
    places = boxes(t=(300, 500), **{f"n{at}": (0, 60.0 * at) for at in range(40)})
    for curve in curves_of([VisibleEdge(f"n{at}", "t") for at in range(40)], places):
        assert 500 < curve.end[1] < 546


def test_an_edge_over_a_column_passes_between_its_nodes() -> None:
    places = boxes(a=(0, 100), x=(250, 40), y=(250, 130), z=(250, 220), b=(500, 100))
    curve = one_curve("a", "b", places)
    for px, py in sample(curve.cubics).reshape(-1, 2).tolist():
        for key in "xyz":
            box = places[key]
            assert not (box.x < px < box.x + box.width and box.y < py < box.y + box.height)


def test_an_edge_back_to_the_left_arrives_at_the_right_side() -> None:
    curve = one_curve("b", "a", boxes(a=(0, 0), b=(300, 200)))
    assert curve.direction == pytest.approx((-1, 0))
    assert (curve.start[0], curve.end[0]) == (300, 100)


def test_an_edge_back_over_a_column_passes_between_its_nodes() -> None:
    places = boxes(a=(0, 100), x=(250, 40), y=(250, 130), z=(250, 220), b=(500, 100))
    curve = one_curve("b", "a", places)
    for px, py in sample(curve.cubics).reshape(-1, 2).tolist():
        for key in "xyz":
            box = places[key]
            assert not (box.x < px < box.x + box.width and box.y < py < box.y + box.height)


def test_an_edge_within_a_column_bulges_to_the_right() -> None:
    curve = one_curve("b", "a", boxes(a=(0, 0), b=(0, 200)))
    assert sample(curve.cubics)[..., 0].max() > 120
    assert curve.end[0] == 100


def test_an_edge_to_itself_leaves_its_node() -> None:
    curve = one_curve("a", "a", boxes(a=(0, 0)))
    assert sample(curve.cubics)[..., 1].min() < 0


def test_an_edge_whose_end_is_not_shown_has_no_route() -> None:
    assert curves_of([VisibleEdge("a", "gone")], boxes(a=(0, 0))) == []


@pytest.fixture
def graph(request: pytest.FixtureRequest, theme: Theme) -> GraphScene:
    graph = GraphScene(theme)
    graph.show_scene(SCENES[request.param], animate=False)
    return graph


@pytest.mark.parametrize("graph", SCENES, indirect=True)
def test_no_name_stands_on_a_node_or_on_another_name(graph: GraphScene) -> None:
    rects = [rect_of(label) for label in graph.edges.labels]
    assert rects
    for item in graph.nodes.values():
        assert not any(rect.intersects(item.rect) for rect in rects)
    assert not any(a.intersects(b) for a, b in combinations(rects, 2))


@pytest.mark.parametrize("graph", ["hunt", "service"], indirect=True)
def test_every_name_of_a_small_graph_finds_a_place(graph: GraphScene) -> None:
    named = sum(bool(edge.label) for edge in graph.shown.edges)
    assert len(graph.edges.labels) == named


@pytest.mark.parametrize("graph", ["hunt", "service"], indirect=True)
def test_names_stand_at_the_end_of_the_holder(graph: GraphScene) -> None:
    for label in graph.edges.labels:
        start, end = graph.edges.curves[label.at].start, graph.edges.curves[label.at].end
        assert abs(label.box.x - start[0]) <= abs(label.box.x - end[0])


@pytest.mark.parametrize("graph", ["hunt", "service"], indirect=True)
def test_no_title_of_the_mockups_is_cut(graph: GraphScene) -> None:
    for item in graph.nodes.values():
        assert (item.shown_title, item.shown_subtitle) == (item.node.title, item.node.subtitle)


@pytest.mark.parametrize("graph", ["service"], indirect=True)
def test_an_edge_is_found_on_its_curve_and_by_its_name(graph: GraphScene) -> None:
    for at, curve in enumerate(graph.edges.curves):
        x, y = sample(curve.cubics)[0][4].tolist()
        found = graph.edges.edge_at(QPointF(x, y), 3)
        assert found is not None
        assert curve.edge.target == graph.edges.curves[found].edge.target or found == at
    label = graph.edges.labels[-1]
    assert graph.edges.edge_at(rect_of(label).center(), 1) == label.at


def test_no_edge_is_found_on_empty_ground(theme: Theme) -> None:
    item = EdgeItem(Ink(theme))
    item.set_edges([VisibleEdge("a", "b")], boxes(a=(0, 0), b=(300, 0)), [])
    assert item.edge_at(QPointF(200, 60), 6) is None


def test_a_name_that_finds_no_place_is_left_out() -> None:
    curves = curves_of([VisibleEdge("a", "b", "attribute")], boxes(a=(0, 0), b=(300, 0)))
    assert place_labels(curves, [Box(-1000, -1000, 3000, 3000)]) == []


def test_a_long_name_is_cut_in_its_middle() -> None:
    curves = curves_of([VisibleEdge("a", "b", "x" * 500)], boxes(a=(0, 0), b=(300, 0)))
    (label,) = place_labels(curves, [])
    assert label.text.startswith("xxx")
    assert label.text.endswith("xxx")
    assert label.box.width <= 180


def node(**fields: object) -> VisibleNode:
    return VisibleNode(**{"key": "o1", "kind": NodeKind.INSTANCE, "title": "X", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "texts"),
    [
        (node(), []),
        (node(globals_count=214), ["≡ __globals__ ×214"]),
        (node(is_holder=True, entries=861), ["HOLDER", "861"]),
        (node(key="g1", count=4), ["×4"]),
        (node(key="g1", count=1240, is_rest=True), ["+1,240"]),
    ],
)
def test_badges_say_what_the_design_lists(shown: VisibleNode, texts: list[str]) -> None:
    assert [badge.text for badge in badges_of(shown)] == texts


def test_every_badge_is_a_part_that_can_be_hit() -> None:
    badges = badges_of(node(globals_count=1, is_holder=True, entries=3))
    assert [badge.part for badge in badges] == [Part.GLOBALS, Part.HOLDER, Part.ENTRIES]


def test_the_path_is_read_from_the_root_down() -> None:
    assert path_keys(service_scene()) == ["o1", "o2", "o3", "o9"]


def test_a_path_in_a_circle_ends() -> None:
    nodes = tuple(node(key=key, is_on_path=True) for key in ("a", "b"))
    edges = (VisibleEdge("a", "b", is_on_path=True), VisibleEdge("b", "a", is_on_path=True))
    assert sorted(path_keys(Scene(nodes, edges, {}))) == ["a", "b"]


def test_a_screen_reader_hears_what_holds_a_node() -> None:
    scene = hunt_scene()
    assert accessible_name(scene, scene.node("o4")) == (
        "ResourceLoader, instance, 508 KiB, held by NaturalLanguageProcessor through .resource_loader, "
        "target, on the path to root, 4 of 4"
    )


def test_each_kind_has_an_outline_of_its_own(qapp: QApplication) -> None:
    outlines = {}
    for kind in NodeKind:
        path = node_shapes.outline(kind, 160.0, 46.0)
        assert path.boundingRect() == QRectF(0, 0, 160, 46)
        outlines[kind] = path.toFillPolygon().toPolygon().toList()
    assert outlines[NodeKind.NATIVE] == outlines[NodeKind.INTERPRETER]  # told apart by icon and hatch
    different = [kind for kind in NodeKind if kind is not NodeKind.INTERPRETER]
    assert all(outlines[a] != outlines[b] for a, b in combinations(different, 2))


def test_qt_draws_pictures_as_if_texts_did_not_say_their_width(qapp: QApplication) -> None:
    svg = to_svg(hunt_scene())
    without = re.sub(r' textLength="[^"]*" lengthAdjust="[^"]*"', "", svg)
    assert without != svg
    assert render(svg, "png") == render(without, "png")
