"""Suspects as they were recorded, over the live ones: where a capture has lost the freeze they were found in.

A note says what is missing. Where there are suspects of another freeze as well, its link turns from the
one list to the other. Cards of the record have a menu without what needs their freeze.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QMenu, QStackedLayout, QVBoxLayout, QWidget

from refscope.gui.parts import Button, Icon, label, row
from refscope.gui.suspect_card import SuspectCard
from refscope.gui.suspects_panel import SuspectsPanel
from refscope.gui.wrapping import breakable

if TYPE_CHECKING:
    from refscope.analysis.suspects import Suspect


class RecordCards(SuspectsPanel):
    """Cards that are a record: to be read and copied."""

    def menu_of(self, card: SuspectCard) -> QMenu:
        """The context menu of a card."""
        menu, copy = QMenu(self), QGuiApplication.clipboard().setText
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy as text").triggered.connect(lambda: copy(card.as_text()))
        menu.addAction("Copy holder").triggered.connect(lambda: copy(card.suspect.holder))
        menu.addAction("Copy path").triggered.connect(lambda: copy(card.suspect.path))
        return menu


class RecordedSuspects(QWidget):
    """The panel `live`, or a record over it."""

    def __init__(self, live: SuspectsPanel) -> None:
        super().__init__()
        self._live = live
        self.cards = RecordCards()
        self._suspects: tuple[Suspect, ...] = ()
        self._chosen: Callable[[Suspect], None] | None = None
        self.note = label("", "small", wraps=True)
        self.turn = Button("", kind="link")
        self.turn.clicked.connect(lambda: self._show(is_record=not self.is_record))
        self._bar = QFrame()
        self._bar.setProperty("notice", "warning")
        self._bar.setAccessibleName("What is missing")
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.note)
        words.addWidget(self.turn, 0, Qt.AlignmentFlag.AlignLeft)
        beside = row(margins=(12, 8, 12, 8))
        beside.setSpacing(8)
        beside.addWidget(Icon("alert", "watch", 15), 0, Qt.AlignmentFlag.AlignTop)
        beside.addLayout(words, 1)
        self._bar.setLayout(beside)
        self._stack = QStackedLayout()
        self._stack.addWidget(live)
        self._stack.addWidget(self.cards)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addLayout(self._stack, 1)
        for signal in (self.cards.suspect_chosen, self.cards.suspect_activated):
            signal.connect(self._choose)
        self.cards.place_clicked.connect(live.place_clicked)
        self.clear()

    @property
    def is_record(self) -> bool:
        """Whether the record is on top."""
        return self._stack.currentWidget() is self.cards

    @property
    def shown_cards(self) -> SuspectsPanel:
        """The list on top."""
        return self.cards if self.is_record else self._live

    def show_record(
        self, note: str, suspects: Sequence[Suspect], heap_bytes: int, chosen: Callable[[Suspect], None]
    ) -> None:
        """Show suspects as they were recorded, below a sentence about what is missing.

        heap_bytes: of the freeze they were found in; 0 = not known, shares are left out. chosen: called
        with the suspect whose card a person chose.
        """
        self._suspects, self._chosen = tuple(suspects), chosen
        first = suspects[0].freezes if suspects else ("", "")
        self.cards.growth.show_pair((), *first)
        self.cards.show_suspects(suspects, heap_bytes, 0)
        self.note.setText(breakable(note))
        self.note.setAccessibleName(note)
        self._bar.show()
        self._show(is_record=True)

    def show_live(self) -> None:
        """Show the suspects of a freeze that is there; the record is a click away."""
        self._show(is_record=False)

    def clear(self) -> None:
        """No record."""
        self._suspects, self._chosen = (), None
        self.cards.show_suspects((), 0, 0)
        self._bar.hide()
        self._show(is_record=False)

    def _show(self, *, is_record: bool) -> None:
        shown: QWidget = self.cards if is_record else self._live
        self._stack.setCurrentWidget(shown)
        self.setFocusProxy(shown)
        self.turn.setText("Show those that can be found now" if is_record else "Show those of the record")
        self.turn.setVisible(bool(self._live.cards) or not is_record)

    def _choose(self, rank: int) -> None:
        for suspect in self._suspects:
            if suspect.rank == rank and self._chosen is not None:
                self._chosen(suspect)
