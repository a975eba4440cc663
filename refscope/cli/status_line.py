"""One line of progress that stays the last on a terminal; nothing where nobody watches."""

from __future__ import annotations

import contextlib
import shutil
import threading
from typing import TextIO

_CLEAR = "\r\x1b[K"


class StatusLine:
    """Shown on `stream` if that is a terminal, taken away before anything else is printed. Thread-safe."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_on = stream.isatty()
        self._lock = threading.Lock()
        self._is_shown = False
        self._is_line_open = False  # the program has begun a line: it is not cut in two

    def show(self, text: str) -> None:
        """Put `text` in place of what was shown."""
        if not self._is_on:
            return
        with self._lock:
            if not self._is_line_open:
                self._write(_CLEAR + text[: shutil.get_terminal_size().columns - 1])
                self._is_shown = True

    def clear(self) -> None:
        """Take it away: somebody prints a line of his own."""
        with self._lock:
            if self._is_shown:
                self._write(_CLEAR)
                self._is_shown = False

    def before_output(self, stream: str, text: str) -> None:
        """The program prints `text`, on this terminal perhaps. A listener of `OutputLog`."""
        del stream
        self.clear()
        if text:
            self._is_line_open = not text.endswith("\n")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # the terminal is gone: the program lives on
            self._stream.write(text)
            self._stream.flush()
