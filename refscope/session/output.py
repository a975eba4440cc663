"""What the target printed: the last megabytes of lines, the rest counted, searchable while it grows.

No descriptor and no thread is here; `streams` drains the target and feeds an `OutputLog`. The log
belongs to both the console, which wants text as it comes, and to `wait_for`, which wants lines.
"""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from refscope.errors import TargetExited, TimedOut

KEPT_BYTES = 16 << 20  # some 100,000 lines: more than the console shows
LINE_LIMIT = 1 << 20  # characters; a longer line is cut into pieces, so that one line stays bounded
LINE_COST = 150  # bytes that a kept line takes besides its text, roughly
# An unfinished line is searched when nothing more has come for so long: a prompt, not a torn line.
PROMPT_QUIET_S = 0.25


@dataclass(frozen=True, slots=True)
class OutputLine:
    """One line without its end. `time_s` since the launch; `stream` "stdout", "stderr" or "terminal".

    `number` counts lines from 0; −1 = not finished yet.
    """

    number: int
    time_s: float
    stream: str
    text: str


TextListener = Callable[[str, str], None]
"""(stream, text as it came, ANSI sequences included). Called on the reader's thread; must be quick."""

LineListener = Callable[[OutputLine], None]
"""Called on the reader's thread with each finished line; must be quick."""


@dataclass(slots=True)
class _Tail:
    """The unfinished last line of a stream."""

    text: str = ""
    changed_s: float = field(default_factory=time.monotonic)
    matched_to: int = 0  # characters that a search has returned already: not to be found again


