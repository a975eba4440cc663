"""A frozen copy of the target: read once into a snapshot, asked for names as long as it lives.

An `Image` owns the channel to the copy (or to the agent itself, when it walks in process). What was
fetched is kept, so that a snapshot keeps its labels after the image is gone. Making the copy, and
reaping it, is the business of `freezing` and `target`.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import select
import signal
import socket
import threading
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from refscope.agent import wire
from refscope.errors import AgentError, CancelSignal, FreezeError, PeerGone, ProtocolError
from refscope.heap.snapshot import HeapSnapshot, Label
from refscope.heap.traces import Place
from refscope.session import answers
from refscope.session.answers import Referent
from refscope.session.channel import Channel, column, field
from refscope.session.console import ENDS_S, ConsoleClone, open_clone
from refscope.session.processes import ImageMemory, image_memory, system_reader, with_clones
from refscope.session.reading import IDS_AT_ONCE, SILENCE_S, Progress, Watch, read_heap
from refscope.session.traces import FetchedTraces

logger = logging.getLogger(__name__)

ANSWER_S = 30.0
ENDS_WITHIN_S = 1.0  # an image that is idle ends in a millisecond; one in a question is killed
LABELS_AT_ONCE = 2_000  # 20 labels of 200 characters each make 9 MB


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The value of an expression in a throw-away clone; `object_id` only means something there, except
    when the value already existed at the freeze."""

    text: str
    object_id: int


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What a cut did in a throw-away clone. gone: uint64, ids of all objects that went, in no order.
    refused: why referrers did not let go, one text for each that did not. leaves_counted: whether what the
    collector does not list is among `gone`."""

    gone: npt.NDArray[np.uint64]
    refused: tuple[str, ...]
    leaves_counted: bool = True


class Image:
    """A frozen heap that can be asked. Thread-safe, except that one thread reads it first.

    pid: process of the copy, 0 = the agent answers in process. name: the mark it was taken at.
    on_close: called once, after the channel was closed.
    """

    def __init__(
        self,
        channel: Channel,
        pid: int,
        *,
        name: str = "",
        method: str = "clone",
        time_s: float = 0.0,
        python: tuple[int, int, int] = (3, 11, 0),
        on_close: Callable[[Image], None] | None = None,
    ) -> None:
        self.pid = pid
        self.name = name
        self.method = method
        self.time_s = time_s
        self.pause_s = 0.0  # how long the target stood still; known once the agent has said it
        self._channel = channel
        self._python = python
        self._on_close = on_close
        self._snapshot: HeapSnapshot | None = None
        self._lock = threading.Lock()  # of what was fetched, and of closing
        self._labels: dict[tuple[int, int], tuple[Label, ...]] = {}
        self._words: dict[int, str] = {}
        self.traces = FetchedTraces(self._ask_if_there)
        self._consoles: list[ConsoleClone] = []
        self._alone: ImageMemory | None = None  # what it cost when it had no clone
        self._is_closed = False
        self._pidfd = open_pidfd(pid)

    @property
    def is_open(self) -> bool:
        """Whether the copy still answers."""
        return self._channel.is_open

    @property
    def snapshot(self) -> HeapSnapshot:
        """What `read` returned."""
        if self._snapshot is None:
            raise FreezeError(f"Freeze {self.name or 'of the heap'} was not read", "Freeze again.")
        return self._snapshot

    def read(
        self,
        cancel: CancelSignal | None = None,
        progress: Progress | None = None,
        silence_s: float = SILENCE_S,
    ) -> HeapSnapshot:
        """Fetch the whole heap. Raises as `reading.read_heap`."""
        started = time.monotonic()
        watch = Watch(cancel, progress, silence_s)
        self._snapshot = read_heap(self._channel, watch, self.name, self.time_s, self._python)
        taken_ms = 1000 * (time.monotonic() - started)
        logger.info("read %d objects of freeze %s in %.0f ms", self._snapshot.n_objects, self.name, taken_ms)
        return self._snapshot

    def revise(self, snapshot: HeapSnapshot) -> None:
        """Keep another version of what was read, of the same objects."""
        self._snapshot = snapshot

    def rename(self, name: str) -> None:
        """Give the freeze and its snapshot another name."""
        self.name = name
        if self._snapshot is not None:
            self._snapshot = replace(self._snapshot, name=name)

    # LabelSource

    def labels(self, edges: Sequence[tuple[int, int]]) -> list[tuple[Label, ...]]:
        """See `LabelSource`: what was fetched before is known even when the image is gone."""
        with self._lock:
            missing = [edge for edge in dict.fromkeys(edges) if edge not in self._labels]
        for first in range(0, len(missing), LABELS_AT_ONCE):
            part = missing[first : first + LABELS_AT_ONCE]
            columns = [
                ("sources", "Q", array("Q", [source for source, _ in part])),
                ("targets", "Q", array("Q", [target for _, target in part])),
            ]
            frame = self._ask_if_there("labels", columns)
            if frame is None:
                break
            found = answers.parse_labels(frame, len(part))
            with self._lock:
                self._labels.update(zip(part, found, strict=True))
        with self._lock:
            return [self._labels.get(edge, ()) for edge in edges]

    def describe(self, ids: Sequence[int]) -> list[str]:
        """See `LabelSource`: what was fetched before is known even when the image is gone."""
        with self._lock:
            missing = [each for each in dict.fromkeys(ids) if each not in self._words]
        for first in range(0, len(missing), IDS_AT_ONCE):
            part = missing[first : first + IDS_AT_ONCE]
            frame = self._ask_if_there("describe", [("ids", "Q", array("Q", part))])
            if frame is None:
                break
            found = answers.parse_texts(frame, "texts", len(part))
            with self._lock:
                self._words.update(zip(part, found, strict=True))
        with self._lock:
            return [self._words.get(each, "") for each in ids]

    # Questions

    def fetched(self) -> tuple[dict[tuple[int, int], tuple[Label, ...]], dict[int, str]]:
        """All labels by (referrer id, referent id) and all texts by id that were asked for so far."""
        with self._lock:
            return dict(self._labels), dict(self._words)

    def referents(self, object_id: int, limit: int = 100) -> tuple[list[Referent], int]:
        """What an object holds, up to `limit`, with names; and how much it holds in all."""
        fields = {"object": object_id, "limit": limit}
        return answers.parse_referents(self._ask("referents", fields))

    def weak_referrers(self, ids: Sequence[int]) -> list[list[int]]:
        """For each object the ids of weak references to it, at most 200; none once the image is gone."""
        frame = self._ask_if_there("weak", [("ids", "Q", array("Q", ids))])
        return [[] for _ in ids] if frame is None else answers.parse_id_lists(frame, "referrers", len(ids))

    def source(self, object_id: int) -> Place | None:
        """Where a class, function, frame or the class of an instance is defined; None = not known."""
        return answers.parse_place(self._ask("source", {"object": object_id}))

    def reprs(self, ids: Iterable[int], deadline_s: float = 2.0) -> tuple[list[str], list[str]]:
        """`repr` of each object, run in a throw-away clone: texts, and why there is none ("" = there is)."""
        wanted = array("Q", ids)
        frame = self._ask("repr", {"deadline_s": deadline_s}, [("ids", "Q", wanted)], deadline_s)
        texts = answers.parse_texts(frame, "texts", len(wanted))
        return texts, answers.parse_texts(frame, "errors", len(wanted))

    def evaluate(self, expression: str, target: int | None = None, deadline_s: float = 5.0) -> Evaluated:
        """The value of an expression, run in a throw-away clone; `target` is bound as `obj`.

        Raises AgentError with what the expression raised, or "hung", "died".
        """
        fields = {"expression": expression, "target": target, "deadline_s": deadline_s}
        frame = self._ask("evaluate", fields, (), deadline_s)
        return Evaluated(field(frame, "text", str), frame.fields.get("result") or 0)

    def objgraph(self, function: str, arguments: Mapping[str, Any], deadline_s: float = 60.0) -> Any:
        """The answer of one of objgraph's own functions, run in a throw-away clone; JSON values."""
        spec = importlib.util.find_spec("objgraph")
        if spec is None or spec.origin is None:
            raise FreezeError("objgraph is not installed", "`pip install objgraph` beside RefScope.")
        fields = {"function": function, "arguments": dict(arguments), "path": spec.origin}
        frame = self._ask("objgraph", {**fields, "deadline_s": deadline_s}, (), deadline_s)
        return frame.fields.get("result")

    def trial(
        self,
        references: Sequence[tuple[int, int]],
        leaves: npt.NDArray[np.uint64],
        *,
        counts_garbage: bool = False,
        deadline_s: float = 60.0,
        cancel: CancelSignal | None = None,
    ) -> Trial:
        """Cut references (referrer id, referent id) for real in a throw-away clone, and collect there.

        User code runs in the clone: finalizers, callbacks of weak references. leaves: ids of all objects
        that the collector does not list. counts_garbage: whether present garbage is among `gone`.
        Raises AgentError: "hung", "died", or "not_possible" with why nothing let go.
        """
        columns = [
            ("sources", "Q", array("Q", [source for source, _ in references])),
            ("targets", "Q", array("Q", [target for _, target in references])),
            ("leaves", "Q", leaves),
        ]
        fields = {"deadline_s": deadline_s, "garbage": counts_garbage}
        with self._gone_is_said():
            answer = self._channel.begin("try", fields, columns)
            try:
                gone = []
                while (frame := answer.next(ANSWER_S + deadline_s, cancel)).kind == "chunk":
                    gone.append(column(frame, "ids", "Q"))
            finally:
                answer.forget()
        refused = answers.parse_texts(frame, "refused", None)
        counted = frame.fields.get("leaves_counted") is not False
        return Trial(np.concatenate([*gone, np.empty(0, np.uint64)]), tuple(refused), counted)

    # Consoles

    def open_console(self) -> ConsoleClone:
        """A clone of the copy that runs statements and keeps their variables, until it is ended.

        Raises AgentError: "not_possible" when the heap is read in the target, "fork_failed", "died".
        """

        def ask(clone_end: socket.socket) -> wire.Frame:
            answer = self._channel.begin("open_console", descriptor=clone_end.fileno())
            try:
                return answer.next(ANSWER_S)
            finally:
                answer.forget()

        with self._gone_is_said():
            made = open_clone(self, ask)
        with self._lock:
            self._consoles.append(made)
        return made

    def tell_console(self, kind: str, pid: int) -> None:
        """Send a request about a console whose answer nobody needs."""
        try:
            self._channel.begin(kind, {"pid": pid}).forget()
        except (ProtocolError, AgentError) as exc:
            logger.info("%s not sent: %s", kind, exc)

    def end_console(self, console: ConsoleClone) -> tuple[str, str]:
        """End a console's clone: how it ended, as (code, words); ("gone", …) when the image is gone too."""
        with self._lock:
            known = console in self._consoles
            if known:
                self._consoles.remove(console)
        if not known:
            return "", ""
        try:
            frame = self._channel.request("end_console", {"pid": console.pid}, timeout_s=ENDS_S)
        except (ProtocolError, AgentError) as exc:
            logger.info("console %d not ended: %s", console.pid, exc)
            return "gone", "the frozen copy is gone"
        return field(frame, "code", str), field(frame, "text", str)

    def memory(self) -> ImageMemory | None:
        """What the copy costs now, with the clones of it that run; None = nothing of its own (in process), or
        not known."""
        own = image_memory(self.pid) if self.pid and self.is_open else None
        clones = [image_memory(pid) for pid in system_reader().children(self.pid)] if own is not None else []
        if own is None or not clones:
            self._alone = own
            return own
        return with_clones(own, self._alone, [each for each in clones if each is not None])

    # Life

    def close(self) -> None:
        """End the copy; what was fetched stays. May be called twice."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            consoles = list(self._consoles)
            self._consoles.clear()
        for console in consoles:
            console.close()
        self._channel.tell("close")
        self._channel.wait_end(ENDS_WITHIN_S)  # in process: by then the agent has let go of the objects
        self._channel.close()
        if not self.has_ended(ENDS_WITHIN_S):
            self.kill()
        if self._on_close is not None:
            self._on_close(self)
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1

    def kill(self) -> None:
        """End the copy whatever it does; a copy that is gone stays gone."""
        if self._pidfd >= 0:
            try:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            except ProcessLookupError:
                logger.debug("image %d has ended", self.pid)

    def has_ended(self, timeout_s: float) -> bool:
        """Whether the process of the copy ends within `timeout_s`; true when there is none of its own."""
        if self._pidfd < 0:
            return True
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(1000 * timeout_s))

    def _ask(
        self,
        kind: str,
        fields: Mapping[str, Any] | None = None,
        columns: Sequence[tuple[str, str, Any]] = (),
        deadline_s: float = 0.0,
    ) -> wire.Frame:
        with self._gone_is_said():
            return self._channel.request(kind, fields, columns, timeout_s=ANSWER_S + deadline_s)

    @contextmanager
    def _gone_is_said(self) -> Iterator[None]:
        try:
            yield
        except PeerGone as exc:
            raise FreezeError(
                f"The copy behind freeze {self.name} is gone"
                if self.name
                else "The copy of the heap is gone",
                "Counts, paths and sizes stay; repr and console do not. Freeze again.",
            ) from exc

    def _ask_if_there(self, kind: str, columns: Sequence[tuple[str, str, Any]]) -> wire.Frame | None:
        try:
            return self._channel.request(kind, columns=columns, timeout_s=ANSWER_S)
        except (ProtocolError, AgentError) as exc:
            logger.info("%s not answered: %s", kind, exc)
            return None


def open_pidfd(pid: int) -> int:
    """A handle that cannot come to mean another process; −1 = none of its own, or not known here."""
    if not pid or not hasattr(os, "pidfd_open"):
        return -1
    try:
        return os.pidfd_open(pid)
    except OSError as exc:
        logger.debug("no handle on image %d: %s", pid, exc.strerror)
        return -1
