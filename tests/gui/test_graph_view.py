from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from graph_helpers import make_view, show
from graph_scenes import hunt_scene, large_scene, service_scene
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from refscope.gui.graph_camera import HOLDER_ZOOM, PATH_ZOOM, READABLE_ZOOM
from refscope.gui.graph_view import GraphView
from refscope.gui.node_words import Part
from refscope.gui.theme import Theme
from refscope.present.hops import Side
from refscope.present.scene import Box, NodeKind, Scene, VisibleEdge, VisibleNode


def with_new_holder(scene: Scene, key: str = "o77") -> Scene:
    node = VisibleNode(key, NodeKind.INSTANCE, "Newcomer", "64 B", "app.Newcomer", 77)
    boxes = {**scene.boxes, key: Box(-900.0, -300.0, 140.0, 46.0)}
    return replace(
        scene, nodes=(*scene.nodes, node), edges=(*scene.edges, VisibleEdge(key, "o5")), boxes=boxes
    )


def without(scene: Scene, key: str) -> Scene:
    return replace(
        scene,
        nodes=tuple(node for node in scene.nodes if node.key != key),
        edges=tuple(edge for edge in scene.edges if key not in (edge.source, edge.target)),
        boxes={other: box for other, box in scene.boxes.items() if other != key},
    )


def test_a_scene_that_fits_is_shown_whole(qtbot: QtBot) -> None:
    view = make_view(qtbot, service_scene())
    assert view.seen_rect.contains(view.graph.content_rect)


def test_a_large_scene_opens_readable_with_its_target_in_view(qtbot: QtBot) -> None:
    view = make_view(qtbot, large_scene(400))
    assert view.zoom >= READABLE_ZOOM
    assert view.viewport().rect().contains(view.point_of("o0"))


def test_where_a_graph_is_too_wide_it_opens_on_its_whole_lit_path(qtbot: QtBot) -> None:
    view = make_view(qtbot, service_scene(), 920, 500)
    assert PATH_ZOOM <= view.zoom < 1
    for key in ("o1", "o2", "o3", "o9"):
        assert view.seen_rect.contains(view.graph.nodes[key].occupied)


@pytest.mark.parametrize("width", range(892, 972, 5))
def test_a_lit_path_that_fits_to_the_pixel_is_shown_from_its_root(width: int, qtbot: QtBot) -> None:
    view = make_view(qtbot, service_scene(), width, 500)
    assert PATH_ZOOM <= view.zoom < 1
    assert view.seen_rect.contains(view.graph.nodes["o1"].occupied)


def test_what_was_shown_whole_stays_whole_in_a_smaller_view(qtbot: QtBot) -> None:
    view = make_view(qtbot, hunt_scene(), 1400, 800)
    view.fit()
    view.resize(800, 400)
    assert view.seen_rect.contains(view.graph.content_rect)


def test_what_would_be_too_small_whole_opens_readable_in_a_smaller_view(qtbot: QtBot) -> None:
    view = make_view(qtbot, hunt_scene(), 1400, 800)
    view.fit()
    view.resize(900, 120)
    assert view.zoom >= HOLDER_ZOOM
    assert view.viewport().rect().contains(view.point_of("o4"))


def test_a_place_that_a_person_chose_stays_in_a_smaller_view(qtbot: QtBot) -> None:
    view = make_view(qtbot, hunt_scene(), 1400, 800)
    view.set_zoom(2.0)
    middle = view.seen_rect.center()
    view.resize(800, 400)
    apart = view.seen_rect.center() - middle
    assert view.zoom == 2.0
    assert abs(apart.x()) + abs(apart.y()) <= 2


def test_what_was_in_the_middle_stays_there_through_sizes_that_were_not_seen(qtbot: QtBot) -> None:
    view = make_view(qtbot, hunt_scene(), 900, 500)
    middle = view.seen_rect.center()
    view.hide()
    view.resize(500, 300)
    view.show()
    view.resize(900, 500)
    apart = view.seen_rect.center() - middle
    assert abs(apart.x()) + abs(apart.y()) <= 2


def test_where_the_lit_path_is_too_wide_it_opens_from_its_holder_to_its_target(qtbot: QtBot) -> None:
    view = make_view(qtbot, service_scene(), 700, 500)
    assert view.zoom >= HOLDER_ZOOM
    for key in ("o2", "o3", "o9"):
        assert view.viewport().rect().contains(view.point_of(key))


