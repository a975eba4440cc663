"""Finding items of containers by identity: dicts, lists, tuples, sets, deques of any length.

Subclasses are read by the methods of their native base, so an overridden `__iter__` never runs.
The ids of a large container are kept as one string of bytes, in which an id is found at memory speed.
"""

from __future__ import annotations

import collections
from array import array

from . import peek, vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_Kind = vocabulary.EdgeKind
_mro_of = type.__dict__["__mro__"].__get__
LARGE = 2000  # items from which the column of ids is kept
_FEW = 12  # ids searched one by one; more of them in one pass over the column
_HITS = 20  # positions reported per id
_EVERYTHING = slice(None)


def native_base(item: Any) -> Any:
    """Which built-in container an object is at heart, or None."""
    for cls in _mro_of(type(item)) or ():
        if id(cls) in _READERS:
            return cls
    return None


def _deque_items(item: Any) -> Any:
    return list(collections.deque.__iter__(item))


_READERS: Any = {
    id(dict): None,
    id(list): lambda item: list.__getitem__(item, _EVERYTHING),
    id(tuple): lambda item: list(tuple.__iter__(item)),
    id(collections.deque): _deque_items,
    id(set): lambda item: list(set.__iter__(item)),
    id(frozenset): lambda item: list(frozenset.__iter__(item)),
}


def _positions(raw: Any, wanted: Any) -> Any:
    """{id: first positions in the column}."""
    if len(wanted) > _FEW:
        found: dict[Any, Any] = {}
        for position, key in enumerate(array("Q", raw)):
            if key in wanted:
                rows = found.setdefault(key, [])
                if len(rows) < _HITS:
                    rows.append(position)
        return found
    return {key: _positions_of_one(raw, key) for key in wanted}


def _positions_of_one(raw: Any, key: Any) -> Any:
    pattern = key.to_bytes(8, "little")
    rows: list[int] = []
    at = raw.find(pattern)
    while at >= 0 and len(rows) < _HITS:
        if at % 8 == 0:
            rows.append(at // 8)
        at = raw.find(pattern, at + 1)
    return rows


class Columns:
    """Names items by position or key; keeps id columns of large containers of a frozen heap."""

    def __init__(self, is_frozen: bool) -> None:
        self._is_frozen = is_frozen
        self._kept: dict[Any, Any] = {}  # id of container -> its columns

    def items(self, source: Any, wanted: Any) -> Any:
        """(kind, index or key, id) for each item of a container whose id is wanted."""
        base = native_base(source)
        if base is None:
            return []
        read = self._kept.get(id(source))
        if read is None:
            read = self._read(source, base)
            if self._is_frozen and len(read[0][1]) >= 8 * LARGE:
                self._kept[id(source)] = read
        found = []
        for kind, raw, names in read:
            for key, positions in _positions(raw, wanted).items():
                found += [(kind, names[row] if names is not None else row, key) for row in positions]
        return found

    @staticmethod
    def _read(source: Any, base: Any) -> Any:
        """[(kind, ids as bytes, names of the positions or None)]."""
        if base is dict:
            keys, values = list(dict.keys(source)), list(dict.values(source))
            return [(_Kind.KEY, peek.ids_of(values), keys), (_Kind.DICT_KEY, peek.ids_of(keys), keys)]
        items = _READERS[id(base)](source)
        kind = _Kind.MEMBER if base in (set, frozenset) else _Kind.INDEX
        return [(kind, peek.ids_of(items), None)]
