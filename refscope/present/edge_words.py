"""What stands on an edge: the labels of the raw references it stands for, put together.

`instance → __dict__ → value` is `.name`, `function → closure tuple → cell → value` is `cell name`,
`dict → method → instance` is `[key].__self__`. Labels are asked for in one batch per operation and
remembered; words only, no drawing.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from refscope.heap.snapshot import Label, LabelSource
from refscope.heap.vocabulary import EdgeKind
from refscope.present.graph_source import GraphSource, is_module
from refscope.present.hops import Hop
from refscope.present.scene import EdgeStyle
from refscope.text import safe

_LONGEST_KEY = 40
"""Characters of a key in a label; the layout elides further, exports do not."""

_WORDS: dict[str, Callable[[str], str]] = {
    EdgeKind.ATTRIBUTE: lambda name: f".{name}",
    EdgeKind.KEY: lambda name: f"[{safe(name, _LONGEST_KEY)}]",
    EdgeKind.DICT_KEY: lambda _: "key",
    EdgeKind.INDEX: lambda name: f"[{name}]",
    EdgeKind.MEMBER: lambda _: "member",
    EdgeKind.LOCAL: lambda name: f"local {name}",
    EdgeKind.CELL: lambda name: f"cell {name}".rstrip(),
    EdgeKind.CLOSURE: lambda name: f"cell {name}".rstrip(),
    EdgeKind.DEFAULT: lambda name: f"default {name}",
    EdgeKind.CONSTANT: lambda _: "constant",
    EdgeKind.FIELD: lambda name: name,
    EdgeKind.GLOBALS: lambda _: "__globals__",
    EdgeKind.DICT: lambda _: "__dict__",
    EdgeKind.TYPE: lambda _: "__class__",
    EdgeKind.BASE: lambda _: "base",
    EdgeKind.CACHED: lambda _: "cached",
    EdgeKind.WEAK_CALLBACK: lambda _: "weakref callback",
    EdgeKind.UNSEEN: lambda _: "unseen",
}

_ALIKE_BY_KIND = frozenset(
    {EdgeKind.KEY, EdgeKind.DICT_KEY, EdgeKind.INDEX, EdgeKind.MEMBER, EdgeKind.CACHED, EdgeKind.UNKNOWN}
)
"""Kinds whose names tell members of one container apart: the shape of the label is the kind alone."""


@dataclass(frozen=True, slots=True)
class EdgeWords:
    """`text` as drawn; `shape` equal for edges that are alike; `key` is the text of a key or index."""

    text: str
    shape: str
    style: EdgeStyle = EdgeStyle.REFERENCE
    key: str = ""


_UNSEEN = EdgeWords("unseen", "unseen", EdgeStyle.UNSEEN)
_HELD_BY_INTERPRETER = EdgeWords("", "interpreter")


class EdgeNames:
    """Labels of raw references of one heap, remembered; and the words made of them."""

    def __init__(self, source: GraphSource, labels: LabelSource) -> None:
        self._source = source
        self._labels = labels
        self._known: dict[tuple[int, int], tuple[Label, ...]] = {}

    def fetch(self, hops: Iterable[Hop]) -> None:
        """Ask for all labels that these hops need and that are not known yet: at most one request."""
        missing = list(dict.fromkeys(e for hop in hops for e in hop.edges if e not in self._known))
        if missing:
            ids = self._source.snapshot.ids
            answers = self._labels.labels([(int(ids[a]), int(ids[b])) for a, b in missing])
            self._known.update(zip(missing, answers, strict=True))

    def words(self, hop: Hop, is_native: bool = False) -> EdgeWords:
        """The words of one fetched hop. `is_native`: its holder is native code."""
        if hop.holder < 0:
            return _UNSEEN if is_native else _HELD_BY_INTERPRETER
        pieces: list[tuple[str, str]] = []  # (text, shape)
        style, key = EdgeStyle.REFERENCE, ""
        for position, (referrer, referent) in enumerate(hop.edges):
            label = self._label(referrer, referent)
            is_into_part = self._source.owner_of(referent) == referrer and len(hop.edges) > 1
            if is_into_part:
                continue
            acts_for_holder = referrer != hop.holder  # in the raw view a dict stands for itself
            if label.kind == EdgeKind.GLOBALS or (acts_for_holder and self._is_module_dict(referrer)):
                style = EdgeStyle.GLOBALS
            pieces.append(self._piece(label, referrer) if acts_for_holder else _plain(label))
            if label.kind in (EdgeKind.KEY, EdgeKind.INDEX) and position == len(hop.edges) - 1:
                key = safe(label.name, _LONGEST_KEY)
        kept = _without_closure_plumbing(pieces)
        text = "".join(_joined(kept))
        return EdgeWords(text, "|".join(shape for _, shape in kept), style, key)

    def _label(self, referrer: int, referent: int) -> Label:
        known = self._known.get((referrer, referent), ())
        return known[0] if known else Label(EdgeKind.UNKNOWN)

    def _piece(self, label: Label, referrer: int) -> tuple[str, str]:
        owner = self._source.owner_of(referrer)
        if owner is not None and label.kind == EdgeKind.KEY:
            name = _unquoted(label)
            if name is not None:
                text = name if self._is_module_dict(referrer) else f".{name}"
                return text, f"attribute {name}"
        return _plain(label)

    def _is_module_dict(self, index: int) -> bool:
        owner = self._source.owner_of(index)
        return owner is not None and is_module(self._source, owner)


def _plain(label: Label) -> tuple[str, str]:
    """(text, shape) of a label by itself."""
    shape = label.kind if label.kind in _ALIKE_BY_KIND else f"{label.kind} {label.name}"
    return label_words(label), shape


def label_words(label: Label) -> str:
    """One label by itself: `.name`, `[key]`, `local name`; "" where nothing names the reference."""
    write = _WORDS.get(label.kind)
    return safe(write(label.name)) if write else ""


def _unquoted(label: Label) -> str | None:
    """The identifier that a key of a namespace dict spells, `None` if it is something else."""
    name = label.name
    if label.is_literal and name[:1] in "'\"":
        try:
            value = ast.literal_eval(name)
        except (ValueError, SyntaxError):
            return None
        name = value if isinstance(value, str) else ""
    return name if name.isidentifier() else None


def _without_closure_plumbing(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Function → `__closure__` → `[0]` → `cell x` says nothing but `cell x`."""
    named = [at for at, (text, _) in enumerate(pieces) if text.startswith("cell ")]
    if not named:
        return pieces
    plumbing = ("__closure__", "cell", "cell_contents", "")
    best = pieces[named[-1]]
    rest = [p for at, p in enumerate(pieces) if at not in named and not _is_plumbing(p, plumbing)]
    return [*rest, best]


def _is_plumbing(piece: tuple[str, str], plumbing: tuple[str, ...]) -> bool:
    return piece[0] in plumbing or piece[1] == EdgeKind.INDEX


def _joined(pieces: list[tuple[str, str]]) -> Iterable[str]:
    """Texts one behind the other; a bare name after something else takes a dot."""
    for at, (text, _) in enumerate(pieces):
        if at and text and text[0] not in ".[":
            yield f".{text}" if text.isidentifier() else f" {text}"
        else:
            yield text
