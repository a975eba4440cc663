"""What runs in a throw-away clone of the image: `repr`, expressions, objgraph's quick look.

Each `…_in_clone` function is called in the image and gives the answer's fields; the work itself may
run any code of the target. Texts are cut before they leave the clone.
"""

from __future__ import annotations

import _frozen_importlib
import _frozen_importlib_external
import builtins
import io
import re
import sys

from . import copies, descriptions, hidden, holders, peek

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

TEXT_LIMIT = 200  # characters of one `repr`
VALUE_LIMIT = 2000  # characters of the value of an expression
DEADLINE_S = 10.0  # when the host does not say
_SHARE = 4  # one object may take a quarter of the time of all
_CLONES = 8  # after so many that died, the rest is not tried
_DOTTED = re.compile(r"\s*([^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*)")


class Failed(Exception):
    """An answer of kind `error`: code, message."""


def cut(text: str, limit: int) -> Any:
    """Of what `repr` or `str` gave (perhaps a subclass): exact, shown characters, at most `limit`."""
    length = str.__len__(text)
    shown = str.__getitem__(text, slice(0, limit))
    shown = descriptions.text_of("".join(map(str.__str__, str.__iter__(shown))), limit)
    return shown if length <= limit else "%s… (%d characters)" % (shown[: limit - 20], length)


def words_for(problem: Any) -> Any:
    """`Type: message` of an exception; its `__str__` is user code."""
    name = descriptions.class_name(type(problem))
    try:
        return cut("%s: %s" % (name, str(problem)), TEXT_LIMIT)
    except BaseException:
        return name


def reprs_in_clone(heap: Any, ids: Any, deadline_s: float) -> Any:
    """{"texts": [text or None], "errors": [text or None]} per id."""
    texts: list[str | None] = [None] * len(ids)
    errors: list[str | None] = [None] * len(ids)
    objects = heap.objects_of(ids)
    waiting = [row for row, item in enumerate(objects) if item is not hidden.MISSING]
    for row in set(range(len(ids))).difference(waiting):
        errors[row] = "no object has this id"
    until = copies.clock() + deadline_s
    for _ in range(_CLONES):
        left_s = until - copies.clock()
        if not waiting or left_s <= 0:
            break
        item_s = max(0.05, min(left_s, deadline_s / _SHARE))
        messages, ending = copies.run(_repr_work(objects, waiting), left_s, item_s)
        for message in messages:
            if message is not None:
                row, text, error = message
                texts[row], errors[row] = text, error
        done = {message[0] for message in messages if message is not None}
        waiting = [row for row in waiting if row not in done]
        if waiting:
            errors[waiting.pop(0)] = ending.text
    for row in waiting:
        errors[row] = "not tried: no time was left"
    return {"texts": texts, "errors": errors}


def _repr_work(objects: Any, rows: Any) -> Any:
    def work(send: Callable[..., None], rearm: Callable[[], None]) -> None:
        for row in rows:
            rearm()
            try:
                send([row, cut(repr(objects[row]), TEXT_LIMIT), None])
            except BaseException as problem:
                send([row, None, words_for(problem)])

    return work


class Names(dict):  # type: ignore[type-arg]  # 3.7 has no dict[…]
    """Free names of an expression: `obj`, then modules that are loaded, then globals of `__main__`."""

    def __missing__(self, name: str) -> Any:
        module = sys.modules.get(name)
        if module is not None:
            return module
        main = holders.module_dict(sys.modules.get("__main__")) or {}
        if name in main:
            return main[name]
        return vars(builtins)[name]


def names_for(expression: str, target: Any) -> Any:
    """(expression, names): a leading dotted module that its package does not show is bound by itself."""
    names = Names(__builtins__=builtins)
    if target is not hidden.MISSING:
        names["obj"] = target
    found = _DOTTED.match(expression)
    if found is None:
        return expression.strip(), names
    parts = re.split(r"\s*\.\s*", found.group(1))
    for count in range(len(parts), 1, -1):
        module = sys.modules.get(".".join(parts[:count]))
        if module is not None:
            names["_module"] = module
            rest = ".".join(["_module", *parts[count:]])
            return rest + expression[found.end() :], names
    return expression.strip(), names


def evaluate_in_clone(heap: Any, expression: str, target: Any, deadline_s: float) -> Any:
    """{"text": …, "result": id}; raises `Failed` with what the expression raised."""

    def work(send: Callable[..., None], rearm: Callable[[], None]) -> None:
        try:
            text, names = names_for(expression, target)
            value = eval(compile(text, "<expression>", "eval"), names, names)
        except BaseException as problem:
            send(["error", words_for(problem)])
            return
        send(["result", id(value)])
        try:
            send(["text", cut(repr(value), VALUE_LIMIT)])
        except BaseException as problem:
            send(["text", "%s (repr: %s)" % (descriptions.instance_text(value), words_for(problem))])

    found, ending = _fields_of(work, deadline_s)
    if "error" in found:
        raise Failed("bad_request", found["error"])
    if "result" not in found:
        raise Failed(ending.code, "the expression: " + ending.text)
    text = found.get("text")
    if text is None:
        text = "%s (repr: %s)" % ("object at 0x%x" % found["result"], ending.text)
    return {"text": text, "result": found["result"]}


def _fields_of(work: Callable[..., Any], deadline_s: float) -> Any:
    messages, ending = copies.run(work, deadline_s)
    return dict(message for message in messages if message is not None), ending


