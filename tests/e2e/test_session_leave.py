"""A program that is left running outlives its session and the host itself, and nobody stops reading it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from refscope.errors import TargetExited
from refscope.session.target import Target

Launch = Callable[..., Target]
HERE = Path(__file__).parent.parent / "targets" / "run_left.py"
HOST = """
import sys
from refscope.api import launch
session = launch(sys.argv[2:], terminal=sys.argv[1])
session.wait_for_output("READY", 20)
print(session.pid, flush=True)
session.leave()
"""


@pytest.fixture
def pipes(tmp_path: Path) -> tuple[str, str]:
    go, done = str(tmp_path / "go"), str(tmp_path / "done")
    os.mkfifo(go)
    os.mkfifo(done)
    return go, done


def answer(pipes: tuple[str, str]) -> str:
    """Let the program go on; what it says at its end."""
    Path(pipes[0]).write_text("go")
    return Path(pipes[1]).read_text()


@pytest.mark.parametrize("terminal", ["pty", "pipes"])
def test_a_program_that_is_left_prints_on_to_its_end(
    launch: Launch, pipes: tuple[str, str], terminal: str
) -> None:
    target = launch("run_left.py", *pipes, terminal=terminal)
    target.wait_for_output("READY", 20)
    image = target.freeze("A")
    target.leave()
    target.leave()
    assert not image.is_open
    with pytest.raises(TargetExited):
        target.send_line("nobody has its input any more")
    assert answer(pipes) == "DONE ''"
    status = target.wait(20)
    assert status is not None
    assert status.code == 0


@pytest.mark.parametrize("terminal", ["pty", "pipes"])
def test_a_program_that_is_left_outlives_the_host(pipes: tuple[str, str], terminal: str) -> None:
    host = subprocess.run(
        [sys.executable, "-c", HOST, terminal, str(HERE), *pipes],
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert psutil.pid_exists(int(host.stdout))
    assert answer(pipes) == "DONE ''"


def test_a_program_that_has_ended_is_closed(launch: Launch) -> None:
    target = launch("-c", "print('READY')")
    target.wait(20)
    target.leave()
    assert not target.has_agent
