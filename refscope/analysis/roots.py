"""Who is held from outside the object graph: roots by accounting, and what no root reaches.

CPython keeps no list of roots, but its collector finds them by accounting, and so do we: an object
whose reference count exceeds the references found to it is held from outside. Modules, running
frames and what named parts of the interpreter hold are known by name; the rest is held by native
code. Which of the small leaves (interned strings, constants) are held from outside is known too
(`held`), since cutting a container would not free them, but they are no roots that anybody sees:
an object needs referents, or the collector's attention, to be one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.analysis.chains import Root
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import ObjectIndex
from refscope.heap.vocabulary import ObjectFlag, RootKind

KINDS = (RootKind.MODULE, RootKind.FRAME, RootKind.INTERPRETER, RootKind.AGENT, RootKind.NATIVE)
"""Kinds of roots, those known by name first."""
_NO_CUTS = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Roots:
    """The roots of one heap, best kind first: MODULE, FRAME, INTERPRETER, AGENT, NATIVE.

    objects: int32[k], the root objects; an object stands once for each way in which it is a root.
    kinds: uint8[k], positions in `KINDS`. named: the roots known by name, which come first; the rest
    is NATIVE.
    unseen: int64[n], references that nothing explains (0 for immortal objects and unknown counts).
    held: bool[n], held from outside, small leaves included, RefScope's own objects not.
    garbage: bool[n], reached from no root. own: bool[n], reached only from RefScope's agent.
    negative: int32, objects with more references than their count (the walk is wrong there).
    """

    graph: HeapGraph
    objects: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.uint8]
    named: tuple[Root, ...]
    unseen: npt.NDArray[np.int64]
    held: npt.NDArray[np.bool_]
    garbage: npt.NDArray[np.bool_]
    own: npt.NDArray[np.bool_]
    negative: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.objects)

    def __iter__(self) -> Iterator[Root]:
        return (self.root(position) for position in range(len(self)))

    def root(self, position: int) -> Root:
        """The root at a position of `objects`."""
        if position < len(self.named):
            return self.named[position]
        return self._native(ObjectIndex(int(self.objects[position])))

    def of(self, index: int) -> tuple[Root, ...]:
        """All ways in which an object is held from outside, best first; () = it is no root.

        A leaf that is held natively gives its NATIVE root here although `objects` lacks it.
        """
        found = tuple(self.root(int(position)) for position in np.flatnonzero(self.objects == index))
        return found or ((self._native(ObjectIndex(index)),) if self.unseen[index] > 0 else ())

    def reached(self) -> npt.NDArray[np.bool_]:
        """bool[n]: what is alive for a reason that is not RefScope."""
        return ~(self.garbage | self.own)

    def cycles(self) -> list[npt.NDArray[np.int32]]:
        """The garbage as cycles: strongly connected components of more than one object (or one that
        holds itself), largest first, each ascending."""
        component, _ = self._components()
        members = np.flatnonzero(component >= 0).astype(np.int32)
        order = members[np.argsort(component[members], kind="stable")]
        starts = np.flatnonzero(np.diff(component[order], prepend=-1))
        groups = np.split(order, starts[1:]) if len(order) else []
        cycles = [group for group in groups if len(group) > 1 or group[0] in self.graph.referents(group[0])]
        return sorted(cycles, key=lambda group: (-len(group), int(group[0])))

    def garbage_entries(self) -> npt.NDArray[np.int32]:
        """One object of each garbage cycle (or single object) that no other garbage holds: from these
        all garbage is reached. Ascending."""
        from refscope.heap import kernels

        component, count = self._components()
        is_held = np.zeros(count, np.bool_)
        members = np.flatnonzero(self.garbage).astype(np.int32)
        snapshot = self.graph.snapshot
        kernels.mark_held_components(snapshot.offsets, snapshot.targets, members, component, is_held)
        first = np.full(count, -1, np.int32)
        first[component[members[::-1]]] = members[::-1]
        return np.sort(first[~is_held])

    def _components(self) -> tuple[npt.NDArray[np.int32], int]:
        from refscope.heap import kernels

        component = np.full(self.graph.n_objects, -1, np.int32)
        members = np.flatnonzero(self.garbage).astype(np.int32)
        snapshot = self.graph.snapshot
        count = kernels.components(snapshot.offsets, snapshot.targets, members, self.garbage, component)
        return component, int(count)

    def _native(self, index: ObjectIndex) -> Root:
        unseen = int(self.unseen[index])
        label = f"{unseen} unseen reference{'s' if unseen != 1 else ''}"
        return Root(RootKind.NATIVE, label, index, unseen=unseen)


def find_roots(graph: HeapGraph) -> Roots:
    """All roots of a whole heap. O(objects + references), GIL released."""
    snapshot = graph.snapshot
    named = sorted(_named_roots(graph), key=lambda entry: KINDS.index(entry[0].kind))
    in_degrees = graph.in_degrees()
    unseen = snapshot.refcounts - in_degrees
    for root, explained in named:
        unseen[root.object_index] -= explained
    unseen[snapshot.refcounts < 0] = 0
    negative = np.flatnonzero(unseen < 0).astype(np.int32)
    np.maximum(unseen, 0, out=unseen)
    own = (snapshot.flags & ObjectFlag.OWN) != 0
    own[[root.object_index for root, _ in named if root.kind == RootKind.AGENT]] = True
    held = (unseen > 0) | ((snapshot.flags & ObjectFlag.IMMORTAL) != 0)
    held[[root.object_index for root, _ in named]] = True
    # with a true count of 0 it lived through the freeze's own call only
    own |= (snapshot.refcounts == 0) & (in_degrees == 0) & ~held
    held &= ~own
    native = np.flatnonzero((unseen > 0) & ~own & _counts_as_root(graph)).astype(np.int32)
    kinds = [KINDS.index(root.kind) for root, _ in named]
    garbage, own = _unreached(graph, held, own)
    return Roots(
        graph=graph,
        objects=np.concatenate([np.array([root.object_index for root, _ in named], np.int32), native]),
        kinds=np.array(kinds + [KINDS.index(RootKind.NATIVE)] * len(native), np.uint8),
        named=tuple(root for root, _ in named),
        unseen=unseen,
        held=held,
        garbage=garbage,
        own=own,
        negative=negative,
    )


def _named_roots(graph: HeapGraph) -> list[tuple[Root, int]]:
    """All roots known by name, with how many references of their counts they explain."""
    snapshot = graph.snapshot
    wanted: list[tuple[int, str, str, int | None, int]] = [
        *((each.object_id, RootKind.MODULE, each.name, None, 0) for each in snapshot.modules),
        *(
            (each.object_id, RootKind.FRAME, f"{each.function}() in thread {each.thread_name}", row, 0)
            for row, each in enumerate(snapshot.frames)
        ),
        *(
            (each.object_id, RootKind.INTERPRETER, each.part, None, each.counted)
            for each in snapshot.interpreter
        ),
        *((object_id, RootKind.AGENT, "RefScope", None, 0) for object_id in sorted(snapshot.own_ids)),
    ]
    indexes = graph.indexes_of(np.array([object_id for object_id, *_ in wanted], np.uint64)).tolist()
    return [
        (Root(kind, label, ObjectIndex(index), frame), explained)
        for (_, kind, label, frame, explained), index in zip(wanted, indexes, strict=True)
        if index >= 0
    ]


def _counts_as_root(graph: HeapGraph) -> npt.NDArray[np.bool_]:
    """bool[n]: tracked, or with referents. The hundred thousand interned strings are neither."""
    snapshot = graph.snapshot
    tracked = (snapshot.flags & ObjectFlag.TRACKED) != 0
    return np.asarray(tracked | (np.diff(snapshot.offsets) > 0), np.bool_)


def _unreached(
    graph: HeapGraph, held: npt.NDArray[np.bool_], own: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """bool[n] each: reached from nowhere; reached from RefScope's agent only."""
    from refscope.heap import kernels

    offsets, targets = graph.snapshot.offsets, graph.snapshot.targets
    reached = np.zeros(graph.n_objects, np.bool_)
    is_closed = own  # what RefScope holds is not alive through it
    kernels.reach(offsets, targets, np.flatnonzero(held).astype(np.int32), is_closed, _NO_CUTS, reached)
    alive = reached.copy()
    reached[own] = False  # met, but not walked
    starts = np.flatnonzero(own).astype(np.int32)
    kernels.reach(offsets, targets, starts, np.zeros_like(own), _NO_CUTS, reached)
    return ~reached, reached & (~alive | own)
