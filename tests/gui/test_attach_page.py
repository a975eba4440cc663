"""The list of running programs by real events, and what it says instead of one."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from refscope.errors import AttachRefused, TimedOut
from refscope.gui.attach_page import AttachPage
from refscope.gui.attach_values import attaching, process_id
from refscope.gui.theme import Theme, dress
from refscope.session.running import RunningPython

NOW = time.time()
TRAIN = RunningPython(
    4711, ("python", "train.py", "--epochs", "30"), "/py", (3, 11), "ada", "/src/vision", 812 << 20, NOW - 40
)
SHOP = RunningPython(4502, ("python", "-m", "shop"), "/py", (3, 9), "ada", "/src", 96 << 20, NOW - 7300)
OTHER = RunningPython(911, ("uwsgi",), "/usr/bin/uwsgi", None, "www", "", 1 << 20, NOW - 90000)
PROGRAMS = (SHOP, TRAIN, OTHER)
REFUSED = AttachRefused("This process may not be attached to", "It is 1. 0 allows it.", command="sudo x=0")


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> AttachPage:
    monkeypatch.setattr("refscope.gui.attach_page.time.time", lambda: NOW)
    made = AttachPage()
    qtbot.addWidget(made)
    dress(made, theme)
    made.resize(1000, 500)
    made.show()
    made.activateWindow()
    made.show_programs(PROGRAMS)
    return made


def cells(page: AttachPage, position: int) -> list[str]:
    return [page.model.index(position, column).data() for column in range(page.model.columnCount())]


def press(page: AttachPage, qtbot: QtBot, text: str) -> None:
    def found() -> list[QPushButton]:
        buttons = page.findChildren(QPushButton)
        return [each for each in buttons if each.text() == text and each.isVisible()]

    qtbot.waitUntil(lambda: len(found()) == 1)
    qtbot.mouseClick(found()[0], Qt.MouseButton.LeftButton)


def click_row(page: AttachPage, qtbot: QtBot, position: int, *, twice: bool = False) -> None:
    place = page.table.visualRect(page.model.index(position, 0)).center()
    act = qtbot.mouseDClick if twice else qtbot.mouseClick
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    if twice:
        act(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_the_newest_program_stands_first_with_its_figures(page: AttachPage) -> None:
    assert cells(page, 0) == ["train.py, /src/vision", "4711", "3.11", "ada", "812 MiB", "just now"]
    assert cells(page, 1) == ["-m shop, /src", "4502", "3.9", "ada", "96.0 MiB", "2 hours ago"]
    assert cells(page, 2) == ["uwsgi", "911", "–", "www", "1.00 MiB", "yesterday"]


def test_attach_needs_a_choice_and_says_so(page: AttachPage, qtbot: QtBot) -> None:
    assert not page.attach.isEnabled()
    assert page.attach.toolTip() == "Off: no program is chosen."
    click_row(page, qtbot, 1)
    assert page.attach.isEnabled()
    with qtbot.waitSignal(page.attach_requested) as asked:
        qtbot.mouseClick(page.attach, Qt.MouseButton.LeftButton)
    assert asked.args == [4502]


def test_a_double_click_attaches(page: AttachPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.attach_requested) as asked:
        click_row(page, qtbot, 0, twice=True)
    assert asked.args == [4711]


@pytest.mark.parametrize("text", ["train", "EPOCHS", "4711"])
def test_a_name_an_argument_or_an_id_and_enter_attach(page: AttachPage, qtbot: QtBot, text: str) -> None:
    qtbot.keyClicks(page.field, text)
    assert page.model.rowCount() == 1
    with qtbot.waitSignal(page.attach_requested) as asked:
        qtbot.keyClick(page.field, Qt.Key.Key_Return)
    assert asked.args == [4711]


def test_an_id_that_is_not_listed_is_taken_as_typed(page: AttachPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.field, "471")  # the beginning of another
    assert page.model.rowCount() == 1
    with qtbot.waitSignal(page.attach_requested) as asked:
        qtbot.keyClick(page.field, Qt.Key.Key_Return)
    assert asked.args == [471]
    qtbot.keyClicks(page.field, "9")
    assert page.states.shown == "message"
    assert page.states._message.accessibleName().startswith("Process 4719 is not listed.")
    assert page.attach.isEnabled()


def test_the_keyboard_alone_is_enough(page: AttachPage, qtbot: QtBot) -> None:
    page.take_keyboard()
    qtbot.keyClick(page.field, Qt.Key.Key_Down)
    assert page.table.hasFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    with qtbot.waitSignal(page.attach_requested) as asked:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert asked.args == [4502]


def test_what_is_selected_stays_selected_when_others_come_and_go(page: AttachPage, qtbot: QtBot) -> None:
    click_row(page, qtbot, 1)
    newer = replace(OTHER, pid=5000, started_s=NOW)
    page.show_programs((newer, TRAIN, replace(SHOP, rss_bytes=97 << 20)))
    assert page.chosen_pid == SHOP.pid
    assert page.table.currentIndex().row() == 2
    page.show_programs((newer, TRAIN))  # it ended
    assert page.chosen_pid is None
    assert not page.attach.isEnabled()


def test_a_long_list_stays_where_it_was_scrolled_to(page: AttachPage, qtbot: QtBot) -> None:
    many = [replace(TRAIN, pid=10_000 + number) for number in range(80)]
    page.show_programs(many)
    click_row(page, qtbot, 0)
    bar = page.table.verticalScrollBar()
    bar.setValue(bar.maximum())
    page.show_programs(many)
    assert bar.value() == bar.maximum() > 0
    assert page.chosen_pid == 10_000


def test_the_command_of_the_selected_program_is_shown_whole(page: AttachPage, qtbot: QtBot) -> None:
    click_row(page, qtbot, 0)
    assert page._chosen_command._text == "python train.py --epochs 30"


def test_without_programs_it_says_what_to_do(page: AttachPage, qtbot: QtBot) -> None:
    page.show_programs(())
    assert page.states._message.accessibleName().startswith("No Python program runs here.")
    with qtbot.waitSignal(page.run_requested):
        press(page, qtbot, "Run a program from here")


def test_what_nothing_matches_can_be_taken_back(page: AttachPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.field, "no such")
    assert page.states._message.accessibleName().startswith("No program matches ‘no such’.")
    assert page._count.text() == "0 of 3 programs"
    press(page, qtbot, "Show all")
    assert page.states.shown == "content"
    assert page.model.rowCount() == 3
    assert page._count.text() == "3 programs"


def test_a_refusal_stands_under_the_field_with_its_command(page: AttachPage, qtbot: QtBot) -> None:
    click_row(page, qtbot, 0)
    page.ask_to_attach()
    page.show_problem(REFUSED)
    assert page.problem.title.text() == REFUSED.title
    assert page.problem.text.text() == "It is 1. 0 allows it."  # the command has a box of its own
    assert page.command.text() == "sudo x=0"
    assert page.problem.mapTo(page, QPoint()).y() > page.field.mapTo(page, QPoint()).y()
    with qtbot.waitSignal(page.copy_requested) as copied:
        press(page, qtbot, "Copy command")
    assert copied.args == ["sudo x=0"]
    with qtbot.waitSignal(page.attach_requested) as asked:
        press(page, qtbot, "Try again")
    assert asked.args == [4711]


def test_without_a_command_there_is_none_to_copy(page: AttachPage, qtbot: QtBot) -> None:
    page.show_problem(TimedOut("The program did not let RefScope in within 30 s", "Try again."))
    assert not page.command.isVisible()
    assert [each.text() for each in page.problem._buttons] == ["Try again"]
    qtbot.keyClicks(page.field, "t")
    assert not page.problem.isVisible()


def test_while_it_waits_it_says_for_what_and_esc_withdraws(page: AttachPage, qtbot: QtBot) -> None:
    click_row(page, qtbot, 0)
    page.take_keyboard()
    page.show_problem(REFUSED)
    page.show_work(attaching("train.py", 3.4))
    assert not page.problem.isVisible()
    assert not page.attach.isEnabled()
    qtbot.waitUntil(lambda: page.states.shown == "work")
    words = "Waiting for train.py to come to a safe point, 3 s"
    assert page.states._work.accessibleName().startswith(words)
    with qtbot.assertNotEmitted(page.attach_requested):
        qtbot.keyClick(page.field, Qt.Key.Key_Return)
    with qtbot.waitSignal(page.cancelled):
        qtbot.keyClick(page.field, Qt.Key.Key_Escape)
    page.show_programs(PROGRAMS)
    assert page.states.shown == "work"  # the list is looked at anew only when it is over
    page.end_work()
    assert page.states.shown == "content"
    assert page.chosen_pid == 4711


def test_what_can_be_used_has_a_name_and_is_reached_by_tab(page: AttachPage, qtbot: QtBot) -> None:
    click_row(page, qtbot, 0)
    assert page.field.accessibleName() == "Find a program by name or process id"
    assert page.table.accessibleName() == "Python programs that run"
    page.take_keyboard()
    reached = []
    for _ in range(3):
        reached.append(page.focusWidget())
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
    assert reached == [page.field, page.table, page.attach]


@pytest.mark.parametrize(
    ("text", "pid"), [("4711", 4711), (" 12 ", 12), ("0", None), ("-3", None), ("٣", None), ("9" * 40, None)]
)
def test_only_a_number_that_can_be_one_is_a_process_id(text: str, pid: int | None) -> None:
    assert process_id(text) == pid
