from __future__ import annotations

import pytest
from graph_helpers import (
    click,
    double_click,
    drag,
    hover,
    in_window,
    make_view,
    place,
    press_key,
    show,
    window_of,
)
from graph_scenes import hunt_scene, service_scene
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from refscope.gui.graph_view import GraphView
from refscope.gui.node_words import Part
from refscope.present.hops import Side


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    return make_view(qtbot, service_scene())


def test_a_click_selects_the_node_under_it(view: GraphView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.requests.node_selected) as caught:
        click(view, place(view, "o4"))
    assert caught.args == ["o4"]
    assert view.current_key == "o4"


@pytest.mark.parametrize("key", [node.key for node in service_scene().nodes])
def test_every_node_can_be_hit_where_it_is_drawn(view: GraphView, key: str) -> None:
    click(view, place(view, key))
    assert view.current_key == key


def test_a_click_never_expands(view: GraphView) -> None:
    asked = QSignalSpy(view.requests.expand_requested)
    click(view, place(view, "o4"))
    assert asked.count() == 0


def test_a_double_click_expands_the_holders_once(view: GraphView) -> None:
    asked = QSignalSpy(view.requests.expand_requested)
    double_click(view, place(view, "o4"))
    assert [asked.at(0)[0], asked.at(0)[1], asked.count()] == ["o4", Side.HOLDERS, 1]


def test_a_double_click_collapses_where_no_holders_are_left(view: GraphView) -> None:
    asked = QSignalSpy(view.requests.collapse_requested)
    double_click(view, place(view, "o3"))
    assert asked.count() == 1


def test_a_double_click_on_a_group_opens_it(view: GraphView) -> None:
    asked = QSignalSpy(view.requests.group_opened)
    double_click(view, place(view, "g1"))
    assert asked.at(0) == ["g1"]


@pytest.mark.parametrize(
    ("key", "part", "side"), [("o10", Part.REFERRERS, Side.HOLDERS), ("o10", Part.REFERENTS, Side.HELD)]
)
def test_a_click_on_an_expander_expands_its_side(
    view: GraphView, qtbot: QtBot, key: str, part: Part, side: Side
) -> None:
    with qtbot.waitSignal(view.requests.expand_requested) as caught:
        click(view, place(view, key, part))
    assert caught.args == [key, side]


def test_ctrl_and_click_on_an_expander_expands_until_root(view: GraphView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.requests.expand_until_root_requested) as caught:
        click(view, place(view, "o10", Part.REFERRERS), Qt.KeyboardModifier.ControlModifier)
    assert caught.args == ["o10"]


def test_a_double_click_on_an_expander_asks_once(view: GraphView) -> None:
    asked = QSignalSpy(view.requests.expand_requested)
    collapsed = QSignalSpy(view.requests.collapse_requested)
    point = place(view, "o10", Part.REFERRERS)
    click(view, point)
    double_click(view, point)
    assert collapsed.count() == 0
    assert {asked.at(at)[0] for at in range(asked.count())} == {"o10"}


def test_every_target_of_a_click_is_at_least_24_pixels(view: GraphView) -> None:
    for item in view.graph.nodes.values():
        for part in Part:
            rect = item.part_rect(part)
            if rect is not None:
                assert min(rect.width(), rect.height()) >= 24


def test_a_click_on_the_holder_badge_asks_for_its_advice(view: GraphView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.requests.holder_clicked) as caught:
        click(view, place(view, "o2", Part.HOLDER))
    assert caught.args == ["o2"]


def test_a_click_on_the_globals_badge_opens_its_list(view: GraphView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.requests.globals_opened) as caught:
        click(view, place(view, "o1", Part.GLOBALS))
    assert caught.args == ["o1"]


def test_a_click_on_an_edge_selects_it(view: GraphView, qtbot: QtBot) -> None:
    curve = next(r for r in view.graph.edges.curves if r.edge.source == "r1")
    (x0, y0), (x1, _) = curve.start, curve.end
    point = view.mapFromScene(QPointF((x0 + x1) / 2, y0))
    with qtbot.waitSignal(view.requests.edge_selected) as caught:
        click(view, in_window(view, point))
    assert caught.args == ["r1", "o4"]


def test_dragging_a_node_moves_and_pins_it(view: GraphView, qtbot: QtBot) -> None:
    before = view.place_of("o5")
    with qtbot.waitSignal(view.requests.pin_requested) as caught:
        drag(view, place(view, "o5"), QPoint(60, 40))
    key, x, y = caught.args
    assert key == "o5"
    assert x == pytest.approx(before[0] + 60 / view.zoom, abs=1.5)
    assert y == pytest.approx(before[1] + 40 / view.zoom, abs=1.5)


def test_edges_follow_a_dragged_node(view: GraphView) -> None:
    drag(view, place(view, "o5"), QPoint(60, 40), release=False)
    curve = next(r for r in view.graph.edges.curves if r.edge.source == "o5")
    item = view.graph.nodes["o5"]
    assert curve.start == pytest.approx((item.x() + item.width, item.y() + item.height / 2))


