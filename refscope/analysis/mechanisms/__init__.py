"""Recognisers of the ways in which Python programs keep objects: small functions, an ordered list.

Each looks at a folded chain and answers with a `Mechanism` or None; the first answer gives the
kind. The order goes from what is specific (a weakref finalizer *is* also a class attribute) to what
is general. To add one, write a function in the file of its family and put it into `RECOGNISERS`.
"""

from __future__ import annotations

from dataclasses import replace

from refscope.analysis.mechanisms import (
    attributes,
    callbacks,
    functions,
    interpreter,
    libraries,
    suspended,
    threads,
)
from refscope.analysis.mechanisms.libraries import Recogniser
from refscope.analysis.mechanisms.story import Kind, Mechanism, Story, tail_words

__all__ = ["RECOGNISERS", "Kind", "Mechanism", "Recogniser", "Story", "recognise"]

RECOGNISERS: tuple[Recogniser, ...] = (
    interpreter.garbage,
    interpreter.finalizer,
    functions.lru_cache,
    functions.singledispatch,
    functions.default_argument,
    functions.decorator_cache,
    suspended.timer,
    libraries.known_registry,
    libraries.modules,
    libraries.logging,
    threads.growing_queue,
    libraries.weak_keys,
    suspended.traceback,
    suspended.coroutine,
    suspended.generator,
    suspended.greenlet,
    threads.executor,
    suspended.kept_result,
    suspended.future,
    suspended.stored_exception,
    interpreter.hook,
    callbacks.mock_calls,
    callbacks.exit_stack,
    threads.context_variable,
    threads.thread_local,
    interpreter.interpreter_list,
    libraries.tee,
    threads.queue_backlog,
    libraries.ctypes_callback,
    callbacks.event_listeners,
    callbacks.weak_callback,
    callbacks.callback_list,
    libraries.buffer_view,
    threads.finished_threads,
    libraries.metaclass_registry,
    libraries.made_classes,
    libraries.deque,
    suspended.collecting_local,
    threads.live_frame,
    functions.wrappers,
    functions.closure,
    functions.cached_property,
    attributes.made_variables,
    attributes.class_attribute,
    attributes.module_global,
    interpreter.native,
    attributes.instance_attribute,
)
"""All recognisers, the most specific first."""


def recognise(story: Story) -> Mechanism:
    """The mechanism of a chain. Its words end with the way from the holder down to the object."""
    part = story if story.root_kind == interpreter.GARBAGE_ROOT else story.of_collector()
    found = next(filter(None, (recogniser(part) for recogniser in RECOGNISERS)), None)
    mechanism = found or attributes.any_container(part)
    inside = part.holder if mechanism.holder is None else mechanism.holder
    holder = inside + len(story.places) - len(part.places)
    tail = tail_words(story.places[holder + 1 :])
    words = f"{mechanism.words}; through {tail}" if tail not in ("", "[*]") else mechanism.words
    return replace(mechanism, words=words, holder=holder)
