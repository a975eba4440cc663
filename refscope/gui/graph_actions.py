"""What can be done to the graph by key, menu or palette: names, words, default keys, and the doing.

Each action reads the view's selection and emits a request or moves the view. Menus show the words
and keys of the same table, so that they never disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from refscope.gui import graph_walk
from refscope.gui.graph_requests import GraphRequests
from refscope.gui.node_words import is_group
from refscope.present.graph_state import MOST_AT_ONCE
from refscope.present.hops import Side
from refscope.present.scene import Scene, VisibleNode


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do. `keys` as Qt writes them; the first one is shown. of_window: the action of
    the window that does the same from here, whose keys are shown."""

    name: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    of_window: str = ""


ACTIONS = {
    action.name: action
    for action in (
        Action("expand_referrers", "Expand who holds it", "plus", ("Return", "Enter")),
        Action("expand_referents", "Expand what it holds", "plus", ("Shift+Return", "Shift+Enter")),
        Action("expand_until_root", "Expand until root", "anchor", ("R",)),
        Action("collapse", "Collapse what it expanded", "minus", ("Backspace",)),
        Action("make_target", "Make this the target", "target", ("T",)),
        Action("what_if", "What if this is cut…", "scissors", ("W",)),
        Action("pin", "Pin here", "pin", ("P",)),
        Action("hide", "Hide", "eye", ("Del",)),
        Action("hide_type", "Hide all of this type", "eye_off", ("Shift+Del",)),
        Action("group", "Group alike", "tidy", ("G",)),
        Action("show_in_types", "Show in Types", "table"),
        Action("open_source", "Open source", "file", of_window="graph_open_source"),
        Action("copy_expression", "Copy expression", "copy", ("Ctrl+C",)),
        Action("copy_address", "Copy address", "copy"),
        Action("copy_repr", "Copy repr", "copy"),
        Action("copy_text", "Copy node as text", "copy", ("Ctrl+Shift+C",)),
        Action("export", "Export graph…", "export", of_window="export_panel"),
        Action("walk_left", "Go to what holds it", "", ("Left",)),
        Action("walk_right", "Go to what it holds", "", ("Right",)),
        Action("walk_up", "Go up the column", "", ("Up",)),
        Action("walk_down", "Go down the column", "", ("Down",)),
        Action("go_target", "Go to the target", "", ("Home",)),
        Action("go_root", "Go to the root of the lit path", "", ("End",)),
        Action("previous_path", "Previous path", "", ("[",)),
        Action("next_path", "Next path", "", ("]",)),
        Action("tidy", "Tidy", "tidy", ("L",)),
        Action("fit", "Fit", "fit", ("0",)),
        Action("zoom_in", "Zoom in", "", ("+", "=")),
        Action("zoom_out", "Zoom out", "", ("-",)),
        Action("quick_look", "Quick look", "", ("Space",)),
        Action("menu", "Context menu", "", ("Menu", "Shift+F10")),
    )
}
"""Every action by name."""

DEFAULT_KEYS = {key: action.name for action in ACTIONS.values() for key in action.keys}
"""Key sequence → action."""


class Acted(Protocol):
    """What actions need of a graph view."""

    requests: GraphRequests

    @property
    def shown(self) -> Scene:
        """The scene on screen."""

    @property
    def current_key(self) -> str | None:
        """The node that actions are about."""

    @property
    def selected_keys(self) -> list[str]:
        """All selected nodes, the current one last."""

    def choose(self, key: str) -> None:
        """Select a node as if a person had clicked it, and bring it into view."""

    def fit(self) -> None:
        """Show everything."""

    def zoom_by(self, factor: float) -> None:
        """Zoom at the middle."""

    def quick_look(self) -> None:
        """Show or hide the large tooltip of the current node."""

    def open_menu(self) -> None:
        """Open the context menu of the current node."""

    def place_of(self, key: str) -> tuple[float, float]:
        """Where a node stands now."""


