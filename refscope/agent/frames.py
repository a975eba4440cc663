"""Running frames: their local variables and what else they own, so that reference counts add up.

The collector does not list running frames, and from 3.11 on reports nothing that they hold. Local
variables are read as words of the frame (`f_locals` would make a dict that holds them all, up to
3.12); where they lie is found at import by looking at a frame of our own. Where that fails, the
image reads `f_locals`, and the running target answers without locals.
"""

from __future__ import annotations

import gc
import sys
import types

from . import peek

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_VARIABLES_LIMIT = 20_000


def _closing_over(value: Any) -> Any:
    return lambda: value


FRAME = type(sys._getframe())
CELL = type(_closing_over(0).__closure__[0])
_FRAME_GETTERS = {  # by id of the class: hashing a class may run code of its metaclass
    id(types.GeneratorType): types.GeneratorType.__dict__["gi_frame"].__get__,
    id(types.CoroutineType): types.CoroutineType.__dict__["cr_frame"].__get__,
    id(types.AsyncGeneratorType): types.AsyncGeneratorType.__dict__["ag_frame"].__get__,
}
_OPTIMIZED = 1  # CO_OPTIMIZED: local variables lie in slots
_GENERATOR_CODE = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
ARE_SPLIT = sys.version_info >= (3, 11)  # the frame object is only a view of the real frame
_TAG = 7 if sys.version_info >= (3, 14) else 0  # 3.14 marks borrowed references in the lowest bits


def _base_of(frame: Any) -> Any:
    return peek.word(id(frame) + 24) if ARE_SPLIT else id(frame)


def _probe(first: Any) -> Any:
    """Where the parts of a frame lie, as rows of words from its base."""
    frame = sys._getframe()
    base = _base_of(frame)
    words = [peek.word(base + 8 * row) & ~_TAG for row in range(60)]
    found = {"locals": words.index(id(first)), "code": words.index(id(frame.f_code))}
    found["namespace"] = words.index(id(frame.f_builtins)) + (1 if ARE_SPLIT else 2)
    if ARE_SPLIT:
        found["function"] = words.index(id(_probe))
    return found


def _find_rows() -> Any:
    if not peek.WORDS or sys.implementation.name != "cpython":
        return None
    try:
        return _probe(object())
    except ValueError:
        return None


_ROWS = _find_rows()


def _names_of(code: Any) -> Any:
    """Names of the variable slots of a frame, in order."""
    cells = code.co_cellvars
    if ARE_SPLIT:
        cells = tuple(name for name in cells if name not in code.co_varnames)
    return code.co_varnames + cells + code.co_freevars


def slots(frame: Any) -> Any:
    """(name, value, owned) per variable slot in use; a value may be the cell of a closure variable.

    owned: whether the slot owns its reference. None = this interpreter's frames cannot be read.
    """
    if _ROWS is None:
        return None
    start = _base_of(frame) + 8 * _ROWS["locals"]
    found = []
    for row, name in enumerate(_names_of(frame.f_code)[:_VARIABLES_LIMIT]):
        value = peek.word(start + 8 * row)
        if not value & ~_TAG or (_TAG and value & 3 == 3):  # empty, or a small number without an object
            continue
        found.append((name, peek.object_at(value & ~_TAG), not value & _TAG))
    return found


def stack_candidates(frame: Any) -> Any:
    """Ids in the slots of the value stack: what a running expression or loop may hold, or once held."""
    if _ROWS is None or not frame.f_code.co_stacksize:
        return []
    code = frame.f_code
    start = _base_of(frame) + 8 * (_ROWS["locals"] + len(_names_of(code)))
    words = [peek.word(start + 8 * row) for row in range(min(code.co_stacksize, 1000))]
    return [value for value in words if value and not value & _TAG]  # what is borrowed holds nothing


def stack_objects(frame: Any) -> Any:
    """Those referents of a suspended or finished frame that lie on its value stack."""
    candidates = set(stack_candidates(frame))
    return [value for value in gc.get_referents(frame) if id(value) in candidates]


def _namespace_of(frame: Any) -> Any:
    """The dict of local names that a module's or class' frame owns, or None."""
    address = peek.word(_base_of(frame) + 8 * _ROWS["namespace"])
    return peek.object_at(address) if address else None


def _owned_function(frame: Any) -> Any:
    """The function of a frame, as a list; [] where it is borrowed from the frame that called it (3.14)."""
    address = peek.word(_base_of(frame) + 8 * _ROWS["function"])
    return [] if address & _TAG else [peek.object_at(address)]


