"""Why an object is alive: shortest chains of references from the roots, best first.

One breadth-first pass in ranks over the whole heap answers every question: first what modules hold
by attributes, keys and items, then what running frames and the interpreter hold, then what hangs on
references that nobody writes down (`heap.roles`), last what only native code holds. The order of
roots and references decides between equals, so equal heaps give equal chains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from refscope.analysis.chains import Chain
from refscope.analysis.roots import KINDS, Roots
from refscope.heap import roles
from refscope.heap.distinct import distinct
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import ObjectIndex
from refscope.heap.vocabulary import RootKind

Rows = npt.NDArray[np.int32]

_BARE = roles.NATIVE + 1
"""Rank of plain containers that only native code holds: what it holds besides says more."""

_PASSING = _BARE + 1
"""Rank of running functions that have ended by the freeze with which this one is compared."""

_N_RANKS = 6
_HIDDEN_COUNTS_LESS = 10  # one instance under a plain name comes before a few that only frames hold
_PLAIN = frozenset({"tuple", "list", "dict", "set", "frozenset", "cell", "str", "bytes", "bytearray"})
_LOOK_AT = 200  # further holders of one object that are tried, nearest to the roots first
_WALK_BACK = 20_000  # objects visited in search of a way around; beyond that there is none near


@dataclass(frozen=True, slots=True)
class TypeChains:
    """The chains to all objects of a type, merged by shape; `garbage`: how many no root reaches."""

    chains: tuple[Chain, ...]
    total: int
    garbage: int


@dataclass(frozen=True, slots=True, eq=False)
class _Forest:
    parent: npt.NDArray[np.int32]
    order: npt.NDArray[np.int32]  # reached objects as they were settled
    places: npt.NDArray[np.int32]  # which of its references led here
    place: npt.NDArray[np.int32]  # int32[n], position in `order`; −1 = not reached
    rank_ends: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int32]  # root objects, ascending, each once
    best_root: npt.NDArray[np.int64]  # position of the best root of each

    def root_of(self, index: int) -> int | None:
        """Position of an object's best root; None = it is none."""
        at = int(np.searchsorted(self.starts, index))
        return int(self.best_root[at]) if at < len(self.starts) and self.starts[at] == index else None


