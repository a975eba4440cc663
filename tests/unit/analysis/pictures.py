"""Heaps drawn by hand for tests of names: objects, how they hold each other, and what they say.

    picture = Picture()
    registry = picture.variable("shop", "registry", "dict")   # shop.registry
    entry = picture.hold(registry, "shop.Order", "key", "17")  # registry[17]

An object's chain runs up through whatever held it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from refscope.analysis.chains import Chain, Root
from refscope.heap.snapshot import HeapSnapshot, Label, ModuleRoot, ObjectIndex, RunningFrame, TypeInfo
from refscope.heap.vocabulary import EdgeKind, RootKind, TypeFlag

K = EdgeKind


class Picture:
    """A heap that grows by `hold`. It is its own `LabelSource`, and counts the questions put to it."""

    def __init__(self) -> None:
        self.types: dict[str, int] = {}
        self.type_infos: list[TypeInfo] = []
        self.rows: list[str] = []
        self.texts: dict[int, str] = {}
        self.edges: list[tuple[int, int]] = []
        self.by_edge: dict[tuple[int, int], tuple[Label, ...]] = {}
        self.parents: dict[int, int] = {}
        self.roots: dict[int, Root] = {}
        self.modules: dict[str, tuple[int, int]] = {}
        self.frames: list[RunningFrame] = []
        self.interpreter: list[Any] = []
        self.questions: list[str] = []

    def object(self, type_name: str, about: str = "") -> int:
        index = len(self.rows)
        self.rows.append(type_name)
        if type_name not in self.types:
            self.types[type_name] = len(self.type_infos)
            module, _, name = type_name.rpartition(".")
            flags = TypeFlag.SUBCLASS_OF_TYPE if name == "type" or name.endswith("Meta") else 0
            self.type_infos.append(TypeInfo(1 << 40, module or "builtins", name, flags))
        if about:
            self.texts[self.id_of(index)] = about
        return index

    def id_of(self, index: int) -> int:
        return 0x1000 + 16 * index

    def hold(
        self,
        holder: int,
        held: str | int,
        kind: str,
        name: str = "",
        *,
        about: str = "",
        literal: bool = True,
    ) -> int:
        """`holder` holds an object (of that type, made now) in that way; returns the object."""
        index = self.object(held, about) if isinstance(held, str) else held
        self.edges.append((holder, index))
        key = (self.id_of(holder), self.id_of(index))
        self.by_edge[key] = (*self.by_edge.get(key, ()), Label(kind, name, literal))
        self.parents.setdefault(index, holder)
        return index

    def fill(self, holder: int, held: str, kind: str, count: int) -> int:
        """`count` alike entries with keys or indexes 0, 1, …; returns the last."""
        last = -1
        for number in range(count):
            last = self.hold(holder, held, kind, "" if kind == K.MEMBER else str(number))
        return last

    def module(self, name: str) -> int:
        """The row of a module's globals."""
        if name not in self.modules:
            module = self.object("module", f"module {name}")
            namespace = self.hold(module, "dict", K.DICT)
            self.modules[name] = (module, namespace)
            self.roots[module] = Root(RootKind.MODULE, name, ObjectIndex(module))
        return self.modules[name][1]

    def variable(self, module: str, name: str, held: str | int, about: str = "") -> int:
        return self.hold(self.module(module), held, K.KEY, repr(name), about=about)

    def make_class(self, module: str, name: str, bases: Sequence[int] = (), meta: str = "type") -> int:
        """A class, global of its module, known as the class of objects of that name."""
        index = self.variable(module, name, meta, f"class {module}.{name}")
        self.object(f"{module}.{name}")
        row = self.types[f"{module}.{name}"]
        self.type_infos[row] = TypeInfo(1 << 40, module, name, self.type_infos[row].flags, object_index=index)
        if bases:
            mro = self.hold(index, "tuple", K.BASE, "__mro__")
            for base in (*reversed(bases), index):  # the collector goes from the last to the first
                self.edges.append((mro, base))
        return index

    def class_variable(self, owner: int, name: str, held: str | int) -> int:
        namespace = self.hold(owner, "dict", K.DICT, "__dict__")
        return self.hold(namespace, held, K.KEY, repr(name))

    def frame(self, function: str, thread: str, module: str = "__main__", line: int = 31) -> int:
        index = self.object("frame", f"frame {function}")
        self.frames.append(
            RunningFrame(self.id_of(index), 7, thread, function, module, f"/srv/{module}.py", line)
        )
        label = f"{function}() in thread {thread}"
        self.roots[index] = Root(RootKind.FRAME, label, ObjectIndex(index), frame=len(self.frames) - 1)
        return index

    def root(self, kind: str, label: str, type_name: str, about: str = "") -> int:
        index = self.object(type_name, about)
        self.roots[index] = Root(kind, label, ObjectIndex(index))
        return index

    def chain(self, target: int, alike: int = 1) -> Chain:
        indexes = [target]
        while indexes[0] not in self.roots:
            indexes.insert(0, self.parents[indexes[0]])
        return Chain(self.roots[indexes[0]], tuple(ObjectIndex(i) for i in indexes), alike)

    def snapshot(self) -> HeapSnapshot:
        size = len(self.rows)
        edges = sorted(self.edges, key=lambda edge: edge[0])
        counts = np.bincount([source for source, _ in edges], minlength=size)
        return HeapSnapshot(
            ids=np.array([self.id_of(i) for i in range(size)], dtype=np.uint64),
            types=np.array([self.types[name] for name in self.rows], dtype=np.int32),
            sizes=np.full(size, 56, dtype=np.int64),
            refcounts=np.full(size, 1, dtype=np.int64),
            flags=np.ones(size, dtype=np.uint8),
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            targets=np.array([target for _, target in edges], dtype=np.int32),
            type_table=tuple(self.type_infos),
            modules=tuple(
                ModuleRoot(name, self.id_of(module), self.id_of(namespace))
                for name, (module, namespace) in self.modules.items()
            ),
            frames=tuple(self.frames),
            interpreter=tuple(self.interpreter),
        )

    def labels(self, edges: Sequence[tuple[int, int]]) -> list[tuple[Label, ...]]:
        self.questions.append("labels")
        return [self.by_edge.get(edge, ()) for edge in edges]

    def describe(self, ids: Sequence[int]) -> list[str]:
        self.questions.append("describe")
        return [self.texts.get(object_id, "") for object_id in ids]