def local_variables(frame: Any, may_read_locals: bool = True) -> Any:
    """([(name, object, owned)], [objects the frame owns besides]) of a running frame."""
    known = slots(frame)
    if known is None:
        pairs = _from_f_locals(frame) if may_read_locals else []
        return [(name, value, True) for name, value in pairs], [frame.f_code]
    variables, others = [], []
    cell_names = set(frame.f_code.co_cellvars + frame.f_code.co_freevars)
    for name, value, owned in known:
        if name in cell_names and type(value) is CELL:
            if owned:
                others.append(value)
            for contents in gc.get_referents(value):
                variables.append((name, contents, False))
        else:
            variables.append((name, value, owned))
    others.append(frame.f_code)
    namespace = _namespace_of(frame)
    if namespace is not None:
        others.append(namespace)
        is_snapshot = frame.f_code.co_flags & _OPTIMIZED  # made for a tracer: the slots are the truth
        if type(namespace) is dict and namespace is not frame.f_globals and not is_snapshot:
            pairs = [pair for pair in namespace.items() if type(pair[0]) is str]
            variables += [(name, value, False) for name, value in pairs[:_VARIABLES_LIMIT]]
    if ARE_SPLIT:
        others += _owned_function(frame)
    else:
        others += [frame.f_builtins, frame.f_globals]
        if frame.f_back is not None:
            others.append(frame.f_back)
    if frame.f_trace is not None:
        others.append(frame.f_trace)
    return variables, others


def _from_f_locals(frame: Any) -> Any:
    """Last resort, for the image only: reading makes a dict, which is emptied again."""
    namespace = frame.f_locals
    pairs = [(name, value) for name, value in namespace.items() if type(name) is str]
    if frame.f_code.co_flags & _OPTIMIZED and type(namespace) is dict:
        namespace.clear()
    return pairs


def frames_of(thread_frame: Any) -> Any:
    """The frames of a thread, innermost first."""
    found = []
    while thread_frame is not None:
        found.append(thread_frame)
        thread_frame = thread_frame.f_back
    return found


def ids_reported_by_generators(objects: Any, wanted: Any) -> Any:
    """{frame id: ids that the collector reports for the running generator of that frame}."""
    found = {}
    for item, key in zip(objects, map(id, map(type, objects))):
        if key in _FRAME_GETTERS:
            frame = _FRAME_GETTERS[key](item)
            if frame is not None and id(frame) in wanted:
                found[id(frame)] = list(map(id, gc.get_referents(item)))
    return found


def _pausing(first: Any) -> Any:
    return (first, (yield))


def _find_generator_rows() -> Any:
    """(bytes from a generator to its frame, row of the stack pointer in a frame); None = not known.

    Looked for only where a frame may borrow what lies on its stack.
    """
    if not _TAG or _ROWS is None:
        return None
    first = object()
    generator = _pausing(first)
    next(generator)
    base = _base_of(generator.gi_frame)
    top = base + 8 * (_ROWS["locals"] + 2)  # one variable, one value
    rows = [row for row in range(_ROWS["locals"]) if peek.word(base + 8 * row) == top]
    value, offset = peek.word(top - 8), base - id(generator)
    if len(rows) != 1 or value & ~_TAG != id(first) or not 0 < offset < object.__sizeof__(generator):
        return None
    return offset, rows[0]


_GENERATOR_ROWS = _find_generator_rows()
BORROWING = frozenset(_FRAME_GETTERS if _GENERATOR_ROWS is not None else ())
"""Ids of classes that report what their stack only borrows (3.14), see `borrowed_by`."""


def borrowed_by(generator: Any, slot_counts: Any) -> Any:
    """Ids that the collector reports for the stack of a generator though it owns no reference to them.

    generator: of a class in `BORROWING`; no frame object is made. slot_counts: {id of code: variable
    slots}, filled here. Costs two words for most generators.
    """
    offset, row = _GENERATOR_ROWS
    base = id(generator) + offset
    code = peek.word(base + 8 * _ROWS["code"]) & ~_TAG
    count = slot_counts.get(code)
    if count is None:
        count = slot_counts[code] = len(_names_of(peek.object_at(code)))
    start = base + 8 * (_ROWS["locals"] + count)
    depth = (peek.word(base + 8 * row) - start) >> 3
    if not 0 < depth <= _VARIABLES_LIMIT:
        return []
    words = [peek.word(start + 8 * each) for each in range(depth)]
    # 1 stands for nothing, both low bits for a small number; what is never freed is marked like the borrowed.
    found = [value & ~_TAG for value in words if value & _TAG and value & 3 != 3 and value > _TAG]
    return [key for key in found if not peek.word(key) >> 31 & 1]


def is_generator_frame(frame: Any) -> Any:
    """Whether the frame belongs to a generator or coroutine."""
    return bool(frame.f_code.co_flags & _GENERATOR_CODE)
