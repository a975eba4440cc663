"""The list of suspects: a card each, the selected one unfolded; below it what settled and what the person
set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QVBoxLayout, QWidget

from refscope.gui.growth_choice import GrowthChoice
from refscope.gui.parts import Button, label, line, row
from refscope.gui.suspect_card import MARGIN, SuspectCard
from refscope.gui.theme import Theme, dress
from refscope.gui.wrapping import breakable
from refscope.text import format_count, short_name

if TYPE_CHECKING:
    from refscope.analysis.suspects import Suspect
    from refscope.gui.analysing import Settled


BAR_HEIGHT = 38


class SuspectsPanel(QScrollArea):
    """`suspect_chosen(rank)` when another card is selected, `suspect_activated(rank)` on Enter or a
    double-click, `type_wanted(name)`, `place_clicked(path, line)` of where its objects were made;
    `set_aside(holder)`, `brought_back(holder)`: the person's verdict
    that something is no leak, and its end."""

    suspect_chosen = Signal(int)
    suspect_activated = Signal(int)
    type_wanted = Signal(str)
    place_clicked = Signal(str, int)
    set_aside = Signal(str)
    brought_back = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme.light()
        self._cards: list[SuspectCard] = []
        self._rest: list[FoldedList] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Suspects")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.growth = GrowthChoice(has_head=True)
        self._settled = Button("", kind="link")
        self._settled.setAccessibleName("What settled")
        self._settled.clicked.connect(self.open_rest)
        self._bar = QFrame(self)
        inner = QWidget()  # what lies directly below a scroll area wears no frames
        over = QVBoxLayout(self._bar)
        over.setContentsMargins(0, 0, 0, 0)
        over.addWidget(inner)
        inner.setLayout(row(self.growth, None, self._settled, margins=(12, 0, 12, 0)))
        self._list = QWidget()
        self._list.setProperty("surface", "panel")
        self._layout = QVBoxLayout(self._list)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addStretch(1)
        self.setWidget(self._list)

    def show_suspects(
        self,
        suspects: Sequence[Suspect],
        heap_bytes: int,
        growth_bytes: int,
        settled: Sequence[Settled] = (),
        set_aside: Sequence[Suspect] = (),
    ) -> None:
        """Show these; the one that was selected stays so, else the first is. heap_bytes, growth_bytes:
        what shares are told of. settled, set_aside: what stands below the cards."""
        chosen = next((card.suspect.holder for card in self._cards if card.is_unfolded), None)
        self._clear()
        self._cards = [SuspectCard(each, heap_bytes, growth_bytes) for each in suspects]
        for card in self._cards:
            rank = card.suspect.rank
            card.clicked.connect(lambda rank=rank: self._choose(rank, told=True))
            card.activated.connect(lambda rank=rank: self.suspect_activated.emit(rank))
            card.moved.connect(self._move)
            card.place_clicked.connect(self.place_clicked)
            card.menu_wanted.connect(lambda at, card=card: self.menu_of(card).popup(at))
        self._settled.setText(f"{format_count(len(settled))} settled")
        self._settled.setVisible(bool(settled))
        self._rest = _rest(settled, set_aside, self.brought_back.emit)
        for number, widget in enumerate((*self._cards, *self._rest)):
            self._layout.insertWidget(number, widget)
        dress(self._list, self._theme)
        kept = [card for card in self._cards if card.suspect.holder == chosen] or self._cards[:1]
        if kept:
            self._choose(kept[0].suspect.rank, told=False)
            self.setFocusProxy(kept[0])

    @property
    def cards(self) -> tuple[SuspectCard, ...]:
        """The cards, best first."""
        return tuple(self._cards)

    @property
    def chosen_rank(self) -> int | None:
        """Rank of the selected suspect."""
        return next((card.suspect.rank for card in self._cards if card.is_unfolded), None)

    def choose(self, rank: int) -> None:
        """Select a suspect."""
        self._choose(rank, told=True)

    def choose_first(self) -> bool:
        """Select the first suspect; False if there is none."""
        if self._cards:
            self._choose(self._cards[0].suspect.rank, told=True)
        return bool(self._cards)

    def choose_next(self, step: int = 1) -> bool:
        """Select the suspect after the selected one, after the last the first; False if there is none."""
        if not self._cards:
            return False
        at = next((number for number, card in enumerate(self._cards) if card.is_unfolded), -1)
        self._choose(self._cards[(at + step) % len(self._cards)].suspect.rank, told=True)
        return True

    def open_rest(self) -> None:
        """Unfold what settled and what was set aside."""
        for each in self._rest:
            each.opener.setChecked(True)
        if self._rest:  # when they are laid out
            QTimer.singleShot(0, self, lambda: self.verticalScrollBar().setValue(self._list.height()))

    def apply_theme(self, theme: Theme) -> None:
        """Remember the theme for cards made later."""
        self._theme = theme
        self.setViewportMargins(0, theme.px(BAR_HEIGHT), 0, 0)
        self._place_bar()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The bar is as wide as the panel."""
        super().resizeEvent(event)
        self._place_bar()

    def _place_bar(self) -> None:
        self._bar.setGeometry(0, 0, self.width(), self._theme.px(BAR_HEIGHT))

    def menu_of(self, card: SuspectCard) -> QMenu:
        """The context menu of a card."""
        suspect, copy = card.suspect, QGuiApplication.clipboard().setText
        short = short_name(suspect.type_name)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show in graph").triggered.connect(lambda: self.suspect_activated.emit(suspect.rank))
        menu.addAction(f"Show {short} in Types").triggered.connect(
            lambda: self.type_wanted.emit(suspect.type_name)
        )
        menu.addSeparator()
        menu.addAction("Copy as text").triggered.connect(lambda: copy(card.as_text()))
        menu.addAction("Copy holder").triggered.connect(lambda: copy(suspect.holder))
        menu.addAction("Copy path").triggered.connect(lambda: copy(suspect.path))
        menu.addSeparator()
        menu.addAction("Not a leak: set aside").triggered.connect(lambda: self.set_aside.emit(suspect.holder))
        return menu

    def _clear(self) -> None:
        self.setFocusProxy(None)  # type: ignore[arg-type]
        for widget in (*self._cards, *self._rest):
            self._layout.removeWidget(widget)
            widget.hide()  # it is deleted only when the event loop comes to it
            widget.deleteLater()
        self._cards, self._rest = [], []

    def _choose(self, rank: int, *, told: bool) -> None:
        for card in self._cards:
            card.unfold(card.suspect.rank == rank)
            if card.suspect.rank == rank:
                self.setFocusProxy(card)
                QTimer.singleShot(0, self, self._reveal)  # when the cards have their places
        if told:
            self.suspect_chosen.emit(rank)

    def _reveal(self) -> None:
        """Bring the selected card into view, its top where it is too tall; what is in view stays."""
        card = next((card for card in self._cards if card.is_unfolded), None)
        if card is None:
            return
        self.ensureWidgetVisible(card, 0, 0)
        if card.height() > self.viewport().height():
            self.verticalScrollBar().setValue(card.y())

    def _move(self, by: int) -> None:
        at = next((number for number, card in enumerate(self._cards) if card.hasFocus()), 0) + by
        at = max(0, min(at, len(self._cards) - 1))
        if self._cards and not self._cards[at].hasFocus():
            self._cards[at].setFocus()
            self._choose(self._cards[at].suspect.rank, told=True)


