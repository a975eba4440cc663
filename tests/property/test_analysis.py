"""The analysis of any heap agrees with brute force, with networkx, and with itself."""

from __future__ import annotations

from typing import Any

import networkx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from refscope.analysis.dominators import find_dominators
from refscope.analysis.paths import PathFinder
from refscope.analysis.roots import find_roots
from refscope.analysis.trees import KeyTable, spanning_tree
from refscope.analysis.whatif import Releases, freed_by
from refscope.heap import kernels
from tests.builders import from_edges
from tests.property import twins

EXAMPLES = settings(max_examples=150, deadline=None)


@st.composite
def heaps(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]], list[int], dict[str, int]]:
    """(objects, references, modules, unseen references); garbage holds itself, as it must to be there."""
    n = draw(st.integers(1, 12))
    index = st.integers(0, n - 1)
    edges = draw(st.lists(st.tuples(index, index), max_size=30))
    roots = sorted(set(draw(st.lists(index, min_size=1, max_size=3))))
    unseen = {f"n{each}": 1 for each in draw(st.sets(index, max_size=2))}
    held = {*roots, *(target for _, target in edges), *(int(name[1:]) for name in unseen)}
    edges += [(each, each) for each in range(n) if each not in held]
    return n, edges, roots, unseen


def _starts(roots: list[int], unseen: dict[str, int]) -> list[int]:
    return sorted({*roots, *(int(name[1:]) for name in unseen)})


@given(heaps())
@EXAMPLES
def test_garbage_is_what_nothing_outside_reaches(case: Any) -> None:
    n, edges, roots, unseen = case
    found = find_roots(from_edges(n, edges, roots, unseen=unseen).graph)
    assert set(np.flatnonzero(~found.garbage)) == twins.reached(n, edges, _starts(roots, unseen))
    assert not found.own.any()
    assert len(found.negative) == 0


@given(heaps())
@EXAMPLES
def test_garbage_cycles_are_the_components_that_networkx_finds(case: Any) -> None:
    n, edges, roots, unseen = case
    found = find_roots(from_edges(n, edges, roots, unseen=unseen).graph)
    garbage = networkx.DiGraph(edges).subgraph(np.flatnonzero(found.garbage).tolist())
    expected = [
        sorted(each)
        for each in networkx.strongly_connected_components(garbage)
        if len(each) > 1 or garbage.has_edge(*(2 * [next(iter(each))]))
    ]
    assert sorted(each.tolist() for each in found.cycles()) == sorted(expected)


@given(heaps())
@EXAMPLES
def test_the_entries_of_garbage_reach_all_of_it_and_none_can_be_spared(case: Any) -> None:
    n, edges, roots, unseen = case
    found = find_roots(from_edges(n, edges, roots, unseen=unseen).graph)
    entries = found.garbage_entries().tolist()
    garbage = set(np.flatnonzero(found.garbage))
    assert garbage <= twins.reached(n, edges, entries)
    for entry in entries:
        assert not garbage <= twins.reached(n, edges, set(entries) - {entry})


@given(heaps())
@EXAMPLES
def test_retained_sizes_are_what_removing_the_object_frees(case: Any) -> None:
    n, edges, roots, unseen = case
    built = from_edges(n, edges, roots, unseen=unseen, sizes={f"n{i}": 1 << i for i in range(n)})
    found = find_roots(built.graph)
    tree = find_dominators(built.graph, found)
    sizes = [1 << i for i in range(n)]
    for index in np.flatnonzero(~found.garbage).tolist():
        expected = twins.retained(n, edges, _starts(roots, unseen), sizes, index)
        assert tree.retained[index] == expected
        assert tree.retained_by([index]) == expected


