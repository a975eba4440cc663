"""What is computed from one heap, each part at its first question, then kept.

One lock for all parts: two threads that ask at once wait for one computation. The parts release the
GIL while they run.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from logging import getLogger

from refscope.analysis.dominators import DominatorTree, find_dominators
from refscope.analysis.paths import PathFinder
from refscope.analysis.roots import Roots, find_roots
from refscope.errors import CancelSignal
from refscope.heap.graph import HeapGraph
from refscope.heap.snapshot import HeapSnapshot

Progress = Callable[[str, float], None]
"""Called with a sentence about the step and the share of the whole work that is done, 0 to 1."""

_log = getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HeapTotals:
    """Objects of a program and the bytes that they take themselves, RefScope's own left out."""

    objects: int
    size_bytes: int


class AnalysedHeap:
    """One heap and what was computed from it."""

    def __init__(self, heap: HeapSnapshot) -> None:
        self.heap = heap
        self._lock = threading.RLock()

    def analyse(self, progress: Progress | None = None, cancel: CancelSignal | None = None) -> None:
        """Compute everything now, saying how far it is. Raises `Cancelled` between two parts."""
        parts: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Turning references round", self.graph.reverse),
            ("Finding roots", lambda: self.totals),  # which the window tells: not to be added up there
            ("Finding paths", lambda: self.finder.parents()),  # noqa: PLW0108  not before its turn
            ("Finding who owns what", lambda: self.dominators),
        )
        for done, (sentence, compute) in enumerate(parts):
            if cancel is not None:
                cancel.raise_if_cancelled()
            if progress is not None:
                progress(sentence, done / len(parts))
            started = time.perf_counter()
            compute()
            _log.info("%s: %.0f ms", sentence, (time.perf_counter() - started) * 1000)
        if progress is not None:
            progress("Done", 1.0)

    @cached_property
    def graph(self) -> HeapGraph:
        """The heap as a graph."""
        return HeapGraph(self.heap)

    @property
    def roots(self) -> Roots:
        """Who is held from outside."""
        with self._lock:
            return self._roots

    @property
    def finder(self) -> PathFinder:
        """Chains from the roots."""
        with self._lock:
            return self._finder

    @property
    def dominators(self) -> DominatorTree:
        """Who owns what."""
        with self._lock:
            return self._dominators

    @cached_property
    def _roots(self) -> Roots:
        return find_roots(self.graph)

    @cached_property
    def _finder(self) -> PathFinder:
        return PathFinder(self.graph, self.roots)

    @cached_property
    def _dominators(self) -> DominatorTree:
        return find_dominators(self.graph, self.roots)

    @cached_property
    def totals(self) -> HeapTotals:
        """How much the program has: the figure that is told everywhere. O(objects), after the roots."""
        kept = ~self.roots.own
        return HeapTotals(int(kept.sum()), int(self.heap.sizes[kept].sum()))

    @property
    def known_totals(self) -> HeapTotals | None:
        """The same where it costs nothing to say; None before it was added up."""
        return self.__dict__.get("totals")

    @property
    def has_dominators(self) -> bool:
        """Whether retained sizes are there already, so that asking costs nothing."""
        return "_dominators" in self.__dict__
