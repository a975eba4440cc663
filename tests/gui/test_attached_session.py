"""A window attached to a real program: it looks as after a launch, and the program goes on afterwards."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from pytestqt.qtbot import QtBot
from real_windows import LONG, another, frozen, real_window

from refscope.gui.actions import NOT_OURS
from refscope.gui.app import App
from refscope.gui.window_controller import WindowController
from refscope.gui.window_request import WindowRequest
from tests.gui.test_closing import Answers, answers  # noqa: F401

# ruff: noqa: F811 (fixtures of another module are named as arguments)

SCRIPT = Path(__file__).parent.parent / "targets" / "run_waits.py"
Program = subprocess.Popen[str]


@pytest.fixture
def program() -> Iterator[Program]:
    """Holds 500 nodes, and 100 more with each line it answers."""
    made = subprocess.Popen(
        [sys.executable, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert made.stdout is not None
    assert made.stdin is not None
    assert made.stdout.readline().startswith("READY")
    yield made
    made.kill()
    made.wait()
    made.stdin.close()
    made.stdout.close()


@pytest.fixture
def controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        yield made


def says(program: Program, line: str) -> str:
    """What it answers to a line."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(f"{line}\n")
    program.stdin.flush()
    return program.stdout.readline()


def attached(controller: WindowController, program: Program, qtbot: QtBot) -> None:
    """Attach as a person would, by the keyboard."""
    controller.act("attach")
    page = controller.window.start_page.attach
    qtbot.waitUntil(lambda: page.model.rowCount() > 0, timeout=LONG)
    qtbot.keyClicks(page.field, str(program.pid))
    qtbot.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: controller.session is not None or page.problem.isVisible(), timeout=LONG)
    assert page.problem.title.text() == ""
    qtbot.waitUntil(lambda: controller.window.facts.in_session and controller.window.facts.is_running)


def test_a_running_program_is_charted_frozen_and_left_alone(
    controller: WindowController, program: Program, qtbot: QtBot, answers: Answers
) -> None:
    attached(controller, program, qtbot)
    window, title = controller.window, f"run_waits.py (pid {program.pid})"
    assert window.windowTitle() == f"{title} - RefScope"
    assert window.dock_area.current == "watch"
    chip = window.toolbar._chip
    qtbot.waitUntil(lambda: chip.accessibleName().startswith("Attached, running 00:0"))
    qtbot.waitUntil(lambda: window.status.text().startswith(f"Attached to {title}, 1 process"))
    samples = controller.session.session.samples  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: len(samples) >= 5, timeout=LONG)
    assert controller.settings.recent() == []

    analysis = frozen(controller, qtbot)
    assert {row.type_name: row.count for row in analysis.types}["__main__.Node"] == 500
    assert says(program, "more") == "GOT more\n"
    assert {row.type_name: row.count for row in frozen(controller, qtbot).types}["__main__.Node"] == 600
    assert controller.settings.recent() == []

    answers.answers = ["Cancel", "Close"]
    controller.act("close")
    assert answers.asked == [f"2 freezes of {title} are not saved. The program goes on without RefScope."]
    assert answers.buttons == {"Save capture", "Close", "Cancel"}
    assert controller.session is not None
    controller.act("close")
    assert controller.session is None
    assert not window.facts.in_session
    qtbot.waitUntil(lambda: not controller.jobs.heap_work.is_busy, timeout=LONG)
    assert says(program, "on") == "GOT on\n"


def test_what_only_the_one_who_started_it_can_do_is_off(
    controller: WindowController, program: Program, qtbot: QtBot
) -> None:
    attached(controller, program, qtbot)
    window = controller.window
    for key in ("stop", "run_again", "mark_output", "auto_output"):
        action = window.menus.actions[key]
        assert not action.isEnabled()
        assert action.statusTip().endswith(f"Off: {NOT_OURS}.")
    assert not window.toolbar._stop.isEnabled()
    assert window.toolbar._stop.toolTip().endswith(f"Off: {NOT_OURS}.")
    for key in ("freeze", "mark", "collect", "watch", "save", "report"):
        assert window.menus.actions[key].isEnabled()
    console = controller.panels.console
    window.focus_panel("console")
    assert console.hasFocus()
    assert not console.input.isVisible()
    assert console._empty.isVisible()
    words = "What this program prints goes where it was started."
    assert console._empty.accessibleName().startswith(words)


