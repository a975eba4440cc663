"""Small windows: what gives way, how it is reached, and that it comes back."""

# ruff: noqa: F811 (fixtures of another module are named as arguments)

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from refscope.gui.layouts import HUNT, LEFT, RIGHT, TIMELINE_HUNT, TIMELINE_LOW
from refscope.gui.main_window import MainWindow
from refscope.gui.narrow import Room, room_for
from refscope.gui.settings import Settings
from tests.gui.test_main_window import make_window, press, session, settled, window  # noqa: F401


@pytest.mark.parametrize(
    ("width", "room"), [(1280, Room.THREE), (1279, Room.TWO), (1024, Room.TWO), (1023, Room.ONE)]
)
def test_the_room_follows_from_the_width(width: int, room: Room) -> None:
    assert room_for(width) is room


def tabs(window: MainWindow, name: str) -> list[str]:
    return [tab.key for tab in window.docks[name].tabs]


@pytest.fixture
def narrow(session: MainWindow, qtbot: QtBot) -> MainWindow:
    session.resize(1200, 800)
    session.show_layout(HUNT)
    qtbot.waitUntil(session.docks["right"].isHidden)
    return session


@pytest.fixture
def small(session: MainWindow, qtbot: QtBot) -> MainWindow:
    session.resize(900, 600)
    session.show_layout(HUNT)
    qtbot.waitUntil(session.docks["left"].isHidden)
    return session


def test_the_inspector_becomes_a_tab_beside_the_graph(narrow: MainWindow, qtbot: QtBot) -> None:
    assert tabs(narrow, "centre") == ["graph", "table", "inspector"]
    press(qtbot, narrow, "Ctrl+6")
    assert narrow.docks["centre"].current == "inspector"
    assert narrow.panels.inspector.isVisible()
    assert narrow.current_panel == "inspector"
    qtbot.waitUntil(lambda: settled(narrow, "left", LEFT))


def test_a_click_on_its_tab_shows_it(narrow: MainWindow, qtbot: QtBot) -> None:
    bar = narrow.docks["centre"]._header.bar
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(2).center())
    assert narrow.panels.inspector.isVisible()
    assert not narrow.panels.graph.isVisible()


def test_it_has_its_own_place_again_in_a_wide_window(narrow: MainWindow, qtbot: QtBot) -> None:
    narrow.focus_panel("inspector")
    narrow.resize(1440, 900)
    qtbot.waitUntil(narrow.docks["right"].isVisible)
    assert (tabs(narrow, "centre"), tabs(narrow, "right")) == (["graph", "table"], ["inspector"])
    assert narrow.panels.inspector.isVisible()
    qtbot.waitUntil(lambda: settled(narrow, "left", LEFT) and settled(narrow, "right", RIGHT))


def test_a_title_follows_its_tab(narrow: MainWindow, qtbot: QtBot) -> None:
    narrow.docks["right"].set_title("inspector", "Inspector of B")
    assert narrow.docks["centre"]._header.bar.tabText(2) == "Inspector of B"
    narrow.resize(1440, 900)
    qtbot.waitUntil(narrow.docks["right"].isVisible)
    assert narrow.docks["right"]._header.bar.tabText(0) == "Inspector of B"


def test_the_left_tabs_are_an_overlay_in_a_small_window(small: MainWindow, qtbot: QtBot) -> None:
    centre, left = small.docks["centre"], small.docks["left"]
    button = small.dock_area._overlay.button
    qtbot.waitUntil(lambda: centre.width() == small.width() and button.isVisible())
    press(qtbot, small, "Ctrl+3")
    assert left.isVisible()
    assert left.current == "types"
    assert button.isChecked()
    qtbot.waitUntil(lambda: left.geometry().bottom() == centre.geometry().bottom())
    assert centre.width() == small.width()  # nothing moved
    press(qtbot, small, "Ctrl+5")
    assert left.isHidden()
    assert not button.isChecked()


def test_in_a_low_window_the_overlay_covers_the_timeline_too(small: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, small, "Ctrl+3")
    left, timeline = small.docks["left"], small.docks["timeline"]
    qtbot.waitUntil(lambda: left.y() == 0 and left.height() > 300)
    small.resize(900, 900)
    qtbot.waitUntil(lambda: left.y() == timeline.geometry().bottom() + 1 and left.height() > 300)


def test_the_button_opens_and_closes_the_overlay(small: MainWindow, qtbot: QtBot) -> None:
    button, left = small.dock_area._overlay.button, small.docks["left"]
    qtbot.waitUntil(button.isVisible)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert left.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert left.isHidden()


def test_esc_closes_the_overlay_and_goes_to_the_graph(small: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, small, "Ctrl+2")
    handle: QWidget | None = small.focusWidget()
    assert small.docks["left"].isAncestorOf(handle)
    qtbot.keyClick(small.windowHandle(), Qt.Key.Key_Escape)
    assert small.docks["left"].isHidden()
    assert small.current_panel == "graph"


