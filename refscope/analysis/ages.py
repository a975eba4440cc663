"""Since which freeze an object is probably there.

CPython gives objects no serial number and uses addresses again, so nothing here is certain: of 1,000
wholly new objects 91 to 196 had the id and class of a dead one. The same id, class and referents is
called "probably the same"; of containers, which are filled while they live, id and class. No verdict
rests on it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from refscope.heap.graph import HeapGraph

_FILLED = frozenset({"dict", "list", "set", "collections.deque", "collections.OrderedDict",
                     "collections.defaultdict", "collections.Counter", "bytearray"})  # fmt: skip


def ages_of(freezes: Sequence[HeapGraph], indexes: npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
    """For each of these rows of the newest freeze the number of the first freeze since which it is
    probably there without a break. freezes: of one run, oldest first, at most 255. O(objects + references).
    """
    newest = freezes[-1]
    ages = np.full(len(indexes), len(freezes) - 1, np.uint8)
    ids = newest.snapshot.ids[indexes]
    types = newest.snapshot.types[indexes]
    content = _content(newest)[indexes]
    is_filled = np.array([info.name in _FILLED for info in newest.snapshot.type_table] or [False])[types]
    left = np.arange(len(indexes))
    for number in range(len(freezes) - 2, -1, -1):
        earlier = freezes[number]
        rows = earlier.indexes_of(ids[left])
        left, rows = left[rows >= 0], rows[rows >= 0]
        is_same = _type_numbers(earlier, newest)[earlier.snapshot.types[rows]] == types[left]
        is_same &= is_filled[left] | (_content(earlier)[rows] == content[left])
        left = left[is_same]
        if not len(left):
            break
        ages[left] = number
    return ages


def _content(graph: HeapGraph) -> npt.NDArray[np.uint64]:
    """uint64[n]: a number that is equal where an object refers to the same ids."""
    snapshot = graph.snapshot
    total = np.zeros(len(snapshot.targets) + 1, np.uint64)
    np.cumsum(snapshot.ids[snapshot.targets], dtype=np.uint64, out=total[1:])
    return total[snapshot.offsets[1:]] - total[snapshot.offsets[:-1]]


def _type_numbers(earlier: HeapGraph, newest: HeapGraph) -> npt.NDArray[np.int64]:
    """Which class of the newest freeze a class of an earlier one is, by id and name; −1 = none."""
    known = {(info.id, info.name): number for number, info in enumerate(newest.snapshot.type_table)}
    return np.array([known.get((info.id, info.name), -1) for info in earlier.snapshot.type_table], np.int64)
