"""The same suspect in two runs: paired by holder or path shape, and measured where only one run has it.

Ids and rows of two runs have nothing to do with each other, so names decide. A suspect that the other
run does not have is looked for there all the same: what stands under the holder of that name, however
little it is, is its figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from refscope.analysis.chains import Chain
from refscope.analysis.groups import Analysed
from refscope.analysis.mechanisms.interpreter import GARBAGE_ROOT
from refscope.analysis.names import name_chains
from refscope.analysis.suspects import Suspect
from refscope.analysis.trees import KeyTable, Rows, SpanningTree, spanning_tree
from refscope.analysis.whatif import Releases
from refscope.heap.id_table import rows_of_few
from refscope.heap.snapshot import LabelSource

MAX_SHAPES = 8  # path shapes to a class that are named in search of a holder
MAX_POSITIONS = 12  # holders tried on each: longer chains have theirs near the root
MAX_CLIMB = 400  # steps from an object up to its holder

Pair = tuple[Suspect | None, Suspect | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a holder kept in one run. counts: objects of the class per freeze, oldest first. growth_bytes:
    from the first to the last freeze. retained_bytes: of the last, None = not known. suspect: where the
    run's own analysis points at it."""

    counts: tuple[int, ...]
    growth_bytes: int
    retained_bytes: int | None
    suspect: Suspect | None = None

    @property
    def count(self) -> int:
        """Objects in the last freeze."""
        return self.counts[-1] if self.counts else 0

    @property
    def is_leak(self) -> bool:
        """Whether the run's own analysis calls it a leak."""
        return self.suspect is not None and self.suspect.is_leak


NOTHING = Standing((), 0, 0)


def standing_of(suspect: Suspect) -> Standing:
    """The figures of a suspect in its own run."""
    return Standing(suspect.counts, suspect.growth_bytes, suspect.retained_bytes, suspect)


def pairs_of(before: Sequence[Suspect], after: Sequence[Suspect]) -> list[Pair]:
    """Suspects of two runs that are the same, each once: of one holder, of one holder but for its
    numbers, of one class and path shape. Those of the first run in their order, then what only the
    second has."""
    left = list(after)
    partners: dict[int, Suspect] = {}
    for key in (lambda s: (s.holder, s.type_name), lambda s: s.holder, _numberless, _shape):
        _pair_by(key, before, left, partners)
    pairs: list[Pair] = [(suspect, partners.get(n)) for n, suspect in enumerate(before)]
    return [*pairs, *((None, suspect) for suspect in left)]


def _pair_by(
    key: Callable[[Suspect], object],
    before: Sequence[Suspect],
    left: list[Suspect],
    partners: dict[int, Suspect],
) -> None:
    for number, suspect in enumerate(before):
        if number not in partners:
            found = next((other for other in left if key(other) == key(suspect)), None)
            if found is not None:
                partners[number] = found
                left.remove(found)


def _numberless(suspect: Suspect) -> str:
    return without_numbers(suspect.holder)


def _shape(suspect: Suspect) -> tuple[str, str]:
    return suspect.type_name, without_numbers(suspect.named.shape)


def without_numbers(name: str) -> str:
    """A name that counters and addresses do not change."""
    return re.sub(r"0x[0-9a-f]+|\d+", "#", name)