def test_what_is_too_long_even_from_its_holder_opens_readable_at_its_target(qtbot: QtBot) -> None:
    view = make_view(qtbot, service_scene(), 420, 500)
    assert view.zoom >= READABLE_ZOOM
    assert view.seen_rect.contains(view.graph.nodes["o9"].occupied)


def test_old_nodes_keep_their_items_and_places_when_new_ones_come(qtbot: QtBot) -> None:
    scene = hunt_scene()
    view = make_view(qtbot, scene)
    before = {key: (item, item.pos()) for key, item in view.graph.nodes.items()}
    view.show_scene(with_new_holder(scene))
    assert {key: (view.graph.nodes[key], view.graph.nodes[key].pos()) for key in before} == before
    assert "o77" in view.graph.nodes


def test_new_nodes_are_brought_into_view(qtbot: QtBot) -> None:
    scene = hunt_scene()
    view = make_view(qtbot, scene, 900, 420)
    view.show_scene(with_new_holder(scene))
    assert view.viewport().rect().contains(view.point_of("o77"))


def test_the_zoom_stays_when_the_graph_is_expanded(qtbot: QtBot) -> None:
    scene = hunt_scene()
    view = make_view(qtbot, scene)
    view.set_zoom(0.8)
    view.show_scene(with_new_holder(scene))
    assert view.zoom == pytest.approx(0.8)


def test_nothing_moves_when_a_node_goes(qtbot: QtBot) -> None:
    scene = hunt_scene()
    view = make_view(qtbot, scene)
    before = view.point_of("o4")
    view.show_scene(without(scene, "g2"))
    assert view.point_of("o4") == before
    assert "g2" not in view.graph.nodes


def test_the_selection_survives_an_expansion(qtbot: QtBot) -> None:
    scene = hunt_scene()
    view = make_view(qtbot, scene)
    view.select("o3")
    view.show_scene(with_new_holder(scene))
    assert view.current_key == "o3"


def test_a_selected_node_that_goes_is_no_longer_selected(qtbot: QtBot) -> None:
    scene = hunt_scene()
    view = make_view(qtbot, scene)
    view.select("g2")
    view.show_scene(without(scene, "g2"))
    assert view.current_key is None


def test_selecting_from_outside_emits_nothing(qtbot: QtBot) -> None:
    view = make_view(qtbot, hunt_scene())
    with qtbot.assertNotEmitted(view.requests.node_selected):
        view.select("o3")
    assert view.graph.nodes["o3"].state.selected


def test_moved_nodes_glide_and_arrive(qtbot: QtBot) -> None:
    scene = hunt_scene()
    view = make_view(qtbot, scene)
    view.set_motion(True)
    boxes = {**scene.boxes, "o5": replace(scene.boxes["o5"], y=-140.0)}
    with qtbot.waitSignal(view.graph.settled):
        view.show_scene(replace(scene, boxes=boxes), fit=False)
        assert view.graph.nodes["o5"].y() == scene.boxes["o5"].y
    assert view.graph.nodes["o5"].y() == -140.0


def test_offscreen_nothing_glides(qtbot: QtBot) -> None:
    scene = hunt_scene()
    view = make_view(qtbot, scene)
    boxes = {**scene.boxes, "o5": replace(scene.boxes["o5"], y=-140.0)}
    view.show_scene(replace(scene, boxes=boxes), fit=False)
    assert view.graph.nodes["o5"].y() == -140.0


def test_above_a_thousand_nodes_nothing_glides(qtbot: QtBot) -> None:
    scene = large_scene(1001)
    view = make_view(qtbot, scene)
    view.set_motion(True)
    boxes = {**scene.boxes, "o5": replace(scene.boxes["o5"], y=-140.0)}
    view.show_scene(replace(scene, boxes=boxes), fit=False)
    assert view.graph.nodes["o5"].y() == -140.0


def test_resizing_keeps_the_middle_in_the_middle(qtbot: QtBot) -> None:
    view = make_view(qtbot, hunt_scene(), 900, 500)
    before = view.to_scene(view.viewport().rect().center())
    view.resize(1200, 640)
    after = view.to_scene(view.viewport().rect().center())
    assert (after - before).manhattanLength() < 3


def test_find_dims_what_does_not_match(qtbot: QtBot) -> None:
    view = make_view(qtbot, hunt_scene())
    view.set_matches(["o5"])
    assert view.graph.nodes["o5"].opacity() == 1.0
    assert view.graph.nodes["o4"].opacity() == pytest.approx(0.35)
    view.set_matches(None)
    assert view.graph.nodes["o4"].opacity() == 1.0


