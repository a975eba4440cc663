"""Who leaks, untold: growing groups of several freezes, named, judged and ranked.

`find_suspects` finds what grew and under which object (`growth`), names the chain to a typical member
(`names`), computes exactly what the holder retains (`whatif`), and asks the rules for a verdict
(`verdicts`). With one freeze there is no growth, only large collections: candidates to watch. Order:
every leak before every watch, then by bytes that came; ties by name, so that results are stable.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import pairwise
from operator import attrgetter
from typing import Any

import numpy as np

from refscope.analysis import sentences
from refscope.analysis.alike import grouped, join
from refscope.analysis.chains import Chain
from refscope.analysis.co_holders import Held, co_holders, silent_keepers
from refscope.analysis.evidence import counts_of, evidence_of
from refscope.analysis.groups import (
    MIN_COLLECTION_SHARE,
    Analysed,
    Group,
    comparable_finder,
    find_groups,
)
from refscope.analysis.letting_go import Scope, freed_bytes, held_elsewhere, scope_of
from refscope.analysis.made_at import FEWER_SAMPLED, MOST_SAMPLED, MadeAt, places_of, rows_below
from refscope.analysis.mechanisms import Kind
from refscope.analysis.members import MAX_TYPES, is_plumbing, package_of
from refscope.analysis.names import Path, name_chains
from refscope.analysis.nested import told_by_outer
from refscope.analysis.trees import KeyTable, Rows, SpanningTree, spanning_tree
from refscope.analysis.verdicts import Verdict, is_settled, judge
from refscope.analysis.whatif import Releases
from refscope.heap.distinct import distinct
from refscope.heap.snapshot import LabelSource
from refscope.heap.traces import TraceSource
from refscope.heap.vocabulary import RootKind
from refscope.text import elide, short_name

MAX_SUSPECTS = 20
MIN_COMPANIONS = 10  # as many of two classes by chance
MAX_WELL_SAMPLED = 3  # suspects whose objects are asked about in thousands: 0.1 s each
MAX_CO_HELD = 3  # leaks for which further holders are looked for: each costs a search around its chain


@dataclass(frozen=True, slots=True)
class Suspect:
    """A group of objects that stays, and who keeps it.

    counts: objects of `type_name` under the holder, per freeze; `count` the last, `growth` last minus
    first. retained_bytes: what the group keeps for itself, whoever holds it (with what those named in
    `also` hold, where that is more); freed_bytes: what would go
    if its holder (or as `scope` says) let go of it, exact.
    growth_bytes: what came minus what went. freezes: names of the first and the last. released: members
    of the first freeze that are gone. path: the expression (or shape) down to one member.
    example: row of that member; holder_row: row of the holder, −1 = outside the heap. named: the path
    in full. also: names of others that hold most of the same objects. beside: what came in
    the same numbers, where the holder is not seen. is_settled: watched only because it stops growing or is
    bound to. made_at: where the objects were made, empty where allocations were not traced. members:
    int32, rows of the group in the newest heap (of a chain its links). scope: who lets go in
    `freed_bytes`, and in a cut of it.
    """

    rank: int
    verdict: Verdict
    holder: str
    type_name: str
    member_types: tuple[str, ...]
    count: int
    growth: int
    counts: tuple[int, ...]
    retained_bytes: int
    freed_bytes: int
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
    also: tuple[str, ...] = ()
    beside: str = ""
    is_settled: bool = False
    scope: Scope = Scope.HOLDER
    made_at: MadeAt = field(default_factory=MadeAt)
    members: Rows = field(default_factory=lambda: np.empty(0, np.int32), compare=False, repr=False)

    @property
    def is_leak(self) -> bool:
        """Whether it is called a leak, and not only to be watched."""
        return self.verdict is Verdict.LEAK

    @property
    def rank_key(self) -> tuple[bool, int, str, str]:
        """Sorts the best first: leaks, then what came (of one freeze: what is kept), then names."""
        weight = self.growth_bytes or self.retained_bytes
        return (not self.is_leak, -weight, self.holder, self.type_name)

    @property
    def mechanism(self) -> str:
        """How the holder keeps them, in words; names who keeps them as well."""
        return sentences.with_co_holders(self.named.mechanism, self.also, self.beside)

    @property
    def title(self) -> str:
        """`123 ResourceLoader kept by Processor.instance_map`."""
        return sentences.title(self.count, self.type_name, self.holder)

    @property
    def sentence(self) -> str:
        """What keeps them, in plain words, and how fast they grow; why it is only watched."""
        named = self.named
        what = sentences.what_keeps(
            named.kind, self.type_name, named.function, named.variable, by_many=self.scope is Scope.ALIKE
        )
        if self.also:
            what += f"; {' and '.join(self.also)} {'keep' if len(self.also) > 1 else 'keeps'} them as well"
        if len(self.counts) == 1:
            return f"{what}. {self.reason}"
        rate = sentences.rate(self.growth, len(self.counts) - 1, *self.freezes)
        said = sentences.sentence(what, rate, self.released)
        return said if self.is_leak else f"{said} {self.reason}"

    @property
    def advised(self) -> str:
        """The advice with what it would free, and who keeps the rest where that is little."""
        if self.named.kind == Kind.IMPORTS:
            return self.advice
        return sentences.would_free(self.advice, self.freed_bytes, self.retained_bytes, *self.also[:1])

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
            "freed_bytes": self.freed_bytes,
            "growth_bytes": self.growth_bytes,
            "path": self.path,
            "root": self.root,
            "reason": self.reason,
            "advice": self.advice,
            "title": self.title,
            "sentence": self.sentence,
            "made_at": self.made_at.to_dict(),
            "steps": [step.text for step in self.named.steps],
        }


def find_suspects(
    freezes: Sequence[Analysed],
    labels: LabelSource,
    ignore: Sequence[str] = (),
    traces: TraceSource | None = None,
) -> list[Suspect]:
    """Ranked suspects of freezes of one run, oldest first; labels, traces: of the newest.

    ignore: patterns (`*` allowed) of holders or types that the user calls no leak.
    """
    table = KeyTable()
    newest = freezes[-1]
    trees = [spanning_tree(comparable_finder(freeze, newest), table) for freeze in freezes]
    groups = find_groups(freezes, trees, table)
    paths = name_chains(newest.graph, labels, [g.chain for g in groups], [g.holder_at for g in groups])
    named = _joined(list(zip(groups, paths, strict=True)))
    releases = Releases(newest.graph, newest.roots, trees[-1])
    named = [_best_held(newest, releases, labels, *pair) for pair in named]
    named = told_by_outer(named, newest, releases, labels) if len(freezes) > 1 else named
    suspects = [_suspect(freezes, trees, releases, group, path) for group, path in named]
    if len(freezes) == 1:
        suspects = [suspect for suspect in suspects if _is_candidate(suspect, trees[0])]
    merged = _merged(suspects)
    found = _with_co_holders(_ranked(_with_companions(merged), ignore), newest, labels, releases)
    return _with_places(found, newest, traces) if traces is not None and traces.frames else found


def _joined(named: Sequence[tuple[Group, Path]]) -> list[tuple[Group, Path]]:
    """The same, entries of one class under one name as one group: the heaviest's chain and classes speak."""

    def name(pair: tuple[Group, Path]) -> Hashable:
        group, path = pair
        is_entries = group.point.kind == "entries" and group.point.holder is not None
        return (path.holder, path.root, group.types[0].key) if is_entries else id(group)

    found = grouped(named, name)
    return [(replace(pairs[0][0], point=join([g.point for g, _ in pairs])), pairs[0][1]) for pairs in found]


