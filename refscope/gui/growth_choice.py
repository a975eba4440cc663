"""Which freezes the tables compare: one setting for the window, over each table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from refscope.gui.parts import Button, label, row


class GrowthChoice(QWidget):
    """`chosen(first, last)`: names of two freezes; first "" = the last one alone.

    A button with a menu where there is a choice; words where there is none. `has_head`: "Growth from"
    stands before the button.
    """

    chosen = Signal(str, str)

    def __init__(self, *, has_head: bool = False) -> None:
        super().__init__()
        self._has_head = has_head
        self._freezes: tuple[str, ...] = ()
        self._first = self._last = ""
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.head = label("", "small", "text2")
        self.button = Button("")
        self.button.setMenu(self._menu)
        self.setLayout(row(self.head, self.button))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_pair(self, freezes: Sequence[str], first: str, last: str) -> None:
        """Show what is compared. freezes: names of all there are, oldest first."""
        self._freezes, self._first, self._last = tuple(freezes), first, last
        pair = f"{first} to {last}" if first else f"Freeze {last}"
        whole = f"Growth from {pair}" if first else pair
        has_choice = len(freezes) > 1
        self.head.setText("Growth from" if has_choice else whole)
        self.head.setVisible(self._has_head and bool(first) if has_choice else bool(last))
        self.button.setText(pair)
        self.button.setVisible(has_choice)
        self.button.setToolTip(whole if first else "What one freeze shows")
        self.button.setAccessibleName(self.button.toolTip())
        self.setVisible(bool(last))

    def pairs_menu(self) -> QMenu:
        """Every pair of freezes, the newest first; the shown one is ticked."""
        self._fill()
        return self._menu

    def _fill(self) -> None:
        self._menu.clear()
        names = self._freezes
        for at in range(len(names) - 1, 0, -1):
            for before in range(at - 1, -1, -1):
                first, last = names[before], names[at]
                action = self._menu.addAction(f"{first} to {last}")
                action.setCheckable(True)
                action.setChecked((first, last) == (self._first, self._last))
                action.triggered.connect(lambda _=False, pair=(first, last): self.chosen.emit(*pair))
