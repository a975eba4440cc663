#!/usr/bin/env python3
"""Pictures of real graphs with 10, 100 and 1,000 nodes, to look at: is each as readable as it can be?

Usage: scripts/graph_pictures.py FOLDER [--dark] [--scale 2]. Needs no display. The heap is that of this
process: a shop whose signal keeps every audit, with caches, closures, threads and weak sets around.
"""

from __future__ import annotations

import argparse
import functools
import os
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

if TYPE_CHECKING:
    from refscope.present.visible_graph import VisibleGraph

SIZE = (1440, 900)
COUNTS = (10, 100, 1000)


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


@functools.lru_cache(maxsize=None)
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


def take(folder: Path, *, dark: bool) -> None:
    """Open the graph of an audit, let it grow, and grab the panel at each size."""
    from PySide6.QtWidgets import QApplication

    from refscope.api import this_process
    from refscope.gui.graph_panel import GraphPanel
    from refscope.gui.theme import Theme, dress
    from refscope.present.layout import arrange

    app = QApplication([])
    theme = Theme.dark() if dark else Theme.light()
    theme.apply_to(app)
    with this_process() as process:
        snapshot = process.freeze("B")
        graph = snapshot.open_graph(f"{__name__}.RequestAudit").with_weak(True)
        for count in COUNTS:
            graph = grown(graph, count)
            panel = GraphPanel(theme)
            panel.resize(*SIZE)
            dress(panel, theme)
            panel.show()
            scene = arrange(graph, measure=panel.view.graph.ink.measure)
            panel.show_scene(scene)
            app.processEvents()
            name = f"graph-{count}-{'dark' if dark else 'light'}"
            panel.grab().save(str(folder / f"{name}.png"))
            panel.view.fit()
            app.processEvents()
            panel.grab().save(str(folder / f"{name}-whole.png"))
            print(f"{name}: {len(scene.nodes)} nodes, {len(scene.edges)} edges, zoom {panel.view.zoom:.2f}")
            panel.close()


def main() -> None:
    """Build the heap, make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--scale", default="1")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = options.scale
    for number in range(400):
        sell(number)
    waiter = threading.Event()
    threading.Thread(target=waiter.wait, name="shop-worker", daemon=True).start()
    take(options.folder, dark=options.dark)
    waiter.set()


if __name__ == "__main__":
    main()
