"""What each action of the window does: whoever can do something offers it under the action's key.

Menus, toolbar, strip, palette, notices and buttons in panels all end here. An action that nobody
offers is an error of ours and raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Act = Callable[[], object]


class Commands:
    """The acts of one window by the keys of `gui.actions`; keys such as "search:text" by their prefix."""

    def __init__(self) -> None:
        self._acts: dict[str, Act] = {}
        self._prefixed: dict[str, Callable[[str], object]] = {}

    def offer(self, acts: Mapping[str, Act]) -> None:
        """Say what actions do; a key that is offered again does the newer thing."""
        self._acts.update(acts)

    def offer_prefix(self, prefix: str, act: Callable[[str], object]) -> None:
        """Say what keys "prefix:…" do with what stands behind the colon."""
        self._prefixed[prefix] = act

    def act(self, key: str) -> None:
        """Do it. Raises `KeyError` for a key that nobody offers."""
        prefix, colon, rest = key.partition(":")
        if colon and prefix in self._prefixed:
            self._prefixed[prefix](rest)
        else:
            self._acts[key]()

    @property
    def keys(self) -> frozenset[str]:
        """Everything that can be done."""
        return frozenset(self._acts)
