"""The leak cases of tests/targets/leaks: what leaks, and the words a right answer must carry.

One script per mechanism, each with a repaired twin (REPAIRED=1) that must stay silent. `words`:
alternatives; all words of one must stand in holder, mechanism or path.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "targets" / "leaks"


@dataclass(frozen=True)
class LeakCase:
    name: str
    leaked_type: str
    words: tuple[tuple[str, ...], ...]
    minimum: tuple[int, int] = (3, 7)

    @property
    def script(self) -> Path:
        return FOLDER / f"{self.name}.py"


def _case(name: str, leaked: str, *words: str, minimum: tuple[int, int] = (3, 7)) -> LeakCase:
    leaked_type = leaked if leaked.islower() or "." in leaked else f"__main__.{leaked}"
    return LeakCase(name, leaked_type, tuple(tuple(w.split()) for w in words), minimum)


LEAKS = (
    _case("module_list", "Event", "__main__.history"),
    _case("module_dict_of_strings", "str", "__main__.session_tokens"),
    _case("class_list", "Button", "Widget.created"),
    _case("metaclass_registry", "PluginMeta", "PluginMeta.registry"),
    _case("mutable_default", "Order", "remember seen default"),
    _case("keyword_default", "Quote", "quote cache default"),
    _case("closure_cell", "Answer", "answers closure", "answers ask"),
    _case("lru_function", "Tile", "load_tile cache"),
    _case("lru_method", "Customer", "name cache"),
    _case("singleton_attribute", "Entry", "Journal._instance.entries"),
    _case("partial_callbacks", "Job", "pending_callbacks"),
    _case("event_emitter", "Page", "bus.handlers"),
    _case("weakref_callback", "Heavy", "watchers"),
    _case("finalize_arguments", "TempBuffer", "finalize._registry"),
    _case("atexit_callback", "Connection", "atexit"),
    _case("excepthook_chain", "PluginState", "sys.excepthook"),
    _case("live_threads", "WatchedFile", "watch watched"),
    _case("finished_threads", "Crawler", "__main__.workers"),
    _case("queue_backlog", "Job", "jobs.queue"),
    _case("executor_backlog", "Upload", "pool._work_queue"),
    _case("thread_local", "Draft", "drafts thread local", "drafts editor"),
    _case("context_variable", "Request", "context trail"),
    _case("asyncio_tasks", "Message", "background"),
    _case("future_callbacks", "Reply", "shutdown callback"),
    _case("call_later", "Lease", "loop._scheduled", "call_later"),
    _case("suspended_generators", "Chunk", "streams"),
    _case("event_waiters", "Client", "closing._waiters"),
    _case("kept_exceptions", "Document", "failures"),
    _case("exception_chain", "Attempt", "Retrier.last_error"),
    _case("logging_handlers", "Job", "loggerDict"),
    _case("logging_memory_handler", "Payload", "buffered.buffer log"),
    _case("mock_calls", "Invoice", "client mock"),
    _case("modules_made", "Settings", "sys.modules"),
    _case("singledispatch_registry", "type", "render registry", "singledispatch render"),
    _case("tee_lag", "Sample", "slow tee"),
    _case("deque_unbounded", "Frame", "__main__.recent"),
    _case("ctypes_callbacks", "State", "registered"),
    _case("gc_disabled", "Node", "cycle", "garbage"),
    _case("gc_saveall", "Cell", "gc.garbage"),
    _case("resurrection", "Buffer", "__main__.pool"),
    _case("fork_hooks", "Client", "fork hook", "register_at_fork"),
    _case("signal_chain", "Component", "SIGUSR1"),
    _case("descriptor_values", "Model", "Model.price", "price.values"),
    _case("exit_stack", "Lock", "cleanup._exit_callbacks"),
    _case("multiprocessing_finalizers", "Segment", "_finalizer_registry"),
    _case("sqlite_functions", "Scorer", "sqlite3.Connection __main__.database"),
    _case("async_generators", "Tick", "feeds"),
    _case("main_local", "Row", "rows main"),
    _case("codec_errors", "Decoder", "codec"),
    _case("string_rebuilt", "str", "__main__.transcript"),
    _case("linked_revisions", "Revision", "__main__.latest"),
    _case("mock_patches", "Backend", "_active_patches"),
    _case("two_registries", "User", "__main__.by_number __main__.by_name"),
    _case("returned_main", "Request", "context variable request"),
    _case("selector_peers", "Peer", "selector._fd_to_key"),
    _case("asyncio_queue", "Reading", "items queue main"),
    _case("timer_threads", "Session", "timer threading._active"),
    _case("index_of_sets", "Document", "index.by_word[*]"),
    _case("nested_index", "Reading", "__main__.archive[*]"),
    _case("futures_kept", "Report", "service.submitted result"),
    _case("pool_backlog", "Frame", "items queue threading._active[*]._args[0]"),
    _case("handed_on", "Parcel", "depot.loaded"),
    _case("service_in_main", "Answer", "service.answers attribute"),
    _case("cached_service", "Invoice", "get_billing sent attribute", "billing.sent attribute"),
    _case("failed_tasks", "Request", "server.pending task"),
    _case("subscribers_left", "asyncio.queues.Queue", "broker.topics set alike"),
    _case("scope_stack", "Template", "__main__.scope maps"),
    _case("logging_filters", "WithRequest", "log.filters"),
    _case("weak_keys", "Layout", "WeakKeyDictionary layouts keys"),
    _case("memory_views", "bytearray", "headers view buffer"),
    _case("instance_table", "Job", "attributes __main__.application"),
    _case("warning_registry", "str", "__main__.__warningregistry__"),
    _case("iterparse_root", "xml.etree.ElementTree.Element", "feed.root"),
)
"""Every leak, in no order."""

NO_EXPRESSION = frozenset(
    {
        "lru_function",
        "lru_method",
        "finalize_arguments",
        "atexit_callback",
        "live_threads",
        "executor_backlog",
        "thread_local",
        "context_variable",
        "asyncio_tasks",
        "singledispatch_registry",
        "tee_lag",
        "ctypes_callbacks",
        "gc_disabled",
        "fork_hooks",
        "descriptor_values",
        "sqlite_functions",
        "main_local",
        "codec_errors",
        "returned_main",
        "asyncio_queue",
        "service_in_main",
        "cached_service",
        "failed_tasks",
        "subscribers_left",
        "index_of_sets",
        "pool_backlog",
        "weak_keys",
        "warning_registry",
        "iterparse_root",
    }
)
"""Cases whose objects Python has no expression for: what C keeps, members of sets, other frames' locals."""

HEALTHY = (
    "healthy_lru",
    "healthy_warmup",
    "healthy_batches",
    "healthy_ring",
    "healthy_bounded",
    "healthy_classes",
    "healthy_patterns",
    "healthy_ttl",
)
"""Scripts that grow and must not be called leaks."""
