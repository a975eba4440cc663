"""Real graphs with 10, 100 and 1,000 nodes: is each as readable as it can be?

The heap is that of this process: a shop whose signal keeps every audit, with caches, closures, threads and
weak sets around.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from picturing.stage import Shot, Stage

if TYPE_CHECKING:
    from refscope.present.visible_graph import VisibleGraph

COUNTS = (10, 100, 1000)
SOLD = 400
MOMENTS = tuple(f"graph-{count}{part}" for count in COUNTS for part in ("", "-whole"))


class Order:
    """Something sold, with its lines."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.lines = [{"article": f"A-{number}-{at}", "amount": at} for at in range(number % 7)]
        self.audit: RequestAudit | None = None


class RequestAudit:
    """What is kept by mistake."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.records = bytearray(4_000)
        order.audit = self

    def on_finished(self) -> int:
        """A listener."""
        return len(self.records)


class Signal:
    """A signal that nobody disconnects from."""

    def __init__(self) -> None:
        self.receivers: dict[int, Callable[[], int]] = {}
        self.recent: weakref.WeakSet[RequestAudit] = weakref.WeakSet()

    def connect(self, audit: RequestAudit) -> None:
        """Keep its method."""
        self.receivers[id(audit)] = audit.on_finished
        self.recent.add(audit)


request_finished = Signal()
by_number: dict[int, Order] = {}
later: list[Callable[[], RequestAudit]] = []


@functools.cache
def priced(order: Order) -> int:
    """A cache that keeps its arguments."""
    return order.number * 100


def sell(number: int) -> None:
    """One round of the shop."""
    order = by_number[number] = Order(number)
    audit = RequestAudit(order)
    request_finished.connect(audit)
    priced(order)
    later.append(lambda: audit)


def grown(graph: VisibleGraph, count: int) -> VisibleGraph:
    """The graph with nodes expanded, nearest first, until it has so many."""
    from refscope.present.graph_state import Limits
    from refscope.present.hops import Side

    graph = graph.with_limits(Limits(siblings=12 if count < 500 else 40))
    done: set[tuple[str, Side]] = set()
    while len(graph.nodes) < count:
        waiting = [
            (node.key, side)
            for node in graph.nodes
            for side, hidden in ((Side.HOLDERS, node.hidden_referrers), (Side.HELD, node.hidden_referents))
            if hidden and not node.is_root and (node.key, side) not in done
        ]
        if not waiting:
            break
        done.add(waiting[0])
        graph = graph.expand(*waiting[0])
    return graph


def tell(stage: Stage) -> Iterator[Shot]:
    """The graph of an audit, growing; at each size as it opens, and whole."""
    from refscope.api import this_process

    for number in range(SOLD):
        sell(number)
    waiter = threading.Event()
    threading.Thread(target=waiter.wait, name="shop-worker", daemon=True).start()
    with this_process() as process:
        snapshot = process.freeze("B")
        graph = snapshot.open_graph(f"{__name__}.RequestAudit").with_weak(True)
        for count in COUNTS:
            graph = grown(graph, count)
            yield from _pictures(stage, graph, count)
    waiter.set()


def _pictures(stage: Stage, graph: VisibleGraph, count: int) -> Iterator[Shot]:
    from refscope.gui.graph_panel import GraphPanel
    from refscope.gui.theme import dress
    from refscope.present.layout import arrange

    panel = GraphPanel(stage.window.theme)
    panel.resize(*stage.look.size)
    dress(panel, stage.window.theme)
    panel.show()
    panel.show_scene(arrange(graph, measure=panel.view.graph.ink.measure))
    stage.settle()
    yield f"graph-{count}", panel
    panel.view.fit()
    stage.settle()
    yield f"graph-{count}-whole", panel
    panel.close()
