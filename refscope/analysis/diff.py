"""What grew between two heaps, by type and by path shape. Counts and bytes of groups, never objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from refscope.heap.graph import HeapGraph


@dataclass(frozen=True, slots=True)
class TypeGrowth:
    """One type in two heaps. `row`: in the newer type table, −1 = gone."""

    name: str
    row: int
    count: int
    growth: int
    size_bytes: int
    size_growth: int


def type_growth(before: HeapGraph, after: HeapGraph, *, is_same_run: bool = True) -> list[TypeGrowth]:
    """All types of the newer heap (and those gone), largest growth first.

    Within a run classes match by (id, name), the rest by name; across runs by name only.
    """
    raise NotImplementedError
