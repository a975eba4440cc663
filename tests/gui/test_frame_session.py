"""The frame around a real session: the palette's goals, freezes by themselves, errors of RefScope's own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from refscope.gui import app as gui_app
from refscope.gui.app import App, window_icon
from refscope.gui.auto_freeze import MOST_FREEZES
from refscope.gui.launch_form import LaunchForm
from refscope.gui.palette_window import Palette
from refscope.gui.preferences import AUTO_FREEZE, EDITOR, MOTION, SAMPLE_HZ
from refscope.gui.settings_dialog import SettingsDialog
from refscope.gui.window_controller import WindowController
from tests.gui.test_window_controller import controller, frozen, make, script, started  # noqa: F401

# ruff: noqa: F811 (fixtures of another module are named as arguments)


def choose(controller: WindowController, typed: str) -> None:
    """Open the palette, type, and choose the first line."""
    palette = controller.window.findChild(Palette)
    assert isinstance(palette, Palette)
    palette.open(typed)
    first = palette.model.at(0)
    assert first is not None
    assert not first.entry.off, first.entry
    palette._choose(palette.model.index(0))


def test_the_palette_goes_to_types_moments_addresses_and_settings(
    controller: WindowController, script: LaunchForm, qtbot: QtBot
) -> None:
    palette = controller.window.findChild(Palette)
    assert isinstance(palette, Palette)
    for typed, reason in ((":Proc", "nothing is frozen yet"), ("@A", "there is none yet"), ("#1", "")):
        assert not reason or palette._ask(typed[:1])[0].entry.off == reason
    started(controller, script, qtbot)
    controller.act("mark")
    make(controller, 20, qtbot)
    frozen(controller, qtbot)
    window = controller.window
    choose(controller, ":Processor")
    assert window.docks["left"].current == "types"
    assert controller.panels.types.table.currentIndex().isValid()
    choose(controller, "@A")
    choose(controller, "@mark 1")
    assert not controller.panels.timeline.is_following
    snapshot = controller.last_snapshot
    assert snapshot is not None
    choose(controller, hex(int(snapshot.heap.ids[snapshot.find("Processor")[0]])))
    qtbot.waitUntil(lambda: controller.heap.graph.scene is not None, timeout=30_000)
    choose(controller, ">Motion: Off")
    assert controller.settings.value(MOTION) == "off"
    choose(controller, ">Editor")
    dialog = window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    qtbot.waitUntil(dialog.rows[EDITOR.key].isVisible)
    dialog.close()
    choose(controller, "this panel alone")
    assert controller.settings.recent_commands()[0] == "panel_alone"


def test_freezes_come_by_themselves_and_stop(
    controller: WindowController, script: LaunchForm, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.settings.choose(SAMPLE_HZ, 5)
    started(controller, script, qtbot)
    session = controller.session
    assert session is not None
    assert session.session.target.request.sample_hz == 5
    clock = controller.auto_freeze.clock
    assert not clock.isActive()
    controller.settings.choose(AUTO_FREEZE, 10)
    assert (clock.isActive(), clock.interval()) == (True, 10_000)
    with qtbot.waitSignal(session.analysed, timeout=60_000):
        controller.auto_freeze.turn()
    taken: list[int] = []
    monkeypatch.setattr(session, "freeze", lambda: taken.append(1))
    for _ in range(MOST_FREEZES + 3):
        controller.auto_freeze.turn()
    assert len(taken) == MOST_FREEZES - 1
    assert not clock.isActive()
    assert controller.window.notices.notices[-1].title == "No more freezes by themselves"
    controller.settings.choose(AUTO_FREEZE, 0)


def test_an_error_of_its_own_can_be_reported_and_the_window_restarted(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    monkeypatch.setattr(gui_app, "discover", lambda _script, _folder: iter(()))
    app = App(tmp_path / "settings.ini")
    broken = app.new_window()
    broken.window.start_page.form.target.setText("/src/load.py")
    monkeypatch.setattr(sys, "excepthook", gui_app._crash_hook(app))

    def fail() -> None:
        try:
            raise RuntimeError("the cat sat on the keyboard")
        except RuntimeError:
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]

    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: broken.window.findChild(QDialog) is not None)
    dialog = broken.window.findChild(QDialog)
    assert isinstance(dialog, QDialog)
    (report,) = [each.toPlainText() for each in dialog.findChildren(QPlainTextEdit)]
    assert "the cat sat on the keyboard" in report
    assert "numpy" in report
    next(each for each in dialog.findChildren(QPushButton) if each.text() == "Restart window").click()
    qtbot.waitUntil(lambda: len(app.windows) == 1 and app.windows[0] is not broken)
    fresh = app.windows[0]
    assert fresh.window.start_page.form.target.text() == "/src/load.py"
    fresh.window.close()
    assert expected_logs[0].startswith("an error of RefScope's own")


def test_the_window_has_an_icon_at_each_size(qtbot: QtBot) -> None:
    sizes = {size.width() for size in window_icon().availableSizes()}
    assert {16, 32, 48, 256} <= sizes
