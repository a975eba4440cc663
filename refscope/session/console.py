"""A console on a frozen copy, seen from the host: statements go to a clone of the image, output comes back.

The clone has a channel of its own, so a statement that hangs keeps no other question waiting. It is
ended through the image, which is its parent: nothing here deals with numbers of processes.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from refscope.agent import wire
from refscope.errors import AgentError, PeerGone, ProtocolError
from refscope.session import answers
from refscope.session.channel import Channel, field

if TYPE_CHECKING:
    from refscope.session.image import Image

logger = logging.getLogger(__name__)

READY_S = 10.0  # a clone of ten million objects takes 40 ms; a busy machine some more
ENDS_S = 5.0  # the image may be in another question
GRACE_S = 2.0  # after the deadline, by which the clone ends itself
STOP_S = 1.0  # for a statement to take notice that it shall stop; native code takes none
COMPLETE_S = 2.0

OnOutput = Callable[[str, str], None]
"""(stream, text): "out", "err", or "value" for the value of an expression. On the thread that runs."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a statement. state: "done", "incomplete" (more lines have to come), "failed" (it
    raised; the traceback was output), "ended" (the clone is gone, `text` says why). dropped: characters
    of output that were too many."""

    state: str
    text: str = ""
    dropped: int = 0


class ConsoleClone:
    """One clone. Made by `Image.open_console`; one thread runs statements, any may stop them."""

    def __init__(self, image: Image, channel: Channel, pid: int) -> None:
        self.pid = pid
        self._image = image
        self._channel = channel
        self._stop_until_s: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it was there when last heard of."""
        return self._channel.is_open

    def run(self, source: str, object_id: int | None, deadline_s: float, on_output: OnOutput) -> Ran:
        """Run a statement; `object_id` is bound as `obj` when it is another than before.

        Raises ProtocolError.
        """
        self._stop_until_s = None
        fields = {"source": source, "object": object_id, "deadline_s": deadline_s}
        try:
            answer = self._channel.begin("run", fields)
            try:
                while (frame := answer.next(deadline_s + GRACE_S, None, self._check_stop)).kind == "output":
                    on_output(str(frame.fields.get("stream")), field(frame, "text", str))
            finally:
                answer.forget()
        except PeerGone:
            return self.end()
        except AgentError as exc:
            if exc.code == "bad_request":
                raise
            logger.info("statement: %s", exc)
            stopped = exc.code == "stopped"
            ended = self.end()
            return Ran("ended", "it was stopped" if stopped else ended.text or "it did not answer in time")
        return _ran(frame)

    def complete(self, source: str, object_id: int | None) -> tuple[int, list[str]]:
        """Where the word at the end of `source` starts, and what it can become.

        Raises AgentError, ProtocolError.
        """
        fields = {"source": source, "object": object_id, "deadline_s": COMPLETE_S}
        frame = self._channel.request("complete", fields, timeout_s=COMPLETE_S + GRACE_S)
        return field(frame, "start", int), answers.parse_texts(frame, "names", None)

    def interrupt(self) -> None:
        """Stop the statement that runs: as Ctrl+C at first, by ending the clone when that does not help."""
        self._stop_until_s = time.monotonic() + STOP_S
        self._image.tell_console("interrupt_console", self.pid)

    def end(self) -> Ran:
        """End the clone; how it ended. May be called again."""
        self._channel.close()
        code, text = self._image.end_console(self)
        return Ran("ended", text if code else "")

    def close(self) -> None:
        """Close the channel, at whose end the clone goes."""
        self._channel.close()

    def _check_stop(self, _waited_s: float) -> None:
        until_s = self._stop_until_s
        if until_s is not None and time.monotonic() > until_s:
            raise AgentError("stopped", "the statement took no notice")


def open_clone(image: Image, ask: Callable[[socket.socket], wire.Frame]) -> ConsoleClone:
    """A new clone for a console. ask: sends the request with one end of a socket pair.

    Raises AgentError ("not_possible", "fork_failed", "died"), PeerGone.
    """
    host_end, clone_end = socket.socketpair()
    channel = Channel(host_end)
    try:
        with clone_end:
            frame = ask(clone_end)
        try:
            channel.unasked.next(READY_S)
        except PeerGone:
            raise AgentError("died", "the copy for the console ended at once") from None
    except BaseException:
        channel.close()
        raise
    return ConsoleClone(image, channel, field(frame, "pid", int))


def _ran(frame: wire.Frame) -> Ran:
    state: Any = frame.fields.get("state")
    if frame.kind != "ran" or state not in ("done", "incomplete", "failed"):
        raise ProtocolError(f"{frame.kind} is no answer to a statement")
    return Ran(state, "", field(frame, "dropped", int))
