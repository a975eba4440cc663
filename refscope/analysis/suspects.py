"""Who leaks, untold: growing groups of several freezes, named, judged and ranked.

`find_suspects` finds what grew and under which object (`growth`), names the chain to a typical member
(`names`), computes exactly what the holder retains (`whatif`), and asks the rules for a verdict
(`verdicts`). With one freeze there is no growth, only large collections: candidates to watch. Order:
every leak before every watch, then by bytes that came; ties by name, so that results are stable.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Protocol

import numpy as np

from refscope.analysis import sentences
from refscope.analysis.chains import Chain, Root
from refscope.analysis.growth import GrowthPoint, find_growth
from refscope.analysis.mechanisms.interpreter import GARBAGE_ROOT
from refscope.analysis.members import MAX_TYPES, MemberType, count_of, is_plumbing, member_types
from refscope.analysis.names import Path, name_chains
from refscope.analysis.paths import PathFinder
from refscope.analysis.roots import Roots
from refscope.analysis.trees import KeyTable, Rows, SpanningTree, spanning_tree
from refscope.analysis.verdicts import Evidence, Verdict, judge
from refscope.analysis.whatif import freed_by
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import LabelSource, ObjectIndex
from refscope.text import elide, short_name

MAX_POINTS = 40  # growing groups that are named: each costs a few labels
MAX_SUSPECTS = 20
MIN_COLLECTION = 30  # entries from which on a collection of one freeze is a candidate
MIN_COLLECTION_SHARE = 0.02


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


@dataclass(frozen=True, slots=True)
class Suspect:
    """A group of objects that stays, and who keeps it.

    counts: objects of `type_name` under the holder, per freeze; `count` the last, `growth` last minus
    first. retained_bytes: what would be freed if the holder let go of the group, exact.
    growth_bytes: what came minus what went. freezes: names of the first and the last. released: members
    of the first freeze that are gone. path: the expression (or shape) down to one member.
    example: row of that member; holder_row: row of the holder, −1 = outside the heap. named: the path
    in full. members: int32, rows of the group in the newest heap (of a chain its links).
    """

    rank: int
    verdict: Verdict
    holder: str
    mechanism: str
    type_name: str
    member_types: tuple[str, ...]
    count: int
    growth: int
    counts: tuple[int, ...]
    retained_bytes: int
    growth_bytes: int
    freezes: tuple[str, str]
    released: int
    path: str
    root: str
    reason: str
    advice: str
    example: int
    holder_row: int
    chain: Chain
    named: Path
    members: Rows = field(default_factory=lambda: np.empty(0, np.int32), compare=False, repr=False)

    @property
    def title(self) -> str:
        """`123 ResourceLoader kept by Processor.instance_map`."""
        return sentences.title(self.count, self.type_name, self.holder)

    @property
    def sentence(self) -> str:
        """What keeps them, in plain words, and how fast they grow; why it is only watched."""
        named = self.named
        what = sentences.what_keeps(named.kind, self.type_name, named.function, named.variable)
        if len(self.counts) == 1:
            return f"{what}. {self.reason}"
        rate = sentences.rate(self.growth, len(self.counts) - 1, *self.freezes)
        said = sentences.sentence(what, rate, self.released)
        return said if self.verdict is Verdict.LEAK else f"{said} {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """JSON values; `named` and rows are left out, the path's steps are in."""
        return {
            "rank": self.rank,
            "verdict": self.verdict.value,
            "holder": self.holder,
            "mechanism": self.mechanism,
            "type_name": self.type_name,
            "member_types": list(self.member_types),
            "count": self.count,
            "growth": self.growth,
            "counts": list(self.counts),
            "retained_bytes": self.retained_bytes,
            "growth_bytes": self.growth_bytes,
            "path": self.path,
            "root": self.root,
            "reason": self.reason,
            "advice": self.advice,
            "title": self.title,
            "sentence": self.sentence,
            "steps": [step.text for step in self.named.steps],
        }


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """A growing group before it has a name. holder_at: position of the holder in the chain."""

    point: GrowthPoint
    types: list[MemberType]
    chain: Chain
    holder_at: int | None
    is_garbage: bool = False