def test_without_freezes_the_window_closes_without_a_question_and_the_program_runs_on(
    controller: WindowController, program: Program, qtbot: QtBot, answers: Answers
) -> None:
    attached(controller, program, qtbot)
    assert controller.window.close()
    assert answers.asked == []
    assert says(program, "on") == "GOT on\n"
    assert program.poll() is None


def test_a_saved_session_closes_without_a_question_and_is_freed(
    controller: WindowController,
    program: Program,
    qtbot: QtBot,
    answers: Answers,
    tmp_path: Path,
) -> None:
    attached(controller, program, qtbot)
    heap = weakref.ref(frozen(controller, qtbot).snapshot)
    session = weakref.ref(controller.session)
    qtbot.waitUntil(lambda: controller.heap.graph.scene is not None, timeout=LONG)
    capture = tmp_path / controller.files._capture().file_name  # type: ignore[union-attr]
    assert capture.name == "run_waits.refscope"
    controller.files.save_to(str(capture))
    notices = controller.window.notices
    qtbot.waitUntil(
        lambda: bool(notices.notices) and notices.notices[-1].title == "Capture saved", timeout=LONG
    )
    controller.act("close")
    assert answers.asked == []

    def are_gone() -> bool:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
        return session() is None and heap() is None

    qtbot.waitUntil(are_gone, timeout=LONG)
    assert says(program, "on") == "GOT on\n"
    controller.files.open(str(capture))
    qtbot.waitUntil(lambda: controller.run is not None, timeout=LONG)
    assert [each.name for each in controller.run.snapshots] == ["A"]  # type: ignore[union-attr]


def test_its_end_is_told_without_an_exit_code(
    controller: WindowController, program: Program, qtbot: QtBot
) -> None:
    attached(controller, program, qtbot)
    program.kill()
    chip = controller.window.toolbar._chip
    qtbot.waitUntil(lambda: chip.accessibleName().startswith("Ended after"), timeout=LONG)
    assert chip.property("chip") == "plain"
    suspects = controller.panels.suspects._message
    qtbot.waitUntil(
        lambda: suspects.accessibleName().startswith("The program ended before a freeze."), timeout=LONG
    )
    assert not controller.window.toolbar._again.isEnabled()
    line = controller.window.strip.shown
    assert line is not None
    assert line.buttons == ()


def test_where_a_session_is_the_list_opens_in_another_window(
    controller: WindowController, program: Program, qtbot: QtBot
) -> None:
    other = another(controller, qtbot)
    other.services = replace(other.services, open_window=lambda then: then(controller))
    other.start.attach(program.pid)
    qtbot.waitUntil(lambda: other.session is not None, timeout=LONG)
    qtbot.waitUntil(lambda: other.window.facts.in_session)
    page = controller.window.start_page.attach
    assert not page.isVisible()
    other.act("attach")
    assert page.isVisible()
    assert other.window.facts.in_session
    with qtbot.waitSignal(other.closed, timeout=LONG):
        other.window.close()


def test_a_process_that_runs_no_python_is_refused_on_the_page(
    controller: WindowController, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        app = App.__new__(App)  # its windows are the fixture's
        monkeypatch.setattr(app, "new_window", lambda: controller, raising=False)
        app.handle(WindowRequest(pid=sleeper.pid))
        page = controller.window.start_page.attach
        qtbot.waitUntil(page.problem.isVisible, timeout=LONG)
        assert page.problem.title.text() == f"Process {sleeper.pid} runs no Python"
        assert page.field.text() == str(sleeper.pid)
        assert controller.session is None
    finally:
        sleeper.kill()
        sleeper.wait()
