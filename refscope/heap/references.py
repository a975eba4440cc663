"""How the raw graph folds: which objects only stand between a holder and what it holds.

The raw graph is what the collector sees. The folded one is what a person thinks: the dict between an
instance and its attribute, between a class or module and its variable, the cell and the tuple of cells
between a function and its closure variable disappear into their owner. This is known from CPython's
order of visiting, per version; where that order leaves it open (from 3.11 on, an instance that holds a
single dict: its `__dict__`, or its only attribute? a function's dict: its `__dict__`, or its
annotations?) a `LabelSource` is asked.
Folding is answered per object when asked; there is no folded copy of the heap.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from refscope.agent.vocabulary import EdgeKind, TypeFlag
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import LabelSource, ObjectIndex, TypeInfo

_LOOK_AT = 50  # referrers asked whether they are the owner; an own dict has one, rarely two
_PREPARED = 3  # of them asked for in advance
_MOST_CELLS = 1_000  # variables of one closure; a tuple beyond that is data


class FoldedReferences:
    """Who owns the objects that stand between. O(neighbours) per question, remembered for dicts that
    only labels can tell."""

    def __init__(self, graph: HeapGraph, labels: LabelSource | None = None) -> None:
        self.graph = graph
        self._labels = labels
        self._told: dict[tuple[int, int], bool] = {}

    def owner_of(self, index: int) -> ObjectIndex | None:
        """The object into which this one folds; None = it stands for itself.

        Of an attribute dict the instance, class or module; of a cell or a closure's tuple the function
        (of several the first); of a bound method its `__self__`.
        """
        name = self.graph.type_name(index)
        if name == "dict":
            return self._owner_of_dict(index)
        if name == "tuple":
            return self._function_of_closure(index)
        if name == "cell":
            return self._function_of_cell(index)
        if name == "method":
            held = self.graph.referents(index)
            return ObjectIndex(int(held[1])) if len(held) == 2 else None  # __func__, __self__
        return None

    def prepare(self, indexes: Iterable[int]) -> None:
        """Ask for the labels that `owner_of` needs for these objects at once instead of one by one."""
        if self._labels is None:
            return
        asked = [
            (owner, index)
            for index in indexes
            if self.graph.type_name(index) == "dict" and self.graph.module_of_globals(index) is None
            for owner in self._referrers(index)[:_PREPARED]
            if (owner, index) not in self._told and self._is_open_question(owner, index)
        ]
        ids = [(int(self.graph.id_of(owner)), int(self.graph.id_of(index))) for owner, index in asked]
        for pair, labels in zip(asked, self._labels.labels(ids) if ids else (), strict=True):
            self._told[pair] = any(label.kind == EdgeKind.DICT for label in labels)

    def _is_open_question(self, owner: int, index: int) -> bool:
        """Whether only labels tell if this is the `__dict__` of that instance, see `_is_made_dict`."""
        info = self.graph.type_of(owner)
        if info.name == "function":
            return self._follows_name(owner, index)
        if not info.flags & TypeFlag.INLINE_VALUES or info.flags & TypeFlag.SUBCLASS_OF_TYPE:
            return False
        held = self.graph.referents(owner)
        return len(held) == 2 and int(held[0]) == index and int(held[1]) == info.object_index

    def _owner_of_dict(self, index: int) -> ObjectIndex | None:
        module = self.graph.module_of_globals(index)
        if module is not None:
            return self.graph.find_index(module.object_id)
        for referrer in self._referrers(index):
            if self._is_own_dict(referrer, index):
                return ObjectIndex(referrer)
        return None

    def _is_own_dict(self, owner: int, index: int) -> bool:
        """Whether the dict is the owner's `__dict__`."""
        info = self.graph.type_of(owner)
        if info.name == "module" or info.flags & TypeFlag.SUBCLASS_OF_TYPE:
            return self._first_dict(owner) == index
        if info.name == "function":
            return self._follows_name(owner, index) and self._is_told(owner, index)
        if not info.flags & TypeFlag.DICT:
            return False
        if info.flags & TypeFlag.EXCEPTION:
            return self._is_visited(owner, info, index, after_class=True)
        if info.flags & TypeFlag.INLINE_VALUES:
            return self._is_made_dict(owner, info, index)
        return self._is_visited(owner, info, index)

    def _follows_name(self, owner: int, index: int) -> bool:
        """`func_traverse` visits a function's `__dict__` after its name; annotations follow that where
        there is neither `__dict__` nor closure, so labels must tell."""
        held = self.graph.referents(owner)
        at = np.flatnonzero(held == index)
        before = held[at[at > 0] - 1]
        return bool(np.isin(self.graph.snapshot.types[before], self._rows_named("str")).any())

    def _is_visited(self, owner: int, info: TypeInfo, index: int, *, after_class: bool = False) -> bool:
        """`subtype_traverse` visits slots, the attribute dict, the class, then what the base visits:
        for exceptions their dict first. Without a reference to the class the first dict is taken."""
        held = self.graph.referents(owner)
        at = np.flatnonzero(held == info.object_index)
        if not len(at):
            return self._first_dict(owner) == index
        place = int(at[0]) + (1 if after_class else -1)
        return 0 <= place < len(held) and int(held[place]) == index

    def _is_made_dict(self, owner: int, info: TypeInfo, index: int) -> bool:
        """From 3.11 on instances hold their values themselves until somebody asks for `__dict__`.

        Then they hold the dict in place of the values, right before the class; from 3.13 on it is
        reported behind the class, beside the values.
        """
        held = self.graph.referents(owner)
        at = np.flatnonzero(held == info.object_index)
        before = held[: int(at[0])] if len(at) else held
        if index in held[len(before) :]:
            return self.graph.snapshot.python >= (3, 13)
        if len(before) != 1:
            return False
        return self._is_told(owner, index)

    def _is_told(self, owner: int, index: int) -> bool:
        """What the labels say; without labels it is taken for an attribute's value: raw never lies."""
        if self._labels is None:
            return False
        if (owner, index) not in self._told:
            edge = (int(self.graph.id_of(owner)), int(self.graph.id_of(index)))
            (labels,) = self._labels.labels([edge])
            self._told[owner, index] = any(label.kind == EdgeKind.DICT for label in labels)
        return self._told[owner, index]

    def _function_of_closure(self, index: int) -> ObjectIndex | None:
        held = self.graph.referents(index)
        if not 0 < len(held) <= _MOST_CELLS or not self._are(held, "cell"):
            return None
        users = [each for each in self._referrers(index) if self.graph.type_name(each) == "function"]
        return ObjectIndex(users[0]) if users else None

    def _function_of_cell(self, index: int) -> ObjectIndex | None:
        for referrer in self._referrers(index):
            if self.graph.type_name(referrer) == "tuple":
                owner = self._function_of_closure(referrer)
                if owner is not None:
                    return owner
        return None

    def _first_dict(self, owner: int) -> int | None:
        held = self.graph.referents(owner)
        dicts = held[np.isin(self.graph.snapshot.types[held], self._rows_named("dict"))]
        return int(dicts[0]) if len(dicts) else None

    def _referrers(self, index: int) -> list[int]:
        return list(dict.fromkeys(self.graph.referrers(index)[:_LOOK_AT].tolist()))

    def _are(self, indexes: np.ndarray[tuple[int], np.dtype[np.int32]], type_name: str) -> bool:
        return bool(np.isin(self.graph.snapshot.types[indexes], self._rows_named(type_name)).all())

    def _rows_named(self, name: str) -> list[int]:
        return self._rows_by_name.get(name, [])

    @cached_property
    def _rows_by_name(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, info in enumerate(self.graph.snapshot.type_table):
            rows.setdefault(info.name, []).append(row)
        return rows
