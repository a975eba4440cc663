"""Shapes of chains as numbers, and grouping by them."""

# ruff: noqa: PLR0917  columns are passed one by one: numba specialises on each

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types as nbt

from refscope.heap.kernels.compiler import I32, I32W, I64, I64W, U8, U64, U64W, kernel, part
from refscope.heap.kernels.ids import SPREAD

MEMBER, ORDINAL, PLACE, AS_PARENT_SAYS = 0, 1, 2, 3
"""How children of an object are told apart in a shape: not at all (members of a container), by
their rank among its children of the same type (attributes), by their place (names of a namespace);
or, for dicts and tuples, as their parent says."""
_MANY = 8  # children of one type from which an object counts as a container of them


@part
def _mix(value: Any, more: Any) -> Any:
    value = (value ^ more) * np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(29)
    value *= np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(32))


@part
def _shape_below(step: Any, source: Any, above: Any, parent: Any, steps: Any, shapes: Any) -> Any:
    """The shape of what stands to `source` as `step` says; repetitions add nothing."""
    if step == steps[source]:
        return shapes[source]
    if above >= 0 and parent[above] >= 0 and step == steps[above] and steps[source] == steps[parent[above]]:
        return shapes[above]
    return _mix(shapes[source], step)


@kernel(nbt.void(I64, I32, I32, I32, I32, U8, U8, U64, U64W))
def hash_shapes(
    offsets: Any,
    targets: Any,
    types: Any,
    parent: Any,
    order: Any,
    modes: Any,
    modes_below: Any,
    type_hashes: Any,
    shapes: Any,
) -> None:
    """Number the shape of each object's chain: mix(shape of its parent, place in it, type).

    Runs repeat themselves (a linked list, a tree): an object that stands to its parent as that one
    stands to its own, directly or over one object between, has its shape. modes: uint8[n];
    modes_below: uint8[n], the mode of an AS_PARENT_SAYS under that parent. shapes: uint64[n], those of
    starts given.
    """
    steps = np.zeros(len(types), np.uint64)
    totals = np.zeros(len(type_hashes), np.int32)
    so_far = np.zeros(len(type_hashes), np.int32)
    for source in order:
        above = parent[source]
        mode = modes[source]
        if mode == AS_PARENT_SAYS:
            mode = modes_below[above] if above >= 0 else np.uint8(MEMBER)
        is_ordinal = mode == ORDINAL and offsets[source + 1] - offsets[source] > 1
        if is_ordinal:
            for edge in range(offsets[source], offsets[source + 1]):
                totals[types[targets[edge]]] += 1
        for edge in range(offsets[source], offsets[source + 1]):
            target = targets[edge]
            if is_ordinal:
                so_far[types[target]] += 1
            if parent[target] != source or shapes[target] != 0:
                continue
            kind = types[target]
            place = np.int64(0)
            if mode == PLACE:
                place = edge - offsets[source] + 1
            elif is_ordinal and totals[kind] < _MANY:
                place = np.int64(so_far[kind])
            elif mode == ORDINAL and not is_ordinal:
                place = np.int64(1)  # the only one
            steps[target] = _mix(type_hashes[kind], np.uint64(place))
            shapes[target] = _shape_below(steps[target], source, above, parent, steps, shapes)
        if is_ordinal:
            for edge in range(offsets[source], offsets[source + 1]):
                totals[types[targets[edge]]] = 0
                so_far[types[targets[edge]]] = 0


@part
def _slot_of(value: Any, table: Any, groups_of_slot: Any, bits: Any) -> Any:
    mask = (np.int64(1) << bits) - 1
    slot = np.int64((value * SPREAD) >> np.uint64(64 - bits))
    while groups_of_slot[slot] >= 0 and table[slot] != value:
        slot = (slot + 1) & mask
    return slot


@kernel(nbt.int64(U64, I32, I32W, I32W))
def group_equal(values: Any, order: Any, groups: Any, first: Any) -> int:
    """Number equal values in the order in which `order` meets them; how many groups.

    groups: int32[n], −1 at first and for what is not in `order`; first: int32[n], the first object of
    each group, filled from the start.
    """
    bits = 12
    table = np.empty(1 << bits, np.uint64)
    slots = np.full(1 << bits, -1, np.int32)
    count = 0
    for index in order:
        slot = _slot_of(values[index], table, slots, bits)
        if slots[slot] < 0:
            if 2 * count >= len(table):
                bits += 2
                table = np.empty(1 << bits, np.uint64)
                slots = np.full(1 << bits, -1, np.int32)
                for group in range(count):
                    old = _slot_of(values[first[group]], table, slots, bits)
                    table[old] = values[first[group]]
                    slots[old] = group
                slot = _slot_of(values[index], table, slots, bits)
            table[slot] = values[index]
            slots[slot] = count
            first[count] = index
            count += 1
        groups[index] = slots[slot]
    return count


@kernel(I64W(I32, I32, I64))
def subtree_sums(parents: Any, distances: Any, weights: Any) -> Any:
    """int64[n + 1]: the weights of each object and all below it in the forest of best chains.

    Entry n is the sum over all that is reached. distances: int32[n], −1 = not reached (sum 0), else
    that of the parent + 1.
    """
    n = len(parents)
    ends = np.zeros(max(0, distances.max() if n else 0) + 2, np.int64)
    for i in range(n):
        ends[distances[i] + 1] += 1
    ends = np.cumsum(ends)
    by_distance = np.empty(n, np.int32)
    for i in range(n - 1, -1, -1):
        ends[distances[i] + 1] -= 1
        by_distance[ends[distances[i] + 1]] = i
    sums = np.zeros(n + 1, np.int64)
    for k in range(n - 1, -1, -1):
        i = by_distance[k]
        if distances[i] >= 0:
            sums[i] += weights[i]
            sums[parents[i] if parents[i] >= 0 else n] += sums[i]
    return sums
