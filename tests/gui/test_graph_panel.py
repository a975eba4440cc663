from __future__ import annotations

from dataclasses import replace

import pytest
from graph_helpers import press_key, show
from graph_scenes import hunt_scene, large_scene, service_scene
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from refscope.gui.breadcrumb import Crumb
from refscope.gui.graph_banner import as_html
from refscope.gui.graph_panel import GraphPanel
from refscope.gui.graph_places import GraphFacts, Hidden
from refscope.gui.graph_rows import rows_of
from refscope.gui.graph_table import GraphTable
from refscope.gui.state_values import MessageState
from refscope.gui.theme import Theme, wear
from refscope.present.hops import Side
from refscope.present.scene import NodeKind, Scene


@pytest.fixture
def panel(qtbot: QtBot) -> GraphPanel:
    return show(qtbot, GraphPanel(Theme.light()), 1440, 800)


def click(widget: QPushButton) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_an_empty_panel_says_what_to_do(panel: GraphPanel) -> None:
    assert panel.states.shown == "message"
    assert not panel.header.export.isEnabled()


def test_a_scene_takes_the_place_of_the_empty_state(panel: GraphPanel) -> None:
    panel.show_scene(hunt_scene())
    assert panel.states.shown == "content"
    assert panel.header.export.isEnabled()
    assert panel.banner.isVisible()
    assert panel.banner.text.startswith("123 ResourceLoader are reached through mindmeld.components.nlp.")


def test_a_low_panel_gives_the_banners_room_to_the_graph(panel: GraphPanel) -> None:
    panel.show_scene(hunt_scene())
    assert panel.banner.isVisible()
    panel.resize(900, 150)
    assert not panel.banner.isVisible()
    assert panel.view.height() > 100
    panel.resize(900, 500)
    assert panel.banner.isVisible()


def test_in_the_smallest_window_two_rows_are_whole_and_readable(panel: GraphPanel) -> None:
    panel.resize(900, 256)  # what a window of 900×600 gives the panel
    scene = replace(large_scene(5, per_column=2), banner=hunt_scene().banner)
    assert len({box.y for box in scene.boxes.values()}) == 2
    panel.show_scene(scene)
    assert panel.banner.isVisible()
    seen = panel.view.seen_rect
    for item in panel.view.graph.nodes.values():
        assert seen.contains(item.occupied)
    assert panel.view.zoom >= 0.8


