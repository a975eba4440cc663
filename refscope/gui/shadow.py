"""The soft shadow under what floats over a panel: tooltips, legend, lists."""

from __future__ import annotations

from PySide6.QtWidgets import QGraphicsDropShadowEffect, QWidget

from refscope.gui.theme import Theme


def cast_shadow(widget: QWidget, theme: Theme) -> None:
    """Give the widget a shadow that its theme can show."""
    effect = QGraphicsDropShadowEffect(widget)
    effect.setBlurRadius(18)
    effect.setOffset(0, 3)
    shade = theme.color("text" if not theme.is_dark else "window")
    shade.setAlphaF(0.55 if theme.is_dark else 0.16)
    effect.setColor(shade)
    widget.setGraphicsEffect(effect)
