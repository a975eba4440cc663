"""Work in a throw-away clone of the image, under a deadline: the only place where user code runs.

The clone sends its results as they come over a pipe; whatever it does otherwise (crash, hang, exit,
fork, print without end, eat memory) ends it and becomes a word in the answer. The image only reads
a pipe, bounded in bytes and in time.
"""

from __future__ import annotations

import _signal
import json
import os
import select
import struct
import time

from . import descriptors, freeze
from .interpreter import signal_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

try:
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]

_ANY_CHILD = 0x40000000  # __WALL: also children that end without a signal
_LENGTH = struct.Struct("<I")
_MESSAGE_LIMIT = 32 << 20
_OUT_OF_REACH = (60_000, 10_000, 4_000, 1_000)
"""Numbers for the channel of a clone: finalizers of the target's sockets close what has their numbers."""
_MEMORY_ALLOWED = 2 << 30  # bytes that a clone may add to what the image has
_open = open
_close, _kill, clock = os.close, os.kill, time.monotonic


class Ending:
    """How a clone ended. code: "" = it finished its work, "hung", "died"; text: the same in words."""

    def __init__(self, code: str = "", text: str = "") -> None:
        self.code = code
        self.text = text


DONE = Ending()
LATE = Ending("hung", "it did not answer in time")
GARBLED = Ending("died", "it wrote into the channel of its answer")


def run(
    work: Callable[..., Any], deadline_s: float, item_s: float = 0.0, clone: Any = freeze.clone_quietly
) -> Any:
    """(messages, Ending): what `work(send, rearm)` sent from the clone, as JSON values.

    send(value) passes one result on; rearm() grants `item_s` more for the next piece of work.
    Raises OSError when there can be no clone.
    """
    reading, writing = os.pipe()
    try:
        pid = clone(item_s or deadline_s)
    except OSError:
        _close(reading)
        _close(writing)
        raise
    if pid == 0:
        _be_clone(work, writing, item_s)
    _close(writing)
    try:
        messages, ending = _collect(reading, clock() + deadline_s)
    finally:
        _close(reading)
        ended = end(pid)
    return messages, ending or ended


def _be_clone(work: Callable[..., Any], writing: Any, item_s: float) -> None:
    """Never returns."""
    try:
        (writing,) = set_apart(writing)

        def send(value: Any) -> None:
            data = json.dumps(value).encode("ascii")
            data = _LENGTH.pack(len(data)) + data
            while data:
                data = data[os.write(writing, data) :]

        work(send, (lambda: freeze.arm(item_s)) if item_s else _nothing)
        send(None)  # the end of the work
    finally:
        os._exit(0)


def _nothing() -> None:
    pass


def set_apart(*kept: int) -> Any:
    """In a new clone: a group of its own, these descriptors out of reach and no other open, a bound on
    memory, the deadline armed. Returns the new numbers of the descriptors.
    """
    os.setpgid(0, 0)
    moved = [descriptors.move_high(each, _OUT_OF_REACH) for each in kept]
    _close_all_but(moved)
    _limit_memory()
    freeze.unblock_alarm()
    return moved


def _close_all_but(kept: Any) -> None:
    for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else map(str, range(3, 1024)):
        number = int(name)
        if number > 2 and number not in kept:
            try:
                _close(number)
            except OSError:
                pass  # the one that listed them


def _limit_memory() -> None:
    """A result of a gigabyte shall not take the machine down."""
    if "setrlimit" not in dir(resource):
        return
    try:
        with _open("/proc/self/statm") as numbers:
            used = int(numbers.read().split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = used + _MEMORY_ALLOWED
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
    except (OSError, ValueError):
        pass


def _collect(reading: Any, until: float) -> Any:
    """([JSON values], Ending if the channel shows why they end)."""
    poller = select.poll()
    poller.register(reading, select.POLLIN)
    buffer = bytearray()
    messages: list[Any] = []
    while True:
        left_s = until - clock()
        if left_s <= 0:
            return messages, LATE
        if not poller.poll(max(1, int(left_s * 1000))):
            continue
        data = os.read(reading, 1 << 16)
        if not data:
            return messages, None
        buffer += data
        while len(buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(buffer)
            if length > _MESSAGE_LIMIT:
                return messages, GARBLED
            if len(buffer) < _LENGTH.size + length:
                break
            text = bytes(buffer[_LENGTH.size : _LENGTH.size + length])
            del buffer[: _LENGTH.size + length]
            try:
                value = json.loads(text.decode("ascii"))
            except ValueError:
                return messages, GARBLED
            messages.append(value)
            if value is None:
                return messages, DONE


def end(pid: int) -> Any:
    """Kill the clone and what it started; how it ended, which may be before that."""
    for kill in (os.killpg, _kill):
        try:
            kill(pid, _signal.SIGKILL)
        except OSError:
            pass
    try:
        return _ending(os.waitpid(pid, _ANY_CHILD)[1])
    except OSError:
        return _ending(None)  # it was reaped elsewhere


def interrupt(pid: int) -> Any:
    """Ask what runs in a clone to stop, as Ctrl+C does; False = it is gone."""
    try:
        _kill(pid, _signal.SIGINT)
    except OSError:
        return False
    return True


def _ending(status: Any) -> Any:
    if status is None or not os.WIFSIGNALED(status):
        code = os.WEXITSTATUS(status) if status is not None else 0
        return Ending("died", "it ended the copy (exit code %d)" % code)
    if os.WTERMSIG(status) == _signal.SIGALRM:
        return LATE
    return Ending("died", "it crashed the copy (%s)" % signal_name(os.WTERMSIG(status)))
