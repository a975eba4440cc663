"""A whole window with a program that listens to its console, for tests of what a person does in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from refscope.gui import app as gui_app
from refscope.gui.analysing import Analysis
from refscope.gui.app import App
from refscope.gui.launch_form import LaunchForm, RunMode
from refscope.gui.window_controller import WindowController

LEAK = """
import sys
class Loader:
    def __init__(self): self.data = bytearray(20_000)
class Processor:
    instance_map = {}
    def __init__(self):
        self.loader = Loader()
        Processor.instance_map[id(self)] = self
print("ready", flush=True)
for line in sys.stdin:
    for _ in range(int(line)): Processor()
    print("made", line.strip(), flush=True)
"""
"""Keeps what it is told to make: `Processor.instance_map` holds all."""

LONG = 60_000  # ms; a busy machine starts a program and reads a heap slowly


@contextmanager
def real_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowController]:
    """The only window of an application of its own. It is closed at the end; no job may have crashed."""
    monkeypatch.setattr(gui_app, "discover", lambda _script, _folder: iter(()))
    app = App(tmp_path / "settings.ini")
    made = app.new_window()
    made.window.resize(1440, 900)
    crashes: list[str] = []
    for lane in (made.jobs.heap_work, made.jobs.questions):
        lane.crashed.connect(lambda name, report: crashes.append(f"{name}: {report}"))
    yield made
    if made in app.windows:  # a window that was closed is taken apart
        made.window.may_close = lambda: True
        made.window.close()
    assert app.windows == []
    assert not crashes


def another(controller: WindowController, qtbot: QtBot) -> WindowController:
    """A second window, opened from this one and shown."""
    opened: list[WindowController] = []
    controller.services.open_window(opened.append)
    qtbot.waitUntil(lambda: bool(opened), timeout=LONG)
    return opened[0]


def script_of(folder: Path, program: str) -> LaunchForm:
    """The form that runs this text as a script; it prints "ready", and "made" after each line it is sent."""
    path = folder / "leak.py"
    path.write_text(program)
    return LaunchForm(RunMode.SCRIPT, str(path))


def started(controller: WindowController, form: LaunchForm, qtbot: QtBot) -> None:
    """Run the program and wait until it listens."""
    controller.start.launch(form)
    qtbot.waitUntil(lambda: controller.session is not None, timeout=LONG)
    qtbot.waitUntil(lambda: "ready" in controller.panels.console.text(), timeout=LONG)


def make(controller: WindowController, count: int, qtbot: QtBot) -> None:
    """Have the program make so many more, through the console."""
    console = controller.panels.console
    before = console.text().count("made")
    console.input.setText(str(count))
    console.input.returnPressed.emit()
    qtbot.waitUntil(lambda: console.text().count("made") > before, timeout=LONG)


def frozen(controller: WindowController, qtbot: QtBot) -> Analysis:
    """Freeze the program and wait until the heap is read."""
    assert controller.session is not None
    with qtbot.waitSignal(controller.session.analysed, timeout=LONG) as told:
        controller.act("freeze")
    return told.args[0]
