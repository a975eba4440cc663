"""Session > Child processes on a real program: what is listed, a window for each, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot
from real_windows import LONG, frozen, real_window, started

from refscope.errors import AttachRefused
from refscope.gui.launch_form import LaunchForm, RunMode
from refscope.gui.palette_window import Palette
from refscope.gui.window_controller import WindowController

SCRIPT = Path(__file__).parent.parent / "targets" / "run_children.py"
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
NONE, LOOKING = "None now", "Looking for child processes"


@pytest.fixture
def controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        started(made, LaunchForm(RunMode.SCRIPT, str(SCRIPT)), qtbot)
        qtbot.waitUntil(lambda: made.window.facts.is_running, timeout=LONG)
        yield made


def tell(controller: WindowController, line: str, qtbot: QtBot) -> int:
    """Have the program do something: the number it answers, 0 = none."""
    console = controller.panels.console
    before = console.text().count("made ")
    console.input.setText(line)
    qtbot.keyClick(console.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: console.text().count("made ") > before, timeout=LONG)
    word = console.text().rpartition("made ")[2].split()[0]
    return int(word) if word.isdigit() else 0


def known(controller: WindowController, *pids: int) -> bool:
    """Whether the chart counts these processes below the program, and no other."""
    session = controller.session
    assert session is not None
    return {each.pid for each in session.session.target.processes if not each.is_main} == set(pids)


def opened(controller: WindowController, qtbot: QtBot) -> QMenu:
    """The submenu, opened by pointer and key, with its answer."""
    session_menu, menu = controller.window.menus.menu("Session"), controller.window.menus.children_menu
    bar = controller.window.menuBar()
    place = bar.actionGeometry(session_menu.menuAction()).center()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(session_menu.isVisible)
    qtbot.keyClick(session_menu, Qt.Key.Key_H)
    qtbot.waitUntil(menu.isVisible)
    qtbot.waitUntil(lambda: menu.actions()[0].text() != LOOKING, timeout=LONG)
    return menu


def closed(controller: WindowController, menu: QMenu, qtbot: QtBot) -> None:
    session_menu = controller.window.menus.menu("Session")
    for each in (menu, session_menu):
        qtbot.keyClick(each, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not session_menu.isVisible())


def listed(controller: WindowController, qtbot: QtBot) -> list[str]:
    """What the submenu says now."""
    menu = opened(controller, qtbot)
    found = [each.text() for each in menu.actions()]
    closed(controller, menu, qtbot)
    return found


def choose(menu: QMenu, pid: int, qtbot: QtBot) -> None:
    """Go to the line of a process, and press Enter."""
    action = next(each for each in menu.actions() if f"(pid {pid})" in each.text())
    while menu.activeAction() is not action:
        qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)


def window_on(controller: WindowController, pid: int, qtbot: QtBot) -> WindowController:
    """The window that shows a process, once it is ready for a freeze."""
    window_of = controller.services.window_of
    qtbot.waitUntil(lambda: window_of(pid) is not None, timeout=LONG)
    found = window_of(pid)
    assert found is not None
    qtbot.waitUntil(found.window.menus.actions["freeze"].isEnabled, timeout=LONG)
    return found


def finish(controller: WindowController, qtbot: QtBot) -> None:
    """Close a window with whatever is in it."""
    controller.window.may_close = lambda: True
    with qtbot.waitSignal(controller.closed, timeout=LONG):
        controller.window.close()


def test_a_worker_is_looked_into_in_a_window_of_its_own(controller: WindowController, qtbot: QtBot) -> None:
    assert listed(controller, qtbot) == [NONE]
    worker, sleeper = tell(controller, "fork", qtbot), tell(controller, "sleep", qtbot)
    qtbot.waitUntil(lambda: known(controller, worker, sleeper), timeout=LONG)
    (line, others) = listed(controller, qtbot)
    assert line.startswith(f"run_children.py (pid {worker})\t")
    assert line.endswith("iB")  # its memory
    assert others == f"sleep ({sleeper}) runs no Python"

    choose(opened(controller, qtbot), worker, qtbot)
    other = window_on(controller, worker, qtbot)
    assert other.window.windowTitle() == f"run_children.py (pid {worker}) - RefScope"
    assert {row.type_name: row.count for row in frozen(other, qtbot).types}["__main__.Kept"] == 7
    samples = controller.session.session.samples  # type: ignore[union-attr]
    count = len(samples)
    qtbot.waitUntil(lambda: len(samples) > count + 15, timeout=LONG)  # children were looked for meanwhile
    assert known(controller, worker, sleeper)  # the copy is none of the program's
    assert len(listed(controller, qtbot)) == 2

    choose(opened(controller, qtbot), worker, qtbot)
    assert controller.services.window_of(worker) is other
    assert listed(other, qtbot) == [NONE]
    tell(controller, "end", qtbot)
    qtbot.waitUntil(lambda: known(controller), timeout=LONG)
    assert listed(controller, qtbot) == [NONE]
    qtbot.waitUntil(lambda: not other.window.menus.children_menu.menuAction().isEnabled(), timeout=LONG)
    finish(other, qtbot)


def test_children_of_a_program_that_was_attached_to_are_listed_as_well(
    controller: WindowController, qtbot: QtBot
) -> None:
    worker = tell(controller, "forkserver", qtbot)
    qtbot.waitUntil(lambda: len(listed(controller, qtbot)) == 3, timeout=LONG)
    menu = opened(controller, qtbot)
    server = next(each.text() for each in menu.actions() if "fork server" in each.text())
    pid = int(server.partition("(pid ")[2].partition(")")[0])
    choose(menu, pid, qtbot)
    other = window_on(controller, pid, qtbot)
    qtbot.waitUntil(lambda: known(other, worker), timeout=LONG)
    (line,) = listed(other, qtbot)
    assert line.startswith(f"multiprocessing worker (pid {worker})\t")
    finish(other, qtbot)


def test_one_that_has_ended_meanwhile_is_told_in_the_window_that_was_asked(
    controller: WindowController, qtbot: QtBot
) -> None:
    worker = tell(controller, "fork", qtbot)
    qtbot.waitUntil(lambda: known(controller, worker), timeout=LONG)
    menu = opened(controller, qtbot)
    assert controller.session is not None
    controller.session.session.send_line("end")
    qtbot.waitUntil(lambda: "made none" in controller.panels.console.text(), timeout=LONG)
    choose(menu, worker, qtbot)
    notices = controller.window.notices
    qtbot.waitUntil(lambda: bool(notices.notices), timeout=LONG)
    assert notices.notices[-1].title == f"There is no process {worker}"
    assert notices.notices[-1].severity == "error"
    assert controller.services.window_of(worker) is None


def test_what_the_system_forbids_is_told_with_its_command_to_copy(
    controller: WindowController, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(_process: object) -> None:
        raise AttachRefused("This process may not be attached to", "Why.", command="sudo x=0")

    monkeypatch.setattr("refscope.session.attached.check", forbid)
    worker = tell(controller, "fork", qtbot)
    qtbot.waitUntil(lambda: known(controller, worker), timeout=LONG)
    choose(opened(controller, qtbot), worker, qtbot)
    notices = controller.window.notices
    qtbot.waitUntil(lambda: bool(notices.notices), timeout=LONG)
    assert notices.notices[-1].title == "This process may not be attached to"
    copy = next(each for each in notices.findChildren(QPushButton) if each.text() == "Copy command")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "sudo x=0"


def test_the_palette_finds_a_child_by_its_number(controller: WindowController, qtbot: QtBot) -> None:
    worker = tell(controller, "spawn", qtbot)
    window = controller.window
    field, model = window.findChild(Palette).field, window.findChild(Palette).model

    def finds() -> bool:
        qtbot.keyClick(window, Qt.Key.Key_P, CTRL_SHIFT)
        qtbot.keyClicks(field, f"child {worker}")
        qtbot.waitUntil(lambda: not controller.jobs.questions.is_busy, timeout=LONG)
        found = model.at(0)
        return found is not None and found.entry.key == f"child:{worker}"

    qtbot.waitUntil(finds, timeout=LONG)
    assert model.at(0).entry.text == f"Child process: multiprocessing worker (pid {worker})"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    other = window_on(controller, worker, qtbot)
    assert other.window.windowTitle() == f"multiprocessing worker (pid {worker}) - RefScope"
    finish(other, qtbot)


def test_without_a_program_that_runs_the_menu_is_off(controller: WindowController, qtbot: QtBot) -> None:
    action = controller.window.menus.children_menu.menuAction()
    assert action.isEnabled()
    assert controller.session is not None
    controller.session.session.target.kill()
    qtbot.waitUntil(lambda: not action.isEnabled(), timeout=LONG)
    assert action.statusTip().endswith("Off: the program has ended.")
    (found,) = controller.children_menu.entries()
    assert found.off == "the program has ended"
