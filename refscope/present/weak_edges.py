"""Who refers to an object weakly: asked of the copy for shown objects, as no column carries it.

A weak reference is an object of its own, mostly out of sight in the set or dict of a `WeakSet`, a
`WeakValueDictionary` or as an attribute. Folded, whoever keeps it stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from refscope.heap.snapshot import LabelSource
from refscope.heap.vocabulary import ObjectFlag
from refscope.present.graph_source import GraphSource, type_of
from refscope.present.hops import Neighbourhood, Side, View

MOST_ASKED = 500
"""Objects asked about at once: more are no picture in which a dashed line would be found."""

_INNER = frozenset({"dict", "set"})


@runtime_checkable
class WeakSource(Protocol):
    """What can tell weak references: a copy, never a capture."""

    def weak_referrers(self, ids: Sequence[int]) -> list[list[int]]:
        """For each object the ids of the weak references and proxies that refer to it."""


class WeakReferrers:
    """Weak references to the objects of one heap, asked once for each object and remembered."""

    def __init__(self, source: GraphSource, labels: LabelSource) -> None:
        self._source = source
        self._labels = labels
        self._known: dict[int, tuple[int, ...]] = {}

    @property
    def can_be_asked(self) -> bool:
        """Whether there is a copy that knows."""
        return isinstance(self._labels, WeakSource)

    def fetch(self, indexes: Iterable[int]) -> None:
        """Ask about objects not asked about yet: at most one request."""
        asked = [index for index in dict.fromkeys(indexes) if index >= 0 and index not in self._known]
        asked = asked[:MOST_ASKED]
        if not asked or not isinstance(self._labels, WeakSource):
            return
        ids = self._source.snapshot.ids
        answers = self._labels.weak_referrers([int(ids[index]) for index in asked])
        for index, found in zip(asked, answers, strict=True):
            rows = [self._source.row_of(object_id) for object_id in found]
            self._known[index] = tuple(row for row in rows if row is not None and not self._is_own(row))

    def holders(self, index: int, around: Neighbourhood) -> tuple[int, ...]:
        """Whoever refers weakly to a fetched object, as the view shows it, each once; RefScope's own not."""
        shown = (self._shown(reference, around) for reference in self._known.get(index, ()))
        return tuple(dict.fromkeys(holder for holder in shown if holder is not None and holder != index))

    def _shown(self, reference: int, around: Neighbourhood) -> int | None:
        """The weak collection or the object that keeps a weak reference; itself where that is not one."""
        if around.view is View.RAW:
            return reference
        here = reference
        for _ in range(2):
            holders = [hop.holder for hop in around.neighbours(here, Side.HOLDERS).hops]
            if len(holders) != 1 or holders[0] < 0:
                return here
            here = holders[0]
            if self._type_name(here) not in _INNER:
                return here
        return here

    def _is_own(self, index: int) -> bool:
        return bool(self._source.snapshot.flags[index] & ObjectFlag.OWN)

    def _type_name(self, index: int) -> str:
        return type_of(self._source, index).name
