"""Growth on drawn heaps agrees with a plain count over the same trees."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from refscope.analysis.growth import find_growth
from refscope.analysis.growth_points import MIN_GROWTH_BYTES
from refscope.analysis.trees import SpanningTree
from tests.unit.analysis.freezes import freezes

KINDS = ("app.A", "app.B", "dict")
EXAMPLES = settings(max_examples=150, deadline=None)


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[str], list[dict[str, int]]]:
    """Two or three freezes of a drawn tree that changes: (texts, sizes)."""
    n_freezes = draw(st.integers(2, 3))
    texts, sizes = [], []
    present: dict[str, tuple[str, str]] = {}  # name -> (holder, kind)
    weights: dict[str, int] = {}
    for freeze in range(n_freezes):
        for name in draw(st.sets(st.sampled_from(sorted(present)), max_size=2)) if present else ():
            present = {k: v for k, v in present.items() if k != name and v[0] != name}
        for number in range(draw(st.integers(1, 8))):
            holder = draw(st.sampled_from(["root", *present]))
            present[f"o{freeze}_{number}"] = (holder, draw(st.sampled_from(KINDS)))
        present = _without_orphans(present)
        for name in present:
            grown = draw(st.sampled_from([0, 0, 0, 3000]))
            weights[name] = weights.get(name, 16 if draw(st.booleans()) else 2500) + grown
        texts.append("root; " + "; ".join(f"{h} -> {n}:{k}" for n, (h, k) in present.items()))
        sizes.append(dict(weights))
    return texts, sizes


def _without_orphans(present: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    kept = {"root"}
    for name, (holder, _) in present.items():  # holders stand before what they hold
        if holder in kept:
            kept.add(name)
    return {name: entry for name, entry in present.items() if name in kept}


class Plain:
    """One tree as dicts by object id."""

    def __init__(self, tree: SpanningTree) -> None:
        snapshot = tree.snapshot
        self.ids = snapshot.ids.tolist()
        self.key = dict(zip(self.ids, tree.keys.tolist(), strict=True))
        self.size = dict(zip(self.ids, snapshot.sizes.tolist(), strict=True))
        self.children: dict[int, list[int]] = {each: [] for each in self.ids}
        for row, parent in enumerate(tree.parents.tolist()):
            if parent >= 0:
                self.children[self.ids[parent]].append(self.ids[row])

    def weight(self, each: int) -> int:
        return self.size[each] + sum(map(self.weight, self.children[each]))


def rises(values: list[int]) -> bool:
    return all(a < b for a, b in pairwise(values))


def matched(plains: list[Plain]) -> list[int]:
    return [i for i in plains[-1].ids if all(p.key.get(i) == plains[-1].key[i] for p in plains)]


def entries(plains: list[Plain]) -> dict[int, tuple[Any, ...]]:
    """holder id -> (counts, bytes, growth, released, ids of members) of what grew under it."""
    found = {}
    for holder in matched(plains):
        held = [plain.children[holder] for plain in plains]
        if not rises([len(each) for each in held]):
            continue
        per_key = [Counter(p.key[i] for i in each) for p, each in zip(plains, held, strict=True)]
        growing = {key for key in per_key[-1] if rises([counts[key] for counts in per_key])}
        if growing:
            held = [[i for i in each if p.key[i] in growing] for p, each in zip(plains, held, strict=True)]
        came = sum(plains[-1].weight(i) for i in held[-1] if i not in held[0])
        gone = [i for i in held[0] if i not in held[-1]]
        table = max(plains[-1].size[holder] - plains[0].size[holder], 0)  # its own growth goes with it
        growth = came - sum(plains[0].weight(i) for i in gone) + table
        weights = tuple(sum(map(p.weight, each)) for p, each in zip(plains, held, strict=True))
        if growth >= MIN_GROWTH_BYTES:
            found[holder] = (tuple(map(len, held)), weights, growth, len(gone), held[-1])
    return found


def sizes_of(plains: list[Plain]) -> dict[int, tuple[int, ...]]:
    """id -> own bytes per freeze of what grew itself, and does not have more children each time."""
    found = {}
    for each in matched(plains):
        own = [plain.size[each] for plain in plains]
        more = rises([len(plain.children[each]) for plain in plains])
        if rises(own) and own[-1] - own[0] >= MIN_GROWTH_BYTES and not more:
            found[each] = tuple(own)
    return found


@given(runs())
@EXAMPLES
def test_holders_that_are_there_each_time_are_found_with_their_counts_and_bytes(case: Any) -> None:
    made = freezes(*case[0], sizes=case[1])
    plains = [Plain(tree) for tree in made.trees]
    ids = made.trees[-1].snapshot.ids
    points = find_growth(made.trees)
    told = {
        int(ids[p.holder]): (p.counts, p.bytes, p.growth_bytes, p.released, ids[p.members].tolist())
        for p in reversed(points)
        if p.kind == "entries" and p.holder is not None and not p.is_spread
    }
    for holder, expected in entries(plains).items():
        assert told[holder] == expected
    grown = {int(ids[p.holder]): p.bytes for p in points if p.kind == "size" and p.holder is not None}
    for each, own in sizes_of(plains).items():
        assert grown[each] == own


@given(runs())
@EXAMPLES
def test_newcomers_are_the_members_whose_ids_are_new_and_what_is_told_rises(case: Any) -> None:
    made = freezes(*case[0], sizes=case[1])
    first, last = made.trees[0].snapshot.ids, made.trees[-1].snapshot.ids
    for point in find_growth(made.trees):
        assert point.growth_bytes >= MIN_GROWTH_BYTES
        assert rises(list(point.counts)) or rises(list(point.bytes))
        if point.kind == "entries":
            new = set(last[point.members].tolist()) - set(first.tolist())
            assert set(last[point.newcomers].tolist()) == new
