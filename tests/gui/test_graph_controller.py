"""The graph's controller on a real freeze: places, steps, weak references, and what clicks ask."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import pytest
from graph_helpers import click, press_key, show
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QPushButton, QTabWidget
from pytestqt.qtbot import QtBot

from refscope.api import Snapshot, this_process
from refscope.gui.graph_controller import GraphController
from refscope.gui.graph_copy import GraphCopy
from refscope.gui.graph_panel import GraphPanel
from refscope.gui.graph_table import GraphTable
from refscope.gui.graph_wiring import GraphWiring
from refscope.gui.jobs import Jobs
from refscope.gui.theme import Theme
from refscope.present.hops import Side
from refscope.present.scene import EdgeStyle

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Loader:
    """Held by an owner, and by the registry through it."""


class Owner:
    def __init__(self) -> None:
        self.loader = Loader()


class Link:
    def __init__(self, following: Link | None) -> None:
        self.following = following


registry = [Owner() for _ in range(5)]
seen: weakref.WeakSet[Loader] = weakref.WeakSet([registry[0].loader])
chain = [Link(None)]
for _ in range(24):
    chain[0] = Link(chain[0])


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Snapshot]:
    with this_process() as process:
        yield process.freeze("B")


class Bench:
    """A controller with its panel and table, wired as in the window."""

    def __init__(self, qtbot: QtBot, snapshot: Snapshot) -> None:
        self.qtbot, self.snapshot = qtbot, snapshot
        self.jobs = Jobs()
        self.panel = GraphPanel(Theme.light())
        self.table = GraphTable(self.panel.view)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.panel, "Graph")
        self.tabs.addTab(self.table, "Table")
        show(qtbot, self.tabs, 1440, 860)
        self.graph = GraphController(self.jobs)
        self.copy = GraphCopy(self.graph, self.jobs)
        self.wiring = GraphWiring(self.panel, self.table, self.graph, self.copy)

    def open(self, question: str | int) -> None:
        self.graph.open(self.snapshot, question)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.jobs.questions.is_busy, timeout=30_000)

    def target(self) -> str:
        assert self.graph.place is not None
        assert self.graph.place.target is not None
        return self.graph.place.target.title

    def key_of(self, title: str) -> str:
        assert self.graph.graph is not None
        return next(node.key for node in self.graph.graph.nodes if node.title == title)

    def boxes(self) -> dict[str, object]:
        assert self.graph.scene is not None
        return dict(self.graph.scene.boxes)


@pytest.fixture
def bench(qtbot: QtBot, snapshot: Snapshot) -> Iterator[Bench]:
    made = Bench(qtbot, snapshot)
    made.open(id(registry[0].loader))
    yield made
    made.graph.clear()
    assert made.jobs.close()


def test_the_target_is_selected_in_graph_and_table(bench: Bench) -> None:
    target = bench.graph.place.target.key  # type: ignore[union-attr]
    assert bench.panel.view.current_key == target
    assert bench.table.current_key in (target, bench.key_of("Owner"))
    assert bench.panel.corner.text().startswith("Freeze B, ")


def test_making_a_target_and_back_and_forward_lead_through_targets(bench: Bench) -> None:
    bench.graph.make_target(bench.key_of("Owner"))
    bench.settle()
    assert bench.target() == "Owner"
    bench.graph.back()
    bench.settle()
    assert bench.target() == "Loader"
    bench.graph.back()  # nothing lies behind
    assert bench.target() == "Loader"
    bench.graph.forward()
    bench.settle()
    assert bench.target() == "Owner"


def test_a_place_keeps_what_was_done_there(bench: Bench) -> None:
    bench.graph.edits.expand(bench.key_of("Owner"), Side.HELD)
    bench.settle()
    nodes = len(bench.graph.scene.nodes)  # type: ignore[union-attr]
    bench.open(id(registry[1]))
    bench.graph.back()
    bench.settle()
    assert len(bench.graph.scene.nodes) == nodes  # type: ignore[union-attr]


def test_undo_takes_back_a_move_and_a_tidy(bench: Bench) -> None:
    before = bench.boxes()
    key = bench.graph.place.target.key  # type: ignore[union-attr]
    bench.graph.edits.pin(key, 900.0, 400.0)
    bench.settle()
    moved = bench.boxes()
    assert moved != before
    bench.graph.edits.unpin(key)
    bench.settle()
    with bench.qtbot.waitSignal(bench.graph.history_changed) as told:
        bench.graph.tidy()
    bench.settle()
    assert told.args == ["tidy", ""]
    assert bench.boxes() != moved
    bench.graph.undo()
    assert bench.boxes() == moved
    bench.graph.undo()
    bench.graph.undo()
    assert bench.boxes() == before


def test_another_path_is_one_step_and_its_sentence_is_the_banners(bench: Bench) -> None:
    bench.open(id(registry))  # held by the module, and by this very test's frames
    if len(bench.graph.paths.chains) < 2:
        pytest.skip("one path only")
    bench.graph.next_path()
    bench.settle()
    assert bench.graph.lit_path == 1
    assert "reached through **" in bench.graph.scene.banner  # type: ignore[union-attr]
    assert bench.panel.banner._next.text().startswith("Path 2 of")
    bench.graph.undo()
    assert bench.graph.lit_path == 0
    assert bench.panel.banner._next.text().startswith("Path 1 of")


def test_weak_references_show_who_keeps_nothing(bench: Bench) -> None:
    bench.graph.set_weak(True)
    bench.settle()
    scene = bench.graph.scene
    assert scene is not None
    weak = [edge for edge in scene.edges if edge.style is EdgeStyle.WEAK]
    assert [(scene.node(edge.source).title, edge.label) for edge in weak] == [("WeakSet", "weak")]
    assert bench.panel.view.settings.weak_shown
    bench.graph.set_weak(False)
    bench.settle()
    assert not any(edge.style is EdgeStyle.WEAK for edge in bench.graph.scene.edges)  # type: ignore[union-attr]


def test_until_root_says_when_it_gives_up_and_goes_on_when_asked(bench: Bench) -> None:
    last = chain[0]
    while last.following is not None:
        last = last.following
    bench.graph.set_limits(depth=3)
    bench.open(id(last))
    key = bench.graph.place.target.key  # type: ignore[union-attr]
    with bench.qtbot.waitSignal(bench.wiring.noticed, timeout=10_000) as told:
        bench.graph.edits.expand_until_root(key)
    assert told.args[0].title == "3 steps, no root yet"
    assert told.args[0].button.key == f"go_on:{key}"
    bench.settle()
    with bench.qtbot.assertNotEmitted(bench.wiring.noticed):
        bench.graph.edits.go_on_until_root(key)
        bench.settle()


def test_a_reference_that_is_clicked_tells_label_both_ends_and_what_cutting_frees(bench: Bench) -> None:
    view, key = bench.panel.view, bench.graph.place.target.key  # type: ignore[union-attr]
    curve = next(c for c in view.graph.edges.curves if c.edge.target == key and c.edge.label == ".loader")
    middle = curve.points()[len(curve.points()) // 2]
    cuts = QSignalSpy(bench.graph.cut_chosen)
    with bench.qtbot.waitSignal(bench.graph.edge_chosen) as told:
        click(view, view.viewport().mapTo(view.window(), view.mapFromScene(QPointF(*middle))))
    facts = told.args[0]
    assert (facts.holder.title, facts.edge.label, facts.held.title) == ("Owner", ".loader", "Loader")
    assert cuts.at(cuts.count() - 1)[0].words == "Owner → Loader"


def test_the_breadcrumb_leads_to_types_and_to_the_class(bench: Bench) -> None:
    links = [b for b in bench.panel.header.breadcrumb.findChildren(QPushButton) if b.isVisible()]
    assert links[0].text() == "Types"
    with bench.qtbot.waitSignal(bench.wiring.panel_wanted) as told:
        links[0].click()
    assert told.args == ["types"]
    with bench.qtbot.waitSignal(bench.wiring.type_wanted) as named:
        links[1].click()
    assert named.args == [f"{__name__}.Loader"]


def test_what_is_hidden_is_listed_and_shown_again(bench: Bench) -> None:
    bench.graph.edits.hide_type(f"{__name__}.Owner")
    bench.settle()
    menu = bench.panel.header.hidden.menu()
    assert menu.actions()[0].text().startswith("Owner")
    menu.actions()[0].trigger()
    bench.settle()
    assert bench.key_of("Owner")
    assert bench.panel.header.hidden.text() == "none"


@pytest.mark.parametrize(("modifiers", "wanted"), [(CTRL, "registry[0].loader"), (CTRL | SHIFT, "Loader")])
def test_copying_by_key_puts_expression_or_words_on_the_clipboard(
    bench: Bench, modifiers: Qt.KeyboardModifier, wanted: str
) -> None:
    bench.panel.view.setFocus()
    with bench.qtbot.waitSignal(bench.copy.noticed, timeout=10_000):
        press_key(bench.panel.view, Qt.Key.Key_C, modifiers)
    text = QGuiApplication.clipboard().text()
    assert wanted in text
    assert (hex(id(registry[0].loader)) in text) is bool(modifiers & SHIFT)


def test_a_row_of_the_table_selects_its_node_in_the_graph(bench: Bench) -> None:
    rows = bench.table.model.rows
    at = next(n for n, row in enumerate(rows) if row.source not in ("", bench.table.current_key))
    with bench.qtbot.waitSignal(bench.graph.object_chosen, timeout=10_000) as told:
        bench.table.table.setCurrentIndex(bench.table.model.index(at, 0))
    assert told.args[0].node.key == rows[at].source
    assert bench.panel.view.current_key == rows[at].source


def test_clearing_leaves_nothing_to_go_back_to(bench: Bench) -> None:
    bench.open(id(registry[1]))
    bench.graph.clear()
    assert bench.graph.place is None
    bench.graph.back()
    assert bench.graph.place is None
    assert bench.panel.corner.text() == ""
