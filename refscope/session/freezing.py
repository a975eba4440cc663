"""One freeze: ask the agent for an image, wait until it is there, read it; once more if it hangs.

The wait has no end of its own, since a target in native code answers when it comes back: it is
announced every 10 s and can be cancelled. What was given up is cleaned up when it arrives late.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass

from refscope.agent import wire
from refscope.errors import AgentError, CancelSignal, PeerGone, ProtocolError
from refscope.session.channel import Channel, field
from refscope.session.control import Control
from refscope.session.image import Image
from refscope.session.reading import Progress
from refscope.session.sampling import Sampler

logger = logging.getLogger(__name__)

NOTICE_EVERY_S = 10.0

Notice = Callable[[str, str], None]
"""(title, text) of something that is worth saying while it goes on. Called on the asking thread."""


@dataclass(frozen=True, slots=True)
class FreezeOrder:
    """What is wanted of one freeze. deadline_s: silence allowed to an image; cancel, progress, notice:
    None = not wanted."""

    name: str
    method: str
    time_s: float
    python: tuple[int, int, int]
    deadline_s: float
    cancel: CancelSignal | None = None
    progress: Progress | None = None
    notice: Notice | None = None


class Freezer:
    """Makes images of one target, and sees to it that none is left behind. One freeze at a time."""

    def __init__(self, control: Control, sampler: Sampler, on_closed: Callable[[Image], None]) -> None:
        self.waits = True  # for the remains of a closed image to be taken away; not while all is closing
        self._control = control
        self._sampler = sampler
        self._on_closed = on_closed
        self._given_up: list[_Request] = []

    def freeze(self, order: FreezeOrder) -> Image:
        """An image that was read.

        Raises AgentError ("hung": it did not answer and was ended, "died": it ended by itself, or the
        agent's refusal), PeerGone (the target), ProtocolError, Cancelled.
        """
        self._sampler.begin_freeze()
        request: _Request | None = None
        image: Image | None = None
        try:
            request = _Request(self._control, order)
            image = request.wait_image(self._end_image)
            if image.pid:
                self._sampler.exclude(image.pid)
            else:
                self._sampler.agent_threads += 1  # in process a thread of ours answers
            image.read(order.cancel, order.progress, order.deadline_s)
        except BaseException as exc:
            if image is not None:
                image.kill()
                image.close()
                if isinstance(exc, PeerGone):
                    raise AgentError("died", "the image ended while it was read") from exc
            raise
        finally:
            self._settle(request, image)
        return image

    def clean_up(self) -> None:
        """See to images that were given up before they were there. Called again and again; O(1)."""
        for request in [each for each in self._given_up if each.is_answered]:
            self._given_up.remove(request)
            self._end_unseen(request)
            self._sampler.end_freeze()

    def _settle(self, request: _Request | None, image: Image | None) -> None:
        """Children may be looked for again, unless an image may still be born of this request."""
        if request is not None and image is None:
            request.channel.close()
            if not request.is_answered:
                self._given_up.append(request)
                return
            self._end_unseen(request)
        self._sampler.end_freeze()

    def _end_unseen(self, request: _Request) -> None:
        """End an image that nobody will ask: its channel is closed, its remains are taken away."""
        pid = request.pid_if_any()
        if pid:
            self._control.begin_reap(pid)

    def _end_image(self, image: Image) -> None:
        if not image.pid:
            self._sampler.agent_threads -= 1
        elif not self.waits:
            self._control.begin_reap(image.pid)
        elif self._control.reap(image.pid):
            self._sampler.include(image.pid)
        self._on_closed(image)


class _Request:
    """A freeze that was asked for: the agent answers it, and the image speaks on a channel of its own,
    in no certain order. Raises AgentError or PeerGone when it cannot be sent."""

    def __init__(self, control: Control, order: FreezeOrder) -> None:
        self._order = order
        self._frame: wire.Frame | None = None
        self._failed = False
        self._arrived_s = 0.0
        self._notices = 0
        host_end, image_end = socket.socketpair()
        self.channel = Channel(host_end)
        with image_end:
            try:
                self._answer = control.begin_freeze(order.method, order.deadline_s, image_end)
            except BaseException:
                self.channel.close()
                raise

    @property
    def is_answered(self) -> bool:
        """Whether the agent has said what came of it."""
        return self._frame is not None or self._failed or self._answer.has_arrived

    def wait_image(self, on_close: Callable[[Image], None]) -> Image:
        """The image, once both it and the agent have spoken."""
        order = self._order
        try:
            ready = self.channel.unasked.next(None, order.cancel, self._on_wait)
        except PeerGone:
            self._take()  # a refusal says more: the agent drops the channel before it answers
            raise AgentError("died", "the image ended at once") from None
        frame = self._take()
        pid = field(frame, "image_pid", int)
        logger.info("image %d of %d objects, target stood still %.1f ms", pid, *_figures(ready, frame))
        image = Image(
            self.channel,
            pid,
            name=order.name,
            method=field(frame, "method", str),
            time_s=order.time_s,
            python=order.python,
            on_close=on_close,
        )
        image.pause_s = float(field(frame, "pause_s", (int, float)))
        return image

    def pid_if_any(self) -> int:
        """Process of the image; 0 = none of its own. Call it once it is answered."""
        try:
            return int(field(self._take(), "image_pid", int))
        except (AgentError, ProtocolError) as exc:
            logger.debug("the freeze that was given up came to nothing: %s", exc)
            return 0

    def _on_wait(self, waited_s: float) -> None:
        """While the image is awaited. Raises AgentError or PeerGone once no image will come."""
        if self._frame is None and self._answer.has_arrived:
            self._take()
            self._arrived_s = waited_s
        if self._frame is not None:
            if waited_s - self._arrived_s > self._order.deadline_s:
                raise AgentError("hung", "the image did not say that it is ready")
        elif waited_s >= NOTICE_EVERY_S * (self._notices + 1):
            self._notices += 1
            if self._order.notice is not None:
                self._order.notice(
                    f"No answer from the program for {NOTICE_EVERY_S * self._notices:.0f} s",
                    "Native code may hold the interpreter lock. The freeze starts as soon as it answers.",
                )

    def _take(self) -> wire.Frame:
        if self._frame is None:
            try:
                self._frame = self._answer.next(0 if self._failed else self._order.deadline_s)
            except (AgentError, ProtocolError):
                self._failed = True
                raise
            finally:
                self._answer.forget()
        return self._frame


def _figures(ready: wire.Frame, frozen: wire.Frame) -> tuple[int, float]:
    return field(ready, "objects", int), 1000 * field(frozen, "pause_s", (int, float))