class PathFinder:
    """Answers from one breadth-first pass over the heap, made at the first question (GIL released)."""

    def __init__(
        self, graph: HeapGraph, roots: Roots, passing: frozenset[tuple[str, str]] = frozenset()
    ) -> None:
        """passing: (module, function) of running functions that come after all other roots."""
        self.graph = graph
        self.roots = roots
        self._passing = passing

    def shortest(self, index: int) -> Chain | None:
        """The best chain to an object: over references that a person can act on first, then fewest
        steps; None = no root reaches it (garbage). O(length)."""
        if self._forest.place[index] < 0:
            return None
        return self._chain(self._up(index))

    def chains(self, index: int, limit: int = 5) -> list[Chain]:
        """The best chain and further independent ones: other holders of the object first, then ways
        that part higher up; chains of a new shape before more of the same, those that part over a
        hidden reference (instance → class, function → globals) last."""
        first = self.shortest(index)
        return [] if first is None else self._with_further(first, limit, hidden_too=True)

    def _with_further(self, first: Chain, limit: int, *, hidden_too: bool) -> list[Chain]:
        found, more, hidden = [first], list[Chain](), list[Chain]()
        shapes = {self._types(first.indexes)}
        for position in range(len(first.indexes) - 1, 0, -1) or (0,):  # a root may be held as well
            for chain in self._parting_at(first, position):
                if len(found) == limit:
                    return found
                parts_at = len(chain.indexes) - (len(first.indexes) - position)
                if parts_at and self._is_hidden(*chain.indexes[parts_at - 1 : parts_at + 1]):
                    hidden.append(chain)
                    continue
                is_new = self._types(chain.indexes) not in shapes
                shapes.add(self._types(chain.indexes))
                (found if is_new else more).append(chain)
        return (found + more + (hidden if hidden_too else []))[:limit]

    def chains_to_type(self, rows: Sequence[int], limit: int = 5) -> TypeChains:
        """Chains to all objects of these types, merged by shape: what explains most of their bytes
        first; what a person does not write down counts less. RefScope's own objects do not count."""
        objects = self.graph.objects_of_type(*rows)
        objects = objects[~self.roots.own[objects]]
        place = self._forest.place[objects]
        reached, place = objects[place >= 0], place[place >= 0]
        nearest_first = np.argsort(place)
        reached, place = reached[nearest_first], place[nearest_first]
        _, firsts, shapes, counts = np.unique(
            self._shapes_in_order[place], return_index=True, return_inverse=True, return_counts=True
        )
        weights = np.bincount(shapes, self.graph.snapshot.sizes[reached], len(firsts)).astype(np.float64)
        weights[place[firsts] >= self._forest.rank_ends[roles.HIDDEN - 1]] /= _HIDDEN_COUNTS_LESS
        best = np.lexsort((place[firsts], -weights))[:limit]
        chains = [
            replace(self._chain(self._up(int(reached[firsts[k]]))), alike=int(counts[k]))
            for k in best.tolist()
        ]
        if chains and len(chains) < limit:
            further = self._with_further(chains[0], limit - len(chains) + 1, hidden_too=False)[1:]
            chains += [replace(chain, alike=self._alike(chain, set(rows))) for chain in further]
        return TypeChains(tuple(chains), len(objects), len(objects) - len(reached))

    def parents(self) -> npt.NDArray[np.int32]:
        """int32[n]: the object before it on its best chain; −1 = a root, −2 = not reached."""
        return self._forest.parent

    def distances(self) -> npt.NDArray[np.int32]:
        """int32[n]: references on its best chain; −1 = not reached."""
        return self._distances

    def order(self) -> npt.NDArray[np.int32]:
        """int32: all reached objects, best reached first; parents stand before what they hold."""
        return self._forest.order

    def shapes(self) -> npt.NDArray[np.uint64]:
        """uint64[n]: a number for the shape of each object's best chain (0 = not reached).

        Variables of namespaces and attributes count by place, members of containers by type, and
        repetition (linked lists) once. Equal across snapshots where the names on the way are.
        """
        shapes = np.zeros(self.graph.n_objects, np.uint64)
        shapes[self._forest.order] = self._shapes_in_order
        return shapes

    def shapes_of(self, rows: Rows) -> npt.NDArray[np.uint64]:
        """uint64 per row: as `shapes`, for some reached objects."""
        found: npt.NDArray[np.uint64] = self._shapes_in_order[self._forest.place[rows]]
        return found

    def _up(self, index: int) -> list[int]:
        """The best chain's objects, root first."""
        parent = self._forest.parent
        chain = [int(index)]
        while (above := int(parent[chain[-1]])) >= 0:
            chain.append(above)
        return chain[::-1]

    def _chain(self, indexes: Sequence[int]) -> Chain:
        position = self._forest.root_of(indexes[0])
        assert position is not None, "a chain that begins with no root"
        root = self.roots.root(position)
        return Chain(root, tuple(ObjectIndex(index) for index in indexes))

    def _types(self, indexes: Sequence[int]) -> tuple[int, ...]:
        return tuple(self.graph.snapshot.types[list(indexes)].tolist())

    def _is_hidden(self, source: int, target: int) -> bool:
        """Whether a person writes no such reference down."""
        table, types = self._ranking, self.graph.snapshot.types
        rank = table.ranks.reshape(roles.SIDE, roles.SIDE)[table.roles[source], table.roles[target]]
        return bool(rank >= roles.HIDDEN or table.class_of_type[types[source]] == target)

    def _alike(self, chain: Chain, rows: set[int]) -> int:
        """How many objects of these types the last holder of a chain holds."""
        if len(chain.indexes) < 2:
            return 1
        held = distinct(self.graph.referents(chain.indexes[-2]))
        return max(1, int(np.isin(self.graph.snapshot.types[held], list(rows)).sum()))

    def _parting_at(self, chain: Chain, position: int) -> Iterator[Chain]:
        """Chains that end like this one from `position` on, but come from another holder there."""
        tail: list[int] = list(chain.indexes[position:])
        holders = distinct(self.graph.referrers(tail[0]))
        place = self._forest.place[holders]
        holders = holders[np.argsort(place, kind="stable")][np.count_nonzero(place < 0) :]
        blocked = set(tail)
        clear: dict[int, bool] = {}
        for holder in holders[:_LOOK_AT].tolist():
            if holder not in chain.indexes[max(0, position - 1) :]:
                head = self._around(holder, blocked, clear)
                if head is not None:
                    yield self._chain([*head, *tail])
        if position and self._forest.root_of(tail[0]) is not None:  # held from outside besides
            yield self._chain(tail)

    def _around(self, index: int, blocked: set[int], clear: dict[int, bool]) -> list[int] | None:
        """A short chain to an object that avoids `blocked`: from the nearest of its referrers (and
        theirs …) whose best chain does. None = there is none near."""
        below = {index: -1}
        waiting = [index]
        for each in waiting:
            is_clear = self._is_clear(each, blocked, clear)
            if is_clear or self._forest.root_of(each) is not None:
                chain = self._up(each) if is_clear else [each]
                while (each := below[each]) >= 0:
                    if each in chain:  # it came by here already
                        del chain[chain.index(each) :]
                    chain.append(each)
                return chain
            for referrer in self.graph.referrers(each)[:_WALK_BACK].tolist():
                if referrer not in below and referrer not in blocked and self._forest.place[referrer] >= 0:
                    below[referrer] = each
                    waiting.append(referrer)
            if len(waiting) > _WALK_BACK:
                break
        return None

    def _is_clear(self, index: int, blocked: set[int], clear: dict[int, bool]) -> bool:
        """Whether an object's best chain avoids `blocked`; remembered for all on the way."""
        way = []
        parent = self._forest.parent
        while index >= 0 and index not in clear and index not in blocked:
            way.append(index)
            index = int(parent[index])
        answer = index < 0 or (index not in blocked and clear[index])
        clear.update(dict.fromkeys(way, answer))
        return answer

    @cached_property
    def _ranking(self) -> roles.Ranking:
        return roles.ranking(self.graph)

    @cached_property
    def _forest(self) -> _Forest:
        from refscope.heap import kernels

        snapshot, roots = self.graph.snapshot, self.roots
        n = self.graph.n_objects
        table = self._ranking
        starts, ranks, ascending, best_root = self._starts()
        done = roots.own.copy()  # RefScope's own objects are not there
        order, aboves, places, distances = (np.empty(n, np.int32) for _ in range(4))
        rank_ends = np.zeros(_N_RANKS, np.int64)
        count = kernels.search(
            snapshot.offsets,
            snapshot.targets,
            table.roles,
            table.ranks,
            table.class_rank,
            snapshot.types,
            table.class_of_type,
            starts,
            ranks,
            done,
            rank_ends,
            order,
            aboves,
            places,
            distances,
        )
        order, places = order[:count].copy(), places[:count].copy()
        parent = np.full(n, -2, np.int32)
        place = np.full(n, -1, np.int32)
        kernels.scatter(order, aboves[:count], parent, place)
        return _Forest(parent, order, places, place, rank_ends, ascending, best_root)

    @cached_property
    def _distances(self) -> npt.NDArray[np.int32]:
        from refscope.heap import kernels

        distance = np.full(self.graph.n_objects, -1, np.int32)
        kernels.measure_chains(self._forest.order, self._forest.parent, distance)
        return distance

    def _starts(self) -> tuple[Rows, npt.NDArray[np.uint8], Rows, npt.NDArray[np.int64]]:
        """Root objects in order of preference and their ranks; then the same objects ascending, and the
        position of the best root of each."""
        ranks = self._root_ranks()
        wanted = np.argsort(ranks, kind="stable")
        wanted = wanted[ranks[wanted] < _N_RANKS]
        ascending, firsts = np.unique(self.roots.objects[wanted], return_index=True)
        in_order = wanted[np.sort(firsts)]
        return self.roots.objects[in_order], ranks[in_order], ascending, wanted[firsts]

    def _root_ranks(self) -> npt.NDArray[np.uint8]:
        """uint8 per position of the roots; _N_RANKS = left out."""
        by_kind = {
            RootKind.MODULE: roles.NORMAL,
            RootKind.FRAME: roles.OUTSIDE,
            RootKind.INTERPRETER: roles.OUTSIDE,
            RootKind.NATIVE: roles.NATIVE,
        }
        ranks = np.array([by_kind.get(kind, _N_RANKS) for kind in KINDS], np.uint8)[self.roots.kinds]
        table = self.graph.snapshot.type_table
        is_plain = np.array([info.name in _PLAIN for info in table] or [False])
        is_bare = (ranks == roles.NATIVE) & is_plain[self.graph.snapshot.types[self.roots.objects]]
        ranks[is_bare] = _BARE
        for position, root in enumerate(self.roots.named):
            if root.frame is not None:
                frame = self.graph.snapshot.frames[root.frame]
                if "importlib" in frame.module.partition(".")[0]:  # a person does not change an import
                    ranks[position] = roles.HIDDEN
                if (frame.module, frame.function) in self._passing:
                    ranks[position] = _PASSING
        return ranks

    @cached_property
    def _shapes_in_order(self) -> npt.NDArray[np.uint64]:
        from refscope.heap import kernels

        forest = self._forest
        in_order = np.zeros(len(forest.order), np.uint64)
        positions = forest.place[forest.starts]
        is_top = forest.parent[forest.starts] == -1  # others are reached from better roots
        in_order[positions[is_top]] = self._root_hashes()[is_top]
        modes = roles.modes(self.graph)
        aboves = np.empty_like(forest.order)
        kernels.gather_aboves(forest.order, forest.parent, forest.place, aboves)
        kernels.hash_shapes(
            forest.order,
            aboves,
            forest.places,
            self.graph.snapshot.types,
            modes.modes,
            modes.modes_below,
            modes.type_hashes,
            in_order,
        )
        return in_order

    def _root_hashes(self) -> npt.NDArray[np.uint64]:
        """uint64 per start: what stays the same about a root from freeze to freeze. Not which thread,
        not how many; of native ones the type."""
        names = [f"{RootKind.NATIVE} {info.name}" for info in self.graph.snapshot.type_table]
        by_type = np.array([roles.hash_of(name) for name in names], np.uint64)
        hashes = by_type[self.graph.snapshot.types[self._forest.starts]]
        for at in np.flatnonzero(self._forest.best_root < len(self.roots.named)).tolist():
            root = self.roots.named[int(self._forest.best_root[at])]
            label = re.sub("[0-9]+", "#", root.label)
            if root.frame is not None:
                frame = self.graph.snapshot.frames[root.frame]
                label = f"{frame.module}.{frame.function}"
            hashes[at] = roles.hash_of(f"{root.kind} {label}")
        return hashes
