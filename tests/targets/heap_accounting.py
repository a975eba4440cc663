"""Adds up the reference counts of a busy heap: threads, asyncio, sqlite3, generators, locals.

Arguments: the agent's folder. Prints JSON: objects, rounds of leaves, objects with a negative
balance, tracked objects with unseen references by class.
"""

import asyncio
import atexit
import collections
import contextvars
import functools
import json
import signal
import sqlite3
import sys
import threading

import heap_host

VARIABLE = contextvars.ContextVar("VARIABLE")
LOCAL = threading.local()


class Held:
    def __init__(self):
        self.name, self.items = "held", [object()]


def counting():
    held = Held()
    for row in range(10):
        yield row, held


class Local:
    """Held by a thread-local of the worker only."""


def together(*values):
    return values


def borrowing(held):
    """Waits with an argument of a call on its stack, which owns no reference to it on 3.14."""
    together(held, held, (yield), [held])


def borrower():
    generator = borrowing(Held())
    next(generator)
    return generator


BORROWER = borrower()
READ = Held()
READ.__dict__  # noqa: B018


def profile(*event):
    """Set as profile function of the worker."""


class Stepper:
    """An iterator that is the loop's alone."""

    def __iter__(self):
        return self

    def __next__(self):
        return None


def hold_on_stack():
    return Stepper()


def work(started, release):
    sys.setprofile(profile)
    VARIABLE.set(Held())
    LOCAL.held = Local()
    mine = Held()
    steps = counting()
    next(steps)
    shared = Held()

    def inner():
        return shared

    try:
        raise KeyError(mine)
    except KeyError:
        for _ in hold_on_stack():
            started.set()
            release.wait()
            break
    return steps, inner


async def sleeper(event):
    held = Held()
    await event.wait()
    return held


async def sleepers(image_of):
    event = asyncio.Event()
    tasks = [asyncio.ensure_future(sleeper(event)) for _ in range(3)]
    await asyncio.sleep(0)
    result = image_of()
    event.set()
    await asyncio.gather(*tasks)
    return result


def reaches(heap, source, target):
    waiting, seen = [source], set()
    while waiting:
        key = waiting.pop()
        if key == target:
            return True
        if key not in seen and name_is_near(heap, key):
            seen.add(key)
            waiting += heap.referents.get(key, ())
    return False


def name_is_near(heap, key):
    """Not through classes: everything is reached from there."""
    return heap.types.get(key) != id(type)


def callbacks_of(heap):
    """Ids of what `atexit` will call, with the arguments: parts of their own, or in a list of tuples."""
    found = []
    for part, key, _ in heap.roots["interpreter"]:
        if part == "atexit callback":
            found.append(key)
        elif part == "atexit callbacks":
            found += [item for entry in heap.referents[key] for item in heap.referents[entry]]
    return found


def measure(agent):
    image = heap_host.Image(agent)
    heap = heap_host.Heap(image)
    heap_types, names = heap_host.heap_types_of(image, heap)
    unseen = heap.unseen(heap_types)
    name = {key: row[1] for key, row in names.items()}
    image.close()
    worker = next(frame for frame in heap.roots["frames"] if frame["function"].endswith("work"))
    waiting = BORROWER if sys.version_info >= (3, 11) else BORROWER.gi_frame
    steppers = [key for key, cls in heap.types.items() if name.get(cls) == "Stepper"]
    local = next(key for key, cls in heap.types.items() if name.get(cls) == "Local")
    negative = [
        [name.get(heap.types[key]), count, heap.counts[key], key in heap.tracked, name.get(key, "")]
        for key, count in unseen.items()
        if count < 0
    ]
    on_stacks = {value for frame in heap.roots["frames"] for value in frame["stack"]}
    positive = collections.Counter(
        name.get(heap.types[key]) for key, count in unseen.items() if count > 0 and key in heap.tracked
    )
    return {
        "python": list(sys.version_info[:3]),
        "objects": len(heap.types),
        "tracked": len(heap.tracked),
        "rounds": heap.rounds,
        "negative": negative,
        "unseen": positive.most_common(25),
        "unseen_total": sum(positive.values()),
        "parts": [
            [part, name.get(heap.types.get(value)), unseen.get(value), value in on_stacks]
            for part, value, _ in heap.roots["interpreter"]
        ],
        "callbacks": [name.get(heap.types.get(key)) for key in callbacks_of(heap)],
        "locals": [[variable, counted] for variable, _, counted in worker["locals"] if variable != "_"],
        "loop_on_stack": len(steppers) == 1 and unseen[steppers[0]] == 1 and steppers[0] in worker["stack"],
        "borrower_holds": [name.get(heap.types[key]) for key in heap.referents[id(waiting)]].count("Held"),
        "made_dict_is_held": unseen.get(id(READ.__dict__)) == 0
        and id(READ.__dict__) in heap.referents[id(READ)],
        "thread_local_is_reached": unseen[local] == 0 and reaches(heap, id(LOCAL), local),
        "collector": heap.roots["collector"],
        "frames": [[frame["function"], frame["thread_name"]] for frame in heap.roots["frames"]],
    }


def main():
    agent = heap_host.load_agent(sys.argv[1])
    started, release = threading.Event(), threading.Event()
    worker = threading.Thread(target=work, args=(started, release), name="worker-3")
    worker.start()
    started.wait()
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    rows = connection.execute("select 1, 'a'").fetchall()
    atexit.register(functools.partial(len), Held().name)
    signal.signal(signal.SIGUSR1, lambda *_: rows)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        result = loop.run_until_complete(sleepers(lambda: measure(agent)))
    finally:
        loop.close()
        release.set()
        worker.join()
    print(json.dumps(result))


main()
