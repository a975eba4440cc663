"""What the rules of a verdict look at, counted for one growing group over the freezes of a run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from refscope.analysis.groups import Analysed, Group
from refscope.analysis.mechanisms import Kind
from refscope.analysis.members import count_of
from refscope.analysis.names import Path
from refscope.analysis.trees import SpanningTree
from refscope.analysis.verdicts import Evidence
from refscope.heap.snapshot import HeapSnapshot


def counts_of(trees: Sequence[SpanningTree], group: Group) -> tuple[int, ...]:
    """Objects of the main class under the holder per freeze; where there are too many to look below them,
    or they are not counted, the members of the group."""
    point, main = group.point, group.types[0]
    if not point.tops:
        return point.counts
    tops = zip(trees, point.tops, strict=True)
    counts = tuple(count_of(tree, rows, main.key, main.is_plumbing) for tree, rows in tops)
    return counts if counts[-1] else point.counts


def evidence_of(
    freezes: Sequence[Analysed],
    trees: Sequence[SpanningTree],
    group: Group,
    path: Path,
    named: tuple[int, ...],
) -> Evidence:
    """named: how many objects of the class that is named there were, per freeze; where keys and values
    of a dict grew, they are half of the members."""
    point = group.point
    holders = len(np.unique(trees[-1].parents[point.members])) if point.is_spread else 1
    counts = named if len(named) == len(point.counts) and named[-1] <= point.counts[-1] else point.counts
    steps = tuple(b - a for a, b in pairwise(counts))
    if not any(steps):
        steps = tuple(int(b) - int(a) for a, b in zip(point.bytes, point.bytes[1:], strict=False))
    return Evidence(
        kind=point.kind,
        counts=counts,
        steps=steps,
        growth_bytes=point.growth_bytes,
        heap_bytes=int(trees[0].bytes[trees[0].root]),
        bound=None if path.bound is None else path.bound * holders,
        is_garbage=group.is_garbage,
        is_imports=group.is_imports,
        was_loading=len(freezes) == 2 and _was_loading(freezes[0], freezes[1], path),
        collector=freezes[-1].graph.snapshot.collector,
    )


def _was_loading(first: Analysed, last: Analysed, path: Path) -> bool:
    """Whether what grew may be a module that was still being imported at the first freeze, or was
    imported since by what then was."""
    before, after = first.graph.snapshot, last.graph.snapshot
    importing = _running_modules(before) - _running_modules(after)
    if not importing:
        return False
    module = path.root.removeprefix("module ")
    is_new = all(module != known.name for known in before.modules)
    is_made = path.kind is Kind.MADE_VARIABLES
    return path.root.startswith("module ") and (module in importing or is_new or is_made)


def _running_modules(snapshot: HeapSnapshot) -> set[str]:
    """Modules the code of which runs: those that are being imported, and the program's own."""
    return {frame.module for frame in snapshot.frames if frame.function == "<module>"}
