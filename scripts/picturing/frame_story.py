"""What is seen beside a hunt: ends that come too early, captures whole and damaged, two runs, dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from picturing.hunt_story import begin
from picturing.stage import Shot, Stage, at_home

MOMENTS = (
    "settings-looks", "settings-graph", "settings-recording", "settings-files", "settings-keys", "shortcuts",
    "about", "doctor", "help", "crash", "ended-early", "capture", "capture-damaged", "compare-runs",
    "compare-empty",
)  # fmt: skip
AT_S = (4.0, 9.0)
"""When the runs that are compared are frozen."""


def tell(stage: Stage) -> Iterator[Shot]:
    """All of them."""
    yield from _settings(stage)
    yield from _dialogs(stage)
    script = at_home("bot/serve.py", "import json\n\nprint('reading apps')\nimport mindmeld\n")
    stage.run(script)
    stage.until(lambda: not stage.session.session.is_running)
    stage.answered()
    yield "ended-early", None
    before, after = (recorded(stage, fixed=fixed) for fixed in (False, True))
    stage.controller.files.open(str(before))
    stage.answered()
    yield "capture", None
    yield from _compared(stage, after)
    stage.controller.files.open(str(damaged(before)))
    stage.answered()
    yield "capture-damaged", None


def recorded(stage: Stage, *, fixed: bool) -> Path:
    """A capture of the program of the pictures, with its leak or without."""
    path = at_home(f"captures/{'after_fix' if fixed else 'before_fix'}.refscope")
    begin(stage, "--fixed" if fixed else "")
    for at_s in AT_S:
        stage.run_to(at_s)
        stage.freeze()
    stage.controller.files.save_to(str(path))
    stage.answered()
    stage.act("stop")
    stage.until(lambda: not stage.session.session.is_running)
    stage.answered()
    return path


def damaged(path: Path) -> Path:
    """The same capture with some bytes of its last freeze changed."""
    data = bytearray(path.read_bytes())
    at = data.find(b"sizes.npy", len(data) // 3)
    for offset in range(200, 260):
        data[at + offset] ^= 0x55
    made = at_home("captures/half_written.refscope")
    made.write_bytes(data)
    return made


def _compared(stage: Stage, after: Path) -> Iterator[Shot]:
    from refscope.gui.compare_choices import FILE, RUN, SideChoice, title_of_file

    stage.act("compare")
    compare = stage.controller.comparing
    stage.answered()
    assert compare.window is not None
    compare.choose("before", SideChoice(RUN, "This run", "from its first to its last freeze"))
    stage.answered()
    yield "compare-empty", compare.window
    compare.choose("after", SideChoice(FILE, title_of_file(str(after)), str(after.parent), str(after)))
    stage.answered()
    yield "compare-runs", compare.window
    compare.close()


def _settings(stage: Stage) -> Iterator[Shot]:
    from refscope.gui.settings_dialog import SettingsDialog

    for page in ("Looks", "Graph", "Recording", "Files", "Keys"):
        stage.controller.help.open_settings(page)
        made = stage.window.findChild(SettingsDialog)
        assert made is not None
        stage.settle()
        yield f"settings-{page.lower()}", made
    made.close()


def _dialogs(stage: Stage) -> Iterator[Shot]:
    from PySide6.QtWidgets import QDialog

    for name, key in (
        ("shortcuts", "shortcuts"),
        ("about", "about"),
        ("doctor", "doctor"),
        ("help", "help_panel"),
    ):
        before = set(stage.window.findChildren(QDialog))
        stage.act(key)
        stage.answered()
        made = next(dialog for dialog in stage.window.findChildren(QDialog) if dialog not in before)
        yield name, made
        made.close()
        made.deleteLater()
        stage.settle()
    place = '  File "refscope/gui/graph_view.py", line 210, in show'
    trace = f"Traceback (most recent call last):\n{place}\nKeyError: 7\n"
    box = stage.controller.help.show_crash(trace)
    yield "crash", box
    box.close()
