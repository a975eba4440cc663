"""Freezing with options, and what is offered after a freeze that failed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from refscope.errors import FreezeError, TargetExited
from refscope.gui.freeze_options import FreezeOptions, buttons_of_failure, freeze_dialog
from refscope.gui.launch_form import LaunchForm
from refscope.gui.parts import IconField, Segments
from refscope.gui.theme import Theme
from refscope.gui.window_controller import WindowController
from tests.gui.test_window_controller import controller, script, started, state_button  # noqa: F401

# ruff: noqa: F811 (fixtures of another module are named as arguments)


def test_name_place_and_memory_are_chosen(qtbot: QtBot, theme: Theme) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    chosen: list[FreezeOptions] = []
    dialog = freeze_dialog(parent, theme, "C", chosen.append)
    assert not dialog.isModal()
    field, check = dialog.findChildren(IconField)[0], dialog.findChildren(QCheckBox)[0]
    assert field.placeholderText() == "C"
    qtbot.keyClicks(field, "before")
    qtbot.keyClick(check, Qt.Key.Key_Space)
    qtbot.mouseClick(dialog.findChildren(Segments)[0].button("clone"), Qt.MouseButton.LeftButton)
    start = next(each for each in dialog.findChildren(QPushButton) if each.text() == "Freeze")
    qtbot.mouseClick(start, Qt.MouseButton.LeftButton)
    assert chosen == [FreezeOptions("before", "clone", True)]
    assert not dialog.isVisible()


def test_enter_freezes_once_as_it_stands(qtbot: QtBot, theme: Theme) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    chosen: list[FreezeOptions] = []
    dialog = freeze_dialog(parent, theme, "A", chosen.append)
    qtbot.keyClick(dialog.findChildren(IconField)[0], Qt.Key.Key_Return)
    assert chosen == [FreezeOptions()]


@pytest.mark.parametrize(
    ("error", "keys"),
    [
        (FreezeError("Too little free memory for a copy"), ["freeze_in_place", "freeze"]),
        (FreezeError("The copy did not answer and was ended"), ["freeze_in_place", "freeze"]),
        (TargetExited("The program can no longer be frozen", ""), ["freeze"]),
    ],
)  # fmt: skip
def test_where_the_copy_was_the_problem_reading_in_place_is_offered(
    error: FreezeError, keys: list[str]
) -> None:
    assert [button.key for button in buttons_of_failure(error)] == keys


def test_a_refused_copy_is_read_in_place_at_a_click(
    controller: WindowController, script: LaunchForm, qtbot: QtBot
) -> None:
    started(controller, script, qtbot)
    session = controller.session
    assert session is not None
    session.work_failed.emit(FreezeError("Too little free memory for a copy", "1.2 GiB are free."), "freeze")
    with qtbot.waitSignal(session.analysed, timeout=60_000):
        state_button(controller, "Pause and read").click()
    assert [snapshot.name for snapshot in session.session.snapshots] == ["A"]
