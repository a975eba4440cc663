"""Which keys do which action: those of the table, or what the person chose instead; and their conflicts.

Keys are written as Qt writes them everywhere ("Ctrl+Shift+P"). Single letters stay with the graph and
the timeline, so a key of the window needs Ctrl, Alt, Meta, or is a function key.
"""

from __future__ import annotations

import re

from PySide6.QtGui import QKeySequence

from refscope.gui.actions import ACTIONS, ActionSpec, plain_text
from refscope.gui.graph_actions import ACTIONS as GRAPH_ACTIONS
from refscope.gui.settings import Settings

_MODIFIED = re.compile(r"(Ctrl|Alt|Meta)\+|^(Shift\+)?F\d+$")


class Shortcuts:
    """The keys that hold now; asks the settings each time, so it is never out of date."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, action: str) -> str:
        """The keys of an action of the table; "" = none. Raises `KeyError` for an unknown action."""
        return self.all()[action]

    def all(self) -> dict[str, str]:
        """Keys by action, "" where there are none."""
        chosen = self._settings.shortcuts()
        return {spec.key: chosen.get(spec.key, spec.shortcut) for spec in ACTIONS}

    def is_changed(self, action: str) -> bool:
        """Whether an action has other keys than it came with."""
        return self.of(action) != spec_of(action).shortcut

    def choose(self, action: str, keys: str) -> None:
        """Give an action other keys; those it came with forget the choice."""
        self._settings.choose_shortcut(action, None if keys == spec_of(action).shortcut else keys)

    def why_not(self, action: str, keys: str) -> str:
        """Why an action cannot have these keys, in a sentence; "" = it can."""
        if not keys:
            return ""
        if not _MODIFIED.search(keys):
            return "A key of the window needs Ctrl or Alt, or is a function key."
        for other, theirs in self.all().items():
            if other != action and theirs == keys:
                return f"{shown(keys)} is already {spoken(spec_of(other))}."
        for graph_action in GRAPH_ACTIONS.values():
            is_same_act = graph_action.text.rstrip("…") == spoken(spec_of(action))
            if keys in graph_action.keys and not is_same_act:
                return f"In the graph {shown(keys)} is {graph_action.text.rstrip('…')}."
        return ""


def spec_of(action: str) -> ActionSpec:
    """The entry of the table. Raises `KeyError`."""
    return _SPECS[action]


def spoken(spec: ActionSpec) -> str:
    """The action's name as it is read: "Freeze with options"."""
    return plain_text(spec).rstrip("…")


def shown(keys: str) -> str:
    """Keys as this platform shows them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


_SPECS = {spec.key: spec for spec in ACTIONS}
