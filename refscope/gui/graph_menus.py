"""Context menus of the graph: for a node, an edge, and the ground between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from refscope.gui.graph_actions import ACTIONS, GraphActions
from refscope.gui.graph_requests import GraphRequests
from refscope.gui.icons import icon
from refscope.gui.key_hints import FIRST_KEYS, Keys
from refscope.gui.node_words import is_group
from refscope.gui.theme import Theme
from refscope.present.scene import VisibleEdge, VisibleNode
from refscope.text import elide, safe, short_name

_NODE_MENU = (
    ("expand_referrers", "expand_referents", "expand_until_root", "collapse"),
    ("make_target", "what_if"),
    ("pin", "hide", "hide_type", "group"),
    ("show_in_types", "open_source", "copy_expression", "copy_address", "copy_repr", "copy_text"),
    ("export",),
)
_KEY_WORDS = {"Return": "Enter", "Shift+Return": "Shift+Enter"}


@dataclass(slots=True)
class GroundSettings:
    """What the ground's menu shows as it is now."""

    hidden: int = 0  # types, names of references, and single nodes together
    weak_shown: bool = False
    legend_shown: bool = False
    minimap_shown: bool = True


class GraphMenus:
    """Makes menus for one view. Each call gives a new menu that its caller shows."""

    def __init__(self, parent: QWidget, actions: GraphActions, requests: GraphRequests) -> None:
        self._parent = parent
        self._actions = actions
        self._requests = requests
        self._theme: Theme | None = None
        self._keys = FIRST_KEYS

    def set_theme(self, theme: Theme) -> None:
        """Colours of the icons from now on."""
        self._theme = theme

    def set_keys(self, keys: Keys) -> None:
        """Keys of the window that menus show from now on."""
        self._keys = keys

    def for_node(self, node: VisibleNode) -> QMenu:
        """Everything that can be done with a node."""
        menu = self._menu("Node")
        for number, section in enumerate(_NODE_MENU):
            if number:
                menu.addSeparator()
            for name in section:
                action = self._add(menu, name)
                action.setEnabled(_is_possible(name, node))
                action.setText(_worded(name, node, action.text()))
        return menu

    def for_edge(self, edge: VisibleEdge) -> QMenu:
        """What can be done with a reference."""
        menu = self._menu("Reference")
        requests = self._requests
        self._add_own(
            menu, "What if this is cut…", "scissors",
            lambda: requests.what_if_requested.emit(edge.source, edge.target),
        )  # fmt: skip
        name = elide(safe(edge.label), 40)
        hide = self._add_own(
            menu, f"Hide edges named {name}", "eye_off",
            lambda: requests.hide_edges_requested.emit(edge.label),
        )  # fmt: skip
        copy = self._add_own(
            menu, "Copy label", "copy", lambda: requests.copy_label_requested.emit(edge.label)
        )
        hide.setVisible(bool(edge.label))
        copy.setEnabled(bool(edge.label))
        return menu

    def for_ground(
        self,
        settings: GroundSettings,
        set_legend: Callable[[bool], None],
        set_minimap: Callable[[bool], None],
    ) -> QMenu:
        """What can be done with the whole graph."""
        menu = self._menu("Graph")
        self._add(menu, "fit")
        self._add(menu, "tidy")
        shown = self._add_own(
            menu, f"Show hidden ({settings.hidden})", "eye", self._requests.show_hidden_requested.emit
        )
        shown.setEnabled(settings.hidden > 0)
        menu.addSeparator()
        self._add_switch(menu, "Weak references", settings.weak_shown, self._requests.weak_changed.emit)
        self._add_switch(menu, "Legend", settings.legend_shown, set_legend)
        self._add_switch(menu, "Mini-map", settings.minimap_shown, set_minimap)
        menu.addSeparator()
        self._add(menu, "export")
        return menu

    def _menu(self, name: str) -> QMenu:
        menu = QMenu(self._parent)
        menu.setAccessibleName(name)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _add(self, menu: QMenu, name: str) -> QAction:
        action = ACTIONS[name]
        return self._add_own(menu, action.text, action.icon, lambda: self._actions.run(name), name)

    def _add_own(
        self, menu: QMenu, text: str, icon_name: str, act: Callable[[], object], name: str = ""
    ) -> QAction:
        made = menu.addAction(_with_key(text, self._key_of(name)))
        made.setObjectName(name)
        if self._theme is not None and icon_name:
            made.setIcon(icon(icon_name, self._theme.color("text2"), self._theme.color("text3")))
        made.triggered.connect(lambda _checked=False: act())
        return made

    def _key_of(self, name: str) -> str:
        """The key of an action of the graph as it is shown: its own, or the window's for the same."""
        action = ACTIONS.get(name)
        if action is None:
            return ""
        return action.keys[0] if action.keys else self._keys.of(action.of_window)

    @staticmethod
    def _add_switch(menu: QMenu, text: str, on: bool, act: Callable[[bool], object]) -> None:
        made = menu.addAction(text)
        made.setCheckable(True)
        made.setChecked(on)
        made.triggered.connect(act)


def _with_key(text: str, keys: str) -> str:
    """The text with its key in the menu's right column; a text's own & is no mnemonic."""
    words = text.replace("&", "&&")
    return f"{words}\t{_KEY_WORDS.get(keys, keys)}" if keys else words


def _is_possible(name: str, node: VisibleNode) -> bool:
    if name == "expand_referrers":
        return node.hidden_referrers > 0 or is_group(node)
    if name == "expand_referents":
        return node.hidden_referents > 0
    if name in ("copy_address", "copy_repr", "make_target"):
        return node.object_index is not None
    if name in ("hide_type", "show_in_types"):
        return bool(node.type_name)
    return True


def _worded(name: str, node: VisibleNode, text: str) -> str:
    if name == "pin" and node.is_pinned:
        return text.replace("Pin here", "Unpin")
    if name == "hide_type" and node.type_name:
        short = elide(safe(short_name(node.type_name)), 30).replace("&", "&&")
        return text.replace("of this type", f"of type {short}")
    if name == "group" and is_group(node):
        return text.replace("Group alike", "Ungroup")
    return text
