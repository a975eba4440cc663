"""Files of mprof: read as mprof's own reader reads them, written so that it reads what we had."""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from refscope.api import export_chart, open_capture
from refscope.capture.mprof import MIB, is_mprof, mprof_run, mprof_text, read_mprof
from refscope.errors import CaptureFileError
from refscope.samples import Mark, Sample, SampleSeries, TraceKind

mprof = pytest.importorskip("mprof", reason="memory_profiler is not installed")
START = 1_732_440_000.1234


def lines_of(seed: int, seconds: float = 3.0) -> Iterator[tuple[float, float, random.Random]]:
    chance = random.Random(seed)
    for step in range(int(seconds * 10)):
        yield START + step / 10 + chance.random() / 100, 20 + step * chance.random(), chance


def plain(_seed: int = 1) -> str:
    return "CMDLINE python job.py --fast\n" + "".join(
        f"MEM {size:.6f} {moment:.4f}\n" for moment, size, _ in lines_of(1)
    )


def with_children() -> str:
    text = "CMDLINE python pool.py 'a b'\n"
    for number, (moment, size, chance) in enumerate(lines_of(2)):
        text += f"MEM {size:.6f} {moment:.4f}\n"
        for child in range(min(number // 5, 4)):
            text += f"CHLD {child} {10 + chance.random():.6f} {moment + 0.001 * (child + 1):.4f}\n"
    return text


def with_brackets() -> str:
    text = plain()
    for name, start, end, level in (("main", 0.1, 2.9, 0), ("work", 0.5, 1.0, 1), ("work", 1.2, 1.9, 1)):
        text += f"FUNC __main__.{name} 21.5000 {START + start:.4f} 30.2500 {START + end:.4f} {level}\n"
    return text


def old_brackets() -> str:
    """Files of old versions tell no level, and have no command line."""
    body = plain().partition("\n")[2]
    return body + f"FUNC work 21.5000 {START + 0.5:.4f} 30.2500 {START + 1:.4f}\n"


def unknown_lines() -> str:
    return plain() + "NOTE mprof skips what it does not know\n" + "CMDLINE the last one counts\n"


FILES: list[Callable[[], str]] = [plain, with_children, with_brackets, old_brackets, unknown_lines]


@pytest.fixture
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "mprofile.dat"
    path.write_text(request.param())
    return path


def as_mprof_reads(path: Path) -> dict[str, Any]:
    return mprof.read_mprofile_file(str(path))


@pytest.mark.parametrize("written", FILES, indirect=True, ids=lambda made: made.__name__)
def test_our_reading_equals_that_of_mprof(written: Path) -> None:
    ours, theirs = read_mprof(written), as_mprof_reads(written)
    assert (ours.rss_bytes / MIB).tolist() == theirs["mem_usage"]
    assert ours.times_s + ours.started_s == pytest.approx(np.array(theirs["timestamp"]), abs=1e-6)
    assert ours.command == (theirs["cmd_line"] or "").strip()
    assert {child.number for child in ours.children} == set(theirs["children"])
    for child in ours.children:
        sizes, times = zip(*theirs["children"][child.number], strict=True)
        assert (child.rss_bytes / MIB).tolist() == list(sizes)
        assert child.times_s + ours.started_s == pytest.approx(np.array(times), abs=1e-6)
    calls: dict[str, list[list[float]]] = {}
    for call in ours.brackets:
        moments = [call.start_s + ours.started_s, call.end_s + ours.started_s]
        level = [] if call.level is None else [call.level]
        figures = [*moments, call.start_bytes / MIB, call.end_bytes / MIB, *level]
        calls.setdefault(call.function, []).append(figures)
    assert calls.keys() == theirs["func_timestamp"].keys()
    for name, rows in calls.items():
        assert np.array(rows) == pytest.approx(np.array(theirs["func_timestamp"][name]), abs=1e-6)
    assert ours.damage == ()


@pytest.mark.parametrize("written", FILES, indirect=True, ids=lambda made: made.__name__)
def test_a_file_read_as_a_run_and_written_is_the_same_to_mprof(written: Path, tmp_path: Path) -> None:
    run, before = open_capture(written), as_mprof_reads(written)
    again = tmp_path / "again.dat"
    started = read_mprof(written).started_s
    assert run.environment["started"] == "2024-11-24 09:20:00 UTC"
    again.write_text(mprof_text(run.samples, run.marks, started_s=started))
    after = as_mprof_reads(again)
    assert after["mem_usage"] == pytest.approx(before["mem_usage"], abs=1e-6)
    assert after["timestamp"] == pytest.approx(before["timestamp"], abs=1e-4)
    assert after["children"].keys() == before["children"].keys()
    for number, rows in before["children"].items():
        sizes = [size for size, _ in rows]
        assert [size for size, _ in after["children"][number]] == pytest.approx(sizes, abs=1e-6)
    assert {name: len(calls) for name, calls in after["func_timestamp"].items()} == {
        name: len(calls) for name, calls in before["func_timestamp"].items()
    }


def test_a_run_has_the_memory_of_all_processes_and_a_trace_for_each(tmp_path: Path) -> None:
    path = tmp_path / "mprofile.dat"
    path.write_text(
        "MEM 10.0 5.0\nCHLD 0 2.0 5.01\nMEM 11.0 6.0\nCHLD 0 3.0 6.01\nCHLD 1 4.0 6.02\nMEM 9.0 7.0\n"
    )
    run = open_capture(path)
    assert (run.samples.column("rss_bytes") / MIB).tolist() == [12.0, 18.0, 9.0]
    assert run.samples.column("processes").tolist() == [2.0, 3.0, 1.0]
    assert run.samples.column("time_s").tolist() == [0.0, 1.0, 2.0]
    traces = [(trace.kind, trace.name, len(trace)) for trace in run.samples.traces]
    assert traces == [
        (TraceKind.PROCESS, "main process", 3),
        (TraceKind.PROCESS, "child 0", 2),
        (TraceKind.PROCESS, "child 1", 1),
    ]
    assert (run.snapshots, run.output) == ((), "")


def test_calls_are_pairs_of_marks_the_longest_where_there_are_too_many(tmp_path: Path) -> None:
    path = tmp_path / "mprofile.dat"
    calls = "".join(f"FUNC f{n} 1 {n} 1 {n + n / 1000} 0\n" for n in range(1, 301))
    path.write_text("MEM 1.0 0.0\n" + calls)
    marks = mprof_run(path).marks
    assert len(marks) == 400
    assert {mark.name for mark in marks if mark.kind == "enter"} == {f"f{n}()" for n in range(101, 301)}
    path.write_text(with_brackets())
    assert [mark.name for mark in mprof_run(path).marks][:2] == ["__main__.main()", "__main__.work()"]


def test_marks_and_freezes_survive_a_file_that_mprof_can_read(tmp_path: Path) -> None:
    series = SampleSeries()
    for step in range(5):
        rss = math.nan if step == 2 else step * 1e6
        series.append(Sample(step / 10, rss, rss, 1.0, 1, 1))
    marks = [Mark(0.1, "two\nlines", "mark"), Mark(0.2, "A", "freeze"), Mark(0.3, "", "mark")]
    path = export_chart(series, marks, tmp_path / "run.dat", title="job.py")
    again = read_mprof(path)
    assert [(mark.name, mark.kind) for mark in again.marks] == [
        ("two lines", "mark"),
        ("A", "freeze"),
        ("", "mark"),
    ]
    assert len(as_mprof_reads(path)["mem_usage"]) == len(again.times_s) == 4
    assert as_mprof_reads(path)["cmd_line"] == "job.py\n"


def test_a_file_that_was_cut_off_is_read_as_far_as_it_is_good(tmp_path: Path) -> None:
    path = tmp_path / "mprofile.dat"
    path.write_text(plain() + "MEM nan 12\nMEM 12.")
    whole = tmp_path / "whole.dat"
    whole.write_text(plain())
    cut = read_mprof(path)
    assert cut.rss_bytes.tolist() == read_mprof(whole).rss_bytes.tolist()
    assert cut.damage == ("2 lines could not be read and are left out.",)
    assert open_capture(path).damage == cut.damage


def test_a_file_without_samples_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mprofile.dat"
    path.write_text("CMDLINE python quick.py\n\n")
    with pytest.raises(CaptureFileError, match="has no samples"):
        open_capture(path)


def test_other_files_are_not_taken_for_those_of_mprof(tmp_path: Path) -> None:
    for name, content in (("a", b"PK\x03\x04"), ("b", b""), ("c", b"MEMORY 1 2\n"), ("d", b"\xff\xfe")):
        (tmp_path / name).write_bytes(content)
        assert not is_mprof(tmp_path / name)
    assert not is_mprof(tmp_path / "missing")
    with pytest.raises(CaptureFileError, match="cannot be read"):
        read_mprof(tmp_path / "missing")


@pytest.mark.parametrize(
    "written", [with_children, with_brackets], indirect=True, ids=lambda made: made.__name__
)
def test_mprof_plots_what_we_write(written: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="mprof plot needs matplotlib")
    run = open_capture(written)
    path = export_chart(
        run.samples, [*run.marks, Mark(1.0, "A", "freeze")], tmp_path / "run.dat", title="job.py"
    )
    picture = tmp_path / "plot.png"
    command = [sys.executable, "-m", "mprof", "plot", "-o", str(picture), str(path)]
    environment = {**os.environ, "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")
