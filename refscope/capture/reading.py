"""Captures read as far as they are good: what is missing is said, what is there is as it was written.

Checksums of all members are looked at when a capture is opened (a gigabyte per second); columns and
labels of a freeze are unpacked when they are first asked for. Which members there ought to be is known
from the list at the end; without it the recording did not finish, and that is said.
"""

from __future__ import annotations

import logging
import math
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from refscope.capture.archive import FORMAT, Archive, Member
from refscope.capture.columns import PARTS, read_array, read_json, read_snapshot
from refscope.capture.file import Capture, KeptSnapshot, SavedSnapshot, SavedSuspects
from refscope.capture.labels import SavedLabels
from refscope.capture.values import from_json
from refscope.errors import CaptureFileError
from refscope.heap.snapshot import HeapSnapshot
from refscope.heap.traces import SavedTraces
from refscope.samples import COLUMNS, Mark, Trace, TraceKind

logger = logging.getLogger(__name__)

_SNAPSHOT = re.compile(r"snapshots/(\d{1,9})/")
_SAMPLES = re.compile(r"samples(/\d+)?\.npy")
_OUTPUT = re.compile(r"output(/\d+)?\.txt")
NOT_FINISHED = (
    "The recording did not finish: the capture ends with what had been written, some seconds before its end."
)
_MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)
_Result = TypeVar("_Result")


def read_capture(path: str | os.PathLike[str]) -> Capture:
    """Read a capture as far as it is good; `damage` says what is missing.

    Raises `CaptureFileError` where nothing can be read or the format is newer than this RefScope.
    Cost: O(bytes of the file); columns are unpacked later.
    """
    return _Reader(Archive(path)).capture()


class StoredSnapshot:
    """A freeze in a file, see `KeptSnapshot`. Thread-safe: who asks at once waits for one reading."""

    def __init__(
        self,
        read: Callable[[str], bytes],
        number: int,
        head: Mapping[str, Any],
        *,
        has_lost_labels: bool = False,
        is_traced: bool = False,
    ) -> None:
        self._read = read
        self._is_traced = is_traced
        self.has_lost_labels = has_lost_labels
        self._prefix = f"snapshots/{number}"
        self._lock = threading.RLock()
        self.name = str(head["name"])
        self.time_s = float(head["time_s"])
        self.n_objects = int(head["objects"])

    @property
    def snapshot(self) -> HeapSnapshot:
        """The columns. Raises `CaptureFileError`."""
        with self._lock:
            return self._snapshot

    @property
    def labels(self) -> SavedLabels:
        """The labels; none, and a line in the log, where they cannot be read."""
        with self._lock:
            return self._labels

    @property
    def traces(self) -> SavedTraces:
        """Where objects were made; none where that was not traced or cannot be read."""
        with self._lock:
            return self._traces

    @cached_property
    def _snapshot(self) -> HeapSnapshot:
        return read_snapshot(self._read, self._prefix)

    @cached_property
    def _labels(self) -> SavedLabels:
        try:
            return SavedLabels.from_json(read_json(self._read, f"{self._prefix}/labels.json"))
        except CaptureFileError as exc:
            logger.info("freeze %s has no labels: %s", self.name, exc)  # `damage` has said so
        except _MALFORMED as exc:
            logger.warning("labels of freeze %s do not hold together: %s", self.name, exc)
        return SavedLabels()

    @cached_property
    def _traces(self) -> SavedTraces:
        if not self._is_traced:
            return SavedTraces()
        try:
            return SavedTraces.from_json(read_json(self._read, f"{self._prefix}/made_at.json"))
        except (CaptureFileError, *_MALFORMED) as exc:
            logger.warning("freeze %s does not say where objects were made: %s", self.name, exc)
            return SavedTraces()


