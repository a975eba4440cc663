"""The inspector on a real freeze: what comes by itself, what is asked, and what is said without a copy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from captures import running
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from refscope.api import Session, Snapshot
from refscope.api.snapshot import Snapshot as SnapshotClass
from refscope.gui.details import Answer, Details
from refscope.gui.graph_controller import GraphController
from refscope.gui.inspector_controller import InspectorController
from refscope.gui.jobs import Jobs
from refscope.gui.what_if_controller import WhatIfController

PROGRAM = """
import time
class Node:
    registry = {}
    spare = []
    def __init__(self, name):
        self.name, self.table = name, {"inside": [name]}
        Node.registry[name] = self
        Node.spare.append(self)
class Slow:
    def __repr__(self):
        time.sleep(60)
class Broken:
    def __repr__(self):
        raise KeyError("no")
KEPT = [Slow(), Broken()]
for number in range(5):
    Node(f"node {number}")
print("ready", flush=True)
input()
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with running(tmp_path_factory.mktemp("program"), PROGRAM) as made:
        yield made


@pytest.fixture(scope="module")
def snapshot(session: Session) -> Snapshot:
    return session.freeze("A")


class Bench:
    """A graph with its inspector, without widgets."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.jobs = Jobs()
        self.graph = GraphController(self.jobs)
        self.inspector = InspectorController(
            self.graph, self.jobs, WhatIfController(self.jobs, lambda _count: True)
        )

    def open(self, snapshot: Snapshot, question: str) -> Details:
        self.graph.open(snapshot, question)
        self.settle()
        return self.details

    def settle(self) -> None:
        self.qtbot.waitUntil(
            lambda: not (self.jobs.questions.is_busy or self.jobs.heap_work.is_busy), timeout=30_000
        )

    @property
    def details(self) -> Details:
        assert self.inspector.details is not None
        return self.inspector.details


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.inspector.clear()
    made.graph.clear()
    made.jobs.close()


def test_everything_about_an_object_comes_by_itself(bench: Bench, snapshot: Snapshot) -> None:
    details = bench.open(snapshot, "Node")
    assert details.title == "Node"
    assert details.why is not None
    assert details.why.expression is not None
    assert details.why.checked is True
    assert details.repr is not None
    assert details.repr.text.startswith("<__main__.Node object at 0x")
    assert details.attributes is not None
    assert [row.name for row in details.attributes] == [".name", ".table"]
    assert details.source is not None
    assert details.source.words.endswith("program.py:5")
    assert details.what_if is not None
    assert details.what_if.others[-1].text == "Every reference to it"


def test_attributes_unfold_into_what_they_hold(bench: Bench, snapshot: Snapshot) -> None:
    bench.open(snapshot, "Node")
    bench.inspector.toggle_attribute("", "1")
    bench.settle()
    assert bench.details.attributes is not None
    table = bench.details.attributes[1]
    assert table.children is not None
    assert "['inside']" in [row.name for row in table.children]
    bench.inspector.toggle_attribute("", "1")
    assert bench.details.attributes[1].children is None


def test_each_path_is_reached_by_its_number(bench: Bench, snapshot: Snapshot) -> None:
    first = bench.open(snapshot, "Node").why
    assert first is not None
    assert first.total >= 2
    assert len(first.others) == first.total
    bench.inspector.pick_path("", 2)
    bench.settle()
    second = bench.details.why
    assert second is not None
    assert second.number == 2
    assert second.steps != first.steps
    bench.inspector.next_path("")
    bench.settle()
    assert bench.details.why is not None
    assert bench.details.why.number == (3 if first.total > 2 else 1)


def test_a_cut_that_is_offered_is_predicted_and_tried(bench: Bench, snapshot: Snapshot) -> None:
    bench.open(snapshot, "Node")
    bench.inspector.cut("", "all")
    bench.settle()
    what_if = bench.details.what_if
    assert what_if is not None
    assert what_if.sentence.startswith("Cutting **every reference to it** frees **")
    bench.inspector.try_cut("")
    bench.settle()
    assert bench.details.what_if is not None
    assert bench.details.what_if.trying is Answer.DONE
    assert ", freed **" in bench.details.what_if.result


def test_a_slow_repr_is_only_asked_to_its_end_by_hand(bench: Bench, snapshot: Snapshot) -> None:
    details = bench.open(snapshot, "Slow")
    assert details.repr is not None
    assert (details.repr.state, details.repr.text) == (Answer.NOT_ASKED, "It takes longer than 0.5 s.")
    bench.inspector.ask_repr("")
    assert bench.details.repr is not None
    assert bench.details.repr.state is Answer.WORKING
    bench.settle()
    assert bench.details.repr.title == "repr did not answer within 2 s"
    assert bench.details.repr.text == "It ran in a throw-away copy; program and freeze are untouched."


def test_a_repr_that_raises_says_what(bench: Bench, snapshot: Snapshot) -> None:
    details = bench.open(snapshot, "Broken")
    assert details.repr is not None
    assert details.repr.title == "repr raised KeyError: 'no'"
    assert details.repr.can_retry


def test_where_the_copy_is_gone_it_says_so(bench: Bench, session: Session) -> None:
    lost = session.freeze("B")
    lost.close()
    details = bench.open(lost, "Node")
    assert details.repr is not None
    assert details.repr.title == "The copy behind freeze B is gone"
    assert not details.repr.can_retry
    assert details.why is not None
    assert details.why.checked is None


def test_a_capture_has_no_repr_at_all(bench: Bench, snapshot: Snapshot) -> None:
    details = bench.open(SnapshotClass(snapshot.heap, snapshot.labels), "Node")
    assert details.repr is None
    assert details.why is not None
    assert details.why.checked is None


def test_parts_are_copied_and_the_source_is_asked_for(bench: Bench, snapshot: Snapshot) -> None:
    details = bench.open(snapshot, "Node")
    assert details.why is not None
    for what, text in (
        ("address", hex(details.address or 0)),
        ("expression", details.why.expression),
        ("repr", details.repr.text if details.repr is not None else ""),
        ("source", details.source.whole if details.source is not None else ""),
    ):
        bench.inspector.copy("", what)
        assert QGuiApplication.clipboard().text() == text
    with bench.qtbot.waitSignal(bench.inspector.source_wanted) as told:
        bench.inspector.open_source("")
    assert told.args[0].endswith("program.py")
    assert told.args[1] == 5
