"""Requests and answers over a socket pair, with a fake agent at the other end."""

from __future__ import annotations

import os
import socket
import struct
import threading
from array import array
from collections.abc import Iterator

import numpy as np
import pytest

from refscope.agent import wire
from refscope.errors import AgentError, Cancelled, CancelSignal, PeerGone, ProtocolError
from refscope.session.channel import Channel, column, field


class Peer:
    """The other end: the test reads requests and writes answers by hand."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.failures: list[ProtocolError] = []
        self.gone = threading.Event()
        self.channel = Channel(ours, self._note)
        self.sock = theirs
        self.wire = wire.Connection(theirs)

    def _note(self, failure: ProtocolError) -> None:
        self.failures.append(failure)
        self.gone.set()


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.channel.close()
    peer.wire.close()


def test_an_answer_goes_to_the_request_of_its_number(peer: Peer) -> None:
    first, second = peer.channel.begin("one"), peer.channel.begin("two")
    requests = [peer.wire.receive(), peer.wire.receive()]
    for request in reversed(requests):
        peer.wire.send("done", request.id, {"to": request.kind})
    assert first.next(5).fields == {"to": "one"}
    assert second.next(5).fields == {"to": "two"}


def test_columns_arrive_as_arrays_of_their_type(peer: Peer) -> None:
    peer.wire.send("ready", None, {}, [("ids", "Q", array("Q", [1, 2**63])), ("none", "q", array("q"))])
    frame = peer.channel.unasked.next(5)
    ids = column(frame, "ids", "Q")
    assert ids.dtype == np.uint64
    assert ids.tolist() == [1, 2**63]
    assert column(frame, "none", "q").tolist() == []


@pytest.mark.parametrize(("name", "typecode"), [("ids", "q"), ("sizes", "Q")])
def test_a_column_of_another_type_or_name_breaks_the_protocol(peer: Peer, name: str, typecode: str) -> None:
    peer.wire.send("ready", None, {}, [("ids", "Q", array("Q", [1]))])
    frame = peer.channel.unasked.next(5)
    with pytest.raises(ProtocolError, match=name):
        column(frame, name, typecode)


def test_a_field_of_another_type_breaks_the_protocol(peer: Peer) -> None:
    peer.wire.send("hello", None, {"pid": "x"})
    with pytest.raises(ProtocolError, match="pid"):
        field(peer.channel.unasked.next(5), "pid", int)


def test_a_stream_ends_with_its_last_kind(peer: Peer) -> None:
    answer = peer.channel.begin("walk")
    number = peer.wire.receive().id
    for kind in ["chunk", "chunk", "walked", "chunk"]:
        peer.wire.send(kind, number)
    assert [frame.kind for frame in answer.frames("walked", 5)] == ["chunk", "chunk", "walked"]


def test_an_error_answer_is_raised_with_its_code(peer: Peer) -> None:
    answer = peer.channel.begin("freeze")
    peer.wire.send("error", peer.wire.receive().id, {"code": "no_memory", "message": "ENOMEM"})
    with pytest.raises(AgentError, match="ENOMEM") as caught:
        answer.next(5)
    assert caught.value.code == "no_memory"


def test_no_answer_in_time_is_called_hung_and_its_late_answer_is_dropped(peer: Peer) -> None:
    with pytest.raises(AgentError) as caught:
        peer.channel.request("collect", timeout_s=0.01)
    assert caught.value.code == "hung"
    peer.wire.send("collected", peer.wire.receive().id)
    answer = peer.channel.begin("next")
    peer.wire.send("done", peer.wire.receive().id)
    assert answer.next(5).kind == "done"


def test_a_cancelled_question_stops_waiting(peer: Peer) -> None:
    cancel = CancelSignal()
    answer = peer.channel.begin("freeze")
    with pytest.raises(Cancelled):
        answer.next(None, cancel, on_wait=lambda waited_s: cancel.cancel())


def test_all_who_wait_are_told_when_the_peer_closes(peer: Peer) -> None:
    answers = [peer.channel.begin("one"), peer.channel.begin("two"), peer.channel.unasked]
    peer.wire.close()
    for answer in answers:
        with pytest.raises(PeerGone):
            answer.next(5)
    assert peer.gone.wait(5)
    assert not peer.channel.is_open


def test_a_question_after_the_peer_closed_is_refused_at_once(peer: Peer) -> None:
    peer.wire.close()
    assert peer.gone.wait(5)
    with pytest.raises(PeerGone):
        peer.channel.begin("counters")


def test_a_pipe_torn_within_a_frame_is_a_peer_that_is_gone(peer: Peer) -> None:
    parts = wire.encode("chunk", 1, {}, [("ids", "Q", array("Q", range(1000)))])
    peer.sock.sendall(parts[0])
    peer.sock.sendall(parts[1][:100])
    peer.wire.close()
    with pytest.raises(PeerGone):
        peer.channel.unasked.next(5)


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        wire.PREFIX.pack(wire.MAGIC, 2**31, 0),
        wire.PREFIX.pack(wire.MAGIC, 2, 0) + b"[]",
        struct.pack("<4sIQ", wire.MAGIC, 0, 2**63),
    ],
)
def test_what_is_not_a_frame_ends_the_channel_with_a_protocol_error(peer: Peer, sent: bytes) -> None:
    peer.sock.sendall(sent)
    with pytest.raises(ProtocolError) as caught:
        peer.channel.unasked.next(5)
    assert not isinstance(caught.value, PeerGone)


def test_a_descriptor_travels_with_the_request(peer: Peer) -> None:
    read_end, write_end = os.pipe()
    peer.channel.begin("freeze", descriptor=write_end)
    os.close(write_end)
    _, ancillary, _, _ = peer.sock.recvmsg(1, socket.CMSG_SPACE(4))
    received = struct.unpack("i", ancillary[0][2])[0]
    os.write(received, b"here")
    assert os.read(read_end, 10) == b"here"
    os.close(read_end)
    os.close(received)


def test_closing_here_is_not_reported_as_the_peer_being_gone(peer: Peer) -> None:
    peer.channel.close()
    assert peer.failures == []
    with pytest.raises(PeerGone):
        peer.channel.begin("counters")
