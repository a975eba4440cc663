"""What grew between two heaps, by type and by path shape: counts and bytes of groups.

CPython gives objects no serial number and reuses their ids, so single objects are never compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.analysis.paths import PathFinder
from refscope.analysis.roots import Roots
from refscope.heap.distinct import distinct
from refscope.heap.snapshot import ObjectIndex


@dataclass(frozen=True, slots=True)
class TypeGrowth:
    """One type in two heaps. `row`: in the newer type table, −1 = gone."""

    name: str
    row: int
    count: int
    growth: int
    size_bytes: int
    size_growth: int


@dataclass(frozen=True, slots=True, eq=False)
class PathGroups:
    """All reached objects of one heap by the shape of their best chains (type included), RefScope's
    own left out.

    shapes: uint64[k], as `PathFinder.shapes`, ascending. counts, sizes: int64[k], objects and shallow
    bytes. first: int32[k], the member with the best chain. groups: int32[n], −1 = not reached.
    """

    shapes: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    first: npt.NDArray[np.int32]
    groups: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class GroupGrowth:
    """One path shape in two heaps. `first`: a member in the newer heap; None = the group is gone."""

    shape: int
    first: ObjectIndex | None
    count: int
    growth: int
    size_bytes: int
    size_growth: int


def type_growth(before: Roots, after: Roots, *, is_same_run: bool = True) -> list[TypeGrowth]:
    """All types of the newer heap and those gone, most added objects first, then bytes, then name;
    RefScope's own objects left out.

    Within a run classes match by (id, name), what is left by name; across runs by name only. Types of
    one name that match nothing by id are taken together with those of that name.
    """
    old, new = _tallies(before), _tallies(after)
    pairs = []
    if is_same_run:
        pairs = [(old.pop(key), new.pop(key)) for key in list(new) if key in old]
    old_by_name, new_by_name = _by_name(old), _by_name(new)
    for name in {**new_by_name, **old_by_name}:
        gone = _Tally(name, -1, 0, 0)
        pairs.append((old_by_name.get(name, gone), new_by_name.get(name, gone)))
    grown = [
        TypeGrowth(now.name, now.row, now.count, now.count - then.count, now.size, now.size - then.size)
        for then, now in pairs
    ]
    return sorted(grown, key=lambda each: (-each.growth, -each.size_growth, each.name, each.row))


def path_groups(finder: PathFinder) -> PathGroups:
    """The groups of a heap. O(objects), GIL released; the first call searches the heap."""
    from refscope.heap import kernels

    order, values = finder.order(), finder.shapes_in_order()
    met, first = np.empty(len(order), np.int32), np.empty(len(order), np.int32)
    count = kernels.group_equal(values, met, first)
    first = first[:count]
    by_shape = np.argsort(values[first])
    number = np.empty(count, np.int32)
    number[by_shape] = np.arange(count, dtype=np.int32)
    groups = np.full(finder.graph.n_objects, -1, np.int32)
    groups[order] = number[met]
    counts, sizes = np.zeros(count, np.int64), np.zeros(count, np.int64)
    kernels.count_values(groups, counts)
    kernels.sum_values(groups, finder.graph.snapshot.sizes, sizes)
    return PathGroups(values[first[by_shape]], counts, sizes, order[first[by_shape]], groups)


def group_growth(before: PathGroups, after: PathGroups) -> list[GroupGrowth]:
    """All groups whose count or bytes changed, most added bytes first. Shapes match across freezes."""
    shapes = distinct(np.concatenate([before.shapes, after.shapes]))
    counts, sizes = np.zeros((2, len(shapes)), np.int64), np.zeros((2, len(shapes)), np.int64)
    first = np.full(len(shapes), -1, np.int32)
    for side, groups in enumerate((before, after)):
        at = np.searchsorted(shapes, groups.shapes)
        counts[side, at], sizes[side, at] = groups.counts, groups.sizes
    first[np.searchsorted(shapes, after.shapes)] = after.first
    added, added_bytes = counts[1] - counts[0], sizes[1] - sizes[0]
    changed = np.flatnonzero((added != 0) | (added_bytes != 0))
    changed = changed[np.lexsort((shapes[changed], -added[changed], -added_bytes[changed]))]
    return [
        GroupGrowth(
            shape=int(shapes[k]),
            first=ObjectIndex(int(first[k])) if first[k] >= 0 else None,
            count=int(counts[1, k]),
            growth=int(added[k]),
            size_bytes=int(sizes[1, k]),
            size_growth=int(added_bytes[k]),
        )
        for k in changed.tolist()
    ]


@dataclass(frozen=True, slots=True)
class _Tally:
    name: str
    row: int
    count: int
    size: int


def _tallies(roots: Roots) -> dict[tuple[int, str], _Tally]:
    """Objects and bytes of each type by (id, name); types of which only RefScope has objects left out."""
    snapshot, n_types = roots.graph.snapshot, len(roots.graph.snapshot.type_table)
    own = np.flatnonzero(roots.own)
    own_counts = np.bincount(snapshot.types[own], minlength=n_types)
    own_sizes = np.bincount(snapshot.types[own], snapshot.sizes[own], minlength=n_types).astype(np.int64)
    counts = (roots.graph.type_counts() - own_counts).tolist()
    sizes = (roots.graph.type_sizes() - own_sizes).tolist()
    return {
        (info.id, info.name): _Tally(info.name, row, counts[row], sizes[row])
        for row, info in enumerate(snapshot.type_table)
        if counts[row] or not own_counts[row]
    }


def _by_name(tallies: dict[tuple[int, str], _Tally]) -> dict[str, _Tally]:
    """Types of one name taken together; the row is that of the type with most objects."""
    groups: dict[str, list[_Tally]] = {}
    for tally in tallies.values():
        groups.setdefault(tally.name, []).append(tally)
    return {
        name: _Tally(
            name,
            max(several, key=lambda t: t.count).row,
            sum(t.count for t in several),
            sum(t.size for t in several),
        )
        for name, several in groups.items()
    }
