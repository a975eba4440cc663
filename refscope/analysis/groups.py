"""Groups of objects that may leak, before they have names: what grew under which object, and as what.

A growth point (`growth`) says under which row something grew; a `Group` adds the classes that a person
would recognise among it, a chain to a typical object, and where on that chain the holder stands. With
one freeze there is no growth: then large collections are the groups. Uncollected garbage is a group of
its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from refscope.analysis.alike import joined_points
from refscope.analysis.chains import Chain, Root
from refscope.analysis.growth import find_growth
from refscope.analysis.growth_points import GrowthPoint
from refscope.analysis.imports import are_imported
from refscope.analysis.mechanisms.interpreter import GARBAGE_ROOT
from refscope.analysis.members import (
    MAX_LOOKED_AT,
    MemberType,
    inner_first,
    is_plumbing,
    member_types,
    package_of,
)
from refscope.analysis.paths import PathFinder
from refscope.analysis.roots import Roots
from refscope.analysis.trees import KeyTable, Rows, SpanningTree
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import ObjectIndex
from refscope.heap.vocabulary import TypeFlag

MAX_POINTS = 40  # growing groups that are named: each costs a few labels
MAX_COLLECTIONS = 20
MIN_COLLECTION = 30  # entries from which on a collection of one freeze is a candidate
MIN_COLLECTION_SHARE = 0.02  # of the heap, that it keeps
FEW_IN_COLLECTION = 5  # entries that are enough where they keep
FEW_KEEP_SHARE = 0.05
ONE_IS_ALL = 0.7  # of a collection's bytes that one entry keeps: not here it is collected, but below
PUT_IN_TOGETHER = 10
"""Of the classes in a collection those with so many times fewer entries than the heaviest still belong to
it: what is put in together (an application, its domains, their intents) shares its parts."""

LINKS_SHOWN = 8  # of a linked list on the way to its typical object: enough to see the pattern
_WEAK_REFERENCES = frozenset({"weakref.ReferenceType", "weakref", "weakref.KeyedRef"})
_WEAK_COLLECTIONS = frozenset(
    {"_weakrefset.WeakSet", "weakref.WeakSet", "weakref.WeakValueDictionary", "weakref.WeakKeyDictionary"}
)
_VIEWS = frozenset({"memoryview", "managedbuffer", "numpy.ndarray"})

MIN_OWNED_SHARE = 0.5  # of an object's bytes that a part of it has, to be told by the object's name


class Analysed(Protocol):
    """One freeze and what is computed from it (`api.analysed.AnalysedHeap`)."""

    @property
    def graph(self) -> HeapGraph:
        """The heap."""
        ...

    @property
    def roots(self) -> Roots:
        """Who is held from outside."""
        ...

    @property
    def finder(self) -> PathFinder:
        """Chains from the roots."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A growing group before it has a name. types: the one to be named first, most telling first.

    chain: to a typical object of the first type. holder_at: position of the holder in the chain.
    also: names of others that hold the same.
    """

    point: GrowthPoint
    types: list[MemberType]
    chain: Chain
    holder_at: int | None
    is_garbage: bool = False
    is_imports: bool = False
    also: tuple[str, ...] = ()


def comparable_finder(freeze: Analysed, newest: Analysed) -> PathFinder:
    """Chains of an earlier freeze that start where those of the newest do: what a function held that has
    returned since is told by who keeps it still."""
    running = {(frame.module, frame.function) for frame in newest.graph.snapshot.frames}
    ran = {(frame.module, frame.function) for frame in freeze.graph.snapshot.frames}
    if ran <= running:
        return freeze.finder
    return PathFinder(freeze.graph, freeze.roots, frozenset(ran - running))


def find_groups(freezes: Sequence[Analysed], trees: Sequence[SpanningTree], table: KeyTable) -> list[Group]:
    """All groups, heaviest first, garbage last; trees: of the freezes, oldest first, keyed by `table`."""
    if len(trees) > 1:
        points = joined_points(find_growth(trees), trees[-1], freezes[-1].finder)[:MAX_POINTS]
    else:
        points = _collections(trees[0])
    groups = [_group(freezes[-1], trees, table, point) for point in points]
    groups += _garbage_groups(freezes, trees, table)
    graph = freezes[-1].graph
    return [group for group in groups if group is not None and not _is_weak_table(group, graph)]


def _is_weak_table(group: Group, graph: HeapGraph) -> bool:
    """Whether only the weak references of a weak collection, or of a class to its subclasses, grew: they
    keep nothing, and go with what they refer to, which somebody else keeps."""
    if group.types[0].name not in _WEAK_REFERENCES:
        return False
    above = group.chain.indexes[max(len(group.chain.indexes) - 4, 0) : -1]
    tables = above[-2:-1] if above and graph.type_name(above[-1]) == "dict" else above[-1:]
    if any(graph.type_of(row).flags & TypeFlag.SUBCLASS_OF_TYPE for row in tables):
        return True
    return any(graph.type_name(row) in _WEAK_COLLECTIONS for row in above)


def _group(
    newest: Analysed, trees: Sequence[SpanningTree], table: KeyTable, point: GrowthPoint
) -> Group | None:
    tree = trees[-1]
    if point.holder is None and are_imported(tree.snapshot, _newcomers(point)):
        return _imports(newest, tree, table, point)
    types = inner_first(member_types(tree, _newcomers(point), table.names))
    if not types:
        return None
    types = _behind_view(tree, table, types)
    if point.kind == "chain":
        types = [_near_head(tree, point, types[0]), *types[1:]]
    chain = newest.finder.shortest(types[0].example)
    if chain is None:
        return None
    holder_at = None
    if point.is_by_holders:
        holder_at = _last_above(chain, tree.parents[point.members])
    elif point.holder is not None and point.holder in chain.indexes:
        holder_at = chain.indexes.index(ObjectIndex(point.holder))
        if point.kind == "chain":  # a linked list goes by the variable that holds its head
            holder_at = min(holder_at + 1, len(chain.indexes) - 1)
    if point.kind != "entries" and holder_at is not None:
        types = [*types[:1], *_owners(tree, table, chain, holder_at), *types[1:]]
    return Group(point, types, chain, holder_at)


def _imports(newest: Analysed, tree: SpanningTree, table: KeyTable, point: GrowthPoint) -> Group | None:
    """Modules by themselves, whatever is in them; the heaviest new one for all."""
    rows = _newcomers(point)
    row = int(rows[np.argmax(tree.bytes[rows])])
    chain, key = newest.finder.shortest(row), int(tree.keys[row])
    kind = MemberType(table.names[key], key, len(rows), int(tree.bytes[rows].sum()), row, is_plumbing=True)
    return None if chain is None else Group(point, [kind], chain, 0, is_imports=True)


def _behind_view(tree: SpanningTree, table: KeyTable, types: list[MemberType]) -> list[MemberType]:
    """The same; views of buffers go by the buffers, which are what weighs."""
    first = types[0]
    row = first.example
    while table.names[tree.keys[row]] in _VIEWS:
        below = tree.children_of(np.array([row]))
        below = below[tree.bytes[below] * 2 >= tree.bytes[row]]
        if not len(below):
            break
        row = int(below[0])
    if row == first.example:
        return types
    key = int(tree.keys[row])
    known = next((kind for kind in types if kind.key == key), replace(first, name=table.names[key], key=key))
    return [replace(known, example=row), *(kind for kind in types if kind.key != key)]


def _near_head(tree: SpanningTree, point: GrowthPoint, kind: MemberType) -> MemberType:
    """The same by an object of one of the first links: a way through hundreds says no more."""
    rows = tree.subtree_rows(point.members[:1], MAX_LOOKED_AT)
    rows = rows[tree.keys[rows] == kind.key]
    return replace(kind, example=int(rows[min(LINKS_SHOWN, len(rows) // 2)]))


def _last_above(chain: Chain, holders: Rows) -> int | None:
    """Where on a chain the one of many alike holders stands."""
    found = np.flatnonzero(np.isin(np.array(chain.indexes[:-1]), holders))
    return int(found[-1]) if len(found) else None


def _owners(tree: SpanningTree, table: KeyTable, chain: Chain, before: int) -> list[MemberType]:
    """What is, by most of its bytes, the object that grew: a DataFrame is told by its name, not by its
    array's. Nearest to the root first."""
    weight = int(tree.bytes[chain.indexes[before]])
    found = []
    for index in reversed(chain.indexes[:before]):
        name = table.names[tree.keys[index]]
        if weight < MIN_OWNED_SHARE * tree.bytes[index] or package_of(name) == "__main__":
            break
        if not is_plumbing(name):
            key, weight_here = int(tree.keys[index]), int(tree.bytes[index])
            found.append(MemberType(name, key, 1, weight_here, int(index), is_plumbing=False))
    return found[::-1]


