"""One suspect as a card: verdict, rank, title, figures, curve, share; unfolded also sentence and advice.

What only the unfolded card shows is made when it is first unfolded: twenty cards with everything took
the Qt thread 60 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from refscope.analysis.made_at import MadeAt, short_place
from refscope.gui.parts import Button, Card, Icon, label, set_property
from refscope.gui.sparkline import Sparkline
from refscope.gui.theme import Theme, dress
from refscope.gui.wrapping import breakable
from refscope.text import elide, format_bytes, format_count, format_share, format_signed, safe, short_name

if TYPE_CHECKING:  # the rules that find suspects need not be loaded to show none
    from refscope.analysis.suspects import Suspect

MARGIN = 14
CHIP_HEIGHT = 21
"""Pixels below which the style's round ends would be left away."""
LONG_NOTE = 18
"""Characters from which on a note below a figure may take two lines: counts of millions."""
SHORT_GROWTH = 14
"""Characters of a growth and its interval that both stand on a folded card: freezes may be renamed."""
_PLACE_CHARS = 28
"""Of a link to a line of source; the tooltip has all of it."""
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Home: -(1 << 20), Qt.Key.Key_End: 1 << 20}


class SuspectCard(Card):
    """`activated` on a double-click or Enter, `moved(steps)` on arrow keys, `menu_wanted(at)`,
    `place_clicked(path, line)` of where its objects were made."""

    activated = Signal()
    moved = Signal(int)
    menu_wanted = Signal(QPoint)
    place_clicked = Signal(str, int)

    def __init__(self, suspect: Suspect, heap_bytes: int, growth_bytes: int) -> None:
        super().__init__(f"{suspect.title}. {suspect.verdict.value.capitalize()}. {suspect.sentence}")
        self.suspect = suspect
        self.is_unfolded = False
        self._heap_bytes = heap_bytes
        self._theme = Theme.light()
        self._details: list[QWidget] = []
        self._line = _short_line(suspect)
        self._bar = ShareBar(*_share(suspect, heap_bytes, growth_bytes), verdict_token(suspect))
        self._bar.setHidden(not heap_bytes and not growth_bytes)
        self._column = QVBoxLayout(self)
        self._lay_out()
        set_property(self, "suspect", "folded")

    def unfold(self, is_unfolded: bool) -> None:
        """Show all of it, or title and figures only."""
        if is_unfolded and not self._details:
            self._make_details()
        self.is_unfolded = is_unfolded
        for widget in self._details:
            widget.setVisible(is_unfolded)
        self._line.setVisible(not is_unfolded)
        set_property(self, "suspect", "unfolded" if is_unfolded else "folded")

    def apply_theme(self, theme: Theme) -> None:
        """Take the colour of the edge."""
        self._theme = theme
        self.update()

    def as_text(self) -> str:
        """Everything that the card says, to be copied."""
        suspect = self.suspect
        made = f"\n{suspect.made_at.sentence}." if suspect.made_at.places else ""
        return f"{suspect.title}\n{suspect.sentence}\n{suspect.path}{made}\n{suspect.advised}"

    def _lay_out(self) -> None:
        suspect = self.suspect
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(verdict_chip(suspect))
        head.addWidget(label(elide(_capital(suspect.named.kind), 40), "small", "text2"))
        head.addStretch(1)
        head.addWidget(label(str(suspect.rank), "small", "text2"))
        titles = QVBoxLayout()
        titles.setSpacing(0)
        what = f"{format_count(suspect.count)} {short_name(suspect.type_name)} kept by"
        titles.addWidget(label(breakable(what), "heading", wraps=True))
        titles.addWidget(label(breakable(suspect.holder), "heading", "path", wraps=True))
        self._column.setContentsMargins(MARGIN, 10, MARGIN, 12)
        self._column.setSpacing(6)
        self._column.addLayout(head)
        self._column.addLayout(titles)
        self._column.addWidget(self._line)
        self._column.addWidget(self._bar)

    def _make_details(self) -> None:
        suspect = self.suspect
        body = label(suspect.sentence, "body", "text2", wraps=True)
        figures, advice = _figures(suspect, self._heap_bytes), _advice_box(suspect)
        at = self._column.indexOf(self._line)
        self._column.insertWidget(at, body)
        self._column.insertWidget(at + 1, figures)
        self._details = [body, figures]
        if suspect.made_at.places:
            made = MadeRow(suspect.made_at)
            made.link.clicked.connect(self._open_place)
            self._details.append(made)
            self._column.addWidget(made)
        self._column.addWidget(advice)
        self._details.append(advice)
        for widget in self._details:
            dress(widget, self._theme)

    def _open_place(self) -> None:
        place = self.suspect.made_at.places[0].place
        self.place_clicked.emit(place.filename, place.line)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame, with a bar of the accent at the left of the selected card."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), self._theme.color("line"))
        if self.is_unfolded:
            painter.fillRect(QRectF(0, 0, 3, self.height()), self._theme.color("accent"))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The press is the card's, and so the release."""
        event.accept()

    def mouseDoubleClickEvent(self, _event: object) -> None:
        """Open its graph."""
        self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to other cards, Enter opens the graph."""
        key = Qt.Key(event.key())
        if key in _MOVES:
            self.moved.emit(_MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the pointer, or by the menu key."""
        by_pointer = event.reason() == QContextMenuEvent.Reason.Mouse
        self.menu_wanted.emit(event.globalPos() if by_pointer else self.mapToGlobal(QPoint(MARGIN, 34)))


