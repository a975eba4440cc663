"""What the window says when nothing leaks, and when a program ended on its own: strip, suspects, buttons."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from real_windows import LONG, frozen, make, real_window, script_of, started

from refscope.gui.end_state import state_of_end
from refscope.gui.launch_form import LaunchForm, RunMode
from refscope.gui.window_controller import WindowController
from refscope.session.ending import ExitStatus

KEEPS = """
import sys
class Page:
    def __init__(self): self.data = bytearray(200_000)
class Site:
    pages = [Page() for _ in range(60)]
print("ready", flush=True)
for line in sys.stdin:
    if line.startswith("fall"):
        import os, signal
        os.kill(os.getpid(), signal.SIGSEGV)
    print("made", line.strip(), flush=True)
"""


@pytest.fixture
def controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        yield made


def strip_text(controller: WindowController) -> str:
    line = controller.window.strip.shown
    return line.text if line is not None else ""


def buttons(controller: WindowController) -> dict[str, QPushButton]:
    """What the state in place of the suspects offers."""
    body = controller.panels.suspects._message._body
    assert body is not None
    return {each.text() or each.accessibleName(): each for each in body.findChildren(QPushButton)}


def test_where_nothing_leaks_what_keeps_most_is_a_click_away(
    controller: WindowController, tmp_path: Path, qtbot: QtBot
) -> None:
    started(controller, script_of(tmp_path, KEEPS), qtbot)
    for _ in range(2):
        make(controller, 1, qtbot)
        frozen(controller, qtbot)
    qtbot.waitUntil(lambda: strip_text(controller).startswith("Nothing leaks between A and B."), timeout=LONG)
    assert strip_text(controller).endswith("Let it work longer, then freeze C.")
    panels = controller.panels
    assert panels.suspects.shown == "message"
    assert {"What keeps most in B", "Freeze again"} <= set(buttons(controller))
    with qtbot.waitSignal(panels.analysis_shown, timeout=LONG) as shown:
        qtbot.mouseClick(buttons(controller)["What keeps most in B"], Qt.MouseButton.LeftButton)
    assert (shown.args[0].since, shown.args[0].snapshot.name) == (None, "B")
    qtbot.waitUntil(lambda: panels.suspects.shown == "content", timeout=LONG)
    assert panels.suspect_cards.cards[0].suspect.holder.endswith("Site.pages")
    assert "it is no leak so far" in panels.suspect_cards.cards[0].suspect.sentence
    assert controller.session is not None
    subject = controller.chart.marks.subject
    assert subject is not None
    known = subject.analysis_of(controller.session.session.snapshots[1])
    assert known is not None
    assert known.since is not None  # the freeze itself still tells of growth


def test_when_the_program_has_ended_nobody_is_told_to_freeze(
    controller: WindowController, tmp_path: Path, qtbot: QtBot
) -> None:
    started(controller, script_of(tmp_path, KEEPS), qtbot)
    for _ in range(2):
        frozen(controller, qtbot)
    assert controller.session is not None
    with qtbot.waitSignal(controller.session.ended, timeout=LONG):
        controller.panels.console.end_of_input.emit()
    assert "Freeze again" not in buttons(controller)
    assert "What keeps most in B" in buttons(controller)
    assert "freeze" not in strip_text(controller)


def test_a_crash_says_what_is_kept(controller: WindowController, tmp_path: Path, qtbot: QtBot) -> None:
    started(controller, script_of(tmp_path, KEEPS), qtbot)
    frozen(controller, qtbot)
    assert controller.session is not None
    with qtbot.waitSignal(controller.session.ended, timeout=LONG):
        controller.panels.console.line_entered.emit("fall")
    words = "The program crashed: signal 11 (segmentation fault). Chart and freeze A are kept."
    qtbot.waitUntil(lambda: strip_text(controller) == words, timeout=LONG)
    notice = controller.window.notices.notices[-1]
    assert (notice.title, notice.button.text if notice.button else "") == (
        "The program crashed",
        "Save capture",
    )
    assert notice.text.endswith("Chart and freeze A are kept.")
    assert [each.text() for each in controller.window.strip.buttons()] == ["Run again", "Save capture"]


def test_an_end_with_an_exit_code_sends_to_the_console(
    controller: WindowController, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "fails.py"
    path.write_text("import no_such_module\n")
    controller.start.launch(LaunchForm(RunMode.SCRIPT, str(path)))
    words = "The program ended with exit code 1 before a freeze. Its last lines say why."
    qtbot.waitUntil(lambda: strip_text(controller) == words, timeout=LONG)
    console = next(each for each in controller.window.strip.buttons() if each.text() == "Console")
    qtbot.mouseClick(console, Qt.MouseButton.LeftButton)
    assert controller.window.docks["bottom"].current == "console"


def test_a_program_that_was_stopped_has_not_failed() -> None:
    state = state_of_end(ExitStatus(-signal.SIGTERM, 3.0), "Terminated")
    assert state.title == "The program was stopped before a freeze"
    assert state.tone == "text3"


def test_a_crash_without_a_freeze_can_be_saved() -> None:
    state = state_of_end(ExitStatus(-signal.SIGSEGV, 221.0), "loading")
    assert (state.title, state.text) == (
        "The program crashed",
        "Signal 11 (segmentation fault) at 03:41. The chart is kept. Last line: loading",
    )
    assert [button.text for button in state.buttons] == ["Save capture", "Console", "Run again"]
