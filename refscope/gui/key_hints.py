"""Keys as they are spelled on the screen, and the walk that tells widgets which keys hold now.

Every place that names a key of the window in words asks a `Keys`, so that a key which a person changed is
nowhere told as it was. Keys that cannot be changed (of the graph, the timeline, a field) stand with those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from PySide6.QtWidgets import QWidget

from refscope.gui.actions import ACTIONS
from refscope.gui.shortcuts import shown
from refscope.gui.theme import widgets_with


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the window. by_action: as Qt writes them everywhere, "" = none."""

    by_action: Mapping[str, str]

    def of(self, action: str) -> str:
        """The keys of an action as this platform shows them; "" = it has none, or is no action."""
        return shown(self.by_action.get(action, ""))

    def behind(self, words: str, action: str) -> str:
        """`Redo (Ctrl+Shift+Z)`, or the words alone."""
        keys = self.of(action)
        return f"{words} ({keys})" if keys else words


FIRST_KEYS = Keys({spec.key: spec.shortcut for spec in ACTIONS})
"""Those that actions came with: what a widget spells before it is told."""


class SpellsKeys(Protocol):
    """A widget that names keys of the window."""

    def show_keys(self, keys: Keys) -> None:
        """Name these from now on."""


def tell_keys(widget: QWidget, keys: Keys) -> None:
    """Tell `widget` and every widget below it that names keys. O(widgets)."""
    for each in widgets_with("show_keys", widget):
        cast(SpellsKeys, each).show_keys(keys)
