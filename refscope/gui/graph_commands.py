"""The graph's part in the window: its menus, its settings, and what of it concerns other panels."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from refscope.gui.commands import Commands
from refscope.gui.graph_actions import ACTIONS
from refscope.gui.preferences import DEPTH, MOTION, SIBLINGS, VIEW
from refscope.gui.state_values import Notice

if TYPE_CHECKING:  # they load the heap's kernels, for which the start page must not wait
    from refscope.gui.graph_controller import GraphController
    from refscope.gui.graph_places import GraphFacts, Place
    from refscope.gui.window_controller import WindowController

LEGEND_SHOWN = 3
"""So many times the legend opens by itself, where it covers no node."""

_LEGEND = "legend_seen"


class GraphCommands(QObject):
    """See the module. Made with the window; the controller comes with the first graph."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._panel = controller.panels.graph
        self._facts: GraphFacts | None = None
        self._has_offered_legend = False
        controller.settings.changed.connect(self._preference_changed)
        self._connect_header()
        self._panel.legend_changed.connect(lambda shown: self._check("legend", shown))
        self._panel.minimap_changed.connect(lambda wanted: self._check("minimap", wanted))
        self._check("minimap", True)
        self._apply_motion()

    def _connect_header(self) -> None:
        """What is chosen in the graph's header is kept, and holds for the next graph."""
        asks, settings = self._panel.requests, self._controller.settings
        asks.export_requested.connect(self.export)
        asks.depth_changed.connect(lambda depth: settings.choose(DEPTH, depth))
        asks.siblings_changed.connect(lambda siblings: settings.choose(SIBLINGS, siblings))
        asks.raw_changed.connect(lambda raw: settings.choose(VIEW, "raw" if raw else "folded"))
        self._panel.set_limits(int(settings.value(DEPTH)), int(settings.value(SIBLINGS)))
        self._panel.set_raw(settings.value(VIEW) == "raw")

    def offer(self, commands: Commands) -> None:
        """Say which actions are carried out here."""

        def of_graph(act: Callable[[GraphController], object]) -> Callable[[], object]:
            return lambda: act(self._controller.heap.graph)

        panel = self._panel
        commands.offer(
            {f"graph_{name}": lambda name=name: panel.view.acts.run(name) for name in ACTIONS}  # type: ignore[misc]
        )
        commands.offer({
            "undo": of_graph(lambda graph: graph.undo()),
            "redo": of_graph(lambda graph: graph.redo()),
            "go_back": of_graph(lambda graph: graph.back()),
            "go_forward": of_graph(lambda graph: graph.forward()),
            "find_in_graph": self._find, "find_next": panel.find_next,
            "view_folded": lambda: panel.requests.raw_changed.emit(False),
            "view_raw": lambda: panel.requests.raw_changed.emit(True),
            "weak": of_graph(lambda graph: graph.set_weak(not self._is_weak_shown)),
            "legend": lambda: panel.set_legend_shown(panel.legend.isHidden()),
            "minimap": lambda: panel.set_minimap_wanted(not panel.is_minimap_wanted),
            "motion": self._toggle_motion,
            "zoom_one": lambda: panel.view.set_zoom(1.0),
        })  # fmt: skip
        commands.offer_prefix("go_on", self._go_on)
        commands.offer_prefix("export_graph", self.export)

    def join(self, graph: GraphController) -> None:
        """Join the panel with its controller."""
        from refscope.gui.graph_copy import GraphCopy
        from refscope.gui.graph_wiring import GraphWiring

        controller, panels = self._controller, self._controller.panels
        copy = GraphCopy(graph, controller.jobs)
        wiring = GraphWiring(panels.graph, panels.table, graph, copy)
        wiring.panel_wanted.connect(controller.window.focus_panel)
        wiring.type_wanted.connect(panels.types.choose)
        wiring.noticed.connect(controller.window.tell)
        graph.noticed.connect(lambda text: controller.window.tell(Notice(text)))
        graph.history_changed.connect(self._note_history)
        graph.facts_changed.connect(self._note_facts)
        graph.opened.connect(self._offer_legend)
        self._apply_to(graph)

    def export(self, suffix: str = "") -> None:
        """Save the graph that is shown; suffix: the format that the dialog begins with."""
        self._controller.files.export_graph(suffix)

    # inside

    def _go_on(self, key: str) -> None:
        self._controller.heap.graph.edits.go_on_until_root(key)

    @property
    def _is_weak_shown(self) -> bool:
        return self._facts is not None and self._facts.is_weak_shown

    def _find(self) -> None:
        self._controller.window.focus_panel("graph")
        self._panel.start_find()

    def _note_history(self, undo: str, redo: str) -> None:
        window = self._controller.window
        window.set_facts(replace(window.facts, undo_name=undo, redo_name=redo))

    def _note_facts(self, facts: GraphFacts) -> None:
        self._facts = facts
        window = self._controller.window
        known = replace(
            window.facts,
            has_graph=facts.nodes > 0,
            paths=facts.paths,
            can_go_back=facts.can_go_back,
            can_go_forward=facts.can_go_forward,
        )
        window.set_facts(known)
        self._check("view_raw" if facts.is_raw else "view_folded", True)
        self._check("weak", facts.is_weak_shown)

    def _check(self, key: str, checked: bool) -> None:
        self._controller.window.menus.check(key, checked)

    def _offer_legend(self, _place: Place) -> None:
        """The first graph of a window opens the legend, the first three times."""
        settings = self._controller.settings
        seen = settings.text_of(_LEGEND)
        times = int(seen) if seen.isdigit() else 0
        if not self._has_offered_legend and times < LEGEND_SHOWN and self._panel.offer_legend():
            settings.remember_text(_LEGEND, str(times + 1))
        self._has_offered_legend = True
        self._panel.withdraw_legend()

    # settings

    def _preference_changed(self, key: str) -> None:
        if key == MOTION.key:
            self._apply_motion()
        elif key in (DEPTH.key, SIBLINGS.key, VIEW.key) and self._controller.heap.is_made:
            self._apply_to(self._controller.heap.graph)

    def _apply_to(self, graph: GraphController) -> None:
        settings = self._controller.settings
        graph.set_limits(int(settings.value(DEPTH)), int(settings.value(SIBLINGS)))
        if graph.is_raw != (settings.value(VIEW) == "raw"):
            graph.set_raw(settings.value(VIEW) == "raw")

    def _toggle_motion(self) -> None:
        settings = self._controller.settings
        is_on = has_motion(str(settings.value(MOTION)))
        settings.choose(MOTION, "off" if is_on else "on")

    def _apply_motion(self) -> None:
        is_on = has_motion(str(self._controller.settings.value(MOTION)))
        self._panel.view.set_motion(is_on)
        self._check("motion", is_on)


def has_motion(choice: str) -> bool:
    """Whether nodes glide: as chosen; by itself not offscreen, and not on a screen that is far away."""
    if choice != "auto":
        return choice == "on"
    is_remote = "SSH_CONNECTION" in os.environ or QGuiApplication.platformName() == "vnc"
    return QGuiApplication.platformName() not in ("offscreen", "minimal") and not is_remote
