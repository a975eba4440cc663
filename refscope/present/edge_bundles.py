"""Edges that fan out of one node, or into one, joined to a trunk: one line in the gap with a branch for each.

Fifty curves through a gap of 32 pixels are a grey wall in which no single one can be followed; a trunk with
branches reads like a tree. Only unlit edges between neighbouring columns are joined. Geometry only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from refscope.present.scene import Box, EdgeStyle, VisibleEdge

Point = tuple[float, float]
Cubic = tuple[Point, Point, Point, Point]

LEAST = 5
"""Edges of one node from which they are joined; four can still be told apart as curves."""

_ROUND = 8.0  # radius of a branch's corner
_STEP = 7.0  # from one trunk to the next in a gap
_STUB = 13.0  # from the node to its trunk
_BEFORE_HEAD = 17.0  # from a trunk to the tips of its arrows


@dataclass(frozen=True, slots=True)
class Trunk:
    """The shared upright line of a bundle. is_fan_in: many holders of one node, whose arrows are one."""

    x: float
    is_fan_in: bool


def trunks_of(
    edges: Sequence[VisibleEdge], boxes: Mapping[str, Box], is_free: Callable[[float, float], bool]
) -> dict[int, Trunk]:
    """The trunk of each edge that is joined to others, by position. O(edges).

    is_free: whether no node stands between two x.
    """
    joinable = [at for at, edge in enumerate(edges) if _is_joinable(edge, boxes)]
    found: dict[int, Trunk] = {}
    taken: dict[float, int] = defaultdict(int)  # trunks in the gap that begins there
    for is_fan_in in (False, True):
        fans: dict[tuple[str, float, EdgeStyle], list[int]] = defaultdict(list)
        for at in joinable:
            if at not in found:
                edge = edges[at]
                source, target = boxes[edge.source], boxes[edge.target]
                one, column = (edge.target, source.x) if is_fan_in else (edge.source, target.x)
                fans[one, column, edge.style].append(at)
        for fan in fans.values():
            left = max(_right_of(boxes[edges[at].source]) for at in fan)
            right = min(boxes[edges[at].target].x for at in fan)
            if len(fan) >= LEAST and left + _STUB + _BEFORE_HEAD <= right and is_free(left, right):
                found |= dict.fromkeys(fan, Trunk(_x_of(left, right, taken[left], is_fan_in), is_fan_in))
                taken[left] += 1
    return found


def _is_joinable(edge: VisibleEdge, boxes: Mapping[str, Box]) -> bool:
    return not edge.is_on_path and _right_of(boxes[edge.source]) < boxes[edge.target].x


def _right_of(box: Box) -> float:
    return box.x + box.width


def _x_of(left: float, right: float, others: int, is_fan_in: bool) -> float:
    """Near the node that the fan belongs to, beside the other trunks of the gap."""
    low, high = left + _STUB, right - _BEFORE_HEAD
    return max(low, high - _STEP * others) if is_fan_in else min(high, low + _STEP * others)


def branch(start: Point, end: Point, x: float) -> tuple[Cubic, ...]:
    """From `start` along the trunk at `x` to `end`, with round corners."""
    (from_x, from_y), (to_x, to_y) = start, end
    down = 1.0 if to_y >= from_y else -1.0
    bend = min(_ROUND, abs(to_y - from_y) / 2, x - from_x, to_x - x)
    corners = (
        start,
        (x - bend, from_y),
        (x, from_y + down * bend),
        (x, to_y - down * bend),
        (x + bend, to_y),
        end,
    )
    return (
        _straight(corners[0], corners[1]),
        _corner(corners[1], (x, from_y), corners[2]),
        _straight(corners[2], corners[3]),
        _corner(corners[3], (x, to_y), corners[4]),
        _straight(corners[4], corners[5]),
    )


def _straight(start: Point, end: Point) -> Cubic:
    (ax, ay), (bx, by) = start, end
    return start, (ax + (bx - ax) / 3, ay + (by - ay) / 3), (bx - (bx - ax) / 3, by - (by - ay) / 3), end


def _corner(start: Point, corner: Point, end: Point) -> Cubic:
    """A quarter of a circle, nearly."""
    share = 0.55
    first = (start[0] + (corner[0] - start[0]) * share, start[1] + (corner[1] - start[1]) * share)
    second = (end[0] + (corner[0] - end[0]) * share, end[1] + (corner[1] - end[1]) * share)
    return start, first, second, end
