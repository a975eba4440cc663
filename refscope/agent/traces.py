"""Where objects were made, as the interpreter's own tracer of allocations knows it.

`_tracemalloc` is the native half of the standard library's `tracemalloc`; the Python half is neither
loaded nor called. Tracing is off until the host asks for it, since a program can see it
(`tracemalloc.is_tracing()`) and pays for it. What the program started is used and never stopped. An
object has a place if its memory was taken while tracing was on; one out of a free list of the
interpreter that was filled before has none.
"""

from __future__ import annotations

import sys

from . import descriptions, hidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    import _tracemalloc

    _tracer: Any = _tracemalloc
except ImportError:
    _tracer = None
try:
    import ctypes
except ImportError:  # interpreters built without libffi
    ctypes = None  # type: ignore[assignment]

MOST_FRAMES = 100  # of one place: 1.6 KiB for each distinct one, and nobody reads further
PROGRAM, MAY_BE_SHARED, OTHER_DEPTH = "program", "shared", "depth"
_LONGEST_PATH = 4000  # characters of a filename
_MANAGED_DICT = 1 << 4
_HEADER_BYTES = 32  # before an object whose dict is managed: dict, values, two words of the collector
_flags_of = type.__dict__["__flags__"].__get__
_frozen_depth = 0  # in a copy: the frames of each place when it was made
_WORDS_OF_ALLOCATOR = ctypes.c_void_p * 5 if ctypes is not None else None  # context, four functions
if _tracer is not None:  # programs may replace what they call
    _start, _stop, _is_tracing = _tracer.start, _tracer.stop, _tracer.is_tracing
    _depth, _memory_bytes = _tracer.get_traceback_limit, _tracer.get_tracemalloc_memory
    _traceback_at = _tracer._get_object_traceback


class Switch:
    """Tracing of allocations in this process, and who started it."""

    def __init__(self) -> None:
        self._is_ours = False

    def answer(self, fields: dict[str, Any], enabled: bool) -> Any:
        """The answer to `trace`: start (`frames` of each place) or stop (0), and what holds then."""
        frames = fields.get("frames")
        if type(frames) is not int or not 0 <= frames <= MOST_FRAMES:
            text = "trace: frames must be a number from 0 to %d" % MOST_FRAMES
            return "error", {"code": "bad_request", "message": text}
        if _tracer is None:
            return "error", {"code": "not_possible", "message": "this interpreter has no tracemalloc"}
        kept = self._start(frames) if frames else self._stop()
        state = self.state() or {"frames": 0, "ours": False}
        return "traced", dict(state, kept=kept, memory_bytes=_memory_bytes())

    def start(self, frames: Any) -> None:
        """Start before the program does, where the host wished so; a number that makes no sense is none."""
        if _tracer is not None and 0 < frames <= MOST_FRAMES:
            self._start(frames)

    def end(self) -> None:
        """Nobody is there any more to ask where objects were made."""
        if _tracer is not None:
            self._stop()

    def state(self) -> Any:
        """{"frames", "ours"} while allocations are traced, else None."""
        if _tracer is None or not _is_tracing():
            self._is_ours = False  # the program may have stopped it
            return None
        return {"frames": _depth(), "ours": self._is_ours}

    def _start(self, frames: int) -> str:
        """Why what is traced is not what was asked for; "" = it is."""
        state = self.state()
        if state is None:
            _start(frames)
            self._is_ours = True
            return ""
        if state["frames"] == frames:
            return ""
        return OTHER_DEPTH if self._is_ours else PROGRAM

    def _stop(self) -> str:
        """The same; a program that starts tracing while it is on leaves no sign but the module it needs."""
        if self.state() is None:
            return ""
        if not self._is_ours:
            return PROGRAM
        modules = sys.modules
        if type(modules) is not dict or "tracemalloc" in [
            name for name in list(modules) if type(name) is str
        ]:
            return MAY_BE_SHARED
        _stop()
        self._is_ours = False
        return ""


