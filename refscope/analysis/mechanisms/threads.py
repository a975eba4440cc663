"""Mechanisms of threads: locals of running frames, thread-locals, contexts, executors, queues."""

from __future__ import annotations

import re

from refscope.analysis.mechanisms.story import Kind, Mechanism, Story
from refscope.analysis.places import ALIKE_ENTRIES, Place, hold_text
from refscope.heap.vocabulary import EdgeKind, RootKind

_QUEUES = frozenset(
    {
        "queue.Queue",
        "queue.LifoQueue",
        "queue.PriorityQueue",
        "queue.SimpleQueue",
        "_queue.SimpleQueue",
        "asyncio.queues.Queue",
        "multiprocessing.queues.Queue",
    }
)
_EXECUTORS = frozenset(
    {"concurrent.futures.thread.ThreadPoolExecutor", "concurrent.futures.process.ProcessPoolExecutor"}
)
_WORK_ITEMS = frozenset({"concurrent.futures.thread._WorkItem", "concurrent.futures.process._WorkItem"})
_THREAD_LOCALS = frozenset({"_thread._local", "_threading_local.local", "threading.local"})
_VARIABLE = re.compile(r"ContextVar '([^']*)'")
_CONTEXT_TYPES = frozenset({"Context", "_contextvars.Context"})


def live_frame(story: Story) -> Mechanism | None:
    """A local variable of a function that a thread still runs."""
    root = story.places[0]
    if story.root_kind != RootKind.FRAME:
        return None
    local = story.places[1] if len(story.places) > 1 else None
    variable = local.how.name if local is not None and local.how.kind == EdgeKind.LOCAL else ""
    where = "live " + root.base.rpartition(" in ")[2]
    if root.fan_out >= ALIKE_ENTRIES:
        where = f"{root.fan_out} threads run it"
    words = f"local variable {variable} of the running function {root.name}, {where}"
    if not variable:
        words = f"running function {root.name}, {where}"
    return Mechanism(Kind.LIVE_FRAME, words, function=root.function, variable=variable)


def thread_local(story: Story) -> Mechanism | None:
    """A value in a `threading.local`: it stays until its thread ends."""
    number = story.find(_THREAD_LOCALS)
    from_state = story.root_kind == RootKind.INTERPRETER and "thread" in story.root_label.lower()
    is_state = from_state and ("state" in story.root_label or "local" in story.root_label)
    if number is None and not is_state:
        return None
    start = number if number is not None else 0
    named = next(
        (p for p in story.places[start + 1 :] if p.how.kind in (EdgeKind.ATTRIBUTE, EdgeKind.KEY)), None
    )
    attribute = hold_text(named.how).strip(".[]'") if named is not None else ""
    owner = story.places[number].name if number is not None else story.root_label
    words = f"thread local {owner}" + (f", attribute {attribute}" if attribute else "")
    thread = f", {named.base}" if named is not None and named.base.startswith("in thread") else ""
    return Mechanism(Kind.THREAD_LOCAL, words + thread, variable=attribute)


def context_variable(story: Story) -> Mechanism | None:
    """The value of a `ContextVar` in the context of a thread or task."""
    is_context = story.root_kind == RootKind.INTERPRETER and "context" in story.root_label.lower()
    number = next((n for n, place in enumerate(story.places) if _is_context(place)), None)
    if number is None and not is_context:
        return None
    start = number or 0
    value = next((n for n in range(start + 1, len(story.places)) if not _is_context(story.places[n])), None)
    name = story.places[value].how.name if value is not None else ""
    found = _VARIABLE.search(name)
    variable = found.group(1) if found else name
    label = story.root_label if is_context else story.places[start].full_name
    is_elsewhere = value is not None and (story.holder > value or story.holder < start)
    is_inside = is_elsewhere and story.held.fan_out >= ALIKE_ENTRIES  # it collects, not the variable
    return Mechanism(
        Kind.CONTEXT_VARIABLE,
        f"context variable {variable} in the {label}".replace("  ", " "),
        holder=None if is_inside else value,
        holder_text=None if is_inside else f"context variable {variable}".strip(),
        variable=variable,
    )


def executor(story: Story) -> Mechanism | None:
    """Work submitted to an executor that has not been done, with its arguments."""
    if story.find(_WORK_ITEMS) is None and story.find(_EXECUTORS) is None:
        return None
    number = story.find(_EXECUTORS)
    name = f" of {story.places[number].name}" if number is not None else ""
    return Mechanism(Kind.EXECUTOR, f"work items{name} that wait for a free thread")


def growing_queue(story: Story) -> Mechanism | None:
    """A queue that is itself the holder, however the chain comes to it; an executor's speaks for that."""
    number = story.find(_QUEUES)
    is_held = number is not None and story.holder - number in (0, 1)
    is_items = number == story.holder or story.held.how.name in ("queue", "_queue", "")
    is_backlog = is_held and is_items and executor(story) is None
    return queue_backlog(story) if is_backlog else None


def queue_backlog(story: Story) -> Mechanism | None:
    """Items put into a queue faster than they are taken out, or never."""
    number = story.find(_QUEUES)
    if number is None:
        return None
    if number > story.holder and story.held.fan_out >= ALIKE_ENTRIES:  # one of many queues that are kept
        return None
    name = story.places[number].full_name
    return Mechanism(Kind.QUEUE, f"items of the queue {name} that nobody takes", variable=name)


def finished_threads(story: Story) -> Mechanism | None:
    """`Thread` objects kept in a container, with their arguments and attributes."""
    entry = story.entry
    if entry is None or not entry.is_entry or "threading.Thread" not in entry.lineage:
        return None
    return Mechanism(Kind.FINISHED_THREADS, f"list of threads ({entry.type_name}), kept after they end")


def _is_context(place: Place) -> bool:
    return place.type_name in _CONTEXT_TYPES or place.type_name.startswith("hamt")
