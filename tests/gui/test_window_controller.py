"""A window with a real program behind it: run, freeze twice, see the holder, save, end."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from real_windows import LEAK, frozen, make, real_window, script_of, started

from refscope.errors import LaunchError, UserFacingError
from refscope.gui import app as gui_app
from refscope.gui import exports
from refscope.gui.app import check_display, launch
from refscope.gui.launch_form import LaunchForm, RunMode
from refscope.gui.narrow import room_for
from refscope.gui.window_controller import WindowController


@pytest.fixture
def script(tmp_path: Path) -> LaunchForm:
    return script_of(tmp_path, LEAK)


@pytest.fixture
def controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        yield made


def choose_file(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Answer the native dialog."""
    monkeypatch.setattr(exports.QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def saved(
    controller: WindowController, monkeypatch: pytest.MonkeyPatch, action: str, path: Path, qtbot: QtBot
) -> None:
    choose_file(monkeypatch, path)
    controller.act(action)
    qtbot.waitUntil(lambda: path.exists() and path.stat().st_size > 100, timeout=30_000)


def state_button(controller: WindowController, text: str) -> QPushButton:
    buttons = controller.panels.suspects.findChildren(QPushButton)
    return next(each for each in buttons if each.text() == text and not each.isHidden())


def test_two_freezes_show_the_holder_without_a_click(
    controller: WindowController,
    script: LaunchForm,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started(controller, script, qtbot)
    window = controller.window
    assert window.dock_area.current == "watch"
    make(controller, 20, qtbot)
    first = frozen(controller, qtbot)
    qtbot.waitUntil(lambda: window.dock_area.current == "hunt")
    candidate = first.suspects[0]
    assert candidate.holder.endswith("Processor.instance_map")
    qtbot.waitUntil(lambda: controller.heap.graph.scene is not None, timeout=30_000)
    make(controller, 40, qtbot)
    second = frozen(controller, qtbot)
    assert (first.snapshot.name, second.snapshot.name) == ("A", "B")
    leak = second.suspects[0]
    assert leak.holder.endswith("Processor.instance_map")
    qtbot.waitUntil(lambda: controller.heap.graph.snapshot is second.snapshot, timeout=30_000)
    qtbot.waitUntil(lambda: not controller.jobs.questions.is_busy, timeout=30_000)
    scene = controller.heap.graph.scene
    assert scene is not None
    assert any(node.is_holder for node in scene.nodes)
    line = window.strip.shown
    assert line is not None
    qtbot.waitUntil(lambda: window.strip.shown is not None and window.strip.shown.step == 4)
    qtbot.waitUntil(lambda: not controller.jobs.questions.is_busy, timeout=30_000)

    # undo, redo, export
    target = controller.heap.graph.graph.target_key  # type: ignore[union-attr]
    assert target is not None
    shown = len(scene.nodes)
    controller.heap.graph.edits.hide([next(node.key for node in scene.nodes if node.key != target)])
    qtbot.waitUntil(lambda: len(controller.heap.graph.scene.nodes) < shown, timeout=30_000)  # type: ignore[union-attr]
    assert window.menus.actions["undo"].text() == "&Undo hide"
    controller.act("undo")
    qtbot.waitUntil(lambda: len(controller.heap.graph.scene.nodes) == shown, timeout=30_000)  # type: ignore[union-attr]
    for name in ("graph.svg", "graph.png", "graph.pdf", "graph.dot"):
        saved(controller, monkeypatch, "export_graph", tmp_path / name, qtbot)
    assert window.notices.notices[-1].title == "Graph saved"
    for name in ("chart.svg", "chart.png", "chart.csv"):
        saved(controller, monkeypatch, "export_chart", tmp_path / name, qtbot)
    assert (tmp_path / "chart.csv").read_text().startswith("time_s,rss_bytes")
    assert window.notices.notices[-1].title == "Chart saved"
    choose_file(monkeypatch, tmp_path / "no such folder" / "chart.svg")
    controller.act("export_chart")
    qtbot.waitUntil(lambda: window.notices.notices[-1].severity == "error", timeout=30_000)
    assert window.notices.notices[-1].button.key == "save_elsewhere"  # type: ignore[union-attr]
    saved(controller, monkeypatch, "save_elsewhere", tmp_path / "elsewhere.svg", qtbot)

    # save and open
    capture = tmp_path / "run.refscope"
    controller.files.save_to(str(capture))
    qtbot.waitUntil(lambda: window.notices.notices[-1].title == "Capture saved", timeout=60_000)
    assert controller.session is not None
    assert controller.session.unsaved_freezes == 0
    recent = controller.settings.recent()[0]
    assert (recent.verdict, recent.result.split(":")[0]) == ("leak", "1 leak")


def test_a_search_that_finds_nothing_offers_what_is_near(
    controller: WindowController, script: LaunchForm, qtbot: QtBot
) -> None:
    started(controller, script, qtbot)
    make(controller, 5, qtbot)
    frozen(controller, qtbot)
    qtbot.waitUntil(lambda: not controller.jobs.questions.is_busy, timeout=30_000)  # the latest question wins
    with qtbot.waitSignal(controller.heap.graph.failed, timeout=30_000) as told:
        controller.search("Procesor")
    assert "Processor" in " ".join(told.args[0].near)
    controller.search("Processor")
    qtbot.waitUntil(lambda: controller.heap.graph.scene is not None, timeout=30_000)


def test_a_program_that_ends_says_how(controller: WindowController, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "short.py"
    path.write_text("print('ready'); raise SystemExit(3)\n")
    controller.start.launch(LaunchForm(RunMode.SCRIPT, str(path)))
    chip = controller.window.toolbar._chip
    qtbot.waitUntil(lambda: chip.accessibleName().startswith("Exit code 3 after"), timeout=30_000)
    assert not controller.window.menus.actions["freeze"].isEnabled()
    assert controller.window.menus.actions["run_again"].isEnabled()
    line = controller.window.strip.shown
    assert line is not None
    assert line.text.startswith("The program ended with exit code 3 before a freeze.")
    said = controller.panels.suspects._message.accessibleName  # the chip may know of the end a moment earlier
    words = "The program ended before it could be frozen. Exit code 3 after"
    qtbot.waitUntil(lambda: said().startswith(words), timeout=30_000)
    assert said().endswith("Last line: ready")
    assert controller.panels.console.text().count("ready") == 1  # though it came before anybody listened
    state_button(controller, "Console").click()
    assert controller.window.docks["bottom"].current == "console"
    state_button(controller, "Choose another Python").click()
    assert not controller.window.facts.in_session
    assert controller.window.start_page.form.target.text() == str(path)


def test_a_program_is_frozen_at_its_end_and_ends_as_it_would(
    controller: WindowController, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "short.py"
    path.write_text("class Kept: pass\nkept = [Kept() for _ in range(50)]\nraise SystemExit(3)\n")
    controller.start.launch(LaunchForm(RunMode.SCRIPT, str(path), freeze_at_end=True))
    chip = controller.window.toolbar._chip
    qtbot.waitUntil(lambda: chip.accessibleName().startswith("Exit code 3 after"), timeout=60_000)
    qtbot.waitUntil(lambda: controller.panels.shown_analysis is not None, timeout=60_000)
    analysis = controller.panels.shown_analysis
    assert analysis is not None
    counts = {row.type_name: row.count for row in analysis.types}
    assert counts["__main__.Kept"] == 50


def test_the_terminal_of_the_program_is_as_large_as_the_console(
    controller: WindowController, tmp_path: Path, qtbot: QtBot
) -> None:
    program = (
        "import os, sys\nprint('ready', flush=True)\n"
        "for line in sys.stdin: print(os.get_terminal_size(), flush=True)\n"
    )
    started(controller, script_of(tmp_path, program), qtbot)
    console = controller.panels.console
    controller.window.focus_panel("console")
    qtbot.waitUntil(lambda: console.cells is not None, timeout=30_000)

    def told() -> str:
        assert console.cells is not None
        rows, columns = console.cells
        return f"os.terminal_size(columns={columns}, lines={rows})"

    before = told()
    console.line_entered.emit("size")
    qtbot.waitUntil(lambda: before in console.text(), timeout=30_000)
    with qtbot.waitSignal(console.cells_changed, timeout=30_000):
        controller.window.resize(1280, 800)
    assert told() != before
    console.line_entered.emit("size")
    qtbot.waitUntil(lambda: told() in console.text(), timeout=30_000)


def test_a_new_session_has_the_keyboard_in_its_console(
    controller: WindowController, script: LaunchForm, qtbot: QtBot
) -> None:
    controller.window.resize(1000, 700)
    started(controller, script, qtbot)
    area = controller.window.dock_area
    qtbot.waitUntil(lambda: area._room is room_for(area.width()))  # docks were placed for the room there is
    assert controller.window.focusWidget() is controller.panels.console.input


def test_stop_ends_a_program(controller: WindowController, script: LaunchForm, qtbot: QtBot) -> None:
    started(controller, script, qtbot)
    assert controller.session is not None
    with qtbot.waitSignal(controller.session.ended, timeout=30_000):
        controller.act("stop")


def test_a_launch_that_fails_says_so_in_the_form(controller: WindowController, qtbot: QtBot) -> None:
    controller.start.launch(LaunchForm(RunMode.SCRIPT, "/no/such.py", python="/usr/bin/env"))
    line = controller.window.start_page.form._problem_lines["folder"]
    qtbot.waitUntil(lambda: not line.isHidden(), timeout=30_000)
    assert line.title.text() == "The working folder does not exist"
    assert controller.session is None
    assert controller.window.start_page.form.isEnabled()


def test_closing_frees_session_and_heap(
    controller: WindowController, script: LaunchForm, qtbot: QtBot, qapp: QApplication
) -> None:
    started(controller, script, qtbot)
    make(controller, 20, qtbot)
    analysis = frozen(controller, qtbot)
    controller.search("Processor")
    qtbot.waitUntil(lambda: controller.heap.graph.scene is not None, timeout=30_000)
    qtbot.waitUntil(lambda: not controller.jobs.questions.is_busy, timeout=30_000)
    heap = weakref.ref(analysis.snapshot)
    session = weakref.ref(controller.session)
    del analysis
    controller.window.may_close = lambda: True
    controller.may_close = lambda _then=None: True  # type: ignore[method-assign]
    controller.act("close")

    def are_gone() -> bool:
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
        return session() is None and heap() is None

    qtbot.waitUntil(are_gone, timeout=10_000)


def test_without_a_display_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserFacingError, match="no display"):
        check_display()


@pytest.mark.parametrize(("chosen", "used"), [(None, "of the project"), ("chosen", "chosen")])
def test_without_a_choice_the_projects_python_is_used(
    monkeypatch: pytest.MonkeyPatch, chosen: str | None, used: str
) -> None:
    asked: list[object] = []
    monkeypatch.setattr("refscope.api.project_python", lambda script, cwd: "of the project")
    monkeypatch.setattr("refscope.api.launch", lambda argv, **options: asked.append(options["python"]))
    launch(["a.py"], python=chosen, cwd=None)
    assert asked == [used]


def test_a_path_that_is_no_python_is_listed_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise LaunchError("This is not a Python", f"{path} did not answer as one.")

    monkeypatch.setattr("refscope.session.interpreters.probe", refuse)
    choice = gui_app.probe("/usr/bin/perl")
    assert not choice.can_be_used
    assert "did not answer" in choice.reason
