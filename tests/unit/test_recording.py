"""When a recording freezes, what it hands over, and that days of it fit into memory and disk."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from refscope.capture import writing
from refscope.capture.file import SavedSnapshot, SavedSuspects
from refscope.capture.reading import read_capture
from refscope.capture.writing import MOST_SAMPLES, OUTPUT_KEPT, CaptureWriter
from refscope.errors import CaptureFileError, TargetExited
from refscope.heap.snapshot import HeapSnapshot
from refscope.recording import AT_EXIT, Recorder, Requests, Schedule, Threshold, follow
from refscope.samples import COLUMNS, Mark, SampleSeries, thinned
from refscope.session.interpreters import Interpreter
from refscope.session.launcher import LaunchRequest
from refscope.session.output import OutputLog


class FakeTarget(SimpleNamespace):
    """What a recording looks at of a target."""

    def __init__(self) -> None:
        super().__init__(
            series=SampleSeries(), output=OutputLog(time.monotonic()), marks=(), exit=None, pid=1,
            elapsed_s=0.0, title="app.py", request=LaunchRequest(("app.py",)), is_ending=False, let_go=0,
            interpreter=Interpreter(sys.executable, (3, 11, 0), "CPython", "test"),
        )  # fmt: skip

    def add_exit_listener(self, listener: Callable[[Any], None]) -> None:
        self.ended = listener

    def add_ending_listener(self, listener: Callable[[], None]) -> None:
        if self.is_ending:
            listener()

    def let_end(self) -> None:
        self.let_go += 1


def rows(first_s: float, count: int, step_s: float = 0.1) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Samples whose memory goes up and down, with one peak."""
    made = np.full((count, len(COLUMNS)), np.nan)
    made[:, 0] = first_s + np.arange(count) * step_s
    made[:, 1] = 1e6 + 1e3 * np.sin(np.arange(count))
    made[count // 2, 1] = 9e9
    return made


def heap(name: str, n_objects: int = 1000) -> HeapSnapshot:
    """Objects with sizes that do not compress, no references."""
    generator = np.random.default_rng(len(name))
    return HeapSnapshot(
        ids=np.arange(1, n_objects + 1, dtype=np.uint64) * 16,
        types=np.zeros(n_objects, np.int32),
        sizes=generator.integers(0, 1 << 40, n_objects),
        refcounts=np.ones(n_objects, np.int64),
        flags=np.zeros(n_objects, np.uint8),
        offsets=np.zeros(n_objects + 1, np.int64),
        targets=np.empty(0, np.int32),
        type_table=(),
        name=name,
    )


# --- when -----------------------------------------------------------------------------------------


def test_memory_that_swings_around_a_bound_freezes_once() -> None:
    threshold = Threshold(100)
    crossed = [threshold.is_crossed(memory) for memory in (50, 99, 101, 99, 103, 90, 105, float("nan"))]
    assert crossed == [False, False, True, False, False, False, False, False]


def test_memory_that_goes_on_rising_freezes_at_each_further_quarter() -> None:
    threshold = Threshold(100)
    crossed = [memory for memory in range(90, 300) if threshold.is_crossed(memory)]
    assert crossed == [101, 127, 159, 199, 249]


def test_memory_that_was_well_below_freezes_at_the_bound_again() -> None:
    threshold = Threshold(100)
    assert [threshold.is_crossed(memory) for memory in (200, 79, 101)] == [True, False, True]


def test_of_requests_that_wait_the_newest_stands_for_all_and_the_last_is_kept() -> None:
    requests = Requests()
    for number in range(1000):
        requests.ask(str(number))
    requests.ask(AT_EXIT, is_last=True)
    assert requests.take(0) == ["31", AT_EXIT]
    assert requests.take(0) == []


def test_the_end_is_frozen_and_let_go() -> None:
    target, frozen = FakeTarget(), []

    def freeze(name: str) -> None:
        frozen.append((name, target.let_go))
        target.exit = object()

    target.is_ending = True
    assert follow(target, Schedule(at_exit=True), freeze) == 1  # type: ignore[arg-type]
    assert frozen == [(AT_EXIT, 0)]
    assert target.let_go >= 1


def test_a_program_is_let_go_when_enough_was_frozen_before_its_end() -> None:
    target, requests = FakeTarget(), Requests()
    requests.ask("now")
    schedule = Schedule(at_exit=True, most=1)
    assert follow(target, schedule, lambda name: None, requests=requests) == 1  # type: ignore[arg-type]
    assert target.let_go >= 1


def test_freezes_of_the_same_name_are_numbered() -> None:
    target, frozen = FakeTarget(), []
    requests = Requests()

    def freeze(name: str) -> None:
        frozen.append(name)
        if len(frozen) < 4:
            requests.ask("on signal" if len(frozen) != 2 else "other")

    requests.ask("on signal")
    assert follow(target, Schedule(most=4), freeze, requests=requests) == 4  # type: ignore[arg-type]
    assert frozen == ["on signal", "on signal (2)", "other", "on signal (3)"]


def test_lines_that_match_are_frozen_by_name_until_the_program_ends() -> None:
    target, frozen = FakeTarget(), []
    target.output.take("stdout", "STEP 1\nother\n")

    def freeze(name: str) -> None:
        frozen.append(name)
        raise TargetExited("it ended")

    assert follow(target, Schedule(on_output="STEP"), freeze) == 0  # type: ignore[arg-type]
    assert frozen == ["STEP 1"]


# --- bounded --------------------------------------------------------------------------------------


def test_thinning_keeps_first_last_and_extremes_at_their_times() -> None:
    all_rows = rows(5.0, 100_000)
    kept = thinned(all_rows, 1000)
    assert 250 <= len(kept) <= 1000
    assert (np.diff(kept[:, 0]) > 0).all()
    assert kept[0, 0] == all_rows[0, 0]
    assert kept[-1, 0] == all_rows[-1, 0]
    assert kept[:, 1].max() == 9e9
    assert np.diff(kept[:, 0]).max() < 3 * 10_000 / 249
    assert {tuple(row[:2]) for row in kept} <= {tuple(row[:2]) for row in all_rows}


def test_a_recording_of_days_has_bounded_samples_in_memory_and_in_the_file(tmp_path: Path) -> None:
    target, path = FakeTarget(), tmp_path / "days.refscope"
    recorder = Recorder(target, path)  # type: ignore[arg-type]
    for part in range(26):  # 3 days at ten a second
        target.series.extend(rows(part * 10_000.0, 100_000))
        target.output.take("stdout", f"{part} " + "x" * 100_000 + "\n")
        recorder.flush(now=True)
        assert len(target.series) <= MOST_SAMPLES
    recorder.finish()
    capture = read_capture(path)
    assert capture.damage == ()
    assert 100_000 < len(capture.samples) <= MOST_SAMPLES
    assert (capture.samples[0, 0], capture.samples[-1, 0]) == (0.0, pytest.approx(259_999.9))
    assert (capture.samples[:, 1] == 9e9).sum() == 26
    assert len(capture.output) == OUTPUT_KEPT
    assert path.stat().st_size < 40e6


def test_dropped_freezes_give_their_room_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "WASTE_ALLOWED", 10_000)
    path = tmp_path / "run.refscope"
    with CaptureWriter(path, {}) as writer:
        sizes = []
        for number in range(40):
            writer.add_snapshot(number, SavedSnapshot(heap(f"freeze {number}")))
            writer.set_marks([Mark(n, f"freeze {n}", "freeze") for n in range(number + 1)])
            if number > 2:
                writer.drop_snapshot(number - 2)
            sizes.append(path.stat().st_size)
            names = [saved.name for saved in read_capture(path).snapshots]
            assert names[0] == "freeze 0"
            assert names[-1] == f"freeze {number}"
        assert max(sizes) < 10 * sizes[0]
        writer.finish({"exit": "exit code 0"})
    capture = read_capture(path)
    assert [saved.name for saved in capture.snapshots] == ["freeze 0", "freeze 38", "freeze 39"]
    assert capture.damage == ()
    assert len(capture.marks) == 40
    assert list(tmp_path.iterdir()) == [path]


