"""Best chains: a breadth-first forest over references in ranks."""

# ruff: noqa: PLR0917  columns are passed one by one: numba specialises on each

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types as nbt

from refscope.heap.kernels.compiler import I32, I32W, I64, I64W, U8, kernel, part

ROLES = 16  # roles of objects that `search` tells apart: the side of its table of ranks


@part
def _rank_of(
    source: Any, target: Any, types: Any, class_of_type: Any, roles: Any, ranks: Any, class_rank: Any
) -> Any:
    rank = np.int64(ranks[roles[source] * 16 + roles[target]])
    if class_of_type[types[source]] == target and rank < class_rank:
        return class_rank
    return rank


@part
def _want(wanted: Any, n_wanted: Any, parent: Any, target: Any, source: Any, at: Any) -> Any:
    """Note a candidate (target, source, distance), or improve the one that target has."""
    if parent[target] == -2:
        if n_wanted == len(wanted):
            grown = np.empty((2 * n_wanted, 3), np.int32)
            grown[:n_wanted] = wanted
            wanted = grown
        wanted[n_wanted, 0] = target
        wanted[n_wanted, 1] = source
        wanted[n_wanted, 2] = at
        parent[target] = -3 - n_wanted
        return wanted, n_wanted + 1
    slot = -3 - parent[target]
    if at < wanted[slot, 2]:
        wanted[slot, 1] = source
        wanted[slot, 2] = at
    return wanted, n_wanted


@part
def _candidates(
    heap: Any,
    rank: Any,
    starts: Any,
    start_ranks: Any,
    parent: Any,
    distance: Any,
    postponed: Any,
    n_postponed: Any,
) -> Any:
    """What this rank adds: its starts, and what settled objects hold by references of this rank."""
    offsets, targets, types, class_of_type, roles, ranks, class_rank = heap
    wanted = np.empty((1024, 3), np.int32)
    n_wanted = 0
    for k in range(len(starts)):
        if start_ranks[k] == rank and parent[starts[k]] == -2:
            wanted, n_wanted = _want(wanted, n_wanted, parent, starts[k], -1, 0)
    still_postponed = 0
    for k in range(n_postponed):
        source = postponed[k]
        is_again = False
        for edge in range(offsets[source], offsets[source + 1]):
            target = targets[edge]
            if parent[target] > -2:
                continue
            if _rank_of(source, target, types, class_of_type, roles, ranks, class_rank) > rank:
                is_again = True
            else:
                wanted, n_wanted = _want(wanted, n_wanted, parent, target, source, distance[source] + 1)
        if is_again:
            postponed[still_postponed] = source
            still_postponed += 1
    return wanted[:n_wanted], still_postponed


@part
def _settle(
    heap: Any,
    rank: Any,
    wanted: Any,
    parent: Any,
    distance: Any,
    order: Any,
    n_settled: Any,
    postponed: Any,
    n_postponed: Any,
) -> Any:
    """Breadth first from the candidates, nearest first; equals are served in the order given."""
    offsets, targets, types, class_of_type, roles, ranks, class_rank = heap
    by_distance = np.argsort(wanted[:, 2].copy(), kind="mergesort")
    head = n_settled
    taken = 0
    while taken < len(wanted) or head < n_settled:
        while taken < len(wanted):
            k = by_distance[taken]
            target, source, at = wanted[k, 0], wanted[k, 1], wanted[k, 2]
            if head < n_settled and at > distance[order[head]]:
                break
            if parent[target] <= -3:
                parent[target] = source
                distance[target] = at
                order[n_settled] = target
                n_settled += 1
            taken += 1
        if head == n_settled:
            continue
        source = order[head]
        head += 1
        is_postponed = False
        for edge in range(offsets[source], offsets[source + 1]):
            target = targets[edge]
            if parent[target] > -2:
                continue
            if _rank_of(source, target, types, class_of_type, roles, ranks, class_rank) > rank:
                is_postponed = True
            else:
                parent[target] = source
                distance[target] = distance[source] + 1
                order[n_settled] = target
                n_settled += 1
        if is_postponed:
            postponed[n_postponed] = source
            n_postponed += 1
    return n_settled, n_postponed


@kernel(nbt.int64(I64, I32, I32, I32, U8, U8, nbt.int64, I32, U8, I64W, I32W, I32W, I32W))
def search(
    offsets: Any,
    targets: Any,
    types: Any,
    class_of_type: Any,
    roles: Any,
    ranks: Any,
    class_rank: Any,
    starts: Any,
    start_ranks: Any,
    rank_ends: Any,
    parent: Any,
    distance: Any,
    order: Any,
) -> int:
    """Breadth-first forest over references in ranks: rank r is exhausted before r + 1 is touched.

    An object's place is the least (highest rank on the way, number of references) that its settled
    referrers give it. ranks: uint8[ROLES · ROLES], rank of a reference by the roles of source and
    target; class_rank: least rank of a reference from an instance to its class. starts: roots, in
    order of preference, with their ranks. parent: int32[n], −2 at first and where not reached, −1 =
    start; not −2 at first = as if it were not there. distance: int32[n], −1 at first. order: int32[n],
    as they were settled; rank_ends: int64[ranks], how many were after each rank. Returns how many.
    """
    heap = (offsets, targets, types, class_of_type, roles, ranks, class_rank)
    n_settled = 0
    postponed = np.empty(len(parent), np.int32)  # settled, with references of a higher rank
    n_postponed = 0
    for rank in range(len(rank_ends)):
        wanted, n_postponed = _candidates(
            heap, rank, starts, start_ranks, parent, distance, postponed, n_postponed
        )
        n_settled, n_postponed = _settle(
            heap, rank, wanted, parent, distance, order, n_settled, postponed, n_postponed
        )
        rank_ends[rank] = n_settled
    return int(n_settled)
