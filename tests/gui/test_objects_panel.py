"""The table of objects: addresses, texts as they show, ages, the path they share, searches."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from table_values import FIRST_ID, object_rows

from refscope.gui.object_values import ReprSearch, SharedPath, address_mask, is_among
from refscope.gui.objects_panel import AGE, ASK_AFTER_MS, SHALLOW, TEXT, ObjectsPanel
from refscope.gui.state_values import WorkState
from refscope.gui.theme import Theme, dress

LOADER = "shop.loading.ResourceLoader"


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> ObjectsPanel:
    made = ObjectsPanel()
    qtbot.addWidget(made)
    made.resize(760, 400)
    made.show()
    dress(made, theme)
    made.show_objects(object_rows())
    return made


def column(panel: ObjectsPanel, number: int) -> list[str]:
    return [str(panel.model.index(row, number).data()) for row in range(panel.model.rowCount())]


def words(panel: ObjectsPanel) -> list[str]:
    return [each.text().replace("\u200b", "") for each in panel.findChildren(QLabel) if each.isVisible()]


def button(panel: ObjectsPanel, text: str) -> QPushButton:
    return next(each for each in panel.findChildren(QPushButton) if each.text() == text and each.isVisible())


def test_objects_stand_by_what_they_retain(panel: ObjectsPanel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(panel.model)
    assert column(panel, 0)[0] == hex(FIRST_ID + 4 * 16)
    assert column(panel, 4)[-1] == "–"
    assert {"5 ResourceLoader", "Freeze B"} <= set(words(panel))


def test_ages_are_told_as_probable(panel: ObjectsPanel) -> None:
    assert column(panel, AGE) == ["probably new in B"] * 3 + ["probably since A"] * 2


def test_texts_are_asked_for_rows_that_show_only(qtbot: QtBot, panel: ObjectsPanel) -> None:
    with qtbot.waitSignal(panel.texts_wanted) as asked:
        panel.show_objects(object_rows(100_000, "dict"))
    assert 5 < len(asked.args[0]) < 60
    assert asked.args[0][0] == FIRST_ID + 99_999 * 16
    with qtbot.waitSignal(panel.texts_wanted) as more:
        panel.table.verticalScrollBar().setValue(panel.table.verticalScrollBar().maximum())
    assert FIRST_ID in more.args[0]


def test_a_panel_that_is_shown_or_grows_asks_for_what_it_uncovers(qtbot: QtBot, panel: ObjectsPanel) -> None:
    panel.hide()
    panel.resize(760, 300)
    with qtbot.assertNotEmitted(panel.texts_wanted, wait=4 * ASK_AFTER_MS):
        panel.show_objects(object_rows(1000, "dict"))
    with qtbot.waitSignal(panel.texts_wanted) as few:
        panel.show()
    with qtbot.waitSignal(panel.texts_wanted) as more:
        panel.resize(760, 700)
    assert len(more.args[0]) > len(few.args[0]) + 10


def test_texts_fill_in_and_can_be_filtered_by(panel: ObjectsPanel) -> None:
    panel.show_texts({FIRST_ID: "<ResourceLoader …/store>", FIRST_ID + 16: "<ResourceLoader …/weather>"})
    assert column(panel, TEXT)[-1] == "<ResourceLoader …/store>"
    assert column(panel, TEXT)[0] == "…"
    panel.field.setText("STORE")
    assert column(panel, 0) == [hex(FIRST_ID)]
    assert "1 of 5 ResourceLoader" in words(panel)


def test_an_address_filters_as_it_is_typed(panel: ObjectsPanel) -> None:
    panel.field.setText(hex(FIRST_ID + 16))
    assert column(panel, 0) == [hex(FIRST_ID + 16)]
    panel.field.setText("0x8")
    assert "No address begins with 0x8" in words(panel)


@pytest.mark.parametrize(
    ("prefix", "fitting"),
    [
        ("0x", [True] * 3),
        ("0x7f", [True, True, False]),
        ("0x7f30", [False, True, False]),
        ("0xzz", [False] * 3),
    ],
)
def test_addresses_of_any_length_fit_a_prefix(prefix: str, fitting: list[bool]) -> None:
    ids = np.array([0x7F, 0x7F3012345670, 0xFFFF_FFFF_FFFF_FFF0], np.uint64)
    assert address_mask(prefix, ids).tolist() == fitting


def test_few_are_found_among_many() -> None:
    many = np.array([3, 1, 2], np.uint64)
    assert is_among(many, np.array([2, 3], np.uint64)).tolist() == [True, False, True]
    assert is_among(many, np.array([], np.uint64)).tolist() == [False] * 3


def test_a_text_that_no_row_is_known_by_offers_to_look_at_all(panel: ObjectsPanel, qtbot: QtBot) -> None:
    panel.field.setText("wether")
    with qtbot.waitSignal(panel.repr_wanted) as asked:
        qtbot.mouseClick(button(panel, "Look at all reprs"), Qt.MouseButton.LeftButton)
    assert asked.args == [ReprSearch("wether", LOADER)]


def test_enter_looks_into_reprs_and_cancel_stops(panel: ObjectsPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.field, "repr:store")
    with qtbot.waitSignal(panel.repr_wanted) as asked:
        qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert asked.args == [ReprSearch("store", LOADER)]
    panel.show_search(WorkState("Looking for ‘store’", "", "search", 10, 100))
    assert panel.states.shown == "work"
    with qtbot.waitSignal(panel.repr_cancelled):
        qtbot.mouseClick(button(panel, "Cancel"), Qt.MouseButton.LeftButton)


def test_what_a_search_found_is_listed_with_its_texts(panel: ObjectsPanel) -> None:
    panel.field.setText("repr:store")
    found = object_rows(
        2, title="ResourceLoader with ‘store’", texts=((FIRST_ID, "<store>"),), note="Looked at 500 of 900"
    )
    panel.show_objects(found)
    assert column(panel, TEXT) == ["…", "<store>"]
    assert "2 ResourceLoader with ‘store’. Looked at 500 of 900" in words(panel)
    assert panel.field.text() == "repr:store"


def test_a_search_that_found_nothing_says_how_far_it_looked(panel: ObjectsPanel) -> None:
    panel.show_objects(object_rows(0, title="objects with ‘x’", note="Looked at 500 of 900"))
    assert {"Nothing found: objects with ‘x’", "Looked at 500 of 900"} <= set(words(panel))


def test_without_a_class_the_programs_own_objects_are_searched(panel: ObjectsPanel, qtbot: QtBot) -> None:
    panel.clear()
    with qtbot.waitSignal(panel.repr_wanted) as asked:
        panel.search_repr("store")
    assert asked.args == [ReprSearch("store", "")]


def test_the_path_that_most_share_stands_above(panel: ObjectsPanel, qtbot: QtBot) -> None:
    panel.show_path(SharedPath(4, 5, "shop.loading.Processor.instance_map[*]", rank=1, verdict="leak"))
    assert {"4 of 5 share one path shape", "shop.loading.Processor.instance_map[*]"} <= set(words(panel))
    with qtbot.waitSignal(panel.suspect_wanted) as wanted:
        qtbot.mouseClick(button(panel, "Leak 1"), Qt.MouseButton.LeftButton)
    assert wanted.args == [1]
    panel.show_objects(object_rows(3, "dict"))
    assert not panel.banner.isVisible()


def test_enter_and_the_button_open_the_graph(panel: ObjectsPanel, qtbot: QtBot) -> None:
    panel.table.selectRow(1)
    with qtbot.waitSignal(panel.object_activated) as opened:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert opened.args == [7 + 3]
    with qtbot.waitSignal(panel.object_activated) as again:
        qtbot.mouseClick(panel.graph, Qt.MouseButton.LeftButton)
    assert again.args == [7 + 3]


def test_an_object_is_chosen_by_its_row_in_the_freeze(panel: ObjectsPanel) -> None:
    panel.field.setText("0x8")
    panel.choose(7 + 2)
    assert panel.table.chosen_row == 2


def test_rows_are_copied_with_addresses_and_bare_numbers(panel: ObjectsPanel, qtbot: QtBot) -> None:
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, row = QGuiApplication.clipboard().text().splitlines()
    assert head.split("\t")[:3] == ["Address", "repr, from the copy", "Retained"]
    assert row.split("\t") == [hex(FIRST_ID + 64), "…", "1040", "48", "8", "probably new in B"]
    actions = {action.text(): action for action in panel.menu_of(0).actions()}
    actions["Copy address"].trigger()
    assert QGuiApplication.clipboard().text() == hex(FIRST_ID)


def test_a_narrow_panel_keeps_text_and_what_is_retained(panel: ObjectsPanel, qtbot: QtBot) -> None:
    panel.resize(322, 400)
    qtbot.waitUntil(lambda: panel.table.isColumnHidden(SHALLOW))
    assert not panel.table.isColumnHidden(TEXT)
    assert not panel.table.isColumnHidden(2)
    assert panel.minimumSizeHint().width() <= 322


def test_a_million_objects_sort_and_filter_between_two_frames(panel: ObjectsPanel) -> None:
    """Generous: machines are busy. benchmarks/bench_window.py has the figures."""
    import time

    panel.show_objects(object_rows(1_000_000))
    started = time.process_time()
    panel.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    panel.field.setText("0x7f3a5c")
    panel.table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    panel.field.setText("")
    assert time.process_time() - started < 1.0
