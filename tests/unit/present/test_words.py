"""Small parts: palette, icons, widths of text, words on edges and nodes, history."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refscope.heap.vocabulary import EdgeKind, RootKind
from refscope.present.history import MOST_PLACES, History, Trail
from refscope.present.icons import ICONS, icon_of
from refscope.present.node_size import badges, expander_texts
from refscope.present.palette import DARK, LIGHT, contrast, kind_colours, mix, palette
from refscope.present.scene import NodeKind, VisibleNode
from refscope.present.text_width import TextRole, estimated_width, fit_phrases, fit_text
from refscope.present.visible_graph import VisibleGraph
from tests.present_heaps import BuiltHeap

# --- palette and icons ------------------------------------------------------------------------------


@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize("ink", ["text", "text2", "text3", "path", "glob", "leak", "watch", "ok", "accent"])
def test_words_have_enough_contrast_on_panels(colours: dict[str, str], ink: str):
    assert contrast(colours[ink], colours["panel"]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_outlines_and_words_of_every_kind_stand_out_from_its_fill(colours: dict[str, str]):
    for kind in NodeKind:
        line, fill = kind_colours(kind, colours)
        assert contrast(line, fill) >= 3
        assert contrast(colours["text"], fill) >= 4.5
        assert contrast(colours["text2"], fill) >= 4.5


def test_both_themes_have_the_same_tokens():
    assert set(palette(False)) == set(palette(True))
    assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in (*LIGHT.values(), *DARK.values()))


def test_mixing_goes_from_one_colour_to_the_other():
    assert mix("#FF0000", "#000000", 0) == "#000000"
    assert mix("#FF0000", "#000000", 1) == "#FF0000"


def test_icons_use_only_commands_that_every_reader_knows():
    for name, data in ICONS.items():
        assert re.fullmatch(r"[MLHVCAZ0-9 .\-]+", data), name
        assert data.startswith("M"), name


@pytest.mark.parametrize(
    ("kind", "type_name", "icon"),
    [
        (NodeKind.CONTAINER, "dict", "braces"),
        (NodeKind.CONTAINER, "list", "brackets"),
        (NodeKind.CONTAINER, "tuple", "parens"),
        (NodeKind.FUNCTION, "cell", "rings"),
        (NodeKind.FUNCTION, "method", "function"),
        (NodeKind.MODULE, "module", "box"),
    ],
)
def test_kinds_have_their_icons(kind: NodeKind, type_name: str, icon: str):
    assert icon_of(VisibleNode("o1", kind, "x", type_name=type_name)) == icon


# --- widths -----------------------------------------------------------------------------------------


def test_widths_follow_the_letters():
    assert estimated_width("iii", TextRole.TITLE) < estimated_width("WWW", TextRole.TITLE)
    assert estimated_width("abc", TextRole.LABEL) == estimated_width("iWi", TextRole.LABEL)


@given(st.text(max_size=60), st.sampled_from(TextRole), st.integers(20, 300))
def test_fitted_text_fits(text: str, role: TextRole, room: int):
    assert estimated_width(fit_text(text, room, role), role) <= room


def test_the_last_component_of_a_name_survives():
    assert fit_text("mindmeld.components.nlp.Processor", 110, TextRole.TITLE).endswith("….Processor")
    assert fit_text("short", 110, TextRole.TITLE) == "short"


# --- nodes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_name", "text", "title", "subtitle"),
    [
        ("function", "function flask.app.Flask.wsgi_app", "Flask.wsgi_app", "function, flask.app"),
        ("function", "function app.make.<locals>.callback", "callback", "function, app.make.<locals>"),
        ("function", "function app.<lambda>", "<lambda>", "function, app"),
        ("method", "method shop.Cart.add of <shop.Cart at 0x1>", "Cart.add", "bound method, shop"),
        (
            "builtin_function_or_method",
            "built-in method append of <x.Y at 0x1>",
            "append",
            "built-in function, 128 B",
        ),
        ("cell", "cell holding a app.Thing", "cell", "cell, 128 B"),
        ("generator", "generator flush_audits, line 88", "flush_audits", "suspended generator, line 88"),
        ("coroutine", "finished coroutine serve", "serve", "finished coroutine"),
        ("traceback", "traceback in load, line 3", "load", "traceback, 128 B"),
        ("dict", "861 entries", "dict", "861 entries, 128 B"),
        ("list", "1 entry", "list", "1 entry, 128 B"),
        (
            "collections.OrderedDict",
            "collections.OrderedDict, 1204 entries",
            "OrderedDict",
            "1,204 entries, 128 B",
        ),
        ("dict", "", "dict", "128 B"),
        ("app.Thing", "<app.Thing at 0x1>", "Thing", "128 B"),
        ("type", "class shop.Cart", "Cart", "class"),
    ],
)
def test_nodes_say_what_they_are(type_name: str, text: str, title: str, subtitle: str):
    heap = BuiltHeap()
    heap.add("it", type_name, 64, text)
    node = VisibleGraph.open(heap.reader(), 0).node("o0")
    assert (node.title, node.subtitle) == (title, subtitle)


def test_badges_come_in_the_order_of_reading():
    node = VisibleNode("o1", NodeKind.CONTAINER, "x", is_holder=True, entries=1861)
    assert badges(node) == (("holder", "HOLDER"), ("entries", "1,861"))
    rest = VisibleNode("g1", NodeKind.INSTANCE, "x", count=96, is_rest=True)
    assert badges(rest) == (("count", "+96"),)


def test_expanders_appear_only_where_something_is_hidden():
    assert expander_texts(VisibleNode("o1", NodeKind.INSTANCE, "x", hidden_referrers=5)) == ("‹ 5", "")


# --- edges ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        (EdgeKind.ATTRIBUTE, "cache", ".cache"),
        (EdgeKind.KEY, "'a b'", "['a b']"),
        (EdgeKind.INDEX, "3", "[3]"),
        (EdgeKind.LOCAL, "x", "local x"),
        (EdgeKind.CLOSURE, "x", "cell x"),
        (EdgeKind.CELL, "", "cell"),
        (EdgeKind.DEFAULT, "x", "default x"),
        (EdgeKind.FIELD, "__self__", "__self__"),
        (EdgeKind.MEMBER, "", "member"),
        (EdgeKind.UNKNOWN, "", ""),
        ("a kind of a later version", "x", ""),
    ],
)
def test_references_say_how_they_hold(kind: str, name: str, text: str):
    heap = BuiltHeap()
    heap.add("held")
    heap.add("holder", "app.Holder")
    heap.hold("holder", "held", kind, name)
    assert [edge.label for edge in VisibleGraph.open(heap.reader(), 0).edges] == [text]


def test_a_key_of_a_namespace_that_is_no_identifier_stays_a_key():
    heap = BuiltHeap()
    heap.add("held")
    heap.add("holder", "app.Holder")
    heap.add("holder.d", "dict")
    heap.own("holder", "holder.d")
    heap.hold("holder.d", "held", EdgeKind.KEY, "'not an identifier'")
    assert VisibleGraph.open(heap.reader(), 0).edges[0].label == "['not an identifier']"


def test_a_running_frame_is_a_root_of_its_own():
    heap = BuiltHeap()
    heap.add("held")
    heap.add("frame", "frame", 400, "frame of follow, feed.py:31")
    heap.root("frame", RootKind.FRAME, "follow() in thread feed_3")
    heap.hold("frame", "held", EdgeKind.LOCAL, "feed")
    node = VisibleGraph.open(heap.reader(), 0).node("o1")
    assert (node.kind, node.title, node.is_root) == (NodeKind.FRAME, "follow", True)


# --- history ----------------------------------------------------------------------------------------


def test_steps_are_named_for_the_buttons():
    history = History(0).do("expand", 1).do("hide", 2)
    assert (history.undo_name, history.redo_name) == ("hide", None)
    assert (history.undo().undo_name, history.undo().redo_name) == ("expand", "hide")


def test_a_step_that_changes_nothing_is_no_step():
    assert History(0).do("nothing", 0).undo_name is None


def test_a_new_step_forgets_what_was_undone():
    assert History(0).do("a", 1).undo().do("b", 2).redo_name is None


def test_back_and_forward_walk_over_places_and_a_visit_forgets_what_lay_ahead():
    trail = Trail("a").visit("b").visit("c")
    assert trail.back().here == "b"
    assert trail.back().back().back().here == "a"
    assert trail.back().forward() == trail
    assert trail.back().visit("d") == Trail("a").visit("b").visit("d")
    assert trail.changed("C").back().forward().here == "C"


def test_only_so_many_places_lie_behind():
    trail = Trail(0)
    for place in range(1, MOST_PLACES + 10):
        trail = trail.visit(place)
    assert len(trail.behind) == MOST_PLACES
    assert trail.behind[0] == 9


def test_phrases_are_left_away_one_by_one_and_a_key_that_is_a_tuple_is_elided_instead() -> None:
    assert fit_phrases("dict, 552 entries", 60, TextRole.SUBTITLE) == "dict"
    key = fit_phrases("key (139889140493008, 107, 'c', 20)", 150, TextRole.SUBTITLE)
    assert "…" in key
    assert key.endswith("0)")
