"""Makes an object let go of others, as a repaired program would: entries deleted, attributes removed.

For a throw-away clone of the image only: everything here changes the target's objects, and may run
its code. Containers are changed by the methods of the built-in class, so that a class which guards
its entries cannot refuse. What no Python code can change (a tuple, a method, a native object) says so.
"""

from __future__ import annotations

import _collections
import _functools
import gc
import types

from . import descriptions, frames, hidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LRU_CACHE = _functools._lru_cache_wrapper
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_MEMBER = type(types.CodeType.__dict__["co_consts"])  # member_descriptor: a slot


class CannotLetGo(Exception):
    """Why an object keeps what it holds, as words for a person."""


class Owners:
    """Whose dicts and tuples these are, where their owner has to be asked to change them.

    caches: id of a dict → the `lru_cache` that owns it; classes: id of a class's dict → the class;
    functions: id of a tuple of defaults or of a closure → its functions. Only for those with an id in
    `wanted`: a table of all classes would keep dead ones from being collected.
    """

    def __init__(self, objects: Any, wanted: Any) -> None:
        self.caches: dict[int, Any] = {}
        self.classes: dict[int, Any] = {}
        self.functions: dict[int, Any] = {}
        metaclasses: dict[Any, Any] = {}
        for item in objects:
            kind = type(item)
            if kind is _LRU_CACHE:
                own = item.__dict__
                tables = (table for table in gc.get_referents(item) if table is not own)
                self.caches.update((id(table), item) for table in tables if id(table) in wanted)
            elif kind is types.FunctionType:
                for found in (item.__defaults__, item.__closure__):
                    if found and id(found) in wanted:
                        self.functions.setdefault(id(found), []).append(item)
            else:
                is_meta = metaclasses.get(id(kind))
                if is_meta is None:
                    is_meta = metaclasses[id(kind)] = any(base is type for base in _mro_of(kind) or ())
                if is_meta and id(hidden.class_dict(item)) in wanted:
                    self.classes[id(hidden.class_dict(item))] = item


def let_go(source: Any, wanted: Any, owners: Any) -> None:
    """Make `source` let go of the objects with these ids; raises `CannotLetGo`."""
    acted = False
    lineage = [id(base) for base in _mro_of(type(source)) or ()]
    for cls, act in _ACTS:
        if id(cls) in lineage:
            acted = act(source, wanted, owners) or acted
    if not acted and not _from_instance(source, wanted, owners):
        raise CannotLetGo("no way is known to make a %s let go" % descriptions.class_name(type(source)))


def _from_dict(source: Any, wanted: Any, owners: Any) -> bool:
    cache, cls = owners.caches.get(id(source)), owners.classes.get(id(source))
    doomed = [key for key, value in dict.items(source) if id(value) in wanted or id(key) in wanted]
    if not doomed:
        return False
    if cache is not None:
        cache.cache_clear()  # it links its entries by bare pointers
    elif cls is not None:
        for key in doomed:
            _del_class_attribute(cls, key)
    elif len(doomed) == len(source):
        _native_dict(source).clear(source)
    else:
        _delete_keys(source, doomed, wanted)
    return True


def _native_dict(source: Any) -> Any:
    is_ordered = any(base is _collections.OrderedDict for base in _mro_of(type(source)))
    return _collections.OrderedDict if is_ordered else dict


def _delete_keys(source: Any, doomed: Any, wanted: Any) -> None:
    """One by one; keys that are not found any more (their hash has changed) need a dict made anew."""
    native, failed = _native_dict(source), False
    for key in doomed:
        try:
            native.__delitem__(source, key)
        except Exception:
            failed = True
    if failed:
        kept = [pair for pair in dict.items(source) if wanted.isdisjoint(map(id, pair))]
        native.clear(source)
        for key, value in kept:
            native.__setitem__(source, key, value)


def _del_class_attribute(cls: Any, name: str) -> None:
    try:
        type.__delattr__(cls, name)
    except (TypeError, AttributeError) as problem:
        text = "the class %s keeps %s: %s" % (descriptions.class_name(cls), name, problem)
        raise CannotLetGo(text) from None


def _from_list(source: Any, wanted: Any, owners: Any) -> bool:
    kept = [item for item in list.__iter__(source) if id(item) not in wanted]
    if len(kept) == list.__len__(source):
        return False
    list.__setitem__(source, slice(None), kept)
    return True


def _from_deque(source: Any, wanted: Any, owners: Any) -> bool:
    native = _collections.deque
    kept = [item for item in native.__iter__(source) if id(item) not in wanted]
    if len(kept) == native.__len__(source):
        return False
    native.clear(source)
    native.extend(source, kept)
    return True


