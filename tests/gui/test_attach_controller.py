"""Attaching behind its page: the list while it is looked at, refusals, waiting, second thoughts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from refscope.errors import AttachRefused, CancelSignal
from refscope.gui.attach_controller import AttachController
from refscope.gui.attach_page import AttachPage
from refscope.gui.jobs import Jobs
from refscope.gui.theme import Theme, dress
from refscope.session.running import RunningPython

TRAIN = RunningPython(4711, ("python", "train.py"), "/py", (3, 11), "ada", "/src")


class FakeSession:
    """What was attached to."""

    title = "train.py (pid 4711)"
    is_closed = False

    def close(self) -> None:
        self.is_closed = True


class Machine:
    """Programs that run, and what attaching to one does."""

    def __init__(self) -> None:
        self.programs = [TRAIN]
        self.asked = 0
        self.session = FakeSession()
        self.act: Callable[[CancelSignal, Callable[[float], None]], object] = lambda *_: self.session
        self.hz = 0.0

    def running(self) -> list[RunningPython]:
        self.asked += 1
        return self.programs

    def attach(self, pid: int, *, sample_hz: float, cancel: CancelSignal, waiting: Any) -> Any:
        assert pid == TRAIN.pid
        self.hz = sample_hz
        return self.act(cancel, waiting)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> AttachPage:
    made = AttachPage()
    qtbot.addWidget(made)
    dress(made, theme)
    made.resize(1000, 500)
    return made


@pytest.fixture
def controller(page: AttachPage, machine: Machine) -> Iterator[AttachController]:
    jobs = Jobs()
    yield AttachController(page, jobs, machine.running, machine.attach, lambda: 10.0)
    assert jobs.close()


def test_the_list_is_asked_for_while_it_is_looked_at(
    controller: AttachController, page: AttachPage, machine: Machine, qtbot: QtBot
) -> None:
    assert machine.asked == 0
    page.show()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    machine.programs = []
    controller._clock.setInterval(1)
    qtbot.waitUntil(lambda: page.states.shown == "message")
    page.hide()
    assert not controller._clock.isActive()


def test_what_was_attached_to_is_told_once(
    controller: AttachController, page: AttachPage, machine: Machine, qtbot: QtBot
) -> None:
    page.show()
    with qtbot.waitSignal(controller.attached) as told:
        page.ask_for(TRAIN.pid)
    assert told.args == [machine.session]
    assert machine.hz == 10.0
    qtbot.waitUntil(lambda: not page._is_working)
    assert not machine.session.is_closed


def test_a_refusal_is_shown_and_its_command_copied(
    controller: AttachController, page: AttachPage, machine: Machine, qtbot: QtBot
) -> None:
    def refuse(*_: object) -> object:
        raise AttachRefused("This process may not be attached to", "Why.", command="sudo x=0")

    machine.act = refuse
    page.show()
    page.ask_for(TRAIN.pid)
    qtbot.waitUntil(page.problem.isVisible)
    copy = next(each for each in page.problem.findChildren(QPushButton) if each.text() == "Copy command")
    with qtbot.waitSignal(controller.noticed) as told:
        qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "sudo x=0"
    assert told.args[0].title == "Copied"
    machine.act = lambda *_: machine.session
    again = next(each for each in page.problem.findChildren(QPushButton) if each.text() == "Try again")
    with qtbot.waitSignal(controller.attached):
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)


def test_while_a_safe_point_is_waited_for_it_can_be_cancelled(
    controller: AttachController, page: AttachPage, machine: Machine, qtbot: QtBot
) -> None:
    def wait(cancel: CancelSignal, waiting: Callable[[float], None]) -> object:
        while True:
            waiting(7.2)
            cancel.raise_if_cancelled()

    machine.act = wait
    page.show()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    page.ask_for(TRAIN.pid)
    said = page.states._work.accessibleName
    qtbot.waitUntil(lambda: said().startswith("Waiting for train.py to come to a safe point, 7 s"))
    qtbot.waitUntil(lambda: page.states.shown == "work")
    with qtbot.assertNotEmitted(controller.attached):
        qtbot.mouseClick(page.states._work._cancel, Qt.MouseButton.LeftButton)
        assert page.states.shown == "content"
        qtbot.waitUntil(lambda: not controller._jobs.heap_work.is_busy)
    assert not page.problem.isVisible()  # withdrawn is not failed


def test_a_session_that_comes_after_it_was_cancelled_is_let_go(
    controller: AttachController, page: AttachPage, machine: Machine, qtbot: QtBot
) -> None:
    is_there, may_come = threading.Event(), threading.Event()

    def come_late(*_: object) -> object:
        is_there.set()
        may_come.wait(10)
        return machine.session

    machine.act = come_late
    page.show()
    page.ask_for(TRAIN.pid)
    assert is_there.wait(10)
    with qtbot.assertNotEmitted(controller.attached):
        page.cancelled.emit()
        may_come.set()
        qtbot.waitUntil(lambda: machine.session.is_closed)
        qtbot.waitUntil(lambda: not controller._jobs.heap_work.is_busy)
