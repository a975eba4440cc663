"""Samples of a made-up process tree, taken by hand instead of by the clock."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path

import pytest

from refscope.samples import TraceKind
from refscope.session import sampling
from refscope.session.processes import ImageMemory, LinuxReader, Reading, image_memory, with_clones
from refscope.session.sampling import CHILDREN_EVERY_S, Counters, Sampler, Watched

MIB = 1 << 20


class Tree:
    """Processes as a dictionary: pid → reading, pid → children."""

    def __init__(self) -> None:
        self.readings = {1: Reading(100 * MIB, 60 * MIB, 1.0, 3, "python")}
        self.below: dict[int, set[int]] = {}
        self.copies: set[int] = set()

    def read(self, pid: int) -> Reading | None:
        return self.readings.get(pid)

    def children(self, pid: int) -> set[int]:
        return self.below.get(pid, set())

    def is_copy(self, pid: int) -> bool:
        return pid in self.copies

    def add(self, pid: int, parent: int, mib: int = 10, cpu_s: float = 0.0) -> None:
        self.readings[pid] = Reading(mib * MIB, mib * MIB, cpu_s, 1, "worker")
        self.below.setdefault(parent, set()).add(pid)


@pytest.fixture
def tree() -> Tree:
    return Tree()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [10.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def sampler(tree: Tree, clock: list[float]) -> Sampler:
    sampler = Sampler(tree, started_s=8.0, counters=Counters)
    sampler.watch_tree(1)
    return sampler


def test_a_sample_sums_the_whole_tree(tree: Tree, sampler: Sampler) -> None:
    tree.add(2, parent=1)
    tree.add(3, parent=2)
    sample = sampler.sample()
    assert sample is not None
    assert (sample.time_s, sample.processes, sample.threads) == (2.0, 3, 5)
    assert (sample.rss_bytes, sample.uss_bytes) == (120 * MIB, 80 * MIB)
    assert [each.pid for each in sampler.values] == [1, 2, 3]


def test_cpu_is_the_share_of_the_time_since_the_last_sample(
    tree: Tree, sampler: Sampler, clock: list[float]
) -> None:
    first = sampler.sample()
    clock[0] += 0.5
    tree.readings[1] = Reading(1, 1, 1.25, 3, "python")
    second = sampler.sample()
    assert first is not None
    assert second is not None
    assert (first.cpu_percent, second.cpu_percent) == (50.0, 50.0)


def test_the_time_a_child_used_before_it_was_seen_is_not_counted_at_once(
    tree: Tree, sampler: Sampler
) -> None:
    tree.add(2, parent=1, cpu_s=1000.0)
    sample = sampler.sample()
    assert sample is not None
    assert sample.cpu_percent == 50.0


def test_the_agents_own_thread_is_left_out(sampler: Sampler) -> None:
    sampler.agent_threads = 1
    sample = sampler.sample()
    assert sample is not None
    assert sample.threads == 2


def test_a_process_always_has_a_thread_of_its_own(tree: Tree, sampler: Sampler) -> None:
    tree.readings[1] = Reading(1, 1, 1.0, 1, "python")
    sampler.agent_threads = 1  # it said hello, but its thread does not run yet
    sample = sampler.sample()
    assert sample is not None
    assert sample.threads == 1


def test_an_image_and_the_clones_below_it_are_never_counted(tree: Tree, sampler: Sampler) -> None:
    tree.add(2, parent=1)
    tree.add(3, parent=2)
    sampler.exclude(2)
    sample = sampler.sample()
    assert sample is not None
    assert sample.processes == 1


def test_a_copy_that_another_session_made_is_never_counted(tree: Tree, sampler: Sampler) -> None:
    tree.add(2, parent=1)
    tree.add(3, parent=2)
    tree.copies = {3}
    sample = sampler.sample()
    assert sample is not None
    assert sample.processes == 2


def test_a_child_born_during_a_freeze_is_not_counted_before_the_freeze_ends(
    tree: Tree, sampler: Sampler, clock: list[float]
) -> None:
    sampler.sample()
    sampler.begin_freeze()
    tree.add(2, parent=1)
    clock[0] += CHILDREN_EVERY_S
    during = sampler.sample()
    sampler.exclude(2)
    sampler.end_freeze()
    tree.add(3, parent=1)
    clock[0] += CHILDREN_EVERY_S
    after = sampler.sample()
    assert during is not None
    assert after is not None
    assert (during.processes, after.processes) == (1, 2)


def test_a_process_that_reuses_the_number_of_a_closed_image_is_counted(
    tree: Tree, sampler: Sampler, clock: list[float]
) -> None:
    sampler.exclude(2)
    sampler.include(2)
    tree.add(2, parent=1)
    sample = sampler.sample()
    assert sample is not None
    assert sample.processes == 2


def test_sampling_ends_with_the_main_process(tree: Tree, sampler: Sampler) -> None:
    tree.readings.clear()
    sampler.start(1)
    sampler._thread.join(5)
    assert not sampler._thread.is_alive()
    assert len(sampler.series) == 0


def test_counters_of_the_agent_go_into_the_sample(tree: Tree, clock: list[float]) -> None:
    sampler = Sampler(tree, 8.0, lambda: Counters(1234.0, 5.0))
    sampler.watch_tree(1)
    sample = sampler.sample()
    assert sample is not None
    assert (sample.allocated_blocks, sample.collections) == (1234.0, 5.0)


def test_this_process_reads_as_the_system_says() -> None:
    reading = LinuxReader().read(os.getpid())
    assert reading is not None
    assert 0 < reading.uss_bytes <= reading.rss_bytes * 2
    assert reading.threads >= 1
    assert reading.cpu_s > 0
    assert LinuxReader().read(2**22 + 1) is None


def test_a_process_whose_name_looks_like_a_field_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7/status").write_text(
        "Name:\tx) R 1\nVmRSS:\t 8 kB\nRssAnon:\t 4 kB\nVmSwap:\t 2 kB\nThreads:\t2\n"
    )
    (tmp_path / "7/stat").write_text("7 (x) R 1 (y) S 1 1 1 0 -1 0 0 0 0 0 250 50 0 0 20 0 2 0 0\n")
    reading = LinuxReader(tmp_path).read(7)
    assert reading == Reading(8192, 6144, 3.0, 2, "x) R 1")


@pytest.mark.parametrize(
    ("end_signal", "scores", "command", "is_copy"),
    [
        (0, (0, 1000), "run.py", True),
        (0, (0, 0), "run.py", True),  # it has just been born
        (17, (0, 1000), "run.py", True),  # made by os.fork
        (17, (1000, 1000), "run.py", False),  # a worker, in a container that has that for all
        (17, (0, 0), "run.py", False),
        (0, (0, 1000), "other.py", False),
    ],
)
def test_a_copy_is_known_by_how_it_was_born(
    tmp_path: Path, end_signal: int, scores: tuple[int, int], command: str, is_copy: bool
) -> None:
    for pid, score, own_command in ((7, scores[0], "run.py"), (8, scores[1], command)):
        folder = tmp_path / str(pid)
        folder.mkdir()
        (folder / "stat").write_text(f"{pid} (x) y) S {pid - 1}{' 0' * 33} {end_signal} 3 0\n")
        (folder / "oom_score_adj").write_text(f"{score}\n")
        (folder / "cmdline").write_text(f"python\0{own_command}\0")
    assert LinuxReader(tmp_path).is_copy(8) is is_copy
    assert not LinuxReader(tmp_path).is_copy(9)


def test_an_image_costs_what_it_does_not_share(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7/smaps_rollup").write_text(
        "55a-7ff ---p 00000000 00:00 0 [rollup]\nRss: 100 kB\nShared_Clean: 10 kB\nShared_Dirty: 50 kB\n"
        "Private_Clean: 1 kB\nPrivate_Dirty: 39 kB\n"
    )
    assert image_memory(7, tmp_path) == ImageMemory(40 * 1024, 60 * 1024)
    assert image_memory(8, tmp_path) is None


def test_a_copy_with_clones_costs_what_it_did_alone_and_what_they_have_of_their_own() -> None:
    alone, now = ImageMemory(100, 900), ImageMemory(10, 990)  # the pages of its own are shared with the clone
    assert with_clones(now, alone, [ImageMemory(50, 950), ImageMemory(5, 995)]) == ImageMemory(155, 900)
    assert with_clones(now, None, [ImageMemory(50, 950)]) == ImageMemory(60, 990)


def traced(sampler: Sampler, kind: TraceKind) -> dict[str, list[float]]:
    return {each.name: each.values.tolist() for each in sampler.series.traces if each.kind is kind}


def test_one_process_has_no_line_of_its_own(sampler: Sampler) -> None:
    sampler.sample()
    assert sampler.series.traces == ()


def test_several_processes_have_a_line_each(tree: Tree, sampler: Sampler, clock: list[float]) -> None:
    tree.add(2, parent=1)
    sampler.sample()
    del tree.readings[2]
    clock[0] += 1.0
    sampler.sample()
    lines = traced(sampler, TraceKind.PROCESS)
    assert lines == {"python 1": [100.0 * MIB] * 2, "worker 2": [10.0 * MIB]}


def test_ended_processes_give_way_to_new_ones(
    tree: Tree, sampler: Sampler, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "MOST_PROCESSES", 3)
    for pid in range(2, 9):
        tree.add(pid, parent=1)
        clock[0] += CHILDREN_EVERY_S
        sampler.sample()
        del tree.readings[pid]
        tree.below[1].clear()
    assert sorted(traced(sampler, TraceKind.PROCESS)) == ["python 1", "worker 7", "worker 8"]


def test_watches_and_collections_become_traces(tree: Tree) -> None:
    told = [
        Counters(generations=((9, 0), (1, 0), (0, 0)), watched=(("m.kept", Watched(3, 2)),)),
        Counters(generations=((99, 7), (1, 0), (0, 0)), watched=(("m.kept", Watched(None, None, "gone")),)),
        Counters(generations=((99, 7), (2, 5), (1, 40)), watched=()),
    ]
    sampler = Sampler(tree, started_s=8.0, counters=lambda: told.pop(0))
    sampler.watch_tree(1)
    for _ in range(3):
        sampler.sample()
    assert traced(sampler, TraceKind.COLLECTION) == {"1": [5.0], "2": [40.0]}
    (lengths,) = (each for each in sampler.series.traces if each.kind is TraceKind.LENGTH)
    assert lengths.name == "m.kept"
    assert lengths.values[0] == 3
    assert math.isnan(lengths.values[1])