@given(heaps())
@EXAMPLES
def test_immediate_dominators_are_those_of_brute_force_and_of_networkx(case: Any) -> None:
    n, edges, roots, unseen = case
    built = from_edges(n, edges, roots, unseen=unseen)
    found = find_roots(built.graph)
    tree = find_dominators(built.graph, found)
    starts = _starts(roots, unseen)
    with_root = networkx.DiGraph([*edges, *((n, start) for start in starts)])
    theirs = dict(networkx.immediate_dominators(with_root, n))
    for index in np.flatnonzero(~found.garbage).tolist():
        assert tree.idom[index] == twins.immediate_dominator(n, edges, starts, index)
        assert tree.idom[index] == theirs[index]


@given(heaps())
@EXAMPLES
def test_the_dominator_tree_adds_up_and_its_children_are_in_order(case: Any) -> None:
    n, edges, roots, unseen = case
    built = from_edges(n, edges, roots, unseen=unseen, sizes={f"n{i}": i + 1 for i in range(n)})
    tree = find_dominators(built.graph, find_roots(built.graph))
    assert tree.retained[tree.children()].sum() == built.snapshot.sizes.sum()
    for index in range(n):
        children = tree.children(index)
        below = tree.retained[children]
        assert tree.retained[index] == built.snapshot.sizes[index] + below.sum()
        assert (np.diff(below) <= 0).all()
        assert all(tree.dominates(index, child) for child in children.tolist())


@given(heaps(), st.data())
@EXAMPLES
def test_what_if_frees_what_brute_force_frees(case: Any, data: st.DataObject) -> None:
    n, edges, roots, unseen = case
    built = from_edges(n, edges, roots, unseen=unseen)
    cut = data.draw(st.lists(st.sampled_from(edges), max_size=4)) if edges else []
    cleared = data.draw(st.lists(st.integers(0, n - 1), max_size=2))
    starts = _starts(roots, unseen)
    found = find_roots(built.graph)
    freed = freed_by(built.graph, found, cut_edges=cut, cut_objects=cleared)
    left = [edge for edge in edges if edge not in cut and edge[0] not in cleared]
    after = twins.reached(n, left, starts)
    assert set(freed.objects.tolist()) == twins.reached(n, edges, starts) - after
    assert freed.size_bytes == 16 * freed.count
    behind = {target for edge, target in ((e, e[1]) for e in edges) if edge not in left}
    assert {each.object_index for each in freed.survivors} == behind & after
    for each in freed.survivors:
        assert set(each.holders) == {s for s, t in left if t == each.object_index and s in after}
        assert each.is_held_outside == (each.object_index in starts)


@given(heaps(), st.data())
@EXAMPLES
def test_shares_of_holders_add_up_to_what_goes_with_all_of_them(case: Any, data: st.DataObject) -> None:
    n, edges, roots, unseen = case
    built = from_edges(n, edges, roots, unseen=unseen)
    found = find_roots(built.graph)
    tree = find_dominators(built.graph, found)
    alive = np.flatnonzero(~found.garbage).tolist()
    holders = data.draw(st.lists(st.sampled_from(alive), unique=True, min_size=1, max_size=3))
    shares = tree.shares(holders)
    starts = _starts(roots, unseen)
    gone = twins.reached(n, edges, starts) - twins.reached(n, edges, starts, holders)
    assert shares.total == 16 * len(gone)
    assert shares.shared >= 0


@given(heaps())
@EXAMPLES
def test_best_chains_are_real_and_shortest(case: Any) -> None:
    n, edges, roots, unseen = case
    built = from_edges(n, edges, roots, unseen=unseen)
    found = find_roots(built.graph)
    finder = PathFinder(built.graph, found)
    native = [each for each in _starts(roots, unseen) if each not in roots]
    starts = [(root, 0) for root in roots] + [(each, 3) for each in native]
    places = twins.ranked_places(n, [(s, t, 0) for s, t in edges], starts)
    for index in range(n):
        chain = finder.shortest(index)
        assert (chain is None) == (index not in places)
        if chain is not None:
            assert len(chain.indexes) - 1 == places[index][1]
            assert chain.indexes[-1] == index
            assert chain.root.object_index == chain.indexes[0]
            assert all(edge in edges for edge in zip(chain.indexes, chain.indexes[1:], strict=False))


