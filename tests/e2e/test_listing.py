"""Lists over freezes of a real program: counts, ages, texts, searches in reprs."""

from __future__ import annotations

import collections
from collections.abc import Iterator

import pytest

from refscope.api import Session, Snapshot, launch
from refscope.api.listing import ages, find_by_repr, own_objects, texts_of, type_counts
from refscope.errors import Cancelled

PROGRAM = """
import sys
class Loader:
    def __init__(self, app): self.app = app
    def __repr__(self): return f"<Loader of {self.app}>"
class Bad:
    def __repr__(self): raise ValueError("no")
class Ends:
    def __repr__(self):
        import os
        os._exit(3)
kept = [Bad(), Ends()]
for line in sys.stdin:
    kept.extend(Loader(("store", "weather")[number % 2]) for number in range(int(line)))
    print("made", flush=True)
"""


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with launch(["-c", PROGRAM]) as made:
        for count in (30, 20):
            made.send_line(str(count))
            made.wait_for_output("made")
            made.freeze()
        yield made


@pytest.fixture
def first(session: Session) -> Snapshot:
    return session.snapshots[0]


@pytest.fixture
def last(session: Session) -> Snapshot:
    return session.snapshots[1]


def never(_done: int, _total: int) -> None:
    """Nobody wants to know."""


def test_classes_are_counted_at_every_freeze(first: Snapshot, last: Snapshot) -> None:
    counts = type_counts([first, last])
    assert counts["__main__.Loader"] == (30, 50)
    assert counts["__main__.Bad"] == (1, 1)


def test_objects_are_as_old_as_they_probably_are(first: Snapshot, last: Snapshot) -> None:
    numbers, words = ages(last, [first], last.instances("__main__.Loader"))
    told = collections.Counter(words[number] for number in numbers.tolist())
    assert told == {"probably since A": 30, "probably new in B": 20}


def test_own_objects_are_those_of_the_programs_classes(last: Snapshot) -> None:
    names = {last.analysed.graph.type_name(int(row)) for row in own_objects(last)}
    assert "__main__.Loader" in names
    assert not names & {"dict", "str", "list", "function", "type"}


def test_reprs_are_looked_through_and_told_as_far_as_they_are(last: Snapshot) -> None:
    told: list[tuple[int, int]] = []
    rows = last.instances("__main__.Loader")
    found = list(find_by_repr(last, rows, "STORE", lambda done, total: told.append((done, total))))
    assert len(found) == 25
    assert {text for _row, text in found} == {"<Loader of store>"}
    assert told == [(0, 50), (50, 50)]


def test_a_search_ends_when_its_time_is_up(last: Snapshot) -> None:
    told: list[tuple[int, int]] = []
    rows = last.instances("__main__.Loader")
    assert list(find_by_repr(last, rows, "store", lambda d, t: told.append((d, t)), limit_s=-1)) == []
    assert told == [(0, 50)]


def test_a_search_can_be_cancelled(last: Snapshot) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        list(find_by_repr(last, last.instances("__main__.Loader"), "store", stop))


def test_objects_whose_repr_fails_are_told_by_what_they_are(last: Snapshot) -> None:
    ids = [
        int(last.heap.ids[last.instances(name)[0]])
        for name in ("__main__.Bad", "__main__.Ends", "__main__.Loader")
    ]
    bad, ends, good = texts_of(last, ids)
    assert "Bad" in bad
    assert "Ends" in ends
    assert good == "<Loader of store>"


def test_without_the_copy_what_is_known_is_looked_through(session: Session) -> None:
    snapshot = session.freeze()
    rows = snapshot.instances("__main__.Loader")
    snapshot.labels.describe(snapshot.heap.ids[rows].tolist())
    snapshot.close()
    assert len(list(find_by_repr(snapshot, rows, "Loader", never))) == 50
    assert list(find_by_repr(snapshot, rows, "weather", never)) == []
