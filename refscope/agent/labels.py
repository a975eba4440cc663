"""How one object holds another: the name of each reference, without running user code.

`Labeler.labels` answers for pairs of objects; `Labeler.referents` for all referents of one. Large
containers are not turned into tables of names: their column of ids is kept (8 bytes an item) and
searched as bytes, and only the key that was hit is put into words.
"""

from __future__ import annotations

from . import columns, fields, owners, vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

_Kind = vocabulary.EdgeKind
STRICT = False  # tests raise what is otherwise passed over
PER_PAIR = 20  # labels of one pair: further ones say the same again


class Labeler:
    """Names references within one `walk.FrozenHeap`; keeps the id columns of large containers."""

    def __init__(self, heap: Any) -> None:
        self._heap = heap
        self._columns = columns.Columns(is_frozen=not heap.in_process)
        self._owners: Any = None

    @property
    def owners(self) -> Any:
        """Who owns closure tuples, defaults, cells: made at the first question that needs it."""
        if self._owners is None:
            self._owners = owners.Owners(self._heap)
        return self._owners

    def labels(self, pairs: Any) -> Any:
        """For each (referrer, referent) object pair its labels, [kind, name, literal] each."""
        by_source: dict[Any, Any] = {}
        for row, (source, target) in enumerate(pairs):
            by_source.setdefault(id(source), (source, []))[1].append((row, target))
        answers: Any = [[] for _ in pairs]
        for source, rows in by_source.values():
            found = self.labels_of(source, [target for _, target in rows])
            for (row, _), names in zip(rows, found):
                answers[row] = names
        return answers

    def labels_of(self, source: Any, targets: Any) -> Any:
        """Labels of one referrer's references to some of its referents."""
        wanted: Any = {id(target): [] for target in targets}
        try:
            for kind, name, literal, key in self._named(source, wanted):
                names = wanted.get(key)
                if names is not None and len(names) < PER_PAIR and [kind, name, literal] not in names:
                    names.append([kind, name, literal])
        except Exception:  # an object in the middle of being made: what was found stands
            if STRICT:
                raise
        self._fill_gaps(source, wanted)
        return [wanted[id(target)] for target in targets]

    def _fill_gaps(self, source: Any, wanted: Any) -> None:
        """What no name was found for: the class, the value stack, or a reference nobody can name."""
        missing = {key for key, names in wanted.items() if not names}
        if id(type(source)) in missing:
            wanted[id(type(source))].append([_Kind.TYPE, "", False])
            missing.discard(id(type(source)))
        if not missing:
            return
        for referent in self._heap.referents(source):
            if id(referent) in missing:
                wanted[id(referent)].append([_Kind.UNKNOWN, "", False])
                missing.discard(id(referent))

    def _named(self, source: Any, wanted: Any) -> Iterator[Any]:
        """(kind, name, literal, id of the referent) of the references that have names."""
        for kind, name, literal, value in fields.named_fields(source, self.owners, self._heap):
            yield kind, name, literal, id(value)
        for kind, key, found in self._columns.items(source, wanted):
            for named_kind, name, literal in self._item_names(source, kind, key):
                yield named_kind, name, literal, found

    def _item_names(self, source: Any, kind: str, key: Any) -> Any:
        if kind == _Kind.INDEX:
            owned = self.owners.name_of_item(source, key)
            if owned is not None:
                return [owned]
            return [*fields.names_of_entry(source, key), (kind, str(key), True)]
        if kind == _Kind.MEMBER:
            return [(kind, "", False)]
        return [(kind, *self.owners.key_text(key))]

    def referents(self, source: Any, limit: int) -> Any:
        """([[kind, name, literal, id], …], total) of all referents of an object; items from the first on."""
        everything = self._heap.referents(source)
        if columns.native_base(source) in (list, tuple):
            everything.reverse()  # the collector visits them from the end
        shown = everything[:limit]
        names = self.labels_of(source, shown)
        seen: dict[int, int] = {}
        rows = []
        for referent, labels in zip(shown, names):
            turn = seen.get(id(referent), 0)
            seen[id(referent)] = turn + 1
            kind, name, literal = labels[min(turn, len(labels) - 1)] if labels else (_Kind.UNKNOWN, "", False)
            rows.append([kind, name, literal, id(referent)])
        return rows, len(everything)
