"""Work of the Qt thread in steps of its own."""

from __future__ import annotations

from collections.abc import Generator

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from refscope.gui.steps import OnceSoon, at_once, in_next_step, take_steps


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


def counted(done: list[str], last: int) -> Generator[None, None, int]:
    for number in range(last):
        done.append(f"step {number}")
        QTimer.singleShot(0, lambda number=number: done.append(f"event {number}"))
        yield
    return last


def test_between_the_steps_of_a_row_everything_that_waited_is_served(qtbot: QtBot) -> None:
    done: list[str] = []
    owner = QObject()
    take_steps(owner, counted(done, 2), lambda made: done.append(f"made {made}"))
    assert done == []
    qtbot.waitUntil(lambda: done[-1:] == ["made 2"])
    assert done == ["step 0", "event 0", "step 1", "event 1", "made 2"]


def test_a_row_of_steps_ends_with_its_owner(qtbot: QtBot) -> None:
    done: list[str] = []
    owner, other = QObject(), QObject()

    def steps() -> Generator[None, None, None]:
        done.append("first step")
        owner.deleteLater()
        yield
        done.append("second step")

    take_steps(owner, steps(), lambda _made: done.append("made"))
    in_next_step(other, lambda: in_next_step(other, lambda: done.append("later")))
    qtbot.waitUntil(lambda: "later" in done)
    assert done == ["first step", "later"]


def test_a_row_of_steps_can_be_taken_at_once(qtbot: QtBot) -> None:
    done: list[str] = []
    assert at_once(counted(done, 2)) == 2
    assert done == ["step 0", "step 1"]
    qtbot.waitUntil(lambda: "event 1" in done)
