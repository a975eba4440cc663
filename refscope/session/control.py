"""Questions to the agent in the running target: one method per kind of the control channel.

The agent answers one at a time and only when it gets the interpreter lock, so every method has a
time limit, and what the sampler asks is never waited for.
"""

from __future__ import annotations

import logging
import math
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from refscope.agent import wire
from refscope.errors import AgentError, CancelSignal, ProtocolError, VersionMismatch
from refscope.session.channel import Answer, Channel, field
from refscope.session.sampling import Counters, Watched
from refscope.session.traces import Tracing, parse_tracing

logger = logging.getLogger(__name__)

REAP_LIMIT_S = 1.0  # the agent kills what it reaps; a target that is busy lets it do so later
WATCH_LIMIT_S = 10.0
TRACE_LIMIT_S = 60.0  # letting go of ten million places takes some seconds


@dataclass(frozen=True, slots=True)
class Hello:
    """What the agent says before the first line of user code. `freeze`: the best method that works."""

    python: tuple[int, int, int]
    implementation: str
    pid: int
    executable: str
    freeze: str
    freeze_reason: str  # why not by clone; "" = it is


@dataclass(frozen=True, slots=True)
class Collected:
    """What a full collection in the target did."""

    unreachable: int
    elapsed_s: float


MarkListener = Callable[[float, str], None]
"""(`time.monotonic()` in s, name) of a mark that the program set. Called on the sampler's thread."""


