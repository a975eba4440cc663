"""Empty, working and error states, and notices."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from refscope.errors import LaunchError, NotFound
from refscope.gui import notices, states
from refscope.gui.button_row import ButtonRow
from refscope.gui.notices import NoticeStack
from refscope.gui.state_values import MessageState, Notice, StateButton, WorkState, state_of_error
from refscope.gui.states import StatePanel
from refscope.gui.theme import Theme, dress


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> StatePanel:
    made = StatePanel(QLabel("content"))
    qtbot.addWidget(made)
    dress(made, theme)
    made.resize(400, 300)
    made.show()
    return made


def words(widget: QWidget) -> str:
    return " ".join(each.text() for each in widget.findChildren(QLabel) if each.isVisible())


def test_a_message_stands_in_place_of_the_panel(panel: StatePanel) -> None:
    panel.show_message(MessageState("Nothing frozen yet", "Take one now."))
    assert "Nothing frozen yet" in words(panel)
    assert "content" not in words(panel)
    panel.show_content()
    assert words(panel) == "content"


def test_a_button_of_a_message_is_named_by_its_key(panel: StatePanel, qtbot: QtBot) -> None:
    panel.show_message(MessageState("Empty", buttons=(StateButton("freeze", "Freeze now", is_primary=True),)))
    button = next(each for each in panel.findChildren(QPushButton) if each.text() == "Freeze now")
    with qtbot.waitSignal(panel.pressed) as pressed:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed.args == ["freeze"]


@pytest.mark.parametrize(("width", "stacked"), [(280, True), (600, False)])
def test_buttons_that_are_too_wide_together_stand_below_each_other(
    panel: StatePanel, qtbot: QtBot, width: int, stacked: bool
) -> None:
    texts = ("See what grew (3)", "What keeps most in B", "Freeze again")
    panel.resize(width, 400)
    panel.show_message(
        MessageState("Nothing leaks", buttons=tuple(StateButton(each, each) for each in texts))
    )
    row = panel.findChild(ButtonRow)
    assert isinstance(row, ButtonRow)
    qtbot.waitUntil(lambda: row.is_stacked == stacked)
    qtbot.waitUntil(
        lambda: all(each.width() >= each.sizeHint().width() for each in row.findChildren(QPushButton))
    )
    middles = {each.geometry().center().x() for each in row.findChildren(QPushButton)}
    assert (max(middles) - min(middles) <= 1) == stacked


def test_short_work_shows_nothing(panel: StatePanel, qtbot: QtBot) -> None:
    panel.show_content()
    panel.show_work(WorkState("Freezing B"))
    panel.show_content()
    assert panel.shown == "content"
    assert panel.content.graphicsEffect() is None


def test_old_content_is_dimmed_while_new_is_made(panel: StatePanel) -> None:
    panel.show_content()
    panel.show_work(WorkState("Freezing B"))
    assert panel.shown == "content"
    assert panel.content.graphicsEffect() is not None


def test_long_work_shows_what_it_does_by_itself(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "SILENT_MS", 0)
    monkeypatch.setattr(states, "THIN_MS", 1)
    made = StatePanel(QLabel("content"))
    qtbot.addWidget(made)
    made.show()
    made.show_work(WorkState("Freezing B", done=742_000, total=1_204_118, left_s=2.2))
    qtbot.waitUntil(lambda: made.shown == "work")
    assert "742,000 of about 1,204,118 objects" in words(made)
    assert "2 s left" in words(made)


def test_cancel_is_told(panel: StatePanel, qtbot: QtBot) -> None:
    panel.show_work(WorkState("Freezing B"), at_once=True)
    cancel = next(each for each in panel.findChildren(QPushButton) if each.text() == "Cancel")
    with qtbot.waitSignal(panel.cancelled):
        qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)


def test_an_error_made_for_a_person_becomes_a_state() -> None:
    state = state_of_error(LaunchError("This is not a Python", "/usr/bin/perl did not answer as one."))
    assert (state.title, state.text, state.tone) == (
        "This is not a Python",
        "/usr/bin/perl did not answer as one.",
        "leak",
    )


def test_what_was_not_found_comes_with_what_is_near() -> None:
    state = state_of_error(NotFound("No type matches 'lodaer'", near=("ResourceLoader", "DataLoader")))
    assert state.text == "Near: ResourceLoader, DataLoader."


@pytest.fixture
def stack(qtbot: QtBot, theme: Theme) -> NoticeStack:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 600)
    made = NoticeStack(window)
    dress(window, theme)
    window.show()
    window.setProperty("kept", made)
    return made


def test_a_notice_stands_in_the_lower_right_corner(stack: NoticeStack) -> None:
    stack.tell(Notice("Graph saved", "~/reports/instance_map.svg", "ok"))
    window = stack.parentWidget()
    assert window is not None
    assert stack.isVisible()
    assert stack.geometry().right() == window.width() - 13
    window.resize(1200, 700)
    assert stack.geometry().right() == window.width() - 13


def test_a_notice_goes_by_itself_but_an_error_stays(
    stack: NoticeStack, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "STAY_MS", 1)
    stack.tell(Notice("The program crashed", "Signal 11 at 03:41.", "error"))
    stack.tell(Notice("Graph saved", "x.svg", "ok"))
    qtbot.waitUntil(lambda: [each.title for each in stack.notices] == ["The program crashed"])


def test_the_same_notice_is_shown_once(stack: NoticeStack) -> None:
    stack.tell(Notice("Graph saved", "a.svg", "ok"))
    stack.tell(Notice("Graph saved", "b.svg", "ok"))
    assert [each.text for each in stack.notices] == ["b.svg"]


def test_at_most_three_notices_are_kept(stack: NoticeStack) -> None:
    for number in range(5):
        stack.tell(Notice(f"Notice {number}", severity="error"))
    assert [each.title for each in stack.notices] == ["Notice 2", "Notice 3", "Notice 4"]


def test_the_button_of_a_notice_is_told_and_the_notice_goes(stack: NoticeStack, qtbot: QtBot) -> None:
    stack.tell(Notice("Saved", "x", "ok", StateButton("folder:/tmp", "Open folder")))
    button = next(each for each in stack.findChildren(QPushButton) if each.text() == "Open folder")
    with qtbot.waitSignal(stack.pressed) as pressed:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed.args == ["folder:/tmp"]
    assert stack.notices == []