def test_esc_puts_a_dragged_node_back(view: GraphView) -> None:
    pinned = QSignalSpy(view.requests.pin_requested)
    before = view.place_of("o5")
    view.setFocus()
    start = place(view, "o5")
    drag(view, start, QPoint(60, 40), release=False)
    press_key(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(window_of(view), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    assert view.place_of("o5") == before
    assert pinned.count() == 0


def test_dragging_the_ground_pans(view: GraphView) -> None:
    before = view.point_of("o5")
    drag(view, in_window(view, QPoint(30, 30)), QPoint(50, 20))
    assert view.point_of("o5") - before == QPoint(50, 20)


def test_dragging_with_shift_selects_by_rectangle(view: GraphView) -> None:
    top_left = view.point_of("o6") - QPoint(140, 40)
    bottom_right = view.point_of("o8") + QPoint(140, 40)
    drag(view, in_window(view, top_left), bottom_right - top_left, Qt.KeyboardModifier.ShiftModifier)
    assert set(view.selected_keys) == {"o6", "o8"}


def wheel(view: GraphView, point: QPoint, turn: int, modifiers: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        QPointF(point), QPointF(view.viewport().mapToGlobal(point)), QPoint(), QPoint(0, turn),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_the_wheel_scrolls(view: GraphView) -> None:
    before = view.point_of("o5")
    wheel(view, QPoint(200, 200), -120, Qt.KeyboardModifier.NoModifier)
    assert view.point_of("o5").y() < before.y()


def test_the_wheel_with_ctrl_zooms_at_the_pointer(view: GraphView) -> None:
    point = view.point_of("o5")
    before = view.zoom
    wheel(view, point, 120, Qt.KeyboardModifier.ControlModifier)
    moved = view.point_of("o5") - point
    assert view.zoom == pytest.approx(before * 1.2, rel=0.01)
    assert moved.manhattanLength() <= 2


@pytest.mark.parametrize(("turn", "limit"), [(120, 4.0), (-120, 0.1)])
def test_the_zoom_stays_between_a_tenth_and_four(view: GraphView, turn: int, limit: float) -> None:
    for _ in range(40):
        wheel(view, QPoint(300, 300), turn, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == pytest.approx(limit)


def test_hovering_a_node_turns_its_edges_blue(view: GraphView) -> None:
    hover(view, place(view, "o4"))
    hot = {view.graph.edges.curves[at].edge.source for at in view.graph.edges._hot}
    assert hot == {"r1", "o4"}


def test_a_tooltip_comes_for_the_node_that_is_hovered(view: GraphView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.tip_shown):
        hover(view, place(view, "o4"))
    assert view.tooltip.isVisible()
    assert view.rect().contains(view.tooltip.geometry())


def test_a_press_hides_the_tooltip(view: GraphView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.tip_shown):
        hover(view, place(view, "o4"))
    click(view, place(view, "o4"))
    assert not view.tooltip.isVisible()


def right_click(view: GraphView, point: QPoint) -> None:
    QTest.mouseMove(window_of(view), point)
    QTest.mouseClick(window_of(view), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, point)


def menu_words(view: GraphView) -> list[str]:
    assert view.menu is not None
    return [action.text().split("\t")[0] for action in view.menu.actions() if action.text()]


def test_the_context_menu_of_a_node_has_what_the_design_lists(view: GraphView) -> None:
    right_click(view, place(view, "o11"))
    words = menu_words(view)
    wanted = [
        "Expand who holds it", "Expand what it holds", "Expand until root", "Make this the target",
        "What if this is cut…", "Pin here", "Hide", "Hide all of type list", "Group alike", "Show in Types",
        "Open source", "Copy expression", "Copy address", "Copy repr", "Export graph…",
    ]  # fmt: skip
    assert [word for word in wanted if word not in words] == []


def test_choosing_in_the_context_menu_acts_on_its_node(view: GraphView, qtbot: QtBot) -> None:
    right_click(view, place(view, "o11"))
    assert view.menu is not None
    with qtbot.waitSignal(view.requests.hide_type_requested) as caught:
        next(action for action in view.menu.actions() if action.objectName() == "hide_type").trigger()
    assert caught.args == ["list"]


def test_the_ground_has_a_menu_of_its_own(view: GraphView) -> None:
    view.settings.hidden = 7
    right_click(view, in_window(view, QPoint(20, 20)))
    assert menu_words(view) == [
        "Fit", "Tidy", "Show hidden (7)", "Weak references", "Legend", "Mini-map", "Export graph…",
    ]  # fmt: skip


def test_an_edge_has_a_menu_that_offers_to_cut_it(view: GraphView, qtbot: QtBot) -> None:
    curve = next(r for r in view.graph.edges.curves if r.edge.source == "r1")
    point = view.mapFromScene(QPointF((curve.start[0] + curve.end[0]) / 2, curve.start[1]))
    right_click(view, in_window(view, point))
    assert view.menu is not None
    with qtbot.waitSignal(view.requests.what_if_requested) as caught:
        view.menu.actions()[0].trigger()
    assert caught.args == ["r1", "o4"]


def test_pan_and_zoom_leave_expanders_where_they_are_drawn(qtbot: QtBot) -> None:
    view = show(qtbot, make_view(qtbot, hunt_scene(), 812, 500), 812, 500)
    view.set_zoom(0.8)
    view.pan(QPoint(35, -20))
    with qtbot.waitSignal(view.requests.expand_requested) as caught:
        click(view, place(view, "o5", Part.REFERRERS))
    assert caught.args == ["o5", Side.HOLDERS]
