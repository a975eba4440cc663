"""The console on the copy: statements run in a clone of the image that lives as long as the console.

The clone answers on a channel of its own, so a statement that hangs keeps neither the image nor the
window waiting; variables stay from one statement to the next. Whatever a statement does (exit, crash,
fork, print without end) happens in the clone only. A deadline runs while a statement does; the image
ends the clone when it is told to, or when it ends itself.
"""

from __future__ import annotations

import _thread
import builtins
import io
import os
import sys

from . import clone_work, completion, copies, descriptors, freeze, frozen_view, hidden, interrupts, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

OUTPUT_LIMIT = 200_000  # characters of one statement; a window shows no more anyway
VALUE_LIMIT = 20_000  # characters of one value
_PIECE = 4_000  # characters that are sent at once
_STATEMENTS_KEPT = 50  # whose source is shown in tracebacks
_Failed = clone_work.Failed


class Consoles:
    """The clones that one image has for consoles."""

    def __init__(self) -> None:
        self._pipes: dict[int, int] = {}  # by pid: where a byte stops a statement, -1 = a signal does

    def open(self, heap: Any, fd: int) -> Any:
        """Make a clone that serves the socket `fd`; returns its pid. Raises `Failed`."""
        heard = written = -1
        try:
            if not interrupts.TAKES_SIGNALS:
                heard, written = os.pipe()
            pid = freeze.clone_quietly()
        except OSError as problem:
            _close(heard, written)
            raise _Failed("fork_failed", "no copy could be made: %s" % problem) from None
        if pid == 0:
            _be_console(heap, fd, heard)
        _close(heard)
        self._pipes[pid] = written
        return pid

    def interrupt(self, pid: int) -> Any:
        """Stop what runs in it, as Ctrl+C does; False = there is no such clone."""
        if self._pipes.get(pid, -1) < 0:
            return pid in self._pipes and copies.interrupt(pid)
        try:
            return os.write(self._pipes[pid], b"i") == 1
        except OSError:
            return False

    def end(self, pid: int) -> Any:
        """(code, text): end it, and how it ended; code "" = it was still there."""
        if pid not in self._pipes:
            raise _Failed("gone", "no console has the process %s" % pid)
        _close(self._pipes.pop(pid))
        ending = copies.end(pid)
        return ending.code, ending.text


def _close(*fds: int) -> None:
    for fd in fds:
        if fd >= 0:
            os.close(fd)


def _be_console(heap: Any, fd: int, heard: int) -> None:
    """Never returns."""
    try:
        if heard < 0:
            (fd,), stops = copies.set_apart(fd), interrupts.by_signal()
        else:
            fd, heard = copies.set_apart(fd, heard)
            stops = interrupts.by_bytes(heard)
        _Console(heap, wire.Connection(descriptors.Stream(fd)), stops).serve()
    finally:
        os._exit(0)


