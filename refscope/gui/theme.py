"""A theme as one immutable value: colours by token, fonts by role, and how the application wears it.

Widgets ask `theme.color("accent")` and `theme.font("caption")`; none writes a colour or a size of
its own. Qt's own light/dark switch does nothing on a bare X server and offscreen, so a theme is an
explicit palette on the Fusion style, for the application, and one style sheet, for each window.

The sheet is the window's and not the application's, since under one a widget that gets a parent is styled
anew with all that is in it, and setting one polishes all it is for: with the application's, a second
window took 0.6 s, of which 0.4 were that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol, cast

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from refscope.gui.fonts import font_for, load_fonts
from refscope.gui.style import style_sheet
from refscope.present import palette

ROW, DENSE_ROW = 28, 24
"""Heights of table rows at text scale 1."""
_WORN = "refscope_theme"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours and fonts of the window. `text_scale` from 0.85 to 2; 1 is the design's size."""

    name: str
    is_dark: bool
    colors: Mapping[str, str] = field(hash=False)
    text_scale: float = 1.0
    system_font: bool = False
    is_dense: bool = False
    is_contrast: bool = False

    @classmethod
    def light(cls, text_scale: float = 1.0, *, system_font: bool = False, is_dense: bool = False) -> Theme:
        """The light theme."""
        return cls("light", False, palette.LIGHT, text_scale, system_font, is_dense)

    @classmethod
    def dark(cls, text_scale: float = 1.0, *, system_font: bool = False, is_dense: bool = False) -> Theme:
        """The dark theme."""
        return cls("dark", True, palette.DARK, text_scale, system_font, is_dense)

    def with_high_contrast(self) -> Theme:
        """The same with black and white words, outlines of 2 px and no fills."""
        return replace(self, colors=palette.high_contrast(self.colors), is_contrast=True)

    @property
    def outline(self) -> float:
        """Width of outlines that carry meaning, in pixels at zoom 1."""
        return 2.0 if self.is_contrast else 1.3

    def hex(self, token: str) -> str:
        """The colour of a token as #RRGGBB; raises KeyError for an unknown token."""
        return self.colors[token]

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        """The colour of a token, `alpha` from 0 (clear) to 1; raises KeyError for an unknown token."""
        color = QColor(self.colors[token])
        color.setAlphaF(alpha)
        return color

    def font(self, role: str) -> QFont:
        """A font by role: title, heading, body, strong, small, caption, mono, mono_small."""
        return QFont(_font(role, self.text_scale, self.system_font))

    def px(self, pixels: float) -> int:
        """A length that must grow with the text, in pixels."""
        return round(pixels * self.text_scale)

    @property
    def row_height(self) -> int:
        """Height of a row of a table in pixels."""
        return self.px(DENSE_ROW if self.is_dense else ROW)

    def palette(self) -> QPalette:
        """Every role of Qt's palette from our tokens."""
        return _palette(self)

    def apply_base(self, app: QApplication) -> None:
        """Fusion, palette and body font: before any widget is made, so that each has the right font.

        Does nothing where the application has them: every widget of every window is told of a new font.
        """
        worn = app.property(_WORN)
        if worn == self:
            return
        load_fonts()
        if worn is None:
            app.setStyle(QStyleFactory.create("Fusion"))
        app.setPalette(self.palette())
        app.setFont(self.font("body"))
        app.setProperty(_WORN, self)


@lru_cache(maxsize=64)
def _font(role: str, scale: float, system_font: bool) -> QFont:
    return font_for(role, scale, system_font=system_font)


class Dressed(Protocol):
    """A widget that is told which theme holds."""

    def apply_theme(self, theme: Theme) -> None:
        """Take colours and fonts from this one."""


def wear(widget: QWidget, theme: Theme) -> None:
    """Put the style sheet on a window, or on a popup that has no parent; what is in it, and what has it for
    a parent, wears it too. 40 ms for a window that is whole."""
    sheet = style_sheet(theme)
    if widget.styleSheet() != sheet:
        widget.setStyleSheet(sheet)


def dress(widget: QWidget, theme: Theme) -> None:
    """Tell `widget` and every widget below it which theme holds, where there is an `apply_theme(theme)`: in
    those that paint themselves or choose colours and fonts. O(widgets)."""
    for each in widgets_with("apply_theme", widget):
        cast(Dressed, each).apply_theme(theme)


def widgets_with(method: str, widget: QWidget) -> Iterator[QWidget]:
    """`widget` and the widgets below it whose class has such a method. O(widgets).

    Classes are asked, once each: to ask a thousand widgets took 60 ms.
    """
    has: dict[type, bool] = {}
    for each in (widget, *widget.findChildren(QWidget)):
        kind = type(each)
        if kind not in has:
            has[kind] = any(method in base.__dict__ for base in kind.__mro__)
        if has[kind]:
            yield each


_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "panel",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "panel",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "leak",
    QPalette.ColorRole.ToolTipBase: "panel",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Highlight: "sel",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.Light: "panel",
    QPalette.ColorRole.Midlight: "header",
    QPalette.ColorRole.Mid: "line",
    QPalette.ColorRole.Dark: "ctl",
    QPalette.ColorRole.Shadow: "line",
    QPalette.ColorRole.Accent: "accent",
}


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    for role, token in _ROLES.items():
        palette.setColor(role, theme.color(token))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
        QPalette.ColorRole.HighlightedText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.color("text3"))
    return palette
