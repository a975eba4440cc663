"""Captures that come from elsewhere, opened by a click on the start page: an old Python without Qt, damaged
files, files of mprof.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from real_windows import LONG, real_window

from refscope.api import discover_pythons, open_capture
from refscope.capture.archive import Archive
from refscope.examples.catalog import example
from refscope.gui.settings import RecentEntry
from refscope.gui.states import MessageView
from refscope.gui.window_controller import WindowController

WITHOUT_QT = """
import sys
for name in ("PySide6", "shiboken6", "pyqtgraph"):
    sys.modules[name] = None
from refscope.cli.main import main
raise SystemExit(main(sys.argv[1:]))
"""
HOLDER = "order_placed.listeners"
LIMIT_S = 90


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three freezes of a leak, recorded where Qt cannot be imported, of the oldest Python here (3.7 is)."""
    oldest = min(discover_pythons(), key=lambda python: python.version)
    path = tmp_path_factory.mktemp("elsewhere") / "old.refscope"
    schedule = ("--on-output", "iteration (4|12|20)$", "--freezes", 3)
    program = (example("listeners").script, "--interval", 0.15)
    command = ["record", "-o", path, "--quiet", "--python", oldest.path, *schedule, "--", *program]
    subprocess.run(
        [sys.executable, "-c", WITHOUT_QT, *map(str, command)],
        check=True,
        timeout=LIMIT_S,
        capture_output=True,
    )
    assert open_capture(path).environment["python"].startswith(".".join(map(str, oldest.version[:2])))
    return path


@pytest.fixture
def controller(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        made.window.show()
        yield made


def open_by_click(controller: WindowController, path: Path, qtbot: QtBot) -> None:
    controller.start.page.remember(RecentEntry(time.time(), None, str(path)))
    row = controller.window.start_page.recent.rows()[0]
    qtbot.waitUntil(row.isVisible, timeout=LONG)
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: controller.run is not None, timeout=LONG)
    qtbot.waitUntil(lambda: not controller.jobs.heap_work.is_busy, timeout=LONG)
    qtbot.waitUntil(lambda: not controller.jobs.questions.is_busy, timeout=LONG)


def without(path: Path, *names: str) -> Path:
    """A copy in which these members have a bad byte each."""
    content = bytearray(path.read_bytes())
    members = [member for member in Archive(path).members if member.name in names]
    assert len(members) == len(names)
    for member in members:
        content[member.data + 20] ^= 8
    broken = path.with_name("broken.refscope")
    broken.write_bytes(content)
    return broken


def test_an_old_python_without_qt_is_shown_with_suspects_graph_and_labels(
    recorded: Path, controller: WindowController, qtbot: QtBot
) -> None:
    open_by_click(controller, recorded, qtbot)
    qtbot.waitUntil(lambda: controller.heap.graph.scene is not None, timeout=LONG)
    cards, scene = controller.panels.suspect_cards.cards, controller.heap.graph.scene
    assert scene is not None
    assert cards[0].isVisible()
    assert HOLDER in cards[0].suspect.holder
    assert cards[0].suspect.verdict.value == "leak"
    assert HOLDER in scene.banner
    assert [node.title for node in scene.nodes if node.is_holder] == [".listeners"]
    assert any(edge.label for edge in scene.edges)
    assert controller.panels.graph.view.isVisible()
    assert not controller.panels.recorded.is_record
    assert not controller.panels.recorded.note.isVisible()


def test_where_all_freezes_are_lost_the_recorded_suspects_are_shown_with_what_is_missing(
    recorded: Path, controller: WindowController, qtbot: QtBot
) -> None:
    broken = without(recorded, *(f"snapshots/{number}/targets.npy" for number in range(3)))
    open_by_click(controller, broken, qtbot)
    shown = controller.panels.recorded
    assert shown.cards.cards[0].isVisible()
    assert HOLDER in shown.cards.cards[0].suspect.holder
    assert shown.note.isVisible()
    assert shown.note.accessibleName().startswith("Freeze iteration 20")
    assert "cannot be read. These are its suspects as RefScope" in shown.note.accessibleName()
    assert not shown.turn.isVisible()  # there are no others
    assert shown.cards.widget().width() <= shown.cards.viewport().width()  # nothing is cut
    said = controller.panels.log.model.text_of(range(controller.panels.log.model.rowCount()))
    assert [f"Freeze iteration {number} cannot be shown" in said for number in (4, 12, 20)] == [True] * 3
    assert "0 %" not in " ".join(each.text() for each in shown.cards.findChildren(type(shown.note)))
    line = controller.window.strip.shown
    assert line is not None
    assert "holder explains" in line.text
    if folder := os.environ.get("REFSCOPE_PICTURES"):
        controller.window.grab().save(f"{folder}/lost.png")
    QTest.mouseDClick(shown.cards.cards[0], Qt.MouseButton.LeftButton)  # has no graph, and no crash
    assert controller.heap.graph.scene is None


def test_suspects_of_the_last_freeze_that_can_be_read_are_a_click_away(
    recorded: Path, controller: WindowController, qtbot: QtBot
) -> None:
    open_by_click(controller, without(recorded, "snapshots/2/targets.npy"), qtbot)
    shown, live = controller.panels.recorded, controller.panels.suspect_cards
    assert shown.is_record
    assert shown.cards.cards[0].suspect.freezes[1].startswith("iteration 20")
    QTest.mouseClick(shown.turn, Qt.MouseButton.LeftButton)
    assert live.cards[0].isVisible()
    assert live.cards[0].suspect.freezes[1].startswith("iteration 12")
    QTest.mouseClick(shown.turn, Qt.MouseButton.LeftButton)
    assert shown.cards.isVisible()


def test_suspects_whose_names_are_lost_keep_the_names_of_the_record_and_their_graph(
    recorded: Path, controller: WindowController, qtbot: QtBot
) -> None:
    open_by_click(controller, without(recorded, "snapshots/2/labels.json"), qtbot)
    shown = controller.panels.recorded
    assert shown.note.accessibleName().startswith("Names of references in freeze iteration 20")
    card = shown.cards.cards[0]
    assert HOLDER in card.suspect.holder
    with qtbot.waitSignal(controller.heap.graph.opened, timeout=LONG):
        QTest.mouseDClick(card, Qt.MouseButton.LeftButton)
    assert controller.heap.graph.scene is not None


def test_a_file_of_mprof_opens_with_its_chart(
    controller: WindowController, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "mprofile_20241124092000.dat"
    lines = [f"MEM {50 + number / 2:.6f} {1732440000 + number / 10:.4f}" for number in range(100)]
    path.write_text("\n".join(["CMDLINE python train.py", *lines, ""]))
    open_by_click(controller, path, qtbot)
    timeline = controller.panels.timeline
    assert timeline.isVisible()
    assert len(timeline.series) == 100
    assert timeline.curves
    message = controller.panels.suspects.findChild(MessageView)
    assert message is not None
    assert message.isVisible()
    assert message.accessibleName().startswith("No freeze in this run")
