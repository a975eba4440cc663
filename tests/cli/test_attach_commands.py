"""Commands on a program that runs already: asked, recorded, let go."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
CACHE = []
class Job:
    pass
print("READY", flush=True)
for line in sys.stdin:
    CACHE.extend(Job() for _ in range(500))
    print("went on", flush=True)
"""


@pytest.fixture
def program() -> Iterator[subprocess.Popen[str]]:
    """A program that runs without RefScope, and makes 500 jobs for each line of input."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "READY\n"
        yield process
        process.kill()


def works(process: subprocess.Popen[str]) -> bool:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline() == "went on\n"


def refscope(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "refscope", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_a_process_id_is_asked_as_a_capture_is(program: subprocess.Popen[str]) -> None:
    assert works(program)
    with refscope("types", str(program.pid), "--freezes", "1", "--json") as command:
        out, err = command.communicate(timeout=60)
    assert command.returncode == 0, err
    assert f"refscope: attached to -c … (pid {program.pid}), Python 3." in err
    assert next(row for row in json.loads(out) if row["type_name"] == "__main__.Job")["count"] == 500
    assert works(program)


def test_a_recording_of_a_running_program_ends_by_interrupt_and_leaves_it(
    program: subprocess.Popen[str], tmp_path: Path
) -> None:
    path = tmp_path / "run.refscope"
    with refscope("record", "--pid", str(program.pid), "-o", str(path), "--every", "0.3") as command:
        assert command.stderr is not None
        frozen = 0
        while frozen < 2:
            frozen += "froze" in command.stderr.readline()
            assert works(program)
        command.send_signal(signal.SIGINT)
        _, err = command.communicate(timeout=60)
    assert command.returncode == 0, err
    assert f"refscope: wrote {path}: " in err
    assert works(program)
    with refscope("suspects", str(path), "--json") as command:
        out, err = command.communicate(timeout=60)
    assert json.loads(out)[0]["holder"] == "__main__.CACHE", err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("types", "4194305"), "There is no process 4194305"),
        (("types", "--pid", "1"), "runs no Python"),
        (("types", "--pid", "1", "--on-output", "x"), "--on-output is for a program that refscope runs"),
        (("record", "--pid", "1", "--at-exit"), "--at-exit is for a program that refscope runs"),
        (("types", "--pid", "1", "--", "script.py"), "or the process id of one that runs"),
        (("types", "--pid", "-3"), "'-3' is no number above 0"),
    ],
)
def test_what_cannot_be_attached_to_is_said(arguments: tuple[str, ...], words: str) -> None:
    with refscope(*arguments) as command:
        out, err = command.communicate(timeout=60)
    assert command.returncode == 2
    assert words in err
    assert out == ""
