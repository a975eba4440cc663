"""Ids become rows, wherever in memory they lie."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from refscope.heap.id_table import GrowingIdTable, IdTable

LAYOUTS = st.sampled_from([(1 << 12, 16), (1 << 20, 8), (1 << 47, 16), (1 << 47, 1), (1 << 64, 1), (300, 1)])


@given(LAYOUTS.flatmap(lambda to: st.tuples(
    st.lists(st.integers(0, to[0] // to[1] - 1).map(lambda i: i * to[1]), unique=True, max_size=200),
    st.lists(st.integers(0, to[0] - 1), max_size=50),
)))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_every_id_finds_its_row_and_no_other_number_does(case: tuple[list[int], list[int]]) -> None:
    ids, others = case
    table = IdTable(np.array(ids, np.uint64))
    asked = ids + others
    rows = {each: row for row, each in enumerate(ids)}
    assert table.find(np.array(asked, np.uint64)).tolist() == [rows.get(each, -1) for each in asked]


@pytest.mark.parametrize("step", [16, 4096, 1 << 16, 1 << 33])
def test_scattered_ids_cost_no_more_than_a_bounded_number_of_slots(step: int) -> None:
    ids = np.arange(10_000, dtype=np.uint64) * np.uint64(step) + np.uint64(0x10000)
    table = IdTable(ids)
    assert table.find(ids).tolist() == list(range(10_000))
    assert len(table._pages) <= 32 * len(ids)


def test_an_id_that_stands_twice_is_named() -> None:
    with pytest.raises(ValueError, match="0x20 stands twice"):
        IdTable(np.array([0x10, 0x20, 0x30, 0x20], np.uint64))


@given(st.lists(st.lists(st.integers(0, 300), max_size=40), max_size=8), st.lists(st.integers(0, 400)))
@settings(max_examples=100, deadline=None)
def test_a_table_that_grows_knows_what_one_made_at_once_knows(
    rounds: list[list[int]], asked: list[int]
) -> None:
    ids: list[int] = []
    table = GrowingIdTable()
    for added in rounds:
        ids += [each * 16 for each in dict.fromkeys(added) if each * 16 not in ids]
        table.extend(np.array(ids, np.uint64))
    rows = {each: row for row, each in enumerate(ids)}
    wanted = [each * 8 for each in asked]
    assert table.find(np.array(wanted, np.uint64)).tolist() == [rows.get(each, -1) for each in wanted]


@pytest.mark.parametrize("again", [0x10, 0x30])
def test_an_id_that_is_added_twice_is_named(again: int) -> None:
    table = GrowingIdTable()
    table.extend(np.array([0x10, 0x20], np.uint64))
    with pytest.raises(ValueError, match=f"{again:#x} stands twice"):
        table.extend(np.array([0x10, 0x20, 0x30, again], np.uint64))
