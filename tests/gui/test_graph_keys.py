from __future__ import annotations

from dataclasses import replace

import pytest
from graph_helpers import make_view, place, press_key, show
from graph_scenes import hunt_scene, service_scene
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from refscope.gui import graph_walk
from refscope.gui.actions import ACTIONS as WINDOW_ACTIONS
from refscope.gui.actions import ActionSpec, plain_text
from refscope.gui.graph_actions import ACTIONS, DEFAULT_KEYS
from refscope.gui.graph_panel import GraphPanel
from refscope.gui.graph_view import GraphView
from refscope.gui.theme import Theme
from refscope.present.hops import Side

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
Key = Qt.Key


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    view = make_view(qtbot, service_scene())
    view.setFocus()
    view.select("o9")
    return view


@pytest.mark.parametrize(
    ("key", "modifiers", "signal", "args"),
    [
        (Key.Key_Return, NONE, "expand_requested", ["o9", Side.HOLDERS]),
        (Key.Key_Return, SHIFT, "expand_requested", ["o9", Side.HELD]),
        (Key.Key_Backspace, NONE, "collapse_requested", ["o9"]),
        (Key.Key_R, NONE, "expand_until_root_requested", ["o9"]),
        (Key.Key_T, NONE, "target_requested", ["o9"]),
        (Key.Key_W, NONE, "what_if_requested", ["", "o9"]),
        (Key.Key_P, NONE, "pin_requested", ["o9", 864.0, 0.0]),
        (Key.Key_Delete, NONE, "hide_requested", [["o9"]]),
        (Key.Key_Delete, SHIFT, "hide_type_requested", ["order_service.RequestAudit"]),
        (Key.Key_G, NONE, "group_requested", ["o9"]),
        (Key.Key_BracketRight, NONE, "next_path_requested", []),
        (Key.Key_BracketLeft, NONE, "previous_path_requested", []),
        (Key.Key_L, NONE, "tidy_requested", []),
        (Key.Key_C, CTRL, "copy_requested", ["o9", "expression"]),
        (Key.Key_C, CTRL | SHIFT, "copy_requested", ["o9", "text"]),
    ],
)
def test_each_key_asks_for_its_action(
    view: GraphView, key: Qt.Key, modifiers: Qt.KeyboardModifier, signal: str, args: list[object]
) -> None:
    asked = QSignalSpy(getattr(view.requests, signal))
    press_key(view, key, modifiers)
    assert asked.count() == 1
    assert asked.at(0) == args


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        ("o9", Key.Key_Left, "o3"),  # the lit path goes before nearer nodes
        ("o3", Key.Key_Right, "o9"),
        ("o9", Key.Key_Right, "o10"),
        ("o10", Key.Key_Down, "o11"),
        ("o11", Key.Key_Up, "o10"),
        ("o11", Key.Key_Home, "o9"),
        ("o9", Key.Key_End, "o1"),
    ],
)
def test_arrows_walk_the_graph(view: GraphView, start: str, key: Qt.Key, end: str) -> None:
    view.select(start)
    press_key(view, key)
    assert view.current_key == end


def test_an_arrow_key_enters_a_graph_where_nothing_is_selected(view: GraphView) -> None:
    view.select(None)
    press_key(view, Key.Key_Left)
    assert view.current_key == "o9"


def test_every_node_can_be_reached_by_arrows(view: GraphView) -> None:
    scene = view.shown
    steps = (graph_walk.holder_key, graph_walk.held_key, graph_walk.above_key, graph_walk.below_key)
    reached, frontier = {"o9"}, ["o9"]
    while frontier:
        key = frontier.pop()
        for step in steps:
            other = step(scene, key)
            if other is not None and other not in reached:
                reached.add(other)
                frontier.append(other)
    assert reached == {node.key for node in scene.nodes}


def test_a_node_reached_by_key_is_in_view(qtbot: QtBot) -> None:
    view = make_view(qtbot, service_scene(), 500, 300)
    view.setFocus()
    view.set_zoom(1.5)
    view.select("o9")
    press_key(view, Key.Key_End)
    assert view.viewport().rect().contains(view.point_of("o1"))


def test_plus_and_minus_zoom_and_zero_fits(view: GraphView) -> None:
    press_key(view, Key.Key_0)
    fit = view.zoom
    press_key(view, Key.Key_Plus)
    assert view.zoom > fit
    press_key(view, Key.Key_Minus)
    press_key(view, Key.Key_Minus)
    assert view.zoom < fit
    press_key(view, Key.Key_0)
    assert view.zoom == pytest.approx(fit)


def test_space_opens_the_large_tooltip_and_closes_it(view: GraphView) -> None:
    press_key(view, Key.Key_Space)
    assert view.tooltip.isVisible()
    press_key(view, Key.Key_Space)
    assert not view.tooltip.isVisible()


