"""Mechanisms of code that has stopped half way: tracebacks, generators, coroutines, tasks, timers."""

from __future__ import annotations

from collections.abc import Callable

from refscope.analysis.expressions import GENERATOR_FRAMES
from refscope.analysis.mechanisms.callbacks import CALLABLES, callback_words
from refscope.analysis.mechanisms.story import Kind, Mechanism, Story
from refscope.analysis.places import GREENLET, Place
from refscope.heap.vocabulary import EdgeKind, RootKind
from refscope.text import from_class_on, short_name

_FUTURES = frozenset(
    {
        "_asyncio.Future",
        "_asyncio.Task",
        "asyncio.futures.Future",
        "asyncio.tasks.Task",
        "concurrent.futures._base.Future",
    }
)
_TASKS = frozenset({"_asyncio.Task", "asyncio.tasks.Task"})
_RESULTS = frozenset({"_result", "_exception"})
_HANDLES = {
    "asyncio.events.TimerHandle": "event loop timer (call_later)",
    "asyncio.events.Handle": "event loop callback",
    "tornado.ioloop._Timeout": "event loop timer (call_later)",
    "twisted.internet.base.DelayedCall": "reactor timer (callLater, DelayedCall)",
    "sched.Event": "event of a scheduler (enter)",
    "threading.Timer": "timer thread (threading.Timer)",
}
"""What is to be called later, by class, in words."""


def traceback(story: Story) -> Mechanism | None:
    """A stored exception keeps its traceback, that every frame passed, those all their locals."""
    number = story.find({"traceback"})
    if number is None:
        return None
    carrier = number - 1 if number else 0
    while carrier > 0 and story.places[carrier].how.name in ("__context__", "__cause__", "__traceback__"):
        carrier -= 1
    frame = next((place for place in story.places[number:] if place.type_name == "frame"), None)
    local = _local_after(story, number)
    words = f"traceback of {_short_type(story.places[carrier])}"
    if frame is not None:
        words += f", frame of {frame.function or 'a finished function'}()"
    if local is not None:
        words += f", local variable {local.how.name}"
    holder = min(story.holder, carrier)
    kept = story.places[carrier].lineage, story.places[max(carrier - 1, 0)].lineage
    is_failed = any(_FUTURES.intersection(lineage) for lineage in kept)
    return Mechanism(
        Kind.RESULT if is_failed else Kind.TRACEBACK,
        words,
        holder=holder,
        holder_text=None if holder < carrier else f"traceback frames of {story.places[carrier].full_name}",
        function=frame.function if frame else "",
        variable=local.how.name if local else "",
    )


def stored_exception(story: Story) -> Mechanism | None:
    """An exception that was stored, holding objects by its attributes or through a chain of causes."""
    for number, place in enumerate(story.places[:-1]):
        following = story.places[number + 1]
        is_exception = "BaseException" in place.lineage or "Exception" in place.lineage
        if following.how.name in ("__context__", "__cause__") or is_exception:
            chained = (
                "chain of exceptions"
                if following.how.name in ("__context__", "__cause__")
                else "stored exception"
            )
            way = following.hold
            return Mechanism(Kind.EXCEPTION, f"{chained} from {_short_type(place)}, {way}", variable=way)
    return None


def timer(story: Story) -> Mechanism | None:
    """A handle in the event loop's schedule: `call_later`, `call_at`, `call_soon`."""
    number = story.find(_HANDLES, story.collector or 0)
    if number is None:
        return None
    callback = next((place for place in story.places[number:] if place.type_name in CALLABLES), None)
    words = next(_HANDLES[name] for name in story.places[number].lineage if name in _HANDLES)
    if callback is not None:
        words += f", {callback_words(callback)}"
    return Mechanism(Kind.TIMER, words, function=callback.function if callback else "")


def coroutine(story: Story) -> Mechanism | None:
    """A coroutine that waits: its locals stay for as long as whatever it waits for keeps it."""
    number = _suspended(story, lambda place: place.type_name == "coroutine")
    if number is None:
        return None
    function = short_name(story.places[number].function) or "a coroutine"
    words, variable = _with_local(story, number, f"suspended coroutine {function}()", function)
    words += _waiting_words(story, number)
    return Mechanism(Kind.COROUTINE, words, function=function, variable=variable)


def greenlet(story: Story) -> Mechanism | None:
    """A greenlet that waits: its locals stay until it is woken or killed."""
    number = _suspended(story, lambda place: place.about.startswith(GREENLET))
    if number is None or number == len(story.places) - 1:
        return None
    function = story.places[number].function
    local = next((p for p in story.places[number + 1 :] if p.how.kind == EdgeKind.LOCAL), None)
    words = f"suspended greenlet {short_name(function)}()"
    if local is not None:
        words += f", local variable {local.how.name}"
    words += _waiting_words(story, number)
    return Mechanism(Kind.COROUTINE, words, function=function, variable=local.how.name if local else "")


