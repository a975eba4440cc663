"""The graph's part in the window: motion, legend, header settings, export by format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from graph_scenes import hunt_scene
from pytestqt.qtbot import QtBot

from refscope.gui import app as gui_app
from refscope.gui import exports
from refscope.gui.app import App
from refscope.gui.graph_commands import LEGEND_SHOWN, has_motion
from refscope.gui.preferences import DEPTH, MOTION, SIBLINGS, VIEW
from refscope.gui.window_controller import WindowController


@pytest.fixture
def app(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setattr(gui_app, "discover", lambda _script, _folder: iter(()))
    made = App(tmp_path / "settings.ini")
    yield made
    for controller in list(made.windows):
        controller.window.may_close = lambda: True
        controller.window.close()
    made.finish()


@pytest.fixture
def controller(app: App) -> WindowController:
    return app.new_window()


def test_motion_is_left_out_offscreen_and_over_ssh_unless_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr("refscope.gui.graph_commands.QGuiApplication.platformName", lambda: "offscreen")
    assert not has_motion("auto")
    assert has_motion("on")
    monkeypatch.setattr("refscope.gui.graph_commands.QGuiApplication.platformName", lambda: "xcb")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    assert has_motion("auto")
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 4 10.0.0.2 22")
    assert not has_motion("auto")
    assert not has_motion("off")


def test_the_motion_action_turns_the_setting_and_the_view(controller: WindowController) -> None:
    action = controller.window.menus.actions["motion"]
    assert not action.isChecked()
    action.trigger()
    assert controller.settings.value(MOTION) == "on"
    assert controller.panels.graph.view._motion
    assert action.isChecked()
    action.trigger()
    assert controller.settings.value(MOTION) == "off"
    assert not controller.panels.graph.view._motion


def test_the_header_is_kept_as_settings_and_holds_for_the_next_window(app: App) -> None:
    first = app.new_window()
    asks = first.panels.graph.requests
    asks.depth_changed.emit(20)
    asks.siblings_changed.emit(30)
    asks.raw_changed.emit(True)
    values = [first.settings.value(each) for each in (DEPTH, SIBLINGS, VIEW)]
    assert values == [20, 30, "raw"]
    second = app.new_window()
    header = second.panels.graph.header
    assert (header.depth_box.currentText(), header.siblings_box.currentText()) == ("20", "30")
    assert header.view.current == "raw"
    assert second.heap.graph.is_raw
    assert (second.heap.graph.limits.depth, second.heap.graph.limits.siblings) == (20, 30)


def test_the_legend_opens_by_itself_three_times_and_once_a_window(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[bool] = []
    for _ in range(LEGEND_SHOWN + 2):
        window = app.new_window()
        monkeypatch.setattr(window.panels.graph, "offer_legend", lambda: offered.append(True) or True)
        window.heap.graph.opened.disconnect()  # only what opens the legend listens
        window.heap.graph.opened.connect(window.graph_commands._offer_legend)
        window.heap.graph.opened.emit(None)
        window.heap.graph.opened.emit(None)
    assert len(offered) == LEGEND_SHOWN


def test_legend_and_minimap_are_switched_and_shown_as_they_are(controller: WindowController) -> None:
    panel, actions = controller.panels.graph, controller.window.menus.actions
    controller.act("legend")
    assert not panel.legend.isHidden()
    assert actions["legend"].isChecked()
    controller.act("minimap")
    assert not panel.is_minimap_wanted
    assert not actions["minimap"].isChecked()


def test_the_format_that_was_chosen_is_offered_first() -> None:
    item = exports.graph_file(hunt_scene(), "graph", dark=False, first="graphml")
    assert item.file_name == "graph.graphml"
    assert item.files[0] == "GraphML (*.graphml)"
    assert sorted(item.files) == sorted(exports.GRAPH_FILES)
    assert exports.graph_file(hunt_scene(), "graph", dark=False, first="mermaid").file_name == "graph.mmd"


def test_the_graphs_own_export_menu_asks_for_a_file(
    controller: WindowController, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(controller.files, "export_graph", asked.append)
    controller.panels.graph.header.export.menu().actions()[3].trigger()
    controller.panels.graph.view.acts.run("export")
    assert asked == ["dot", ""]


def test_every_action_of_the_graphs_menus_can_be_carried_out(controller: WindowController) -> None:
    wanted = {key for key in controller.window.menus.actions if key.startswith(("graph_", "go_", "view_"))}
    assert wanted <= controller.commands.keys
