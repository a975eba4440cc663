"""One frozen heap as immutable columns, and where the names of its references come from.

Rows are objects, addressed by *object index* (0-based). Identity across processes is the *object
id*, valid within this snapshot only. Edges are referrer → referent in CSR form: the referents of
object i are `targets[offsets[i]:offsets[i + 1]]`, repeated as often as it holds them, in the
order the collector reported them. Names of edges are not columns: a `LabelSource` (a live image,
a capture, a table in a test) is asked for those that are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NewType, Protocol

import numpy as np
import numpy.typing as npt

ObjectIndex = NewType("ObjectIndex", int)
"""Row of an object in one snapshot."""
ObjectId = NewType("ObjectId", int)
"""`id()` of an object in the target at the moment of the freeze."""


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """One row of the type table. `flags`: bits of `agent.vocabulary.TypeFlag`."""

    id: int
    module: str
    qualname: str
    flags: int = 0
    object_index: int = -1  # row of the class itself; −1 = not in the heap

    @property
    def name(self) -> str:
        """`module.qualname`, builtins bare: `dict`, `collections.OrderedDict`."""
        return self.qualname if self.module in ("builtins", "") else f"{self.module}.{self.qualname}"


@dataclass(frozen=True, slots=True)
class ModuleRoot:
    """An entry of `sys.modules`. `object_id` is the module, `dict_id` its globals (0 = unknown)."""

    name: str
    object_id: int
    dict_id: int = 0


@dataclass(frozen=True, slots=True)
class LocalVariable:
    """A local variable of a running frame. `counted`: whether the frame itself owns that reference
    (false for closure variables, whose cell owns it)."""

    name: str
    object_id: int
    counted: bool = True


@dataclass(frozen=True, slots=True)
class RunningFrame:
    """A frame of a running thread, innermost first per thread. Its object is a row of the snapshot."""

    object_id: int
    thread_id: int
    thread_name: str
    function: str  # co_qualname where there is one, else co_name
    module: str  # __name__ of its globals
    filename: str
    line: int
    locals: tuple[LocalVariable, ...] = ()


@dataclass(frozen=True, slots=True)
class InterpreterRoot:
    """Something that a named part of the interpreter holds: part = "atexit callback",
    "signal handler SIGTERM", "thread state of worker-3", "context of MainThread", "fork hook",
    "codec search path" …; `counted` = how many references of its count this explains."""

    part: str
    object_id: int
    counted: int = 1


@dataclass(frozen=True, slots=True)
class CollectorState:
    """What the cyclic collector was told when the heap was frozen."""

    is_enabled: bool = True
    is_frozen: bool = False  # gc.freeze() had been called
    debug_flags: int = 0
    thresholds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class HeapSnapshot:
    """Immutable columns of one heap. All arrays are read-only by convention.

    ids uint64[n]; types int32[n], row of `type_table`; sizes int64[n], shallow bytes;
    refcounts int64[n], true counts at the moment of the freeze, −1 = immortal or not known;
    flags uint8[n], bits of ObjectFlag; offsets int64[n + 1], targets int32[m], by object index.
    Running frames are rows, their locals are edges. `is_partial`: some referrers may be missing.
    """

    ids: npt.NDArray[np.uint64]
    types: npt.NDArray[np.int32]
    sizes: npt.NDArray[np.int64]
    refcounts: npt.NDArray[np.int64]
    flags: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int32]
    type_table: tuple[TypeInfo, ...]
    modules: tuple[ModuleRoot, ...] = ()
    frames: tuple[RunningFrame, ...] = ()
    interpreter: tuple[InterpreterRoot, ...] = ()
    own_ids: frozenset[int] = frozenset()  # objects of the agent: roots nobody wants to see
    python: tuple[int, int, int] = (3, 11, 0)
    collector: CollectorState = field(default_factory=CollectorState)
    name: str = ""  # the mark it was taken at
    time_s: float = 0.0  # since the launch of the target
    is_partial: bool = False

    @property
    def n_objects(self) -> int:
        """Number of rows."""
        return len(self.ids)

    @property
    def n_edges(self) -> int:
        """Number of references, repeated ones counted as often as they are."""
        return len(self.targets)


@dataclass(frozen=True, slots=True)
class Label:
    """How one referrer holds one referent: `kind` from `EdgeKind`, `name` as described there.

    `is_literal`: `name` can stand in a Python expression as it is (an identifier for ATTRIBUTE,
    FIELD, LOCAL …; a literal for KEY, INDEX). Untrusted text, up to 200 characters.
    """

    kind: str
    name: str = ""
    is_literal: bool = True


class LabelSource(Protocol):
    """Knows the names of references and the words for objects: an image, a capture, a test's table."""

    def labels(self, edges: Sequence[tuple[int, int]]) -> list[tuple[Label, ...]]:
        """For each (referrer id, referent id) all labels, most telling first; () = not known."""
        ...

    def describe(self, ids: Sequence[int]) -> list[str]:
        """For each object id a safe one-line text made without running user code; "" = not known.

        Built-in values as they print (`'abc'`, `42`), containers by length (`861 entries`), functions,
        classes, modules, frames, coroutines by qualified name (`function flask.app.Flask.wsgi_app`).
        At most 200 characters.
        """
        ...
