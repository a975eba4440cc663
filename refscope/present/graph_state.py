"""What a person did to a graph, as a value: which objects are on screen, grouped, hidden, pinned, lit.

Refs are object indexes or, negative, roots outside the heap (`hops.outside`). What is drawn follows
from the state and the heap (`drawing`); nothing derived is stored, so that a switch of view and back
changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from refscope.present.hops import Side, View, outside

MOST_AT_ONCE = 300
"""So many nodes are added by one step at most; whoever wants more is offered a table."""

GROUP_FROM = 3
"""So many alike nodes become one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The controls of the graph. `siblings`: new nodes of one expansion; `depth`: steps of *until root*."""

    siblings: int = 12
    depth: int = 10
    nodes: int = 3_000  # more is slower than a person waits, and no picture any more


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbours of one node shown as one card.

    members: refs, the best first. further: neighbours that were counted but not examined.
    direct: for each member the raw neighbour of `anchor` it is reached through, shown in the raw view.
    label: the words on its edge. is_rest: what an expansion left out, of any type.
    """

    key: str
    anchor: int
    side: Side
    members: tuple[int, ...]
    direct: tuple[int, ...]
    further: int = 0
    label: str = ""
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """What one expansion added, so that collapsing takes away just that."""

    origin: int
    side: Side
    added: tuple[int, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LitPath:
    """The path that keeps the target alive, as raw refs from the root down. `holder`: what to change."""

    refs: tuple[int, ...] = ()
    holder: int | None = None
    alike: int = 1
    sentence: str = ""
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class GraphState:
    """Everything a person can change about a graph. `shown`: refs in the order they arrived; `folded`:
    those of them that came while the view was folded, between which the raw view shows all that lies."""

    target: int | None = None
    view: View = View.FOLDED
    shown: tuple[int, ...] = ()
    folded: frozenset[int] = frozenset()
    groups: tuple[Group, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    path: LitPath = field(default_factory=LitPath)
    hidden: frozenset[int] = frozenset()
    hidden_types: frozenset[str] = frozenset()
    hidden_labels: frozenset[str] = frozenset()  # of edges; never those of the lit path
    pins: tuple[tuple[str, float, float], ...] = ()  # key, x, y of the top-left corner, sorted
    selection: str | None = None
    is_weak_shown: bool = False

    def group(self, key: str) -> Group | None:
        """The group with that key."""
        return next((group for group in self.groups if group.key == key), None)

    def with_shown(self, refs: tuple[int, ...]) -> GraphState:
        """The state with further refs on screen; those already there keep their place in the order."""
        folded = self.folded | set(refs) if self.view is View.FOLDED else self.folded
        return replace(self, shown=tuple(dict.fromkeys((*self.shown, *refs))), folded=folded)


def key_of(ref: int) -> str:
    """The stable key of a node: `o12`, or `r12` for the root outside the heap that holds object 12."""
    return f"o{ref}" if ref >= 0 else f"r{outside(ref)}"


def ref_of(key: str) -> int | None:
    """The ref of a key; `None` for groups and anything else."""
    kind, digits = key[:1], key[1:]
    if not digits.isascii() or not digits.isdigit() or kind not in ("o", "r"):
        return None
    return int(digits) if kind == "o" else outside(int(digits))
