"""The whole heap as columns, streamed while it is walked.

`FrozenHeap` holds the objects listed at the freeze and answers by id. The walk asks the collector
for the referents of 5,000 objects in one C call, `get_referents(o1, S, o2, S, …)`: each S puts one
known pointer, the mark, after an object's referents, so the reader finds the ends of the rows; the
vector of the resulting list is the column of ids. Chunks of 5,000 stay in the processor's cache
(35 % faster than whole-list columns). Objects that the collector does not list are sent on
request (`leaves`). No user code runs here.
"""

from __future__ import annotations

import gc
import sys
from array import array

from . import hidden, peek, sizes
from .frames import FRAME, frames_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

CHUNK = 5000
_get_referents = gc.get_referents
_ids_of = peek.ids_of


class BrokenWalk(Exception):
    """The rows of a chunk do not add up: an object changed, or refers to the mark."""


class FrozenHeap:
    """The objects of one freeze.

    objects: what `gc.get_objects()` listed. raw_counts: `list(map(sys.getrefcount, objects))` taken
    at the freeze, or None: counts are then taken during the walk. count_offset: what that
    measurement adds to each count. frames: {thread id: innermost frame} without the agent's own;
    threads: {thread id: name}. own: our objects. fork_hooks: the three lists of at-fork functions.
    in_process: the target goes on running; unlisted objects are found by search then.
    thread_states: `ThreadStates.read()` from before the fork, which frees those of other threads.
    collector: how the collector was set before the fork, fields as in the answer to `roots`.
    """

    def __init__(  # noqa: PLR0917
        self,
        objects: Any,
        raw_counts: Any,
        count_offset: int,
        frames: Any,
        threads: Any,
        own: Any,
        fork_hooks: Any,
        in_process: bool,
        thread_states: Any = (),
        collector: Any = None,
    ) -> None:
        self.objects = objects
        self.raw_counts = raw_counts
        self.count_offset = count_offset
        self.frames = frames
        self.threads = threads
        self.own = own
        self.fork_hooks = fork_hooks
        self.in_process = in_process
        self.thread_states = thread_states
        self.collector = collector or {}
        self.extras = hidden.HiddenReferents(in_process)
        self._sizes = sizes.Sizes()
        self.own_ids = None  # ids of what is ours; found at the first question for roots
        self.received: list[int] = []  # descriptors that came with the request that is answered
        self.consoles: Any = None  # clones for consoles; made by the image
        self.labeler = None  # names references; made at the first question for names
        self._leaves: dict[Any, Any] = {}  # in process: id -> object that a round of leaves found
        self._mapped: peek.MappedMemory | None = None  # ranges of memory where an unlisted object can be
        self._by_id: dict[int, Any] | None = (
            None  # id -> listed object, where objects are not found by their addresses
        )

    def walk(self, send: Callable[..., None]) -> Any:
        """Send every listed object. send(fields, columns) per chunk; returns the number of objects."""
        total = len(self.objects)
        for first in range(0, total, CHUNK):
            part = self.objects[first : first + CHUNK]
            if self.raw_counts is None:
                counts = sizes.counts(part, sizes.count_offset() + 1)  # + the list of all objects
            else:
                counts = sizes.settle(self.raw_counts[first : first + CHUNK], self.count_offset)
            self._send_chunk(send, part, counts, first, total)
        return total

    def leaves(self, send: Callable[..., None], ids: Any) -> Any:
        """Send objects that are not listed, by id (bytes of uint64); returns how many were found."""
        for ours in (self.objects, self.raw_counts):  # they are no rows of the walk, but may be found now
            if ours is not None:
                self.extras.silence(ours)
        if self.in_process or not peek.VECTORS:
            return self._leaves_by_search(send, ids)
        total = len(ids) // 8
        for first in range(0, total, CHUNK):
            part = peek.borrow(ids[8 * first : 8 * (first + CHUNK)])
            counts = self._leaf_counts(part, sizes.count_offset())
            self._send_chunk(send, part, counts, first, total)
        return total

    def _leaves_by_search(self, send: Callable[..., None], ids: Any) -> Any:
        """Leaves without borrowed pointers: found again among the referents of what is known."""
        wanted = set(array("Q", bytes(ids)))
        wanted.difference_update(self._leaves)
        found = {}
        for known in (self.objects, list(self._leaves.values())):
            for first in range(0, len(known), CHUNK):
                for item in self._referents_of_part(known[first : first + CHUNK]):
                    if id(item) in wanted:
                        found[id(item)] = item
        item = known = None
        self._leaves.update(found)
        rows = list(found.values())
        del found
        for first in range(0, len(rows), CHUNK):
            part = rows[first : first + CHUNK]
            counts = self._leaf_counts(part, sizes.count_offset() + 2)  # + the table of leaves, `rows`
            self._send_chunk(send, part, counts, first, len(rows))
        return len(rows)

    def _leaf_counts(self, part: Any, offset: int) -> Any:
        """True counts; −1 for singletons, and for running frames, which we hold ourselves."""
        counts = sizes.leave_out_singletons(_ids_of(part), sizes.counts(part, offset))
        for row, item in enumerate(part):
            if type(item) is FRAME:
                counts[row] = -1
        return counts

    def _referents_of_part(self, part: Any) -> Any:
        classes = list(map(type, part))
        class_ids, ids = set(map(id, classes)), _ids_of(part)
        for row, stand_in in self.extras.stand_ins(part, classes, class_ids):
            part[row] = stand_in
        for row, stand_in in self.extras.silent_rows(ids, class_ids):
            part[row] = stand_in
        return _get_referents(*part)

    def _send_chunk(self, send: Callable[..., None], part: Any, counts: Any, first: Any, total: int) -> None:
        types = list(map(type, part))
        type_column = _ids_of(types)
        type_ids = set(array("Q", type_column))
        mark: Any = object()
        ids = _ids_of(part)
        referents = self._marked_referents(part, ids, types, type_ids, mark)
        columns = [
            ("ids", "Q", ids),
            ("types", "Q", type_column),
            ("sizes", "Q", self._sizes.of(part, types, type_ids)),
            ("refcounts", "q", counts),
            ("referents", "Q", referents),
        ]
        send({"mark": id(mark), "first": first, "total": total}, columns)

    def _marked_referents(self, part: Any, ids: Any, types: Any, type_ids: Any, mark: int) -> Any:
        """The ids of all referents of the items, each item's run ended by the mark."""
        sentinel = [mark]
        mixed = [sentinel] * (2 * len(part))
        mixed[::2] = part
        for row, stand_in in self.extras.stand_ins(part, types, type_ids):
            mixed[2 * row] = stand_in
        for row, stand_in in self.extras.silent_rows(ids, type_ids):
            mixed[2 * row] = stand_in
        raw = _ids_of(_get_referents(*mixed))
        pattern = id(mark).to_bytes(8, sys.byteorder)
        if raw.count(pattern) != len(part) and array("Q", raw).count(id(mark)) != len(part):
            raise BrokenWalk("%d rows, %d marks" % (len(part), array("Q", raw).count(id(mark))))
        return raw

    def referents(self, item: Any) -> Any:
        """What one object refers to, hidden referents included, in the order of the walk."""
        return self._referents_of_part([item])

    def objects_of(self, ids: Any) -> Any:
        """The objects with these ids (a sequence of numbers); `hidden.MISSING` for unknown ones.

        In an image ids of frozen objects are addresses that stay: no table is made of them, which at
        ten million objects takes 7 s and a gigabyte.
        """
        is_by_address = not self.in_process and peek.VECTORS
        if self._by_id is None and not is_by_address:
            self._by_id = dict(zip(map(id, self.objects), self.objects))
        known: dict[int, Any] = self._by_id or {}
        missing = hidden.MISSING
        frames = {id(frame): frame for top in self.frames.values() for frame in frames_of(top)}
        found = []
        for key in ids:
            item = known.get(key, missing)
            if item is missing:
                item = frames.get(key, missing)
            if item is missing:
                item = self._object_at(key) if is_by_address else self._leaves.get(key, missing)
            found.append(item)
        return found

    def tables(self) -> Any:
        """Our own tables that hold objects of the heap."""
        return [table for table in (self._by_id, self._leaves) if table is not None]

    def _object_at(self, key: Any) -> Any:
        if self._mapped is None or not self._mapped.holds(key):
            self._mapped = peek.MappedMemory()
        return peek.object_at(key) if self._mapped.holds(key) else hidden.MISSING
