"""Pieces of the Compare window: the verdict's banner, a card per suspect, bars of two runs in a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from refscope.gui.cell_painters import CellPainter
from refscope.gui.column_model import VALUE_ROLE
from refscope.gui.compare_values import CompareCard, Figure, Verdict
from refscope.gui.parts import Icon, fill, label, line, row, set_property
from refscope.gui.theme import Theme, dress
from refscope.gui.wrapping import breakable

BANNER_HEIGHT = 72
_CHIP_ICONS = {"ok": "check", "leak": "drop", "watch": "eye"}


class VerdictBanner(QFrame):
    """What the comparison amounts to, in one line, with its figures."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme.light()
        self._icon = Icon("info", "text2", 24)
        self._title = label("", "heading", wraps=True)
        self._text = label("", "small", "text2", wraps=True)
        self._figures = row(spacing=28)
        self.setMinimumHeight(BANNER_HEIGHT)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        fill(words, (self._title, self._text))
        words.addStretch(1)
        layout = row(self._icon, spacing=14, margins=(18, 8, 18, 8))
        layout.addLayout(words, 1)
        layout.addLayout(self._figures)
        self.setLayout(layout)

    def show_verdict(self, verdict: Verdict) -> None:
        """Show this one."""
        self._icon.set_icon(verdict.icon, verdict.tone)
        self._title.setText(verdict.title)
        self._text.setText(verdict.text)
        self._text.setVisible(bool(verdict.text))
        set_property(self, "verdict", verdict.tone)
        while self._figures.count():
            item = self._figures.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for figure in verdict.figures:
            self._figures.addWidget(_figure(figure))
        dress(self, self._theme)
        told = (f"{each.head} {each.value}, {each.note}." for each in verdict.figures)
        self.setAccessibleName(" ".join((verdict.title, verdict.text, *told)))

    def apply_theme(self, theme: Theme) -> None:
        """Remember the theme for figures made later."""
        self._theme = theme


def _figure(figure: Figure) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    fill(column, (label(figure.head, "small", "text2"), label(figure.value, "heading", figure.tone)))
    column.addWidget(label(figure.note, "small", "text2"))  # an empty one keeps the lines of all level
    return box


class CompareCards(QScrollArea):
    """A card per suspect, worst first as the comparison has them."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme.light()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Suspects of both sides")

    def show_cards(self, cards: Sequence[CompareCard]) -> None:
        """Show these."""
        shown = QWidget()
        shown.setProperty("surface", "panel")
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for card in cards:
            fill(column, (_card(card), line()))
        column.addStretch(1)
        self.setWidget(shown)  # the old one goes with it
        dress(shown, self._theme)

    def apply_theme(self, theme: Theme) -> None:
        """Remember the theme for cards made later."""
        self._theme = theme


def _card(card: CompareCard) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(14, 10, 14, 12)
    column.setSpacing(5)
    column.addLayout(row(_chip(card.badge, card.tone), None))
    column.addWidget(label(breakable(card.holder), "heading", wraps=True))
    column.addWidget(label(card.sentence, "body", "text2", wraps=True))
    before = label("Before", "small", "text2"), label(card.before, "small_strong")
    after = label("After", "small", "text2"), label(card.after, "small_strong", card.tone)
    column.addLayout(row(*before, None, spacing=6))
    column.addLayout(row(*after, None, spacing=6))
    for each in (before[0], after[0]):
        each.setFixedWidth(44)
    box.setAccessibleName(f"{card.badge}: {card.holder}. {card.sentence} {card.before}, then {card.after}.")
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return box


def _chip(words: str, tone: str) -> QWidget:
    chip = QWidget()
    chip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    chip.setProperty("chip", tone)
    chip.setFixedHeight(21)
    text = QLabel(words)
    text.setProperty("role", "caption")
    text.setProperty("tone", tone)
    layout = QHBoxLayout(chip)
    layout.setContentsMargins(8, 1, 9, 1)
    layout.setSpacing(5)
    fill(layout, (Icon(_CHIP_ICONS[tone], tone, 11), text))
    return chip


class TwoBars(CellPainter):
    """Two shares from 0 to 1, the earlier above the later: told apart by place as well as by colour."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw them."""
        room = self.ground(painter, option).adjusted(0, 0, -8, 0)  # the last column, beside a scroll bar
        before, after = index.data(VALUE_ROLE) or (0.0, 0.0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = room.center().y()
        for share, token, top in ((before, "ctl", middle - 5), (after, "curve_resident", middle + 1)):
            if share > 0:
                painter.setBrush(self.theme.color(token))
                width = max(4.0, room.width() * min(float(share), 1.0))
                painter.drawRoundedRect(QRectF(room.left(), top, width, 4), 2, 2)
        painter.restore()
