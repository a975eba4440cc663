"""One visible object of a folded chain, and the words for how it is held.

Plain values: made by `steps.Folder`, read by `holders`, `mechanisms`, `advice` and `names`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from refscope.heap.snapshot import Label
from refscope.heap.vocabulary import EdgeKind
from refscope.text import safe

MAX_KEY = 40
"""Characters of a key that stand in a name; a longer one says no more and hides the rest."""

ALIKE_ENTRIES = 3
"""From so many alike entries on, a container's entry is written `[*]`: which one does not matter."""

GREENLET = "greenlet of "
"""How the words for a suspended greenlet begin."""

FUNCTION_TYPES = frozenset({"function", "builtin_function_or_method", "method", "cython_function_or_method"})


@dataclass(frozen=True, slots=True)
class Place:
    """One visible object of a chain, and how the place before it holds it.

    hold: `.attr`, `[key]`, `local x`; "" at the root. name: dotted, `[*]` for any of many entries.
    base: words for the first part of the name where that is not a module ("local variable app of
    main()"), else "". fan_out: references of this object that are alike to the one the chain takes.
    is_global: it goes by a name at the top of a module, however the chain came to it.
    function: qualified name of the function that a function, frame, coroutine or cache is about.
    """

    position: int
    index: int
    object_id: int
    type_name: str
    lineage: tuple[str, ...]
    about: str
    how: Label
    hold: str
    name: str
    base: str = ""
    expression: str | None = None
    entries: int = 0
    fan_out: int = 0
    function: str = ""
    is_global: bool = False
    is_class: bool = False
    is_metaclass: bool = False

    @property
    def full_name(self) -> str:
        """The name, with what it starts from where that is not a module."""
        if not self.base:
            return self.name
        first = self.base_variable
        return self.base if self.name == first else f"{self.name} ({self.base})"

    @property
    def base_variable(self) -> str:
        """The variable that `base` speaks of: the first part of the name."""
        return self.name.partition(".")[0].partition("[")[0]

    @property
    def is_single(self) -> bool:
        """Whether the name means one thing, not any of many."""
        return "[*]" not in self.name

    @property
    def is_entry(self) -> bool:
        """Whether the place is an entry of a container, rather than a named attribute or variable."""
        return self.how.kind in ENTRY_KINDS and not self.is_global


ENTRY_KINDS = frozenset(
    {EdgeKind.KEY, EdgeKind.DICT_KEY, EdgeKind.INDEX, EdgeKind.MEMBER, EdgeKind.CACHED, EdgeKind.UNKNOWN}
)


_KINDS = {
    "module": "module",
    "frame": "frame",
    "generator": "frame",
    "coroutine": "frame",
    "async_generator": "frame",
    "traceback": "frame",
    "_asyncio.Task": "frame",
    "cell": "function",
    "property": "function",
    "functools.partial": "function",
    "functools._lru_cache_wrapper": "function",
}
_CONTAINERS = frozenset(
    {"dict", "list", "tuple", "set", "frozenset", "collections.deque", "collections.OrderedDict",
     "collections.defaultdict", "array.array", "numpy.ndarray", "mappingproxy"}
)  # fmt: skip


def kind_of(place: Place) -> str:
    """What a place is, in the words of the drawn graph's kinds of node."""
    if place.is_class:
        return "class"
    if place.type_name in _KINDS:
        return _KINDS[place.type_name]
    if place.type_name in FUNCTION_TYPES:
        return "function"
    return "container" if _CONTAINERS.intersection(place.lineage) else "instance"


def hold_text(how: Label) -> str:
    """How a place is held, in the shortest words: `.attr`, `['key']`, `local x`, `cell x`."""
    name = safe(how.name, MAX_KEY)
    if how.kind in (EdgeKind.ATTRIBUTE, EdgeKind.FIELD):
        return f".{name}" if name else ""
    if how.kind in (EdgeKind.KEY, EdgeKind.INDEX):
        return f"[{name}]" if name else "[*]"
    words = {
        EdgeKind.DICT_KEY: f"key {name}",
        EdgeKind.MEMBER: "member",
        EdgeKind.LOCAL: f"local {name}",
        EdgeKind.CELL: f"cell {name}",
        EdgeKind.CLOSURE: f"closure {name}",
        EdgeKind.DEFAULT: f"default {name}",
        EdgeKind.CONSTANT: "constant",
        EdgeKind.GLOBALS: ".__globals__",
        EdgeKind.DICT: ".__dict__",
        EdgeKind.TYPE: ".__class__",
        EdgeKind.BASE: "base class",
        EdgeKind.CACHED: "cached",
        EdgeKind.WEAK_CALLBACK: ".__callback__",
        EdgeKind.UNSEEN: "unseen",
    }
    return words.get(how.kind, "").strip()


def how_key(how: Label) -> str:
    """The entry of a container as it stands in a name."""
    return f"[{safe(how.name, MAX_KEY)}]" if how.name else "[*]"


def thread_words(thread_name: str) -> str:
    """`thread feed_3`; the main thread by its own name."""
    return f"thread {safe(thread_name, 60)}"


_NAMED = re.compile(
    r"(?:(?:finished|asynchronous|built-in|bound|async) )*"
    r"(?:function|method|class|coroutine|generator|frame of|frame|code of|greenlet of|lru_cache(?: of)?) "
    r"([^\s,]+)"
)


def after_noun(about: str) -> str:
    """The name in the words for an object: `function a.b.f` → `a.b.f`, `finished coroutine serve` → `serve`,
    `frame of parse, shop.py:3` → `parse`; "" where the words name no code and no class."""
    found = _NAMED.match(about)
    return found.group(1).rstrip(":;").removesuffix("()") if found else ""
