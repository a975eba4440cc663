"""One window to be pictured: brought to its moments by real actions, in a home that is nobody's.

A story is a generator: it moves the stage on and yields the name of each moment, with what is taken of it.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from picturing.looks import Look

if TYPE_CHECKING:
    from refscope.gui.session_controller import SessionController
    from refscope.session.output import OutputLine

HOME = Path(tempfile.gettempdir()) / "ada"
"""The home of who is seen at work; `HOME` of the process that takes the picture."""

Shot = tuple[str, QWidget | QPixmap | None]
"""A moment's name, and what is taken: None = the window."""
Story = Callable[["Stage"], Iterator[Shot]]
REST_S = 0.6
"""Longer than any motion of the window."""


class Stage:
    """An application with one window, and what moves it on."""

    def __init__(self, look: Look, folder: Path) -> None:
        from refscope.gui.app import App
        from refscope.gui.preferences import CONTRAST

        self.look = look
        self.app = App(folder / "settings.ini")
        self.app.settings.theme = look.theme
        self.app.settings.choose(CONTRAST, look.contrast)
        self.controller = self.app.new_window()
        self.window = self.controller.window
        self.panels = self.controller.panels
        self.window.resize(*look.size)
        self.window.activateWindow()
        self.answered()

    @property
    def session(self) -> SessionController:
        """The program that runs."""
        assert self.controller.session is not None, "no program was started"
        return self.controller.session

    def until(self, reached: Callable[[], bool], limit_s: float = 60.0) -> None:
        """Turn the event loop until something holds; raises TimeoutError."""
        end = time.monotonic() + limit_s
        while not reached():
            self.app.qt.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if time.monotonic() > end:
                raise TimeoutError("the moment of the picture did not come")

    def settle(self) -> None:
        """Let layouts and motion come to rest, in a window that has the keyboard as on a desktop."""
        if self.app.qt.activeWindow() is None:
            self.window.activateWindow()
        end = time.monotonic() + REST_S
        self.until(lambda: time.monotonic() > end)

    def answered(self) -> None:
        """Wait for everything that was asked."""
        jobs = self.controller.jobs
        self.until(lambda: not jobs.questions.is_busy and not jobs.heap_work.is_busy)
        self.settle()

    def act(self, key: str) -> None:
        """Do an action by its key."""
        self.window.act(key)

    def run(self, script: Path, arguments: str = "") -> None:
        """Run a script with the Python of these scripts, as the start page would."""
        import sys

        from refscope.gui.launch_form import LaunchForm, RunMode

        form = LaunchForm(RunMode.SCRIPT, str(script), arguments, sys.executable)
        self.controller.start.launch(form)
        self.until(lambda: self.controller.session is not None)
        self.session.work_failed.connect(_fail)

    def mark_iterations(self, line: OutputLine) -> None:
        """Mark each 20th iteration of the program; comes on the thread that reads output."""
        if line.text.startswith("iteration"):
            self.session.session.mark(line.text.strip())

    def run_to(self, at_s: float) -> None:
        """Let the program run to that second."""
        self.until(lambda: self.session.session.elapsed_s >= at_s)

    def freeze(self) -> None:
        """Freeze, and wait for the analysis."""
        done: list[object] = []
        self.session.analysed.connect(done.append)
        self.act("freeze")
        self.until(lambda: bool(done))
        self.answered()

    @contextmanager
    def held_freeze(self) -> Iterator[None]:
        """Inside, a freeze that is asked for stays at its middle; it goes on at the end."""
        session, go_on = self.session.session, threading.Event()
        freeze = session.freeze

        def held(*names: str, progress: Callable[[int, int], None], **options: object) -> object:
            def wait(_done: int, _total: int) -> None:
                if not go_on.is_set():
                    progress(742_000, 1_204_118)
                    go_on.wait()

            return freeze(*names, progress=wait, **options)

        session.freeze = held
        try:
            yield
        finally:
            go_on.set()
            session.freeze = freeze

    def close(self) -> None:
        """End program and window."""
        self.window.may_close = lambda: True
        self.window.close()


def _fail(error: Exception, what: str) -> None:
    raise RuntimeError(f"{what}: {error}")


def at_home(name: str, text: str = "") -> Path:
    """A file in that home, with that text unless it is there."""
    path = HOME / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if text:
        path.write_text(text, encoding="utf-8")
    return path


def example_at_home(name: str) -> Path:
    """A built-in example as a script of one's own."""
    from refscope.examples.catalog import example

    script = example(name).script
    for each in (script.name, "pace.py"):
        shutil.copy(script.with_name(each), at_home(f"bot/{each}"))
    return HOME / "bot" / script.name
