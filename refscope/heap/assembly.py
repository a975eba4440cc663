"""From the chunks that an image streams to one `HeapSnapshot`, trusting nothing that was sent.

Chunks arrive as numpy arrays of the wire (ids, not indexes); here they are checked, kept compact,
and turned into columns once all referents are rows. Who asks the image, and in which order, is the
session's business: chunks, then rounds of leaves until `unknown_ids` is empty, then types, then
`finish`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from refscope.heap.snapshot import (
    CollectorState,
    HeapSnapshot,
    InterpreterRoot,
    ModuleRoot,
    RunningFrame,
    TypeInfo,
)


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

    Peak memory is about 75 bytes per object and 12 per reference.
    """

    def __init__(self) -> None:
        raise NotImplementedError

    @property
    def n_objects(self) -> int:
        """Rows so far."""
        raise NotImplementedError

    def add_chunk(
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
        raise NotImplementedError

    def unknown_ids(self, also: Iterable[int] = ()) -> npt.NDArray[np.uint64]:
        """Ids of referents and classes (and of `also`) that are no row yet: sorted, each once.

        `also`: further ids that must become rows: modules, what frames and the interpreter hold.
        Cost: O(references added since the last call).
        """
        raise NotImplementedError

    def type_ids(self) -> npt.NDArray[np.uint64]:
        """Ids of the classes of all rows so far: sorted, each once."""
        raise NotImplementedError

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
        """The snapshot. The assembly is empty afterwards.

        `types`: one entry per class, in any order; `object_index` is filled in here. Frames become
        rows (merged with the row of the frame object where there is one), their counted locals and
        referents become references. A reference from each instance of a class made at run time to
        that class is added where the collector reports none, so that counts add up.
        Raises `ProtocolError` for an id that stands twice, a reference to nowhere, an object of an
        unknown class, negative sizes.
        """
        raise NotImplementedError
