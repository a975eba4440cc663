"""What a `.refscope` capture holds, as values. `writing` and `reading` make files of it and back.

Nothing in a file is ever executed. Format: docs/capture-format.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from refscope.analysis.suspects import Suspect
from refscope.capture.labels import SavedLabels
from refscope.heap.snapshot import HeapSnapshot
from refscope.heap.traces import SavedTraces
from refscope.samples import Mark, Trace


class KeptSnapshot(Protocol):
    """A snapshot of a capture: in memory, or in a file and read when it is first asked for.

    `snapshot` raises `CaptureFileError` where the file has gone bad since it was opened.
    """

    @property
    def name(self) -> str:
        """The mark it was taken at."""
        ...

    @property
    def time_s(self) -> float:
        """Seconds from the launch to the freeze."""
        ...

    @property
    def n_objects(self) -> int:
        """Rows of the snapshot."""
        ...

    @property
    def snapshot(self) -> HeapSnapshot:
        """The columns."""
        ...

    @property
    def labels(self) -> SavedLabels:
        """The labels that were saved with it."""
        ...

    @property
    def traces(self) -> SavedTraces:
        """Where objects were made, as far as that was saved with it."""
        ...

    @property
    def has_lost_labels(self) -> bool:
        """Whether labels were saved with it that can no longer be read."""
        ...


@dataclass(frozen=True, slots=True)
class SavedSnapshot:
    """A snapshot with the labels and traces that are saved with it, all in memory."""

    snapshot: HeapSnapshot
    labels: SavedLabels = field(default_factory=SavedLabels)
    has_lost_labels: bool = False
    traces: SavedTraces = field(default_factory=SavedTraces)

    @property
    def name(self) -> str:
        """The mark it was taken at."""
        return self.snapshot.name

    @property
    def time_s(self) -> float:
        """Seconds from the launch to the freeze."""
        return self.snapshot.time_s

    @property
    def n_objects(self) -> int:
        """Rows of the snapshot."""
        return self.snapshot.n_objects


@dataclass(frozen=True, slots=True)
class SavedSuspects:
    """Suspects as they were computed when they were saved: of which freeze (its name and moment),
    against which earlier ones, and by which version of RefScope. Their rows are those of that freeze."""

    suspects: tuple[Suspect, ...] = ()
    freeze: str = ""
    freeze_s: float = 0.0
    against: tuple[str, ...] = ()
    refscope: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """What a capture holds. `environment`: Python, platform, packages, command line, exit, as plain JSON
    values. `samples`: float64[n, len(COLUMNS)]. `traces`: watches, processes, values at freezes. `damage`:
    one sentence per part that is missing."""

    environment: Mapping[str, Any]
    samples: npt.NDArray[np.float64]
    marks: tuple[Mark, ...] = ()
    output: str = ""
    snapshots: tuple[KeptSnapshot, ...] = ()
    suspects: SavedSuspects = field(default_factory=SavedSuspects)
    damage: tuple[str, ...] = ()
    traces: tuple[Trace, ...] = ()
