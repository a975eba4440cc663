#!/usr/bin/env python3
"""Pictures of Suspects, Types and Objects in all their states, to look at.

Usage: scripts/table_pictures.py FOLDER [--dark] [--scale 2] [--size 1440x900] [--only NAME]. Needs no
display. One window with one program behind it goes from moment to moment.
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

import pictures

if TYPE_CHECKING:
    from refscope.gui.app import App
    from refscope.gui.window_controller import WindowController

PROGRAM = """
import collections, functools, sys

class ResourceLoader:
    def __init__(self, app):
        self.app = app
        self.data = bytearray(40_000)
    def __repr__(self):
        return f"<ResourceLoader .../apps/{self.app}>"

class Processor:
    instance_map = {}
    def __init__(self, app):
        self.loader = ResourceLoader(app)
        Processor.instance_map[id(self)] = self

class AppRunner:
    def __init__(self, number):
        self.number = number
        self.notes = [number] * 900
    @functools.lru_cache(maxsize=None)
    def describe(self):
        return f"app {self.number}"

class Answer:
    def __init__(self, number):
        self.text = "x" * 3000

class Entry:
    def __init__(self, number):
        self.number = number

history = []
answers = collections.OrderedDict()

def work(number):
    app = ("store", "smalltalk", "weather")[number % 3]
    Processor(app)
    if number % 3 == 0:
        AppRunner(number).describe()
    history.append(Entry(number))
    answers[number] = Answer(number)
    while len(answers) > 60:
        answers.popitem(last=False)

print("ready", flush=True)
made = 0
for line in sys.stdin:
    for _ in range(int(line)):
        work(made)
        made += 1
    print("made", made, flush=True)
"""

Moment = Callable[["App", "WindowController"], None]


def work(app: App, controller: WindowController, count: int) -> None:
    """Let the program do so much, and freeze it."""
    console = controller.panels.console
    before = console.text().count("made")
    console.input.setText(str(count))
    console.input.returnPressed.emit()
    pictures.until(app, lambda: console.text().count("made") > before)
    pictures.freeze(app, controller, 0.0)
    pictures.until(app, lambda: not controller.jobs.questions.is_busy)


def empty(app: App, controller: WindowController) -> None:
    """The program runs, nothing is frozen."""
    path = Path(tempfile.gettempdir()) / "demo" / "load_apps.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(PROGRAM)
    from refscope.gui.launch_form import LaunchForm, RunMode

    controller.launch(LaunchForm(RunMode.SCRIPT, str(path)))
    pictures.until(app, lambda: controller.session is not None)
    pictures.until(app, lambda: "ready" in controller.panels.console.text())
    controller.window.show_layout("hunt")
    controller.window.focus_panel("suspects")


def one_freeze(app: App, controller: WindowController) -> None:
    """The first freeze: nothing is known of growth."""
    work(app, controller, 80)
    controller.window.focus_panel("suspects")


def suspects(app: App, controller: WindowController) -> None:
    """Three freezes: leaks, things to watch, things that settled."""
    work(app, controller, 60)
    work(app, controller, 60)
    controller.window.focus_panel("suspects")


def settled(_app: App, controller: WindowController) -> None:
    """What settled, unfolded, and one suspect set aside."""
    cards = controller.panels.suspect_cards
    cards.set_aside.emit(cards.cards[-1].suspect.holder)
    cards.open_rest()
    bar = cards.verticalScrollBar()
    bar.setValue(bar.maximum())


def types(_app: App, controller: WindowController) -> None:
    """The table of types in its dock."""
    controller.window.focus_panel("types")
    controller.panels.types.choose("__main__.ResourceLoader")


def types_alone(app: App, controller: WindowController) -> None:
    """The same with all the room."""
    types(app, controller)
    controller.window.menus.actions["panel_alone"].trigger()


def types_none(_app: App, controller: WindowController) -> None:
    """A name that nobody has."""
    controller.panels.types.field.setText("lodaer")


def types_pattern(_app: App, controller: WindowController) -> None:
    """A pattern that is none."""
    controller.panels.types.field.setText("/(load/")


def types_narrow(_app: App, controller: WindowController) -> None:
    """Back in the dock, filtered."""
    controller.window.menus.actions["panel_alone"].trigger()
    controller.panels.types.field.setText("main")


def objects(app: App, controller: WindowController) -> None:
    """The objects of a type, with what holds them."""
    controller.panels.types.field.clear()
    controller.window.focus_panel("types")
    controller.panels.types.choose("__main__.ResourceLoader")
    pictures.until(app, lambda: not controller.jobs.questions.is_busy)
    controller.window.focus_panel("objects")


def objects_alone(app: App, controller: WindowController) -> None:
    """The same with all the room."""
    objects(app, controller)
    controller.window.menus.actions["panel_alone"].trigger()


def objects_none(_app: App, controller: WindowController) -> None:
    """A text that no object is known by."""
    controller.panels.objects.field.setText("wether")


def objects_repr(app: App, controller: WindowController) -> None:
    """A search in reprs."""
    panel = controller.panels.objects
    panel.field.setText("repr:store")
    panel.field.returnPressed.emit()
    pictures.until(app, lambda: not controller.jobs.heap_work.is_busy)
    pictures.until(app, lambda: not controller.jobs.questions.is_busy)


def objects_work(_app: App, controller: WindowController) -> None:
    """The same while it takes long."""
    from refscope.gui.state_values import WorkState

    note = "Cancel shows what was found so far."
    state = WorkState(
        "Looking for ‘store’", "Each repr is made in the copy. 12 found so far.", "search", 42_000, 120_000,
        left_s=9.0, cancel_note=note,
    )  # fmt: skip
    controller.panels.objects.show_search(state)


MOMENTS: dict[str, Moment] = {
    "suspects-empty": empty,
    "suspects-one": one_freeze,
    "suspects": suspects,
    "suspects-settled": settled,
    "types": types,
    "types-alone": types_alone,
    "types-none": types_none,
    "types-pattern": types_pattern,
    "types-narrow": types_narrow,
    "objects": objects,
    "objects-alone": objects_alone,
    "objects-none": objects_none,
    "objects-repr": objects_repr,
    "objects-work": objects_work,
}


def take(folder: Path, only: str, size: tuple[int, int], *, dark: bool) -> None:
    """Go through all moments and grab the window at each that is wanted."""
    from refscope.gui.app import App

    with tempfile.TemporaryDirectory() as settings:
        app = App(Path(settings) / "settings.ini")
        app.settings.theme = "dark" if dark else "light"
        controller = app.new_window()
        controller.window.resize(*size)
        pictures.until(app, lambda: not controller.jobs.questions.is_busy)
        for name, moment in MOMENTS.items():
            moment(app, controller)
            pictures.settle(app)
            if only in ("", name):
                controller.window.grab().save(str(folder / f"{name}-{'dark' if dark else 'light'}.png"))
                print(name, flush=True)
        controller.window.may_close = lambda: True
        controller.window.close()


def main() -> None:
    """Make all pictures, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--scale", default="1")
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = options.scale
    width, _, height = options.size.partition("x")
    take(options.folder, options.only, (int(width), int(height)), dark=options.dark)


if __name__ == "__main__":
    main()
