"""Long names in a narrow panel: broken before dots and brackets, so that all of them can be read.

`break_code` and `break_words` give the lines for text that is painted; `breakable` prepares text for a
label, by marks without width where it may break. Nothing is ever cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

MARK = "\u200b"
"""A place where a label may break; it has no width and is not copied."""
LABEL_PIECE = 12
"""Characters without a natural place to break, after which any place will do: a label needs one."""
_STRONG = r"(?<=[^.\s\d])(?=\.\w)|(?<=\d)(?=\.[^\W\d])|(?<=\w)(?=[\[({])|(?<=[\])},;:/=|])(?=\S)"
_WEAK = r"|(?<=[^_])(?=_)|(?<=[a-z])(?=[A-Z][a-z])"
_PLACES, _ALL_PLACES = re.compile(_STRONG), re.compile(_STRONG + _WEAK)
"""Before dots and brackets; and within a name, where there is no other way."""


def _parts(text: str, places: re.Pattern[str]) -> list[str]:
    """The pieces that a line should not break within."""
    found = []
    for piece in places.split(text):
        found += re.findall(r"\S+\s*|\s+", piece)
    return found


def break_code(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The lines of a text, each at most `width` wide as `measure` says. At least one line.

    A name that is too long for a line of its own is broken before underlines and capitals, or anywhere.
    O(length × log length).
    """
    pieces = []
    for piece in _parts(text, _PLACES):
        fits = measure(piece.rstrip()) <= width
        pieces += [piece] if fits else _parts(piece, _ALL_PLACES)
    return _filled(pieces, width, measure)


def break_words(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The same for a sentence, which is broken between its words only, as long as each has room."""
    return _filled(re.findall(r"\S+\s*|\s+", text), width, measure)


def _filled(pieces: Iterable[str], width: float, measure: Callable[[str], float]) -> list[str]:
    """Lines of whole pieces, as few as will do; a piece that is too long for one is broken anywhere."""
    lines: list[str] = []
    current = ""
    for piece in pieces:
        rest = piece
        if measure((current + rest).rstrip()) <= width:
            current += rest
            continue
        if current:
            lines.append(current)
        while measure(rest.rstrip()) > width and len(rest) > 1:
            fitting = _fitting(rest, width, measure)
            lines.append(rest[:fitting])
            rest = rest[fitting:]
        current = rest
    return [*lines, current] if current or not lines else lines


def _fitting(text: str, width: float, measure: Callable[[str], float]) -> int:
    """How many characters fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def breakable(text: str) -> str:
    """For a label: a mark wherever it may break, within long names too, as a label needs one."""
    found: list[str] = []
    for piece in _parts(text, _ALL_PLACES):
        found += [piece[at : at + LABEL_PIECE] for at in range(0, len(piece), LABEL_PIECE)]
    return MARK.join(found)


def breakable_code(text: str) -> str:
    """For a text edit, which breaks long names by itself: a mark before dots and brackets only."""
    return MARK.join(_parts(text, _PLACES))
