"""What a person sees of a heap, operation by operation, on heaps built by hand."""

from __future__ import annotations

import pytest

from refscope.heap.vocabulary import EdgeKind, RootKind
from refscope.present.graph_state import Limits
from refscope.present.hops import Side, View
from refscope.present.layout import arrange
from refscope.present.scene import EdgeStyle, NodeKind
from refscope.present.visible_graph import VisibleGraph
from tests.present_heaps import FIRST_ID, BuiltHeap, registry_chain, registry_heap


@pytest.fixture
def heap() -> BuiltHeap:
    return registry_heap()


@pytest.fixture
def graph(heap: BuiltHeap) -> VisibleGraph:
    return VisibleGraph.open(heap.reader(), heap.names["loader0"], registry_chain(heap))


def star(holders: int, type_name: str = "app.Holder", target: str = "app.Target") -> BuiltHeap:
    """target ← holder0, holder1, … each under its own attribute name, so that none are alike."""
    heap = BuiltHeap()
    heap.add("target", target)
    for at in range(holders):
        heap.add(f"h{at}", f"{type_name}{at}", size=100 + at)
        heap.hold(f"h{at}", "target", EdgeKind.ATTRIBUTE, f"a{at}")
    return heap


def opened(heap: BuiltHeap, limits: Limits | None = None, view: View = View.FOLDED) -> VisibleGraph:
    return VisibleGraph.open(heap.reader(), heap.names["target"], view=view, limits=limits)


# --- opening ----------------------------------------------------------------------------------------


def test_opening_shows_the_lit_path_its_siblings_and_the_direct_holders(heap: BuiltHeap, graph: VisibleGraph):
    titles = [node.title for node in graph.nodes]
    assert titles[:5] == [
        "ResourceLoader",
        "mindmeld.components.nlp",
        "Processor",
        ".instance_map",
        "NaturalLanguageProcessor",
    ]
    assert sorted(titles[5:]) == [
        "DomainProcessor",
        "DomainProcessor",
        "IntentProcessor",
        "NaturalLanguageProcessor",
        "QueryFactory",
    ]


def test_the_lit_path_runs_from_root_to_target_without_a_gap(heap: BuiltHeap, graph: VisibleGraph):
    lit = {(edge.source, edge.target) for edge in graph.edges if edge.is_on_path}
    assert lit == set(zip(graph.path_keys, graph.path_keys[1:], strict=False))
    assert graph.path_keys[0] == heap.key("mindmeld.components.nlp")
    assert graph.path_keys[-1] == graph.target_key == heap.key("loader0")


def test_exactly_one_node_of_the_lit_path_is_the_holder(graph: VisibleGraph):
    assert [node.title for node in graph.nodes if node.is_holder] == [".instance_map"]


def test_the_holder_that_the_analysis_names_wins(heap: BuiltHeap):
    opened = VisibleGraph.open(
        heap.reader(), heap.names["loader0"], registry_chain(heap), holder=heap.names["Processor.d"]
    )
    assert [node.title for node in opened.nodes if node.is_holder] == ["Processor"]


def test_attribute_dicts_become_edge_labels(graph: VisibleGraph):
    labels = [edge.label for edge in graph.edges if edge.is_on_path]
    assert set(labels) == {"Processor", ".instance_map", "[139887101530000]", ".resource_loader"}


def test_a_module_holds_its_globals_by_a_globals_edge_and_counts_its_functions(
    heap: BuiltHeap, graph: VisibleGraph
):
    module = graph.node(heap.key("mindmeld.components.nlp"))
    assert (module.kind, module.is_root, module.globals_count) == (NodeKind.MODULE, True, 214)
    styles = {edge.style for edge in graph.edges if edge.source == module.key}
    assert styles == {EdgeStyle.GLOBALS}


def test_alike_holders_from_three_on_are_one_group(graph: VisibleGraph):
    group = next(node for node in graph.nodes if node.title == "IntentProcessor")
    assert (group.key[0], group.count, group.is_rest) == ("g", 4, False)
    assert len([node for node in graph.nodes if node.title == "DomainProcessor"]) == 2


def test_the_target_says_which_of_how_many_it_is(heap: BuiltHeap, graph: VisibleGraph):
    assert graph.node(heap.key("loader0")).subtitle == "508 KiB, 1 of 123"


def test_a_target_without_a_chain_opens_with_its_holders():
    graph = opened(star(3))
    assert len(graph.nodes) == 4
    assert graph.path_keys == ()