def _newcomers(point: GrowthPoint) -> Rows:
    """The members that were not there in the first freeze (all of them where ids tell nothing)."""
    if point.kind == "chain":
        return point.members[:1]
    return point.newcomers if len(point.newcomers) else point.members


def _collections(tree: SpanningTree) -> list[GrowthPoint]:
    """Large collections of one freeze, by the class that weighs most in each: candidates, most bytes
    first, none inside another."""
    fan_outs = tree.fan_outs()
    total = int(tree.bytes[tree.root])
    many = (fan_outs >= MIN_COLLECTION) & (tree.bytes[:-1] >= MIN_COLLECTION_SHARE * total)
    heavy = (fan_outs >= FEW_IN_COLLECTION) & (tree.bytes[:-1] >= FEW_KEEP_SHARE * total)
    large = np.flatnonzero(many | heavy)
    found: list[GrowthPoint] = []
    taken: set[int] = set()
    for row in large[np.argsort(-tree.bytes[large], kind="stable")]:
        children = tree.children_of(np.array([row]))
        keys = tree.keys[children]
        if int(tree.bytes[children].max()) > ONE_IS_ALL * tree.bytes[row]:
            continue
        counts = np.bincount(keys)
        heaviest = np.argmax(np.bincount(keys, tree.bytes[children]))
        members = children[PUT_IN_TOGETHER * counts[keys] >= counts[heaviest]]
        weight = int(tree.bytes[members].sum())
        is_many = len(members) >= MIN_COLLECTION and weight >= MIN_COLLECTION_SHARE * total
        is_heavy = len(members) >= FEW_IN_COLLECTION and weight >= FEW_KEEP_SHARE * total
        if not (is_many or is_heavy) or _is_inside(tree, row, taken):
            continue
        taken.add(int(row))
        found.append(
            GrowthPoint("entries", int(row), members, (len(members),), (weight,), weight, tops=(members,))
        )
    return found[:MAX_COLLECTIONS]


