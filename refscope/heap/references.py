"""Which references count: CPython's habits per version, and how the raw graph folds.

The raw graph is what the collector sees. The folded one is what a person thinks: the dict between
an instance and its attribute, the globals dict between a module and its variable, the cell between
a function and its closure variable disappear. Folding is a description per object, made when it is
asked for; there is no folded copy of the heap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import ObjectIndex


@dataclass(frozen=True, slots=True)
class FoldedReference:
    """`source` holds `target` through the raw objects `via` (from the source's side; often none).

    is_globals: it is a function's (or frame's) `__globals__`; `target` is then the module where the
    dict belongs to one, and these references are shown as one count.
    """

    source: ObjectIndex
    target: ObjectIndex
    via: tuple[ObjectIndex, ...] = ()
    is_globals: bool = False

    @property
    def indexes(self) -> tuple[ObjectIndex, ...]:
        """Source, what lies between, target."""
        return (self.source, *self.via, self.target)


class DictKnowledge(Protocol):
    """Knows for sure whether a dict stores an object's attributes (a `LabelSource` can tell)."""

    def is_attribute_dict(self, owner_id: int, dict_id: int) -> bool:
        """Whether that dict is the `__dict__` of that object."""
        ...


class FoldedReferences:
    """The folded graph around single objects. O(neighbours) per question."""

    def __init__(self, graph: HeapGraph, knowledge: DictKnowledge | None = None) -> None:
        self.graph = graph

    def owner_of(self, index: int) -> ObjectIndex | None:
        """The object that an intermediate is folded into; None = it stands for itself.

        The instance, class or module of an attribute dict, the function of a cell or closure tuple,
        the `__self__` of a bound method.
        """
        raise NotImplementedError

    def referrers(self, index: int) -> Iterator[FoldedReference]:
        """Who holds the object, folded; the raw referrers' order."""
        raise NotImplementedError

    def referents(self, index: int) -> Iterator[FoldedReference]:
        """What the object holds, folded; the collector's order."""
        raise NotImplementedError

    def fold_chain(self, indexes: tuple[ObjectIndex, ...]) -> tuple[FoldedReference, ...]:
        """A raw chain, root first, as folded references one after the other."""
        raise NotImplementedError
