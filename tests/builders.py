"""Heaps built from a line of text, for everybody's tests.

    built = heap("root -> a -> b; root -> b; c -> d -> c")

Arrows are references, in the order written; `a:app.Cache` gives an object its class (once), `a*2`
two references unseen (held from outside). Names that start with "root" are modules, unless a
`roots` argument says which are. Sizes are 16 bytes, ids count up in steps of 16 from 0x1000.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from refscope.agent.vocabulary import ObjectFlag, TypeFlag
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import (
    HeapSnapshot,
    InterpreterRoot,
    LocalVariable,
    ModuleRoot,
    ObjectIndex,
    RunningFrame,
    TypeInfo,
)

FIRST_ID = 0x1000
STEP = 16
_WORD = re.compile(r"^([\w.\[\]'%]+?)(?::([\w.<>]+))?(?:\*(\d+))?$")

_BUILTIN_FLAGS = {
    "module": TypeFlag.GC | TypeFlag.DICT,
    "dict": TypeFlag.GC,
    "list": TypeFlag.GC,
    "tuple": TypeFlag.GC,
    "set": TypeFlag.GC,
    "cell": TypeFlag.GC,
    "method": TypeFlag.GC,
    "frame": TypeFlag.GC,
    "function": TypeFlag.GC | TypeFlag.DICT,
    "type": TypeFlag.GC | TypeFlag.SUBCLASS_OF_TYPE,
    "str": 0,
    "int": 0,
    "bytes": 0,
}


@dataclass(frozen=True)
class BuiltHeap:
    """A snapshot, its graph, and which name is which object."""

    snapshot: HeapSnapshot
    graph: HeapGraph
    names: tuple[str, ...]

    def index(self, name: str) -> ObjectIndex:
        return ObjectIndex(self.names.index(name))

    def id(self, name: str) -> int:
        return FIRST_ID + STEP * self.index(name)

    def words(self, indexes: Iterable[int]) -> list[str]:
        """Names of objects, in the order given."""
        return [self.names[index] for index in indexes]

    def arrow(self, indexes: Iterable[int]) -> str:
        """`root -> a -> b`."""
        return " -> ".join(self.words(indexes))


def heap(
    text: str,
    *,
    roots: Sequence[str] | None = None,
    types: Mapping[str, str] | None = None,
    sizes: Mapping[str, int] | None = None,
    unseen: Mapping[str, int] | None = None,
    counts: Mapping[str, int] | None = None,
    untracked: Sequence[str] = (),
    frames: Mapping[str, Sequence[str]] | None = None,
    interpreter: Mapping[str, str] | None = None,
    own: Sequence[str] = (),
    globals_of: Mapping[str, str] | None = None,
    classes: Mapping[str, str] | None = None,
    inline: Sequence[str] = (),
    exceptions: Sequence[str] = (),
    python: tuple[int, int, int] = (3, 11, 0),
    name: str = "",
) -> BuiltHeap:
    """A heap as the picture says.

    roots: modules, default those whose name starts with "root". unseen: further references per
    name. counts: true counts that replace the computed ones (−1 immortal). frames: frame object, named
    function or module.function, -> names of its counted locals. interpreter: object -> part.
    globals_of: module -> its dict.
    classes: class name -> the object that is the class. inline, exceptions: names of such classes.
    """
    names, edges, kinds, extra = _parse(text)
    for each in (*(types or {}), *(frames or {}), *(classes or {}).values()):
        _add(names, each)
    kinds |= dict(types or {})
    frames = dict(frames or {})
    modules = [each for each in names if each.startswith("root")] if roots is None else list(roots)
    for each in modules:
        kinds.setdefault(each, "module")
    for each, variables in frames.items():
        kinds.setdefault(each, "frame")
        edges += [(each, variable) for variable in variables]
    index = {each: row for row, each in enumerate(names)}
    type_table = _type_table(kinds, names, {k: index[v] for k, v in (classes or {}).items()})
    type_table = tuple(
        replace(
            info,
            flags=info.flags
            | TypeFlag.INLINE_VALUES * (info.name in inline)
            | TypeFlag.EXCEPTION * (info.name in exceptions),
        )
        for info in type_table
    )
    type_rows = {info.name: row for row, info in enumerate(type_table)}
    order = sorted(range(len(edges)), key=lambda k: index[edges[k][0]])
    targets = np.array([index[edges[k][1]] for k in order], np.int32)
    degrees = (
        np.bincount([index[a] for a, _ in edges], minlength=len(names)) if edges else np.zeros(len(names))
    )
    refcounts = np.bincount(targets, minlength=len(names)).astype(np.int64)
    for each, number in (extra | dict(unseen or {})).items():
        refcounts[index[each]] += number
    for each, number in (counts or {}).items():
        refcounts[index[each]] = number
    flags = np.full(len(names), ObjectFlag.TRACKED, np.uint8)
    flags[[index[each] for each in untracked]] = 0
    flags[refcounts < 0] |= ObjectFlag.IMMORTAL
    ids = FIRST_ID + STEP * np.arange(len(names), dtype=np.uint64)
    snapshot = HeapSnapshot(
        ids=ids,
        types=np.array([type_rows[kinds.get(each, "app.Thing")] for each in names], np.int32),
        sizes=np.array([(sizes or {}).get(each, 16) for each in names], np.int64),
        refcounts=refcounts,
        flags=flags,
        offsets=np.concatenate([np.zeros(1, np.int64), np.cumsum(degrees).astype(np.int64)]),
        targets=targets,
        type_table=type_table,
        modules=tuple(
            ModuleRoot(each, int(ids[index[each]]), _id_of(ids, index, (globals_of or {}).get(each)))
            for each in modules
        ),
        frames=tuple(
            RunningFrame(
                int(ids[index[each]]), 1, "MainThread", *_place(each), "app.py", 1,
                tuple(LocalVariable(v, int(ids[index[v]])) for v in variables),
            )
            for each, variables in frames.items()
        ),
        interpreter=tuple(
            InterpreterRoot(part, int(ids[index[each]])) for each, part in (interpreter or {}).items()
        ),
        own_ids=frozenset(int(ids[index[each]]) for each in own),
        python=python,
        name=name,
    )  # fmt: skip
    return BuiltHeap(snapshot, HeapGraph(snapshot), tuple(names))


def _place(frame: str) -> tuple[str, str]:
    """Function and module."""
    module, _, function = frame.rpartition(".")
    return function, module or "app"


def from_edges(
    n: int, edges: Sequence[tuple[int, int]], roots: Sequence[int] = (0,), **more: object
) -> BuiltHeap:
    """A heap of n objects named n0, n1 … for property tests; `roots` are its modules."""
    parts = [f"n{i}" for i in range(n)] + [f"n{a} -> n{b}" for a, b in edges]
    return heap("; ".join(parts), roots=[f"n{i}" for i in sorted(set(roots))], **more)  # type: ignore[arg-type]


def _id_of(ids: np.ndarray, index: dict[str, int], name: str | None) -> int:
    return int(ids[index[name]]) if name else 0


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def _parse(text: str) -> tuple[list[str], list[tuple[str, str]], dict[str, str], dict[str, int]]:
    names: dict[str, None] = {}
    edges: list[tuple[str, str]] = []
    kinds: dict[str, str] = {}
    extra: dict[str, int] = {}
    for statement in filter(None, (part.strip() for part in text.split(";"))):
        previous = None
        for word in (part.strip() for part in statement.split("->")):
            match = _WORD.match(word)
            assert match, f"not an object: {word!r}"
            name, kind, unseen = match.groups()
            names[name] = None
            if kind:
                kinds[name] = kind
            if unseen:
                extra[name] = int(unseen)
            if previous is not None:
                edges.append((previous, name))
            previous = name
    return list(names), edges, kinds, extra


def _type_table(
    kinds: Mapping[str, str], names: Sequence[str], classes: Mapping[str, int]
) -> tuple[TypeInfo, ...]:
    table = []
    for row, name in enumerate(sorted({kinds.get(each, "app.Thing") for each in names})):
        module, _, qualname = name.rpartition(".")
        flags = _BUILTIN_FLAGS.get(name, TypeFlag.GC | TypeFlag.HEAP | TypeFlag.DICT)
        table.append(
            TypeInfo(0x900000 + 64 * row, module or "builtins", qualname, flags, classes.get(name, -1))
        )
    return tuple(table)
