"""Where the labels of edges stand: at the holder's end, on no node and no other label.

Each label tries a few places along its curve, above and below it, and takes the first free one; the
lit path chooses first. A label that finds none is left out of the picture (it is in the tooltip and
in every data export). Cost: O(labels · places), found through rows of 64 px.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from refscope.present.edge_curves import Curve, Point
from refscope.present.layout import LABEL_ROOM
from refscope.present.layout_rest import overlaps
from refscope.present.node_size import BADGE_HEIGHT, CARD_STEP
from refscope.present.scene import Box
from refscope.present.text_width import Measure, TextRole, estimated_width, fit_text

_LINE = 13.0
_ROW = 64.0
_ALONG = (0.22, 0.34, 0.5, 0.12, 0.64, 0.76)  # shares of the curve tried, nearest to the holder first


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label as drawn: its text, elided to fit, and the box it fills."""

    curve: Curve
    text: str
    box: Box


def place_labels(
    curves: list[Curve], boxes: Mapping[str, Box], measure: Measure = estimated_width
) -> list[PlacedLabel]:
    """Labels that found a place, in the order of the curves."""
    taken = _Taken()
    for key, box in boxes.items():  # with the badges on its upper and the expanders on its lower edge
        cards = 2 * CARD_STEP if key.startswith("g") else 0.0
        taken.add(Box(box.x - 2, box.y - BADGE_HEIGHT / 2, box.width + 6 + cards, box.height + BADGE_HEIGHT))
    placed: dict[int, PlacedLabel] = {}
    order = sorted(range(len(curves)), key=lambda at: (not curves[at].edge.is_on_path, at))
    lines = _Lines(curves)
    for at in order:
        curve = curves[at]
        if not curve.edge.label:
            continue
        role = TextRole.LABEL_ON_PATH if curve.edge.is_on_path else TextRole.LABEL
        text = fit_text(curve.edge.label, LABEL_ROOM, role, measure)
        place = _free_place(curve, measure(text, role), taken, lines, at)
        if place is not None:
            taken.add(place)
            placed[at] = PlacedLabel(curve, text, place)
    return [placed[at] for at in sorted(placed)]


def _free_place(curve: Curve, width: float, taken: _Taken, lines: _Lines, own: int) -> Box | None:
    """The first place that is free; one that no other line crosses, if there is one."""
    free = [box for box in _places(curve, width) if not taken.hits(box)]
    return next((box for box in free if not lines.hit(box, own)), free[0] if free else None)


def _places(curve: Curve, width: float) -> Iterable[Box]:
    points = curve.points()
    first, last = points[0], points[-1]
    if abs(first[1] - last[1]) < 1:  # a straight one: over its holder's end, else over its middle
        span = last[0] - first[0]
        yield Box(first[0] + min(10.0, max(3.0, (span - width) / 2)), first[1] - _LINE - 5, width, _LINE)
    yield Box(first[0] + 8, first[1] - _LINE - 4, width, _LINE)
    yield Box(first[0] + 8, first[1] + 5, width, _LINE)
    yield Box(last[0] - width - 12, last[1] - _LINE - 4, width, _LINE)
    yield Box(last[0] - width - 12, last[1] + 5, width, _LINE)
    for share in _ALONG:
        x, y = points[round(share * (len(points) - 1))]
        yield Box(x + 7, y - _LINE / 2, width, _LINE)
        yield Box(x - width - 7, y - _LINE / 2, width, _LINE)
        yield Box(x - width / 2, y - _LINE - 5, width, _LINE)


class _Taken:
    """Boxes in use, by rows."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Box]] = defaultdict(list)

    def add(self, box: Box) -> None:
        for row in _rows_of(box):
            self._rows[row].append(box)

    def hits(self, box: Box) -> bool:
        return any(overlaps(box, other) for row in _rows_of(box) for other in self._rows[row])


class _Lines:
    """Points of all curves, by rows: tells whether a line runs through a box."""

    def __init__(self, curves: list[Curve]) -> None:
        self._rows: dict[int, list[tuple[Point, int]]] = defaultdict(list)
        for at, curve in enumerate(curves):
            for point in curve.points():
                self._rows[int(point[1] // _ROW)].append((point, at))

    def hit(self, box: Box, own: int) -> bool:
        return any(
            at != own and box.x - 2 <= x <= box.x + box.width + 2 and box.y <= y <= box.y + box.height
            for row in _rows_of(box)
            for (x, y), at in self._rows[row]
        )


def _rows_of(box: Box) -> range:
    return range(int(box.y // _ROW), int((box.y + box.height) // _ROW) + 1)
