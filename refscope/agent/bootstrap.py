"""Start the agent in a target: channel, hello, thread, what happens when the target forks.

Runs on the main thread before user code (from `site/sitecustomize.py`), with all signals blocked,
so that the thread inherits that and never takes a signal that the target waits for.
"""

from __future__ import annotations

import _signal
import _thread
import atexit
import os
import sys
import types
from _functools import partial as _partial

from . import descriptors, freeze, server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    import ctypes
except (ImportError, MemoryError, OSError):
    ctypes = None  # type: ignore[assignment]

STOP_LIMIT_S = 1.0  # a request in work is waited for when the target forks, but not longer
_WARNS_ABOUT_THREADS = sys.version_info >= (3, 12)  # os.fork counts our thread, and says so
_ENDS_BY_LIBRARY = sys.version_info < (3, 9)  # a thread ends by pthread_exit, for which glibc loads libgcc_s
_TASKS = "/proc/self/task"
_stat, _yield = os.stat, os.sched_yield
_get_ident = _thread.get_ident


class Guest:
    """The agent's thread in one process, and its start and stop around the target's forks."""

    def __init__(self, stream: Any, wake: Any, own: Any) -> None:
        self.wake = wake  # (stream to read, stream to write) that ends the thread's wait, or None
        self.forget: Any = None  # takes its modules to pieces, where they are its alone
        own = [*own, freeze.hook_lists(), self]
        self.server = server.Server(stream, _get_ident(), own, wake[0].fd if wake else None)
        self.is_running = False
        self.stopped = _thread.allocate_lock()  # held while the thread runs
        self._later = None

    def hold_at_exit(self) -> None:
        """Have the host look when the program is about to end.

        Registered before anything of the program, so called after all of that: its own at-exit functions
        have run, its modules are whole. The module stays in `sys.modules`: up to 3.9 a second one would
        take the place of its list.
        """
        callback = self._at_exit
        self.server.own.append(callback)
        atexit.register(callback)

    def _at_exit(self) -> None:
        try:
            if self.is_running:
                self.server.hold(_AT_EXIT_CODE)
        except BaseException:  # Ctrl+C as well: the program is over, and ends now
            pass

    def start(self) -> None:
        """Start the thread; it keeps the signals of the caller blocked."""
        if _ENDS_BY_LIBRARY:
            _load_what_ends_threads()
        self.stopped.acquire()
        self.is_running = True
        server.start_thread(self._run)

    def _run(self) -> None:
        try:
            self.is_running = self.server.run()
        finally:
            if not self.is_running:
                self._close_wake()
            self.stopped.release()

    def watch_forks(self) -> None:
        """Be told of the target's own forks."""
        self.server.remains = _clear_away_dead_guests()
        os.register_at_fork(after_in_child=self._in_child)
        if not _WARNS_ABOUT_THREADS or ctypes is None or None in freeze.hook_lists():
            return
        callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(self._restart)
        self._later = _partial(ctypes.pythonapi.Py_AddPendingCall, callback, None)
        os.register_at_fork(before=self._before, after_in_parent=self._later)

    def _before(self) -> None:
        """End the thread when the target would be single-threaded without it."""
        try:
            if self.is_running and _threads() == 2 and self.wake[1].is_ours():
                self._become_last_in_parent()
                self._stop()
        except Exception:
            pass  # os.fork then warns

    def _stop(self) -> None:
        self.server.shall_stop = True
        self.wake[1].sendall(b"x")
        if self.stopped.acquire(True, STOP_LIMIT_S):
            self.stopped.release()
            while _threads() > 1:  # the lock is released a few microseconds before the thread is gone
                _yield()
        self.server.shall_stop = False

    def _become_last_in_parent(self) -> None:
        """The thread is to be started again only after os.fork has counted the threads.

        From 3.13 on it counts after the at-fork functions have run, so ours may only leave a call for
        the interpreter's loop, must not be Python code itself, and none may follow that is.
        """
        hooks = freeze.hook_lists()[1]
        if hooks[-1] is not self._later:
            hooks[:] = [each for each in hooks if each is not self._later] + [self._later]

    def _restart(self, _: Any) -> int:
        """Called by the interpreter's loop on the main thread, some time after a fork."""
        try:
            if self.is_running and self.stopped.acquire(False):
                self.stopped.release()
                with_signals_blocked(self.start)
        except Exception:
            pass  # no thread can be started: the program goes on without us
        return 0

    def _in_child(self) -> None:
        """In the target's child: close our copies and do nothing ever after."""
        self.is_running = False
        self.server.forget()
        self._close_wake()

    def _close_wake(self) -> None:
        for stream in self.wake or ():
            stream.close()


