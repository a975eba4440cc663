"""The timeline of a window with a real program behind it: watches, marks, freezes by rules, captures."""

from __future__ import annotations

import gc
import platform
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from real_windows import LONG, frozen, make, real_window, script_of, started

from refscope.gui.launch_form import LaunchForm
from refscope.gui.mark_menus import Entry
from refscope.gui.watch_values import Watches, WatchKind, from_text, key_of, to_text
from refscope.gui.window_controller import WindowController
from refscope.samples import Mark, Trace, TraceKind

LEAK = """
import sys
class Loader:
    def __init__(self): self.data = bytearray(20_000)
class Processor:
    instance_map = {}
    def __init__(self):
        self.loader = Loader()
        Processor.instance_map[id(self)] = self
odd = Loader()
print("ready", flush=True)
turn = 0
for line in sys.stdin:
    for _ in range(int(line)): Processor()
    turn += 1
    print("made", turn, flush=True)
"""


@pytest.fixture
def form(tmp_path: Path) -> LaunchForm:
    return script_of(tmp_path, LEAK)


@pytest.fixture
def controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        yield made


def answer(controller: WindowController, text: str) -> None:
    """Type into the strip of the chart and press Enter."""
    field = controller.panels.timeline.ask_strip.field
    field.clear()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def trace_of(controller: WindowController, kind: TraceKind, name: str) -> Trace | None:
    traces = controller.panels.timeline.series.traces
    return next((each for each in traces if (each.kind, each.name) == (kind, name)), None)


def values(controller: WindowController, kind: TraceKind, name: str) -> list[float]:
    trace = trace_of(controller, kind, name)
    return [] if trace is None else trace.values.tolist()


def notices(controller: WindowController) -> list[str]:
    return [bar.notice.title for bar in controller.window.notices._shown]


def entry(entries: list[Entry], begin: str) -> Entry:
    return next(each for each in entries if each.text.startswith(begin))


def marks(controller: WindowController) -> list[tuple[str, str]]:
    return [(mark.kind, mark.name) for mark in controller.panels.timeline.marks]


def freeze_mark(controller: WindowController, number: int) -> Mark:
    return [mark for mark in controller.panels.timeline.marks if mark.kind == "freeze"][number]


def test_a_path_is_watched_while_the_program_runs(
    controller: WindowController, form: LaunchForm, qtbot: QtBot
) -> None:
    started(controller, form, qtbot)
    controller.act("watch")
    answer(controller, "not a path!")
    strip = controller.panels.timeline.ask_strip
    assert strip.isVisible()
    assert strip.hint.startswith("A path is names with dots")
    answer(controller, "__main__.Processor.instance_map")
    assert not strip.isVisible()
    make(controller, 7, qtbot)
    path = (TraceKind.LENGTH, "__main__.Processor.instance_map")
    qtbot.waitUntil(lambda: values(controller, *path)[-1:] == [7.0], timeout=LONG)
    timeline = controller.panels.timeline
    qtbot.waitUntil(lambda: "length __main__.Processor.instance_map" in timeline.shown_columns, timeout=LONG)


def test_a_path_that_leads_nowhere_gets_a_clear_word(
    controller: WindowController, form: LaunchForm, qtbot: QtBot
) -> None:
    started(controller, form, qtbot)
    controller.act("watch")
    answer(controller, "__main__.odd.data")
    qtbot.waitUntil(lambda: bool(controller.window.notices._shown), timeout=LONG)
    bar = controller.window.notices._shown[-1]
    assert bar.notice.title == "__main__.odd.data has no length now"
    assert bar.notice.text.startswith("__main__.odd is of class Loader: only modules and classes")


def test_watches_of_a_target_are_there_when_it_runs_again_and_go_when_told(
    controller: WindowController, form: LaunchForm, qtbot: QtBot
) -> None:
    started(controller, form, qtbot)
    controller.act("watch")
    answer(controller, "__main__.Processor.instance_map")
    controller.act("watch_value")
    answer(controller, "len(Processor.instance_map)")
    assert controller.session is not None
    controller.session.session.target.kill()
    qtbot.waitUntil(lambda: not controller.window.facts.is_running, timeout=LONG)
    first = controller.session
    controller.act("run_again")
    qtbot.waitUntil(lambda: controller.session not in (None, first), timeout=LONG)
    watches = controller.chart.watches
    expected = Watches(live=("__main__.Processor.instance_map",), value=("len(Processor.instance_map)",))
    assert watches.watches == expected
    path = (TraceKind.LENGTH, "__main__.Processor.instance_map")
    qtbot.waitUntil(lambda: bool(values(controller, *path)), timeout=LONG)
    qtbot.waitUntil(lambda: path in [each.trace for each in controller.panels.timeline.curves], timeout=LONG)
    curve = next(each for each in controller.panels.timeline.curves if each.trace == path)
    act = entry(watches.entries(curve), "Watch no more").act
    assert act is not None
    act()
    assert watches.watches.live == ()


