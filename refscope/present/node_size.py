"""How large a node is and where its words stand: one answer for layout, window and pictures.

Sizes follow from the text (`Measure`), between `MIN_WIDTH` and `MAX_WIDTH`; what does not fit is elided
by whoever draws, with `fit_text` and `text_room`. Units: pixels at zoom 1.
"""

from __future__ import annotations

from refscope.present.scene import Box, NodeKind, VisibleNode
from refscope.present.text_width import Measure, TextRole
from refscope.text import format_count

HEIGHT = 46.0
MIN_WIDTH = 120.0
MAX_WIDTH = 240.0
ICON = 16.0
CAP_WIDTH = 28.0  # the solid left end of a root
BADGE_HEIGHT = 18.0
CARD_STEP = 3.0  # each of the two cards behind a group stands out by this

_PAD_LEFT = 10.0
_ICON_GAP = 7.0
_PAD_RIGHT = 12.0
_PILL = 4.0  # the round ends of a function


def badges(node: VisibleNode) -> tuple[tuple[str, str], ...]:
    """(kind, text) of the badges on the upper edge, from left to right."""
    found: list[tuple[str, str]] = []
    if node.globals_count:
        found.append(("globals", f"__globals__ ×{format_count(node.globals_count)}"))
    if node.is_holder:
        found.append(("holder", "HOLDER"))
    if node.key.startswith("g"):
        found.append(("count", f"{'+' if node.is_rest else '×'}{format_count(node.count)}"))
    elif node.entries is not None:
        found.append(("entries", format_count(node.entries)))
    return tuple(found)


def badge_width(kind: str, text: str, measure: Measure) -> float:
    """Width of a badge; the `globals` one has an icon before its text."""
    return measure(text, TextRole.BADGE) + 14 + (14 if kind == "globals" else 0)


def expander_texts(node: VisibleNode) -> tuple[str, str]:
    """Texts of the expanders on the lower left and lower right corner, "" = none."""
    left = f"‹ {format_count(node.hidden_referrers)}" if node.hidden_referrers else ""
    right = f"{format_count(node.hidden_referents)} ›" if node.hidden_referents else ""
    return left, right


def text_start(node: VisibleNode) -> float:
    """Distance of the texts from the left edge of the box."""
    cap = CAP_WIDTH - 1 if node.is_root else 0.0
    return cap + _pill(node) + _PAD_LEFT + ICON + _ICON_GAP


def icon_start(node: VisibleNode) -> float:
    """Distance of the icon from the left edge of the box."""
    return text_start(node) - ICON - _ICON_GAP


def text_room(node: VisibleNode, box: Box, is_title: bool = True) -> float:
    """Pixels that a title, or a second line, may take in that box."""
    return box.width - text_start(node) - _PAD_RIGHT + 2 - _marks(node, is_title)


def _pill(node: VisibleNode) -> float:
    return _PILL if node.kind is NodeKind.FUNCTION else 0.0


def _marks(node: VisibleNode, is_title: bool) -> float:
    """What the marks of its kind take at the right end."""
    if node.kind is NodeKind.CONTAINER:
        return 6.0  # the inner rule
    if node.kind is NodeKind.FRAME and is_title:
        return 8.0  # the folded corner
    return _pill(node)


def width_of(node: VisibleNode, measure: Measure, *, is_narrow: bool = False) -> float:
    """Width that shows both lines, or (narrow) the title and the first phrase of the second line; within
    bounds, and wide enough for badges and expanders."""
    second = node.subtitle.partition(", ")[0] if is_narrow else node.subtitle
    words = max(
        measure(node.title, TextRole.TITLE) + _marks(node, is_title=True),
        measure(second, TextRole.SUBTITLE) + _marks(node, is_title=False),
    )
    width = text_start(node) + words + _PAD_RIGHT
    on_top = sum(badge_width(kind, text, measure) + 4 for kind, text in badges(node))
    below = sum(measure(text, TextRole.BADGE) + 14 for text in expander_texts(node) if text)
    return float(min(MAX_WIDTH, max(MIN_WIDTH, width, on_top + 10, below + 24)))
