"""A capture damaged in a thousand places, one at a time: every figure is the undamaged one or missing."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refscope.analysis.advice import Advice
from refscope.analysis.chains import Chain, Root
from refscope.analysis.names import Path as NamedPath
from refscope.analysis.names import Step
from refscope.analysis.suspects import Suspect
from refscope.analysis.verdicts import Verdict
from refscope.capture.file import Capture, SavedSnapshot, SavedSuspects
from refscope.capture.labels import SavedLabels
from refscope.capture.reading import read_capture
from refscope.capture.writing import CaptureWriter
from refscope.errors import CaptureFileError
from refscope.heap.snapshot import HeapSnapshot, Label, ModuleRoot, TypeInfo
from refscope.samples import COLUMNS, Mark

PLACES = 1_000


def heap(name: str, time_s: float, n_objects: int) -> HeapSnapshot:
    """module -> list -> n objects that hold it again"""
    ids = np.arange(n_objects + 2, dtype=np.uint64) * 16 + 4096
    degrees = np.array([1, n_objects] + [1] * n_objects)
    targets = [1, *range(2, n_objects + 2)] + [1] * n_objects
    return HeapSnapshot(
        ids=ids,
        types=np.array([0, 1] + [2] * n_objects, np.int32),
        sizes=np.arange(n_objects + 2, dtype=np.int64) + 40,
        refcounts=np.full(n_objects + 2, 2, np.int64),
        flags=np.ones(n_objects + 2, np.uint8),
        offsets=np.concatenate([[0], np.cumsum(degrees)]).astype(np.int64),
        targets=np.array(targets, np.int32),
        type_table=(
            TypeInfo(1, "builtins", "module"),
            TypeInfo(2, "builtins", "list"),
            TypeInfo(3, "app", "Thing"),
        ),
        modules=(ModuleRoot("app", 4096, 0),),
        name=name,
        time_s=time_s,
    )


def suspect() -> Suspect:
    chain = Chain(Root("module", "app", 0), (0, 1, 2), 9)  # type: ignore[arg-type]
    steps = (Step("module app", "module", "module", 4096, ""),)
    path = NamedPath(
        "app.kept", "module global", "module app", "app.kept[0]", steps, "app.kept[*]", 1, 9, "global",
        Advice("Remove it.", ("- a", "+ b")),
    )  # fmt: skip
    return Suspect(
        rank=1, verdict=Verdict.LEAK, holder="app.kept", type_name="app.Thing", member_types=("app.Thing",),
        count=9, growth=4, counts=(5, 9), retained_bytes=99, freed_bytes=99, growth_bytes=44,
        freezes=("A", "B"), released=0, path="app.kept[0]", root="module app",
        reason="it grows", advice="Remove it.", example=2, holder_row=1,
        chain=chain, named=path, members=np.arange(2, 11, dtype=np.int32),
    )  # fmt: skip


@dataclass
class Figures:
    """Everything that a capture shows, in values that can be compared."""

    environment: dict[str, Any]
    samples: list[tuple[float, ...]]
    marks: tuple[Mark, ...]
    output: str
    heaps: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    labels: dict[str, SavedLabels] = field(default_factory=dict)
    suspects: list[dict[str, Any]] = field(default_factory=list)
    damage: tuple[str, ...] = ()


def figures_of(capture: Capture) -> Figures:
    figures = Figures(
        environment=dict(capture.environment),
        samples=[tuple(row) for row in capture.samples.tolist()],
        marks=capture.marks,
        output=capture.output,
        suspects=[each.to_dict() for each in capture.suspects.suspects],
        damage=capture.damage,
    )
    for saved in capture.snapshots:
        snapshot = saved.snapshot
        columns = (snapshot.ids, snapshot.types, snapshot.sizes, snapshot.refcounts, snapshot.flags)
        arrays = tuple(tuple(c.tolist()) for c in (*columns, snapshot.offsets, snapshot.targets))
        tables = (snapshot.type_table, snapshot.modules, snapshot.python, snapshot.time_s, saved.n_objects)
        figures.heaps[saved.name] = (*arrays, *tables)
        figures.labels[saved.name] = saved.labels
    return figures


def write(path: Path, *, is_finished: bool = True) -> None:
    rows = np.arange(12.0 * len(COLUMNS)).reshape(12, -1)
    labels = SavedLabels({(4096, 4112): (Label("attribute", "kept"),)}, {4112: "5 entries"})
    with CaptureWriter(path, {"python": "3.7.16", "command": ["app.py"]}) as writer:
        for number, (name, count) in enumerate((("A", 5), ("B", 9))):
            writer.add_samples(rows[6 * number : 6 * number + 6])
            writer.add_output(f"line {number}\n")
            writer.set_marks([Mark(1.0, "A", "freeze"), Mark(2.0, "B", "freeze")][: number + 1])
            writer.add_snapshot(number, SavedSnapshot(heap(name, number + 1.0, count), labels))
            writer.set_suspects(SavedSuspects((suspect(),), "B", 2.0, ("A",), "0.1.0"))
        if is_finished:
            writer.finish({"python": "3.7.16", "command": ["app.py"], "exit": "exit code 0"})


def check(good: Figures, found: Figures) -> bool:
    """Whether nothing is missing; fails where a figure is another one, or is missing without a word."""
    assert set(found.samples) <= set(good.samples)
    assert found.environment in (good.environment, {}, {"python": "3.7.16", "command": ["app.py"]})
    assert good.marks[: len(found.marks)] == found.marks
    assert found.output in (good.output, "", "line 0\n", "line 1\n")
    for name, columns in found.heaps.items():
        assert columns == good.heaps[name]
        assert found.labels[name] in (good.labels[name], SavedLabels())
    assert found.suspects in (good.suspects, [])
    damage, found.damage = found.damage, good.damage
    is_whole = found == good
    assert is_whole or damage, "something is missing, and nobody says so"
    return is_whole


def read(path: Path) -> Figures | None:
    try:
        return figures_of(read_capture(path))
    except CaptureFileError:
        return None


@pytest.mark.parametrize("is_finished", [True, False], ids=["finished", "killed"])
def test_a_thousand_damages_leave_what_is_good_and_say_the_rest(tmp_path: Path, is_finished: bool) -> None:
    path = tmp_path / "run.refscope"
    write(path, is_finished=is_finished)
    content = path.read_bytes()
    good = read(path)
    assert good is not None
    assert set(good.heaps) == {"A", "B"}
    assert bool(good.damage) is not is_finished
    generator, outcomes = random.Random(5), {"whole": 0, "partly": 0, "nothing": 0}
    for position in generator.sample(range(len(content)), min(PLACES, len(content))):
        broken = bytearray(content)
        broken[position] ^= 1 << generator.randrange(8)
        path.write_bytes(broken)
        found = read(path)
        outcomes["nothing" if found is None else "whole" if check(good, found) else "partly"] += 1
    assert outcomes["nothing"] == 0  # one flipped bit takes one part with it, never the file
    assert outcomes["partly"] > 300
    for length in range(0, len(content), max(1, len(content) // 200)):
        path.write_bytes(content[:length])
        found = read(path)
        if found is not None:
            check(good, found)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 30), st.binary(max_size=600))
def test_any_bytes_in_any_place_are_a_sentence_at_worst(
    tmp_path_factory: pytest.TempPathFactory, position: int, junk: bytes
) -> None:
    path = tmp_path_factory.mktemp("junk") / "run.refscope"
    write(path)
    good = read(path)
    assert good is not None
    content = path.read_bytes()
    at = position % len(content)
    path.write_bytes(content[:at] + junk + content[at + len(junk) :])
    found = read(path)
    if found is not None:
        check(good, found)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2_000), st.booleans())
def test_what_is_no_capture_is_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, like_zip: bool
) -> None:
    path = tmp_path_factory.mktemp("junk") / "run.refscope"
    path.write_bytes((b"PK\3\4" if like_zip else b"") + junk)
    assert read(path) is None
