"""Many ways of holding an object, and how the image names each: prints {construct: labels} as JSON.

Arguments: the agent's folder.
"""

import asyncio
import atexit
import collections
import contextlib
import contextvars
import functools
import gc
import importlib
import json
import sys
import threading
import types
import weakref
from array import array

import heap_host

VARIABLE = contextvars.ContextVar("VARIABLE")
LOCAL = threading.local()


class Thing:
    """Something to hold."""


class Plain:
    def __init__(self, thing):
        self.first, self.thing, self.last = 1, thing, 2


WATCHED = Thing()
WEAK, PROXY = weakref.ref(WATCHED), weakref.proxy(WATCHED)


class Slotted:
    __slots__ = ("name", "thing")

    def __init__(self, thing):
        self.thing = thing


class Derived(Slotted):
    pass


Pair = collections.namedtuple("Pair", "left right")


class Keyed(dict):
    def __iter__(self):
        raise RuntimeError("user code ran")

    keys = values = items = __len__ = __iter__


class Family(type):
    pass


class Classy(metaclass=Family):
    thing = Thing()


def dict_of(function_or_class):
    return next(each for each in gc.get_referents(function_or_class) if type(each) is dict and "mark" in each)


def closing(thing):
    def inner():
        return thing

    return inner


def annotated(first: Thing) -> None:
    """Keeps, from 3.14 on, a function that makes its annotations."""


def defaulting(first, second=Thing(), *, third=Thing()):  # noqa: B008
    return first, second, third


def generating(thing):
    for row in [1, 2, 3]:
        yield row, thing


async def waiting(thing, event):
    await event.wait()
    return thing


@functools.lru_cache(maxsize=8)
def bounded(key):
    return Thing()


@functools.lru_cache(maxsize=None)
def unbounded(key):
    return Thing()


def failing(thing):
    raise ValueError(thing)


def work(thing, started, release):
    LOCAL.thing = thing
    VARIABLE.set(thing)
    started.set()
    release.wait()


def constructs():
    """{name: (referrer, referent)}."""
    thing = Thing()
    pairs = {}
    plain, read, slotted, derived = Plain(thing), Plain(thing), Slotted(thing), Derived(thing)
    read_dict = read.__dict__
    big = Plain(thing)
    for row in range(60):
        setattr(big, "attribute_%d" % row, row)
    pairs["instance"] = (plain, thing)
    pairs["instance read before"] = (read, thing)
    pairs["dict read before"] = (read_dict, thing)
    pairs["instance -> dict"] = (read, read_dict)
    pairs["class of instance"] = (plain, Plain)
    pairs["many attributes"] = (big.__dict__, thing)
    pairs["slot"] = (slotted, thing)
    pairs["inherited slot"] = (derived, thing)
    pairs["class dict"] = (
        next(d for d in gc.get_referents(Classy) if type(d) is dict and "thing" in d),
        Classy.thing,
    )
    pairs["class -> dict"] = (Classy, pairs["class dict"][0])
    pairs["class -> mro"] = (Classy, Classy.__mro__)
    pairs["class -> base"] = (Derived, Slotted)
    keys = {
        "text": "text", "number": 7, "float": 2.5, "truth": True, "nothing": None, "bytes": b"raw",
        "pair": ("a", 1), "class": Thing, "long": "x" * 500,
        "quoted": "it's", "lines": "new\nline", "infinite": float("inf"),
        "nested": (1, (Thing, 2)),
    }  # fmt: skip
    for name, key in keys.items():
        pairs["key " + name] = ({key: thing}, thing)
    pairs["dict key"] = ({thing: 1}, thing)
    pairs["dict subclass"] = (Keyed({"k": thing}), thing)
    pairs["ordered dict"] = (collections.OrderedDict(k=thing), thing)
    pairs["list"] = ([0, thing, 2, thing], thing)
    pairs["tuple"] = ((0, thing), thing)
    pairs["named tuple"] = (Pair(1, thing), thing)
    pairs["deque"] = (collections.deque([0, 1, thing]), thing)
    pairs["set"] = ({thing}, thing)
    pairs["frozenset"] = (frozenset([thing]), thing)
    inner = closing(thing)
    pairs["function -> closure"] = (inner, inner.__closure__)
    pairs["closure -> cell"] = (inner.__closure__, inner.__closure__[0])
    pairs["cell"] = (inner.__closure__[0], thing)
    pairs["function -> globals"] = (inner, inner.__globals__)
    pairs["function -> defaults"] = (defaulting, defaulting.__defaults__)
    pairs["default"] = (defaulting.__defaults__, defaulting.__defaults__[0])
    pairs["keyword default"] = (defaulting.__kwdefaults__, defaulting.__kwdefaults__["third"])
    pairs["function -> keyword defaults"] = (defaulting, defaulting.__kwdefaults__)
    inner.thing = thing
    inner.__annotations__ = {"a": thing}
    pairs["function -> dict"] = (inner, inner.__dict__)
    pairs["function -> annotations"] = (inner, inner.__annotations__)
    pairs["function -> annotate"] = (annotated, getattr(annotated, "__annotate__", None) or object())
    union = int | Thing if sys.version_info >= (3, 10) else object()
    pairs["union -> arguments"] = (union, getattr(union, "__args__", None))
    pairs["function -> code"] = (inner, inner.__code__)
    pairs["code -> constants"] = (constructs.__code__, constructs.__code__.co_consts)
    method = plain.__init__
    pairs["method self"] = (method, plain)
    pairs["method function"] = (method, Plain.__init__)
    append = [].append
    pairs["built-in self"] = (append, append.__self__)
    partial = functools.partial(len, thing, key=thing)
    pairs["partial function"] = (partial, len)
    pairs["partial arguments"] = (partial, partial.args)
    pairs["partial keywords"] = (partial, partial.keywords)
    prop = property(inner)
    pairs["property"] = (prop, inner)
    pairs["classmethod"] = (classmethod(inner), inner)
    pairs["staticmethod"] = (staticmethod(inner), inner)
    pairs["mapping proxy"] = (types.MappingProxyType(read_dict), read_dict)
    pairs["weak callback"] = (weakref.ref(thing, inner), inner)
    steps = generating(thing)
    next(steps)
    if sys.version_info >= (3, 11):
        pairs["generator local"] = (steps, thing)
    else:
        pairs["generator local"] = (steps.gi_frame, thing)
        pairs["generator -> frame"] = (steps, steps.gi_frame)
    pairs["list iterator"] = (iter([thing]), None)
    pairs["list iterator"] = (pairs["list iterator"][0], gc.get_referents(pairs["list iterator"][0])[0])
    view = {"k": thing}.values()
    pairs["dict view"] = (view, gc.get_referents(view)[0])
    data = bytearray(b"abc")
    pairs["super"] = (super(Derived, derived), derived)
    pairs["module -> dict"] = (json, json.__dict__)
    try:
        try:
            failing(thing)
        except ValueError as problem:
            cause = problem
            raise KeyError("again") from problem
    except KeyError as again:
        pairs["exception cause"] = (again, cause)
        pairs["exception arguments"] = (cause, cause.args)
        pairs["exception traceback"] = (cause, cause.__traceback__)
        trace = cause.__traceback__
        pairs["traceback next"] = (trace, trace.tb_next)
        pairs["traceback frame"] = (trace.tb_next, trace.tb_next.tb_frame)
        pairs["finished frame local"] = (trace.tb_next.tb_frame, thing)
    pairs["cached result"] = (bounded, bounded("key"))
    pairs["cached key"] = (bounded, next(key for key in gc.get_referents(bounded) if key == "key"))
    result = unbounded("other")
    cache = next(d for d in gc.get_referents(unbounded) if type(d) is dict and "other" in d)
    pairs["unbounded result"] = (cache, result)
    pairs["unbounded cache"] = (unbounded, cache)
    context = contextvars.Context()
    context.run(VARIABLE.set, thing)
    node = next(r for r in gc.get_referents(context) if type(r).__name__ != "type")
    while thing not in [r for r in gc.get_referents(node) if type(r) is Thing]:
        node = next(r for r in gc.get_referents(node) if "hamt" in type(r).__name__)
    pairs["context variable"] = (node, thing)
    if sys.version_info >= (3, 9):
        alias = list[Thing]
        pairs["generic alias"] = (alias, alias.__args__)
    handle = memoryview(data)
    pairs["memory view"] = (gc.get_referents(handle)[0], data)
    pairs["large dict"] = (dict.fromkeys(range(50000)), None)
    pairs["large dict"][0][33333] = thing
    pairs["large dict"] = (pairs["large dict"][0], thing)
    pairs["unrelated"] = ([1], thing)
    atexit.register(closing, thing)
    local_dicts = next(
        d
        for d in gc.get_referents(LOCAL)
        if type(d) is dict and any(type(v) is dict and "thing" in v for v in d.values())
    )
    pairs["thread-local of worker"] = (
        local_dicts,
        next(v for v in local_dicts.values() if "thing" in v),
    )
    return pairs