def test_counts_and_expressions_are_taken_at_each_freeze(
    controller: WindowController, form: LaunchForm, qtbot: QtBot
) -> None:
    started(controller, form, qtbot)
    make(controller, 5, qtbot)
    frozen(controller, qtbot)
    for _ in range(2):
        controller.act("count_instances:__main__.Loader")
    controller.act("watch_value")
    answer(controller, "len(Processor.instance_map) * 2")
    qtbot.waitUntil(lambda: not controller.jobs.heap_work.is_busy, timeout=LONG)
    make(controller, 4, qtbot)
    frozen(controller, qtbot)
    counted = (TraceKind.COUNT, "__main__.Loader")
    qtbot.waitUntil(lambda: values(controller, *counted) == [6.0, 10.0], timeout=LONG)
    value = (TraceKind.VALUE, "len(Processor.instance_map) * 2")
    qtbot.waitUntil(lambda: values(controller, *value) == [10.0, 18.0], timeout=LONG)
    assert len(values(controller, TraceKind.OBJECTS, "")) == 2
    controller.act("count_instances:Lodaer")
    assert notices(controller)[-1] == "Lodaer is not counted"


def test_marks_are_set_renamed_and_deleted(
    controller: WindowController, form: LaunchForm, qtbot: QtBot
) -> None:
    started(controller, form, qtbot)
    QTest.keyClick(controller.window, Qt.Key.Key_F7)
    controller.act("mark_named")
    answer(controller, "warm")
    assert marks(controller) == [("mark", "mark 1"), ("mark", "warm")]
    menu = controller.chart.marks.entries(controller.panels.timeline.marks[1])
    rename = entry(menu, "Rename").act
    assert rename is not None
    rename()
    answer(controller, "after warm-up")
    assert marks(controller) == [("mark", "mark 1"), ("mark", "after warm-up")]
    remove = entry(controller.chart.marks.entries(controller.panels.timeline.marks[0]), "Delete").act
    assert remove is not None
    remove()
    assert marks(controller) == [("mark", "after warm-up")]
    controller.act("mark_output")
    answer(controller, "made (")
    assert controller.panels.timeline.ask_strip.hint.startswith("This is no regular expression")
    answer(controller, r"made \d+")
    make(controller, 1, qtbot)
    qtbot.waitUntil(lambda: marks(controller)[-1] == ("mark", "made 1"), timeout=LONG)


def test_a_freeze_comes_at_each_mark_of_that_kind(
    controller: WindowController, form: LaunchForm, qtbot: QtBot
) -> None:
    started(controller, form, qtbot)
    controller.act("mark_output")
    answer(controller, r"made \d+")
    make(controller, 1, qtbot)
    qtbot.waitUntil(lambda: marks(controller)[-1:] == [("mark", "made 1")], timeout=LONG)
    at_each = entry(
        controller.chart.marks.entries(controller.panels.timeline.marks[-1]), "Freeze at each"
    ).act
    assert at_each is not None
    at_each()
    assert controller.session is not None
    with qtbot.waitSignal(controller.session.analysed, timeout=LONG):
        make(controller, 1, qtbot)
    qtbot.waitUntil(lambda: ("freeze", "A made 2") in marks(controller), timeout=LONG)
    controller.act("auto_off")
    assert controller.chart.rules.words == []


def test_a_freeze_comes_at_output_and_above_a_size(
    controller: WindowController, form: LaunchForm, qtbot: QtBot
) -> None:
    started(controller, form, qtbot)
    controller.act("auto_output")
    answer(controller, "made")
    assert controller.session is not None
    with qtbot.waitSignal(controller.session.analysed, timeout=LONG):
        make(controller, 1, qtbot)
    qtbot.waitUntil(lambda: ("freeze", "A made 1") in marks(controller), timeout=LONG)
    controller.act("auto_off")
    controller.act("auto_memory")
    answer(controller, "plenty")
    assert "is no size" in controller.panels.timeline.ask_strip.hint
    with qtbot.waitSignal(controller.session.analysed, timeout=LONG):
        answer(controller, "1 MiB")
    qtbot.waitUntil(lambda: ("freeze", "B above 1.00 MiB") in marks(controller), timeout=LONG)