def made_at(objects: Any) -> Any:
    """The fields of a `made_at` answer. About 1 µs for each object and frame; runs no code of theirs."""
    if _tracer is None or not _is_tracing():
        return {"frames": 0, "files": [], "stacks": [], "made": [-1] * len(objects)}
    files: dict[Any, int] = {}  # id of a filename -> its number; tracing keeps filenames alive
    names: list[Any] = []
    stacks: dict[Any, int] = {}
    made = []
    for item in objects:
        found = None if item is hidden.MISSING else _traceback_of(item)
        if not found:
            made.append(-1)
            continue
        stack: list[Any] = []
        for name, line in found:
            number = files.setdefault(id(name), len(names))
            if number == len(names):
                names.append(descriptions.text_of(name, _LONGEST_PATH))
            stack += (number, line)
        made.append(stacks.setdefault(tuple(stack), len(stacks)))
    return {"frames": _frozen_depth or _depth(), "files": names, "stacks": list(stacks), "made": made}


def rest() -> None:
    """In a copy: allocate past the tracer from now on; what it knows stays known.

    Reading a heap allocates much, from deep below: with 25 frames a million objects took 43 s instead of
    0.8. The tracer lies over each of the interpreter's three allocators, with the one below as its context;
    that one is put back. Where things are not as expected, nothing is changed.
    """
    global _frozen_depth
    if _tracer is None or not _is_tracing() or ctypes is None:
        return
    _frozen_depth = _depth()
    try:
        _allocate_below(ctypes.PyDLL(None))
    except (AttributeError, ValueError, OSError):  # an interpreter that hides its own calls
        pass


def _allocate_below(library: Any) -> None:
    size = ctypes.sizeof(_WORDS_OF_ALLOCATOR)
    get, put = library.PyMem_GetAllocator, library.PyMem_SetAllocator
    get.argtypes = put.argtypes = [ctypes.c_int, ctypes.c_void_p]
    get.restype = put.restype = None
    below = []
    for domain in range(3):  # raw, mem, object
        tracer = _WORDS_OF_ALLOCATOR()
        get(domain, ctypes.addressof(tracer))
        below.append(tracer[0] or 0)
    if below[0] - below[1] == below[2] - below[0] == size:  # the tracer keeps them as {mem, raw, object}
        for domain, address in enumerate(below):
            put(domain, address)
        _trace_one_frame(library, below[1])


def _trace_one_frame(library: Any, allocators: int) -> None:
    """Objects out of free lists are traced anew all the same (`_PyTraceMalloc_NewReference`, 3.8+): no deeper
    than needs be. The settings {initialized, tracing, frames} stand before the allocators since 3.12."""
    if sys.version_info >= (3, 12):
        settings = (ctypes.c_int * 3).from_address(allocators - 16)
    elif sys.version_info >= (3, 8):
        settings = (ctypes.c_int * 3).in_dll(library, "_Py_tracemalloc_config")
    else:
        return
    if list(settings) == [1, 1, _frozen_depth]:
        settings[2] = 1


def _looked_up_by_address() -> Any:
    """3.11 looks at the wrong address for objects whose dict is managed: theirs is looked up by hand."""
    if sys.version_info[:2] != (3, 11) or ctypes is None or _tracer is None:
        return None
    look_up = ctypes.PyDLL(None)._PyTraceMalloc_GetTraceback
    look_up.argtypes, look_up.restype = [ctypes.c_uint, ctypes.c_size_t], ctypes.py_object
    return look_up


try:
    _look_up = _looked_up_by_address()
except (AttributeError, OSError):
    _look_up = None


def _traceback_of(item: Any) -> Any:
    """((filename, line), …) newest first, or None."""
    if _look_up is not None and _flags_of(type(item)) & _MANAGED_DICT:
        return _look_up(0, id(item) - _HEADER_BYTES)
    return _traceback_at(item)
