"""An image that is played by a thread with a table of answers."""

from __future__ import annotations

import socket
import threading
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from refscope.agent import wire
from refscope.errors import AgentError, FreezeError, PeerGone, ProtocolError
from refscope.heap.traces import Place
from refscope.session.answers import Referent
from refscope.session.channel import Channel
from refscope.session.image import Image
from refscope.session.reading import GONE_TYPE

MARK = 8
TYPE, DICT, NODE, TEXT = 0x10, 0x20, 0x30, 0x40
NO_ROOTS: dict[str, Any] = {"modules": [], "frames": [], "interpreter": [], "own": [], "collector": {}}


def chunk(rows: dict[int, tuple[int, list[int]]]) -> tuple[str, dict[str, Any], list[Any]]:
    """A chunk frame of rows: id → (id of its class, referents)."""
    referents = [each for _, held in rows.values() for each in (*held, MARK)]
    columns = [
        ("ids", "Q", array("Q", rows)),
        ("types", "Q", array("Q", [kind for kind, _ in rows.values()])),
        ("sizes", "Q", array("Q", [16] * len(rows))),
        ("refcounts", "q", array("q", [1] * len(rows))),
        ("referents", "Q", array("Q", referents)),
    ]
    return "chunk", {"mark": MARK, "first": 0, "total": len(rows)}, columns


WALKED: tuple[str, dict[str, Any], list[Any]] = ("walked", {"objects": 0}, [])