def find_suspects(
    freezes: Sequence[Analysed], labels: LabelSource, ignore: Sequence[str] = ()
) -> list[Suspect]:
    """Ranked suspects of freezes of one run, oldest first; labels: of the newest.

    ignore: patterns (`*` allowed) of holders or types that the user calls no leak.
    """
    table = KeyTable()
    trees = [spanning_tree(freeze.finder, table) for freeze in freezes]
    newest = freezes[-1]
    points = find_growth(trees)[:MAX_POINTS] if len(freezes) > 1 else _collections(trees[0])
    groups = [_group(newest, trees, table, point) for point in points]
    groups += _garbage_groups(freezes, trees, table)
    kept = [group for group in groups if group is not None]
    paths = name_chains(newest.graph, labels, [g.chain for g in kept], [g.holder_at for g in kept])
    suspects = [_suspect(freezes, trees, group, path) for group, path in zip(kept, paths, strict=True)]
    return _ranked(_merged(suspects), newest, ignore)


def _group(
    newest: Analysed, trees: Sequence[SpanningTree], table: KeyTable, point: GrowthPoint
) -> _Group | None:
    tree = trees[-1]
    types = member_types(tree, _newcomers(trees, point), table.names)
    if not types:
        return None
    chain = newest.finder.shortest(types[0].example)
    if chain is None:
        return None
    holder_at = None
    if point.holder is not None and point.holder in chain.indexes:
        holder_at = chain.indexes.index(ObjectIndex(point.holder))
    return _Group(point, types, chain, holder_at)


def _newcomers(trees: Sequence[SpanningTree], point: GrowthPoint) -> Rows:
    """The members that were not there in the first freeze (all of them where ids tell nothing)."""
    if len(trees) == 1 or point.kind != "entries":
        return point.members[:1] if point.kind == "chain" else point.members
    ids = trees[-1].snapshot.ids[point.members]
    new = point.members[~np.isin(ids, trees[0].snapshot.ids)]
    return new if len(new) else point.members


def _collections(tree: SpanningTree) -> list[GrowthPoint]:
    """Large collections of one freeze: candidates, most bytes first, none inside another."""
    fan_outs = tree.fan_outs()
    total = int(tree.bytes[tree.root])
    large = np.flatnonzero((fan_outs >= MIN_COLLECTION) & (tree.bytes[:-1] >= MIN_COLLECTION_SHARE * total))
    found: list[GrowthPoint] = []
    taken: set[int] = set()
    for row in large[np.argsort(-tree.bytes[large], kind="stable")]:
        children = tree.children_of(np.array([row]))
        keys, counts = np.unique(tree.keys[children], return_counts=True)
        members = children[tree.keys[children] == keys[np.argmax(counts)]]
        weight = int(tree.bytes[members].sum())
        if (
            len(members) < MIN_COLLECTION
            or weight < MIN_COLLECTION_SHARE * total
            or _is_inside(tree, row, taken)
        ):
            continue
        taken.add(int(row))
        found.append(GrowthPoint("entries", int(row), members, (len(members),), (weight,), weight))
    return found[:MAX_SUSPECTS]


def _is_inside(tree: SpanningTree, row: int, taken: set[int]) -> bool:
    node = int(tree.parents[row])
    while node >= 0:
        if node in taken:
            return True
        node = int(tree.parents[node])
    return False


def _garbage_groups(
    freezes: Sequence[Analysed], trees: Sequence[SpanningTree], table: KeyTable
) -> list[_Group]:
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
    return [_Group(point, types, chain, None, is_garbage=True)]


