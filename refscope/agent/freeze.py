"""The fork: one instant of the target, copied, without its hooks, signals or finalizers.

From the moment the at-fork lists are emptied until they are filled again, no Python instruction
runs: every step is a C callable and one `list(map(call, steps))` runs them all, in the target and
in the copy. So no other thread gets a turn, no tracer sees us, and the copy cannot hang on a
request to hand the interpreter lock to threads that it does not have. In the copy objects and
reference counts are listed *before* `PyOS_AfterFork_Child`, which frees the thread-locals and
context variables of all other threads and runs their finalizers; once listed, nothing is freed.

`clone` with no flags skips what C libraries registered with `pthread_atfork` (OpenBLAS waits there
for ever while it computes) and the SIGCHLD at the end. The copy's deadline is armed before
anything in it that allocates, since another thread may have held the allocator's lock.
"""

from __future__ import annotations

import _imp
import _signal
import errno
import gc
import itertools
import posix  # not os, whose functions targets replace
import sys
import time
from _functools import partial

from . import interpreter, peek

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    import ctypes
except (ImportError, MemoryError, OSError):  # built without libffi; no executable memory granted
    ctypes = None  # type: ignore[assignment]

_clock = time.perf_counter
_unfreeze, _get_freeze_count = gc.unfreeze, gc.get_freeze_count
_get_objects, _getrefcount, _current_frames = gc.get_objects, sys.getrefcount, sys._current_frames
_call = partial.__call__  # a slot wrapper: calls a partial without entering the interpreter's loop
_chain, _flatten, _repeat = itertools.chain, itertools.chain.from_iterable, itertools.repeat

_CLONE_NUMBERS = {  # (machine, bytes of a pointer) -> number of the system call
    ("x86_64", 8): 56,
    ("aarch64", 8): 220,
    ("riscv64", 8): 220,
    ("i686", 4): 120,
    ("i386", 4): 120,
    ("armv7l", 4): 120,
    ("ppc64le", 8): 120,
    ("ppc64", 8): 120,
    ("s390x", 8): 120,
}
_ANY_CHILD = 0x40000000  # __WALL: also children that end without a signal
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_BUSY_LIBRARIES = (b"openblas", b"libmkl", b"blis", b"libgomp", b"libiomp", b"libomp", b"tbb")


class HookLists:
    """The interpreter's three lists of at-fork functions, found by a probe in each.

    They lie side by side in the interpreter's state. Looking for them among all objects takes 40 ms for
    each million, which a program that is attached to would feel.
    """

    def __init__(self) -> None:
        probes = partial(int), partial(int), partial(int)
        posix.register_at_fork(before=probes[0], after_in_parent=probes[1], after_in_child=probes[2])
        self.lists = self._in_state(probes) or self._among_objects(probes)
        for found in self.lists:
            if found is not None:
                found.pop()

    @staticmethod
    def _in_state(probes: Any) -> Any:
        """By the words of the state; [] where they are not found."""
        words = interpreter.state_words()
        mapped: Any = peek.MappedMemory() if words else None
        for row in range(len(words) - 2):
            found = words[row : row + 3]
            if all(_ends_with(address, probe, mapped) for address, probe in zip(found, probes)):
                return list(map(peek.object_at, found))
        return []

    @staticmethod
    def _among_objects(probes: Any) -> Any:
        lists = [each for each in gc.get_referrers(*probes) if type(each) is list and each]
        found = [[each for each in lists if each[-1] is probe] for probe in probes]
        return [each[0] if len(each) == 1 else None for each in found]

    @property
    def found(self) -> bool:
        """Whether all three are known."""
        return None not in self.lists


def _ends_with(address: Any, item: Any, mapped: Any) -> Any:
    """Whether a list that ends with an item lies at an address; nothing there is used as an object."""
    if not mapped.holds(address) or not mapped.holds(address + 16) or peek.word(address + 8) != id(list):
        return False
    size, items = peek.word(address + 16), peek.word(address + 24)
    if not 0 < size < 1 << 20 or not mapped.holds(items) or not mapped.holds(items + 8 * size - 16):
        return False
    return peek.word(items + 8 * size - 8) == id(item)


