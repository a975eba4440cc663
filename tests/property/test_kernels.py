"""Kernels agree with their pure-Python twins on any columns."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from refscope.analysis.dominators import find_dominators
from refscope.analysis.paths import PathFinder
from refscope.analysis.roots import find_roots
from refscope.heap import kernels
from tests.builders import from_edges, heap
from tests.property import twins

EXAMPLES = settings(max_examples=100, deadline=None)


def graphs(most: int = 10) -> st.SearchStrategy[list[list[int]]]:
    """Referents per object."""
    return st.integers(1, most).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, n - 1), max_size=5), min_size=n, max_size=n)
    )


def csr(held: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    offsets = np.concatenate([[0], np.cumsum([len(each) for each in held])]).astype(np.int64)
    return offsets, np.array([t for each in held for t in each], np.int32)


def rows(offsets: np.ndarray, values: np.ndarray) -> list[list[int]]:
    return [values[a:b].tolist() for a, b in pairwise(offsets)]


@given(graphs())
@EXAMPLES
def test_reversing_lists_all_referrers_ascending(held: list[list[int]]) -> None:
    offsets, targets = csr(held)
    counts = np.zeros(len(held), np.int64)
    kernels.count_values(targets, counts)
    reverse_offsets = np.concatenate([[0], np.cumsum(counts)])
    sources = np.empty(len(targets), np.int32)
    kernels.reverse_edges(offsets, targets, reverse_offsets, sources)
    expected = [[s for s, each in enumerate(held) for t in each if t == i] for i in range(len(held))]
    assert rows(reverse_offsets, sources) == expected


@given(graphs(), st.data())
@EXAMPLES
def test_appended_references_stand_at_the_end_of_their_rows(
    held: list[list[int]], data: st.DataObject
) -> None:
    index = st.integers(0, len(held) - 1)
    more = sorted(data.draw(st.lists(st.tuples(index, index), max_size=6)), key=lambda pair: pair[0])
    offsets, targets = csr(held)
    new_offsets, new_targets = np.empty_like(offsets), np.empty(len(targets) + len(more), np.int32)
    added = np.array(more, np.int32).reshape(-1, 2).T.copy()
    kernels.append_edges(offsets, targets, added[0], added[1], new_offsets, new_targets)
    assert rows(new_offsets, new_targets) == [
        each + [t for s, t in more if s == i] for i, each in enumerate(held)
    ]


@given(graphs(), st.data())
@EXAMPLES
def test_rows_without_their_class_are_those_that_do_not_refer_to_it(held: Any, data: st.DataObject) -> None:
    n = len(held)
    types = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    classes = data.draw(st.lists(st.integers(-1, n - 1), min_size=3, max_size=3))
    found = np.empty(n, np.int32)
    count = kernels.rows_without_class(
        *csr(held), np.array(types, np.int32), np.array(classes, np.int32), found
    )
    expected = [i for i in range(n) if classes[types[i]] >= 0 and classes[types[i]] not in held[i]]
    assert found[:count].tolist() == expected


@given(graphs(), st.data())
@EXAMPLES
def test_the_globals_of_a_function_are_its_first_dict(held: list[list[int]], data: st.DataObject) -> None:
    flags = st.lists(st.booleans(), min_size=len(held), max_size=len(held))
    is_function, is_dict = data.draw(flags), data.draw(flags)
    marked = np.zeros(len(held), np.bool_)
    kernels.mark_globals(*csr(held), np.array(is_function), np.array(is_dict), marked)
    firsts = [
        next((t for t in each if is_dict[t]), None) for each, f in zip(held, is_function, strict=True) if f
    ]
    assert set(np.flatnonzero(marked)) == {first for first in firsts if first is not None}


@given(st.lists(st.integers(0, 5), max_size=40))
@EXAMPLES
def test_equal_values_are_grouped_in_the_order_of_meeting(values: list[int]) -> None:
    groups, first = np.empty(len(values), np.int32), np.empty(len(values), np.int32)
    count = kernels.group_equal(np.array(values, np.uint64), groups, first)
    met = list(dict.fromkeys(values))
    assert groups.tolist() == [met.index(each) for each in values]
    assert first[:count].tolist() == [values.index(each) for each in met]


def test_many_groups_outgrow_the_first_table() -> None:
    values = np.repeat(np.arange(20_000, dtype=np.uint64) * np.uint64(7919), 2)
    groups, first = np.empty(len(values), np.int32), np.empty(len(values), np.int32)
    assert kernels.group_equal(values, groups, first) == 20_000
    assert groups.tolist() == [k // 2 for k in range(40_000)]


@given(graphs(12), st.lists(st.integers(0, 11), min_size=1, max_size=3))
@EXAMPLES
def test_sums_over_the_forest_of_chains_count_each_object_once(
    held: list[list[int]], roots: list[int]
) -> None:
    n = len(held)
    edges = [(s, t) for s, each in enumerate(held) for t in each]
    finder = PathFinder(
        (built := from_edges(n, edges, [r % n for r in roots])).graph, find_roots(built.graph)
    )
    weights = np.arange(1, n + 1, dtype=np.int64)
    sums = kernels.subtree_sums(finder.order(), finder.parents(), weights)
    chains = [finder.shortest(i) for i in range(n)]
    for index in range(n):
        below = [i for i, chain in enumerate(chains) if chain and index in chain.indexes]
        assert sums[index] == weights[below].sum()
    assert sums[n] == sum(int(weights[i]) for i, chain in enumerate(chains) if chain)


@given(graphs(12), st.data())
@EXAMPLES
def test_what_a_type_retains_is_the_union_of_the_trees_of_its_objects(held: Any, data: st.DataObject) -> None:
    n = len(held)
    kinds = data.draw(st.lists(st.sampled_from(["app.A", "app.B"]), min_size=n, max_size=n))
    edges = [(s, t) for s, each in enumerate(held) for t in each]
    built = from_edges(n, edges, [0], types={f"n{i}": kind for i, kind in enumerate(kinds)})
    found = find_roots(built.graph)
    tree = find_dominators(built.graph, found)
    by_type = tree.retained_by_type()
    visible = np.flatnonzero(~found.own).tolist()
    for kind in set(kinds):
        union = {i for i in visible for top in visible if kinds[top] == kind and tree.dominates(top, i)}
        assert by_type[built.graph.type_row(kind)] == 16 * len(union)


@given(graphs(12), st.data())
@EXAMPLES
def test_objects_whose_chains_are_of_one_shape_have_one_type(held: Any, data: st.DataObject) -> None:
    n = len(held)
    kinds = data.draw(st.lists(st.sampled_from(["app.A", "list", "dict"]), min_size=n, max_size=n))
    objects = [f"n{i}:{kind}" for i, kind in enumerate(kinds)]
    references = [f"n{s} -> n{t}" for s, each in enumerate(held) for t in each]
    built = heap("; ".join([*objects, *references, "root -> n0"]))
    finder = PathFinder(built.graph, find_roots(built.graph))
    shapes = finder.shapes()
    ends: dict[int, set[str]] = {}
    for index in range(n + 1):
        if finder.shortest(index) is not None:
            ends.setdefault(int(shapes[index]), set()).add(built.graph.type_name(index))
    assert all(len(types) == 1 for types in ends.values())


@given(graphs(12), st.sets(st.integers(0, 11), max_size=3), st.sets(st.integers(0, 11), max_size=2))
@EXAMPLES
def test_reach_stops_at_closed_objects_and_cut_references(
    held: Any, starts: set[int], closed: set[int]
) -> None:
    n = len(held)
    edges = [(s, t) for s, each in enumerate(held) for t in each]
    cut = set(edges[::3])
    starts, closed = {s % n for s in starts}, {c % n for c in closed}
    is_closed = np.isin(np.arange(n), list(closed))
    keys = np.array(sorted(s << 32 | t for s, t in cut), np.uint64)
    reached = np.zeros(n, np.bool_)
    count = kernels.reach(*csr(held), np.array(sorted(starts), np.int32), is_closed, keys, reached)
    left = [(s, t) for s, t in edges if (s, t) not in cut and s not in closed]
    assert set(np.flatnonzero(reached)) == twins.reached(n, left, starts)
    assert count == reached.sum()


def test_counters_of_references_do_not_forget_repetitions() -> None:
    built = from_edges(3, [(0, 1), (0, 1), (1, 2), (2, 2)])
    assert built.graph.in_degrees().tolist() == [Counter([1, 1, 2, 2])[i] for i in range(3)]
