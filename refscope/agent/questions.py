"""The request loop of an image: receives a question, answers it, until the channel ends.

What each kind means stands in docs/protocol.md. A question that fails is answered with an error;
only the end of the channel, `close` or a broken stream ends the loop.
"""

from __future__ import annotations

import os
import sys
import types

from . import (
    clone_work,
    console,
    descriptions,
    hidden,
    holders,
    labels,
    peek,
    sources,
    traces,
    trial,
    vocabulary,
    weakly,
    wire,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

_Flag = vocabulary.TypeFlag
_flags_of = type.__dict__["__flags__"].__get__
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__


class BadRequest(Exception):
    """The question lacks a field or has one of the wrong kind."""


def serve(connection: Any, heap: Any, deadline: Any) -> None:
    """Answer questions about a `walk.FrozenHeap` until the host is done.

    deadline: None, or what ends a hung image: called before each answer, and its `disarm`, where it
    has one, afterwards.
    """
    arm, disarm = deadline or _nothing, getattr(deadline, "disarm", _nothing)
    heap.received = getattr(connection.sock, "received", [])  # descriptors that came with a request
    heap.consoles = console.Consoles()
    connection.send("ready", None, {"pid": os.getpid(), "objects": len(heap.objects)})
    while True:
        try:
            request = connection.receive()
        except (wire.WireError, OSError):
            return
        if request.kind == "close":
            return
        arm()
        try:
            answer(connection, heap, request)
        except OSError:
            return
        finally:
            disarm()
            while heap.received:
                os.close(heap.received.pop())


def _nothing() -> None:
    pass


def answer(connection: Any, heap: Any, request: Any) -> None:
    """Answer one question; whatever goes wrong in it becomes an error frame."""
    handler = _HANDLERS.get(request.kind)
    if handler is None:
        _send_error(connection, request, "unknown_kind", "this image knows no question %r" % request.kind)
        return

    def send(fields: dict[str, Any], columns: Any) -> None:
        connection.send("chunk", request.id, fields, columns)

    try:
        if heap.in_process and request.kind in _READS_ADDRESSES:
            with peek.still():
                kind, fields = handler(heap, request, send)
        else:
            kind, fields = handler(heap, request, send)
        connection.send(kind, request.id, fields)
    except BadRequest as problem:
        _send_error(connection, request, "bad_request", str(problem))
    except clone_work.Failed as problem:
        _send_error(connection, request, *problem.args)
    except OSError:
        raise
    except (Exception, SystemExit) as problem:  # SystemExit: a program may have replaced what we call
        text = "%s: %s" % (type(problem).__name__, problem)
        _send_error(connection, request, "internal", text[:1000])


def _send_error(connection: Any, request: Any, code: Any, message: str) -> None:
    connection.send("error", request.id, {"code": code, "message": message})


def _column(request: Any, name: str) -> Any:
    found = request.columns.get(name)
    if found is None or found[0] != "Q":
        raise BadRequest("column %r of ids is missing" % name)
    return found[1]


def _ids(request: Any, name: str = "ids") -> Any:
    return memoryview(bytes(_column(request, name))).cast("Q").tolist()


def _walk(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    return "walked", {"objects": heap.walk(send)}


def _leaves(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    return "walked", {"objects": heap.leaves(send, bytes(_column(request, "ids")))}


def type_row(cls: Any) -> Any:
    """[module, qualified name, flags] of a class, without running code of its metaclass."""
    qualname = type.__dict__["__qualname__"].__get__(cls)
    return [descriptions.module_of(cls), descriptions.text_of(qualname), _type_flags(cls)]


def _type_flags(cls: Any) -> Any:
    native = _flags_of(cls)
    flags = _Flag.GC if native & (1 << 14) else 0
    if native & (1 << 9) and not _is_reported_elsewhere(cls):
        flags |= _Flag.HEAP
    flags |= _Flag.DICT if type.__dict__["__dictoffset__"].__get__(cls) else 0
    flags |= _Flag.SUBCLASS_OF_TYPE if native & (1 << 31) else 0
    flags |= _Flag.EXCEPTION if native & (1 << 30) else 0
    if sys.version_info >= (3, 11) and native & peek.INLINE_FLAG:
        flags |= _Flag.INLINE_VALUES
    for base in _mro_of(cls) or ():
        found = _dict_of(base).get("__repr__")
        if found is not None:
            return flags | (_Flag.USER_REPR if type(found) is types.FunctionType else 0)
    return flags


def _is_reported_elsewhere(cls: Any) -> Any:
    """The links of an `lru_cache` own their class, but the cache reports that reference."""
    return (
        type.__dict__["__name__"].__get__(cls) == "_lru_list_elem"
        and descriptions.module_of(cls) == "functools"
    )


def _types(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    rows = []
    for item in heap.objects_of(_ids(request)):
        rows.append(type_row(item) if descriptions.is_class(item) else ["", "", 0])
    return "types", {"types": rows}


def _roots(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    return "roots", holders.roots(heap)


def _labels(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    sources, targets = _ids(request, "sources"), _ids(request, "targets")
    if len(sources) != len(targets):
        raise BadRequest("sources and targets must be as many")
    objects = heap.objects_of(sources + targets)
    pairs = list(zip(objects[: len(sources)], objects[len(sources) :]))
    return "labels", {"labels": _labeler(heap).labels(pairs)}


def _labeler(heap: Any) -> Any:
    if heap.labeler is None:
        heap.labeler = labels.Labeler(heap)
    return heap.labeler


def _describe(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    texts = []
    for item in heap.objects_of(_ids(request)):
        try:
            texts.append("" if item is hidden.MISSING else descriptions.describe(item))
        except Exception:  # an object in the middle of being made
            texts.append(descriptions.instance_text(item))
    return "described", {"texts": texts}


def _one(heap: Any, request: Any) -> Any:
    key = request.fields.get("object")
    if type(key) is not int:
        raise BadRequest("`object`, an id, is missing")
    found = heap.objects_of([key])[0]
    if found is hidden.MISSING:
        raise BadRequest("no object has the id %d" % key)
    return found


def _referents(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    limit = request.fields.get("limit", 100)
    if type(limit) is not int or limit < 0:
        raise BadRequest("limit must be a number")
    rows, total = _labeler(heap).referents(_one(heap, request), limit)
    return "referents", {"referents": rows, "total": total}


def _weak(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    return "weak", {"referrers": weakly.referrers(heap.objects_of(_ids(request)))}


def _source(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    filename, line = sources.source(_one(heap, request))
    return "source", {"filename": filename, "line": line}


def _made_at(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    return "made_at", traces.made_at(heap.objects_of(_ids(request)))


def _deadline_s(request: Any) -> Any:
    value = request.fields.get("deadline_s", clone_work.DEADLINE_S)
    if type(value) not in (int, float) or not 0 < value <= 3600:
        raise BadRequest("deadline_s must be a number of seconds")
    return float(value)


def _needs_clone(heap: Any) -> None:
    if heap.in_process:
        raise clone_work.Failed(
            "not_possible", "the heap is read in the running target, which runs no such code"
        )


def _repr(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    _needs_clone(heap)
    return "reprs", clone_work.reprs_in_clone(heap, _ids(request), _deadline_s(request))


def _evaluate(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    _needs_clone(heap)
    expression, target = request.fields.get("expression"), request.fields.get("target")
    if type(expression) is not str or type(target) not in (int, type(None)):
        raise BadRequest("expression must be a text, target an id or null")
    value = heap.objects_of([target])[0] if target else hidden.MISSING
    return "evaluated", clone_work.evaluate_in_clone(heap, expression, value, _deadline_s(request))


def _objgraph(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    _needs_clone(heap)
    function, path = request.fields.get("function"), request.fields.get("path")
    arguments = request.fields.get("arguments", {})
    if type(function) is not str or type(path) is not str or type(arguments) is not dict:
        raise BadRequest("function and path must be texts, arguments an object")
    return "objgraph", clone_work.objgraph_in_clone(heap, function, arguments, path, _deadline_s(request))


def _try(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    _needs_clone(heap)
    sources, targets = _ids(request, "sources"), _ids(request, "targets")
    if len(sources) != len(targets):
        raise BadRequest("sources and targets must be as many")
    leaves = bytes(_column(request, "leaves"))
    counts_garbage = request.fields.get("garbage") is True
    cut = zip(sources, targets)
    return "tried", trial.try_in_clone(heap, cut, leaves, counts_garbage, _deadline_s(request), send)


def _open_console(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    _needs_clone(heap)
    if len(heap.received) != 1:
        raise BadRequest("a console needs the descriptor of one socket")
    return "console_opened", {"pid": heap.consoles.open(heap, heap.received[0])}


def _interrupt_console(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    return "console_interrupted", {"found": heap.consoles.interrupt(request.fields.get("pid"))}


def _end_console(heap: Any, request: Any, send: Callable[..., None]) -> Any:
    code, text = heap.consoles.end(request.fields.get("pid"))
    return "console_ended", {"code": code, "text": text}


_READS_ADDRESSES = ("roots", "labels", "describe", "referents", "weak", "source", "made_at")
"""Kinds that follow addresses: in a running target no other thread may run meanwhile."""
_HANDLERS = {
    "walk": _walk,
    "leaves": _leaves,
    "types": _types,
    "roots": _roots,
    "labels": _labels,
    "describe": _describe,
    "referents": _referents,
    "weak": _weak,
    "source": _source,
    "made_at": _made_at,
    "repr": _repr,
    "evaluate": _evaluate,
    "objgraph": _objgraph,
    "try": _try,
    "open_console": _open_console,
    "interrupt_console": _interrupt_console,
    "end_console": _end_console,
}
