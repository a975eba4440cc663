"""Captures without any value of the program: names of types, attributes, modules, variables only.

Redacted is the value, not the file: whatever is made of it later (suspects, reports, graphs) cannot
say more. Every text goes through a rule that lets known forms pass, so that what a new agent may say is
dropped until it is listed here. Numbers of objects, sizes, counts, times and addresses stay. A key of a
dict is a value unless the dict stores the attributes of an object or the variables of a module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from refscope.analysis.expressions import unquoted
from refscope.capture.labels import Edge, SavedLabels
from refscope.heap.graph import HeapGraph
from refscope.heap.references import FoldedReferences
from refscope.heap.snapshot import (
    HeapSnapshot,
    InterpreterRoot,
    Label,
    LabelSource,
    LocalVariable,
    ModuleRoot,
    RunningFrame,
    TypeInfo,
)
from refscope.heap.vocabulary import EdgeKind
from refscope.samples import Mark
from refscope.text import freeze_letter

KEPT_OF_ENVIRONMENT = ("python", "platform", "packages", "refscope", "pid", "exit", "recorded")
HIDDEN = "…"
_NAME = re.compile(r"[\w.<>]{1,200}")
_FIELD = re.compile(r"[\w.]+(\[\d+\])?|(value stack|function|cache|argument|iterated|mapping|variables|"
                    r"registered classes|previous context|value of a thread|values of all threads|"
                    r"context of _callbacks\[\d+\])")  # fmt: skip
_NAMED_KINDS = {
    EdgeKind.ATTRIBUTE, EdgeKind.LOCAL, EdgeKind.CELL, EdgeKind.CLOSURE, EdgeKind.DEFAULT, EdgeKind.GLOBALS,
    EdgeKind.DICT, EdgeKind.TYPE, EdgeKind.BASE, EdgeKind.WEAK_CALLBACK,
}  # fmt: skip
_Q, _AT = r"[\w.<>]+", r"<[\w.<>]+ at 0x[0-9a-f]+>"
_TEXT = re.compile(
    "|".join(
        (
            rf"(?:class|module|function|built-in function|greenlet of) {_Q}",
            rf"(?:built-in )?method (?:{_Q}|{_AT}) of (?:{_Q}|{_AT})",
            rf"(?:finished )?(?:asynchronous )?(?:generator|coroutine) {_Q}(?:, line \d+)?",
            rf"traceback in {_Q}, line \d+",
            rf"cell holding a {_Q}|empty cell",
            r"(?:\d+ entries|1 entry)(?:, maxlen=\d+)?",
            rf"{_Q}, \d+ (?:entry|entries|characters?|bytes?)",
            rf"lru_cache of (?:{_Q}|a function), maxsize=(?:None|\d+)",
            rf"{_AT}(?:, maxsize=\d+)?",
        )
    )
)
_PLACED_TEXT = re.compile(rf"((?:frame|code) of {_Q}), .*:(\d+)")  # in between stands a path
_OF_THREAD = re.compile(
    r"((?:thread state|context|trace function|profile function|asynchronous generator hook|"
    r"key of thread-locals|sentinel of thread-locals) of|(?:exception|traceback) handled by) (.*)",
    re.DOTALL,
)
_PART = re.compile(r"signal handler (?:SIG\w+|\d+)|[a-z][a-z -]*")
_PLAIN_MARK = re.compile(
    r"[A-Z]{1,2}|(?:at \d+(?:\.\d)? s|at exit|on signal|above [\d.]+ (?:B|[KMGT]iB))(?: \(\d+\))?"
)
_PLAIN_THREAD = re.compile(r"MainThread|thread \d+")


class Redactor:
    """Takes the values out of what belongs to one run; threads and freezes keep their numbers in it."""

    def __init__(self) -> None:
        self._threads: dict[str, str] = {}
        self._marks: dict[tuple[float, str], str] = {}

    def environment(self, environment: Mapping[str, Any]) -> dict[str, Any]:
        """What says nothing of the program: no command, title, folders."""
        return {key: environment[key] for key in KEPT_OF_ENVIRONMENT if key in environment}

    def marks(self, marks: Sequence[Mark]) -> tuple[Mark, ...]:
        """The marks at their times, by numbers and letters."""
        return tuple(Mark(m.time_s, self._mark(m.time_s, m.name, m.kind), m.kind) for m in marks)

    def snapshot(self, heap: HeapSnapshot) -> HeapSnapshot:
        """The same columns; tables without values. O(types + modules + frames)."""
        return replace(
            heap,
            type_table=tuple(_type(info) for info in heap.type_table),
            modules=tuple(ModuleRoot(_name(m.name, "module"), m.object_id, m.dict_id) for m in heap.modules),
            frames=tuple(self._frame(frame) for frame in heap.frames),
            interpreter=tuple(self._root(root) for root in heap.interpreter),
            name=self._mark(heap.time_s, heap.name, "freeze"),
        )

    def _mark(self, time_s: float, name: str, kind: str) -> str:
        if _PLAIN_MARK.fullmatch(name):
            return name
        known = sum(key[1] == kind for key in self._marks)
        made = freeze_letter(known) if kind == "freeze" else f"mark {known + 1}"
        return self._marks.setdefault((time_s, kind), made)

    def _thread(self, name: str) -> str:
        if _PLAIN_THREAD.fullmatch(name):
            return name
        return self._threads.setdefault(name, f"thread {len(self._threads) + 1}")

    def _frame(self, frame: RunningFrame) -> RunningFrame:
        module = _name(frame.module, "")
        return replace(
            frame,
            thread_name=self._thread(frame.thread_name),
            function=_name(frame.function, HIDDEN),
            module=module,
            filename=f"{module.rpartition('.')[2]}.py" if module else "",
            locals=tuple(LocalVariable(_name(v.name, ""), v.object_id, v.counted) for v in frame.locals),
        )

    def _root(self, root: InterpreterRoot) -> InterpreterRoot:
        of_thread = _OF_THREAD.fullmatch(root.part)
        if of_thread is not None:
            return replace(root, part=f"{of_thread.group(1)} {self._thread(of_thread.group(2))}")
        return root if _PART.fullmatch(root.part) else replace(root, part="interpreter")


class RedactingLabels:
    """A `LabelSource` that lets through only names. heap: the heap of the source's ids."""

    def __init__(self, source: LabelSource, heap: HeapSnapshot) -> None:
        self._source = source
        self._heap = heap
        self._storing: dict[int, bool] = {}  # dict id → whether it stores attributes or variables

    def labels(self, edges: Sequence[Edge]) -> list[tuple[Label, ...]]:
        """See `LabelSource`."""
        found = self._source.labels(edges)
        named = zip(edges, found, strict=True)
        self._look_up({edge[0] for edge, labels in named if any(x.kind == EdgeKind.KEY for x in labels)})
        return [
            tuple(dict.fromkeys(self._label(edge[0], label) for label in labels))
            for edge, labels in zip(edges, found, strict=True)
        ]

    def describe(self, ids: Sequence[int]) -> list[str]:
        """See `LabelSource`."""
        return [safe_text(text) for text in self._source.describe(ids)]

    @cached_property
    def _folded(self) -> FoldedReferences:
        return FoldedReferences(HeapGraph(self._heap), self._source)

    def _label(self, source_id: int, label: Label) -> Label:
        if label.kind == EdgeKind.INDEX:
            return label if label.name.isdigit() else Label(label.kind, "", False)
        if label.kind == EdgeKind.FIELD:
            return label if _FIELD.fullmatch(label.name) else Label(label.kind, "", False)
        name = unquoted(label.name)
        is_name = bool(_NAME.fullmatch(name)) or not name
        if label.kind in _NAMED_KINDS and is_name:
            return label
        if label.kind == EdgeKind.KEY and name.isidentifier() and self._storing[source_id]:
            return label
        return Label(label.kind, "", False)

    def _look_up(self, ids: set[int]) -> None:
        """Which of these dicts store attributes or variables, so that their keys are names."""
        new = sorted(ids - self._storing.keys())
        rows = self._folded.graph.indexes_of(np.array(new, np.uint64)).tolist() if new else []
        self._folded.prepare(row for row in rows if row >= 0)
        for object_id, row in zip(new, rows, strict=True):
            self._storing[object_id] = row >= 0 and self._folded.owner_of(row) is not None


def redacted_labels(labels: SavedLabels, heap: HeapSnapshot) -> SavedLabels:
    """Saved labels with names only."""
    source = RedactingLabels(labels, heap)
    edges, ids = list(labels.by_edge), list(labels.texts)
    return SavedLabels(
        dict(zip(edges, source.labels(edges), strict=True)), dict(zip(ids, source.describe(ids), strict=True))
    )


def safe_text(text: str) -> str:
    """The words for an object if they are made of names and counts, else "" (not known)."""
    placed = _PLACED_TEXT.fullmatch(text)
    if placed is not None:
        return f"{placed.group(1)}, line {placed.group(2)}"
    return text if _TEXT.fullmatch(text) else ""


def _type(info: TypeInfo) -> TypeInfo:
    return replace(info, module=_name(info.module, ""), qualname=_name(info.qualname, "class"))


def _name(name: str, otherwise: str) -> str:
    return name if _NAME.fullmatch(name) else otherwise
