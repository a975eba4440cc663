"""Mechanisms of functions: caches of decorators, registries in closures, cells, default arguments."""

from __future__ import annotations

import re

from refscope.analysis.mechanisms.story import Kind, Mechanism, Story
from refscope.analysis.places import Place
from refscope.heap.vocabulary import EdgeKind, RootKind
from refscope.text import short_name

_LRU_TYPES = frozenset({"functools._lru_cache_wrapper", "_functools._lru_cache_wrapper"})
_MAXSIZE = re.compile(r"maxsize[ =:]+(\d+)")
_CACHE_TYPES = ("cachetools.", "dogpile.cache.", "diskcache.", "beaker.cache.", "werkzeug.contrib.cache.")
_CACHE_WORDS = frozenset(
    {"cache", "_cache", "__cache", "cached", "_cached", "memo", "_memo", "memoized", "memory"}
)

MIN_WRAPPED = 5
"""Functions that wrap each other by one name; decorators that a program puts on top of each other are
fewer."""


def lru_cache(story: Story) -> Mechanism | None:
    """`functools.lru_cache` and `functools.cache`: the wrapper keeps keys and results."""
    number = story.find(_LRU_TYPES)
    if number is None or number == len(story.places) - 1:
        return None
    entry = story.places[number + 1]
    if entry.how.name in ("__wrapped__", "__dict__", "__doc__") or entry.how.kind == EdgeKind.ATTRIBUTE:
        return None
    wrapper = story.places[number]
    name = wrapper.name if wrapper.is_single and not wrapper.base else wrapper.function or wrapper.name
    found = _MAXSIZE.search(wrapper.about)
    bound = int(found.group(1)) if found else None
    is_method = name.count(".") >= 2 and short_name(name.rpartition(".")[0])[:1].isupper()
    limit = f"maxsize {bound}" if bound is not None else "no maxsize known"
    if "maxsize=None" in wrapper.about or "maxsize None" in wrapper.about:
        limit = "no maxsize"
    keeps = ", self is part of each key" if is_method else ""
    return Mechanism(
        Kind.LRU_CACHE,
        f"lru_cache of {wrapper.function or name}, {limit}{keeps}",
        holder=number,
        holder_text=f"the cache of {name}",
        function=name,
        variable="self" if is_method else "",
        bound=bound,
    )


def cached_property(story: Story) -> Mechanism | None:
    """A `functools.cached_property` object that holds more than its function."""
    number = story.find({"functools.cached_property", "django.utils.functional.cached_property"})
    if number is None or number > story.holder:
        return None
    return Mechanism(
        Kind.CACHED_PROPERTY,
        f"cached_property {story.places[number].name}",
        function=story.places[number].name,
    )


def singledispatch(story: Story) -> Mechanism | None:
    """The registry and the dispatch cache of a `functools.singledispatch` function, kept in closures."""
    for place, owner in zip(story.places[1:], story.places, strict=False):
        is_cell = place.how.kind == EdgeKind.CELL and place.how.name in ("registry", "dispatch_cache")
        is_cell = is_cell and "singledispatch" in (owner.function or owner.name)
        is_view = place.how.name == "registry" and place.type_name == "mappingproxy"
        if is_cell or (is_view and owner.type_name == "function"):
            function = _outer(owner)
            return Mechanism(
                Kind.SINGLEDISPATCH,
                f"singledispatch registry of {function}, closure variable {place.how.name}",
                holder_text=f"{place.how.name} of the singledispatch function {function}",
                function=function,
                variable=place.how.name,
            )
    return None


def decorator_cache(story: Story) -> Mechanism | None:
    """Caches of decorators such as cachetools': an attribute or a closure variable of a wrapper, or an
    instance of a known cache class."""
    for number in range(story.holder + 1):
        place = story.places[number]
        if any(name.startswith(_CACHE_TYPES) for name in place.lineage):
            owner = story.places[number - 1] if number else place
            where = f" of {owner.name}" if owner.type_name == "function" else ""
            return Mechanism(
                Kind.CACHE,
                f"cache ({place.type_name}){where}",
                holder=number,
                function=owner.name if where else "",
                variable=place.how.name,
            )
    held, above = story.held, story.above
    if above is not None and above.type_name == "function" and held.how.name.lower() in _CACHE_WORDS:
        owner_name = above.function or above.name
        way = "closure variable" if held.how.kind == EdgeKind.CELL else "attribute"
        return Mechanism(
            Kind.CACHE, f"cache of a decorator, {way} {held.how.name} of {owner_name}", function=owner_name,
            variable=held.how.name,
        )  # fmt: skip
    return None


def wrappers(story: Story) -> Mechanism | None:
    """A function that is wrapped once more each time, the wrapped one kept by a closure variable or by
    `__wrapped__`."""
    pairs = zip(story.places, story.places[1:], strict=False)
    steps = [p.how for owner, p in pairs if owner.type_name == p.type_name == "function"]
    way = next((how for how in steps if steps.count(how) >= MIN_WRAPPED), None)
    if way is None:
        return None
    words = f"chain of wrapped functions, by {way.name}"
    return Mechanism(Kind.WRAPPERS, words, variable=short_name(story.held.name))


def closure(story: Story) -> Mechanism | None:
    """A closure variable: the function keeps its cell, the cell its contents."""
    if story.root_kind == RootKind.NATIVE and story.holder <= 1 and story.places[0].type_name == "function":
        return None  # what matters is who holds the function
    for number in (story.holder, *range(story.holder + 1, len(story.places)), *range(story.holder)):
        place = story.places[number]
        if number and place.how.kind == EdgeKind.CELL:
            owner = story.places[number - 1]
            function = owner.function or owner.name
            variable = place.how.name
            return Mechanism(
                Kind.CLOSURE,
                f"closure variable {variable} of {function}",
                function=function,
                variable=variable,
            )
    return None


def default_argument(story: Story) -> Mechanism | None:
    """A mutable default: made once, kept by the function."""
    for number in range(story.holder, 0, -1):
        place, owner = story.places[number], story.places[number - 1]
        if place.how.kind == EdgeKind.DEFAULT:
            function = owner.name if owner.is_single and not owner.base else owner.function or owner.name
            variable = place.how.name
            return Mechanism(
                Kind.DEFAULT_ARGUMENT,
                f"default argument {variable} of {function}()".replace("  ", " "),
                function=function,
                variable=variable,
            )
    return None


def _outer(place: Place) -> str:
    """`__main__.render` for `__main__.render.dispatch`, the helper that `singledispatch` hangs on it."""
    if place.is_single and not place.base:
        head, _, last = place.name.rpartition(".")
        return head if last in ("dispatch", "register", "_clear_cache") and head else place.name
    return place.function or place.name
