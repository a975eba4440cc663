"""Laws of the layout on random graphs: no overlaps, old nodes stay, the lit path on one line."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from refscope.present.graph_state import Limits
from refscope.present.hops import Side
from refscope.present.layout import arrange, tidy
from refscope.present.layout_place import isotonic
from refscope.present.layout_rest import find_room, overlaps
from refscope.present.scene import Box, Scene
from refscope.present.visible_graph import VisibleGraph
from tests.present_heaps import BuiltHeap, registry_chain, registry_heap
from tests.property.test_visible_graph_laws import QUICK, grown_graphs

boxes = st.builds(Box, st.integers(-300, 300), st.integers(-300, 300), st.integers(20, 240), st.just(46))


def assert_no_overlaps(scene: Scene) -> None:
    for (a, one), (b, other) in combinations(scene.boxes.items(), 2):
        assert not overlaps(one, other), (a, b)


@QUICK
@given(grown_graphs())
def test_no_two_nodes_overlap_after_any_operations(made: tuple[BuiltHeap, VisibleGraph]):
    _, graph = made
    pinned = {key for key, _, _ in graph.state.pins}
    scene = arrange(graph)
    assert set(scene.boxes) == {node.key for node in graph.nodes}
    if len(pinned & set(scene.boxes)) < 2:  # two pinned nodes stand where a person put them
        assert_no_overlaps(scene)


@QUICK
@given(grown_graphs(), st.data())
def test_growing_moves_no_old_node_and_overlaps_none(
    made: tuple[BuiltHeap, VisibleGraph], data: st.DataObject
):
    _, graph = made
    graph = graph.unpin()
    before = arrange(graph)
    key = data.draw(st.sampled_from([node.key for node in graph.nodes]))
    grown = graph.expand(key, data.draw(st.sampled_from(Side)))
    after = arrange(grown, before, beside=key)
    assert all(after.boxes[old] == box for old, box in before.boxes.items() if old in after.boxes)
    assert set(after.boxes) == {node.key for node in grown.nodes}
    assert_no_overlaps(after)


@QUICK
@given(grown_graphs())
def test_the_same_graph_is_laid_out_the_same_way(made: tuple[BuiltHeap, VisibleGraph]):
    _, graph = made
    assert arrange(graph) == arrange(graph)


@QUICK
@given(grown_graphs(), st.integers(-400, 400), st.integers(-400, 400))
def test_a_pinned_node_stands_where_it_was_pinned(made: tuple[BuiltHeap, VisibleGraph], x: int, y: int):
    _, graph = made
    key = graph.unpin().nodes[-1].key
    scene = tidy(graph.unpin().move(key, x, y))
    assert (scene.boxes[key].x, scene.boxes[key].y) == (x, y)
    assert_no_overlaps(scene)


@QUICK
@given(st.integers(1, 40), st.integers(1, 12))
def test_the_lit_path_lies_on_one_line_from_left_to_right(loaders: int, siblings: int):
    heap = registry_heap(loaders)
    graph = VisibleGraph.open(
        heap.reader(), heap.names["loader0"], registry_chain(heap), limits=Limits(siblings=siblings)
    )
    path = [arrange(graph).boxes[key] for key in graph.path_keys]
    assert len({box.y for box in path}) == 1
    assert all(a.x + a.width < b.x for a, b in pairwise(path))


@given(boxes, st.lists(boxes, max_size=12))
def test_room_is_found_straight_above_or_below_and_is_free(wanted: Box, taken: list[Box]):
    found = find_room(wanted, taken, 10)
    assert (found.x, found.width, found.height) == (wanted.x, wanted.width, wanted.height)
    assert not any(overlaps(found, box, 9.9) for box in taken)


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(1, 5)), min_size=1, max_size=20))
def test_isotonic_places_keep_the_order_and_the_weighted_mean(pairs: list[tuple[int, int]]):
    values, weights = [float(v) for v, _ in pairs], [float(w) for _, w in pairs]
    found = isotonic(values, weights)
    assert all(a <= b + 1e-9 for a, b in pairwise(found))
    mean = sum(v * w for v, w in zip(values, weights, strict=True))
    assert (
        abs(sum(f * w for f, w in zip(found, weights, strict=True)) - mean)
        < 1e-6 * max(1, sum(weights)) * 100
    )
    if values == sorted(values):
        assert found == values