class _Reader:
    """One archive on its way to a `Capture`."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._damage: dict[str, None] = {}  # sentences, each once, in their order
        self._refuse_newer(max((member.format for member in archive.members), default=0))
        self._all: list[Member] = []
        self._newest: dict[str, Member] = {}
        for member in archive.members:
            if archive.is_good(member):
                self._all.append(member)
                self._newest[member.name] = member
        self._bad = dict.fromkeys(m.name for m in archive.members if m.name not in self._newest)
        for name in self._bad:
            self._miss(name, "its bytes are not those that were written")
        if archive.unreadable:
            self._say(f"{archive.unreadable:,} bytes of the file belong to nothing that can be read.")

    def capture(self) -> Capture:
        """Everything that is good."""
        manifest, end = self._json("manifest.json", dict), self._json("end.json", dict)
        if not manifest and not end and all(member.check is None for member in self._all):
            raise CaptureFileError("This is not a capture", "It has no manifest.")
        for each in (manifest, end):
            self._refuse_newer(each.get("format", 0))
        is_older = manifest.get("format") == 1  # which had all in the manifest, and no end
        names = end.get("names")
        if isinstance(names, list):
            for name in names:
                if isinstance(name, str) and name not in self._newest and name not in self._bad:
                    self._miss(name, "it is not there")
        elif not is_older:
            self._say(NOT_FINISHED)
        environment = end.get("environment") or manifest.get("environment")
        if not isinstance(environment, dict):
            self._say("Python, platform and command of the run are not known.")
        marks = manifest.get("marks", []) if is_older else self._json("marks.json", list)
        return Capture(
            environment=environment if isinstance(environment, dict) else {},
            samples=self._samples(manifest),
            marks=self._safe("The marks", lambda: _marks(marks), ()),
            output=self._output(),
            snapshots=tuple(self._snapshots()),
            suspects=self._suspects(),
            traces=self._safe("What was watched", lambda: _traces(self._json("traces.json", list)), ()),
            damage=tuple(self._damage),
        )

    # --- parts ------------------------------------------------------------------------------------

    def _snapshots(self) -> Iterable[KeptSnapshot]:
        found = (_SNAPSHOT.match(name) for name in self._newest)
        for number in sorted({int(each.group(1)) for each in found if each}):
            prefix = f"snapshots/{number}"
            missing = [part for part in PARTS if f"{prefix}/{part}" not in self._newest]
            if missing:
                name = self._json(f"{prefix}/head.json", dict).get("name", number)
                self._say(f"Freeze {name} cannot be shown: {', '.join(missing)} cannot be read.")
                continue
            snapshot = self._safe(f"Freeze {number}", partial(self._snapshot, number), None)
            if snapshot is not None:
                if f"{prefix}/labels.json" not in self._newest:
                    self._say(f"Names of references in freeze {snapshot.name} cannot be read.")
                if f"{prefix}/made_at.json" in self._bad:
                    self._say(f"Where objects of freeze {snapshot.name} were made cannot be read.")
                yield snapshot

    def _snapshot(self, number: int) -> KeptSnapshot:
        prefix = f"snapshots/{number}"
        is_ours = all(self._newest[f"{prefix}/{part}"].check is not None for part in PARTS)
        head = self._json(f"{prefix}/head.json", dict)
        is_lost = f"{prefix}/labels.json" not in self._newest
        if is_ours and {"name", "time_s", "objects"} <= head.keys():
            return StoredSnapshot(
                self._bytes, number, head, has_lost_labels=is_lost, is_traced=self._has_traces(prefix)
            )
        snapshot = read_snapshot(self._bytes, prefix)  # nothing has looked at its checksums yet
        head = {"name": snapshot.name, "time_s": 0, "objects": 0}
        stored = StoredSnapshot(self._bytes, number, head, is_traced=self._has_traces(prefix))
        return SavedSnapshot(snapshot, stored.labels, is_lost, stored.traces)

    def _has_traces(self, prefix: str) -> bool:
        return f"{prefix}/made_at.json" in self._newest

    def _samples(self, manifest: Mapping[str, Any]) -> npt.NDArray[np.float64]:
        stored = manifest.get("columns")
        names = [str(name) for name in stored] if isinstance(stored, list) else list(COLUMNS)
        parts = [np.empty((0, len(COLUMNS)))]
        for member in (each for each in self._all if _SAMPLES.fullmatch(each.name)):
            rows = self._safe("Some samples", partial(self._sample_rows, member, names), None)
            if rows is not None:
                parts.append(rows)
        samples = np.concatenate(parts)
        times = samples[:, COLUMNS.index("time_s")]
        return samples[np.argsort(times, kind="stable")] if (np.diff(times) < 0).any() else samples

    def _sample_rows(self, member: Member, names: list[str]) -> npt.NDArray[np.float64]:
        return _by_name(read_array(lambda _: self._archive.read(member), member.name), names)

    def _output(self) -> str:
        parts = [member for member in self._all if _OUTPUT.fullmatch(member.name)]
        texts = [self._safe("Some output", partial(self._archive.read, each), b"") for each in parts]
        return "".join(text.decode("utf-8", "replace") for text in texts)

    def _suspects(self) -> SavedSuspects:
        if "suspects.json" not in self._newest:
            return SavedSuspects()
        return self._safe(
            "The suspects as they were computed",
            lambda: from_json(SavedSuspects, read_json(self._bytes, "suspects.json")),
            SavedSuspects(),
        )

    # --- members ----------------------------------------------------------------------------------

    def _bytes(self, name: str) -> bytes:
        member = self._newest.get(name)
        if member is None:
            raise CaptureFileError("The capture is damaged", f"{name} is not there.")
        return self._archive.read(member)

    def _json(self, name: str, kind: type[_Result]) -> _Result:
        """The JSON value of a member if it is there and of that kind, else an empty one."""
        if name not in self._newest:
            return kind()
        value = self._safe(name, lambda: read_json(self._bytes, name), None)
        return value if isinstance(value, kind) else kind()

    def _safe(self, what: str, read: Callable[[], _Result], otherwise: _Result) -> _Result:
        try:
            return read()
        except CaptureFileError as exc:
            self._say(f"{what} cannot be read: {exc.text}")
        except _MALFORMED as exc:
            self._say(f"{what} cannot be read: {exc}.")
        return otherwise

    def _miss(self, name: str, reason: str) -> None:
        if not _SNAPSHOT.match(name) or name.endswith("head.json"):  # what a freeze lacks is said of it
            self._say(f"{name} cannot be read: {reason}.")
        elif not any(each.startswith(name.rpartition("/")[0] + "/") for each in self._newest):
            self._say(f"Freeze {name.split('/')[1]} cannot be shown: it is not there.")

    def _say(self, sentence: str) -> None:
        self._damage[sentence] = None

    @staticmethod
    def _refuse_newer(number: Any) -> None:
        if isinstance(number, int) and number > FORMAT:
            raise CaptureFileError(
                "The capture is newer than this RefScope",
                f"It has format {number}, this version reads up to {FORMAT}. Update RefScope.",
            )


def _marks(value: Any) -> tuple[Mark, ...]:
    return tuple(Mark(float(time_s), str(name), str(kind)) for time_s, name, kind in value)


def _traces(value: Any) -> tuple[Trace, ...]:
    """Traces of the kinds that this RefScope knows."""
    known = {kind.value: kind for kind in TraceKind}
    made = []
    for kind, name, points in value:
        if kind in known:
            trace = Trace(known[kind], str(name))
            rows = [[float(t), math.nan if v is None else float(v)] for t, v in points]
            trace.extend(np.array(rows, np.float64).reshape(-1, 2))
            made.append(trace)
    return tuple(made)


def _by_name(stored: npt.NDArray[Any], names: list[str]) -> npt.NDArray[np.float64]:
    """Samples with our columns in our order; NaN where a capture does not have one."""
    if stored.ndim != 2 or stored.shape[1] != len(names) or stored.dtype != np.float64:
        raise ValueError("they have another shape than their columns")
    samples = np.full((len(stored), len(COLUMNS)), np.nan)
    for position, name in enumerate(COLUMNS):
        if name in names:
            samples[:, position] = stored[:, names.index(name)]
    return samples