def test_freezes_are_named_compared_and_their_copies_closed(
    controller: WindowController, form: LaunchForm, qtbot: QtBot
) -> None:
    started(controller, form, qtbot)
    for _ in range(3):
        make(controller, 40, qtbot)
        frozen(controller, qtbot)
    timeline, chart = controller.panels.timeline, controller.chart
    assert timeline.lanes.selected == freeze_mark(controller, 2)
    timeline.canvas.show_stretch(0, freeze_mark(controller, 2).time_s + 1)  # it moves no more
    timeline.lanes.grab()
    first = timeline.lanes.place_of(freeze_mark(controller, 0)).toPoint()
    with qtbot.waitSignal(controller.panels.analysis_shown, timeout=LONG) as shown:
        QTest.mouseClick(timeline.lanes, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, first)
    assert (shown.args[0].since.name, shown.args[0].snapshot.name) == ("A", "C")
    with qtbot.waitSignal(controller.panels.analysis_shown, timeout=LONG) as shown:
        QTest.mouseDClick(timeline.lanes, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, first)
    assert (shown.args[0].since, shown.args[0].snapshot.name) == (None, "A")
    timeline.select_region(0, timeline.view[1])
    with qtbot.waitSignal(controller.panels.analysis_shown, timeout=LONG) as shown:
        QTest.mouseClick(timeline.region_card._ask, Qt.MouseButton.LeftButton)
    assert (shown.args[0].since.name, shown.args[0].snapshot.name) == ("A", "C")
    timeline.setFocus()
    chart.marks.rename(freeze_mark(controller, 0))
    answer(controller, "baseline")
    assert freeze_mark(controller, 0).name == "A baseline"
    assert controller.session is not None
    target = controller.session.session.target
    qtbot.waitUntil(lambda: len(target.copies) == 3, timeout=LONG)
    assert any("private" in part for part in controller.window.status.text().split("     "))
    close = entry(chart.marks.entries(freeze_mark(controller, 0)), "Close the copy")
    assert "back)" in close.text
    assert close.act is not None
    close.act()
    qtbot.waitUntil(lambda: len(target.images) == 2, timeout=LONG)
    qtbot.waitUntil(lambda: notices(controller)[-1:] == ["The copy of freeze A is closed"], timeout=LONG)
    assert "closed" in timeline.lanes.words_of(freeze_mark(controller, 0))
    assert entry(chart.marks.entries(freeze_mark(controller, 0)), "Close the copy").off


def saved(controller: WindowController, form: LaunchForm, path: Path, qtbot: QtBot) -> None:
    """A capture of a run with a mark, a watch, a count and two freezes, closed again."""
    started(controller, form, qtbot)
    controller.act("watch")
    answer(controller, "__main__.Processor.instance_map")
    for _ in range(2):
        make(controller, 60, qtbot)
        frozen(controller, qtbot)
    controller.act("mark_named")
    answer(controller, "served")
    controller.act("count_instances:__main__.Loader")
    qtbot.waitUntil(lambda: len(values(controller, TraceKind.COUNT, "__main__.Loader")) == 2, timeout=LONG)
    controller.files.save_to(str(path))
    qtbot.waitUntil(lambda: path.exists() and not controller.jobs.heap_work.is_busy, timeout=LONG)


