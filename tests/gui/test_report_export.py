"""File > Export report, by real keys and buttons, on an opened capture and on a running program."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from refscope.gui import app as gui_app
from refscope.gui import exports
from refscope.gui.app import App
from refscope.gui.exports import Exportable
from refscope.gui.jobs import Job
from refscope.gui.launch_form import LaunchForm, RunMode
from refscope.gui.window_controller import WindowController
from tests.gui.captures import capture_of_rounds

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
PROGRAM = "import sys\nprint('ready', flush=True)\nsys.stdin.readline()\n"


@pytest.fixture(scope="module")
def leaking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return capture_of_rounds(tmp_path_factory.mktemp("captures") / "site.refscope", "leak")


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowController]:
    monkeypatch.setattr(gui_app, "discover", lambda _script, _folder: iter(()))
    made = App(tmp_path / "settings.ini").new_window()
    made.window.resize(1440, 900)
    yield made
    made.window.may_close = lambda: True
    made.window.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()  # what Qt owns goes on the Qt thread, not on one of the next test


def titles(controller: WindowController) -> list[str]:
    return [notice.title for notice in controller.window.notices.notices]


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(exports.QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def test_the_key_writes_the_report_of_a_capture_and_offers_to_open_it(
    controller: WindowController, leaking: Path, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.files.open(str(leaking))
    qtbot.waitUntil(lambda: controller.run is not None, timeout=30_000)
    written = tmp_path / "site.html"
    choose(monkeypatch, written)
    qtbot.keyClick(controller.window, Qt.Key.Key_R, CTRL_SHIFT)
    qtbot.waitUntil(lambda: "Report saved" in titles(controller), timeout=60_000)
    assert "1 leak." in written.read_text(encoding="utf-8")
    assert "Writing the report" not in titles(controller)
    notice = next(n for n in controller.window.notices.notices if n.title == "Report saved")
    assert notice.button is not None
    assert (notice.button.text, notice.button.key) == ("Open report", f"folder:{written}")


def test_the_toolbar_reports_a_running_program_without_a_freeze(
    controller: WindowController, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not controller.window.toolbar.report.isEnabled()
    script = tmp_path / "waits.py"
    script.write_text(PROGRAM)
    controller.start.launch(LaunchForm(RunMode.SCRIPT, str(script)))
    qtbot.waitUntil(lambda: "ready" in controller.panels.console.text(), timeout=30_000)
    written = tmp_path / "waits.html"
    choose(monkeypatch, written)
    qtbot.mouseClick(controller.window.toolbar.report, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Report saved" in titles(controller), timeout=60_000)
    assert "Nothing was frozen." in written.read_text(encoding="utf-8")


def test_writing_tells_how_far_it_is_and_can_be_cancelled(controller: WindowController, qtbot: QtBot) -> None:
    withdrawn = threading.Event()

    def write(_path: str, job: Job) -> None:
        job.progress(45, 100, "Drawing app.cache")
        while not job.cancel_signal.is_cancelled:
            withdrawn.wait(0.01)
        withdrawn.set()
        job.cancel_signal.raise_if_cancelled()

    item = Exportable("Report", "r.html", ("Web page (*.html)",), write, is_long=True)
    controller.files.exports.write(item, "nowhere.html")
    qtbot.waitUntil(lambda: "Writing the report" in titles(controller))
    (notice,) = controller.window.notices.notices
    assert notice.text == "Drawing app.cache, 45 %"
    buttons = controller.window.notices.findChildren(QPushButton)
    qtbot.mouseClick(next(each for each in buttons if each.text() == "Cancel"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: withdrawn.is_set() and not titles(controller))


def test_a_place_that_cannot_be_written_to_is_told_with_another_offered(
    controller: WindowController, leaking: Path, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.files.open(str(leaking))
    qtbot.waitUntil(lambda: controller.run is not None, timeout=30_000)
    choose(monkeypatch, tmp_path / "no folder" / "r.html")
    controller.act("report")
    qtbot.waitUntil(lambda: "The report could not be saved" in titles(controller), timeout=60_000)
    choose(monkeypatch, tmp_path / "r.html")
    controller.act("save_elsewhere")
    qtbot.waitUntil((tmp_path / "r.html").exists, timeout=60_000)
    qtbot.waitUntil(lambda: "Report saved" in titles(controller), timeout=60_000)