class FakeImage:
    """Answers each kind from `answers`, in order; what is asked is kept. Without an answer it ends."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.answers: dict[str, list[list[tuple[str, dict[str, Any], list[Any]]]]] = {}
        self.asked: list[wire.Frame] = []
        self.image = Image(Channel(ours), 0, name="A", python=(3, 9, 1))
        self._wire = wire.Connection(theirs)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def on(self, kind: str, *frames: tuple[str, dict[str, Any], list[Any]]) -> None:
        self.answers.setdefault(kind, []).append(list(frames))

    def close(self) -> None:
        self.image.close()
        self._thread.join()

    def _serve(self) -> None:
        with self._wire.sock:
            while True:
                try:
                    request = self._wire.receive()
                except wire.WireError:
                    return
                self.asked.append(request)
                if not self.answers.get(request.kind):
                    return
                for kind, fields, columns in self.answers[request.kind].pop(0):
                    self._wire.send(kind, request.id, fields, columns)


@pytest.fixture
def fake() -> Iterator[FakeImage]:
    fake = FakeImage()
    yield fake
    fake.close()


@pytest.fixture
def whole(fake: FakeImage) -> FakeImage:
    """node -> dict -> text, the text being a leaf; all of class type."""
    fake.on("walk", chunk({TYPE: (TYPE, []), NODE: (TYPE, [DICT]), DICT: (TYPE, [TEXT, TEXT])}), WALKED)
    fake.on("roots", ("roots", {**NO_ROOTS, "modules": [["app", NODE, DICT]]}, []))
    fake.on("leaves", chunk({TEXT: (TYPE, [])}), WALKED)
    fake.on("types", ("types", {"types": [["builtins", "type", 0]]}, []))
    return fake


def test_chunks_roots_leaves_and_types_become_one_snapshot(whole: FakeImage) -> None:
    seen: list[tuple[int, int]] = []
    snapshot = whole.image.read(progress=lambda done, total: seen.append((done, total)))
    assert [request.kind for request in whole.asked] == ["walk", "roots", "leaves", "types"]
    assert (snapshot.n_objects, snapshot.n_edges) == (4, 3)
    assert (snapshot.name, snapshot.python) == ("A", (3, 9, 1))
    assert snapshot.modules[0].name == "app"
    assert seen == [(3, 3), (4, 4)]


def test_what_was_gone_when_it_was_read_is_a_row_that_says_so(fake: FakeImage) -> None:
    fake.on("walk", chunk({TYPE: (TYPE, []), NODE: (TYPE, [TEXT])}), WALKED)
    fake.on("roots", ("roots", NO_ROOTS, []))
    fake.on("leaves", WALKED)
    fake.on("types", ("types", {"types": [["builtins", "type", 0]]}, []))
    snapshot = fake.image.read()
    row = snapshot.ids.tolist().index(TEXT)
    assert snapshot.type_table[snapshot.types[row]].qualname == GONE_TYPE.qualname


def test_an_image_that_ends_while_it_is_read_is_gone(fake: FakeImage) -> None:
    fake.on("walk", chunk({TYPE: (TYPE, [])}), WALKED)
    with pytest.raises(PeerGone):
        fake.image.read()
    with pytest.raises(FreezeError, match="was not read"):
        assert fake.image.snapshot


def test_an_image_that_falls_silent_is_hung(fake: FakeImage) -> None:
    fake.on("walk", chunk({TYPE: (TYPE, [])}))
    with pytest.raises(AgentError) as caught:
        fake.image.read(silence_s=0.05)
    assert caught.value.code == "hung"


@pytest.mark.parametrize(
    "roots",
    [
        {},
        {**NO_ROOTS, "modules": 3},
        {**NO_ROOTS, "modules": [["app", "x", 0]]},
        {**NO_ROOTS, "modules": [["app", -1, 0]]},
        {**NO_ROOTS, "frames": [{"id": 1}]},
        {**NO_ROOTS, "frames": [None]},
        {**NO_ROOTS, "own": [2**64]},
        {**NO_ROOTS, "interpreter": [["atexit", 16]]},
        {**NO_ROOTS, "collector": {"thresholds": 5}},
    ],
)
def test_roots_of_another_shape_break_the_protocol(fake: FakeImage, roots: dict[str, Any]) -> None:
    fake.on("walk", chunk({TYPE: (TYPE, [])}), WALKED)
    fake.on("roots", ("roots", roots, []))
    with pytest.raises(ProtocolError):
        fake.image.read()


def test_labels_are_asked_for_once(fake: FakeImage) -> None:
    fake.on("labels", ("labels", {"labels": [[["key", "'a'", True]], []]}, []))
    edges = [(NODE, DICT), (DICT, TEXT)]
    for _ in range(2):
        found = fake.image.labels([*edges, edges[0]])
        assert [[label.name for label in labels] for labels in found] == [["'a'"], [], ["'a'"]]
    assert len(fake.asked) == 1


def test_a_dead_image_knows_the_names_that_were_fetched(fake: FakeImage) -> None:
    fake.on("describe", ("described", {"texts": ["861 entries", None]}, []))
    assert fake.image.describe([DICT, TEXT]) == ["861 entries", ""]
    assert fake.image.describe([NODE, DICT]) == ["", "861 entries"]
    assert fake.image.labels([(NODE, DICT)]) == [()]
    with pytest.raises(FreezeError, match="copy behind freeze A is gone"):
        fake.image.source(NODE)


def test_fewer_labels_than_asked_for_break_the_protocol(fake: FakeImage) -> None:
    fake.on("labels", ("labels", {"labels": [[]]}, []))
    with pytest.raises(ProtocolError):
        fake.image.labels([(1, 2), (3, 4)])


def test_questions_carry_the_object_and_give_values(fake: FakeImage) -> None:
    fake.on("referents", ("referents", {"referents": [["attribute", "x", True, TEXT]], "total": 9}, []))
    fake.on("source", ("source", {"filename": "/a.py", "line": 3}, []))
    fake.on("source", ("source", {"filename": None, "line": None}, []))
    fake.on("repr", ("reprs", {"texts": ["<Node>", None], "errors": [None, "RuntimeError"]}, []))
    fake.on("evaluate", ("evaluated", {"text": "7", "result": NODE}, []))
    referents, total = fake.image.referents(NODE, limit=1)
    assert isinstance(referents[0], Referent)
    assert (referents[0].label.name, referents[0].object_id, total) == ("x", TEXT, 9)
    assert fake.asked[-1].fields["object"] == NODE
    assert fake.image.source(NODE) == Place("/a.py", 3)
    assert fake.image.source(NODE) is None
    assert fake.image.reprs([NODE, TEXT]) == (["<Node>", ""], ["", "RuntimeError"])
    assert fake.image.evaluate("obj", NODE).object_id == NODE


def test_an_expression_that_raises_is_the_agents_error(fake: FakeImage) -> None:
    fake.on("evaluate", ("error", {"code": "died", "message": "the copy ended"}, []))
    with pytest.raises(AgentError, match="the copy ended"):
        fake.image.evaluate("1/0")


def test_a_trial_gives_all_that_went_and_who_did_not_let_go(fake: FakeImage) -> None:
    parts = [("chunk", {}, [("ids", "Q", array("Q", ids))]) for ids in ([NODE, DICT], [TEXT])]
    fake.on("try", *parts, ("tried", {"refused": ["no way"], "leaves_counted": False}, []))
    trial = fake.image.trial([(DICT, NODE)], np.array([TEXT], np.uint64), counts_garbage=True)
    assert trial.gone.tolist() == [NODE, DICT, TEXT]
    assert (trial.refused, trial.leaves_counted) == (("no way",), False)
    asked = fake.asked[-1]
    columns = [
        memoryview(asked.columns[name][1]).cast("Q").tolist() for name in ("sources", "targets", "leaves")
    ]
    assert columns == [[DICT], [NODE], [TEXT]]
    assert asked.fields["garbage"] is True


def test_a_trial_that_cannot_be_made_is_the_agents_error(fake: FakeImage) -> None:
    fake.on("try", ("error", {"code": "not_possible", "message": "no way is known"}, []))
    with pytest.raises(AgentError, match="no way is known"):
        fake.image.trial([], np.empty(0, np.uint64))


def test_a_trial_in_a_copy_that_is_gone_says_so(fake: FakeImage) -> None:
    with pytest.raises(FreezeError, match="is gone"):
        fake.image.trial([], np.empty(0, np.uint64))
