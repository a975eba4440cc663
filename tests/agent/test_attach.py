"""Attaching to programs that run already: on every Python, in every state, without a trace in their work."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from guest_host import minor_of

import refscope
from refscope.api import running_pythons
from refscope.errors import AttachRefused, Cancelled, CancelSignal, TargetExited, TimedOut, UserFacingError
from refscope.session.attached import Attached
from refscope.session.door import Door
from refscope.session.running import running_python

RUN = str(Path(__file__).parent.parent / "targets" / "run_already.py")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="attaching works on Linux so far")


class Running:
    """A program that runs without RefScope, with its three streams; it has said READY."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.pid = process.pid
        assert self.answer() == "READY"

    def send(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        out: IO[str] | None = self.process.stdout
        assert out is not None
        return out.readline().rstrip("\n")

    def ask(self, line: str) -> str:
        self.send(line)
        return self.answer()

    def end(self, line: str | None = None) -> tuple[str, str, int]:
        """Send the last line; what else it says on both streams, and its exit code."""
        out, err = self.process.communicate(None if line is None else line + "\n", timeout=20)
        return out, err, self.process.returncode


Start = Callable[..., Running]


@pytest.fixture
def run() -> Iterator[Start]:
    """Start a program without RefScope: run(*arguments, python=…)."""
    with contextlib.ExitStack() as stack:

        def start(*arguments: str, python: str = sys.executable) -> Running:
            process = subprocess.Popen(
                [python, *(arguments or (RUN, "reads"))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return Running(process)

        yield start


@pytest.mark.parametrize(
    "state", ["reads", "computes", "waits_for_lock", "allocates", "accepts", "sleeps", "polls"]
)
def test_a_program_is_attached_to_whatever_it_does(run: Start, python: str, state: str) -> None:
    program = run(RUN, state, python=python)
    with refscope.attach(program.pid) as session:
        snapshot = session.freeze()
        assert session.pid == program.pid
        assert not session.is_ours
        assert session.title == f"run_already.py (pid {program.pid})"
        assert next(row for row in snapshot.types() if row.type_name == "__main__.Kept").count == 7
        (path,) = snapshot.paths("__main__.Kept", 1)
        assert path.holder == "__main__.Holder.kept"
    assert program.process.poll() is None


@pytest.mark.parametrize("state", ["reads", "reads_deaf"])
def test_a_program_sees_no_difference(run: Start, python: str, state: str) -> None:
    program = run(RUN, state, python=python)
    before = program.ask("look")
    with refscope.attach(program.pid) as session:
        during = program.ask("look")
        session.freeze()
        frozen = program.ask("look")
    after = program.ask("look")
    assert during == frozen == after == before
    assert program.end("7") == ("", "", 7)


def test_a_wait_with_a_limit_goes_on(run: Start, python: str) -> None:
    program = run(RUN, "polls", python=python)
    for _ in range(2):
        refscope.attach(program.pid).close()
    assert program.ask("a line") == "True a line"


def test_no_bit_of_a_computation_is_lost(run: Start, python: str) -> None:
    program = run(python=python)
    pi = program.ask("pi")
    for _ in range(3):
        program.send("pi")  # it computes while it is stopped, called into and let go
        refscope.attach(program.pid).close()
        assert program.answer() == pi


def test_what_earlier_agents_left_is_taken_away(run: Start, python: str) -> None:
    program = run(python=python)
    counts: list[int] = []
    for _ in range(4):
        with refscope.attach(program.pid) as session:
            if len(counts) == 2:
                session.collect()
            counts.append(session.freeze().totals.objects)
    # An agent has eleven thousand; some wait for the program's collector.
    assert max(counts) - min(counts) < 3000


def test_threads_that_import_meanwhile_are_not_disturbed(run: Start, python: str) -> None:
    program = run(RUN, "imports", python=python)
    refscope.attach(program.pid).close()
    assert program.ask("") == "imported"
    assert program.end() == ("", "", 0)


def test_a_program_patched_by_gevent_gives_the_originals(run: Start, python: str) -> None:
    program = run(python=python)
    assert program.ask("gevent") == "patched"
    with refscope.attach(program.pid) as session:
        assert session.freeze().totals.objects > 1000


def test_a_program_without_the_originals_is_left_alone_where_they_cannot_be_made(
    run: Start, python: str
) -> None:
    program = run(python=python)
    assert program.ask("patch") == "patched"
    if minor_of(python) >= 10:
        with refscope.attach(program.pid) as session:
            assert session.freeze().totals.objects > 1000
        return
    with pytest.raises(AttachRefused, match=r"this program has replaced _thread\.start_new_thread"):
        refscope.attach(program.pid)
    assert program.end("0") == ("", "", 0)


def test_a_module_of_the_program_with_a_standard_name_is_neither_run_nor_used(
    run: Start, python: str, tmp_path: Path
) -> None:
    (tmp_path / "struct.py").write_text("raise SystemExit('ran')")
    (tmp_path / "json.py").write_text("name = 'mine'")
    (tmp_path / "main.py").write_text(
        "print('READY', flush=True)\ninput()\nimport json\nprint(json.name, flush=True)\ninput()\n"
    )
    program = run(str(tmp_path / "main.py"), python=python)
    with refscope.attach(program.pid) as session:
        session.freeze()
        assert program.ask("") == "mine"
    assert program.end("") == ("", "", 0)


def test_its_memory_is_sampled_and_its_end_is_told(run: Start) -> None:
    program = run()
    told: list[str] = []
    with refscope.attach(program.pid) as session:
        session.target.add_exit_listener(lambda status: told.append(status.words))
        snapshot = session.freeze()
        program.end("3")
        status = session.wait(10)
        assert status is not None
        assert status.code is None
        assert not status.has_failed
        assert told == ["ended"]
        assert len(session.samples) > 0
        with pytest.raises(TargetExited, match="ended before it could be frozen"):
            session.freeze()
    assert snapshot.totals.objects > 1000


def test_a_program_is_not_ended_but_let_go(run: Start) -> None:
    program = run()
    session = refscope.attach(program.pid)
    with pytest.raises(UserFacingError, match="RefScope did not start this program"):
        session.stop()
    session.close()
    session.close()
    assert program.end("5") == ("", "", 5)


def test_a_program_in_native_code_is_waited_for_within_a_limit(run: Start) -> None:
    program = run(RUN, "holds_lock")
    waited: list[float] = []
    with pytest.raises(TimedOut, match="did not let RefScope in within 1 s"):
        Attached.attach(program.pid, limit_s=1.0, waiting=waited.append)
    assert len(waited) > 2
    assert program.answer() == "done"  # and what was left for it finds nothing
    assert program.end("") == ("", "", 0)


def test_waiting_can_be_cancelled(run: Start) -> None:
    program = run(RUN, "holds_lock")
    cancel = CancelSignal()
    with pytest.raises(Cancelled):
        refscope.attach(program.pid, cancel=cancel, waiting=lambda waited_s: cancel.cancel())
    assert program.answer() == "done"
    assert program.end("") == ("", "", 0)


def test_an_end_while_it_is_waited_for_is_told(run: Start) -> None:
    program = run(RUN, "holds_lock")
    with pytest.raises(TargetExited, match="ended before it could be attached to"):
        refscope.attach(program.pid, waiting=lambda waited_s: program.process.kill())


def test_signals_arrive_while_a_program_is_attached_to(run: Start) -> None:
    program = run(RUN, "counts_signals")
    for _ in range(5):
        os.kill(program.pid, signal.SIGUSR1)
        refscope.attach(program.pid).close()
    assert int(program.ask("")) >= 1
    assert program.end("") == ("", "", 0)


def test_a_stranger_at_the_door_gets_nothing(run: Start, expected_logs: list[str]) -> None:
    process = running_python(run().pid)
    with Door(process) as door:
        path = str(door.script.with_name("s"))
        assert os.stat(door.script.parent).st_mode & 0o077 == 0
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.connect(path)
            stranger.sendall(b"let me in\n")
            assert door.wait(0.3) is None
            with contextlib.suppress(ConnectionResetError):
                assert stranger.recv(10) == b""
    assert not door.script.parent.exists()
    assert len(expected_logs) == 1


SYSTEM_PYTHON = "/usr/bin/python3"
KEEPS = """
import time
class Kept: pass
kept = [Kept() for _ in range(7)]
print("READY", flush=True)
while True: time.sleep(0.1)
"""
for_root = pytest.mark.skipif(
    os.getuid() != 0 or not os.path.exists(SYSTEM_PYTHON), reason="root, and a Python that all may run"
)


def kept_in(process: subprocess.Popen[str]) -> int:
    """How many objects the program keeps, as attaching to it finds."""
    with process:
        try:
            if process.stdout is None or process.stdout.readline() != "READY\n":
                pytest.skip("the program could not be started that way here")
            with refscope.attach(process.pid) as session:
                rows = session.freeze().types()
            assert process.poll() is None
            return next(row.count for row in rows if row.type_name == "__main__.Kept")
        finally:
            process.kill()


@for_root
def test_root_attaches_to_a_program_of_another_user() -> None:
    command = [SYSTEM_PYTHON, "-c", KEEPS]
    assert kept_in(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, user=65534, cwd="/")) == 7


@for_root
def test_a_program_with_a_temporary_folder_of_its_own_is_attached_to() -> None:
    hides = f'mount -t tmpfs none /tmp && exec {SYSTEM_PYTHON} -c "$0"'
    command = ["unshare", "-m", "sh", "-c", hides, KEEPS]
    assert kept_in(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd="/")) == 7


def test_what_runs_is_listed(run: Start) -> None:
    found = {each.pid: each for each in running_pythons()}
    assert os.getpid() not in found
    assert run().pid not in found  # what this process started is looked at in its own session
    looker = [
        sys.executable,
        "-c",
        "from refscope.api import running_pythons as r; print([p.pid for p in r()])",
    ]
    program = run()
    listed = subprocess.run(looker, capture_output=True, text=True, check=True).stdout
    assert str(program.pid) in listed
