"""One frozen heap and every question about it: types, paths, suspects, graphs, what if.

A `Snapshot` stays usable after its session: columns are here, labels fetched so far are kept. What
needs the copy itself (`repr`, `evaluate`, labels not seen yet) ends with it. All methods may be
called from any thread; the long ones release the GIL. It is one class, and long, since it is the face
that notebooks see: each method is a call or two into the layers below.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from refscope.analysis.chains import Chain, Root
from refscope.analysis.co_holders import with_co_holders
from refscope.analysis.diff import type_growth
from refscope.analysis.made_at import MOST_SAMPLED, MadeAt, places_of, rows_below
from refscope.analysis.mechanisms.interpreter import GARBAGE_ROOT
from refscope.analysis.names import Path, name_chains
from refscope.analysis.suspects import Suspect, find_suspects
from refscope.analysis.whatif import Freed
from refscope.api.analysed import AnalysedHeap, HeapTotals, Progress
from refscope.api.console import Console
from refscope.api.cuts import Cut, CutRows, cut_rows, freed_of
from refscope.api.notebooks import Listed
from refscope.api.predictions import what_if_of
from refscope.api.rows import ObjectDetails, TrialResult, TypeRow, WhatIf
from refscope.api.trials import DEADLINE_S, trial_of
from refscope.capture.file import KeptSnapshot
from refscope.errors import AgentError, CancelSignal, FreezeError, NotFound
from refscope.heap.distinct import distinct
from refscope.heap.references import FoldedReferences
from refscope.heap.snapshot import HeapSnapshot, LabelSource, ObjectIndex
from refscope.heap.traces import SavedTraces, Traceback, TraceSource
from refscope.present import notebook
from refscope.present.banner import garbage_sentence, reached_sentence
from refscope.present.graph_state import Limits
from refscope.present.heap_source import HeapSource
from refscope.present.hops import View
from refscope.present.named_chain import named_chain
from refscope.present.networks import referrer_graph
from refscope.present.reader import HeapReader
from refscope.present.visible_graph import VisibleGraph
from refscope.session.image import Evaluated, Image

if TYPE_CHECKING:
    import networkx
    import pyarrow

MOST_EARLIER = 12
"""Earlier freezes in which growth is looked for: each is as large as the heap, and more say no more."""

Question = str | int
"""An object id (int, or "0x…"), or the name of a class (`module.qualname`, or its last part)."""


class Snapshot:
    """See the module. heap: the columns, or what reads them when they are first asked for."""

    def __init__(
        self,
        heap: HeapSnapshot | KeptSnapshot,
        labels: LabelSource,
        image: Image | None = None,
        traces: TraceSource | None = None,
    ) -> None:
        self._source = heap
        self._lock = threading.RLock()
        self.labels = labels
        self.image = image
        self.traces: TraceSource = traces or (image.traces if image is not None else SavedTraces())
        self._holders: dict[str, Suspect | Path] = {}  # what was named so far can be cut by its name

    def __repr__(self) -> str:
        return f"<Snapshot {self.name!r} of {self.n_objects:,} objects>"

    @cached_property
    def heap(self) -> HeapSnapshot:
        """The columns; of a capture they are read now. Raises `CaptureFileError` if it has gone bad since."""
        return self._source if isinstance(self._source, HeapSnapshot) else self._source.snapshot

    @property
    def analysed(self) -> AnalysedHeap:
        """What is computed of it; one for all threads."""
        with self._lock:
            return self._analysed

    @cached_property
    def _analysed(self) -> AnalysedHeap:
        return AnalysedHeap(self.heap)

    def _repr_html_(self) -> str:
        return notebook.snapshot_html(self.name, self.types())

    @property
    def name(self) -> str:
        """The mark it was taken at."""
        return self._source.name

    @property
    def time_s(self) -> float:
        """Seconds from the launch to the freeze."""
        return self._source.time_s

    @property
    def n_objects(self) -> int:
        """Rows of the heap; known without reading it."""
        return self._source.n_objects

    @property
    def totals(self) -> HeapTotals:
        """Objects of the program and their bytes, RefScope's own left out: the figure told everywhere."""
        return self.analysed.totals

    @property
    def known_totals(self) -> HeapTotals | None:
        """The same where it is known already, so that asking costs nothing; else None."""
        found: AnalysedHeap | None = self.__dict__.get("_analysed")
        return found.known_totals if found is not None else None

    @property
    def pause_s(self) -> float:
        """How long the program stood still for it; 0 in a capture."""
        return self.image.pause_s if self.image else 0.0

    @property
    def has_image(self) -> bool:
        """Whether the copy still answers (`repr`, `evaluate`, labels of what was not looked at yet)."""
        return self.image is not None and self.image.is_open

    def analyse(self, progress: Progress | None = None, cancel: CancelSignal | None = None) -> None:
        """Compute roots, paths and retained sizes now; the questions below then answer at once."""
        self.analysed.analyse(progress, cancel)

    def close(self) -> None:
        """End the copy behind this snapshot and give its memory back. What was fetched stays."""
        if self.image is not None:
            self.image.close()

    # --- types and objects ------------------------------------------------------------------------

    def types(self, since: Snapshot | None = None, *, same_run: bool = True) -> list[TypeRow]:
        """Classes with their objects, largest growth first, then most bytes; those gone since as well.

        same_run: whether `since` is of the same run; else classes are matched by name only.
        """
        roots = self.analysed.roots
        retained = self.analysed.dominators.retained_by_type() if self.analysed.has_dominators else None
        before = since.analysed.roots if since is not None else None
        rows = [
            TypeRow(
                type_name=grown.name,
                count=grown.count,
                growth=grown.growth if before is not None else 0,
                shallow_bytes=grown.size_bytes,
                shallow_growth=grown.size_growth if before is not None else 0,
                retained_bytes=int(retained[grown.row]) if retained is not None and grown.row >= 0 else None,
            )
            for grown in type_growth(before if before is not None else roots, roots, is_same_run=same_run)
        ]
        return Listed(sorted(rows, key=lambda row: (-row.growth, -row.shallow_bytes, row.type_name)))

    def instances(self, type_name: str) -> npt.NDArray[np.int32]:
        """Rows of all objects of a class, named in full or by its last part, RefScope's own left out; raises
        `NotFound`."""
        rows = self.analysed.graph.objects_of_type(*self._type_rows(type_name))
        return rows[~self.analysed.roots.own[rows]]

    def _type_rows(self, name: str) -> tuple[int, ...]:
        graph = self.analysed.graph
        try:
            return graph.type_rows(name)
        except NotFound:
            full_names = {info.name for info in self.heap.type_table if info.name.rpartition(".")[2] == name}
            if len(full_names) != 1:
                raise
            return graph.type_rows(full_names.pop())

    def find(self, question: Question) -> npt.NDArray[np.int32]:
        """Rows that a question is about; raises `NotFound`."""
        if isinstance(question, str) and question[:2].lower() == "0x":
            try:
                question = int(question, 16)
            except ValueError:
                raise NotFound(f"'{question}' is no address", "Addresses look like 0x7f3a5c1e2b50.") from None
        if isinstance(question, int):
            return np.array([self.analysed.graph.index_of(question)], np.int32)
        rows = self.instances(question)
        if not len(rows):
            raise NotFound(f"No object of the class {question}", "The class is there, without instances.")
        return rows

    def details(self, index: int) -> ObjectDetails:
        """What is known of one object."""
        graph, roots = self.analysed.graph, self.analysed.roots
        count = int(self.heap.refcounts[index])
        object_id = int(self.heap.ids[index])
        return ObjectDetails(
            index=index,
            object_id=object_id,
            type_name=graph.type_name(index),
            text=self.labels.describe([object_id])[0],
            shallow_bytes=graph.size_of(index),
            retained_bytes=int(self.analysed.dominators.retained[index]),
            references=count if count >= 0 else None,
            references_seen=graph.in_degree(index),
            references_unseen=int(roots.unseen[index]),
            is_tracked=graph.is_tracked(index),
            is_garbage=bool(roots.garbage[index]),
        )

    def retained(self, question: Question) -> int:
        """Bytes that would go if all these objects went together, exact."""
        return self.analysed.dominators.retained_by([int(i) for i in self.find(question)])

    # --- why alive --------------------------------------------------------------------------------

    def paths(self, question: Question, limit: int = 5) -> list[Path]:
        """Why these objects are alive: chains from the roots in words, what a person can change first.

        Thousands of instances with chains of one shape are one path (`alike`). Objects that no root
        reaches are a path of the mechanism "garbage cycle".
        """
        chains = self.chains(question, limit)
        found = name_chains(self.analysed.graph, self.labels, chains)
        if found:
            count = len(self.find(question))
            found[0] = with_co_holders(self.analysed.finder, self.labels, found[0], chains[0], count)
        self._holders.update({path.holder: path for path in reversed(found)})
        return Listed(found)

    def chains(self, question: Question, limit: int = 5) -> list[Chain]:
        """The same as rows of objects."""
        rows = self.find(question)
        finder = self.analysed.finder
        if len(rows) == 1:
            chains, garbage = finder.chains(int(rows[0]), limit), int(not finder.shortest(int(rows[0])))
        else:
            found = finder.chains_to_type(sorted({int(t) for t in self.heap.types[rows]}), limit)
            chains, garbage = list(found.chains), found.garbage
        unreached = rows[self.analysed.roots.garbage[rows]]
        if garbage and len(unreached):
            first = ObjectIndex(int(unreached[0]))
            place = sum(chain.alike >= garbage for chain in chains)
            chains.insert(place, Chain(Root(GARBAGE_ROOT, "garbage", first), (first,), garbage))
        return chains[:limit]

    def suspects(
        self, since: Snapshot | Sequence[Snapshot] | None = None, ignore: Sequence[str] = ()
    ) -> list[Suspect]:
        """Who leaks, ranked, every leak before every thing to watch.

        since: one or more earlier freezes of the same run, oldest first; without one growth is not
        known and all verdicts are "watch"; of very many some are taken, spread evenly, the first and the
        last among them. ignore: patterns of holders or types that are no leak.
        """
        earlier = _spread([since] if isinstance(since, Snapshot) else list(since or ()), MOST_EARLIER)
        found = find_suspects([s.analysed for s in (*earlier, self)], self.labels, ignore, self.traces)
        self._holders.update({suspect.holder: suspect for suspect in reversed(found)})
        return Listed(found)

    @property
    def traced_frames(self) -> int:
        """Frames that were traced of each allocation at the freeze; 0 = they were not traced."""
        return self.traces.frames

    def made_at(self, question: Question) -> Traceback:
        """Where an object was made: places in source code, newest frame first; of a class, a typical object
        that has some. () = not known: made before tracing, or allocations were not traced."""
        rows = self.find(question)[:MOST_SAMPLED]
        return next(filter(None, self.traces.tracebacks(self.heap.ids[rows].tolist())), ())

    def made_places(self, question: Question | Suspect) -> MadeAt:
        """Where the objects of a class, or of a suspect, were made, counted; told from 20,000 of them where
        there are more."""
        if isinstance(question, Suspect):
            rows = rows_below(int(self.heap.types[question.example]), question.members, self.analysed)
        else:
            rows = self.find(question)
        return places_of(rows, self.analysed, self.traces)

    def what_if(self, cut: Sequence[Cut]) -> WhatIf:
        """What would be freed if these were cut.

        cut: suspects and paths (their holder lets go of the group), edges (referrer id, referent id),
        objects (id, "0x…", class) and holders by name or expression (what they hold is let go of).
        Raises `NotFound`. O(objects + references).
        """
        return what_if_of(self.freed(cut), self.analysed, self.labels)

    def references_to(self, object_id: int) -> list[Cut]:
        """Every reference to an object, as (referrer id, referent id), RefScope's own left out."""
        index = self.analysed.graph.index_of(object_id)
        referrers = distinct(self.analysed.graph.referrers(index))
        referrers = referrers[~self.analysed.roots.own[referrers]]
        return [(int(each), object_id) for each in self.heap.ids[referrers]]

    def freed(self, cut: Sequence[Cut]) -> Freed:
        """The same as rows of objects."""
        return freed_of(self._cut_rows(cut), self.analysed)

    def try_fix(
        self,
        cut: Sequence[Cut],
        *,
        run_finalizers: bool = False,
        deadline_s: float = DEADLINE_S,
        cancel: CancelSignal | None = None,
    ) -> TrialResult:
        """Make the cut for real in a throw-away clone of the copy, collect there, and count what went.

        cut: as in `what_if`. run_finalizers: must be True, as finalizers of what goes run in the clone;
        they may delete files. The copy itself stays as it is. A crash or a hang is a result with a note.
        Raises `NotFound`, `FreezeError` without a copy, `Cancelled`.
        """
        if not run_finalizers:
            raise ValueError("a trial runs finalizers, which may delete files: pass run_finalizers=True")
        image, rows = self._image(), self._cut_rows(cut)
        predicted = freed_of(rows, self.analysed)
        return trial_of(image, rows, predicted, self.analysed, self.labels, deadline_s, cancel)

    def _cut_rows(self, cut: Sequence[Cut]) -> CutRows:
        known = [self._holders.get(each, each) if isinstance(each, str) else each for each in cut]
        return cut_rows(known, self.analysed, self.labels, self._find_named)

    def _find_named(self, name: Question) -> Sequence[int]:
        """Rows of what an id, a class's name or the expression of a holder means."""
        try:
            return [int(row) for row in self.find(name)]
        except NotFound:
            is_address = isinstance(name, int) or name[:2].lower() == "0x"
            found = None if is_address else self._evaluated(str(name))
            if found is None:
                raise
            return [found]

    def _evaluated(self, expression: str) -> int | None:
        """Row of the object that an expression gives in the copy; None = it gives none of this heap."""
        if not self.has_image:
            return None
        try:
            return self.analysed.graph.find_index(self.evaluate(expression).object_id)
        except AgentError:
            return None

    # --- graphs -----------------------------------------------------------------------------------

    @cached_property
    def reader(self) -> HeapReader:
        """What visible graphs ask about this heap; it remembers neighbours, labels and words."""
        analysed = self.analysed
        source = HeapSource(
            analysed.graph,
            FoldedReferences(analysed.graph, self.labels),
            analysed.roots,
            analysed.dominators.retained,
            analysed.finder.distances(),
        )
        return HeapReader(source, self.labels)

    def open_graph(
        self, question: Question | Suspect, *, raw: bool = False, max_depth: int = 10, too_many: int = 12
    ) -> VisibleGraph:
        """The graph as the window opens it: the target, its lit path, siblings as groups, its holders.

        Raises `NotFound`: there is no such thing, or nothing that is seen holds it.
        """
        if isinstance(question, Suspect):
            chain, path, count = question.chain, question.named, question.count
        else:
            chains = self.chains(question, 1)
            if not chains:
                text = "The interpreter or native code holds it, where RefScope does not look."
                raise NotFound("No path leads to this object", text)
            chain = chains[0]
            path = name_chains(self.analysed.graph, self.labels, [chain])[0]
            count = chain.alike
        is_garbage = chain.root.kind == GARBAGE_ROOT
        holder = int(chain.indexes[path.holder_index])
        chain = named_chain(chain, path, self.reader)
        type_name = self.analysed.graph.type_name(int(chain.indexes[-1]))
        return VisibleGraph.open(
            self.reader,
            int(chain.indexes[-1]),
            None if is_garbage else chain,
            holder=None if is_garbage else holder,
            sentence=(
                garbage_sentence(type_name, count)
                if is_garbage
                else reached_sentence(type_name, count, path.holder, path.kind)
            ),
            expression=path.expression,
            alike=count,
            view=View.RAW if raw else View.FOLDED,
            limits=Limits(siblings=too_many, depth=max_depth),
        )

    def graph(
        self,
        question: Question,
        max_depth: int = 10,
        too_many: int = 10,
        raw: bool = False,
        tracked_only: bool = False,
    ) -> networkx.DiGraph:
        """Who holds an object (of a class: a typical one), as a `networkx.DiGraph`, holder → held.

        max_depth: steps up from the target; too_many: holders shown of one object. raw: what the
        collector sees instead of what a person thinks; tracked_only: only holders that the collector
        tracks, as objgraph sees them. Node and edge attributes: docs/api.md.
        """
        chain = self.chains(question, 1)[0]
        return referrer_graph(
            self.reader, int(chain.indexes[-1]), max_depth, too_many, raw=raw, tracked_only=tracked_only
        )

    def to_arrow(self, table: str = "objects") -> pyarrow.Table:
        """A table of this heap for Arrow: objects, refs, types, roots or suspects; see docs/tables.md.

        Raises `ExportError` where pyarrow is missing (`refscope[arrow]`). O(objects + references).
        """
        from refscope.api.heap_exports import arrow_of  # it needs this module

        return arrow_of(self, table)

    # --- questions to the copy --------------------------------------------------------------------

    def repr(self, question: Question, deadline_s: float = 2.0) -> str:
        """`repr()` of one object, computed in a throw-away clone of the copy, cut at 200 characters."""
        texts, errors = self._image().reprs([int(self.heap.ids[self.find(question)[0]])], deadline_s)
        if errors[0]:
            raise FreezeError("repr did not answer", errors[0])
        return texts[0]

    def evaluate(self, expression: str, target: int | None = None, deadline_s: float = 5.0) -> Evaluated:
        """The value of a Python expression in a throw-away clone of the copy; `obj` is the target (an id)."""
        return self._image().evaluate(expression, target, deadline_s)

    def console(self) -> Console:
        """A Python console on a throw-away clone of the copy. Raises `FreezeError` without a copy."""
        return Console(self._image())

    def objgraph(self, function: str, deadline_s: float = 60.0, **arguments: Any) -> Any:
        """The quick look: a function of objgraph, run in a throw-away clone of the copy."""
        return self._image().objgraph(function, arguments, deadline_s)

    def _image(self) -> Image:
        if self.image is None:
            raise FreezeError("This needs the frozen copy", "A capture has columns and labels, but no copy.")
        return self.image


def _spread(snapshots: list[Snapshot], most: int) -> list[Snapshot]:
    if len(snapshots) <= most:
        return snapshots
    return [snapshots[round(place)] for place in np.linspace(0, len(snapshots) - 1, most)]