class _System:
    """The C functions that the fork needs, their types set. Raises OSError or AttributeError."""

    def __init__(self) -> None:
        number = _CLONE_NUMBERS[posix.uname().machine, ctypes.sizeof(ctypes.c_void_p)]
        library = ctypes.PyDLL(None, use_errno=True)  # PyDLL: the interpreter lock stays held
        library.syscall.restype = ctypes.c_long
        library.syscall.argtypes = [ctypes.c_long] * 6
        self.clone = partial(library.syscall, number, 0, 0, 0, 0, 0)
        self.before, self.in_parent, self.in_child = (
            partial(getattr(library, name))
            for name in ("PyOS_BeforeFork", "PyOS_AfterFork_Parent", "PyOS_AfterFork_Child")
        )
        self.errno = ctypes.get_errno
        library.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
        self.die_with_parent = partial(library.prctl, _DIE_WITH_PARENT, _signal.SIGKILL, 0, 0, 0)
        library.signal.restype = ctypes.c_void_p
        library.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
        self.default_alarm = partial(library.signal, _signal.SIGALRM, None)
        self._alarm_only = ctypes.create_string_buffer(128)  # a sigset_t; larger than any
        library.sigemptyset(self._alarm_only)
        library.sigaddset(self._alarm_only, _signal.SIGALRM)
        self.unblock_alarm = partial(library.sigprocmask, _signal.SIG_UNBLOCK, self._alarm_only, None)
        self._setitimer = library.setitimer
        self._interval = ctypes.c_long * 4  # kept: a class made for each freeze would stay as garbage

    def arm(self, seconds: float) -> Any:
        """The step that starts the deadline."""
        value = self._interval(0, 0, int(seconds), int(seconds % 1 * 1e6))
        return partial(self._setitimer, _signal.ITIMER_REAL, value, None)


def _find_system() -> Any:
    """(functions, None), or (None, why this interpreter cannot clone)."""
    if sys.platform != "linux":
        return None, "only Linux can clone a process without a signal"
    if "t" in getattr(sys, "abiflags", ""):
        return None, "a free-threaded interpreter has no lock that keeps its heap still"
    if "c_void_p" not in dir(ctypes):
        return None, "this interpreter has no ctypes"
    try:
        return _System(), None
    except KeyError:
        return None, "the number of the clone call on %s is not known" % posix.uname().machine
    except (OSError, AttributeError, ValueError) as exc:
        return None, "a C function is missing: %s" % exc


_system, _why_no_clone = _find_system()
_hooks = HookLists() if hasattr(posix, "register_at_fork") else None


def hook_lists() -> Any:
    """The interpreter's own lists (before, after in parent, after in child), None where not found."""
    return _hooks.lists if _hooks is not None else [None, None, None]


def best_method() -> Any:
    """("clone" | "fork" | "in_process", why not clone or None) for this target as it is now."""
    if _hooks is None or not _hooks.found:
        return "in_process", "the interpreter's lists of at-fork functions were not found"
    if _system is not None:
        return "clone", None
    reason = why_not_fork()
    if reason is None and sys.version_info < (3, 12):
        return "fork", _why_no_clone
    # os.fork warns about our own thread from 3.12 on, an error in programs that ask for that
    return "in_process", _why_no_clone


def why_not_fork() -> str | None:
    """What makes a plain os.fork dangerous here; None when nothing does."""
    if not hasattr(posix, "fork"):
        return "this system has no fork"
    try:
        if len(posix.listdir("/proc/self/task")) > 2:
            return "other threads run, and their locks would be copied as they are"
        maps = _read("/proc/self/maps")
    except OSError:
        return "the threads of this process cannot be counted"
    for name in _BUSY_LIBRARIES:
        if name in maps:
            return "a numeric library is loaded (%s) that a fork may wait for without end" % name.decode()
    return None


def _read(path: str) -> Any:
    fd = posix.open(path, posix.O_RDONLY | posix.O_CLOEXEC)
    try:
        parts: list[Any] = []
        while not parts or parts[-1]:
            parts.append(posix.read(fd, 1 << 20))
        return b"".join(parts)
    finally:
        posix.close(fd)


class Picture:
    """What was listed at the instant of the freeze.

    objects, raw_counts: the collector's listing and the raw counts; count_offset: what to subtract;
    frames: {thread id: innermost frame}; pause_s: how long no other thread could run (in the target).
    """

    def __init__(self) -> None:
        self._listings: list[Any] = []
        self.raw_counts: list[int] = []
        self._frames: list[Any] = []
        self.count_offset = 0
        self.pause_s = 0.0

    @property
    def objects(self) -> Any:
        """Everything the collector listed."""
        return self._listings[0] if self._listings else []

    @property
    def frames(self) -> Any:
        """{thread id: innermost frame}."""
        return self._frames[0] if self._frames else {}

    def frame_steps(self) -> Any:
        """Take the frames of all threads; in the target, since a copy has only one."""
        return [partial(self._frames.extend, map(_call, [partial(_current_frames)]))]

    def listing_steps(self) -> Any:
        """List all objects and their counts."""
        return [
            partial(self._listings.extend, map(_call, [partial(_get_objects)])),
            _count_step(self._listings, self.raw_counts),
        ]

    def add_unfrozen(self) -> None:
        """List, in a copy, what gc.freeze() had hidden before; what was listed must not be freed."""
        _unfreeze()
        known = set(map(id, self.objects))
        found = [each for each in _get_objects() if id(each) not in known]
        counts: list[Any] = []
        _run([_count_step([found], counts)])
        self.objects.extend(found)
        self.raw_counts.extend(counts)

    def forget(self) -> None:
        """Drop the references to the target's objects."""
        for each in (self._listings, self.raw_counts, self._frames):
            each.clear()


