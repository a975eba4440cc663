"""Best chains: a breadth-first forest over references in ranks.

The search writes its columns in the order in which objects are settled, not by object: neighbours in
that order were found together, so that nearly all memory is touched in sequence (twice as fast at ten
million objects). `scatter` turns such columns into columns by object.
"""

# ruff: noqa: PLR0917  columns are passed one by one: numba specialises on each

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types as nbt

from refscope.heap.kernels.compiler import BOOLW, I32, I32W, I64, I64W, U8, kernel, part

ROLES = 16  # roles of objects that `search` tells apart: the side of its table of ranks

_TARGET, _ABOVE, _PLACE, _DISTANCE = range(4)  # columns of candidates


@part
def _want(wanted: Any, slots: Any, n_wanted: Any, target: Any, above: Any, place: Any, distance: Any) -> Any:
    """Note a candidate, or improve the one that the target has. slots: int32[n], its row, −1 = none."""
    slot = slots[target]
    if slot >= 0:
        if distance >= wanted[slot, _DISTANCE]:
            return wanted, n_wanted
    else:
        if n_wanted == len(wanted):
            grown = np.empty((2 * n_wanted, 4), np.int32)
            grown[:n_wanted] = wanted
            wanted = grown
        slot = np.int32(n_wanted)
        slots[target] = slot
        n_wanted += 1
    wanted[slot, _TARGET] = target
    wanted[slot, _ABOVE] = above
    wanted[slot, _PLACE] = place
    wanted[slot, _DISTANCE] = distance
    return wanted, n_wanted


@part
def _rank_of(heap: Any, source: Any, target: Any) -> Any:
    roles, ranks, class_rank, types, class_of_type = heap[2:]
    rank = np.int64(ranks[roles[source] * ROLES + roles[target]])
    if class_of_type[types[source]] == target and rank < class_rank:
        return class_rank
    return rank


@part
def _candidates(
    heap: Any,
    rank: Any,
    starts: Any,
    start_ranks: Any,
    done: Any,
    columns: Any,
    postponed: Any,
    n_postponed: Any,
) -> Any:
    """What this rank adds: its starts, and what settled objects hold by references of this rank."""
    offsets, targets = heap[:2]
    order, _, _, distances = columns
    wanted = np.empty((1024, 4), np.int32)
    n_wanted = 0
    slots = np.full(len(done), -1, np.int32)
    for k in range(len(starts)):
        if start_ranks[k] == rank and not done[starts[k]]:
            wanted, n_wanted = _want(wanted, slots, n_wanted, starts[k], -1, 0, 0)
    still_postponed = 0
    for k in range(n_postponed):
        above = postponed[k]
        source = order[above]
        is_again = False
        for edge in range(offsets[source], offsets[source + 1]):
            target = targets[edge]
            if done[target]:
                continue
            if _rank_of(heap, source, target) > rank:
                is_again = True
                continue
            place = edge - offsets[source]
            wanted, n_wanted = _want(wanted, slots, n_wanted, target, above, place, distances[above] + 1)
        if is_again:
            postponed[still_postponed] = above
            still_postponed += 1
    return wanted[:n_wanted], still_postponed


