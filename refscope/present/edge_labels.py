"""Where the labels of edges stand: at the holder's end, on no node and no other label.

Each label tries a few places along its curve, above and below it, and takes the first free one; the
lit path chooses first. A label that finds none is left out of the picture (it is in the tooltip and
in every data export). Cost: O(labels · places), found through tiles of 64 px.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from refscope.present.edge_curves import Curve
from refscope.present.layout_rest import overlaps
from refscope.present.node_size import BADGE_HEIGHT, CARD_STEP
from refscope.present.scene import Box
from refscope.present.text_width import Measure, TextRole, estimated_width, fit_text

LABEL_ROOM = 180.0
"""Pixels that a label may take; longer ones are elided in the middle."""

_LINE = 13.0
_SHORTEST = 44.0  # a label elided to less says nothing
_TILE = 64.0
_ALONG = (0.22, 0.34, 0.5, 0.12, 0.64, 0.76)  # shares of the curve tried, nearest to the holder first


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label as drawn: its text, elided to fit, and the box it fills. `at`: position of its curve."""

    at: int
    curve: Curve
    text: str
    box: Box


def reserved(boxes: Mapping[str, Box]) -> list[Box]:
    """Where no label may stand: nodes with the badges on their upper and expanders on their lower edge."""
    return [
        Box(
            box.x - 2,
            box.y - BADGE_HEIGHT / 2,
            box.width + 6 + (2 * CARD_STEP if key.startswith("g") else 0.0),
            box.height + BADGE_HEIGHT,
        )
        for key, box in boxes.items()
    ]


def place_labels(
    curves: Sequence[Curve], occupied: Iterable[Box], measure: Measure = estimated_width
) -> list[PlacedLabel]:
    """Labels that found a place, in the order of the curves, none of them on what is `occupied`."""
    taken = _Taken()
    for box in occupied:
        taken.add(box)
    placed: dict[int, PlacedLabel] = {}
    order = sorted(range(len(curves)), key=lambda at: (not curves[at].edge.is_on_path, at))
    lines = _Lines(curves)
    for at in order:
        curve = curves[at]
        if not curve.edge.drawn_label:
            continue
        role = TextRole.LABEL_ON_PATH if curve.edge.is_on_path else TextRole.LABEL
        text = fit_text(curve.edge.drawn_label, _room(curve), role, measure)
        place = _free_place(curve, measure(text, role), taken, lines, at)
        if place is not None:
            taken.add(place)
            placed[at] = PlacedLabel(at, curve, text, place)
    return [placed[at] for at in sorted(placed)]


def _room(curve: Curve) -> float:
    """How wide a label may be: the gap that a level edge crosses, as far as that says something."""
    (x, y), (end_x, end_y) = curve.start, curve.end
    across = end_x - x
    if abs(y - end_y) > 1 or across <= 0:
        return LABEL_ROOM
    return min(LABEL_ROOM, max(_SHORTEST, across - 18))


def _free_place(curve: Curve, width: float, taken: _Taken, lines: _Lines, own: int) -> Box | None:
    """Of the free places the first that fewest lines run through, its own edge included."""
    best: Box | None = None
    fewest = 0
    for box in _places(curve, width):
        if taken.hits(box):
            continue
        if curve.edge.is_on_path:  # the lit label is read first: always at its usual place
            return box
        if lines.is_lit(box):  # and nothing is written over the lit line
            continue
        count = lines.through(box, own)
        if count == 0:
            return box
        if best is None or count < fewest:
            best, fewest = box, count
    return best


def _places(curve: Curve, width: float) -> Iterable[Box]:
    """Places worth trying, the best first: by the holder on the side the curve turns away from."""
    points = curve.points()
    (x, y), (end_x, end_y) = points[0], points[-1]
    if abs(y - end_y) < 1:  # a straight one: over its holder's end
        margin = min(10.0, max(3.0, (end_x - x - width) / 2))
        yield Box(x + margin, y - _LINE - 5, width, _LINE)
    above, below = -_LINE - 4, 5.0
    for dy in (below, above) if end_y < y else (above, below):
        yield Box(x + 8, y + dy, width, _LINE)
    for dy in (above, below) if end_y < y else (below, above):
        yield Box(end_x - width - 12, end_y + dy, width, _LINE)
    for share in _ALONG:
        at_x, at_y = points[round(share * (len(points) - 1))]
        yield Box(at_x + 7, at_y - _LINE / 2, width, _LINE)
        yield Box(at_x - width - 7, at_y - _LINE / 2, width, _LINE)
        yield Box(at_x - width / 2, at_y - _LINE - 5, width, _LINE)


class _Taken:
    """Boxes in use, by tile."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], list[Box]] = defaultdict(list)

    def add(self, box: Box) -> None:
        for tile in _tiles_of(box):
            self._tiles[tile].append(box)

    def hits(self, box: Box) -> bool:
        return any(overlaps(box, other) for tile in _tiles_of(box) for other in self._tiles.get(tile, ()))


class _Lines:
    """Points of all curves, by tile: tells how many lines run through a box."""

    def __init__(self, curves: Sequence[Curve]) -> None:
        self._tiles: dict[tuple[int, int], list[tuple[float, float, int]]] = defaultdict(list)
        self._lit = {at for at, curve in enumerate(curves) if curve.edge.is_on_path}
        for at, curve in enumerate(curves):
            for x, y in curve.points():
                self._tiles[int(x // _TILE), int(y // _TILE)].append((x, y, at))

    def through(self, box: Box, own: int) -> int:
        """How many edges run through the box; its own counts half, for it is what the label is about."""
        found = self._found(box, 0.0)
        return 2 * len(found - {own}) + (own in found)

    def is_lit(self, box: Box) -> bool:
        """Whether the lit path runs through the box, or so near that its halo does."""
        return not self._lit.isdisjoint(self._found(box, 4.0))

    def _found(self, box: Box, beyond: float) -> set[int]:
        left, right = box.x - 2 - beyond, box.x + box.width + 2 + beyond
        top, low = box.y - beyond, box.y + box.height + beyond
        return {
            at
            for tile in _tiles_of(box)
            for x, y, at in self._tiles.get(tile, ())
            if left <= x <= right and top <= y <= low
        }


def _tiles_of(box: Box) -> list[tuple[int, int]]:
    columns = range(int(box.x // _TILE), int((box.x + box.width) // _TILE) + 1)
    rows = range(int(box.y // _TILE), int((box.y + box.height) // _TILE) + 1)
    return [(column, row) for column in columns for row in rows]
