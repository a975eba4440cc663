"""The agent's request loop: one thread below `threading`, one frame, waiting in C without the lock.

Requests come over the control channel (docs/protocol.md). The thread runs user code never, raises
nothing, prints nothing; when the host is gone or the descriptor is no longer ours it ends and the
target goes on. A collection on this thread would run the target's finalizers here, so it must not
be the one whose allocation starts one: it waits and receives without making objects that the
collector counts, and works with automatic collection off. The work takes far less than a switch
interval and gives up the interpreter lock nowhere, so the target does not see that.
"""

from __future__ import annotations

import _signal
import _thread
import errno
import gc
import io
import os
import select
import sys

from . import (
    counters,
    descriptors,
    exit_hold,
    freeze,
    image,
    questions,
    threadstates,
    traces,
    walk,
    watches,
    wire,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

START_LIMIT_S = 5.0  # on a machine that is very busy
IMAGE_LIMIT_S = 60.0  # of one question, when the host does not say
BUFFER_BYTES = 1 << 16
REQUEST_LIMIT = 1 << 20  # a list of watches; nothing else comes near
_LOUD_KINDS = frozenset(("collect", "freeze", "reap"))  # they give up the lock on their way, and are rare
_get_freeze_count, _get_debug, _get_threshold = gc.get_freeze_count, gc.get_debug, gc.get_threshold
_is_enabled, _enable, _disable = gc.isenabled, gc.enable, gc.disable
_poll, _POLLIN, _read = select.poll, select.POLLIN, os.read
_kill, _stat, _yield = os.kill, os.stat, os.sched_yield
_TASKS, _STATES_LIMIT = "/proc/self/task", 200
_KILL = int(_signal.SIGKILL)
_start_thread, _get_ident, _allocate_lock = _thread.start_new_thread, _thread.get_ident, _thread.allocate_lock


class Refused(Exception):
    """A request that gets an `error` answer: code, message."""


class Server:
    """What the agent knows in one process.

    own: objects of ours, kept out of every answer. main_ident: thread id of the main thread.
    wake_fd: a descriptor that becomes readable when the thread shall stop, or None.
    """

    def __init__(self, stream: Any, main_ident: int, own: Any, wake_fd: int | None = None) -> None:
        self.stream = stream
        self.connection = wire.Connection(stream)
        self.main_ident = main_ident
        self.own = own
        self.remains: list[Any] = []  # weak references to what ended agents have left
        self.wake_fd = wake_fd
        self.shall_stop = False
        self._sending = _allocate_lock()  # two threads send: this one, and the main one when it ends
        self.exit_hold = exit_hold.ExitHold()
        self.tracing = traces.Switch()
        self._arrived = bytearray()  # bytes of requests that are not complete yet
        self.images: set[Any] = set()  # pids of copies not yet reaped
        self.served: list[Any] = []  # streams of in-process images
        self._frozen_at_start = min(_get_freeze_count(), 1000)  # 3.12 starts with some hundred
        self._thread_states = threadstates.ThreadStates()
        self._handlers = {
            "counters": self._counters,
            "freeze": self._freeze,
            "reap": self._reap,
            "collect": self._collect,
            "watch": self._watch,
            "let_end": self._let_end,
            "trace": self.tracing.answer,
        }

    def greet(self) -> None:
        """Say hello. On the main thread, before user code."""
        method, reason = freeze.best_method()
        fields = {
            "protocol": wire.PROTOCOL_VERSION,
            "python": list(sys.version_info[:3]),
            "implementation": sys.implementation.name,
            "pid": os.getpid(),
            "executable": sys.executable,
            "freeze": method,
            "freeze_reason": reason,
            "main_thread": self.main_ident,
            "tracing": self.tracing.state(),
        }
        self.connection.send("hello", None, fields)

    def run(self) -> bool:
        """Answer until told to stop (returns True) or until the host is gone (False)."""
        poller = _poll()
        wake: Any = self.wake_fd
        poller.register(self.stream.fd, _POLLIN)
        if wake is not None:
            poller.register(wake, _POLLIN)
        buffer = bytearray(BUFFER_BYTES)
        buffers = [memoryview(buffer)]
        try:
            while True:
                ready = poller.poll()
                if len(ready) > 1 or ready[0][0] == wake:
                    _read(wake, 1)
                    if self.shall_stop:
                        return True
                    continue
                count = self.stream.recv_in(buffers)
                if not count:
                    raise wire.EndOfStream("the host is gone")
                while self._answer(buffer, count):
                    count = 0
        except BaseException:  # no answer could be given to it; the target must not see it
            self._end()
            return False

    def _answer(self, buffer: Any, count: int) -> bool:
        """Answer the next complete request of what has arrived; False if there is none."""
        enabled, data = _is_enabled(), None
        if enabled:
            _disable()
        try:
            if count:
                self._arrived += buffer[:count]
            frame = self._next_request()
            if frame is None:
                return False
            if frame.kind not in _LOUD_KINDS:
                data = b"".join(wire.encode(*self._handle(frame, enabled)))
        finally:
            if enabled:
                _enable()
        if data is None:
            data = self._answer_loudly(frame, enabled)
        if self.stream.received and not self._arrived:  # else they belong to a request behind this one
            self.stream.drop_received()
        self._send(data)
        if frame.kind == "let_end":
            self.exit_hold.let_go()
        return True

    def _send(self, data: Any) -> None:
        self._sending.acquire()
        try:
            self.stream.sendall(data)
        finally:
            self._sending.release()

    def hold(self, caller: Any) -> None:
        """On the main thread, at the end of the program: see `ExitHold.hold`."""
        self.exit_hold.hold(self._send, caller)

    def _answer_loudly(self, frame: Any, enabled: bool) -> Any:
        answer = self._handle(frame, enabled)
        if enabled:
            _disable()
        try:
            return b"".join(wire.encode(*answer))
        finally:
            if enabled:
                _enable()

    def _next_request(self) -> Any:
        arrived = self._arrived
        if len(arrived) < wire.PREFIX.size:
            return None
        length = wire.frame_length(arrived)
        if length > REQUEST_LIMIT:
            raise wire.WireError("a request of %d bytes" % length)
        if len(arrived) < length:
            return None
        request = io.BytesIO(arrived[:length])
        del arrived[:length]
        return wire.receive(request.readinto)

    def _handle(self, frame: Any, enabled: bool) -> Any:
        """What `wire.encode` needs for the answer. enabled: whether the target collects automatically."""
        handler = self._handlers.get(frame.kind)
        if handler is None:
            return _error(frame, "unknown_kind", "the agent knows no request %s" % frame.kind[:80])
        try:
            kind, fields = handler(frame.fields, enabled)
        except Refused as exc:
            return _error(frame, *exc.args)
        except MemoryError:
            return _error(frame, "no_memory", "the target is out of memory")
        except Exception as exc:
            return _error(frame, "internal", "%s: %s" % (type(exc).__name__, str(exc)[:200]))
        return kind, frame.id, fields

    def _counters(self, fields: dict[str, Any], enabled: bool) -> Any:
        answer = counters.counters()
        answer["gc_enabled"] = enabled
        if "watch" in fields:
            answer["values"], answer["words"] = watches.watch(_paths(fields["watch"]))
        for name, found in (("marks", watches.new_marks()), ("tracing", self.tracing.state())):
            if found:
                answer[name] = found
        return "counters", answer

    def _collect(self, fields: dict[str, Any], enabled: bool) -> Any:
        return "collected", counters.collect()

    def _let_end(self, fields: dict[str, Any], enabled: bool) -> Any:
        return "let_go", {"held": self.exit_hold.held_by is not None}  # it goes once this has been said

    def _watch(self, fields: dict[str, Any], enabled: bool) -> Any:
        values, words = watches.watch(_paths(fields.get("paths")))
        return "watched", {"values": values, "words": words}

    def _reap(self, fields: dict[str, Any], enabled: bool) -> Any:
        """The image's channel is closed, so it has nothing left to do: it is not waited for."""
        pid: Any = fields.get("pid")
        if pid not in self.images:
            return "reaped", {"found": False}
        self.images.discard(pid)
        return "reaped", {"found": _end_copy(pid)}

    def _freeze(self, fields: dict[str, Any], enabled: bool) -> Any:
        limit_s = fields.get("deadline_s", IMAGE_LIMIT_S)
        if type(limit_s) not in (int, float) or not 0 < limit_s < 1e6:
            raise Refused("bad_request", "freeze: deadline_s must be a number of seconds")
        method = self._method(fields.get("method", "auto"))
        if len(self.stream.received) != 1:
            raise Refused("bad_request", "freeze needs the descriptor of one socket")
        fd = self.stream.received[0]
        try:
            pid, picture, states, collector = self._take(fd, method, limit_s, enabled)
        except OSError as exc:
            raise Refused("no_memory" if exc.errno == errno.ENOMEM else "fork_failed", str(exc)) from exc
        if pid > 0:
            self.images.add(pid)
            picture.forget()
        else:
            self.stream.received.clear()
            stream = descriptors.Stream(descriptors.move_high(fd))
            self.served.append(stream)
            start_thread(self._serve_here, stream, picture, states, collector)
        return "frozen", {"method": method, "image_pid": max(pid, 0), "pause_s": picture.pause_s}

    def _take(self, fd: int, method: str, limit_s: float, enabled: bool) -> Any:
        """Freeze; in an image this does not return. Thread states are read before the fork frees them.

        That takes some 10 µs a thread, and they must not change meanwhile: it begins with a full turn
        of the interpreter lock (5 ms), and is left out where there are too many.
        """
        try:
            few = _stat(_TASKS).st_nlink < _STATES_LIMIT
        except OSError:
            few = False
        _yield()
        if enabled:
            _disable()
        try:
            collector = {
                "enabled": enabled,
                "frozen": _get_freeze_count() > self._frozen_at_start,
                "debug": _get_debug(),
                "thresholds": list(_get_threshold()),
            }
            states = self._thread_states.read() if few else []
            pid, picture = freeze.take(method, limit_s)
            if pid == 0:
                image.live(fd, limit_s, self._heap, picture, states, collector, False)
        finally:
            if enabled:
                _enable()
        return pid, picture, states, collector

    @staticmethod
    def _method(wanted: Any) -> Any:
        best, reason = freeze.best_method()
        if wanted in ("auto", "in_process", best):
            return best if wanted == "auto" else wanted
        if wanted == "clone":
            raise Refused("not_possible", reason)
        if wanted != "fork":
            raise Refused("bad_request", "freeze: unknown method")
        reason = freeze.why_not_fork()
        if reason is not None:
            raise Refused("not_possible", reason)
        return wanted

    def _heap(self, picture: Any, states: Any, collector: Any, in_process: bool) -> Any:
        frames = picture.frames
        frames.pop(_get_ident(), None)
        self.exit_hold.leave_out(frames, self.main_ident)
        own = [*self.own, self, self.__dict__, self.stream, picture, picture.__dict__, picture.objects]
        own += [picture.raw_counts, frames, states, collector, *(each() for each in self.remains)]
        for stream in self.served:  # its dict shows no values from 3.13 on: they lie in the object
            own += stream.__dict__.values()
        return walk.FrozenHeap(
            picture.objects,
            picture.raw_counts,
            picture.count_offset,
            frames,
            threadstates.thread_names(frames, self.main_ident),
            own,
            freeze.hook_lists(),
            in_process,
            states,
            collector,
        )

    def _serve_here(self, stream: Any, picture: Any, states: Any, collector: Any) -> None:
        """Be the image in the running target, on a thread of its own."""
        try:
            questions.serve(wire.Connection(stream), self._heap(picture, states, collector, True), None)
        except Exception:
            pass  # the channel ends, and the host sees that
        finally:
            picture.forget()
            stream.close()
            self.served.remove(stream)

    def _end(self) -> None:
        """The host is gone: its images have nobody to answer, and would stay as zombies."""
        while self.images:
            _end_copy(self.images.pop())
        self.tracing.end()
        self.stream.close()
        self.exit_hold.let_go()

    def forget(self) -> None:
        """In a child that the target forked: nothing of ours goes on there."""
        self.images.clear()
        for stream in [self.stream, *self.served]:
            stream.close()
        self.served.clear()


def _paths(paths: Any) -> Any:
    if type(paths) is not list or not all(type(path) is str for path in paths):
        raise Refused("bad_request", "paths to watch must be a list of texts")
    return paths


def _error(frame: Any, code: Any, message: str) -> Any:
    return "error", frame.id, {"code": code, "message": message}


def _end_copy(pid: int) -> Any:
    try:
        _kill(pid, _KILL)
    except OSError:
        pass
    return freeze.reap(pid)


def start_thread(function: Any, *arguments: Any) -> None:
    """Start a thread that `threading` does not know, and wait until it runs.

    One that has not begun when a short program is over crashes it: up to 3.10 its state is freed
    before it looks at it.
    """
    begun = _allocate_lock()
    begun.acquire()

    def run() -> None:
        begun.release()
        function(*arguments)

    _start_thread(run, ())
    begun.acquire(True, START_LIMIT_S)
