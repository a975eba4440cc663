"""Output on its way from the reader's thread to the console: taken there, handed over here."""

from __future__ import annotations

import threading
from collections import deque

MOST_CHARS = 8_000_000
"""Waiting output; the console shows the last lines only, so older gives way."""


class OutputQueue:
    """Thread-safe; `put` never blocks on the window, `take_all` never on the program."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: deque[str] = deque()
        self._chars = 0

    def put(self, _stream: str, text: str) -> None:
        """Add output. Called on the reader's thread."""
        with self._lock:
            self._parts.append(text)
            self._chars += len(text)
            while self._chars > MOST_CHARS and len(self._parts) > 1:
                self._chars -= len(self._parts.popleft())

    def take_all(self) -> str:
        """Everything that waits, in order."""
        with self._lock:
            text = "".join(self._parts)
            self._parts.clear()
            self._chars = 0
        return text
