"""What every test has to leave behind: nothing. Threads, processes, unexpected warnings fail the test."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from refscope.session.launcher import LaunchRequest
from refscope.session.target import Target

TARGETS = Path(__file__).parent / "targets"
Launch = Callable[..., Target]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a background job: targets would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

LEAVING_S = 5  # what a thread or process may need to end that was told to


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    """Fail a test that leaves a thread or a process (images and zombies included) of its own."""
    threads, processes = set(threading.enumerate()), _processes()
    yield
    for thread in set(threading.enumerate()) - threads:
        if not isinstance(thread, threading._DummyThread):
            thread.join(LEAVING_S)
    left = [thread.name for thread in set(threading.enumerate()) - threads if thread.is_alive()]
    left += [_words_for(pid) for pid in _still_there(_processes() - processes)]
    assert not left, f"left over: {', '.join(left)}"


@pytest.fixture
def expected_logs() -> list[str]:
    """Request it in a test that is meant to log warnings; they are collected here."""
    return []


@pytest.fixture(autouse=True)
def no_unexpected_warnings_in_the_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which RefScope logs a WARNING or worse that the test does not expect."""
    expected = request.getfixturevalue("expected_logs") if "expected_logs" in request.fixturenames else None
    seen: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(f"{record.name}: {record.getMessage()}")
            if expected is not None:
                expected.append(record.getMessage())

    handler, logger = Collector(logging.WARNING), logging.getLogger("refscope")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    assert expected is not None or not seen, f"logged: {seen}"


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Starts a script of `tests/targets` (or `-m`, `-c`); whatever it started is ended after the test."""
    with contextlib.ExitStack() as stack:

        def start(*argv: str, **request: Any) -> Target:
            arguments = (str(TARGETS / argv[0]), *argv[1:]) if argv[0].startswith("run_") else argv
            return stack.enter_context(Target.launch(LaunchRequest(arguments, **request)))

        yield start


def _processes() -> set[int]:
    """Processes below this one. A read of /proc per thread where there is one: every test pays it."""
    tasks = Path("/proc/self/task")
    if not (tasks / str(os.getpid()) / "children").exists():
        return {child.pid for child in psutil.Process().children(recursive=True)}
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        children = _children_of(waiting.pop()) - found
        found |= children
        waiting += children
    return found


def _children_of(pid: int) -> set[int]:
    found: set[int] = set()
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            found.update(map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split()))
    except (FileNotFoundError, ProcessLookupError):
        return found
    return found


def _still_there(pids: set[int]) -> set[int]:
    processes = []
    for pid in pids:
        try:
            processes.append(psutil.Process(pid))
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs([each for each in processes if each.status() != psutil.STATUS_ZOMBIE], LEAVING_S)
    return pids & _processes()


def _words_for(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        return f"process {pid} ({process.status()}): {' '.join(process.cmdline())[:200]}"
    except psutil.NoSuchProcess:
        return f"process {pid}"