@part
def _settle(
    heap: Any,
    rank: Any,
    wanted: Any,
    done: Any,
    columns: Any,
    n_settled: Any,
    postponed: Any,
    n_postponed: Any,
) -> Any:
    """Breadth first from the candidates, nearest first; equals are served in the order given."""
    offsets, targets, roles, ranks, class_rank, types, class_of_type = heap
    order, aboves, places, distances = columns
    by_distance = np.argsort(wanted[:, _DISTANCE].copy(), kind="mergesort")
    highest = np.zeros(ROLES, np.int64)
    for k in range(ROLES * ROLES):
        highest[k // ROLES] = max(highest[k // ROLES], np.int64(ranks[k]))
    head = n_settled
    taken = 0
    while taken < len(wanted) or head < n_settled:
        while taken < len(wanted):
            k = by_distance[taken]
            target, at = wanted[k, _TARGET], wanted[k, _DISTANCE]
            if head < n_settled and at > distances[head]:
                break
            if not done[target]:
                done[target] = True
                order[n_settled] = target
                aboves[n_settled] = wanted[k, _ABOVE]
                places[n_settled] = wanted[k, _PLACE]
                distances[n_settled] = at
                n_settled += 1
            taken += 1
        if head == n_settled:
            continue
        source = order[head]
        # most objects hold everything by references of rank 0, but for their class
        is_plain = highest[roles[source]] <= rank
        own_class = class_of_type[types[source]] if class_rank > rank else np.int32(-1)
        is_postponed = False
        for edge in range(offsets[source], offsets[source + 1]):
            target = targets[edge]
            if done[target]:
                continue
            if target == own_class or not (is_plain or ranks[roles[source] * ROLES + roles[target]] <= rank):
                is_postponed = True
                continue
            done[target] = True
            order[n_settled] = target
            aboves[n_settled] = head
            places[n_settled] = edge - offsets[source]
            distances[n_settled] = distances[head] + 1
            n_settled += 1
        if is_postponed:
            postponed[n_postponed] = head
            n_postponed += 1
        head += 1
    return n_settled, n_postponed


@kernel(nbt.int64(I64, I32, U8, U8, nbt.int64, I32, I32, I32, U8, BOOLW, I64W, I32W, I32W, I32W, I32W))
def search(
    offsets: Any,
    targets: Any,
    roles: Any,
    ranks: Any,
    class_rank: Any,
    types: Any,
    class_of_type: Any,
    starts: Any,
    start_ranks: Any,
    done: Any,
    rank_ends: Any,
    order: Any,
    aboves: Any,
    places: Any,
    distances: Any,
) -> int:
    """Breadth-first forest over references in ranks: rank r is exhausted before r + 1 is touched.

    An object's place is the least (highest rank on the way, number of references) that its settled
    referrers give it. ranks: uint8[ROLES · ROLES], rank of a reference by the roles of source and
    target; class_rank: least rank of a reference from an instance to its class. starts: roots, in
    order of preference, with their ranks. done: bool[n], objects that are not to be found at first,
    those found at the end.

    Written, as objects are settled: order int32[n], the objects; aboves int32[n], the position in
    `order` of the one before (−1 = start); places int32[n], which of its references it was;
    distances int32[n]. rank_ends: int64[ranks], how many were settled after each rank. Returns how
    many.
    """
    heap = (offsets, targets, roles, ranks, class_rank, types, class_of_type)
    columns = (order, aboves, places, distances)
    n_settled = 0
    postponed = np.empty(len(done), np.int32)  # positions with references of a higher rank
    n_postponed = 0
    for rank in range(len(rank_ends)):
        wanted, n_postponed = _candidates(
            heap, rank, starts, start_ranks, done, columns, postponed, n_postponed
        )
        n_settled, n_postponed = _settle(heap, rank, wanted, done, columns, n_settled, postponed, n_postponed)
        rank_ends[rank] = n_settled
    return int(n_settled)


@kernel(nbt.void(I32, I32, I32W, I32W))
def scatter(order: Any, aboves: Any, parent: Any, position: Any) -> None:
    """By object: the object before it (−1 = start), position in `order`."""
    for k in range(len(order)):
        v = order[k]
        parent[v] = order[aboves[k]] if aboves[k] >= 0 else np.int32(-1)
        position[v] = k


@kernel(nbt.void(I32, I32, I32, I32W))
def gather_aboves(order: Any, parent: Any, position: Any, aboves: Any) -> None:
    """What `scatter` was given, from what it wrote."""
    for k in range(len(order)):
        above = parent[order[k]]
        aboves[k] = position[above] if above >= 0 else np.int32(-1)


@kernel(nbt.void(I32, I32, I32W))
def measure_chains(order: Any, parent: Any, distance: Any) -> None:
    """References from its root to each object of `order`, in which parents stand before children."""
    for v in order:
        distance[v] = distance[parent[v]] + 1 if parent[v] >= 0 else np.int32(0)
