"""From an image's channel to a snapshot: chunks, roots, rounds of leaves, types.

The order of the questions is here; what the answers mean is known to `answers`, how columns become
a heap to `heap.assembly`. The channel's reader takes chunks off the pipe meanwhile, so that image
and host work at the same time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from refscope.errors import CancelSignal
from refscope.heap.assembly import Assembly
from refscope.heap.snapshot import HeapSnapshot, TypeInfo
from refscope.session import answers
from refscope.session.channel import Channel, column, field

logger = logging.getLogger(__name__)

SILENCE_S = 30.0  # a chunk takes milliseconds; swapping in a page of a large heap may take seconds
IDS_AT_ONCE = 20_000
AGENT_PACKAGE = "_refscope_agent"  # in process the agent's own frames run as well

# Its id is no address: objects lie at even ones. It is also the mark that ends the rows' references.
GONE_TYPE = TypeInfo(3, "", "<gone before it was read>")

Progress = Callable[[int, int], None]
"""(objects read, objects in all as far as known). Called on the thread that reads."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How a reading is watched: cancel and progress (None = not wanted), silence allowed in seconds."""

    cancel: CancelSignal | None = None
    progress: Progress | None = None
    silence_s: float = SILENCE_S


def read_heap(
    channel: Channel, watch: Watch, name: str, time_s: float, python: tuple[int, int, int]
) -> HeapSnapshot:
    """Fetch the whole heap.

    Raises Cancelled, PeerGone (the copy is gone), AgentError ("hung": silent for too long),
    ProtocolError. Cost: about 1 s per million objects.
    """
    assembly = Assembly()
    _read_chunks(channel, watch, assembly, "walk")
    roots = answers.parse_roots(_ask(channel, watch, "roots"))
    unknown = _read_leaves(channel, watch, assembly, roots.ids())
    types = _read_types(channel, watch, assembly.type_ids())
    if len(unknown):
        types.append(_add_gone(assembly, unknown))
    ours = frozenset(frame.object_id for frame in roots.frames if frame.module.startswith(AGENT_PACKAGE))
    snapshot = assembly.finish(
        types=types,
        modules=roots.modules,
        frames=roots.frames,
        frame_rows=roots.frame_rows,
        interpreter=roots.interpreter,
        own_ids=roots.own_ids | ours,
        python=python,
        collector=roots.collector,
        name=name,
        time_s=time_s,
    )
    return replace(snapshot, frames=tuple(each for each in snapshot.frames if each.object_id not in ours))


def _ask(channel: Channel, watch: Watch, kind: str, columns: Sequence[tuple[str, str, Any]] = ()) -> Any:
    return channel.request(kind, columns=columns, timeout_s=watch.silence_s, cancel=watch.cancel)


def _read_leaves(
    channel: Channel, watch: Watch, assembly: Assembly, also: Sequence[int]
) -> npt.NDArray[np.uint64]:
    """Read what is referred to but not listed by the collector; returns ids that could not be read."""
    unknown = assembly.unknown_ids(also)
    while len(unknown):
        before = assembly.n_objects
        _read_chunks(channel, watch, assembly, "leaves", [("ids", "Q", np.ascontiguousarray(unknown))])
        if assembly.n_objects == before:
            break
        unknown = assembly.unknown_ids(also)
    return unknown


def _read_chunks(
    channel: Channel,
    watch: Watch,
    assembly: Assembly,
    kind: str,
    columns: Sequence[tuple[str, str, Any]] = (),
) -> None:
    answer = channel.begin(kind, columns=columns)
    for frame in answer.frames("walked", watch.silence_s, watch.cancel):
        if frame.kind != "chunk":
            continue
        assembly.add_chunk(
            column(frame, "ids", "Q"),
            column(frame, "types", "Q"),
            column(frame, "sizes", "Q"),
            column(frame, "refcounts", "q"),
            column(frame, "referents", "Q"),
            mark=field(frame, "mark", int),
            tracked=kind == "walk",
        )
        if watch.progress is not None:
            total = field(frame, "total", int) if kind == "walk" else assembly.n_objects
            watch.progress(assembly.n_objects, max(total, assembly.n_objects))


def _read_types(channel: Channel, watch: Watch, ids: npt.NDArray[np.uint64]) -> list[TypeInfo]:
    found: list[TypeInfo] = []
    for first in range(0, len(ids), IDS_AT_ONCE):
        part = np.ascontiguousarray(ids[first : first + IDS_AT_ONCE])
        found += answers.parse_types(_ask(channel, watch, "types", [("ids", "Q", part)]), part.tolist())
    return found


def _add_gone(assembly: Assembly, ids: npt.NDArray[np.uint64]) -> TypeInfo:
    """Make rows of objects that could not be read, so that nothing refers to nowhere.

    In process the target goes on while it is read, and what it frees meanwhile is among them.
    """
    logger.info("%d objects were referred to but gone when they were read", len(ids))
    mark, count = GONE_TYPE.id, len(ids)
    nothing = np.zeros(count, np.uint64)
    unknown = np.full(count, -1, np.int64)
    marks = np.full(count, mark, np.uint64)
    assembly.add_chunk(ids, marks, nothing, unknown, marks, mark, tracked=False)
    return GONE_TYPE
