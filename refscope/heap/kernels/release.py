"""What single groups hold on to: reachability within the subtree of a group instead of the whole heap."""

# ruff: noqa: PLR0917  columns are passed one by one: numba specialises on each

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types as nbt

from refscope.heap.kernels.compiler import BOOL, I32, I32W, I64, U8W, kernel, part

_BELOW, _STAYS, _SOURCE, _MEMBER = np.uint8(1), np.uint8(2), np.uint8(4), np.uint8(8)


@kernel(nbt.void(I64, I32, BOOL, I32W))
def count_references(offsets: Any, targets: Any, is_left_out: Any, counts: Any) -> None:
    """counts[t] += references to t from objects that are not left out."""
    for source in range(len(is_left_out)):
        if not is_left_out[source]:
            for edge in range(offsets[source], offsets[source + 1]):
                counts[targets[edge]] += 1


@part
def _is_cut(source: Any, target: Any, marks: Any, contents: Any, types: Any, class_of_type: Any) -> Any:
    if not marks[source] & _SOURCE:
        return False
    if contents:
        return target != class_of_type[types[source]]
    return (marks[target] & _MEMBER) != 0


@part
def _find_below(
    members: Any, contents: Any, child_offsets: Any, children: Any, marks: Any, below: Any
) -> Any:
    """Mark and list the subtrees under the members; members themselves only where these are let go of."""
    count = 0
    for member in members:
        first, end = (child_offsets[member], child_offsets[member + 1]) if contents else (0, 1)
        for k in range(first, end):
            v = children[k] if contents else member
            if not marks[v] & _BELOW:
                marks[v] |= _BELOW
                below[count] = v
                count += 1
    at = 0
    while at < count:
        v = below[at]
        at += 1
        for k in range(child_offsets[v], child_offsets[v + 1]):
            if not marks[children[k]] & _BELOW:
                marks[children[k]] |= _BELOW
                below[count] = children[k]
                count += 1
    return count


@part
def _count_own(heap: Any, below: Any, sources: Any, marks: Any, contents: Any, counts: Any, by: Any) -> None:
    """Add `by` for each reference from the subtrees, and for each one that is cut."""
    offsets, targets, types, class_of_type = heap
    for v in below:
        for edge in range(offsets[v], offsets[v + 1]):
            counts[targets[edge]] += by
    for source in sources:
        if marks[source] & _BELOW:
            continue
        for edge in range(offsets[source], offsets[source + 1]):
            if _is_cut(source, targets[edge], marks, contents, types, class_of_type):
                counts[targets[edge]] += by


@part
def _staying_bytes(
    heap: Any, below: Any, marks: Any, contents: Any, held: Any, sizes: Any, counts: Any
) -> Any:
    """Bytes of what is held from elsewhere, and of what that holds on to."""
    offsets, targets, types, class_of_type = heap
    stack = np.empty(len(below), np.int32)
    top = 0
    for v in below:
        if held[v] or counts[v] > 0:
            marks[v] |= _STAYS
            stack[top] = v
            top += 1
    total = np.int64(0)
    while top:
        top -= 1
        v = stack[top]
        total += sizes[v]
        for edge in range(offsets[v], offsets[v + 1]):
            target = targets[edge]
            if marks[target] & (_BELOW | _STAYS) != _BELOW:
                continue
            if not _is_cut(v, target, marks, contents, types, class_of_type):
                marks[target] |= _STAYS
                stack[top] = target
                top += 1
    return total


@kernel(nbt.int64(I64, I32, I32, I32, I32, I32, I32, I32, nbt.boolean, BOOL, I64, I32W, U8W, I32W))
def released_bytes(
    offsets: Any,
    targets: Any,
    types: Any,
    class_of_type: Any,
    child_offsets: Any,
    children: Any,
    sources: Any,
    members: Any,
    contents: Any,
    held: Any,
    sizes: Any,
    counts: Any,
    marks: Any,
    below: Any,
) -> int:
    """Bytes that would go if `sources` let go of `members` (contents: of all that the sources hold but
    their classes; members = sources then).

    What goes has a best chain through a member, so only the subtrees below are looked at: what of them
    is held from elsewhere, and what that holds on to, stays. child_offsets, children: the tree of best
    chains. counts: int32[n], as `count_references` gives them; the same afterwards. marks: uint8[n], 0
    before and after. below: int32[n], scratch. O(subtrees and their references).
    """
    heap = (offsets, targets, types, class_of_type)
    for source in sources:
        marks[source] |= _SOURCE
    if not contents:
        for member in members:
            marks[member] |= _MEMBER
    count = _find_below(members, contents, child_offsets, children, marks, below)
    found = below[:count]
    total = np.int64(0)
    for v in found:
        total += sizes[v]
    _count_own(heap, found, sources, marks, contents, counts, -1)  # those from elsewhere are left
    total -= _staying_bytes(heap, found, marks, contents, held, sizes, counts)
    _count_own(heap, found, sources, marks, contents, counts, 1)
    for v in found:
        marks[v] = 0
    for v in sources:
        marks[v] = 0
    for v in members:
        marks[v] = 0
    return int(total)
