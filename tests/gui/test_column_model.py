"""The model behind every table: sorted, filtered, grouped, written down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from refscope.gui.column_model import VALUE_ROLE, ColumnModel, ColumnSpec
from refscope.gui.row_order import places_of, rows_by, sort_keys

DOWN, UP = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder


def made(sizes: list[int], names: list[str] | None = None) -> ColumnModel:
    model = ColumnModel()
    names = names or [f"n{size}" for size in sizes]
    model.show_columns(
        (
            ColumnSpec("name", "Name", names, is_number=False, tip="What it is called"),
            ColumnSpec("size", "Size", np.array(sizes), lambda size: f"{size} B"),
        )
    )
    return model


def shown(model: ColumnModel, column: int = 1) -> list[object]:
    return [model.index(row, column).data(VALUE_ROLE) for row in range(model.rowCount())]


INTS = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=50)
SMALL = st.lists(st.integers(-3, 3), max_size=50)


@given(st.one_of(INTS, SMALL), st.booleans())
def test_rows_come_in_the_order_of_their_keys_and_ties_as_they_were(
    keys: list[int], descending: bool
) -> None:
    found = rows_by(np.array(keys, np.int64), descending=descending)
    wanted = sorted(range(len(keys)), key=lambda row: -keys[row] if descending else keys[row])
    assert found.tolist() == wanted


@given(st.lists(st.integers(0, 2**47 - 1).map(lambda n: n * 16), max_size=50), st.booleans())
def test_addresses_are_ordered_as_numbers(keys: list[int], descending: bool) -> None:
    found = rows_by(np.array(keys, np.uint64), descending=descending)
    wanted = sorted(range(len(keys)), key=lambda row: -keys[row] if descending else keys[row])
    assert found.tolist() == wanted


def test_shares_are_ordered_too() -> None:
    assert rows_by(np.array([0.5, 0.1, 0.5]), descending=True).tolist() == [0, 2, 1]


def test_texts_are_ordered_without_case() -> None:
    assert sort_keys(["b", "A", "B"]).tolist() == [1, 0, 1]


def test_places_of_rows_that_are_not_shown_are_nowhere() -> None:
    assert places_of(np.array([2, 0], np.int32), [0, 1, 2], 3) == [1, -1, 0]


def test_sorting_keeps_what_qt_remembers(qtmodeltester: ModelTester) -> None:
    model = made([3, 1, 2])
    qtmodeltester.check(model)
    remembered = QPersistentModelIndex(model.index(0, 1))
    model.sort(1, UP)
    assert shown(model) == [1, 2, 3]
    assert remembered.row() == 2
    model.sort(1, DOWN)
    assert remembered.row() == 0


def test_a_filter_keeps_the_order_and_all_comes_back(qtmodeltester: ModelTester) -> None:
    model = made([3, 1, 2])
    model.sort(1, DOWN)
    model.keep(np.array([True, True, False]))
    qtmodeltester.check(model)
    assert shown(model) == [3, 1]
    assert model.position_of(2) is None
    assert model.position_of(1) == 1
    model.keep(None)
    assert shown(model) == [3, 2, 1]


def test_groups_stay_apart_whatever_is_sorted_by() -> None:
    model = made([5, 1, 9, 3])
    model.set_groups(np.array([0, 0, 1, 1]))
    model.sort(1, DOWN)
    assert shown(model) == [5, 1, 9, 3]
    model.sort(1, UP)
    assert shown(model) == [1, 5, 3, 9]
    model.set_groups(None)
    assert shown(model) == [1, 3, 5, 9]


def test_a_column_that_does_not_sort_leaves_the_order(qtbot: QtBot) -> None:
    model = ColumnModel()
    model.show_columns((ColumnSpec("curve", "Curve", [(1,), (2,)], sorts=False),))
    model.sort(0, DOWN)
    assert shown(model, 0) == [(1,), (2,)]
    assert model.sorted_by[0] == -1


def test_cells_say_words_and_heads_say_what_they_mean() -> None:
    model = made([3])
    cell = model.index(0, 1)
    assert cell.data() == "3 B"
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    assert cell.data(Qt.ItemDataRole.TextAlignmentRole) == right
    head = model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert head == "What it is called"


def test_what_is_shown_is_written_with_bare_numbers() -> None:
    model = made([3, 1, 2])
    model.sort(1, UP)
    model.keep(np.array([True, False, True]))
    assert model.as_csv_rows() == [["Name", "Size"], ["n2", "2"], ["n3", "3"]]
    assert model.text([1]).tsv() == "Name\tSize\nn3\t3"


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_table_sorts_and_filters(count: int, qtmodeltester: ModelTester) -> None:
    model = made([7] * count)
    model.sort(1, DOWN)
    model.keep(np.zeros(count, bool))
    qtmodeltester.check(model)
    assert model.rowCount() == 0
