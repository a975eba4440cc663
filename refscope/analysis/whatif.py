"""What would be freed if a reference were cut or an object went, by reachability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.analysis.roots import Roots
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import ObjectIndex


@dataclass(frozen=True, slots=True)
class Survivor:
    """An object directly behind a cut that would live on, and who else still holds it."""

    object_index: ObjectIndex
    holders: tuple[ObjectIndex, ...]  # referrers that stay alive, at most 20
    is_held_outside: bool  # a root, or unseen references


@dataclass(frozen=True, slots=True, eq=False)
class Freed:
    """The answer: `objects` int32, ascending, that would go; `size_bytes` their shallow sizes;
    `survivors`: what the cuts let go of and somebody else still holds."""

    objects: npt.NDArray[np.int32]
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
    cut_edges: Sequence[tuple[int, int]] = (),
    cut_objects: Sequence[int] = (),
) -> Freed:
    """What would be freed if these references (source, target: all repetitions) and everything these
    objects hold were let go of (`cut_objects` themselves live on only if held by others).
    O(objects + references), GIL released."""
    raise NotImplementedError
