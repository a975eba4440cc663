"""What lists of objects and classes ask of one freeze or several: counts, ages, texts that match."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from refscope.analysis.ages import ages_of
from refscope.analysis.members import is_plumbing
from refscope.api.snapshot import Snapshot
from refscope.errors import AgentError, ProtocolError

SEARCH_S = 60.0
"""Seconds after which a search in reprs stops and says how far it came."""
REPRS_AT_ONCE = 500
SHOWN_S = 1.0
"""Seconds that the reprs of what is on screen may take."""
_CHUNK_S = 5.0
_MOST_FREEZES = 255

Looked = Callable[[int, int], None]
"""Told how many objects were looked at, of how many; may raise `Cancelled`."""


def type_counts(snapshots: Sequence[Snapshot]) -> dict[str, tuple[int, ...]]:
    """Objects of each class at each freeze, in the order given, RefScope's own left out. O(objects)."""
    counts: dict[str, list[int]] = {}
    for number, snapshot in enumerate(snapshots):
        heap = snapshot.heap
        own = snapshot.analysed.roots.own
        found = np.bincount(heap.types[~own], minlength=len(heap.type_table)).tolist()
        for info, count in zip(heap.type_table, found, strict=True):
            if count:
                per_freeze = counts.setdefault(info.name, [0] * len(snapshots))
                per_freeze[number] += count
    return {name: tuple(found) for name, found in counts.items()}


def ages(
    snapshot: Snapshot, earlier: Sequence[Snapshot], indexes: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.uint8], tuple[str, ...]]:
    """How old these rows probably are: a number for each, and what each number means in words.

    earlier: freezes of the same run, oldest first. O(objects + references) of each freeze.
    """
    freezes = [*earlier, snapshot][-_MOST_FREEZES:]
    found = ages_of([each.analysed.graph for each in freezes], indexes)
    words = [f"probably since {each.name}" for each in freezes[:-1]]
    return found, (*words, f"probably new in {snapshot.name}")


def own_objects(snapshot: Snapshot) -> npt.NDArray[np.int32]:
    """Rows of objects that are no plain values, containers or parts of the language. O(objects)."""
    heap = snapshot.heap
    is_own_class = np.array([not is_plumbing(info.name) for info in heap.type_table] or [False])
    return np.flatnonzero(is_own_class[heap.types] & ~snapshot.analysed.roots.own).astype(np.int32)


def find_by_repr(
    snapshot: Snapshot,
    indexes: npt.NDArray[np.integer],
    text: str,
    looked: Looked,
    limit_s: float = SEARCH_S,
) -> Iterator[tuple[int, str]]:
    """Rows whose repr has a text in it, case ignored, with that repr, as they are found.

    The reprs are made in throw-away clones of the copy; where there is none any more, what is known of
    the objects is looked through. Ends after `limit_s` seconds at the latest: `looked` was told how far
    it came. Raises `FreezeError` when the copy goes away meanwhile, and whatever `looked` raises.
    """
    wanted, until = text.lower(), time.monotonic() + limit_s
    for first in range(0, len(indexes), REPRS_AT_ONCE):
        looked(first, len(indexes))
        if time.monotonic() > until:
            return
        rows = indexes[first : first + REPRS_AT_ONCE]
        texts = texts_of(snapshot, snapshot.heap.ids[rows].tolist(), _CHUNK_S)
        for row, found in zip(rows.tolist(), texts, strict=True):
            if wanted in found.lower():
                yield row, found
    looked(len(indexes), len(indexes))


def texts_of(snapshot: Snapshot, ids: Sequence[int], deadline_s: float = SHOWN_S) -> list[str]:
    """The reprs of objects, made in a throw-away clone of the copy; where an object gives none in time,
    or there is no copy, what is known of it without running its code."""
    image = snapshot.image
    if image is None or not image.is_open:
        return snapshot.labels.describe(ids)
    try:
        found = image.reprs(ids, deadline_s)[0]
    except (AgentError, ProtocolError):  # the copy could not be cloned
        found = [""] * len(ids)
    missing = [each for each, text in zip(ids, found, strict=True) if not text]
    known = dict(zip(missing, snapshot.labels.describe(missing), strict=True)) if missing else {}
    return [text or known[each] for each, text in zip(ids, found, strict=True)]
