"""Who holds objects from outside the object graph: modules, running frames, parts of the interpreter.

Answers the `roots` question. No user code runs: modules are read through the C getter of their
dict, frames as `frames` does, thread states by the ids that were noted before the fork.
"""

from __future__ import annotations

import _functools
import gc
import itertools
import sys
import types

from . import descriptions, interpreter, sizes, wire
from . import frames as running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

# Bound here: programs replace functions of `sys`, which the agent cannot have for itself.
_getsizeof, _getframe, _getrefcount = sys.getsizeof, sys._getframe, sys.getrefcount
_module_dict_of: Any = vars(types.ModuleType)["__dict__"].__get__
_mro_of = type.__dict__["__mro__"].__get__


def module_dict(module: Any) -> Any:
    """The globals of a module object (or of an instance of a subclass), None for anything else."""
    cls = type(module)
    if cls is types.ModuleType or any(base is types.ModuleType for base in _mro_of(cls) or ()):
        return _module_dict_of(module)
    return None


def modules() -> Any:
    """[[name, module id, dict id]] of `sys.modules`; dict id 0 for what is no module."""
    found = []
    for name, module in list(sys.modules.items()):
        if type(name) is str:
            namespace = module_dict(module)
            found.append([name, id(module), id(namespace) if namespace is not None else 0])
    return found


def roots(heap: Any) -> Any:
    """The fields of the answer to `roots` (docs/protocol.md) for a `walk.FrozenHeap`."""
    words = interpreter.state_words()
    frames = [
        (ident, frame) for ident, innermost in heap.frames.items() for frame in running.frames_of(innermost)
    ]
    wanted = set(words)
    wanted.update(id(frame) for _, frame in frames)
    wanted.update(value for _, words_of_state, _ in heap.thread_states for value in words_of_state.values())
    listed = wanted.intersection(map(id, heap.objects))
    return {
        "modules": modules(),
        "frames": _frames(heap, frames, listed),
        "interpreter": _interpreter(heap, words, listed),
        "own": own_ids(heap),
        "collector": collector_state(heap),
    }


def collector_state(heap: Any) -> Any:
    """How the collector was set at the freeze; `heap.collector` (a dict) wins, as an image changes it."""
    state = {
        "enabled": gc.isenabled(),
        "frozen": gc.get_freeze_count() > 0,
        "debug": gc.get_debug(),
        "thresholds": list(gc.get_threshold()),
    }
    state.update(heap.collector)
    return state


def _frames(heap: Any, frames: Any, listed: Any) -> Any:
    generators = {id(frame) for _, frame in frames if running.is_generator_frame(frame)}
    reported = running.ids_reported_by_generators(heap.objects, generators) if generators else {}
    return [_frame(heap, ident, frame, listed, reported.get(id(frame), ())) for ident, frame in frames]


def _frame(heap: Any, ident: int, frame: Any, listed: Any, reported: Any) -> Any:
    """One entry of `frames`. reported: ids that the collector gives for the generator of this frame."""
    variables, others = running.local_variables(frame, not heap.in_process)
    seen = list(reported)
    is_listed = id(frame) in listed

    def is_counted(value: Any, owned: Any) -> bool:
        if not owned or is_listed:
            return False
        if id(value) in seen:
            seen.remove(id(value))
            return False
        return True

    code = frame.f_code
    module = frame.f_globals.get("__name__")
    return {
        "id": id(frame),
        "type": id(type(frame)),
        "size": _getsizeof(frame),
        "thread_id": ident,
        "thread_name": heap.threads.get(ident, "thread %d" % ident),
        "function": getattr(code, "co_qualname", code.co_name),
        "module": module if type(module) is str else "",
        "filename": code.co_filename,
        "line": frame.f_lineno,
        "locals": [[name, id(value), is_counted(value, owned)] for name, value, owned in variables],
        "referents": [id(value) for value in others if is_counted(value, True)],
        "stack": running.stack_candidates(frame),
    }


def _interpreter(heap: Any, words: str, listed: Any) -> Any:
    parts = interpreter.thread_parts(heap.thread_states, heap.threads)
    # What is not listed may have been freed with its thread's state, in the copy.
    found = [[part, value, 1] for part, value in parts if value in listed]
    found += [[part, value, 1] for part, value in interpreter.named_words(words, listed)]
    found += [list(entry) for entry in interpreter.atexit_callbacks(words, heap.objects)]
    found += [[part, id(handler), 1] for part, handler in interpreter.signal_handlers()]
    if heap.extras.interned is not None:
        found.append(["table of interned strings", id(heap.extras.interned), 1])
    found += [["fork hooks", id(hooks), 1] for hooks in heap.fork_hooks or () if type(hooks) is list]
    return found


