"""The Compare window by real keys and clicks: sides chosen, compared, drawn, exported, closed."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from refscope.gui import app as gui_app
from refscope.gui import compare_controller, exports
from refscope.gui.app import App
from refscope.gui.compare_window import CompareWindow
from refscope.gui.parts import Button
from refscope.gui.theme import Theme
from refscope.gui.window_controller import WindowController
from tests.gui.captures import capture_of_rounds
from tests.gui.conftest import hover

MIB = 1 << 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Captures of a program before and after a fix, and a chart of mprof."""
    made = tmp_path_factory.mktemp("captures")
    for kind in ("leak", "fixed"):
        capture_of_rounds(made / f"{kind}.refscope", kind)
    lines = (f"MEM {100 + 0.5 * step} {1000 + step / 10}\n" for step in range(100))
    (made / "old.dat").write_text("CMDLINE python site.py\n" + "".join(lines))
    return made


@pytest.fixture
def controller(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> Iterator[WindowController]:
    """A window on the repaired run."""
    monkeypatch.setattr(gui_app, "discover", lambda _script, _folder: iter(()))
    made = App(tmp_path / "settings.ini").new_window()
    made.window.resize(1440, 900)
    made.files.open(str(folder / "fixed.refscope"))
    qtbot.waitUntil(lambda: made.run is not None and not made.jobs.heap_work.is_busy, timeout=60_000)
    yield made
    made.window.may_close = lambda: True
    made.window.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()  # what Qt owns goes on the Qt thread, not on one of the next test


@pytest.fixture
def window(controller: WindowController, qtbot: QtBot) -> CompareWindow:
    """Its Compare window, opened by its key."""
    qtbot.keyClick(controller.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    found = controller.comparing.window
    assert found is not None
    settled(controller, qtbot)
    return found


def settled(controller: WindowController, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not controller.jobs.heap_work.is_busy, timeout=60_000)
    window = controller.comparing.window
    qtbot.waitUntil(lambda: window is None or window.states.shown != "work", timeout=10_000)


def click(qtbot: QtBot, button: Button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def entries(window: CompareWindow, side: str) -> dict[str, Callable[[], None]]:
    """What the menu of a side offers, by its words."""
    actions = window.sides[side].menu().actions()
    return {action.text().split("   ")[0]: action.trigger for action in actions if action.text()}


def browse(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(compare_controller.QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))


@pytest.fixture
def fix(
    controller: WindowController,
    window: CompareWindow,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> CompareWindow:
    """The same with the run before the fix on the other side."""
    with_earlier_run(controller, window, folder / "leak.refscope", monkeypatch, qtbot)
    return window


def with_earlier_run(
    controller: WindowController,
    window: CompareWindow,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    browse(monkeypatch, path)
    entries(window, "before")["Another capture…"]()
    settled(controller, qtbot)


def test_the_key_compares_the_first_with_the_last_freeze(window: CompareWindow) -> None:
    assert window.isVisible()
    assert [window.sides[side].text() for side in ("before", "after")] == [
        "Before: Freeze A, round 10",
        "After: Freeze C, round 30",
    ]
    assert window.states.shown == "content"
    assert "Nothing leaks from round 10 to round 30." in window.banner.accessibleName()
    assert window.card_states.shown == "message"


@pytest.mark.parametrize(
    ("number", "sides"),
    [
        (0, ["Before: Freeze A, round 10", "After: Freeze C, round 30"]),
        (1, ["Before: Freeze B, round 20", "After: Freeze C, round 30"]),
        (2, ["Before: Freeze A, round 10", "After: Freeze C, round 30"]),
    ],
)
def test_a_freeze_of_the_timeline_is_compared_by_its_menu(
    controller: WindowController, qtbot: QtBot, number: int, sides: list[str]
) -> None:
    marks = controller.chart.marks
    assert marks.subject is not None
    freezes = [each for each in marks.subject.marks if each.kind == "freeze"]
    entry = next(each for each in marks.entries(freezes[number]) if each.text == "Compare with…")
    assert entry.act is not None
    entry.act()
    settled(controller, qtbot)
    window = controller.comparing.window
    assert window is not None
    assert [window.sides[side].text() for side in ("before", "after")] == sides
    assert window.states.shown == "content"


def test_an_earlier_run_shows_what_the_fix_did(
    controller: WindowController, fix: CompareWindow, qtbot: QtBot
) -> None:
    assert fix.sides["after"].text() == "After: This run"
    told = fix.banner.accessibleName()
    assert "Fixed: Site.pages no longer grows; 391 KiB per round before, 0 after." in told
    assert "Leaks 1, now 0, 1 gone, 0 new." in told
    assert fix.banner.property("verdict") == "ok"
    assert fix.card_states.shown == "content"
    names = [each.accessibleName() for each in fix.cards.findChildren(type(fix.cards.widget()))]
    assert any("Gone: __main__.Site.pages." in name and "120 Page" in name for name in names)
    rows = fix.types.csv_rows()
    page = next(row for row in rows if row[0] == "__main__.Page")
    assert page[1:4] == ["120", "16", "-104"]
    assert rows[1] == page  # the program's own class stands first
    click(qtbot, fix.swap)
    settled(controller, qtbot)
    assert fix.banner.property("verdict") == "leak"
    assert "Worse: Site.pages grows" in fix.banner.accessibleName()


def test_builtins_can_be_mixed_in_and_the_model_holds_what_qt_asks_of_one(
    fix: CompareWindow, qtbot: QtBot
) -> None:
    tester = QAbstractItemModelTester(fix.types.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    first = fix.types.csv_rows()[1][0]
    for column in range(fix.types.model.columnCount()):
        fix.types.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
    fix.types.table.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    assert fix.types.csv_rows()[1][0] == first
    qtbot.mouseClick(fix.types.builtins_last, Qt.MouseButton.LeftButton, pos=QPoint(8, 12))
    retained = [int(row[4]) for row in fix.types.csv_rows()[1:]]
    assert retained == sorted(retained, reverse=True)
    tester.deleteLater()


def test_memory_alone_is_compared_with_a_chart_of_mprof(
    controller: WindowController,
    window: CompareWindow,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    with_earlier_run(controller, window, folder / "old.dat", monkeypatch, qtbot)
    assert "old has no freeze: only memory is compared." in window.banner.accessibleName()
    assert window.columns.current == "rss_bytes"
    assert not window.columns.button("uss_bytes").isEnabled()
    assert window.chart.has_curves


def test_the_crosshair_tells_both_runs(fix: CompareWindow, qtbot: QtBot) -> None:
    chart = fix.chart
    before = chart.grab().toImage()
    at = QPoint(100, chart.height() // 2)
    hover(fix, chart, at)
    lines = chart.readout(at.x())
    assert lines[0] == "00:00"
    assert [line.split("  ")[0] for line in lines[1:]] == ["Before", "After"]
    qtbot.waitUntil(lambda: chart.grab().toImage() != before)
    assert chart.readout(5) == []
    unique = chart.grab().toImage()
    qtbot.mouseClick(fix.columns.button("rss_bytes"), Qt.MouseButton.LeftButton)
    assert chart.grab().toImage() != unique


def test_what_is_compared_is_exported_as_report_and_table(
    fix: CompareWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    for button, name in ((fix.report, "fix.html"), (fix.csv, "types.csv")):
        path = tmp_path / name
        monkeypatch.setattr(exports.QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        click(qtbot, button)
        qtbot.waitUntil(path.exists, timeout=60_000)
    assert "Fixed:" in (tmp_path / "fix.html").read_text(encoding="utf-8")
    assert (tmp_path / "types.csv").read_text().startswith("Type,Before,After,Change,Retained before")
    qtbot.waitUntil(lambda: "Report saved" in [notice.title for notice in fix.notices.notices])


def test_its_keys_are_those_of_the_window_it_was_opened_from(
    controller: WindowController, fix: CompareWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: list[str] = []
    fix.report_requested.connect(lambda: asked.append("report"))
    fix.csv_requested.connect(lambda _rows: asked.append("csv"))
    monkeypatch.setattr(exports.QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    fix.activateWindow()
    qtbot.waitUntil(fix.isActiveWindow)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for key in (Qt.Key.Key_R, Qt.Key.Key_E):
        qtbot.keyClick(fix.windowHandle(), key, modifiers)
    assert asked == ["report", "csv"]
    controller.window.shortcuts.choose("export_panel", "Ctrl+Alt+J")
    assert fix.csv.toolTip() == "Save the types as CSV (Ctrl+Alt+J)"
    qtbot.keyClick(fix.windowHandle(), Qt.Key.Key_E, modifiers)
    assert asked == ["report", "csv"]


def test_a_file_that_cannot_be_read_is_told_where_it_belongs(
    controller: WindowController,
    window: CompareWindow,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    with_earlier_run(controller, window, folder / "missing.refscope", monkeypatch, qtbot)
    assert window.states.shown == "message"
    assert not window.report.isEnabled()
    assert not window.csv.isEnabled()
    browse(monkeypatch, folder / "leak.refscope")
    window.states.pressed.emit("browse_before")
    settled(controller, qtbot)
    assert window.states.shown == "content"


def test_the_same_on_both_sides_is_said(
    controller: WindowController, window: CompareWindow, qtbot: QtBot
) -> None:
    entries(window, "before")["Freeze C, round 30"]()
    settled(controller, qtbot)
    assert window.states.shown == "message"
    entries(window, "before")["This run"]()
    settled(controller, qtbot)
    assert window.states.shown == "message"  # the other side is a freeze of it
    entries(window, "before")["Freeze B, round 20"]()
    settled(controller, qtbot)
    assert window.states.shown == "content"


def test_work_shows_how_far_it_is_and_can_be_cancelled(
    controller: WindowController, window: CompareWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    going_on, withdrawn = threading.Event(), threading.Event()

    def slow(*_: object, progress: Callable[[str, float], None], cancel: object) -> None:
        progress("Finding what grew", 0.4)
        going_on.set()
        while not cancel.is_cancelled:  # type: ignore[attr-defined]
            withdrawn.wait(0.01)
        withdrawn.set()
        cancel.raise_if_cancelled()  # type: ignore[attr-defined]

    monkeypatch.setattr("refscope.api.compare_freezes", slow)
    entries(window, "before")["Freeze B, round 20"]()
    qtbot.waitUntil(lambda: window.states.shown == "work", timeout=10_000)
    assert going_on.is_set()
    cancel = next(
        each for each in window.states.findChildren(Button) if each.text() == "Cancel" and each.isVisible()
    )
    click(qtbot, cancel)
    qtbot.waitUntil(lambda: withdrawn.is_set() and window.states.shown == "message")


def test_a_defect_of_one_comparison_is_no_state_of_the_next(
    controller: WindowController, window: CompareWindow, qtbot: QtBot
) -> None:
    for name in ("Freeze A, round 10", "Freeze B, round 20", "Freeze A, round 10"):
        entries(window, "before")[name]()  # the newest question wins
    settled(controller, qtbot)
    assert "Freezes round 10 and round 30 of one run." in window.banner.accessibleName()


def test_closing_the_window_frees_what_it_opened(
    controller: WindowController, fix: CompareWindow, qtbot: QtBot
) -> None:
    assert controller.comparing._compared is not None
    earlier = weakref.ref(controller.comparing._compared[1].snapshots[-1])  # type: ignore[union-attr]
    qtbot.keyClick(fix, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert controller.comparing.window is None
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qtbot.waitUntil(lambda: gc.collect() >= 0 and earlier() is None, timeout=10_000)
    controller.act("compare")
    assert controller.comparing.window is not None
    settled(controller, qtbot)


@pytest.mark.parametrize("make", [Theme.light, Theme.dark])
def test_both_themes_dress_every_part(
    window: CompareWindow, make: Callable[[], Theme], qapp: QApplication
) -> None:
    theme = make()
    theme.apply_base(qapp)
    window.wear(theme)
    picture = window.grab().toImage()
    assert picture.pixelColor(window.width() // 2, 20) == theme.color("panel")
    assert picture.pixelColor(window.width() // 2, window.height() - 8) == theme.color("window")
