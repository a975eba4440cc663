"""Search by a qualified name: words in any order, or a regular expression between slashes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from refscope.text import short_name

REPR = "repr:"
"""What stands before a text that is looked for in what objects say of themselves."""
MOST_NEAR = 3
LEAST_ALIKE = 0.7
MUCH_LESS = 0.1
"""A name that is so much less alike than the nearest is not worth telling."""


@dataclass(frozen=True, slots=True)
class NameSearch:
    """What a text asks for. problem: why it cannot be asked, "" = it can."""

    text: str
    matches: Callable[[str], bool]
    problem: str = ""


def name_search(text: str) -> NameSearch:
    """`/regex/` (case counts), else all words somewhere in the name, case ignored."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "/":
        try:
            pattern = re.compile(text[1:-1])
        except re.error as error:
            return NameSearch(text, lambda _name: False, f"{error.msg[:1].upper()}{error.msg[1:]}.")
        return NameSearch(text, lambda name: pattern.search(name) is not None)
    words = text.lower().split()
    if not words:
        return NameSearch("", lambda _name: True)
    return NameSearch(text, lambda name: _has_all(name.lower(), words))


def _has_all(name: str, words: Sequence[str]) -> bool:
    return all(word in name for word in words)


def repr_text(text: str) -> str | None:
    """What is looked for in reprs; None = names are meant."""
    text = text.strip()
    return text[len(REPR) :].strip() if text.lower().startswith(REPR) else None


def near_names(text: str, names: Iterable[str]) -> list[str]:
    """Qualified names whose last part resembles a text, the nearest first, at most three; of those alike
    the earlier ones. People remember the last word of a name, so `lodaer` is near to `ResourceLoader`.
    O(names).
    """
    by_short: dict[str, str] = {}
    for name in names:
        by_short.setdefault(short_name(name).lower(), name)
    wanted = short_name(text.strip("/ ").lower())
    matcher = difflib.SequenceMatcher(b=wanted, autojunk=False)
    scores = {
        short: score for short in by_short if (score := _likeness(matcher, short, len(wanted))) >= LEAST_ALIKE
    }
    best = max(scores.values(), default=0.0)
    found = sorted((short for short in scores if scores[short] >= best - MUCH_LESS), key=lambda s: -scores[s])
    return [by_short[short] for short in found[:MOST_NEAR]]


def _likeness(matcher: difflib.SequenceMatcher[str], name: str, length: int) -> float:
    """0 to 1: how alike the whole name is, or its end as long as what is wanted."""
    alike = 0.0
    for part in {name, name[-length:]} if len(name) > length > 3 else {name}:
        matcher.set_seq1(part)
        if matcher.real_quick_ratio() >= LEAST_ALIKE and matcher.quick_ratio() >= LEAST_ALIKE:
            alike = max(alike, matcher.ratio())
    return alike
