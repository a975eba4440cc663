"""Laws of visible graphs on random heaps: expanding and collapsing, hiding, history, counts, edges."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refscope.heap.vocabulary import EdgeKind, RootKind
from refscope.present.as_networkx import to_networkx
from refscope.present.graph_state import Limits
from refscope.present.history import History
from refscope.present.hops import Side, View
from refscope.present.visible_graph import VisibleGraph
from tests.present_heaps import BuiltHeap

TYPES = ("app.A", "app.B", "app.C", "list", "dict", "function", "method", "type")
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def heaps(draw: st.DrawFn) -> BuiltHeap:
    """Up to 25 objects, some with attribute dicts, some wrappers, some roots of every kind, any edges."""
    heap = BuiltHeap()
    count = draw(st.integers(2, 25))
    heap.module("app", functions=draw(st.integers(0, 3)))
    names = ["app.d"]
    for at in range(count):
        name = f"n{at}"
        heap.add(name, draw(st.sampled_from(TYPES)), draw(st.integers(16, 500)))
        if draw(st.booleans()) and heap.names[name] % 3 == 0:
            heap.add(f"{name}.d", "dict", 100)
            heap.own(name, f"{name}.d")
            names.append(f"{name}.d")
        elif draw(st.integers(0, 9)) == 0:
            heap.wrap(name)
        kind = draw(st.sampled_from([None] * 6 + [RootKind.NATIVE, RootKind.INTERPRETER]))
        if kind is not None:
            heap.root(name, kind, "atexit callback", unseen=1)
        names.append(name)
    plain = [name for name in names if not name.endswith(".d")]
    for _ in range(draw(st.integers(count, 4 * count))):
        holder, held = draw(st.sampled_from(names)), draw(st.sampled_from(plain))
        kind = draw(st.sampled_from([EdgeKind.ATTRIBUTE, EdgeKind.KEY, EdgeKind.INDEX, EdgeKind.LOCAL]))
        heap.hold(holder, held, kind, draw(st.sampled_from(["a", "b", "0"])))
    return heap


@st.composite
def grown_graphs(draw: st.DrawFn) -> tuple[BuiltHeap, VisibleGraph]:
    """A graph after a few random operations."""
    heap = draw(heaps())
    limits = Limits(siblings=draw(st.integers(1, 6)))
    view = draw(st.sampled_from(View))
    target = draw(st.sampled_from([index for name, index in heap.names.items() if name.startswith("n")]))
    graph = VisibleGraph.open(heap.reader(), target, view=view, limits=limits)
    for _ in range(draw(st.integers(0, 5))):
        graph = draw(operations(graph))
    return heap, graph


@st.composite
def operations(draw: st.DrawFn, graph: VisibleGraph) -> VisibleGraph:
    """One random operation on one random node."""
    key = draw(st.sampled_from([node.key for node in graph.nodes]))
    x, y = draw(st.integers(-500, 500)), draw(st.integers(-500, 500))
    choices = [
        lambda: graph.expand(key, draw(st.sampled_from(Side))),
        lambda: graph.hide(key),
        lambda: graph.with_view(draw(st.sampled_from(View))),
        lambda: graph.hide_type(graph.node(key).type_name),
        lambda: graph.move(key, x, y),
    ]
    if not key.startswith("g"):
        choices += [
            lambda: graph.collapse(key),
            lambda: graph.expand_until_root(key),
            lambda: graph.group_alike(key),
            lambda: graph.make_target(key),
        ]
    return choices[draw(st.integers(0, len(choices) - 1))]()


def fingerprint(graph: VisibleGraph) -> tuple[object, ...]:
    return graph.state, graph.nodes, graph.edges


@QUICK
@given(grown_graphs())
def test_both_ends_of_every_edge_exist_and_keys_are_unique(made: tuple[BuiltHeap, VisibleGraph]):
    _, graph = made
    keys = [node.key for node in graph.nodes]
    assert len(keys) == len(set(keys))
    assert all(edge.source in keys and edge.target in keys for edge in graph.edges)
    pairs = [(edge.source, edge.target) for edge in graph.edges]
    assert len(pairs) == len(set(pairs))


@QUICK
@given(grown_graphs(), st.data())
def test_collapsing_undoes_expanding(made: tuple[BuiltHeap, VisibleGraph], data: st.DataObject):
    _, graph = made
    fresh = [
        node.key
        for node in graph.nodes
        if not node.key.startswith("g")
        and all(known.origin != graph._ref(node.key) for known in graph.state.expansions)
    ]
    if fresh:
        key = data.draw(st.sampled_from(fresh))
        grown = graph.expand(key, data.draw(st.sampled_from(Side)))
        assert fingerprint(grown.collapse(key)) == fingerprint(graph)


@QUICK
@given(grown_graphs())
def test_folded_raw_folded_changes_nothing(made: tuple[BuiltHeap, VisibleGraph]):
    _, graph = made
    other = View.RAW if graph.state.view is View.FOLDED else View.FOLDED
    assert fingerprint(graph.with_view(other).with_view(graph.state.view)) == fingerprint(graph)


@QUICK
@given(grown_graphs(), st.data())
def test_unhiding_undoes_hiding(made: tuple[BuiltHeap, VisibleGraph], data: st.DataObject):
    _, graph = made
    nodes = [n for n in graph.nodes if not n.key.startswith("g") and not n.is_target]
    if nodes:
        key = data.draw(st.sampled_from([node.key for node in nodes]))
        ref = graph._ref(key)
        assert fingerprint(graph.hide(key).unhide(ref)) == fingerprint(graph)


@QUICK
@given(grown_graphs())
def test_what_is_shown_and_what_is_hidden_add_up_to_all_neighbours(made: tuple[BuiltHeap, VisibleGraph]):
    heap, graph = made
    around = graph.reader.around(graph.state.view)
    groups = [node.key for node in graph.nodes if node.key.startswith("g")]
    members = {key: {f"o{row.object_index}" for row in graph.members(key, limit=10_000)} for key in groups}
    shown = {node.key for node in graph.nodes}
    for node in graph.nodes:
        if node.key in groups:
            continue
        ref = graph._ref(node.key)
        for side, hidden in ((Side.HOLDERS, node.hidden_referrers), (Side.HELD, node.hidden_referents)):
            all_near = {key_of_hop(hop.other(side)) for hop in around.neighbours(ref, side).hops}
            near = neighbour_keys(graph, node.key, side)
            in_groups = set().union(*(members[key] for key in near if key in members)) & all_near
            undrawn = (all_near & shown) - near
            assert all(is_implied(heap, ref, graph._ref(key), side) for key in undrawn)
            assert hidden == len(all_near - shown - in_groups)


def is_implied(heap: BuiltHeap, ref: int, other: int, side: Side) -> bool:
    """Whether it is a function's reference to its module: on screen both, drawn only when asked for."""
    holder, held = (other, ref) if side is Side.HOLDERS else (ref, other)
    return held == heap.names["app"] and holder in heap.functions_of(held).tolist()


