#!/usr/bin/env python3
"""Makes the pictures of the README in assets/pictures/, by running the registry example for real.

Usage: scripts/pictures.py [--only NAME] [--folder FOLDER]. Needs no display. Each picture is taken in
a process of its own, since size and scale of the screen are fixed when Qt starts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Picture:
    """One picture: which moment, in which looks."""

    name: str
    moment: str  # "start", "watch", "one", "hunt", "graph", "types", "states"
    theme: str = "light"
    size: tuple[int, int] = (1440, 900)
    scale: float = 1.0


PICTURES = (
    Picture("start-light", "start"),
    Picture("start-dark", "start", "dark"),
    Picture("watch-light", "watch"),
    Picture("watch-dark", "watch", "dark"),
    Picture("hunt-light", "hunt"),
    Picture("hunt-dark", "hunt", "dark"),
    Picture("graph-light", "graph"),
    Picture("types-light", "types"),
    Picture("states-light", "states"),
    Picture("states-dark", "states", "dark"),
    Picture("hunt-small", "hunt", size=(1280, 800)),
    Picture("start-small", "start", size=(900, 600)),
    Picture("hunt-large", "hunt", size=(2560, 1440)),
    Picture("start-scale-2", "start", size=(1280, 800), scale=2.0),
)


def main() -> int:
    """Make all pictures, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--here", action="store_true", help="make it in this process")
    parser.add_argument("--folder", type=Path, default=ROOT / "assets" / "pictures")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    chosen = [picture for picture in PICTURES if options.only in ("", picture.name)]
    if options.here:
        make(chosen[0], options.folder / f"{chosen[0].name}.png")
        return 0
    for picture in chosen:
        environment = {
            **os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(picture.scale),
            **({"HOME": "/home/ada"} if picture.moment == "start" else {}),
        }  # fmt: skip
        command = [
            sys.executable,
            __file__,
            "--here",
            "--only",
            picture.name,
            "--folder",
            str(options.folder),
        ]
        print(f"{picture.name}.png", flush=True)
        subprocess.run(command, check=True, env=environment, timeout=180)
    return 0


def make(picture: Picture, path: Path) -> None:
    """Bring a window to the moment of the picture and take it."""
    from refscope.gui.app import App

    with tempfile.TemporaryDirectory() as folder:
        app = App(Path(folder) / "settings.ini")
        app.settings.theme = picture.theme
        if picture.moment == "states":
            from state_sheet import sheet

            sheet(picture.theme == "dark").save(str(path))
            return
        controller = app.new_window()
        controller.window.resize(*picture.size)
        until(app, lambda: not controller.jobs.questions.is_busy)
        MOMENTS[picture.moment](app, controller)
        settle(app)
        controller.window.grab().save(str(path))
        controller.window.may_close = lambda: True
        controller.window.close()


def at_start(app: object, controller: object) -> None:
    """The start page with what was run lately."""
    from refscope.gui.launch_form import InterpreterChoice, LaunchForm, RunMode
    from refscope.gui.settings import RecentEntry

    now = time.time()
    home = Path.home()
    load = LaunchForm(
        RunMode.SCRIPT, str(home / "src/mindmeld-demo/load_apps.py"), "--iterations 41 --apps 3"
    )
    shop = LaunchForm(RunMode.MODULE, "order_service", folder=str(home / "src/shop"))
    remember = controller.start.remember  # type: ignore[attr-defined]
    remember(
        RecentEntry(now - 86_400 * 3, None, str(home / "src/etl/mprofile_20261101.dat"), result="Chart only")
    )
    capture = str(home / "captures/after_fix.refscope")
    remember(RecentEntry(now - 90_000, None, capture, result="Nothing leaks", verdict="ok"))
    remember(
        RecentEntry(
            now - 87_000, shop, python="3.11.7", result="1 leak: request_finished.receivers", verdict="leak"
        )
    )
    remember(
        RecentEntry(
            now - 7_200, load, python="3.7.16", result="1 leak: Processor.instance_map", verdict="leak"
        )
    )
    page = controller.window.start_page  # type: ignore[attr-defined]
    page.form.set_form(load)
    until(app, lambda: not controller.jobs.questions.is_busy)  # type: ignore[attr-defined]
    settle(app)
    beside = "Chosen because it stands beside the script. Nothing has to be installed in it."
    page.set_interpreters(
        [
            InterpreterChoice(f"{home}/src/mindmeld-demo/.venv/bin/python", "3.7.16", ".venv"),
            InterpreterChoice("/usr/bin/python3.11", "3.11.2", "system"),
            InterpreterChoice(f"{home}/.pyenv/versions/3.13.0/bin/python", "3.13.0", "pyenv 3.13.0"),
        ],
        is_searching=False,
        hint=beside,
    )
    controller.window.status.show_facts(  # type: ignore[attr-defined]
        ["Ready", "3 Pythons found: 3.7, 3.11, 3.13"], "", ("check", "ok")
    )


