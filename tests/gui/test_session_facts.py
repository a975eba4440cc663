"""What the strip's sentence counts from."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from refscope.api.analysed import HeapTotals
from refscope.gui.session_facts import finding_in, status_facts
from refscope.samples import Sample, SampleSeries
from refscope.session.traces import Tracing

MIB = 1 << 20


def run_that_climbs() -> Any:
    """A MiB more of unique memory with each second."""
    samples = SampleSeries()
    for second in range(100):
        samples.append(Sample(float(second), 0.0, float(second * MIB), 0.0, 1, 1))
    return SimpleNamespace(samples=samples)


def test_growth_is_counted_from_the_freeze_that_suspects_are_counted_from() -> None:
    first, last = SimpleNamespace(time_s=10.0), SimpleNamespace(time_s=90.0)
    analysis: Any = SimpleNamespace(since=first, snapshot=last, suspects=())
    found = finding_in(run_that_climbs(), analysis)
    assert found is not None
    assert found.grown_bytes == 80 * MIB


def test_one_freeze_finds_nothing_yet() -> None:
    analysis: Any = SimpleNamespace(since=None, snapshot=SimpleNamespace(time_s=1.0), suspects=())
    assert finding_in(run_that_climbs(), analysis) is None


def freeze_of(name: str, time_s: float) -> Any:
    return SimpleNamespace(name=name, time_s=time_s, known_totals=HeapTotals(2000, 1 << 20))


def running(snapshots: tuple[Any, ...], target: Any) -> Any:
    return SimpleNamespace(
        pid=7, samples=SampleSeries(), snapshots=snapshots, target=target, is_ours=True, tracing=Tracing()
    )


def test_the_status_line_says_that_allocations_are_traced() -> None:
    session = running((), SimpleNamespace(copies={}))
    session.tracing = Tracing(5, True)
    assert status_facts(session) == (["PID 7", "Allocations traced"], "")


def test_the_status_line_tells_what_copies_cost_as_far_as_it_is_known() -> None:
    target = SimpleNamespace(copies={})
    snapshots = (freeze_of("A", 1.0), freeze_of("B", 2.0))
    session = running(snapshots, target)
    assert status_facts(session) == (["PID 7", "Freezes A, B"], "2,000 objects in B")
    target.copies[1.0] = SimpleNamespace(private_bytes=41 * MIB)
    assert status_facts(session)[0][1] == "Freeze A 41.0 MiB private"
    target.copies[2.0] = SimpleNamespace(private_bytes=46 * MIB)
    assert status_facts(session)[0][1] == "Freeze A 41.0 MiB, B 46.0 MiB private"


def test_the_status_line_tells_no_count_before_refscopes_own_objects_are_known() -> None:
    snapshot = SimpleNamespace(name="A", time_s=1.0, known_totals=None)
    target = SimpleNamespace(copies={})
    session = running((snapshot,), target)
    assert status_facts(session)[1] == ""
