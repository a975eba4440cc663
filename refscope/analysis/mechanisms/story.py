"""What a recogniser of mechanisms is given, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from refscope.analysis.places import Place
from refscope.text import elide

MAX_TAIL = 110
"""Characters for the way from the holder to the object: with the words before it, one line."""


class Kind:
    """Kinds of mechanism; `advice` has one change for each, the window an icon."""

    MODULE_GLOBAL = "module global"
    CLASS_ATTRIBUTE = "class attribute"
    MADE_VARIABLES = "variables made at run time"
    INSTANCE_ATTRIBUTE = "instance attribute"
    DEFAULT_ARGUMENT = "default argument"
    CLOSURE = "closure"
    LRU_CACHE = "lru_cache"
    CACHED_PROPERTY = "cached_property"
    CACHE = "cache"
    SINGLEDISPATCH = "singledispatch registry"
    LISTENERS = "event listeners"
    CALLBACKS = "callback list"
    LOGGING = "logging handler"
    LOG_RECORDS = "buffered log records"
    TRACEBACK = "traceback"
    EXCEPTION = "stored exception"
    GENERATOR = "suspended generator"
    COROUTINE = "suspended coroutine"
    FUTURE = "future callback"
    RESULT = "kept result"
    TIMER = "timer"
    LIVE_FRAME = "frame of a live thread"
    FINISHED_THREADS = "finished thread"
    EXECUTOR = "executor backlog"
    QUEUE = "queue backlog"
    THREAD_LOCAL = "thread local"
    CONTEXT_VARIABLE = "context variable"
    ATEXIT = "atexit callback"
    FINALIZER = "weakref finalizer"
    WEAK_KEYS = "weak keys kept by their values"
    WEAK_CALLBACK = "weakref callback"
    FORK_HOOK = "fork hook"
    SIGNAL_HANDLER = "signal handler"
    SYS_HOOK = "interpreter hook"
    INTERPRETER = "interpreter"
    METACLASS = "metaclass registry"
    CLASSES = "classes made at run time"
    MODULES = "modules made at run time"
    IMPORTS = "imported modules"
    LIBRARY_CACHE = "library cache"
    GARBAGE_LIST = "gc.garbage"
    MOCK = "mock call record"
    TEE = "itertools.tee buffer"
    DEQUE = "deque without bound"
    EXIT_STACK = "exit stack"
    BUFFER_VIEW = "view of a buffer"
    CTYPES = "ctypes callback"
    NATIVE = "native code"
    GARBAGE = "garbage cycle"


@dataclass(frozen=True, slots=True)
class Mechanism:
    """How a holder keeps objects. `words`: for a person. `holder`: number of the place that is the
    holder, where the mechanism knows better than the general rule; `holder_text` likewise its name.
    `bound`: the number of entries that the holder keeps at most, where it is known.
    """

    kind: str
    words: str
    holder: int | None = None
    holder_text: str | None = None
    function: str = ""
    variable: str = ""
    bound: int | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A folded chain with its holder by the general rule."""

    root_kind: str
    root_label: str
    places: tuple[Place, ...]
    holder: int

    @property
    def held(self) -> Place:
        """The holder's place."""
        return self.places[self.holder]

    @property
    def above(self) -> Place | None:
        """The place that holds the holder."""
        return self.places[self.holder - 1] if self.holder else None

    @property
    def entry(self) -> Place | None:
        """The first place below the holder."""
        return self.places[self.holder + 1] if self.holder + 1 < len(self.places) else None

    def below(self) -> tuple[Place, ...]:
        """The places below the holder, down to the target."""
        return self.places[self.holder + 1 :]

    def find(self, names: Iterable[str], start: int = 0) -> int | None:
        """Number of the first place whose class or one of its bases has one of these names."""
        wanted = frozenset(names)
        for number in range(start, len(self.places)):
            if wanted.intersection(self.places[number].lineage):
                return number
        return None


def tail_words(places: Iterable[Place]) -> str:
    """The way through these places in one line: `[*].handlers[*].job`, `[*] → local feed of serve()`."""
    text = ""
    for place in places:
        if place.base and place.name == place.base_variable and place.how.name:
            owner = place.base.rpartition(" of ")[2].partition(" in ")[0]
            text += f" → {place.hold} of {owner}"
        elif place.is_entry:
            text += "[*]"
        elif place.hold.startswith("."):
            text += place.hold
        elif place.hold:
            text += f" → {place.hold}"
    return elide(text.removeprefix(" → "), MAX_TAIL)
