"""The tree of best chains of one heap, with weights, made comparable with those of other freezes.

Every reached object hangs under the object before it on its best chain; objects whose best chain
starts with them hang under the virtual root, node n. Weights count each object once, so sums over
siblings never lie. Keys group objects alike across freezes: by class name, running frames by their
function. Nothing here knows what growth means.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from refscope.analysis.paths import PathFinder
from refscope.heap.id_table import rows_of_few
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


@dataclass(frozen=True, eq=False)
class SpanningTree:
    """One heap's tree. Node n (= `root`) is the virtual root.

    order int32, the objects of the tree, parents first; parents int32[n], −1 = under the virtual root,
    −2 = not reached; keys int32[n]; child_offsets int32[n + 2]; children int32, by parent then row;
    bytes int64[n + 1]: shallow bytes of each subtree. About 40 bytes an object.
    """

    snapshot: HeapSnapshot
    order: Rows
    parents: Rows
    keys: Rows
    child_offsets: Rows
    children: Rows
    bytes: npt.NDArray[np.int64]

    @property
    def root(self) -> int:
        """The virtual root's node."""
        return self.snapshot.n_objects

    @cached_property
    def objects(self) -> npt.NDArray[np.int64]:
        """int64[n + 1]: objects of each subtree."""
        from refscope.heap import kernels

        counts: npt.NDArray[np.int64] = kernels.subtree_sums(self.order, self.parents, np.empty(0, np.int64))
        return counts

    def children_of(self, nodes: npt.NDArray[np.integer]) -> Rows:
        """The children of all these nodes, one after the other. O(answer)."""
        from refscope.heap import kernels

        if len(nodes) == 1:  # a view
            node = int(nodes[0])
            return self.children[int(self.child_offsets[node]) : int(self.child_offsets[node + 1])]
        found: Rows = kernels.children_of(self.child_offsets, self.children, _as_rows(nodes))
        return found

    def subtree_rows(self, nodes: npt.NDArray[np.integer], most: int) -> Rows:
        """These nodes and what is below them, level by level; no level begins after `most` were found."""
        from refscope.heap import kernels

        found: Rows = kernels.subtree_rows(self.child_offsets, self.children, _as_rows(nodes), most)
        return found

    def fan_outs(self) -> Rows:
        """int32[n]: children of each object."""
        return np.diff(self.child_offsets)[:-1]

    def fan_outs_of(self, rows: npt.NDArray[np.integer]) -> Rows:
        """Children of these objects."""
        fan_outs: Rows = self.child_offsets[rows + 1] - self.child_offsets[rows]
        return fan_outs


def by_key(keys: Rows, rows: Rows) -> dict[int, Rows]:
    """Rows by their key, keys ascending, rows in the order given. O(rows + greatest key)."""
    from refscope.heap import kernels

    ends = np.zeros(int(keys.max()) + 1 if len(keys) else 0, np.int64)
    order = np.empty(len(keys), np.int32)
    kernels.order_by_key(keys, ends, order)
    lengths = np.diff(ends, prepend=0)
    present = np.flatnonzero(lengths)
    return {key: rows[order[ends[key] - lengths[key] : ends[key]]] for key in present.tolist()}


class Membership:
    """Which rows of a heap are among others: a byte per row, cleared after each question.

    O(rows asked for), where np.isin sorts or hashes them with the GIL held.
    """

    def __init__(self, tree: SpanningTree) -> None:
        self._marks = np.zeros(tree.root + 1, np.bool_)  # the last one stands for "none", row −1

    def contains(self, among: Rows, rows: Rows) -> npt.NDArray[np.bool_]:
        """Which of `rows` are in `among`; −1 stands for none in both."""
        self._marks[among] = True
        self._marks[-1] = False
        found: npt.NDArray[np.bool_] = self._marks[rows]
        self._marks[among] = False
        return found


def spanning_tree(finder: PathFinder, keys: KeyTable) -> SpanningTree:
    """The tree of a heap. O(objects), GIL released."""
    from refscope.heap import kernels

    snapshot = finder.graph.snapshot
    order, parents = finder.order(), finder.parents()
    offsets = np.zeros(snapshot.n_objects + 2, np.int32)
    children = np.empty(len(order), np.int32)
    kernels.list_children(parents, offsets, children)
    return SpanningTree(
        snapshot=snapshot,
        order=order,
        parents=parents,
        keys=_keys_of(snapshot, keys),
        child_offsets=offsets,
        children=children,
        bytes=kernels.subtree_sums(order, parents, snapshot.sizes),
    )


def _keys_of(snapshot: HeapSnapshot, table: KeyTable) -> Rows:
    from refscope.heap import kernels

    by_type = np.array([table.number(info.name) for info in snapshot.type_table] or [0], np.int32)
    keys = np.empty(snapshot.n_objects, np.int32)
    kernels.take(by_type, snapshot.types, keys)
    rows = rows_of_few(snapshot.ids, np.array([frame.object_id for frame in snapshot.frames], np.uint64))
    for frame, row in zip(snapshot.frames, rows.tolist(), strict=True):
        if row >= 0:
            keys[row] = table.number(f"frame {frame.module}.{frame.function}")
    return keys


def _as_rows(nodes: npt.NDArray[np.integer]) -> Rows:
    return np.ascontiguousarray(nodes, np.int32)