def _best_held(
    newest: Analysed, releases: Releases, labels: LabelSource, group: Group, path: Path
) -> tuple[Group, Path]:
    """The same, or by another holder where letting go of the first frees little."""
    other = held_elsewhere(newest, group)
    if other is None:
        return group, path
    (named,) = name_chains(newest.graph, labels, [other.chain], [other.holder_at])
    if 2 * freed_bytes(newest, releases, group, path) >= releases.of_all(group.point.members):
        return group, path
    frees_all = freed_bytes(newest, releases, other, named) > 0
    return replace(other, also=() if frees_all else (path.holder,)), named


def _is_candidate(suspect: Suspect, tree: SpanningTree) -> bool:
    """Whether what is seen in one freeze is worth a look: it keeps much for itself, and is no module
    with its functions and classes, as every program has them."""
    much = MIN_COLLECTION_SHARE * int(tree.bytes[tree.root])
    return suspect.named.kind is not Kind.MADE_VARIABLES and suspect.retained_bytes >= much


def _suspect(
    freezes: Sequence[Analysed], trees: Sequence[SpanningTree], releases: Releases, group: Group, path: Path
) -> Suspect:
    point, main = group.point, group.types[0]
    newest = freezes[-1]
    counts = counts_of(trees, group)
    evidence = evidence_of(freezes, trees, group, path, counts)
    verdict, reason = judge(evidence)
    freed = freed_bytes(newest, releases, group, path)
    return Suspect(
        rank=0,
        verdict=verdict,
        holder=path.holder,
        type_name=main.name,
        member_types=tuple(t.name for t in group.types[:MAX_TYPES]),
        count=counts[-1],
        growth=counts[-1] - counts[0] if len(counts) > 1 else 0,
        counts=counts,
        retained_bytes=max(freed, releases.of_all(point.members)),
        freed_bytes=freed,
        growth_bytes=point.growth_bytes if len(freezes) > 1 else 0,
        freezes=(freezes[0].graph.snapshot.name, newest.graph.snapshot.name),
        released=point.released,
        path=elide(path.expression or path.way, 900),
        root=path.root,
        reason=reason,
        advice=path.advice.text,
        example=main.example,
        holder_row=_holder_row(group),
        chain=group.chain,
        named=path,
        scope=scope_of(group, path),
        also=group.also,
        is_settled=len(counts) > 1 and is_settled(evidence),
        members=point.members,
    )


