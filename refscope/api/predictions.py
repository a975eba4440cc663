"""A prediction in words: what a cut would free, by type, and who keeps what would stay."""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np
import numpy.typing as npt

from refscope.analysis.chains import Chain
from refscope.analysis.names import Path, name_chains
from refscope.analysis.whatif import Freed, Survivor
from refscope.api.analysed import AnalysedHeap
from refscope.api.rows import WhatIf
from refscope.heap.snapshot import LabelSource

MOST_SURVIVORS = 20
MOST_NAMED = 5  # survivors whose holders are named: each name costs questions to the copy
MOST_HOLDERS = 3  # of one survivor
MOST_CHAINS = 5  # to a holder, looked at for one around the cut

_VALUES = frozenset({"str", "int", "float", "bool", "bytes", "complex", "NoneType", "code", "type"})
"""Shared by everybody: that a constant or a class stays tells nothing about a fix."""

Stays = tuple[tuple[str, tuple[str, ...]], ...]


def what_if_of(freed: Freed, analysed: AnalysedHeap, labels: LabelSource) -> WhatIf:
    """Counts by type, most bytes first, and survivors in words."""
    return WhatIf(
        objects=freed.count,
        size_bytes=freed.size_bytes,
        by_type=by_type(freed.objects, analysed),
        not_freed=survivors_in_words(freed.survivors, analysed, labels),
    )


def by_type(rows: npt.NDArray[np.int32], analysed: AnalysedHeap) -> tuple[tuple[str, int, int], ...]:
    """(type name, objects, bytes) of these rows, most bytes first."""
    heap = analysed.heap
    table = heap.type_table
    types = heap.types[rows]
    counts = np.bincount(types, minlength=len(table))
    sizes = np.bincount(types, weights=heap.sizes[rows], minlength=len(table))
    order = sorted(np.flatnonzero(counts).tolist(), key=lambda row: (-sizes[row], table[row].name))
    return tuple((table[row].name, int(counts[row]), int(sizes[row])) for row in order)


def survivors_in_words(survivors: Sequence[Survivor], analysed: AnalysedHeap, labels: LabelSource) -> Stays:
    """What lives on, `module.Type at 0x…`, each with the names of who else holds it. The holders of the
    first few are named by their paths, of the others by type and address; plain values are left out."""
    graph = analysed.graph
    shown = [each for each in survivors if graph.type_name(each.object_index) not in _VALUES]
    shown = shown[:MOST_SURVIVORS]
    rows = [row for each in shown[:MOST_NAMED] for row in each.holders[:MOST_HOLDERS]]
    names = _names(list(dict.fromkeys(rows)), {each.object_index for each in survivors}, analysed, labels)
    found = []
    for each in shown:
        holders = [names.get(row) or _address(row, analysed) for row in each.holders[:MOST_HOLDERS]]
        if each.is_held_outside:
            holders += [root.label or root.kind for root in analysed.roots.of(each.object_index)[:1]]
        found.append((_address(each.object_index, analysed), tuple(dict.fromkeys(holders))))
    return tuple(found)


def _names(
    rows: Sequence[int], behind: Set[int], analysed: AnalysedHeap, labels: LabelSource
) -> dict[int, str]:
    """What each of these objects is called by the best chain that leads to it without what stands behind
    the cut: that way is the one which was cut."""
    chains = [(row, _chain_without(behind, row, analysed)) for row in rows]
    known = [(row, chain) for row, chain in chains if chain is not None]
    paths = name_chains(analysed.graph, labels, [chain for _, chain in known])
    return {row: _name(path) for (row, _), path in zip(known, paths, strict=True)}


def _chain_without(behind: Set[int], row: int, analysed: AnalysedHeap) -> Chain | None:
    chain = analysed.finder.shortest(row)
    if chain is None or behind.isdisjoint(chain.indexes[:-1]):
        return chain
    others = analysed.finder.chains(row, MOST_CHAINS)
    return next((other for other in others if behind.isdisjoint(other.indexes[:-1])), None)


def _name(path: Path) -> str:
    return path.expression or path.shape or path.holder


def _address(row: int, analysed: AnalysedHeap) -> str:
    return f"{analysed.graph.type_name(row)} at {int(analysed.heap.ids[row]):#x}"
