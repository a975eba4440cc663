"""The letters that come with RefScope, loaded once per process, and the sizes they are used in.

Inter and JetBrains Mono (OFL, in `fonts/`) are shipped so that a machine without any font has
letters, and so that figures line up everywhere. Sizes and weights are those of the design; they
are pixels at text scale 1.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

_log = logging.getLogger(__name__)

SANS = "Inter"
MONO = "JetBrains Mono"
FONT_FOLDER = Path(__file__).with_name("fonts")
SMALLEST_PX = 10.5
"""No text is drawn smaller than this, at any text scale."""


@dataclass(frozen=True, slots=True)
class FontRole:
    """One use of type: pixels at text scale 1, weight, and whether letters have one width."""

    pixels: float
    weight: int = 400
    mono: bool = False


ROLES = {
    "title": FontRole(22, 700),
    "brand": FontRole(17, 700),
    "heading": FontRole(15, 600),
    "body": FontRole(13),
    "strong": FontRole(13, 600),
    "small": FontRole(12),
    "small_strong": FontRole(12, 600),
    "caption": FontRole(11),
    "mono": FontRole(12, mono=True),
    "mono_small": FontRole(11, mono=True),
}
"""Every role that `Theme.font` knows."""


def load_fonts() -> list[str]:
    """Register the shipped fonts with Qt; families found. Needs a QGuiApplication; again is free."""
    assert QGuiApplication.instance() is not None, "fonts are registered with the application"
    known = set(QFontDatabase.families())
    if SANS in known and MONO in known:
        return [SANS, MONO]
    families: list[str] = []
    for path in sorted(FONT_FOLDER.glob("*.[ot]tf")):
        number = QFontDatabase.addApplicationFont(str(path))
        if number < 0:
            _log.warning("The font %s could not be loaded; the system's is used.", path.name)
            continue
        families += QFontDatabase.applicationFontFamilies(number)
    return sorted(set(families))


def font_for(role: str, scale: float = 1.0, *, system_font: bool = False) -> QFont:
    """The font of a role; figures are tabular. Raises KeyError for an unknown role."""
    wanted = ROLES[role]
    family = MONO if wanted.mono else SANS
    if system_font:
        kind = QFontDatabase.SystemFont.FixedFont if wanted.mono else QFontDatabase.SystemFont.GeneralFont
        family = QFontDatabase.systemFont(kind).family()
    font = QFont(family)
    font.setPixelSize(round(max(SMALLEST_PX, wanted.pixels * scale)))
    font.setWeight(QFont.Weight(wanted.weight))
    font.setFeature(QFont.Tag("tnum"), 1)  # figures of one width: columns of numbers line up
    font.setFeature(QFont.Tag("calt"), 0)  # no ligatures: `--` and `!=` must read as they are typed
    if wanted.mono:
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFixedPitch(True)
    return font