def test_an_opened_capture_is_like_the_session_it_was(
    controller: WindowController, form: LaunchForm, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "run.refscope"
    saved(controller, form, path, qtbot)
    with qtbot.waitSignal(controller.panels.analysis_shown, timeout=LONG) as shown:
        controller.files.open(str(path))
    timeline = controller.panels.timeline
    assert (shown.args[0].since.name, shown.args[0].snapshot.name) == ("A", "B")
    assert len(timeline.series) > 5
    assert marks(controller) == [("freeze", "A"), ("freeze", "B"), ("mark", "served")]
    assert values(controller, TraceKind.LENGTH, "__main__.Processor.instance_map")[-1] == 120
    assert values(controller, TraceKind.COUNT, "__main__.Loader") == [61, 121]
    assert len(values(controller, TraceKind.OBJECTS, "")) == 2
    strip = controller.window.strip
    assert strip.isVisible()
    assert strip.shown is not None
    assert strip.shown.text.startswith("One holder explains")
    assert "2 freezes" in controller.window.status.text()
    steps = [line.split("\t")[1] for line in controller.panels.log.model.text_of(range(4)).splitlines()]
    assert steps == [
        f"leak.py was started with Python {platform.python_version()}",
        "Freeze A",
        "Freeze B",
        "Mark served",
    ]
    timeline.canvas.show_stretch(0, freeze_mark(controller, 1).time_s + 1)  # else their badges may overlap
    timeline.lanes.grab()
    place = timeline.lanes.place_of(freeze_mark(controller, 0)).toPoint()
    with qtbot.waitSignal(controller.panels.analysis_shown, timeout=LONG) as shown:
        QTest.mouseDClick(timeline.lanes, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert shown.args[0].snapshot.name == "A"
    assert entry(controller.chart.marks.entries(freeze_mark(controller, 0)), "Rename").off
    controller.act("count_instances:Processor")
    qtbot.waitUntil(
        lambda: values(controller, TraceKind.COUNT, "__main__.Processor") == [60, 120], timeout=LONG
    )


def test_an_earlier_run_is_laid_below_and_aligned_by_a_mark(
    controller: WindowController,
    form: LaunchForm,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "run.refscope"
    saved(controller, form, path, qtbot)
    timeline, overlays = controller.panels.timeline, controller.chart.overlays
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    controller.act("overlay")
    qtbot.waitUntil(lambda: timeline.overlay is not None, timeout=LONG)
    assert timeline.overlay is not None
    assert timeline.overlay.name == "run.refscope"
    timeline.canvas.move_overlay(12.0)
    by_mark = entry(overlays.entries(), "Align by mark").below
    assert [each.text.split(",")[0] for each in by_mark] == ["A", "B", "served"]
    assert by_mark[2].act is not None
    by_mark[2].act()
    assert timeline.overlay.shift_s == pytest.approx(0.0, abs=0.01)
    controller.act("overlay_remove")
    assert timeline.overlay is None


def test_every_action_of_the_timeline_is_offered(controller: WindowController) -> None:
    wanted = {
        "chart_fit", "chart_follow", "chart_select", "chart_table", "chart_curves", "watch", "watch_value",
        "watch_count", "overlay", "overlay_remove", "mark_named", "mark_output", "auto_off", "auto_clock",
        "auto_output", "auto_memory", "run_at_marks", "run_to_end", "unexplained",
    }  # fmt: skip
    assert wanted <= controller.commands.keys
    texts = [each.text for each in controller.chart.entries()]
    assert texts[0] == "Freeze"
    assert entry(controller.chart.entries(), "Freeze").off == "no program runs"


def test_watches_are_kept_as_text_and_nonsense_is_nothing() -> None:
    watches = (
        Watches().with_(WatchKind.LIVE, "a.b").with_(WatchKind.COUNT, "a.C").with_(WatchKind.LIVE, "a.b")
    )
    assert from_text(to_text(watches)) == watches == Watches(live=("a.b",), count=("a.C",))
    assert watches.without(WatchKind.LIVE, "a.b") == Watches(count=("a.C",))
    assert from_text("") == Watches()
    assert key_of(["x.py", "--fast"], "/srv") == key_of(["x.py"], "/srv") != key_of(["x.py"], "/else")
    assert key_of(["-m", "a"], "") != key_of(["-m", "b"], "")


def test_the_strip_gives_the_keyboard_back(
    controller: WindowController, form: LaunchForm, qtbot: QtBot
) -> None:
    started(controller, form, qtbot)
    controller.panels.console.input.setFocus()
    controller.panels.timeline.add_requested.emit()
    field = controller.panels.timeline.ask_strip.field
    qtbot.waitUntil(lambda: controller.window.focusWidget() is field)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not controller.panels.timeline.ask_strip.isVisible()
    QApplication.processEvents()


def test_watches_that_cannot_be_read_start_anew(expected_logs: list[str]) -> None:
    assert from_text("[]") == from_text("{") == Watches()
    assert len(expected_logs) == 2


def test_closing_a_session_frees_what_the_timeline_knew_of_it(
    controller: WindowController, form: LaunchForm, qtbot: QtBot, qapp: QApplication
) -> None:
    started(controller, form, qtbot)
    make(controller, 5, qtbot)
    frozen(controller, qtbot)
    controller.act("count_instances:__main__.Processor")
    controller.chart.rules.freeze_at_output("never")
    qtbot.waitUntil(lambda: not controller.jobs.heap_work.is_busy, timeout=LONG)
    assert controller.session is not None
    snapshot = weakref.ref(controller.session.session.snapshots[0])
    series, session = weakref.ref(controller.session.session.samples), weakref.ref(controller.session)
    controller.end_session()

    def are_gone() -> bool:
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
        return session() is None and snapshot() is None and series() is None

    qtbot.waitUntil(are_gone, timeout=20_000)
    assert controller.panels.timeline.marks == ()
