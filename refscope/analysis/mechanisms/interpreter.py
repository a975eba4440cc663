"""Mechanisms of the interpreter: its lists of callbacks, its hooks, native code, cycles."""

from __future__ import annotations

from refscope.analysis.expressions import unquoted
from refscope.analysis.mechanisms.callbacks import CALLABLES, callback_words
from refscope.analysis.mechanisms.story import Kind, Mechanism, Story
from refscope.analysis.places import ALIKE_ENTRIES
from refscope.heap.vocabulary import EdgeKind, RootKind

GARBAGE_ROOT = "garbage"
"""Kind of the root of a chain that starts inside a cycle which no root reaches."""

_HOOKS = frozenset(
    {
        "sys.excepthook",
        "sys.unraisablehook",
        "sys.displayhook",
        "sys.breakpointhook",
        "threading.excepthook",
        "threading._profile_hook",
        "threading._trace_hook",
        "builtins.__import__",
        "builtins.print",
        "warnings.showwarning",
        "sys.meta_path",
        "sys.path_hooks",
        "gc.callbacks",
    }
)
_LAST_ERROR = ("sys.last_exc", "sys.last_value", "sys.last_traceback")
_PARTS = (
    ("atexit", Kind.ATEXIT),
    ("fork", Kind.FORK_HOOK),
    ("signal", Kind.SIGNAL_HANDLER),
)


def garbage(story: Story) -> Mechanism | None:
    """A cycle that nobody reaches: only the cyclic collector frees it."""
    if story.root_kind != GARBAGE_ROOT:
        return None
    return Mechanism(
        Kind.GARBAGE,
        "garbage cycle that nobody reaches",
        holder=0,
        holder_text="a garbage cycle that nobody reaches",
    )


def finalizer(story: Story) -> Mechanism | None:
    """`weakref.finalize` and multiprocessing's finalizers: a registry of callbacks and arguments."""
    registries = ("finalize._registry", "_finalizer_registry")
    number = next((n for n, p in enumerate(story.places) if p.name.endswith(registries)), None)
    if number is None:
        return None
    name = story.places[number].name
    callback = next((p for p in story.places[number:] if p.type_name in CALLABLES), None)
    argument = next(
        (p for p in story.places[number:] if p.how.name in ("args", "kwargs", "_args", "_kwargs")), None
    )
    words = "weakref.finalize registry" if "finalize._registry" in name else "registry of finalizers"
    if callback is not None:
        words += f", {callback_words(callback)}"
    elif argument is not None:
        words += ", argument of the callback"
    return Mechanism(Kind.FINALIZER, words, holder=number, function=callback.function if callback else "")


def interpreter_list(story: Story) -> Mechanism | None:
    """Callbacks that the interpreter keeps until the end: atexit, at-fork, signals and the rest."""
    if story.root_kind != RootKind.INTERPRETER:
        return None
    label = story.root_label
    kind = next((kind for word, kind in _PARTS if word in label.lower()), Kind.INTERPRETER)
    callback = next((place for place in story.places if place.type_name in CALLABLES), None)
    words = label if callback is None else f"{label}, {callback_words(callback)}"
    function = callback.function if callback else ""
    if story.held.fan_out >= ALIKE_ENTRIES and story.holder:
        return Mechanism(kind, words, function=function, variable=label)
    return Mechanism(
        kind, words, holder=0, holder_text=f"{label} {function}".strip(), function=function, variable=label
    )


def hook(story: Story) -> Mechanism | None:
    """A function put into a hook of the interpreter, often with the one before it in its closure."""
    for number, place in enumerate(story.places):
        if place.name in _LAST_ERROR:
            return Mechanism(Kind.TRACEBACK, f"the last uncaught error, {place.name}", holder=number)
        if place.name in _HOOKS:
            return Mechanism(
                Kind.SYS_HOOK, f"interpreter hook {place.name}", holder=number, variable=place.name
            )
    return None


def native(story: Story) -> Mechanism | None:
    """References that only the reference count proves: a native library or extension holds them."""
    if story.root_kind != RootKind.NATIVE:
        return None
    first = story.places[0]
    key = story.places[1].how if first.type_name == "dict" and len(story.places) > 1 else None
    is_namespace = key is not None and key.kind == EdgeKind.KEY and unquoted(key.name).isidentifier()
    through = callback_words(first) if first.type_name in CALLABLES else first.type_name
    hint = ", perhaps the values of a thread local" if is_namespace else ""
    is_direct = story.holder == 0 or (story.holder == 1 and first.type_name == "function")
    return Mechanism(
        Kind.NATIVE,
        f"native code, {story.root_label or 'unseen references'} to {first.type_name}{hint}",
        holder=0 if is_direct else None,
        holder_text=f"native code, through {through}" if is_direct else None,
        variable=first.type_name,
    )
