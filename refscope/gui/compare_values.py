"""What the Compare window shows of a comparison, as plain values: figures, tones, cards. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

from refscope.analysis.compare import Change, ComparedSide, ComparedSuspect, Comparison, Outcome
from refscope.gui.state_values import MessageState
from refscope.present.report_comparison import CHANGE_TONES, CHANGE_WORDS, TONES
from refscope.text import (
    MINUS,
    format_bytes,
    format_count,
    format_rate,
    format_signed_bytes,
    short_name,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A head, a value, and a small line below."""

    head: str
    value: str
    note: str = ""
    tone: str = "text"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The line at the top: tone, icon, sentence, what stands below it, figures at its right."""

    tone: str
    icon: str
    title: str
    text: str
    figures: tuple[Figure, ...] = ()


_ICONS = {"ok": "check", "leak": "drop", "watch": "info"}


def verdict_of(comparison: Comparison) -> Verdict:
    """What stands above everything."""
    tone = tone_of(comparison)
    icon = "check" if comparison.outcome is Outcome.CLEAN else _ICONS[tone]
    below = " ".join((*comparison.notes, _work(comparison)))
    return Verdict(tone, icon, comparison.verdict, below.strip(), figures_of(comparison))


def tone_of(comparison: Comparison) -> str:
    """ "ok", "leak" or "watch"; what grows between two freezes is no verdict on a change of the program."""
    if comparison.is_same_run and comparison.outcome is Outcome.WORSE:
        return "watch"
    return TONES[comparison.outcome]


def _work(comparison: Comparison) -> str:
    before, after = comparison.before, comparison.after
    if comparison.is_same_run:
        return f"Freezes {before.freezes[-1]} and {after.freezes[-1]} of one run."
    if comparison.per:
        return f"Growth is told per {comparison.per}. Classes are matched by name."
    return ""


def figures_of(comparison: Comparison) -> tuple[Figure, ...]:
    """Bytes of the heap, leaks, slope, as far as they are known."""
    found = []
    before, after = comparison.before, comparison.after
    if before.size_bytes is not None and after.size_bytes is not None:
        change = after.size_bytes - before.size_bytes
        found.append(
            Figure(
                "Heap",
                format_signed_bytes(change),
                f"{format_bytes(before.size_bytes)}, now {format_bytes(after.size_bytes)}",
            )
        )
    if not comparison.is_same_run and comparison.is_growth_known:
        found.append(_leaks(comparison))
    if after.slope is not None:
        found.append(_slope(before, after, is_same_run=comparison.is_same_run))
    return tuple(found)


def _leaks(comparison: Comparison) -> Figure:
    then = sum(each.before.is_leak for each in comparison.suspects)
    now = sum(each.after.is_leak for each in comparison.suspects)
    gone, new = (
        sum(each.change is change for each in comparison.suspects) for change in (Change.GONE, Change.NEW)
    )
    return Figure("Leaks", f"{then}, now {now}", f"{gone} gone, {new} new")


def _slope(before: ComparedSide, after: ComparedSide, *, is_same_run: bool) -> Figure:
    assert after.slope is not None
    value = format_rate(after.slope.per_s)
    sign = "" if value.startswith(MINUS) or after.slope.per_s == 0 else "+"
    note = ""
    if not is_same_run and before.slope is not None:
        unit = value.rpartition(" ")[2]
        note = f"was {format_rate(before.slope.per_s).removesuffix(f' {unit}')}"
    return Figure("Slope", f"{sign}{value}", note)


@dataclass(frozen=True, slots=True)
class CompareCard:
    """One suspect in the list."""

    badge: str
    tone: str
    holder: str
    sentence: str
    before: str
    after: str


def card_of(compared: ComparedSuspect, *, is_same_run: bool) -> CompareCard:
    """The words of a card."""
    words = CHANGE_WORDS[compared.change]
    tone = CHANGE_TONES[compared.change]
    if is_same_run:
        words = {Change.WORSE: "Grown", Change.BETTER: "Shrunk"}.get(compared.change, words)
        tone = "watch" if tone == "leak" and not compared.is_leak else tone
    kind = short_name(compared.suspect.type_name)
    return CompareCard(
        words,
        tone,
        compared.holder,
        compared.sentence if not is_same_run else f"{compared.suspect.mechanism}.",
        *(
            f"{format_count(side.count)} {kind}"
            + (f", {format_bytes(side.retained_bytes)}" if side.retained_bytes is not None else "")
            for side in (compared.before, compared.after)
        ),
    )


def nothing_suspected(comparison: Comparison) -> MessageState:
    """No suspect on either side."""
    if comparison.before.objects is None or comparison.after.objects is None:
        return MessageState(
            "Memory only",
            "One side has no freeze, so that holders cannot be compared.",
            "info",
        )
    return MessageState("Nothing leaks", "On neither side does a holder keep more and more.", "check", "ok")
