"""The sentences of a comparison: what became of each suspect, one line for all, memory with its errors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from refscope.text import format_bytes_pair, format_count, format_rate, short_name

if TYPE_CHECKING:
    from refscope.analysis.compare import ComparedSuspect, Comparison

_DOTTED = re.compile(r"[\w.]+")


def short_holder(holder: str) -> str:
    """A holder without the modules in front of its class: `Processor.instance_map`; other names whole."""
    if not _DOTTED.fullmatch(holder):
        return holder
    parts = holder.removeprefix("__main__.").split(".")
    start = next((n for n, part in enumerate(parts[:-1]) if part[:1].isupper()), 0)
    return ".".join(parts[start:])


def suspect_sentence(compared: ComparedSuspect) -> str:
    """`No longer grows: 1.51 MiB per iteration before, 3.00 KiB after.`"""
    change = compared.change.value
    if compared.rates is not None:
        words = {
            "gone": "No longer grows",
            "better": "Grows less",
            "same": "Still grows",
            "worse": "Grows faster",
            "new": "Grows only now",
        }[change]
        return f"{words}: {_rates(compared)}."
    words = {"gone": "Gone", "better": "Fewer", "same": "Still there", "worse": "More", "new": "New"}[change]
    return f"{words}: {_counts(compared)}."


def _rates(compared: ComparedSuspect) -> str:
    assert compared.rates is not None
    before, after = format_bytes_pair(*(max(0.0, rate) for rate in compared.rates))
    return f"{before} per {compared.per} before, {after} after"


def _counts(compared: ComparedSuspect) -> str:
    before, after = format_count(compared.before.count), format_count(compared.after.count)
    return f"{before} {short_name(compared.suspect.type_name)} before, {after} after"


def verdict(comparison: Comparison) -> str:
    """The outcome in one line; the first suspect of the telling kind speaks for it."""
    words = _verdict(comparison)
    return words[:1].upper() + words[1:] if words.startswith(("a ", "the ", "cycles ")) else words


def _verdict(comparison: Comparison) -> str:
    by_change: dict[str, list[ComparedSuspect]] = {}
    for each in comparison.suspects:
        by_change.setdefault(each.change.value, []).append(each)
    if comparison.is_same_run:
        return _of_one_run(comparison, by_change)
    outcome = comparison.outcome.value
    if not comparison.suspects:
        return _without_suspects(comparison, outcome)
    if outcome == "fixed":
        gone = by_change["gone"]
        return f"Fixed: {_subject(gone)} no longer {_verb(gone)}; {_figures(gone[0])}."
    if outcome == "worse":
        worst = [*by_change.get("new", ()), *by_change.get("worse", ())]
        relief = by_change.get("gone", [])
        are = "are" if len(relief) > 1 else "is"
        rest = f" {_beginning(_subject(relief))} {are} gone." if relief else ""
        kind = "new" if by_change.get("new") else "worse"
        return f"Worse: {_subject(worst)} {_verb(worst)}{_extra(kind)}; {_figures(worst[0])}.{rest}"
    if outcome == "better":
        return _better(by_change)
    left = by_change["same"]
    return f"Not fixed: {_subject(left)} still {_verb(left)}; {_figures(left[0])}."


def _extra(kind: str) -> str:
    return "" if kind == "new" else " faster"


def _better(by_change: dict[str, list[ComparedSuspect]]) -> str:
    gone, less, same = (by_change.get(name, []) for name in ("gone", "better", "same"))
    first = gone or less
    left = [*same, *(less if gone else ())]
    words = f"{_subject(gone)} no longer {_verb(gone)}" if gone else f"{_subject(less)} {_verb(less)} less"
    rest = f" {_beginning(_subject(left))} still {_verb(left)}." if left else ""
    return f"Better: {words}; {_figures(first[0])}.{rest}"


def _beginning(subject: str) -> str:
    """As a sentence begins: words with a capital, a name as it is written."""
    is_worded = subject.startswith(("the ", "local variable ", "context variable "))
    return subject[:1].upper() + subject[1:] if is_worded else subject


def _verb(suspects: Sequence[ComparedSuspect]) -> str:
    grows = suspects[0].rates is not None
    if len(suspects) > 1:
        return "grow" if grows else "keep as much"
    return "grows" if grows else "keeps as much"


def _subject(suspects: Sequence[ComparedSuspect]) -> str:
    name = short_holder(suspects[0].holder)
    if len(suspects) == 1:
        return name
    others = len(suspects) - 1
    return f"{name} and {format_count(others)} {'others' if others > 1 else 'other'}"


def _figures(compared: ComparedSuspect) -> str:
    return _rates(compared) if compared.rates is not None else _counts(compared)


def _without_suspects(comparison: Comparison, outcome: str) -> str:
    if outcome == "clean":
        return "Nothing leaks in either run."
    words = {"better": "Memory rises less", "worse": "Memory rises faster", "same": "Memory rises alike"}
    if outcome in words:
        if outcome == "same" and comparison.after.slope is not None and comparison.after.slope.is_level:
            return "Memory is level in both runs."
        before, after = comparison.before.slope, comparison.after.slope
        if outcome == "better" and after is not None and (after.is_level or after.per_s <= 0):
            words["better"] = "Memory no longer rises"
        assert before is not None
        return f"{words[outcome]}; {_slopes(comparison)}."
    if comparison.before.objects is None or comparison.after.objects is None:
        return "How fast memory rises is not known: a run is too short."
    return "Growth is not known: freeze each run at least twice."


def _slopes(comparison: Comparison) -> str:
    before, after = (
        "not known" if slope is None else format_rate(slope.per_s, slope.error_per_s)
        for slope in (comparison.before.slope, comparison.after.slope)
    )
    return f"{before} before, {after} after"


def memory(comparison: Comparison) -> str:
    """`Memory: 16.8 ± 0.3 MiB/min before, 0.100 ± 0.4 MiB/min after.`"""
    if comparison.is_same_run:
        slope = comparison.after.slope
        return "" if slope is None else f"Memory: {format_rate(slope.per_s, slope.error_per_s)}."
    if comparison.before.slope is None and comparison.after.slope is None:
        return ""
    return f"Memory: {_slopes(comparison)}."


def _of_one_run(comparison: Comparison, by_change: dict[str, list[ComparedSuspect]]) -> str:
    """Two freezes: what grew between them, what went."""
    names = f"from {comparison.before.freezes[-1]} to {comparison.after.freezes[-1]}"
    grown = [*by_change.get("new", ()), *by_change.get("worse", ())]
    went = [*by_change.get("gone", ()), *by_change.get("better", ())]
    if not grown and not went:
        return f"Nothing leaks {names}."
    parts = []
    if grown:
        parts.append(f"{_subject(grown)} grew {names}; {_counts(grown[0])}.")
    if went:
        parts.append(f"{_subject(went)} {'shrank' if grown else f'shrank {names}'}; {_counts(went[0])}.")
    return " ".join(parts)
