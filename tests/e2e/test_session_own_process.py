"""The agent in the process that runs the tests."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from refscope.analysis.roots import find_roots
from refscope.errors import LaunchError
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import HeapSnapshot
from refscope.session.own_process import PRIVATE_NAME, OwnProcess


class Precious:
    pass


KEPT = [Precious() for _ in range(7)]


@pytest.fixture
def own() -> Iterator[OwnProcess]:
    with OwnProcess.start() as own:
        yield own


def rows_of(snapshot: HeapSnapshot, name: str) -> np.ndarray:
    types = [i for i, each in enumerate(snapshot.type_table) if each.qualname == name]
    return np.flatnonzero(np.isin(snapshot.types, types))


@pytest.mark.parametrize("method", ["clone", "in_process"])
def test_the_heap_of_this_process_is_frozen_with_true_ids(own: OwnProcess, method: str) -> None:
    image = own.freeze("A", method)
    rows = rows_of(image.snapshot, "Precious")
    assert sorted(image.snapshot.ids[rows].tolist()) == sorted(map(id, KEPT))
    assert own.pid == os.getpid()


def test_what_refscope_holds_itself_is_nobodys_leak(own: OwnProcess) -> None:
    first = own.freeze("A")
    second = own.freeze("B").snapshot
    assert first.snapshot.n_objects > 1000
    roots = find_roots(HeapGraph(second))
    assert roots.own[rows_of(second, "HeapSnapshot")].all()
    assert roots.own[rows_of(second, "TypeInfo")].all()
    assert not roots.own[rows_of(second, "Precious")].any()
    assert not [frame for frame in second.frames if frame.module.startswith("refscope")]


def test_the_agent_is_not_among_the_modules_and_ends_with_the_session() -> None:
    before, tasks = set(sys.modules), len(os.listdir("/proc/self/task"))
    with OwnProcess.start() as own:
        assert own.hello is not None
        assert not [name for name in set(sys.modules) - before if name.startswith(PRIVATE_NAME)]
    ends_s = time.monotonic() + 5  # a thread is seen a few microseconds longer than it runs
    while len(os.listdir("/proc/self/task")) > tasks and time.monotonic() < ends_s:
        os.sched_yield()
    assert len(os.listdir("/proc/self/task")) <= tasks


def test_two_sessions_follow_each_other() -> None:
    for _ in range(2):
        with OwnProcess.start() as own:
            assert own.freeze("A").snapshot.n_objects > 1000


def test_it_starts_on_the_main_thread_only() -> None:
    raised: list[BaseException] = []

    def start() -> None:
        try:
            OwnProcess.start()
        except LaunchError as exc:
            raised.append(exc)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "not the main thread" in str(raised[0])
