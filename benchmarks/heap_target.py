"""The program that the benchmarks look into: a large heap, kept busy or asked by a peer, as told on stdin.

    python heap_target.py OBJECTS

Prints "READY" once the heap is there, then carries out one line at a time:

    grow N           adds N entries to the leaking registry              → GREW
    busy SECONDS     runs Python code; the longest pause it saw          → GAP seconds
    busy-beside SECONDS  the same while a thread runs objgraph.show_backrefs → GAP seconds
    peer NAME        runs one of PEERS below                              → PEER NAME seconds MiB
    work N           a fixed amount of computation                       → WORK wall-s processor-s

Standard library only, unless a peer is asked for. Any Python from 3.7 on.
"""

from __future__ import annotations

import io
import sys
import threading
import time


class Entry:
    """One cached answer: 4 objects that the collector tracks, and some leaves."""

    def __init__(self, number):
        self.number = number
        self.rows = [number, str(number)]
        self.options = {"name": "entry", "at": [number]}


class Registry:
    entries = {}  # noqa: RUF012  keeps everything

    @classmethod
    def add(cls, number):
        cls.entries[number] = Entry(number)


def grow(count):
    first = len(Registry.entries)
    for number in range(first, first + count):
        Registry.add(number)


def busy(seconds):
    longest = 0.0
    last = time.perf_counter()
    end = last + seconds
    while last < end:
        now = time.perf_counter()
        longest = max(longest, now - last)
        last = now
    return longest


def some_entry():
    return Registry.entries[len(Registry.entries) // 2]


def show_backrefs():
    import objgraph

    objgraph.show_backrefs([some_entry()], max_depth=10, too_many=10, output=io.StringIO())


def objgraph_chain():
    import objgraph

    return objgraph.find_backref_chain(some_entry(), objgraph.is_proper_module)


def objgraph_growth():
    import objgraph

    objgraph.growth(limit=10, peak_stats={})


def guppy_heap():
    import guppy

    str(guppy.hpy().heap())


def guppy_paths():
    import guppy

    str(guppy.hpy().iso(some_entry()).shpaths)


def pympler_summary():
    from pympler import muppy, summary

    summary.summarize(muppy.get_objects())


PEERS = {
    "objgraph.show_backrefs": show_backrefs,
    "objgraph.find_backref_chain": objgraph_chain,
    "objgraph.growth": objgraph_growth,
    "guppy3 heap()": guppy_heap,
    "guppy3 shpaths": guppy_paths,
    "Pympler muppy summary": pympler_summary,
}


def peak_mib():
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def run_peer(name):
    with open("/proc/self/clear_refs", "w") as reset:
        reset.write("5")
    before = peak_mib()
    started = time.perf_counter()
    try:
        PEERS[name]()
    except ImportError:
        return "PEER missing"
    return "PEER %.3f %.0f" % (time.perf_counter() - started, peak_mib() - before)


def busy_beside(seconds):
    try:
        import objgraph  # noqa: F401  loaded before it is measured
    except ImportError:
        return "GAP missing"
    thread = threading.Thread(target=show_backrefs)
    thread.start()
    gap = busy(seconds)
    while thread.is_alive():
        gap = max(gap, busy(0.2))
    return "GAP %.6f" % gap


def work(count):
    """Calls, dictionaries, texts and numbers; what it allocates it frees."""
    wall, processor = time.perf_counter(), time.process_time()
    for number in range(count):
        words = {str(key): key * 0.5 for key in range(number % 50)}
        sorted(words.items(), key=lambda pair: -pair[1])
    return "WORK %.6f %.6f" % (time.perf_counter() - wall, time.process_time() - processor)


def answer(line):
    command, _, argument = line.strip().partition(" ")
    if command == "grow":
        grow(int(argument))
        return "GREW"
    if command == "busy":
        print("BUSY", flush=True)
        return "GAP %.6f" % busy(float(argument))
    if command == "busy-beside":
        print("BUSY", flush=True)
        return busy_beside(float(argument))
    if command == "peer":
        return run_peer(argument)
    return work(int(argument))


def main():
    grow(int(sys.argv[1]) // 4)
    print("READY", flush=True)
    for line in sys.stdin:
        print(answer(line), flush=True)


if __name__ == "__main__":
    main()