@pytest.mark.parametrize(("key", "modifiers"), [(Key.Key_Menu, NONE), (Key.Key_F10, SHIFT)])
def test_the_menu_key_opens_the_menu_of_the_selected_node(
    view: GraphView, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    press_key(view, key, modifiers)
    assert view.menu is not None
    assert view.menu.isVisible()
    view.menu.close()


def test_pinned_nodes_are_unpinned_by_the_same_key(view: GraphView) -> None:
    asked = QSignalSpy(view.requests.unpin_requested)
    view.select("r1")
    press_key(view, Key.Key_P)
    assert asked.at(0) == ["r1"]


def test_tab_leaves_the_graph(qtbot: QtBot) -> None:
    holder, after = QWidget(), QLineEdit()
    layout = QVBoxLayout(holder)
    view = GraphView(Theme.light())
    layout.addWidget(view)
    layout.addWidget(after)
    show(qtbot, holder)
    view.show_scene(hunt_scene())
    view.setFocus()
    press_key(view, Key.Key_Tab)
    assert after.hasFocus()


def test_no_key_stands_for_two_actions() -> None:
    keys = [key for action in ACTIONS.values() for key in action.keys]
    assert sorted(keys) == sorted(DEFAULT_KEYS)


def test_the_view_says_the_selected_node_to_a_screen_reader(view: GraphView) -> None:
    press_key(view, Key.Key_Left)
    said = view.accessibleDescription()
    assert said == (
        "RequestAudit.on_finished, function, 64 B, held by request_finished.receivers through [5368…], "
        "on the path to root, 3 of 4"
    )


def test_the_selection_ring_is_drawn_where_the_selection_is(view: GraphView) -> None:
    view.select("o5")
    picture = view.viewport().grab().toImage()
    point = view.viewport().mapFrom(view.window(), place(view, "o5"))
    reach = round((view.graph.nodes["o5"].height / 2 + 5) * view.zoom)
    column = [picture.pixelColor(point.x() - 40, point.y() - reach + dy).name() for dy in range(-2, 3)]
    assert view.graph.ink.accent.name() in column


def many(qtbot: QtBot) -> GraphPanel:
    """A panel whose scene has a group of 1,240, selected."""
    panel = show(qtbot, GraphPanel(Theme.light()), 1200, 700)
    scene = service_scene()
    nodes = tuple(replace(node, count=1240) if node.key == "g1" else node for node in scene.nodes)
    panel.show_scene(replace(scene, nodes=nodes))
    panel.view.setFocus()
    panel.view.select("g1")
    return panel


@pytest.mark.parametrize(("answer", "signal"), [("add", "group_requested"), ("table", "group_opened")])
def test_taking_a_group_of_hundreds_apart_is_asked_in_place(qtbot: QtBot, answer: str, signal: str) -> None:
    panel = many(qtbot)
    at_once = QSignalSpy(panel.requests.group_requested)
    press_key(panel.view, Key.Key_G)
    assert panel.many.isVisible()
    assert panel.many.accessibleName().startswith("This adds 1,240 nodes.")
    assert at_once.count() == 0
    with qtbot.waitSignal(getattr(panel.requests, signal)) as asked:
        getattr(panel.many, answer).click()
    assert asked.args == ["g1"]
    assert not panel.many.isVisible()


def test_escape_leaves_a_group_of_hundreds_as_it_is(qtbot: QtBot) -> None:
    panel = many(qtbot)
    press_key(panel.view, Key.Key_G)
    press_key(panel.view, Key.Key_Escape)
    assert not panel.many.isVisible()
    assert panel.view.hasFocus()


GRAPH_SPECS = [spec for spec in WINDOW_ACTIONS if spec.key.startswith("graph_")]


@pytest.mark.parametrize("spec", GRAPH_SPECS, ids=lambda spec: spec.key)
def test_the_menu_of_the_window_says_what_the_graph_says(spec: ActionSpec) -> None:
    action = ACTIONS[spec.key.removeprefix("graph_")]
    assert plain_text(spec) == action.text
    shown = {"Return": "Enter", "Shift+Return": "Shift+Enter"}
    keys = [shown.get(key, key) for key in action.keys[:1]]
    assert spec.hint == (keys or [""])[0]
    assert not keys or not spec.shortcut
    assert action.of_window == (spec.key if spec.shortcut else "")


def test_everything_in_the_nodes_menu_is_in_the_menu_of_the_window(view: GraphView) -> None:
    press_key(view, Key.Key_Menu)
    assert view.menu is not None
    names = {f"graph_{action.objectName()}" for action in view.menu.actions() if action.objectName()}
    view.menu.close()
    assert names - {"graph_export"} <= {spec.key for spec in GRAPH_SPECS}
