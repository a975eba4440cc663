"""A real window under Xvfb, a real pointer and real keys: from the start page to the lit path.

Nothing of Qt is touched from inside: xdotool points and types, pictures of the screen are looked at.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtGui import QColor, QImage

from refscope.present.palette import LIGHT

TOOLS = ("Xvfb", "xdotool", "import")
SIZE = (1440, 900)
GRAPH = (330, 340, 800, 480)  # x, y, width, height of the graph's ground in the Hunt layout
REGISTRY_CARD = (460, 265)
LIMIT_S = 60

pytestmark = [
    pytest.mark.screen,
    pytest.mark.skipif(
        any(shutil.which(tool) is None for tool in TOOLS),
        reason=f"needs {', '.join(TOOLS)}: scripts/setup test",
    ),
]


class Screen:
    """An X server of our own, and what a person at it can do."""

    def __init__(self, number: str, folder: Path) -> None:
        self.environment = dict(os.environ, DISPLAY=number, HOME=str(folder), XDG_CONFIG_HOME=str(folder))
        self.environment.pop("QT_QPA_PLATFORM", None)
        self.environment.setdefault("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))  # compiled kernels
        self._folder = folder

    def do(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=True,
        )
        return done.stdout

    def click(self, x: int, y: int) -> None:
        self.do("mousemove", str(x), str(y), "click", "1")

    def wait_for_window(self, name: str) -> None:
        self.do("search", "--sync", "--onlyvisible", "--name", name)

    def picture(self) -> QImage:
        path = self._folder / "screen.png"
        subprocess.run(
            ["import", "-window", "root", str(path)], env=self.environment, timeout=LIMIT_S, check=True
        )
        return QImage(str(path))

    def wait_until(self, is_there: Callable[[QImage], bool], what: str) -> QImage:
        until = time.monotonic() + LIMIT_S
        while time.monotonic() < until:
            picture = self.picture()
            if is_there(picture):
                return picture
        picture.save(str(self._folder / "failed.png"))
        raise AssertionError(f"not seen within {LIMIT_S} s: {what} (see {self._folder}/failed.png)")


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    reading, writing = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        f"{SIZE[0]}x{SIZE[1]}x24",
        "-nolisten",
        "tcp",
    ]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    yield Screen(f":{number}", tmp_path)
    server.terminate()
    server.wait(LIMIT_S)


@pytest.fixture
def window(screen: Screen) -> Iterator[psutil.Process]:
    started = subprocess.Popen([sys.executable, "-m", "refscope"], env=screen.environment)
    process = psutil.Process(started.pid)
    yield process
    everything = [*process.children(recursive=True), process] if process.is_running() else []
    for each in everything:
        each.kill()
    psutil.wait_procs(everything, LIMIT_S)
    started.wait(LIMIT_S)


def count_of(picture: QImage, token: str, area: tuple[int, int, int, int] = GRAPH) -> int:
    """Pixels of a colour of the palette in a part of the screen."""
    wanted, (left, top, width, height) = QColor(LIGHT[token]).rgb(), area
    part = picture.copy(left, top, width, height).convertToFormat(QImage.Format.Format_RGB32)
    return sum(part.pixel(x, y) == wanted for y in range(height) for x in range(width))


def test_from_the_start_page_to_the_lit_path(screen: Screen, window: psutil.Process) -> None:
    screen.wait_for_window("^RefScope$")
    whole = (0, 0, *SIZE)
    screen.wait_until(lambda p: count_of(p, "accent", whole) > 2000, "the start page with its primary button")

    screen.click(*REGISTRY_CARD)
    screen.wait_for_window("registry.py - RefScope")
    targets = [
        child for child in window.children(recursive=True) if "registry.py" in " ".join(child.cmdline())
    ]
    assert len(targets) == 1

    screen.do("key", "F8")
    screen.wait_until(lambda p: count_of(p, "path", whole) > 300, "the candidates after the first freeze")
    assert targets[0].is_running()
    screen.do("key", "F8")
    picture = screen.wait_until(
        lambda p: count_of(p, "path") > 1000 and count_of(p, "leak", (0, 300, 320, 500)) > 300,
        "the lit path and the first suspect after the second freeze",
    )
    assert picture.width() == SIZE[0]
    assert targets[0].is_running()  # the program was never stopped
    folder = os.environ.get("REFSCOPE_PICTURES")
    if folder:
        picture.save(str(Path(folder) / "real-window.png"))
