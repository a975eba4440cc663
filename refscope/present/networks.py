"""The holders of one object as a `networkx.DiGraph`, without a window: steps and fan-in limited.

Edges lead from holder to held. In the raw view these are exactly the references that the collector
reports, object by object; in the folded view what `VisibleGraph` draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refscope.heap.distinct import distinct
from refscope.heap.vocabulary import ObjectFlag
from refscope.present.as_networkx import to_networkx
from refscope.present.graph_source import is_module
from refscope.present.graph_state import Limits
from refscope.present.hops import Side, View
from refscope.present.reader import HeapReader
from refscope.present.scene import EdgeStyle
from refscope.present.visible_graph import VisibleGraph

if TYPE_CHECKING:
    import networkx as nx


def referrer_graph(
    reader: HeapReader,
    target: int,
    max_depth: int,
    too_many: int,
    *,
    raw: bool = False,
    tracked_only: bool = False,
) -> nx.DiGraph:
    """Who holds `target` (a row), up to `max_depth` steps, at most `too_many` holders of one object."""
    if raw:
        return _raw(reader, target, max_depth, too_many, tracked_only)
    return _folded(reader, target, max_depth, too_many)


def _raw(reader: HeapReader, target: int, max_depth: int, too_many: int, tracked_only: bool) -> nx.DiGraph:
    import networkx as nx

    source, snapshot = reader.source, reader.source.snapshot
    graph = nx.DiGraph()
    level, seen = [target], {target}
    edges: list[tuple[int, int]] = []
    for _ in range(max_depth):
        following: list[int] = []
        for index in level:
            if is_module(source, index):
                continue  # a root: `sys.modules` and what leads to it says nothing more
            holders = distinct(source.referrers(index))
            keep = (snapshot.flags[holders] & ObjectFlag.OWN) == 0
            if tracked_only:
                keep &= (snapshot.flags[holders] & ObjectFlag.TRACKED) != 0
            for holder in holders[keep][:too_many].tolist():
                edges.append((holder, index))
                if holder not in seen:
                    seen.add(holder)
                    following.append(holder)
        level = following
    _add_raw_nodes(graph, reader, sorted(seen), target)
    asked = [(int(snapshot.ids[a]), int(snapshot.ids[b])) for a, b in edges]
    for (holder, held), labels in zip(edges, reader.labels.labels(asked), strict=True):
        label = labels[0].name if labels else ""
        kind = labels[0].kind if labels else "unknown"
        graph.add_edge(
            _key(holder),
            _key(held),
            label=label,
            kind=kind,
            style=EdgeStyle.REFERENCE.value,
            count=1,
        )
    return graph


def _add_raw_nodes(graph: nx.DiGraph, reader: HeapReader, rows: list[int], target: int) -> None:
    snapshot, retained = reader.source.snapshot, reader.source.retained
    texts = reader.labels.describe([int(snapshot.ids[row]) for row in rows])
    for row, text in zip(rows, texts, strict=True):
        info = snapshot.type_table[int(snapshot.types[row])]
        graph.add_node(
            _key(row),
            title=info.qualname,
            subtitle=text,
            type_name=info.name,
            object_id=f"{int(snapshot.ids[row]):#x}",
            size_bytes=int(snapshot.sizes[row]),
            retained_bytes=-1 if retained is None else int(retained[row]),
            is_root=reader.is_root(row),
            is_target=row == target,
        )


def _folded(reader: HeapReader, target: int, max_depth: int, too_many: int) -> nx.DiGraph:
    graph = VisibleGraph.open(
        reader, target, view=View.FOLDED, limits=Limits(siblings=too_many, depth=max_depth)
    )
    done = {graph.target_key}
    for _ in range(max_depth - 1):
        fresh = [n.key for n in graph.nodes if n.key not in done and n.count == 1 and not n.is_root]
        if not fresh:
            break
        for key in fresh:
            done.add(key)
            graph = graph.expand(key, Side.HOLDERS)
    return to_networkx(graph)


def _key(row: int) -> str:
    return f"o{row}"