def test_hidden_kinds_go_with_their_edges(qtbot: QtBot) -> None:
    view = make_view(qtbot, service_scene())
    view.set_hidden_kinds({NodeKind.FRAME})
    assert not view.graph.nodes["o5"].isVisible()
    ends = {end for r in view.graph.edges.curves for end in (r.edge.source, r.edge.target)}
    assert ends.isdisjoint({"o5", "r1"})


def test_an_expander_says_that_its_neighbours_are_looked_for(qtbot: QtBot) -> None:
    view = make_view(qtbot, hunt_scene())
    view.set_busy("o5", Side.HOLDERS)
    assert view.graph.nodes["o5"].state.busy is Part.REFERRERS
    view.set_busy(None)
    assert view.graph.nodes["o5"].state.busy is None


def test_far_away_badges_cannot_be_hit(qtbot: QtBot) -> None:
    view = make_view(qtbot, hunt_scene())
    view.set_zoom(0.4)
    item = view.graph.nodes["o5"]
    rect = item.part_rect(Part.REFERRERS)
    assert rect is not None
    inside = item.pos() + rect.center()
    inside.setY(item.y() + item.height - 2)
    assert view.graph.node_at(inside, detailed=view.is_detailed) == ("o5", Part.BODY)


def colors_in(image: QImage) -> set[str]:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(plain.constBits(), dtype=np.uint32) & 0xFFFFFF
    return {f"#{pixel:06x}" for pixel in np.unique(pixels).tolist()}


def test_another_theme_repaints_everything(qtbot: QtBot) -> None:
    view = make_view(qtbot, hunt_scene(), 812, 400)
    dark = Theme.dark()
    view.apply_theme(dark)
    colors = colors_in(view.viewport().grab().toImage())
    assert dark.color("path").name() in colors
    assert Theme.light().color("path").name() not in colors


def test_orange_is_only_on_the_lit_path(qtbot: QtBot) -> None:
    scene = service_scene()
    unlit = replace(
        scene,
        nodes=tuple(replace(node, is_on_path=False, is_holder=False) for node in scene.nodes),
        edges=tuple(replace(edge, is_on_path=False) for edge in scene.edges),
    )
    view = make_view(qtbot, unlit)
    assert view.graph.ink.path.name() not in colors_in(view.viewport().grab().toImage())


@pytest.mark.parametrize("zoom", [0.1, 0.2, 0.4, 1.0, 2.5])
def test_every_level_of_detail_paints(qtbot: QtBot, zoom: float) -> None:
    view = make_view(qtbot, service_scene())
    view.set_zoom(zoom)
    view.center_on(view.graph.nodes["o9"].rect.center())
    assert view.graph.ink.path.name() in colors_in(view.viewport().grab().toImage())


def test_a_closed_view_leaves_nothing_behind(qtbot: QtBot) -> None:
    view = GraphView(Theme.light())
    show(qtbot, view, 400, 300)
    view.show_scene(hunt_scene())
    node = weakref.ref(view.graph.nodes["o4"])
    scene = weakref.ref(view.graph)
    view.close()
    view.deleteLater()
    del view
    qtbot.waitUntil(lambda: gc.collect() >= 0 and node() is None and scene() is None)


def lit_nodes(view: GraphView) -> set[str]:
    return {key for key, item in view.graph.nodes.items() if item.node.is_on_path and item.state.lit}


def test_a_new_path_lights_up_from_its_root_to_the_target(qtbot: QtBot) -> None:
    view = make_view(qtbot, service_scene())
    view.set_motion(True)
    view.show_scene(hunt_scene())
    assert lit_nodes(view) == {"o1"}
    qtbot.waitUntil(lambda: lit_nodes(view) == {"o1", "o2", "o3", "o4"}, timeout=3000)


def test_the_same_path_is_not_lit_again(qtbot: QtBot) -> None:
    scene = hunt_scene()
    view = make_view(qtbot, scene)
    view.set_motion(True)
    view.show_scene(with_new_holder(scene))
    assert lit_nodes(view) == {"o1", "o2", "o3", "o4"}
    view.graph.stop_moving()


def test_without_motion_a_path_is_lit_at_once(qtbot: QtBot) -> None:
    assert lit_nodes(make_view(qtbot, hunt_scene())) == {"o1", "o2", "o3", "o4"}