def at_watch(app: object, controller: object) -> None:
    """A minute of a program that grows."""
    run(app, controller)
    session = controller.session  # type: ignore[attr-defined]
    for number in range(3):
        wait_until(app, controller, 4.0 + 5.0 * number)
        session.mark(f"iteration {number + 1}0")
    wait_until(app, controller, 20.0)


def at_hunt(app: object, controller: object) -> None:
    """After the second freeze: the first suspect, its graph, what to change."""
    run(app, controller)
    freeze(app, controller, 5.0)
    freeze(app, controller, 14.0)
    wait_until(app, controller, 18.0)
    until(app, lambda: controller.graph.scene is not None)  # type: ignore[attr-defined]
    until(app, lambda: not controller.jobs.questions.is_busy)  # type: ignore[attr-defined]


def at_graph(app: object, controller: object) -> None:
    """The graph alone."""
    at_hunt(app, controller)
    controller.window.focus_panel("graph")  # type: ignore[attr-defined]
    settle(app)
    controller.window.menus.actions["panel_alone"].trigger()  # type: ignore[attr-defined]
    settle(app)
    controller.panels.graph.view.fit()  # type: ignore[attr-defined]


def at_types(app: object, controller: object) -> None:
    """The table of types, with growth."""
    at_hunt(app, controller)
    window = controller.window  # type: ignore[attr-defined]
    window.focus_panel("types")
    settle(app)
    window.menus.actions["panel_alone"].trigger()


MOMENTS: dict[str, Callable[[object, object], None]] = {
    "start": at_start, "watch": at_watch, "hunt": at_hunt, "graph": at_graph, "types": at_types,
}  # fmt: skip


def run(app: object, controller: object) -> None:
    """Start the registry example, from a folder that says nothing of this machine."""
    from refscope.examples.catalog import example
    from refscope.gui.launch_form import LaunchForm, RunMode

    folder = Path("/tmp/demo")
    folder.mkdir(exist_ok=True)
    script = example("registry").script
    for name in (script.name, "pace.py"):
        shutil.copy(script.with_name(name), folder)
    controller.launch(LaunchForm(RunMode.SCRIPT, str(folder / script.name)))  # type: ignore[attr-defined]
    until(app, lambda: controller.session is not None)  # type: ignore[attr-defined]


def freeze(app: object, controller: object, at_s: float) -> None:
    """Freeze at that second and wait for the analysis."""
    wait_until(app, controller, at_s)
    done: list[object] = []
    controller.session.work_failed.connect(lambda error, what: sys.exit(f"{what}: {error}"))  # type: ignore[attr-defined]
    controller.session.analysed.connect(done.append)  # type: ignore[attr-defined]
    controller.act("freeze")  # type: ignore[attr-defined]
    until(app, lambda: bool(done))


def wait_until(app: object, controller: object, at_s: float) -> None:
    """Let the program run to that second."""
    until(app, lambda: controller.session.session.elapsed_s >= at_s)  # type: ignore[attr-defined]


def settle(app: object) -> None:
    """Let layouts and animations come to rest."""
    end = time.monotonic() + 0.6
    until(app, lambda: time.monotonic() > end)


def until(app: object, reached: Callable[[], bool], limit_s: float = 60.0) -> None:
    """Turn the event loop until something holds."""
    from PySide6.QtCore import QEventLoop

    end = time.monotonic() + limit_s
    while not reached():
        app.qt.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)  # type: ignore[attr-defined]
        if time.monotonic() > end:
            raise TimeoutError("the moment of the picture did not come")


if __name__ == "__main__":
    sys.exit(main())