# --- expanding ----------------------------------------------------------------------------------------


def test_an_expansion_adds_no_more_nodes_than_siblings_and_one_group_for_the_rest():
    graph = opened(star(108), Limits(siblings=12))
    rest = [node for node in graph.nodes if node.is_rest]
    assert len(graph.nodes) == 1 + 12 + 1
    assert [(node.title, node.count) for node in rest] == [("96 more holders", 96)]


def test_larger_holders_come_first():
    graph = opened(star(20), Limits(siblings=3))
    shown = {node.type_name for node in graph.nodes if node.object_index is not None and not node.is_target}
    assert shown == {"app.Holder19", "app.Holder18", "app.Holder17"}


def test_holders_on_a_path_to_a_root_come_before_larger_ones():
    heap = star(20)
    heap.module("app")
    heap.hold("app.d", "h0", EdgeKind.KEY, "'first'")
    graph = opened(heap, Limits(siblings=1))
    assert [n.type_name for n in graph.nodes if n.object_index not in (None, 0)] == ["app.Holder0"]


def test_expanding_again_shows_the_next_out_of_the_rest():
    graph = opened(star(30), Limits(siblings=5))
    group = next(node for node in graph.nodes if node.is_rest)
    more = graph.expand(group.key)
    assert len(more.nodes) == len(graph.nodes) + 5
    assert more.node(group.key).count == group.count - 5


def test_neighbours_that_are_all_alike_show_the_best_ones_and_group_the_rest():
    heap = BuiltHeap()
    heap.add("target", "list", 1000, "100 entries")
    for at in range(100):
        heap.add(f"item{at}", "app.Item", at + 1)
        heap.hold("target", f"item{at}", EdgeKind.INDEX, str(at))
    graph = opened(heap).expand("o0", Side.HELD)
    assert len([node for node in graph.nodes if node.type_name == "app.Item" and node.count == 1]) == 12
    assert [n.title for n in graph.nodes if n.is_rest and n.subtitle.startswith("88 more, ")] == ["Item"]


def test_of_a_large_dict_the_entries_beside_the_path_are_counted_without_its_keys():
    heap = BuiltHeap()
    heap.module("app")
    heap.add("cache", "dict", 1000, "700 entries")
    heap.hold("app.d", "cache", EdgeKind.KEY, "'cache'")
    for at in range(700):
        heap.add(f"key{at}", "tuple", 50)
        heap.add(f"view{at}", "app.View", at + 1)
        heap.hold("cache", f"key{at}", EdgeKind.DICT_KEY, f"(1, {at})")
        heap.hold("cache", f"view{at}", EdgeKind.KEY, f"(1, {at})")
    graph = VisibleGraph.open(
        heap.reader(), heap.names["view5"], heap.chain("app", "app.d", "cache", "view5")
    )
    (rest,) = [node for node in graph.nodes if node.is_rest]
    assert rest.count == 699


def test_collapsing_takes_away_what_was_added_and_what_that_added(heap: BuiltHeap, graph: VisibleGraph):
    factory = heap.key("factory")
    heap_key = heap.key("mindmeld.components.nlp")
    grown = graph.expand(heap_key, Side.HELD)
    assert len(grown.nodes) > len(graph.nodes)
    assert grown.collapse(heap_key) == graph
    assert graph.collapse(factory) is graph


def test_expanding_until_a_root_shows_the_whole_way():
    heap = star(1)
    heap.module("app")
    heap.add("list", "list")
    heap.hold("app.d", "list", EdgeKind.KEY, "'jobs'")
    heap.hold("list", "h0", EdgeKind.INDEX, "0")
    grown = opened(heap).expand_until_root(heap.key("target"))
    assert {heap.key("list"), heap.key("app")} <= {node.key for node in grown.nodes}
    assert grown.notice == ""


def test_expanding_until_a_root_stops_at_the_depth_and_says_so():
    heap = BuiltHeap()
    heap.add("target")
    before = "target"
    for at in range(15):
        heap.add(f"n{at}")
        heap.hold(f"n{at}", before)
        before = f"n{at}"
    grown = opened(heap, Limits(depth=10)).expand_until_root("o0")
    assert grown.notice == "10 steps, no root yet"
    assert len(grown.nodes) == 11


