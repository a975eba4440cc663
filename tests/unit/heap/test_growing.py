"""Columns that grow keep what was written."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from refscope.heap.growing import Growing


@given(st.lists(st.integers(0, 30_000), max_size=6))
def test_what_was_written_stands_in_order_however_it_came(lengths: list[int]) -> None:
    column = Growing(np.int64)
    for number, length in enumerate(lengths):
        column.room(length)[:] = number
    expected = np.repeat(np.arange(len(lengths)), lengths)
    assert len(column) == len(expected)
    assert np.array_equal(column.view(), expected)
    assert np.array_equal(column.take(), expected)
    assert len(column) == 0
