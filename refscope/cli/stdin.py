"""What is typed or piped into `refscope COMMAND -- program` reaches the program, its end included."""

from __future__ import annotations

import codecs
import contextlib
import math
import os
import select
import sys
import threading
from collections.abc import Iterator

from refscope.api import Session
from refscope.errors import UserFacingError

CHUNK = 65536


@contextlib.contextmanager
def passed_on(session: Session) -> Iterator[None]:
    """Pass our standard input on to the program of a session, from a thread, until leaving."""
    try:
        source = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # there is none, or it is closed
        session.target.streams.close_stdin()
        yield
        return
    told_to_stop, stop = os.pipe()
    thread = threading.Thread(target=_copy, args=(source, told_to_stop, session), name="stdin", daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.close(stop)
        session.target.streams.close_stdin()  # ends a write that a full pipe holds up
        thread.join()
        os.close(told_to_stop)


def _copy(source: int, told_to_stop: int, session: Session) -> None:
    decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    with contextlib.suppress(UserFacingError, OSError):  # the program ended, or reads no more
        while told_to_stop not in (ready := select.select([source, told_to_stop], [], [])[0]):
            data = os.read(source, CHUNK) if ready else b""
            if not data:
                session.target.streams.close_stdin()
                return
            session.target.streams.send(decode(data), timeout_s=math.inf)
