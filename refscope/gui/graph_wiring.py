"""Joins the graph's panel and its table with the graph's controller: what is asked, what is told.

Nothing is decided here but who hears whom; what concerns the whole window (another panel, a file, a
notice) is told as a signal.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from refscope.errors import UserFacingError
from refscope.gui.breadcrumb import Crumb
from refscope.gui.graph_controller import GraphController
from refscope.gui.graph_copy import GraphCopy
from refscope.gui.graph_panel import EMPTY_STATE, GraphPanel
from refscope.gui.graph_places import GraphPaths, Place
from refscope.gui.graph_table import GraphTable
from refscope.gui.state_values import Notice, StateButton, state_of_error
from refscope.present.scene import Scene
from refscope.present.visible_graph import Listing


class GraphWiring(QObject):
    """See the module."""

    panel_wanted = Signal(str)  # key of a panel to bring to the front
    type_wanted = Signal(str)  # class to show in Types
    noticed = Signal(object)  # Notice

    def __init__(self, panel: GraphPanel, table: GraphTable, graph: GraphController, copy: GraphCopy) -> None:
        super().__init__(graph)
        self._panel, self._table, self._graph, self._copy = panel, table, graph, copy
        copy.noticed.connect(self.noticed)
        self._connect_told()
        self._connect_navigation()
        self._connect_edits()

    def _connect_told(self) -> None:
        panel, graph = self._panel, self._graph
        graph.scene_changed.connect(self._show)
        graph.history_changed.connect(lambda undo, redo: panel.set_history(undo or None, redo or None))
        graph.busy_changed.connect(lambda key, side: panel.set_busy(key or None, side))
        graph.asking_changed.connect(panel.set_asking)
        graph.paths_changed.connect(self._show_paths)
        graph.hidden_changed.connect(panel.set_hidden)
        graph.facts_changed.connect(panel.set_facts)
        graph.limits_changed.connect(panel.set_limits)
        graph.opened.connect(self._show_place)
        graph.failed.connect(self._show_failure)
        graph.members_came.connect(self._show_members)
        graph.go_on_offered.connect(self._offer_to_go_on)
        panel.work_cancelled.connect(graph.cancel)

    def _connect_navigation(self) -> None:
        asks, graph = self._panel.requests, self._graph
        asks.node_selected.connect(self._select)
        asks.edge_selected.connect(graph.choose_edge)
        asks.selection_cleared.connect(lambda: graph.object_chosen.emit(None))
        asks.target_requested.connect(graph.make_target)
        asks.back_requested.connect(graph.back)
        asks.forward_requested.connect(graph.forward)
        asks.next_path_requested.connect(graph.next_path)
        asks.previous_path_requested.connect(lambda: graph.next_path(-1))
        asks.breadcrumb_clicked.connect(self._follow_crumb)
        asks.show_in_types_requested.connect(self._show_in_types)
        asks.what_if_requested.connect(graph.ask_what_if)
        asks.copy_requested.connect(self._copy.copy)
        asks.copy_label_requested.connect(self._copy.put)

    def _connect_edits(self) -> None:
        asks, graph, edits = self._panel.requests, self._graph, self._graph.edits
        asks.expand_requested.connect(edits.expand)
        asks.expand_until_root_requested.connect(edits.expand_until_root)
        asks.collapse_requested.connect(edits.collapse)
        asks.group_opened.connect(graph.list_members)
        asks.globals_opened.connect(graph.list_members)
        asks.members_wanted.connect(graph.list_members)
        asks.member_chosen.connect(edits.show_member)
        asks.show_more_requested.connect(edits.show_more)
        asks.group_requested.connect(edits.group)
        asks.hide_requested.connect(edits.hide)
        asks.hide_type_requested.connect(edits.hide_type)
        asks.hide_edges_requested.connect(edits.hide_edges)
        asks.unhide_type_requested.connect(edits.unhide_type)
        asks.unhide_edges_requested.connect(edits.unhide_edges)
        asks.unhide_objects_requested.connect(edits.unhide_objects)
        asks.show_hidden_requested.connect(edits.show_hidden)
        asks.pin_requested.connect(edits.pin)
        asks.unpin_requested.connect(edits.unpin)
        asks.undo_requested.connect(graph.undo)
        asks.redo_requested.connect(graph.redo)
        asks.tidy_requested.connect(graph.tidy)
        asks.weak_changed.connect(graph.set_weak)

    # what is told

    def _show(self, scene: Scene, fit: bool) -> None:
        self._panel.show_scene(scene, fit=fit or None)
        self._table.show_scene(scene)

    def _show_paths(self, paths: GraphPaths) -> None:
        self._panel.set_paths(paths.lit + 1, max(1, len(paths.chains)))

    def _show_place(self, place: Place) -> None:
        came_from = Crumb("suspects", "Suspects") if place.suspect is not None else Crumb("types", "Types")
        target = place.target
        kind = Crumb(f"type:{target.type_name if target is not None else ''}", place.type_words)
        words = place.target_words
        self._panel.set_breadcrumb([came_from, kind, Crumb("target", words, words.partition(" 0x")[0])])
        key = target.key if target is not None else None
        self._panel.select(key)
        self._table.select(key)

    def _show_failure(self, error: UserFacingError) -> None:
        near = getattr(error, "near", ())
        buttons = (StateButton(f"search:{near[0]}", f"Show {near[0]}", is_primary=True),) if near else ()
        self._panel.show_message(state_of_error(error, buttons))

    def _show_members(self, key: str, listing: Listing) -> None:
        self._panel.show_members(key, listing.title, listing.rows, listing.total)

    def _offer_to_go_on(self, sentence: str, key: str) -> None:
        self.noticed.emit(Notice(sentence, "", "info", StateButton(f"go_on:{key}", "Go on")))

    # what is asked

    def _select(self, key: str) -> None:
        """A node was selected in the graph or in its table: the other one follows."""
        if self._panel.view.current_key != key:
            self._panel.select(key)
        self._table.select(key)
        self._graph.choose(key)

    def _follow_crumb(self, key: str) -> None:
        prefix, _, name = key.partition(":")
        if prefix == "type" and name:
            self._show_in_types(name)
        else:
            self.panel_wanted.emit(prefix)

    def _show_in_types(self, name: str) -> None:
        self.panel_wanted.emit("types")
        self.type_wanted.emit(name)

    def forget(self) -> None:
        """Show that there is no graph."""
        self._panel.set_breadcrumb(())
        self._panel.show_message(EMPTY_STATE)
