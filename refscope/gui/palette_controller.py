"""What the command palette of one window finds, and what choosing it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from refscope.gui.commands import Commands
from refscope.gui.palette_entries import (
    Entry,
    Ranked,
    Wanted,
    action_entries,
    address_entries,
    ask,
    ranked,
    setting_entries,
)
from refscope.gui.palette_window import Palette
from refscope.gui.preferences import PREFERENCES
from refscope.gui.theme import dress
from refscope.text import format_clock, format_count, short_name

if TYPE_CHECKING:
    from refscope.gui.analysing import Analysis
    from refscope.gui.window_controller import WindowController

_BESIDE_S = 30.0
"""Seconds of the chart that are shown on each side of a mark that is gone to."""
_NOT_LISTED = frozenset({"palette"})


class PaletteController(QObject):
    """See the module; offers "palette" and the keys of its own entries."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        window = controller.window
        self.palette = Palette(window, self.find)
        self.palette.chosen.connect(self.choose)
        dress(self.palette, window.theme)
        window.start_page.recent.commands_requested.connect(self.open)
        controller.children_menu.changed.connect(self.palette.renew)

    def offer(self, commands: Commands) -> None:
        """Say what is carried out here."""
        commands.offer({"palette": self.open})
        for prefix, act in (
            ("type", self._go_to_type),
            ("shown_freeze", self._controller.panels.show_freeze),
            ("moment", self._go_to_moment),
            ("suspect", self._go_to_suspect),
            ("object", self._go_to_object),
            ("choose", self._choose_value),
        ):
            commands.offer_prefix(prefix, act)

    def open(self) -> None:
        """Open the palette; what is not known by then is listed as it comes."""
        self._controller.children_menu.look()
        self.palette.open()

    def find(self, text: str) -> Sequence[Ranked]:
        """What a text finds, best first."""
        wanted, words = ask(text)
        if wanted is Wanted.ADDRESS:
            return [Ranked(entry) for entry in address_entries(words, has_freeze=self._has_freeze)]
        if wanted is Wanted.ACTION:
            window = self._controller.window
            entries = action_entries(window.facts, window.shortcuts.all(), _NOT_LISTED)
            entries += self._controller.children_menu.entries()
            if len(words) > 1:
                entries += setting_entries(self._values())
            return ranked(entries, words, self._controller.settings.recent_commands())
        sources: dict[Wanted, Callable[[], list[Entry]]] = {
            Wanted.TYPE: self._types,
            Wanted.MOMENT: self._moments,
            Wanted.SUSPECT: self._suspects,
            Wanted.SETTING: lambda: setting_entries(self._values()),
        }
        return ranked(sources[wanted](), words)

    def choose(self, key: str) -> None:
        """Do what an entry stands for."""
        if ":" not in key:
            self._controller.settings.note_command(key)
        self._controller.window.act(key)

    # what there is

    @property
    def _has_freeze(self) -> bool:
        return self._controller.last_snapshot is not None

    @property
    def _analysis(self) -> Analysis | None:
        return self._controller.panels.shown_analysis

    def _values(self) -> dict[str, str | int | float | bool]:
        settings = self._controller.settings
        return {preference.key: settings.value(preference) for preference in PREFERENCES}

    def _types(self) -> list[Entry]:
        analysis = self._analysis
        if analysis is None:
            return [_off("Go to a type", "nothing is frozen yet")]
        rows = sorted(analysis.types, key=lambda each: (each.is_builtin, -each.count))
        return [
            Entry(
                f"type:{each.type_name}",
                short_name(each.type_name),
                f"{each.type_name.rpartition('.')[0]}  ×{format_count(each.count)}".strip(),
                icon="tree",
            )
            for each in rows
        ]

    def _moments(self) -> list[Entry]:
        shown = self._controller.shown
        marks = shown.marks if shown is not None else ()
        entries = [
            Entry(
                f"shown_freeze:{mark.name}" if mark.kind == "freeze" else f"moment:{mark.time_s}",
                f"Freeze {mark.name}" if mark.kind == "freeze" else mark.name,
                format_clock(mark.time_s),
                icon="snowflake" if mark.kind == "freeze" else "flag",
            )
            for mark in marks
        ]
        return entries or [_off("Go to a freeze or mark", "there is none yet")]

    def _suspects(self) -> list[Entry]:
        analysis = self._analysis
        if analysis is None or not analysis.suspects:
            return [_off("Go to a suspect", "there is none yet")]
        return [
            Entry(
                f"suspect:{each.rank}",
                f"{each.rank}  {each.count} {short_name(each.type_name)} kept by {each.holder}",
                each.verdict.value.capitalize(),
                icon="drop" if each.is_leak else "eye",
                tone="leak" if each.is_leak else "watch",
            )
            for each in analysis.suspects
        ]

    # what is done

    def _go_to_type(self, name: str) -> None:
        self._controller.window.focus_panel("types")
        self._controller.panels.types.choose(name)

    def _go_to_moment(self, time_s: str) -> None:
        self._controller.window.focus_panel("timeline")
        timeline, at = self._controller.panels.timeline, float(time_s)
        timeline.set_following(False)
        timeline.plot.setXRange(max(0.0, at - _BESIDE_S), at + _BESIDE_S, padding=0)

    def _go_to_suspect(self, rank: str) -> None:
        panels = self._controller.panels
        self._controller.window.focus_panel("suspects")
        panels.suspect_cards.choose(int(rank))

    def _go_to_object(self, address: str) -> None:
        snapshot = self._controller.last_snapshot
        if snapshot is not None:
            self._controller.window.focus_panel("graph")
            self._controller.heap.graph.open(snapshot, int(address, 16))

    def _choose_value(self, text: str) -> None:
        key, _, stored = text.partition("=")
        preference = next(each for each in PREFERENCES if each.key == key)
        self._controller.settings.choose(preference, preference.read(stored))


def _off(text: str, reason: str) -> Entry:
    return Entry("", text, off=reason)