def _from_set(source: Any, wanted: Any, owners: Any) -> bool:
    kept = [item for item in set.__iter__(source) if id(item) not in wanted]
    if len(kept) == set.__len__(source):
        return False
    set.clear(source)
    set.update(source, kept)
    return True


def _from_cell(source: Any, wanted: Any, owners: Any) -> bool:
    try:
        if id(source.cell_contents) not in wanted:
            return False
    except ValueError:  # empty
        return False
    del source.cell_contents
    return True


def _from_tuple(source: Any, wanted: Any, owners: Any) -> Any:
    """Defaults go with their tuple; of a closure the cells lose their contents."""
    acted = False
    for function in owners.functions.get(id(source), ()):
        if function.__defaults__ is source:
            function.__defaults__ = None
            acted = True
        elif function.__closure__ is source:
            acted = _empty_cells(source, wanted) or acted
    return acted


def _empty_cells(cells: Any, wanted: Any) -> bool:
    emptied = False
    for cell in cells:
        if id(cell) in wanted and gc.get_referents(cell):
            del cell.cell_contents
            emptied = True
    return emptied


def _from_function(source: Any, wanted: Any, owners: Any) -> Any:
    acted = False
    if id(source.__defaults__) in wanted:
        source.__defaults__, acted = None, True
    if id(source.__kwdefaults__) in wanted:
        source.__kwdefaults__, acted = None, True
    if id(source.__closure__) in wanted and source.__closure__:
        acted = _empty_cells(source.__closure__, set(map(id, source.__closure__))) or acted
    return _from_instance(source, wanted, owners) or acted


def _from_cache(source: Any, wanted: Any, owners: Any) -> bool:
    source.cache_clear()
    return True


def _from_exception(source: Any, wanted: Any, owners: Any) -> Any:
    acted = False
    for name in ("__traceback__", "__context__", "__cause__"):
        field = BaseException.__dict__[name]
        value = field.__get__(source)
        if value is not None and id(value) in wanted:
            field.__set__(source, None)
            acted = True
    args = BaseException.__dict__["args"]
    if id(args.__get__(source)) in wanted:
        args.__set__(source, ())
        acted = True
    return _from_instance(source, wanted, owners) or acted


def _from_traceback(source: Any, wanted: Any, owners: Any) -> Any:
    acted = False
    if id(source.tb_frame) in wanted:
        acted = _from_frame(source.tb_frame, wanted, owners)
    if id(source.tb_next) in wanted and source.tb_next is not None:
        source.tb_next, acted = None, True
    return acted


def _from_frame(source: Any, wanted: Any, owners: Any) -> bool:
    try:
        source.clear()
    except RuntimeError:
        raise CannotLetGo("a frame that runs keeps its variables") from None
    return True


def _from_suspended(source: Any, wanted: Any, owners: Any) -> bool:
    try:
        source.close()
    except (RuntimeError, ValueError) as problem:
        raise CannotLetGo("the %s could not be closed: %s" % (type(source).__name__, problem)) from None
    return True


def _from_class(source: Any, wanted: Any, owners: Any) -> Any:
    doomed = [name for name, value in list(_dict_of(source).items()) if id(value) in wanted]
    for name in doomed:
        if name not in ("__dict__", "__weakref__"):
            _del_class_attribute(source, name)
    return bool(doomed)


def _from_instance(source: Any, wanted: Any, owners: Any) -> Any:
    """Attributes, in the instance's dict or in slots."""
    acted = False
    try:
        attributes = object.__getattribute__(source, "__dict__")
    except Exception:
        attributes = None
    if type(attributes) is dict:
        if id(attributes) in wanted:
            wanted = wanted | set(map(id, attributes.values()))
        acted = _from_dict(attributes, wanted, owners)
    for base in _mro_of(type(source)) or ():
        for field in list(_dict_of(base).values()):
            if type(field) is _MEMBER:
                acted = _del_slot(field, source, wanted) or acted
    return acted


def _del_slot(field: Any, source: Any, wanted: Any) -> bool:
    try:
        if id(field.__get__(source)) not in wanted:
            return False
        field.__delete__(source)
    except (AttributeError, TypeError):  # empty, or a native field that cannot be written
        return False
    return True


_ACTS = (
    (_LRU_CACHE, _from_cache),
    (dict, _from_dict),
    (list, _from_list),
    (_collections.deque, _from_deque),
    (set, _from_set),
    (frames.CELL, _from_cell),
    (tuple, _from_tuple),
    (types.FunctionType, _from_function),
    (BaseException, _from_exception),
    (types.TracebackType, _from_traceback),
    (types.FrameType, _from_frame),
    (types.GeneratorType, _from_suspended),
    (types.CoroutineType, _from_suspended),
    (type, _from_class),
)
"""What to do for an instance of each class; of several that fit, all is done."""
