"""What collects explains itself: who keeps the service that collects is named, but is not the mechanism."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pictures import K, Picture

from refscope.analysis.chains import Root
from refscope.analysis.mechanisms import Kind
from refscope.analysis.names import Path, name_chains
from refscope.heap.snapshot import ObjectIndex
from refscope.heap.vocabulary import RootKind


def named(picture: Picture, target: int) -> Path:
    return name_chains(picture.snapshot(), picture, [picture.chain(target)])[0]


def by_cache(picture: Picture) -> tuple[int, str, str]:
    cache = picture.variable(
        "shop", "get_service", "functools._lru_cache_wrapper", "lru_cache shop.get_service"
    )
    return cache, K.CACHED, "result"


def by_timer(picture: Picture) -> tuple[int, str, str]:
    loop = picture.variable("shop", "loop", "asyncio.unix_events._UnixSelectorEventLoop")
    scheduled = picture.hold(loop, "list", K.ATTRIBUTE, "_scheduled")
    handle = picture.hold(scheduled, "asyncio.events.TimerHandle", K.INDEX, "0")
    return picture.hold(handle, "method", K.ATTRIBUTE, "_callback"), K.FIELD, "__self__"


def by_coroutine(picture: Picture) -> tuple[int, str, str]:
    task = picture.variable("shop", "main_task", "_asyncio.Task")
    coroutine = picture.hold(task, "coroutine", K.FIELD, "_coro", about="coroutine shop.main")
    return coroutine, K.LOCAL, "service"


def by_greenlet(picture: Picture) -> tuple[int, str, str]:
    hub = picture.variable("shop", "worker", "greenlet.greenlet", "greenlet of main")
    return hub, K.LOCAL, "service"


def by_handler(picture: Picture) -> tuple[int, str, str]:
    logger = picture.variable("shop", "log", "logging.Logger")
    handlers = picture.hold(logger, "list", K.ATTRIBUTE, "handlers")
    picture.make_class("logging", "Logger")
    return picture.hold(handlers, "shop.Handler", K.INDEX, "0"), K.ATTRIBUTE, "service"


def by_default(picture: Picture) -> tuple[int, str, str]:
    return picture.variable("shop", "handle", "function", "function shop.handle"), K.DEFAULT, "service"


def by_future(picture: Picture) -> tuple[int, str, str]:
    return picture.variable("shop", "ready", "_asyncio.Future"), K.FIELD, "_result"


def by_error(picture: Picture) -> tuple[int, str, str]:
    error = picture.variable("shop", "error", "ValueError")
    trace = picture.hold(error, "traceback", K.FIELD, "__traceback__")
    return picture.hold(trace, "frame", K.FIELD, "tb_frame", about="frame main"), K.LOCAL, "service"


def by_exit_callback(picture: Picture) -> tuple[int, str, str]:
    method = picture.root(
        RootKind.INTERPRETER, "atexit callback", "method", "bound method shop.Service.close"
    )
    return method, K.FIELD, "__self__"


def by_hook(picture: Picture) -> tuple[int, str, str]:
    return picture.variable("sys", "excepthook", "shop.Hook"), K.ATTRIBUTE, "service"


@pytest.mark.parametrize(
    "keep",
    [
        by_cache, by_timer, by_coroutine, by_greenlet, by_handler, by_default, by_future, by_error,
        by_exit_callback, by_hook,
    ],
)  # fmt: skip
def test_a_service_that_collects_is_told_by_its_attribute_whoever_keeps_it(
    keep: Callable[[Picture], tuple[int, str, str]],
) -> None:
    picture = Picture()
    holder, kind, name = keep(picture)
    service = picture.hold(holder, "shop.Service", kind, name)
    seen = picture.hold(service, "dict", K.ATTRIBUTE, "seen")
    path = named(picture, picture.fill(seen, "shop.Entry", K.KEY, 9))
    assert path.kind == Kind.INSTANCE_ATTRIBUTE, path.mechanism
    assert path.mechanism.startswith("attribute seen of shop.Service, dict of 9 alike entries")
    assert path.holder.partition(" (")[0].endswith(".seen")


@pytest.mark.parametrize("kind", ["coroutine", "generator", "async_generator"])
def test_a_local_variable_that_collects_is_no_reason_to_end_its_function(kind: str) -> None:
    picture = Picture()
    worker = picture.variable(
        "shop", "worker", kind, about=f"{kind.replace('async_', 'asynchronous ')} shop.work"
    )
    seen = picture.hold(worker, "dict", K.LOCAL, "seen")
    path = named(picture, picture.fill(seen, "shop.Entry", K.KEY, 9))
    assert path.kind == Kind.LOCAL_VARIABLE
    words = f"local variable seen of the suspended {kind.replace('_', ' ')} work(); kept by shop.worker"
    assert path.mechanism == words
    assert path.advice.text == "Remove what is done with from seen while work() goes on, or bound it."


def test_a_local_variable_of_a_greenlet_that_collects_is_told_as_that() -> None:
    picture = Picture()
    worker = picture.variable("shop", "worker", "greenlet.greenlet", "greenlet of work")
    seen = picture.hold(worker, "list", K.LOCAL, "seen")
    path = named(picture, picture.fill(seen, "shop.Entry", K.INDEX, 9))
    assert path.kind == Kind.LOCAL_VARIABLE
    assert "suspended greenlet work()" in path.mechanism


def test_a_local_variable_of_a_running_function_that_collects_names_its_thread() -> None:
    picture = Picture()
    rows = picture.hold(picture.frame("Importer.run", "MainThread"), "list", K.LOCAL, "rows")
    path = named(picture, picture.fill(rows, "shop.Row", K.INDEX, 9))
    assert path.kind == Kind.LOCAL_VARIABLE
    words = "local variable rows of the running function Importer.run(), live thread MainThread"
    assert path.mechanism == words


def test_suspended_generators_below_what_collects_are_the_reason_each_local_with_its_function() -> None:
    picture = Picture()
    streams = picture.variable("shop", "streams", "dict")
    outer = picture.fill(streams, "generator", K.KEY, 9)
    picture.texts[picture.id_of(outer)] = "generator shop.only"
    inner = picture.hold(outer, "generator", K.LOCAL, "records", about="generator shop.parse")
    batch = picture.hold(inner, "list", K.LOCAL, "batch")
    path = named(picture, picture.hold(batch, "shop.Record", K.INDEX, "0"))
    assert path.kind == Kind.GENERATOR
    assert path.mechanism.startswith("suspended generator only(), local variable batch of parse()")


def test_a_failed_task_that_is_kept_is_told_as_a_task_that_is_kept() -> None:
    picture = Picture()
    pending = picture.variable("shop", "pending", "set")
    task = picture.fill(pending, "_asyncio.Task", K.MEMBER, 9)
    trace = picture.hold(task, "traceback", K.UNKNOWN, about="traceback in serve, line 4")
    frame = picture.hold(trace, "frame", K.FIELD, "tb_frame", about="frame serve")
    path = named(picture, picture.hold(frame, "shop.Request", K.LOCAL, "request"))
    assert path.kind == Kind.RESULT
    assert "tasks.discard" in path.advice.text
    assert path.steps[3].text == "traceback in serve, line 4"


def test_functions_that_wrap_each_other_are_one_mechanism_and_a_short_way() -> None:
    picture = Picture()
    function = picture.variable("shop", "handler", "function", "function shop.handler")
    for _ in range(6):
        function = picture.hold(function, "function", K.FIELD, "__wrapped__", about="function shop.handler")
    path = name_chains(picture.snapshot(), picture, [picture.chain(function)], [2])[0]
    assert path.kind == Kind.WRAPPERS
    assert path.holder == "shop.handler"
    assert path.mechanism == "chain of wrapped functions, by __wrapped__; through .__wrapped__ ×6"


def test_a_few_decorators_on_a_function_are_no_chain_of_wrappers() -> None:
    picture = Picture()
    function = picture.variable("shop", "handler", "function", "function shop.handler")
    for _ in range(3):
        function = picture.hold(function, "function", K.FIELD, "__wrapped__", about="function shop.handler")
    cell = picture.hold(function, "cell", K.CLOSURE, "state")
    path = named(picture, picture.hold(cell, "shop.State", K.FIELD, "cell_contents"))
    assert path.kind == Kind.CLOSURE


def test_garbage_that_collects_stays_garbage() -> None:
    picture = Picture()
    node = picture.object("shop.Node")
    picture.roots[node] = Root("garbage", "garbage", ObjectIndex(node))
    seen = picture.hold(node, "dict", K.ATTRIBUTE, "seen")
    assert named(picture, picture.fill(seen, "shop.Entry", K.KEY, 9)).kind == Kind.GARBAGE
