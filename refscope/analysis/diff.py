"""What grew between two heaps, by type: counts and bytes.

CPython gives objects no serial number and reuses their ids, so single objects are never compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from refscope.analysis.roots import Roots


@dataclass(frozen=True, slots=True)
class TypeGrowth:
    """One type in two heaps. `row`: in the newer type table, −1 = gone."""

    name: str
    row: int
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
