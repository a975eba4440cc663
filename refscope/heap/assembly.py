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
from typing import Any

import numpy as np
import numpy.typing as npt

from refscope.agent.vocabulary import ObjectFlag, TypeFlag
from refscope.errors import ProtocolError
from refscope.heap.id_table import IdTable
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
_COLUMNS = {"ids": np.uint64, "types": np.uint64, "sizes": np.int64, "refcounts": np.int64}


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
        self._parts: dict[str, list[npt.NDArray[Any]]] = {
            name: [] for name in (*_COLUMNS, "flags", "degrees", "referents")
        }
        self._marks: set[int] = set()
        self._type_ids: set[int] = set()
        self._n_objects = 0
        self._n_checked_parts = 0  # parts whose referents `unknown_ids` has looked at
        self._still_unknown = np.empty(0, np.uint64)
        self._table: IdTable | None = None

    @property
    def n_objects(self) -> int:
        """Rows so far."""
        return self._n_objects

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
        columns = {"ids": ids, "types": types, "sizes": sizes, "refcounts": refcounts}
        if any(len(column) != len(ids) for column in columns.values()):
            raise ProtocolError("the columns of a chunk differ in length")
        if self._n_objects + len(ids) > _MOST_ROWS:
            raise ProtocolError("more objects than a heap can have")
        if len(sizes) and int(sizes.max()) > _LARGEST_SIZE:
            raise ProtocolError("an object larger than any memory")
        is_mark = referents == np.uint64(mark)
        ends = np.flatnonzero(is_mark)
        if len(ends) != len(ids) or (len(referents) and not is_mark[-1]):
            raise ProtocolError(f"{len(ends)} runs of references for {len(ids)} objects")
        degrees = np.diff(ends, prepend=-1) - 1
        flags = np.full(len(ids), ObjectFlag.TRACKED if tracked else 0, np.uint8)
        # a leaf whose count is not known counts as immortal too: nobody may promise that it goes
        flags[refcounts < 0] |= ObjectFlag.IMMORTAL
        for name, dtype in _COLUMNS.items():
            self._parts[name].append(columns[name].astype(dtype))
        self._parts["flags"].append(flags)
        self._parts["degrees"].append(degrees.astype(np.int64))
        self._parts["referents"].append(referents[~is_mark].astype(np.uint64))
        self._marks.add(int(mark))
        self._type_ids.update(np.unique(types).tolist())
        self._n_objects += len(ids)
        self._table = None

    def unknown_ids(self, also: Iterable[int] = ()) -> npt.NDArray[np.uint64]:
        """Ids of referents and classes (and of `also`) that are no row yet: sorted, each once.

        `also`: further ids that must become rows: modules, what frames and the interpreter hold.
        Cost: O(objects + references added since the last call).
        """
        table = self._known()
        fresh = self._parts["referents"][self._n_checked_parts :]
        self._n_checked_parts = len(self._parts["referents"])
        extra = np.array([*self._type_ids, *also], np.uint64)
        unknown = []
        for ids in (*_batches(fresh), extra, self._still_unknown):
            unknown.append(ids[table.find(ids) < 0])
        ids = np.concatenate(unknown)
        ids.sort()
        self._still_unknown = ids[np.diff(ids, prepend=ids[:1] + np.uint64(1)) != 0]
        return self._still_unknown

    def type_ids(self) -> npt.NDArray[np.uint64]:
        """Ids of the classes of all rows so far: sorted, each once."""
        return np.array(sorted(self._type_ids), np.uint64)

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
        known = self._known()
        rows = {row.id: int(known.find(np.array([row.id], np.uint64))[0]) for row in frame_rows}
        self._add_frames([row for row in frame_rows if rows[row.id] < 0], held_by_frame)
        table = self._known()
        if self._marks and (table.find(np.array(sorted(self._marks), np.uint64)) >= 0).any():
            raise ProtocolError("a mark is the id of an object")
        offsets, targets = self._take_edges(table)
        merged = {row: held_by_frame[i] for i, row in rows.items() if row >= 0}
        offsets, targets = _complete(offsets, targets, _missing_of_frames(offsets, targets, merged, table))
        type_table, type_column = self._take_types(types, table)
        offsets, targets = _complete(
            offsets, targets, _missing_classes(offsets, targets, type_column, type_table)
        )
        own = frozenset(int(i) for i in own_ids)
        flags = self._take_flags(table, [frame.id for frame in frame_rows], own)
        snapshot = HeapSnapshot(
            ids=self._take("ids", np.uint64),
            types=type_column,
            sizes=self._take("sizes", np.int64),
            refcounts=self._take("refcounts", np.int64),
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
        self._table = None
        return snapshot

    def _known(self) -> IdTable:
        """The table of all ids so far; raises `ProtocolError` for one that stands twice."""
        if self._table is None:
            self._parts["ids"] = [_joined(self._parts["ids"], np.uint64)]
            try:
                self._table = IdTable(self._parts["ids"][0])
            except ValueError as exc:
                raise ProtocolError(f"two objects at one place: {exc}") from exc
        return self._table

    def _take(self, name: str, dtype: type[np.generic]) -> npt.NDArray[Any]:
        """A column as one array; its parts are given up."""
        column = _joined(self._parts[name], dtype)
        self._parts[name] = []
        return column

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

    def _take_edges(self, table: IdTable) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        degrees = self._take("degrees", np.int64)
        offsets = np.zeros(len(degrees) + 1, np.int64)
        np.cumsum(degrees, out=offsets[1:])
        targets = np.empty(int(offsets[-1]), np.int32)
        done = 0
        for ids in _batches(self._parts["referents"]):
            targets[done : done + len(ids)] = table.find(ids)
            done += len(ids)
        self._parts["referents"] = []
        if len(targets) and int(targets.min()) < 0:
            raise ProtocolError(f"{int((targets < 0).sum())} references lead to no object")
        return offsets, targets

    def _take_flags(
        self, table: IdTable, running: Sequence[int], own: frozenset[int]
    ) -> npt.NDArray[np.uint8]:
        flags = self._take("flags", np.uint8)
        for ids, flag in ((running, ObjectFlag.RUNNING_FRAME), (sorted(own), ObjectFlag.OWN)):
            rows = table.find(np.array(ids, np.uint64))
            flags[rows[rows >= 0]] |= flag
        return flags

    def _take_types(
        self, types: Sequence[TypeInfo], table: IdTable
    ) -> tuple[tuple[TypeInfo, ...], npt.NDArray[np.int32]]:
        indexes = table.find(np.array([info.id for info in types], np.uint64))
        type_table = tuple(replace(info, object_index=int(i)) for info, i in zip(types, indexes, strict=True))
        try:
            rows = IdTable(np.array([info.id for info in types], np.uint64))
        except ValueError as exc:
            raise ProtocolError(f"two classes at one place: {exc}") from exc
        column = np.concatenate([rows.find(ids) for ids in self._parts["types"]] or [np.empty(0, np.int32)])
        self._parts["types"] = []
        if len(column) and int(column.min()) < 0:
            raise ProtocolError("objects of a class that was not described")
        return type_table, column


def _joined(parts: Sequence[npt.NDArray[Any]], dtype: type[np.generic]) -> npt.NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, dtype), *parts])


def _batches(parts: Sequence[npt.NDArray[np.uint64]]) -> Iterable[npt.NDArray[np.uint64]]:
    """Parts joined a hundred at a time: few calls, little copied at once."""
    for start in range(0, len(parts), 100):
        yield _joined(parts[start : start + 100], np.uint64)


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
    table: IdTable,
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
