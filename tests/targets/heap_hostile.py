"""Objects whose every method tells on its caller, asked about in every way that must not run user code.

Arguments: the agent's folder, "clone" or "in_process". Prints JSON: what was touched, and the answers.
"""

import gc
import json
import os
import sys
import types
from array import array

import heap_host

READING, WRITING = os.pipe()
ARMED = []


def tell(name):
    """Called by every hostile method: noted in a pipe, so that a copy's calls are seen too."""
    if ARMED:
        os.write(WRITING, (name + "\n").encode())


def telling(name):
    def method(*args, **kwargs):
        tell(name)
        raise SystemExit("user code ran: " + name)

    return method


_HOOKS = (
    "__getattribute__", "__getattr__", "__setattr__", "__hash__", "__eq__", "__repr__", "__str__",
    "__sizeof__", "__len__", "__iter__", "__bool__", "__contains__", "__getitem__", "__call__", "__dir__",
    "__format__", "__int__",
)  # fmt: skip


class HostileMeta(type):
    """A metaclass that answers nothing."""

    __instancecheck__ = __subclasscheck__ = telling("meta check")
    for _hook in _HOOKS:
        if _hook not in ("__setattr__", "__call__"):
            locals()[_hook] = telling("meta " + _hook)
    __name__ = property(telling("meta __name__"))
    __module__ = property(telling("meta __module__"))
    __mro__ = property(telling("meta __mro__"))
    __dict__ = property(telling("meta __dict__"))


type.__setattr__(HostileMeta, "__qualname__", "HostileMeta")


def hostile(name, *bases, **namespace):
    members = {hook: telling("%s %s" % (name, hook)) for hook in _HOOKS}
    members["__class__"] = property(telling(name + " __class__"))
    members["__dict__"] = property(telling(name + " __dict__"))
    members.update(namespace)
    return HostileMeta.__new__(HostileMeta, name, bases, members)


def bare(cls, *arguments):
    """An instance, made without the metaclass."""
    native = next(
        base
        for base in type.__dict__["__mro__"].__get__(cls)
        if not type.__dict__["__flags__"].__get__(base) & 512
    )
    return native.__new__(cls, *arguments)


def make_heap():
    Plain, Slotted = hostile("Plain"), hostile("Slotted", __slots__=("held",))
    found = [bare(Plain), bare(Slotted), Plain, Slotted]
    object.__setattr__(found[1], "held", [1])
    for native in (dict, list, set, tuple, str, int, float, bytes, frozenset, Exception, types.ModuleType):
        cls = hostile("Hostile" + native.__name__, native)
        item = native.__new__(cls, "m") if native is types.ModuleType else bare(cls)
        if native is types.ModuleType:
            native.__init__(item, "m")
        found.append(item)
    dict.__setitem__(found[4], "key", found[0])
    list.append(found[5], found[0])
    dict.__setitem__(sys.modules, "hostile_module", found[-1])
    keys = {"plain": found[0], 7: found[1]}
    return found, keys


def main():
    agent = heap_host.load_agent(sys.argv[1])
    found, keys = make_heap()
    gc.collect()
    ARMED.append(True)
    image = heap_host.Image(agent, in_process=sys.argv[2] == "in_process")
    heap = heap_host.Heap(image)
    _, names = heap_host.heap_types_of(image, heap)
    ids = array("Q", list(map(id, found)))
    everything = array("Q", [key for key in heap.types if key not in heap.frames])
    texts = image.ask("describe", None, [("ids", "Q", ids)]).fields["texts"]
    all_texts = image.ask("describe", None, [("ids", "Q", everything)]).fields["texts"]
    sources = array("Q", [source for source, rows in heap.referents.items() for _ in rows][:60000])
    targets = array("Q", [target for rows in heap.referents.values() for target in rows][:60000])
    labels = image.ask("labels", None, [("sources", "Q", sources), ("targets", "Q", targets)]).fields[
        "labels"
    ]
    mine = [
        image.ask(
            "labels",
            None,
            [("sources", "Q", array("Q", [id(source)])), ("targets", "Q", array("Q", [id(target)]))],
        ).fields["labels"][0]
        for source, target in ((found[4], found[0]), (found[5], found[0]), (keys, found[0]))
    ]
    for item in found:
        image.ask("referents", {"object": id(item), "limit": 10})
        image.ask("source", {"object": id(item)})
    unknown = sum(1 for names_of_pair in labels for label in names_of_pair if label[0] == "unknown")
    image.close()
    os.close(WRITING)
    touched = os.read(READING, 100000).decode().split("\n")[:-1]
    ARMED.clear()
    print(
        json.dumps(
            {
                "touched": touched,
                "texts": texts,
                "sizes": [heap.sizes.get(id(item)) for item in found],
                "labels": mine,
                "pairs": len(labels),
                "unknown": unknown,
                "nameless": sum(1 for each in labels if not each),
                "described": sum(1 for text in all_texts if text),
                "objects": len(heap.types),
                "types": sorted(row[1] for row in names.values() if row[1].startswith("Hostile")),
            }
        )
    )
    sys.stdout.flush()
    os._exit(0)


main()
