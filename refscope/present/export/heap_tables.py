"""A heap as tables: their columns, each with its meaning, and their rows in blocks of columns.

Written once for SQLite, Parquet and Arrow, so that one query works in all of them. Rows of objects are
named by their number in the freeze (`object`, `holder`, `held`, `dominator`), which is what joins tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from refscope.heap.vocabulary import ObjectFlag, RootKind
from refscope.present.edge_words import label_words
from refscope.present.export.heap_content import HeapContent

INTEGER, TEXT, BOOLEAN = "integer", "text", "boolean"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. kind: INTEGER (64 bits), TEXT or BOOLEAN; `meaning` as the docs have it."""

    name: str
    kind: str
    meaning: str


TABLES: Mapping[str, tuple[Column, ...]] = {
    "objects": (
        Column("object", INTEGER, "number of the object in this freeze"),
        Column("object_id", INTEGER, "its `id()` in the program at the freeze"),
        Column("type", INTEGER, "its class, a row of `types`"),
        Column("shallow_bytes", INTEGER, "the object alone"),
        Column("retained_bytes", INTEGER, "what would be freed with it"),
        Column("reference_count", INTEGER, "NULL where it is immortal or not known"),
        Column("unseen_references", INTEGER, "references from outside the heap that nothing explains"),
        Column("dominator", INTEGER, "the object that every path from the roots passes last, NULL = none"),
        Column("is_tracked", BOOLEAN, "whether the cyclic collector lists it"),
        Column("is_garbage", BOOLEAN, "whether no root reaches it"),
        Column("text", TEXT, "what it is in a line, where that was looked up, else NULL"),
    ),
    "refs": (
        Column("holder", INTEGER, "the object that holds"),
        Column("held", INTEGER, "the object that is held; a row for each time it is"),
        Column("kind", TEXT, "attribute, key, index, local …, NULL where it was not looked up"),
        Column("label", TEXT, "`.attr`, `[key]`, `local name` …, NULL where it was not looked up"),
    ),
    "types": (
        Column("type", INTEGER, "number of the class in this freeze"),
        Column("name", TEXT, "`module.qualname`, builtins bare"),
        Column("objects", INTEGER, "how many there are"),
        Column("shallow_bytes", INTEGER, "of all of them"),
        Column("retained_bytes", INTEGER, "of all of them, those inside another counted once"),
    ),
    "roots": (
        Column("object", INTEGER, "an object held from outside the heap; one row for each way"),
        Column("kind", TEXT, "module, frame, interpreter or native"),
        Column("label", TEXT, "the module, the function and thread, the part of the interpreter"),
        Column("unseen_references", INTEGER, "that nothing explains, for native roots"),
    ),
    "suspects": (
        Column("rank", INTEGER, "1 = first"),
        Column("verdict", TEXT, "leak or watch"),
        Column("holder", TEXT, "who keeps them"),
        Column("mechanism", TEXT, "how"),
        Column("type_name", TEXT, "class of most of them"),
        Column("count", INTEGER, "how many there are now"),
        Column("growth", INTEGER, "how many came since the first freeze"),
        Column("retained_bytes", INTEGER, "what they keep for themselves, whoever holds them"),
        Column("freed_bytes", INTEGER, "what would be freed if the holder alone let go"),
        Column("growth_bytes", INTEGER, "what came since the first freeze"),
        Column("path", TEXT, "expression for a typical one"),
        Column("root", TEXT, "where the path begins"),
        Column("reason", TEXT, "why this verdict"),
        Column("advice", TEXT, "what to change"),
        Column("example", INTEGER, "a typical one, a row of `objects`"),
    ),
}
"""All tables."""

Values = npt.NDArray[Any] | Sequence[str | None]
"""One column of a block: an array (masked where NULL) or texts."""

Block = Mapping[str, Values]


def blocks_of(table: str, content: HeapContent) -> Iterator[Block]:
    """The rows of a table in blocks; raises KeyError for one that is not in `TABLES`."""
    return _PRODUCERS[table](content)