def _count_step(listings: Any, counts: Any) -> Any:
    return partial(counts.extend, map(_getrefcount, _flatten(listings)))


def _calibrate() -> Any:
    counts: list[Any] = []
    _run([_count_step([[[]]], counts)])
    return counts[0]


def _run(steps: Any) -> Any:
    return list(map(_call, steps))


def take(method: str, deadline_s: float) -> Any:
    """Freeze this process: (pid of the image, Picture); in the image pid is 0; in process it is -1.

    The image dies by SIGALRM after deadline_s unless it re-arms (`arm`). Raises OSError.
    """
    picture = Picture()
    picture.count_offset = _calibrate()
    if method == "clone":
        child = [partial(_unfreeze), *picture.listing_steps()]
        pid, picture.pause_s = _fork(deadline_s, picture.frame_steps(), child)
    elif method == "fork":
        # os.fork frees other threads' objects before it returns: they are listed before it, as far as
        # gc.freeze() does not hide them.
        pid, picture.pause_s = _plain_fork(picture.frame_steps() + picture.listing_steps())
        if pid == 0 and _get_freeze_count():
            picture.add_unfrozen()
    else:
        started = _clock()
        _run(picture.frame_steps() + picture.listing_steps())
        pid, picture.pause_s = -1, _clock() - started
    return pid, picture


def clone_quietly(deadline_s: float = 0) -> Any:
    """Fork the calling process: no at-fork hooks, no SIGCHLD. Returns the pid, 0 in the copy.

    For the image, which has one thread. The copy dies with its parent, and after deadline_s (0 = no
    deadline). It must end by os._exit. Raises OSError.
    """
    if _system is None:
        pid, _ = _plain_fork([])
        if pid == 0 and deadline_s:
            arm(deadline_s)
        return pid
    pid, _ = _fork(deadline_s, [], [])
    if pid == 0:
        _call(_system.die_with_parent)
    return pid


def _emptied() -> Any:
    """The steps that empty the hook lists, and those that fill them again."""
    lists = hook_lists()
    kept: list[list[Any]] = [[], [], []]
    if None in lists:
        return [], []
    empty = [partial(keep.extend, hooks) for hooks, keep in zip(lists, kept)]
    empty += [partial(hooks.clear) for hooks in lists]
    fill = [partial(hooks.extend, keep) for hooks, keep in zip(lists, kept)]
    return empty, fill + [partial(keep.clear) for keep in kept]


def _fork(deadline_s: float, before: Any, in_child: Any) -> Any:
    """Clone. `before`: steps ahead of it; `in_child`: steps before the copy's threads are cleared away."""
    system = _system
    empty, fill = _emptied()
    pids: list[Any] = []
    armed = [system.default_alarm, system.unblock_alarm, system.arm(deadline_s)] if deadline_s else []
    copy = [*armed, *in_child, system.in_child, *fill]
    cloning = [partial(pids.extend, map(_call, [system.clone]))]
    # The iterator over `pids` is asked only after the clone has put its result there.
    by_side = map({0: copy}.get, iter(pids), _repeat([system.in_parent, *fill]))
    steps = _chain(empty, before, [system.before], cloning, _flatten(by_side))
    _imp.acquire_lock()  # PyOS_BeforeFork would let other threads run while it waits for this lock
    started = _clock()
    try:
        _run(steps)
    finally:
        pause_s = _clock() - started
        _release_import_lock()
    if pids[0] < 0:
        number = system.errno()
        raise OSError(number, "clone: %s" % errno.errorcode.get(number, number))
    return pids[0], pause_s


def _plain_fork(before: Any) -> Any:
    empty, fill = _emptied()
    pids: list[Any] = []
    _imp.acquire_lock()
    started = _clock()
    try:
        _run(_chain(empty, before, [partial(pids.extend, map(_call, [partial(posix.fork)]))]))
    finally:
        _run(fill)
        pause_s = _clock() - started
        _release_import_lock()
    return pids[0], pause_s


def _release_import_lock() -> None:
    try:
        _imp.release_lock()
    except RuntimeError:  # a copy may have got a new lock
        pass


def arm(seconds: float) -> None:
    """End this process in so many seconds, whatever it does then; 0 = never. For copies only."""
    _signal.setitimer(_signal.ITIMER_REAL, seconds)


def unblock_alarm() -> None:
    """Let the deadline end this process even where the target handles SIGALRM. For copies only."""
    if _system is not None:
        _run([_system.default_alarm, _system.unblock_alarm])
    else:
        _signal.signal(_signal.SIGALRM, _signal.SIG_DFL)
        _signal.pthread_sigmask(_signal.SIG_UNBLOCK, [_signal.SIGALRM])


def reap(pid: int) -> bool:
    """Wait for a copy that is ending; False if it is no child of this process."""
    try:
        return posix.waitpid(pid, _ANY_CHILD if sys.platform == "linux" else 0)[0] == pid
    except ChildProcessError:
        return False
