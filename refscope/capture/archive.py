"""A zip file that grows by whole members, and that opens as far as it is good.

Each member is written by one write, with its sizes and checksums in front, so that whatever a killed
writer leaves is a row of good members. They are found again by their own headers; the directory at
the end is for other tools. A private field of each header (`_CHECK`) guards the header itself and
the packed bytes: damage is found without unpacking, and reading goes on behind it. Zips without that
field, packed by other tools, are read by their directory. What members mean is `reading`'s business.
"""

from __future__ import annotations

import os
import struct
import weakref
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from refscope.errors import CaptureFileError
from refscope.text import short_path

FORMAT = 2
LEVEL = 1  # level 6 saves a tenth of the size and costs three times the time
MEMBER_LIMIT = (4 << 30) - (4 << 20)  # unpacked bytes of one member: a header has 32 bits for the packed ones
MOST_UNPACKED = 1040  # deflate makes no byte out of less than a thousandth of one
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR64 = struct.Struct("<4sIQI")
_END = struct.Struct("<4sHHHHIIH")
_CHECK = struct.Struct("<HHHII")  # id, length, format, CRC-32 of all before it, of the packed bytes
_CHECK_ID = 0x4652
_GUARDED = 6  # bytes of the check that its first checksum covers as well: id, length, format
_STORED, _DEFLATED = 0, 8
_UTF8 = 0x800
_DATE = (1 << 5) | 1  # the first of January 1980: a capture says its time itself
_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One member: where its header starts, where its packed bytes are, and what is known of them.

    check: CRC-32 of the packed bytes, None in zips of other tools. format: of the capture.
    """

    name: str
    method: int
    crc: int
    packed: int
    size: int
    start: int
    data: int
    check: int | None = None
    format: int = 1

    @property
    def end(self) -> int:
        """Offset behind the last byte."""
        return self.data + self.packed


class ArchiveWriter:
    """Appends members to a file that is open for writing and reading. Not thread-safe.

    fd: the caller's, which starts empty. Each append is whole or leaves the file as it was; `OSError`
    is the caller's to translate.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.end = 0

    def append(self, name: str, content: bytes | memoryview) -> Member:
        """Pack and add one member. Raises OSError."""
        if len(content) > MEMBER_LIMIT:
            raise OSError(0, f"{name} is too large")
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
        member = Member(
            name, _DEFLATED, zlib.crc32(content), len(packed), len(content), 0, 0, zlib.crc32(packed), FORMAT
        )
        return self._put(member, packed)

    def copy(self, member: Member, fd: int) -> Member:
        """Add a member of another file as it is packed there. Raises OSError."""
        return self._put(member, b"".join(_pieces(fd, member.data, member.packed)))

    def finish(self, members: Sequence[Member]) -> None:
        """Add the directory that other tools read, and hand the file to the disk. Raises OSError."""
        central = b"".join(map(_central_entry, members))
        start, size, count = self.end, len(central), len(members)
        end64 = _END64.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
        locator = _LOCATOR64.pack(b"PK\6\7", 0, start + size, 1)
        end = _END.pack(
            b"PK\5\6", 0, 0, min(count, 0xFFFF), min(count, 0xFFFF), size, min(start, 0xFFFFFFFF), 0
        )
        self._write(central + end64 + locator + end)
        os.fsync(self.fd)

    def _put(self, member: Member, packed: bytes) -> Member:
        header = _header(member)
        placed = replace(member, start=self.end, data=self.end + len(header))
        self._write(header + packed)
        return placed

    def _write(self, content: bytes) -> None:
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.pwrite(self.fd, rest, self.end + len(content) - len(rest)) :]
        except BaseException:
            os.ftruncate(self.fd, self.end)
            raise
        self.end += len(content)


