"""What is drawn on an edge: its label, unless the node it leads to says the same.

`.instance_map` before a node titled `.instance_map`, the name of a class before that class, a key
before a node whose second line is that key: each is said once. Tables and data files keep the labels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from refscope.present.scene import VisibleEdge, VisibleNode
from refscope.text import ELLIPSIS

_PREFIXES = ("local ", "cell ", "default ")
_LONGEST_KEY = 16
_LONGEST_NUMBER = 9  # an id as a key: its last digits tell it from its neighbours


def with_captions(edges: Iterable[VisibleEdge], nodes: Iterable[VisibleNode]) -> tuple[VisibleEdge, ...]:
    """The edges with what is drawn on each. O(edges + nodes)."""
    by_key = {node.key: node for node in nodes}
    return tuple(_with_caption(edge, by_key[edge.target]) for edge in edges)


def _with_caption(edge: VisibleEdge, held: VisibleNode) -> VisibleEdge:
    caption = "" if is_repeated(edge.label, held) else _shortened(edge.label)
    return edge if caption == edge.label else replace(edge, caption=caption)


def is_repeated(label: str, held: VisibleNode) -> bool:
    """Whether the words of the node say what the label of an edge to it says."""
    if label.startswith("[") and label.endswith("]"):
        return held.subtitle in (f"key {label[1:-1]}", f"item {label[1:-1]}")
    name = next((label[len(start) :] for start in _PREFIXES if label.startswith(start)), label)
    return name.lstrip(".") in (held.title.lstrip("."), held.title.rpartition(".")[2])


def _shortened(label: str) -> str:
    """Long keys cut within their brackets: `[…0064]`, `[…].__self__`, `['customers…']`."""
    key, closed, rest = label[1:].partition("]")
    if label[:1] != "[" or not closed:
        return label
    if key.isdigit() and len(key) > _LONGEST_NUMBER:
        key = f"{ELLIPSIS}{key[-4:]}"
    elif len(key) > _LONGEST_KEY:
        key = ELLIPSIS if key.startswith("(") else f"{key[: _LONGEST_KEY - 2]}{ELLIPSIS}{key[-1]}"
    return f"[{key}]{rest}"
