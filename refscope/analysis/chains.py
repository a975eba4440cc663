"""What is found between the roots and an object: roots, and chains of references from them.

Pure values: found by `roots` and `paths`, put into words by `names`.
"""

from __future__ import annotations

from dataclasses import dataclass

from refscope.heap.snapshot import ObjectIndex


@dataclass(frozen=True, slots=True)
class Root:
    """An object held from outside the object graph.

    kind: one of `RootKind`. label, by kind: the module's name; "follow() in thread feed_3";
    the part of the interpreter ("atexit callback"); "2 unseen references".
    """

    kind: str
    label: str
    object_index: ObjectIndex  # the module, the running frame's row, else the held object itself
    frame: int | None = None  # row of `HeapSnapshot.frames` for FRAME
    unseen: int = 0  # references that nothing explains, for NATIVE


@dataclass(frozen=True, slots=True)
class Chain:
    """Objects from a root down to a target, each holding the next.

    indexes[0] is `root.object_index`, indexes[-1] the target; at least one entry.
    alike: how many targets of the question share this chain's shape (merged chains), else 1.
    """

    root: Root
    indexes: tuple[ObjectIndex, ...]
    alike: int = 1
