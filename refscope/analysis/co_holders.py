"""Who else keeps the same objects: whoever changes only the first holder frees nothing.

Asked for the first answers only: each costs a search around the chain to one typical object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from refscope.analysis import sentences
from refscope.analysis.chains import Chain
from refscope.analysis.mechanisms import Kind
from refscope.analysis.mechanisms.callbacks import CALLABLES
from refscope.analysis.names import Path, name_chains
from refscope.analysis.paths import PathFinder
from refscope.analysis.places import ALIKE_ENTRIES
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import LabelSource
from refscope.heap.vocabulary import RootKind

MAX_NAMES = 2
_SILENT = frozenset({"sqlite3.Connection", "_sqlite3.Connection"})
"""Classes that keep the functions given to them in memory that the collector does not visit."""

_CHAINS = 5  # chains to a typical object that are looked at
_SHARE = 0.5  # of the objects in question that a further holder must hold


@dataclass(frozen=True, slots=True)
class Held:
    """A chain to a typical one of `count` objects, whose holder is the object at `holder_row`, called
    `holder`."""

    chain: Chain
    holder_row: int
    count: int
    holder: str


def co_holders(finder: PathFinder, labels: LabelSource, held: Sequence[Held]) -> list[dict[str, int]]:
    """For each, at most two other containers that hold most of the same objects, by name: their rows."""
    numbers: list[int] = []
    chains: list[Chain] = []
    places: list[int] = []
    for number, each in enumerate(held):
        if each.count < ALIKE_ENTRIES:
            continue
        for chain in finder.chains(each.chain.indexes[-1], _CHAINS)[1:]:
            place = _place_of_holder(finder.graph, each, chain)
            if place is not None:
                numbers, chains, places = [*numbers, number], [*chains, chain], [*places, place]
    found: list[dict[str, int]] = [{} for _ in held]
    paths = name_chains(finder.graph, labels, chains, places)
    for number, chain, place, path in zip(numbers, chains, places, paths, strict=True):
        if path.holder != held[number].holder and len(found[number]) < MAX_NAMES:
            found[number].setdefault(path.holder, int(chain.indexes[place]))
    return found


def with_co_holders(finder: PathFinder, labels: LabelSource, path: Path, chain: Chain, count: int) -> Path:
    """A path whose words name who else keeps most of the same objects, `count` of them in all."""
    if path.kind == Kind.GARBAGE:
        return path
    keepers = silent_keepers(finder, labels, chain)
    held = Held(chain, int(chain.indexes[path.holder_index]), max(chain.alike, count), path.holder)
    (also,) = co_holders(finder, labels, [held])
    return replace(path, mechanism=sentences.with_co_holders(path.mechanism, tuple(also), keepers))


def silent_keepers(finder: PathFinder, labels: LabelSource, chain: Chain) -> str:
    """`perhaps given to the sqlite3.Connection shop.database`, for a callable that only native code holds:
    the objects in this heap that are known to keep callables and to show them to nobody; "" = none."""
    graph = finder.graph
    if chain.root.kind != RootKind.NATIVE or graph.type_name(chain.indexes[0]) not in CALLABLES:
        return ""
    table = graph.snapshot.type_table
    known = [row for row, info in enumerate(table) if info.name in _SILENT]
    keepers = graph.objects_of_type(*known).tolist() if known else []
    ways = [way for way in map(finder.shortest, keepers[: MAX_NAMES + 1]) if way is not None]
    if not ways or len(keepers) > MAX_NAMES:
        return ""
    paths = name_chains(graph, labels, ways, [len(way.indexes) - 1 for way in ways])
    names = [f"{graph.type_name(w.indexes[-1])} {p.holder}" for w, p in zip(ways, paths, strict=True)]
    return f"perhaps given to the {' or the '.join(dict.fromkeys(names))}"


def _place_of_holder(graph: HeapGraph, held: Held, chain: Chain) -> int | None:
    """Position in a further chain of what holds as many as the holder; None = the chain passes the same
    entry of the holder, or nothing on it holds many."""
    entries = [pair for pair in pairwise(held.chain.indexes) if pair[0] == held.holder_row]
    if set(entries).intersection(pairwise(chain.indexes)):
        return None
    offsets = graph.snapshot.offsets
    for position in range(len(chain.indexes) - 2, -1, -1):
        row = chain.indexes[position]
        is_large = offsets[row + 1] - offsets[row] >= _SHARE * held.count
        if is_large and graph.module_of_globals(row) is None and row != held.holder_row:
            return position
    return None
