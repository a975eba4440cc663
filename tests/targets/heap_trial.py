"""Holders of every kind, each tried in a clone of an image: what goes when they let go. Prints JSON."""

import collections
import ctypes
import functools
import gc
import json
import os
import socket
import sys
import time
from array import array

import heap_host


class Held:
    """What is held: with a leaf, a container and a cycle of its own."""

    def __init__(self):
        self.leaf = bytearray(1000)
        self.parts = [self, ("plain", id(self)), {"text": str(id(self))}]


class Guarded(dict):
    def __delitem__(self, key):
        raise TypeError("entries stay")

    pop = clear = __delitem__


class Moody:
    """A key whose hash changes after it was stored."""

    mood = 1

    def __hash__(self):
        return self.mood


class Owner:
    kept = None


class Slotted:
    __slots__ = ("held",)


@functools.lru_cache(maxsize=None)
def remembered(key):
    return Held()


@functools.lru_cache(maxsize=8)
def bounded(key):
    return Held()


def with_default(value, seen=[Held()], *, also={"a": Held()}):  # noqa: B006
    return seen, also


def make_closure():
    table = Held()

    def read():
        return table

    return read


def suspended():
    table = Held()
    yield table


def failed():
    table = Held()
    raise KeyError(table.leaf[0])


def kept_error():
    try:
        failed()
    except KeyError as error:
        return error


class Finalized(Held):
    """Its finalizer does what `how` says."""

    def __init__(self, how):
        Held.__init__(self)
        self.how = how

    def __del__(self):
        if self.how == "removes":
            os.unlink(sys.argv[2])
        elif self.how == "hangs":
            while True:
                pass
        elif self.how == "ends":
            os._exit(3)
        elif self.how == "crashes":
            ctypes.string_at(0)
        elif self.how == "revives":
            REVIVED.append(self)
        elif self.how == "raises":
            raise ValueError("no")


REVIVED = []


def ordered():
    table = collections.OrderedDict((key, Held()) for key in range(5))
    table.move_to_end(0)
    return table


def moody():
    table = {Moody(): Held(), "other": 1}
    Moody.mood = 2
    return table


def with_attribute():
    owner = Owner()
    owner.held = Held()
    return owner


def with_slot():
    owner = Slotted()
    owner.held = Held()
    return owner


def class_with_attribute():
    return type("Made", (), {"held": Held()})


def class_dict(cls):
    """The dict behind a class, which only the collector shows; the class itself is kept by its kin."""
    KEPT.append(cls)
    return next(each for each in gc.get_referents(cls) if type(each) is dict)


KEPT = []


class Cases:
    """(name, holder, ids of what it lets go of; None = all that it holds but its class)."""

    def __init__(self):
        self.cases = []
        for name, holder in (
            ("list", [Held() for _ in range(5)]),
            ("dict", {key: Held() for key in range(1000, 1005)}),
            ("guarded dict", Guarded(a=Held())),
            ("ordered dict", ordered()),
            ("moody dict", moody()),
            ("set", {Held() for _ in range(5)}),
            ("deque", collections.deque((Held() for _ in range(5)), 7)),
            ("object", with_attribute()),
            ("slots", with_slot()),
            ("generator", suspended()),
            ("error", kept_error()),
            ("cell", make_closure().__closure__[0]),
            ("tuple", (Held(),)),
        ):
            if name == "generator":
                next(holder)
            self.cases.append((name, holder, None))
        for cache in (remembered, bounded):
            for key in range(5):
                cache(("key", key))
            table = [d for d in gc.get_referents(cache) if type(d) is dict and d is not cache.__dict__]
            self.cases.append(("cache", cache, None))
            self.cases += [("cache dict", each, None) for each in table]
        self.cases.append(("defaults", with_default, [id(with_default.__defaults__)]))
        self.cases.append(("keyword defaults", with_default.__kwdefaults__, None))
        some = [Held() for _ in range(6)]
        self.cases.append(("part of a list", some, [id(each) for each in some[1:4]]))
        self.cases.append(
            ("sockets", [Held(), *(each for _ in range(40) for each in socket.socketpair())], None)
        )
        made = class_dict(class_with_attribute())
        self.cases.append(("class", made, [id(made["held"])]))
        for how in ("removes", "hangs", "ends", "crashes", "revives", "raises"):
            self.cases.append((how, [Finalized(how)], None))

    def references(self, holder, targets):
        if targets is None:
            own = id(type(holder))
            targets = [id(each) for each in gc.get_referents(holder) if id(each) != own]
        return [(id(holder), target) for target in targets]


def try_it(image, references, leaves, deadline_s):
    columns = [
        ("sources", "Q", array("Q", [source for source, _ in references])),
        ("targets", "Q", array("Q", [target for _, target in references])),
        ("leaves", "Q", array("Q", leaves)),
    ]
    image.connection.send("try", 1, {"deadline_s": deadline_s}, columns)
    gone = []
    while True:
        frame = image.connection.receive()
        if frame.kind != "chunk":
            return frame, gone
        gone += heap_host.numbers(frame, "ids")


def main():
    agent = heap_host.load_agent(sys.argv[1])
    found = Cases()
    plain = [(number,) for number in range(50)]  # tracked until the first collection looks at them
    found.cases.append(("plain tuples", plain, None))
    made = sum(1 for item in gc.get_objects() if type(item) in (Held, Finalized))
    image = heap_host.Image(agent)
    heap = heap_host.Heap(image)
    leaves = sorted(set(heap.types) - heap.tracked - set(heap.frames))
    names = {id(cls): cls.__name__ for cls in (Held, Finalized, bytearray, tuple)}
    answers = []
    for name, holder, targets in found.cases:
        started = time.perf_counter()
        references = found.references(holder, targets)
        frame, gone = try_it(image, references, leaves, 0.5 if name == "hangs" else 20.0)
        types = collections.Counter(names.get(heap.types.get(key), "") for key in gone)
        answers.append(
            {
                "name": name,
                "kind": frame.kind,
                "fields": frame.fields,
                "gone": len(gone),
                "held": types["Held"] + types["Finalized"],
                "leaves": types["bytearray"],
                "tuples": types["tuple"],
                "elapsed_s": time.perf_counter() - started,
            }
        )
    nothing, gone = try_it(image, [], leaves, 5.0)
    still_there = image.ask("describe", None, [("ids", "Q", array("Q", [id(found.cases)]))]).fields["texts"]
    image.close()
    print(
        json.dumps(
            {
                "answers": answers,
                "nothing": [nothing.kind, len(gone)],
                "still_there": still_there,
                "file_is_there": os.path.exists(sys.argv[2]),
                "made": made,
                "in_target": sum(1 for item in gc.get_objects() if type(item) in (Held, Finalized)),
            }
        )
    )


main()
sys.stdout.flush()
os._exit(0)  # no finalizer of the cases runs here
