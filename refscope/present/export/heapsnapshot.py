"""A heap as a V8 `.heapsnapshot`, which Chrome's DevTools and memlab open.

Numbers are written in blocks, so that a million objects are never a million Python objects at once.
Classes of Python stand as names of nodes, which is what those tools group by; strings, numbers, code
and functions have V8's own node types. V8 ids have 32 bits and addresses do not fit: a node's id is
`FIRST_ID` plus twice its row. What V8 calls "(GC roots)" holds one synthetic node for each kind of root but
modules, which hang at the root itself as V8's globals do. Field order: `v8/src/profiler/
heap-snapshot-generator.cc` writes it, the `meta` of a file declares it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from refscope.heap.snapshot import Label
from refscope.heap.vocabulary import EdgeKind, RootKind
from refscope.present.edge_words import label_words
from refscope.present.export.heap_content import HeapContent, ReferenceBlock

NODE_TYPES = (
    "hidden", "array", "string", "object", "code", "closure", "regexp", "number", "native", "synthetic",
    "concatenated string", "sliced string", "symbol", "bigint",
)  # fmt: skip
EDGE_TYPES = ("context", "element", "property", "internal", "hidden", "shortcut", "weak")
NODE_FIELDS = ("type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness")
EDGE_FIELDS = ("type", "name_or_index", "to_node")
META = {
    "node_fields": list(NODE_FIELDS),
    "node_types": [list(NODE_TYPES), "string", "number", "number", "number", "number", "number"],
    "edge_fields": list(EDGE_FIELDS),
    "edge_types": [list(EDGE_TYPES), "string_or_number", "node"],
    "trace_function_info_fields": ["function_id", "name", "script_name", "script_id", "line", "column"],
    "trace_node_fields": ["id", "function_info_index", "count", "size", "children"],
    "sample_fields": ["timestamp_us", "last_assigned_id"],
    "location_fields": ["object_index", "script_id", "line", "column"],
}
FIRST_ID = 101
"""Of the object in row 0; odd, as V8's are. Groups of roots take 1, 3, 5 …: readers know the root by 1."""

LARGEST = 0xFFFFFFFF
"""Both readers keep numbers in 32 bits; a larger size is written as this."""

GROUPS = {
    RootKind.FRAME: "(Frames of running threads)",
    RootKind.INTERPRETER: "(Interpreter)",
    RootKind.NATIVE: "(Native code)",
}
GARBAGE = "(Garbage that was not collected)"

_OBJECT, _SYNTHETIC = NODE_TYPES.index("object"), NODE_TYPES.index("synthetic")
_CONTEXT, _ELEMENT, _PROPERTY, _INTERNAL = (
    EDGE_TYPES.index(name) for name in ("context", "element", "property", "internal")
)
_NODE_TYPE_OF = {
    "str": "string",
    **dict.fromkeys(("int", "float", "complex", "bool"), "number"),
    **dict.fromkeys(("function", "builtin_function_or_method", "method"), "closure"),
    "code": "code",
}
_EDGE_TYPE_OF = {
    **dict.fromkeys((EdgeKind.ATTRIBUTE, EdgeKind.KEY, EdgeKind.FIELD, EdgeKind.DEFAULT), _PROPERTY),
    **dict.fromkeys((EdgeKind.LOCAL, EdgeKind.CELL, EdgeKind.CLOSURE), _CONTEXT),
}
_BARE = frozenset({EdgeKind.ATTRIBUTE, EdgeKind.LOCAL, EdgeKind.CELL, EdgeKind.CLOSURE})

Numbers = npt.NDArray[np.int64]


def write_heapsnapshot(stream: BinaryIO, content: HeapContent) -> None:
    """Write the whole file. O(objects + references): about 4 s and 110 MB per million objects."""
    writer = _Writer(content)
    counts = writer.edge_counts()
    snapshot = {
        "meta": META,
        "node_count": len(writer.groups) + int(content.kept.sum()),
        "edge_count": int(counts.sum()) + sum(len(group.edges) for group in writer.groups),
        "trace_function_count": 0,
    }
    stream.write(f'{{"snapshot":{json.dumps(snapshot)},\n"nodes":['.encode())
    _write_numbers(stream, writer.nodes(counts))
    stream.write(b'],\n"edges":[')
    _write_numbers(stream, writer.edges())
    stream.write(
        b'],\n"trace_function_infos":[],\n"trace_tree":[],\n"samples":[],\n"locations":[],\n"strings":['
    )
    stream.write(",\n".join(json.dumps(text) for text in writer.strings).encode())
    stream.write(b"]}\n")