def generator(story: Story) -> Mechanism | None:
    """A generator that was not run to its end keeps its locals."""
    number = _suspended(story, lambda place: place.type_name in ("generator", "async_generator"))
    if number is None:
        return None
    place = story.places[number]
    function = short_name(place.function) or "a generator"
    words = f"suspended {place.type_name.replace('_', ' ')} {function}()"
    words, variable = _with_local(story, number, words, function)
    return Mechanism(Kind.GENERATOR, words, function=function, variable=variable)


def collecting_local(story: Story) -> Mechanism | None:
    """A local variable that collects, of a function that goes on: running or suspended."""
    collector = story.collector
    if not collector or story.places[collector].how.kind != EdgeKind.LOCAL:
        return None
    owner = story.places[collector - 1]
    is_running = collector == 1 and story.root_kind == RootKind.FRAME
    is_greenlet = owner.about.startswith(GREENLET)
    if owner.type_name not in GENERATOR_FRAMES and not is_greenlet and not is_running:
        return None
    what = "greenlet" if is_greenlet else owner.type_name.replace("_", " ")
    state = "running function" if is_running else f"suspended {what}"
    function = from_class_on((owner.function or owner.name).removesuffix("()"))
    variable = story.places[collector].how.name
    words = f"local variable {variable} of the {state} {function}()"
    if is_running:
        words += f", live {owner.base.rpartition(' in ')[2]}"
    return Mechanism(Kind.LOCAL_VARIABLE, words, function=function, variable=variable)


def kept_result(story: Story) -> Mechanism | None:
    """A task or future that is done and kept, with what it gave."""
    number = story.find(_FUTURES, max((story.collector or 0) - 1, 0))
    following = story.places[number + 1] if number is not None and number + 1 < len(story.places) else None
    if number is None or following is None or following.how.name not in _RESULTS:
        return None
    noun = "task" if _TASKS.intersection(story.places[number].lineage) else "future"
    name = story.places[number].name
    return Mechanism(Kind.RESULT, f"{following.how.name.strip('_')} of the {noun} {name}", variable=noun)


def future(story: Story) -> Mechanism | None:
    """Callbacks added to a future that is not done, or what else a kept task or future holds."""
    number = story.find(_FUTURES, max((story.collector or 0) - 1, 0))
    if number is None or number == len(story.places) - 1:
        return None
    place = story.places[number]
    callback = next((p for p in story.places[number + 1 :] if p.type_name in CALLABLES), None)
    noun = "task" if _TASKS.intersection(place.lineage) else "future"
    following = story.places[number + 1]
    if callback is not None:
        words = f"callback of the {noun} {place.name}: {callback_words(callback)}"
        return Mechanism(Kind.FUTURE, words, function=callback.function, variable=place.name)
    way = following.how.name.strip("_") or "result"
    return Mechanism(Kind.FUTURE, f"{way} of the {noun} {place.name}", variable=place.name)


def _waiting_words(story: Story, number: int) -> str:
    """The named thing above a coroutine that will wake it: `shutdown` of `shutdown._waiters`."""
    for place in reversed(story.places[:number]):
        if place.how.name in ("_waiters", "_getters", "_putters", "_fut_waiter", "_links"):
            name = place.name.rpartition(".")[0] or place.name
            return f", waiting on {name}" if name else ""
    return ""


def _suspended(story: Story, is_wanted: Callable[[Place], bool]) -> int | None:
    """The first suspended function that keeps objects: one above what collects only leads there."""
    numbers = range(story.collector or 0, len(story.places))
    return next((number for number in numbers if is_wanted(story.places[number])), None)


def _with_local(story: Story, number: int, words: str, function: str) -> tuple[str, str]:
    """The words with the last local variable on the way, and whose it is where not that function's."""
    local = _local_after(story, number)
    if local is None:
        return words, ""
    owner = short_name(story.places[story.places.index(local) - 1].function)
    whose = f" of {owner}()" if owner and owner != function else ""
    return f"{words}, local variable {local.how.name}{whose}", local.how.name


def _local_after(story: Story, number: int) -> Place | None:
    """The local variable of a frame or suspended function at or below that place, the last frame's."""
    found = None
    for place, owner in zip(story.places[number + 1 :], story.places[number:], strict=False):
        is_code = owner.type_name == "frame" or owner.type_name in GENERATOR_FRAMES
        if place.how.kind == EdgeKind.LOCAL and is_code:
            found = place
    return found


def _short_type(place: Place) -> str:
    return short_name(place.type_name)
