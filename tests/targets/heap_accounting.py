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


def work(started, release):
    VARIABLE.set(Held())
    LOCAL.held = Held()
    mine = Held()
    steps = counting()
    next(steps)
    try:
        raise KeyError(mine)
    except KeyError:
        started.set()
        release.wait()
    return steps


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


def measure(agent):
    image = heap_host.Image(agent)
    heap = heap_host.Heap(image)
    heap_types, names = heap_host.heap_types_of(image, heap)
    unseen = heap.unseen(heap_types)
    name = {key: row[1] for key, row in names.items()}
    image.close()
    negative = [
        [name.get(heap.types[key]), count, heap.counts[key], key in heap.tracked, name.get(key, "")]
        for key, count in unseen.items()
        if count < 0
    ]
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
            [part, name.get(heap.types.get(value)), unseen.get(value)]
            for part, value, _ in heap.roots["interpreter"]
        ],
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
    result = loop.run_until_complete(sleepers(lambda: measure(agent)))
    loop.close()
    release.set()
    worker.join()
    print(json.dumps(result))


main()
