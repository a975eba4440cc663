"""What the README tells a reader to type is typed: shell lines and the snippet of the API."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from refscope.cli.main import main

README = (Path(__file__).parents[2] / "README.md").read_text()
LEAKING = """
import sys, time

class Class:
    kept = []

    def __init__(self):
        self.load = bytearray(200_000)

for number in range(20):
    Class.kept.append(Class())
print("READY", flush=True)
sys.stdin.readline()
for number in range(20):
    Class.kept.append(Class())
print("DONE", flush=True)
sys.stdin.readline()
"""
SERVING = """
import time
for number in range(4):
    print("round", number, flush=True)
    time.sleep(0.3)
"""


def lines_of(command: str) -> list[str]:
    """The README's lines for one command, with intervals of a test."""
    found = re.findall(rf"^refscope ({command} .+)$", README, re.MULTILINE)
    return [re.sub(r"--every \d+", "--every 0.2", line) for line in found]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "server.py").write_text(SERVING)
    (tmp_path / "soak_test.py").write_text(SERVING)
    (tmp_path / "script.py").write_text(LEAKING)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_server_is_recorded_and_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recorded, (at_once, of_capture) = lines_of("record")[0], lines_of("suspects")
    assert main(shlex.split(recorded)) == 0
    assert (folder / "night.refscope").exists()
    assert main(shlex.split(of_capture)) == 0
    assert main(shlex.split(at_once)) == 0
    assert capsys.readouterr().out


def test_ci_is_told_that_nothing_leaks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = lines_of("check")
    assert main(shlex.split(line)) == 0
    assert "Nothing leaks" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_the_snippet_of_the_api_works_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    (snippet,) = re.findall(r"```python\n(.+?)```", README, re.DOTALL)
    snippet = snippet.replace("/usr/bin/python3.9", sys.executable).replace("pkg.mod.Class", "__main__.Class")
    names: dict[str, object] = {}
    exec(snippet, names)
    out = capsys.readouterr().out
    assert "40 Class kept by __main__.Class.kept" in out
    assert "__main__.Class.kept" in out.splitlines()[-1]
    assert len(names["graph"]) > 2  # type: ignore[arg-type]