class OutputLog:
    """Lines of all streams in the order they came. Thread-safe; written by one thread.

    started_s: `time.monotonic()` at the launch.
    """

    def __init__(self, started_s: float, kept_bytes: int = KEPT_BYTES) -> None:
        self._started_s = started_s
        self._kept_limit = kept_bytes
        self._changed = threading.Condition()  # guards everything below
        self._lines: deque[OutputLine] = deque()
        self._kept_bytes = 0
        self._n_lines = 0
        self._tails: dict[str, _Tail] = {}
        self._matched_to = 0  # number of the first line after the previous match
        self._matched_early: dict[int, int] = {}  # line after it → characters matched while unfinished
        self._is_complete = False
        self._text_listeners: list[TextListener] = []
        self._line_listeners: list[LineListener] = []

    @property
    def n_lines(self) -> int:
        """Finished lines so far, those no longer kept included."""
        return self._n_lines

    @property
    def n_dropped(self) -> int:
        """Lines that are no longer kept."""
        with self._changed:
            return self._n_lines - len(self._lines)

    def lines(self, first: int = 0) -> list[OutputLine]:
        """Kept lines from number `first` on; an unfinished last line is not among them. O(lines returned)."""
        with self._changed:
            return self._since(first)

    def last_line(self) -> str:
        """The last line that is not blank, of stderr if there is one: where a traceback ends; "" = none."""
        with self._changed:
            recent = [line.text for line in reversed(self._lines) if line.stream == "stderr"]
            tail = self._tails.get("stderr", _Tail()).text
            for texts in ([tail, *recent], [each.text for each in self._tails.values()], self._texts()):
                for text in texts:
                    if text.strip():
                        return text.strip()
        return ""

    def add_text_listener(self, listener: TextListener) -> None:
        """Call `listener` with the text that came already and is kept, then with all further text.

        The first may be called on this thread, the others are on the reader's.
        """
        with self._changed:
            for line in self._lines:
                listener(line.stream, f"{line.text}\n")
            for stream, tail in self._tails.items():
                if tail.text:
                    listener(stream, tail.text)
            self._text_listeners.append(listener)

    def add_line_listener(self, listener: LineListener, from_start: bool = False) -> None:
        """Call `listener` with every further line; from_start: with those kept so far before."""
        with self._changed:
            for line in self._lines if from_start else ():
                listener(line)
            self._line_listeners.append(listener)

    def take(self, stream: str, text: str) -> None:
        """The target printed `text`; listeners are called from here."""
        with self._changed:
            finished = self._split(stream, text)
            self._changed.notify_all()
            text_listeners, line_listeners = list(self._text_listeners), list(self._line_listeners)
        for tell_text in text_listeners:
            tell_text(stream, text)
        for line in finished:
            for tell_line in line_listeners:
                tell_line(line)

    def complete(self) -> None:
        """The target has ended and all it printed was taken: who waits for more need not."""
        with self._changed:
            self._is_complete = True
            self._changed.notify_all()

    def wait_complete(self, timeout_s: float) -> bool:
        """Wait until all that the target printed before its end has arrived."""
        with self._changed:
            return self._changed.wait_for(lambda: self._is_complete, timeout_s)

    def wait_for(self, pattern: str | re.Pattern[str], timeout_s: float | None) -> OutputLine:
        """The first line after the previous match in which `pattern` is found; may have come long ago.

        A prompt (an unfinished line after which nothing comes) is found as well. Raises TargetExited
        when the target has ended and all it printed was searched, TimedOut.
        """
        compiled = re.compile(pattern)
        ends_s = None if timeout_s is None else time.monotonic() + timeout_s
        with self._changed:
            searched_to = self._matched_to
            while True:
                found = self._find(compiled, searched_to)
                if found is not None:
                    return found
                searched_to = self._n_lines
                if self._is_complete:
                    raise TargetExited("The program ended before it printed that", self._missing(compiled))
                left_s = PROMPT_QUIET_S if ends_s is None else ends_s - time.monotonic()
                if left_s <= 0:
                    title = f"The program did not print that within {timeout_s:g} s"
                    raise TimedOut(title, self._missing(compiled))
                self._changed.wait(min(left_s, PROMPT_QUIET_S))

    # Everything below is called under the lock.

    def _since(self, first: int) -> list[OutputLine]:
        count = max(0, min(self._n_lines - first, len(self._lines)))
        return list(islice(reversed(self._lines), count))[::-1]

    def _texts(self) -> list[str]:
        return [line.text for line in reversed(self._lines)]

    def _split(self, stream: str, text: str) -> list[OutputLine]:
        tail = self._tails.setdefault(stream, _Tail())
        tail.changed_s = time.monotonic()
        *finished, tail.text = (tail.text + text).split("\n")
        if len(tail.text) > LINE_LIMIT:
            finished.append(tail.text)
            tail.text = ""
        time_s = tail.changed_s - self._started_s
        return [self._keep(stream, tail, time_s, each.removesuffix("\r")) for each in finished]

    def _keep(self, stream: str, tail: _Tail, time_s: float, text: str) -> OutputLine:
        line = OutputLine(self._n_lines, time_s, stream, text)
        if tail.matched_to:
            self._matched_early[line.number] = tail.matched_to
            tail.matched_to = 0
        self._n_lines += 1
        self._lines.append(line)
        self._kept_bytes += len(text) + LINE_COST
        while self._kept_bytes > self._kept_limit and len(self._lines) > 1:
            self._kept_bytes -= len(self._lines.popleft().text) + LINE_COST
        return line

    def _find(self, pattern: re.Pattern[str], searched_to: int) -> OutputLine | None:
        for line in self._since(searched_to):
            if pattern.search(line.text, self._matched_early.get(line.number, 0)):
                self._matched_to = line.number + 1
                self._matched_early = {k: v for k, v in self._matched_early.items() if k > line.number}
                return line
        now_s = time.monotonic()
        for stream, tail in self._tails.items():
            is_quiet = self._is_complete or now_s - tail.changed_s >= PROMPT_QUIET_S
            if len(tail.text) > tail.matched_to and is_quiet and pattern.search(tail.text, tail.matched_to):
                tail.matched_to = len(tail.text)
                self._matched_to = self._n_lines
                return OutputLine(-1, tail.changed_s - self._started_s, stream, tail.text)
        return None

    def _missing(self, pattern: re.Pattern[str]) -> str:
        last = next(iter(self._texts()), "")
        return f"Looked for {pattern.pattern!r} in {self._n_lines:,} lines. Last line: {last[:200] or 'none'}"
