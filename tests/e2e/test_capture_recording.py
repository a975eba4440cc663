"""Recordings as programs of their own: killed, signalled, ended; opened elsewhere."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from refscope.api import Suspect, open_capture
from refscope.examples.catalog import example
from tests.pythons import PYTHONS

REGISTRY = str(example("registry").script)
LIMIT_S = 60
Recorder = subprocess.Popen[str]
Start = Callable[..., Recorder]
GROWS = """
import sys
kept = []
for round in range(int(sys.argv[1])):
    kept.append(bytearray(4_000_000))
    print("ROUND", round, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def recorder() -> Iterator[Start]:
    """Starts `refscope record …` with pipes; ended with the test."""
    started: list[Recorder] = []

    def start(*arguments: object, code: str = "") -> Recorder:
        run = ["-c", code] if code else ["-m", "refscope"]
        process = subprocess.Popen(
            [sys.executable, *run, "record", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=LIMIT_S)


def read_until(stream: object, pattern: str) -> str:
    """The next line of a stream that matches."""
    for line in stream:  # type: ignore[attr-defined]
        if re.search(pattern, line):
            return str(line)
    raise AssertionError(f"no line like {pattern}")


def finish(process: Recorder, text: str = "") -> tuple[str, str, int]:
    out, err = process.communicate(text, timeout=LIMIT_S)
    return out, err, process.returncode


def holders(path: Path) -> list[Suspect]:
    run = open_capture(path)
    return run.snapshots[-1].suspects(run.snapshots[:-1])


def test_a_killed_recorder_leaves_what_it_had(recorder: Start, tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    process = recorder("-o", path, "--quiet", "--on-output", "iteration", "--", REGISTRY, "--interval", "0.2")
    for _ in range(4):
        read_until(process.stderr, "froze")
    process.send_signal(signal.SIGKILL)
    process.wait(LIMIT_S)
    run = open_capture(path)
    assert [sentence for sentence in run.damage if "did not finish" in sentence]
    assert len(run.snapshots) >= 3
    assert len(run.samples) > 3
    assert "iteration 1" in run.output
    assert run.suspects.refscope
    found = subprocess.run(
        [sys.executable, "-m", "refscope", "suspects", str(path)],
        capture_output=True, text=True, timeout=LIMIT_S, check=True,
    )  # fmt: skip
    assert "Processor.instance_map" in found.stdout
    assert "did not finish" in found.stderr


def test_what_was_there_is_replaced_by_what_is_recorded(recorder: Start, tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    path.write_text("something else")
    process = recorder("-o", path, "--every", 60, "--", "-c", "print('up', flush=True); input()")
    read_until(process.stdout, "up")
    process.send_signal(signal.SIGUSR1)
    read_until(process.stderr, "froze")
    assert "did not finish" in open_capture(path).damage[0]
    finish(process, "\n")
    assert open_capture(path).damage == ()
    assert list(tmp_path.iterdir()) == [path]
    with zipfile.ZipFile(path) as archive:  # as other tools see it
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())


def test_memory_above_a_size_freezes_once_and_again_a_quarter_higher(recorder: Start, tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    process = recorder("-o", path, "--above", "20M", "--", "-c", GROWS, 16)
    process.stdin.write("\n" * 4)  # type: ignore[union-attr]
    process.stdin.flush()  # type: ignore[union-attr]
    first = read_until(process.stderr, "froze")
    assert "above 20.0 MiB" in first or "above 20 MiB" in first
    process.stdin.write("\n" * 10)  # type: ignore[union-attr]
    process.stdin.flush()  # type: ignore[union-attr]
    read_until(process.stderr, "froze")
    _, _, code = finish(process, "\n" * 4)
    assert code == 0
    assert 2 <= len(open_capture(path).snapshots) <= 5


def test_a_signal_to_the_recorder_freezes(recorder: Start, tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    process = recorder("-o", path, "--every", 60, "--", "-c", "print('up', flush=True); input()")
    read_until(process.stdout, "up")
    process.send_signal(signal.SIGUSR1)
    assert "on signal" in read_until(process.stderr, "froze")
    assert finish(process, "\n")[2] == 0
    assert [snapshot.name for snapshot in open_capture(path).snapshots] == ["on signal"]


def test_a_recorder_that_is_told_to_end_ends_the_program_and_finishes(
    recorder: Start, tmp_path: Path
) -> None:
    path = tmp_path / "run.refscope"
    code = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(9))\n"
    process = recorder(
        "-o", path, "--every", 60, "--", "-c", code + "print('up', flush=True)\nsignal.pause()"
    )
    read_until(process.stdout, "up")
    process.send_signal(signal.SIGTERM)
    assert finish(process)[2] == 9
    run = open_capture(path)
    assert run.damage == ()
    assert run.environment["exit"] == "exit code 9"


def test_the_end_of_a_program_can_be_frozen(recorder: Start, tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    code = (
        "import atexit\nclass Kept: pass\nkept = [Kept() for _ in range(1000)]\n"
        "atexit.register(print, 'bye')\nprint('hi')\nraise SystemExit(5)"
    )
    out, _, exit_code = finish(recorder("-o", path, "--at-exit", "--", "-c", code))
    assert (out, exit_code) == ("hi\nbye\n", 5)
    (snapshot,) = open_capture(path).snapshots
    assert snapshot.name == "at exit"
    assert len(snapshot.instances("__main__.Kept")) == 1000


PYTHON_37 = PYTHONS.get(7)
WITHOUT_QT = (
    "import sys\n"
    "for name in ('PySide6', 'pyqtgraph', 'shiboken6'): sys.modules[name] = None\n"
    "from refscope.__main__ import main\n"
    "code = main(sys.argv[1:])\n"
    "assert not [name for name in sys.modules if name.startswith('PySide6.')]\n"
    "sys.exit(code)"
)


@pytest.mark.pythons
@pytest.mark.skipif(PYTHON_37 is None, reason="no Python 3.7 here")
def test_a_capture_of_37_from_a_machine_without_qt_has_graphs_and_labels(
    recorder: Start, tmp_path: Path
) -> None:
    path = tmp_path / "old.refscope"
    schedule = ("--quiet", "--on-output", "iteration", "--freezes", 3, "--python", PYTHON_37)
    process = recorder("-o", path, *schedule, "--", REGISTRY, "--interval", "0.2", code=WITHOUT_QT)
    _, err, code = finish(process)
    assert code == 0, err
    run = open_capture(path)
    assert run.environment["python"].startswith("3.7.")
    assert run.damage == ()
    found = holders(path)[0]
    assert found.holder.endswith("Processor.instance_map")
    last = run.snapshots[-1]
    assert len(last.open_graph(found).nodes) > 3
    drawn = last.graph(found.type_name)
    assert any("instance_map" in str(data) for _, _, data in drawn.edges(data=True))
    assert last.paths(found.type_name)[0].expression
    assert os.path.getsize(path) < 5_000_000
