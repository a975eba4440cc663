"""The forest of best chains as a tree: children, sums, subtrees, and what differs between two of them.

Node n, behind the last object, is the virtual root. parents: int32[n], −1 = under the virtual root,
−2 = not in the tree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types as nbt

from refscope.heap.kernels.compiler import I32, I32W, I64, I64W, kernel


@kernel(nbt.void(I32, I32W, I32W))
def list_children(parents: Any, offsets: Any, children: Any) -> None:
    """children[offsets[v] : offsets[v + 1]] = the children of v, ascending; v = n: the virtual root.

    offsets: int32[n + 2], 0 at first. children: int32, one per object of the tree.
    """
    n = len(parents)
    for row in range(n):
        parent = parents[row] if parents[row] != -1 else np.int32(n)
        if parent >= 0:
            offsets[parent] += 1
    for v in range(n + 1):
        offsets[v + 1] += offsets[v]
    for row in range(n - 1, -1, -1):  # offsets[v] is the end of v's children, and comes to be their start
        parent = parents[row] if parents[row] != -1 else np.int32(n)
        if parent >= 0:
            offsets[parent] -= 1
            children[offsets[parent]] = row


@kernel(I64W(I32, I32, I64))
def subtree_sums(order: Any, parents: Any, weights: Any) -> Any:
    """int64[n + 1]: the weights of each object and all below it; entry n is the sum of all.

    order: the objects of the tree, parents before their children. weights: int64[n]; empty = 1 each.
    """
    n = len(parents)
    sums = np.zeros(n + 1, np.int64)
    for k in range(len(order) - 1, -1, -1):
        row = order[k]
        sums[row] += weights[row] if len(weights) else 1
        sums[parents[row] if parents[row] >= 0 else n] += sums[row]
    return sums


@kernel(I32W(I32, I32, I32))
def children_of(offsets: Any, children: Any, nodes: Any) -> Any:
    """The children of all these nodes, one after the other."""
    total = 0
    for node in nodes:
        total += offsets[node + 1] - offsets[node]
    found = np.empty(total, np.int32)
    at = 0
    for node in nodes:
        for k in range(offsets[node], offsets[node + 1]):
            found[at] = children[k]
            at += 1
    return found


@kernel(I32W(I32, I32, I32, nbt.int64))
def subtree_rows(offsets: Any, children: Any, nodes: Any, most: Any) -> Any:
    """These nodes and what is below them, level by level; no level begins after `most` were found."""
    found = np.empty(max(1024, len(nodes)), np.int32)
    count = 0
    for node in nodes:
        found[count] = node
        count += 1
    start = 0
    while start < count < most:
        end = count
        for k in range(start, end):
            node = found[k]
            more = offsets[node + 1] - offsets[node]
            if count + more > len(found):
                grown = np.empty(2 * (count + more), np.int32)
                grown[:count] = found[:count]
                found = grown
            for at in range(offsets[node], offsets[node + 1]):
                found[count] = children[at]
                count += 1
        start = end
    return found[:count].copy()


@kernel(nbt.void(I32, I32, I32W))
def take(values: Any, rows: Any, found: Any) -> None:
    """found[i] = values[rows[i]]: numpy would make int64 of the rows first."""
    for i in range(len(rows)):
        found[i] = values[rows[i]]


@kernel(nbt.void(I32, I64W, I32W))
def order_by_key(keys: Any, ends: Any, order: Any) -> None:
    """order = positions by key, equals as they stand (numpy's stable sort takes 0.5 s per million).

    ends: int64[greatest key + 1], 0 at first: how far the positions of each key and all below go.
    """
    for i in range(len(keys)):
        ends[keys[i]] += 1
    for key in range(1, len(ends)):
        ends[key] += ends[key - 1]
    for i in range(len(keys) - 1, -1, -1):
        ends[keys[i]] -= 1
        order[ends[keys[i]]] = i
    for key in range(len(ends) - 1):  # they are the starts now
        ends[key] = ends[key + 1]
    if len(ends):
        ends[len(ends) - 1] = len(keys)


@kernel(nbt.void(I32W, I32, I32))
def keep_equal(rows: Any, earlier: Any, now: Any) -> None:
    """rows[i] = −1 where earlier[rows[i]] is not now[i]."""
    for i in range(len(rows)):
        if rows[i] >= 0 and earlier[rows[i]] != now[i]:
            rows[i] = -1


@kernel(I32W(I32, I32, I32, I64, nbt.int64))
def with_more_children(rows: Any, earlier: Any, now: Any, sums: Any, least: Any) -> Any:
    """Objects that have more children than they had, ascending.

    rows: int32[n], the object's row in the earlier heap, −1 = none. earlier, now: offsets of children.
    sums: of subtrees; those below `least` are left out.
    """
    found = np.empty(len(rows), np.int32)
    count = 0
    for row in range(len(rows)):
        old = rows[row]
        if old < 0 or sums[row] < least:
            continue
        if now[row + 1] - now[row] > earlier[old + 1] - earlier[old]:
            found[count] = row
            count += 1
    return found[:count].copy()


@kernel(I32W(I32, I64, I64, nbt.int64))
def with_more(rows: Any, earlier: Any, now: Any, least: Any) -> Any:
    """Objects whose value rose by `least` at least, ascending. rows: as above."""
    found = np.empty(len(rows), np.int32)
    count = 0
    for row in range(len(rows)):
        if rows[row] >= 0 and now[row] - earlier[rows[row]] >= least:
            found[count] = row
            count += 1
    return found[:count].copy()


@kernel(nbt.void(I32, I32, I64, I64W))
def add_upwards(parents: Any, nodes: Any, amounts: Any, sums: Any) -> None:
    """Add each amount to its node, to all nodes above it, and to the virtual root. sums: int64[n + 1]."""
    n = len(parents)
    for k in range(len(nodes)):
        node = nodes[k]
        while 0 <= node < n:
            sums[node] += amounts[k]
            node = parents[node]
        sums[n] += amounts[k]
