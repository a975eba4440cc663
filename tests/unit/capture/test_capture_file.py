"""Captures: what is written comes back; what is broken is said and never crashes."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import numpy as np
import pytest

from refscope.capture.archive import FORMAT, Archive
from refscope.capture.file import Capture, SavedSnapshot
from refscope.capture.labels import SavedLabels
from refscope.capture.reading import read_capture
from refscope.capture.writing import write_capture
from refscope.errors import CaptureFileError
from refscope.heap.snapshot import (
    HeapSnapshot,
    InterpreterRoot,
    Label,
    LocalVariable,
    ModuleRoot,
    RunningFrame,
    TypeInfo,
)
from refscope.samples import COLUMNS, Mark


def small_snapshot(name: str = "A") -> HeapSnapshot:
    # module 0x10 -> dict 0x20 -> list 0x30 -> list 0x30 (itself)
    return HeapSnapshot(
        ids=np.array([0x7F00_0000_0010, 0x20, 0x30], np.uint64),
        types=np.array([0, 1, 2], np.int32),
        sizes=np.array([72, 232, 88], np.int64),
        refcounts=np.array([2, 1, -1], np.int64),
        flags=np.array([1, 1, 3], np.uint8),
        offsets=np.array([0, 1, 2, 3], np.int64),
        targets=np.array([1, 2, 2], np.int32),
        type_table=(
            TypeInfo(1, "builtins", "module"),
            TypeInfo(2, "builtins", "dict"),
            TypeInfo(3, "builtins", "list", 1),
        ),
        modules=(ModuleRoot("app", 0x7F00_0000_0010, 0x20),),
        frames=(
            RunningFrame(0x30, 1, "MainThread", "main", "app", "app.py", 3, (LocalVariable("x", 0x30),)),
        ),
        interpreter=(InterpreterRoot("atexit callback", 0x20),),
        own_ids=frozenset({0x20}),
        python=(3, 9, 18),
        name=name,
        time_s=1.5,
    )


def full_capture() -> Capture:
    labels = SavedLabels({(0x20, 0x30): (Label("key", "'items'"),)}, {0x30: "3 entries", 0x20: "7 entries"})
    return Capture(
        environment={"python": "3.9.18", "command": ["app.py"]},
        samples=np.arange(3 * len(COLUMNS), dtype=float).reshape(3, -1),
        marks=(Mark(1.5, "A", "freeze"),),
        output="hello\n",
        snapshots=(SavedSnapshot(small_snapshot("A"), labels), SavedSnapshot(small_snapshot("B"))),
    )


def assert_same_snapshot(one: HeapSnapshot, other: HeapSnapshot) -> None:
    for column in ("ids", "types", "sizes", "refcounts", "flags", "offsets", "targets"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))
        assert getattr(one, column).dtype == getattr(other, column).dtype
    for value in ("type_table", "modules", "frames", "interpreter", "own_ids", "python", "name", "time_s"):
        assert getattr(one, value) == getattr(other, value)


def test_a_capture_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    write_capture(path, full_capture())
    back = read_capture(path)
    assert back.damage == ()
    assert back.environment == {"python": "3.9.18", "command": ["app.py"]}
    assert back.marks == (Mark(1.5, "A", "freeze"),)
    assert back.output == "hello\n"
    np.testing.assert_array_equal(back.samples, full_capture().samples)
    assert [saved.snapshot.name for saved in back.snapshots] == ["A", "B"]
    assert_same_snapshot(back.snapshots[0].snapshot, small_snapshot("A"))
    labels = back.snapshots[0].labels
    assert labels.labels([(0x20, 0x30), (1, 2)]) == [(Label("key", "'items'"),), ()]
    assert labels.describe([0x30, 5]) == ["3 entries", ""]


def test_an_empty_heap_comes_back(tmp_path: Path) -> None:
    none = np.empty(0, np.int64)
    empty = HeapSnapshot(
        ids=none.astype(np.uint64),
        types=none.astype(np.int32),
        sizes=none,
        refcounts=none,
        flags=none.astype(np.uint8),
        offsets=np.zeros(1, np.int64),
        targets=none.astype(np.int32),
        type_table=(),
    )
    path = tmp_path / "empty.refscope"
    write_capture(path, Capture({}, np.empty((0, len(COLUMNS))), snapshots=(SavedSnapshot(empty),)))
    assert read_capture(path).snapshots[0].snapshot.n_objects == 0


def test_a_failed_write_says_why_and_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "missing folder" / "run.refscope"
    with pytest.raises(CaptureFileError, match="No such file or directory"):
        write_capture(path, full_capture())
    path = tmp_path / "run.refscope"
    path.write_text("before")
    broken = Capture({"value": object()}, np.empty((0, len(COLUMNS))))
    with pytest.raises(TypeError):
        write_capture(path, broken)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file_and_a_file_of_another_kind_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(CaptureFileError, match=r"does not exist\. There is no file ~/"):
        read_capture(tmp_path / "none.refscope")
    other = tmp_path / "notes.txt"
    other.write_text("not a zip")
    with pytest.raises(CaptureFileError, match="not a capture"):
        read_capture(other)


def test_a_newer_format_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "new.refscope"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", f'{{"format": {FORMAT + 1}}}')
    with pytest.raises(CaptureFileError, match="Update RefScope"):
        read_capture(path)


def test_references_out_of_the_heap_are_damage_not_a_crash(tmp_path: Path) -> None:
    snapshot = small_snapshot()
    bad = HeapSnapshot(
        **{
            **{name: getattr(snapshot, name) for name in HeapSnapshot.__slots__},
            "targets": np.array([1, 2, 9], np.int32),
        }
    )
    path = tmp_path / "bad.refscope"
    write_capture(path, Capture({}, np.empty((0, len(COLUMNS))), snapshots=(SavedSnapshot(bad),)))
    (saved,) = read_capture(path).snapshots  # its bytes are as they were written
    with pytest.raises(CaptureFileError, match="references lead out of the heap"):
        _ = saved.snapshot


def test_a_part_that_is_bad_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    write_capture(path, full_capture())
    content = bytearray(path.read_bytes())
    (marks,) = [m for m in Archive(path).members if m.name == "marks.json"]
    content[marks.data] ^= 1
    path.write_bytes(content)
    assert [each for each in read_capture(path).damage if "marks.json" in each] == [
        "marks.json cannot be read: its bytes are not those that were written."
    ]


def test_damage_anywhere_is_reported_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    write_capture(path, full_capture())
    good = path.read_bytes()
    generator = random.Random(7)
    damaged = 0
    for _ in range(400):
        position = generator.randrange(len(good))
        broken = bytearray(good)
        broken[position] ^= 1 << generator.randrange(8)
        path.write_bytes(broken)
        try:
            back = read_capture(path)
        except CaptureFileError:
            damaged += 1
            continue
        damaged += bool(back.damage)
        by_name = {saved.snapshot.name: saved for saved in back.snapshots}
        for name, saved in by_name.items():
            assert_same_snapshot(saved.snapshot, small_snapshot(name))
    assert damaged > 100  # most bits matter


def test_a_truncated_capture_opens_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    write_capture(path, full_capture())
    good = path.read_bytes()
    found = set()
    for length in range(0, good.index(b"end.json"), 97):
        path.write_bytes(good[:length])
        try:
            back = read_capture(path)
        except CaptureFileError:
            found.add(-1)
            continue
        assert back.damage
        for saved in back.snapshots:
            assert_same_snapshot(saved.snapshot, small_snapshot(saved.name))
        found.add(len(back.snapshots))
    assert found == {-1, 0, 1, 2}
