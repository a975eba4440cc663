"""Names of references and words for objects as a capture keeps them: a `LabelSource` from tables.

Nothing is computed here; what was not saved is answered with "not known". Untrusted text is kept
as text and never evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from refscope.heap.snapshot import Label

Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SavedLabels:
    """`by_edge`: (referrer id, referent id) → labels; `texts`: object id → one line."""

    by_edge: Mapping[Edge, tuple[Label, ...]] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)

    def labels(self, edges: Sequence[Edge]) -> list[tuple[Label, ...]]:
        """The labels saved for each edge, () where none were."""
        return [self.by_edge.get(edge, ()) for edge in edges]

    def describe(self, ids: Sequence[int]) -> list[str]:
        """The text saved for each object, "" where none was."""
        return [self.texts.get(object_id, "") for object_id in ids]

    def to_json(self) -> dict[str, Any]:
        """Compact JSON value: each distinct label once, edges by number of their labels."""
        table: dict[tuple[Label, ...], int] = {}
        edges = [
            [source, target, table.setdefault(labels, len(table))]
            for (source, target), labels in self.by_edge.items()
        ]
        return {
            "labels": [[[x.kind, x.name, x.is_literal] for x in labels] for labels in table],
            "edges": edges,
            "texts": [[object_id, text] for object_id, text in self.texts.items()],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SavedLabels:
        """The inverse of `to_json`; raises KeyError, TypeError, ValueError or IndexError on anything else."""
        table = [tuple(_label(entry) for entry in labels) for labels in value["labels"]]
        return cls(
            by_edge={(int(s), int(t)): table[_position(n, table)] for s, t, n in value["edges"]},
            texts={int(object_id): str(text) for object_id, text in value["texts"]},
        )


def _label(entry: Iterable[Any]) -> Label:
    kind, name, is_literal = entry
    return Label(str(kind), str(name), bool(is_literal))


def _position(number: Any, table: Sequence[Any]) -> int:
    position = int(number)
    if not 0 <= position < len(table):
        raise IndexError(position)
    return position
