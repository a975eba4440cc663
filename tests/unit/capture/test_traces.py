"""What was watched comes back from a capture."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from refscope.api.captures import open_capture
from refscope.capture.file import Capture
from refscope.capture.reading import read_capture
from refscope.capture.writing import MOST_OF_TRACE, CaptureWriter, write_capture
from refscope.samples import COLUMNS, Trace, TraceKind


def trace(kind: TraceKind, name: str, rows: list[tuple[float, float]]) -> Trace:
    made = Trace(kind, name)
    made.extend(np.array(rows))
    return made


def capture(*traces: Trace) -> Capture:
    return Capture({"python": "3.11.7"}, np.ones((3, len(COLUMNS))), traces=traces)


def test_traces_come_back_with_their_gaps(tmp_path: Path) -> None:
    kept = trace(TraceKind.LENGTH, "m.C.kept", [(0.1, 3), (0.2, math.nan), (0.3, 5)])
    counted = trace(TraceKind.COUNT, "m.C", [(1.5, 40)])
    path = tmp_path / "run.refscope"
    write_capture(path, capture(kept, counted, Trace(TraceKind.VALUE, "never taken")))
    run = open_capture(path)
    assert run.damage == ()
    found = {(each.kind, each.name): each.array().tolist() for each in run.samples.traces}
    assert list(found) == [(TraceKind.LENGTH, "m.C.kept"), (TraceKind.COUNT, "m.C")]
    lengths = found[TraceKind.LENGTH, "m.C.kept"]
    assert math.isnan(lengths[1][1])
    assert [lengths[0], lengths[2], found[TraceKind.COUNT, "m.C"]] == [[0.1, 3], [0.3, 5], [[1.5, 40]]]


def test_a_long_trace_is_thinned_to_its_extremes(tmp_path: Path) -> None:
    rows = [(second / 10, 900.0 if second == 7777 else second % 10) for second in range(40_000)]
    path = tmp_path / "run.refscope"
    write_capture(path, capture(trace(TraceKind.PROCESS, "worker 7", rows)))
    (found,) = read_capture(path).traces
    assert len(found) <= MOST_OF_TRACE
    assert found.values.max() == 900


def test_kinds_of_a_later_version_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    with CaptureWriter(path, {}, in_place=False) as writer:
        writer.set_traces([trace(TraceKind.OBJECTS, "", [(1, 2)])])
        writer._replace("traces.json", b'[["smell", "x", [[1, 2]]], ["objects", "", [[1, 2]]]]')
        writer.finish({})
    assert [each.kind for each in read_capture(path).traces] == [TraceKind.OBJECTS]


def test_traces_that_do_not_hold_together_are_damage_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    with CaptureWriter(path, {}, in_place=False) as writer:
        writer._replace("traces.json", b'[["length", "x", [["soon"]]]]')
        writer.finish({})
    run = read_capture(path)
    assert run.traces == ()
    assert any(sentence.startswith("What was watched cannot be read") for sentence in run.damage)
