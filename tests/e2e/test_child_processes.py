"""What a program started is named as a person would, and looked into like any other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import refscope
from refscope.errors import AttachRefused
from refscope.session.attached import admitted
from refscope.session.child_processes import child_processes

SCRIPT = Path(__file__).parent.parent / "targets" / "run_children.py"


@pytest.fixture
def session() -> Iterator[refscope.Session]:
    with refscope.launch([str(SCRIPT)]) as made:
        made.wait_for_output("^ready", 30)
        yield made


def started(session: refscope.Session, how: str) -> int:
    session.send_line(how)
    return int(session.wait_for_output("^made", 30).split()[1])


@pytest.mark.parametrize(
    ("how", "title"),
    [
        ("fork", "run_children.py"),
        ("spawn", "multiprocessing worker"),
        ("forkserver", "multiprocessing worker"),
    ],
)
def test_a_worker_is_named_and_looked_into(session: refscope.Session, how: str, title: str) -> None:
    pid = started(session, how)
    (child,) = child_processes([pid])
    assert child.python is not None
    assert child.python.title == title
    with refscope.attach(pid) as inside:
        assert inside.title == f"{title} (pid {pid})"
        counts = {row.type_name: row.count for row in inside.freeze().types()}
        assert counts["__mp_main__.Kept" if how != "fork" else "__main__.Kept"] == 7
        (image,) = inside.target.images
        assert child_processes([image.pid])[0].python is None  # a copy is nothing to look into
    assert [each.pid for each in child_processes([pid])] == [pid]


def test_what_runs_no_python_is_named_and_what_has_ended_is_not(session: refscope.Session) -> None:
    worker, sleeper = started(session, "fork"), started(session, "sleep")
    found = child_processes([worker, sleeper])
    assert [(each.name, each.python is None) for each in found][1] == ("sleep", True)
    with pytest.raises(AttachRefused, match=f"Process {sleeper} runs no Python"):
        admitted(sleeper)
    session.send_line("end")
    session.wait_for_output("^made none", 30)
    assert child_processes([worker, sleeper]) == []
    with pytest.raises(AttachRefused, match=f"There is no process {worker}"):
        admitted(worker)


def test_a_zombie_has_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.read() == b""  # its end came; nobody has asked for its exit code
    while Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        pass
    assert child_processes([process.pid]) == []
    process.stdout.close()
    process.wait()
