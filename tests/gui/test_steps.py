"""Work of the Qt thread in steps of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from refscope.gui.steps import OnceSoon, in_next_step


def test_between_two_steps_everything_that_waited_is_served(qtbot: QtBot) -> None:
    done: list[str] = []
    owner = QObject()

    def first() -> None:
        in_next_step(owner, lambda: done.append("second step"))
        for number in range(3):
            QTimer.singleShot(0, owner, lambda number=number: done.append(f"event {number}"))
        done.append("first step")

    QTimer.singleShot(0, owner, first)
    qtbot.waitUntil(lambda: len(done) == 5)
    assert done == ["first step", "event 0", "event 1", "event 2", "second step"]


def test_the_step_of_an_owner_that_is_gone_is_left_out(qtbot: QtBot) -> None:
    done: list[str] = []
    owner, other = QObject(), QObject()
    in_next_step(owner, lambda: done.append("of the gone one"))
    in_next_step(other, lambda: done.append("of the other"))
    owner.deleteLater()
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["of the other"]


def test_what_is_asked_for_several_times_is_done_once_and_again_when_asked_again(qtbot: QtBot) -> None:
    done: list[str] = []
    soon = OnceSoon(lambda: done.append("drawn"))
    for _ in range(5):
        soon.ask()
    assert done == []
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["drawn"]
    soon.ask()
    qtbot.waitUntil(lambda: len(done) == 2)
