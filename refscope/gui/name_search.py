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
    the earlier ones. O(names)."""
    by_short: dict[str, str] = {}
    for name in names:
        by_short.setdefault(short_name(name).lower(), name)
    wanted = short_name(text.strip("/ ").lower())
    found = difflib.get_close_matches(wanted, by_short, MOST_NEAR, cutoff=0.7)
    found += [each for each in by_short if len(wanted) > 2 and wanted in each and each not in found]
    ends = [each for each in by_short if len(each) > len(wanted) > 3 and _end_resembles(wanted, each)]
    return [by_short[each] for each in dict.fromkeys([*found, *ends])][:MOST_NEAR]


def _end_resembles(wanted: str, name: str) -> bool:
    """`lodaer` and `resourceloader`: people remember the last word of a name."""
    return difflib.SequenceMatcher(None, wanted, name[-len(wanted) :]).ratio() >= 0.8