def _holder_row(group: Group) -> int:
    if group.point.is_spread and group.holder_at is not None:
        return int(group.chain.indexes[group.holder_at])
    return -1 if group.point.holder is None else group.point.holder


def _merged(suspects: Iterable[Suspect]) -> list[Suspect]:
    """Suspects of holders with one name are one: the heaviest speaks, bytes and types of the others join,
    and where the very same object holds them their members too."""
    by_holder: dict[tuple[str, str], Suspect] = {}
    for suspect in sorted(suspects, key=attrgetter("rank_key")):
        key = (suspect.holder, suspect.root)
        first = by_holder.get(key)
        if first is None:
            by_holder[key] = suspect
            continue
        types = dict.fromkeys((*first.member_types, *suspect.member_types))
        is_same = first.holder_row == suspect.holder_row
        by_holder[key] = replace(
            first,
            member_types=tuple(types)[:MAX_TYPES],
            growth_bytes=first.growth_bytes + suspect.growth_bytes,
            retained_bytes=max(first.retained_bytes, suspect.retained_bytes),
            freed_bytes=max(first.freed_bytes, suspect.freed_bytes),
            members=distinct(np.concatenate([first.members, suspect.members])) if is_same else first.members,
        )
    return list(by_holder.values())


def _ranked(suspects: Iterable[Suspect], ignore: Sequence[str]) -> list[Suspect]:
    kept = [s for s in suspects if not is_ignored(s, ignore)]
    ordered = sorted(kept, key=attrgetter("rank_key"))[:MAX_SUSPECTS]
    return [replace(suspect, rank=number) for number, suspect in enumerate(ordered, 1)]


def _with_companions(suspects: list[Suspect]) -> list[Suspect]:
    """What only native code holds, with the objects of a library that came in the same numbers: theirs
    may be the references that cannot be seen (functions of a database connection)."""
    return [
        _beside(suspect, [s for s in suspects if _is_companion(s)])
        if suspect.chain.root.kind == RootKind.NATIVE and suspect.growth >= MIN_COMPANIONS
        else suspect
        for suspect in suspects
    ]


def _beside(suspect: Suspect, candidates: Iterable[Suspect]) -> Suspect:
    other = next((c for c in candidates if _steps(c) == _steps(suspect)), None)
    if other is None:
        return suspect
    types = dict.fromkeys((*suspect.member_types[: MAX_TYPES - 1], other.type_name))
    words = f"as many {other.type_name} came, kept by {other.holder}"
    return replace(suspect, beside=words, member_types=tuple(types))


def _is_companion(suspect: Suspect) -> bool:
    is_plain = is_plumbing(suspect.type_name) or package_of(suspect.type_name) == "__main__"
    return suspect.chain.root.kind != RootKind.NATIVE and not is_plain


def _steps(suspect: Suspect) -> tuple[int, ...]:
    return tuple(b - a for a, b in pairwise(suspect.counts))


def _with_co_holders(
    suspects: list[Suspect], newest: Analysed, labels: LabelSource, releases: Releases
) -> list[Suspect]:
    """The first few leaks with the names of who keeps the same objects as well."""
    asked = [
        number
        for number, suspect in enumerate(suspects[:MAX_CO_HELD])
        if suspect.is_leak and suspect.holder_row >= 0
    ]
    held = [Held(s.chain, s.holder_row, s.count, s.holder) for s in (suspects[n] for n in asked)]
    found = dict(zip(asked, co_holders(newest.finder, labels, held), strict=True))
    suspects = [_also_held(suspect, found.get(n, {}), releases) for n, suspect in enumerate(suspects)]
    return [
        replace(s, beside=s.beside or silent_keepers(newest.finder, labels, s.chain))
        if number < MAX_CO_HELD
        else s
        for number, s in enumerate(suspects)
    ]


def _also_held(suspect: Suspect, others: Mapping[str, int], releases: Releases) -> Suspect:
    """The same with who else holds it. Functions in two lists share their module, which neither keeps for
    itself: what all of them together keep is retained."""
    if not others:
        return suspect
    together = 0
    if suspect.scope is Scope.HOLDER:
        together = releases.of_contents(distinct(np.array([suspect.holder_row, *others.values()], np.int32)))
    return replace(suspect, also=tuple(others), retained_bytes=max(suspect.retained_bytes, together))


def _with_places(suspects: list[Suspect], newest: Analysed, traces: TraceSource) -> list[Suspect]:
    """The same with where their objects were made: those that the title counts."""
    types = newest.graph.snapshot.types
    return [
        replace(
            suspect,
            made_at=places_of(
                rows_below(int(types[suspect.example]), suspect.members, newest),
                newest,
                traces,
                MOST_SAMPLED if number < MAX_WELL_SAMPLED else FEWER_SAMPLED,
            ),
        )
        for number, suspect in enumerate(suspects)
    ]


def is_ignored(suspect: Suspect, patterns: Sequence[str]) -> bool:
    """Whether the holder or the type of a suspect fits one of the patterns (`*` allowed)."""
    names = (suspect.holder, suspect.type_name, short_name(suspect.type_name))
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
