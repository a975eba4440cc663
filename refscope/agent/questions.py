"""The request loop of an image: receives a question, answers it, until the channel ends.

What each kind means stands in docs/protocol.md. A question that fails is answered with an error;
only the end of the channel, `close` or a broken stream ends the loop.
"""

import os
import sys
import types

from . import holders, vocabulary, walk, wire

_Flag = vocabulary.TypeFlag
_flags_of = type.__dict__["__flags__"].__get__
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__


class BadRequest(Exception):
    """The question lacks a field or has one of the wrong kind."""


def serve(connection, heap, deadline):
    """Answer questions about a `walk.FrozenHeap` until the host is done.

    deadline: None, or what ends a hung image: called before each answer, and its `disarm`, where it
    has one, afterwards.
    """
    arm, disarm = deadline or _nothing, getattr(deadline, "disarm", _nothing)
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


def _nothing():
    pass


def answer(connection, heap, request):
    """Answer one question; whatever goes wrong in it becomes an error frame."""
    handler = _HANDLERS.get(request.kind)
    if handler is None:
        _send_error(connection, request, "unknown_kind", "this image knows no question %r" % request.kind)
        return
    try:
        handler(connection, heap, request)
    except BadRequest as problem:
        _send_error(connection, request, "bad_request", str(problem))
    except OSError:
        raise
    except Exception as problem:
        text = "%s: %s" % (type(problem).__name__, problem)
        _send_error(connection, request, "internal", text[:1000])


def _send_error(connection, request, code, message):
    connection.send("error", request.id, {"code": code, "message": message})


def _column(request, name):
    found = request.columns.get(name)
    if found is None or found[0] != "Q":
        raise BadRequest("column %r of ids is missing" % name)
    return found[1]


def _ids(request, name="ids"):
    return memoryview(bytes(_column(request, name))).cast("Q").tolist()


def _walk(connection, heap, request):
    def send(fields, columns):
        connection.send("chunk", request.id, fields, columns)

    connection.send("walked", request.id, {"objects": heap.walk(send)})


def _leaves(connection, heap, request):
    def send(fields, columns):
        connection.send("chunk", request.id, fields, columns)

    connection.send("walked", request.id, {"objects": heap.leaves(send, bytes(_column(request, "ids")))})


def type_row(cls):
    """[module, qualified name, flags] of a class, without running code of its metaclass."""
    name = text_of(type.__dict__["__qualname__"].__get__(cls))
    module = _module_of(cls)
    return [module, name, _type_flags(cls)]


def _module_of(cls):
    if _flags_of(cls) & (1 << 9):
        found = _dict_of(cls).get("__module__")
        return text_of(found) if type(found) is str else ""
    return text_of(type.__dict__["__module__"].__get__(cls))


def text_of(text):
    """A string fit for JSON, at most 300 characters, without characters that cannot be shown."""
    if type(text) is not str:
        return ""
    if len(text) > 300:
        text = text[:299] + "…"
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character):
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def _type_flags(cls):
    native = _flags_of(cls)
    flags = _Flag.GC if native & (1 << 14) else 0
    if native & (1 << 9) and not _is_reported_elsewhere(cls):
        flags |= _Flag.HEAP
    flags |= _Flag.DICT if type.__dict__["__dictoffset__"].__get__(cls) else 0
    flags |= _Flag.SUBCLASS_OF_TYPE if native & (1 << 31) else 0
    flags |= _Flag.EXCEPTION if native & (1 << 30) else 0
    if sys.version_info >= (3, 11) and native & walk.peek.INLINE_FLAG:
        flags |= _Flag.INLINE_VALUES
    for base in _mro_of(cls) or ():
        found = _dict_of(base).get("__repr__")
        if found is not None:
            return flags | (_Flag.USER_REPR if type(found) is types.FunctionType else 0)
    return flags


def _is_reported_elsewhere(cls):
    """The links of an `lru_cache` own their class, but the cache reports that reference."""
    return type.__dict__["__name__"].__get__(cls) == "_lru_list_elem" and _module_of(cls) == "functools"


def _types(connection, heap, request):
    rows = []
    for item in heap.objects_of(_ids(request)):
        is_class = issubclass(type(item), type) if type(item) is not type else True
        rows.append(type_row(item) if is_class else ["", "", 0])
    connection.send("types", request.id, {"types": rows})


def _roots(connection, heap, request):
    connection.send("roots", request.id, holders.roots(heap))


_HANDLERS = {
    "walk": _walk,
    "leaves": _leaves,
    "types": _types,
    "roots": _roots,
}
