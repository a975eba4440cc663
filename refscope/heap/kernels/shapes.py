"""Shapes of chains as numbers, and grouping by them."""

# ruff: noqa: PLR0917  columns are passed one by one: numba specialises on each

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types as nbt

from refscope.heap.kernels.compiler import I32, I32W, U8, U64, U64W, kernel, part
from refscope.heap.kernels.ids import SPREAD

MEMBER, ATTRIBUTE, PLACE, AS_PARENT_SAYS = 0, 1, 2, 3
"""How children of an object are told apart in a shape: not at all (members of a container), by
their place while few are of one type (attributes), by their place (names of a namespace); or, for
dicts and tuples, as their parent says."""
_MANY = 8  # children of one type from which an object counts as a container of them


@part
def _mix(value: Any, more: Any) -> Any:
    value = (value ^ more) * np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(29)
    value *= np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(32))


@part
def _shape_below(step: Any, k: Any, aboves: Any, steps: Any, shapes: Any) -> Any:
    """The shape of what stands to position k as `step` says; repetitions add nothing."""
    if step == steps[k]:
        return shapes[k]
    above = aboves[k]
    if above >= 0 and aboves[above] >= 0 and step == steps[above] and steps[k] == steps[aboves[above]]:
        return shapes[above]
    return _mix(shapes[k], step)


@kernel(nbt.void(I32, I32, I32, I32, U8, U8, U64, U64W))
def hash_shapes(
    order: Any,
    aboves: Any,
    places: Any,
    types: Any,
    modes: Any,
    modes_below: Any,
    type_hashes: Any,
    shapes: Any,
) -> None:
    """Number the shape of each object's chain: mix(shape of the one before, place in it, type).

    order, aboves, places: as `search` wrote them. Runs repeat themselves (a linked list, a tree): an
    object that stands to the one before as that one stands to its own, directly or over one object
    between, has its shape. modes: uint8[n]; modes_below: uint8[n], the mode of an AS_PARENT_SAYS under
    that object. shapes: uint64 by position in `order`, those of starts given, the rest 0.
    """
    count = len(order)
    steps = np.zeros(count, np.uint64)
    totals = np.zeros(len(type_hashes), np.int32)
    first = 0
    while first < count:
        above = aboves[first]
        end = first + 1  # children of one object stand together, but for those of a higher rank
        while end < count and aboves[end] == above:
            end += 1
        if above >= 0:
            mode = modes[order[above]]
            if mode == AS_PARENT_SAYS:
                mode = np.uint8(MEMBER)
                if aboves[above] >= 0:
                    mode = modes_below[order[aboves[above]]]
            for k in range(first, end):
                totals[types[order[k]]] += 1
            for k in range(first, end):
                kind = types[order[k]]
                is_told = mode == PLACE or (mode == ATTRIBUTE and totals[kind] < _MANY)
                place = np.uint64(places[k] + 1) if is_told else np.uint64(0)
                steps[k] = _mix(type_hashes[kind], place)
                shapes[k] = _shape_below(steps[k], above, aboves, steps, shapes)
            for k in range(first, end):
                totals[types[order[k]]] = 0
        first = end


@part
def _slot_of(value: Any, table: Any, slots: Any, bits: Any) -> Any:
    mask = (np.int64(1) << bits) - 1
    slot = np.int64((value * SPREAD) >> np.uint64(64 - bits))
    while slots[slot] >= 0 and table[slot] != value:
        slot = (slot + 1) & mask
    return slot


@kernel(nbt.int64(U64, I32W, I32W))
def group_equal(values: Any, groups: Any, first: Any) -> int:
    """Number equal values in the order in which they are met; how many groups.

    groups: int32[n], the group of each. first: int32[n], where each group was met first, filled from
    the start.
    """
    bits = 12
    table = np.empty(1 << bits, np.uint64)
    slots = np.full(1 << bits, -1, np.int32)
    count = 0
    for k in range(len(values)):
        slot = _slot_of(values[k], table, slots, bits)
        if slots[slot] < 0:
            if 2 * count >= len(table):
                bits += 2
                table = np.empty(1 << bits, np.uint64)
                slots = np.full(1 << bits, -1, np.int32)
                for group in range(count):
                    old = _slot_of(values[first[group]], table, slots, bits)
                    table[old] = values[first[group]]
                    slots[old] = group
                slot = _slot_of(values[k], table, slots, bits)
            table[slot] = values[k]
            slots[slot] = count
            first[count] = k
            count += 1
        groups[k] = slots[slot]
    return count