class RunHeaps:
    """The freezes of one run, oldest first, in which holders are looked for by name. labels: of the
    newest. Trees are made at the first question."""

    def __init__(self, freezes: Sequence[Analysed], labels: LabelSource) -> None:
        self._freezes = freezes
        self._labels = labels
        self._table = KeyTable()

    def standing(self, suspect: Suspect) -> Standing:
        """What a suspect of another run keeps in this one. O(objects), and a few names."""
        if not self._freezes:
            return NOTHING
        if suspect.chain.root.kind == GARBAGE_ROOT:
            return self._garbage(suspect)
        holders = self._holders(suspect)
        if not holders:
            return Standing((0,) * len(self._freezes), 0, 0)
        key = self._table.number(suspect.type_name)
        found = [self._members(number, holders, key) for number in range(len(self._freezes))]
        since = next(number for number, each in enumerate(found) if each is not None)
        known = [each for each in found[since:] if each is not None]
        pairs = zip(self._trees[since:], known, strict=False)
        weights = [int(tree.bytes[members].sum()) for tree, (_, members) in pairs]
        newest, members = self._trees[-1], known[-1][1]
        retained = sum(
            self._releases.of_members(
                np.array([holder], np.int32), members[newest.parents[members] == holder]
            )
            for holder in holders
        )
        counts = (*[known[0][0]] * since, *(count for count, _ in known))
        return Standing(counts, weights[-1] - weights[0], retained)

    @cached_property
    def _trees(self) -> list[SpanningTree]:
        return [spanning_tree(freeze.finder, self._table) for freeze in self._freezes]

    @cached_property
    def _releases(self) -> Releases:
        newest = self._freezes[-1]
        return Releases(newest.graph, newest.roots, self._trees[-1])

    def _garbage(self, suspect: Suspect) -> Standing:
        key = self._table.number(suspect.type_name)
        unreached = [np.flatnonzero(freeze.roots.garbage) for freeze in self._freezes]
        pairs = list(zip(self._trees, unreached, strict=True))
        counts = tuple(int((tree.keys[rows] == key).sum()) for tree, rows in pairs)
        sizes = [int(tree.snapshot.sizes[rows].sum()) for tree, rows in pairs]
        return Standing(counts, sizes[-1] - sizes[0], sizes[-1])

    def _holders(self, suspect: Suspect) -> list[int]:
        """Rows of the newest heap that have the holder's name and keep objects of the class."""
        chains, positions = [], []
        for chain in self._typical_chains(suspect.type_name):
            for position in range(min(len(chain.indexes), MAX_POSITIONS)):
                chains.append(chain)
                positions.append(position)
        paths = name_chains(self._freezes[-1].graph, self._labels, chains, positions) if chains else []
        wanted = without_numbers(suspect.holder)
        found = [
            int(chain.indexes[path.holder_index])
            for chain, path in zip(chains, paths, strict=True)
            if without_numbers(path.holder) == wanted
        ]
        return list(dict.fromkeys(found))

    def _typical_chains(self, type_name: str) -> Iterator[Chain]:
        """One chain for each path shape to a class, the most frequent shapes first."""
        newest, tree = self._freezes[-1], self._trees[-1]
        rows = np.flatnonzero(tree.keys == self._table.number(type_name)).astype(np.int32)
        rows = rows[tree.parents[rows] >= -1]
        shapes = newest.finder.shapes()[rows]
        _, firsts, counts = np.unique(shapes, return_index=True, return_counts=True)
        for at in np.argsort(-counts, kind="stable")[:MAX_SHAPES].tolist():
            chain = newest.finder.shortest(int(rows[firsts[at]]))
            if chain is not None:
                yield chain

    def _members(self, number: int, holders: Sequence[int], key: int) -> tuple[int, Rows] | None:
        """How many objects of a class these holders have in a freeze, and what directly below the
        holders they belong to; None where the holders are not there (made later, or anew)."""
        tree, newest = self._trees[number], self._trees[-1]
        rows = rows_of_few(tree.snapshot.ids, newest.snapshot.ids[list(holders)])
        same = [
            row
            for row, holder in zip(rows.tolist(), holders, strict=True)
            if row >= 0 and tree.keys[row] == newest.keys[holder]
        ]
        if not same:
            return None
        objects = np.flatnonzero(tree.keys == key).astype(np.int32)
        tops = self._tops(tree, same, objects[tree.parents[objects] >= -1])
        return len(tops), np.unique(tops)

    @staticmethod
    def _tops(tree: SpanningTree, holders: Sequence[int], rows: Rows) -> Rows:
        """For each object below one of these holders, what the holder has of it; others left out."""
        is_holder = np.zeros(tree.root + 1, np.bool_)
        is_holder[list(holders)] = True
        found, nodes = [], rows
        for _ in range(MAX_CLIMB):
            above = tree.parents[nodes]
            arrived = is_holder[above] & (above >= 0)
            found.append(nodes[arrived])
            nodes = above[~arrived & (above >= 0)]
            if not len(nodes):
                break
        return np.concatenate(found)
