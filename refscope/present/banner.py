"""The sentence over a graph: how many objects of which class are kept, and by what kind of holder."""

from __future__ import annotations

from refscope.text import format_count, safe, short_name

_WITHOUT_ARTICLE = frozenset({"native code", "gc.garbage"})
_PLURAL_OF = ("listeners", "records", "variables", "classes", "modules")


def reached_sentence(type_name: str, count: int, holder: str, kind: str) -> str:
    """`**123 ResourceLoader** are reached through **Processor.instance_map**, a class attribute.`

    kind: one of `analysis.mechanisms.Kind`. What a person reads in orange stands between `**`.
    """
    return f"{_subject(type_name, count)} reached through **{safe(holder)}**, {with_article(kind)}."


def garbage_sentence(type_name: str, count: int) -> str:
    """`**2,460 Node** are in cycles that nobody reaches.`"""
    where = "in cycles" if count > 1 else "in a cycle"
    return f"{_subject(type_name, count)} {where} that nobody reaches."


def _subject(type_name: str, count: int) -> str:
    name = safe(short_name(type_name))
    return f"**{format_count(count)} {name}** are" if count > 1 else f"**{name}** is"


def with_article(kind: str) -> str:
    """`a class attribute`, `an lru_cache`, `event listeners`, `the interpreter`."""
    if kind == "interpreter":
        return f"the {kind}"
    if kind in _WITHOUT_ARTICLE or any(word in kind.split() for word in _PLURAL_OF):
        return kind
    is_an = kind[:1] in "aeiou" or kind.startswith("lru")
    return f"{'an' if is_an else 'a'} {kind}"
