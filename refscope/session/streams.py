"""The target's standard streams: three pipes or one pseudo-terminal, drained by one thread.

The thread `output-reader` drains whatever else happens: a target must never wait for us because
its output is not read. What it reads goes into an `OutputLog`.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import logging
import os
import selectors
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from refscope.errors import TargetExited, UserFacingError
from refscope.session.output import OutputLog

logger = logging.getLogger(__name__)

READ_SIZE = 1 << 16  # what a pipe holds
WRITE_LIMIT_S = 10.0
WRITE_SLICE_S = 0.1  # closing stdin waits for it
# Others may hold the pipes of a target that has ended, and print without end: it is complete then too.
AFTER_EXIT_S = 2.0
JOIN_LIMIT_S = 10


class Streams:
    """The host's ends of the target's streams. Thread-safe.

    sources: stream name → readable descriptor. stdin: writable descriptor, None = not ours; the same
    as the one source for a terminal. All are owned, and closed by `close`.
    """

    def __init__(self, sources: Mapping[str, int], stdin: int | None, log: OutputLog) -> None:
        self._log = log
        self._sources = dict(sources)
        self._stdin = stdin
        self._lock = threading.Lock()  # of the descriptors' numbers: one that is closed may be another file
        self.is_terminal = stdin is not None and stdin in self._sources.values()
        self._exited_s: float | None = None
        self._is_closing = False
        self._wake_read, self._wake_write = os.pipe()
        for descriptor in {*self._sources.values(), self._wake_read, self._wake_write}:
            os.set_blocking(descriptor, False)
        if stdin is not None:
            os.set_blocking(stdin, False)
        self._thread = self._start(log)

    def send(self, text: str, timeout_s: float = WRITE_LIMIT_S) -> None:
        """Write text to the target's stdin.

        Raises TargetExited when nobody can read it, UserFacingError when nobody does within `timeout_s`.
        """
        data = memoryview(text.encode("utf-8", "surrogateescape"))
        ends_s = time.monotonic() + timeout_s
        while data:
            written = self._write(data)
            if not written and not self._wait_writable() and time.monotonic() >= ends_s:
                raise UserFacingError(
                    "The program does not read its input",
                    f"{len(data):,} of the bytes sent were not taken within {timeout_s:g} s.",
                )
            data = data[written:]

    def send_line(self, text: str) -> None:
        """Write one line to the target's stdin. A terminal echoes it into the output."""
        self.send(text + "\n")

    def close_stdin(self) -> None:
        """End of file for the target: closes the pipe, or types Ctrl-D. May be called twice."""
        with self._lock:
            if self._stdin is None:
                return
            if self.is_terminal:
                with contextlib.suppress(OSError):
                    os.write(self._stdin, b"\x04")
                return
            os.close(self._stdin)
            self._stdin = None

    def set_window_size(self, rows: int, columns: int) -> None:
        """Tell the target's terminal its size in characters; without a terminal nothing happens."""
        with self._lock:
            if self.is_terminal and self._stdin is not None:
                termios.tcsetwinsize(self._stdin, (rows, columns))

    def note_exit(self) -> None:
        """The target has ended: what is in its streams now is the last of it."""
        self._exited_s = time.monotonic()
        self._wake()

    def hand_over(self) -> subprocess.Popen[bytes]:
        """Leave the streams to a small process that keeps them until the target ends; closes them here."""
        with self._lock:
            kept = {*self._sources.values()} | ({self._stdin} if self._stdin is not None else set())
            ends = [os.dup(descriptor) for descriptor in kept]
        script = str(Path(__file__).with_name("keeper.py"))
        try:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", script, *map(str, ends)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=ends,
                start_new_session=True,
                cwd="/",
            )
        finally:
            for descriptor in ends:
                os.close(descriptor)
            self.close()

    def close(self) -> None:
        """End the thread and close the descriptors. May be called twice."""
        self._is_closing = True
        self._wake()
        if threading.current_thread() is not self._thread:
            self._thread.join(JOIN_LIMIT_S)

    def _write(self, data: memoryview) -> int:
        with self._lock:
            if self._stdin is None:
                raise TargetExited("The program's input is closed", "Nothing more can be sent to it.")
            try:
                return os.write(self._stdin, data)
            except BlockingIOError:
                return 0
            except OSError as exc:
                raise TargetExited("The program's input is closed", f"{exc.strerror}.") from exc

    def _wait_writable(self) -> bool:
        with self._lock, selectors.DefaultSelector() as selector:
            if self._stdin is None:
                return False
            selector.register(self._stdin, selectors.EVENT_WRITE)
            return bool(selector.select(WRITE_SLICE_S))

    def _wake(self) -> None:
        with self._lock:
            if self._wake_write >= 0:
                with contextlib.suppress(BlockingIOError):  # full: it will wake anyway
                    os.write(self._wake_write, b"x")

    def _start(self, log: OutputLog | None) -> threading.Thread:
        thread = threading.Thread(target=self._run, args=(log,), name="output-reader", daemon=True)
        thread.start()
        return thread

    def _run(self, log: OutputLog | None) -> None:
        try:
            self._drain(log)
        finally:
            if self._is_closing:
                self._log.complete()
                self._close_descriptors()
            else:  # a listener raised: that must not leave the target waiting for a reader
                self._thread = self._start(None)

    def _drain(self, log: OutputLog | None) -> None:
        decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in self._sources}
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_read, selectors.EVENT_READ)
            for name, descriptor in self._sources.items():
                selector.register(descriptor, selectors.EVENT_READ, name)
            is_complete = False
            while not self._is_closing:
                ends = self._exited_s is not None and not is_complete
                ready = selector.select(0 if ends else None)
                for key, _ in ready:
                    if key.data is None:
                        os.read(self._wake_read, READ_SIZE)
                        continue
                    data = self._read(key.fd)
                    text = decoders[key.data].decode(data, final=not data)
                    if log is not None and text:
                        log.take(key.data, text)
                    if not data:
                        selector.unregister(key.fd)
                        self._end_source(key.data)
                if ends and (not ready or time.monotonic() - (self._exited_s or 0.0) > AFTER_EXIT_S):
                    is_complete = True
                    self._log.complete()

    def _read(self, descriptor: int) -> bytes:
        try:
            return os.read(descriptor, READ_SIZE)
        except OSError as exc:
            if exc.errno != errno.EIO:  # what a terminal gives once nobody has it open
                logger.debug("reading the target's output: %s", exc)
            return b""

    def _end_source(self, name: str) -> None:
        descriptor = self._sources.pop(name)
        if not self.is_terminal:  # a terminal's descriptor is the input as well
            os.close(descriptor)

    def _close_descriptors(self) -> None:
        with self._lock:
            owned = {*self._sources.values(), self._wake_read, self._wake_write}
            if self._stdin is not None:
                owned.add(self._stdin)
            self._sources, self._stdin, self._wake_write = {}, None, -1
            for descriptor in owned:
                os.close(descriptor)