def own_ids(heap: Any) -> Any:
    """Ids of our objects: what was given, what our modules define, the steps of the freeze in flight.

    Found once, before frames of ours hold objects of the program that a question is about.
    """
    if heap.own_ids is None:
        heap.own_ids = _find_own_ids(heap)
    return heap.own_ids


def _find_own_ids(heap: Any) -> Any:
    foreign = {id(heap.objects), id(heap.raw_counts), *map(id, heap.fork_hooks or ())}
    found, waiting = {}, [*heap.own, *_of_our_frames(heap), *_released(heap), heap.thread_states]
    for _, _, held in heap.thread_states:
        foreign.update(map(id, held))
    while waiting:
        item = waiting.pop()
        if id(item) in found or id(item) in foreign:
            continue
        kind = type(item)
        if kind is types.ModuleType:
            if not _is_ours(item, heap):
                continue
            namespace = _module_dict_of(item)
            found[id(namespace)] = namespace
            waiting += [value for value in namespace.values() if _belongs_to(value, namespace)]
        elif any(kind is each for each in _TRANSPARENT):
            waiting += gc.get_referents(item)
        elif kind is types.FunctionType:
            waiting += [item.__code__, *(item.__closure__ or ())]
        elif kind is types.CodeType:
            waiting += [each for each in item.co_consts if type(each) is types.CodeType]
        elif kind is type:
            waiting += [each for each in _class_dict_of(item).values() if type(each) is types.FunctionType]
        elif kind is not running.CELL and not _is_ours_by_name(_class_module(kind)):
            continue
        found[id(item)] = item
    return list(found)


_PACKAGE = __name__.rpartition(".")[0]
_TRANSPARENT: Any = (
    _functools.partial, map, itertools.chain, itertools.repeat, tuple, list, dict,
    type(iter([])), type(iter(())), type(len), types.MethodType,
)  # fmt: skip
_class_module = descriptions.module_of
_class_dict_of = type.__dict__["__dict__"].__get__


def _of_our_frames(heap: Any) -> Any:
    """What the frames that answer now hold: they were there at the freeze, some with its steps.

    And those of threads that answer about an earlier freeze, which was listed in place as well.
    """
    found: list[Any] = []
    for innermost in [_getframe(), *heap.frames.values()]:
        frame: FrameType | None = innermost
        while frame is not None and _is_ours_by_name(frame.f_globals.get("__name__", "")):
            found += [frame, frame.f_code, *(value for _, value, _ in running.slots(frame) or ())]
            frame = frame.f_back
    return found


def _released(heap: Any) -> Any:
    """Listed objects that nothing but the listing holds any more: the steps of the freeze itself.

    In process those still live or not as it happens; the request is the one with a class of ours.
    """
    if heap.in_process:
        return [item for item, cls in zip(heap.objects, map(type, heap.objects)) if cls is wire.Frame]
    alone = sizes.count_offset()
    counted = zip(heap.objects, map(_getrefcount, heap.objects))
    return [item for item, count in counted if count == alone + 1]


def _is_ours_by_name(name: str) -> Any:
    return type(name) is str and name.rpartition(".")[0] == _PACKAGE


def _is_ours(module: Any, heap: Any) -> Any:
    """Whether the program does not share a module that was loaded for us, as it shares native ones."""
    name = _module_dict_of(module).get("__name__")
    if _is_ours_by_name(name):
        return True
    return any(module is each for each in heap.own) and sys.modules.get(name) is not module


def _belongs_to(value: Any, namespace: Any) -> Any:
    """Whether a function or class was defined in the module of these globals, or is an object of ours.

    Objects too: a local variable of the freeze's frame holds one, unseen, so that it looked like a root.
    """
    kind = type(value)
    if kind is types.FunctionType:
        return value.__globals__ is namespace
    if kind is not type:
        return _is_ours_by_name(_class_module(kind))
    members = list(_class_dict_of(value).values())
    return any(type(each) is types.FunctionType and each.__globals__ is namespace for each in members)
