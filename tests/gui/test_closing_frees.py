"""Closing gives everything back: the session, its freezes and copies, the graph, the window itself."""

from __future__ import annotations

import gc
import sys
import types
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from real_windows import frozen, make, script_of, started

from refscope.gui import app as gui_app
from refscope.gui.app import App
from refscope.gui.collector import QtThreadCollector, set_aside
from refscope.gui.launch_form import LaunchForm
from refscope.gui.window_controller import WindowController

PROGRAM = """
import sys
class Loader:
    def __init__(self): self.data = bytearray(20_000)
class Registry:
    kept = {}
print("ready", flush=True)
for line in sys.stdin:
    for _ in range(int(line)): Registry.kept[len(Registry.kept)] = Loader()
    print("made", flush=True)
"""


def hunted(app: App, form: LaunchForm, qtbot: QtBot) -> WindowController:
    """A window after two freezes: suspect, graph, types and objects are shown."""
    controller = app.new_window()
    set_aside()  # as when the code of a session is loaded behind the first window
    controller.window.may_close = lambda: True
    started(controller, form, qtbot)
    for _ in range(2):
        make(controller, 40, qtbot)
        frozen(controller, qtbot)
    controller.panels.types.choose("__main__.Loader")
    jobs = controller.jobs
    qtbot.waitUntil(lambda: controller.heap.graph.scene is not None, timeout=30_000)
    qtbot.waitUntil(lambda: not jobs.questions.is_busy and not jobs.heap_work.is_busy, timeout=30_000)
    return controller


def parts_of_session(controller: WindowController) -> dict[str, Any]:
    """What belongs to the session of a window."""
    session = controller.session
    assert session is not None
    first, last = session.session.snapshots
    return {
        "session controller": session,
        "session": session.session,
        "samples": session.session.samples,
        "first freeze": first,
        "last freeze": last,
        "image": last.image,
        "columns": last.heap.ids,
        "heap graph": last.analysed.graph,
        "retained bytes": last.analysed.dominators.retained,
        "members": controller.panels.shown_analysis.suspects[0].members,  # type: ignore[union-attr]
        "scene": controller.heap.graph.scene,
        "visible graph": controller.heap.graph.graph,
        "analysis": controller.panels.shown_analysis,
        "listed objects": controller.panels.objects._rows.ids,  # type: ignore[union-attr]
    }


def parts_of_window(controller: WindowController) -> dict[str, Any]:
    """What belongs to the window itself."""
    return {
        "window controller": controller,
        "window": controller.window,
        "panels": controller.panels,
        "jobs": controller.jobs,
        "graph controller": controller.heap.graph,
        "heap controller": controller.heap.controllers.tables,
        "inspector controller": controller.heap.controllers.inspector,
        "tables controller": controller.tables,
        "chart controller": controller.chart,
        "types": controller.panels.types,
        "objects": controller.panels.objects,
        "suspects": controller.panels.suspect_cards,
        "timeline": controller.panels.timeline,
    }


def watched(parts: dict[str, Any]) -> dict[str, Any]:
    """Weak references to all that can be referred to so."""
    found = {}
    for name, part in parts.items():
        try:
            found[name] = weakref.ref(part)
        except TypeError:  # a value with slots: it goes with what holds it
            continue
    return found


def nothing_is_left(ghosts: dict[str, Any], qapp: QApplication) -> None:
    """Asserts that all is gone; else names what is still there, and what holds it."""
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert {name: holders_of(ghost) for name, ghost in ghosts.items() if ghost() is not None} == {}


def holders_of(ghost: Any) -> list[str]:
    """What refers to something, in a word each."""
    here = sys._getframe()
    return [_words(each) for each in gc.get_referrers(ghost()) if each is not here]


def _words(holder: Any) -> str:
    if isinstance(holder, dict):
        return f"dict of {list(holder)[:8]}"
    if isinstance(holder, types.FrameType):
        return f"frame of {holder.f_code.co_qualname}"
    return f"{type(holder).__qualname__} {getattr(holder, '__qualname__', '')}"


def lives(process: psutil.Process) -> bool:
    """Whether a process runs still: a dead one may wait for whoever counts it."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setattr(gui_app, "discover", lambda _script, _folder: iter(()))
    made = App(tmp_path / "settings.ini")
    yield made
    for controller in tuple(made.windows):
        controller.window.close()


@pytest.fixture
def script(tmp_path: Path) -> LaunchForm:
    return script_of(tmp_path, PROGRAM)


def test_closing_a_session_frees_all_that_belonged_to_it(
    app: App, script: LaunchForm, qtbot: QtBot, qapp: QApplication
) -> None:
    controller = hunted(app, script, qtbot)
    ghosts = watched(parts_of_session(controller))
    assert len(ghosts) > 8
    assert controller.session is not None
    processes = [psutil.Process(each.image.pid) for each in controller.session.session.snapshots]  # type: ignore[union-attr]
    controller.may_close = lambda _again=None: True  # type: ignore[method-assign,assignment]
    controller.act("close")
    qtbot.waitUntil(lambda: nothing_is_left(ghosts, qapp), timeout=30_000)
    qtbot.waitUntil(lambda: not any(lives(each) for each in processes), timeout=30_000)
    controller.window.close()


def test_closing_a_window_frees_it_and_its_session(
    app: App, script: LaunchForm, qtbot: QtBot, qapp: QApplication
) -> None:
    controller = hunted(app, script, qtbot)
    ghosts = watched(parts_of_session(controller)) | watched(parts_of_window(controller))
    controller.window.close()
    del controller
    assert app.windows == []
    qtbot.waitUntil(lambda: nothing_is_left(ghosts, qapp), timeout=30_000)


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[None]:
    made = QtThreadCollector()
    made.start()
    yield
    made.stop()


@pytest.mark.usefixtures("collector")
def test_closing_one_of_two_windows_waits_for_nobody_and_frees_what_was_set_aside(
    app: App, script: LaunchForm, qtbot: QtBot, qapp: QApplication
) -> None:
    controller = hunted(app, script, qtbot)
    other = app.new_window()
    ghosts = watched(parts_of_session(controller)) | watched(parts_of_window(controller))
    controller.window.close()
    assert controller in app.windows  # its program may take its time to end
    del controller
    qtbot.waitUntil(lambda: app.windows == [other], timeout=30_000)
    qtbot.waitUntil(lambda: nothing_is_left(ghosts, qapp), timeout=30_000)


def test_what_the_first_of_two_closed_windows_ran_has_ended_when_all_is_finished(
    app: App, script: LaunchForm, qtbot: QtBot
) -> None:
    first, last = app.new_window(), app.new_window()
    first.window.may_close = lambda: True
    started(first, script, qtbot)
    assert first.session is not None
    process = psutil.Process(first.session.session.pid)
    first.window.close()
    last.window.close()
    app.finish()
    assert app.windows == []
    assert not lives(process)
