"""Milliseconds that the graph view takes to show, repaint and hover graphs of 100 to 5,000 nodes.

Run: QT_QPA_PLATFORM=offscreen python benchmarks/bench_graph_view.py. Figures are processor time of
the thread, medians of ten; "fit" has all nodes in view, the other zooms what fits into 1440×900.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "gui"))

from graph_scenes import large_scene
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from refscope.gui.graph_view import GraphView
from refscope.gui.style import style_sheet
from refscope.gui.theme import Theme

REPEATS = 10


def milliseconds(act: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        begun = time.thread_time()
        act()
        times.append((time.thread_time() - begun) * 1000)
    return statistics.median(times)


def measure(n_nodes: int, theme: Theme) -> None:
    view = GraphView(theme)
    view.resize(1440, 900)
    view.show()
    scene = large_scene(n_nodes)
    begun = time.thread_time()
    view.show_scene(scene)
    QApplication.processEvents()
    shown = (time.thread_time() - begun) * 1000
    picture = QImage(1440, 900, QImage.Format.Format_ARGB32_Premultiplied)

    def repaint() -> float:
        return milliseconds(lambda: view.viewport().render(picture, QPoint()))

    view.fit()
    fit_zoom = view.zoom
    fit = repaint()
    readable = [repaint() for zoom in (0.3, 0.62, 1.0) if not view.set_zoom(zoom)]
    view.set_zoom(1.0)
    key = next(iter(view.graph.nodes))
    hover = milliseconds(lambda: (view.hover(view.point_of(key)), view.hover(None)))
    again = milliseconds(lambda: view.show_scene(scene))
    print(
        f"{n_nodes:>5} nodes {len(scene.edges):>5} edges: first {shown:6.1f} ms, again {again:6.1f}, "
        f"repaint fit (zoom {fit_zoom:.2f}) {fit:5.1f}, at 0.3 {readable[0]:5.1f}, "
        f"at 0.62 {readable[1]:5.1f}, at 1 {readable[2]:5.1f}, hover on and off {hover:5.2f}"
    )


def main() -> None:
    app = QApplication([])
    theme = Theme.light()
    theme.apply_base(app)
    app.setStyleSheet(style_sheet(theme))
    for n_nodes in (100, 1000, 2000, 5000):
        measure(n_nodes, theme)


if __name__ == "__main__":
    main()
