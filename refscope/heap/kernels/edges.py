"""Counting, reversing and completing references, and what they reach."""

# ruff: noqa: PLR0917  columns are passed one by one: numba specialises on each

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types as nbt

from refscope.heap.kernels.compiler import BOOL, BOOLW, I32, I32W, I64, I64W, U64, U64W, kernel


@kernel(nbt.void(I32, I64W))
def count_values(values: Any, counts: Any) -> None:
    """counts[v] += 1 for each v (numpy's bincount holds the GIL); negative values are skipped."""
    for i in range(len(values)):
        if values[i] >= 0:
            counts[values[i]] += 1


@kernel(nbt.void(I32, I64W))
def add_up(lengths: Any, offsets: Any) -> None:
    """offsets[i + 1] = offsets[i] + lengths[i] (numpy's cumsum of int32 holds the GIL), from 0 on."""
    offsets[0] = 0
    for i in range(len(lengths)):
        offsets[i + 1] = offsets[i] + lengths[i]


@kernel(nbt.void(I32, I64, I64W))
def sum_values(values: Any, weights: Any, sums: Any) -> None:
    """sums[values[i]] += weights[i]; negative values are skipped."""
    for i in range(len(values)):
        if values[i] >= 0:
            sums[values[i]] += weights[i]


@kernel(nbt.int64(U64, nbt.uint64, U64W, I32W))
def split_runs(marked: Any, mark: Any, kept: Any, degrees: Any) -> int:
    """Runs of values, each ended by the mark, without the marks, and the length of each run.

    kept: uint64[values − runs]; degrees: int32[runs]. Returns how many runs there are, less 2³² where
    something stands behind the last mark; what does not fit is not written.
    """
    out = 0
    runs = 0
    start = 0
    for i in range(len(marked)):
        if marked[i] != mark:
            if out < len(kept):
                kept[out] = marked[i]
            out += 1
            continue
        if runs < len(degrees):
            degrees[runs] = out - start
        start = out
        runs += 1
    return runs if start == out else runs - (1 << 32)


@kernel(nbt.int64(I32W, nbt.int64, I32, U64W))
def fill_gaps(targets: Any, first: Any, found: Any, ids: Any) -> int:
    """Put found[k] in place of the k-th −1 in targets[first:], and keep the ids of those still −1.

    ids: uint64, what each −1 stands for, in order; filled from the start. Returns how many are left.
    """
    k = 0
    left = 0
    for edge in range(first, len(targets)):
        if targets[edge] >= 0:
            continue
        if k == len(found):
            break
        targets[edge] = found[k]
        if found[k] < 0:
            ids[left] = ids[k]
            left += 1
        k += 1
    return left


@kernel(nbt.int64(I32, U64, U64W))
def keep_missing(rows: Any, ids: Any, missing: Any) -> int:
    """missing = ids[rows < 0], in order; how many. missing: uint64[n]."""
    count = 0
    for i in range(len(rows)):
        if rows[i] < 0:
            missing[count] = ids[i]
            count += 1
    return count


@kernel(nbt.void(I64, I32, I64, I32W))
def reverse_edges(offsets: Any, targets: Any, reverse_offsets: Any, sources: Any) -> None:
    """sources[reverse_offsets[t] : reverse_offsets[t + 1]] = the referrers of t, ascending."""
    cursor = reverse_offsets[:-1].copy()
    for source in range(len(offsets) - 1):
        for edge in range(offsets[source], offsets[source + 1]):
            place = cursor[targets[edge]]
            sources[place] = np.int32(source)
            cursor[targets[edge]] = place + 1


@kernel(nbt.int64(I64, I32, I32, I32, I32W))
def rows_without_class(offsets: Any, targets: Any, types: Any, class_of_type: Any, rows: Any) -> int:
    """The rows that do not refer to their class although they own a reference to it.

    class_of_type: int32[types], row of the class, −1 = instances own none. rows: int32[n], filled
    from the start; returns how many.
    """
    count = 0
    for row in range(len(types)):
        owner = class_of_type[types[row]]
        if owner < 0:
            continue
        edge = offsets[row + 1] - 1  # most report it last
        while edge >= offsets[row] and targets[edge] != owner:
            edge -= 1
        if edge < offsets[row]:
            rows[count] = np.int32(row)
            count += 1
    return count


