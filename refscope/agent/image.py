"""The life of an image: cut the copy off from what it inherited, answer questions, end.

What a copy keeps of its original hurts others: an open pipe end keeps a reader waiting, a listening
socket keeps a port, the terminal's Ctrl+C ends it. Signals stay blocked, as they are on the
agent's thread, so the target's handlers neither run nor need to be replaced. The deadline runs
while the image works and stands still while it waits for its host.
"""

from __future__ import annotations

import posix  # not os, whose functions targets replace

from . import descriptors, freeze, questions, traces, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

_NULL = "/dev/null"
_OUT_OF_MEMORY_SCORE = "/proc/self/oom_score_adj"


class TimedStream(descriptors.Stream):
    """A stream whose process dies when more than `limit_s` pass between two waits for the other side."""

    def __init__(self, fd: int, limit_s: float) -> None:
        descriptors.Stream.__init__(self, fd)
        self._limit_s = limit_s

    def sendall(self, data: Any) -> None:
        """Send all bytes; a host that reads slowly costs nothing."""
        freeze.arm(0)
        descriptors.Stream.sendall(self, data)
        freeze.arm(self._limit_s)

    def recv_into(self, buffer: Any) -> Any:
        """Wait for bytes; 0 at the end of the stream."""
        freeze.arm(0)
        count = descriptors.Stream.recv_into(self, buffer)
        freeze.arm(self._limit_s)
        return count


def settle(kept_fd: int) -> None:
    """Let go of everything inherited but one descriptor, and be the first to go when memory runs out."""
    freeze.unblock_alarm()
    try:
        fd = posix.open(_OUT_OF_MEMORY_SCORE, posix.O_WRONLY)
        posix.write(fd, b"1000")
    except OSError:
        pass
    _close_all_but(kept_fd)
    try:
        null = posix.open(_NULL, posix.O_RDWR)
    except OSError:
        return  # 0, 1 and 2 stay closed
    for standard in (0, 1, 2):
        if null != standard:
            posix.dup2(null, standard)
    if null > 2:
        posix.close(null)


def _close_all_but(kept_fd: int) -> None:
    try:
        numbers = sorted(map(int, posix.listdir("/proc/self/fd")))
    except OSError:
        posix.closerange(0, kept_fd)
        posix.closerange(kept_fd + 1, 65536)
        return
    for number in numbers:
        if number != kept_fd:
            try:
                posix.close(number)
            except OSError:
                pass  # the one that listed them


class Deadline:
    """Ends this process when an answer takes longer than `limit_s`."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s

    def __call__(self) -> None:
        """An answer begins."""
        freeze.arm(self.limit_s)

    @staticmethod
    def disarm() -> None:
        """It is sent."""
        freeze.arm(0)


def live(fd: int, limit_s: float, make_heap: Callable[..., Any], *arguments: Any) -> None:
    """Be an image until the channel ends. Never returns, never raises, runs no exit handler.

    make_heap(*arguments) -> the frozen heap, made once nothing of the target can be disturbed any more.
    """
    try:
        traces.rest()
        fd = descriptors.move_high(fd)  # it has the number 1 or 2 where the program closed its own
        settle(fd)
        questions.serve(wire.Connection(TimedStream(fd, limit_s)), make_heap(*arguments), Deadline(limit_s))
    finally:
        posix._exit(0)
