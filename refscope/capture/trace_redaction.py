"""Where objects were made without any value: of a file only its name, where that is one a module may have.

Folders name people, machines and projects; the name of a source file says what the name of its module
does, which a redacted capture keeps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from refscope.heap.traces import Place, SavedTraces, Traceback, TraceSource

HIDDEN = "…"
_FILE = re.compile(r"(?:\w{1,100}\.py|<string>|<stdin>|<frozen [\w.]{1,100}>)", re.ASCII)


@dataclass(frozen=True, slots=True)
class RedactingTraces:
    """A `TraceSource` that lets names of files through, and no folders."""

    source: TraceSource

    @property
    def frames(self) -> int:
        """See `TraceSource`."""
        return self.source.frames

    def tracebacks(self, ids: Sequence[int]) -> list[Traceback]:
        """See `TraceSource`."""
        found = self.source.tracebacks(ids)
        redacted = {stack: _redacted(stack) for stack in set(found)}
        return [redacted[stack] for stack in found]


def redacted_traces(traces: SavedTraces) -> SavedTraces:
    """Saved tracebacks with names of files only."""
    ids = list(traces.by_id)
    return SavedTraces(traces.frames, dict(zip(ids, RedactingTraces(traces).tracebacks(ids), strict=True)))


def _redacted(stack: Traceback) -> Traceback:
    return tuple(Place(_name(place.filename), place.line) for place in stack)


def _name(filename: str) -> str:
    last = filename.rpartition("/")[2]
    return last if _FILE.fullmatch(last) else HIDDEN