def objgraph_in_clone(
    heap: Any, function: Any, arguments: dict[str, Any], path: str, deadline_s: float
) -> Any:
    """{"result": JSON} of a function of objgraph; raises `Failed`."""
    look = _LOOKS.get(function)
    holders.own_ids(heap)
    if look is None:
        raise Failed(
            "bad_request", "objgraph.%s is not offered: one of %s" % (function, ", ".join(sorted(_LOOKS)))
        )

    def work(send: Callable[..., None], rearm: Callable[[], None]) -> None:
        try:
            send(["result", look(_load_objgraph(path), heap, arguments)])
        except BaseException as problem:
            send(["error", words_for(problem)])

    found, ending = _fields_of(work, deadline_s)
    if "error" in found:
        raise Failed("bad_request", "objgraph: " + found["error"])
    if "result" not in found:
        raise Failed(ending.code or "died", "objgraph: " + ending.text)
    return {"result": found["result"]}


def _load_objgraph(path: str) -> Any:
    spec: Any = _frozen_importlib_external.spec_from_file_location("_refscope_objgraph", path)
    module = _frozen_importlib.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hide_ours(heap: Any) -> None:
    """Take our own containers off the collector's lists, where objgraph would find them as referrers."""
    ours = [
        heap.own_ids,
        heap.objects,
        heap.raw_counts,
        heap.__dict__,
        heap.frames,
        *heap.own,
        *heap.tables(),
    ]
    ours += [container for _, words, held in heap.thread_states for container in (words, held)]
    if heap.labeler is not None:
        ours.append(heap.labeler.__dict__)
    if peek.VECTORS:
        untrack = peek.untracker()
        for item in ours:
            if type(item) in (list, dict):
                untrack(item)


def _targets(objgraph: Any, heap: Any, arguments: dict[str, Any]) -> Any:
    """The objects asked for, by `object`, `objects` (ids) or `typename` (the last few of it)."""
    ids = list(arguments.get("objects") or ())
    if arguments.get("object"):
        ids.append(arguments["object"])
    if ids:
        found = [item for item in heap.objects_of(ids) if item is not hidden.MISSING]
    else:
        found = objgraph.by_type(arguments["typename"], listing(heap))[-int(arguments.get("limit", 1)) :]
    if not found:
        raise LookupError("no such object")
    hide_ours(heap)
    return found


def listing(heap: Any) -> Any:
    """The objects of the freeze without ours, as a list."""
    ours = set(holders.own_ids(heap))
    return [item for item in heap.objects if id(item) not in ours]


def _typestats(objgraph: Any, heap: Any, arguments: dict[str, Any]) -> Any:
    return objgraph.typestats(listing(heap), shortnames=bool(arguments.get("shortnames", True)))


def _most_common(objgraph: Any, heap: Any, arguments: dict[str, Any]) -> Any:
    return objgraph.most_common_types(
        limit=int(arguments.get("limit", 10)),
        objects=listing(heap),
        shortnames=bool(arguments.get("shortnames", True)),
    )


def _count(objgraph: Any, heap: Any, arguments: dict[str, Any]) -> Any:
    return objgraph.count(arguments["typename"], listing(heap))


def _by_type(objgraph: Any, heap: Any, arguments: dict[str, Any]) -> Any:
    found = objgraph.by_type(arguments["typename"], listing(heap))
    shown = found[: int(arguments.get("limit", 100))]
    return {"total": len(found), "objects": [[id(item), descriptions.describe(item)] for item in shown]}


def _ignored(objgraph: Any, heap: Any, found: Any) -> Any:
    """Ids that are ours: containers of this question, frames and what they hold."""
    ignored = set(holders.own_ids(heap)) | {id(found), id(objgraph.__dict__), id(heap.objects)}
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_globals.get("__name__", "").startswith(__package__):
        ignored |= {id(frame), id(frame.f_locals)}
        frame = frame.f_back
    return ignored - set(map(id, found))


def _backref_chain(objgraph: Any, heap: Any, arguments: dict[str, Any]) -> Any:
    found = _targets(objgraph, heap, arguments)
    depth = int(arguments.get("max_depth", 20))
    chain = objgraph.find_backref_chain(
        found[0], objgraph.is_proper_module, max_depth=depth, extra_ignore=_ignored(objgraph, heap, found)
    )
    return [[id(item), descriptions.describe(item), descriptions.class_name(type(item))] for item in chain]


def _backrefs(objgraph: Any, heap: Any, arguments: dict[str, Any]) -> Any:
    found, output = _targets(objgraph, heap, arguments), io.StringIO()
    hidden_types = frozenset(arguments.get("hidden_types") or ())
    objgraph.show_backrefs(
        found,
        max_depth=int(arguments.get("max_depth", 3)),
        too_many=int(arguments.get("too_many", 10)),
        extra_ignore=_ignored(objgraph, heap, found),
        filter=(lambda item: descriptions.class_name(type(item)) not in hidden_types)
        if hidden_types
        else None,
        refcounts=bool(arguments.get("refcounts", False)),
        shortnames=bool(arguments.get("shortnames", True)),
        output=output,
    )
    return output.getvalue()


_LOOKS = {
    "typestats": _typestats,
    "most_common_types": _most_common,
    "count": _count,
    "by_type": _by_type,
    "find_backref_chain": _backref_chain,
    "show_backrefs": _backrefs,
}
