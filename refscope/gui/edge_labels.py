"""Where the names of edges stand: at the holder's end, on no node, no other label, no lit edge.

A name that finds no free place is left out; it still shows in the tooltip, in the table and when
its edge is selected. Geometry only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from refscope.gui.edge_routes import Route, sample
from refscope.gui.node_words import elide_middle

MAX_WIDTH = 180.0
"""Pixels; a longer name is cut in the middle."""

HEIGHT = 15.0
_CELL = 64.0

Rect = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Label:
    """A name as it is drawn."""

    route: int
    text: str
    rect: Rect
    is_lit: bool


class _Taken:
    """Rectangles by cells of a grid, so that a thousand labels need no million comparisons."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[Rect]] = defaultdict(list)

    def add(self, rect: Rect) -> None:
        """No label may stand there any more."""
        for cell in _cells(rect):
            self._cells[cell].append(rect)

    def is_free(self, rect: Rect) -> bool:
        """Whether nothing taken meets the rectangle."""
        left, top, right, bottom = rect
        for cell in _cells(rect):
            for other in self._cells.get(cell, ()):
                if other[0] < right and left < other[2] and other[1] < bottom and top < other[3]:
                    return False
        return True


def place_labels(
    routes: list[Route],
    occupied: Iterable[Rect],
    measure: Callable[[str], float],
    measure_lit: Callable[[str], float],
) -> list[Label]:
    """The labels that find a place, lit ones first. `occupied`: nodes with their badges."""
    taken = _Taken()
    for rect in occupied:
        taken.add(rect)
    order = sorted(range(len(routes)), key=lambda at: not routes[at].edge.is_on_path)
    lit_points = [sample(route.cubics).reshape(-1, 2) for route in routes if route.edge.is_on_path]
    labels: list[Label] = []
    are_lit_edges_taken = False
    for at in order:
        route = routes[at]
        if not route.edge.label:
            continue
        lit = route.edge.is_on_path
        if not lit and not are_lit_edges_taken:
            are_lit_edges_taken = True
            _take_points(taken, lit_points)
        width = measure_lit if lit else measure
        text = elide_middle(route.edge.label, _room(route), width)
        wide = width(text) + 4
        place = next((place for place in _places(route, wide) if taken.is_free(place)), None)
        if place is not None:
            taken.add(place)
            labels.append(Label(at, text, place, lit))
    return labels


def _room(route: Route) -> float:
    """How wide a name may be: the way to the held node, as far as it is short."""
    across = abs(route.end[0] - route.start[0])
    return min(MAX_WIDTH, across - 18) if across > 60 else MAX_WIDTH


def _take_points(taken: _Taken, lines: list[np.ndarray[tuple[int, int], np.dtype[np.float64]]]) -> None:
    for points in lines:
        for (ax, ay), (bx, by) in zip(points.tolist(), points.tolist()[1:], strict=False):
            taken.add((min(ax, bx) - 2, min(ay, by) - 5, max(ax, bx) + 2, max(ay, by) + 5))


def _places(route: Route, wide: float) -> Iterator[Rect]:
    """Candidate places, best first: beside the holder, along the curve, beside the held node."""
    (x0, y0), (x1, y1) = route.start, route.end
    above = y0 - 6 - HEIGHT
    below = y0 + 5
    near, far = (below, above) if y1 < y0 - 2 else (above, below)
    beside = x0 + 9 if x1 >= x0 else x0 - 9 - wide
    yield _rect(beside, near, wide)
    along = sample(route.cubics).reshape(-1, 2)
    for share in (0.22, 0.32, 0.42, 0.55, 0.68, 0.78):
        x, y = along[int(share * (len(along) - 1))].tolist()
        yield _rect(x - wide / 2, y - HEIGHT / 2, wide)
    before = x1 - 14 - wide if x1 >= x0 else x1 + 14
    yield _rect(before, (y1 + 5) if y1 < y0 else y1 - 6 - HEIGHT, wide)
    yield _rect(beside, far, wide)
    for lift in (HEIGHT + 2, 2 * (HEIGHT + 2)):
        yield _rect(beside, near - lift if near < y0 else near + lift, wide)


def _rect(left: float, top: float, wide: float) -> Rect:
    return left, top, left + wide, top + HEIGHT


def _cells(rect: Rect) -> Iterator[tuple[int, int]]:
    for column in range(int(rect[0] // _CELL), int(rect[2] // _CELL) + 1):
        for row in range(int(rect[1] // _CELL), int(rect[3] // _CELL) + 1):
            yield column, row