class FoldedList(QFrame):
    """A line of words that opens to what it stands for."""

    def __init__(self, words: str, rows: Sequence[QWidget]) -> None:
        super().__init__()
        self.opener = Button(words, "chevron_right", kind="quiet")
        self.opener.setCheckable(True)
        self.opener.toggled.connect(self._open)
        self._body = QWidget()
        inner = QVBoxLayout(self._body)
        inner.setContentsMargins(MARGIN, 0, MARGIN, 6)
        inner.setSpacing(8)
        for each in rows:
            inner.addWidget(each)
        self._body.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row(self.opener, None, margins=(6, 6, 6, 6)))
        column.addWidget(self._body)
        column.addWidget(line())
        self._open(False)

    def _open(self, is_open: bool) -> None:
        self._body.setVisible(is_open)
        self.opener.set_icon("chevron_down" if is_open else "chevron_right")
        self.opener.setAccessibleName(f"{self.opener.text()}, {'unfolded' if is_open else 'folded'}")


def _rest(
    settled: Sequence[Settled], set_aside: Sequence[Suspect], bring_back: Callable[[str], object]
) -> list[FoldedList]:
    found: list[FoldedList] = []
    if settled:
        found.append(FoldedList(settled_words(len(settled)), [_told(e.title, e.reason) for e in settled]))
    if set_aside:
        words = f"{format_count(len(set_aside))} set aside as no leak"
        found.append(FoldedList(words, [_aside(each, bring_back) for each in set_aside]))
    return found


def settled_words(count: int) -> str:
    """`3 things grew and then settled`."""
    return f"{format_count(count)} {'thing' if count == 1 else 'things'} grew and then settled"


def _told(title: str, reason: str) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(label(breakable(title), "strong", wraps=True))
    column.addWidget(label(reason, "small", "text2", wraps=True))
    return box


def _aside(suspect: Suspect, bring_back: Callable[[str], object]) -> QWidget:
    box = _told(suspect.title, "You called it no leak.")
    back = Button("Bring back", kind="link")
    back.clicked.connect(lambda: bring_back(suspect.holder))
    layout = box.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
    return box