def _load_what_ends_threads() -> None:
    """Have the library open and closed now, not at a moment when the program looks at its descriptors."""
    try:
        if ctypes is not None:
            ctypes.PyDLL("libgcc_s.so.1")
    except OSError:
        pass  # another C library, which needs none


def _clear_away_dead_guests() -> Any:
    """Take agents of earlier sessions out of the at-fork lists, and to pieces: nothing else holds them.

    This is the main thread, so calls of theirs that were pending have been made. Returns weak references to
    what the program's collector has not taken yet.
    """
    lists = [hooks for hooks in freeze.hook_lists() if hooks]
    dead = [guest for hooks in lists for guest in map(_dead_guest_of, hooks) if guest is not None]
    laters = [id(_get_attribute(guest, "_later")) for guest in dead]
    for hooks in lists:
        kept = [each for each in hooks if _dead_guest_of(each) is None and id(each) not in laters]
        if len(kept) < len(hooks):
            hooks[:] = kept
    remains: list[Any] = []
    for guest in {id(guest): guest for guest in dead}.values():
        forget, earlier = _get_attribute(guest, "forget"), _get_attribute(guest, "server").remains
        remains += [each for each in earlier if each() is not None]
        if forget is not None:
            remains += forget()
    return remains


def _dead_guest_of(function: Any) -> Any:
    """The agent that an at-fork function belongs to, if it has ended, else None."""
    guest = function.__self__ if type(function) is types.MethodType else None
    cls: Any = type(guest)
    if _name_of(cls) != Guest.__name__ or _module_of(cls) != Guest.__module__:
        return None
    if _get_attribute(guest, "is_running") or _get_attribute(guest, "server").served:
        return None
    stopped = _get_attribute(guest, "stopped")  # held until the thread's last instruction
    return guest if not stopped.locked() else None


_name_of, _module_of = (type.__dict__[name].__get__ for name in ("__name__", "__module__"))
_get_attribute = object.__getattribute__
_AT_EXIT_CODE = Guest._at_exit.__code__


def _threads() -> Any:
    """Threads of this process as the kernel counts them; 0 = not known."""
    try:
        return _stat(_TASKS).st_nlink - 2
    except OSError:
        return 0


def with_signals_blocked(call: Any) -> Any:
    """Run something on this thread with every signal blocked. Threads started there inherit that."""
    if hasattr(_signal, "valid_signals"):
        every = _signal.valid_signals()
    else:
        every = set(range(1, _signal.NSIG)) - {32, 33}  # which the C library keeps for itself
    before = _signal.pthread_sigmask(_signal.SIG_BLOCK, every)
    try:
        return call()
    finally:
        _signal.pthread_sigmask(_signal.SIG_SETMASK, before)


def start(fd: int, own: Any, holds_at_exit: bool = False, trace_frames: int = 0) -> Any:
    """Say hello over the socket `fd` and start answering. own: objects of ours to hide.

    holds_at_exit: whether the end of the program waits for the host (docs/protocol.md). trace_frames: of
    each place where the program allocates; 0 = allocations are not traced.

    The descriptor is gone in any case: moved out of the program's way, or closed. Raises OSError.
    """
    stream = descriptors.Stream(descriptors.move_high(fd))
    try:
        guest = Guest(stream, _wake_pipe() if _WARNS_ABOUT_THREADS else None, own)
        if holds_at_exit:
            guest.hold_at_exit()
        guest.server.tracing.start(trace_frames)
        guest.server.greet()
        guest.watch_forks()
        guest.start()
    except BaseException:
        stream.close()
        raise
    return guest


def _wake_pipe() -> Any:
    return tuple(descriptors.Guarded(descriptors.move_high(end)) for end in os.pipe())
