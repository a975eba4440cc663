"""Attaching: the list of programs that run in each of its states, and a session of one of them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from picturing.stage import HOME, Shot, Stage, example_at_home
from picturing.start_story import fill_recent, show_pythons

if TYPE_CHECKING:
    from refscope.session.running import RunningPython

MOMENTS = (
    "attach", "attach-empty", "attach-no-match", "attach-refused", "attach-waiting", "attached",
    "attached-hunt", "attached-ended",
)  # fmt: skip
FIRST_S, AGAIN_S = 8.0, 16.0
"""When it is frozen: seconds since RefScope came."""


def tell(stage: Stage) -> Iterator[Shot]:
    """All of them."""
    fill_recent(stage)
    show_pythons(stage)
    stage.controller.start.attaching.refresh = lambda: None  # type: ignore[method-assign]  # not what runs here
    stage.act("attach")
    yield from _page(stage)
    command = [sys.executable, str(example_at_home("registry"))]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as program:
        try:
            yield from _session(stage, program)
        finally:
            program.kill()


def _page(stage: Stage) -> Iterator[Shot]:
    from refscope.errors import AttachRefused
    from refscope.gui.attach_values import attaching

    page = stage.window.start_page.attach
    stage.answered()
    page.show_programs([])
    yield "attach-empty", None
    page.show_programs(programs())
    page.table.selectRow(0)
    yield "attach", None
    page.field.setText("9120")
    yield "attach-no-match", None
    page.field.clear()
    page.table.selectRow(0)
    page.show_problem(
        AttachRefused(
            "This process may not be attached to",
            "kernel.yama.ptrace_scope is 1. 0 allows it, until the next boot.",
            command="sudo sysctl kernel.yama.ptrace_scope=0",
        )
    )
    yield "attach-refused", None
    page.show_work(attaching("train.py", 3.0))
    stage.until(lambda: page.states.shown == "work")
    yield "attach-waiting", None
    page.end_work()


def _session(stage: Stage, program: subprocess.Popen[bytes]) -> Iterator[Shot]:
    stage.controller.start.attach(program.pid)
    stage.until(lambda: stage.controller.session is not None)
    stage.run_to(FIRST_S)
    stage.freeze()
    stage.act("layout_watch")
    yield "attached", None
    stage.run_to(AGAIN_S)
    stage.freeze()
    stage.act("layout_hunt")
    stage.until(lambda: stage.controller.heap.graph.scene is not None)
    yield "attached-hunt", None
    program.kill()
    stage.until(lambda: not stage.window.facts.is_running)
    stage.act("layout_watch")
    yield "attached-ended", None


def programs() -> list[RunningPython]:
    """What runs on somebody else's machine."""
    from refscope.session.running import RunningPython

    now, day = time.time(), 86_400.0
    shop, served = f"{HOME}/src/shop", "/srv/shop"
    rows: tuple[tuple[int, str, int, str, str, int, float], ...] = (
        (48211, "python train.py --epochs 30", 11, "ada", f"{HOME}/src/vision", 812, 130),
        (47950, "python -m order_service --port 8000", 11, "ada", shop, 318, 7_400),
        (47622, "python load_apps.py", 7, "ada", f"{HOME}/src/mindmeld-demo", 96, 9_000),
        (2231, "gunicorn: worker [shop]", 9, "www-data", served, 214, day),
        (2230, "gunicorn: worker [shop]", 9, "www-data", served, 209, day),
        (2207, "gunicorn: master [shop]", 9, "www-data", served, 38, day),
        (911, "networkd-dispatcher", 12, "root", "/", 21, 12 * day),
    )
    return [
        RunningPython(pid, tuple(words.split()), "python3", (3, minor), user, folder, mib << 20, now - age_s)
        for pid, words, minor, user, folder, mib, age_s in rows
    ]