def test_garbage_says_that_no_root_holds_it():
    heap = star(1)
    heap.hold("target", "h0", EdgeKind.ATTRIBUTE, "back")
    grown = opened(heap).expand_until_root("o0")
    assert grown.notice == "No root holds it"
    assert all(node.is_garbage for node in grown.nodes)


def test_native_code_stands_as_a_root_in_front_of_what_it_holds():
    heap = star(0)
    heap.root("target", RootKind.NATIVE, "2 unseen references", unseen=2)
    graph = opened(heap)
    root = graph.node("r0")
    assert (root.title, root.subtitle, root.is_root) == ("Native code", "2 unseen references", True)
    assert [(e.source, e.target, e.style, e.label) for e in graph.edges] == [
        ("r0", "o0", EdgeStyle.UNSEEN, "unseen")
    ]


def test_a_chain_from_an_interpreter_root_starts_with_its_part():
    heap = star(1)
    heap.root("h0", RootKind.INTERPRETER, "atexit callback")
    graph = VisibleGraph.open(heap.reader(), heap.names["target"], heap.chain("h0", "target"))
    assert graph.path_keys == ("r1", "o1", "o0")
    assert graph.node("r1").title == "atexit callback"


def test_an_object_that_a_method_of_its_own_keeps_shows_who_holds_the_method():
    # emitter ─[0]→ method ─__self__→ target: the method is looked through in the folded view
    heap = star(0)
    heap.add("emitter", "list", 80, "1 entries")
    heap.add("method", "method", 64, "method app.Target.on_done")
    heap.wrap("method")
    heap.hold("emitter", "method", EdgeKind.INDEX, "0")
    heap.hold("method", "target", EdgeKind.FIELD, "__self__")
    folded = opened(heap)
    assert [(e.source, e.label) for e in folded.edges] == [(heap.key("emitter"), "[0].__self__")]
    raw = opened(heap, view=View.RAW)
    assert [(e.source, e.label) for e in raw.edges] == [(heap.key("method"), "__self__")]


def test_a_method_that_nobody_in_the_heap_holds_is_not_looked_through():
    heap = star(0)
    heap.add("method", "method", 64, "method app.Target.on_done")
    heap.wrap("method")
    heap.hold("method", "target", EdgeKind.FIELD, "__self__")
    heap.root("method", RootKind.INTERPRETER, "atexit callback")
    graph = opened(heap)
    assert [node.title for node in graph.nodes] == ["Target", "Target.on_done"]
    assert graph.node(heap.key("method")).hidden_referrers == 1


def test_closure_variables_are_named_through_cell_and_closure_tuple():
    heap = star(0)
    heap.add("f", "function", 136, "function app.make.<locals>.callback")
    heap.add("tuple", "tuple")
    heap.add("cell", "cell")
    for name in ("tuple", "cell"):
        heap.wrap(name)
    heap.hold("f", "tuple", EdgeKind.FIELD, "__closure__")
    heap.hold("tuple", "cell", EdgeKind.INDEX, "0")
    heap.hold("cell", "target", EdgeKind.CELL, "frame")
    graph = opened(heap)
    assert [(e.source, e.label) for e in graph.edges] == [(heap.key("f"), "cell frame")]


# --- counting what is hidden --------------------------------------------------------------------------


def test_hidden_neighbours_are_counted_on_both_sides():
    heap = star(30)
    for at in range(4):
        heap.add(f"held{at}", f"app.Held{at}")
        heap.hold("target", f"held{at}", EdgeKind.ATTRIBUTE, f"b{at}")
    graph = VisibleGraph.empty(heap.reader()).show_target(heap.names["target"])
    node = graph.node("o0")
    assert (node.hidden_referrers, node.hidden_referents) == (30, 4)
    grown = graph.expand("o0").node("o0")
    assert (grown.hidden_referrers, grown.hidden_referents) == (0, 4)


def test_a_hundred_thousand_referrers_do_not_stall_and_are_all_counted():
    heap = star(3)
    heap.add("popular", "app.Popular")
    for at in range(100_000):
        heap.add(f"user{at}", "app.User")
        heap.hold(f"user{at}", "popular", EdgeKind.ATTRIBUTE, "p")
    heap.hold("h0", "popular")
    graph = opened(heap).expand(heap.key("h0"), Side.HELD)
    popular = graph.node(heap.key("popular"))
    assert popular.hidden_referrers == 100_000
    grown = graph.expand(popular.key)
    assert grown.node(popular.key).hidden_referrers == 0
    assert sum(n.count for n in grown.nodes if n.type_name == "app.User") == 100_000
    assert len([n for n in grown.nodes if n.type_name == "app.User" and n.object_index]) == 12
    rest = next(node.key for node in grown.nodes if node.is_rest)
    assert "among all objects" in grown.show_more(rest, 5_000).show_more(rest, 5_000).notice
    assert heap.key("h0") in {edge.source for edge in grown.edges if edge.target == popular.key}


