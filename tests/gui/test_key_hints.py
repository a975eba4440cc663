"""Keys that a person changed are nowhere spelled as they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot
from real_windows import real_window

from refscope.gui.actions import ACTIONS
from refscope.gui.graph_actions import ACTIONS as GRAPH_ACTIONS
from refscope.gui.help_topics import TOPICS
from refscope.gui.key_hints import FIRST_KEYS, Keys
from refscope.gui.panel_set import NOTHING_FROZEN
from refscope.gui.window_controller import WindowController


@pytest.fixture
def controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        yield made


def test_an_action_without_keys_is_named_alone() -> None:
    assert Keys({"redo": ""}).behind("Redo", "redo") == "Redo"
    assert Keys({"redo": "Ctrl+Y"}).behind("Redo", "redo") == "Redo (Ctrl+Y)"
    assert FIRST_KEYS.of("show_settled") == ""


def test_every_key_of_the_window_that_the_graph_shows_is_an_action() -> None:
    known = {spec.key for spec in ACTIONS}
    assert {action.of_window for action in GRAPH_ACTIONS.values()} - {""} <= known


def words(controller: WindowController) -> str:
    """Everything in the window that names a key, in one text."""
    window, panels = controller.window, controller.panels
    panels.suspects.show_message(NOTHING_FROZEN)
    panels.graph.set_history("hide", None)
    state = panels.suspects._message._body
    assert state is not None
    said = [each.text() for each in (*window.start_page.findChildren(QLabel), *state.findChildren(QLabel))]
    tips = (
        panels.graph.header.undo,
        panels.graph.header.export,
        panels.inspector._open,
        window.toolbar.freeze,
    )
    said += [each.toolTip() for each in tips]
    menu = panels.graph.view._menus.for_ground(panels.graph.view.settings, print, print)
    said += [action.text() for action in menu.findChildren(QAction)]
    said += [entry.key for entry in controller.chart.entries()]
    return " | ".join(said)


@pytest.mark.parametrize("action", ["freeze", "undo", "export_panel", "graph_open_source", "open"])
def test_a_changed_key_is_spelled_everywhere(controller: WindowController, action: str) -> None:
    before = FIRST_KEYS.of(action)
    places = words(controller).count(before)
    assert places
    controller.window.shortcuts.choose(action, "Ctrl+Alt+J")
    assert before not in words(controller)
    assert words(controller).count("Ctrl+Alt+J") == places


def test_the_first_page_names_the_button_where_freezing_has_no_key(controller: WindowController) -> None:
    controller.window.shortcuts.choose("freeze", "")
    assert "press Freeze twice" in words(controller)


def test_every_panel_has_help_that_names_the_key_which_saves_it(
    controller: WindowController, qtbot: QtBot
) -> None:
    window = controller.window
    tabs = {tab.key for dock in window.docks.values() for tab in dock.tabs}
    assert tabs == set(TOPICS)
    assert all(topic.saved for topic in TOPICS.values())
    window.shortcuts.choose("export_panel", "Ctrl+Alt+J")
    window.show_session("app.py")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.focus_panel("copy_console")
    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_F1)
    dialog = window.findChild(QDialog)
    assert isinstance(dialog, QDialog)
    said = [each.text() for each in dialog.findChildren(QLabel)]
    assert {"Console on the copy", "Ctrl+Alt+J", "save what was run as text"} <= set(said)
    dialog.close()