def _suspect(
    freezes: Sequence[Analysed], trees: Sequence[SpanningTree], group: _Group, path: Path
) -> Suspect:
    point, main = group.point, group.types[0]
    newest = freezes[-1]
    counts = _counts_of(trees, group)
    verdict, reason = judge(_evidence(freezes, trees, group, path))
    return Suspect(
        rank=0,
        verdict=verdict,
        holder=path.holder,
        mechanism=path.mechanism,
        type_name=main.name,
        member_types=tuple(t.name for t in group.types[:MAX_TYPES]),
        count=counts[-1],
        growth=counts[-1] - counts[0] if len(counts) > 1 else 0,
        counts=counts,
        retained_bytes=_retained(newest, group),
        growth_bytes=point.growth_bytes if len(freezes) > 1 else 0,
        freezes=(freezes[0].graph.snapshot.name, newest.graph.snapshot.name),
        released=point.released,
        path=elide(path.expression or path.shape, 900),
        root=path.root,
        reason=reason,
        advice=path.advice.text,
        example=main.example,
        holder_row=-1 if point.holder is None else point.holder,
        chain=group.chain,
        named=path,
        members=point.members,
    )


def _counts_of(trees: Sequence[SpanningTree], group: _Group) -> tuple[int, ...]:
    """Objects of the main class under the holder per freeze; where the holder's earlier rows are not
    known, the members of the group."""
    point, main = group.point, group.types[0]
    if point.kind == "garbage":
        return point.counts
    last = count_of(trees[-1], point.members, main.key)
    per_member = last / max(len(point.members), 1)
    if point.kind != "entries":
        return (last,) if len(trees) == 1 else tuple(point.counts)
    return (*tuple(round(count * per_member) for count in point.counts[:-1]), last)


def _evidence(
    freezes: Sequence[Analysed], trees: Sequence[SpanningTree], group: _Group, path: Path
) -> Evidence:
    point = group.point
    steps = point.steps
    if not any(steps):
        steps = tuple(int(b) - int(a) for a, b in zip(point.bytes, point.bytes[1:], strict=False))
    collector = freezes[-1].graph.snapshot.collector
    return Evidence(
        kind=point.kind,
        counts=point.counts,
        steps=steps,
        growth_bytes=point.growth_bytes,
        heap_bytes=int(trees[0].bytes[trees[0].root]),
        bound=path.bound,
        is_garbage=group.is_garbage,
        is_collector_on=collector.is_enabled and not collector.is_frozen,
    )


def _retained(newest: Analysed, group: _Group) -> int:
    point = group.point
    if group.is_garbage:
        return int(newest.graph.snapshot.sizes[point.members].sum())
    if point.kind == "size":
        return int(newest.graph.snapshot.sizes[point.members].sum())
    if point.holder is None:
        return freed_by(newest.graph, newest.roots, cut_objects=[int(m) for m in point.members]).size_bytes
    edges = [(point.holder, int(member)) for member in point.members]
    return freed_by(newest.graph, newest.roots, cut_edges=edges).size_bytes


def _merged(suspects: Iterable[Suspect]) -> list[Suspect]:
    """Suspects of the same holder are one: the heaviest speaks, counts and types of the others join."""
    by_holder: dict[tuple[str, str], Suspect] = {}
    for suspect in sorted(suspects, key=_order):
        key = (suspect.holder, suspect.root)
        first = by_holder.get(key)
        if first is None:
            by_holder[key] = suspect
            continue
        types = dict.fromkeys((*first.member_types, *suspect.member_types))
        by_holder[key] = replace(
            first,
            member_types=tuple(types)[:MAX_TYPES],
            growth_bytes=first.growth_bytes + suspect.growth_bytes,
            retained_bytes=max(first.retained_bytes, suspect.retained_bytes),
            members=np.union1d(first.members, suspect.members),
        )
    return list(by_holder.values())


def _order(suspect: Suspect) -> tuple[Any, ...]:
    weight = suspect.growth_bytes or suspect.retained_bytes
    return (suspect.verdict is not Verdict.LEAK, -weight, suspect.holder, suspect.type_name)


def _ranked(suspects: Iterable[Suspect], newest: Analysed, ignore: Sequence[str]) -> list[Suspect]:
    kept = [s for s in suspects if not _is_ignored(s, ignore)]
    ordered = sorted(kept, key=_order)[:MAX_SUSPECTS]
    return [replace(suspect, rank=number) for number, suspect in enumerate(ordered, 1)]


def _is_ignored(suspect: Suspect, patterns: Sequence[str]) -> bool:
    names = (suspect.holder, suspect.type_name, short_name(suspect.type_name))
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
