"""What the Objects table shows: values only, one row per object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.text import format_count, short_name


@dataclass(frozen=True, slots=True)
class SharedPath:
    """What most of the listed objects are held by. expression: as Python, or the shape of the path.
    rank: of the suspect with that holder, 0 = none; verdict: "leak", "watch" or ""."""

    alike: int
    total: int
    expression: str
    also: tuple[str, ...] = ()
    rank: int = 0
    verdict: str = ""

    @property
    def sentence(self) -> str:
        """`120 of 123 share one path shape`."""
        if self.total == 1:
            return "Held through"
        if self.alike == self.total:
            return f"All {format_count(self.total)} share one path shape"
        return f"{format_count(self.alike)} of {format_count(self.total)} share one path shape"


@dataclass(frozen=True, slots=True, eq=False)
class ObjectRows:
    """Objects to list: parallel arrays. indexes: rows of the snapshot; references −1 = immortal. ages:
    a number into `age_words` for each, None = nothing to compare with. title: what they have in common,
    for a search; "" = their class. texts: what is known of them already, by id. note: what to know of a
    search that did not look at all."""

    type_name: str
    indexes: npt.NDArray[np.int32]
    ids: npt.NDArray[np.uint64]
    shallow_bytes: npt.NDArray[np.int64]
    retained_bytes: npt.NDArray[np.int64]
    references: npt.NDArray[np.int64]
    ages: npt.NDArray[np.uint8] | None = None
    age_words: tuple[str, ...] = ()
    title: str = ""
    texts: tuple[tuple[int, str], ...] = ()
    note: str = ""
    freeze: str = ""
    has_copy: bool = True  # reprs can be made

    @property
    def words(self) -> str:
        """What they are, in words."""
        return self.title or short_name(self.type_name)


@dataclass(frozen=True, slots=True)
class ReprSearch:
    """A text that is looked for in the reprs of objects: of one class, or of all the program's own."""

    text: str
    type_name: str = ""


def address_mask(prefix: str, ids: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Whose address begins like `0x7f3a`. O(ids); a prefix that is no number fits none."""
    digits = prefix.lower().removeprefix("0x")
    if not digits:
        return np.ones(len(ids), bool)
    try:
        start = int(digits, 16)
    except ValueError:
        return np.zeros(len(ids), bool)
    found = np.zeros(len(ids), bool)
    for further in range(17 - len(digits)):  # an address of so many more digits
        low, end = start << 4 * further, (start + 1) << 4 * further
        if low < 1 << 64:
            found |= (ids >= np.uint64(low)) & (ids <= np.uint64(min(end, 1 << 64) - 1))
    return found


def is_among(ids: npt.NDArray[np.uint64], few: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Which ids are among a few, ascending ones. `np.isin` sorts both: 100 ms for a million."""
    if not len(few):
        return np.zeros(len(ids), bool)
    places = np.minimum(np.searchsorted(few, ids), len(few) - 1)
    found: npt.NDArray[np.bool_] = few[places] == ids
    return found
