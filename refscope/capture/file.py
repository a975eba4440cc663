"""The `.refscope` capture: one zip of a JSON manifest, samples, output and heap snapshots.

Written to a temporary file beside the target and renamed, so that a reader never sees half a
capture. Every member carries the zip's CRC-32, which is checked when it is read; a snapshot is only
read when it is asked for. Nothing in a file is ever executed. Format: docs/capture-format.md.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from refscope.capture.columns import read_json, read_snapshot, write_snapshot
from refscope.capture.labels import SavedLabels
from refscope.errors import CaptureFileError
from refscope.heap.snapshot import HeapSnapshot
from refscope.samples import COLUMNS, Mark

FORMAT = 1
COMPRESSION_LEVEL = 1  # level 6 saves a tenth of the size and costs three times the time


@dataclass(frozen=True, slots=True)
class SavedSnapshot:
    """A snapshot with the labels that were saved with it."""

    snapshot: HeapSnapshot
    labels: SavedLabels = field(default_factory=SavedLabels)


@dataclass(frozen=True, slots=True)
class Capture:
    """What a capture holds. `environment`: Python, platform, command line, exit, as plain JSON values.
    `samples`: float64[n, len(COLUMNS)]. `damage`: one sentence per part that could not be read."""

    environment: Mapping[str, Any]
    samples: npt.NDArray[np.float64]
    marks: tuple[Mark, ...] = ()
    output: str = ""
    snapshots: tuple[SavedSnapshot, ...] = ()
    damage: tuple[str, ...] = ()


def write_capture(path: str | os.PathLike[str], capture: Capture) -> None:
    """Write `capture` to `path`, atomically. Raises `CaptureFileError` with what to do.

    Cost: O(objects + references); about a second per million objects.
    """
    target = Path(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent or ".")
        try:
            with os.fdopen(handle, "wb") as stream:
                _write(stream, capture)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(name, 0o644)
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise CaptureFileError(
            "The capture could not be saved",
            f"{exc.strerror or exc}: {target}. Nothing was overwritten. Choose another place.",
        ) from exc


def _write(stream: Any, capture: Capture) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL) as archive:
        manifest = {
            "format": FORMAT,
            "environment": dict(capture.environment),
            "columns": list(COLUMNS),
            "marks": [[m.time_s, m.name, m.kind] for m in capture.marks],
            "snapshots": [saved.snapshot.name for saved in capture.snapshots],
        }
        archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        with archive.open("samples.npy", "w") as member:
            np.lib.format.write_array(member, np.ascontiguousarray(capture.samples), allow_pickle=False)
        archive.writestr("output.txt", capture.output.encode("utf-8", "surrogateescape"))
        for number, saved in enumerate(capture.snapshots):
            write_snapshot(archive, f"snapshots/{number}", saved.snapshot)
            archive.writestr(
                f"snapshots/{number}/labels.json", json.dumps(saved.labels.to_json(), separators=(",", ":"))
            )


def read_capture(path: str | os.PathLike[str]) -> Capture:
    """Read a capture as far as it is good; `damage` says what is missing.

    Raises `CaptureFileError` where nothing can be read or the format is newer than this RefScope.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive)
    except FileNotFoundError as exc:
        raise CaptureFileError("The capture does not exist", f"There is no file {os.fspath(path)}.") from exc
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as exc:
        raise CaptureFileError(
            "This is not a capture", f"{os.fspath(path)} cannot be opened as one: {exc}."
        ) from exc


def _read(archive: zipfile.ZipFile) -> Capture:
    manifest = read_json(archive, "manifest.json")
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise CaptureFileError("This is not a capture", "Its manifest has no format number.")
    if manifest["format"] > FORMAT:
        raise CaptureFileError(
            "The capture is newer than this RefScope",
            f"It has format {manifest['format']}, this version reads up to {FORMAT}. Update RefScope.",
        )
    damage: list[str] = []
    snapshots = []
    for number in range(len(_list(manifest, "snapshots"))):
        try:
            snapshots.append(_read_saved(archive, number, damage))
        except CaptureFileError as exc:
            damage.append(str(exc))
    environment = manifest.get("environment")
    return Capture(
        environment=environment if isinstance(environment, dict) else {},
        samples=_read_samples(archive, manifest, damage),
        marks=_read_marks(manifest, damage),
        output=_read_output(archive, damage),
        snapshots=tuple(snapshots),
        damage=tuple(damage),
    )


def _read_saved(archive: zipfile.ZipFile, number: int, damage: list[str]) -> SavedSnapshot:
    snapshot = read_snapshot(archive, f"snapshots/{number}")
    name = f"snapshots/{number}/labels.json"
    try:
        return SavedSnapshot(snapshot, SavedLabels.from_json(read_json(archive, name)))
    except CaptureFileError as exc:
        damage.append(str(exc))
    except (KeyError, TypeError, ValueError, IndexError) as exc:
        damage.append(f"{name} does not hold together: {exc}.")
    return SavedSnapshot(snapshot)


def _list(manifest: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = manifest.get(key)
    return value if isinstance(value, list) else []


def _read_samples(
    archive: zipfile.ZipFile, manifest: Mapping[str, Any], damage: list[str]
) -> npt.NDArray[np.float64]:
    empty = np.empty((0, len(COLUMNS)))
    try:
        stored = np.lib.format.read_array(io.BytesIO(archive.read("samples.npy")), allow_pickle=False)
        names = [str(name) for name in _list(manifest, "columns")]
        if stored.ndim != 2 or stored.shape[1] != len(names) or stored.dtype != np.float64:
            raise ValueError("its shape does not fit the manifest")
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as exc:
        damage.append(f"samples.npy cannot be read: {exc}.")
        return empty
    samples = np.full((len(stored), len(COLUMNS)), np.nan)
    for position, name in enumerate(COLUMNS):
        if name in names:
            samples[:, position] = stored[:, names.index(name)]
    return samples


def _read_marks(manifest: Mapping[str, Any], damage: list[str]) -> tuple[Mark, ...]:
    try:
        return tuple(Mark(float(t), str(name), str(kind)) for t, name, kind in _list(manifest, "marks"))
    except (TypeError, ValueError) as exc:
        damage.append(f"The marks cannot be read: {exc}.")
        return ()


def _read_output(archive: zipfile.ZipFile, damage: list[str]) -> str:
    try:
        return archive.read("output.txt").decode("utf-8", "replace")
    except (KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as exc:
        damage.append(f"output.txt cannot be read: {exc}.")
        return ""
