"""A freeze sees everything, disturbs nothing, and leaves nothing behind."""

from __future__ import annotations

import array
import os
import signal
import socket
import sys
from pathlib import Path

import psutil
import pytest
from guest_host import TARGETS, Start, Target

from refscope.agent import wire

EVIDENCE, BUSY = str(TARGETS / "guest_evidence.py"), str(TARGETS / "guest_busy.py")


def do(target: Target, line: str) -> str:
    target.write_line(line)
    return target.read_line()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """The file that user code writes to when it runs."""
    path = tmp_path / "notes"
    path.touch()
    return path


def test_objects_of_other_threads_are_listed_and_no_user_code_runs(
    python: str, start: Start, notes: Path
) -> None:
    target = start(python, EVIDENCE, str(notes))
    assert target.read_line() == "READY"
    image = target.freeze()
    types = image.types()
    found = {
        name: types[f"__main__.{name}"] for name in ("ThreadLocal", "InContext", "Local", "Frozen", "InCycle")
    }
    assert found == {"ThreadLocal": 2, "InContext": 2, "Local": 2, "Frozen": 1, "InCycle": 1}

    roots = image.ask("roots").fields
    assert {frame["thread_name"] for frame in roots["frames"]} == {"MainThread", "worker"}
    assert {"enabled": False, "frozen": True}.items() <= roots["collector"].items()

    assert do(target, "wait") == "no child"
    assert do(target, "pipe") == "open"
    later = target.freeze()  # inherits the pipe
    assert do(target, "") == "end b''"
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP):
        os.kill(image.pid, number)
    assert image.types()["__main__.Frozen"] == 1
    assert target.reap(image)
    assert not psutil.pid_exists(image.pid)
    assert not target.reap(image)
    assert later.types()["__main__.Frozen"] == 1
    assert target.reap(later)
    assert notes.read_text() == ""

    assert do(target, "fork") == "forked"
    # A plain fork of the target's own runs all of that, and finalizes the worker's objects in its child.
    assert {"before", "in child", "in parent", "signal 17"} <= set(notes.read_text().splitlines())
    target.write_line("end")
    assert target.process.wait() == 0


def test_in_process_the_target_answers_and_both_channels_do(python: str, start: Start, notes: Path) -> None:
    target = start(python, EVIDENCE, str(notes), "unfrozen")
    target.read_line()
    image = target.freeze("in_process")
    assert (image.method, image.pid) == ("in_process", 0)
    types = image.types()
    assert {name: types[f"__main__.{name}"] for name in ("ThreadLocal", "InContext", "Local", "InCycle")} == {
        "ThreadLocal": 2,
        "InContext": 2,
        "Local": 2,
        "InCycle": 1,
    }
    assert target.ask("counters").kind == "counters"
    assert do(target, "wait") == "no child"
    image.close()
    assert notes.read_text() == ""
    target.write_line("end")
    assert target.process.wait() == 0


PATCHED = """if True:
    import gc, json, os, select, struct, sys, time, types, ctypes
    def broken(*args, **kwargs): raise SystemExit("patched")
    class Broken: __call__ = __getattr__ = broken
    for module in (gc, json, os, select, struct, time, types, ctypes):
        for name in dir(module):
            if callable(getattr(module, name)) and name[0] != "_" and name != "write":
                setattr(module, name, broken)
    sys.getrefcount = sys._current_frames = broken
    sys.modules["threading"] = Broken()
    os.write(1, b"READY\\n")
    sys.stdin.read()
    os._exit(0)
"""


def test_a_target_that_replaces_what_the_agent_uses_is_frozen_all_the_same(python: str, start: Start) -> None:
    target = start(python, "-c", PATCHED)
    assert target.read_line() == "READY"
    assert target.ask("counters").fields["gc_enabled"] is True
    image = target.freeze()
    assert image.types()["__main__.Broken"] == 1
    collector = image.ask("roots").fields["collector"]
    assert {"enabled": True, "frozen": False}.items() <= collector.items()
    assert target.reap(image)
    assert target.finish() == ("", "", 0)


def test_a_descriptor_that_arrives_with_an_earlier_request_is_kept_for_its_freeze(start: Start) -> None:
    target = start(sys.executable, "-c", "input()")
    ours, theirs = socket.socketpair()
    requests = [*wire.encode("counters", 1), *wire.encode("freeze", 2, {"method": "auto"})]
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno()]))]
    target.connection.sock.sendmsg(requests, rights)
    theirs.close()
    answers = [target.connection.receive() for _ in requests]
    ours.close()
    assert [answer.kind for answer in answers] == ["counters", "frozen"]


def freeze_often(target: Target, times: int) -> int:
    """How many images hung in native code, of so many; the target never may."""
    hung = 0
    for _ in range(times):
        try:
            image = target.freeze(deadline_s=5)
        except TimeoutError:
            hung += 1
            continue
        assert image.objects > 1000
        assert target.reap(image)
    return hung


@pytest.mark.parametrize("load", ["threads", "asyncio"])
def test_many_freezes_of_a_busy_target_hang_nothing(python: str, start: Start, load: str) -> None:
    target = start(python, BUSY, load)
    assert do(target, "").startswith("alive")
    assert freeze_often(target, 30 if load == "threads" else 5) == 0
    assert do(target, "").startswith("alive")
    target.write_line("end")
    assert target.process.wait() == 0
    assert target.finish() == ("", "", 0)


def test_a_busy_numeric_library_does_not_stop_a_freeze(start: Start) -> None:
    pytest.importorskip("numpy")
    target = start(sys.executable, BUSY, "blas", env={**os.environ, "OPENBLAS_NUM_THREADS": "4"})
    assert do(target, "").startswith("alive")
    assert freeze_often(target, 10) == 0
    assert do(target, "").startswith("alive")
    answer = target.ask("freeze", {"method": "fork"})
    assert answer.kind == "error"
    target.write_line("end")
    assert target.process.wait() == 0


def test_several_images_live_side_by_side(start: Start, notes: Path) -> None:
    target = start(sys.executable, EVIDENCE, str(notes))
    target.read_line()
    images = [target.freeze() for _ in range(3)]
    assert len({image.pid for image in images}) == 3
    assert target.reap(images[1])
    os.kill(images[0].pid, signal.SIGKILL)
    assert images[0].is_closed()
    assert target.reap(images[0])
    assert images[2].types()["__main__.Frozen"] == 1
    target.process.kill()
    target.process.wait()
    assert images[2].types()["__main__.Frozen"] == 1  # it outlives the target
    images[2].connection.send("close", 99)
    assert images[2].is_closed()
