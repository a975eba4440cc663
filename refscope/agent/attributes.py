"""Where instances keep their attributes: slots, values in the object itself, a dict.

Nothing here makes a dict that was not there, and no attribute protocol is used: slots are read by
their C descriptors, inline values and dict pointers as words (`peek`).
"""

from __future__ import annotations

import gc
import sys
import types

from . import descriptions, peek

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_get_referents = gc.get_referents
_mro_of = type.__dict__["__mro__"].__get__
_dict_of = type.__dict__["__dict__"].__get__
_flags_of = type.__dict__["__flags__"].__get__
_dict_offset_of = type.__dict__["__dictoffset__"].__get__
_HEAP_TYPE = 1 << 9
_MEMBER = type(types.CodeType.__dict__["co_consts"])
_MANAGED_DICT = 1 << 4 if sys.version_info >= (3, 11) else 0


def slots(item: Any) -> Any:
    """(name, value, whether it is an entry of `__slots__`) of members stored in the object itself.

    Others are fields that C code exposes; numbers among them are made anew.
    """
    found = []
    for base in _mro_of(type(item)) or ():
        is_slot = bool(_flags_of(base) & _HEAP_TYPE) and "__slots__" in _dict_of(base)
        for name, descriptor in list(_dict_of(base).items()):
            if type(descriptor) is _MEMBER and type(name) is str:
                try:
                    found.append((name, descriptor.__get__(item), is_slot))
                except Exception:  # an empty slot
                    continue
    return found


def dict_of(item: Any) -> Any:
    """The `__dict__` of an object, if it has been made; None otherwise."""
    cls = type(item)
    flags = _flags_of(cls)
    if flags & _MANAGED_DICT:
        if peek.WORDS:
            address = peek.made_dict(item)
            return peek.object_at(address) if address else None
        return _only_dict(item)
    offset = _dict_offset_of(cls)
    if not offset:
        return None
    if offset > 0 and peek.WORDS:
        address = peek.word(id(item) + offset)
        return peek.object_at(address) if address else None
    return _only_dict(item)


def _only_dict(item: Any) -> Any:
    """The single dict among the referents; for objects of variable size, and without ctypes."""
    stored = [id(value) for _, value, _ in slots(item)]
    found = [each for each in _get_referents(item) if type(each) is dict and id(each) not in stored]
    return found[0] if len(found) == 1 else None


def attributes(item: Any) -> Any:
    """{name: value} of what lies in the instance or its dict (a new dict); slots are not included."""
    found = {}
    for name, address in peek.inline_values(item):
        found[name] = peek.object_at(address)
    stored = dict_of(item)
    if stored is not None:
        for name, value in list(dict.items(stored)):
            if type(name) is str:
                found[name] = value
    return found


descriptions.set_attribute_reader(attributes)
