"""A theme as one immutable value: colours by token, fonts by role, and how the application wears it.

Widgets ask `theme.color("accent")` and `theme.font("caption")`; none writes a colour or a size of
its own. Qt's own light/dark switch does nothing on a bare X server and offscreen, so a theme is an
explicit palette on the Fusion style and one style sheet for the whole application.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from refscope.gui.fonts import font_for, load_fonts
from refscope.gui.style import style_sheet
from refscope.present import palette

ROW, DENSE_ROW = 28, 24
"""Heights of table rows at text scale 1."""
_WEARS_FUSION = "refscope_wears_fusion"


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

        Without the style sheet: under it, a widget that gets a parent is styled anew with all that is in it,
        which made of 0.2 s for a window 0.6.
        """
        load_fonts()
        if not app.property(_WEARS_FUSION):  # the name of the style is lost behind a style sheet
            app.setStyle(QStyleFactory.create("Fusion"))
            app.setProperty(_WEARS_FUSION, True)
        app.setPalette(self.palette())
        app.setFont(self.font("body"))

    def apply_to(self, app: QApplication) -> None:
        """Dress the application: Fusion, palette, body font, style sheet."""
        self.apply_base(app)
        sheet = style_sheet(self)
        if app.styleSheet() != sheet:  # setting it polishes every widget anew
            app.setStyleSheet(sheet)


@lru_cache(maxsize=64)
def _font(role: str, scale: float, system_font: bool) -> QFont:
    return font_for(role, scale, system_font=system_font)


def dress(widget: QWidget, theme: Theme) -> None:
    """Tell `widget` and every widget below it which theme holds, where there is an `apply_theme(theme)`: in
    those that paint themselves or choose colours and fonts. O(widgets)."""
    for each in (widget, *widget.findChildren(QWidget)):
        apply_theme = getattr(each, "apply_theme", None)
        if apply_theme is not None:
            apply_theme(theme)


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