@kernel(nbt.void(I64, I32, I32, I32, I64W, I32W))
def append_edges(
    offsets: Any, targets: Any, rows: Any, extra: Any, new_offsets: Any, new_targets: Any
) -> None:
    """The same edges with extra[k] added at the end of rows[k]'s; `rows` ascending."""
    done = 0
    out = 0
    for row in range(len(offsets) - 1):
        new_offsets[row] = out
        for edge in range(offsets[row], offsets[row + 1]):
            new_targets[out] = targets[edge]
            out += 1
        while done < len(rows) and rows[done] == row:
            new_targets[out] = extra[done]
            out += 1
            done += 1
    new_offsets[len(offsets) - 1] = out


@kernel(nbt.void(I64, I32, BOOL, BOOL, BOOLW))
def mark_globals(offsets: Any, targets: Any, is_function: Any, is_dict: Any, is_globals: Any) -> None:
    """Mark the first dict of each function: CPython reports `__globals__` ahead of all other dicts."""
    for row in range(len(is_function)):
        if is_function[row]:
            for edge in range(offsets[row], offsets[row + 1]):
                if is_dict[targets[edge]]:
                    is_globals[targets[edge]] = True
                    break


@kernel(nbt.int64(I64, I32, I32, BOOL, U64, BOOLW))
def reach(offsets: Any, targets: Any, starts: Any, is_closed: Any, cut_edges: Any, reached: Any) -> int:
    """Mark all that `starts` reach; how many are newly marked.

    What is marked already is not walked again. is_closed: objects whose references do not count.
    cut_edges: uint64, ascending, source << 32 | target of references that do not count.
    """
    stack = np.empty(len(reached), np.int32)
    top = 0
    count = 0
    for start in starts:
        if not reached[start]:
            reached[start] = True
            stack[top] = start
            top += 1
            count += 1
    while top:
        top -= 1
        source = stack[top]
        if is_closed[source]:
            continue
        first = 0
        if len(cut_edges):
            first = int(np.searchsorted(cut_edges, np.uint64(source) << np.uint64(32)))
        has_cuts = first < len(cut_edges) and cut_edges[first] >> np.uint64(32) == np.uint64(source)
        for edge in range(offsets[source], offsets[source + 1]):
            target = targets[edge]
            if reached[target]:
                continue
            if has_cuts:
                key = np.uint64(source) << np.uint64(32) | np.uint64(target)
                at = np.searchsorted(cut_edges, key)
                if at < len(cut_edges) and cut_edges[at] == key:
                    continue
            reached[target] = True
            stack[top] = target
            top += 1
            count += 1
    return count


@kernel(nbt.int64(I64, I32, I32, BOOL, I32W))
def components(offsets: Any, targets: Any, members: Any, is_member: Any, component: Any) -> int:
    """Strongly connected components among `members` (Tarjan 1972, iterative); how many.

    component: int32[n], −1 at first; numbered so that a component comes after all it refers to.
    """
    n = len(component)
    number = np.zeros(n, np.int32)
    low = np.zeros(n, np.int32)
    cursor = np.empty(len(members), np.int64)
    path = np.empty(len(members), np.int32)
    open_objects = np.empty(len(members), np.int32)
    n_open = 0
    next_number = 1
    count = 0
    for start in members:
        if number[start]:
            continue
        depth = 0
        path[0] = start
        cursor[0] = offsets[start]
        number[start] = low[start] = next_number
        next_number += 1
        open_objects[n_open] = start
        n_open += 1
        while depth >= 0:
            v = path[depth]
            if cursor[depth] < offsets[v + 1]:
                t = targets[cursor[depth]]
                cursor[depth] += 1
                if not is_member[t]:
                    continue
                if number[t] == 0:
                    number[t] = low[t] = next_number
                    next_number += 1
                    open_objects[n_open] = t
                    n_open += 1
                    depth += 1
                    path[depth] = t
                    cursor[depth] = offsets[t]
                elif component[t] < 0:
                    low[v] = min(low[v], number[t])
                continue
            depth -= 1
            if depth >= 0:
                low[path[depth]] = min(low[path[depth]], low[v])
            if low[v] == number[v]:
                while True:
                    n_open -= 1
                    w = open_objects[n_open]
                    component[w] = count
                    if w == v:
                        break
                count += 1
    return count


@kernel(nbt.void(I64, I32, I32, I32, BOOLW))
def mark_held_components(offsets: Any, targets: Any, members: Any, component: Any, is_held: Any) -> None:
    """Mark the components that members of other components refer to."""
    for source in members:
        for edge in range(offsets[source], offsets[source + 1]):
            other = component[targets[edge]]
            if other >= 0 and other != component[source]:
                is_held[other] = True
