"""How wide columns and the gaps between them are, so that the lit path fits a window's centre.

A column is as wide as its widest node, a gap as its widest label. Where the lit path would not fit
`PATH_ROOM` then, first what is not lit gives way, then second lines and labels are elided. Units: pixels at
zoom 1.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from refscope.present.edge_bundles import LEAST
from refscope.present.edge_labels import LABEL_ROOM
from refscope.present.node_size import MIN_WIDTH, width_of
from refscope.present.scene import VisibleEdge, VisibleNode
from refscope.present.text_width import Measure, TextRole, estimated_width

MIN_GAP = 32.0
"""Between columns without labels: an arrow's head and as much line again as tells where it comes from."""

PATH_ROOM = 732.0
"""The centre of a window of 1440 pixels is 780 wide; margins, halo and selection take the rest."""

_BESIDE_LABEL = 24.0
_NARROW_LABEL = 78.0  # twelve letters
_TRUNK = 8.0  # that a bundle takes of a gap, beside the label
_LONGEST_READ = PATH_ROOM / 0.88  # a path so long is legible as it is where the view shows it whole
_LONGEST_SHOWN = PATH_ROOM / 0.8  # a longer one is not shown whole at once


@dataclass(frozen=True, slots=True)
class Grid:
    """Left edge and width of each column, from the left."""

    x: tuple[float, ...]
    width: tuple[float, ...]


def gap_for(
    edges: Iterable[VisibleEdge], measure: Measure = estimated_width, most: float = LABEL_ROOM
) -> float:
    """Width of a gap that holds the labels of these edges, each at most `most` wide."""
    widest = max((_label_width(edge, measure) for edge in edges), default=0.0)
    return max(MIN_GAP, min(widest, most) + _BESIDE_LABEL) if widest else MIN_GAP


def _label_width(edge: VisibleEdge, measure: Measure) -> float:
    words = edge.drawn_label
    return measure(words, TextRole.LABEL_ON_PATH if edge.is_on_path else TextRole.LABEL) if words else 0.0


def grid_of(
    nodes: Sequence[VisibleNode],
    edges: Sequence[VisibleEdge],
    columns: Mapping[str, int],
    measure: Measure = estimated_width,
) -> Grid:
    """Columns and gaps for laid-out nodes. `columns`: by key, any range of whole numbers."""
    first = min(columns.values())
    made = [_Column() for _ in range(max(columns.values()) - first + 1)]
    for node in nodes:
        made[columns[node.key] - first].nodes.append(node)
    for edge in edges:
        here, there = columns[edge.source] - first, columns[edge.target] - first
        made[here if there >= here else max(here - 1, 0)].leaving.append(edge)
    for column in made:
        column.width = _widest(column.nodes, measure)
        column.gap = max(gap_for(column.leaving, measure), _fan_gap(column, measure))
    lit = [at for at, column in enumerate(made) if any(node.is_on_path for node in column.nodes)]
    if lit:
        _compact(made[lit[0] : lit[-1] + 1], measure)
    x, left = [], 0.0
    for column in made:
        column.width = math.ceil(column.width)  # few distinct sizes: outlines are cached by size
        x.append(left)
        left += column.width + math.ceil(column.gap)
    return Grid(tuple(x), tuple(column.width for column in made))


@dataclass(slots=True)
class _Column:
    """What stands in a column, and the edges that cross the gap right of it."""

    nodes: list[VisibleNode] = field(default_factory=list)
    leaving: list[VisibleEdge] = field(default_factory=list)
    width: float = 0.0
    gap: float = MIN_GAP

    @property
    def has_holder(self) -> bool:
        """Whether the holder of the lit path stands there."""
        return any(node.is_holder for node in self.nodes)


def _widest(nodes: Iterable[VisibleNode], measure: Measure, *, is_narrow: bool = False) -> float:
    return max((width_of(node, measure, is_narrow=is_narrow) for node in nodes), default=0.0)


def _compact(lit: Sequence[_Column], measure: Measure) -> None:
    """Shrink the lit columns until their path fits: first to what is lit, then to what must be said."""
    _shrink(lit, PATH_ROOM, measure, is_narrow=False)
    natural = _length([column.width for column in lit], [column.gap for column in lit])
    narrowest = _length(*_least(lit, measure, is_narrow=True))
    if narrowest <= PATH_ROOM:
        _shrink(lit, PATH_ROOM, measure, is_narrow=True)
    elif natural > _LONGEST_READ and narrowest <= _LONGEST_SHOWN:
        _shrink(lit, _LONGEST_SHOWN, measure, is_narrow=True)
    elif narrowest > _LONGEST_SHOWN:  # what is read first is its part from the holder on
        holder = next((at for at, column in enumerate(lit) if column.has_holder), 0)
        for room in (PATH_ROOM, _LONGEST_SHOWN):
            if _length(*_least(lit[holder:], measure, is_narrow=True)) <= room:
                _shrink(lit[holder:], room, measure, is_narrow=True)
                break
        else:
            _shrink(lit[holder:], _LONGEST_SHOWN, measure, is_narrow=True)


def _shrink(lit: Sequence[_Column], room: float, measure: Measure, *, is_narrow: bool) -> None:
    """Take what is too much from all columns and gaps, in proportion to what each can give."""
    widths, gaps = _least(lit, measure, is_narrow)
    length = _length([column.width for column in lit], [column.gap for column in lit])
    slack = length - _length(widths, gaps)
    share = min(1.0, max(0.0, length - room) / slack) if slack > 0 else 0.0
    for column, width, gap in zip(lit, widths, gaps, strict=True):
        column.width -= (column.width - width) * share
        if column is not lit[-1]:
            column.gap -= (column.gap - gap) * share


def _length(widths: Sequence[float], gaps: Sequence[float]) -> float:
    """From the root's left end to the target's right one; the gap behind the target takes no part."""
    return sum(widths) + sum(gaps[:-1])


def _least(lit: Sequence[_Column], measure: Measure, is_narrow: bool) -> tuple[list[float], list[float]]:
    """The least widths and gaps that show the lit nodes and labels."""
    widths = [min(column.width, _least_width(column, measure, is_narrow)) for column in lit]
    return widths, [min(column.gap, _least_gap(column, measure, is_narrow)) for column in lit]


def _least_width(column: _Column, measure: Measure, is_narrow: bool) -> float:
    """Width of its lit nodes; a root at the left end leaves columns without any behind."""
    lit = _widest((node for node in column.nodes if node.is_on_path), measure, is_narrow=is_narrow)
    return lit or MIN_WIDTH


def _least_gap(column: _Column, measure: Measure, is_narrow: bool) -> float:
    lit = (edge for edge in column.leaving if edge.is_on_path)
    gap = gap_for(lit, measure, _NARROW_LABEL if is_narrow else LABEL_ROOM)
    return max(gap, _fan_gap(column, measure))


def _fan_gap(column: _Column, measure: Measure) -> float:
    """What a fan's trunk takes and a name at each of its branches; 0 where there is none."""
    fans = Counter(edge.source for edge in column.leaving if not edge.is_on_path)
    fanned = [edge for edge in column.leaving if fans[edge.source] >= LEAST]
    return gap_for(fanned, measure, _NARROW_LABEL) + _TRUNK if fanned else 0.0
