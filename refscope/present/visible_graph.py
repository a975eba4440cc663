"""What is on screen: an immutable graph, and the operations that each give a new one.

`VisibleGraph.open` shows a target with the path that keeps it alive, the siblings of each step as
groups and its direct holders; everything further is asked for node by node. No layout (`layout`), no
drawing (`export`, the window), no undo (`history`): values only. Not thread-safe while an operation
runs on the same heap reader; values may be read from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from refscope.analysis.chains import Chain
from refscope.heap.vocabulary import RootKind
from refscope.present import expansion, grouping
from refscope.present.drawing import Drawing
from refscope.present.graph_source import Indexes
from refscope.present.graph_state import MOST_AT_ONCE, GraphState, Group, Limits, LitPath, key_of, ref_of
from refscope.present.hops import Side, View, outside
from refscope.present.lit_path import shown_ref, visible_path
from refscope.present.reader import HeapReader
from refscope.present.scene import VisibleEdge, VisibleNode
from refscope.text import format_count

_ALIKE_AT_OPENING = 4
"""Holders of the target that are all alike and shown one by one: more say nothing at the first glance."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list. `total`: rows in all pages; `further`: members counted but not examined."""

    title: str
    rows: tuple[VisibleNode, ...]
    total: int
    further: int = 0


