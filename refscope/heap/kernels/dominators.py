"""Immediate dominators and retained sizes."""

# ruff: noqa: PLR0917  columns are passed one by one: numba specialises on each

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types as nbt

from refscope.heap.kernels.compiler import BOOL, I32, I32W, I64, I64W, kernel, part


@part
def _number(
    offsets: Any, targets: Any, starts: Any, is_left_out: Any, number: Any, object_of: Any, parent: Any
) -> Any:
    """Depth-first numbers from 1 (0 is the virtual root), and each one's parent in the tree."""
    path = np.empty(len(number) + 1, np.int32)
    cursor = np.empty(len(number) + 1, np.int64)
    count = 1
    for start in starts:
        if number[start] >= 0 or is_left_out[start]:
            continue
        number[start] = count
        object_of[count] = start
        parent[count] = 0
        count += 1
        depth = 0
        path[0] = start
        cursor[0] = offsets[start]
        while depth >= 0:
            source = path[depth]
            if cursor[depth] == offsets[source + 1]:
                depth -= 1
                continue
            target = targets[cursor[depth]]
            cursor[depth] += 1
            if number[target] >= 0 or is_left_out[target]:
                continue
            number[target] = count
            object_of[count] = target
            parent[count] = number[source]
            count += 1
            depth += 1
            path[depth] = target
            cursor[depth] = offsets[target]
    return count


@part
def _best(v: Any, linked: Any, ancestor: Any, semi: Any, label: Any, stack: Any) -> Any:
    """The number with least semidominator on v's path of linked ancestors, which it shortens."""
    if ancestor[v] < linked:
        return label[v]
    top = 0
    while ancestor[v] >= linked:
        stack[top] = v
        top += 1
        v = ancestor[v]
    while top:
        top -= 1
        u = stack[top]
        if semi[label[v]] < semi[label[u]]:
            label[u] = label[v]
        ancestor[u] = ancestor[v]
        v = u
    return label[v]


@kernel(nbt.int64(I64, I32, I64, I32, I32, BOOL, I64, I32W, I64W))
def dominate(
    offsets: Any,
    targets: Any,
    reverse_offsets: Any,
    sources: Any,
    starts: Any,
    is_left_out: Any,
    sizes: Any,
    idom: Any,
    retained: Any,
) -> int:
    """Immediate dominators under a virtual root that holds `starts`, and what each object retains.

    Semi-NCA (Georgiadis, Linear-time algorithms for dominators and related problems, 2005). idom:
    int32[n], −1 at first, n = the virtual root. retained: int64[n], written for what is reached.
    is_left_out: objects that are not there. Returns how many are reached.
    """
    n = len(idom)
    number = np.full(n, -1, np.int32)
    object_of = np.empty(n + 1, np.int32)
    parent = np.empty(n + 1, np.int32)
    is_start = np.zeros(n, np.bool_)
    for start in starts:
        is_start[start] = True
    count = _number(offsets, targets, starts, is_left_out, number, object_of, parent)
    semi = np.arange(count).astype(np.int32)
    label = semi.copy()
    ancestor = parent[:count].copy()
    stack = np.empty(count, np.int32)
    for w in range(count - 1, 0, -1):
        target = object_of[w]
        if is_start[target]:
            semi[w] = 0
            continue
        best = parent[w]
        for edge in range(reverse_offsets[target], reverse_offsets[target + 1]):
            v = number[sources[edge]]
            if v >= 0:
                best = min(best, semi[_best(v, w + 1, ancestor, semi, label, stack)])
        semi[w] = best
    above = parent  # rewritten from the top down: immediate dominators, as numbers
    for w in range(1, count):
        v = above[w]
        while v > semi[w]:
            v = above[v]
        above[w] = v
    for w in range(count - 1, 0, -1):
        target = object_of[w]
        retained[target] += sizes[target]
        if above[w]:
            idom[target] = object_of[above[w]]
            retained[object_of[above[w]]] += retained[target]
        else:
            idom[target] = n
    return int(count - 1)


@kernel(nbt.void(I64, I32, I32, BOOL, I64, I64W))
def retain_by_type(
    child_offsets: Any, children: Any, types: Any, is_hidden: Any, retained: Any, sums: Any
) -> None:
    """sums[t] = what objects of type t retain, those inside another of the type not counted again.

    children: the dominator tree in CSR form, row n = the virtual root.
    """
    n = len(types)
    inside = np.zeros(len(sums), np.int32)
    path = np.empty(n + 1, np.int32)
    cursor = np.empty(n + 1, np.int64)
    path[0] = n
    cursor[0] = child_offsets[n]
    depth = 0
    while depth >= 0:
        v = path[depth]
        if cursor[depth] == child_offsets[v + 1]:
            if v < n:
                inside[types[v]] -= 1
            depth -= 1
            continue
        child = children[cursor[depth]]
        cursor[depth] += 1
        kind = types[child]
        if inside[kind] == 0 and not is_hidden[child]:
            sums[kind] += retained[child]
        if child_offsets[child] == child_offsets[child + 1]:
            continue
        inside[kind] += 1
        depth += 1
        path[depth] = child
        cursor[depth] = child_offsets[child]
