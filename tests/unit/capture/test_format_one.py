"""Captures of format 1 are read: `tests/captures/format1.refscope` was written by the code of that time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from refscope.api import open_capture
from refscope.capture.file import Capture
from refscope.capture.reading import read_capture
from refscope.errors import CaptureFileError
from refscope.heap.snapshot import Label
from refscope.samples import COLUMNS, Mark

PATH = Path(__file__).parents[2] / "captures" / "format1.refscope"


@pytest.fixture
def capture() -> Capture:
    return read_capture(PATH)


def test_its_run_is_read(capture: Capture) -> None:
    assert capture.damage == ()
    assert capture.environment == {"python": "3.9.18", "command": ["app.py"]}
    assert capture.marks == (Mark(1.5, "A", "freeze"),)
    assert capture.output == "hello\n"
    assert capture.samples.tolist() == np.arange(3 * len(COLUMNS), dtype=float).reshape(3, -1).tolist()


def test_its_freezes_are_read_with_their_names(capture: Capture) -> None:
    first, second = capture.snapshots
    assert (first.name, second.name) == ("A", "B")
    heap = first.snapshot
    assert heap.ids.tolist() == [0x7F00_0000_0010, 0x20, 0x30]
    assert heap.sizes.tolist() == [72, 232, 88]
    assert heap.refcounts.tolist() == [2, 1, -1]
    assert (heap.offsets.tolist(), heap.targets.tolist()) == ([0, 1, 2, 3], [1, 2, 2])
    assert [info.name for info in heap.type_table] == ["module", "dict", "list"]
    assert [root.name for root in heap.modules] == ["app"]
    assert [frame.locals[0].name for frame in heap.frames] == ["x"]
    assert (heap.python, heap.time_s) == ((3, 9, 18), 1.5)
    assert first.labels.labels([(0x20, 0x30)]) == [(Label("key", "'items'"),)]
    assert first.labels.describe([0x30]) == ["3 entries"]


def test_it_can_be_asked_like_any_other() -> None:
    run = open_capture(PATH)
    assert run.lost == ""
    counts = {row.type_name: row.count for row in run.snapshots[-1].types() if row.count}
    assert set(counts) <= {"module", "dict", "list"}
    assert run.snapshots[0].paths("list")


def test_a_freeze_that_is_damaged_leaves_the_rest(tmp_path: Path) -> None:
    content = bytearray(PATH.read_bytes())
    at = content.index(b"snapshots/1/tables.json") + len("snapshots/1/tables.json")
    content[at + 30] ^= 0xFF  # in what is packed behind its header
    damaged = tmp_path / "damaged.refscope"
    damaged.write_bytes(content)
    found = read_capture(damaged)
    assert [each.name for each in found.snapshots] == ["A"]
    assert any("snapshots/1/tables.json" in sentence for sentence in found.damage)
    assert found.output == "hello\n"


def test_one_that_was_cut_is_refused_since_only_its_end_says_what_is_where(tmp_path: Path) -> None:
    cut = tmp_path / "cut.refscope"
    cut.write_bytes(PATH.read_bytes()[:-100])
    with pytest.raises(CaptureFileError, match="This is not a capture"):
        read_capture(cut)
