"""Requests and answers over one connected socket: the host's end of the protocol.

A `Channel` owns a socket and one thread, `wire-reader`, which reads frames for ever and hands each
to the `Answer` that waits for it; so a peer that sends much never blocks because the host is busy.
Any thread may ask. What the frames mean is known to `target` (control channel) and `image`. The
errors of sockets and of `wire` are translated here, and nowhere else.
"""

from __future__ import annotations

import itertools
import logging
import math
import queue
import socket
import struct
import threading
import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from refscope.agent import wire
from refscope.errors import AgentError, CancelSignal, PeerGone, ProtocolError

logger = logging.getLogger(__name__)

Column = tuple[str, str, Any]
"""Name, typecode, buffer of whole items."""

DTYPES = {"B": np.uint8, "i": np.int32, "I": np.uint32, "q": np.int64, "Q": np.uint64, "d": np.float64}

# The agent's modules carry no annotations, since they have to run on 3.7.
_encode: Callable[..., list[Any]] = wire.encode
_receive: Callable[..., wire.Frame] = wire.receive

POLL_S = 0.05  # how fast a cancel is noticed; a wait without one sleeps through
SEND_LIMIT_S = 30  # a peer that reads nothing for this long will not come back
JOIN_LIMIT_S = 10  # the reader only has to notice that its socket was shut


class Answer:
    """The frames that one request is answered with, as they arrive."""

    def __init__(self, kind: str, forget: Callable[[], None]) -> None:
        self._kind = kind
        self._forget = forget
        self._frames: queue.SimpleQueue[wire.Frame | ProtocolError] = queue.SimpleQueue()

    def put(self, frame: wire.Frame | ProtocolError) -> None:
        """Called by the reader: the next frame, or why none will come."""
        self._frames.put(frame)

    @property
    def has_arrived(self) -> bool:
        """Whether `next` returns or raises at once."""
        return not self._frames.empty()

    def next(
        self,
        timeout_s: float | None,
        cancel: CancelSignal | None = None,
        on_wait: Callable[[float], None] | None = None,
    ) -> wire.Frame:
        """The next frame of this answer.

        on_wait: called about 20 times a second with the seconds waited so far.
        Raises AgentError (the answer is an error, or "hung": none in time), PeerGone, ProtocolError,
        Cancelled.
        """
        frame = self._wait(timeout_s, cancel, on_wait)
        if isinstance(frame, ProtocolError):
            raise frame
        if frame.kind == "error":
            self._forget()
            code, message = frame.fields.get("code"), frame.fields.get("message")
            raise AgentError(str(code or "internal"), str(message or "no reason given"))
        return frame

    def frames(self, last: str, silence_s: float, cancel: CancelSignal | None = None) -> Iterator[wire.Frame]:
        """All frames up to and including the one of kind `last`; `silence_s` is allowed before each."""
        while True:
            frame = self.next(silence_s, cancel)
            if frame.kind == last:
                self._forget()
                yield frame
                return
            yield frame

    def forget(self) -> None:
        """Nobody waits any more: what still comes is dropped."""
        self._forget()

    def _wait(
        self,
        timeout_s: float | None,
        cancel: CancelSignal | None,
        on_wait: Callable[[float], None] | None,
    ) -> wire.Frame | ProtocolError:
        started = time.monotonic()
        slice_s = math.inf if cancel is None and on_wait is None else POLL_S
        limit_s = math.inf if timeout_s is None else timeout_s
        while True:
            if cancel is not None and cancel.is_cancelled:
                self._forget()
                cancel.raise_if_cancelled()
            waited_s = time.monotonic() - started
            if on_wait is not None:
                on_wait(waited_s)
            wait_s = max(0.0, min(slice_s, limit_s - waited_s))
            try:
                return self._frames.get(timeout=None if math.isinf(wait_s) else wait_s)
            except queue.Empty:
                if time.monotonic() - started >= limit_s:
                    self._forget()
                    message = f"no answer to {self._kind} within {limit_s:g} s"
                    raise AgentError("hung", message) from None


