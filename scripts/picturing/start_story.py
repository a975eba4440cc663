"""The start page: at first, with what was run lately, and with what cannot be run."""

from __future__ import annotations

import time
from collections.abc import Iterator

from picturing.stage import HOME, Shot, Stage, at_home

MOMENTS = (
    "start-first", "start", "start-no-script", "start-folder", "start-syntax", "start-old-python",
    "start-pythons", "palette", "palette-freeze", "capture-missing",
)  # fmt: skip


def tell(stage: Stage) -> Iterator[Shot]:
    """All of them."""
    from refscope.gui.palette_window import Palette

    stage.controller.start.page._discover = lambda _script, _folder: iter(PYTHONS)
    show_pythons(stage)
    yield "start-first", None
    fill_recent(stage)
    show_pythons(stage)
    yield "start", None
    yield from _problems(stage)
    fill_recent(stage)
    show_pythons(stage)
    for key in ("freeze", "theme_next", "open"):
        stage.controller.settings.note_command(key)
    stage.act("palette")
    palette = stage.window.findChild(Palette)
    assert palette is not None
    palette.open("")
    yield "palette", None
    palette.open("fre")
    yield "palette-freeze", None
    palette.close_palette()
    stage.controller.files.open(str(HOME / "captures" / "gone.refscope"))
    stage.answered()
    yield "capture-missing", None


def _problems(stage: Stage) -> Iterator[Shot]:
    from refscope.gui.launch_form import InterpreterChoice

    form = stage.window.start_page.form
    at_home("shop/load.py", "print(1)\n")
    for name, target in (("no-script", "shop/gone.py"), ("folder", "shop"), ("syntax", "shop/broken.py")):
        at_home("shop/broken.py", "def load(:\n    pass\n")
        form.set_script(f"~/{target}")
        form.run()
        stage.answered()
        show_pythons(stage)
        yield f"start-{name}", None
    form.set_script("~/shop/load.py")
    stage.answered()
    old = InterpreterChoice("/usr/bin/python3.6", "3.6.9", reason="RefScope looks into 3.7 and later.")
    stage.settle()
    form.set_interpreters((*PYTHONS, old), is_searching=False)
    form.python.choose(old.path)
    form.run()
    stage.window.status.show_facts(["Ready", "4 Pythons found: 3.6, 3.7, 3.11, 3.13"], "", ("check", "ok"))
    yield "start-old-python", None
    form.set_script("~/shop/load.py")
    stage.answered()
    form.python.choose(PYTHONS[0].path)
    show_pythons(stage)
    form.python.showPopup()
    yield "start-pythons", form.python.view().window()
    form.python.hidePopup()


def _pythons() -> tuple[object, ...]:
    from refscope.gui.launch_form import InterpreterChoice

    return (
        InterpreterChoice(f"{HOME}/src/mindmeld-demo/.venv/bin/python", "3.7.16", ".venv"),
        InterpreterChoice("/usr/bin/python3.11", "3.11.2", "system"),
        InterpreterChoice(f"{HOME}/.pyenv/versions/3.13.0/bin/python", "3.13.0", "pyenv 3.13.0"),
    )


PYTHONS = _pythons()


def show_pythons(stage: Stage) -> None:
    """The Pythons of somebody else's machine in place of those found here."""
    stage.answered()
    beside = "Chosen because it stands beside the script. Nothing has to be installed in it."
    stage.window.start_page.set_interpreters(list(PYTHONS), is_searching=False, hint=beside)
    stage.window.status.show_facts(["Ready", "3 Pythons found: 3.7, 3.11, 3.13"], "", ("check", "ok"))


def fill_recent(stage: Stage) -> None:
    """What was run lately, and the last of it in the form."""
    from refscope.gui.launch_form import LaunchForm, RunMode
    from refscope.gui.settings import RecentEntry

    now, day = time.time(), 86_400
    load = LaunchForm(RunMode.SCRIPT, "~/src/mindmeld-demo/load_apps.py", "--iterations 41 --apps 3")
    shop = LaunchForm(RunMode.MODULE, "order_service", folder="~/src/shop")
    chart, capture = f"{HOME}/src/etl/mprofile_20261101.dat", f"{HOME}/captures/after_fix.refscope"
    kept, listed = "1 leak: Processor.instance_map", "1 leak: request_finished.receivers"
    for entry in (
        RecentEntry(now - day * 3, None, chart, result="Chart only"),
        RecentEntry(now - day * 1.05, None, capture, result="Nothing leaks", verdict="ok"),
        RecentEntry(now - day, shop, python="3.11.7", result=listed, verdict="leak"),
        RecentEntry(now - 7_200, load, python="3.7.16", result=kept, verdict="leak"),
    ):  # fmt: skip
        stage.controller.start.page.remember(entry)
    stage.window.start_page.form.set_form(load)
    stage.answered()
