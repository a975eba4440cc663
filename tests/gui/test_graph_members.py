from __future__ import annotations

import pytest
from graph_helpers import show
from graph_scenes import hunt_scene, service_scene
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from refscope.gui.graph_panel import GraphPanel
from refscope.gui.theme import Theme
from refscope.present.scene import NodeKind, VisibleNode


def members(first: int, count: int) -> list[VisibleNode]:
    return [
        VisibleNode(f"o{at}", NodeKind.FUNCTION, f"handler_{at}", "bound method", "method", at, size_bytes=64)
        for at in range(first, first + count)
    ]


@pytest.fixture
def panel(qtbot: QtBot) -> GraphPanel:
    panel = show(qtbot, GraphPanel(Theme.light()), 1200, 700)
    panel.show_scene(service_scene())
    panel.show_members("g1", "599 bound methods", members(100, 200), 599)
    return panel


def test_a_group_opens_to_a_list_inside_the_view(panel: GraphPanel) -> None:
    assert panel.members.isVisible()
    assert panel.view.rect().contains(panel.members.geometry())
    assert panel.members.model.rowCount() == 200


def test_the_list_is_a_sound_model(panel: GraphPanel) -> None:
    tester = QAbstractItemModelTester(
        panel.members.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    panel.members.add(members(300, 50))
    assert tester.model() is panel.members.model
    assert panel.members.model.rowCount() == 250


def test_searching_leaves_what_matches(panel: GraphPanel) -> None:
    QTest.keyClicks(panel.members.search, "ER_15")
    assert panel.members.table.model().rowCount() == 10


def test_a_row_is_chosen_by_keys(panel: GraphPanel, qtbot: QtBot) -> None:
    QTest.keyClicks(panel.members.search, "handler_123")
    QTest.keyClick(panel.members.search, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.requests.member_chosen) as caught:
        QTest.keyClick(panel.members.table, Qt.Key.Key_Return)
    assert caught.args == ["g1", "o123"]


def test_more_rows_are_asked_for_and_added(panel: GraphPanel, qtbot: QtBot) -> None:
    more = panel.members._more
    assert more.text() == "200 more of 399"
    with qtbot.waitSignal(panel.requests.members_wanted) as caught:
        QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert caught.args == ["g1", 200]
    panel.show_members("g1", "599 bound methods", members(300, 399), 599)
    assert panel.members.model.rowCount() == 599
    assert not more.isVisible()


def test_esc_closes_the_list_and_the_graph_has_the_keyboard(panel: GraphPanel) -> None:
    QTest.keyClick(panel.members.search, Qt.Key.Key_Escape)
    assert not panel.members.isVisible()
    assert panel.view.hasFocus()


def test_the_list_goes_with_its_node(panel: GraphPanel) -> None:
    panel.show_members("r1", "serve_forever", members(1, 3), 3)
    panel.show_scene(service_scene())
    assert panel.members.isVisible()
    panel.show_scene(hunt_scene())
    assert not panel.members.isVisible()
