"""The course of every edge: smooth curves from the holder's right side to the held one's left side.

Only geometry: boxes in, cubic curves out; no painter and no colour. Curves arrive side by side at
their target, the lit one in the middle, and pass between the boxes of columns that lie on their way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from refscope.present.scene import Box, VisibleEdge

Point = tuple[float, float]
Cubic = tuple[Point, Point, Point, Point]

PORT_GAP = 6.0
"""Pixels between curves that arrive at the same node."""

CLEARANCE = 14.0
"""Pixels between a passing curve and a box: badges and expanders reach about that far."""

MAX_DODGING = 1500
"""Above that many edges curves go straight through; dodging costs about 30 µs an edge."""

_BACK_SHIFT = 13.0
"""Pixels below the middle where an edge to the left leaves and arrives."""

_SAMPLES = 12
_T = np.linspace(0.0, 1.0, _SAMPLES + 1)
_WEIGHTS = np.stack([(1 - _T) ** 3, 3 * (1 - _T) ** 2 * _T, 3 * (1 - _T) * _T**2, _T**3], axis=1)


@dataclass(frozen=True, slots=True)
class Route:
    """One drawn edge: at least one cubic, each starting where the last one ended."""

    edge: VisibleEdge
    cubics: tuple[Cubic, ...]

    @property
    def start(self) -> Point:
        """Where the edge leaves its holder."""
        return self.cubics[0][0]

    @property
    def end(self) -> Point:
        """The tip of the arrow."""
        return self.cubics[-1][3]

    @property
    def heading(self) -> Point:
        """Unit vector along which the edge arrives."""
        (ax, ay), (bx, by) = self.cubics[-1][2], self.cubics[-1][3]
        dx, dy = bx - ax, by - ay
        length = (dx * dx + dy * dy) ** 0.5 or 1.0
        return dx / length, dy / length


def sample(cubics: Iterable[Cubic]) -> NDArray[np.float64]:
    """Points along cubics: float64[n_cubics, samples + 1, 2]."""
    controls = np.asarray(list(cubics), dtype=np.float64).reshape(-1, 4, 2)
    points: NDArray[np.float64] = np.einsum("sk,nkd->nsd", _WEIGHTS, controls)
    return points


def route_edges(edges: Iterable[VisibleEdge], boxes: Mapping[str, Box]) -> list[Route]:
    """A route for each edge whose both ends have a box, in the order given."""
    shown = [edge for edge in edges if edge.source in boxes and edge.target in boxes]
    ports = _ports(shown, boxes)
    field = _Field(boxes) if len(shown) <= MAX_DODGING else None
    return [Route(edge, _course(edge, boxes, port, field)) for edge, port in zip(shown, ports, strict=True)]


def _ports(edges: list[VisibleEdge], boxes: Mapping[str, Box]) -> list[float]:
    """Vertical offset of each arriving edge from the middle of its target."""
    arriving: dict[str, list[int]] = defaultdict(list)
    for at, edge in enumerate(edges):
        arriving[edge.target].append(at)
    offsets = [0.0] * len(edges)
    for target, group in arriving.items():
        if len(group) == 1:
            continue
        group.sort(key=lambda at: _middle(boxes[edges[at].source]))
        gap = min(PORT_GAP, (boxes[target].height - 14) / len(group))
        lit = next((rank for rank, at in enumerate(group) if edges[at].is_on_path), None)
        centre = (len(group) - 1) / 2 if lit is None else lit
        reach = boxes[target].height / 2 - 6
        for rank, at in enumerate(group):
            offsets[at] = max(-reach, min(reach, (rank - centre) * gap))
    return offsets


def _middle(box: Box) -> float:
    return box.y + box.height / 2


def _course(
    edge: VisibleEdge, boxes: Mapping[str, Box], port: float, field: _Field | None
) -> tuple[Cubic, ...]:
    source, target = boxes[edge.source], boxes[edge.target]
    start = (source.x + source.width, _middle(source))
    end = (target.x, _middle(target) + port)
    if edge.source == edge.target:
        return (_loop(source),)
    if end[0] - start[0] < 16:
        return _backward(edge, source, target, port, field)
    return _rightward(start, end, edge, field)


def _rightward(start: Point, end: Point, edge: VisibleEdge, field: _Field | None) -> tuple[Cubic, ...]:
    """From left to right, between the boxes on the way."""
    direct = _cubic(start, end)
    if field is None or not field.is_hit(direct, edge):
        return (direct,)
    return _through([start, *field.way_points(start, end, edge), end]) or (direct,)


def _through(stops: list[Point]) -> tuple[Cubic, ...]:
    """Cubics through points from left to right; none where they turn back."""
    if any(b[0] <= a[0] for a, b in pairwise(stops)):
        return ()
    return tuple(_cubic(a, b) for a, b in pairwise(stops))


def _cubic(start: Point, end: Point) -> Cubic:
    """Level at both ends; a level one is a straight line."""
    reach = (end[0] - start[0]) * 0.5
    return start, (start[0] + reach, start[1]), (end[0] - reach, end[1]), end


def _loop(box: Box) -> Cubic:
    """From a node to itself, above its right end."""
    x, y = box.x + box.width, box.y + box.height * 0.35
    return (x, y), (x + 44, y - 6), (x - 4, y - 58), (x - 26, box.y)


def _backward(
    edge: VisibleEdge, source: Box, target: Box, port: float, field: _Field | None
) -> tuple[Cubic, ...]:
    """To a node in the same column, around its right side; or further left, into its right side."""
    start = (source.x + source.width, _middle(source))
    if abs(source.x - target.x) < max(source.width, target.width):
        right = max(start[0], target.x + target.width) + 46
        rise = 8 if start[1] > _middle(target) else -8
        end = (target.x + target.width, _middle(target) + rise)
        return ((start, (right, start[1]), (right, end[1]), end),)
    # a little lower than edges that come the other way
    start = (source.x, _middle(source) + _BACK_SHIFT)
    end = (target.x + target.width, _middle(target) + _BACK_SHIFT + max(-6.0, min(6.0, port)))
    mirrored = _rightward(end, start, edge, field)
    return tuple((d, c, b, a) for a, b, c, d in reversed(mirrored))


class _Field:
    """The boxes as obstacles, found by their place from left to right."""

    def __init__(self, boxes: Mapping[str, Box]) -> None:
        self._items = sorted((box.x, key, box) for key, box in boxes.items())
        self._lefts = [item[0] for item in self._items]
        self._widest = max((box.width for box in boxes.values()), default=0.0)

    def is_hit(self, cubic: Cubic, edge: VisibleEdge) -> bool:
        """Whether the curve passes through a box that is not one of its ends."""
        obstacles = self._between(cubic[0][0], cubic[3][0], edge)
        if not obstacles:
            return False
        points = sample([cubic])[0].tolist()
        return any(
            box.x < x < box.x + box.width and box.y - CLEARANCE < y < box.y + box.height + CLEARANCE
            for box in obstacles
            for x, y in points
        )

    def way_points(self, start: Point, end: Point, edge: VisibleEdge) -> list[Point]:
        """Both ends of a free lane through each column on the way."""
        stops: list[Point] = []
        at = start
        for left, right, column in _columns(self._between(start[0], end[0], edge)):
            share = ((left + right) / 2 - at[0]) / max(1.0, end[0] - at[0])
            lane = _free_lane(at[1] + (end[1] - at[1]) * share, column)
            if left - 8 > at[0] + 8:
                stops += [(left - 8, lane), (right + 8, lane)]
                at = stops[-1]
        if stops and stops[-1][0] > end[0] - 8:
            stops[-1] = (end[0] - 8, stops[-1][1])
        return [stop for at, stop in enumerate(stops) if at == 0 or stop[0] > stops[at - 1][0]]

    def _between(self, left: float, right: float, edge: VisibleEdge) -> list[Box]:
        first = bisect_left(self._lefts, left - self._widest)
        last = bisect_left(self._lefts, right - 4)
        return [
            box
            for _, key, box in self._items[first:last]
            if box.x + box.width > left + 4 and key not in (edge.source, edge.target)
        ]


def _columns(boxes: list[Box]) -> list[tuple[float, float, list[Box]]]:
    """Boxes that overlap from left to right, as (left, right, boxes), in that order."""
    columns: list[tuple[float, float, list[Box]]] = []
    for box in boxes:
        if columns and box.x < columns[-1][1]:
            left, right, members = columns[-1]
            columns[-1] = (left, max(right, box.x + box.width), [*members, box])
        else:
            columns.append((box.x, box.x + box.width, [box]))
    return columns


def _free_lane(wanted: float, column: list[Box]) -> float:
    """The height nearest to `wanted` that passes no box of the column."""
    blocked: list[list[float]] = []
    for top, bottom in sorted((box.y - CLEARANCE, box.y + box.height + CLEARANCE) for box in column):
        if blocked and top <= blocked[-1][1]:
            blocked[-1][1] = max(blocked[-1][1], bottom)
        else:
            blocked.append([top, bottom])
    for top, bottom in blocked:
        if top < wanted < bottom:
            return top if wanted - top < bottom - wanted else bottom
    return wanted
