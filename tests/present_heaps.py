"""Heaps built by hand for the tests of `refscope.present`: objects by name, references with labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from refscope.analysis.chains import Chain, Root
from refscope.heap.snapshot import HeapSnapshot, Label, ObjectIndex, TypeInfo
from refscope.heap.vocabulary import EdgeKind, RootKind, TypeFlag
from refscope.present.reader import HeapReader

FIRST_ID = 0x7F0000001000
NOTHING = np.empty(0, dtype=np.int64)


class BuiltHeap:
    """A graph source and a label source in one. Ids are `FIRST_ID + 16 × index`."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self._types: list[str] = []
        self._sizes: list[int] = []
        self._texts: list[str] = []
        self._held: list[list[int]] = []
        self._holders: list[list[int]] = []
        self._labels: dict[tuple[int, int], list[Label]] = {}
        self._owners: dict[int, int] = {}
        self._wrappers: set[int] = set()
        self._roots: dict[int, Root] = {}
        self._snapshot: HeapSnapshot | None = None
        self._depths: npt.NDArray[np.integer] | None = None
        self.label_requests = 0
        self.has_retained = True
        self.has_depths = True

    # --- building ---------------------------------------------------------------------------------

    def add(self, name: str, type_name: str = "app.Thing", size: int = 64, text: str = "") -> int:
        index = len(self._types)
        self.names[name] = index
        self._types.append(type_name)
        self._sizes.append(size)
        self._texts.append(text)
        self._held.append([])
        self._holders.append([])
        return index

    def hold(self, holder: str, held: str, kind: str = EdgeKind.ATTRIBUTE, name: str = "x") -> None:
        a, b = self.names[holder], self.names[held]
        self._held[a].append(b)
        self._holders[b].append(a)
        self._labels.setdefault((a, b), []).append(Label(kind, name))

    def own(self, owner: str, part: str) -> None:
        self._owners[self.names[part]] = self.names[owner]
        self.hold(owner, part, EdgeKind.DICT, "")

    def wrap(self, name: str) -> None:
        self._wrappers.add(self.names[name])

    def root(self, name: str, kind: str, label: str = "", unseen: int = 0) -> None:
        index = self.names[name]
        self._roots[index] = Root(kind, label or name, ObjectIndex(index), unseen=unseen)

    def module(self, name: str, functions: int = 0) -> None:
        """A module with its globals dict `name.d` and that many functions that use it."""
        self.add(name, "module", 72)
        self.add(f"{name}.d", "dict", 2048, "40 entries")
        self.own(name, f"{name}.d")
        self.root(name, RootKind.MODULE)
        for at in range(functions):
            self.add(f"{name}.f{at}", "function", 136, f"function {name}.f{at}")
            self.hold(f"{name}.d", f"{name}.f{at}", EdgeKind.KEY, f"'f{at}'")
            self.hold(f"{name}.f{at}", f"{name}.d", EdgeKind.GLOBALS, "")

    def chain(self, *names: str, alike: int = 1) -> Chain:
        indexes = tuple(ObjectIndex(self.names[name]) for name in names)
        root = self._roots.get(indexes[0], Root(RootKind.NATIVE, "1 unseen reference", indexes[0], unseen=1))
        return Chain(root, indexes, alike)

    def reader(self) -> HeapReader:
        return HeapReader(self, self)

    def key(self, name: str) -> str:
        return f"o{self.names[name]}"

    # --- graph source -----------------------------------------------------------------------------

    @property
    def snapshot(self) -> HeapSnapshot:
        if self._snapshot is None:
            table = list(dict.fromkeys(self._types))
            n = len(self._types)
            self._snapshot = HeapSnapshot(
                ids=np.array([FIRST_ID + 16 * i for i in range(n)], dtype=np.uint64),
                types=np.array([table.index(t) for t in self._types], dtype=np.int32),
                sizes=np.array(self._sizes, dtype=np.int64),
                refcounts=np.full(n, -1, dtype=np.int64),
                flags=np.ones(n, dtype=np.uint8),
                offsets=np.cumsum([0] + [len(held) for held in self._held]).astype(np.int64),
                targets=np.array([t for held in self._held for t in held], dtype=np.int32),
                type_table=tuple(_type_info(i, name) for i, name in enumerate(table)),
            )
        return self._snapshot

    @property
    def retained(self) -> npt.NDArray[np.int64] | None:
        return self.snapshot.sizes * 2 if self.has_retained else None

    @property
    def depths(self) -> npt.NDArray[np.integer] | None:
        if not self.has_depths:
            return None
        if self._snapshot is not None and self._depths is not None:
            return self._depths
        depths = np.full(len(self._types), -1, dtype=np.int64)
        frontier = list(self._roots)
        depths[frontier] = 0
        while frontier:
            index = frontier.pop(0)
            for held in self._held[index]:
                if depths[held] < 0:
                    depths[held] = depths[index] + 1
                    frontier.append(held)
        self._depths = depths if self._snapshot is not None else None  # nothing is built after it was read
        return depths

    def referrers(self, index: int) -> npt.NDArray[np.integer]:
        return np.array(self._holders[index], dtype=np.int64)

    def referents(self, index: int) -> npt.NDArray[np.integer]:
        return np.array(self._held[index], dtype=np.int64)

    def root_of(self, index: int) -> Root | None:
        return self._roots.get(index)

    def row_of(self, object_id: int) -> int | None:
        row = _index(object_id)
        return row if 0 <= row < len(self._types) else None

    def prepare(self, indexes: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        """Nothing to find: owners are given."""
        return np.array([index in self._owners or index in self._wrappers for index in indexes], np.bool_)

    def owner_of(self, index: int) -> int | None:
        return self._owners.get(index)

    def parts_of(self, index: int) -> npt.NDArray[np.integer]:
        return np.array([part for part, owner in self._owners.items() if owner == index], dtype=np.int64)

    def is_wrapper(self, index: int) -> bool:
        return index in self._wrappers

    def functions_of(self, index: int) -> npt.NDArray[np.integer]:
        if self._types[index] != "module":
            return NOTHING
        users = {h for part in self.parts_of(index).tolist() for h in self._holders[part]}
        return np.array(sorted(u for u in users if self._types[u] == "function"), dtype=np.int64)

    # --- label source -----------------------------------------------------------------------------

    def labels(self, edges: Sequence[tuple[int, int]]) -> list[tuple[Label, ...]]:
        self.label_requests += 1
        return [tuple(self._labels.get((_index(a), _index(b)), ())) for a, b in edges]

    def describe(self, ids: Sequence[int]) -> list[str]:
        return [self._texts[_index(each)] for each in ids]


def registry_heap(loaders: int = 123) -> BuiltHeap:
    """The MindMeld story.

    nlp (module) → dict → Processor (class) → dict → instance_map (dict) → processor k → dict → loader k
    """
    heap = BuiltHeap()
    heap.module("mindmeld.components.nlp", functions=214)
    heap.add("Processor", "type", 1064, "class mindmeld.components.nlp.Processor")
    heap.add("Processor.d", "dict", 1200, "22 entries")
    heap.own("Processor", "Processor.d")
    heap.hold("mindmeld.components.nlp.d", "Processor", EdgeKind.KEY, "'Processor'")
    heap.add("instance_map", "dict", 36_960, "861 entries")
    heap.hold("Processor.d", "instance_map", EdgeKind.KEY, "'instance_map'")
    for at in range(loaders):
        heap.add(f"p{at}", "mindmeld.components.nlp.NaturalLanguageProcessor", 56)
        heap.add(f"p{at}.d", "dict", 232, "9 entries")
        heap.own(f"p{at}", f"p{at}.d")
        heap.add(f"loader{at}", "mindmeld.resource_loader.ResourceLoader", 260_000)
        heap.hold("instance_map", f"p{at}", EdgeKind.KEY, str(139887101530000 + 64 * at))
        heap.hold(f"p{at}.d", f"loader{at}", EdgeKind.KEY, "'resource_loader'")
    for at in range(6):
        kind = "IntentProcessor" if at < 4 else "DomainProcessor"
        heap.add(f"q{at}", f"mindmeld.components.nlp.{kind}", 1050)
        heap.hold("instance_map", f"q{at}", EdgeKind.KEY, str(139887200000000 + 64 * at))
        heap.hold(f"q{at}", "loader0", EdgeKind.ATTRIBUTE, "resource_loader")
    heap.add("factory", "mindmeld.query_factory.QueryFactory", 48)
    heap.hold("factory", "loader0", EdgeKind.ATTRIBUTE, "_resource_loader")
    heap.hold("loader0", "factory", EdgeKind.ATTRIBUTE, "query_factory")
    return heap


def registry_chain(heap: BuiltHeap) -> Chain:
    nlp = "mindmeld.components.nlp"
    names = (nlp, f"{nlp}.d", "Processor", "Processor.d", "instance_map", "p0", "p0.d", "loader0")
    return heap.chain(*names, alike=123)


def _type_info(row: int, name: str) -> TypeInfo:
    module, _, qualname = name.rpartition(".")
    flags = TypeFlag.SUBCLASS_OF_TYPE if name == "type" else 0
    return TypeInfo(id=row + 1, module=module or "builtins", qualname=qualname, flags=flags)


def _index(object_id: int) -> int:
    return (object_id - FIRST_ID) // 16
