"""The table of classes: what is listed, sorted, filtered, told, copied, hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from table_values import type_rows

from refscope.gui.column_model import VALUE_ROLE
from refscope.gui.name_search import name_search, near_names
from refscope.gui.theme import Theme, dress
from refscope.gui.types_panel import COUNT, CURVE, GROWTH, NAME, RETAINED, SHALLOW, SHARE, TypesPanel

LOADER, ORDER = "shop.loading.ResourceLoader", "shop.orders.Order"
HISTORY = {LOADER: (10, 60, 123), "dict": (1, 2, 3)}


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> TypesPanel:
    made = TypesPanel()
    qtbot.addWidget(made)
    made.resize(760, 500)
    made.show()
    dress(made, theme)
    made.show_rows(type_rows(), "A", name="C", history=HISTORY, leaking={LOADER})
    return made


def names(panel: TypesPanel) -> list[str]:
    model = panel.model
    return [str(model.index(row, NAME).data(VALUE_ROLE)) for row in range(model.rowCount())]


def words(panel: TypesPanel) -> list[str]:
    return [each.text() for each in panel.findChildren(QLabel) if each.isVisible()]


def test_the_programs_own_stand_first_by_growth(panel: TypesPanel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(panel.model)
    assert names(panel) == [LOADER, ORDER, "dict", "str"]
    panel.builtins_last.setChecked(False)
    assert names(panel) == ["dict", LOADER, "str", ORDER]


def test_a_click_on_a_head_sorts_the_largest_first(panel: TypesPanel, qtbot: QtBot) -> None:
    head = panel.table.horizontalHeader()
    at = QPoint(head.sectionViewportPosition(RETAINED) + 20, head.height() // 2)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert panel.model.sorted_by == (RETAINED, Qt.SortOrder.DescendingOrder)
    assert "Sorted by retained bytes, built-ins last" in words(panel)


def test_typing_filters_by_words_in_any_order(panel: TypesPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.field, "loader SHOP")
    assert names(panel) == [LOADER]
    assert "1 of 4 types, 2 grew, 1 shrank" in words(panel)


def test_a_pattern_between_slashes_filters(panel: TypesPanel) -> None:
    panel.field.setText("/^shop\\..*er$/")
    assert names(panel) == [LOADER, ORDER]
    panel.field.setText("/^str$/")
    assert names(panel) == ["str"]


def test_a_pattern_that_is_none_says_why(panel: TypesPanel) -> None:
    panel.field.setText("/(load/")
    assert panel.states.shown == "message"
    assert "This is no regular expression" in words(panel)


def test_only_what_grew_can_be_asked_for(panel: TypesPanel) -> None:
    panel.grown_only.setChecked(True)
    assert names(panel) == [LOADER, "dict"]


def test_what_nobody_is_called_offers_what_is_near(panel: TypesPanel, qtbot: QtBot) -> None:
    panel.field.setText("lodaer")
    assert "No type matches ‘lodaer’" in words(panel)
    assert "Near: ResourceLoader." in words(panel)
    show = next(each for each in panel.findChildren(QPushButton) if each.text() == "Show ResourceLoader")
    with qtbot.waitSignal(panel.type_chosen) as told:
        qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    assert told.args == [LOADER]
    assert panel.states.shown == "content"


def test_near_names_look_at_the_end_of_long_ones() -> None:
    assert near_names("ResorceLoader", ["a.ResourceLoader", "a.Order"]) == ["a.ResourceLoader"]
    assert near_names("lodaer", ["date", "a.ResourceLoader"]) == ["a.ResourceLoader"]
    assert near_names("zzz", ["date"]) == []


def test_an_empty_search_fits_everything() -> None:
    assert name_search("  ").matches("anything")
    assert not name_search("//").problem


def test_the_selection_survives_sorting_filtering_and_new_rows(panel: TypesPanel, qtbot: QtBot) -> None:
    panel.choose(ORDER)
    told: list[str] = []
    panel.type_chosen.connect(told.append)
    panel.table.sortByColumn(COUNT, Qt.SortOrder.AscendingOrder)
    panel.field.setText("order")
    panel.field.clear()
    panel.show_rows(type_rows()[::-1], "A", name="D")
    row = panel.table.chosen_row
    assert row is not None
    assert type_rows()[::-1][row].type_name == ORDER
    assert told == []


def test_arrow_keys_change_the_class_and_enter_opens_it(panel: TypesPanel, qtbot: QtBot) -> None:
    panel.table.setFocus()
    panel.table.selectRow(0)
    with qtbot.waitSignal(panel.type_chosen) as chosen:
        qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert chosen.args == [ORDER]
    with qtbot.waitSignal(panel.type_activated) as opened:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert opened.args == [ORDER]


def test_enter_in_the_field_goes_to_the_first_row(panel: TypesPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.field, "order")
    with qtbot.waitSignal(panel.type_chosen) as chosen:
        qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert chosen.args == [ORDER]


def test_a_text_in_reprs_is_asked_for_with_enter(panel: TypesPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.field, "repr: store")
    assert len(names(panel)) == 4
    with qtbot.waitSignal(panel.repr_requested) as asked:
        qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert asked.args == ["store"]


def test_ctrl_c_copies_the_selected_rows_for_a_spreadsheet(panel: TypesPanel, qtbot: QtBot) -> None:
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Type\tCount\tA to C\t")
    assert [line.split("\t")[0] for line in lines[1:]] == [LOADER, ORDER]
    assert "10, 60, 123" in lines[1]


def test_the_menu_of_a_row_hides_counts_and_copies(panel: TypesPanel, qtbot: QtBot) -> None:
    menu = panel.menu_of(1)
    actions = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(panel.count_requested) as counted:
        actions["Count instances of Order over time"].trigger()
    assert counted.args == [ORDER]
    actions["Copy name"].trigger()
    assert QGuiApplication.clipboard().text() == ORDER
    with qtbot.waitSignal(panel.hidden) as hidden:
        actions["Hide Order"].trigger()
    assert hidden.args == [[ORDER]]
    assert names(panel) == [LOADER, "dict", "str"]
    with qtbot.waitSignal(panel.hidden) as shown:
        qtbot.mouseClick(panel.show_hidden, Qt.MouseButton.LeftButton)
    assert shown.args == [[]]
    assert len(names(panel)) == 4


def test_what_is_hidden_is_shown_when_it_is_wanted(panel: TypesPanel) -> None:
    panel.set_hidden([ORDER])
    panel.choose(ORDER)
    assert ORDER in names(panel)


def test_columns_that_have_no_room_are_left_out(panel: TypesPanel, qtbot: QtBot) -> None:
    table = panel.table
    assert not any(table.isColumnHidden(column) for column in range(SHARE + 1))
    panel.resize(322, 500)
    qtbot.waitUntil(lambda: table.isColumnHidden(CURVE))
    assert not table.isColumnHidden(GROWTH)
    assert not table.isColumnHidden(RETAINED)
    assert table.columnWidth(NAME) >= 120
    assert table.horizontalScrollBar().maximum() == 0
    assert "Shallow" in table.left_out()


def test_the_panel_fits_the_narrowest_dock(panel: TypesPanel) -> None:
    assert panel.minimumSizeHint().width() <= 322


def test_hidden_columns_widths_and_order_are_remembered(
    panel: TypesPanel, qtbot: QtBot, theme: Theme
) -> None:
    actions = {action.text(): action for action in panel.table.columns_menu().actions()}
    with qtbot.waitSignal(panel.table.arranged):
        actions["Shallow"].setChecked(False)
    panel.table.sortByColumn(COUNT, Qt.SortOrder.AscendingOrder)
    again = TypesPanel()
    qtbot.addWidget(again)
    again.table.remembered = panel.table.arrangement()
    again.show_rows(type_rows())
    assert again.table.isColumnHidden(SHALLOW)
    assert again.model.sorted_by == (COUNT, Qt.SortOrder.AscendingOrder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"widths": 3}'])
def test_a_memory_that_cannot_be_read_is_none(panel: TypesPanel, text: str) -> None:
    assert not panel.table.arrange(text)


def test_growth_is_red_only_for_what_leaks(panel: TypesPanel, tmp_path: Path) -> None:
    assert panel._tone(0) == "leak"
    assert panel._tone(2) is None


def test_without_a_freeze_nothing_is_said_or_offered(qtbot: QtBot, theme: Theme) -> None:
    empty = TypesPanel()
    qtbot.addWidget(empty)
    empty.show()
    assert not empty.csv.isEnabled()
    assert not empty.growth.isVisible()
    assert not "".join(words(empty))


def test_a_choice_that_appears_takes_a_second_line_where_it_must(panel: TypesPanel, qtbot: QtBot) -> None:
    bar = panel.field.parentWidget()
    panel.resize(460, 500)
    qtbot.waitUntil(lambda: bar.is_one_line)  # type: ignore[attr-defined]
    panel.growth.show_pair(["A", "B"], "A", "B")
    qtbot.waitUntil(lambda: not bar.is_one_line)  # type: ignore[attr-defined]


def test_a_wide_panel_has_its_filter_in_one_line(panel: TypesPanel, qtbot: QtBot) -> None:
    bar = panel.field.parentWidget()
    assert bar.is_one_line  # type: ignore[attr-defined]
    panel.resize(330, 500)
    qtbot.waitUntil(lambda: not bar.is_one_line)  # type: ignore[attr-defined]
    assert panel.grown_only.mapTo(panel, QPoint()).y() > panel.field.mapTo(panel, QPoint()).y()
