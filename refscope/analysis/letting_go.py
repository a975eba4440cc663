"""Who lets go of a suspect in its *what if*, and how many bytes that frees.

`Scope` is decided once, when a suspect is found: the figure on its card and the cut that a window, a
report or a trial makes of it (`api.cuts`) are about the same references.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

import numpy as np

from refscope.analysis.groups import Analysed, Group
from refscope.analysis.imports import stem
from refscope.analysis.mechanisms import Kind
from refscope.analysis.names import Path
from refscope.analysis.paths import PathFinder
from refscope.analysis.trees import Rows
from refscope.analysis.whatif import Releases, freed_by, references_between, referrers_of
from refscope.heap.distinct import distinct
from refscope.heap.graph import HeapGraph
from refscope.heap.vocabulary import RootKind

_REGISTRIES_OF_THE_LIVING = (".loggerDict", "threading._active")
"""Holders that nobody empties: a handler is removed, a thread ends, and whatever else knew it lets go."""


_CHAINS = 8  # to the head of a list of links, that are looked at


class Scope(Enum):
    """Who lets go: the holder; all holders of the same shape; everybody."""

    HOLDER = "holder"
    ALIKE = "alike"
    ALL = "all"


def scope_of(group: Group, path: Path) -> Scope:
    """Who must let go for the advice on this group to have been followed."""
    if path.holder.endswith(_REGISTRIES_OF_THE_LIVING):
        return Scope.ALL
    return Scope.ALIKE if group.point.is_spread else Scope.HOLDER


def holders_in(scope: Scope, holder: int, members: Rows, graph: HeapGraph, finder: PathFinder) -> Rows:
    """Rows of those that let go of the members. int32, ascending."""
    everybody = referrers_of(graph, members) if scope is Scope.ALL else None
    if everybody is not None:
        return everybody
    return alike_holders(graph, finder, members) if scope is Scope.ALIKE else np.array([holder], np.int32)


def alike_holders(graph: HeapGraph, finder: PathFinder, members: Rows) -> Rows:
    """Who holds these objects on a chain of the same shape as their best chains: of an index the sets of
    all words. int32, ascending."""
    parents = finder.parents()
    holders = distinct(parents[members])
    holders = holders[holders >= 0]
    sources = referrers_of(graph, members)
    if sources is None:
        return holders
    sources = sources[parents[sources] >= -1]
    return sources[np.isin(finder.shapes_of(sources), finder.shapes_of(holders))]


def freed_bytes(newest: Analysed, releases: Releases, group: Group, path: Path) -> int:
    """Bytes that would go if those who hold the group let go of it, as its scope says; exact."""
    point = group.point
    if group.is_garbage:
        return int(newest.graph.snapshot.sizes[point.members].sum())
    if point.kind == "size":  # what holds it lets go
        return releases.of_parts(point.members)
    if path.kind == Kind.MODULES and point.holder is None and group.chain.root.kind == RootKind.MODULE:
        edges, rows = cut_of_modules(newest.graph, group.chain.root.label)
        return freed_by(newest.graph, newest.roots, cut_edges=edges, cut_roots=rows).size_bytes
    if point.holder is None:
        return releases.of_roots(point.members)
    if point.kind == "chain" and point.holder == int(point.members[0]):  # held from outside itself
        return releases.of_contents(point.members[:1])
    return _freed_by_holders(newest, releases, point.holder, point.members, scope_of(group, path))


def _freed_by_holders(newest: Analysed, releases: Releases, holder: int, members: Rows, scope: Scope) -> int:
    graph = newest.graph
    sources = holders_in(scope, holder, members, graph, newest.finder)
    if scope is Scope.ALL:  # what the stack of a thread holds of them goes with it
        edges = references_between(graph, sources, members)
        return freed_by(graph, newest.roots, cut_edges=edges, cut_roots=members.tolist()).size_bytes
    return releases.of_members(sources, members)


def held_elsewhere(newest: Analysed, group: Group) -> Group | None:
    """The same chain of links by who holds its head besides the frame that happens to know it: a variable
    of a running function goes with the function, the value of a context variable does not."""
    point, head = group.point, int(group.point.members[0])
    if point.kind != "chain" or group.chain.root.kind != RootKind.FRAME:
        return None
    others = (c for c in newest.finder.chains(head, _CHAINS) if c.root.kind != RootKind.FRAME)
    links = set(point.members.tolist())
    chain = next((c for c in others if not links.intersection(c.indexes[:-1])), None)
    if chain is None:
        return None
    classes = newest.graph.snapshot.types
    at = len(chain.indexes) - 2
    while at > 0 and classes[chain.indexes[at]] == classes[head]:  # a newer link
        at -= 1
    newer = np.array(chain.indexes[at + 1 : -1], np.int32)
    point = replace(
        point, holder=int(chain.indexes[max(at, 0)]), members=np.concatenate([newer, point.members])
    )
    example = replace(group.types[0], example=head)
    is_link = classes[head] == classes[group.types[0].example]
    types = [example, *group.types[1:]] if is_link else group.types
    return replace(group, point=point, chain=chain, holder_at=max(at, 0) + 1, types=types)


def cut_of_modules(graph: HeapGraph, name: str) -> tuple[Sequence[tuple[int, int]], Sequence[int]]:
    """(references, root objects) by which `sys.modules` lets go of that module and of those whose names
    differ in digits only."""
    modules = {module.name: graph.find_index(module.object_id) for module in graph.snapshot.modules}
    rows = {other: row for other, row in modules.items() if row is not None}
    alike = [row for other, row in rows.items() if stem(other) == stem(name)]
    known = list(rows.values())
    tables = [int(each) for each in graph.referrers(rows.get("sys", 0)) if graph.type_name(each) == "dict"]
    held_by = max(tables, key=lambda each: int(np.isin(graph.referents(each), known).sum()), default=None)
    return [] if held_by is None else [(held_by, row) for row in alike], alike
