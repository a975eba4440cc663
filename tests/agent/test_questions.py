"""The request loop of an image, over a socket pair, with a heap of this process."""

from __future__ import annotations

import socket
import sys
import threading
from array import array
from collections.abc import Iterator
from typing import Any

import pytest

from refscope.agent import questions, sizes, walk, wire


class Deadline:
    """Notes when it is armed and disarmed."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __call__(self) -> None:
        self.calls.append("arm")

    def disarm(self) -> None:
        self.calls.append("disarm")


class Served:
    """An image answered by a thread of this process."""

    def __init__(self, objects: list[Any], in_process: bool = True) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(20)
        self.connection, self.theirs = wire.Connection(ours), theirs
        self.deadline = Deadline()
        counts = list(map(sys.getrefcount, objects))
        heap = walk.FrozenHeap(objects, counts, sizes.count_offset(), {}, {}, [], (), in_process)
        arguments = (wire.Connection(theirs), heap, self.deadline)
        self.thread = threading.Thread(target=questions.serve, args=arguments)
        self.thread.start()
        self.ready = self.connection.receive()

    def ask(self, kind: str, columns: Any = (), **fields: Any) -> wire.Frame:
        self.connection.send(kind, 7, fields, columns)
        answer = self.connection.receive()
        assert answer.id == 7
        return answer

    def close(self) -> None:
        self.connection.close()
        self.thread.join(10)
        self.theirs.close()


@pytest.fixture
def image() -> Iterator[Served]:
    served = Served([["a"], {"k": 1}])
    yield served
    served.close()


def ids(*objects: Any) -> list[tuple[str, str, Any]]:
    return [("ids", "Q", array("Q", list(map(id, objects))))]


def test_an_image_says_how_much_it_holds_before_anything_else(image: Served) -> None:
    assert image.ready.kind == "ready"
    assert image.ready.fields["objects"] == 2


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("dance", {}, "unknown_kind"),
        ("leaves", {}, "bad_request"),
        ("labels", {}, "bad_request"),
        ("referents", {}, "bad_request"),
        ("weak", {}, "bad_request"),
        ("referents", {"object": 8}, "bad_request"),
        ("source", {"object": "x"}, "bad_request"),
        ("repr", {}, "not_possible"),
        ("evaluate", {"expression": "1"}, "not_possible"),
        ("objgraph", {"function": "count", "path": ""}, "not_possible"),
    ],
)
def test_what_cannot_be_answered_is_an_error_and_the_image_stays(
    image: Served, kind: str, fields: dict[str, Any], code: str
) -> None:
    answer = image.ask(kind, **fields)
    assert (answer.kind, answer.fields["code"]) == ("error", code)
    assert answer.fields["message"]
    assert image.ask("types", ids(int)).kind == "types"


def test_unequal_columns_are_refused(image: Served) -> None:
    columns = [("sources", "Q", array("Q", [8])), ("targets", "Q", array("Q", []))]
    assert image.ask("labels", columns).fields["code"] == "bad_request"


def test_ids_that_nobody_has_get_empty_answers(image: Served) -> None:
    nobody = [("ids", "Q", array("Q", [8, 1 << 62]))]
    assert image.ask("describe", nobody).fields["texts"] == ["", ""]
    assert image.ask("weak", nobody).fields["referrers"] == [[], []]
    assert image.ask("types", nobody).fields["types"] == [["", "", 0], ["", "", 0]]
    pairs = [("sources", "Q", array("Q", [8])), ("targets", "Q", array("Q", [16]))]
    assert image.ask("labels", pairs).fields["labels"] == [[]]


def test_each_answer_stands_under_the_deadline(image: Served) -> None:
    image.ask("describe", ids())
    image.ask("dance")
    image.connection.send("close")
    image.thread.join(10)
    assert image.deadline.calls == ["arm", "disarm"] * 2


def test_close_ends_the_loop(image: Served) -> None:
    image.connection.send("close")
    image.thread.join(10)
    assert not image.thread.is_alive()


def test_the_end_of_the_channel_ends_the_loop() -> None:
    served = Served([[]])
    served.connection.close()
    served.thread.join(10)
    assert not served.thread.is_alive()
    served.theirs.close()


def test_garbage_ends_the_loop() -> None:
    served = Served([[]])
    served.connection.sock.sendall(b"x" * 64)
    served.thread.join(10)
    assert not served.thread.is_alive()
    served.close()


def test_types_tell_flags_that_matter() -> None:
    from refscope.agent.vocabulary import TypeFlag

    class Own:
        def __repr__(self) -> str:
            return "x"

    served = Served([Own, int, list, ValueError, type])
    rows = served.ask("types", ids(Own, int, list, ValueError, type)).fields["types"]
    served.close()
    flags = {row[1].rpartition(".")[2]: row[2] for row in rows}
    assert flags["Own"] & TypeFlag.HEAP
    assert flags["Own"] & TypeFlag.GC
    assert flags["Own"] & TypeFlag.DICT
    assert flags["Own"] & TypeFlag.USER_REPR
    assert not flags["int"] & (TypeFlag.HEAP | TypeFlag.GC | TypeFlag.USER_REPR)
    assert flags["list"] & TypeFlag.GC
    assert flags["ValueError"] & TypeFlag.EXCEPTION
    assert flags["type"] & TypeFlag.SUBCLASS_OF_TYPE
    assert rows[0][0] == __name__
