"""What the timeline is drawn from, of a real program: its own marks, its children, its watches, copies."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from refscope.api import Session
from refscope.api.session import launch
from refscope.samples import TraceKind

ROOT = Path(__file__).parents[2]
Start = Callable[[str], Session]

MARKS = """
import refscope, sys
refscope.mark("loaded")
print("ready", flush=True)
for line in sys.stdin:
    refscope.mark("served " + line.strip())
    print("done", flush=True)
refscope.mark("leaving")
"""

CHILDREN = """
import subprocess, sys
kept = {}
print("ready", flush=True)
sys.stdin.readline()
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
kept["child"] = child
print("started", child.pid, flush=True)
sys.stdin.readline()
child.communicate(b"\\n")
print("ended", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    sessions: list[Session] = []

    def run(code: str) -> Session:
        script = tmp_path / "program.py"
        script.write_text(code)
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        sessions.append(launch([str(script)], python=sys.executable, env=environment, sample_hz=50))
        sessions[-1].wait_for_output("ready", 30)
        return sessions[-1]

    yield run
    for session in sessions:
        session.close()


def wait_for(reached: Callable[[], bool], session: Session) -> None:
    """Wait for something that comes with a sample: each turn waits for the next one."""
    for _ in range(600):
        if reached():
            return
        if session.wait(0.05) is not None:
            threading.Event().wait(0.02)  # the sampler ends a moment after the program
    raise AssertionError("it did not come")


def names(session: Session) -> list[str]:
    return [mark.name for mark in session.marks]


def test_a_program_marks_its_own_chart_to_its_last_line(start: Start) -> None:
    session = start(MARKS)
    session.send_line("one")
    session.wait_for_output("done", 30)
    wait_for(lambda: names(session) == ["loaded", "served one"], session)
    loaded, served = session.marks
    assert 0 < loaded.time_s < served.time_s < session.elapsed_s
    session.target.streams.close_stdin()
    assert session.wait(30) is not None
    wait_for(lambda: names(session) == ["loaded", "served one", "leaving"], session)


def test_a_mark_is_renamed_and_taken_away(start: Start) -> None:
    session = start(MARKS)
    wait_for(lambda: bool(session.marks), session)
    renamed = session.target.rename_mark(session.marks[0], "warm")
    assert names(session) == ["warm"]
    session.target.remove_mark(renamed)
    session.target.remove_mark(renamed)
    assert names(session) == []
    with pytest.raises(ValueError, match="not in list"):
        session.target.rename_mark(renamed, "gone")


def test_children_have_lines_of_their_own_and_watches_go_along(start: Start) -> None:
    session = start(CHILDREN)
    session.watch_along(["__main__.kept"])
    session.send_line("")
    pid = session.wait_for_output("started", 30).split()[1]

    def line_of_child() -> list[float]:
        traces = [each for each in session.samples.traces if each.kind is TraceKind.PROCESS]
        return next((each.values.tolist() for each in traces if each.name.endswith(f" {pid}")), [])

    wait_for(lambda: len(line_of_child()) > 3, session)
    assert min(line_of_child()) > 1e6
    lengths = session.samples.trace(TraceKind.LENGTH, "__main__.kept")
    wait_for(lambda: len(lengths) > 0 and lengths.values[-1] == 1, session)
    session.send_line("")
    session.wait_for_output("ended", 30)
    count = len(session.samples)
    wait_for(lambda: len(session.samples) > count + 5, session)
    ended = len(line_of_child())
    wait_for(lambda: len(session.samples) > count + 10, session)
    assert len(line_of_child()) == ended


def test_a_copy_says_what_it_costs_until_it_is_closed(start: Start) -> None:
    session = start(MARKS)
    snapshot = session.freeze()
    wait_for(lambda: bool(session.target.copies), session)
    (cost,) = session.target.copies.values()
    assert 0 < cost.private_bytes < 1 << 30
    snapshot.close()
    assert session.target.copies == {}
