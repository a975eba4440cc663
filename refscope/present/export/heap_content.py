"""What the files of a whole heap are written from: columns, roots, retained sizes, and the names known.

Everything here is arrays over the whole heap, or blocks of them; the formats stand in `heapsnapshot`,
`sqlite` and `arrow`. RefScope's own objects are left out, as they are of every count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from refscope.analysis.dominators import DominatorTree
from refscope.analysis.roots import Roots
from refscope.analysis.suspects import Suspect
from refscope.capture.labels import SavedLabels
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import Label

BLOCK_OBJECTS = 1 << 15
"""Objects whose references are looked at together: some MiB for most heaps."""


@dataclass(frozen=True, slots=True)
class ReferenceBlock:
    """References of the objects from `first` up to `end`, in CSR order. holders, held: int32, rows of
    objects; positions: int64, places in `HeapSnapshot.targets`, ascending."""

    first: int
    end: int
    holders: npt.NDArray[np.int32]
    held: npt.NDArray[np.int32]
    positions: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class HeapContent:
    """One heap with what was computed from it. labels: names and texts fetched so far; nothing more is
    asked. suspects: of this freeze against earlier ones, ranked. capture: where it came from."""

    graph: HeapGraph
    roots: Roots
    dominators: DominatorTree
    labels: SavedLabels
    suspects: Sequence[Suspect] = ()
    capture: str = ""

    @cached_property
    def kept(self) -> npt.NDArray[np.bool_]:
        """bool[n]: the objects that are written."""
        return np.asarray(~self.roots.own, np.bool_)

    def blocks(self) -> Iterator[ReferenceBlock]:
        """All references between objects that are written, some ten thousand objects at a time."""
        snapshot, kept = self.graph.snapshot, self.kept
        for first in range(0, snapshot.n_objects, BLOCK_OBJECTS):
            end = min(first + BLOCK_OBJECTS, snapshot.n_objects)
            offsets = snapshot.offsets[first : end + 1]
            held = snapshot.targets[offsets[0] : offsets[-1]]
            holders = np.repeat(np.arange(first, end, dtype=np.int32), np.diff(offsets))
            positions = np.arange(offsets[0], offsets[-1], dtype=np.int64)
            both = kept[holders] & kept[held]
            yield ReferenceBlock(first, end, holders[both], held[both], positions[both])

    @cached_property
    def named_references(self) -> tuple[npt.NDArray[np.int64], tuple[Label, ...]]:
        """Places in `targets` of which the name is known, ascending, and their most telling labels.

        Where an object holds another several times, labels and places pair up in their order.
        """
        found: list[tuple[int, Label]] = []
        for holder, names in self._names_by_holder().items():
            start = int(self.graph.snapshot.offsets[holder])
            held = self.graph.referents(holder)
            wanted = np.fromiter(names, np.int32, len(names))
            seen: dict[int, int] = {}
            for place in np.flatnonzero(np.isin(held, wanted)).tolist():
                row = int(held[place])
                turn = seen[row] = seen.get(row, -1) + 1
                found.append((start + place, names[row][min(turn, len(names[row]) - 1)]))
        found.sort(key=lambda entry: entry[0])
        return np.array([place for place, _ in found], np.int64), tuple(label for _, label in found)

    def _names_by_holder(self) -> dict[int, dict[int, tuple[Label, ...]]]:
        edges = [(edge, labels) for edge, labels in self.labels.by_edge.items() if labels]
        holders = self.graph.indexes_of(np.array([source for (source, _), _ in edges], np.uint64)).tolist()
        held = self.graph.indexes_of(np.array([target for (_, target), _ in edges], np.uint64)).tolist()
        found: dict[int, dict[int, tuple[Label, ...]]] = {}
        for a, b, (_, labels) in zip(holders, held, edges, strict=True):
            if a >= 0 and b >= 0:
                found.setdefault(a, {})[b] = labels
        return found

    @cached_property
    def texts(self) -> dict[int, str]:
        """Safe one-line texts by row of the object, where they are known."""
        known = [(object_id, text) for object_id, text in self.labels.texts.items() if text]
        rows = self.graph.indexes_of(np.array([object_id for object_id, _ in known], np.uint64)).tolist()
        return {row: text for row, (_, text) in zip(rows, known, strict=True) if row >= 0}

    def held_without_name(self) -> npt.NDArray[np.int32]:
        """Objects held from outside the heap that no root of `roots` stands for: shared leaves."""
        is_root = np.zeros(self.graph.n_objects, np.bool_)
        is_root[self.roots.objects] = True
        return np.flatnonzero(self.roots.held & ~is_root).astype(np.int32)
