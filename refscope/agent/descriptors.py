"""A stream over a descriptor in somebody else's process, which may close it or reuse its number.

The descriptor moves to a number that no program reaches by opening files, and before each use its
device and inode are compared with what they were: a program that closes all descriptors and opens
a file must never find our bytes in it. Nothing is sent or read after the first mismatch. No object
owns the descriptor, so nothing closes a stranger's file when it is collected.
"""

import _socket
import fcntl
import os
import struct

_fcntl, _fstat, _close, _write = fcntl.fcntl, os.fstat, os.close, os.write
_DUP = fcntl.F_DUPFD_CLOEXEC
_RECEIVE_FLAGS = getattr(_socket, "MSG_CMSG_CLOEXEC", 0)  # macOS has none
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


def move_high(fd):
    """Move a descriptor out of the way of the program's own; closed on exec. Returns the new number."""
    for lowest in _HIGH:
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

    def __init__(self, fd):
        self.fd = fd
        self._identity = self._look()

    def _look(self):
        found = _fstat(self.fd)
        return found.st_dev, found.st_ino

    def is_ours(self):
        """Whether the number still names what it named at the start."""
        try:
            return self.fd >= 0 and self._look() == self._identity
        except OSError:
            return False

    def check(self):
        """Raise `Gone`, now and ever after, unless it is still ours."""
        if not self.is_ours():
            self.fd = -1
            raise Gone("the descriptor was closed or replaced")

    def sendall(self, data):
        """Send all bytes. The thread must have SIGPIPE blocked: a host that is gone is an OSError."""
        view = memoryview(data).cast("B") if len(data) else data
        while len(view):
            self.check()
            view = view[_write(self.fd, view) :]

    def close(self):
        """Close it, if it is still ours."""
        if self.is_ours():
            _close(self.fd)
        self.fd = -1


class Stream(Guarded):
    """A connected stream socket: what `wire.Connection` needs, and the descriptors received."""

    def __init__(self, fd):
        Guarded.__init__(self, fd)
        self.received = []  # descriptors that came with the bytes; the reader takes them out
        self._sock = _Borrowed(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, fd)
        self._sock.settimeout(None)  # the program may have set a default

    def recv_into(self, buffer):
        """Wait for bytes; 0 at the end of the stream. Descriptors land in `received`."""
        self.check()
        count, extras, _, _ = self._sock.recvmsg_into([buffer], _ROOM, _RECEIVE_FLAGS)
        for level, kind, data in extras:
            if (level, kind) == _RIGHTS:
                self.received.extend(_INT.unpack_from(data, at)[0] for at in range(0, len(data) - 3, 4))
        return count

    def drop_received(self):
        """Close descriptors that nobody asked for."""
        while self.received:
            _close(self.received.pop())

    def close(self):
        """Close it, if it is still ours."""
        Guarded.close(self)
        self._sock.detach()
