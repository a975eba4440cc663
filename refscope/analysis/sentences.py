"""The sentences of a suspect: title, what keeps it, how fast it grows, what changing it would free.

Pure functions from figures and names to one line each, in the words of a person: *kept by*, *stay*,
*would free*; types are not pluralised, figures are formatted by `text`.
"""

from __future__ import annotations

from collections.abc import Sequence

from refscope.analysis.mechanisms import Kind
from refscope.text import format_bytes, format_count, short_name

_THREADS = "running threads"
"""Like a live frame, where no function is known."""

_BY_MANY = "Each of many alike containers keeps every {type} that was put into it"

_WHAT = {
    Kind.MODULE_GLOBAL: "A global of the module keeps every {type} that was put into it",
    Kind.CLASS_ATTRIBUTE: "This class attribute keeps every {type} that was put into it",
    Kind.MADE_VARIABLES: "Each {type} is put under a new name, and no name is deleted",
    Kind.INSTANCE_ATTRIBUTE: "One long-lived object keeps every {type} that was put into it",
    Kind.DEFAULT_ARGUMENT: "The default of {variable} is made once, and each call of {function}() adds to it",
    Kind.CLOSURE: "The closure variable {variable} of {function}() lives as long as the function",
    Kind.WRAPPERS: "{variable} is wrapped once more each time, and each wrapper keeps the one inside",
    Kind.LRU_CACHE: "The cache of this function keeps arguments and results of every call",
    Kind.CACHED_PROPERTY: "The cached property keeps what it computed",
    Kind.CACHE: "The cache keeps every {type} that was put into it",
    Kind.SINGLEDISPATCH: "The registry of this generic function keeps every class it has seen",
    Kind.LISTENERS: "Listeners are connected and none is disconnected",
    Kind.CALLBACKS: "Callbacks are added and none is removed",
    Kind.LOGGING: "Loggers live for good, and each keeps its handlers and filters",
    Kind.LOG_RECORDS: "Log records are buffered with their arguments",
    Kind.TRACEBACK: "A stored exception keeps every frame it passed, with all locals",
    Kind.EXCEPTION: "A stored exception keeps what it was raised with",
    Kind.GENERATOR: "Generators that were not run to their end keep their locals",
    Kind.COROUTINE: "{function}() waits and keeps its locals until it is woken or cancelled",
    Kind.FUTURE: "A future that is not done keeps its callbacks",
    Kind.RESULT: "Tasks and futures are kept after they are done, each with its result or traceback",
    Kind.TIMER: "What is to be called later is kept until its time comes",
    Kind.LIVE_FRAME: "{function}() still runs and keeps its locals",
    Kind.LOCAL_VARIABLE: "{function}() goes on and its variable {variable} keeps every {type} put into it",
    _THREADS: "Threads still run, and each keeps what it works on",
    Kind.FINISHED_THREADS: "Threads are kept after they have ended, with what they worked on",
    Kind.EXECUTOR: "Work is submitted faster than it is done, or never done",
    Kind.QUEUE: "Items are put into the queue and not taken out",
    Kind.THREAD_LOCAL: "A thread-local value stays until its thread ends",
    Kind.CONTEXT_VARIABLE: "The value of the context variable stays with its context",
    Kind.ATEXIT: "What is registered with atexit stays until the program ends",
    Kind.FINALIZER: "The registry of finalizers keeps callback and arguments, and they keep the object",
    Kind.WEAK_KEYS: "Each value refers to its own key, so the dictionary never lets go of either",
    Kind.WEAK_CALLBACK: "The callback of a weak reference keeps what it captured",
    Kind.FORK_HOOK: "Functions registered to run at a fork cannot be removed",
    Kind.SIGNAL_HANDLER: "A signal handler stays until another takes its place",
    Kind.SYS_HOOK: "A hook of the interpreter stays until it is put back",
    Kind.INTERPRETER: "The interpreter itself keeps them",
    Kind.METACLASS: "The metaclass keeps every class it made",
    Kind.CLASSES: "Classes are made at run time and kept",
    Kind.MODULES: "Modules are made at run time and stay in sys.modules",
    Kind.IMPORTS: "A module is imported when it is needed first, and stays",
    Kind.LIBRARY_CACHE: "A cache of the standard library keeps them",
    Kind.GARBAGE_LIST: "The collector puts what it finds into gc.garbage instead of freeing it",
    Kind.MOCK: "The mock records each call with its arguments",
    Kind.TEE: "One iterator of itertools.tee lags behind; all between is buffered",
    Kind.DEQUE: "The deque has no maxlen and is not emptied",
    Kind.EXIT_STACK: "The exit stack is not closed and keeps what was entered",
    Kind.BUFFER_VIEW: "A small view keeps the whole buffer that it looks into",
    Kind.CTYPES: "A callback given to native code keeps its function",
    Kind.NATIVE: "Native code holds references that Python cannot see",
    Kind.GARBAGE: "Objects refer to each other in cycles that nobody reaches",
}


