"""Long names in a narrow panel: broken before dots and brackets, so that all of them can be read.

`break_code` gives the lines for text that is painted; `breakable` prepares text for a label, by marks
without width where it may break. Nothing is ever cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MARK = "\u200b"
"""A place where a label may break; it has no width and is not copied."""
LABEL_PIECE = 12
"""Characters without a natural place to break, after which any place will do: a label needs one."""
_PLACES = re.compile(
    r"(?<=[^.\s])(?=\.\w)|(?<=\w)(?=[\[({])|(?<=[\])},;:/=|])(?=\S)|(?<=[^_])(?=_)|(?<=[a-z])(?=[A-Z][a-z])"
)


def parts_of(text: str) -> list[str]:
    """The pieces that a line should not break within."""
    found = []
    for piece in _PLACES.split(text):
        found += re.findall(r"\S+\s*|\s+", piece)
    return found


def break_code(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The lines of a text, each at most `width` wide as `measure` says. At least one line.

    O(length × log length): a piece that is too long for a line of its own is cut anywhere.
    """
    lines: list[str] = []
    current = ""
    for piece in parts_of(text):
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


def breakable(text: str, longest: int = LABEL_PIECE) -> str:
    """The text with a mark wherever it may break. longest: of a piece; 0 = however long it is."""
    found: list[str] = []
    for piece in parts_of(text):
        step = longest or len(piece)
        found += [piece[at : at + step] for at in range(0, len(piece), step)]
    return MARK.join(found)
