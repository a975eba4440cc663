"""What a recogniser of mechanisms is given, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from refscope.analysis.members import is_plumbing
from refscope.analysis.places import ALIKE_ENTRIES, Place
from refscope.text import elide

MAX_TAIL = 110
"""Characters for the way from the holder to the object: with the words before it, one line."""

MAX_OWNER = 48
"""Characters of the function that a variable on the way is of; a longer name hides the way."""

MIN_ALIKE_STEPS = 4
"""From so many alike steps one after the other on, they are counted instead of listed."""


class Kind:
    """Kinds of mechanism; `advice` has one change for each, the window an icon."""

    MODULE_GLOBAL = "module global"
    CLASS_ATTRIBUTE = "class attribute"
    MADE_VARIABLES = "variables made at run time"
    INSTANCE_ATTRIBUTE = "instance attribute"
    DEFAULT_ARGUMENT = "default argument"
    CLOSURE = "closure"
    WRAPPERS = "chain of wrapped functions"
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
    LOCAL_VARIABLE = "local variable"
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

    @property
    def collector(self) -> int | None:
        """Number of the place whose name what collects goes by: of an entry that collects the container
        of all entries. None where the holder collects nothing, but is only the name of one object."""
        inside = self.places[self.holder : self.holder + 2]  # a native queue holds its list
        if max(place.fan_out for place in inside) < ALIKE_ENTRIES:
            return None
        number = self.holder
        while number and self.places[number].is_entry:
            number -= 1
        return number

    def of_collector(self) -> Story:
        """The same from the object on that what collects is a part of: a service that collects in one of
        its attributes explains that, whoever keeps the service. All of it where nothing collects, or no
        such object stands above."""
        collector = self.collector
        owner = -1 if collector is None else collector - 1
        while owner > 0 and is_plumbing(self.places[owner].type_name):
            owner -= 1
        return self if owner <= 0 else Story("", "", self.places[owner:], self.holder - owner)

    def find(self, names: Iterable[str], start: int = 0) -> int | None:
        """Number of the first place whose class or one of its bases has one of these names."""
        wanted = frozenset(names)
        for number in range(start, len(self.places)):
            if wanted.intersection(self.places[number].lineage):
                return number
        return None


def tail_words(places: Iterable[Place]) -> str:
    """The way through these places in one line: `[*].handlers[*].job`, `[*] → local feed of serve()`;
    of a linked list `.next ×28`."""
    parts = ((part, sum(1 for _ in alike)) for part, alike in groupby(map(_tail_part, places)))
    text = "".join(f"{part} ×{count}" if count >= MIN_ALIKE_STEPS else part * count for part, count in parts)
    return elide(text.removeprefix(" → "), MAX_TAIL)


def _tail_part(place: Place) -> str:
    if place.base and place.name == place.base_variable and place.how.name:
        owner = place.base.rpartition(" of ")[2].partition(" in ")[0]
        return f" → {place.hold} of {owner}" if len(owner) <= MAX_OWNER else f" → {place.hold}"
    if place.is_entry:
        return "[*]"
    return place.hold if place.hold.startswith(".") else f" → {place.hold}" if place.hold else ""
