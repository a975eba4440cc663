"""The console pane."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from refscope.gui import ansi_view, console_pane
from refscope.gui.console_pane import ConsolePane, pattern_of
from refscope.gui.log_pane import LogPane, LogStep
from refscope.gui.theme import Theme, dress


@pytest.fixture
def console(qtbot: QtBot, theme: Theme) -> ConsolePane:
    pane = ConsolePane()
    qtbot.addWidget(pane)
    dress(pane, theme)
    pane.resize(600, 300)
    pane.show()
    return pane


def write(pane: ConsolePane, text: str) -> None:
    pane.feed(text)
    while pane._waiting:
        pane.flush()


def color_at(pane: ConsolePane, position: int) -> str:
    cursor = QTextCursor(pane.output.document())
    cursor.setPosition(position + 1)
    return cursor.charFormat().foreground().color().name()


def test_output_is_shown_without_its_escapes(console: ConsolePane) -> None:
    write(console, "\x1b[32mINFO\x1b[0m loaded\r\n")
    assert console.text() == "INFO loaded\n"


def test_colours_are_those_of_the_theme_and_follow_it(console: ConsolePane) -> None:
    write(console, "\x1b[31mred\x1b[0m plain")
    assert color_at(console, 0) == Theme.light().color("leak").name()
    dress(console, Theme.dark())
    assert color_at(console, 0) == Theme.dark().color("leak").name()
    assert color_at(console, 6) == Theme.dark().color("text").name()


def test_a_progress_bar_overwrites_its_line(console: ConsolePane) -> None:
    write(console, "start\n10 %\r20 %")
    write(console, "\r30 %\nend")
    assert console.text() == "start\n30 %\nend"


def test_only_the_last_lines_are_kept(console: ConsolePane, monkeypatch: pytest.MonkeyPatch) -> None:
    console.output.setMaximumBlockCount(100)
    write(console, "".join(f"line {number}\n" for number in range(1000)))
    assert console.text().startswith("line 901\n")


def test_a_flood_is_cut_and_the_pane_says_so(console: ConsolePane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console_pane, "BACKLOG_CHARS", 1000)
    for number in range(100):
        console.feed(f"{number:04d} " * 20 + "\n")
    console.flush()
    assert "of output skipped" in console.text()
    assert "0099" in console.text()
    assert "0000" not in console.text()


def test_a_batch_is_bounded_and_the_rest_follows(
    console: ConsolePane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_pane, "PIECE_CHARS", 10)
    monkeypatch.setattr(console_pane, "BUDGET_S", 0.0)
    console.feed("0123456789abc")
    console.flush()
    assert console.text() == "0123456789"
    console.flush()
    assert console.text() == "0123456789abc"


def test_output_arrives_by_itself(console: ConsolePane, qtbot: QtBot) -> None:
    with qtbot.waitSignal(console.last_line_changed):
        console.feed("hello\n")
    assert console.text() == "hello\n"


def test_the_last_line_is_told_and_made_safe(console: ConsolePane, qtbot: QtBot) -> None:
    with qtbot.waitSignal(console.last_line_changed) as told:
        write(console, "first\nitem \u202e7\n\n")
    assert told.args == ["item \\u202e7"]


def test_enter_sends_the_line_and_up_brings_it_back(console: ConsolePane, qtbot: QtBot) -> None:
    console.set_running(True)
    qtbot.keyClicks(console.input, "yes")
    with qtbot.waitSignal(console.line_entered) as sent:
        qtbot.keyClick(console.input, Qt.Key.Key_Return)
    assert sent.args == ["yes"]
    assert console.input.text() == ""
    qtbot.keyClick(console.input, Qt.Key.Key_Up)
    assert console.input.text() == "yes"


def test_control_d_on_an_empty_line_ends_the_input(console: ConsolePane, qtbot: QtBot) -> None:
    console.set_running(True)
    with qtbot.waitSignal(console.end_of_input):
        qtbot.keyClick(console.input, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)


def test_input_is_off_when_the_program_has_ended(console: ConsolePane) -> None:
    console.set_running(False)
    assert not console.input.isEnabled()


def test_control_f_searches_here_up_from_the_end_and_round(console: ConsolePane, qtbot: QtBot) -> None:
    console.set_running(True)
    write(console, "needle one\nhay\nneedle two\n")
    qtbot.keyClick(console.input, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert console.search.isVisible()
    qtbot.keyClicks(console.search.field, "Needle")
    assert console.output.textCursor().blockNumber() == 2
    assert console.search.found.text() == "2 of 2"
    qtbot.keyClick(console.search.field, Qt.Key.Key_Return)
    assert console.output.textCursor().blockNumber() == 0
    qtbot.keyClick(console.search.field, Qt.Key.Key_F3)
    assert console.output.textCursor().blockNumber() == 2
    qtbot.keyClick(console.search.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert console.output.textCursor().blockNumber() == 0
    assert len(console.output.extraSelections()) == 2
    qtbot.keyClick(console.search.field, Qt.Key.Key_Escape)
    assert not console.search.isVisible()
    assert console.output.extraSelections() == []


def test_a_search_without_a_place_says_so(console: ConsolePane, qtbot: QtBot) -> None:
    write(console, "hay\n")
    console.search.open_search()
    qtbot.keyClicks(console.search.field, "needle")
    assert console.search.found.text() == "Not found"


def test_the_output_stays_where_the_reader_is_until_the_end_is_asked_for(
    console: ConsolePane, qtbot: QtBot
) -> None:
    write(console, "".join(f"line {number}\n" for number in range(200)))
    bar = console.output.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(50)
    assert not console.output.is_following
    write(console, "more\n")
    assert bar.value() == 50
    qtbot.keyClick(console.output, Qt.Key.Key_End)
    assert console.output.is_following
    write(console, "more\n")
    assert bar.value() == bar.maximum()


def test_what_is_read_stays_in_place_when_old_lines_go(console: ConsolePane) -> None:
    console.output.setMaximumBlockCount(100)
    write(console, "".join(f"line {number}\n" for number in range(100)))
    bar = console.output.verticalScrollBar()
    bar.setValue(40)
    first = console.output.firstVisibleBlock().text()
    write(console, "".join(f"more {number}\n" for number in range(20)))
    assert console.output.firstVisibleBlock().text() == first


def test_the_output_is_asked_to_be_saved_by_a_button_and_the_menu(console: ConsolePane, qtbot: QtBot) -> None:
    write(console, "x\n")
    button = next(each for each in console.corner.findChildren(QToolButton) if "Save" in each.toolTip())
    with qtbot.waitSignal(console.save_requested):
        button.click()


def test_it_tells_how_many_characters_it_shows_once_it_stays_so_large(
    console: ConsolePane, qtbot: QtBot
) -> None:
    console.resize(600, 300)
    qtbot.waitUntil(lambda: console.cells is not None)
    before = console.cells
    assert before is not None
    with qtbot.waitSignal(console.cells_changed) as told:
        console.resize(900, 200)
    assert tuple(told.args) == console.cells
    assert console.cells[0] < before[0]
    assert console.cells[1] > before[1]
    write(console, "\n".join("x" * console.cells[1] for _ in range(console.cells[0])))
    assert console.output.horizontalScrollBar().maximum() == 0
    assert console.output.verticalScrollBar().maximum() == 0
    write(console, f"xxxx\n{'x' * (console.cells[1] + 4)}")
    assert console.output.horizontalScrollBar().maximum() > 0
    assert console.output.verticalScrollBar().maximum() > 0


def test_a_hidden_pane_keeps_the_size_it_told(console: ConsolePane, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: console.cells is not None)
    told = console.cells
    console.hide()
    console.resize(900, 400)
    qtbot.waitUntil(lambda: not console._settle.isActive())
    assert console.cells == told


def test_marks_of_direction_are_escaped(console: ConsolePane) -> None:
    write(console, "a\u202eb\u2066c\n")
    assert console.text() == "a\\u202eb\\u2066c\n"


def test_a_million_lines_fed_fast_keep_memory_and_the_window_responsive(
    console: ConsolePane, qtbot: QtBot
) -> None:
    import time

    longest = 0.0
    for first in range(0, 1_000_000, 10_000):
        numbers = range(first, first + 10_000)
        console.feed("".join(f"\x1b[32m{number:>8} INFO\x1b[0m served\r\n" for number in numbers))
        began = time.thread_time()
        console.flush()
        longest = max(longest, time.thread_time() - began)
    while console._waiting:
        began = time.thread_time()
        console.flush()
        longest = max(longest, time.thread_time() - began)
    assert console.output.blockCount() <= ansi_view.MAX_LINES
    assert console.last_line() == "  999999 INFO served"
    assert longest < 0.1, f"a tick took {1000 * longest:.0f} ms of the processor"


def test_a_pattern_matches_lines_alike_with_other_figures() -> None:
    import re

    assert re.search(pattern_of("iteration 41: 3 apps (done)"), "iteration 7: 12 apps (done)")
    assert not re.search(pattern_of("iteration 41"), "iterations 41")


def test_the_log_shows_time_step_and_duration(qtbot: QtBot, theme: Theme) -> None:
    pane = LogPane()
    qtbot.addWidget(pane)
    pane.add(LogStep(65.0, "Froze A", 0.0042))
    row = [pane.model.index(0, column).data() for column in range(3)]
    assert row == ["01:05", "Froze A", "4 ms"]


def test_the_log_model_is_sound(qtmodeltester: object, theme: Theme, qtbot: QtBot) -> None:
    pane = LogPane()
    qtbot.addWidget(pane)
    for number in range(5):
        pane.add(LogStep(number, f"step {number}"))
    qtmodeltester.check(pane.model)  # type: ignore[attr-defined]


def test_a_failing_step_says_so_and_is_red(qtbot: QtBot, theme: Theme) -> None:
    pane = LogPane()
    qtbot.addWidget(pane)
    dress(pane, theme)
    pane.add(LogStep(1.0, "Freeze B", 0.2, is_failure=True))
    index = pane.model.index(0, 1)
    assert index.data() == "Failed: Freeze B"
    assert index.data(Qt.ItemDataRole.ForegroundRole) == theme.color("leak")


def test_chosen_steps_are_copied_as_text(qtbot: QtBot, theme: Theme) -> None:
    pane = LogPane()
    qtbot.addWidget(pane)
    pane.resize(400, 200)
    pane.show()
    for number in range(4):
        pane.add(LogStep(number, f"step {number}", 0.5))
    pane.table.selectRow(2)
    qtbot.keyClick(pane.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "00:02\tstep 2\t500 ms"
    pane.table.clearSelection()
    qtbot.keyClick(pane.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().count("\n") == 3


def test_the_log_stays_where_it_is_read(qtbot: QtBot, theme: Theme) -> None:
    pane = LogPane()
    qtbot.addWidget(pane)
    pane.resize(400, 120)
    pane.show()
    for number in range(50):
        pane.add(LogStep(number, f"step {number}"))
    bar = pane.table.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(3)
    pane.add(LogStep(51, "one more"))
    assert bar.value() == 3


def test_the_keyboard_stays_in_the_console_when_the_program_ends(console: ConsolePane, qtbot: QtBot) -> None:
    console.activateWindow()
    qtbot.waitUntil(console.isActiveWindow)
    write(console, "ready\n")
    console.set_running(True)
    console.setFocus()
    assert console.input.hasFocus()
    console.set_running(False)
    assert console.output.hasFocus()
