"""The hunt in a real window, by pointer and keys, from the start page to the files that prove it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest
from PySide6.QtGui import QColor, QImage

from refscope.present.palette import LIGHT
from tests.screen.desktop import Desktop, Element

SOME_MIB = 6.0
"""Of the example: what keeps so much is no usual share of the heap, and so much more is a leak."""

HOLDER = "__main__.Processor.instance_map"

pytestmark = pytest.mark.screen


def count_of(picture: QImage, token: str, box: tuple[int, int, int, int]) -> int:
    """Pixels of a colour of the palette in a part of the screen."""
    wanted, (left, top, width, height) = QColor(LIGHT[token]).rgb(), box
    part = picture.copy(left, top, width, height).convertToFormat(QImage.Format.Format_RGB32)
    return sum(part.pixel(x, y) == wanted for y in range(height) for x in range(width))


def target_of(picture: QImage, graph: Element) -> tuple[int, int]:
    """A point inside the target: left of the right end of the lit path, which is drawn around it."""
    wanted, (left, top, width, height) = QColor(LIGHT["path"]).rgb(), graph.box
    lit = [
        (x, y)
        for x in range(left, left + width)
        for y in range(top, top + height)
        if picture.pixel(x, y) == wanted
    ]
    right = max(x for x, _ in lit)
    edge = [y for x, y in lit if x == right]
    return right - 30, sum(edge) // len(edge)


def starts(words: str) -> Callable[[str], bool]:
    return lambda name: name.startswith(words)


def run_registry(desktop: Desktop, window: psutil.Process) -> psutil.Process:
    """From the start page to the running example; its process."""
    desktop.wait_for_window("RefScope")
    desktop.click(desktop.wait_for("panel", starts("Registry on a class")))
    desktop.wait_for_window("registry.py - RefScope")
    found = [child for child in window.children(recursive=True) if "registry.py" in " ".join(child.cmdline())]
    assert len(found) == 1
    return found[0]


def save_as(desktop: Desktop, path: Path) -> None:
    """Answer the dialog that asks where to save."""
    desktop.click(desktop.wait_for("text", "File name:"))
    desktop.press("ctrl+a")
    desktop.type(str(path))
    desktop.click(desktop.wait_for("push button", "Save"))


def test_from_the_start_page_to_a_picture_and_a_report(
    desktop: Desktop, window: psutil.Process, tmp_path: Path
) -> None:
    target = run_registry(desktop, window)

    desktop.wait_for_growth(SOME_MIB)
    desktop.click(desktop.wait_for("push button", "Freeze baseline"))
    desktop.wait_for("panel", lambda name: "One freeze only" in name)
    assert target.is_running()
    desktop.wait_for_growth(SOME_MIB)
    desktop.click(desktop.wait_for("push button", "Freeze"))
    card = desktop.wait_for("panel", lambda name: HOLDER in name and ". Leak." in name)
    desktop.click(card)

    graph = desktop.wait_for("filler", "Graph of what holds the object")
    picture = desktop.wait_until_seen(lambda p: count_of(p, "path", graph.box) > 1000, "the lit path")
    desktop.wait_for("label", lambda name: HOLDER in name and "are reached through" in name)
    desktop.click_at(*target_of(picture, graph))
    desktop.click(desktop.wait_for("menu item", "Graph"))
    desktop.click(desktop.wait_for("menu item", starts("Expand until root")))
    desktop.click(desktop.wait_for("page tab", "Table"))
    desktop.wait_for("cell", "How: .instance_map")

    picture_file = tmp_path / "holder.svg"
    desktop.press("ctrl+shift+e")
    save_as(desktop, picture_file)
    desktop.wait_for("label", "Graph saved")
    words = "".join(ElementTree.parse(picture_file).getroot().itertext())
    assert "Processor" in words
    assert "instance_map" in words

    report = tmp_path / "report.html"
    desktop.click(desktop.wait_for("push button", "Export report…"))
    save_as(desktop, report)
    desktop.wait_for("label", "Report saved")
    assert HOLDER in report.read_text().replace("<wbr>", "").replace("\u200b", "")
    assert target.is_running()  # the program was never stopped
    folder = os.environ.get("REFSCOPE_PICTURES")
    if folder:
        desktop.picture().save(str(Path(folder) / "real-window.png"))