class _Console:
    """The request loop of one clone."""

    def __init__(self, heap: Any, connection: Any, stops: Any) -> None:
        self._heap = heap
        self._connection = connection
        self._pid = os.getpid()
        self._interrupts = stops
        self._output = _Output(self._send, self._pid, self._interrupts)
        self._count = 0
        self._name = ""  # of the statement that runs
        self._bound: int | None = None
        self._value: Any = None
        clone_work.hide_ours(heap)
        self._names = clone_work.Names(__builtins__=builtins, __name__="__console__")
        self._names["snapshot"] = frozen_view.Frozen(heap, self._names)
        sys.stdin = io.StringIO("")
        sys.stdout = _Writer(self._output, "out")
        sys.stderr = _Writer(self._output, "err")

    def serve(self) -> None:
        """Answer until the channel ends."""
        self._connection.send("ready", None, {"pid": self._pid})
        while True:
            try:
                request = self._connection.receive()
            except (wire.WireError, OSError):
                return
            freeze.arm(_deadline_s(request))
            kind, fields = self._answer(request)
            freeze.arm(0)
            if os.getpid() != self._pid:
                return  # a process that a statement forked, and that came back here
            self._send(kind, request.id, fields)

    def _answer(self, request: Any) -> Any:
        source = request.fields.get("source")
        if type(source) is not str:
            return "error", {"code": "bad_request", "message": "source must be a text"}
        self._bind(request.fields.get("object"))
        if request.kind == "run":
            return "ran", self._run(request, source)
        if request.kind == "complete":
            start, found = completion.complete(source, self._names)
            return "completed", {"start": start, "names": found}
        return "error", {"code": "unknown_kind", "message": "a console knows no %r" % request.kind}

    def _bind(self, key: Any) -> None:
        """`obj` follows what is selected, but not what the person assigned meanwhile."""
        if type(key) is not int or key == self._bound:
            return
        found = self._heap.objects_of([key])[0]
        if found is not hidden.MISSING:
            self._names["obj"] = found
            self._bound = key

    def _run(self, request: Any, source: str) -> Any:
        self._output.begin(request.id)
        state = "failed"
        try:
            statements = self._compile(source)
            if statements is None:
                return {"state": "incomplete", "dropped": 0}
            before, sys.displayhook = sys.displayhook, self._display
            try:
                with self._interrupts:
                    for code in statements:
                        exec(code, self._names)
            finally:
                sys.displayhook = before
            state = "done"
        except BaseException as problem:
            self._interrupts.is_running = False  # it may have come in the very end
            self._output.write("err", self._words_for(problem))
        return {"state": state, "dropped": self._output.finish()}

    def _compile(self, source: str) -> Any:
        """Code objects, one a statement; None = more lines have to come. Raises what the compiler does."""
        import ast
        import codeop

        self._count += 1
        self._name = name = "<console %d>" % self._count
        self._remember(name, source)
        try:
            if codeop.compile_command(source, name, "single") is None:
                self._count -= 1
                return None
        except SyntaxError:  # so it says of several statements, too
            pass
        # Its code is not used: that of 3.9 leaves out what follows the first statement.
        tree = ast.parse(source, name)
        return [compile(ast.Interactive([each]), name, "single") for each in tree.body]

    def _remember(self, name: str, source: str) -> None:
        """Let tracebacks show the lines of a statement."""
        import linecache

        lines = [line + "\n" for line in source.splitlines()]
        linecache.cache[name] = len(source), None, lines, name
        linecache.cache.pop("<console %d>" % (self._count - _STATEMENTS_KEPT), None)

    def _display(self, value: Any) -> None:
        if value is None:
            return
        self._names["_"] = value
        self._output.write("value", _cut(repr(value)) + "\n")

    def _words_for(self, problem: Any) -> Any:
        """A traceback without the frames of ours; in short where even that fails."""
        try:
            import traceback

            if isinstance(problem, KeyboardInterrupt):
                return "KeyboardInterrupt\n"
            if isinstance(problem, SyntaxError) and problem.filename == self._name:
                return "".join(traceback.format_exception_only(type(problem), problem))
            trace = problem.__traceback__
            while trace is not None and trace.tb_frame.f_globals.get("__package__") == __package__:
                trace = trace.tb_next
            return "".join(traceback.format_exception(type(problem), problem, trace))
        except BaseException:
            return clone_work.words_for(problem) + "\n"

    def _send(self, kind: str, request_id: Any, fields: Any) -> None:
        try:
            self._connection.send(kind, request_id, fields)
        except OSError:  # the host is gone, or a statement closed the channel
            os._exit(0)


def _cut(text: str) -> Any:
    length = str.__len__(text)
    shown = "".join(map(str.__str__, str.__iter__(str.__getitem__(text, slice(0, VALUE_LIMIT)))))
    return shown if length <= VALUE_LIMIT else "%s… (%d characters)" % (shown, length)


def _deadline_s(request: Any) -> Any:
    value = request.fields.get("deadline_s")
    return float(value) if type(value) in (int, float) and 0 < value <= 3600 else clone_work.DEADLINE_S


class _Output:
    """What statements print, sent while they run and cut where it becomes too much."""

    def __init__(self, send: Any, pid: int, stops: Any) -> None:
        self._send = send
        self._pid = pid
        self._interrupts = stops
        self._lock = _thread.RLock()  # threads that a statement starts print as well
        self._request: Any = None
        self._stream = ""
        self._waiting: list[str] = []
        self._waiting_chars = 0
        self._sent = 0
        self._dropped = 0

    def begin(self, request_id: Any) -> None:
        """Output now belongs to this statement."""
        with self._lock:
            self._request = request_id
            self._sent = self._dropped = 0

    def write(self, stream: str, text: str) -> None:
        """Take output; a line is sent at once."""
        if os.getpid() != self._pid:
            return  # of a process that a statement forked
        with self._lock:
            if self._request is None:
                return  # a thread prints after its statement
            room = max(0, OUTPUT_LIMIT - self._sent - self._waiting_chars)
            self._dropped += max(0, len(text) - room)
            text = text[:room]
            if stream != self._stream:
                self.flush()
                self._stream = stream
            if text:
                self._waiting.append(text)
                self._waiting_chars += len(text)
            if self._waiting_chars >= _PIECE or "\n" in text:
                self.flush()

    def flush(self) -> None:
        """Send what waits."""
        with self._lock:
            text = "".join(self._waiting)
            if text and os.getpid() == self._pid:
                self._interrupts.is_sending = True
                self._waiting.clear()
                self._waiting_chars = 0
                self._sent += len(text)
                self._send("output", self._request, {"stream": self._stream, "text": text})
                self._interrupts.settle()

    def finish(self) -> int:
        """The statement has ended; how many characters were not sent."""
        with self._lock:
            self.flush()
            self._request = None
            return self._dropped


class _Writer(io.TextIOBase):
    """`sys.stdout` and `sys.stderr` of a clone."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, output: _Output, stream: str) -> None:
        self._output = output
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not %s" % type(text).__name__)
        self._output.write(self._stream, str.__str__(text))
        return len(text)

    def flush(self) -> None:
        self._output.flush()
