"""Mechanisms of callbacks: event emitters and signals, lists of callables, exit stacks, mocks."""

from __future__ import annotations

from refscope.analysis.mechanisms.story import Kind, Mechanism, Story
from refscope.analysis.members import is_plumbing
from refscope.analysis.places import Place
from refscope.heap.vocabulary import EdgeKind
from refscope.text import short_name

CALLABLES = frozenset(
    {
        "method",
        "function",
        "builtin_function_or_method",
        "functools.partial",
        "functools.partialmethod",
        "weakref.WeakMethod",
        "method-wrapper",
    }
)
_EMITTERS = (
    "blinker.",
    "django.dispatch.",
    "pydispatch.",
    "louie.",
    "pyee.",
    "traitlets.",
    "traits.",
    "psygnal.",
    "celery.utils.dispatch.",
    "scrapy.signalmanager.",
    "sqlalchemy.event.",
    "matplotlib.cbook.CallbackRegistry",
    "matplotlib.cbook.__init__.CallbackRegistry",
    "pluggy.",
    "zope.event.",
    "watchdog.",
    "events.",
    "eventemitter.",
)
_DATA_TOO = ("sqlalchemy.",)
"""Emitters that keep other people's data as well: only their callables are listeners."""

_LISTENER_NAMES = frozenset(
    {
        "receivers",
        "listeners",
        "handlers",
        "callbacks",
        "subscribers",
        "observers",
        "hooks",
        "watchers",
        "slots",
        "subscriptions",
        "connections",
        "events",
        "trait_notifiers",
        "trait_values",
        "by_receiver",
        "by_sender",
        "signals",
        "sinks",
        "delegates",
    }
)


def event_listeners(story: Story) -> Mechanism | None:
    """The receivers of a signal, the listeners of an emitter: known libraries, or telling names."""
    callback = _callback(story)
    above = story.places[: story.holder + 1]
    emitter = next((place for place in above if _has_lineage(place, _EMITTERS)), None)
    if emitter is not None and callback is None and _has_lineage(emitter, _DATA_TOO):
        emitter = None
    name = short_name(story.held.name).strip("_").partition("[")[0].lower()
    is_listener_list = name in _LISTENER_NAMES or name.rpartition("_")[2] in _LISTENER_NAMES
    if emitter is None and not (is_listener_list and callback is not None):
        return None
    words = f"event listeners of {emitter.name}" if emitter else "event listeners"
    if callback is not None:
        words += f", {callback_words(callback)}"
    return Mechanism(
        Kind.LISTENERS,
        words,
        function=callback.function if callback else "",
        variable=emitter.name if emitter else "",
    )


def callback_list(story: Story) -> Mechanism | None:
    """A container whose entries are callables."""
    entry = story.entry
    callback = _callback(story)
    if entry is None or callback is None or not entry.is_entry:
        return None
    owner = "" if is_plumbing(story.held.type_name) else f" ({story.held.type_name})"
    words = f"callback list{owner}, {callback_words(callback)}"
    return Mechanism(Kind.CALLBACKS, words, function=callback.function)


def weak_callback(story: Story) -> Mechanism | None:
    """The callback of a weak reference, kept for as long as that weak reference lives."""
    for place in story.places[1:]:
        if place.how.kind == EdgeKind.WEAK_CALLBACK or place.how.name == "__callback__":
            function = place.function or place.type_name
            return Mechanism(
                Kind.WEAK_CALLBACK, f"callback {function} of a weak reference", function=function
            )
    return None


def exit_stack(story: Story) -> Mechanism | None:
    """`contextlib.ExitStack`: what was entered or pushed stays until the stack is closed."""
    names = {"contextlib.ExitStack", "contextlib.AsyncExitStack", "contextlib._BaseExitStack"}
    number = story.find(names)
    if number is None:
        return None
    return Mechanism(Kind.EXIT_STACK, f"exit callbacks of {story.places[number].full_name}")


def mock_calls(story: Story) -> Mechanism | None:
    """`unittest.mock`: every call is recorded with its arguments."""
    mocks = ("unittest.mock.", "mock.mock.", "mock.")
    number = next((n for n, place in enumerate(story.places) if _has_lineage(place, mocks)), None)
    if number is None:
        return None
    name = story.places[number].name
    if story.places[number].type_name.endswith("._patch"):
        return Mechanism(Kind.MOCK, f"patches that were started and never stopped, {name}", variable=name)
    return Mechanism(Kind.MOCK, f"call arguments recorded by the mock {name}", variable=name)


def callback_words(place: Place) -> str:
    """`bound method App.on_close`, `function f`."""
    noun = {"method": "bound method", "functools.partial": "partial of"}.get(place.type_name, "function")
    name = place.function or place.about or place.type_name
    return f"{noun} {name}"


def _callback(story: Story) -> Place | None:
    """The callable among the first places below the holder."""
    return next((place for place in story.below()[:3] if place.type_name in CALLABLES), None)


def _has_lineage(place: Place, prefixes: tuple[str, ...]) -> bool:
    return any(name.startswith(prefixes) for name in place.lineage)
