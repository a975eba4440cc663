"""What stands on a node: its kind, title and second line, from its type, its size and a safe description.

Descriptions come from the label source in one batch per operation and are remembered. Everything
from the target passes `text.safe`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from refscope.analysis.chains import Root
from refscope.heap.snapshot import LabelSource, TypeInfo
from refscope.heap.vocabulary import RootKind, TypeFlag
from refscope.present.graph_source import GraphSource, is_module, type_of
from refscope.present.scene import NodeKind
from refscope.text import format_bytes, format_count, from_class_on, safe, short_name

_FRAMES = frozenset(
    {"frame", "generator", "coroutine", "async_generator", "traceback", "_asyncio.Task", "asyncio.tasks.Task"}
)
_FUNCTIONS = frozenset(
    {
        "function", "method", "builtin_function_or_method", "cell", "functools.partial", "property",
        "staticmethod", "classmethod", "method-wrapper", "wrapper_descriptor", "method_descriptor",
        "functools._lru_cache_wrapper", "code", "functools.partialmethod",
    }
)  # fmt: skip
_CONTAINERS = frozenset(
    {
        "dict", "list", "tuple", "set", "frozenset", "collections.deque", "collections.OrderedDict",
        "collections.defaultdict", "collections.Counter", "array.array", "mappingproxy", "queue.Queue",
        "weakref.WeakValueDictionary", "weakref.WeakKeyDictionary", "_weakrefset.WeakSet",
    }
)  # fmt: skip
_ENTRIES = re.compile(r"(?:^|, )([\d,]+) (?:entries|entry)$")
_NAME = re.compile(r"[^\W\d][\w.]*(?:\.<\w+>[\w.]*)*|<\w+>")
_NO_NAMES = frozenset({"object", "at", "of", "in", "function", "method", "generator", "coroutine", "line"})
_LINE = re.compile(r", line \d+$")
_CACHES = frozenset({"functools._lru_cache_wrapper"})
_NOUN = {
    "builtin_function_or_method": "built-in function",
    "method": "bound method",
    "functools._lru_cache_wrapper": "lru_cache",
}


class NodeTexts:
    """Kinds and words for the objects of one heap."""

    def __init__(self, source: GraphSource, labels: LabelSource) -> None:
        self._source = source
        self._labels = labels
        self._known: dict[int, str] = {}
        self._class_rows = {t.object_index: t for t in source.snapshot.type_table if t.object_index >= 0}
        self._frame_rows = {frame.object_id: frame for frame in source.snapshot.frames}

    def fetch(self, indexes: Iterable[int]) -> None:
        """Ask for the descriptions of objects not yet described: at most one request."""
        missing = [index for index in dict.fromkeys(indexes) if index >= 0 and index not in self._known]
        if missing:
            ids = self._source.snapshot.ids
            answers = self._labels.describe([int(ids[index]) for index in missing])
            self._known.update(zip(missing, answers, strict=True))

    def text(self, index: int) -> str:
        """The description of a fetched object, safe; "" = not known."""
        return safe(self._known.get(index, ""))

    def entries(self, index: int) -> int | None:
        """Entries of a container, from its description; `None` = not known or none."""
        match = _ENTRIES.search(self._known.get(index, ""))
        return int(match.group(1).replace(",", "")) if match else None

    def entries_text(self, index: int) -> str:
        """`861 entries`, "" where that is not known."""
        count = self.entries(index)
        return "" if count is None else f"{format_count(count)} {'entry' if count == 1 else 'entries'}"

    def kind(self, index: int) -> NodeKind:
        """What the object is drawn as."""
        info = type_of(self._source, index)
        if is_module(self._source, index):
            return NodeKind.MODULE
        if info.name == "type" or info.flags & TypeFlag.SUBCLASS_OF_TYPE:
            return NodeKind.CLASS
        if info.name in _FRAMES:
            return NodeKind.FRAME
        if info.name in _FUNCTIONS:
            return NodeKind.FUNCTION
        return NodeKind.CONTAINER if info.name in _CONTAINERS else NodeKind.INSTANCE

    def title(self, index: int) -> str:
        """The short name: of the class, function or module it is, else of its type."""
        kind, info = self.kind(index), type_of(self._source, index)
        if kind is NodeKind.MODULE:
            root = self._source.root_of(index)
            return (
                safe(root.label) if root and root.kind == RootKind.MODULE else self._named(index) or "module"
            )
        if kind is NodeKind.CLASS:
            row = self._class_rows.get(index)
            return safe(short_name(row.qualname)) if row else short_name(self._named(index)) or "class"
        if kind is NodeKind.FRAME:
            frame = self._frame_rows.get(int(self._source.snapshot.ids[index]))
            name = safe(frame.function) if frame else self._named(index)
            return short_name(name) or safe(short_name(info.qualname))
        if kind is NodeKind.FUNCTION:
            return from_class_on(self._named(index)) or safe(short_name(info.qualname))
        return safe(short_name(info.qualname))

    def is_cache(self, index: int) -> bool:
        """Whether it is a function that is a cache: named by the attribute it stands under."""
        return type_of(self._source, index).name in _CACHES

    def noun(self, index: int) -> str:
        """What such an object is called where its title is the name it is held by."""
        return _NOUN.get(type_of(self._source, index).name) or self.title(index)

    def place(self, index: int) -> str:
        """The second line: where it is from, what it counts, how much it takes."""
        kind, info = self.kind(index), type_of(self._source, index)
        if kind is NodeKind.MODULE:
            root = self._source.root_of(index)
            return "module, root" if root and root.kind == RootKind.MODULE else "module"
        if kind is NodeKind.CLASS:
            row = self._class_rows.get(index)
            return f"class, {safe(row.module)}" if row and row.module else "class"
        if kind is NodeKind.FRAME:
            return self._frame_place(index, info)
        if kind is NodeKind.FUNCTION:
            noun, named = _NOUN.get(info.name, short_name(info.name)), self._named(index)
            where = named.removesuffix(from_class_on(named)).rstrip(".")
            return f"{noun}, {where}" if where else f"{noun}, {self.size(index)}"
        if kind is NodeKind.CONTAINER:
            entries = self.entries_text(index)
            return f"{entries}, {self.size(index)}" if entries else self.size(index)
        return self.size(index)

    def size(self, index: int) -> str:
        """Retained size where known, else the object's own."""
        retained = self._source.retained
        return format_bytes(
            int(retained[index] if retained is not None else self._source.snapshot.sizes[index])
        )

    def tooltip(self, index: int) -> str:
        """Type, description, sizes, address: one a line."""
        snapshot, retained = self._source.snapshot, self._source.retained
        sizes = f"itself {format_bytes(int(snapshot.sizes[index]))}"
        if retained is not None:
            sizes = f"retains {format_bytes(int(retained[index]))}, {sizes}"
        lines = (
            safe(type_of(self._source, index).name),
            self.text(index),
            sizes,
            hex(int(snapshot.ids[index])),
        )
        return "\n".join(line for line in lines if line)

    def _frame_place(self, index: int, info: TypeInfo) -> str:
        frame = self._frame_rows.get(int(self._source.snapshot.ids[index]))
        if frame is not None:
            return f"{safe(frame.thread_name)}, line {frame.line}"
        text, noun = self.text(index), short_name(info.name).replace("async_", "asynchronous ")
        if noun not in ("generator", "coroutine", "asynchronous generator"):
            return f"{noun}, {self.size(index)}" if noun != "Task" else f"asyncio task, {self.size(index)}"
        if text.startswith("finished"):
            return f"finished {noun}"
        line = _LINE.search(text)
        return f"suspended {noun}{line.group() if line else ''}"

    def _named(self, index: int) -> str:
        """The dotted name in a description such as `function flask.app.Flask.wsgi_app`; "" = none."""
        if type_of(self._source, index).name == "cell":
            return ""  # described by what it holds, which is a node of its own
        words = (word.strip("'\"(),:") for word in self.text(index).split()[1:])
        return next((word for word in words if _NAME.fullmatch(word) and word not in _NO_NAMES), "")


def outside_words(root: Root) -> tuple[NodeKind, str, str]:
    """Kind, title and second line of a root that is no object of the heap."""
    if root.kind == RootKind.NATIVE:
        unseen = max(root.unseen, 1)
        return (
            NodeKind.NATIVE,
            "Native code",
            f"{format_count(unseen)} unseen reference{'s' if unseen > 1 else ''}",
        )
    return NodeKind.INTERPRETER, safe(root.label), "interpreter, root"
