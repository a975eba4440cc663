"""What hangs under a growing group: which classes a person would recognise, how many, how heavy."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.analysis.trees import Membership, Rows, SpanningTree, by_key

MAX_LOOKED_AT = 400_000
"""Objects of subtrees that are looked at: enough for shares; a larger subtree is sampled by its first
members, which are alike."""

MAX_TYPES = 5

MIN_INNER_SHARE = 0.5  # of a wrapper's bytes that the wrapped objects have

MIN_OUTER_WEIGHT = 0.5
"""Of the weight of what is heaviest that a class which the holder itself holds must have to be named
instead: what comes one to one has nearly the same, a table of which few entries are heavy has not."""

MAX_WRAPPERS = 12  # containers around a class that the holder still holds itself

SHARED = 50
"""A class with less than one object for so many members is shared between them."""

_PLUMBING_MODULES = frozenset(
    {
        "",
        "builtins",
        "types",
        "functools",
        "collections",
        "weakref",
        "_weakref",
        "_thread",
        "_io",
        "_asyncio",
        "_contextvars",
        "_functools",
        "_collections",
        "_queue",
        "_ctypes",
        "itertools",
        "operator",
        "re",
        "dataclasses",
        "_frozen_importlib",
        "_frozen_importlib_external",
        "abc",
        "_abc",
        "typing",
        "threading",
        "concurrent.futures._base",
        "asyncio.events",
        "asyncio.futures",
        "asyncio.tasks",
        "contextvars",
        "numpy",
        "numpy.dtypes",
        "numpy._core.multiarray",
        "decimal",
        "datetime",
        "pathlib",
        "uuid",
    }
)
"""Modules whose classes carry other people's objects, describe classes and modules, or are plain values:
named only where nothing else is there."""


@dataclass(frozen=True, slots=True)
class MemberType:
    """One class under a group. `bytes`: of the subtrees of its objects, each object once per class."""

    name: str
    key: int
    count: int
    bytes: int
    example: int  # row of a typical object
    is_plumbing: bool


def is_plumbing(type_name: str) -> bool:
    """Whether a class carries other objects (containers, methods, futures) or is a plain value."""
    module, _, name = type_name.rpartition(".")
    if type_name.startswith("frame "):
        return True
    return module in _PLUMBING_MODULES and not (module == "threading" and name == "Thread")


def package_of(type_name: str) -> str:
    """The first part of a class's module; builtins ""."""
    return type_name.partition(".")[0] if "." in type_name else ""


def inner_first(types: list[MemberType]) -> list[MemberType]:
    """The same, with a class of the program itself before the library's class that wraps its objects, and
    with any other before one of the standard library: people look for their `Reminder`, not for the
    scheduler's `Job` around it."""
    if not types or types[0].is_plumbing:
        return types
    for inner in types[1:]:
        is_nearer = not inner.is_plumbing and _nearness(inner.name) > _nearness(types[0].name)
        if is_nearer and inner.bytes >= MIN_INNER_SHARE * types[0].bytes:
            return _first(inner, types)
    return types


def _nearness(type_name: str) -> int:
    """2 = of the program itself, 1 = of a package, 0 = of the standard library."""
    package = package_of(type_name)
    return 2 if package == "__main__" else int(package not in sys.stdlib_module_names and bool(package))


def _first(one: MemberType, types: list[MemberType]) -> list[MemberType]:
    return [one, *(other for other in types if other is not one)]


def member_types(tree: SpanningTree, members: Rows, names: list[str]) -> list[MemberType]:
    """Classes under (and of) these objects: those a person would recognise first, heavy ones first.

    Few heavy objects come before many small ones of the same sum, which are their parts; a class of
    which only some members have an object is shared by them and comes last. What the holder itself holds
    is named before what that holds in turn. names: of the tree's keys.
    """
    membership = Membership(tree)
    rows = tree.subtree_rows(members, MAX_LOOKED_AT)
    found = []
    for key, below in by_key(tree.keys[rows], rows).items():
        inner = membership.contains(below, tree.parents[below])
        outer_bytes = int(tree.bytes[below[~inner]].sum())
        carries_others = is_plumbing(names[key])
        group = _told(tree, members, key, carries_others, below)
        weights = tree.bytes[group]
        found.append(
            MemberType(
                name=names[key],
                key=key,
                count=len(group),
                bytes=outer_bytes,
                example=int(group[_middle(weights)]),
                is_plumbing=carries_others,
            )
        )
    few = max(2.0, len(members) / SHARED) if len(members) > 2 else 0.0
    found.sort(key=lambda t: (t.is_plumbing, t.count < few, -_weight(t), t.name))
    is_plain = np.ones(len(names), np.bool_)
    is_plain[[kind.key for kind in found if not kind.is_plumbing and kind.count >= few]] = False
    return _outer_first(found, _outermost(tree, members, is_plain))


def _told(tree: SpanningTree, members: Rows, key: int, is_plumbing: bool, below: Rows) -> Rows:
    """Of the objects of a class below these members those that count: of functions that were put in the
    functions themselves, not those of their modules; of the program's nodes all."""
    own = members[tree.keys[members] == key] if is_plumbing else members[:0]
    return own if len(own) else below


def _weight(kind: MemberType) -> float:
    return kind.bytes / math.sqrt(kind.count)


def _outermost(tree: SpanningTree, members: Rows, is_plain: npt.NDArray[np.bool_]) -> set[int]:
    """Keys of the classes that stand among the members, or below them with nothing plain between.
    is_plain: by key."""
    keys: set[int] = set()
    rows = members
    for _ in range(MAX_WRAPPERS):
        plain = is_plain[tree.keys[rows]]
        keys.update(np.unique(tree.keys[rows[~plain]]).tolist())
        if not plain.any() or len(rows) > MAX_LOOKED_AT:
            break
        rows = tree.children_of(rows[plain])
    return keys


def _outer_first(types: list[MemberType], outermost: set[int]) -> list[MemberType]:
    """The same, with the heaviest of the classes that the holder itself holds first: which of two that come
    one to one weighs more differs from freeze to freeze."""
    if not types or types[0].is_plumbing:
        return types
    outer = next((kind for kind in types if kind.key in outermost), types[0])
    is_alike = _weight(outer) >= MIN_OUTER_WEIGHT * _weight(types[0])
    return _first(outer, types) if is_alike and _nearness(outer.name) >= _nearness(types[0].name) else types


def _middle(weights: npt.NDArray[np.int64]) -> int:
    """Where the middle one stands, by weight then place: `argsort` takes a second for five million."""
    rank = len(weights) // 2
    weight = np.partition(weights, rank)[rank]
    return int(np.flatnonzero(weights == weight)[rank - np.count_nonzero(weights < weight)])


def count_of(tree: SpanningTree, members: Rows, key: int, is_plumbing: bool = False) -> int:
    """How many objects of one kind hang under (and among) these members; see `member_types`."""
    rows = tree.subtree_rows(members, MAX_LOOKED_AT)
    return len(_told(tree, members, key, is_plumbing, rows[tree.keys[rows] == key]))
