"""Allocations traced in a target: what its agent says, and what a copy knows of where objects were made."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from refscope.agent import wire
from refscope.errors import ProtocolError
from refscope.heap.traces import SavedTraces, Traceback, stacks_of
from refscope.text import format_count

MOST_FRAMES = 100  # of each place: the agent takes no more
IDS_AT_ONCE = 20_000  # with a place of its own each, 100 frames deep, 40 MB; commonly 200 KB

Ask = Callable[[str, Sequence[tuple[str, str, Any]]], wire.Frame | None]
"""Asks a copy with columns; None = the copy is gone."""

_KEPT = {
    "program": "The program traces by itself; that is used, and RefScope does not change it.",
    "shared": "The program has loaded tracemalloc and may rely on it, so tracing goes on.",
    "depth": "Allocations are traced already, with another number of frames. Turn tracing off first.",
}


@dataclass(frozen=True, slots=True)
class Tracing:
    """Whether allocations are traced. frames: of each place, 0 = they are not. is_ours: RefScope started it.

    note: why that is not what was asked for, "" = it is. memory_bytes: what the places take, 0 = not known.
    """

    frames: int = 0
    is_ours: bool = False
    note: str = ""
    memory_bytes: int = 0

    @property
    def sentence(self) -> str:
        """In words, with the note."""
        if not self.frames:
            return f"Allocations are not traced. {self.note}".rstrip()
        depth = f"{format_count(self.frames)} frame{'' if self.frames == 1 else 's'}"
        return f"Allocations are traced, {depth} each. {self.note}".rstrip()


def parse_tracing(value: Any) -> Tracing:
    """The field `tracing` of a hello or of counters, or a whole `traced` answer. Raises ProtocolError."""
    if value is None:
        return Tracing()
    try:
        frames, memory_bytes = value["frames"], value.get("memory_bytes", 0)
        kept = value.get("kept", "")
    except (TypeError, KeyError, AttributeError) as exc:
        raise ProtocolError(f"tracing is not shaped as agreed: {exc}") from exc
    if type(frames) is not int or type(memory_bytes) is not int or type(kept) is not str:
        raise ProtocolError("tracing: frames, memory_bytes and kept are not what was agreed")
    return Tracing(frames, value.get("ours") is True, _KEPT.get(kept, kept[:200]), memory_bytes)


class FetchedTraces:
    """A `TraceSource` that asks a frozen copy; what was fetched stays when the copy is gone. Thread-safe."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._frames: int | None = None
        self._by_id: dict[int, Traceback] = {}
        self._stacks: dict[Traceback, Traceback] = {}  # each once

    @property
    def frames(self) -> int:
        """Frames that were traced of each place; asked once. 0 where the copy went before it was asked."""
        if self._frames is None:
            self._fetch([])
        return self._frames or 0

    def tracebacks(self, ids: Sequence[int]) -> list[Traceback]:
        """See `TraceSource`. Raises ProtocolError."""
        if self.frames:
            with self._lock:
                missing = [each for each in dict.fromkeys(ids) if each not in self._by_id]
            for first in range(0, len(missing), IDS_AT_ONCE):
                if not self._fetch(missing[first : first + IDS_AT_ONCE]):
                    break
        with self._lock:
            return [self._by_id.get(each, ()) for each in ids]

    def fetched(self) -> SavedTraces:
        """Everything that was asked for so far."""
        with self._lock:
            return SavedTraces(self._frames or 0, dict(self._by_id))

    def _fetch(self, ids: list[int]) -> bool:
        frame = self._ask("made_at", [("ids", "Q", array("Q", ids))])
        if frame is None:
            return False
        frames, stacks, numbers = _parse_made_at(frame, len(ids))
        with self._lock:
            self._frames = frames
            kept = [self._stacks.setdefault(stack, stack) for stack in stacks]
            self._by_id.update((each, kept[number]) for each, number in zip(ids, numbers, strict=True))
        return True


def _parse_made_at(frame: wire.Frame, count: int) -> tuple[int, list[Traceback], list[int]]:
    """Frames of each place; distinct stacks; the number of each object's, −1 = the last, which is empty."""
    try:
        stacks = [*stacks_of(frame.fields["files"], frame.fields["stacks"]), ()]
        numbers = frame.fields["made"]
        if len(numbers) != count or not all(type(n) is int and -1 <= n < len(stacks) - 1 for n in numbers):
            raise ValueError("made is not one stack per object")
        return int(frame.fields["frames"]), stacks, numbers
    except (KeyError, TypeError, ValueError, IndexError) as exc:
        raise ProtocolError(f"made_at is not shaped as agreed: {exc}") from exc