def storable(texts: Sequence[str | None]) -> list[str | None]:
    """Texts that UTF-8 can carry: what a lone surrogate of the program stands for becomes `?`."""
    return [text if text is None else text.encode("utf-8", "replace").decode() for text in texts]


def _objects(content: HeapContent) -> Iterator[Block]:
    snapshot, tree = content.graph.snapshot, content.dominators
    for block in content.blocks():
        rows = block.first + np.flatnonzero(content.kept[block.first : block.end])
        counts, dominators = snapshot.refcounts[rows], tree.idom[rows].astype(np.int64)
        is_on_top = (dominators < 0) | (dominators >= snapshot.n_objects)
        yield {
            "object": rows.astype(np.int64),
            "object_id": snapshot.ids[rows].astype(np.int64),
            "type": snapshot.types[rows].astype(np.int64),
            "shallow_bytes": snapshot.sizes[rows],
            "retained_bytes": tree.retained[rows],
            "reference_count": np.ma.MaskedArray(counts, counts < 0),
            "unseen_references": content.roots.unseen[rows],
            "dominator": np.ma.MaskedArray(dominators, is_on_top),
            "is_tracked": (snapshot.flags[rows] & ObjectFlag.TRACKED) != 0,
            "is_garbage": content.roots.garbage[rows],
            "text": [content.texts.get(row) for row in rows.tolist()],
        }


def _refs(content: HeapContent) -> Iterator[Block]:
    places, labels = content.named_references
    for block in content.blocks():
        kinds: list[str | None] = [None] * len(block.positions)
        words: list[str | None] = [None] * len(block.positions)
        _, known, at = np.intersect1d(places, block.positions, assume_unique=True, return_indices=True)
        for row, number in zip(at.tolist(), known.tolist(), strict=True):
            kinds[row], words[row] = labels[number].kind, label_words(labels[number]) or None
        yield {
            "holder": block.holders.astype(np.int64),
            "held": block.held.astype(np.int64),
            "kind": kinds,
            "label": words,
        }


def _types(content: HeapContent) -> Iterator[Block]:
    snapshot = content.graph.snapshot
    types = snapshot.types[content.kept]
    n_types = len(snapshot.type_table)
    sizes = np.zeros(n_types, np.int64)
    np.add.at(sizes, types, snapshot.sizes[content.kept])
    yield {
        "type": np.arange(n_types, dtype=np.int64),
        "name": [info.name for info in snapshot.type_table],
        "objects": np.bincount(types, minlength=n_types).astype(np.int64),
        "shallow_bytes": sizes,
        "retained_bytes": content.dominators.retained_by_type(),
    }


def _roots(content: HeapContent) -> Iterator[Block]:
    roots = content.roots
    named = [root for root in roots.named if content.kept[root.object_index]]
    native = np.concatenate([roots.objects[len(roots.named) :], content.held_without_name()])
    native = native[content.kept[native]].astype(np.int64)
    rows = np.array([root.object_index for root in named], np.int64)
    yield {
        "object": np.concatenate([rows, native]),
        "kind": [root.kind for root in named] + [RootKind.NATIVE] * len(native),
        "label": [root.label for root in named] + [None] * len(native),
        "unseen_references": np.concatenate([np.zeros(len(rows), np.int64), roots.unseen[native]]),
    }


def _suspects(content: HeapContent) -> Iterator[Block]:
    columns: dict[str, Values] = {}
    rows = [suspect.to_dict() | {"example": suspect.example} for suspect in content.suspects]
    for column in TABLES["suspects"]:
        values = [row[column.name] for row in rows]
        columns[column.name] = np.array(values, np.int64) if column.kind == INTEGER else values
    yield columns


_PRODUCERS: Mapping[str, Callable[[HeapContent], Iterator[Block]]] = {
    "objects": _objects,
    "refs": _refs,
    "types": _types,
    "roots": _roots,
    "suspects": _suspects,
}