@dataclass(frozen=True, slots=True)
class VisibleGraph:
    """Nodes and edges on screen, with what a person did to them.

    `notice`: a sentence about the last operation ("10 steps, no root yet"), "" = none. Equal graphs
    have equal states; keys of nodes are stable. Operations that have nothing to do return `self`.
    """

    state: GraphState
    limits: Limits
    reader: HeapReader = field(compare=False, repr=False)
    nodes: tuple[VisibleNode, ...] = field(compare=False, repr=False)
    edges: tuple[VisibleEdge, ...] = field(compare=False, repr=False)
    notice: str = field(default="", compare=False)

    @classmethod
    def empty(
        cls, reader: HeapReader, view: View = View.FOLDED, limits: Limits | None = None
    ) -> VisibleGraph:
        """A graph that shows nothing yet."""
        return cls(GraphState(view=view), limits or Limits(), reader, (), ())

    @classmethod
    def open(
        cls,
        reader: HeapReader,
        target: int,
        chain: Chain | None = None,
        *,
        holder: int | None = None,
        sentence: str = "",
        expression: str | None = None,
        alike: int = 1,
        view: View = View.FOLDED,
        limits: Limits | None = None,
    ) -> VisibleGraph:
        """A target with its lit path, the siblings of each step as groups, and its direct holders.

        holder: index of the object a person would change, the first container of the path if not
        given. sentence, expression: what the banner says. alike: objects like the target that are kept the
        same way, where the chain does not know. Without a chain no path is lit.
        """
        graph = cls.empty(reader, view, limits).show_target(target)
        if chain is not None:
            chain = replace(chain, alike=max(chain.alike, alike))
            graph = graph.light(chain, holder=holder, sentence=sentence, expression=expression)
            graph = graph._changed(grouping.with_siblings)
        elif sentence:
            graph = graph._with(replace(graph.state, path=LitPath(sentence=sentence)))
        shown = graph._shown_target(target)
        return graph._changed(
            lambda state, reader: expansion.expand(
                state, reader, shown, Side.HOLDERS,
                limits=graph.limits, on_screen=graph._on_screen(), most_alike=_ALIKE_AT_OPENING,
            )
        )  # fmt: skip

    def show_target(self, target: int) -> VisibleGraph:
        """The graph with that object as its target, and nothing of what is around it yet."""
        return self._with(replace(self.state, target=target, path=LitPath()).with_shown((target,)))

    # --- asking -----------------------------------------------------------------------------------

    @property
    def target_key(self) -> str | None:
        """The key of the target as shown, `None` = no target."""
        return next((node.key for node in self.nodes if node.is_target), None)

    @property
    def path_keys(self) -> tuple[str, ...]:
        """Keys of the lit path, from the root down."""
        return tuple(key_of(ref) for ref in visible_path(self.state, self.reader))

    def node(self, key: str) -> VisibleNode:
        """The node with that key; raises KeyError."""
        node = self.find_node(key)
        if node is None:
            raise KeyError(key)
        return node

    def find_node(self, key: str) -> VisibleNode | None:
        """The node with that key, `None` where it is not shown."""
        return next((node for node in self.nodes if node.key == key), None)

    def find(self, text: str) -> tuple[str, ...]:
        """Keys of nodes in whose words `text` occurs, in drawing order; case does not matter."""
        wanted = text.casefold().strip()
        if not wanted:
            return ()
        return tuple(
            node.key
            for node in self.nodes
            if any(
                wanted in words.casefold()
                for words in (node.title, node.subtitle, node.type_name, node.tooltip)
            )
            or (node.object_id is not None and wanted in hex(node.object_id))
        )

    def members(self, key: str, start: int = 0, limit: int = 200) -> tuple[VisibleNode, ...]:
        """Rows of the table that a group opens to: its members, the best first."""
        group = self._group(key)
        return grouping.member_nodes(self.state, self.reader, group, start, limit)

    def functions_of(self, key: str, start: int = 0, limit: int = 200) -> tuple[VisibleNode, ...]:
        """Rows of the list behind a module's `__globals__` badge; `show` adds one to the graph."""
        functions: Indexes = self.reader.around(self.state.view).functions(self._ref(key))
        refs = tuple(functions[start : start + limit].tolist())
        return grouping.rows(self.state, self.reader, refs)

    def listing(self, key: str, start: int = 0, limit: int = 200) -> Listing:
        """What a group, or a module's `__globals__` badge, opens to: a page of rows, and how many."""
        group = self.state.group(key)
        if group is not None:
            node = self.node(key)
            title = f"{format_count(node.count)} {node.title}"
            return Listing(title, self.members(key, start, limit), len(group.members), group.further)
        functions = self.reader.around(self.state.view).functions(self._ref(key))
        title = f"{format_count(len(functions))} functions of {self.node(key).title}"
        return Listing(title, self.functions_of(key, start, limit), len(functions))

    def show_listed(self, key: str, member: str) -> VisibleGraph:
        """One row of that list as a node: beside the group's anchor, or as a function of the module."""
        group = self.state.group(key)
        origin, side = (group.anchor, group.side) if group is not None else (self._ref(key), Side.HOLDERS)
        return self._with(expansion.show_refs(self.state, origin, side, (self._ref(member),)))

    def references(self, source: str, target: str) -> list[tuple[int, int]]:
        """The references, as (referrer id, referent id), a drawn one stands for: what cutting it cuts."""
        pairs = self.reader.around(self.state.view).references(self._ref(source), self._ref(target))
        ids = self.reader.source.snapshot.ids
        return [(int(ids[referrer]), int(ids[referent])) for referrer, referent in pairs]

    # --- growing and shrinking ----------------------------------------------------------------------

    def expand(self, key: str, side: Side = Side.HOLDERS) -> VisibleGraph:
        """One more step on one side: at most `limits.siblings` new nodes, the rest as one group."""
        group = self.state.group(key)
        if group is not None:
            return self.show_more(key)
        if len(self.nodes) >= self.limits.nodes:
            return replace(
                self, notice=f"{format_count(len(self.nodes))} nodes are shown. Hide or collapse some first."
            )
        return self._changed(
            lambda state, reader: expansion.expand(
                state, reader, self._ref(key), side, limits=self.limits, on_screen=self._on_screen()
            )
        )

    def collapse(self, key: str, side: Side | None = None) -> VisibleGraph:
        """Take away what expanding that node added; on both sides if none is given."""
        return self._with(expansion.collapse(self.state, self._ref(key), side))

    def expand_until_root(self, key: str) -> VisibleGraph:
        """Show the shortest way from a root to that node, at most `limits.depth` steps."""
        ref = self._ref(key)
        way, reached = expansion.until_root(self.state, self.reader, ref, self.limits)
        grown = self._with(expansion.show_refs(self.state, ref, Side.HOLDERS, way))
        steps = len(way) - 1
        if reached:
            return replace(grown, notice="")
        if steps >= self.limits.depth:
            return replace(grown, notice=f"{steps} steps, no root yet")
        return replace(
            grown, notice="No root holds it" if self.reader.source.depths is not None else "No root found"
        )

    def show(self, key: str, indexes: tuple[int, ...], side: Side = Side.HOLDERS) -> VisibleGraph:
        """Show given objects as an expansion of a node: a function of a module, rows of a table."""
        return self._with(expansion.show_refs(self.state, self._ref(key), side, indexes))

    # --- groups -------------------------------------------------------------------------------------

    def show_more(self, key: str, n: int | None = None) -> VisibleGraph:
        """Take the best `n` members (as many as an expansion shows) out of a group onto the screen."""
        group = self._group(key)
        count = self.limits.siblings if n is None else n
        grown = self._changed(
            lambda state, reader: grouping.take_out(state, reader, group, count, self._on_screen())
        )
        if grown is self and group.further:
            return replace(self, notice=f"Search the other {format_count(group.further)} among all objects.")
        return grown

    def group_alike(self, key: str) -> VisibleGraph:
        """Make one card of the nodes on screen that are alike with that one: from three on."""
        return self._changed(
            lambda state, reader: grouping.group_alike(state, reader, self.nodes, self.edges, key)
        )

    def ungroup(self, key: str) -> VisibleGraph:
        """The examined members of a group back as nodes, as far as the graph has room; of many the best."""
        room = max(0, self.limits.nodes - len(self.nodes))
        return self.show_more(key, min(room, MOST_AT_ONCE))

    # --- hiding ---------------------------------------------------------------------------------------

    def hide(self, key: str) -> VisibleGraph:
        """Hide a node or a group; the target stays. Neighbours that nothing else connects go with it."""
        group = self.state.group(key)
        if group is not None:
            return self._with(replace(self.state, groups=tuple(g for g in self.state.groups if g.key != key)))
        if key == self.target_key:
            return replace(self, notice="The target stays.")
        return self._with(replace(self.state, hidden=self.state.hidden | {self._ref(key)}))

    def hide_type(self, type_name: str) -> VisibleGraph:
        """Hide all objects of a type but the target."""
        return self._with(replace(self.state, hidden_types=self.state.hidden_types | {type_name}))

    def hide_label(self, label: str) -> VisibleGraph:
        """Hide edges of that name, and what only they connect; the lit path stays."""
        return self._with(replace(self.state, hidden_labels=self.state.hidden_labels | {label}))

    def unhide(
        self, index: int | None = None, type_name: str | None = None, label: str | None = None
    ) -> VisibleGraph:
        """Show one object, one type or edges of one name again; without arguments everything hidden."""
        state = self.state
        if index is None and type_name is None and label is None:
            shown: frozenset[str] = frozenset()
            return self._with(replace(state, hidden=frozenset(), hidden_types=shown, hidden_labels=shown))
        hidden = replace(
            state,
            hidden=state.hidden - {index},
            hidden_types=state.hidden_types - {type_name},
            hidden_labels=state.hidden_labels - {label},
        )
        return self._with(hidden)

    def unhide_objects(self) -> VisibleGraph:
        """Show what was hidden one by one again; types and names of edges stay hidden."""
        return self._with(replace(self.state, hidden=frozenset()))

    # --- places, selection, view ------------------------------------------------------------------------

    def move(self, key: str, x: float, y: float) -> VisibleGraph:
        """Pin a node with its top-left corner there."""
        self.node(key)
        pins = {pin[0]: pin for pin in self.state.pins} | {key: (key, x, y)}
        return self._with(replace(self.state, pins=tuple(pins[name] for name in sorted(pins))))

    def unpin(self, key: str | None = None) -> VisibleGraph:
        """Let a node move again; all of them without a key."""
        return self._with(
            replace(self.state, pins=tuple(p for p in self.state.pins if key not in (None, p[0])))
        )

    def select(self, key: str | None) -> VisibleGraph:
        """Select a node or a group; `None` clears the selection."""
        return self._with(replace(self.state, selection=key))

    def with_view(self, view: View) -> VisibleGraph:
        """The same graph folded or raw: target, selection, pins and lit path stay."""
        return self._with(replace(self.state, view=view))

    def with_weak(self, shown: bool) -> VisibleGraph:
        """With weak references drawn, or without: those between nodes on screen, and who refers so to
        the target. A capture does not know them."""
        if shown and not self.reader.weak.can_be_asked:
            return replace(self, notice="Weak references are asked of the copy, which is gone.")
        return self._with(replace(self.state, is_weak_shown=shown))

    def with_limits(self, limits: Limits) -> VisibleGraph:
        """Other limits for what is expanded from now on."""
        return replace(self, limits=limits)

    # --- target and path --------------------------------------------------------------------------------

    def make_target(self, key: str) -> VisibleGraph:
        """Another target. No path is lit until `light` is called; nodes stay."""
        ref = self._ref(key)
        if ref < 0:
            return replace(self, notice="Native code and the interpreter are no objects.")
        kept = self.state.with_shown((*(r for r in self.state.path.refs), ref))
        return self._with(replace(kept, target=ref, path=LitPath()))

    def light(
        self, chain: Chain, *, holder: int | None = None, sentence: str = "", expression: str | None = None
    ) -> VisibleGraph:
        """Light another path to the target; the nodes of the former stay."""
        refs = grouping.raw_path(self.reader, chain.indexes)
        if chain.root.kind in (RootKind.NATIVE, RootKind.INTERPRETER):
            refs = (outside(int(chain.indexes[0])), *refs)
        path = LitPath(refs, holder, chain.alike, sentence, expression)
        around = self.reader.around(self.state.view)
        shown = tuple(
            ref
            for ref in (around.stands_for(ref) for ref in (*self.state.path.refs, *refs))
            if ref is not None
        )
        return self._with(replace(self.state.with_shown(shown), path=path))

    # --- inside -------------------------------------------------------------------------------------------

    def _on_screen(self) -> set[int]:
        return {ref for node in self.nodes if (ref := ref_of(node.key)) is not None}

    def _shown_target(self, target: int) -> int:
        shown = shown_ref(self.state, self.reader, target)
        return target if shown is None else shown

    def _ref(self, key: str) -> int:
        ref = ref_of(key)
        if ref is None:
            raise KeyError(key)
        return ref

    def _group(self, key: str) -> Group:
        group = self.state.group(key)
        if group is None:
            raise KeyError(key)
        return group

    def _changed(self, change: Callable[[GraphState, HeapReader], GraphState]) -> VisibleGraph:
        return self._with(change(self.state, self.reader))

    def _with(self, state: GraphState) -> VisibleGraph:
        if state == self.state:
            return self
        drawing = Drawing(state, self.reader)
        return VisibleGraph(state, self.limits, self.reader, drawing.nodes, drawing.edges)
