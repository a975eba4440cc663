"""What can stand next in a console's line: names, attributes, keys, found without running properties.

Objects are looked through as the interpreter stores them (dicts, slots, class dicts), never through
`getattr` or `dir`, which may run code of the program. Runs in a throw-away clone of the image.
"""

from __future__ import annotations

import builtins
import re
import sys
import types

from . import descriptions, holders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST = 200  # names that are sent
_DOTTED = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*)\.(\w*)\Z")
_NAME = re.compile(r"[^\W\d]\w*\Z")
_KEY = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*)\[(['\"])([^'\"\]]*)\Z")
_MISSING = object()
_SLOT = type(types.CodeType.__dict__["co_consts"])
_class_dict_of: Any = type.__dict__["__dict__"].__get__
_mro_of: Any = type.__dict__["__mro__"].__get__


def complete(source: str, names: Any) -> Any:
    """(position in `source` where the completed word starts, [words]) for a cursor at the end."""
    match = _KEY.search(source)
    if match is not None:
        return match.start(3), _keys(_value_of(match.group(1), names), match.group(2), match.group(3))
    match = _DOTTED.search(source)
    if match is not None:
        value = _value_of(match.group(1), names)
        found = [] if value is _MISSING else _fitting(_attributes(value), match.group(2))
        return match.start(2), found
    match = _NAME.search(source)
    if match is None:
        return len(source), []
    return match.start(), _fitting(_free_names(names), match.group())


def _fitting(found: Any, start: str) -> Any:
    """Those that begin so, private ones last and only when asked for."""
    wanted = {name for name in found if type(name) is str and name.startswith(start)}
    if not start.startswith("_"):
        wanted = {name for name in wanted if not name.startswith("_")}
    return sorted(wanted, key=lambda name: (name.startswith("_"), name.startswith("__"), name))[:MOST]


def _free_names(names: Any) -> Any:
    import keyword

    main = holders.module_dict(sys.modules.get("__main__")) or {}
    loaded = [name for name in list(sys.modules) if type(name) is str and "." not in name]
    return [*dict.keys(names), *main, *vars(builtins), *keyword.kwlist, *loaded]


def _value_of(dotted: str, names: Any) -> Any:
    first, *rest = dotted.split(".")
    try:
        value = names[first]
    except KeyError:
        return _MISSING
    for at, name in enumerate(rest, 2):
        value = _attribute(value, name)
        if value is _MISSING:
            value = sys.modules.get(".".join(dotted.split(".")[:at]), _MISSING)
        if value is _MISSING:
            return value
    return value


def _attribute(value: Any, name: str) -> Any:
    """What an attribute is where that is stored; what a property would have to compute is missing."""
    own = _own_dict(value)
    for base in _bases(type(value)):
        found = _class_dict_of(base).get(name, _MISSING)
        if found is _MISSING:
            continue
        if type(found) is _SLOT:
            try:
                return found.__get__(value)
            except Exception:  # empty
                return _MISSING
        if type(found) is property:
            return _MISSING
        if name not in own and type(found) in (staticmethod, classmethod):
            return found.__func__
        if name not in own:
            return found
    return own.get(name, _MISSING)


def _attributes(value: Any) -> Any:
    found = list(_own_dict(value))
    for base in _bases(type(value)):
        found += _class_dict_of(base)
    return found


def _bases(cls: Any) -> Any:
    return _mro_of(cls) or ()


def _own_dict(value: Any) -> Any:
    """The attributes of an object itself: of a module, a class with its bases, an instance."""
    module = holders.module_dict(value)
    if module is not None:
        return module
    if descriptions.is_class(value):
        found: dict[Any, Any] = {}
        for base in reversed(_bases(value)):
            found.update(_class_dict_of(base))
        return {
            name: item.__func__ if type(item) in (staticmethod, classmethod) else item
            for name, item in found.items()
        }
    try:
        own = object.__getattribute__(value, "__dict__")
    except Exception:
        return {}
    return own if type(own) is dict else {}


def _keys(value: Any, quote: str, start: str) -> Any:
    """Keys of a dict that are texts, with the end of their quotes."""
    if not isinstance(value, dict):
        return []
    fitting = [key for key in dict.keys(value) if type(key) is str and key.startswith(start)]
    plain = [key for key in fitting if key.isprintable() and quote not in key and "\\" not in key]
    return ["%s%s]" % (key, quote) for key in sorted(plain)[:MOST]]
