"""What to change: one concrete change for each mechanism, with a small diff where one can be written.

Texts are for the line below a suspect and the inspector's *What to change*: an imperative without
a full stop's worth of theory. Names from the target are put in as they came (escaped and cut).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from refscope.analysis.mechanisms import Kind, Mechanism
from refscope.analysis.places import Place
from refscope.text import safe, short_name

MAX_LINE = 100
"""Characters of a line of a diff; the inspector does not wrap them."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One change. `diff`: 0 or 2 to 6 lines, each beginning with `-`, `+` or a space."""

    text: str
    diff: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same keys as JSON values."""
        return {"text": self.text, "diff": list(self.diff)}


def advice_for(mechanism: Mechanism, held: Place) -> Advice:
    """What to change where `held` keeps objects by that mechanism."""
    make = _WRITERS.get(mechanism.kind)
    if make is not None:
        advice = make(mechanism, held)
        return Advice(safe(advice.text), tuple(safe(line, MAX_LINE) for line in advice.diff))
    text = _TEXTS.get(mechanism.kind)
    return Advice(
        text or "Remove the entry when the object is no longer needed, or hold it by a weak reference."
    )


_TEXTS = {
    Kind.MADE_VARIABLES: "Keep them in one container that can be emptied, or delete each variable when its"
    " object is done with.",
    Kind.INSTANCE_ATTRIBUTE: "Remove the entry when its object is done with, or hold it weakly.",
    Kind.CACHED_PROPERTY: "Delete the cached attribute when it is stale (`del obj.name`), or compute it each"
    " time.",
    Kind.WRAPPERS: "Keep the original function and wrap that, or wrap once and change what the wrapper looks"
    " up.",
    Kind.CACHE: "Give the cache a maxsize or a time to live, and keep large objects out of its keys.",
    Kind.LISTENERS: "Connect once at start-up, or disconnect when the listener is done; a weak connection"
    " (weak=True, WeakMethod) lets it go by itself.",
    Kind.LOGGING: "Use one logger with a LoggerAdapter, or remove the handler or filter when the job"
    " ends (logger.removeHandler, removeFilter).",
    Kind.LOG_RECORDS: "Flush the handler, give it a capacity, or log text instead of the object.",
    Kind.EXCEPTION: "Store the text of the error instead of the exception, or cut its chain (`raise … from"
    " None`).",
    Kind.RESULT: "Drop the task or future when it is done or has failed"
    " (task.add_done_callback(tasks.discard)).",
    Kind.TIMER: "Keep the handle and call cancel() when its work is no longer needed.",
    Kind.FUTURE: "Remove the callback (remove_done_callback) when its owner leaves, or end or cancel the"
    " future.",
    Kind.FINISHED_THREADS: "Drop the Thread object after join(); keep only threads that run.",
    Kind.EXECUTOR: "Bound what is submitted (a semaphore around submit), or shut the executor down with"
    " cancel_futures=True.",
    Kind.QUEUE: "Give the queue a maxsize so that producers wait, and make sure that a consumer runs.",
    Kind.THREAD_LOCAL: "Delete the attribute when the work of the thread is done; pool threads live on and so"
    " do"
    " their thread locals.",
    Kind.CONTEXT_VARIABLE: "Reset the variable (var.reset(token)) when the request ends, or run the work in"
    " contextvars.copy_context().",
    Kind.ATEXIT: "Call atexit.unregister when the object is closed, or register one function that walks a"
    " WeakSet.",
    Kind.FINALIZER: "Give weakref.finalize a function that does not know the object, and pass only what it"
    " needs;"
    " never a bound method of the object itself.",
    Kind.WEAK_KEYS: "Let the value hold its key by weakref.ref, or store the value as an attribute of the"
    " key.",
    Kind.WEAK_CALLBACK: "Let the callback of the weak reference be a plain function without the object in its"
    " closure"
    " or arguments.",
    Kind.FORK_HOOK: "Register at-fork functions once per process, at module level; they cannot be removed.",
    Kind.SIGNAL_HANDLER: "Put the former handler back (signal.signal(sig, previous)) when the owner is done.",
    Kind.SYS_HOOK: "Put the former hook back when the owner is done, and do not chain hooks that keep state.",
    Kind.INTERPRETER: "Unregister what was registered with the interpreter when its owner is done.",
    Kind.METACLASS: "Keep classes in a weakref.WeakSet or WeakValueDictionary, or make the classes once.",
    Kind.CLASSES: "Make each class once and reuse it; a class is a large object and stays with its registry.",
    Kind.MODULES: "Remove the module from sys.modules when it is done with, or execute the code in a plain"
    " namespace.",
    Kind.IMPORTS: "Nothing need be changed: import what is always needed before the first freeze.",
    Kind.LIBRARY_CACHE: "Clear the cache (such as linecache.clearcache()) after a batch, or give generated"
    " code the same file name each time.",
    Kind.GARBAGE_LIST: "Switch gc.set_debug(gc.DEBUG_SAVEALL) off and clear gc.garbage.",
    Kind.MOCK: "Call reset_mock() between rounds, or make the mock anew for each test.",
    Kind.TEE: "Advance both iterators at the same pace, or drop the one that is not read; a list is"
    " cheaper when one"
    " runs ahead.",
    Kind.EXIT_STACK: "Close the exit stack (use it in a `with` statement), or enter short-lived things"
    " elsewhere.",
    Kind.BUFFER_VIEW: "Copy the part that is needed (array[…].copy(), bytes(view)), so that the whole buffer"
    " can go.",
    Kind.CTYPES: "Drop the callback object after the library has forgotten it, and register one callback"
    " for all.",
    Kind.NATIVE: "Close or release the object with the library's own call; its references are not visible"
    " to Python.",
    Kind.GARBAGE: "Call gc.enable() (or gc.collect() now and then), or break the cycle with a weak parent"
    " reference.",
}


def _class_attribute(mechanism: Mechanism, held: Place) -> Advice:
    return _container_on(mechanism, held, indent="    ")


def _module_global(mechanism: Mechanism, held: Place) -> Advice:
    return _container_on(mechanism, held, indent="")


def _container_on(mechanism: Mechanism, held: Place, indent: str) -> Advice:
    """A container by what it is: a dict can be weak, a list can be bounded."""
    name = mechanism.variable if mechanism.variable.isidentifier() else short_name(held.name)
    kinds = set(held.lineage)
    if "figures" in mechanism.words:
        return Advice("Call plt.close(fig) after saving, or use matplotlib.figure.Figure without pyplot.",
                      (" fig.savefig(out)", "+plt.close(fig)"))  # fmt: skip
    if "dict" in kinds:
        return Advice(
            "Make it a WeakValueDictionary, or remove each entry when its object is done with.",
            (f"-{indent}{name} = {{}}", f"+{indent}{name} = weakref.WeakValueDictionary()"),
        )
    if "set" in kinds:
        return Advice(
            "Make it a WeakSet, or discard each member when it is done with.",
            (f"-{indent}{name} = set()", f"+{indent}{name} = weakref.WeakSet()"),
        )
    if kinds.intersection(("list", "collections.deque")):
        return Advice(
            "Use collections.deque(maxlen=…), or clear it after each batch.",
            (f"-{indent}{name} = []", f"+{indent}{name} = collections.deque(maxlen=1000)"),
        )
    return Advice(f"Set {name} to None when the object is no longer needed, or hold it by weakref.ref.")


def _lru_cache(mechanism: Mechanism, held: Place) -> Advice:
    function = short_name(mechanism.function) or "function"
    if mechanism.variable == "self":
        return Advice(
            "Cache per object (functools.cached_property), so that the cache dies with it, or give"
            " it a maxsize.",
            (
                "-    @functools.lru_cache(maxsize=None)",
                "+    @functools.cached_property",
                f"     def {function}(self):",
            ),
        )
    return Advice(
        "Give the cache a maxsize, or call cache_clear() after each batch.",
        ("-@functools.lru_cache(maxsize=None)", "+@functools.lru_cache(maxsize=256)", f" def {function}(…):"),
    )


def _default_argument(mechanism: Mechanism, held: Place) -> Advice:
    function = short_name(mechanism.function) or "function"
    name = mechanism.variable if mechanism.variable.isidentifier() else "items"
    empty = "{}" if "dict" in held.lineage else "[]"
    return Advice(
        "Use None as the default and make the container inside the function.",
        (
            f"-def {function}({name}={empty}):",
            f"+def {function}({name}=None):",
            f"+    {name} = {empty} if {name} is None else {name}",
        ),
    )


def _closure(mechanism: Mechanism, held: Place) -> Advice:
    name = mechanism.variable or "the variable"
    return Advice(
        f"Pass what the function needs instead of capturing {name}, or drop the function when it is done."
    )


def _singledispatch(mechanism: Mechanism, held: Place) -> Advice:
    function = short_name(mechanism.function) or "the function"
    return Advice(
        f"Register implementations of {function} once, for classes that stay; not for classes"
        " made at run time."
    )


def _traceback(mechanism: Mechanism, held: Place) -> Advice:
    return Advice(
        "Store the text of the error, or call traceback.clear_frames before storing it.",
        ("-self.last_error = error", "+self.last_error = ''.join(traceback.format_exception(error))")
        if held.name.endswith("last_error")
        else (" except Exception as error:", "+    traceback.clear_frames(error.__traceback__)"),
    )


def _generator(mechanism: Mechanism, held: Place) -> Advice:
    function = mechanism.function or "the generator"
    return Advice(
        f"Run {function}() to its end or call close() on it, and do not keep generators that are done with."
    )


def _coroutine(mechanism: Mechanism, held: Place) -> Advice:
    function = mechanism.function or "the coroutine"
    return Advice(
        f"End {function}() when what it serves has gone, or cancel its task; a wait with a"
        " timeout ends by itself."
    )


def _callbacks(mechanism: Mechanism, held: Place) -> Advice:
    if "bound method" in mechanism.words:
        return Advice(
            "Remove the callback when its owner is done, or keep a weakref.WeakMethod instead of the method."
        )
    return Advice(
        "Remove the callback when it has been called, or add it once and not with each piece of work."
    )


def _local_variable(mechanism: Mechanism, held: Place) -> Advice:
    function, name = short_name(mechanism.function) or "the function", mechanism.variable or "the variable"
    return Advice(f"Remove what is done with from {name} while {function}() goes on, or bound it.")


def _live_frame(mechanism: Mechanism, held: Place) -> Advice:
    function = short_name(mechanism.function) or "the function"
    if "MainThread" in mechanism.words:
        return Advice(
            f"Set {mechanism.variable or 'the variable'} to None when {function}() needs it no more."
        )
    if not mechanism.function:
        return Advice("Give the threads an Event to stop on, and set it when their work is no longer wanted.")
    return Advice(f"Give {function}() an Event to stop on, and set it when its work is no longer wanted.")


def _deque(mechanism: Mechanism, held: Place) -> Advice:
    name = short_name(held.name)
    if mechanism.bound is not None:
        return Advice(f"It is bounded to {mechanism.bound} entries; make maxlen smaller if that is too much.")
    return Advice(
        "Give the deque a maxlen, or take items out as fast as they come in.",
        (f"-{name} = deque()", f"+{name} = deque(maxlen=1000)"),
    )


_WRITERS: dict[str, Callable[[Mechanism, Place], Advice]] = {
    Kind.CLASS_ATTRIBUTE: _class_attribute,
    Kind.MODULE_GLOBAL: _module_global,
    Kind.LRU_CACHE: _lru_cache,
    Kind.DEFAULT_ARGUMENT: _default_argument,
    Kind.CLOSURE: _closure,
    Kind.SINGLEDISPATCH: _singledispatch,
    Kind.TRACEBACK: _traceback,
    Kind.GENERATOR: _generator,
    Kind.COROUTINE: _coroutine,
    Kind.LIVE_FRAME: _live_frame,
    Kind.LOCAL_VARIABLE: _local_variable,
    Kind.CALLBACKS: _callbacks,
    Kind.DEQUE: _deque,
}
