"""A heap for the console on the copy: nodes, a lock that another thread holds, a hostile repr.

Reads lines: "count" prints how many nodes there are, "end" ends it.
"""

import os
import sys
import threading


class Node:
    """With a slot, an attribute and a property that may not run."""

    __slots__ = ("__dict__", "slot")

    def __init__(self, number):
        self.number = number
        self.slot = number

    @property
    def bad(self):
        os._exit(9)


class Hostile:
    """Its repr raises."""

    def __repr__(self):
        raise KeyError("no repr")


NODES = [Node(number) for number in range(500)]
HOSTILE = Hostile()
TABLE = {"alpha": 1, "beta": 2, 3: 4, "al\npha": 5}
LOCK = threading.Lock()


def hold(event):
    with LOCK:
        event.set()
        threading.Event().wait()


held = threading.Event()
threading.Thread(target=hold, args=(held,), daemon=True).start()
held.wait()
print("READY", flush=True)
for line in sys.stdin:
    if line.strip() == "end":
        break
    print("NODES", len(NODES), flush=True)
