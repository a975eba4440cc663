"""Who is held from outside the object graph: roots by accounting, and what no root reaches.

CPython keeps no list of roots. An object whose reference count exceeds the references found to it is
held from outside: by the interpreter, a running frame, or native code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.analysis.chains import Root
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import ObjectIndex


@dataclass(frozen=True, slots=True, eq=False)
class Roots:
    """The roots of one heap, best kind first: MODULE, FRAME, INTERPRETER, NATIVE, AGENT.

    unseen: int64[n], references that nothing explains (0 for immortal objects and unknown counts).
    held: bool[n], held from outside, small leaves such as interned strings included.
    garbage: bool[n], reached from no root. own: bool[n], reached only from RefScope's agent.
    """

    graph: HeapGraph
    objects: npt.NDArray[np.int32]  # int32[k], the root objects
    kinds: tuple[str, ...]  # [k], RootKind
    unseen: npt.NDArray[np.int64]
    held: npt.NDArray[np.bool_]
    garbage: npt.NDArray[np.bool_]
    own: npt.NDArray[np.bool_]
    negative: npt.NDArray[np.int32]  # objects with more references than their count: our walk is wrong there

    def __len__(self) -> int:
        return len(self.objects)

    def __iter__(self) -> Iterator[Root]:
        raise NotImplementedError

    def root(self, position: int) -> Root:
        """The root at a position of `objects`."""
        raise NotImplementedError

    def of(self, index: int) -> tuple[Root, ...]:
        """All ways in which an object is a root, best first; () = it is none."""
        raise NotImplementedError

    def cycles(self) -> list[npt.NDArray[np.int32]]:
        """The garbage as cycles: strongly connected components of more than one object (or one that
        holds itself), largest first, each ascending."""
        raise NotImplementedError


def find_roots(graph: HeapGraph) -> Roots:
    """All roots of a whole heap. O(objects + references), GIL released."""
    raise NotImplementedError
