#!/usr/bin/env python3
"""Pictures of the window's frame, to look at: start page, errors, palette, settings, help, small windows.

Usage: scripts/frame_pictures.py FOLDER [--dark] [--scale 2] [--only NAME]. Needs no display.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from refscope.gui.app import App
    from refscope.gui.window_controller import WindowController

Moment = Callable[["App", "WindowController"], "QWidget | None"]
"""Brings a window to a moment; returns what is taken, None = the window."""


def first_run(_app: App, _controller: WindowController) -> None:
    """Nothing was run yet."""


def recent(app: App, controller: WindowController) -> None:
    """What was run lately."""
    import pictures

    pictures.at_start(app, controller)


def problem(target: str, text: str = "", *, runs: bool = True) -> Moment:
    """A script that cannot be run."""

    def show(app: App, controller: WindowController) -> None:
        recent(app, controller)
        folder = Path(tempfile.gettempdir()) / "demo"
        folder.mkdir(exist_ok=True)
        (folder / "load.py").write_text(text or "print(1)\n")
        form = controller.window.start_page.form
        form.set_script(str(folder / target))
        if runs:
            form.run()

    return show


def old_python(app: App, controller: WindowController) -> None:
    """A Python that is too old."""
    from refscope.gui.launch_form import InterpreterChoice

    problem("load.py", runs=False)(app, controller)
    form = controller.window.start_page.form
    old = InterpreterChoice("/usr/bin/python3.6", "3.6.9", reason="RefScope looks into 3.7 and later.")
    form.set_interpreters((*form.python.choices, old), is_searching=False)
    form.python.choose(old.path)
    form.run()


def palette(typed: str) -> Moment:
    """The palette with a text in it."""

    def show(app: App, controller: WindowController) -> None:
        import pictures

        if typed[:1] in (":", "#", "@"):
            pictures.at_hunt(app, controller)
        else:
            recent(app, controller)
        for key in ("freeze", "theme_next", "open"):
            controller.settings.note_command(key)
        controller.window.activateWindow()
        controller.act("palette")
        from refscope.gui.palette_window import Palette

        controller.window.findChild(Palette).open(typed)

    return show


def settings(page: str) -> Moment:
    """A page of the settings."""

    def show(_app: App, controller: WindowController) -> QWidget:
        from refscope.gui.settings_dialog import SettingsDialog

        controller.help.open_settings(page)
        made = controller.window.findChild(SettingsDialog)
        assert isinstance(made, SettingsDialog)
        return made

    return show


def dialog(action: str) -> Moment:
    """A window of the Help menu."""

    def show(app: App, controller: WindowController) -> QWidget:
        import pictures
        from PySide6.QtWidgets import QDialog

        controller.act(action)
        pictures.until(app, lambda: controller.window.findChild(QDialog) is not None)
        made = controller.window.findChild(QDialog)
        assert isinstance(made, QDialog)
        return made

    return show


def crash(_app: App, controller: WindowController) -> QWidget:
    """An error of RefScope's own."""
    return controller.help.show_crash('Traceback (most recent call last):\n  …\nKeyError: "registry"\n')


def closing(_app: App, controller: WindowController) -> QWidget:
    """The question when a program still runs."""
    from refscope.gui.dialogs import running_box

    box, _answers = running_box(controller.window, "load_apps.py", 2)
    box.show()
    return box


def hunt(width: int, height: int, panel: str = "") -> Moment:
    """A hunt in a small window."""

    def show(app: App, controller: WindowController) -> None:
        import pictures

        controller.window.resize(width, height)
        pictures.at_hunt(app, controller)
        controller.window.activateWindow()
        pictures.settle(app)
        if panel:
            controller.window.focus_panel(panel)

    return show


MOMENTS: dict[str, Moment] = {
    "first-run": first_run,
    "recent": recent,
    "no-script": problem("gone.py"),
    "folder": problem("."),
    "syntax": problem("load.py", "def f(:\n    pass\n"),
    "old-python": old_python,
    "palette": palette(""),
    "palette-freeze": palette("fre"),
    "palette-types": palette(":"),
    "palette-suspects": palette("#"),
    "settings-looks": settings("Looks"),
    "settings-graph": settings("Graph"),
    "settings-recording": settings("Recording"),
    "settings-files": settings("Files"),
    "settings-keys": settings("Keys"),
    "shortcuts": dialog("shortcuts"),
    "about": dialog("about"),
    "doctor": dialog("doctor"),
    "help": dialog("help_panel"),
    "crash": crash,
    "closing": closing,
    "hunt-1200": hunt(1200, 740),
    "hunt-900": hunt(900, 600),
    "hunt-900-overlay": hunt(900, 600, "suspects"),
}


def take(name: str, path: Path, *, dark: bool) -> None:
    """Bring a window to the moment and grab it."""
    import pictures

    from refscope.gui.app import App

    with tempfile.TemporaryDirectory() as folder:
        app = App(Path(folder) / "settings.ini")
        app.settings.theme = "dark" if dark else "light"
        controller = app.new_window()
        controller.window.resize(1440, 900)
        pictures.until(app, lambda: not controller.jobs.questions.is_busy)
        found = MOMENTS[name](app, controller)
        pictures.settle(app)
        (found or controller.window).grab().save(str(path))
        controller.window.may_close = lambda: True
        controller.window.close()


def main() -> None:
    """Make all pictures, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--scale", default="1")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = options.scale
    looks = "dark" if options.dark else "light"
    for name in [options.only] if options.only else MOMENTS:
        print(name, flush=True)
        take(name, options.folder / f"{name}-{looks}.png", dark=options.dark)


if __name__ == "__main__":
    main()
