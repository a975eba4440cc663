"""Who holds an object and what it holds, as the chosen view shows it: raw or folded.

A `Hop` is one drawn reference with the raw references it stands for: in the folded view an instance
holds its attribute's value, whatever dict, cell or method lies between. Popular objects have a
hundred thousand referrers: at most `EXAMINED` of them are looked at one by one, the best first; the
rest is counted. No words here (`edge_words`), no state of the screen (`graph_state`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from refscope.heap.vocabulary import ObjectFlag, RootKind
from refscope.present.graph_source import GraphSource, Indexes

EXAMINED = 1_000
"""Neighbours looked at one by one; more would be noticed (about 6 µs each, both sides of each new node)."""
_ON_PATH = 1 << 60  # more than any object retains
_THROUGH = 50  # holders followed behind one wrapper
_DEEPEST = 4  # method in cell in closure tuple in function is the deepest nest met


class View(Enum):
    """Folded is what a person thinks, raw what the collector sees."""

    FOLDED = "folded"
    RAW = "raw"


class Side(Enum):
    """Which neighbours: those that hold the object, or those it holds."""

    HOLDERS = "holders"
    HELD = "held"


def outside(index: int) -> int:
    """The ref of the root outside the heap that holds object `index`; its own inverse.

    A ref is an object index, or a negative number for such a root, which is no object.
    """
    return -index - 1


@dataclass(frozen=True, slots=True)
class Hop:
    """One drawn reference. `edges`: the raw (referrer, referent) pairs it stands for, from the holder
    down; empty for a root outside the heap. `count`: parallel references folded into it."""

    holder: int
    held: int
    edges: tuple[tuple[int, int], ...] = ()
    count: int = 1

    def other(self, side: Side) -> int:
        """The neighbour on that side."""
        return self.holder if side is Side.HOLDERS else self.held


@dataclass(frozen=True, slots=True)
class Hops:
    """Neighbours on one side. `total` counts all of them, `hops` has the examined ones."""

    hops: tuple[Hop, ...]
    total: int

    @property
    def is_complete(self) -> bool:
        """Whether every neighbour was examined."""
        return self.total <= len(self.hops)


class Neighbourhood:
    """Neighbours of objects of one heap in one view, remembered: a heap never changes."""

    def __init__(self, source: GraphSource, view: View) -> None:
        self.source = source
        self.view = view
        self._known: dict[tuple[int, Side], Hops] = {}
        self._stands_for: dict[int, int | None] = {}

    def neighbours(self, ref: int, side: Side) -> Hops:
        """All neighbours on one side, the best first. O(degree), then O(1)."""
        key = (ref, side)
        if key not in self._known:
            self._known[key] = self._ask(ref, side)
        return self._known[key]

    def stands_for(self, ref: int) -> int | None:
        """The ref that shows `ref` in this view: itself, its owner, or `None` where it is looked through."""
        if ref < 0 or self.view is View.RAW:
            return ref
        if ref not in self._stands_for:
            owner = self.owner(ref)
            hidden = owner == ref and self.is_looked_through(ref)
            self._stands_for[ref] = None if hidden else owner
        return self._stands_for[ref]

    def owner(self, ref: int) -> int:
        """The outermost owner, itself where nobody owns it. Always itself in the raw view."""
        if self.view is View.RAW:
            return ref
        for _ in range(_DEEPEST):
            owner = self.source.owner_of(ref)
            if owner is None or owner == ref:
                break
            ref = owner
        return ref

    def between(self, refs: Iterable[int]) -> list[Hop]:
        """Every hop whose two ends are among `refs`. O(sum of degrees), vectorised above `EXAMINED`."""
        shown = set(refs)
        found: list[Hop] = []
        wanted: Indexes | None = None
        for ref in sorted(shown):
            hops = self.neighbours(ref, Side.HOLDERS)
            here = {hop.holder: hop for hop in hops.hops if hop.holder in shown}
            if not hops.is_complete:
                if wanted is None:
                    wanted = self._with_parts(shown)
                for hop in self._among(ref, wanted):
                    if hop.holder in shown:
                        here.setdefault(hop.holder, hop)
            found.extend(here.values())
            found.extend(self._globals_between(ref, shown))
            if self.view is View.FOLDED and ref >= 0 and self.is_looked_through(ref):
                known = {(hop.holder, hop.held) for hop in found}
                held = self.neighbours(ref, Side.HELD).hops
                found.extend(h for h in held if h.held in shown and (h.holder, h.held) not in known)
        return found

    def _globals_between(self, module: int, shown: set[int]) -> list[Hop]:
        """Hops from functions on screen to the module whose globals they use."""
        users = self.functions(module)
        if len(users) == 0:
            return []
        parts = self.own_parts(module)[1:]
        chosen = users[np.isin(users, np.array(sorted(shown), dtype=np.int64))]
        return [
            Hop(function, module, tuple((function, part) for part in parts[:1]))
            for function in chosen.tolist()
        ]

    def hop(self, holder: int, held: int) -> Hop | None:
        """The hop from one to the other, `None` where there is none."""
        found = self.between((holder, held))
        return next((hop for hop in found if hop.holder == holder and hop.held == held), None)

    def references(self, holder: int, held: int) -> list[tuple[int, int]]:
        """The raw references that a drawn one stands for where its holder would let go: all parallel ones.

        `dict → method → instance` is let go of by the dict, `instance → __dict__ → value` by the attribute
        dict. Cost: O(referrers of the held object and of the wrappers between).
        """
        own, found = set(self.own_parts(held)), dict[tuple[int, int], None]()
        waiting = [(part, 0) for part in own]
        while waiting:
            index, depth = waiting.pop()
            for referrer in self.raw(index, Side.HOLDERS).tolist():
                if referrer in own:
                    continue
                if self.owner(referrer) == holder:
                    found[referrer, index] = None
                elif self.view is View.FOLDED and depth < _DEEPEST and self.is_looked_through(referrer):
                    waiting.append((referrer, depth + 1))
        return list(found)

    def functions(self, ref: int) -> Indexes:
        """In the folded view: functions whose globals were folded into this module."""
        if ref < 0 or self.view is View.RAW:
            return np.empty(0, dtype=np.int64)
        return self.source.functions_of(ref)

    # --- asking ---------------------------------------------------------------------------------

    def _ask(self, ref: int, side: Side) -> Hops:
        if ref < 0:
            hops = () if side is Side.HOLDERS else (Hop(ref, self.owner(outside(ref))),)
            return Hops(hops, len(hops))
        gathering = _Gathering(self, ref, side)
        if side is Side.HOLDERS:
            gathering.add_outside_roots()
        unexamined = 0
        for part in gathering.own:
            neighbours = self.raw(part, side)
            if side is Side.HOLDERS and part != ref:
                functions = self.functions(ref)
                if len(functions):
                    neighbours = neighbours[~np.isin(neighbours, functions)]
            chosen = neighbours[rank(self.source, neighbours, ref, side, EXAMINED)]
            unexamined += len(neighbours) - len(chosen)
            gathering.add_all(part, chosen)
        return Hops(tuple(gathering.found.values()), len(gathering.found) + unexamined)

    def _among(self, ref: int, wanted: Indexes) -> list[Hop]:
        """Holders of a popular object that are, or belong to, one of `wanted`."""
        gathering = _Gathering(self, ref, Side.HOLDERS)
        for part in gathering.own:
            neighbours = self.raw(part, Side.HOLDERS)
            gathering.add_all(part, neighbours[np.isin(neighbours, wanted)])
        return list(gathering.found.values())

    def own_parts(self, ref: int) -> list[int]:
        """The object and, folded, the parts that act in its name."""
        own = [ref]
        if self.view is View.FOLDED:
            for part in own:
                own.extend(p for p in self.source.parts_of(part).tolist() if p not in own)
                if len(own) > 8:
                    break
        return own

    def _with_parts(self, shown: set[int]) -> Indexes:
        parts = {part for ref in shown if ref >= 0 for part in self.own_parts(ref)}
        return np.array(sorted(parts), dtype=np.int64)

    def raw(self, index: int, side: Side) -> Indexes:
        """Distinct neighbours without RefScope's own objects."""
        asked = self.source.referrers(index) if side is Side.HOLDERS else self.source.referents(index)
        if len(asked) == 0:
            return asked
        distinct = _distinct(asked, self.source.snapshot.n_objects)
        own = (self.source.snapshot.flags[distinct] & ObjectFlag.OWN) != 0
        return distinct[~own] if own.any() else distinct

    def is_looked_through(self, index: int) -> bool:
        """Wrappers are looked through, unless nobody in the heap holds them: no dead ends."""
        if not self.source.is_wrapper(index):
            return False
        return self.source.root_of(index) is None and len(self.source.referrers(index)) > 0