class ShareBar(QWidget):
    """A share from 0 to 1; `of`: of what, in words."""

    def __init__(self, share: float, of: str, token: str) -> None:
        super().__init__()
        self._share, self._token = min(max(share, 0.0), 1.0), token
        self._theme = Theme.light()
        self.setFixedHeight(6)
        self.setToolTip(f"{format_share(self._share, 1.0)} {of}")
        self.setAccessibleName(self.toolTip())

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


class MadeRow(QWidget):
    """`Made at train.py:41, 98 %`: the place is a link, its tooltip has the other places."""

    def __init__(self, made: MadeAt) -> None:
        super().__init__()
        first = made.places[0]
        self.link = Button(safe(elide(short_place(first.place), _PLACE_CHARS)), kind="link")
        told = [safe(f"{here.place.words} ({made.share(here)})") for here in made.places]
        self.link.setToolTip("\n".join(("Made at", *told)))
        self.link.setAccessibleName(safe(made.sentence, 600))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(label("Made at", "small", "text2"))
        row.addWidget(self.link)
        row.addWidget(label(made.share_words, "small", "text2", wraps=True), 1)


def verdict_token(suspect: Suspect) -> str:
    """The colour of a verdict: red or amber; its icon and word say it too."""
    return "leak" if suspect.is_leak else "watch"


def verdict_chip(suspect: Suspect) -> QWidget:
    """The verdict as an icon and a word."""
    token = verdict_token(suspect)
    chip = QFrame()
    chip.setProperty("chip", token)
    chip.setMinimumHeight(CHIP_HEIGHT)
    row = QHBoxLayout(chip)
    row.setContentsMargins(7, 1, 8, 1)
    row.setSpacing(4)
    row.addWidget(Icon("drop" if token == "leak" else "eye", token, 11))
    word = label(token.capitalize(), "caption", token)
    row.addWidget(word)
    return chip


def _capital(text: str) -> str:
    """As a sentence begins; what is code stays as it is."""
    return text if "_" in text else text[:1].upper() + text[1:]


def _share(suspect: Suspect, heap_bytes: int, growth_bytes: int) -> tuple[float, str]:
    if growth_bytes > 0 and suspect.growth_bytes > 0:
        return suspect.growth_bytes / growth_bytes, "of the growth between the freezes"
    return suspect.retained_bytes / max(heap_bytes, 1), "of the heap"


def _interval(suspect: Suspect) -> str:
    return " to ".join(suspect.freezes) if all(suspect.freezes) else "Growth"


def _curve(suspect: Suspect) -> Sparkline | None:
    return Sparkline(suspect.counts, verdict_token(suspect)) if len(suspect.counts) > 1 else None


def _figures(suspect: Suspect, heap_bytes: int) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 2, 0, 2)
    row.setSpacing(16)
    retained = format_bytes(suspect.retained_bytes)
    share = f"{format_share(suspect.retained_bytes, heap_bytes)} of the heap" if heap_bytes else ""
    row.addLayout(_figure("Retained", retained, share))
    curve = _curve(suspect)
    if curve is not None:
        counts = ", then ".join(format_count(count) for count in (suspect.counts[0], suspect.counts[-1]))
        row.addLayout(_figure(_interval(suspect), format_signed(suspect.growth), counts), 1)
        row.addWidget(curve)
    else:
        row.addStretch(1)
    return box


def _figure(head: str, value: str, note: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addWidget(label(breakable(head), "small", "text2", wraps=True))
    column.addWidget(label(value, "heading"))
    column.addWidget(label(note, "small", "text2", wraps=len(note) > LONG_NOTE))
    column.addStretch(1)
    return column


def _short_line(suspect: Suspect) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    row.addWidget(label(format_bytes(suspect.retained_bytes), "strong"))
    row.addWidget(label("retained", "small", "text2"))
    curve = _curve(suspect)
    if curve is not None:
        row.addSpacing(12)
        growth, interval = format_signed(suspect.growth), _interval(suspect)
        row.addWidget(label(growth, "strong"))
        is_short = len(growth) + len(interval) <= SHORT_GROWTH  # the unfolded card says all of it
        row.addWidget(label(interval if is_short else "", "small", "text2"))
        row.addStretch(1)
        row.addWidget(curve)
    else:
        row.addStretch(1)
    return box


def _advice_box(suspect: Suspect) -> QWidget:
    box = QFrame()
    box.setProperty("surface", "card")
    row = QHBoxLayout(box)
    row.setContentsMargins(10, 8, 10, 8)
    row.setSpacing(8)
    row.addWidget(Icon("bulb", "accent"), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(suspect.advised, "body", wraps=True), 1)
    return box