def test_everything_comes_back_in_a_wide_window(small: MainWindow, qtbot: QtBot) -> None:
    small.resize(1440, 900)
    qtbot.waitUntil(lambda: all(dock.isVisible() for dock in small.docks.values()))
    assert small.dock_area._overlay.button.isHidden()
    qtbot.waitUntil(lambda: settled(small, "left", LEFT) and settled(small, "right", RIGHT))


def test_a_low_window_has_a_lower_timeline(small: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: settled(small, "timeline", TIMELINE_LOW, height=True))
    small.resize(900, 800)
    qtbot.waitUntil(lambda: settled(small, "timeline", TIMELINE_HUNT, height=True))


def test_a_small_window_does_not_forget_the_large_arrangement(
    session: MainWindow,
    qtbot: QtBot,
) -> None:
    session.show_layout(HUNT)
    qtbot.waitUntil(lambda: settled(session, "left", LEFT))
    docks = [session.docks["left"], session.docks["centre"]]
    session.dock_area.resizeDocks(docks, [400, 732], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: settled(session, "left", 400))
    session.resize(900, 600)
    qtbot.waitUntil(session.docks["left"].isHidden)
    session.resize(1440, 900)
    qtbot.waitUntil(lambda: settled(session, "left", 400))


def test_a_window_grown_large_gives_its_side_docks_more(session: MainWindow, qtbot: QtBot) -> None:
    session.show_layout(HUNT)
    qtbot.waitUntil(lambda: settled(session, "left", LEFT))
    session.resize(2560, 1440)
    qtbot.waitUntil(lambda: settled(session, "left", 420) and settled(session, "right", 400))


def test_no_panel_lies_under_another_in_the_smallest_window_with_the_console_open(
    small: MainWindow, qtbot: QtBot
) -> None:
    press(qtbot, small, "Ctrl+7")
    stacked = [small.docks[name] for name in ("timeline", "centre", "bottom")]
    qtbot.waitUntil(lambda: stacked[2].height() > 100)
    press(qtbot, small, "Ctrl+6")
    qtbot.waitUntil(small.panels.inspector.isVisible)

    def none_covers_another() -> bool:
        return all(above.geometry().bottom() < below.geometry().top() for above, below in pairwise(stacked))

    qtbot.waitUntil(none_covers_another)


def test_a_panel_that_was_alone_leaves_the_small_window_as_it_was(small: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, small, "Ctrl+5")
    stacked = [small.docks[name] for name in ("timeline", "centre")]
    before = [dock.height() for dock in stacked]
    press(qtbot, small, "F11")
    qtbot.waitUntil(small.docks["timeline"].isHidden)
    press(qtbot, small, "F11")
    qtbot.waitUntil(lambda: [dock.height() for dock in stacked] == before)


def test_tabs_that_moved_while_no_panel_was_shown_have_room(qtbot: QtBot, settings: Settings) -> None:
    window = make_window(settings)
    qtbot.addWidget(window)
    window.resize(1100, 700)
    with qtbot.waitExposed(window):
        window.show()
    window.grab()  # lays out the panels behind the start page as well, and in little room
    qtbot.waitUntil(lambda: window.dock_area._room is not Room.THREE)
    window.show_session("load_apps.py")
    window.show_layout(HUNT)
    bar = window.docks["centre"]._header.bar
    assert bar.count() == 3
    qtbot.waitUntil(lambda: bar.isVisible() and bar.width() >= bar.sizeHint().width())
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: bar.count() == 2 and bar.width() == bar.sizeHint().width())


@pytest.mark.parametrize("opened", [False, True])
def test_the_overlay_takes_no_room_after_a_panel_was_alone(
    small: MainWindow, qtbot: QtBot, opened: bool
) -> None:
    press(qtbot, small, "Ctrl+5")
    timeline, centre, left = (small.docks[name] for name in ("timeline", "centre", "left"))
    before = centre.geometry()
    if opened:
        press(qtbot, small, "Ctrl+3")
    press(qtbot, small, "F11")
    qtbot.waitUntil(timeline.isHidden)
    press(qtbot, small, "F11")
    qtbot.waitUntil(timeline.isVisible)
    press(qtbot, small, "Ctrl+3")
    qtbot.waitUntil(lambda: left.isVisible() and left.geometry().bottom() == before.bottom())
    assert centre.geometry() == before


def test_the_overlay_alone_has_the_whole_area(small: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, small, "Ctrl+3")
    press(qtbot, small, "F11")
    left, area = small.docks["left"], small.dock_area
    qtbot.waitUntil(lambda: left.isVisible() and left.geometry() == area.rect())
    press(qtbot, small, "F11")
    qtbot.waitUntil(lambda: small.docks["centre"].isVisible() and left.width() < area.width())
