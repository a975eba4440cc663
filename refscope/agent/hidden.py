"""Referents that the collector does not report, for native types whose layout is documented.

The collector knows what `tp_traverse` visits; some C types own objects and visit nothing (code
objects, numpy arrays, compiled patterns, static classes, dates with a time zone). For those whose
exact class is known, the fields are read by the C getters of that class, never by attribute
lookup on the object, so no user code can run. A field is listed only where the object owns exactly
one reference to it and the collector does not report it: reference counts must add up.
"""

from __future__ import annotations

import _datetime
import _operator
import gc
import re
import sys
import types
from array import array

from . import frames, peek

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MISSING = type("Missing", (), {"__slots__": ()})()
"""Stands for "no such object"."""

LOCAL_MARK = "local "
"""Begins the name of a hidden referent that is a local variable."""

_get_referents = gc.get_referents
_module_dict_of: Any = vars(types.ModuleType)["__dict__"].__get__
_mro_of = type.__dict__["__mro__"].__get__
_bases_of = type.__dict__["__bases__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_flags_of = type.__dict__["__flags__"].__get__
_HEAP_TYPE = 1 << 9
_HAVE_GC = 1 << 14
_MEMBER = type(types.CodeType.__dict__["co_consts"])  # member_descriptor: a plain field

_CODE_FIELDS = (
    "co_code", "co_consts", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_filename",
    "co_name", "co_qualname", "co_lnotab", "co_linetable", "co_exceptiontable",
)  # fmt: skip


def _fields(cls: Any, names: Any) -> Any:
    """The getters of those of the named fields that are plain members of the class."""
    found = [(name, _dict_of(cls).get(name)) for name in names]
    return [(name, getter.__get__) for name, getter in found if type(getter) is _MEMBER]


def module_attribute(module_name: str, name: str) -> Any:
    """A global of a loaded module, without `__getattr__`; None when there is none."""
    module = sys.modules.get(module_name)
    if module is None or not issubclass(type(module), types.ModuleType):
        return None
    return _module_dict_of(module).get(name)


def _members_of(getters: Any) -> Any:
    def read(item: Any) -> Any:
        found = []
        for name, get in getters:
            value = get(item)
            if value is not None:
                found.append((name, value))
        return found

    return read


def _code(item: Any) -> Any:
    """Plain fields, and from 3.11 on the names of all variable slots, which no field shows."""
    found = _code_members(item)
    if _SLOT_NAMES is not None:
        names = peek.pointed_at(id(item) + _SLOT_NAMES)
        if names is not None:
            found.append(("co_localsplusnames", names))
    return found


def _find_slot_names() -> Any:
    """Offset, in a code object, of the tuple with the names of its variable slots; None = not known."""
    if not peek.WORDS or sys.version_info < (3, 11):
        return None
    code, mapped = _find_slot_names.__code__, peek.MappedMemory()
    shown = [id(value) for _, value in _code_members(code)]
    for offset in range(16, 200, 8):
        address = peek.word(id(code) + offset)
        is_tuple = address not in shown and mapped.holds(address) and peek.word(address + 8) == id(tuple)
        if is_tuple and peek.object_at(address)[: code.co_nlocals] == code.co_varnames:
            return offset
    return None


_code_members = _members_of(_fields(types.CodeType, _CODE_FIELDS))
_SLOT_NAMES = _find_slot_names()


def class_dict(cls: Any) -> Any:
    """The dict behind a class' mapping proxy; None for a native class that was never initialised."""
    proxy = _dict_of(cls)
    return _get_referents(proxy)[0] if proxy is not None else None


def bases_of(cls: Any) -> Any:
    """The bases of a class; () for a native class that was never initialised: its getter would crash."""
    return _bases_of(cls) if _mro_of(cls) is not None else ()


def _of_class(cls: Any) -> Any:
    """A static class reports nothing; none reports its table of subclasses, a dict of weak references."""
    found = []
    if not _flags_of(cls) & _HEAP_TYPE:
        fields = [("__dict__", class_dict(cls)), ("__bases__", bases_of(cls)), ("__mro__", _mro_of(cls))]
        found = [(name, value) for name, value in fields if value]  # nothing there: never initialised
    if _SUBCLASSES is not None:
        address = peek.word(id(cls) + _SUBCLASSES)
        if address > 1 << 16 and not address & 7:  # small: static classes from 3.12 on, kept elsewhere
            found.append(("__subclasses__", peek.object_at(address)))
    return found


class _Base:
    """A class with one subclass, to see where the table of subclasses is kept."""


class _Derived(_Base):
    """The one subclass."""


def _find_subclasses() -> Any:
    """Offset, in a class object, of its table of subclasses; None = not known."""
    if not peek.WORDS:
        return None
    mapped = peek.MappedMemory()
    for offset in range(16, type.__sizeof__(int) & ~7, 8):
        address = peek.word(id(_Base) + offset)
        if mapped.holds(address) and peek.word(address + 8) == id(dict):
            found = peek.object_at(address)
            if len(found) == 1 and list(found) == [id(_Derived)]:
                return offset
    return None


_SUBCLASSES = _find_subclasses()


def _range(item: Any) -> Any:
    return [("start", item.start), ("stop", item.stop), ("step", item.step)]


def _time_zone_of(cls: Any) -> Any:
    get = _dict_of(cls)["tzinfo"].__get__

    def read(item: Any) -> Any:
        zone = get(item)
        return [] if zone is None else [("tzinfo", zone)]

    return read


def _numpy_array(cls: Any) -> Any:
    get_base, get_dtype = _dict_of(cls)["base"].__get__, _dict_of(cls)["dtype"].__get__
    get_flags, get_flat = _dict_of(cls)["flags"].__get__, _dict_of(cls)["flat"].__get__

    def read(item: Any) -> Any:
        found: list[tuple[Any, Any]] = []
        base = get_base(item)
        if base is not None:
            found.append(("base", base))
        dtype = get_dtype(item)
        if dtype.char == "O" and get_flags(item).owndata:
            for row, value in enumerate(get_flat(item)):
                found.append((row, value))
        found.append(("dtype", dtype))
        return found

    return read


def _greenlet(cls: Any) -> Any:
    """A suspended greenlet owns its frames, and those their variables; its class visits none of them."""
    get_frame = _dict_of(cls)["gr_frame"].__get__

    def read(item: Any) -> Any:
        innermost = get_frame(item)
        if innermost is None:
            return []
        if not frames.ARE_SPLIT:
            return [("gr_frame", innermost)]
        found = []
        for frame in frames.frames_of(innermost):
            variables, others = frames.local_variables(frame, False)
            found += [(LOCAL_MARK + name, value) for name, value, owned in variables if owned]
            found += [("frame", value) for value in others]
        return found

    return read


_LISTS_INTERNED = sys.version_info >= (3, 14)


def find_interned() -> Any:
    """The interpreter's table of interned strings where the collector lists it (3.14+), or None.

    A dict like any other by its looks, but it owns no reference to what stands in it. One pass of the
    collector's lists: 14 ms a million dicts and lists.
    """
    if not _LISTS_INTERNED:
        return None
    probe = sys.intern("refscope %d" % id(_Base))
    found = [each for each in gc.get_referrers(probe) if type(each) is dict and each.get(probe) is probe]
    return found[0] if len(found) == 1 else None


class HiddenReferents:
    """Readers of hidden referents, by class; a reader gives (name, object), a number as name is an index.

    in_process: the target goes on running; arrays, whose items may change meanwhile, are left out.
    """

    def __init__(self, in_process: bool) -> None:
        self._exact, self._inherited = {}, {}  # id of class -> reader
        self._readers: dict[Any, Any] = {}  # id of class -> reader, for every class met that has one
        self._inline: set[Any] = set()  # ids of classes whose instances hide the dict they were asked for
        self._met: set[Any] = set()  # ids of all classes met
        self._slot_counts: dict[Any, Any] = {}  # id of code -> how many variables its frames have
        self._exact[id(types.CodeType)] = _code
        self._inherited[id(type)] = _of_class
        self._exact[id(range)] = _range
        self._inherited[id(_datetime.datetime)] = _time_zone_of(_datetime.datetime)
        self._inherited[id(_datetime.time)] = _time_zone_of(_datetime.time)
        if not _flags_of(re.Pattern) & _HAVE_GC:
            self._exact[id(re.Pattern)] = _members_of(_fields(re.Pattern, ("pattern",)))
        array_class = module_attribute("numpy", "ndarray")
        if type(array_class) is type and not in_process:
            self._inherited[id(array_class)] = _numpy_array(array_class)
        greenlet_class = module_attribute("greenlet", "greenlet")
        if type(greenlet_class) is type and not in_process:
            self._inherited[id(greenlet_class)] = _greenlet(greenlet_class)
        self._silent_classes: set[Any] = set()
        self._silent: dict[Any, Any] = {}  # objects not to be visited, by id
        if sys.version_info[:2] == (3, 12) and "_asyncio" in sys.modules:
            # a free list is corrupted by a visit to it, and the next collection never ends
            self.silence(sys.modules["_asyncio"])
        self.interned = find_interned()
        if self.interned is not None:
            self.silence(self.interned)

    def silence(self, item: Any) -> None:
        """Never visit this object: it is reported without referents."""
        self._silent[id(item)] = item
        self._silent_classes.add(id(type(item)))

    def _learn(self, classes: Any) -> None:
        for cls in classes:
            key = id(cls)
            if key in self._met:
                continue
            self._met.add(key)
            reader: Any = self._exact.get(key)
            if reader is None and _has_any(self._inherited, cls):
                reader = next(
                    self._inherited[id(base)] for base in _mro_of(cls) if id(base) in self._inherited
                )
            if reader is not None:
                self._readers[key] = reader
            elif peek.HIDES_MADE_DICTS and _flags_of(cls) & peek.INLINE_FLAG:
                self._inline.add(key)

    def of(self, item: Any) -> Any:
        """(name, object) of the hidden referents of an object."""
        cls = type(item)
        self._learn((cls,))
        if id(cls) in self._inline:
            made = peek.made_dict(item)
            return [("__dict__", peek.object_at(made))] if made else []
        reader = self._readers.get(id(cls))
        return reader(item) if reader is not None else []

    def silent_rows(self, ids: Any, class_ids: Any) -> Any:
        """(row, []) for objects that are not to be visited. ids: of a chunk, as bytes of uint64."""
        if self._silent_classes.isdisjoint(class_ids):
            return []
        if not any(key.to_bytes(8, sys.byteorder) in ids for key in self._silent):
            return []  # most chunks have dicts, one of them the table of interned strings
        return [(row, []) for row, key in enumerate(array("Q", ids)) if key in self._silent]

    def stand_ins(self, part: Any, classes: Any, class_ids: Any) -> Any:
        """(row, list of all referents) for those items that the collector does not answer fully.

        classes: of the items, in order; class_ids: set of their ids. A stand-in replaces its object
        in the call of the collector: visiting the list yields what visiting the object should.
        """
        if not class_ids <= self._met:
            self._learn(classes)
        found = []
        if not class_ids.isdisjoint(self._readers):
            readers = self._readers
            for row, key in enumerate(map(id, classes)):
                if key in readers:
                    item = part[row]
                    extra = readers[key](item)
                    if extra:
                        found.append((row, _in_visiting_order(_get_referents(item) + [v for _, v in extra])))
        if not class_ids.isdisjoint(self._inline):
            found += self._with_made_dicts(part, classes)
        if not class_ids.isdisjoint(frames.BORROWING):
            found += self._without_borrowed(part, classes)
        return found

    def _without_borrowed(self, part: Any, classes: Any) -> Any:
        """Stand-ins for generators that report what their stack borrows: reference counts must add up."""
        found = []
        for row, key in enumerate(map(id, classes)):
            borrowed = frames.borrowed_by(part[row], self._slot_counts) if key in frames.BORROWING else ()
            if borrowed:
                owned = []
                for item in _get_referents(part[row]):
                    if id(item) in borrowed:
                        borrowed.remove(id(item))
                    else:
                        owned.append(item)
                found.append((row, _in_visiting_order(owned)))
        return found

    def _with_made_dicts(self, part: Any, classes: Any) -> Any:
        """Stand-ins for instances that hide their dict; reads all pointers in one C call."""
        rows = [row for row, cls in enumerate(classes) if id(cls) in self._inline]
        indexes = [(id(part[row]) - 24) >> 3 for row in rows]
        words = _operator.itemgetter(*indexes, indexes[0])(peek.MEMORY)
        return [
            (row, _in_visiting_order([*_get_referents(part[row]), peek.object_at(address)]))
            for row, address in zip(rows, words)
            if address
        ]


def _in_visiting_order(referents: Any) -> Any:
    """A list that yields these in their order when it is visited: the collector begins at its end."""
    return referents[::-1]


def _has_any(table: Any, cls: Any) -> bool:
    return not table.keys().isdisjoint(map(id, _mro_of(cls) or ()))
