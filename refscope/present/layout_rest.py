"""Free room among boxes that stand, and the headings over the columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from refscope.present.scene import Box, Column, VisibleNode

_SAME_COLUMN = 8.0  # left edges closer than this stand in one column


def overlaps(one: Box, other: Box, gap: float = 0.0) -> bool:
    """Whether two boxes, kept `gap` apart, share any point."""
    return (
        one.x < other.x + other.width + gap
        and other.x < one.x + one.width + gap
        and one.y < other.y + other.height + gap
        and other.y < one.y + one.height + gap
    )


def find_room(wanted: Box, taken: Collection[Box], gap: float) -> Box:
    """The free place nearest to the wanted one, straight above or below it. O(taken · log)."""
    blocking = [
        (box.y - gap - wanted.height, box.y + box.height + gap)
        for box in taken
        if box.x < wanted.x + wanted.width + gap and wanted.x < box.x + box.width + gap
    ]
    free = [wanted.y] + [edge for span in blocking for edge in span]
    ordered = sorted(free, key=lambda y: (abs(y - wanted.y), y))
    merged = _merged(blocking)
    for y in ordered:
        if not any(low < y < high for low, high in merged):
            return Box(wanted.x, y, wanted.width, wanted.height)
    raise AssertionError("above the topmost box there is always room")


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Overlapping spans as one; those that only touch stay two, for a box fits between."""
    merged: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if merged and low < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def headings(nodes: Sequence[VisibleNode], boxes: dict[str, Box]) -> tuple[Column, ...]:
    """ROOTS, WHO HOLDS IT, TARGET, WHAT IT HOLDS over what stands there; none for a single column."""
    target = next((node.key for node in nodes if node.is_target), None)
    if target is None or len({round(box.x / _SAME_COLUMN) for box in boxes.values()}) < 2:
        return ()
    at = boxes[target]
    left = [node for node in nodes if boxes[node.key].x + boxes[node.key].width <= at.x]
    right = [boxes[node.key] for node in nodes if boxes[node.key].x >= at.x + at.width]
    edge = min((boxes[node.key].x for node in left), default=at.x)
    first = [node for node in left if boxes[node.key].x - edge < _SAME_COLUMN]
    roots = [boxes[node.key] for node in first] if any(node.is_root for node in first) else []
    holders = [boxes[node.key] for node in left if not roots or node not in first]
    spans = (("ROOTS", roots), ("WHO HOLDS IT", holders), ("TARGET", [at]), ("WHAT IT HOLDS", right))
    return tuple(_over(title, found) for title, found in spans if found)


def _over(title: str, boxes: list[Box]) -> Column:
    x = min(box.x for box in boxes)
    return Column(title, x, max(box.x + box.width for box in boxes) - x)
