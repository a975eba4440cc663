"""The hunt that RefScope grew out of, in the window: MindMeld 4.3.4 on Python 3.7, six clicks at most.

Runs where LeakBench and its MindMeld environment are (LEAKBENCH, LEAKBENCH_VENVS); `REFSCOPE_PICTURES`
names a folder for a picture of the end.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from refscope.gui import app as gui_app
from refscope.gui.app import App
from refscope.gui.launch_form import LaunchForm, RunMode
from refscope.gui.settings import RecentEntry, Settings
from refscope.gui.window_controller import WindowController

HERE = Path(__file__).resolve()
BENCH = Path(os.environ.get("LEAKBENCH", HERE.parents[3] / "shared" / "leakbench"))
VENVS = Path(os.environ.get("LEAKBENCH_VENVS", Path(tempfile.gettempdir()) / "leakbench"))
SCRIPT = BENCH / "cases" / "mindmeld_apps.py"
PYTHON = VENVS / "public-mindmeld-leak" / "bin" / "python"
HOLDER = "mindmeld.components.nlp.Processor.instance_map"
MOST_CLICKS = 6
WAIT_MS = 60_000

pytestmark = [
    pytest.mark.skipif(not SCRIPT.exists(), reason="LeakBench is not here"),
    pytest.mark.skipif(not PYTHON.exists(), reason="LeakBench's MindMeld environment is not here"),
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowController]:
    monkeypatch.setattr(gui_app, "discover", lambda _script, _folder: iter(()))
    settings = Settings(tmp_path / "settings.ini")
    monkeypatch.setenv("LEAKBENCH_N", "12")  # values of variables are not remembered with a target
    monkeypatch.setenv("LEAKBENCH_CHECKPOINTS", "4,9")
    form = LaunchForm(RunMode.SCRIPT, str(SCRIPT), python=str(PYTHON))
    settings.remember(RecentEntry(time.time() - 7200, form, python="3.7.16"))
    settings.sync()
    app = App(tmp_path / "settings.ini")
    made = app.new_window()
    made.window.resize(1440, 900)
    yield made
    made.window.may_close = lambda: True
    made.window.close()


class Hand:
    """A hand on the mouse that counts its clicks."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, widget: QWidget) -> None:
        assert widget.isVisible()
        assert widget.isEnabled()
        self.clicks += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def wait_for_text(controller: WindowController, text: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: text in controller.panels.console.text(), timeout=WAIT_MS)


def freeze(controller: WindowController, hand: Hand, qtbot: QtBot) -> None:
    assert controller.session is not None
    with qtbot.waitSignal(controller.session.analysed, timeout=WAIT_MS):
        hand.click(controller.window.toolbar.freeze)


def test_from_a_recent_script_to_the_holder_in_six_clicks(controller: WindowController, qtbot: QtBot) -> None:
    hand, window = Hand(), controller.window
    hand.click(window.start_page.recent.rows()[0])
    hand.click(window.start_page.form.run_button)
    qtbot.waitUntil(lambda: controller.session is not None, timeout=WAIT_MS)
    wait_for_text(controller, "CHECKPOINT 4", qtbot)
    freeze(controller, hand, qtbot)
    QTest.keyClick(controller.panels.console.input, Qt.Key.Key_Return)
    wait_for_text(controller, "CHECKPOINT 9", qtbot)
    freeze(controller, hand, qtbot)

    corner = controller.panels.graph.corner  # that of A is shown before
    qtbot.waitUntil(lambda: corner.text().startswith("Freeze B"), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not controller.jobs.questions.is_busy, timeout=WAIT_MS)
    scene = controller.heap.graph.scene
    assert scene is not None
    holders = [node for node in scene.nodes if node.is_holder]
    assert [node.title for node in holders] == [".instance_map"]
    assert HOLDER in scene.banner
    assert any(node.is_root and node.title.endswith("nlp") for node in scene.nodes)
    view = controller.panels.graph.view
    assert view.isVisible()
    item = view.graph.nodes[holders[0].key]
    assert view.mapToScene(view.viewport().rect()).boundingRect().contains(item.sceneBoundingRect().center())
    assert hand.clicks <= MOST_CLICKS
    folder = os.environ.get("REFSCOPE_PICTURES")
    if folder:
        window.grab().save(str(Path(folder) / "mindmeld-light.png"))