def test_an_expansion_asks_for_labels_twice_at_most_however_many_there_are():
    heap = star(300)
    graph = VisibleGraph.empty(heap.reader(), limits=Limits(siblings=50)).show_target(heap.names["target"])
    before = heap.label_requests
    assert len(graph.expand("o0").nodes) == 52
    assert heap.label_requests - before <= 2


# --- hiding, grouping, pins --------------------------------------------------------------------------


def test_hiding_a_node_takes_what_hung_on_it_and_unhiding_brings_all_back():
    heap = star(2)
    heap.add("far", "app.Far")
    heap.hold("far", "h0")
    graph = opened(heap).expand(heap.key("h0"))
    without = graph.hide(heap.key("h0"))
    assert [node.key for node in without.nodes] == [heap.key("target"), heap.key("h1")]
    assert without.node("o0").hidden_referrers == 1
    assert without.unhide(heap.names["h0"]) == graph


def test_hiding_a_type_hides_its_objects_and_members_of_groups(graph: VisibleGraph):
    without = graph.hide_type("mindmeld.components.nlp.IntentProcessor")
    assert "IntentProcessor" not in [node.title for node in without.nodes]
    assert without.unhide(type_name="mindmeld.components.nlp.IntentProcessor") == graph


def test_the_target_cannot_be_hidden(graph: VisibleGraph):
    key = graph.target_key or ""
    refused = graph.hide(key)
    assert refused == graph
    assert refused.notice == "The target stays."


def test_grouping_alike_makes_one_card_of_nodes_of_one_type():
    heap = BuiltHeap()
    heap.add("target", "list", 100, "5 entries")
    for at in range(5):
        heap.add(f"item{at}", "app.Item")
        heap.hold("target", f"item{at}", EdgeKind.INDEX, str(at))
    graph = opened(heap).expand("o0", Side.HELD)
    grouped = graph.group_alike(heap.key("item3"))
    cards = [node for node in grouped.nodes if node.key.startswith("g")]
    assert [(card.title, card.count) for card in cards] == [("Item", 5)]
    assert {node.key for node in grouped.ungroup(cards[0].key).nodes} == {node.key for node in graph.nodes}


def test_two_of_a_kind_are_no_group():
    graph = opened(star(2))
    assert graph.group_alike("o1") is graph


def test_a_group_opens_to_a_table_of_its_members(heap: BuiltHeap, graph: VisibleGraph):
    group = next(node for node in graph.nodes if node.count == 122)
    rows = graph.members(group.key, start=10, limit=20)
    assert len(rows) == 20
    assert {row.type_name for row in rows} == {"mindmeld.components.nlp.NaturalLanguageProcessor"}


def test_functions_of_a_module_are_listed_and_one_can_be_shown(heap: BuiltHeap, graph: VisibleGraph):
    module = heap.key("mindmeld.components.nlp")
    rows = graph.functions_of(module, limit=5)
    assert [row.kind for row in rows] == [NodeKind.FUNCTION] * 5
    shown = graph.show(module, (rows[0].object_index or 0,))
    between = [e for e in shown.edges if e.source == rows[0].key and e.target == module]
    assert [(e.label, e.style) for e in between] == [("__globals__", EdgeStyle.GLOBALS)]
    assert shown.node(module).globals_count == 213


def test_pins_selection_target_and_lit_path_survive_the_switch_to_raw_and_back(
    heap: BuiltHeap, graph: VisibleGraph
):
    moved = graph.move(heap.key("factory"), 10, 20).select(heap.key("factory"))
    raw = moved.with_view(View.RAW)
    assert raw.state.pins == moved.state.pins
    assert raw.state.selection == moved.state.selection
    assert raw.target_key == moved.target_key
    assert raw.path_keys[0] == moved.path_keys[0]
    assert len(raw.path_keys) == 8
    assert raw.with_view(View.FOLDED) == moved


def test_the_raw_view_lights_every_object_between(heap: BuiltHeap, graph: VisibleGraph):
    raw = graph.with_view(View.RAW)
    labels = [e.label for e in raw.edges if e.is_on_path]
    assert labels.count("__dict__") == 3
    assert "['resource_loader']" in labels


