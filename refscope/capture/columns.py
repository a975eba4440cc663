"""A heap snapshot as members of a capture: small dtypes, ids as differences, JSON for tables.

Reading checks every array against every other, so that a damaged or hostile file gives a sentence
and never an index out of range later.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from refscope.errors import CaptureFileError
from refscope.heap.snapshot import (
    CollectorState,
    HeapSnapshot,
    InterpreterRoot,
    LocalVariable,
    ModuleRoot,
    RunningFrame,
    TypeInfo,
)

Read = Callable[[str], bytes]
"""Gives the unpacked bytes of a member by its name; raises `CaptureFileError` naming it."""

ARRAYS = ("ids", "types", "sizes", "refcounts", "flags", "degrees", "targets")
PARTS = (*(f"{name}.npy" for name in ARRAYS), "tables.json")
"""The members that one snapshot needs to be read, without their folder."""


def snapshot_members(snapshot: HeapSnapshot) -> Iterator[tuple[str, bytes]]:
    """(one of `PARTS`, its bytes) for each part of a snapshot. Cost: O(objects + references)."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "ids": np.diff(snapshot.ids.astype(np.int64), prepend=np.int64(0)),
        "types": snapshot.types,
        "sizes": snapshot.sizes,
        "refcounts": snapshot.refcounts,
        "flags": snapshot.flags,
        "degrees": np.diff(snapshot.offsets),
        "targets": snapshot.targets,
    }
    for name, array in arrays.items():
        yield f"{name}.npy", array_bytes(_narrow(array))
    yield "tables.json", json_bytes(_tables(snapshot))


def read_snapshot(read: Read, prefix: str) -> HeapSnapshot:
    """The snapshot stored under `prefix`; raises `CaptureFileError` naming the member that is wrong."""
    arrays = {name: _read_column(read, f"{prefix}/{name}.npy") for name in ARRAYS}
    tables = read_json(read, f"{prefix}/tables.json")
    try:
        return _assemble(arrays, tables)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError) as exc:
        raise CaptureFileError("The capture is damaged", f"{prefix} does not hold together: {exc}.") from exc


def json_bytes(value: Any) -> bytes:
    """A JSON value as a member. Raises TypeError for anything else."""
    return json.dumps(value, separators=(",", ":")).encode()


def read_json(read: Read, name: str) -> Any:
    """The JSON value of a member; raises `CaptureFileError` naming it."""
    try:
        return json.loads(read(name))
    except (ValueError, RecursionError) as exc:
        raise CaptureFileError("The capture is damaged", f"{name} cannot be read: {exc}.") from exc


def array_bytes(array: npt.NDArray[Any]) -> bytes:
    """An array as a member."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
    return stream.getvalue()


def read_array(read: Read, name: str) -> npt.NDArray[Any]:
    """The array of a member, never with pickled objects; raises `CaptureFileError` naming it."""
    try:
        stream = io.BytesIO(read(name))
        array: npt.NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False, max_header_size=1000)
    except (ValueError, EOFError, OSError, TypeError, SyntaxError, MemoryError, OverflowError) as exc:
        raise CaptureFileError("The capture is damaged", f"{name} cannot be read: {exc}.") from exc
    return array


def _narrow(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same values in the smallest signed dtype that holds them (a third of the file, half the time)."""
    if not len(array):
        return array.astype(np.int8)
    low, high = int(array.min()), int(array.max())
    for dtype in (np.int8, np.int16, np.int32):
        if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max:
            return array.astype(dtype)
    return array.astype(np.int64)


def _read_column(read: Read, name: str) -> npt.NDArray[Any]:
    array = read_array(read, name)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise CaptureFileError("The capture is damaged", f"{name} is not a column of whole numbers.")
    return array