def neighbour_keys(graph: VisibleGraph, key: str, side: Side) -> set[str]:
    if side is Side.HOLDERS:
        return {edge.source for edge in graph.edges if edge.target == key}
    return {edge.target for edge in graph.edges if edge.source == key}


def key_of_hop(ref: int) -> str:
    return f"o{ref}" if ref >= 0 else f"r{-ref - 1}"


@QUICK
@given(heaps(), st.lists(st.integers(0, 10_000), max_size=8))
def test_undo_and_redo_are_inverse(heap: BuiltHeap, picks: list[int]):
    graph = VisibleGraph.open(heap.reader(), 2, limits=Limits(siblings=3))
    history = History(graph)
    values = [graph]
    for pick in picks:
        keys = [node.key for node in history.present.nodes]
        value = history.present.expand(keys[pick % len(keys)], Side.HELD if pick % 2 else Side.HOLDERS)
        history = history.do("expand", value)
        if value != values[-1]:
            values.append(value)
    for expected in reversed(values[:-1]):
        history = history.undo()
        assert history.present == expected
    assert history.undo() is history
    for expected in values[1:]:
        history = history.redo()
        assert history.present == expected
    assert history.redo() is history


@QUICK
@given(heaps())
def test_the_raw_view_without_limits_is_the_collectors_own_graph(heap: BuiltHeap):
    graph = VisibleGraph.open(heap.reader(), 2, view=View.RAW, limits=Limits(siblings=10_000))
    done: set[str] = set()
    while waiting := [n.key for n in graph.nodes if n.key not in done]:
        for key in waiting:
            done.add(key)
            graph = graph.ungroup(key) if key.startswith("g") else graph.expand(key)
    reached, frontier = {2}, [2]
    while frontier:
        for referrer in set(heap.referrers(frontier.pop()).tolist()) - reached:
            reached.add(referrer)
            frontier.append(referrer)
    expected = {(f"o{a}", f"o{b}") for a in reached for b in heap.referents(a).tolist() if b in reached}
    shown = {(a, b) for a, b in to_networkx(graph).edges if not a.startswith("r")}
    assert shown == expected