def _write_numbers(stream: BinaryIO, blocks: Iterable[Numbers]) -> None:
    lead = b""
    for block in blocks:
        if len(block):
            stream.write(lead + json.dumps(block.ravel().tolist(), separators=(",", ":"))[1:-1].encode())
            lead = b",\n"


class _Strings:
    """The file's table of strings, each once; the numbers of all strings handed in."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def number(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))


@dataclass(slots=True)
class _Group:
    """A synthetic node above the objects. edges: int64[k, 3], type, name or index, ordinal of the node."""

    name: str
    edges: Numbers = field(default_factory=lambda: np.empty((0, 3), np.int64))


class _Writer:
    """Nodes and edges of one heap as rows of numbers. Ordinals: groups first, then the objects kept."""

    def __init__(self, content: HeapContent) -> None:
        self._content = content
        self._snapshot = content.graph.snapshot
        self.strings = _Strings()
        self._type_names = self._numbers_of(info.name for info in self._snapshot.type_table)
        self._unnamed = self._numbers_of(f"({info.name})" for info in self._snapshot.type_table)
        self._class_of = np.array([info.object_index for info in self._snapshot.type_table], np.int64)
        self._is_sequence = np.array(
            [t.name in ("list", "tuple") for t in self._snapshot.type_table], np.bool_
        )
        self._is_class_edge = self.strings.number("__class__")
        self._named = self._named_edges()
        groups = [*GROUPS, GARBAGE]
        first = 2 + len(groups)
        self._ordinals = first - 1 + np.cumsum(content.kept, dtype=np.int64)
        self.groups = [self._root(), self._gc_roots(len(groups))]
        self.groups += [_Group(GROUPS[kind], self._held_by(kind)) for kind in GROUPS]
        self.groups.append(_Group(GARBAGE, self._elements(content.roots.garbage_entries())))

    def _numbers_of(self, texts: Iterable[str]) -> Numbers:
        return np.array([self.strings.number(text) for text in texts], np.int64)

    # --- groups of roots --------------------------------------------------------------------------

    def _root(self) -> _Group:
        edges = self._held_by(RootKind.MODULE)
        return _Group("", np.concatenate([np.array([[_ELEMENT, 1, 1]], np.int64), edges]))

    def _gc_roots(self, n_groups: int) -> _Group:
        rows = [[_ELEMENT, number, 1 + number] for number in range(1, n_groups + 1)]
        return _Group("(GC roots)", np.array(rows, np.int64))

    def _held_by(self, kind: str) -> Numbers:
        """Roots of one kind: those with a name by it, further ones of native code by number."""
        roots = self._content.roots
        named = [root for root in roots.named if root.kind == kind and self._content.kept[root.object_index]]
        rows = [
            [_PROPERTY, self.strings.number(root.label), int(self._ordinals[root.object_index])]
            for root in named
        ]
        edges = np.array(rows, np.int64).reshape(-1, 3)
        if kind != RootKind.NATIVE:
            return edges
        unnamed = np.concatenate([roots.objects[len(roots.named) :], self._content.held_without_name()])
        return np.concatenate([edges, self._elements(unnamed)])

    def _elements(self, rows: npt.NDArray[np.int32]) -> Numbers:
        rows = rows[self._content.kept[rows]]
        edges = np.empty((len(rows), 3), np.int64)
        edges[:, 0], edges[:, 1], edges[:, 2] = _ELEMENT, np.arange(1, len(rows) + 1), self._ordinals[rows]
        return edges

    # --- nodes ------------------------------------------------------------------------------------

    def edge_counts(self) -> Numbers:
        """int64[objects], references written of each object, by row."""
        counts = np.zeros(self._snapshot.n_objects, np.int64)
        for block in self._content.blocks():
            counts[block.first : block.end] = np.bincount(
                block.holders - block.first, minlength=block.end - block.first
            )
        return counts

    def nodes(self, edge_counts: Numbers) -> Iterator[Numbers]:
        """int64[k, 7] in blocks: groups, then objects."""
        yield np.array(
            [
                [_SYNTHETIC, self.strings.number(group.name), 1 + 2 * at, 0, len(group.edges), 0, 0]
                for at, group in enumerate(self.groups)
            ],
            np.int64,
        )
        kinds = [_NODE_TYPE_OF.get(info.name, "object") for info in self._snapshot.type_table]
        node_types = np.array([NODE_TYPES.index(kind) for kind in kinds], np.int64)
        texts = self._texts()
        for block in self._content.blocks():
            rows = block.first + np.flatnonzero(self._content.kept[block.first : block.end])
            types = self._snapshot.types[rows]
            nodes = np.zeros((len(rows), len(NODE_FIELDS)), np.int64)
            nodes[:, 0] = node_types[types]
            nodes[:, 1] = np.where(texts[rows] >= 0, texts[rows], self._type_names[types])
            nodes[:, 2] = FIRST_ID + 2 * rows
            nodes[:, 3] = np.minimum(self._snapshot.sizes[rows], LARGEST)
            nodes[:, 4] = edge_counts[rows]
            yield nodes

    def _texts(self) -> npt.NDArray[np.int32]:
        """int32[objects]: numbers of the texts known of strings, functions, code; −1 = none. The name of
        other nodes stays their class, by which readers group."""
        numbers = np.full(self._snapshot.n_objects, -1, np.int32)
        for row, text in self._content.texts.items():
            if self._content.graph.type_name(row) in _NODE_TYPE_OF:
                numbers[row] = self.strings.number(text)
        return numbers

    # --- edges ------------------------------------------------------------------------------------

    def edges(self) -> Iterator[Numbers]:
        """int64[k, 3] in blocks, in the order of nodes."""
        width = len(NODE_FIELDS)
        for group in self.groups:
            edges = group.edges.copy()
            edges[:, 2] *= width
            yield edges
        for block in self._content.blocks():
            edges = self._edges_of(block)
            edges[:, 2] *= width
            yield edges

    def _edges_of(self, block: ReferenceBlock) -> Numbers:
        """Where no name is known: items of lists and tuples by number, the class as such, others by the
        class of what is held."""
        types, held = self._snapshot.types, block.held
        edges = np.empty((len(held), 3), np.int64)
        edges[:, 0] = _INTERNAL
        edges[:, 1] = self._unnamed[types[held]]
        edges[:, 2] = self._ordinals[held]
        is_class = self._class_of[types[block.holders]] == held
        edges[is_class, 1] = self._is_class_edge
        is_item = self._is_sequence[types[block.holders]]
        # the collector visits lists and tuples from their end
        edges[is_item, 0] = _ELEMENT
        edges[is_item, 1] = self._snapshot.offsets[block.holders[is_item] + 1] - 1 - block.positions[is_item]
        places, names = self._named
        _, known, at = np.intersect1d(places, block.positions, assume_unique=True, return_indices=True)
        edges[at, :2] = names[known]
        return edges

    def _named_edges(self) -> tuple[Numbers, Numbers]:
        """Places in `targets` with names that are known, and int64[k, 2]: edge type, name or index."""
        places, labels = self._content.named_references
        words = [self._edge_name(label) for label in labels]
        told = [at for at, name in enumerate(words) if name is not None]
        names = np.array([words[at] for at in told], np.int64).reshape(-1, 2)
        return places[told], names

    def _edge_name(self, label: Label) -> Sequence[int] | None:
        if label.kind == EdgeKind.INDEX and label.name.isdecimal():
            return (_ELEMENT, int(label.name))
        text = label.name if label.kind in _BARE else label_words(label)
        if not text:
            return None
        return (_EDGE_TYPE_OF.get(label.kind, _INTERNAL), self.strings.number(text))
