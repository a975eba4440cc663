"""The window's entry: the application, its looks, and one controller per window.

The only place that wires the outside (`api`, interpreters, files) to the window.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

import refscope
from refscope.errors import LaunchError, UserFacingError
from refscope.gui.collector import QtThreadCollector
from refscope.gui.dismantling import dismantle, dismantle_in_steps
from refscope.gui.launch_form import InterpreterChoice
from refscope.gui.loading import SETTLED_MS, load_session_code
from refscope.gui.logs import log_folder, start_log, stop_log
from refscope.gui.settings import Settings, default_file
from refscope.gui.shapes import FOLDER
from refscope.gui.steps import at_once, in_next_step, take_steps
from refscope.gui.window_building import building
from refscope.gui.window_controller import Services, WindowController
from refscope.gui.window_request import WindowRequest

if TYPE_CHECKING:
    from refscope.api import Run, RunningPython, Session
    from refscope.session.child_processes import ChildProcess

_log = logging.getLogger(__name__)


class App:
    """Windows, and what they share. `settings_file`: None = the user's own."""

    def __init__(self, settings_file: Path | None = None) -> None:
        self.qt = make_application()
        self.settings = Settings(settings_file or default_file())
        self.windows: list[WindowController] = []
        self._services = Services(
            launch=launch,
            attach=attach,
            running=running_pythons,
            children=child_processes,
            admit=admitted,
            open_capture=open_capture,
            discover=discover,
            probe=probe,
            open_window=self.open_window,
            window_of=self.window_of,
            is_any_shown=lambda: any(each.window.isVisible() for each in self.windows),
            log_folder=str(log_folder()),
        )

    def new_window(self) -> WindowController:
        """A window with the start page, at once: the first."""
        return self._show(at_once(building(self._services, self.settings)))

    def open_window(self, then: Callable[[WindowController], object]) -> None:
        """Another window with the start page, built while those that are there go on answering; `then` is
        told of it when it is shown."""

        def show(controller: WindowController) -> None:
            self._show(controller)
            in_next_step(controller, lambda: then(controller))

        take_steps(self.qt, building(self._services, self.settings), show)

    def window_of(self, pid: int) -> WindowController | None:
        """The window that shows a process which runs; None = there is none."""
        for each in self.windows:
            shown = each.session.session if each.session is not None else None
            if shown is not None and shown.pid == pid and shown.is_running:
                return each
        return None

    def _show(self, controller: WindowController) -> WindowController:
        controller.closed.connect(lambda: self._forget(controller))
        self.windows.append(controller)
        controller.window.setWindowIcon(window_icon())
        controller.window.show()
        return controller

    def _forget(self, controller: WindowController) -> None:
        self.windows.remove(controller)
        take_apart = dismantle_in_steps if self.windows else dismantle
        take_apart(controller, (self, self.settings, *self.windows))

    def finish(self) -> None:
        """Wait until the programs of closed windows have ended: a second window need not wait for its own."""
        while any(not each.window.isVisible() for each in self.windows):
            self.qt.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def handle(self, request: WindowRequest) -> None:
        """Show the start page, run a program, attach to one, or open files, each in a window."""
        controller = self.new_window()
        if request.form is not None:
            controller.start.launch(request.form)
        elif request.pid is not None:
            controller.start.attach(request.pid)
        elif not request.files:
            QTimer.singleShot(SETTLED_MS, controller, controller.start.load_ahead)
        if request.files:
            controller.files.open(request.files[0])
        for path in request.files[1:]:
            self.open_window(partial(_open_file, path))

    def report_crash(self, report: str) -> None:
        """Show an error of RefScope's own in a window that can be copied from."""
        for controller in self.windows[:1]:
            controller.help.show_crash(report)


def _open_file(path: str, controller: WindowController) -> None:
    controller.files.open(path)


def window_icon() -> QIcon:
    """RefScope's sign, drawn at each size that desktops ask for."""
    made = QIcon()
    renderer = QSvgRenderer(str(FOLDER / "refscope.svg"))
    for size in (16, 24, 32, 48, 64, 128, 256):
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        renderer.render(painter)
        painter.end()
        made.addPixmap(picture)
    return made


def run(request: WindowRequest) -> int:
    """Open the window and stay until the last one closes; the exit code for the shell."""
    check_display()
    log_file = start_log(log_folder())
    app = App()
    collector = QtThreadCollector()
    collector.start()
    hook = sys.excepthook
    sys.excepthook = _crash_hook(app)
    try:
        app.handle(request)
        wake = QTimer()  # lets Python see Ctrl+C in the terminal
        wake.start(500)
        wake.timeout.connect(lambda: None)
        code = app.qt.exec()
        app.finish()
        return code
    finally:
        sys.excepthook = hook
        collector.stop()
        stop_log(log_file)


def check_display() -> None:
    """Raise `UserFacingError` where Qt would abort for want of a display."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names):
        raise UserFacingError(
            "There is no display to open a window on",
            "Use the commands that need none (refscope --help), or set DISPLAY, or use ssh -X.",
        )


def make_application() -> QApplication:
    """The one QApplication of this process, with its names."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    QCoreApplication.setApplicationName("RefScope")
    QCoreApplication.setApplicationVersion(refscope.__version__)
    QGuiApplication.setDesktopFileName("refscope")
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    return QApplication(["refscope"])


def launch(argv: Sequence[str], *, python: str | None, cwd: str | None, **options: object) -> Session:
    """`api.launch`, loaded when first used; where no Python is chosen, with the project's own."""
    load_session_code()
    from refscope import api

    script = None if argv[0].startswith("-") else argv[0]
    python = python or api.project_python(script, cwd)
    return api.launch(argv, python=python, cwd=cwd, **options)  # type: ignore[arg-type]


def attach(pid: int, **options: object) -> Session:
    """`api.attach`, loaded when first used."""
    load_session_code()
    from refscope import api

    return api.attach(pid, **options)  # type: ignore[arg-type]


def running_pythons() -> list[RunningPython]:
    """`api.running_pythons`, without the rest of it: the start page shows them."""
    from refscope.session.running import running_pythons as find

    return find()


def child_processes(pids: Sequence[int]) -> list[ChildProcess]:
    """What runs in these processes, those of a program that is shown."""
    from refscope.session.child_processes import child_processes as find

    return find(pids)


def admitted(pid: int) -> RunningPython:
    """The process, if it may be attached to; raises `AttachRefused` with what to do."""
    from refscope.session.attached import admitted as ask

    return ask(pid)


def open_capture(path: str) -> Run:
    """`api.open_capture`, loaded when first used."""
    load_session_code()
    from refscope import api

    return api.open_capture(path)


def discover(script: str, folder: str) -> Iterator[InterpreterChoice]:
    """Pythons of this machine, the likeliest first; blocks for some 30 ms between two."""
    from refscope.session.interpreters import discover as find

    for found in find(script or None, folder or None):
        yield InterpreterChoice(found.path, ".".join(map(str, found.version)), found.environment)


def probe(path: str) -> InterpreterChoice:
    """One Python, chosen by hand; where it cannot be used, the reason."""
    from refscope.session.interpreters import probe as ask

    try:
        found = ask(path)
    except LaunchError as error:
        return InterpreterChoice(path, reason=f"{error.title}. {error.text}")
    return InterpreterChoice(path, ".".join(map(str, found.version)), found.environment)


def _crash_hook(app: App) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            app.qt.quit()
            return
        report = "".join(traceback.format_exception(kind, value, trace))
        _log.critical("an error of RefScope's own:\n%s", report)
        app.report_crash(report)

    return hook
