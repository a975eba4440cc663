"""Which freezes the tables compare: one setting for the window, over each table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from refscope.gui.parts import Button, set_property


class GrowthButton(Button):
    """`chosen(first, last)`: names of two freezes; first "" = the last one alone."""

    chosen = Signal(str, str)

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName("Growth between which freezes")
        self._freezes: tuple[str, ...] = ()
        self._first = self._last = ""
        self.clicked.connect(lambda: self.pairs_menu().popup(self.mapToGlobal(self.rect().bottomLeft())))
        self.hide()

    def show_pair(self, freezes: Sequence[str], first: str, last: str) -> None:
        """Show what is compared. freezes: names of all there are, oldest first."""
        self._freezes, self._first, self._last = tuple(freezes), first, last
        words = f"{first} to {last}" if first else f"Freeze {last}" if last else ""
        self.setText(f"{words} ▾" if len(freezes) > 1 else words)
        self.setVisible(bool(last))
        self.setEnabled(len(freezes) > 1)
        set_property(self, "kind", "" if len(freezes) > 1 else "quiet")  # one freeze is a word, no button
        self.setToolTip(f"Growth from {first} to {last}" if first else "What one freeze shows")
        self.setAccessibleName(self.toolTip() if words else "Growth between which freezes")

    def pairs_menu(self) -> QMenu:
        """Every pair of freezes, the newest first; the shown one is ticked."""
        menu = QMenu(self)
        names = self._freezes
        for at in range(len(names) - 1, 0, -1):
            for before in range(at - 1, -1, -1):
                first, last = names[before], names[at]
                action = menu.addAction(f"{first} to {last}")
                action.setCheckable(True)
                action.setChecked((first, last) == (self._first, self._last))
                action.triggered.connect(lambda _=False, pair=(first, last): self.chosen.emit(*pair))
        return menu
