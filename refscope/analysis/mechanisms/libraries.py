"""Mechanisms of the standard library and of builtin containers: logging, registries, buffers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from refscope.analysis.mechanisms.story import Kind, Mechanism, Story
from refscope.analysis.places import ALIKE_ENTRIES
from refscope.heap.vocabulary import RootKind


@dataclass(frozen=True, slots=True)
class _Known:
    """A holder known by the end of its name: its kind, and words for it."""

    ending: str
    kind: str
    words: str


_BY_NAME = (
    _Known("sys.modules", Kind.MODULES, "sys.modules, modules made at run time"),
    _Known("sys.path_importer_cache", Kind.LIBRARY_CACHE, "import cache sys.path_importer_cache"),
    _Known(
        "gc.garbage",
        Kind.GARBAGE_LIST,
        "gc.garbage: the collector puts what it finds there instead of freeing it",
    ),
    _Known("__warningregistry__", Kind.LIBRARY_CACHE, "registry of warnings that were shown"),
    _Known("linecache.cache", Kind.LIBRARY_CACHE, "linecache: source lines of files and generated code"),
    _Known("copyreg.dispatch_table", Kind.LIBRARY_CACHE, "copyreg registry of pickle functions"),
    _Known("re._cache", Kind.LIBRARY_CACHE, "cache of compiled patterns (bounded)"),
    _Known("re._cache2", Kind.LIBRARY_CACHE, "cache of compiled patterns (bounded)"),
    _Known("_abc_registry", Kind.LIBRARY_CACHE, "registry of an abstract base class"),
    _Known("_abc_cache", Kind.LIBRARY_CACHE, "cache of an abstract base class"),
    _Known("mimetypes._db", Kind.LIBRARY_CACHE, "mimetypes database"),
    _Known("doctest.master", Kind.LIBRARY_CACHE, "doctest runner"),
    _Known(
        "_pylab_helpers.Gcf.figs", Kind.CLASS_ATTRIBUTE, "pyplot's registry of open figures, class attribute"
    ),
    _Known("threading._active", Kind.LIVE_FRAME, "threads that run"),
    _Known(
        "threading._shutdown_locks", Kind.FINISHED_THREADS, "locks of threads (threading._shutdown_locks)"
    ),
)
_DIGITS = re.compile(r"\d+")
_ENDINGS_WITH_BOUND = {"re._cache": 512, "re._cache2": 256}


def logging(story: Story) -> Mechanism | None:
    """Loggers live for good; each keeps its handlers; some handlers keep records."""
    logger, handler = story.find({"logging.Logger"}), story.find({"logging.Handler", "logging.Filterer"}, 1)
    record = story.find({"logging.LogRecord"})
    is_table = any(place.how.name == "loggerDict" for place in story.places[: story.holder + 1])
    if record is not None and record > story.holder:
        words = f"logging records buffered in {story.held.full_name}"
        return Mechanism(Kind.LOG_RECORDS, words, variable=story.held.name)
    if is_table:
        words = "logging handlers of loggers made at run time; loggers live for good"
        return Mechanism(Kind.LOGGING, words, variable="loggerDict")
    if logger is None and handler is None:
        return None
    return Mechanism(Kind.LOGGING, f"logging handler, {story.held.name}", variable=story.held.name)


def known_registry(story: Story) -> Mechanism | None:
    """Registries and caches of the standard library, known by name; where something that one of their
    entries holds collects by itself, it is only the way there."""
    inside = story.places[story.holder : story.holder + 2]  # a native queue holds its list
    first = story.holder if max(place.fan_out for place in inside) >= ALIKE_ENTRIES else 0
    for number, place in enumerate(story.places[first:-1], start=first):
        for known in _BY_NAME:
            if place.name.endswith(known.ending):
                bound = _ENDINGS_WITH_BOUND.get(known.ending)
                return Mechanism(known.kind, known.words, holder=number, variable=place.name, bound=bound)
    return None


def modules(story: Story) -> Mechanism | None:
    """Modules made under ever new names stay in `sys.modules`, and so does what is imported."""
    if story.root_kind == RootKind.MODULE and len(story.places) == 1:
        words = "modules that were imported, kept by sys.modules"
        return Mechanism(Kind.IMPORTS, words, holder=0, holder_text="sys.modules")
    if story.root_kind != RootKind.MODULE or story.places[0].fan_out < 5:
        return None
    name = _DIGITS.sub("*", story.places[0].name)
    return Mechanism(
        Kind.MODULES,
        f"{story.places[0].fan_out} modules made at run time, kept by sys.modules",
        holder=0,
        holder_text=f"sys.modules ({name})",
        variable=name,
    )


def metaclass_registry(story: Story) -> Mechanism | None:
    """A registry that a metaclass keeps of the classes it made."""
    above = story.above
    if above is None or not above.is_metaclass:
        return None
    return Mechanism(Kind.METACLASS, f"metaclass registry, attribute {story.held.how.name} of {above.name}")


def weak_keys(story: Story) -> Mechanism | None:
    """A `WeakKeyDictionary` the values of which refer to their own keys: no key is ever let go of."""
    above = story.above
    if above is None or story.held.how.name != "data" or "weakref.WeakKeyDictionary" not in above.lineage:
        return None
    return Mechanism(
        Kind.WEAK_KEYS,
        f"WeakKeyDictionary {above.full_name}, the values of which refer to their keys",
        holder=story.holder - 1,
        variable=above.name,
    )


def made_classes(story: Story) -> Mechanism | None:
    """Classes made at run time and kept in a container."""
    entry = story.entry
    if entry is None or not entry.is_entry or not entry.is_class:
        return None
    return Mechanism(Kind.CLASSES, f"classes made at run time, kept by {story.held.full_name}")


def tee(story: Story) -> Mechanism | None:
    """`itertools.tee` buffers what one of its iterators has taken and another has not."""
    number = next((n for n, p in enumerate(story.places) if p.type_name.startswith("itertools._tee")), None)
    number = number if number is not None else story.find({"itertools.tee"})
    if number is None:
        return None
    place = story.places[number]
    return Mechanism(
        Kind.TEE, f"buffer of itertools.tee, iterator {place.full_name}", holder=number, variable=place.name
    )


def deque(story: Story) -> Mechanism | None:
    """A deque that is appended to; with `maxlen` it is bounded."""
    if story.held.type_name != "collections.deque":
        return None
    bound = _number_after("maxlen", story.held.about)
    limit = f"maxlen {bound}" if bound is not None else "no maxlen known"
    return Mechanism(
        Kind.DEQUE, f"deque, {limit}, {story.held.full_name}", bound=bound, variable=story.held.name
    )


def buffer_view(story: Story) -> Mechanism | None:
    """A view (ndarray, memoryview) keeps the whole buffer that it looks into."""
    for place, owner in zip(story.places[1:], story.places, strict=False):
        if place.how.name in ("base", "obj") and (
            "ndarray" in owner.type_name or owner.type_name == "memoryview"
        ):
            return Mechanism(
                Kind.BUFFER_VIEW, f"view ({owner.type_name}) that keeps its whole buffer, {owner.full_name}"
            )
    return None


def ctypes_callback(story: Story) -> Mechanism | None:
    """A Python function that was given to native code through ctypes."""
    number = story.find({"_ctypes.PyCFuncPtr", "_ctypes.CFuncPtr"})
    if number is None:
        number = next(
            (
                n
                for n, p in enumerate(story.places)
                if "CFunctionType" in p.type_name or "CThunk" in p.type_name
            ),
            None,
        )
    if number is None:
        return None
    return Mechanism(Kind.CTYPES, f"ctypes callback, {story.held.full_name}")


def _number_after(word: str, text: str) -> int | None:
    _, found, rest = text.partition(word)
    digits = rest.lstrip(" =:")
    end = next((n for n, char in enumerate(digits) if not char.isdigit()), len(digits))
    return int(digits[:end]) if found and end else None


Recogniser = Callable[[Story], Mechanism | None]
