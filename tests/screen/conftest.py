"""A desktop of our own for each test, and RefScope's window on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.screen.desktop import LIMIT_S, Desktop, missing


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    lacks = missing()
    if lacks:
        pytest.skip(f"needs {', '.join(lacks)}: scripts/setup test")
    made = Desktop(tmp_path)
    yield made
    made.close()


@pytest.fixture
def window(desktop: Desktop) -> Iterator[psutil.Process]:
    started = subprocess.Popen([sys.executable, "-m", "refscope"], env=desktop.environment)
    process = psutil.Process(started.pid)
    yield process
    everything = [*process.children(recursive=True), process] if process.is_running() else []
    for each in everything:
        each.kill()
    psutil.wait_procs(everything, LIMIT_S)
    started.wait(LIMIT_S)
