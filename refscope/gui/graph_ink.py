"""Pens, brushes and fonts of the graph, made once per theme and shared by all its items.

Sizes here are those of the graph at zoom 1. They do not follow the text scale: a node's box is
laid out for them, and zoom serves the eye in a graph.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen

from refscope.gui.node_words import kind_token
from refscope.gui.theme import Theme
from refscope.present.scene import NodeKind
from refscope.present.text_width import TextRole

HALO_SHARE = 0.20
"""Opacity of the halo around the lit path; more hides labels beside it."""


class Ink:
    """What the items of one graph draw with. Immutable after construction."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        tokens = {kind: kind_token(kind) for kind in NodeKind}
        self.line = {kind: theme.color(token) for kind, token in tokens.items()}
        self.fill = {kind: QBrush(theme.color(f"{token}_fill")) for kind, token in tokens.items()}
        self.outline = theme.outline
        self.pen = {kind: pen(color, self.outline) for kind, color in self.line.items()}
        self.far_pen = {kind: cosmetic(color, self.outline) for kind, color in self.line.items()}
        self.cards = {kind: pen(color, 1.0) for kind, color in self.line.items()}
        self.text = theme.color("text")
        self.text2 = theme.color("text2")
        self.text3 = theme.color("text3")
        self.ground = theme.color("sunken")
        self.panel = QBrush(theme.color("panel"))
        self.path = theme.color("path")
        self.accent = theme.color("accent")
        self.control = theme.color("ctl")
        self.on_cap = theme.color("panel")
        self.path_pen = pen(self.path, 2.0)
        self.halo = QPen(theme.color("path", HALO_SHARE), 10.0)
        self.halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.ring = pen(self.accent, 2.0)
        self.garbage = pen(theme.color("leak"), 1.6)
        self.garbage.setDashPattern([3.5, 2.5])
        self.title_font = _font(theme, "strong", 12)
        self.subtitle_font = _font(theme, "caption", 11)
        self.badge_font = _font(theme, "strong", 11)
        self.label_font = _font(theme, "mono_small", 11)
        self.lit_label_font = QFont(self.label_font)
        self.lit_label_font.setBold(True)
        self.title_metrics = QFontMetricsF(self.title_font)
        self.subtitle_metrics = QFontMetricsF(self.subtitle_font)
        self.badge_metrics = QFontMetricsF(self.badge_font)
        self.label_metrics = QFontMetricsF(self.label_font)
        self.lit_label_metrics = QFontMetricsF(self.lit_label_font)

    def measure(self, text: str, role: TextRole) -> float:
        """Pixels at zoom 1 that a text takes as drawn here: the layout's `Measure`."""
        metrics = {
            TextRole.TITLE: self.title_metrics,
            TextRole.SUBTITLE: self.subtitle_metrics,
            TextRole.LABEL: self.label_metrics,
            TextRole.LABEL_ON_PATH: self.lit_label_metrics,
        }.get(role, self.badge_metrics)
        return metrics.horizontalAdvance(text)


def pen(color: QColor, width: float) -> QPen:
    """A pen that grows with the zoom."""
    made = QPen(color, width)
    made.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return made


def cosmetic(color: QColor, width: float) -> QPen:
    """A pen of the same width at every zoom, in pixels of the device: thin at twice the pixels."""
    made = pen(color, width)
    made.setCosmetic(True)
    return made


def _font(theme: Theme, role: str, pixels: int) -> QFont:
    """The family and weight of a role at a size of the graph."""
    font = theme.font(role)
    font.setPixelSize(pixels)  # whole: font engines round 12.5 up, which no box was laid out for
    return font