def _assemble(arrays: dict[str, npt.NDArray[Any]], tables: dict[str, Any]) -> HeapSnapshot:
    n = len(arrays["ids"])
    for name in ("types", "sizes", "refcounts", "flags", "degrees"):
        if len(arrays[name]) != n:
            raise ValueError(f"{name} has {len(arrays[name])} rows, ids has {n}")
    degrees = arrays["degrees"].astype(np.int64)
    if n and degrees.min() < 0:
        raise ValueError("a negative number of references")
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(degrees)])
    targets = arrays["targets"].astype(np.int32)
    if offsets[-1] != len(targets) or (len(targets) and not 0 <= targets.min() <= targets.max() < n):
        raise ValueError("references lead out of the heap")
    type_table = tuple(TypeInfo(int(i), str(m), str(q), int(f), int(o)) for i, m, q, f, o in tables["types"])
    types = arrays["types"].astype(np.int32)
    if n and not 0 <= types.min() <= types.max() < len(type_table):
        raise ValueError("an object has an unknown type")
    if any(not -1 <= info.object_index < n for info in type_table):
        raise ValueError("a class lies out of the heap")
    return HeapSnapshot(
        ids=np.cumsum(arrays["ids"].astype(np.int64)).astype(np.uint64),
        types=types,
        sizes=arrays["sizes"].astype(np.int64),
        refcounts=arrays["refcounts"].astype(np.int64),
        flags=arrays["flags"].astype(np.uint8),
        offsets=offsets,
        targets=targets,
        type_table=type_table,
        modules=tuple(ModuleRoot(str(name), int(i), int(d)) for name, i, d in tables["modules"]),
        frames=tuple(_frame(entry) for entry in tables["frames"]),
        interpreter=tuple(InterpreterRoot(str(p), int(i), int(c)) for p, i, c in tables["interpreter"]),
        own_ids=frozenset(int(i) for i in tables["own"]),
        python=_version(tables["python"]),
        collector=CollectorState(
            bool(tables["collector"]["enabled"]),
            bool(tables["collector"]["frozen"]),
            int(tables["collector"]["debug"]),
            tuple(int(t) for t in tables["collector"]["thresholds"]),
        ),
        name=str(tables["name"]),
        time_s=float(tables["time_s"]),
        is_partial=bool(tables["partial"]),
    )


def _version(value: Any) -> tuple[int, int, int]:
    major, minor, micro = value
    return int(major), int(minor), int(micro)


def _frame(entry: dict[str, Any]) -> RunningFrame:
    return RunningFrame(
        object_id=int(entry["id"]),
        thread_id=int(entry["thread_id"]),
        thread_name=str(entry["thread_name"]),
        function=str(entry["function"]),
        module=str(entry["module"]),
        filename=str(entry["filename"]),
        line=int(entry["line"]),
        locals=tuple(LocalVariable(str(n), int(i), bool(c)) for n, i, c in entry["locals"]),
    )


def _tables(snapshot: HeapSnapshot) -> dict[str, Any]:
    return {
        "types": [[t.id, t.module, t.qualname, t.flags, t.object_index] for t in snapshot.type_table],
        "modules": [[m.name, m.object_id, m.dict_id] for m in snapshot.modules],
        "frames": [
            {
                "id": f.object_id,
                "thread_id": f.thread_id,
                "thread_name": f.thread_name,
                "function": f.function,
                "module": f.module,
                "filename": f.filename,
                "line": f.line,
                "locals": [[v.name, v.object_id, v.counted] for v in f.locals],
            }
            for f in snapshot.frames
        ],
        "interpreter": [[r.part, r.object_id, r.counted] for r in snapshot.interpreter],
        "own": sorted(snapshot.own_ids),
        "python": list(snapshot.python),
        "collector": {
            "enabled": snapshot.collector.is_enabled,
            "frozen": snapshot.collector.is_frozen,
            "debug": snapshot.collector.debug_flags,
            "thresholds": list(snapshot.collector.thresholds),
        },
        "name": snapshot.name,
        "time_s": snapshot.time_s,
        "partial": snapshot.is_partial,
    }