class _Gathering:
    """The neighbours of one object on one side, being collected: one hop per neighbour."""

    def __init__(self, around: Neighbourhood, ref: int, side: Side) -> None:
        self.found: dict[int, Hop] = {}
        self.own = around.own_parts(ref)
        self._around = around
        self._ref = ref
        self._side = side

    def add_outside_roots(self) -> None:
        """Roots that are no objects of the heap, for the object or a part of it."""
        for part in self.own:
            root = self._around.source.root_of(part)
            if root is not None and root.kind in (RootKind.NATIVE, RootKind.INTERPRETER):
                self.found[outside(part)] = Hop(outside(part), self._ref)

    def add_all(self, part: int, others: Indexes) -> None:
        """The raw neighbours `others` of `part`, which acts for the object."""
        holders, ref = self._side is Side.HOLDERS, self._ref
        is_folded = self._around.view is View.FOLDED
        may_fold = self._around.source.prepare(others).tolist() if is_folded else [False] * len(others)
        prefix = () if part == ref or holders else ((ref, part),)
        for other, folds in zip(others.tolist(), may_fold, strict=True):
            if other not in self.own or other == part == ref:
                edges = (*prefix, (other, part) if holders else (part, other))
                if folds:
                    self._follow(other, edges, depth=0)
                else:
                    self._add(Hop(other, ref, edges) if holders else Hop(ref, other, edges))

    def _follow(self, other: int, edges: tuple[tuple[int, int], ...], depth: int) -> bool:
        """Add the neighbour that `other` stands for; where it is looked through, those behind it."""
        around, holders = self._around, self._side is Side.HOLDERS
        if around.view is View.FOLDED and depth < _DEEPEST and around.is_looked_through(other):
            reached = False
            for further in around.raw(other, self._side)[:_THROUGH].tolist():
                edge = (further, other) if holders else (other, further)
                longer = (edge, *edges) if holders else (*edges, edge)
                reached |= self._follow(further, longer, depth + 1)
            if reached:
                return True
        top = around.owner(other)
        if top != other and holders:
            edges = ((top, other), *edges)
        if top != self._ref or depth == 0:  # an object that holds itself by its own method adds nothing
            self._add(Hop(top, self._ref, edges) if holders else Hop(self._ref, top, edges))
        return True

    def _add(self, hop: Hop) -> None:
        other = hop.other(self._side)
        known = self.found.get(other)
        if known is None:
            self.found[other] = hop
        else:
            shorter = hop if len(hop.edges) < len(known.edges) else known
            self.found[other] = Hop(shorter.holder, shorter.held, shorter.edges, known.count + 1)


