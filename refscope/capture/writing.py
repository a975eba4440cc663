"""Captures written: at once from a value, or piece by piece while a program is recorded.

A recording is in its place from the beginning and grows by whole members, each readable as soon as it
is there, so that a killed recorder loses what it had not handed over and nothing else. What has been
superseded (old samples beyond the bound, dropped freezes) stays in the file until that is as much as
what counts; then the file is written anew beside its place and renamed. The end is the same: one
rewritten file with a list of its members, or, where the disk is too full for that, the grown one.
"""

from __future__ import annotations

import io
import logging
import math
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from refscope.capture.archive import FORMAT, ArchiveWriter, Member, unpacked
from refscope.capture.columns import array_bytes, json_bytes, snapshot_members
from refscope.capture.file import Capture, KeptSnapshot, SavedSuspects
from refscope.capture.values import to_json
from refscope.errors import CaptureFileError
from refscope.samples import COLUMNS, Mark, Trace, thinned
from refscope.text import short_path

logger = logging.getLogger(__name__)

OUTPUT_KEPT = 256 << 10  # characters of output in a capture: its tail
MOST_SAMPLES = 400_000  # of a capture: 11 h at ten a second, 26 MB in memory; longer ones are thinned
MOST_OF_TRACE = 5_000  # 120 KB each: a watch is looked at on a screen
WASTE_ALLOWED = 16 << 20  # bytes of superseded members that are not worth a rewrite of the file
MOST_PIECES = 4_000  # members of samples and output before they are joined: 3 h at one each 5 s
_SAMPLES, _OUTPUT = "samples", "output"


