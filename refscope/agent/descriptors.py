"""A stream over a descriptor in somebody else's process, which may close it or reuse its number.

The descriptor moves to a number that no program reaches by opening files, and before each use its
device and inode are compared with what they were: a program that closes all descriptors and opens
a file must never find our bytes in it. Nothing is sent or read after the first mismatch. No object
owns the descriptor, so nothing closes a stranger's file when it is collected.
"""

from __future__ import annotations

import _socket
import fcntl
import os
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_fcntl, _fstat, _close, _write = fcntl.fcntl, os.fstat, os.close, os.write
_DUP = fcntl.F_DUPFD_CLOEXEC
_RECEIVE_FLAGS = getattr(_socket, "MSG_CMSG_CLOEXEC", 0)  # macOS has none
_SO_COOKIE = 57  # the number is the same on all machines that `freeze` knows
_RIGHTS = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS)
_HIGH = (512, 200, 64, 20)  # the first that the limit of open files allows
_INT = struct.Struct("i")
_ROOM = 16 + 8 * _INT.size  # an ancillary header and a few descriptors


class Gone(OSError):
    """The descriptor is no longer what it was."""


class _Borrowed(_socket.socket):
    """A socket object that lets go of its descriptor when it is collected, instead of closing it.

    Made once: each new one raises an audit event, which may be user code.
    """

    __slots__ = ()
    __del__ = _socket.socket.detach


def move_high(fd: int, numbers: Sequence[int] = _HIGH) -> Any:
    """Move a descriptor out of the way of the program's own; closed on exec. Returns the new number.

    numbers: the lowest that the new one may have, tried in order.
    """
    for lowest in numbers:
        try:
            moved = _fcntl(fd, _DUP, lowest)
        except (OSError, ValueError):
            continue
        _close(fd)
        return moved
    os.set_inheritable(fd, False)
    return fd


class Guarded:
    """A descriptor by its number, used only while it names what it named at the start."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._identity = self._look()

    def _look(self) -> Any:
        found = _fstat(self.fd)
        return found.st_dev, found.st_ino

    def is_ours(self) -> Any:
        """Whether the number still names what it named at the start."""
        try:
            return self.fd >= 0 and self._look() == self._identity
        except OSError:
            return False

    def check(self) -> None:
        """Raise `Gone`, now and ever after, unless it is still ours."""
        if not self.is_ours():
            self.fd = -1
            raise Gone("the descriptor was closed or replaced")

    def sendall(self, data: Any) -> None:
        """Send all of a buffer of bytes. With SIGPIPE blocked: a host that is gone is an OSError."""
        while len(data):
            self.check()
            done = _write(self.fd, data)
            if done == len(data):
                return
            data = memoryview(data)[done:]

    def close(self) -> None:
        """Close it, if it is still ours."""
        if self.is_ours():
            _close(self.fd)
        self.fd = -1


class Stream(Guarded):
    """A connected stream socket: what `wire.Connection` needs, and the descriptors received."""

    def __init__(self, fd: int) -> None:
        self._sock = _Borrowed(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, fd)
        self._sock.settimeout(None)  # the program may have set a default
        self._by_cookie = sys.platform == "linux"
        Guarded.__init__(self, fd)
        self.received: list[Any] = []  # descriptors that came with the bytes; the reader takes them out

    def _look(self) -> Any:
        """The kernel's number of this socket: fstat would make an object that the collector counts."""
        if self._by_cookie:
            try:
                return self._sock.getsockopt(_socket.SOL_SOCKET, _SO_COOKIE, 8)
            except OSError:
                if hasattr(self, "_identity"):
                    raise
                self._by_cookie = False  # a kernel older than 4.12
        return Guarded._look(self)

    def recv_in(self, buffers: Any) -> Any:
        """Wait for bytes and put them into the only one of `buffers`; how many, 0 at the end.

        Nothing that the collector counts is made on the way, but from free lists. Descriptors land in
        `received`.
        """
        self.check()
        count, extras, _, _ = self._sock.recvmsg_into(buffers, _ROOM, _RECEIVE_FLAGS)
        if extras:
            self._take(extras)
        return count

    def _take(self, extras: Any) -> None:
        for level, kind, data in extras:
            if (level, kind) == _RIGHTS:
                self.received.extend(_INT.unpack_from(data, at)[0] for at in range(0, len(data) - 3, 4))

    def recv_into(self, buffer: Any) -> Any:
        """Wait for bytes; 0 at the end of the stream. Descriptors land in `received`."""
        return self.recv_in([buffer])

    def drop_received(self) -> None:
        """Close descriptors that nobody asked for."""
        while self.received:
            _close(self.received.pop())

    def close(self) -> None:
        """Close it, if it is still ours."""
        Guarded.close(self)
        self._sock.detach()