@given(heaps())
@EXAMPLES
def test_further_chains_are_real_simple_and_all_different(case: Any) -> None:
    n, edges, roots, unseen = case
    built = from_edges(n, edges, roots, unseen=unseen)
    finder = PathFinder(built.graph, find_roots(built.graph))
    starts = _starts(roots, unseen)
    for index in range(n):
        chains = finder.chains(index, 50)
        assert len({chain.indexes for chain in chains}) == len(chains)
        for chain in chains:
            assert len(set(chain.indexes)) == len(chain.indexes)
            assert chain.indexes[0] in starts
            assert all(edge in edges for edge in zip(chain.indexes, chain.indexes[1:], strict=False))
        if chains:
            holders = {s for s, t in edges if t == index and s in twins.reached(n, edges, starts, {index})}
            assert holders == {chain.indexes[-2] for chain in chains if len(chain.indexes) > 1}


@given(
    st.integers(1, 10).flatmap(
        lambda n: st.tuples(
            st.just(n),
            st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=30),
            st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, 3)), min_size=1, max_size=4),
            st.lists(st.integers(0, 3), min_size=n, max_size=n),
        )
    ),
    st.lists(st.integers(0, 3), min_size=16, max_size=16),
)
@EXAMPLES
def test_the_search_in_ranks_is_dijkstra_over_rank_and_distance(case: Any, table: list[int]) -> None:
    n, edges, starts, roles = case
    edges = sorted(edges)
    ranks = np.zeros((kernels.ROLES, kernels.ROLES), np.uint8)
    ranks[:4, :4] = np.array(table).reshape(4, 4)
    offsets = np.searchsorted([s for s, _ in edges], np.arange(n + 1)).astype(np.int64)
    starts = sorted(dict(starts).items(), key=lambda start: start[1])
    columns = [np.empty(n, np.int32) for _ in range(4)]
    ends = np.zeros(4, np.int64)
    count = kernels.search(
        offsets, np.array([t for _, t in edges], np.int32), np.array(roles, np.uint8), ranks.ravel(), 2,
        np.zeros(n, np.int32), np.array([-1], np.int32), np.array([s for s, _ in starts], np.int32),
        np.array([r for _, r in starts], np.uint8), np.zeros(n, np.bool_), ends, *columns,
    )  # fmt: skip
    order, aboves, places, distances = (column[:count].tolist() for column in columns)
    weighted = [(s, t, int(ranks[roles[s], roles[t]])) for s, t in edges]
    places_by_twin = twins.ranked_places(n, weighted, starts)
    found = {
        each: (int(np.searchsorted(ends, k, side="right")), distances[k]) for k, each in enumerate(order)
    }
    assert found == places_by_twin
    for k, above in enumerate(aboves):
        if above >= 0:
            assert edges[offsets[order[above]] + places[k]] == (order[above], order[k])
            assert distances[k] == distances[above] + 1


@given(heaps(), st.data())
@EXAMPLES
def test_what_a_group_releases_is_what_cutting_it_off_in_the_whole_heap_frees(
    case: Any, data: st.DataObject
) -> None:
    n, edges, roots, unseen = case
    immortal = {f"n{each}": -1 for each in data.draw(st.sets(st.integers(0, n - 1), max_size=2))}
    graph = from_edges(n, edges, roots, unseen=unseen, counts=immortal).graph
    found = find_roots(graph)
    finder = PathFinder(graph, found)
    releases = Releases(graph, found, spanning_tree(finder, KeyTable()))
    reached = st.sampled_from(sorted(finder.order().tolist()))
    for _ in range(2):  # it is as good as new after a question
        holder = data.draw(reached)
        members = data.draw(st.lists(reached, min_size=1, max_size=4, unique=True))
        cut = freed_by(graph, found, cut_edges=[(holder, member) for member in members])
        assert (
            releases.of_members(np.array([holder], np.int32), np.array(members, np.int32)) == cut.size_bytes
        )
        cleared = freed_by(graph, found, cut_objects=members)
        assert releases.of_contents(np.array(members, np.int32)) == cleared.size_bytes