class Control:
    """The control channel of one target. Thread-safe."""

    def __init__(self, sock: socket.socket, on_gone: Callable[[ProtocolError], None]) -> None:
        self.channel = Channel(sock, on_gone)
        self.watched_paths: tuple[str, ...] = ()  # asked for with the counters
        self.on_mark: MarkListener | None = None
        self._asked: Answer | None = None
        self._asked_paths: tuple[str, ...] = ()
        self.last_counters = Counters()  # written by the sampler, read by any
        self.tracing = Tracing()  # as the agent said last
        self._trace_turn = self._asked_turn = 0  # counters asked for before a `trace` tell of the time before

    def wait_hello(self, timeout_s: float, cancel: CancelSignal | None = None) -> Hello:
        """The agent's first message.

        Raises VersionMismatch, PeerGone (the process ended, or never had an agent), AgentError "hung".
        """
        frame = self.channel.unasked.next(timeout_s, cancel)
        version = frame.fields.get("protocol")
        if frame.kind != "hello" or version != wire.PROTOCOL_VERSION:
            message = f"the agent speaks protocol {version}, RefScope {wire.PROTOCOL_VERSION}"
            raise VersionMismatch(message)
        python = field(frame, "python", list)
        if len(python) != 3 or not all(isinstance(part, int) for part in python):
            raise ProtocolError("hello: python is not a version")
        self.tracing = parse_tracing(frame.fields.get("tracing"))
        return Hello(
            python=(python[0], python[1], python[2]),
            implementation=field(frame, "implementation", str),
            pid=field(frame, "pid", int),
            executable=str(frame.fields.get("executable") or ""),
            freeze=field(frame, "freeze", str),
            freeze_reason=str(frame.fields.get("freeze_reason") or ""),
        )

    def counters(self) -> Counters:
        """The newest counters known, without waiting; asks for newer ones. For one thread, the sampler."""
        try:
            if self._asked is not None and self._asked.has_arrived:
                answer, self._asked = self._asked, None
                frame = answer.next(0)
                self.last_counters = _parse_counters(frame, self._asked_paths)
                answer.forget()
                self._tell_marks(frame)
                if self._asked_turn == self._trace_turn:
                    self.tracing = parse_tracing(frame.fields.get("tracing"))
            if self._asked is None and self.channel.is_open:
                self._asked_paths, self._asked_turn = self.watched_paths, self._trace_turn
                fields = {"watch": list(self._asked_paths)} if self._asked_paths else {}
                self._asked = self.channel.begin("counters", fields)
        except (ProtocolError, AgentError) as exc:
            logger.debug("no counters: %s", exc)
            self.last_counters = Counters()
        return self.last_counters

    def _tell_marks(self, frame: wire.Frame) -> None:
        marks = frame.fields.get("marks", [])
        try:
            for time_s, name in marks:
                if self.on_mark is not None:
                    self.on_mark(float(time_s), str(name))
        except (TypeError, ValueError) as exc:
            raise ProtocolError(f"counters: marks: {exc}") from exc

    def collect(self, cancel: CancelSignal | None = None) -> Collected:
        """Run a full collection in the target, however long it takes."""
        frame = self.channel.request("collect", timeout_s=None, cancel=cancel)
        return Collected(field(frame, "unreachable", int), float(field(frame, "elapsed_s", (int, float))))

    def watch(self, paths: Sequence[str]) -> list[Watched]:
        """Length and reference count of what each dotted path names, found without user code."""
        frame = self.channel.request("watch", {"paths": list(paths)}, timeout_s=WATCH_LIMIT_S)
        return _parse_watched(frame, len(paths))

    def trace(self, frames: int) -> Tracing:
        """Trace allocations from now on (frames of each place), or no more (0), which forgets all places."""
        self._trace_turn += 1
        frame = self.channel.request("trace", {"frames": frames}, timeout_s=TRACE_LIMIT_S)
        self._trace_turn += 1
        self.tracing = parse_tracing(frame.fields)
        return self.tracing

    def let_end(self) -> None:
        """Let a program that waits at its end go on, now or when it gets there. Waits for nothing."""
        try:
            self.channel.begin("let_end").forget()
        except (ProtocolError, AgentError) as exc:
            logger.debug("nobody to let go: %s", exc)

    def begin_freeze(self, method: str, limit_s: float, image_end: socket.socket) -> Answer:
        """Ask for a freeze; the answer comes once the agent got its turn."""
        fields = {"method": method, "deadline_s": limit_s}
        return self.channel.begin("freeze", fields, descriptor=image_end.fileno())

    def reap(self, pid: int) -> bool:
        """Let the agent end an image whose channel is closed, and take its remains away.

        False = no answer in time, or no agent: then the image ends by itself.
        """
        try:
            self.channel.request("reap", {"pid": pid}, timeout_s=REAP_LIMIT_S)
        except (ProtocolError, AgentError) as exc:
            logger.info("image %d was not reaped: %s", pid, exc)
            return False
        return True

    def begin_reap(self, pid: int) -> None:
        """As `reap`, without waiting for the answer."""
        try:
            self.channel.begin("reap", {"pid": pid}).forget()
        except (ProtocolError, AgentError) as exc:
            logger.info("image %d was not reaped: %s", pid, exc)

    def close(self) -> None:
        """Close the channel; the agent ends, the target goes on."""
        self.channel.close()


def _parse_counters(frame: wire.Frame, paths: tuple[str, ...]) -> Counters:
    stats = field(frame, "gc_stats", list)
    try:
        generations = tuple((int(each[0]), int(each[1])) for each in stats)
    except (IndexError, TypeError, ValueError):
        generations = ()
    return Counters(
        allocated_blocks=float(field(frame, "allocated_blocks", (int, float))),
        collections=float(generations[-1][0]) if generations else math.nan,
        generations=generations,
        watched=tuple(zip(paths, _parse_watched(frame, len(paths)), strict=True)) if paths else (),
    )


def _parse_watched(frame: wire.Frame, count: int) -> list[Watched]:
    values = field(frame, "values", list)
    words = frame.fields.get("words") or [""] * len(values)
    try:
        watched = [
            Watched(length, references, str(word))
            for (length, references), word in zip(values, words, strict=True)
        ]
    except (TypeError, ValueError) as exc:
        raise ProtocolError(f"watched: {exc}") from exc
    if len(watched) != count:
        raise ProtocolError("watched: not one value per path")
    return watched