def test_the_raw_view_has_exactly_the_references_between_its_nodes():
    heap = registry_heap(loaders=5)
    graph = opened_raw_to_the_end(heap)
    shown = {node.object_index for node in graph.nodes}
    expected = {
        (f"o{a}", f"o{int(b)}") for a in shown if a is not None for b in heap.referents(a) if int(b) in shown
    }
    assert {(edge.source, edge.target) for edge in graph.edges} == expected


def opened_raw_to_the_end(heap: BuiltHeap) -> VisibleGraph:
    """The raw view with every holder expanded until nothing is hidden; limits do not truncate."""
    limits = Limits(siblings=1000)
    graph = VisibleGraph.open(heap.reader(), heap.names["loader0"], view=View.RAW, limits=limits)
    while True:
        waiting = [node for node in graph.nodes if node.hidden_referrers or node.key.startswith("g")]
        if not waiting:
            return graph
        key = waiting[0].key
        graph = graph.ungroup(key) if key.startswith("g") else graph.expand(key)


def test_make_target_moves_the_target_and_keeps_the_nodes(heap: BuiltHeap, graph: VisibleGraph):
    moved = graph.make_target(heap.key("p0"))
    assert moved.target_key == heap.key("p0")
    assert {node.key for node in graph.nodes} <= {node.key for node in moved.nodes}


def test_lighting_another_path_keeps_the_nodes_of_the_first(heap: BuiltHeap, graph: VisibleGraph):
    nlp = "mindmeld.components.nlp"
    other = heap.chain(nlp, f"{nlp}.d", "Processor", "Processor.d", "instance_map", "q4", "loader0")
    relit = graph.light(other)
    assert relit.path_keys[-2] == heap.key("q4")
    assert {node.key for node in graph.nodes} <= {node.key for node in relit.nodes}


def test_find_matches_titles_types_and_addresses(heap: BuiltHeap, graph: VisibleGraph):
    assert graph.find("queryfact") == (heap.key("factory"),)
    assert heap.key("loader0") in graph.find("mindmeld.resource_loader")
    assert graph.find(hex(int(heap.snapshot.ids[heap.names["loader0"]]))) == (heap.key("loader0"),)
    assert graph.find("  ") == ()


def test_a_full_graph_says_so_instead_of_growing():
    graph = opened(star(10), Limits(siblings=4, nodes=5))
    refused = graph.expand("o0")
    assert refused == graph
    assert "Hide or collapse" in refused.notice


def test_hostile_names_are_escaped():
    heap = BuiltHeap()
    heap.add("target", "app.Evil\nName\u202e")
    heap.add("d", "dict", 100, "1 entries")
    heap.hold("d", "target", EdgeKind.KEY, "x" * 1_000_000)
    graph = opened(heap)
    assert graph.node("o0").title == "Evil\\nName\\u202e"
    assert len(graph.edges[0].label) < 60


def test_a_group_and_a_globals_badge_list_what_they_stand_for(heap: BuiltHeap, graph: VisibleGraph):
    group = next(node for node in graph.nodes if node.is_rest)
    page = graph.listing(group.key, start=100, limit=50)
    assert (page.title, page.total, len(page.rows)) == ("122 NaturalLanguageProcessor", 122, 22)
    module = heap.key("mindmeld.components.nlp")
    functions = graph.listing(module, limit=5)
    assert functions.title.endswith(" functions of mindmeld.components.nlp")
    assert (functions.total, len(functions.rows)) == (graph.node(module).globals_count, 5)


def test_a_listed_member_becomes_a_node_and_collapsing_takes_it_away(graph: VisibleGraph):
    group = next(node for node in graph.nodes if node.is_rest)
    member = graph.listing(group.key).rows[7]
    grown = graph.show_listed(group.key, member.key)
    assert grown.node(member.key).title == member.title
    assert grown.node(group.key).count == group.count - 1


def test_a_listed_function_stands_before_its_module(heap: BuiltHeap, graph: VisibleGraph):
    module = heap.key("mindmeld.components.nlp")
    function = graph.listing(module).rows[0]
    grown = graph.show_listed(module, function.key)
    assert (function.key, module) in {(edge.source, edge.target) for edge in grown.edges}


