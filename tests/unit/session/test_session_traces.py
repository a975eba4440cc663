"""What an agent and a copy say of traced allocations, believed only where it is shaped as agreed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from refscope.agent import wire
from refscope.errors import ProtocolError
from refscope.heap.traces import Place, SavedTraces
from refscope.session.traces import FetchedTraces, Tracing, parse_tracing

A, B = Place("a.py", 1), Place("b.py", 2)


class Copy:
    """A copy that knows where 7 and 8 were made; `asked`: ids of each question."""

    def __init__(self, **broken: Any) -> None:
        self.asked: list[list[int]] = []
        self.is_there = True
        self.broken = broken

    def __call__(self, kind: str, columns: Sequence[tuple[str, str, Any]]) -> wire.Frame | None:
        assert kind == "made_at"
        ids = columns[0][2].tolist()
        self.asked.append(ids)
        if not self.is_there:
            return None
        known = {7: 0, 8: 1}
        fields = {
            "frames": 2,
            "files": ["a.py", "b.py"],
            "stacks": [[0, 1], [1, 2, 0, 1]],
            "made": [known.get(each, -1) for each in ids],
        }
        return wire.Frame("made_at", 1, {**fields, **self.broken}, {})


def test_each_object_is_asked_about_once() -> None:
    copy = Copy()
    traces = FetchedTraces(copy)
    assert traces.frames == 2
    assert traces.tracebacks([7, 9, 7]) == [(A,), (), (A,)]
    assert traces.tracebacks([8, 9]) == [(B, A), ()]
    assert copy.asked == [[], [7, 9], [8]]


def test_what_was_fetched_stays_when_the_copy_is_gone() -> None:
    copy = Copy()
    traces = FetchedTraces(copy)
    traces.tracebacks([7])
    copy.is_there = False
    assert traces.tracebacks([7, 8]) == [(A,), ()]
    assert traces.fetched() == SavedTraces(2, {7: (A,)})


def test_a_copy_that_is_gone_before_it_was_asked_knows_nothing() -> None:
    copy = Copy()
    copy.is_there = False
    traces = FetchedTraces(copy)
    assert (traces.frames, traces.tracebacks([7])) == (0, [()])


def test_where_nothing_was_traced_nobody_is_asked_about_objects() -> None:
    copy = Copy(frames=0)
    traces = FetchedTraces(copy)
    assert traces.tracebacks([7, 8]) == [(), ()]
    assert copy.asked == [[]]


@pytest.mark.parametrize(
    "broken",
    [
        {"made": [2]},
        {"made": [-2]},
        {"made": []},
        {"made": ["0"]},
        {"stacks": [[5, 1]]},
        {"stacks": [[0]]},
        {"files": [1, 2]},
        {"files": None},
        {"frames": None},
    ],
)
def test_an_answer_of_another_shape_breaks_the_protocol(broken: dict[str, Any]) -> None:
    copy = Copy()
    traces = FetchedTraces(copy)
    assert traces.frames == 2
    copy.broken = broken
    with pytest.raises(ProtocolError):
        traces.tracebacks([7])


def test_tracing_is_told_in_a_sentence() -> None:
    assert parse_tracing(None) == Tracing()
    assert parse_tracing(None).sentence == "Allocations are not traced."
    ours = parse_tracing({"frames": 1, "ours": True, "kept": "", "memory_bytes": 9})
    assert ours == Tracing(1, True, "", 9)
    assert ours.sentence == "Allocations are traced, 1 frame each."
    theirs = parse_tracing({"frames": 5, "ours": False, "kept": "program"})
    assert theirs.sentence == (
        "Allocations are traced, 5 frames each. The program traces by itself; that is used, and RefScope does"
        " not change it."
    )
    assert parse_tracing({"frames": 2, "ours": True, "kept": "of a newer agent"}).note == "of a newer agent"


@pytest.mark.parametrize("broken", [3, [], {}, {"frames": "2"}, {"frames": 2, "kept": 7}, {"frames": 2.5}])
def test_a_broken_word_on_tracing_breaks_the_protocol(broken: Any) -> None:
    with pytest.raises(ProtocolError):
        parse_tracing(broken)
