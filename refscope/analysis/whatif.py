"""What would be freed if a reference were cut or a holder let go, by reachability on the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.analysis.roots import Roots
from refscope.analysis.trees import SpanningTree
from refscope.heap.distinct import distinct
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import ObjectIndex

_SHOWN_HOLDERS = 20
_SHOWN_SURVIVORS = 100  # 50 µs each
_MOST_REFERRERS = 5_000_000  # looked at for one group: some 0.1 s
_AT_ONCE = 200_000  # `np.repeat` keeps the interpreter's lock: 60 ms for 5 million

Rows = npt.NDArray[np.int32]

Pairs = npt.NDArray[np.int64]
"""int64[n, 2]: references as source and target. Millions of them as tuples would keep the lock for long."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """An object directly behind a cut that would live on, and who else still holds it."""

    object_index: ObjectIndex
    holders: tuple[ObjectIndex, ...]  # referrers that stay alive and hold on, at most 20
    is_held_outside: bool  # a root, or with unseen references


@dataclass(frozen=True, slots=True, eq=False)
class Freed:
    """What the cuts would free.

    objects: int32, ascending, RefScope's own and present garbage left out. size_bytes: their shallow
    sizes. survivors: what the cuts let go of and somebody else still holds, at most 100.
    """

    objects: Rows
    size_bytes: int
    survivors: tuple[Survivor, ...]

    @property
    def count(self) -> int:
        """Number of freed objects."""
        return len(self.objects)


def freed_by(
    graph: HeapGraph,
    roots: Roots,
    *,
    cut_edges: Pairs | Sequence[tuple[int, int]] = (),
    cut_objects: Sequence[int] = (),
    cut_roots: Sequence[int] = (),
) -> Freed:
    """What would be freed if these references went (source, target: all repetitions), and everything
    that these objects hold (as if a container were cleared; it lives on if somebody holds it), and what
    holds these from outside (as if a thread ended, a callback were unregistered).

    The object's reference to its class stays: nothing lets go of that. O(objects + references), GIL
    released.
    """
    from refscope.heap import kernels

    snapshot = graph.snapshot
    keys = _cut_keys(graph, cut_edges, cut_objects)
    is_held = roots.held.copy()
    is_held[list(cut_roots)] = False
    held = np.flatnonzero(is_held).astype(np.int32)
    reached = np.zeros(graph.n_objects, np.bool_)
    kernels.reach(snapshot.offsets, snapshot.targets, held, roots.own, keys, reached)
    freed = np.flatnonzero(roots.reached() & ~reached).astype(np.int32)
    survivors = np.flatnonzero(_behind(graph, keys, cut_roots) & reached)[:_SHOWN_SURVIVORS]
    return Freed(
        objects=freed,
        size_bytes=int(snapshot.sizes[freed].sum()),
        survivors=tuple(_survivor(graph, roots, int(each), reached, keys, is_held) for each in survivors),
    )


class Releases:
    """What single groups of one heap would free: as `freed_by` says, in O(group) instead of O(heap).

    What goes with a group has its best chain through the group, so the subtrees below are enough. Made
    in O(objects + references), GIL released; 9 bytes an object. One thread at a time.
    """

    def __init__(self, graph: HeapGraph, roots: Roots, tree: SpanningTree) -> None:
        from refscope.heap import kernels

        snapshot, n = graph.snapshot, graph.n_objects
        self._graph = graph
        self._roots = roots
        self._tree = tree
        self._class_of_type = np.array([info.object_index for info in snapshot.type_table], np.int32)
        self._counts = np.zeros(n, np.int32)  # references from what is alive
        kernels.count_references(snapshot.offsets, snapshot.targets, ~roots.reached(), self._counts)
        self._marks = np.zeros(n, np.uint8)
        self._scratch = np.empty(n, np.int32)

    def of_members(self, holders: Rows, members: Rows) -> int:
        """Bytes that would go if these let go of the members: `freed_by` with such `cut_edges`."""
        return self._released(holders, members, contents=False)

    def of_parts(self, members: Rows) -> int:
        """Bytes that would go if those that hold these objects let go of them."""
        return self._released(np.unique(self._tree.parents[members]), members, contents=False)

    def of_contents(self, objects: Rows) -> int:
        """Bytes that would go if these were cleared: `freed_by` with `cut_objects`."""
        return self._released(objects, objects, contents=True)

    def of_roots(self, objects: Rows) -> int:
        """Bytes that would go if nothing outside the heap held these, and they were cleared: as when the
        frames of threads end."""
        alone = objects[self._counts[objects] == 0]
        return self.of_contents(objects) + int(self._graph.snapshot.sizes[alone].sum())

    def of_all(self, members: Rows) -> int:
        """Bytes that would go if nobody outside held these objects: their retained size as a set. Where
        very many hold them, what goes with those that hold them in the tree."""
        sources = referrers_of(self._graph, members)
        return self.of_parts(members) if sources is None else self._released(sources, members, contents=False)

    def _released(self, sources: Rows, members: Rows, *, contents: bool) -> int:
        from refscope.heap import kernels

        snapshot = self._graph.snapshot
        released: int = kernels.released_bytes(
            snapshot.offsets,
            snapshot.targets,
            snapshot.types,
            self._class_of_type,
            self._tree.child_offsets,
            self._tree.children,
            np.ascontiguousarray(sources, np.int32),
            np.ascontiguousarray(members, np.int32),
            contents,
            self._roots.held,
            snapshot.sizes,
            self._counts,
            self._marks,
            self._scratch,
        )
        return released


def referrers_of(graph: HeapGraph, members: Rows) -> Rows | None:
    """All that refer to one of these, each once; None = too many."""
    offsets, referrers = graph.reverse()
    starts, counts = offsets[members], offsets[members + 1] - offsets[members]
    total = int(counts.sum())
    if total > _MOST_REFERRERS:
        return None
    ends = np.cumsum(counts)
    cuts = np.searchsorted(ends, np.arange(_AT_ONCE, total, _AT_ONCE))
    found: list[Rows] = []
    for part in map(slice, [0, *cuts], [*cuts, len(members)]):
        shift = np.repeat(starts[part] - ends[part] + counts[part], counts[part])
        before = sum(len(each) for each in found)
        found.append(referrers[np.arange(before, before + len(shift)) + shift])
    return distinct(np.concatenate(found))


def references_between(graph: HeapGraph, sources: Rows, members: Rows) -> Pairs:
    """The references of the sources to the members, each once. O(references of the sources)."""
    is_member = np.zeros(graph.n_objects, np.bool_)
    is_member[members] = True
    found = [pairs_of(())]
    for source in sources.tolist():
        held = graph.referents(source)
        targets = distinct(held[is_member[held]])
        found.append(np.column_stack((np.full(len(targets), source), targets)))
    return np.concatenate(found)


def pairs_of(edges: Pairs | Sequence[tuple[int, int]]) -> Pairs:
    """References one by one as an array; one that is an array stays it."""
    return np.asarray(edges, np.int64).reshape(-1, 2)


def _cut_keys(
    graph: HeapGraph, cut_edges: Pairs | Sequence[tuple[int, int]], cut_objects: Sequence[int]
) -> npt.NDArray[np.uint64]:
    """source << 32 | target of all references that go, ascending."""
    sources, targets = pairs_of(cut_edges).astype(np.uint64).T
    keys = [sources << np.uint64(32) | targets]
    for source in cut_objects:
        held = graph.referents(source)
        held = held[held != graph.type_of(source).object_index]
        keys.append(held.astype(np.uint64) | np.uint64(source << 32))
    return distinct(np.concatenate(keys))


def _behind(
    graph: HeapGraph, keys: npt.NDArray[np.uint64], cut_roots: Sequence[int]
) -> npt.NDArray[np.bool_]:
    """bool[n]: what the cuts let go of."""
    behind = np.zeros(graph.n_objects, np.bool_)
    behind[(keys & np.uint64(0xFFFFFFFF)).astype(np.int32)] = True
    behind[list(cut_roots)] = True
    return behind


def _survivor(  # noqa: PLR0917
    graph: HeapGraph,
    roots: Roots,
    index: int,
    reached: npt.NDArray[np.bool_],
    keys: npt.NDArray[np.uint64],
    is_held: npt.NDArray[np.bool_],
) -> Survivor:
    referrers = distinct(graph.referrers(index))
    referrers = referrers[reached[referrers] & ~roots.own[referrers]]
    edges = referrers.astype(np.uint64) << np.uint64(32) | np.uint64(index)
    if len(keys):
        at = np.searchsorted(keys, edges)
        referrers = referrers[keys[np.minimum(at, len(keys) - 1)] != edges]
    holders = referrers[:_SHOWN_HOLDERS]
    return Survivor(
        object_index=ObjectIndex(index),
        holders=tuple(ObjectIndex(each) for each in holders.tolist()),
        is_held_outside=bool(is_held[index]),
    )
