"""The longest time the window does not answer, phase by phase, with a large program behind it.

The real window runs `heap_target.py`, freezes it twice, analyses, opens the first suspect, walks
through tables, expands nodes, opens a second window, and is closed beside it. Between two beats of a
1 ms timer nothing else may take 50 ms. Offscreen, unless QT_QPA_PLATFORM says otherwise. `--blame`
prints whose code was running meanwhile.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from gap_meter import GapMeter
from measuring import row
from PySide6.QtCore import QEventLoop, Qt, QTimer
from shiboken6 import isValid

from refscope.gui.app import App
from refscope.gui.collector import QtThreadCollector
from refscope.gui.launch_form import LaunchForm, RunMode
from refscope.gui.window_controller import WindowController
from refscope.present.hops import Side

TARGET = Path(__file__).resolve().with_name("heap_target.py")
AIM_MS = 50
BLAMED = 6
EXPANSIONS = 12
GROWN_SHARE = 50
"""One in so many entries is added between the freezes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--blame", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = App(Path(folder) / "settings.ini")
        collector = QtThreadCollector()
        collector.start()
        controller = app.new_window()
        controller.window.may_close = lambda: True
        for lane in (controller.jobs.heap_work, controller.jobs.questions):
            lane.failed.connect(lambda _job, error: print(error, file=sys.stderr))
            lane.crashed.connect(lambda _name, report: print(report, file=sys.stderr))
        controller.window.resize(1440, 900)
        wait_until(lambda: not controller.jobs.questions.is_busy)
        meter = GapMeter(blames=given.blame)
        meter.begin("start page, while the rest is loaded")
        controller.start.load_ahead()
        wait_until(lambda: not controller.jobs.heap_work.is_busy)
        try:
            hunt(controller, meter, given.objects, given.python)
        finally:
            beside = open_second(controller, meter)
            meter.begin("closing the window beside another")
            window = controller.window
            window.close()
            wait_until(lambda: app.windows == [beside] and not isValid(window))
            meter.stop()
            beside.window.close()
            collector.stop()
    tell(meter)


def wait_until(holds: Callable[[], bool], timeout_s: float = 120.0) -> None:
    """Run the event loop until something holds."""
    loop, end = QEventLoop(), time.monotonic() + timeout_s
    check = QTimer(interval=2, timerType=Qt.TimerType.PreciseTimer)
    check.timeout.connect(loop.quit)
    check.start()
    loop.exec()
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        loop.exec()


def hunt(controller: WindowController, meter: GapMeter, objects: int, python: str) -> None:
    """From the start page to an expanded graph."""
    console, jobs = controller.panels.console, controller.jobs
    meter.begin("launch")
    controller.start.launch(LaunchForm(RunMode.SCRIPT, str(TARGET), str(objects), python=python))
    wait_until(lambda: controller.session is not None)
    wait_until(lambda: "READY" in console.text())
    freeze(controller, meter, "first")
    meter.begin("while the program grows")
    console.input.setText(f"grow {objects // 4 // GROWN_SHARE}")
    console.input.returnPressed.emit()
    wait_until(lambda: "GREW" in console.text())
    freeze(controller, meter, "second")
    meter.begin("first suspect and its graph")
    controller.panels.suspect_cards.choose(controller.panels.suspect_cards.cards[0].suspect.rank)
    wait_until(lambda: controller.heap.graph.scene is not None)
    wait_until(lambda: not jobs.questions.is_busy)
    expand(controller, meter)
    walk_through_tables(controller, meter)


def open_second(controller: WindowController, meter: GapMeter) -> WindowController:
    """Another window beside the first, until its start page is filled."""
    opened: list[WindowController] = []
    meter.begin("second window")
    controller.services.open_window(opened.append)
    wait_until(lambda: bool(opened))
    wait_until(lambda: not opened[0].jobs.questions.is_busy)
    return opened[0]


def freeze(controller: WindowController, meter: GapMeter, which: str) -> None:
    """Freeze and analyse, each a phase."""
    session = controller.session
    assert session is not None
    analysed: list[object] = []
    began = session.freeze_taken.connect(lambda _snapshot: meter.begin(f"analysis, {which} freeze"))
    ended = session.analysed.connect(analysed.append)
    meter.begin(f"freeze, {which}")
    controller.act("freeze")
    wait_until(lambda: bool(analysed) and not controller.jobs.heap_work.is_busy)
    session.freeze_taken.disconnect(began)
    session.analysed.disconnect(ended)
    wait_until(lambda: not controller.jobs.questions.is_busy)


def expand(controller: WindowController, meter: GapMeter) -> None:
    """Holders and held of the first nodes, and the way back."""
    graph, asks = controller.heap.graph, controller.panels.graph.requests
    assert graph.scene is not None
    keys = [node.key for node in graph.scene.nodes if node.count == 1 and not node.is_root]
    meter.begin(f"{EXPANSIONS} expansions")
    for number in range(EXPANSIONS):
        side = Side.HOLDERS if number % 2 else Side.HELD
        asks.expand_requested.emit(keys[number // 2 % len(keys)], side)
        wait_until(lambda: not controller.jobs.questions.is_busy)
    meter.begin("undo of them")
    for _ in range(EXPANSIONS // 2):
        asks.undo_requested.emit()
        wait_until(lambda: not controller.jobs.questions.is_busy)


def walk_through_tables(controller: WindowController, meter: GapMeter) -> None:
    """The class with most objects as rows: sorted by each column, filtered as a person types."""
    panels, jobs = controller.panels, controller.jobs
    analysis = panels.shown_analysis
    assert analysis is not None
    controller.window.focus_panel("types")
    largest = max(analysis.types, key=lambda row: row.count)
    meter.begin("list the objects of a type")
    for name in ("__main__.Entry", largest.type_name):
        panels.types.choose(name)
        wait_until(lambda: not jobs.questions.is_busy)
    controller.window.focus_panel("objects")
    meter.begin(f"sort {largest.count:,} objects")
    for column in (0, 2, 3, 4, 5, 0, 2):
        panels.objects.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
        wait_until(lambda: not jobs.questions.is_busy)
    meter.begin(f"filter {largest.count:,} objects")
    for text in ("0x7", "0x7f", "", "4", "42", ""):
        panels.objects.field.setText(text)
        wait_until(lambda: not jobs.questions.is_busy)


def tell(meter: GapMeter) -> None:
    """The table, and with whom the long gaps were spent."""
    for phase in meter.phases.values():
        if phase.name:
            ours = f"ours {phase.longest_ours_s * 1000:.0f} ms"
            row(
                f"longest gap: {phase.name}, {phase.elapsed_s:.1f} s",
                f"{phase.longest_s * 1000:.0f} ms",
                f"{ours}, {phase.long_ones} above 20 ms",
                f"< {AIM_MS} ms",
            )
            for stack, gap in sorted(phase.blamed.items(), key=lambda pair: -pair[1])[:BLAMED]:
                print(f"      {gap * 1000:6.0f} ms  {stack}")


if __name__ == "__main__":
    main()
