"""Modules that came because a program imported them, apart from those that it makes under ever new names.

What is imported stays, but ends when everything is: it is watched at most.
"""

from __future__ import annotations

import sys
from collections import Counter

from refscope.analysis.trees import Rows
from refscope.heap.snapshot import HeapSnapshot

MIN_MADE = 5
"""Names that differ in digits only: so many are made at run time, as `run_1`, `run_2`, …"""


def are_imported(snapshot: HeapSnapshot, rows: Rows) -> bool:
    """Whether these objects are modules, most of which are a standard library's or a package's parts."""
    names = {module.object_id: module.name for module in snapshot.modules}
    found = [names[each] for each in snapshot.ids[rows].tolist() if each in names]
    if not found or len(found) < len(rows):
        return False
    known = sum(is_part_of_a_package(name) for name in found)
    return max(Counter(map(stem, found)).values()) < MIN_MADE and 2 * known >= len(found)


def is_part_of_a_package(name: str) -> bool:
    """Whether a module is told by its name to be imported and not made: `json`, `shop.models`."""
    return "." in name or name in sys.stdlib_module_names


def stem(name: str) -> str:
    """A module's name without digits."""
    return "".join(char for char in name if not char.isdigit())
