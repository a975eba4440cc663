"""From the chunks that an image streams to one `HeapSnapshot`, trusting nothing that was sent.

Chunks arrive as numpy arrays of the wire (ids, not indexes); here they are checked, kept compact,
and turned into columns once all referents are rows. Who asks the image, and in which order, is the
session's business: chunks, then rounds of leaves until `unknown_ids` is empty, then types, then
`finish`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from refscope.agent.vocabulary import ObjectFlag, TypeFlag
from refscope.errors import ProtocolError
from refscope.heap.growing import Growing
from refscope.heap.id_table import GrowingIdTable, IdTable
from refscope.heap.snapshot import (
    CollectorState,
    HeapSnapshot,
    InterpreterRoot,
    ModuleRoot,
    RunningFrame,
    TypeInfo,
)

_LARGEST_SIZE = 1 << 50  # bytes of one object: beyond any address space in use
_MOST_ROWS = (1 << 31) - 2  # rows are int32
_AT_ONCE = 1 << 20  # references looked up at once


@dataclass(frozen=True, slots=True)
class FrameRow:
    """The frame object of a running frame as a row: its class, size in bytes, and the ids that it
    holds besides its locals."""

    id: int
    type_id: int
    size: int
    referents: tuple[int, ...] = ()


class Assembly:
    """Collects the chunks of one frozen heap. One thread at a time.

    Peak memory is about 130 bytes per object and 12 per reference.
    """

    def __init__(self) -> None:
        self._ids = Growing(np.uint64)
        self._types = Growing(np.int32)  # numbers in the order in which classes were met
        self._sizes = Growing(np.int64)
        self._refcounts = Growing(np.int64)
        self._degrees = Growing(np.int32)
        self._targets = Growing(np.int32)  # rows, −1 = none yet, as far as `_resolve` has looked
        self._referents = Growing(np.uint64)  # ids that `_resolve` has not looked at yet
        self._unresolved = np.empty(0, np.uint64)  # what the −1 in `_targets` stand for, in order
        self._first_unresolved = 0
        self._number_of_type: dict[int, int] = {}
        self._tracked: list[tuple[int, int]] = []  # ranges of rows
        self._marks: set[int] = set()
        self._table = GrowingIdTable()

    @property
    def n_objects(self) -> int:
        """Rows so far."""
        return len(self._ids)

    def add_chunk(  # noqa: PLR0917  the columns of a chunk frame, in its order
        self,
        ids: npt.NDArray[np.uint64],
        types: npt.NDArray[np.uint64],
        sizes: npt.NDArray[np.uint64],
        refcounts: npt.NDArray[np.int64],
        referents: npt.NDArray[np.uint64],
        mark: int,
        tracked: bool = True,
    ) -> None:
        """Add a chunk of rows. Each array is copied.

        referents: the ids that each row refers to, in row order, each run *ended* by `mark`.
        tracked: whether the collector lists these objects (false for leaves).
        Raises `ProtocolError` when the columns differ in length or the marks do not fit the rows.
        """
        if not len(ids) == len(types) == len(sizes) == len(refcounts):
            raise ProtocolError("the columns of a chunk differ in length")
        if self.n_objects + len(ids) > _MOST_ROWS:
            raise ProtocolError("more objects than a heap can have")
        if len(sizes) and int(sizes.max()) > _LARGEST_SIZE:
            raise ProtocolError("an object larger than any memory")
        self._add_references(ids, referents, mark)
        self._add_types(types)
        if tracked:
            self._tracked.append((self.n_objects, self.n_objects + len(ids)))
        self._ids.room(len(ids))[:] = ids
        self._sizes.room(len(ids))[:] = sizes
        self._refcounts.room(len(ids))[:] = refcounts

    def _add_references(
        self, ids: npt.NDArray[np.uint64], referents: npt.NDArray[np.uint64], mark: int
    ) -> None:
        from refscope.heap import kernels

        n_rows = len(ids)
        kept = self._referents.room(max(0, len(referents) - n_rows))
        degrees = self._degrees.room(n_rows)
        runs = kernels.split_runs(np.ascontiguousarray(referents, np.uint64), np.uint64(mark), kept, degrees)
        if runs != n_rows:
            raise ProtocolError(f"{runs & 0xFFFFFFFF} runs of references for {n_rows} objects")
        self._marks.add(int(mark))

    def _add_types(self, types: npt.NDArray[np.uint64]) -> None:
        from refscope.heap import kernels

        groups, first = np.empty(len(types), np.int32), np.empty(len(types), np.int32)
        count = kernels.group_equal(np.ascontiguousarray(types, np.uint64), groups, first)
        known = self._number_of_type
        numbers = [known.setdefault(each, len(known)) for each in types[first[:count]].tolist()]
        self._types.room(len(types))[:] = np.array(numbers, np.int32)[groups]

    def unknown_ids(self, also: Iterable[int] = ()) -> npt.NDArray[np.uint64]:
        """Ids of referents and classes (and of `also`) that are no row yet: sorted, each once.

        `also`: further ids that must become rows: modules, what frames and the interpreter hold.
        Cost: O(objects + references added since the last call).
        """
        self._resolve()
        extra = np.array([*self._number_of_type, *also], np.uint64)
        ids = np.concatenate([self._unresolved, extra[self._table.find(extra) < 0]])
        ids.sort()
        once: npt.NDArray[np.uint64] = ids[np.diff(ids, prepend=ids[:1] + np.uint64(1)) != 0]
        return once

    def type_ids(self) -> npt.NDArray[np.uint64]:
        """Ids of the classes of all rows so far: sorted, each once."""
        return np.array(sorted(self._number_of_type), np.uint64)

    def finish(
        self,
        *,
        types: Sequence[TypeInfo],
        modules: Sequence[ModuleRoot] = (),
        frames: Sequence[RunningFrame] = (),
        frame_rows: Sequence[FrameRow] = (),
        interpreter: Sequence[InterpreterRoot] = (),
        own_ids: Collection[int] = (),
        python: tuple[int, int, int] = (3, 11, 0),
        collector: CollectorState | None = None,
        name: str = "",
        time_s: float = 0.0,
    ) -> HeapSnapshot:
        """The snapshot. Ends the assembly: it gives up its chunks.

        `types`: one entry per class, in any order; `object_index` is filled in here. Frames become
        rows (merged with the row of the frame object where there is one), their counted locals and
        referents become references. A reference from each instance of a class made at run time to
        that class is added where the collector reports none, so that counts add up.
        Raises `ProtocolError` for an id that stands twice, a reference to nowhere, an object of an
        unknown class.
        """
        held_by_frame = _held_by_frames(frames, frame_rows)
        self._resolve()
        found = self._table.find(np.array([row.id for row in frame_rows], np.uint64)).tolist()
        merged = {
            row: held_by_frame[each.id] for each, row in zip(frame_rows, found, strict=True) if row >= 0
        }
        self._add_frames(
            [each for each, row in zip(frame_rows, found, strict=True) if row < 0], held_by_frame
        )
        offsets, targets = self._take_edges()
        if (self._table.find(np.array(sorted(self._marks), np.uint64)) >= 0).any():
            raise ProtocolError("a mark is the id of an object")
        missing = _missing_of_frames(offsets, targets, merged, self._table)
        offsets, targets = _complete(offsets, targets, missing)
        type_table, type_column = self._take_types(types)
        offsets, targets = _complete(
            offsets, targets, _missing_classes(offsets, targets, type_column, type_table)
        )
        own = frozenset(int(i) for i in own_ids)
        flags = self._flags([frame.id for frame in frame_rows], own)
        self._table = GrowingIdTable()
        return HeapSnapshot(
            ids=self._ids.take(),
            types=type_column,
            sizes=self._sizes.take(),
            refcounts=self._refcounts.take(),
            flags=flags,
            offsets=offsets,
            targets=targets,
            type_table=type_table,
            modules=tuple(modules),
            frames=tuple(frames),
            interpreter=tuple(interpreter),
            own_ids=own,
            python=python,
            collector=collector or CollectorState(),
            name=name,
            time_s=time_s,
        )

    def _resolve(self) -> None:
        """Turn ids of referents into rows as far as these are known.

        Raises `ProtocolError` for an id that stands twice.
        """
        from refscope.heap import kernels

        try:
            self._table.extend(self._ids.view())
        except ValueError as exc:
            raise ProtocolError(f"two objects at one place: {exc}") from exc
        found = self._table.find(self._unresolved)
        left = kernels.fill_gaps(self._targets.view(), self._first_unresolved, found, self._unresolved)
        if not left:
            self._first_unresolved = len(self._targets)
        unresolved = [self._unresolved[:left].copy()]
        for ids in _batches(self._referents.take()):
            rows = self._table.find(ids, self._targets.room(len(ids)))
            missing = np.empty(len(ids), np.uint64)
            unresolved.append(missing[: kernels.keep_missing(rows, ids, missing)].copy())
        self._unresolved = np.concatenate(unresolved)

    def _add_frames(self, rows: Sequence[FrameRow], held: dict[int, Counter[int]]) -> None:
        if not rows:
            return
        mark = 1  # no object lies at an odd address
        referents = [i for row in rows for i in (*held[row.id].elements(), mark)]
        self.add_chunk(
            np.array([row.id for row in rows], np.uint64),
            np.array([row.type_id for row in rows], np.uint64),
            np.array([row.size for row in rows], np.uint64),
            np.full(len(rows), -1, np.int64),
            np.array(referents, np.uint64),
            mark,
            tracked=False,
        )

    def _take_edges(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        from refscope.heap import kernels

        self._resolve()
        if len(self._unresolved):
            raise ProtocolError(f"{len(self._unresolved)} references lead to no object")
        offsets = np.empty(len(self._degrees) + 1, np.int64)
        kernels.add_up(self._degrees.take(), offsets)
        return offsets, self._targets.take()

    def _flags(self, running: Sequence[int], own: frozenset[int]) -> npt.NDArray[np.uint8]:
        # a leaf whose count is not known counts as immortal too: nobody may promise that it goes
        flags = np.where(self._refcounts.view() < 0, np.uint8(ObjectFlag.IMMORTAL), np.uint8(0))
        for first, end in self._tracked:
            flags[first:end] |= ObjectFlag.TRACKED
        for ids, flag in ((running, ObjectFlag.RUNNING_FRAME), (sorted(own), ObjectFlag.OWN)):
            rows = self._table.find(np.array(ids, np.uint64))
            flags[rows[rows >= 0]] |= flag
        return flags

    def _take_types(self, types: Sequence[TypeInfo]) -> tuple[tuple[TypeInfo, ...], npt.NDArray[np.int32]]:
        ids = np.array([info.id for info in types], np.uint64)
        indexes = self._table.find(ids)
        type_table = tuple(replace(info, object_index=int(i)) for info, i in zip(types, indexes, strict=True))
        try:
            row_of_number = IdTable(ids).find(np.array([*self._number_of_type], np.uint64))
        except ValueError as exc:
            raise ProtocolError(f"two classes at one place: {exc}") from exc
        if len(row_of_number) and int(row_of_number.min()) < 0:
            raise ProtocolError("objects of a class that was not described")
        numbers = self._types.take()
        return type_table, row_of_number[numbers] if len(numbers) else numbers


def _batches(ids: npt.NDArray[np.uint64]) -> Iterable[npt.NDArray[np.uint64]]:
    """A long column piece by piece, so that what is made of it on the way stays small."""
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _held_by_frames(frames: Sequence[RunningFrame], rows: Sequence[FrameRow]) -> dict[int, Counter[int]]:
    """What each frame object holds, by its id: referents and counted locals with their multiplicity."""
    held = {row.id: Counter(row.referents) for row in rows}
    if len(held) != len(rows):
        raise ProtocolError("a running frame stands twice")
    for frame in frames:
        if frame.object_id not in held:
            raise ProtocolError("a running frame without its object")
        held[frame.object_id].update(v.object_id for v in frame.locals if v.counted)
    return held


_Extra = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]  # rows, ascending; what each holds besides


def _missing_of_frames(
    offsets: npt.NDArray[np.int64],
    targets: npt.NDArray[np.int32],
    held: dict[int, Counter[int]],
    table: GrowingIdTable,
) -> _Extra:
    """What frames that were rows already hold beyond what the collector reported for them.

    Up to 3.10 it reports the locals of running frames, from 3.11 on it does not.
    """
    rows, extra = [], []
    for row in sorted(held):
        reported = Counter(targets[offsets[row] : offsets[row + 1]].tolist())
        indexes = table.find(np.array(list(held[row].elements()), np.uint64)).tolist()
        if -1 in indexes:
            raise ProtocolError("a running frame holds something that is no object")
        missing = list((Counter(indexes) - reported).elements())
        rows += [row] * len(missing)
        extra += missing
    return np.array(rows, np.int32), np.array(extra, np.int32)


def _missing_classes(
    offsets: npt.NDArray[np.int64],
    targets: npt.NDArray[np.int32],
    types: npt.NDArray[np.int32],
    type_table: Sequence[TypeInfo],
) -> _Extra:
    """The reference to its class that each instance of a class made at run time owns.

    The collector reports it from 3.9 on, for classes written in C only where they visit it.
    """
    from refscope.heap import kernels

    class_of_type = np.array(
        [info.object_index if info.flags & TypeFlag.HEAP else -1 for info in type_table], np.int32
    )
    rows = np.empty(len(types), np.int32)
    count = kernels.rows_without_class(offsets, targets, types, class_of_type, rows)
    return rows[:count], class_of_type[types[rows[:count]]]


def _complete(
    offsets: npt.NDArray[np.int64], targets: npt.NDArray[np.int32], extra: _Extra
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """The edges with further ones at the end of each row's."""
    from refscope.heap import kernels

    rows, added = extra
    if not len(rows):
        return offsets, targets
    new_offsets = np.empty_like(offsets)
    new_targets = np.empty(len(targets) + len(added), np.int32)
    kernels.append_edges(offsets, targets, rows, added, new_offsets, new_targets)
    return new_offsets, new_targets
