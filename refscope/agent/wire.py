"""The protocol's frames: one definition for the host, the agent and the image.

A frame is a fixed prefix, a JSON header and a body of binary columns:

    b"RFS1"  header length uint32  body length uint64      little-endian, 16 bytes
    header   UTF-8 JSON object: "kind", "id", fields, "columns": [[name, typecode, count], …]
    body     the columns one after the other, items little-endian, no padding

`id` ties an answer to its request. Streams are injected as two callables, so tests use memory.
Sizes are checked before anything is allocated; whatever is wrong raises `WireError`, an end of the
stream between frames raises `EndOfStream`. What each kind means stands in docs/protocol.md.
"""

from __future__ import annotations

import json
import struct
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

PROTOCOL_VERSION = 1
MAGIC = b"RFS1"
PREFIX = struct.Struct("<4sIQ")
HEADER_LIMIT = 64 << 20  # labels of one batch and tables of types stay far below
BODY_LIMIT = 1 << 30  # a stream sends chunks of a few MB; nothing legitimate comes near
ITEM_SIZES = {"B": 1, "i": 4, "I": 4, "q": 8, "Q": 8, "d": 8}

# Bound now: targets replace json.dumps and json.loads.
_json_of = json.JSONEncoder(separators=(",", ":")).encode
_parse_json = json.JSONDecoder().decode


class WireError(Exception):
    """The other side sent something that is not a frame."""


class EndOfStream(WireError):
    """The other side closed the stream between two frames."""


Frame = namedtuple("Frame", "kind id fields columns")
"""One message. `fields`: dict. `columns`: dict name -> (typecode, buffer of the items)."""


def encode(
    kind: str, request_id: int | None = None, fields: dict[str, Any] | None = None, columns: Any = ()
) -> Any:
    """The buffers of a frame, to be sent in order.

    columns: (name, typecode, buffer) each; the buffer holds whole items, e.g. an `array.array`.
    """
    table, parts, body_length = [], [], 0
    for name, typecode, data in columns:
        view = memoryview(data).cast("B") if not isinstance(data, bytes) else memoryview(data)
        count, rest = divmod(len(view), ITEM_SIZES[typecode])
        if rest:
            raise ValueError("column %s holds a broken item" % name)
        table.append([name, typecode, count])
        parts.append(view)
        body_length += len(view)
    header = dict(fields or {})
    header.update(kind=kind, id=request_id, columns=table)
    text = _json_of(header).encode("ascii")
    if len(text) > HEADER_LIMIT or body_length > BODY_LIMIT:
        raise ValueError("frame %s is too large: header %d, body %d bytes" % (kind, len(text), body_length))
    return [PREFIX.pack(MAGIC, len(text), body_length) + text, *parts]


def send(
    send_all: Callable[[Any], object],
    kind: str,
    request_id: int | None = None,
    fields: dict[str, Any] | None = None,
    columns: Any = (),
) -> None:
    """Encode a frame and hand its buffers to `send_all`."""
    for part in encode(kind, request_id, fields, columns):
        send_all(part)


def receive(read_into: Callable[[Any], int], allocate: Callable[[int], bytearray] = bytearray) -> Any:
    """The next frame of a stream.

    read_into(buffer) -> number of bytes put there, 0 at the end of the stream.
    allocate(n) -> a writable buffer of n bytes for the body (the host gives numpy memory).
    """
    prefix = bytearray(PREFIX.size)
    _fill(read_into, prefix, at_border=True)
    magic, header_length, body_length = PREFIX.unpack(prefix)
    _check_prefix(magic, header_length, body_length)
    text = bytearray(header_length)
    _fill(read_into, text)
    kind, request_id, fields, table = _parse_header(text)
    if sum(ITEM_SIZES[code] * count for _, code, count in table) != body_length:
        raise WireError("columns of %s do not add up to its body" % kind)
    columns = {}
    for name, code, count in table:
        size = ITEM_SIZES[code] * count
        buffer = allocate(size) if size else bytearray()
        _fill(read_into, buffer)
        columns[name] = (code, buffer)
    return Frame(kind, request_id, fields, columns)


def frame_length(start: Any) -> Any:
    """Bytes of the frame that starts with these. Raises WireError as `receive` does."""
    magic, header_length, body_length = PREFIX.unpack_from(start)
    _check_prefix(magic, header_length, body_length)
    return PREFIX.size + header_length + body_length


def _check_prefix(magic: Any, header_length: int, body_length: int) -> None:
    if magic != MAGIC:
        raise WireError("not a frame: it starts with %r" % bytes(magic))
    if header_length > HEADER_LIMIT or body_length > BODY_LIMIT:
        raise WireError("frame too large: header %d, body %d bytes" % (header_length, body_length))


def _parse_header(text: bytearray) -> Any:
    try:
        header = _parse_json(bytes(text).decode("utf-8"))
        kind, request_id, table = header.pop("kind"), header.pop("id"), header.pop("columns")
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as exc:
        raise WireError("broken header: %s" % exc) from exc
    if not isinstance(kind, str) or not (request_id is None or type(request_id) is int):
        raise WireError("broken header: kind or id")
    if not isinstance(table, list):
        raise WireError("broken header: columns")
    for entry in table:
        if not (
            isinstance(entry, list)
            and len(entry) == 3
            and isinstance(entry[0], str)
            and isinstance(entry[1], str)
            and entry[1] in ITEM_SIZES
            and type(entry[2]) is int
            and 0 <= entry[2] <= BODY_LIMIT
        ):
            raise WireError("broken header: column %r" % (entry,))
    return kind, request_id, header, table


def _fill(read_into: Callable[[Any], int], buffer: Any, at_border: bool = False) -> None:
    view = memoryview(buffer).cast("B") if len(buffer) else memoryview(b"")
    done = 0
    while done < len(view):
        got = read_into(view[done:])
        if not got:
            if at_border and done == 0:
                raise EndOfStream("the stream ended")
            raise WireError("the stream ended in the middle of a frame")
        done += got


class Connection:
    """Frames over a connected stream socket. Not thread-safe; blocks; raises OSError and WireError."""

    def __init__(self, sock: Any) -> None:
        self.sock = sock

    def send(
        self,
        kind: str,
        request_id: int | None = None,
        fields: dict[str, Any] | None = None,
        columns: Any = (),
    ) -> None:
        """Send one frame."""
        send(self.sock.sendall, kind, request_id, fields, columns)

    def receive(self, allocate: Callable[[int], bytearray] = bytearray) -> Any:
        """The next frame; raises `EndOfStream` when the other side has closed."""
        return receive(self.sock.recv_into, allocate)

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()
