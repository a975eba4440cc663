"""Questions to an agent that is played by hand over a socket pair."""

from __future__ import annotations

import math
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from refscope.agent import wire
from refscope.errors import AgentError, PeerGone, ProtocolError, VersionMismatch
from refscope.session import observed
from refscope.session.control import Control
from refscope.session.sampling import Watched

HELLO = {
    "protocol": wire.PROTOCOL_VERSION,
    "python": [3, 11, 7],
    "implementation": "cpython",
    "pid": 7,
    "executable": "/usr/bin/python3",
    "freeze": "clone",
    "freeze_reason": None,
}


class FakeAgent:
    """The agent's end; the test answers requests by hand."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.control = Control(ours, lambda failure: None)
        self.wire = wire.Connection(theirs)

    def answer(self, kind: str, **fields: Any) -> None:
        self.wire.send(kind, self.wire.receive().id, fields)


@pytest.fixture
def agent() -> Iterator[FakeAgent]:
    agent = FakeAgent()
    yield agent
    agent.control.close()
    agent.wire.close()


def test_hello_says_who_is_there(agent: FakeAgent) -> None:
    agent.wire.send("hello", None, HELLO)
    hello = agent.control.wait_hello(5)
    assert (hello.python, hello.pid, hello.freeze, hello.freeze_reason) == ((3, 11, 7), 7, "clone", "")


def test_another_version_of_the_protocol_is_refused(agent: FakeAgent) -> None:
    agent.wire.send("hello", None, {**HELLO, "protocol": 99})
    with pytest.raises(VersionMismatch, match="speaks protocol 99"):
        agent.control.wait_hello(5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("python", None),
        ("python", [3, 11]),
        ("python", "3.11"),
        ("pid", "x"),
        ("implementation", {}),
        ("freeze", None),
    ],
)
def test_a_broken_hello_breaks_the_protocol(agent: FakeAgent, field: str, value: object) -> None:
    agent.wire.send("hello", None, {**HELLO, field: value})
    with pytest.raises(ProtocolError):
        agent.control.wait_hello(5)


def test_no_hello_in_time_and_no_hello_at_all_are_told_apart(agent: FakeAgent) -> None:
    with pytest.raises(AgentError):
        agent.control.wait_hello(0)
    agent.wire.close()
    with pytest.raises(PeerGone):
        agent.control.wait_hello(5)


def test_counters_are_never_waited_for(agent: FakeAgent) -> None:
    assert math.isnan(agent.control.counters().allocated_blocks)
    assert math.isnan(agent.control.counters().allocated_blocks)
    agent.answer("counters", allocated_blocks=123, gc_stats=[[9, 0, 0], [5, 0, 0], [2, 0, 0]])
    late = agent.control.channel.begin("collect")  # answered in order: the counters are there by then
    agent.answer("collected")
    late.next(5)
    counters = agent.control.counters()
    assert (counters.allocated_blocks, counters.collections) == (123.0, 2.0)


def test_counters_of_an_agent_that_is_gone_are_not_known(agent: FakeAgent) -> None:
    agent.wire.close()
    with pytest.raises(PeerGone):
        agent.control.channel.unasked.next(5)
    assert math.isnan(agent.control.counters().collections)


def polled(agent: FakeAgent, **more: Any) -> Any:
    """What the second poll knows, once the agent has answered the first."""
    agent.control.counters()
    asked = agent.wire.receive()
    answer = {"allocated_blocks": 1, "gc_stats": [[1, 2, 0]], **more}
    agent.wire.send("counters", asked.id, answer)
    late = agent.control.channel.begin("collect")
    agent.answer("collected")
    late.next(5)
    return asked, agent.control.counters()


def test_watched_paths_are_asked_for_with_the_counters(agent: FakeAgent) -> None:
    agent.control.watched_paths = ("a.b", "a.c")
    asked, counters = polled(agent, values=[[3, 1], [None, None]], words=["", "a has no c"])
    assert asked.fields["watch"] == ["a.b", "a.c"]
    assert counters.watched == (("a.b", Watched(3, 1)), ("a.c", Watched(None, None, "a has no c")))


def test_marks_of_the_program_are_told(agent: FakeAgent) -> None:
    told: list[tuple[float, str]] = []
    agent.control.on_mark = lambda time_s, name: told.append((time_s, name))
    polled(agent, marks=[[1.5, "loaded"], [2, "served"]])
    assert told == [(1.5, "loaded"), (2.0, "served")]


def test_marks_of_another_shape_are_as_no_answer(agent: FakeAgent) -> None:
    _, counters = polled(agent, marks=["loaded"])
    assert math.isnan(counters.allocated_blocks)


@pytest.mark.parametrize("values", [None, [], [[1]], [[1, 2], [3, 4]], "xy"])
def test_watched_values_of_another_shape_break_the_protocol(agent: FakeAgent, values: object) -> None:
    answer = agent.control.channel.begin("nothing")
    agent.answer("nothing")
    answer.next(5)

    def respond() -> None:
        agent.answer("watched", values=values)

    with pytest.raises(ProtocolError), answering(respond):
        agent.control.watch(["a.b"])


class answering:
    """Answers one request on another thread while the body asks."""

    def __init__(self, respond: Any) -> None:
        self._thread = threading.Thread(target=respond)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._thread.join()


def test_a_reap_that_is_not_answered_is_no_error(agent: FakeAgent) -> None:
    agent.wire.close()
    assert agent.control.reap(7) is False


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("no_memory", "There is no memory for a copy"),
        ("died", "The copy ended before it was read"),
        ("not_possible", "The heap cannot be frozen that way here"),
        ("fork_failed", "The heap could not be frozen"),
        ("whatever", "The heap could not be frozen"),
    ],
)
def test_each_refusal_of_a_freeze_has_its_sentence(code: str, title: str) -> None:
    assert observed._refusal(AgentError(code, "why")).title == title
