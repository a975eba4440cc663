"""The console pane."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from refscope.gui import console_pane
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


def test_search_goes_up_from_the_end_and_round(console: ConsolePane, qtbot: QtBot) -> None:
    write(console, "needle one\nhay\nneedle two\n")
    console.show_search(True)
    qtbot.keyClicks(console.search, "needle")
    assert console.output.textCursor().blockNumber() == 2
    qtbot.keyClick(console.search, Qt.Key.Key_Return)
    assert console.output.textCursor().blockNumber() == 0
    qtbot.keyClick(console.search, Qt.Key.Key_Return)
    assert console.output.textCursor().blockNumber() == 2


def test_the_output_can_be_saved(console: ConsolePane, tmp_path: object) -> None:
    write(console, "\x1b[1mbold\x1b[0m ünïcode\n")
    path = f"{tmp_path}/out.txt"
    console.save(path)
    with open(path, encoding="utf-8") as file:
        assert file.read() == "bold ünïcode\n"


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