def test_the_strip_takes_room_from_the_graph_only_where_it_stands(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.show_scene(large_scene(5, per_column=2))
    qtbot.waitUntil(panel.strip.isVisible)
    assert panel.view.bottom_inset > 0
    middle = panel.view.seen_rect.center().y()
    content = panel.view.graph.content_rect.center().y()
    assert content == pytest.approx(middle - panel.view.bottom_inset / 2 / panel.view.zoom, abs=2)
    panel.resize(900, 256)
    qtbot.waitUntil(panel.strip.isHidden)
    assert panel.view.bottom_inset == 0
    assert panel.view.graph.content_rect.center().y() == pytest.approx(
        panel.view.seen_rect.center().y(), abs=2
    )


def test_an_error_takes_the_place_of_the_graph(panel: GraphPanel) -> None:
    panel.show_scene(hunt_scene())
    panel.show_message(MessageState("The copy behind freeze A is gone"))
    assert panel.states.shown == "message"
    panel.show_scene(hunt_scene())
    assert panel.states.shown == "content"


def test_the_banner_escapes_what_a_target_wrote() -> None:
    text = as_html("2 <b>X</b> are reached through **a.<i>b</i>**, a global.", "#123456")
    assert "<i>" not in text
    assert "<b>2 &lt;b&gt;X&lt;/b&gt;</b>" in text
    assert '<b style="color:#123456">a.&lt;i&gt;b&lt;/i&gt;</b>' in text


def test_undo_names_its_step_and_rests_without_one(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.set_history("expand", None)
    assert panel.header.undo.toolTip() == "Undo expand (Ctrl+Z)"
    assert not panel.header.redo.isEnabled()
    with qtbot.waitSignal(panel.requests.undo_requested):
        QTest.mouseClick(panel.header.undo, Qt.MouseButton.LeftButton)


def test_in_a_window_of_1280_no_button_of_the_header_is_squeezed(panel: GraphPanel) -> None:
    wear(panel, Theme.light())
    panel.setMinimumWidth(1)  # as in a dock: not what its row would like
    panel.resize(650, 500)
    QApplication.processEvents()
    panel.show_scene(hunt_scene())
    header = panel.header
    assert header.width() == 650
    assert header.depth_box.isVisible()
    assert header.view.width() >= header.view.sizeHint().width()
    for button in (header.undo, header.redo):
        assert button.width() >= button.iconSize().width() + 2 * 3, button.accessibleName()
    assert header.export.geometry().right() <= header.width()
    for button in (header.tidy, header.fit, header.export):
        assert button.width() >= button.iconSize().width() + 2 * 7, button.accessibleName()


def test_the_switch_asks_for_the_raw_view_and_follows_silently(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.show_scene(hunt_scene())
    with qtbot.waitSignal(panel.requests.raw_changed) as caught:
        click(panel.header.view.button("raw"))
    assert caught.args == [True]
    with qtbot.assertNotEmitted(panel.requests.raw_changed):
        panel.set_facts(GraphFacts(is_raw=False))
    assert panel.header.view.current == "folded"


def test_depth_and_siblings_are_asked_for_by_hand_only(panel: GraphPanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.requests.siblings_changed):
        panel.set_limits(15, 30)
    panel.header.siblings_box.setFocus()
    with qtbot.waitSignal(panel.requests.siblings_changed) as caught:
        QTest.keyClick(panel.header.siblings_box, Qt.Key.Key_Down)
    assert caught.args == [50]


def test_a_hidden_type_can_be_shown_again(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.set_hidden(Hidden((("app.models.Order", 3), ("list", 9))))
    assert panel.header.hidden.text() == "2 types"
    menu = panel.header.hidden.menu()
    assert [action.text() for action in menu.actions()] == ["Order  ×3", "list  ×9", "", "Show all"]
    assert not menu.actions()[0].icon().isNull()
    with qtbot.waitSignal(panel.requests.unhide_type_requested) as caught:
        menu.actions()[0].trigger()
    assert caught.args == ["app.models.Order"]


def test_hidden_references_and_single_nodes_can_be_shown_again(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.set_hidden(Hidden((), (".parent",), 2))
    assert panel.header.hidden.text() == "2 hidden"
    assert panel.view.settings.hidden == 2
    by_parent, nodes = panel.header.hidden.menu().actions()[:2]
    assert (by_parent.text(), nodes.text()) == ("references .parent", "2 single nodes")
    with qtbot.waitSignal(panel.requests.unhide_edges_requested) as caught:
        by_parent.trigger()
    assert caught.args == [".parent"]
    with qtbot.waitSignal(panel.requests.unhide_objects_requested):
        nodes.trigger()


def test_the_corner_says_which_freeze_and_how_much_of_it(panel: GraphPanel) -> None:
    panel.set_facts(GraphFacts("B", 14, pinned=1, groups=2))
    assert panel.corner.text() == "Freeze B, 14 nodes, 1 pinned, 2 groups"
    panel.set_facts(GraphFacts())
    assert panel.corner.text() == ""


def test_looking_for_references_is_said_when_it_takes_long(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.show_scene(hunt_scene())
    panel.set_asking(True)
    assert panel.busy.isHidden()
    qtbot.waitUntil(panel.busy.isVisible)
    with qtbot.waitSignal(panel.work_cancelled):
        QTest.mouseClick(panel.busy.cancel, Qt.MouseButton.LeftButton)
    panel.set_asking(False)
    assert panel.busy.isHidden()


def test_what_is_quick_says_nothing(panel: GraphPanel) -> None:
    panel.show_scene(hunt_scene())
    panel.set_asking(True)
    panel.set_asking(False)
    assert not panel.busy._timer.isActive()
    assert panel.busy.isHidden()


def test_the_legend_is_offered_only_where_it_covers_no_node(qtbot: QtBot) -> None:
    roomy = show(qtbot, GraphPanel(Theme.light()), 1440, 900)
    roomy.show_scene(hunt_scene())
    assert roomy.offer_legend()
    assert roomy.legend.isVisible()
    tight = show(qtbot, GraphPanel(Theme.light()), 700, 420)
    tight.show_scene(service_scene())
    assert not tight.offer_legend()
    assert not tight.legend.isVisible()


def test_an_offered_legend_gives_way_to_a_graph_that_lies_under_it(qtbot: QtBot) -> None:
    panel = show(qtbot, GraphPanel(Theme.light()), 1440, 900)
    panel.show_scene(hunt_scene())
    assert panel.offer_legend()
    panel.withdraw_legend()
    assert panel.legend.isVisible()
    panel.resize(1000, 420)
    panel.show_scene(service_scene())
    panel.withdraw_legend()
    assert not panel.legend.isVisible()
    panel.set_legend_shown(True)  # asked for
    panel.withdraw_legend()
    assert panel.legend.isVisible()


def test_the_export_menu_offers_every_format(panel: GraphPanel, qtbot: QtBot) -> None:
    menu = panel.header.export.menu()
    assert [action.text() for action in menu.actions()] == [
        "SVG", "PNG", "PDF", "DOT", "GraphML", "GEXF", "JSON", "Mermaid",
    ]  # fmt: skip
    with qtbot.waitSignal(panel.requests.export_requested) as caught:
        menu.actions()[4].trigger()
    assert caught.args == ["graphml"]


def test_the_next_path_is_a_click_away_where_there_are_several(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.show_scene(hunt_scene())
    panel.set_paths(1, 4)
    link = next(b for b in panel.banner.findChildren(QPushButton) if b.text() == "Path 1 of 4, next ]")
    with qtbot.waitSignal(panel.requests.next_path_requested):
        click(link)
    panel.set_paths(1, 1)
    assert not link.isVisible()


def test_find_counts_dims_and_goes_round(panel: GraphPanel) -> None:
    panel.show_scene(hunt_scene())
    panel.start_find()
    QTest.keyClicks(panel.header.find_field, "processor")
    assert panel.header.found.text() == "4 found"
    assert panel.view.graph.nodes["o4"].opacity() < 1
    for _ in range(5):
        press_key(panel.header.find_field, Qt.Key.Key_Return)
    assert panel.header.found.text() == "1 of 4"
    assert panel.view.current_key == "o2"


def test_esc_in_find_brings_the_graph_back(panel: GraphPanel) -> None:
    panel.show_scene(hunt_scene())
    panel.start_find()
    QTest.keyClicks(panel.header.find_field, "zzz")
    press_key(panel.header.find_field, Qt.Key.Key_Escape)
    assert panel.view.graph.nodes["o4"].opacity() == 1
    assert panel.view.hasFocus()


def test_the_find_field_shows_itself_when_asked_for_in_a_narrow_panel(qtbot: QtBot) -> None:
    panel = show(qtbot, GraphPanel(Theme.light()), 780, 500)
    panel.show_scene(hunt_scene())
    assert not panel.header.find_field.isVisible()
    panel.start_find()
    assert panel.header.find_field.isVisible()
    assert panel.header.minimumSizeHint().width() <= 780


def test_the_mini_map_comes_only_where_it_helps(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.show_scene(hunt_scene())
    assert not panel.minimap.isVisible()
    panel.show_scene(large_scene(80))
    qtbot.waitUntil(panel.minimap.isVisible)
    panel.set_minimap_wanted(False)
    assert not panel.minimap.isVisible()


def test_the_mini_map_comes_when_content_leaves_the_view(panel: GraphPanel) -> None:
    panel.show_scene(hunt_scene())
    panel.view.set_zoom(3.0)
    assert panel.minimap.isVisible()


def test_the_legend_hides_a_kind_and_shows_it_again(panel: GraphPanel) -> None:
    panel.show_scene(service_scene())
    panel.set_legend_shown(True)
    click(panel.legend.button(NodeKind.FRAME))
    assert not panel.view.graph.nodes["o5"].isVisible()
    click(panel.legend.button(NodeKind.FRAME))
    assert panel.view.graph.nodes["o5"].isVisible()


def test_closing_the_legend_is_told(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.show_scene(hunt_scene())
    panel.set_legend_shown(True)
    with qtbot.waitSignal(panel.legend_changed) as caught:
        panel.legend.closed.emit()
    assert caught.args == [False]
    assert not panel.legend.isVisible()


@pytest.mark.parametrize(("width", "height"), [(480, 420), (780, 520), (1280, 640), (1900, 1200)])
def test_overlays_stay_inside_the_view(qtbot: QtBot, width: int, height: int) -> None:
    panel = show(qtbot, GraphPanel(Theme.light()), width, height)
    panel.show_scene(large_scene(80))
    panel.set_legend_shown(True)
    for overlay in (panel.legend, panel.minimap):
        assert not overlay.isVisible() or panel.view.rect().contains(overlay.geometry())
    if panel.minimap.isVisible():
        assert not panel.legend.geometry().intersects(panel.minimap.geometry())


def test_the_legend_and_the_strip_are_never_both_there(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.show_scene(hunt_scene())
    panel.set_legend_shown(True)
    panel.hide()  # another tab is in front
    panel.show_scene(hunt_scene())
    qtbot.waitUntil(lambda: not panel._overlay_timer.isActive())
    panel.show()
    assert panel.legend.isVisible()
    assert not panel.strip.isVisible()


def test_a_part_of_the_breadcrumb_leads_back(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.set_breadcrumb([Crumb("suspects", "Suspects"), Crumb("t", "RequestAudit ×600"), Crumb("o", "0x7f")])
    link = next(b for b in panel.header.breadcrumb.findChildren(QPushButton) if b.text() == "Suspects")
    with qtbot.waitSignal(panel.requests.breadcrumb_clicked) as caught:
        click(link)
    assert caught.args == ["suspects"]


def test_a_drag_on_the_mini_map_moves_the_view(panel: GraphPanel, qtbot: QtBot) -> None:
    panel.show_scene(large_scene(400))
    qtbot.waitUntil(panel.minimap.isVisible)
    wanted = panel.view.graph.nodes["o250"].rect.center()
    point = panel.minimap.to_map(wanted).toPoint()
    QTest.mouseClick(panel.minimap, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    assert panel.view.seen_rect.contains(wanted)


def test_the_mini_map_knows_its_way_back(panel: GraphPanel) -> None:
    panel.show_scene(large_scene(80))
    point = QPointF(-321.0, 77.0)
    back = panel.minimap.to_scene(panel.minimap.to_map(point))
    assert (back - point).manhattanLength() < 1e-6


def test_rows_begin_with_the_lit_path_from_the_root_down() -> None:
    rows = rows_of(service_scene())
    assert [(row.step, row.source, row.target) for row in rows[:3]] == [
        ("path 1 of 3", "o1", "o2"),
        ("path 2 of 3", "o2", "o3"),
        ("path 3 of 3", "o3", "o9"),
    ]
    assert len(rows) == len(service_scene().edges)


def test_rows_say_how_far_a_reference_is_from_the_target() -> None:
    steps = {(row.source, row.target): row.step for row in rows_of(service_scene())}
    assert steps["o4", "o9"] == "1 away"
    assert steps["r1", "o4"] == "2 away"
    assert steps["o9", "o10"] == "held, 1 away"


def test_a_lonely_target_is_a_row_too() -> None:
    node = next(node for node in hunt_scene().nodes if node.is_target)
    rows = rows_of(Scene((node,), (), {node.key: hunt_scene().boxes[node.key]}))
    assert [(row.step, row.held) for row in rows] == [("target", "ResourceLoader, target")]


@pytest.fixture
def table(panel: GraphPanel, qtbot: QtBot) -> GraphTable:
    panel.show_scene(service_scene())
    table = show(qtbot, GraphTable(panel.view), 900, 500)
    table.show_scene(service_scene())
    return table


def test_the_table_is_a_sound_model(table: GraphTable) -> None:
    tester = QAbstractItemModelTester(table.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.show_scene(hunt_scene())
    assert tester.model() is table.model
    assert table.model.rowCount() == len(hunt_scene().edges)


def test_choosing_a_row_selects_its_holder(table: GraphTable, panel: GraphPanel) -> None:
    chosen = QSignalSpy(panel.requests.node_selected)
    rect = table.table.visualRect(table.model.index(3, 1))
    QTest.mouseClick(
        table.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rect.center()
    )
    assert chosen.at(0) == [table.model.rows[3].source]


def test_the_table_follows_the_graph_without_a_signal(table: GraphTable, panel: GraphPanel) -> None:
    chosen = QSignalSpy(panel.requests.node_selected)
    table.select("o4")
    assert table.current_key == "o4"
    assert chosen.count() == 0


def test_the_selection_of_the_table_survives_another_scene(table: GraphTable) -> None:
    table.select("o4")
    table.show_scene(service_scene())
    assert table.current_key == "o4"


@pytest.mark.parametrize(
    ("key", "signal", "args"),
    [
        (Qt.Key.Key_Return, "expand_requested", ["o4", Side.HOLDERS]),
        (Qt.Key.Key_R, "expand_until_root_requested", ["o4"]),
        (Qt.Key.Key_T, "target_requested", ["o4"]),
    ],
)
def test_the_keys_of_the_graph_act_in_the_table(
    table: GraphTable, panel: GraphPanel, key: Qt.Key, signal: str, args: list[object]
) -> None:
    table.select("o4")
    asked = QSignalSpy(getattr(panel.requests, signal))
    QTest.keyClick(table.table, key)
    assert asked.at(0) == args


def test_rows_are_copied_as_text(table: GraphTable) -> None:
    table.select("o3")
    assert table.selected_text().splitlines() == [
        "Step\tHolder\tHow\tHeld\tSize\tRoot",
        "path 3 of 3\tRequestAudit.on_finished\t__self__\tRequestAudit, target\t61.2 KiB\tno",
    ]


def test_the_table_and_the_view_have_names_for_screen_readers(table: GraphTable, panel: GraphPanel) -> None:
    assert table.table.accessibleName()
    assert panel.view.accessibleName()
    for button in panel.header.findChildren(QPushButton):
        assert button.accessibleName() or button.text()


def test_the_view_keeps_its_content_in_place_when_it_is_dragged_by_the_map(panel: GraphPanel) -> None:
    panel.show_scene(hunt_scene())
    panel.view.set_zoom(2.0)
    before = panel.view.point_of("o3") - panel.view.point_of("o2")
    panel.view.pan(QPoint(70, 30))
    assert panel.view.point_of("o3") - panel.view.point_of("o2") == before


def test_heads_stay_in_view_when_the_graph_is_panned_up(panel: GraphPanel) -> None:
    panel.show_scene(service_scene())
    assert not panel.heads.isVisible()
    top = panel.view.mapFromScene(panel.view.graph.heads.boundingRect().topLeft()).y()
    panel.view.pan(QPoint(0, -top - 60))
    assert panel.heads.isVisible()
    box = panel.view.shown.boxes["o9"]
    left = panel.view.mapFromScene(QPointF(box.x, box.y)).x()
    assert ("TARGET", left) in [(title, x) for title, x, _ in panel.heads.shown]
    panel.view.pan(QPoint(0, top + 60))
    assert not panel.heads.isVisible()


def test_a_head_whose_columns_are_out_of_view_is_not_shown(panel: GraphPanel) -> None:
    panel.show_scene(service_scene())
    panel.view.pan(QPoint(-900, -400))
    assert [title for title, _, _ in panel.heads.shown] == ["TARGET", "WHAT IT HOLDS"]