def title(count: int, type_name: str, holder: str) -> str:
    """`123 ResourceLoader kept by mindmeld.components.nlp.Processor.instance_map`."""
    return f"{format_count(count)} {short_name(type_name)} kept by {holder}"


def what_keeps(
    kind: str, type_name: str, function: str = "", variable: str = "", *, by_many: bool = False
) -> str:
    """What keeps them, in plain words, without a full stop. kind: one of `mechanisms.Kind`; by_many:
    whether many alike holders do."""
    is_any_thread = kind == Kind.LIVE_FRAME and not function
    words = _WHAT.get(_THREADS if is_any_thread else kind, "They stay reachable through their holder")
    if by_many and kind in (Kind.INSTANCE_ATTRIBUTE, Kind.MODULE_GLOBAL):
        words = _BY_MANY
    names = {
        "type": short_name(type_name),
        "function": short_name(function) or "The function",
        "variable": variable or "it",
    }
    return words.format(**names)


def with_co_holders(mechanism: str, also: Sequence[str], beside: str = "") -> str:
    """The words for a mechanism, with who keeps the same objects as well, and what came in the same
    numbers, before the way to them."""
    words, through, way = mechanism.partition("; through ")
    if also:
        words += f"; also kept by {', '.join(also)}"
    if beside:
        words += f"; {beside}"
    return f"{words}{through}{way}"


def rate(growth: int, intervals: int, first: str, last: str, per: str = "") -> str:
    """How fast they grow, the best that is known.

    growth: objects from freeze `first` to freeze `last`, over so many intervals. per: what each
    interval is ("iteration", "request"), "" = not known.
    """
    if growth <= 0:
        return "None came"
    if per and intervals > 0 and growth >= intervals:
        return f"{format_count(round(growth / intervals))} more stay with every {per}"
    return f"+{format_count(growth)} from {first} to {last}"


def sentence(what: str, rate_words: str, released: int) -> str:
    """`{what keeps it}. {rate}; {released or not}.`"""
    count = "none" if released <= 0 else format_count(released)
    freed = f"{count} {'were' if released > 1 else 'was'} released"
    return f"{what}. {rate_words}; {freed}."


def would_free(advice: str, freed_bytes: int, of_bytes: int, other_holder: str = "") -> str:
    """The advice with what it would free; names who keeps the rest where that is more than half."""
    change = advice.rstrip(".")
    if of_bytes <= 0 or freed_bytes * 2 >= of_bytes:
        return f"{change}. Would free {format_bytes(freed_bytes)}."
    if not freed_bytes:
        keeps = f"{other_holder} keeps" if other_holder else "others keep"
        return f"{change}. Alone it frees nothing: {keeps} them too."
    rest = f"{other_holder} keeps the rest" if other_holder else "others keep the rest"
    return f"{change}. Would free {format_bytes(freed_bytes)} of {format_bytes(of_bytes)}; {rest}."
