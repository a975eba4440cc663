"""Tables of a window with a real program: searches, files, clipboard, verdicts and memory of a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from real_windows import frozen, make, real_window, script_of, started

from refscope.gui import exports
from refscope.gui.analysing import Analysis
from refscope.gui.launch_form import LaunchForm, RunMode
from refscope.gui.objects_panel import AGE, TEXT
from refscope.gui.window_controller import WindowController

PROGRAM = """
import sys
class Loader:
    def __init__(self, app):
        self.app, self.data = app, bytearray(20_000)
    def __repr__(self): return f"<Loader of {self.app}>"
class Registry:
    kept = {}
class Other:
    kept = []
print("ready", flush=True)
for line in sys.stdin:
    for number in range(int(line)):
        Registry.kept[len(Registry.kept)] = Loader(("store", "weather")[number % 2])
        Other.kept.append(bytearray(9_000))
    print("made", flush=True)
"""
LOADER, HOLDER = "__main__.Loader", "__main__.Registry.kept"


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        started(made, script_of(tmp_path, PROGRAM), qtbot)
        for count in (40, 60):
            freeze(made, count, qtbot)
        quiet(made, qtbot)
        yield made


def freeze(controller: WindowController, count: int, qtbot: QtBot) -> Analysis:
    """Have the program make so many more, and freeze it."""
    make(controller, count, qtbot)
    return frozen(controller, qtbot)


def quiet(controller: WindowController, qtbot: QtBot) -> None:
    jobs = controller.jobs
    qtbot.waitUntil(lambda: not jobs.questions.is_busy and not jobs.heap_work.is_busy, timeout=30_000)


def texts(controller: WindowController, column: int) -> list[str]:
    model = controller.panels.objects.model
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def test_a_class_lists_its_objects_with_reprs_ages_and_their_path(
    controller: WindowController, qtbot: QtBot
) -> None:
    panels = controller.panels
    panels.types.choose(LOADER)
    controller.window.focus_panel("objects")
    qtbot.waitUntil(lambda: "<Loader of store>" in texts(controller, TEXT), timeout=30_000)
    ages = texts(controller, AGE)
    assert ages.count("probably new in B") == 60
    assert ages.count("probably since A") == 40
    qtbot.waitUntil(panels.objects.banner.isVisible, timeout=30_000)
    assert "Registry.kept" in panels.objects.banner.accessibleName()
    qtbot.mouseClick(panels.objects.banner._chip, Qt.MouseButton.LeftButton)
    chosen = next(card for card in panels.suspect_cards.cards if card.is_unfolded)
    assert chosen.suspect.holder == HOLDER


def test_a_search_in_reprs_lists_what_says_so(controller: WindowController, qtbot: QtBot) -> None:
    types, objects = controller.panels.types, controller.panels.objects
    types.field.setText("repr:of store")
    qtbot.keyClick(types.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: objects.title == "objects with ‘of store’", timeout=30_000)
    assert texts(controller, TEXT) == ["<Loader of store>"] * 50
    objects.field.setText("repr:of nobody")
    qtbot.keyClick(objects.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: objects.states.shown == "message", timeout=30_000)


def test_a_cancelled_search_shows_what_it_found(
    controller: WindowController, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("refscope.api.listing.REPRS_AT_ONCE", 10)
    objects, heap = controller.panels.objects, controller.heap.controllers.tables
    heap.search_changed.connect(lambda state: heap.cancel_search() if state.done >= 10 else None)
    objects.field.setText("repr:Loader")
    monkeypatch.setattr("refscope.gui.jobs.PROGRESS_INTERVAL_S", 0.0)
    qtbot.keyClick(objects.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: objects.title == "objects with ‘Loader’", timeout=30_000)
    assert objects._rows is not None
    assert 0 < len(objects._rows.ids) <= 100


def test_a_verdict_of_the_person_is_kept_for_the_target(controller: WindowController, qtbot: QtBot) -> None:
    panels, window = controller.panels, controller.window
    assert panels.suspect_cards.cards[0].suspect.holder == HOLDER
    panels.suspect_cards.set_aside.emit(HOLDER)
    assert HOLDER not in [card.suspect.holder for card in panels.suspect_cards.cards]
    assert window.notices.notices[-1].title == "Set aside as no leak"
    assert [each.holder for each in freeze(controller, 50, qtbot).set_aside] == [HOLDER]
    controller.act(f"bring_back:{HOLDER}")
    assert HOLDER in [card.suspect.holder for card in panels.suspect_cards.cards]
    assert controller.tables.not_leaks == []


def test_another_target_has_verdicts_of_its_own(controller: WindowController) -> None:
    controller.panels.suspect_cards.set_aside.emit(HOLDER)
    assert controller.tables.not_leaks == [HOLDER]
    controller.start.last_form = LaunchForm(RunMode.MODULE, "another")
    assert controller.tables.not_leaks == []


def test_hidden_classes_are_hidden_again_in_the_next_run(controller: WindowController) -> None:
    types = controller.panels.types
    types.menu_of(types._row_of(LOADER) or 0).actions()[-1].trigger()
    types.set_hidden(())
    controller.tables.begin()
    types.choose("dict")
    assert types._hidden == {LOADER}


def test_the_order_of_a_table_is_remembered(controller: WindowController) -> None:
    types = controller.panels.types
    types.table.set_column_shown("share", False)
    assert '"share"' in controller.settings.text_of("columns_types")


def test_tables_are_copied_and_saved_as_csv(
    controller: WindowController, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.panels.types.table.setFocus()
    controller.act("copy_csv")
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().startswith("Type,Count,A to B,"))
    rows = len(controller.panels.shown_analysis.types)  # type: ignore[union-attr]
    assert len(QGuiApplication.clipboard().text().splitlines()) == rows + 1
    path = tmp_path / "types.csv"
    monkeypatch.setattr(exports.QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    qtbot.mouseClick(controller.panels.types.csv, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(path.exists, timeout=30_000)
    assert path.read_text().startswith("Type,Count,A to B,")


def test_growth_between_other_freezes_is_shown_in_all_panels(
    controller: WindowController, qtbot: QtBot
) -> None:
    freeze(controller, 50, qtbot)
    growth = controller.panels.types.growth
    assert growth.button.text() == "A to C"
    growth.chosen.emit("B", "C")
    qtbot.waitUntil(lambda: growth.button.text() == "B to C", timeout=60_000)
    assert controller.panels.suspect_cards.growth.button.text() == "B to C"


def test_instances_are_counted_over_time(controller: WindowController, qtbot: QtBot) -> None:
    types = controller.panels.types
    menu = types.menu_of(types._row_of(LOADER) or 0)
    next(each for each in menu.actions() if each.text() == "Count instances of Loader over time").trigger()
    assert LOADER in str(controller.chart.watches.watches)
    assert controller.window.notices.notices[-1].title == "Counting Loader"
    timeline = controller.panels.timeline
    qtbot.waitUntil(lambda: f"count {LOADER}" in timeline.shown_columns, timeout=30_000)
    traces = {trace.name: trace.values.tolist() for trace in timeline.series.traces}
    assert traces[LOADER] == [40, 100]
