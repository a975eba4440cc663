"""What the guided hunt strip says, and that it shows it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from refscope.gui.hunt_sentence import Sentence
from refscope.gui.hunt_strip import HuntStrip, Words
from refscope.gui.hunt_text import HuntFacts, Verdict, hunt_line
from refscope.gui.main_window import SMALLEST
from refscope.gui.theme import Theme, dress

MIB = 1 << 20
RUNNING = HuntFacts(elapsed_s=60, slope_bytes_per_s=17 * MIB / 60, slope_error=0.1 * MIB / 60)
ONE = replace(RUNNING, freezes=("A",), next_freeze="B")
CAPTURE = HuntFacts(is_running=False, is_capture=True, can_rerun=False)
CRASH = "signal 11 (segmentation fault)"
TWO = replace(RUNNING, freezes=("A", "B"), next_freeze="C", explained_bytes=31 * MIB, grown_bytes=34 * MIB)


LINES = [
    (HuntFacts(elapsed_s=3), 1, "Let the program warm up, then freeze a baseline.", ["Freeze baseline"]),
    (
        HuntFacts(elapsed_s=3, is_attached=True),
        1,
        "Freeze a baseline now, or see first whether memory climbs.",
        ["Freeze baseline"],
    ),
    (
        RUNNING,
        1,
        "Memory climbs 17 MiB per minute. Freezing pauses the program for about 5 ms.",
        ["Freeze baseline"],
    ),
    (replace(RUNNING, slope_error=17 * MIB / 60), 1, "Memory is level so far.", ["Freeze baseline"]),
    (replace(RUNNING, is_freezing=True), 1, "Freezing. The program goes on.", ["Cancel"]),
    (replace(ONE, is_freezing=True), 3, "Freezing. The program goes on.", ["Cancel"]),
    (ONE, 2, "Now let it repeat its work, at least three times.", ["Freeze again"]),
    (
        replace(ONE, marks_since=2),
        2,
        "Now let it repeat its work, at least three times. 2 marks since A.",
        ["Freeze again"],
    ),
    (replace(TWO, is_analysing=True), 4, "Finding who holds what grew.", ["Cancel"]),
    (
        replace(TWO, verdict=Verdict.ONE, can_save=True, can_report=True),
        4,
        "One holder explains 31 of the 34 MiB that grew between A and B.",
        ["Save capture", "Export report…"],
    ),
    (
        replace(TWO, verdict=Verdict.SEVERAL, holders=3),
        4,
        "Three holders explain 91 % of the growth. Start with the first.",
        [],
    ),
    (
        replace(TWO, verdict=Verdict.NONE),
        4,
        "Nothing leaks between A and B. Memory is level. Let it work longer, then freeze C.",
        ["What keeps most in B", "Freeze C"],
    ),
    (
        replace(TWO, verdict=Verdict.NONE, is_running=False, failure="exit code 1"),
        4,
        "Nothing leaks between A and B. Memory is level. The program ended with exit code 1.",
        ["What keeps most in B", "Run again"],
    ),
    (
        replace(CAPTURE, freezes=("A", "B"), verdict=Verdict.NONE),
        4,
        "Nothing leaks between A and B. Memory is level.",
        ["What keeps most in B"],
    ),
    (
        replace(RUNNING, is_running=False, failure="exit code 1"),
        1,
        "The program ended with exit code 1 before a freeze. Its last lines say why.",
        ["Run again", "Console"],
    ),
    (
        replace(ONE, is_running=False, failure="exit code 1"),
        2,
        "The program ended with exit code 1. One freeze cannot show growth.",
        ["Console", "Run again"],
    ),
    (
        replace(TWO, is_running=False, failure="signal 9 (killed)"),
        4,
        "The program ended with signal 9 (killed). Freezes A and B were not analysed.",
        ["Console", "Run again"],
    ),
    (
        replace(RUNNING, is_running=False, failure=CRASH, has_crashed=True, can_save=True),
        1,
        f"The program crashed: {CRASH}. The chart is kept.",
        ["Run again", "Save capture"],
    ),
    (
        replace(ONE, is_running=False, failure=CRASH, has_crashed=True, can_save=True),
        2,
        f"The program crashed: {CRASH}. Chart and freeze A are kept.",
        ["Run again", "Save capture"],
    ),
    (
        replace(TWO, verdict=Verdict.NONE, is_running=False, failure=CRASH, has_crashed=True),
        4,
        f"The program crashed: {CRASH}. Chart and freezes A, B are kept.",
        ["Run again"],
    ),
    (
        replace(TWO, is_running=False, failure=CRASH, has_crashed=True, can_rerun=False),
        4,
        f"The program crashed: {CRASH}. Chart and freezes A, B are kept.",
        [],
    ),
    (
        replace(TWO, verdict=Verdict.UNEXPLAINED, explained_bytes=4 * MIB, grown_bytes=80 * MIB),
        4,
        "Python objects explain 4.0 of 80 MiB. The rest is native memory or fragmentation.",
        ["What this means"],
    ),
    (replace(RUNNING, is_running=False), 1, "It ended before a freeze.", ["Run and freeze at the end"]),
    (replace(RUNNING, is_running=False, can_rerun=False), 1, "It ended before a freeze.", []),
    (
        replace(ONE, is_running=False, marks=4),
        2,
        "The program ended. One freeze cannot show growth.",
        ["Run again, freezing at marks"],
    ),
    (
        CAPTURE,
        1,
        "This run has a chart but no freeze. Select a stretch of it to see its slope.",
        [],
    ),
    (
        replace(CAPTURE, freezes=("A",), can_report=True),
        2,
        "This capture has one freeze, A. One freeze cannot show growth.",
        ["Export report…"],
    ),
    (
        replace(CAPTURE, freezes=("A", "B")),
        4,
        "Freezes A and B can be compared: double-click one, Shift+click another.",
        [],
    ),
    (
        replace(ONE, is_running=False),
        2,
        "The program ended. One freeze cannot show growth.",
        ["Run again"],
    ),
]
LONGEST = replace(TWO, verdict=Verdict.NONE, is_running=False, failure=CRASH, has_crashed=True, can_save=True)
SAID = [*(facts for facts, *_ in LINES), LONGEST]


@pytest.mark.parametrize(("facts", "step", "text", "buttons"), LINES)
def test_the_strip_says_what_to_do_next(facts: HuntFacts, step: int, text: str, buttons: list[str]) -> None:
    line = hunt_line(facts)
    assert (line.step, line.text, [button.text for button in line.buttons]) == (step, text, buttons)


@pytest.mark.parametrize("change", [{"marks_since": 3}, {"since_freeze_s": 30.0}])
def test_freezing_again_becomes_primary_when_enough_was_repeated(change: dict[str, float]) -> None:
    assert not hunt_line(ONE).buttons[0].is_primary
    ready = hunt_line(replace(ONE, **change))  # type: ignore[arg-type]
    assert ready.buttons[0].is_primary
    assert ready.step == 3


def test_at_most_one_button_is_primary_in_every_state() -> None:
    for verdict in (None, *Verdict):
        ends = [{}, *({"is_running": False, "failure": "x", "has_crashed": crash} for crash in (True, False))]
        every = (RUNNING, ONE, replace(TWO, verdict=verdict, can_save=True, can_report=True))
        for facts in (replace(each, **end) for each in every for end in ends):  # type: ignore[arg-type]
            assert sum(button.is_primary for button in hunt_line(facts).buttons) <= 1


@pytest.fixture
def strip(qtbot: QtBot, theme: Theme) -> HuntStrip:
    made = HuntStrip()
    qtbot.addWidget(made)
    dress(made, theme)
    made.resize(1440, 40)
    made.show()
    return made


def test_a_button_of_the_strip_names_what_it_does(strip: HuntStrip, qtbot: QtBot) -> None:
    strip.show_line(hunt_line(RUNNING))
    with qtbot.waitSignal(strip.pressed) as pressed:
        qtbot.mouseClick(strip.buttons()[0], Qt.MouseButton.LeftButton)
    assert pressed.args == ["freeze"]


def test_a_button_that_goes_gives_the_keyboard_to_its_successor_and_never_to_stop(
    qtbot: QtBot, theme: Theme
) -> None:
    window, stop, field, strip = QWidget(), QPushButton("Stop"), QLineEdit(), HuntStrip()
    layout = QVBoxLayout(window)
    for each in (stop, strip, field):
        layout.addWidget(each)
    qtbot.addWidget(window)
    dress(window, theme)
    strip.show_line(hunt_line(RUNNING))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    field.setFocus()
    qtbot.mouseClick(strip.buttons()[0], Qt.MouseButton.LeftButton)
    assert field.hasFocus()
    strip.buttons()[0].setFocus(Qt.FocusReason.TabFocusReason)
    strip.show_line(hunt_line(replace(RUNNING, is_freezing=True)))
    qtbot.waitUntil(strip.buttons()[0].hasFocus)
    assert strip.buttons()[0].text() == "Cancel"
    strip.show_line(hunt_line(replace(TWO, verdict=Verdict.SEVERAL, holders=3)))
    assert strip.buttons() == []
    assert not stop.hasFocus()


def test_the_same_line_again_keeps_the_button(strip: HuntStrip) -> None:
    strip.show_line(hunt_line(RUNNING))
    before = strip.buttons()[0]
    strip.show_line(hunt_line(RUNNING))
    assert strip.buttons() == [before]


def test_the_strip_is_told_to_screen_readers(strip: HuntStrip) -> None:
    strip.show_line(hunt_line(ONE))
    assert strip.accessibleDescription().startswith("Step 2 of 4, Let it work. Now let it repeat")


def test_a_narrow_strip_keeps_its_sentence_and_drops_words_of_other_steps(
    strip: HuntStrip, theme: Theme
) -> None:
    dress(strip, theme)
    strip.show_line(hunt_line(RUNNING))
    strip.resize(1500, 40)
    whole = strip._steps.sizeHint().width()
    assert (strip._steps.words, len(strip._text.shown)) == (Words.ALL, 1)
    strip.resize(1020, 40)
    strip.layout().activate()
    assert (strip._steps.words, len(strip._text.shown)) == (Words.ACTIVE, 1)
    assert strip._steps.sizeHint().width() < whole / 1.8


@pytest.mark.parametrize("facts", SAID, ids=lambda facts: hunt_line(facts).text[:30])
@pytest.mark.parametrize("scale", [0.85, 1.0])
def test_in_the_smallest_window_every_sentence_is_whole(
    strip: HuntStrip, facts: HuntFacts, scale: float
) -> None:
    dress(strip, Theme.light(scale))
    strip.show_line(hunt_line(facts))
    strip.resize(SMALLEST[0], strip.height())
    sentence = strip._text
    strip.layout().activate()
    assert len(sentence.shown) <= 2
    assert "".join(sentence.shown) == hunt_line(facts).text
    sentence.grab()
    assert sentence.toolTip() == ""


def test_a_sentence_that_two_lines_cannot_hold_is_elided_and_whole_in_the_tooltip(
    qtbot: QtBot, theme: Theme
) -> None:
    sentence = Sentence()
    qtbot.addWidget(sentence)
    dress(sentence, theme)
    sentence.resize(150, 40)
    text = "Memory climbs 17 MiB per minute. Freezing pauses the program for about 5 ms."
    sentence.set_text(text)
    sentence.grab()
    assert len(sentence.shown) == 2
    assert sentence.shown[1].endswith("…")
    assert text.startswith(sentence.shown[0])
    assert sentence.toolTip() == text


def test_a_sentence_never_reaches_beyond_its_place(qtbot: QtBot, theme: Theme) -> None:
    sentence = Sentence()
    qtbot.addWidget(sentence)
    dress(sentence, theme)
    sentence.set_text("One holder explains 10 of the 11 MiB that grew between A and B.")
    for width in range(300, 430):
        sentence.resize(width, 40)
        image = sentence.grab().toImage()
        ground = image.pixel(0, 0)
        assert "".join(sentence.shown) == "One holder explains 10 of the 11 MiB that grew between A and B."
        assert all(image.pixel(width - 1, y) == ground for y in range(40)), width


def test_steps_without_words_say_in_the_tooltip_which_is_active(strip: HuntStrip, theme: Theme) -> None:
    strip.show_line(hunt_line(replace(TWO, verdict=Verdict.NONE)))
    assert strip._steps.toolTip() == ""
    strip.resize(SMALLEST[0] - 80, 40)
    assert strip._steps.words is Words.NONE
    assert strip._steps.toolTip() == "Step 4 of 4: See who holds it"