def _is_inside(tree: SpanningTree, row: int, taken: set[int]) -> bool:
    node = int(tree.parents[row])
    while node >= 0:
        if node in taken:
            return True
        node = int(tree.parents[node])
    return False


def _garbage_groups(
    freezes: Sequence[Analysed], trees: Sequence[SpanningTree], table: KeyTable
) -> list[Group]:
    """Unreached objects by class, where each freeze has more of them."""
    groups = [np.flatnonzero(freeze.roots.garbage).astype(np.int32) for freeze in freezes]
    if not len(groups[-1]):
        return []
    n_keys = len(table.names)
    per_key = [np.bincount(t.keys[g], minlength=n_keys) for t, g in zip(trees, groups, strict=True)]
    sizes = [int(t.snapshot.sizes[g].sum()) for t, g in zip(trees, groups, strict=True)]
    growing = np.all(np.diff(np.stack(per_key), axis=0) > 0, axis=0) & (per_key[-1] > 0)
    if not growing.any() or (len(sizes) > 1 and sizes[-1] <= sizes[0]):
        return []
    newest = trees[-1]
    types = [
        MemberType(
            table.names[key],
            int(key),
            int(per_key[-1][key]),
            int(newest.snapshot.sizes[rows].sum()),
            int(rows[0]),
            is_plumbing(table.names[key]),
        )
        for key in np.flatnonzero(growing)
        for rows in [groups[-1][newest.keys[groups[-1]] == key]]
    ]
    types.sort(key=lambda t: (t.is_plumbing, -t.bytes, t.name))
    example = types[0].example
    counts = tuple(int(per_key[s][types[0].key]) for s in range(len(freezes)))
    point = GrowthPoint("garbage", None, groups[-1], counts, tuple(sizes), sizes[-1] - sizes[0])
    chain = Chain(Root(GARBAGE_ROOT, "garbage", ObjectIndex(example)), (ObjectIndex(example),), counts[-1])
    return [Group(point, types, chain, None, is_garbage=True)]