class GraphActions:
    """Carries out actions by name on one view."""

    def __init__(self, view: Acted) -> None:
        self._view = view
        self._requests = view.requests
        self._on_node: dict[str, Callable[[VisibleNode], None]] = {
            "expand_referrers": lambda n: self.expand(n, Side.HOLDERS),
            "expand_referents": lambda n: self.expand(n, Side.HELD),
            "expand_until_root": lambda n: self._requests.expand_until_root_requested.emit(n.key),
            "collapse": lambda n: self._requests.collapse_requested.emit(n.key),
            "make_target": lambda n: self._requests.target_requested.emit(n.key),
            "what_if": lambda n: self._requests.what_if_requested.emit("", n.key),
            "pin": self._pin,
            "hide": lambda _: self._requests.hide_requested.emit(view.selected_keys),
            "hide_type": lambda n: self._requests.hide_type_requested.emit(n.type_name),
            "group": self._group,
            "show_in_types": lambda n: self._requests.show_in_types_requested.emit(n.type_name),
            "open_source": lambda n: self._requests.open_source_requested.emit(n.key),
            "copy_expression": lambda n: self._requests.copy_requested.emit(n.key, "expression"),
            "copy_address": lambda n: self._requests.copy_requested.emit(n.key, "address"),
            "copy_repr": lambda n: self._requests.copy_requested.emit(n.key, "repr"),
            "copy_text": lambda n: self._requests.copy_requested.emit(n.key, "text"),
            "walk_left": lambda n: self._go(graph_walk.holder_key(view.shown, n.key)),
            "walk_right": lambda n: self._go(graph_walk.held_key(view.shown, n.key)),
            "walk_up": lambda n: self._go(graph_walk.above_key(view.shown, n.key)),
            "walk_down": lambda n: self._go(graph_walk.below_key(view.shown, n.key)),
            "quick_look": lambda _: view.quick_look(),
        }
        self._anywhere: dict[str, Callable[[], None]] = {
            "export": lambda: self._requests.export_requested.emit(""),
            "go_target": lambda: self._go(graph_walk.start_key(view.shown)),
            "go_root": lambda: self._go(graph_walk.root_key(view.shown)),
            "previous_path": self._requests.previous_path_requested.emit,
            "next_path": self._requests.next_path_requested.emit,
            "tidy": self._requests.tidy_requested.emit,
            "fit": view.fit,
            "zoom_in": lambda: view.zoom_by(1.2),
            "zoom_out": lambda: view.zoom_by(1 / 1.2),
            "menu": view.open_menu,
        }

    def run(self, name: str) -> bool:
        """Carry out an action; False where it has nothing to act on. Raises KeyError for unknown names."""
        if name in self._anywhere:
            self._anywhere[name]()
            return True
        act = self._on_node[name]
        node = self._current()
        if node is None:
            self._go(graph_walk.start_key(self._view.shown))  # a first arrow key only enters the graph
            return False
        act(node)
        return True

    def expand(self, node: VisibleNode, side: Side) -> None:
        """Ask for one step on a side; a group opens as a table instead."""
        if is_group(node) and side is Side.HOLDERS:
            self._requests.group_opened.emit(node.key)
        else:
            self._requests.expand_requested.emit(node.key, side)

    def double_click(self, node: VisibleNode) -> None:
        """Open a group; else expand the holders, or collapse when none are left."""
        if is_group(node):
            self._requests.group_opened.emit(node.key)
        elif node.hidden_referrers:
            self._requests.expand_requested.emit(node.key, Side.HOLDERS)
        else:
            self._requests.collapse_requested.emit(node.key)

    def _group(self, node: VisibleNode) -> None:
        if is_group(node) and node.count > MOST_AT_ONCE:
            self._requests.many_asked.emit(node.key, node.count)
        else:
            self._requests.group_requested.emit(node.key)

    def _current(self) -> VisibleNode | None:
        key = self._view.current_key
        return next((node for node in self._view.shown.nodes if node.key == key), None)

    def _go(self, key: str | None) -> None:
        if key is not None:
            self._view.choose(key)

    def _pin(self, node: VisibleNode) -> None:
        if node.is_pinned:
            self._requests.unpin_requested.emit(node.key)
        else:
            self._requests.pin_requested.emit(node.key, *self._view.place_of(node.key))
