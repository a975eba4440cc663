"""Objects whose `repr` does its worst, expressions and objgraph, all run in clones of an image.

Arguments: the agent's folder, the path of objgraph.py. Prints JSON.
"""

import ctypes
import gc
import json
import os
import sys
import time
from array import array

import heap_host


class Loud:
    """Its repr does what `how` says."""

    def __init__(self, how):
        self.how = how

    def __repr__(self):
        return getattr(self, self.how)()

    def works(self):
        return "Loud"

    def raises(self):
        raise KeyError("no")

    def hangs(self):
        while True:
            pass

    def ends(self):
        os._exit(3)

    def exits(self):
        raise SystemExit(4)

    def recurses(self):
        return repr(self)

    def crashes(self):
        return ctypes.string_at(0)

    def is_long(self):
        return "x" * 50_000_000

    def is_no_text(self):
        return 5

    def forks(self):
        os.fork()
        return "forked"

    def writes_everywhere(self):
        for name in os.listdir("/proc/self/fd"):
            try:
                if int(name) > 2:
                    os.write(int(name), b"\xff" * 64)
            except OSError:
                pass
        return "wrote"


HOW = (
    "works", "raises", "hangs", "ends", "exits", "recurses", "crashes", "is_long", "is_no_text", "forks",
    "writes_everywhere", "works",
)  # fmt: skip
LOUD = [Loud(how) for how in HOW]
REGISTRY = {"a": {3: LOUD[0]}}
EXPRESSIONS = (
    "__main__.REGISTRY['a'][3]",
    "REGISTRY['a'][3] is obj",
    "[key for key in REGISTRY if obj]",
    "os.path.join('a', 'b')",
    "len(REGISTRY)",
    "1 / 0",
    "missing",
    "while",
    "LOUD[2]",
    "__import__('os')._exit(1)",
    "[None for _ in iter(int, 1)]",
)


def ask_or_error(image, kind, fields):
    try:
        return image.ask(kind, fields).fields
    except RuntimeError as problem:
        return problem.args[0]


def main():
    agent = heap_host.load_agent(sys.argv[1])
    image = heap_host.Image(agent)
    started = time.perf_counter()
    ids = array("Q", list(map(id, LOUD)))
    reprs = image.ask("repr", {"deadline_s": 2.0}, [("ids", "Q", ids)]).fields
    elapsed_s = time.perf_counter() - started
    values = {}
    for expression in EXPRESSIONS:
        fields = {"expression": expression, "target": id(LOUD[0]), "deadline_s": 1.0}
        values[expression] = ask_or_error(image, "evaluate", fields)
    is_same = values[EXPRESSIONS[0]]["result"] == id(LOUD[0])

    def look(function, **arguments):
        fields = {"function": function, "arguments": arguments, "path": sys.argv[2], "deadline_s": 20.0}
        return ask_or_error(image, "objgraph", fields)

    looks = {
        "count": look("count", typename="Loud"),
        "typestats": look("typestats"),
        "most_common_types": look("most_common_types", limit=3),
        "by_type": look("by_type", typename="Loud", limit=2),
        "find_backref_chain": look("find_backref_chain", object=id(LOUD[0])),
        "show_backrefs": look("show_backrefs", typename="Loud", max_depth=4, too_many=20),
        "show_refs": look("show_refs"),
        "without a type": look("count"),
    }
    still_there = image.ask("describe", None, [("ids", "Q", ids)]).fields["texts"]
    image.close()
    print(
        json.dumps(
            {
                "reprs": [[how, *row] for how, row in zip(HOW, zip(reprs["texts"], reprs["errors"]))],
                "elapsed_s": elapsed_s,
                "values": values,
                "is_same": is_same,
                "looks": looks,
                "loud_in_target": sum(1 for item in gc.get_objects() if type(item) is Loud),
                "alive": len([text for text in still_there if text]),
                "ids": {"list": id(LOUD), "registry": id(REGISTRY["a"]), "main": id(sys.modules["__main__"])},
            }
        )
    )


main()
