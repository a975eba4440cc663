"""Growth inside of growth: which of two holders on one chain to tell.

Messages that are put into the queues of clients which never leave grow in each queue, and so do the
queues. Emptying the queue that the chain passes frees nothing, since the others have the same messages;
letting go of the clients frees all. Where the inner holder frees its own, both are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from refscope.analysis.groups import Analysed, Group
from refscope.analysis.letting_go import freed_bytes
from refscope.analysis.members import inner_first
from refscope.analysis.names import Path, name_chains
from refscope.analysis.whatif import Releases
from refscope.heap.snapshot import LabelSource, ObjectIndex

Named = tuple[Group, Path]

MOST_LOOKED_AT = 12
"""Groups, heaviest first, that are looked at as inner ones: what each frees is counted."""


def told_by_outer(
    named: Sequence[Named], newest: Analysed, releases: Releases, labels: LabelSource
) -> list[Named]:
    """The same without groups that only an outer one frees; that has their classes and bytes as well."""
    left = list(named)
    for inner in named[:MOST_LOOKED_AT]:
        outer = next((other for other in left if _explains(other, inner, newest, releases)), None)
        if outer is not None:
            left[left.index(outer)] = _with_inner(outer, inner, newest, labels)
            left.remove(inner)
    return left


def _explains(outer: Named, inner: Named, newest: Analysed, releases: Releases) -> bool:
    if not (_is_collection(outer[0]) and _is_collection(inner[0])) or outer[0].point.is_spread:
        return False
    above = inner[0].chain.indexes[: inner[0].holder_at]
    if outer[0].point.holder not in above:
        return False
    kept = releases.of_all(inner[0].point.members)
    if 2 * freed_bytes(newest, releases, *inner) >= kept:
        return False
    return 2 * freed_bytes(newest, releases, *outer) >= kept


def _is_collection(group: Group) -> bool:
    return group.point.kind == "entries" and group.point.holder is not None and group.holder_at is not None


def _with_inner(outer: Named, inner: Named, newest: Analysed, labels: LabelSource) -> Named:
    """Both as one, told by the class that a person looks for."""
    (group, path), (other, _) = outer, inner
    known = {kind.key for kind in group.types}
    types = inner_first([*group.types, *(kind for kind in other.types if kind.key not in known)])
    growth = group.point.growth_bytes + other.point.growth_bytes
    merged = replace(group, types=types, point=replace(group.point, growth_bytes=growth))
    if types[0].key == group.types[0].key:
        return merged, path
    chain = newest.finder.shortest(types[0].example)
    if chain is None or group.point.holder not in chain.indexes:
        return replace(merged, types=[*group.types, types[0]]), path
    at = chain.indexes.index(ObjectIndex(group.point.holder))
    (named,) = name_chains(newest.graph, labels, [chain], [at])
    return replace(merged, chain=chain, holder_at=at), named
