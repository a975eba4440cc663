"""Several freezes of one run drawn by hand: objects of one name are the same object in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from refscope.analysis.growth import find_growth
from refscope.analysis.growth_points import GrowthPoint
from refscope.analysis.paths import PathFinder
from refscope.analysis.roots import find_roots
from refscope.analysis.trees import KeyTable, SpanningTree, spanning_tree
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import HeapSnapshot
from tests.builders import BuiltHeap, heap


@dataclass(frozen=True)
class Freezes:
    """Trees, oldest first; names: of the rows of each."""

    trees: list[SpanningTree]
    names: list[tuple[str, ...]]
    keys: KeyTable

    def words(self, rows: Sequence[int] | np.ndarray) -> list[str]:
        """Names of rows of the newest heap."""
        return [self.names[-1][row] for row in rows]

    def growth(self) -> list[GrowthPoint]:
        return find_growth(self.trees)

    def told(self) -> list[tuple[str, str, tuple[int, ...]]]:
        """(kind, name of the holder, counts) of what grew, heaviest first."""
        return [(p.kind, self.words([p.holder])[0] if p.holder is not None else "outside", p.counts)
                for p in self.growth()]  # fmt: skip


def freezes(*texts: str, sizes: Sequence[dict[str, int]] = (), **more: Any) -> Freezes:
    """One heap per text, as `builders.heap` draws them. sizes: bytes per name, for each freeze."""
    ids: dict[str, int] = {}
    keys = KeyTable()
    trees, names = [], []
    for number, text in enumerate(texts):
        built = heap(text, sizes=sizes[number] if sizes else None, **more)
        graph = HeapGraph(_renumbered(built, ids))
        trees.append(spanning_tree(PathFinder(graph, find_roots(graph)), keys))
        names.append(built.names)
    return Freezes(trees, names, keys)


def _renumbered(built: BuiltHeap, ids: dict[str, int]) -> HeapSnapshot:
    new = [ids.setdefault(name, 0x10_0000 + 16 * len(ids)) for name in built.names]
    old = dict(zip(built.snapshot.ids.tolist(), new, strict=True))
    snapshot = built.snapshot
    return replace(
        snapshot,
        ids=np.array(new, np.uint64),
        modules=tuple(replace(m, object_id=old[m.object_id]) for m in snapshot.modules),
        frames=tuple(
            replace(
                frame,
                object_id=old[frame.object_id],
                locals=tuple(replace(v, object_id=old[v.object_id]) for v in frame.locals),
            )
            for frame in snapshot.frames
        ),
        interpreter=tuple(replace(each, object_id=old[each.object_id]) for each in snapshot.interpreter),
    )
