"""The controllers of one window's heaps: graph, Inspector, tables, what-if, the console on the copy.

They are made together, when the first of them is needed: their code takes most of a second to load, for
which the start page must not wait. Nobody but the graph has to be known outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from refscope.gui.dialogs import ask_about_finalizers

if TYPE_CHECKING:  # loaded on first use: the heap's kernels take most of a second
    from refscope.gui.copy_console_controller import CopyConsoleController
    from refscope.gui.graph_controller import GraphController
    from refscope.gui.heap_controller import HeapController
    from refscope.gui.inspector_controller import InspectorController
    from refscope.gui.window_controller import WindowController


@dataclass(frozen=True)  # no slots: `dismantling` finds what belongs to a window by `__dict__`
class HeapControllers:
    """What answers for the heaps of one window."""

    graph: GraphController
    inspector: InspectorController
    tables: HeapController
    console: CopyConsoleController


class HeapRoom(QObject):
    """See the module. Made with the window, empty."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._made: HeapControllers | None = None

    @property
    def is_made(self) -> bool:
        """Whether the controllers were needed yet."""
        return self._made is not None

    @property
    def controllers(self) -> HeapControllers:
        """All of them, made and joined with the panels when first needed."""
        if self._made is None:
            self._made = self._make()
            self._connect(self._made)
        return self._made

    @property
    def graph(self) -> GraphController:
        """The controller of the graph; made like the others."""
        return self.controllers.graph

    def clear(self) -> None:
        """Forget every heap, so that they can go."""
        if self._made is not None:
            self._made.graph.clear()
            self._made.inspector.clear()
            self._made.console.clear()
            self._made.tables.show(None)

    def close(self) -> None:
        """End the console and its lane: the window closes. Blocks until its clones are gone."""
        if self._made is not None:
            self._made.console.close()

    def _make(self) -> HeapControllers:
        from refscope.gui import copy_console_controller
        from refscope.gui.graph_controller import GraphController
        from refscope.gui.heap_controller import HeapController
        from refscope.gui.inspector_controller import InspectorController
        from refscope.gui.what_if_controller import WhatIfController

        panels, window, jobs = self._controller.panels, self._controller.window, self._controller.jobs
        graph = GraphController(jobs)
        what_if = WhatIfController(jobs, lambda count: ask_about_finalizers(window, count))
        return HeapControllers(
            graph,
            InspectorController(graph, jobs, what_if),
            HeapController(graph, jobs),
            copy_console_controller.join(panels, window, graph),
        )

    def _connect(self, made: HeapControllers) -> None:
        from refscope.gui import inspector_wiring

        controller, panels, window = self._controller, self._controller.panels, self._controller.window
        inspector_wiring.remember_folding(panels.inspector, controller.settings)
        made.tables.graph_wanted.connect(lambda: window.focus_panel("graph"))
        made.tables.failed.connect(controller.tell)
        panels.connect_heap(made.tables)
        controller.tables.connect_heap(made.tables)
        made.inspector.noticed.connect(window.tell)
        controller.graph_commands.join(made.graph)
        panels.connect_inspector(made.inspector)
        made.inspector.source_wanted.connect(controller.help.open_source)
        panels.suspect_cards.place_clicked.connect(made.inspector.open_place)
