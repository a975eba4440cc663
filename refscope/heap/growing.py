"""A column that grows, for rows that arrive in thousands of chunks.

Lists of small arrays would do, but what they leave behind in the allocator is not given back: 700 MB
at ten million objects.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

_T = TypeVar("_T", bound=np.generic)

_FIRST = 1 << 13  # items: a small heap costs little
_GROWTH = 2  # by a half


class Growing(Generic[_T]):
    """A one-dimensional array with room at its end. Views are of what was there when they were asked for."""

    def __init__(self, dtype: type[_T]) -> None:
        self.dtype = dtype
        self._items: npt.NDArray[Any] = np.empty(0, dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def room(self, count: int) -> npt.NDArray[Any]:
        """Make the column longer by so many items and give them, to be written."""
        end = self._count + count
        if end > len(self._items):
            # not by `resize`, which clears the new part with the GIL held; memory that nothing was
            # written to costs nothing
            larger = np.empty(max(end, len(self._items) + len(self._items) // _GROWTH, _FIRST), self.dtype)
            larger[: self._count] = self._items[: self._count]
            self._items = larger
        start, self._count = self._count, end
        return self._items[start:end]

    def view(self) -> npt.NDArray[Any]:
        """What is there."""
        return self._items[: self._count]

    def take(self) -> npt.NDArray[Any]:
        """What is there. The column is empty afterwards."""
        items = self.view()
        self._items = np.empty(0, self.dtype)
        self._count = 0
        return items