def test_taking_a_group_apart_adds_at_most_three_hundred_nodes():
    heap = BuiltHeap()
    heap.add("target", "list", 1000)
    for at in range(900):
        heap.add(f"item{at}", "app.Item", at + 1)
        heap.hold("target", f"item{at}", EdgeKind.INDEX, str(at))
    graph = opened(heap).expand("o0", Side.HELD)
    rest = next(node.key for node in graph.nodes if node.is_rest)
    assert len(graph.ungroup(rest).nodes) == len(graph.nodes) + 300


def test_edges_are_hidden_by_name_but_those_of_the_lit_path(heap: BuiltHeap, graph: VisibleGraph):
    hidden = graph.hide_label(".resource_loader")
    assert [edge.is_on_path for edge in hidden.edges if edge.label == ".resource_loader"] == [True]
    assert len([edge for edge in graph.edges if edge.label == ".resource_loader"]) > 1
    assert hidden.unhide().state == graph.state


def test_a_reference_to_its_class_is_drawn_only_where_it_was_asked_for():
    heap = BuiltHeap()
    heap.module("app")
    heap.add("Thing", "type")
    heap.add("list", "list")
    heap.add("target", "app.Thing")
    heap.hold("app.d", "Thing", EdgeKind.KEY, "'Thing'")
    heap.hold("Thing", "list", EdgeKind.ATTRIBUTE, "all")
    heap.hold("list", "target", EdgeKind.INDEX, "0")
    heap.hold("target", "Thing", EdgeKind.TYPE)
    chain = heap.chain("app", "Thing", "list", "target")
    graph = VisibleGraph.open(heap.reader(), heap.names["target"], chain)
    back = (heap.key("target"), heap.key("Thing"))
    assert back not in {(edge.source, edge.target) for edge in graph.edges}
    assert graph.node(heap.key("target")).hidden_referents == 0
    raw = graph.with_view(View.RAW)
    assert back in {(edge.source, edge.target) for edge in raw.edges}
    alone = opened(heap).expand(heap.key("target"), Side.HELD)
    assert back in {(edge.source, edge.target) for edge in alone.edges}


def test_opening_garbage_says_so_and_shows_few_of_its_alike_holders():
    heap = BuiltHeap()
    heap.add("target", "app.Node")
    for at in range(40):
        heap.add(f"leaf{at}", "app.Node")
        heap.hold(f"leaf{at}", "target", EdgeKind.ATTRIBUTE, "parent")
    graph = VisibleGraph.open(heap.reader(), 0, sentence="Nobody reaches it.")
    assert arrange(graph).banner == "Nobody reaches it."
    assert [node.count for node in graph.nodes] == [1, 1, 1, 1, 1, 36]


def test_the_holder_of_a_local_variable_is_its_frame():
    heap = BuiltHeap()
    heap.add("frame", "frame")
    heap.add("target", "app.Feed")
    heap.hold("frame", "target", EdgeKind.LOCAL, "feed")
    heap.root("frame", "frame", "follow")
    chain = heap.chain("frame", "target")
    graph = VisibleGraph.open(heap.reader(), heap.names["target"], chain, holder=heap.names["target"])
    assert [node.key for node in graph.nodes if node.is_holder] == [heap.key("frame")]


def test_a_drawn_reference_stands_for_what_its_holder_would_let_go_of() -> None:
    """receivers (dict) -> method -> audit, twice;  owner -> __dict__ -> audit"""
    heap = BuiltHeap()
    for name in ("receivers", "method", "again", "owner", "owner.d", "audit"):
        heap.add(name, "dict" if name == "receivers" else "app.T")
    for method in ("method", "again"):
        heap.wrap(method)
        heap.hold("receivers", method, EdgeKind.KEY, method)
        heap.hold(method, "audit", EdgeKind.ATTRIBUTE, "__self__")
    heap.own("owner", "owner.d")
    heap.hold("owner.d", "audit", EdgeKind.KEY, "'audit'")
    graph = VisibleGraph.open(heap.reader(), heap.names["audit"])

    def ids(*names: str) -> tuple[int, ...]:
        return tuple(FIRST_ID + 16 * heap.names[name] for name in names)

    key = heap.key
    assert sorted(graph.references(key("receivers"), key("audit"))) == sorted(
        [ids("receivers", "method"), ids("receivers", "again")]
    )
    assert graph.references(key("owner"), key("audit")) == [ids("owner.d", "audit")]
    assert graph.with_view(View.RAW).references(key("method"), key("audit")) == [ids("method", "audit")]
