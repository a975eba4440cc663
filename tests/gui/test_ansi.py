"""The reader of escape sequences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refscope.gui.ansi import CARRIAGE_RETURN, PLAIN, AnsiReader, Run, TextStyle, apply_sgr


def texts(runs: list[Run]) -> str:
    return "".join(run.text for run in runs)


def test_plain_text_is_one_run() -> None:
    assert AnsiReader().feed("one\ntwo") == [Run("one\ntwo")]


def test_a_colour_holds_until_it_is_reset() -> None:
    runs = AnsiReader().feed("a\x1b[31mb\x1b[0mc")
    assert [(run.text, run.style.foreground) for run in runs] == [("a", None), ("b", 1), ("c", None)]


def test_a_style_is_carried_to_the_next_chunk() -> None:
    reader = AnsiReader()
    reader.feed("\x1b[1;32m")
    assert reader.feed("x") == [Run("x", TextStyle(foreground=2, is_bold=True))]


def test_a_line_end_of_a_terminal_is_one_line_end() -> None:
    assert texts(AnsiReader().feed("a\r\nb\r\r\nc")) == "a\nb\nc"


def test_a_bare_carriage_return_is_told_by_itself() -> None:
    assert [run.text for run in AnsiReader().feed("10 %\r20 %")] == ["10 %", CARRIAGE_RETURN, "20 %"]


@pytest.mark.parametrize(
    "sequence",
    ["\x1b[2K", "\x1b[?25l", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x1b[10;5H", "\x1b(B", "\x07"],
)
def test_other_sequences_are_swallowed(sequence: str) -> None:
    assert texts(AnsiReader().feed(f"a{sequence}b")) == "ab"


def test_a_private_sequence_that_ends_in_m_changes_no_style() -> None:
    assert AnsiReader().feed("\x1b[31m\x1b[>4;2mx")[-1].style.foreground == 1


@pytest.mark.parametrize(
    ("parameters", "style"),
    [
        ("38;5;196", TextStyle(foreground="#ff0000")),
        ("38;5;9", TextStyle(foreground=9)),
        ("38;5;244", TextStyle(foreground="#808080")),
        ("48;2;1;2;3", TextStyle(background="#010203")),
        ("38;2;300;0;0", TextStyle(foreground="#ff0000")),
        ("97;104", TextStyle(foreground=15, background=12)),
        ("1;2;3;4;7", TextStyle(None, None, True, True, True, True, True)),
        ("38", PLAIN),
        ("", PLAIN),
    ],
)
def test_parameters_give_a_style(parameters: str, style: TextStyle) -> None:
    assert apply_sgr(PLAIN, parameters) == style


def test_a_line_end_of_several_returns_may_come_in_parts() -> None:
    reader = AnsiReader()
    parts = [run.text for chunk in ("a\r", "\r", "\nb") for run in reader.feed(chunk)]
    whole = [run.text for run in AnsiReader().feed("a\r\r\nb")]
    assert "".join(parts) == "".join(whole)


@given(st.text(alphabet="ab\x1b[]0;1m3\r\n\x07\\?", max_size=60), st.data())
def test_chunks_cut_anywhere_read_as_the_whole(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    whole, parts = AnsiReader(), AnsiReader()
    expected = whole.feed(text) + whole.feed("|")
    got = parts.feed(text[:cut]) + parts.feed(text[cut:]) + parts.feed("|")

    def joined(runs: list[Run]) -> list[tuple[str, TextStyle]]:
        return [(char, run.style) for run in runs for char in run.text]

    assert joined(got) == joined(expected)