class Channel:
    """Requests over a socket, answers matched by number. Thread-safe.

    on_gone: called once, on the reader's thread, when the other side is gone or broke the protocol.
    """

    def __init__(self, sock: socket.socket, on_gone: Callable[[ProtocolError], None] | None = None) -> None:
        self._sock = sock
        # A time limit for sends only: settimeout() would apply to the reader's recv as well.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", SEND_LIMIT_S, 0))
        self._on_gone = on_gone
        self._lock = threading.Lock()  # of what is below; never held while sending
        self._send_lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Answer] = {}
        self._failure: ProtocolError | None = None
        self._is_closed = False
        self._saw_end = False
        self.unasked = Answer("the first message", lambda: None)
        self._listener: Callable[[wire.Frame], None] | None = None
        self._thread = threading.Thread(target=self._read_all, name="wire-reader", daemon=True)
        self._thread.start()

    @property
    def is_open(self) -> bool:
        """Whether the other side was there when last heard of."""
        return self._failure is None and not self._is_closed

    def begin(
        self,
        kind: str,
        fields: Mapping[str, Any] | None = None,
        columns: Sequence[Column] = (),
        descriptor: int | None = None,
    ) -> Answer:
        """Send a request and return at once; `descriptor` travels with its first byte.

        Raises PeerGone, ProtocolError (that broke the channel earlier), AgentError "hung".
        """
        number = next(self._numbers)
        answer = Answer(kind, lambda: self._forget(number))
        with self._lock:
            if self._failure is not None:
                raise type(self._failure)(*self._failure.args)  # a fresh one: a raised one keeps frames
            if self._is_closed:
                raise PeerGone("the channel is closed")
            self._waiting[number] = answer
        try:
            self._send(_encode(kind, number, dict(fields or {}), columns), descriptor)
        except TimeoutError as exc:
            self._forget(number)
            raise AgentError("hung", f"{kind} could not be sent") from exc
        except OSError as exc:
            failure = PeerGone(f"{kind} could not be sent: {exc.strerror}")
            with self._lock:  # the reader may not have met the end yet
                self._failure = self._failure or failure
                self._waiting.pop(number, None)
            raise failure from exc
        return answer

    def request(
        self,
        kind: str,
        fields: Mapping[str, Any] | None = None,
        columns: Sequence[Column] = (),
        *,
        timeout_s: float | None,
        cancel: CancelSignal | None = None,
    ) -> wire.Frame:
        """Ask and wait for the one frame of the answer. Raises as `begin` and `Answer.next`."""
        answer = self.begin(kind, fields, columns)
        try:
            return answer.next(timeout_s, cancel)
        finally:
            answer.forget()

    def tell(self, kind: str) -> None:
        """Send a message that has no answer; a peer that is gone needs none."""
        try:
            self._send(_encode(kind, next(self._numbers)), None)
        except OSError as exc:
            logger.debug("%s not sent: %s", kind, exc)

    def listen(self, listener: Callable[[wire.Frame], None]) -> None:
        """From now on call `listener` with what comes unasked, on the reader's thread; what has come and
        was not taken, now. It must be quick."""
        with self._lock:
            self._listener = listener
            waiting = []
            while self.unasked.has_arrived and self._failure is None:
                waiting.append(self.unasked.next(0))
        for frame in waiting:
            listener(frame)

    def wait_end(self, timeout_s: float) -> bool:
        """Wait until the other side has closed; false if it has not within `timeout_s`."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def close(self) -> None:
        """Close the socket and end the reader. Who still waits gets PeerGone. May be called twice."""
        with self._lock:
            self._is_closed = True
        try:
            self._sock.shutdown(socket.SHUT_RDWR)  # wakes a reader and a sender in another thread
        except OSError as exc:
            logger.debug("already shut: %s", exc)
        if threading.current_thread() is not self._thread:
            self._thread.join(JOIN_LIMIT_S)
            self._sock.close()

    def _send(self, parts: list[Any], descriptor: int | None) -> None:
        with self._send_lock:
            first, rest = memoryview(parts[0]), parts[1:]
            if descriptor is not None:
                rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [descriptor]))]
                first = first[self._sock.sendmsg([first], rights) :]
            try:
                self._sock.sendall(first)
                for part in rest:
                    self._sock.sendall(part)
            except BlockingIOError as exc:  # what SO_SNDTIMEO gives
                raise TimeoutError("the other side does not read") from exc

    def _read_into(self, buffer: memoryview) -> int:
        got = self._sock.recv_into(buffer)
        self._saw_end = self._saw_end or not got
        return got

    def _read_all(self) -> None:
        failure: ProtocolError
        try:
            while True:
                self._deliver(_receive(self._read_into, _numpy_memory))
        except OSError as exc:
            failure = PeerGone(f"the other side is gone: {exc.strerror}")
        except MemoryError:
            failure = ProtocolError("the other side sent more than fits into memory")
        except wire.WireError as exc:
            gone = self._saw_end or isinstance(exc, wire.EndOfStream)
            failure = PeerGone(f"the other side is gone: {exc}") if gone else ProtocolError(str(exc))
        self._fail(failure)

    def _deliver(self, frame: wire.Frame) -> None:
        if frame.id is None:
            with self._lock:
                listener = self._listener
                if listener is None:
                    self.unasked.put(frame)
            if listener is not None:
                listener(frame)
            return
        with self._lock:
            answer = self._waiting.get(frame.id)
        if answer is None:
            logger.debug("late answer dropped: %s", frame.kind)
        else:
            answer.put(frame)

    def _fail(self, failure: ProtocolError) -> None:
        with self._lock:
            self._failure = failure
            waiting = list(self._waiting.values())
            self._waiting.clear()
            was_closed_here = self._is_closed
        for answer in [*waiting, self.unasked]:
            answer.put(failure)
        logger.debug("channel ended: %s", failure)
        if self._on_gone is not None and not was_closed_here:
            self._on_gone(failure)

    def _forget(self, number: int) -> None:
        with self._lock:
            self._waiting.pop(number, None)


def column(frame: wire.Frame, name: str, typecode: str) -> npt.NDArray[Any]:
    """A column of a frame as an array of its own memory. Raises ProtocolError if it is not there."""
    found, buffer = frame.columns.get(name, ("", b""))
    if found != typecode:
        raise ProtocolError(f"{frame.kind} has no column {name} of type {typecode}")
    if not len(buffer):
        return np.empty(0, DTYPES[typecode])
    return np.frombuffer(buffer, DTYPES[typecode])


def field(frame: wire.Frame, name: str, kind: type | tuple[type, ...]) -> Any:
    """A field of a frame. Raises ProtocolError if it is missing or of another type."""
    value = frame.fields.get(name)
    if not isinstance(value, kind):
        raise ProtocolError(f"{frame.kind}: field {name} is {type(value).__name__}")
    return value


def _numpy_memory(size: int) -> memoryview:
    """Memory that is not cleared first: `bytearray(200 MB)` costs 80 ms."""
    return np.empty(size, np.uint8).data