class Archive:
    """The members of a file, in its order; a name may stand several times. Thread-safe.

    unreadable: how many bytes belong to no member. Raises `CaptureFileError` where there is none.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError as exc:
            raise CaptureFileError(
                "The capture does not exist", f"There is no file {short_path(self.path)}."
            ) from exc
        except OSError as exc:
            raise _no_capture(self.path, exc.strerror or str(exc)) from exc
        weakref.finalize(self, os.close, self._fd)  # snapshots are read when they are asked for
        self.unreadable = 0
        try:
            self.members = list(self._scan()) or self._by_directory()
        except OSError as exc:
            raise _no_capture(self.path, exc.strerror or str(exc)) from exc

    def is_good(self, member: Member) -> bool:
        """Whether its packed bytes are those that were written; of other tools' zips: not looked at."""
        if member.check is None:
            return True
        check = 0
        try:
            for piece in _pieces(self._fd, member.data, member.packed):
                check = zlib.crc32(piece, check)
        except OSError:
            return False
        return check == member.check

    def read(self, member: Member) -> bytes:
        """The unpacked bytes. Raises `CaptureFileError` naming the member."""
        try:
            if member.check is None:
                member = replace(member, data=self._data_of(member.start))
            return unpacked(self._fd, member)
        except (OSError, ValueError, struct.error, MemoryError) as exc:
            raise CaptureFileError("The capture is damaged", f"{member.name} cannot be read: {exc}.") from exc
        except zlib.error as exc:
            raise CaptureFileError(
                "The capture is damaged", f"{member.name} cannot be unpacked: {exc}."
            ) from exc

    def _data_of(self, start: int) -> int:
        """Where the packed bytes are behind a header of another tool's."""
        fields = _LOCAL.unpack(os.pread(self._fd, _LOCAL.size, start))
        return start + _LOCAL.size + int(fields[9]) + int(fields[10])

    def _scan(self) -> Iterator[Member]:
        size = os.fstat(self._fd).st_size
        at = 0
        while at < size:
            member = self._member_at(at)
            if member is not None and member.end <= size:
                yield member
                at = member.end
                continue
            if os.pread(self._fd, 4, at) in (b"PK\1\2", b"PK\6\6"):
                return  # the directory: nothing of ours follows
            following = self._next_header(at + 1, size)
            self.unreadable += following - at
            at = following

    def _member_at(self, at: int) -> Member | None:
        """The member whose header stands there, if it is one of ours and whole."""
        raw = os.pread(self._fd, _LOCAL.size, at)
        if len(raw) < _LOCAL.size or raw[:4] != b"PK\3\4":
            return None
        _, _, _, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack(raw)
        if extra_length != _CHECK.size:
            return None
        rest = os.pread(self._fd, name_length + extra_length, at + _LOCAL.size)
        if len(rest) < name_length + extra_length:
            return None
        identity, length, form, header_crc, check = _CHECK.unpack(rest[name_length:])
        name, guarded = rest[:name_length], rest[: name_length + _GUARDED]
        if (identity, length) != (_CHECK_ID, _CHECK.size - 4) or zlib.crc32(raw + guarded) != header_crc:
            return None
        data = at + _LOCAL.size + len(rest)
        return Member(name.decode("utf-8", "replace"), method, crc, packed, size, at, data, check, form)

    def _next_header(self, at: int, size: int) -> int:
        """Where the next good header or the directory starts; `size` if there is none."""
        while at < size:
            block = os.pread(self._fd, _AT_ONCE + 3, at)
            place = block.find(b"PK")
            while place >= 0:
                is_directory = block[place : place + 4] == b"PK\1\2"
                if is_directory or self._member_at(at + place) is not None:
                    return at + place
                place = block.find(b"PK", place + 1)
            at += _AT_ONCE
        return size

    def _by_directory(self) -> list[Member]:
        """The members of a zip that another tool has packed."""
        self.unreadable = 0
        try:
            with os.fdopen(os.dup(self._fd), "rb") as stream, zipfile.ZipFile(stream) as found:
                entries = found.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, struct.error) as exc:
            raise _no_capture(self.path, str(exc)) from exc
        return [
            Member(e.filename, e.compress_type, e.CRC, e.compress_size, e.file_size, e.header_offset, 0)
            for e in entries
            if e.header_offset >= 0
        ]


def unpacked(fd: int, member: Member) -> bytes:
    """The contents of a member, checked. Raises OSError, ValueError, zlib.error."""
    if member.size > MEMBER_LIMIT or member.size > MOST_UNPACKED * (member.packed + 1):
        raise ValueError("it claims to be larger than it can be")
    packed = b"".join(_pieces(fd, member.data, member.packed))
    if member.check is not None and zlib.crc32(packed) != member.check:
        raise ValueError("its bytes are not those that were written")
    if member.method == _STORED:
        content = packed
    elif member.method == _DEFLATED:
        content = zlib.decompressobj(-15).decompress(packed, member.size + 1)
    else:
        raise ValueError("it is packed in a way that is not known here")
    if len(content) != member.size or zlib.crc32(content) != member.crc:
        raise ValueError("its contents are not those that were written")
    return content


def _header(member: Member) -> bytes:
    """The local header of a member of ours, with the check behind its name."""
    name = member.name.encode("utf-8")
    fixed = _LOCAL.pack(
        b"PK\3\4", 20, _UTF8, member.method, 0, _DATE, member.crc, member.packed, member.size, len(name),
        _CHECK.size,
    )  # fmt: skip
    guarded = struct.pack("<HHH", _CHECK_ID, _CHECK.size - 4, member.format)
    header_crc = zlib.crc32(fixed + name + guarded)
    return fixed + name + guarded + struct.pack("<II", header_crc, member.check or 0)


def _central_entry(member: Member) -> bytes:
    name = member.name.encode("utf-8")
    far = member.start >= 0xFFFFFFFF
    extra = struct.pack("<HHQ", 1, 8, member.start) if far else b""
    fixed = _CENTRAL.pack(
        b"PK\1\2", 45, 45 if far else 20, _UTF8, member.method, 0, _DATE, member.crc, member.packed,
        member.size, len(name), len(extra), 0, 0, 0, 0, 0xFFFFFFFF if far else member.start,
    )  # fmt: skip
    return fixed + name + extra


def _pieces(fd: int, start: int, count: int) -> Iterator[bytes]:
    """The bytes of a stretch, a megabyte at a time. Raises OSError at an early end."""
    end = start + count
    while start < end:
        piece = os.pread(fd, min(_AT_ONCE, end - start), start)
        if not piece:
            raise OSError(0, "the file ends before it")
        start += len(piece)
        yield piece


def _no_capture(path: str, reason: Any) -> CaptureFileError:
    return CaptureFileError("This is not a capture", f"{short_path(path)} cannot be opened as one: {reason}.")
