"""The tree of best chains of one heap, with weights, made comparable with those of other freezes.

Every reached object hangs under the object before it on its best chain; objects whose best chain
starts with them hang under the virtual root, node n. Weights count each object once, so sums over
siblings never lie. Keys group objects alike across freezes: by class name, running frames by their
function. Nothing here knows what growth means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.analysis.paths import PathFinder
from refscope.heap.snapshot import HeapSnapshot

Rows = npt.NDArray[np.int32]

UNREACHED = -2


class KeyTable:
    """Numbers for names, shared by all trees of a comparison."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.names: list[str] = []

    def number(self, name: str) -> int:
        """The number of a name, a new one for a new name."""
        if name not in self._numbers:
            self._numbers[name] = len(self.names)
            self.names.append(name)
        return self._numbers[name]


@dataclass(frozen=True, slots=True, eq=False)
class SpanningTree:
    """One heap's tree. Node n (= `root`) is the virtual root.

    parents int32[n], −2 = not reached; keys int32[n]; child_offsets int64[n + 2]; children int32, by
    parent then row; bytes, objects int64[n + 1]: shallow bytes and objects of each subtree.
    """

    snapshot: HeapSnapshot
    parents: Rows
    keys: Rows
    child_offsets: npt.NDArray[np.int64]
    children: Rows
    bytes: npt.NDArray[np.int64]
    objects: npt.NDArray[np.int64]

    @property
    def root(self) -> int:
        """The virtual root's node."""
        return self.snapshot.n_objects

    def children_of(self, nodes: npt.NDArray[np.integer]) -> Rows:
        """The children of all these nodes, one after the other. O(answer)."""
        starts = self.child_offsets[nodes]
        lengths = self.child_offsets[nodes + 1] - starts
        total = int(lengths.sum())
        shifts = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        return self.children[shifts + np.arange(total)]

    def fan_outs(self) -> npt.NDArray[np.int64]:
        """int64[n]: children of each object."""
        return np.diff(self.child_offsets)[:-1]


def spanning_tree(finder: PathFinder, keys: KeyTable) -> SpanningTree:
    """The tree of a heap. O(objects), GIL released in the long parts."""
    from refscope.heap import kernels

    snapshot = finder.graph.snapshot
    n = snapshot.n_objects
    parents = finder.parents()
    under = np.where(parents == -1, np.int32(n), parents)
    reached = np.flatnonzero(under != UNREACHED).astype(np.int32)
    order = reached[np.argsort(under[reached], kind="stable")]
    counts = np.bincount(under[reached], minlength=n + 1)
    sizes = kernels.subtree_sums(parents, finder.distances(), snapshot.sizes)
    objects = kernels.subtree_sums(parents, finder.distances(), np.ones(n, np.int64))
    return SpanningTree(
        snapshot=snapshot,
        parents=parents,
        keys=_keys_of(snapshot, keys),
        child_offsets=np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
        children=order,
        bytes=sizes,
        objects=objects,
    )


def _keys_of(snapshot: HeapSnapshot, table: KeyTable) -> Rows:
    by_type = np.array([table.number(info.name) for info in snapshot.type_table] or [0], np.int32)
    keys: Rows = by_type[snapshot.types]
    if snapshot.frames:
        rows = {int(object_id): row for row, object_id in _rows_of_frames(snapshot)}
        for frame in snapshot.frames:
            row = rows.get(frame.object_id)
            if row is not None:
                keys[row] = table.number(f"frame {frame.module}.{frame.function}")
    return keys


def _rows_of_frames(snapshot: HeapSnapshot) -> Sequence[tuple[int, int]]:
    wanted = np.array([frame.object_id for frame in snapshot.frames], np.uint64)
    rows = np.flatnonzero(np.isin(snapshot.ids, wanted))
    return [(int(row), int(snapshot.ids[row])) for row in rows]