def test_many_pieces_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_PIECES", 20)
    path = tmp_path / "run.refscope"
    with CaptureWriter(path, {}) as writer:
        for number in range(100):
            writer.add_samples(rows(number, 5))
            writer.add_output(f"{number}\n")
        assert len(read_capture(path).samples) == 500
        writer.set_suspects(SavedSuspects(freeze="A", refscope="0.1.0"))
        writer.finish({})
    capture = read_capture(path)
    assert len(capture.samples) == 500
    assert capture.output == "".join(f"{number}\n" for number in range(100))
    assert capture.suspects.freeze == "A"


def test_a_full_disk_is_said_and_keeps_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.refscope"
    with CaptureWriter(path, {}) as writer:
        writer.add_samples(rows(0, 10))
        write, room = os.pwrite, [100]

        def full(fd: int, data: Any, offset: int) -> int:
            if not room:
                raise OSError(28, "No space left on device")
            return write(fd, memoryview(data)[: room.pop()], offset)

        monkeypatch.setattr(os, "pwrite", full)
        with pytest.raises(CaptureFileError, match="No space left"):
            writer.add_samples(rows(100, 1000))
        monkeypatch.undo()
        assert len(read_capture(path).samples) == 10
        writer.add_samples(rows(200, 10))
        writer.finish({})
    assert len(read_capture(path).samples) == 20
    assert read_capture(path).damage == ()
