"""The list of suspects: a card each, the selected one unfolded with sentence, figures and advice."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from refscope.analysis.suspects import Suspect
from refscope.gui.parts import Card, Icon, label, set_property
from refscope.gui.sparkline import Sparkline
from refscope.gui.theme import Theme, dress
from refscope.text import elide, format_bytes, format_count, format_share, format_signed, short_name

MARGIN = 14


class SuspectsPanel(QScrollArea):
    """`suspect_chosen(rank)` when another card is selected, `suspect_activated(rank)` on Enter or a
    double-click."""

    suspect_chosen = Signal(int)
    suspect_activated = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme.light()
        self._cards: list[SuspectCard] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Suspects")
        self._list = QWidget()
        self._list.setProperty("surface", "panel")
        self._layout = QVBoxLayout(self._list)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addStretch(1)
        self.setWidget(self._list)

    def show_suspects(self, suspects: Sequence[Suspect], heap_bytes: int, growth_bytes: int) -> None:
        """Show these, the first one selected. heap_bytes, growth_bytes: what shares are told of."""
        for card in self._cards:
            self._layout.removeWidget(card)
            card.hide()  # it is deleted only when the event loop comes to it
            card.deleteLater()
        self._cards = [SuspectCard(s, heap_bytes, growth_bytes) for s in suspects]
        for number, card in enumerate(self._cards):
            self._layout.insertWidget(number, card)
            card.clicked.connect(lambda rank=card.suspect.rank: self._choose(rank, told=True))
            card.activated.connect(lambda rank=card.suspect.rank: self.suspect_activated.emit(rank))
            card.moved.connect(self._move)
        dress(self._list, self._theme)
        if self._cards:
            self._choose(self._cards[0].suspect.rank, told=False)

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

    def apply_theme(self, theme: Theme) -> None:
        """Remember the theme for cards made later."""
        self._theme = theme

    def _choose(self, rank: int, *, told: bool) -> None:
        for card in self._cards:
            card.unfold(card.suspect.rank == rank)
            if card.suspect.rank == rank:
                self.ensureWidgetVisible(card)
        if told:
            self.suspect_chosen.emit(rank)

    def _move(self, by: int) -> None:
        at = next((n for n, card in enumerate(self._cards) if card.hasFocus()), 0) + by
        if 0 <= at < len(self._cards):
            self._cards[at].setFocus()
            self._choose(self._cards[at].suspect.rank, told=True)


class SuspectCard(Card):
    """One suspect. `activated` on a double-click or Enter, `moved(±1)` on arrow keys."""

    activated = Signal()
    moved = Signal(int)

    def __init__(self, suspect: Suspect, heap_bytes: int, growth_bytes: int) -> None:
        super().__init__(f"{suspect.title}. {suspect.verdict.value}. {suspect.sentence}")
        self.suspect = suspect
        self.is_unfolded = False
        self._theme = Theme.light()
        self.setProperty("suspect", "folded")
        self._body = label(suspect.sentence, "body", "text2", wraps=True)
        self._advice = _advice_box(suspect)
        self._figures = _figures(suspect, heap_bytes)
        self._line = label(_short_figures(suspect), "small", "text2")
        share = (
            suspect.growth_bytes / growth_bytes
            if growth_bytes > 0
            else suspect.retained_bytes / max(heap_bytes, 1)
        )
        self._bar = ShareBar(share, "leak" if suspect.verdict.value == "leak" else "watch")
        self._lay_out()
        self.unfold(False)

    def unfold(self, is_unfolded: bool) -> None:
        """Show all of it, or title and figures only."""
        self.is_unfolded = is_unfolded
        for widget in (self._body, self._advice, self._figures):
            widget.setVisible(is_unfolded)
        self._line.setVisible(not is_unfolded)
        set_property(self, "suspect", "unfolded" if is_unfolded else "folded")

    def apply_theme(self, theme: Theme) -> None:
        """Take the colour of the edge."""
        self._theme = theme
        self.update()

    def _lay_out(self) -> None:
        suspect = self.suspect
        is_leak = suspect.verdict.value == "leak"
        chip = QLabel("Leak" if is_leak else "Watch")
        chip.setProperty("role", "caption")
        chip.setProperty("chip", "leak" if is_leak else "watch")
        chip.setContentsMargins(8, 1, 8, 1)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(chip)
        head.addWidget(label(elide(suspect.named.kind, 40).capitalize(), "small", "text2"))
        head.addStretch(1)
        head.addWidget(label(str(suspect.rank), "small", "text3"))
        first = label(
            f"{format_count(suspect.count)} {short_name(suspect.type_name)} kept by", "heading", wraps=True
        )
        holder = label(_breakable(suspect.holder), "heading", "path", wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 10, MARGIN, 12)
        layout.setSpacing(6)
        layout.addLayout(head)
        titles = QVBoxLayout()
        titles.setSpacing(0)
        titles.addWidget(first)
        titles.addWidget(holder)
        layout.addLayout(titles)
        for widget in (self._body, self._figures, self._line, self._bar, self._advice):
            layout.addWidget(widget)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame, with a bar of the accent at the left of the selected card."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), self._theme.color("line"))
        if self.is_unfolded:
            painter.fillRect(QRectF(0, 0, 3, self.height()), self._theme.color("accent"))
        painter.end()

    def mouseDoubleClickEvent(self, _event: object) -> None:
        """Open its graph."""
        self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to the next card, Enter opens the graph."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit()
        else:
            super().keyPressEvent(event)


class ShareBar(QWidget):
    """A share from 0 to 1."""

    def __init__(self, share: float, token: str) -> None:
        super().__init__()
        self._share, self._token = min(max(share, 0.0), 1.0), token
        self._theme = Theme.light()
        self.setFixedHeight(6)
        self.setToolTip(f"{format_share(self._share, 1.0)} of the growth between the freezes")

    def apply_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(120, 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("line"))
        painter.drawRoundedRect(QRectF(0, 0, self.width(), 6), 3, 3)
        painter.setBrush(self._theme.color(self._token))
        painter.drawRoundedRect(QRectF(0, 0, max(4.0, self.width() * self._share), 6), 3, 3)
        painter.end()


def _figures(suspect: Suspect, heap_bytes: int) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 2, 0, 2)
    row.setSpacing(16)
    retained = format_bytes(suspect.retained_bytes)
    share = f"{format_share(suspect.retained_bytes, heap_bytes)} of the heap"
    row.addLayout(_figure("Retained", retained, share))
    if len(suspect.counts) > 1:
        counts = ", then ".join(format_count(c) for c in (suspect.counts[0], suspect.counts[-1]))
        row.addLayout(_figure("Growth", format_signed(suspect.growth), counts))
    row.addStretch(1)
    if len(suspect.counts) > 1:
        row.addWidget(Sparkline(suspect.counts, "leak" if suspect.verdict.value == "leak" else "watch"))
    return box


def _figure(head: str, value: str, note: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addWidget(label(head, "small", "text2"))
    column.addWidget(label(value, "heading"))
    column.addWidget(label(note, "small", "text2"))
    return column


def _short_figures(suspect: Suspect) -> str:
    grew = f"   {format_signed(suspect.growth)}" if len(suspect.counts) > 1 else ""
    return f"{format_bytes(suspect.retained_bytes)} retained{grew}"


def _advice_box(suspect: Suspect) -> QWidget:
    box = QFrame()
    box.setProperty("surface", "card")
    row = QHBoxLayout(box)
    row.setContentsMargins(10, 8, 10, 8)
    row.setSpacing(8)
    bulb = Icon("bulb", "accent")
    row.addWidget(bulb, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(suspect.advised, "body", wraps=True), 1)
    return box


def _breakable(name: str) -> str:
    """A dotted name that a label may break at its dots: Qt breaks lines at zero-width spaces."""
    return name.replace(".", ".\u200b").replace("[", "\u200b[")
