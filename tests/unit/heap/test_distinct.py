"""Each value once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from refscope.heap.distinct import distinct


@given(st.lists(st.integers(-3, 5)))
def test_distinct_values_are_those_of_numpy(values: list[int]) -> None:
    array = np.array(values, np.int32)
    assert distinct(array).tolist() == np.unique(array).tolist()
    assert array.tolist() == values
