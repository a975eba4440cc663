"""Closing a window whose program still runs: what is asked, and what each answer does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from real_windows import another

from refscope.gui import dialogs
from refscope.gui.window_controller import WindowController
from tests.gui.test_window_controller import (  # noqa: F401
    choose_file,
    controller,
    frozen,
    script,
    started,
)

# ruff: noqa: F811 (fixtures of another module are named as arguments)


class Answers:
    """Presses a button of the question, by its words, and notes what it said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.buttons: set[str] = set()
        self.answers: list[str] = []

        def answer(box: QMessageBox) -> int:  # a function, so that the box is passed
            return self._answer(box)

        monkeypatch.setattr(dialogs.QMessageBox, "exec", answer)

    def _answer(self, box: QMessageBox) -> int:
        self.asked.append(f"{box.text()} {box.informativeText()}")
        self.buttons = {each.text() for each in box.buttons()}
        wanted = self.answers.pop(0)
        next(each for each in box.findChildren(QPushButton) if each.text() == wanted).click()
        return 0


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    return Answers(monkeypatch)


@pytest.fixture
def running(controller: WindowController, script: object, qtbot: QtBot) -> Iterator[WindowController]:
    started(controller, script, qtbot)  # type: ignore[arg-type]
    return controller


def test_cancel_keeps_the_window_and_the_program(running: WindowController, answers: Answers) -> None:
    answers.answers = ["Cancel"]
    assert not running.window.close()
    assert running.window.isVisible()
    assert answers.asked[0].startswith("leak.py still runs.")
    assert answers.buttons == {"Stop it", "Leave it running", "Cancel"}
    assert running.session is not None
    assert running.session.session.is_running


def test_stop_ends_the_program(running: WindowController, answers: Answers, qtbot: QtBot) -> None:
    assert running.session is not None
    process = psutil.Process(running.session.session.pid)
    answers.answers = ["Stop it"]
    running.act("close")
    qtbot.waitUntil(lambda: not process.is_running(), timeout=30_000)
    assert not running.window.facts.in_session


def test_an_end_that_is_seen_when_the_session_was_closed_is_told_to_nobody(
    running: WindowController, answers: Answers, qapp: QApplication
) -> None:
    assert running.session is not None
    teller = running.session._teller
    answers.answers = ["Stop it"]
    running.act("close")
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    teller.tell_exit(None)
    teller.tell_notice("Too late", "")


def test_left_running_it_runs_on(running: WindowController, answers: Answers, qtbot: QtBot) -> None:
    assert running.session is not None
    session = running.session.session
    process = psutil.Process(session.pid)
    answers.answers = ["Leave it running"]
    running.act("close")
    assert running.session is None
    assert process.is_running()
    assert session.is_running
    process.terminate()
    qtbot.waitUntil(lambda: not process.is_running(), timeout=30_000)
    qtbot.waitUntil(lambda: session.exit is not None, timeout=30_000)


def test_freezes_can_be_saved_first_and_it_asks_again(
    running: WindowController,
    answers: Answers,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frozen(running, qtbot)
    choose_file(monkeypatch, tmp_path / "run.refscope")
    answers.answers = ["Save capture", "Stop it"]
    running.act("close")
    assert answers.buttons == {"Stop it", "Leave it running", "Save capture", "Cancel"}
    assert answers.asked[0].startswith("leak.py still runs. One freeze is not saved.")
    qtbot.waitUntil(lambda: len(answers.asked) == 2, timeout=60_000)
    assert "not saved" not in answers.asked[1]
    assert (tmp_path / "run.refscope").stat().st_size > 1000
    assert running.session is None


def test_quit_closes_every_window(running: WindowController, answers: Answers, qtbot: QtBot) -> None:
    other = another(running, qtbot)
    answers.answers = ["Stop it"]
    running.window.act("quit")
    qtbot.waitUntil(lambda: not other.window.isVisible() and not running.window.isVisible())
    assert QApplication.activeModalWidget() is None
