"""The console on the copy, by keys: what is typed runs in a clone of a real freeze, or of none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from captures import running
from graph_helpers import show
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from refscope.api import Session, Snapshot
from refscope.api.snapshot import Snapshot as SnapshotClass
from refscope.gui.copy_console import EXAMPLES, THIS_IS_A_COPY, CopyConsole
from refscope.gui.copy_console_controller import CopyConsoleController
from refscope.gui.graph_places import ObjectFacts
from refscope.present.scene import NodeKind, VisibleNode

PROGRAM = """
class Node:
    number = 5
NODES = [Node() for _ in range(7)]
print("ready", flush=True)
input()
print("still", len(NODES), flush=True)
"""
KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


class FakeGraph(QObject):
    object_chosen = Signal(object)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with running(tmp_path_factory.mktemp("program"), PROGRAM) as made:
        yield made


@pytest.fixture(scope="module")
def snapshot(session: Session) -> Snapshot:
    return session.freeze("B")


@pytest.fixture
def panel(qtbot: QtBot) -> CopyConsole:
    return show(qtbot, CopyConsole(), 306, 500)


@pytest.fixture
def controller(panel: CopyConsole) -> Iterator[CopyConsoleController]:
    graph = FakeGraph()
    made = CopyConsoleController(panel, graph)  # type: ignore[arg-type]
    crashes: list[str] = []
    made.lane.crashed.connect(lambda name, report: crashes.append(f"{name}: {report}"))
    yield made
    made.close()
    assert not crashes


def type_line(panel: CopyConsole, text: str) -> None:
    QTest.keyClicks(panel.input, text)
    QTest.keyClick(panel.input, KEY.Key_Return)


def run(panel: CopyConsole, text: str, qtbot: QtBot) -> str:
    """Type a line and wait for its end; all that is shown then."""
    type_line(panel, text)
    qtbot.waitUntil(lambda: not panel.is_running, timeout=30_000)
    return panel.output.toPlainText()


def button(panel: CopyConsole, text: str) -> QAbstractButton:
    return next(b for b in panel.findChildren(QAbstractButton) if b.text() == text and b.isVisible())


def facts_of(snapshot: Snapshot, name: str) -> ObjectFacts:
    index = int(snapshot.find(name)[0])
    return ObjectFacts(snapshot, VisibleNode("n", NodeKind.INSTANCE, name), snapshot.details(index))


def test_it_says_that_it_is_a_copy_and_offers_three_lines(panel: CopyConsole) -> None:
    panel.show_freeze("B")
    assert panel.prompt.text() == "B>"
    names = [b.text() for b in panel.findChildren(QAbstractButton) if b.isVisible()]
    assert names == [source for source, _ in EXAMPLES]
    assert any(each.text() == THIS_IS_A_COPY for each in panel.findChildren(type(panel.prompt)))


def test_lines_run_on_the_copy_and_keep_their_variables(
    controller: CopyConsoleController, panel: CopyConsole, snapshot: Snapshot, qtbot: QtBot
) -> None:
    controller.show(snapshot)
    assert run(panel, "x = len(NODES)", qtbot) == "B> x = len(NODES)\n"
    assert run(panel, "x * 6", qtbot).endswith("B> x * 6\n42\n")
    assert "ZeroDivisionError: division by zero\n" in run(panel, "1 / 0", qtbot)


def test_obj_is_the_selected_object(
    controller: CopyConsoleController, panel: CopyConsole, snapshot: Snapshot, qtbot: QtBot
) -> None:
    controller.choose(facts_of(snapshot, "Node"))
    assert run(panel, "obj in NODES, snapshot.count(type(obj))", qtbot).endswith("(True, 7)\n")


def test_an_example_runs_at_a_click(
    controller: CopyConsoleController, panel: CopyConsole, snapshot: Snapshot, qtbot: QtBot
) -> None:
    controller.choose(facts_of(snapshot, "Node"))
    QTest.mouseClick(button(panel, "snapshot"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "snapshot.referrers(obj)     what holds an object" in panel.output.toPlainText())


def test_a_block_goes_on_indented_until_an_empty_line(
    controller: CopyConsoleController, panel: CopyConsole, snapshot: Snapshot, qtbot: QtBot
) -> None:
    controller.show(snapshot)
    type_line(panel, "for n in range(2):")
    qtbot.waitUntil(lambda: panel.input.toPlainText() == "for n in range(2):\n    ", timeout=30_000)
    assert panel.input.height() > 30
    QTest.keyClicks(panel.input, "print(n)")
    QTest.keyClick(panel.input, KEY.Key_Return)
    qtbot.waitUntil(lambda: panel.input.toPlainText().endswith("print(n)\n    "), timeout=30_000)
    QTest.keyClick(panel.input, KEY.Key_Return)
    qtbot.waitUntil(lambda: not panel.is_running and panel.output.toPlainText() != "", timeout=30_000)
    assert panel.output.toPlainText() == "B> for n in range(2):\n..     print(n)\n0\n1\n"
    assert panel.input.toPlainText() == ""


def test_up_and_down_walk_through_what_was_run(panel: CopyConsole, qtbot: QtBot) -> None:
    panel.show_freeze("B")
    for line in ("first", "second"):
        with qtbot.waitSignal(panel.submitted):
            type_line(panel, line)
        panel.show_end("done", "")
    QTest.keyClicks(panel.input, "draft")
    for key, text in ((KEY.Key_Up, "second"), (KEY.Key_Up, "first"), (KEY.Key_Up, "first")):
        QTest.keyClick(panel.input, key)
        assert panel.input.toPlainText() == text
    for text in ("second", "draft"):
        QTest.keyClick(panel.input, KEY.Key_Down)
        assert panel.input.toPlainText() == text


def test_tab_completes_one_name_and_lists_several(
    controller: CopyConsoleController, panel: CopyConsole, snapshot: Snapshot, qtbot: QtBot
) -> None:
    controller.choose(facts_of(snapshot, "Node"))
    QTest.keyClicks(panel.input, "obj.num")
    QTest.keyClick(panel.input, KEY.Key_Tab)
    qtbot.waitUntil(lambda: panel.input.toPlainText() == "obj.number", timeout=30_000)
    panel.input.clear()
    QTest.keyClicks(panel.input, "snapshot.ref")
    QTest.keyClick(panel.input, KEY.Key_Tab)
    popup = panel.input._list
    qtbot.waitUntil(popup.isVisible, timeout=30_000)
    assert panel.input.toPlainText() == "snapshot.refer"
    QTest.keyClick(popup, KEY.Key_Down)
    QTest.keyClick(popup, KEY.Key_Return)
    assert panel.input.toPlainText() == "snapshot.referents"
    assert not popup.isVisible()


def test_tab_on_an_empty_line_leaves_and_in_a_block_indents(panel: CopyConsole, qtbot: QtBot) -> None:
    panel.show_freeze("B")
    panel.input.setFocus()
    with qtbot.assertNotEmitted(panel.completion_wanted):
        QTest.keyClick(panel.input, KEY.Key_Tab)
    assert panel.input.toPlainText() == ""
    assert not panel.input.hasFocus()
    panel.input.setFocus()
    panel.input.go_on("if x:")
    QTest.keyClick(panel.input, KEY.Key_Tab)
    assert panel.input.toPlainText() == "if x:\n" + 8 * " "
    with qtbot.assertNotEmitted(panel.completion_wanted):
        QTest.keyClick(panel.input, KEY.Key_Backtab)
    assert not panel.input.hasFocus()


def test_everything_that_takes_keys_has_a_name(panel: CopyConsole) -> None:
    panel.show_freeze("B")
    for widget in panel.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget


def test_what_takes_long_can_be_stopped_and_nothing_else_ends(
    controller: CopyConsoleController,
    panel: CopyConsole,
    snapshot: Snapshot,
    session: Session,
    qtbot: QtBot,
) -> None:
    controller.show(snapshot)
    type_line(panel, "import time; print('begun'); time.sleep(60)")
    assert not panel.stop.isVisible()
    qtbot.waitUntil(panel.stop.isVisible, timeout=10_000)
    qtbot.waitUntil(lambda: "begun" in panel.output.toPlainText(), timeout=30_000)
    QTest.mouseClick(panel.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not panel.is_running, timeout=10_000)
    assert not panel.stop.isVisible()
    assert snapshot.has_image
    assert session.is_running


def test_control_c_stops_too(panel: CopyConsole, qtbot: QtBot) -> None:
    panel.show_freeze("B")
    with qtbot.waitSignal(panel.stop_requested):
        QTest.keyClick(panel.input, KEY.Key_C, CONTROL)


def test_what_ends_the_clone_says_so_and_the_next_line_runs(
    controller: CopyConsoleController, panel: CopyConsole, snapshot: Snapshot, qtbot: QtBot
) -> None:
    controller.show(snapshot)
    assert "It ended the copy (exit code 3)." in run(panel, "import os; os._exit(3)", qtbot)
    assert run(panel, "NODES.clear(); len(NODES)", qtbot).endswith("\n0\n")
    assert snapshot.evaluate("len(NODES)").text == "7"


def test_output_is_shown_without_its_escapes_and_errors_in_red(panel: CopyConsole, qtbot: QtBot) -> None:
    panel.show_freeze("B")
    type_line(panel, "x")
    panel.show_output("out", "\x1b[32mgreen\x1b[0m \u202e\n")
    panel.show_output("err", "wrong\n")
    panel.show_end("failed", "")
    assert panel.output.toPlainText() == "B> x\ngreen \\u202e\nwrong\n"


def test_another_freeze_is_named_and_has_variables_of_its_own(
    controller: CopyConsoleController, panel: CopyConsole, snapshot: Snapshot, session: Session, qtbot: QtBot
) -> None:
    other = session.freeze("C")
    controller.show(snapshot)
    run(panel, "mine = 1", qtbot)
    with qtbot.waitSignal(controller.freeze_changed) as told:
        controller.show(other)
    assert told.args == ["C"]
    assert "Now on freeze C\n" in panel.output.toPlainText()
    assert "NameError" in run(panel, "mine", qtbot)
    controller.show(snapshot)
    assert run(panel, "mine", qtbot).endswith("B> mine\n1\n")
    other.close()
    controller.show(other)
    assert panel.states.shown == "message"
    assert "The copy behind freeze C is gone" in panel.states._message.accessibleName()
    with qtbot.waitSignal(panel.pressed) as pressed:
        QTest.mouseClick(button(panel, "Freeze again"), Qt.MouseButton.LeftButton)
    assert pressed.args == ["freeze"]


def test_a_copy_that_goes_while_a_line_runs_is_told(
    controller: CopyConsoleController, panel: CopyConsole, session: Session, qtbot: QtBot
) -> None:
    lost = session.freeze("D")
    controller.show(lost)
    type_line(panel, "print('on'); import time; time.sleep(60)")
    qtbot.waitUntil(lambda: "on\n" in panel.output.toPlainText(), timeout=30_000)
    lost.close()
    qtbot.waitUntil(lambda: not panel.is_running, timeout=30_000)
    type_line(panel, "1")
    qtbot.waitUntil(lambda: panel.states.shown == "message", timeout=30_000)
    assert "The copy behind freeze D is gone" in panel.states._message.accessibleName()


def test_a_capture_says_why_it_has_no_console(
    controller: CopyConsoleController, panel: CopyConsole, snapshot: Snapshot
) -> None:
    controller.show(SnapshotClass(snapshot.heap, snapshot.labels))
    assert "A capture has no copy to run code in" in panel.states._message.accessibleName()
    assert "run the program again and freeze it" in panel.states._message.accessibleName()


def test_clearing_the_screen_keeps_variables(
    controller: CopyConsoleController, panel: CopyConsole, snapshot: Snapshot, qtbot: QtBot
) -> None:
    controller.show(snapshot)
    run(panel, "kept = 3", qtbot)
    QTest.keyClick(panel.input, KEY.Key_L, CONTROL)
    assert panel.output.toPlainText() == ""
    assert run(panel, "kept", qtbot) == "B> kept\n3\n"
