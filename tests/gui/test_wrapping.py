"""Long names break before dots and brackets, and nothing of them is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refscope.gui.wrapping import LABEL_PIECE, MARK, break_code, break_words, breakable, breakable_code

Breaks = Callable[[str, float, Callable[[str], float]], list[str]]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a.b", ["a.b"]),
        ("", [""]),
        (
            "mindmeld.components.nlp.Processor.instance_map[139887101530064]",
            ["mindmeld.components.nlp", ".Processor.instance_map", "[139887101530064]"],
        ),
        ("WebhookDeliveryAttemptRegistryWithRetries", ["WebhookDeliveryAttempt", "RegistryWithRetries"]),
        ("_deliveries_by_tenant_and_key", ["_deliveries_by_tenant", "_and_key"]),
        ("x" * 30, ["x" * 24, "x" * 6]),
        ("frees 61.0 MiB of it, 1.5", ["frees 61.0 MiB of it, ", "1.5"]),
    ],
)
def test_a_name_breaks_where_a_person_would(text: str, lines: list[str]) -> None:
    assert break_code(text, 24, len) == lines


def test_a_sentence_breaks_between_words_only() -> None:
    said = "It crashed: signal 11 (segmentation fault). Chart kept."
    lines = ["It crashed: signal 11 ", "(segmentation fault). ", "Chart kept."]
    assert break_words(said, 24, len) == lines
    assert break_words("x" * 30, 24, len) == ["x" * 24, "x" * 6]


@pytest.mark.parametrize("breaks", [break_code, break_words])
@given(text=st.text(max_size=80), width=st.integers(1, 40))
def test_all_of_a_text_is_there_and_every_line_fits(breaks: Breaks, text: str, width: int) -> None:
    lines = breaks(text, width, len)
    assert "".join(lines) == text
    assert all(len(line.rstrip()) <= width for line in lines)


@given(st.text(st.characters(exclude_characters=MARK), max_size=80))
def test_marks_change_nothing_but_where_a_label_breaks(text: str) -> None:
    assert breakable(text).replace(MARK, "") == breakable_code(text).replace(MARK, "") == text
    assert all(len(piece) <= LABEL_PIECE for piece in breakable(text).split(MARK))