class CaptureWriter:
    """A capture that is being written. One thread at a time; a context manager, or call `finish`.

    path: where it will be; with `in_place` a readable capture stands there from now on, instead of what
    was there. environment: JSON values. Every method raises `CaptureFileError` with what to do; what was
    added before stays readable. Leaving the context by an exception keeps what is in place.
    """

    def __init__(
        self, path: str | os.PathLike[str], environment: Mapping[str, Any], *, in_place: bool = True
    ) -> None:
        self.path = Path(path)
        self._in_place = in_place
        self._environment = dict(environment)
        self._number = 0  # of the next piece of samples or output
        self._live: list[Member] = []
        self._temporary: Path | None = None
        with self._sentences():
            self._archive = self._begin()
            if in_place:
                self._move()

    def add_samples(self, rows: npt.NDArray[np.float64]) -> None:
        """Further samples, float64[n, len(COLUMNS)], later than those before."""
        if len(rows):
            self._add_piece(_SAMPLES, "npy", array_bytes(rows))

    def add_output(self, text: str) -> None:
        """Further output; only the last `OUTPUT_KEPT` characters of all of it count."""
        if text:
            self._add_piece(_OUTPUT, "txt", _encoded(text[-OUTPUT_KEPT:]))
            self._live = list(_without_old_output(self._live))

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """All marks so far, in place of those before."""
        self._replace("marks.json", json_bytes([[m.time_s, m.name, m.kind] for m in marks]))

    def set_traces(self, traces: Sequence[Trace]) -> None:
        """All traces so far, in place of those before; each is thinned to `MOST_OF_TRACE` points."""
        told = [[each.kind.value, each.name, _points(each)] for each in traces if len(each)]
        if told:
            self._replace("traces.json", json_bytes(told))

    def set_suspects(self, suspects: SavedSuspects) -> None:
        """What was computed last, in place of what was before."""
        self._replace("suspects.json", json_bytes(to_json(suspects)))

    def add_snapshot(self, number: int, saved: KeptSnapshot) -> None:
        """A freeze with its labels; numbers rise. Cost: half a second per million objects."""
        heap = saved.snapshot
        head = {
            "name": heap.name,
            "time_s": heap.time_s,
            "objects": heap.n_objects,
            "references": heap.n_edges,
        }
        prefix = f"snapshots/{number}"
        with self._sentences():
            members = [self._archive.append(f"{prefix}/head.json", json_bytes(head))]
            members += [self._archive.append(f"{prefix}/{part}", c) for part, c in snapshot_members(heap)]
            members.append(self._archive.append(f"{prefix}/labels.json", json_bytes(saved.labels.to_json())))
            if saved.traces.frames:
                traces = json_bytes(saved.traces.to_json())
                members.append(self._archive.append(f"{prefix}/made_at.json", traces))
            os.fsync(self._archive.fd)
        self._live += members

    def drop_snapshot(self, number: int) -> None:
        """Give up a freeze; its room is taken back at the next rewrite."""
        prefix = f"snapshots/{number}/"
        self._live = [member for member in self._live if not member.name.startswith(prefix)]
        self._tidy()

    def finish(self, environment: Mapping[str, Any]) -> None:
        """The end: everything that counts, once, with a list of it. environment: as it is known now."""
        self._environment = dict(environment)
        with self._sentences():
            try:
                if self._in_place:  # else it was written at once, each member a single time
                    self._rewrite()
            except OSError as exc:
                logger.info("%s is finished without rewriting it: %s", self.path, exc.strerror)
            names = sorted({member.name for member in self._live} | {"end.json"})
            end = {"format": FORMAT, "environment": self._environment, "names": names}
            self._live.append(self._archive.append("end.json", json_bytes(end)))
            self._archive.finish(self._live)
            self._move()
        self.close()

    def close(self) -> None:
        """Let go of the file as it is; a copy that is not in its place yet is removed."""
        fd, self._archive.fd = self._archive.fd, -1
        if fd >= 0:
            os.close(fd)
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> CaptureWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- the file ---------------------------------------------------------------------------------

    def _begin(self) -> ArchiveWriter:
        """A new file beside the place of the capture, with the manifest in it."""
        handle, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent or ".")
        self._temporary = Path(name)
        os.chmod(handle, 0o644)
        archive = ArchiveWriter(handle)
        manifest = {"format": FORMAT, "environment": self._environment, "columns": list(COLUMNS)}
        try:
            self._live.insert(0, archive.append("manifest.json", json_bytes(manifest)))
        except BaseException:
            os.close(handle)
            self._temporary.unlink(missing_ok=True)
            raise
        return archive

    def _move(self) -> None:
        """The file takes its place."""
        if self._temporary is not None:
            os.replace(self._temporary, self.path)
            self._temporary = None

    def _add_piece(self, kind: str, ending: str, content: bytes) -> None:
        with self._sentences():
            self._live.append(self._archive.append(f"{kind}/{self._number:06}.{ending}", content))
        self._number += 1
        self._tidy()

    def _replace(self, name: str, content: bytes) -> None:
        with self._sentences():
            added = self._archive.append(name, content)
        self._live = [*(member for member in self._live if member.name != name), added]

    def _tidy(self) -> None:
        """Write the file anew when as much of it is superseded as counts, or it is in many pieces."""
        counts = sum(member.packed for member in self._live)
        wasted = self._archive.end - counts  # headers included, 80 bytes each
        if wasted > max(counts, WASTE_ALLOWED) or len(self._live) > MOST_PIECES:
            with self._sentences():
                self._rewrite()
                self._move()

    def _rewrite(self) -> None:
        """The file anew, beside its place: pieces joined, the rest copied as it is packed."""
        old, before = self._archive, self._live
        samples, output = self._joined_samples(before), self._joined_output(before)
        self._live = []
        try:
            self._archive = self._begin()
            for name, content in ((f"{_SAMPLES}/{self._number:06}.npy", samples), ("output.txt", output)):
                if content:
                    self._live.append(self._archive.append(name, content))
            joined = (f"{_SAMPLES}/", _OUTPUT, "manifest.json")
            for member in before:
                if not member.name.startswith(joined):
                    self._live.append(self._archive.copy(member, old.fd))
        except BaseException:
            if self._archive is not old:
                os.close(self._archive.fd)
            if self._temporary is not None:
                self._temporary.unlink(missing_ok=True)
                self._temporary = None
            self._archive, self._live = old, before
            raise
        self._number += 1
        os.close(old.fd)

    def _joined_samples(self, members: Sequence[Member]) -> bytes:
        rows = [_rows(self._archive.fd, m) for m in members if m.name.startswith(f"{_SAMPLES}/")]
        return array_bytes(thinned(np.concatenate(rows), MOST_SAMPLES)) if rows else b""

    def _joined_output(self, members: Sequence[Member]) -> bytes:
        """The tail of the output, read from its end on: older pieces do not count any more."""
        parts: list[str] = []
        for member in reversed([each for each in members if each.name.startswith(_OUTPUT)]):
            parts.insert(0, unpacked(self._archive.fd, member).decode("utf-8", "surrogateescape"))
            if sum(map(len, parts)) >= OUTPUT_KEPT:
                break
        return _encoded("".join(parts)[-OUTPUT_KEPT:])

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn what the file system refuses into what a person is told."""
        try:
            yield
        except OSError as exc:
            kept = "What was recorded before is kept." if self._in_place else "Nothing was overwritten."
            raise CaptureFileError(
                "The capture could not be saved",
                f"{exc.strerror or exc}: {short_path(self.path)}. {kept} Choose another place.",
            ) from exc


def write_capture(path: str | os.PathLike[str], capture: Capture) -> None:
    """Write `capture` to `path`, atomically. Raises `CaptureFileError` with what to do.

    Cost: O(objects + references); half a second per million objects.
    """
    with CaptureWriter(path, capture.environment, in_place=False) as writer:
        writer.add_samples(np.asarray(capture.samples, np.float64))
        writer.add_output(capture.output)
        writer.set_marks(capture.marks)
        writer.set_traces(capture.traces)
        for number, saved in enumerate(capture.snapshots):
            writer.add_snapshot(number, saved)
        writer.set_suspects(capture.suspects)
        writer.finish(capture.environment)


def _points(trace: Trace) -> list[list[float | None]]:
    """[time in s, value or None] of the points that are kept."""
    rows = thinned(trace.array(), MOST_OF_TRACE).tolist()
    return [[round(time_s, 3), None if math.isnan(value) else value] for time_s, value in rows]


def _without_old_output(members: Sequence[Member]) -> Iterator[Member]:
    """Members in their order, without pieces of output that no tail of `OUTPUT_KEPT` characters reaches."""
    newer, dropped = 0, set()
    for member in reversed(members):
        if member.name.startswith(_OUTPUT):
            if newer >= 4 * OUTPUT_KEPT:  # bytes of a character, at most
                dropped.add(member.name)
            newer += member.size
    return (member for member in members if member.name not in dropped)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _rows(fd: int, member: Member) -> npt.NDArray[np.float64]:
    rows: npt.NDArray[np.float64] = np.lib.format.read_array(
        io.BytesIO(unpacked(fd, member)), allow_pickle=False
    )
    return rows
