"""The values that a drawn graph consists of: nodes, edges, and where they stand.

Made by `present.visible_graph` and `present.layout`, drawn by the window, written by
`present.export`. Keys are stable while a graph is edited, so that old nodes keep their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class NodeKind(Enum):
    """What a node stands for; decides shape, icon and colour."""

    INSTANCE = "instance"
    CONTAINER = "container"
    CLASS = "class"
    FUNCTION = "function"  # function, method, cell, partial, property
    FRAME = "frame"  # frame, generator, coroutine, task, traceback
    MODULE = "module"
    INTERPRETER = "interpreter"
    NATIVE = "native"


class EdgeStyle(Enum):
    """How an edge is drawn."""

    REFERENCE = "reference"
    GLOBALS = "globals"  # folded `__globals__`
    UNSEEN = "unseen"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class VisibleNode:
    """One box. `key`: "o12" = object index 12, "g…" = group, "r…" = root outside the heap."""

    key: str
    kind: NodeKind
    title: str  # short: class name, variable, module
    subtitle: str = ""  # key, count, size or place
    type_name: str = ""  # module.qualname
    object_index: int | None = None  # None for groups and for roots that are not objects
    object_id: int | None = None
    size_bytes: int | None = None
    retained_bytes: int | None = None
    count: int = 1  # members of a group
    entries: int | None = None  # of a container
    globals_count: int = 0  # functions whose __globals__ were folded into this module
    hidden_referrers: int = 0  # shown as "‹ n"
    hidden_referents: int = 0  # shown as "n ›"
    is_root: bool = False
    is_target: bool = False
    is_on_path: bool = False
    is_holder: bool = False
    is_garbage: bool = False
    is_pinned: bool = False
    tooltip: str = ""
    is_rest: bool = False  # a group of what an expansion left out: badge "+n" instead of "×n"


@dataclass(frozen=True, slots=True)
class VisibleEdge:
    """`source` holds `target` (keys of nodes)."""

    source: str
    target: str
    label: str = ""
    style: EdgeStyle = EdgeStyle.REFERENCE
    is_on_path: bool = False
    count: int = 1
    caption: str | None = None  # what is drawn on it where that is not the label: "" = nothing

    @property
    def drawn_label(self) -> str:
        """The words that a picture shows on it; tables and data files have `label`."""
        return self.label if self.caption is None else self.caption


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node stands: top-left corner, size; pixels at zoom 1, x to the right, y down."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A heading over one or more layers: ROOTS, WHO HOLDS IT, TARGET, WHAT IT HOLDS."""

    title: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Scene:
    """A laid-out graph, ready to draw or to export. Nodes and edges in drawing order."""

    nodes: tuple[VisibleNode, ...]
    edges: tuple[VisibleEdge, ...]
    boxes: dict[str, Box]  # by node key
    columns: tuple[Column, ...] = ()
    banner: str = ""  # "123 ResourceLoader are reached through **…**, a class attribute."
    expression: str | None = None  # the lit path as Python

    def node(self, key: str) -> VisibleNode:
        """The node with that key; raises KeyError."""
        for node in self.nodes:
            if node.key == key:
                return node
        raise KeyError(key)
