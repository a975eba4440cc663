"""How wide a text will be, without a font engine: advance widths of Inter and JetBrains Mono.

The window gives the layout its own measure from real font metrics; pictures made without a window
use this table, so that both stand alike. Widths are in pixels at zoom 1.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from refscope.text import ELLIPSIS


class TextRole(Enum):
    """What a text in the graph is; decides font, size and weight. Value: (pixels, weight, is mono)."""

    TITLE = (12.5, 600, False)
    SUBTITLE = (11.0, 400, False)
    LABEL = (10.75, 400, True)
    LABEL_ON_PATH = (10.75, 700, True)
    BADGE = (10.5, 600, False)
    HEADING = (10.5, 600, False, "heading")
    BANNER = (13.0, 400, False)
    BANNER_STRONG = (13.0, 600, False)

    @property
    def size_px(self) -> float:
        """Height of the font."""
        return float(self.value[0])

    @property
    def weight(self) -> int:
        """CSS weight."""
        return int(self.value[1])

    @property
    def is_mono(self) -> bool:
        """Whether it is set in JetBrains Mono."""
        return bool(self.value[2])


Measure = Callable[[str, TextRole], float]
"""Pixels that a text takes in that role."""

# Advance widths in hundredths of the font size, code points 32 to 126.
_REGULAR = bytes.fromhex(
    "1c1c283f40514016242432421c2e1c243e2e3d40403d3e393e3e1c1c424242335e444149483c3b4a4a1a364138594b4c"
    "3f4c4040404a445f40423e2424242f2d32383e383e3a243d3b18183618573b3c3d3d2534243a385136383624212442"
)
_SEMIBOLD = bytes.fromhex(
    "191f284041544215272736431e2f1d2643303e41433f413b41411d1e434343366448424a483d3b4b4a1b3844395b4a4d"
    "404e414142494865454641272627302f32393f3a3f3b263f3d1a1a391a5a3d3d3e3e2837263d3a54383a3827242743"
)
_KNOWN = frozenset("…×−≡‹›·‘’“”")
_WIDE = 1.0  # ideographs and whatever the table does not know
_MONO = 0.6


def _char_width(char: str, table: bytes) -> float:
    code = ord(char)
    if 32 <= code < 127:
        return table[code - 32] / 100
    if char in "…×−≡":
        return 0.84 if char in "…≡" else 0.67
    if char in "‹›·‘’“”":
        return 0.40
    return _WIDE if _is_wide(char) else 0.66


def _is_wide(char: str) -> bool:
    """Whether it fills two cells of a monospaced font: Hangul, ideographs, emoji."""
    return "\u1100" <= char <= "\u115f" or char >= "\u2e80"


def estimated_width(text: str, role: TextRole) -> float:
    """Pixels that `text` takes in that role, from the table. Cost: O(length)."""
    if role.is_mono:
        return role.size_px * sum(2 * _MONO if _is_wide(char) else _MONO for char in text)
    table = _SEMIBOLD if role.weight >= 600 else _REGULAR
    return role.size_px * sum(_char_width(char, table) for char in text)


def is_known(text: str) -> bool:
    """Whether the widths of all its characters are known, and not only guessed."""
    return all(32 <= ord(char) < 127 or char in _KNOWN for char in text)


def fit_text(text: str, room: float, role: TextRole, measure: Measure = estimated_width) -> str:
    """The text, or as much of it as fits `room` pixels, elided in the middle.

    Of a dotted name the last component survives, of "12 more TypeName" the number; of anything else
    the two ends. O(length · log).
    """
    if measure(text, role) <= room:
        return text
    last = text.rpartition(".")[2]
    if last != text and len(last) > 0:
        tail = f"{ELLIPSIS}.{last}"
        if measure(tail, role) <= room:
            head = _longest(lambda n: measure(text[:n] + tail, role) <= room, len(text) - len(last) - 1)
            return text[:head] + tail
        text = last
        if measure(text, role) <= room:
            return text
    keep = _longest(lambda n: measure(_middle(text, n), role) <= room, len(text) - 1)
    return _middle(text, keep)


def fit_phrases(text: str, room: float, role: TextRole, measure: Measure = estimated_width) -> str:
    """The text, or as many of its phrases (between ", ") as fit; the first one elided where it must be.
    What stands in brackets, as a key that is a tuple, is one phrase."""
    phrases = text.split(", ")
    while len(phrases) > 1 and measure(", ".join(phrases), role) > room:
        phrases.pop()
    while len(phrases) < text.count(", ") + 1 and not _is_closed(", ".join(phrases)):
        phrases = text.split(", ")[: len(phrases) + 1]
    return fit_text(", ".join(phrases), room, role, measure)


def _is_closed(text: str) -> bool:
    return all(text.count(opening) <= text.count(closing) for opening, closing in ("()", "[]", "{}"))


def _middle(text: str, keep: int) -> str:
    """`keep` characters of the text, two thirds of them from its start, an ellipsis between."""
    end = keep // 3
    return text[: keep - end] + ELLIPSIS + (text[len(text) - end :] if end else "")


def _longest(fits: Callable[[int], bool], most: int) -> int:
    """The largest n ≤ most for which `fits(n)`; 0 if none does. `fits` is monotonous."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
