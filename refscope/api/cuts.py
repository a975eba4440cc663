"""What is let go of in a *what if*: from suspects, paths, names and ids to references of the heap.

One `CutRows` serves the prediction and the trial, so that both are about the same references. A
holder lets go of its group: the entries that grew, keys included; the root objects where the group
hangs from outside the heap; the collector's find where it is garbage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from refscope.analysis.letting_go import Scope, cut_of_modules, holders_in
from refscope.analysis.mechanisms import Kind
from refscope.analysis.mechanisms.interpreter import GARBAGE_ROOT
from refscope.analysis.names import Path
from refscope.analysis.suspects import Suspect
from refscope.analysis.whatif import Freed, Pairs, freed_by, pairs_of, references_between
from refscope.api.analysed import AnalysedHeap
from refscope.errors import NotFound
from refscope.heap.distinct import distinct
from refscope.heap.references import FoldedReferences
from refscope.heap.snapshot import LabelSource
from refscope.heap.vocabulary import ObjectFlag, RootKind
from refscope.session.reading import GONE_TYPE

Cut = Suspect | Path | tuple[int, int] | int | str
"""A suspect or a path (its holder lets go), a reference (referrer id, referent id), an object (id, "0x…",
class or holder by name: what it holds is let go of)."""

Edge = tuple[int, int]

MOST_LOOKED_AT = 2_000
"""Referrers of one object that are asked whose they are: 20 µs each."""


@dataclass(frozen=True, slots=True, eq=False)
class CutRows:
    """Rows of what a cut is about. edges: references that go; objects: those that let go of all they
    hold; roots: those that nothing outside the heap holds any more; collects: garbage goes too."""

    edges: Pairs = field(default_factory=lambda: pairs_of(()))
    objects: tuple[int, ...] = ()
    roots: tuple[int, ...] = ()
    collects: bool = False

    def __add__(self, other: CutRows) -> CutRows:
        return CutRows(
            np.concatenate([self.edges, other.edges]),
            self.objects + other.objects,
            self.roots + other.roots,
            self.collects or other.collects,
        )

    def references(self, analysed: AnalysedHeap) -> list[Edge]:
        """All references that go, as rows, those of `objects` included."""
        graph = analysed.graph
        found: dict[Edge, None] = dict.fromkeys((source, target) for source, target in self.edges.tolist())
        for source in self.objects:
            own_class = graph.type_of(source).object_index
            held = distinct(graph.referents(source)).tolist()
            found.update(dict.fromkeys((source, target) for target in held if target != own_class))
        return list(found)


def cut_rows(
    cuts: Sequence[Cut],
    analysed: AnalysedHeap,
    labels: LabelSource,
    find: Callable[[str | int], Sequence[int]],
) -> CutRows:
    """Rows of several cuts. find: rows of the objects that an id or a name means. Raises `NotFound`."""
    rows = CutRows()
    for cut in cuts:
        if isinstance(cut, Suspect):
            rows += _of_suspect(cut, analysed)
        elif isinstance(cut, Path):
            rows += _of_path(cut, analysed)
        elif isinstance(cut, tuple):
            rows += CutRows(edges=_of_reference(cut, analysed, labels))
        else:
            rows += CutRows(objects=tuple(int(row) for row in find(cut)))
    return rows


def freed_of(rows: CutRows, analysed: AnalysedHeap) -> Freed:
    """What would be freed. O(objects + references), GIL released."""
    graph, roots = analysed.graph, analysed.roots
    freed = freed_by(graph, roots, cut_edges=rows.edges, cut_objects=rows.objects, cut_roots=rows.roots)
    if not rows.collects:
        return freed
    garbage = np.flatnonzero(roots.garbage).astype(np.int32)
    size = freed.size_bytes + int(analysed.heap.sizes[garbage].sum())
    return replace(freed, objects=distinct(np.concatenate([freed.objects, garbage])), size_bytes=size)


def _of_suspect(suspect: Suspect, analysed: AnalysedHeap) -> CutRows:
    holder, members = suspect.holder_row, suspect.members
    root = suspect.chain.root
    if root.kind == GARBAGE_ROOT:
        return CutRows(collects=True)
    if holder < 0:
        is_module = root.kind == RootKind.MODULE
        return _of_modules(root.label, analysed) if is_module else _of_roots(members.tolist(), analysed)
    holders = holders_in(suspect.scope, holder, members, analysed.graph, analysed.finder)
    group = references_between(analysed.graph, holders, members)
    if len(group):
        return CutRows(edges=group, roots=tuple(members.tolist()) if suspect.scope is Scope.ALL else ())
    indexes = [int(index) for index in suspect.chain.indexes]
    if holder not in indexes:
        return CutRows(objects=(holder,))
    position = indexes.index(holder)
    if holder in members:  # it grew itself
        link = pairs_of([(indexes[position - 1], holder)])
        return CutRows(edges=link) if position else CutRows(objects=(holder,))
    return _of_place(indexes, position, is_group=True, analysed=analysed)


def _of_path(path: Path, analysed: AnalysedHeap) -> CutRows:
    if path.kind == Kind.GARBAGE:
        return CutRows(collects=True)
    return _of_place(path.indexes, path.holder_index, is_group=path.alike > 1, analysed=analysed)


def _of_place(indexes: Sequence[int], position: int, *, is_group: bool, analysed: AnalysedHeap) -> CutRows:
    """The holder at a position of a chain lets go of what it holds there, of all that is alike if there
    is a group. Where the holder is the name of the target itself, that name goes."""
    if position + 1 >= len(indexes):
        if len(indexes) < 2:
            return _of_roots(indexes, analysed)
        return CutRows(edges=pairs_of([(indexes[-2], indexes[-1])]))
    holder, member = indexes[position], indexes[position + 1]
    if not is_group:
        return CutRows(edges=pairs_of([(holder, member)]))
    types = analysed.heap.types
    held = distinct(analysed.graph.referents(holder))
    alike = held[types[held] == types[member]]
    return CutRows(edges=np.column_stack((np.full(len(alike), holder), alike)))


def _of_reference(cut: Edge, analysed: AnalysedHeap, labels: LabelSource) -> Pairs:
    """A reference as a person sees it: from an instance, class, module or function also what its dict,
    closure or cell holds. Raises `NotFound` where there is none."""
    graph = analysed.graph
    source, target = (graph.index_of(each) for each in cut)
    if target in graph.referents(source):
        return pairs_of([(source, target)])
    folded = FoldedReferences(graph, labels)
    between = distinct(graph.referrers(target))[:MOST_LOOKED_AT].tolist()
    found = [(each, target) for each in between if folded.owner_of(each) == source]
    if not found:
        raise NotFound(f"{cut[0]:#x} does not hold {cut[1]:#x}", "There is no reference to cut.")
    return pairs_of(found)


def _of_roots(rows: Sequence[int], analysed: AnalysedHeap) -> CutRows:
    """A frame ends with all its variables, also where another frame refers to it; others are let go of."""
    running = {analysed.graph.find_index(frame.object_id) for frame in analysed.heap.frames}
    return CutRows(objects=tuple(row for row in rows if row in running), roots=tuple(rows))


def _of_modules(name: str, analysed: AnalysedHeap) -> CutRows:
    edges, rows = cut_of_modules(analysed.graph, name)
    return CutRows(edges=pairs_of(edges), roots=tuple(rows)) if edges else _of_roots(rows, analysed)


def why_not_tried(rows: CutRows, analysed: AnalysedHeap) -> str:
    """A sentence where the copy cannot do what the cut means; "" = it can."""
    running = {analysed.graph.find_index(frame.object_id) for frame in analysed.heap.frames}
    if running.intersection((*rows.objects, *rows.roots, *rows.edges[:, 0].tolist())):
        return "A running function cannot be tried: its thread does not run in the copy."
    if rows.roots and not set(rows.roots) <= set(rows.edges[:, 1].tolist()):
        kinds = {root.kind for row in rows.roots for root in analysed.roots.of(row)[:1]}  # best first
        holder = "Native code" if kinds == {RootKind.NATIVE} else "The interpreter"
        return f"{holder} holds these, and the copy cannot make it let go."
    return ""


def leaves_of(analysed: AnalysedHeap) -> npt.NDArray[np.uint64]:
    """Ids of what the collector does not list and the copy can hold on to: running frames, RefScope's own
    objects and what was gone before it was read are left out."""
    heap = analysed.heap
    gone = [row for row, info in enumerate(heap.type_table) if info.id == GONE_TYPE.id]
    unlisted = (heap.flags & (ObjectFlag.TRACKED | ObjectFlag.RUNNING_FRAME | ObjectFlag.OWN)) == 0
    ids: npt.NDArray[np.uint64] = heap.ids[unlisted & ~analysed.roots.own & ~np.isin(heap.types, gone)]
    return np.ascontiguousarray(ids)
