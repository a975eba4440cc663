"""Icons as QIcon and QPixmap, drawn as vectors in a colour of the theme.

The drawings are `present.icons` (one for window, pictures and reports) and a few more that only
the window needs. Each QIcon holds pixmaps for the device pixel ratios in use, so that nothing is
scaled as a picture.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from refscope.present.icons import ICONS

_RATIOS = (1.0, 1.25, 1.5, 2.0, 3.0)
"""Device pixel ratios for which a QIcon holds a pixmap of its own."""

_WINDOW_ICONS = {
    "pause": "M8 5V19M16 5V19",
    "select": "M7 3.5H3.5V20.5H7M17 3.5H20.5V20.5H17M9 12H15",
    "list": "M9 6H20.5M9 12H20.5M9 18H20.5M3.8 6H4.2M3.8 12H4.2M3.8 18H4.2",
    "alert": "M2.5 12A9.5 9.5 0 1 0 21.5 12A9.5 9.5 0 1 0 2.5 12ZM12 7V12.8M12 16.5V16.8",
    "tick": "M5 12.5L10 17.5L19.5 6.5",
    "rerun": "M20 11A8.2 8.2 0 1 0 17.5 17.5M20.5 4.5V11H14",
    "dots": "M4.8 12H5.2M11.8 12H12.2M18.8 12H19.2",
    "save": "M12 3V15M7.5 10.5L12 15L16.5 10.5M4 16V20.5H20V16",
    "swap": "M3.5 8H19.5M15.5 4L19.5 8L15.5 12M20.5 16H4.5M8.5 12L4.5 16L8.5 20",
    "curve": "M2 12H22",
    "curve_dashed": "M2 12H6.5M9.75 12H14.25M17.5 12H22",
    "expand": "M14 4H20V10M20 4L13.5 10.5M10 20H4V14M4 20L10.5 13.5",
}

_ALIASES = {
    "freeze": "snowflake",
    "mark": "flag",
    "collect": "recycle",
    "report": "export",
    "class": "tree",
    "module": "box",
    "instance": "cube",
    "watch": "eye",
    "leak": "drop",
    "console": "terminal",
    "close": "cross",
    "interpreter": "gear",
    "native": "chip",
    "ok": "check",
    "error": "alert",
    "tree_class": "tree",
}

_SOLID = frozenset({"play", "stop"})
"""Drawn filled: small closed shapes that read better without a hole."""

_BOLD = {"tick": 3.0, "dots": 3.0, "list": 2.2}
"""Width of the line where 2 px (on the grid of 24) is too thin."""


def icon_names() -> list[str]:
    """Every name that `icon` and `pixmap` know."""
    return sorted({*ICONS, *_WINDOW_ICONS, *_ALIASES})


def svg_of(name: str, color: QColor | str) -> str:
    """The icon as an SVG document, 24×24. Raises KeyError for an unknown name."""
    known = _ALIASES.get(name, name)
    path = _WINDOW_ICONS.get(known) or ICONS[known]
    ink = QColor(color).name()
    fill = ink if known in _SOLID else "none"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<path d="{path}" fill="{fill}" stroke="{ink}" stroke-width="{_BOLD.get(known, 2.0)}"'
        ' stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def draw_icon(painter: QPainter, name: str, color: QColor | str, rect: QRectF) -> None:
    """Draw the icon into `rect` with the painter's transformation; sharp at any zoom."""
    _renderer(name, QColor(color).name()).render(painter, rect)


def pixmap(name: str, color: QColor | str, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """The icon as a square pixmap of `size` logical pixels at a device pixel ratio."""
    return QPixmap(_pixmap(name, QColor(color).name(), size, ratio))


def pixmap_for(widget: QWidget, name: str, color: QColor | str, size: int = 16) -> QPixmap:
    """The icon as sharp as the screen that `widget` is on."""
    return pixmap(name, color, size, widget.devicePixelRatioF())


def icon(
    name: str, color: QColor | str, disabled: QColor | str | None = None, size: int = 16, gap: int = 0
) -> QIcon:
    """A QIcon of `size` logical pixels; `disabled` is its colour on disabled controls.

    `gap` pixels are left free at the right, where a style sets the text too close.
    """
    made = QIcon()
    for ratio in _RATIOS:
        made.addPixmap(_widened(pixmap(name, color, size, ratio), gap), QIcon.Mode.Normal)
        if disabled is not None:
            made.addPixmap(_widened(pixmap(name, disabled, size, ratio), gap), QIcon.Mode.Disabled)
    return made


def _widened(picture: QPixmap, gap: int) -> QPixmap:
    if not gap:
        return picture
    ratio = picture.devicePixelRatio()
    wide = QPixmap(picture.width() + round(gap * ratio), picture.height())
    wide.setDevicePixelRatio(ratio)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(0, 0, picture)
    painter.end()
    return wide


@lru_cache(maxsize=256)
def _renderer(name: str, ink: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg_of(name, ink).encode()))


@lru_cache(maxsize=1024)
def _pixmap(name: str, ink: str, size: int, ratio: float) -> QPixmap:
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_icon(painter, name, ink, QRectF(0, 0, size, size))
    painter.end()
    return picture