def _distinct(indexes: Indexes, n_objects: int) -> Indexes:
    """Each index once, ascending. Of very many by marking them: sorting a million takes 40 ms, this 2."""
    if len(indexes) * 50 < n_objects:
        return np.unique(indexes)
    is_met: npt.NDArray[np.bool_] = np.zeros(n_objects, dtype=np.bool_)
    is_met[indexes] = True
    return np.flatnonzero(is_met)


def rank(source: GraphSource, refs: Indexes, near: int, side: Side, most: int | None = None) -> Indexes:
    """Positions in `refs` in the order of interest: on a path to a root first, then by retained size.

    At most `most` of them; O(n) then, else O(n log n). `refs` must be ascending for equal ones to be
    chosen by index.

    A holder that is no farther from the roots than `near` is reached without passing through it, so
    it lies on a path. Ties are broken by index: the order is the same on every run.
    """
    sizes = source.retained if source.retained is not None else source.snapshot.sizes
    worth = sizes[refs].astype(np.int64)
    if source.depths is not None and side is Side.HOLDERS and near >= 0:
        depths = source.depths[refs]
        worth += np.where((depths >= 0) & (depths <= source.depths[near]), _ON_PATH, 0)
    if most is None or len(refs) <= most:
        return np.lexsort((refs, -worth))
    limit = np.partition(worth, len(refs) - most)[len(refs) - most]
    candidates = np.flatnonzero(worth > limit)
    equal = np.flatnonzero(worth == limit)[: most - len(candidates)]
    candidates = np.concatenate([candidates, equal])
    found: Indexes = candidates[np.lexsort((refs[candidates], -worth[candidates]))]
    return found
