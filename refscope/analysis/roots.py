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

KINDS = (RootKind.MODULE, RootKind.FRAME, RootKind.INTERPRETER, RootKind.NATIVE, RootKind.AGENT)
"""Kinds of roots, the one that tells a person most first."""
_NO_CUTS = np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Roots:
    """The roots of one heap, best kind first: MODULE, FRAME, INTERPRETER, NATIVE, AGENT.

    objects: int32[k], the root objects; an object stands once for each way in which it is a root.
    unseen: int64[n], references that nothing explains (0 for immortal objects and unknown counts).
    held: bool[n], held from outside, small leaves included, RefScope's own objects not.
    garbage: bool[n], reached from no root. own: bool[n], reached only from RefScope's agent.
    negative: int32, objects with more references than their count (the walk is wrong there).
    """

    graph: HeapGraph
    objects: npt.NDArray[np.int32]
    kinds: tuple[str, ...]
    labels: tuple[str, ...]  # of NATIVE roots made when asked for, "" here
    frames: npt.NDArray[np.int32]  # int32[k], row of `HeapSnapshot.frames` for FRAME, else −1
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
        index = ObjectIndex(int(self.objects[position]))
        kind = self.kinds[position]
        if kind == RootKind.NATIVE:
            return self._native(index)
        frame = int(self.frames[position])
        return Root(kind, self.labels[position], index, frame if frame >= 0 else None)

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
    named = _named_roots(graph)
    unseen = snapshot.refcounts - graph.in_degrees()
    for _, _, index, _, explained in named:
        unseen[index] -= explained
    unseen[snapshot.refcounts < 0] = 0
    negative = np.flatnonzero(unseen < 0).astype(np.int32)
    np.maximum(unseen, 0, out=unseen)
    own = (snapshot.flags & ObjectFlag.OWN) != 0
    own[[index for kind, _, index, _, _ in named if kind == RootKind.AGENT]] = True
    own |= (snapshot.refcounts == 0) & (graph.in_degrees() == 0)  # lived through the freeze's own call only
    named_objects = np.array([index for kind, _, index, _, _ in named if kind != RootKind.AGENT], np.int32)
    held = (unseen > 0) | ((snapshot.flags & ObjectFlag.IMMORTAL) != 0)
    held[named_objects] = True
    held &= ~own
    native = np.flatnonzero((unseen > 0) & ~own & _counts_as_root(graph)).astype(np.int32)
    entries = _in_order(named, native)
    garbage, own = _unreached(graph, held, own)
    return Roots(
        graph=graph,
        objects=np.array([index for _, _, index, _ in entries], np.int32),
        kinds=tuple(kind for kind, _, _, _ in entries),
        labels=tuple(label for _, label, _, _ in entries),
        frames=np.array([frame for _, _, _, frame in entries], np.int32),
        unseen=unseen,
        held=held,
        garbage=garbage,
        own=own,
        negative=negative,
    )


def _named_roots(graph: HeapGraph) -> list[tuple[str, str, int, int, int]]:
    """(kind, label, object, row of the frame, references explained) of all roots known by name."""
    snapshot = graph.snapshot
    ids = [
        *(module.object_id for module in snapshot.modules),
        *(frame.object_id for frame in snapshot.frames),
        *(part.object_id for part in snapshot.interpreter),
        *sorted(snapshot.own_ids),
    ]
    labels = [
        *((RootKind.MODULE, module.name, -1, 0) for module in snapshot.modules),
        *(
            (RootKind.FRAME, f"{frame.function}() in thread {frame.thread_name}", row, 0)
            for row, frame in enumerate(snapshot.frames)
        ),
        *((RootKind.INTERPRETER, part.part, -1, part.counted) for part in snapshot.interpreter),
        *((RootKind.AGENT, "RefScope", -1, 0) for _ in snapshot.own_ids),
    ]
    indexes = graph.indexes_of(np.array(ids, np.uint64)).tolist()
    return [
        (kind, label, index, row, explained)
        for (kind, label, row, explained), index in zip(labels, indexes, strict=True)
        if index >= 0
    ]


def _counts_as_root(graph: HeapGraph) -> npt.NDArray[np.bool_]:
    """bool[n]: tracked, or with referents. The hundred thousand interned strings are neither."""
    snapshot = graph.snapshot
    tracked = (snapshot.flags & ObjectFlag.TRACKED) != 0
    return np.asarray(tracked | (np.diff(snapshot.offsets) > 0), np.bool_)


def _in_order(
    named: list[tuple[str, str, int, int, int]], native: npt.NDArray[np.int32]
) -> list[tuple[str, str, int, int]]:
    entries = [(kind, label, index, row) for kind, label, index, row, _ in named]
    entries += [(RootKind.NATIVE, "", index, -1) for index in native.tolist()]
    return sorted(entries, key=lambda entry: KINDS.index(entry[0]))


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
