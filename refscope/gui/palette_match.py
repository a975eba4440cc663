"""How well what was typed fits a text: words in any order, each as a piece, as initials, or scattered.

Plain functions over text; nothing of Qt and nothing of actions is known here.
"""

from __future__ import annotations

from dataclasses import dataclass

_WHOLE, _START, _WORD, _PIECE, _INITIALS, _SCATTERED = 100, 60, 40, 20, 25, 5
"""What a fit is worth: the whole text, its start, the start of a word, anywhere in it, initials, letters
in order. Only their order matters, and that two weak fits must not beat a strong one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A fit. score: larger is better. places: indexes of the letters that fit, in order."""

    score: float
    places: tuple[int, ...] = ()


def match(query: str, text: str) -> Match | None:
    """How `text` fits `query`, letter case aside; None = a word of the query does not fit.

    O(words × text) for pieces; an empty query fits everything alike.
    """
    words, low = query.casefold().split(), text.casefold()
    if len(low) != len(text):  # places must be those of the text itself
        low = text.lower() if len(text.lower()) == len(text) else text
    score, places = 0.0, set[int]()
    for word in words:
        found = _word(word, low, text)
        if found is None:
            return None
        score += found.score
        places.update(found.places)
    if words:
        score /= len(words)
        score -= len(text) / 1000  # of equal fits the shorter text says it more exactly
        if low == " ".join(words):
            score += _WHOLE
    return Match(score, tuple(sorted(places)))


def _word(word: str, low: str, text: str) -> Match | None:
    at = low.find(word)
    if at >= 0:
        start = at
        while start >= 0 and not _begins_word(text, start):
            start = low.find(word, start + 1)
        if start >= 0:
            at = start
        worth = _START if at == 0 else _WORD if start >= 0 else _PIECE
        return Match(worth, tuple(range(at, at + len(word))))
    initials = [n for n in range(len(text)) if _begins_word(text, n)]
    spelled = _in_order(word, low, initials)
    if spelled is not None:
        return Match(_INITIALS, spelled)
    scattered = _in_order(word, low, range(len(low)))
    if scattered is None or len(word) < 3:  # two letters in order stand in almost any text
        return None
    spread = scattered[-1] - scattered[0] + 1
    return Match(_SCATTERED * len(word) / spread, scattered)


def _in_order(word: str, low: str, among: range | list[int]) -> tuple[int, ...] | None:
    places: list[int] = []
    for place in among:
        if low[place] == word[len(places)]:
            places.append(place)
            if len(places) == len(word):
                return tuple(places)
    return None


def _begins_word(text: str, at: int) -> bool:
    if at == 0:
        return True
    before, here = text[at - 1], text[at]
    return not before.isalnum() or (before.islower() and here.isupper())
