"""Objects kept alive in many ways, for comparing graphs of referrers: prints `IDS name=id …`, waits.

What objgraph imports is loaded here already, so that looking with it adds no module to the heap.
"""

import codecs
import collections
import functools
import inspect
import io
import itertools
import subprocess
import sys
import tempfile
import threading
import types

LOADED = (codecs, inspect, io, itertools, subprocess, tempfile, types)


class Leaf(object):
    pass


class Registry(object):
    by_key = {}

    def __init__(self, leaf):
        self.leaf = leaf
        Registry.by_key[id(self)] = self


class Slotted(object):
    __slots__ = ("leaf", "itself")


class Signal(object):
    def __init__(self):
        self.listeners = []


SIGNAL = Signal()
GENERATORS = []
LEAVES = {}
KEPT = {}


def leaf(name):
    LEAVES[name] = Leaf()
    return LEAVES[name]


def by_registry():
    Registry(leaf("registry"))


def by_closure():
    kept = leaf("closure")
    KEPT["closure"] = lambda: kept


def by_slots():
    slotted = Slotted()
    slotted.leaf, slotted.itself = leaf("slots"), slotted
    KEPT["slots"] = slotted


def by_deep_dicts():
    deep = {"leaf": leaf("deep_dicts")}
    for level in range(12):
        deep = {"level%d" % level: deep, "again": [deep]}
    KEPT["deep"] = deep


def by_instance_dicts():
    # two dicts of one instance: labelling the first makes its __dict__ an object on some versions
    held = leaf("instance_dicts")
    holder = Leaf()
    holder.first, holder.second = {"leaf": held}, {"leaf": held}
    KEPT["instance"] = holder


def produce(held):
    kept = [held]
    yield kept


def by_generator():
    generator = produce(leaf("generator"))
    next(generator)
    GENERATORS.append(generator)


def by_listeners():
    listener = leaf("listeners")
    SIGNAL.listeners += [functools.partial(print, listener), listener.__init__]


def work(held, ready, done):
    local = {"leaf": held}
    ready.set()
    done.wait()
    del local


def by_thread():
    ready, done = threading.Event(), threading.Event()
    thread = threading.Thread(target=work, args=(leaf("thread"), ready, done))
    thread.daemon = True
    thread.start()
    ready.wait()


def by_cycle():
    cycle = leaf("cycle")
    cycle.me = cycle
    cycle.deque = collections.deque([cycle])
    cycle.set = {cycle}
    cycle.tuple = (cycle, (cycle,))
    cycle.ordered = collections.OrderedDict(itself=cycle)


def fail(held):
    raise ValueError(held)


def by_traceback():
    try:
        fail(leaf("traceback"))
    except ValueError as error:
        KEPT["error"] = error


by_registry()
by_closure()
by_slots()
by_deep_dicts()
by_instance_dicts()
by_generator()
by_listeners()
by_thread()
by_cycle()
by_traceback()
KEPT["cycle"] = [LEAVES["cycle"]]
print("IDS", " ".join("%s=%d" % (name, id(LEAVES[name])) for name in sorted(LEAVES)), flush=True)
LEAVES.clear()
print("READY", flush=True)
sys.stdin.readline()
