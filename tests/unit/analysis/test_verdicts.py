"""Leak or only to be watched: what the counts, the bytes and the bound of a group lead to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from refscope.analysis.verdicts import Evidence, Verdict, judge
from refscope.heap.snapshot import CollectorState

MIB = 1 << 20
STEADY = Evidence("entries", counts=(10, 30, 50), steps=(20, 20), growth_bytes=4 * MIB, heap_bytes=40 * MIB)


def verdict_of(**changes: object) -> Verdict:
    return judge(replace(STEADY, **changes))[0]  # type: ignore[arg-type]


def test_steady_growth_is_a_leak_and_the_reason_tells_each_step() -> None:
    assert judge(STEADY) == (Verdict.LEAK, "It grew between every two of 3 freezes: +20, +20.")


def test_one_freeze_shows_no_growth() -> None:
    assert verdict_of(counts=(50,), steps=()) is Verdict.WATCH


def test_growth_that_slows_down_may_settle() -> None:
    assert verdict_of(counts=(10, 40, 45), steps=(30, 5)) is Verdict.WATCH


@pytest.mark.parametrize(
    ("bound", "verdict"),
    [(64, Verdict.WATCH), (500, Verdict.WATCH), (501, Verdict.LEAK), (49, Verdict.LEAK)],
    ids=["near", "at ten times", "far away", "passed already"],
)
def test_a_bound_counts_while_it_is_near_and_holds(bound: int, verdict: Verdict) -> None:
    assert verdict_of(bound=bound) is verdict


@pytest.mark.parametrize(
    ("counts", "growth_bytes", "heap_bytes", "verdict"),
    [
        ((200, 1000), 451_000, 5 * MIB, Verdict.WATCH),  # loggers of a healthy program
        ((200, 1000), 600 << 10, 5 * MIB, Verdict.LEAK),  # a tenth of a small heap
        ((200, 1000), 600 << 10, 50 * MIB, Verdict.WATCH),
        ((200, 1000), MIB, 500 * MIB, Verdict.LEAK),
        ((1000, 9000), 300 << 10, 50 * MIB, Verdict.LEAK),  # small objects, very many
        ((1000, 9000), 200 << 10, 50 * MIB, Verdict.WATCH),
        ((30, 120), 800 << 10, 50 * MIB, Verdict.LEAK),  # nine kilobytes each
    ],
)
def test_what_is_little_is_only_watched(
    counts: tuple[int, int], growth_bytes: int, heap_bytes: int, verdict: Verdict
) -> None:
    steps = (counts[1] - counts[0],)
    assert verdict_of(counts=counts, steps=steps, growth_bytes=growth_bytes, heap_bytes=heap_bytes) is verdict


def test_garbage_waits_for_a_collector_that_is_on() -> None:
    assert verdict_of(is_garbage=True) is Verdict.WATCH


@pytest.mark.parametrize(
    ("collector", "words"),
    [
        (CollectorState(is_enabled=False), "switched off (gc.disable)"),
        (CollectorState(is_frozen=True), "frozen (gc.freeze)"),
    ],
)
def test_the_reason_says_why_garbage_is_not_collected(collector: CollectorState, words: str) -> None:
    verdict, reason = judge(replace(STEADY, is_garbage=True, collector=collector))
    assert verdict is Verdict.LEAK
    assert words in reason
