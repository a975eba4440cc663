"""`refscope.this_process`: freezes of the process that the test runs in."""

from __future__ import annotations

import pytest

import refscope
from refscope.api import ThisProcess


class Precious:
    def __init__(self) -> None:
        self.payload = bytearray(200_000)


KEPT: list[Precious] = []


@pytest.fixture(scope="module")
def ended() -> ThisProcess:
    """A session that froze this process before and after something was kept; it is closed."""
    with refscope.this_process() as session:
        session.mark("ready")
        session.freeze()
        KEPT.extend(Precious() for _ in range(20))
        after = session.freeze("after")
        after.suspects(since=session.snapshots[0])  # fetches the names while the copy is there
    KEPT.clear()
    return session


def test_it_names_the_holder_of_what_grew_between_two_freezes(ended: ThisProcess) -> None:
    before, after = ended.snapshots
    leaks = [each for each in after.suspects(since=before) if each.verdict.value == "leak"]
    assert [(each.holder.rpartition(".")[2], each.growth) for each in leaks] == [("KEPT", 20)]


def test_marks_and_freezes_stay_in_order_and_freezes_without_a_name_are_lettered(ended: ThisProcess) -> None:
    assert [(mark.kind, mark.name) for mark in ended.marks] == [
        ("mark", "ready"),
        ("freeze", "A"),
        ("freeze", "after"),
    ]


def test_snapshots_outlive_the_session_which_may_be_closed_twice(ended: ThisProcess) -> None:
    ended.close()
    assert not any(snapshot.has_image for snapshot in ended.snapshots)
    assert len(ended.snapshots[1].instances(f"{__name__}.Precious")) == 20


def test_what_refscope_needs_is_in_no_count(ended: ThisProcess) -> None:
    counts = {row.type_name: row.count for row in ended.snapshots[1].types()}
    assert counts["module"] > 50
    assert not [name for name, count in counts.items() if count and name.startswith("refscope.")]
