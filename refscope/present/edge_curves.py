"""The course of each edge between laid-out boxes, as cubic curves, for the window and for pictures.

Edges leave in the middle of a holder's right side and arrive side by side, the lit one in the
middle; one that would run behind a node goes through a free lane of that column; fans are joined to
trunks (`edge_bundles`). Geometry only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from refscope.present.edge_bundles import Cubic, Point, Trunk, branch, trunks_of
from refscope.present.node_size import CARD_STEP
from refscope.present.scene import Box, VisibleEdge

_PORT_GAP = 7.0
_CLEARANCE = 13.0  # badges and expanders stand out by 9
MAX_DODGING = 1500
"""Above that many edges curves go straight through; dodging costs about 30 µs an edge."""

STEPS = 12
"""Straight pieces that stand for one cubic where points are looked at."""

_T = np.linspace(0.0, 1.0, STEPS + 1)
_WEIGHTS = np.stack([(1 - _T) ** 3, 3 * (1 - _T) ** 2 * _T, 3 * (1 - _T) * _T**2, _T**3], axis=1)


@dataclass(frozen=True, slots=True)
class Curve:
    """One edge as drawn: cubics, each starting where the one before ended."""

    edge: VisibleEdge
    cubics: tuple[Cubic, ...]

    @property
    def start(self) -> Point:
        """Where it leaves its holder."""
        return self.cubics[0][0]

    @property
    def end(self) -> Point:
        """The tip of the arrow."""
        return self.cubics[-1][3]

    @property
    def direction(self) -> Point:
        """Unit vector along which it arrives."""
        (ax, ay), (bx, by) = self.cubics[-1][2], self.cubics[-1][3]
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1.0
        return (bx - ax) / length, (by - ay) / length

    def points(self) -> list[Point]:
        """Points along it, from the holder on."""
        return [(x, y) for x, y in sample(self.cubics).reshape(-1, 2).tolist()]


def sample(cubics: Iterable[Cubic]) -> npt.NDArray[np.float64]:
    """Points along cubics: float64[n_cubics, STEPS + 1, 2]."""
    controls = np.asarray(list(cubics), dtype=np.float64).reshape(-1, 4, 2)
    points: npt.NDArray[np.float64] = np.einsum("sk,nkd->nsd", _WEIGHTS, controls)
    return points


def curves_of(edges: Iterable[VisibleEdge], boxes: Mapping[str, Box]) -> list[Curve]:
    """A curve for each edge whose both ends have a box, in the order given. O(edges · boxes passed)."""
    shown = [edge for edge in edges if edge.source in boxes and edge.target in boxes]
    every = _Obstacles(boxes)
    obstacles = every if len(shown) <= MAX_DODGING else _Obstacles({})
    trunks = trunks_of(shown, boxes, lambda left, right: not every.between(left + 1, right - 1))
    ports = _ports(shown, boxes, trunks)
    return [
        Curve(edge, _course(edge, boxes, ports[at], obstacles, trunks.get(at)))
        for at, edge in enumerate(shown)
    ]


def _ports(
    edges: Sequence[VisibleEdge], boxes: Mapping[str, Box], trunks: Mapping[int, Trunk]
) -> list[float]:
    """Vertical offset of each arriving edge, in the order in which the holders stand; a fan has one."""
    arriving: dict[tuple[str, bool], dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))
    for at, edge in enumerate(edges):
        trunk = trunks.get(at)
        side = edge.target, boxes[edge.source].x < boxes[edge.target].x
        arriving[side][trunk if trunk is not None and trunk.is_fan_in else at].append(at)
    offsets = [0.0] * len(edges)
    for (target, _), fans in arriving.items():
        places = sorted(fans.values(), key=lambda fan: _middle(edges, fan, boxes))
        lit = next((place for place, fan in enumerate(places) if edges[fan[0]].is_on_path), None)
        centre = (len(places) - 1) / 2 if lit is None else float(lit)
        farthest = max(centre, len(places) - 1 - centre, 1.0)
        gap = min(_PORT_GAP, (boxes[target].height / 2 - 7) / farthest)
        for place, fan in enumerate(places):
            for at in fan:
                offsets[at] = (place - centre) * gap
    return offsets


def _middle(edges: Sequence[VisibleEdge], fan: Sequence[int], boxes: Mapping[str, Box]) -> Point:
    """The height at which edges come, those farther left first where it is the same."""
    holders = [boxes[edges[at].source] for at in fan]
    return sum(box.y for box in holders) / len(holders), holders[0].x


def _course(
    edge: VisibleEdge,
    boxes: Mapping[str, Box],
    port: float,
    obstacles: _Obstacles,
    trunk: Trunk | None = None,
) -> tuple[Cubic, ...]:
    source, target = boxes[edge.source], boxes[edge.target]
    if edge.source == edge.target:
        return (_loop(source),)
    cards = 2 * CARD_STEP if edge.source.startswith("g") else 0.0  # a group's cards stand out
    start = (source.x + source.width + cards, source.y + source.height / 2 + cards / 2)
    end = (target.x, target.y + target.height / 2 + port)
    if trunk is not None:
        return branch(start, end, trunk.x)
    if start[0] + 12 <= end[0]:
        return _forward(edge, start, end, obstacles)
    if source.x >= target.x + target.width:
        # what is held stands left of its holder: the same way as forward, walked from its end
        start = (target.x + target.width, target.y + target.height / 2 + 9)
        end = (source.x, source.y + source.height / 2 + 12)
        return tuple((d, c, b, a) for a, b, c, d in reversed(_forward(edge, start, end, obstacles)))
    right = max(start[0], target.x + target.width) + 44
    end = (target.x + target.width, target.y + target.height / 2 + (9 if start[1] > end[1] else -9))
    return ((start, (right, start[1]), (right, end[1]), end),)


def _level(start: Point, end: Point) -> Cubic:
    """A curve that leaves and arrives horizontally."""
    reach = (end[0] - start[0]) * 0.5
    return start, (start[0] + reach, start[1]), (end[0] - reach, end[1]), end


def _loop(box: Box) -> Cubic:
    x, y = box.x + box.width, box.y + box.height / 2
    return (x, y), (x + 40, y), (x + 10, y - 58), (x - 26, box.y)


class _Obstacles:
    """All boxes, found by their left edge."""

    def __init__(self, boxes: Mapping[str, Box]) -> None:
        self._sorted = sorted(boxes.items(), key=lambda item: item[1].x)
        self._lefts = [box.x for _, box in self._sorted]
        self._widest = max((box.width for box in boxes.values()), default=0.0)

    def between(self, left: float, right: float, edge: VisibleEdge | None = None) -> list[Box]:
        """Boxes with a part between two x, without the ends of the edge, from left to right."""
        first = bisect_left(self._lefts, left - self._widest)
        last = bisect_left(self._lefts, right)
        ends = (edge.source, edge.target) if edge is not None else ()
        return [box for key, box in self._sorted[first:last] if box.x + box.width > left and key not in ends]


def _forward(edge: VisibleEdge, start: Point, end: Point, obstacles: _Obstacles) -> tuple[Cubic, ...]:
    """From left to right; around boxes that stand on the way."""
    direct = _level(start, end)
    between = obstacles.between(start[0] + 4, end[0] - 4, edge)
    if not between or not _hits(direct, between):
        return (direct,)
    stops, last = [start], start
    for left, right, column in _columns(between):
        if left < last[0] or right > end[0]:
            continue
        share = ((left + right) / 2 - last[0]) / max(1.0, end[0] - last[0])
        lane = _lane(last[1] + (end[1] - last[1]) * share, column)
        stops += [(left - 6, lane), (right + 6, lane)]
        last = stops[-1]
    stops.append(end)
    return tuple(_level(a, b) for a, b in pairwise(stops) if b[0] > a[0])


def _hits(cubic: Cubic, boxes: list[Box]) -> bool:
    """Whether the curve comes too close to one of the boxes."""
    low, high = sorted((cubic[0][1], cubic[3][1]))
    near = [b for b in boxes if b.y - _CLEARANCE < high and low < b.y + b.height + _CLEARANCE]
    if not near:
        return False
    points = sample([cubic])[0].tolist()
    return any(
        box.x < x < box.x + box.width and box.y - _CLEARANCE < y < box.y + box.height + _CLEARANCE
        for box in near
        for x, y in points
    )


def _columns(boxes: list[Box]) -> list[tuple[float, float, list[Box]]]:
    """Boxes, sorted by x, in groups that overlap horizontally."""
    columns: list[tuple[float, float, list[Box]]] = []
    for box in boxes:
        if columns and box.x < columns[-1][1]:
            left, right, members = columns[-1]
            columns[-1] = (left, max(right, box.x + box.width), [*members, box])
        else:
            columns.append((box.x, box.x + box.width, [box]))
    return columns


def _lane(wanted: float, column: list[Box]) -> float:
    """The height nearest to the wanted one at which a line passes between the boxes of a column."""
    spans = sorted((box.y - _CLEARANCE, box.y + box.height + _CLEARANCE) for box in column)
    merged: list[tuple[float, float]] = []
    for low, high in spans:
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    for low, high in merged:
        if low < wanted < high:
            return low if wanted - low <= high - wanted else high
    return wanted
