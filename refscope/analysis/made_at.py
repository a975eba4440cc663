"""Where a group of objects was made: the places of a sample of it, counted.

Of each traceback one frame speaks: the newest of the program itself, else the newest of all. The
standard library and installed packages are not the program: that a dict was made in a JSON decoder
helps nobody, which call decoded it does.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from refscope.heap.traces import Place, Traceback, TraceSource
from refscope.text import format_count, format_share

if TYPE_CHECKING:  # the cards of suspects show places, before there is a heap
    from refscope.analysis.groups import Analysed

MOST_SAMPLED = 20_000
"""Objects that are asked about; a share of them is within 0.4 % of that of all."""
FEWER_SAMPLED = 4_000
"""The same where many groups are asked about at once: within 1 %."""
MOST_PLACES = 5
MOST_STEPS = 64
"""References between an object and the member of a group that it is looked for below."""
_LIBRARY = re.compile(r"(^|/)(site|dist)-packages/|/lib(64)?/(python|pypy)\d[^/]*/|\.zip/|^<frozen ")
_MADE_CODE = re.compile(r"<.*>")
"""Code that is in no file: typed, given with -c, or made by a library (`namedtuple`, `attrs`)."""


@dataclass(frozen=True, slots=True)
class MadeHere:
    """A place, and how many of the objects looked at were made there, with their shallow bytes."""

    place: Place
    count: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class MadeAt:
    """Where objects of a group were made. places: the first few, most objects first; () = not known.

    known: objects of those looked at that have a place, the rest was made before tracing; looked: how
    many were looked at; total: how many there are.
    """

    places: tuple[MadeHere, ...] = ()
    known: int = 0
    looked: int = 0
    total: int = 0

    @property
    def sentence(self) -> str:
        """`Made at app/train.py:41 (98 %)`, with further places; "" where none is known."""
        return self._told([here.place.words for here in self.places]) if self.places else ""

    @property
    def short_sentence(self) -> str:
        """The same with the first place alone, its folders left out."""
        if not self.places:
            return ""
        return self._told([short_place(self.places[0].place)])

    @property
    def share_words(self) -> str:
        """Of the first place: `98 %`, `98 % of 20,000 sampled`."""
        sampled = f" of {format_count(self.looked)} sampled" if self.looked < self.total else ""
        return f"{self.share(self.places[0])}{sampled}"

    def share(self, here: MadeHere) -> str:
        """How much of what was looked at was made there: `98 %`."""
        return format_share(here.count, max(self.looked, 1))

    def to_dict(self) -> dict[str, object]:
        """JSON values."""
        return {
            "places": [
                [here.place.filename, here.place.line, here.count, here.size_bytes] for here in self.places
            ],
            "known": self.known,
            "looked": self.looked,
            "total": self.total,
        }

    def _told(self, names: Sequence[str]) -> str:
        shares = [f"{name} ({self.share(here)})" for name, here in zip(names, self.places, strict=False)]
        sampled = f", of {format_count(self.looked)} sampled" if self.looked < self.total else ""
        return f"Made at {', '.join(shares)}{sampled}"


def short_place(place: Place) -> str:
    """`train.py:41`, the folders left out."""
    return Place(place.filename.rpartition("/")[2] or place.filename, place.line).words


def telling_place(traceback: Traceback) -> Place | None:
    """The newest frame in a file of the program itself, else in code that is in no file, else the newest of
    all; None = not known."""
    own = [place for place in traceback if not _LIBRARY.search(place.filename)]
    in_files = [place for place in own if not _MADE_CODE.fullmatch(place.filename)]
    return next(iter((*in_files, *own, *traceback)), None)


def places_of(
    rows: npt.NDArray[np.integer],
    heap: Analysed,
    traces: TraceSource,
    most_sampled: int = MOST_SAMPLED,
) -> MadeAt:
    """Where these objects were made, told from at most `most_sampled` of them, spread evenly.

    O(sampled objects × frames) in the copy; nothing where allocations were not traced.
    """
    if not traces.frames or not len(rows):
        return MadeAt()
    sample = rows
    if len(rows) > most_sampled:
        sample = rows[np.linspace(0, len(rows) - 1, most_sampled).astype(np.int64)]
    snapshot = heap.graph.snapshot
    counts: Counter[Place] = Counter()
    sizes: defaultdict[Place, int] = defaultdict(int)
    found = traces.tracebacks(snapshot.ids[sample].tolist())
    telling = {id(stack): telling_place(stack) for stack in {id(stack): stack for stack in found}.values()}
    for stack, size in zip(found, snapshot.sizes[sample].tolist(), strict=True):
        place = telling[id(stack)]  # thousands share a stack, and hashing its frames takes long
        if place is not None:
            counts[place] += 1
            sizes[place] += size
    first = sorted(counts.items(), key=lambda item: (-item[1], item[0].words))[:MOST_PLACES]
    places = tuple(MadeHere(place, count, sizes[place]) for place, count in first)
    return MadeAt(places, counts.total(), len(sample), len(rows))


def rows_below(type_row: int, members: npt.NDArray[np.int32], heap: Analysed) -> npt.NDArray[np.int32]:
    """Objects of a class that are members, or lie below one on their shortest path; where there is none,
    the members. O(objects of the class × steps)."""
    rows = heap.graph.objects_of_type(type_row)
    is_member = np.zeros(heap.graph.snapshot.n_objects, np.bool_)
    is_member[members] = True
    parents = heap.finder.parents()
    is_below, node, at = np.zeros(len(rows), np.bool_), rows, np.arange(len(rows))
    for _ in range(MOST_STEPS):
        is_below[at[is_member[node]]] = True
        goes_on = ~is_member[node] & (parents[node] >= 0)
        node, at = parents[node[goes_on]], at[goes_on]
        if not len(node):
            break
    return rows[is_below] if is_below.any() else members
