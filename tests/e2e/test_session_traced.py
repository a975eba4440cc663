"""Where objects were made, from the launch of a program to a suspect, a capture and the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import refscope
from refscope.api import Session, launch, open_capture, redact_capture, save_session
from refscope.cli.main import main
from refscope.errors import LaunchError

PROGRAM = """
import sys
class Row:
    def __init__(self): self.data = bytearray(2000)
cache = {}
def load(n):
    return Row()  # line 7
for line in sys.stdin:
    for n in range(len(cache), len(cache) + 300):
        cache[n] = load(n)  # line 10
    print("LOADED", flush=True)
"""


@pytest.fixture
def script(tmp_path: Path) -> str:
    path = tmp_path / "rows.py"
    path.write_text(PROGRAM)
    return str(path)


@pytest.fixture
def traced(script: str) -> Iterator[Session]:
    """A program that was traced from its first line on, with three freezes."""
    with launch([script], trace_allocations=3) as session:
        grow(session, 3)
        yield session


def grow(session: Session, times: int) -> None:
    for _ in range(times):
        session.send_line("more")
        session.wait_for_output("LOADED")
        session.freeze()


def row_suspect(session: Session | refscope.api.Run) -> refscope.api.Suspect:
    *earlier, last = session.snapshots
    (found,) = [s for s in last.suspects(since=earlier) if s.type_name == "__main__.Row"]
    return found


def test_a_suspect_says_where_its_objects_were_made(traced: Session, script: str) -> None:
    suspect = row_suspect(traced)
    assert suspect.made_at.sentence == f"Made at {script}:7 (100 %)"
    assert suspect.to_dict()["made_at"]["places"][0][:3] == [script, 7, 900]
    assert traced.tracing.frames == 3


def test_an_object_says_which_calls_made_it(traced: Session, script: str) -> None:
    last = traced.snapshots[-1]
    assert [(p.filename, p.line) for p in last.made_at("Row")] == [(script, 7), (script, 10)]
    assert last.traced_frames == 3
    assert last.made_places("Row") == last.made_places(row_suspect(traced))


def test_of_a_running_program_objects_from_then_on_say_where(script: str) -> None:
    with launch([script]) as session:
        grow(session, 1)
        assert session.snapshots[0].traced_frames == 0
        assert session.snapshots[0].made_at("Row") == ()
        assert session.trace_allocations(1).is_ours
        grow(session, 1)
        found = session.snapshots[1].made_places("Row")
        assert (found.known, found.looked, found.total) == (300, 600, 600)
        assert found.sentence == f"Made at {script}:7 (50 %)"
        assert session.trace_allocations(0).frames == 0
        assert session.tracing.frames == 0


def test_a_capture_keeps_where_the_objects_of_suspects_were_made(
    traced: Session, script: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.refscope"
    save_session(traced, path)
    run = open_capture(path)
    assert row_suspect(run).made_at == row_suspect(traced).made_at
    assert run.suspects.suspects[0].made_at.sentence == f"Made at {script}:7 (100 %)"
    assert run.snapshots[-1].made_at("Row") == traced.snapshots[-1].made_at("Row")
    assert main(["suspects", str(path)]) == 0
    assert f"   Made at {script}:7 (100 %).\n" in capsys.readouterr().out
    assert main(["suspects", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["made_at"]["known"] == 900


def test_a_redacted_capture_has_names_of_files_and_no_folders(
    traced: Session, script: str, tmp_path: Path
) -> None:
    path, redacted, again = tmp_path / "a.refscope", tmp_path / "b.refscope", tmp_path / "c.refscope"
    save_session(traced, path)
    save_session(traced, redacted, redact=True)
    redact_capture(path, again)
    for each in (redacted, again):
        run = open_capture(each)
        assert [place.words for place in run.snapshots[-1].made_at("Row")] == ["rows.py:7", "rows.py:10"]
        assert run.suspects.suspects[0].made_at.sentence == "Made at rows.py:7 (100 %)"


def test_a_capture_of_an_untraced_run_says_nothing(script: str, tmp_path: Path) -> None:
    path = tmp_path / "run.refscope"
    with launch([script]) as session:
        grow(session, 2)
        save_session(session, path)
    run = open_capture(path)
    assert run.snapshots[0].traced_frames == 0
    assert row_suspect(run).made_at.sentence == ""


def test_check_names_the_line(script: str, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text(
        PROGRAM.replace("for line in sys.stdin:", "import time\nwhile True:\n    time.sleep(0.2)")
    )
    arguments = [
        "suspects",
        "--trace-allocations",
        "2",
        "--quiet",
        "--on-output",
        "LOADED",
        "--",
        str(endless),
    ]
    assert main(arguments) == 0
    assert f"Made at {endless}:7 (100 %)" in capfd.readouterr().out


def test_a_program_that_traces_by_itself_is_said_and_used(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "itself.py"
    path.write_text(
        "import signal\nkept = [{n: []} for n in range(300)]\nprint('LOADED', flush=True)\nsignal.pause()\n"
    )
    arguments = [
        "suspects",
        "--env",
        "PYTHONTRACEMALLOC=2",
        "--trace-allocations",
        "4",
        "--quiet",
        "--freezes",
        "1",
    ]
    assert main([*arguments, "--on-output", "LOADED", "--", str(path)]) == 0
    assert "refscope: allocations are traced with 2 frames by the program itself" in capfd.readouterr().err


def test_too_many_frames_are_refused_before_anything_starts(script: str) -> None:
    with pytest.raises(LaunchError, match="cannot be traced with so many frames"):
        launch([script], trace_allocations=101)
