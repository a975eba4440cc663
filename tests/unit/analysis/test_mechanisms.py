"""Each mechanism on a drawn heap: its kind, and that holder and words name what a person looks for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pictures import K, Picture

from refscope.analysis.chains import Root
from refscope.analysis.mechanisms import Kind
from refscope.analysis.names import Path, name_chains
from refscope.heap.snapshot import InterpreterRoot, ObjectIndex
from refscope.heap.vocabulary import RootKind

Case = Callable[[Picture], int]


def named(draw: Case, alike: int = 1) -> Path:
    picture = Picture()
    target = draw(picture)
    return name_chains(picture.snapshot(), picture, [picture.chain(target, alike)])[0]


def check(draw: Case, kind: str, *words: str, alike: int = 1) -> Path:
    path = named(draw, alike)
    text = f"{path.holder} {path.mechanism}"
    assert path.kind == kind, text
    assert not [word for word in words if word not in text], text
    return path


def bound_method(picture: Picture, holder: int, owner: str, *, kind: str = K.INDEX, name: str = "0") -> int:
    """holder → bound method Owner.on_done → __self__ → an Owner."""
    method = picture.hold(holder, "method", kind, name, about=f"bound method {owner}.on_done")
    return picture.hold(method, owner, K.FIELD, "__self__")


def many_methods(picture: Picture, holder: int, owner: str, kind: str = K.INDEX) -> int:
    for number in range(5):
        target = bound_method(picture, holder, owner, kind=kind, name=str(number))
    return target


def test_blinker_receivers_are_event_listeners_of_the_signal() -> None:
    def draw(picture: Picture) -> int:
        signal = picture.variable("flask.signals", "request_finished", "blinker.base.NamedSignal")
        receivers = picture.hold(signal, "dict", K.ATTRIBUTE, "receivers")
        return many_methods(picture, receivers, "__main__.RequestAudit", K.KEY)

    path = check(draw, Kind.LISTENERS, "bound method __main__.RequestAudit.on_done", alike=5)
    assert path.holder == "flask.signals.request_finished.receivers"
    assert path.expression == "flask.signals.request_finished.receivers[4].__self__"


def test_own_emitters_are_known_by_the_name_of_their_list() -> None:
    def draw(picture: Picture) -> int:
        bus = picture.variable("shop", "bus", "shop.Bus")
        handlers = picture.hold(bus, "dict", K.ATTRIBUTE, "handlers")
        for_topic = picture.hold(handlers, "list", K.KEY, "'paid'")
        return many_methods(picture, for_topic, "shop.Page")

    path = check(draw, Kind.LISTENERS, "shop.bus.handlers", "shop.Page.on_done", alike=5)
    assert path.holder == "shop.bus.handlers['paid']"


def test_a_list_of_partials_is_a_callback_list() -> None:
    def draw(picture: Picture) -> int:
        pending = picture.variable("shop", "pending", "list")
        partial = picture.fill(pending, "functools.partial", K.INDEX, 6)
        arguments = picture.hold(partial, "tuple", K.FIELD, "args")
        return picture.hold(arguments, "shop.Job", K.INDEX, "0")

    check(draw, Kind.CALLBACKS, "shop.pending", "partial", alike=6)


def test_an_unbounded_lru_cache_names_its_function() -> None:
    def draw(picture: Picture) -> int:
        owner = picture.make_class("shop", "Customer")
        wrapper = picture.class_variable(owner, "describe", "functools._lru_cache_wrapper")
        picture.texts[picture.id_of(wrapper)] = "lru_cache shop.Customer.describe maxsize=None"
        table = picture.hold(wrapper, "dict", K.CACHED)
        return picture.fill(table, "shop.Customer", K.KEY, 8)

    path = check(draw, Kind.LRU_CACHE, "no maxsize", "self is part of each key", alike=8)
    assert path.holder == "the cache of shop.Customer.describe"
    assert path.bound is None


def test_a_bounded_lru_cache_says_its_bound() -> None:
    def draw(picture: Picture) -> int:
        wrapper = picture.variable(
            "shop", "tile", "functools._lru_cache_wrapper", "lru_cache shop.tile maxsize=64"
        )
        return picture.fill(wrapper, "shop.Tile", K.CACHED, 64)

    assert check(draw, Kind.LRU_CACHE, "tile", "maxsize 64", alike=64).bound == 64


def test_singledispatch_names_the_generic_function() -> None:
    def draw(picture: Picture) -> int:
        about = "function functools.singledispatch.<locals>.wrapper"
        render = picture.variable("shop", "render", "function", about)
        dispatch = picture.hold(
            render,
            "function",
            K.ATTRIBUTE,
            "dispatch",
            about="function functools.singledispatch.<locals>.dispatch",
        )
        cells = picture.hold(dispatch, "tuple", K.FIELD, "__closure__")
        cell = picture.hold(cells, "cell", K.INDEX, "2")
        registry = picture.hold(cell, "dict", K.CELL, "registry")
        return picture.fill(registry, "type", K.DICT_KEY, 9)

    check(draw, Kind.SINGLEDISPATCH, "shop.render", "registry", "singledispatch", alike=9)


def test_a_cachetools_cache_is_the_holder_with_its_inside_folded() -> None:
    def draw(picture: Picture) -> int:
        cache = picture.variable("shop", "cache", "cachetools.LRUCache")
        data = picture.hold(cache, "dict", K.ATTRIBUTE, "_Cache__data")
        return picture.fill(data, "shop.Page", K.KEY, 9)

    assert check(draw, Kind.CACHE, "cachetools.LRUCache", alike=9).holder == "shop.cache"


def test_the_cache_of_a_home_made_decorator_names_its_function() -> None:
    def draw(picture: Picture) -> int:
        function = picture.variable("shop", "load", "function", "function shop.memoize.<locals>.wrapper")
        cells = picture.hold(function, "tuple", K.FIELD, "__closure__")
        cell = picture.hold(cells, "cell", K.INDEX, "0")
        cache = picture.hold(cell, "dict", K.CELL, "cache")
        return picture.fill(cache, "shop.Page", K.KEY, 9)

    check(draw, Kind.CACHE, "closure variable cache of shop.load", "decorator", alike=9)


def test_the_registry_of_finalizers_is_the_holder() -> None:
    def draw(picture: Picture) -> int:
        owner = picture.make_class("weakref", "finalize")
        registry = picture.class_variable(owner, "_registry", "dict")
        for number in range(5):
            info = picture.hold(
                registry, "weakref.finalize._Info", K.KEY, f"<finalize {number}>", literal=False
            )
            method = picture.hold(
                info, "method", K.ATTRIBUTE, "func", about="bound method __main__.Scratch.release"
            )
        return picture.hold(method, "__main__.Scratch", K.FIELD, "__self__")

    path = check(draw, Kind.FINALIZER, "bound method __main__.Scratch.release", alike=5)
    assert path.holder == "weakref.finalize._registry"


def test_loggers_made_per_job_are_held_by_the_logger_dict() -> None:
    def draw(picture: Picture) -> int:
        root = picture.variable("logging", "root", "logging.RootLogger")
        manager = picture.hold(root, "logging.Manager", K.ATTRIBUTE, "manager")
        loggers = picture.hold(manager, "dict", K.ATTRIBUTE, "loggerDict")
        for number in range(9):
            logger = picture.hold(loggers, "logging.Logger", K.KEY, f"'job-{number}'")
        handlers = picture.hold(logger, "list", K.ATTRIBUTE, "handlers")
        handler = picture.hold(handlers, "__main__.JobHandler", K.INDEX, "0")
        return picture.hold(handler, "__main__.Job", K.ATTRIBUTE, "job")

    path = check(draw, Kind.LOGGING, "logging.root.manager.loggerDict", ".handlers", alike=9)
    assert path.expression == "logging.root.manager.loggerDict['job-8'].handlers[0].job"


def test_a_memory_handler_buffers_records() -> None:
    def draw(picture: Picture) -> int:
        handler = picture.variable("shop", "handler", "logging.handlers.MemoryHandler")
        buffer = picture.hold(handler, "list", K.ATTRIBUTE, "buffer")
        record = picture.fill(buffer, "logging.LogRecord", K.INDEX, 9)
        arguments = picture.hold(record, "tuple", K.ATTRIBUTE, "args")
        return picture.hold(arguments, "shop.Payload", K.INDEX, "0")

    check(draw, Kind.LOG_RECORDS, "shop.handler.buffer", "logging records", alike=9)


def test_a_kept_traceback_names_exception_frame_and_variable() -> None:
    def draw(picture: Picture) -> int:
        job = picture.variable("shop", "job", "shop.Job")
        error = picture.hold(job, "ValueError", K.ATTRIBUTE, "last_error")
        outer = picture.hold(error, "traceback", K.FIELD, "__traceback__")
        inner = picture.hold(outer, "traceback", K.FIELD, "tb_next")
        frame = picture.hold(inner, "frame", K.FIELD, "tb_frame", about="frame parse at shop.py:3")
        return picture.hold(frame, "shop.State", K.LOCAL, "state")

    path = check(draw, Kind.TRACEBACK, "frame of parse()", "local variable state", "ValueError")
    assert path.holder == "traceback frames of shop.job.last_error"
    assert path.expression == "shop.job.last_error.__traceback__.tb_next.tb_frame.f_locals['state']"


def test_a_list_of_exceptions_is_the_holder_of_what_their_frames_keep() -> None:
    def draw(picture: Picture) -> int:
        failures = picture.variable("shop", "failures", "list")
        error = picture.fill(failures, "ValueError", K.INDEX, 7)
        trace = picture.hold(error, "traceback", K.FIELD, "__traceback__")
        frame = picture.hold(trace, "frame", K.FIELD, "tb_frame", about="frame parse")
        return picture.hold(frame, "shop.Document", K.LOCAL, "document")

    assert check(draw, Kind.TRACEBACK, "document", alike=7).holder == "shop.failures"


def test_a_waiting_coroutine_names_function_local_and_what_it_waits_for() -> None:
    def draw(picture: Picture) -> int:
        event = picture.variable("__main__", "shutdown", "asyncio.locks.Event")
        waiters = picture.hold(event, "collections.deque", K.ATTRIBUTE, "_waiters")
        future = picture.fill(waiters, "_asyncio.Future", K.INDEX, 9)
        wakeup = picture.hold(future, "builtin_function_or_method", K.FIELD, "_callbacks")
        task = picture.hold(wakeup, "_asyncio.Task", K.FIELD, "__self__")
        coroutine = picture.hold(task, "coroutine", K.FIELD, "_coro", about="coroutine __main__.serve")
        return picture.hold(coroutine, "__main__.Session", K.LOCAL, "session")

    path = check(draw, Kind.COROUTINE, "serve()", "local variable session", "__main__.shutdown", alike=9)
    assert path.holder == "__main__.shutdown._waiters"


def test_suspended_generators_name_function_and_local() -> None:
    def draw(picture: Picture) -> int:
        streams = picture.variable("shop", "streams", "list")
        for number in range(5):
            stream = picture.hold(streams, "generator", K.INDEX, str(number), about="generator shop.read")
        return picture.hold(stream, "shop.Chunk", K.LOCAL, "chunk")

    check(draw, Kind.GENERATOR, "shop.streams", "read()", "local variable chunk", alike=5)


def test_a_timer_of_the_event_loop_is_named_as_call_later() -> None:
    def draw(picture: Picture) -> int:
        loop = picture.variable("shop", "loop", "asyncio.unix_events._UnixSelectorEventLoop")
        scheduled = picture.hold(loop, "list", K.ATTRIBUTE, "_scheduled")
        handle = picture.fill(scheduled, "asyncio.events.TimerHandle", K.INDEX, 9)
        return bound_method(picture, handle, "shop.Lease", kind=K.ATTRIBUTE, name="_callback")

    check(draw, Kind.TIMER, "shop.loop._scheduled", "call_later", "shop.Lease.on_done", alike=9)


def test_a_timer_of_twisted_is_named_as_call_later() -> None:
    def draw(picture: Picture) -> int:
        reactor = picture.variable(
            "twisted.internet", "reactor", "twisted.internet.epollreactor.EPollReactor"
        )
        calls = picture.hold(reactor, "list", K.ATTRIBUTE, "_newTimedCalls")
        call = picture.fill(calls, "twisted.internet.base.DelayedCall", K.INDEX, 9)
        return bound_method(picture, call, "shop.Lease", kind=K.ATTRIBUTE, name="func")

    check(draw, Kind.TIMER, "twisted.internet.reactor._newTimedCalls", "callLater", alike=9)


def test_a_waiting_greenlet_names_function_and_local() -> None:
    def draw(picture: Picture) -> int:
        event = picture.variable("shop", "closing", "gevent.event.Event")
        links = picture.hold(event, "list", K.ATTRIBUTE, "_links")
        greenlet = picture.fill(links, "gevent._gevent_cgreenlet.Greenlet", K.INDEX, 9)
        picture.texts[picture.id_of(greenlet)] = "greenlet of serve"
        return picture.hold(greenlet, "shop.Session", K.LOCAL, "session", literal=False)

    path = check(draw, Kind.COROUTINE, "greenlet serve()", "local variable session", "shop.closing", alike=9)
    assert path.expression is None


def test_new_globals_of_a_module_are_told_as_that() -> None:
    picture = Picture()
    entry = picture.variable("json", "tool_7", "shop.Backend")
    path = name_chains(picture.snapshot(), picture, [picture.chain(entry)], [0])[0]
    assert (path.kind, path.holder) == (Kind.MADE_VARIABLES, "the globals of json")
    assert "such as tool_7" in path.mechanism


def test_patches_that_were_never_stopped_are_no_recorded_calls() -> None:
    def draw(picture: Picture) -> int:
        patches = picture.variable("unittest.mock", "patches", "list")
        patch = picture.fill(patches, "unittest.mock._patch", K.INDEX, 9)
        return picture.hold(patch, "shop.Backend", K.ATTRIBUTE, "new")

    check(draw, Kind.MOCK, "never stopped", alike=9)


def test_the_holder_that_is_a_variable_says_what_keeps_its_function() -> None:
    def draw(picture: Picture) -> int:
        tasks = picture.variable("shop", "tasks", "set")
        coroutine = picture.hold(tasks, "coroutine", K.MEMBER, about="coroutine shop.serve")
        backlog = picture.hold(coroutine, "list", K.LOCAL, "backlog")
        return picture.fill(backlog, "shop.Order", K.INDEX, 9)

    path = check(
        draw, Kind.LOCAL_VARIABLE, "local variable backlog of shop.serve()", "kept by shop.tasks[*]", alike=9
    )
    assert path.way == "shop.tasks[*] → backlog[*] (local variable backlog of shop.serve())"


def test_callbacks_of_a_future_are_named() -> None:
    def draw(picture: Picture) -> int:
        future = picture.variable("shop", "shutdown", "_asyncio.Future")
        callbacks = picture.hold(future, "list", K.FIELD, "_callbacks")
        return many_methods(picture, callbacks, "shop.Reply")

    check(draw, Kind.FUTURE, "callback", "shop.shutdown", alike=5)


def test_a_running_thread_names_function_and_variable() -> None:
    def draw(picture: Picture, threads: int = 1) -> int:
        for number in range(threads):
            frame = picture.frame("follow", f"feed_{number}")
        return picture.hold(frame, "shop.Feed", K.LOCAL, "feed")

    check(draw, Kind.LIVE_FRAME, "follow()", "feed", "live thread feed_0")
    check(lambda picture: draw(picture, 4), Kind.LIVE_FRAME, "follow()", "feed", "4 threads run it", alike=4)


def test_work_that_waits_for_a_thread_is_an_executor_backlog() -> None:
    def draw(picture: Picture) -> int:
        pool = picture.variable("shop", "pool", "concurrent.futures.thread.ThreadPoolExecutor")
        backlog = picture.hold(pool, "_queue.SimpleQueue", K.ATTRIBUTE, "_work_queue")
        item = picture.fill(backlog, "concurrent.futures.thread._WorkItem", K.UNKNOWN, 9)
        arguments = picture.hold(item, "tuple", K.ATTRIBUTE, "args")
        return picture.hold(arguments, "shop.Upload", K.INDEX, "0")

    assert check(draw, Kind.EXECUTOR, "work items", alike=9).holder == "shop.pool._work_queue"


def test_a_task_that_is_kept_with_its_result_waits_for_nothing() -> None:
    def draw(picture: Picture) -> int:
        tasks = picture.variable("shop", "tasks", "list")
        task = picture.fill(tasks, "_asyncio.Task", K.INDEX, 9)
        return picture.hold(task, "shop.Answer", K.FIELD, "_result")

    path = check(draw, Kind.RESULT, "result of the task", "shop.tasks", alike=9)
    assert path.expression == "shop.tasks[8]._result"


def test_a_timer_that_runs_in_a_thread_is_no_thread_that_works() -> None:
    def draw(picture: Picture) -> int:
        active = picture.variable("threading", "_active", "dict")
        timer = picture.fill(active, "threading.Timer", K.KEY, 9)
        return bound_method(picture, timer, "shop.Session", kind=K.ATTRIBUTE, name="function")

    check(draw, Kind.TIMER, "threading.Timer", "shop.Session.on_done", "threading._active", alike=9)


def test_threads_without_a_known_function_are_told_as_threads() -> None:
    def draw(picture: Picture) -> int:
        active = picture.variable("threading", "_active", "dict")
        thread = picture.fill(active, "shop.Worker", K.KEY, 9)
        return picture.hold(thread, "shop.Batch", K.ATTRIBUTE, "batch")

    path = check(draw, Kind.LIVE_FRAME, "threading._active", alike=9)
    assert path.advice.text.startswith("Give the threads an Event")


def test_a_queue_that_a_running_thread_was_given_is_the_holder_not_the_thread() -> None:
    def draw(picture: Picture) -> int:
        active = picture.variable("threading", "_active", "dict")
        thread = picture.fill(active, "threading.Thread", K.KEY, 4)
        arguments = picture.hold(thread, "tuple", K.ATTRIBUTE, "_args")
        queue = picture.hold(arguments, "_queue.SimpleQueue", K.INDEX, "0")
        return picture.fill(queue, "shop.Frame", K.UNKNOWN, 60)

    path = check(draw, Kind.QUEUE, "items of the queue", alike=60)
    assert path.holder == "threading._active[*]._args[0]"


def test_a_queue_in_a_variable_of_a_coroutine_is_a_queue() -> None:
    def draw(picture: Picture) -> int:
        task = picture.variable("shop", "task", "_asyncio.Task")
        coroutine = picture.hold(task, "coroutine", K.FIELD, "_coro", about="coroutine shop.serve")
        cell = picture.hold(coroutine, "cell", K.CLOSURE, "queue")
        queue = picture.hold(cell, "asyncio.queues.Queue", K.CELL, "queue")
        items = picture.hold(queue, "collections.deque", K.ATTRIBUTE, "_queue")
        return picture.fill(items, "shop.Reading", K.INDEX, 9)

    path = check(draw, Kind.QUEUE, "closure variable queue of shop.serve", alike=9)
    assert path.holder.startswith("queue._queue")


def test_a_weak_dictionary_the_values_of_which_hold_their_keys_is_named() -> None:
    def draw(picture: Picture) -> int:
        layouts = picture.variable("shop", "layouts", "weakref.WeakKeyDictionary")
        data = picture.hold(layouts, "dict", K.ATTRIBUTE, "data")
        return picture.fill(data, "shop.Layout", K.KEY, 9)

    assert check(draw, Kind.WEAK_KEYS, "refer to their keys", alike=9).holder == "shop.layouts"


def test_attributes_that_are_made_at_run_time_make_an_instance_a_table() -> None:
    def draw(picture: Picture) -> int:
        app = picture.variable("shop", "app", "shop.App")
        attributes = picture.hold(app, "dict", K.DICT, "__dict__")
        return picture.fill(attributes, "shop.Job", K.KEY, 20)

    path = check(draw, Kind.MADE_VARIABLES, "made at run time", alike=20)
    assert path.holder == "the attributes of shop.app"


def test_a_queue_nobody_reads_is_named() -> None:
    def draw(picture: Picture) -> int:
        queue = picture.variable("shop", "jobs", "queue.Queue")
        items = picture.hold(queue, "collections.deque", K.ATTRIBUTE, "queue")
        return picture.fill(items, "shop.Job", K.INDEX, 9)

    assert check(draw, Kind.QUEUE, "shop.jobs", alike=9).holder == "shop.jobs.queue"


def test_a_thread_local_value_is_named_by_thread_and_attribute() -> None:
    def draw(picture: Picture) -> int:
        state = picture.root(RootKind.INTERPRETER, "thread state of editor-3", "dict")
        local = picture.hold(state, "_thread._localdummy", K.KEY, "'thread.local.1'")
        values = picture.hold(local, "dict", K.UNKNOWN)
        return picture.hold(values, "shop.Draft", K.KEY, "'draft'")

    check(draw, Kind.THREAD_LOCAL, "thread local", "editor-3")


def test_a_context_variable_is_named() -> None:
    def draw(picture: Picture) -> int:
        context = picture.root(RootKind.INTERPRETER, "context of MainThread", "Context")
        tree = picture.hold(context, "hamt", K.UNKNOWN)
        node = picture.hold(tree, "hamt_bitmap_node", K.UNKNOWN)
        trail = picture.hold(node, "list", K.KEY, "trail")
        return picture.fill(trail, "shop.Request", K.INDEX, 9)

    check(draw, Kind.CONTEXT_VARIABLE, "context variable trail", "MainThread", alike=9)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("atexit callback", Kind.ATEXIT),
        ("signal handler SIGUSR1", Kind.SIGNAL_HANDLER),
        ("fork hooks", Kind.FORK_HOOK),
        ("codec error handlers", Kind.INTERPRETER),
    ],
)
def test_lists_of_the_interpreter_go_by_their_part(label: str, kind: str) -> None:
    def draw(picture: Picture) -> int:
        for _ in range(4):
            method = picture.root(RootKind.INTERPRETER, label, "method", "bound method shop.Db.close")
            picture.interpreter.append(InterpreterRoot(label, picture.id_of(method)))
        return picture.hold(method, "shop.Db", K.FIELD, "__self__")

    path = check(draw, kind, label, "shop.Db.close", alike=4)
    assert path.root == label


def test_a_chain_of_hooks_is_an_interpreter_hook() -> None:
    def draw(picture: Picture) -> int:
        hook = picture.variable("sys", "excepthook", "method", "bound method shop.Plugin.hook")
        return picture.hold(hook, "shop.Plugin", K.FIELD, "__self__")

    check(draw, Kind.SYS_HOOK, "sys.excepthook")


def test_calls_that_a_mock_recorded_are_named() -> None:
    def draw(picture: Picture) -> int:
        client = picture.variable("tests", "client", "unittest.mock.MagicMock")
        calls = picture.hold(client, "unittest.mock._CallList", K.ATTRIBUTE, "_mock_mock_calls")
        call = picture.fill(calls, "unittest.mock._Call", K.INDEX, 9)
        return picture.hold(call, "shop.Invoice", K.INDEX, "0")

    check(draw, Kind.MOCK, "tests.client", "mock", alike=9)


def test_a_registry_on_a_metaclass_is_told_from_one_on_a_class() -> None:
    def draw(picture: Picture) -> int:
        meta = picture.make_class("shop", "PluginMeta")
        registry = picture.class_variable(meta, "registry", "list")
        return picture.fill(registry, "shop.PluginMeta", K.INDEX, 9)

    check(draw, Kind.METACLASS, "shop.PluginMeta.registry", "registry", alike=9)


def test_modules_made_at_run_time_are_kept_by_sys_modules() -> None:
    def draw(picture: Picture) -> int:
        for number in range(9):
            target = picture.variable(f"settings_{number}", "settings", "shop.Settings")
        return target

    check(draw, Kind.MODULES, "sys.modules", "9 modules", alike=9)


def test_a_deque_says_whether_it_is_bounded() -> None:
    def draw(picture: Picture, about: str) -> int:
        recent = picture.variable("shop", "recent", "collections.deque", about)
        return picture.fill(recent, "shop.Frame", K.INDEX, 9)

    assert check(lambda p: draw(p, "9 entries, maxlen=50"), Kind.DEQUE, "maxlen 50", alike=9).bound == 50
    assert check(lambda p: draw(p, "9 entries"), Kind.DEQUE, "shop.recent", alike=9).bound is None


def test_the_buffer_of_tee_is_named_by_its_iterator() -> None:
    def draw(picture: Picture) -> int:
        slow = picture.variable("shop", "slow", "itertools._tee")
        block = picture.hold(slow, "itertools._tee_dataobject", K.UNKNOWN)
        return picture.fill(block, "shop.Sample", K.UNKNOWN, 50)

    assert check(draw, Kind.TEE, "tee", alike=50).holder == "shop.slow"


def test_a_view_that_keeps_its_buffer_is_named() -> None:
    def draw(picture: Picture) -> int:
        thumbs = picture.variable("shop", "thumbs", "list")
        view = picture.fill(thumbs, "numpy.ndarray", K.INDEX, 9)
        return picture.hold(view, "numpy.ndarray", K.FIELD, "base")

    check(draw, Kind.BUFFER_VIEW, "shop.thumbs", "numpy.ndarray", alike=9)


def test_callbacks_of_an_open_exit_stack_are_named() -> None:
    def draw(picture: Picture) -> int:
        stack = picture.variable("shop", "cleanup", "contextlib.ExitStack")
        callbacks = picture.hold(stack, "collections.deque", K.ATTRIBUTE, "_exit_callbacks")
        entry = picture.fill(callbacks, "tuple", K.INDEX, 9)
        return bound_method(picture, entry, "shop.Lock")

    assert check(draw, Kind.EXIT_STACK, alike=9).holder == "shop.cleanup._exit_callbacks"


def test_what_nobody_reaches_is_a_garbage_cycle() -> None:
    def draw(picture: Picture) -> int:
        node = picture.object("shop.Node")
        picture.roots[node] = Root("garbage", "", ObjectIndex(node))
        return picture.hold(node, "shop.Node", K.ATTRIBUTE, "parent")

    check(draw, Kind.GARBAGE, "cycle", "nobody reaches")


def test_a_list_of_dead_threads_is_told() -> None:
    def draw(picture: Picture) -> int:
        workers = picture.variable("shop", "workers", "list")
        thread = picture.fill(workers, "threading.Thread", K.INDEX, 9)
        return picture.hold(thread, "shop.Crawler", K.ATTRIBUTE, "_crawler")

    check(draw, Kind.FINISHED_THREADS, "shop.workers", alike=9)


def test_plain_names_are_told_by_where_they_stand() -> None:
    def in_module(picture: Picture) -> int:
        return picture.fill(picture.variable("shop", "history", "list"), "shop.Event", K.INDEX, 9)

    def on_instance(picture: Picture) -> int:
        app = picture.variable("shop", "app", "shop.App")
        return picture.fill(picture.hold(app, "list", K.ATTRIBUTE, "events"), "shop.Event", K.INDEX, 9)

    check(in_module, Kind.MODULE_GLOBAL, "module global shop.history", "9 alike entries", alike=9)
    check(on_instance, Kind.INSTANCE_ATTRIBUTE, "attribute events of shop.App", "single", alike=9)


def test_the_bound_that_a_cache_object_states_is_found() -> None:
    def draw(picture: Picture) -> int:
        cache = picture.variable("shop", "cache", "shop.Cache", "Cache(maxsize=32)")
        return picture.fill(picture.hold(cache, "dict", K.ATTRIBUTE, "data"), "shop.Page", K.KEY, 9)

    assert named(draw, 9).bound == 32
