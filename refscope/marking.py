"""Marks that a program sets in its own chart: `refscope.mark("loaded")`.

Runs inside the target, where RefScope is installed for it, and loads nothing but the standard
library. A mark is put into a mailbox with its time; RefScope's agent, when there is one, takes it out
in passing. Without a session the mailbox forgets the oldest marks and nothing else happens.
"""

from __future__ import annotations

import atexit
import os
import time
from collections import deque

_KEPT = 1000  # marks that wait; more than that between two visits of the agent are not worth telling
_LAST_S = 0.3  # the agent comes ten times a second
_STEP_S = 0.01

_mailbox: deque[tuple[float, str]] = deque(maxlen=_KEPT)
_readers: list[int] = []  # the agent puts in its process when it comes first; none comes to a fork of it


def mark(name: str) -> None:
    """Name this moment in RefScope's chart. Without a session of RefScope it does nothing.

    Any thread; costs less than a microsecond. At the end of a program that RefScope watches, marks that
    were not read yet are waited for, 0.3 s at most.
    """
    _mailbox.append((time.monotonic(), str(name)))


def _wait_until_read() -> None:
    end_s = time.monotonic() + _LAST_S
    while os.getpid() in _readers and _mailbox and time.monotonic() < end_s:
        time.sleep(_STEP_S)


atexit.register(_wait_until_read)