async def with_tasks():
    event = asyncio.Event()
    thing = Thing()
    coroutine = waiting(thing, event)
    task = asyncio.ensure_future(coroutine)
    future = asyncio.get_event_loop().create_future()
    future.set_result(thing)
    await asyncio.sleep(0)
    pairs = constructs()
    pairs["task coroutine"] = (task, coroutine)
    pairs["task waits for"] = (task, task._fut_waiter)
    pairs["future -> task"] = (task._fut_waiter, task)
    pairs["future result"] = (future, thing)
    pairs["coroutine local"] = (coroutine if sys.version_info >= (3, 11) else coroutine.cr_frame, thing)
    answer = ask(pairs)
    event.set()
    await task
    return answer


def ask(pairs):
    agent = heap_host.load_agent(sys.argv[1])
    importlib.import_module("_refscope_agent.labels").STRICT = True
    image = heap_host.Image(agent)
    columns = [
        ("sources", "Q", array("Q", [id(source) for source, _ in pairs.values()])),
        ("targets", "Q", array("Q", [id(target) for _, target in pairs.values()])),
    ]
    found = image.ask("labels", None, columns).fields["labels"]
    ids = array("Q", [id(source) for source, _ in pairs.values()])
    texts = image.ask("describe", None, [("ids", "Q", ids)]).fields["texts"]
    referents = image.ask("referents", {"object": id(pairs["list"][0]), "limit": 3}).fields
    where = image.ask("source", {"object": id(Plain)}).fields
    weak_ids = array("Q", [id(WATCHED), id(Plain), id(7)])
    weak = image.ask("weak", None, [("ids", "Q", weak_ids)]).fields["referrers"]
    image.close()
    names = [[list(label) for label in labels] for labels in found]
    return {
        "labels": dict(zip(pairs, names)),
        "texts": dict(zip(pairs, texts)),
        "referents": [row[:3] for row in referents["referents"]] + [referents["total"]],
        "source": where,
        "weak": [set(found) == {id(WEAK), id(PROXY)} for found in weak[:1]] + [weak[2]],
    }


def main():
    started, release = threading.Event(), threading.Event()
    worker = threading.Thread(target=work, args=(Thing(), started, release), name="worker-3")
    worker.start()
    started.wait()
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        asyncio.set_event_loop(loop)
        result = loop.run_until_complete(with_tasks())
    release.set()
    worker.join()
    print(json.dumps(result))


main()
