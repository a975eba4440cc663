"""What every window looks like: as the person chose, and where that is left to the desktop, as it asks.

Whether contrast should be high, Qt tells from 6.10 on.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from refscope.gui.preferences import CONTRAST, DENSITY, FONTS
from refscope.gui.settings import Settings
from refscope.gui.theme import Theme


def wanted_theme(settings: Settings) -> Theme:
    """The theme that holds now."""
    name = settings.theme
    scheme = QGuiApplication.styleHints().colorScheme()
    is_dark = name == "dark" or (name == "system" and scheme == Qt.ColorScheme.Dark)
    made = (Theme.dark if is_dark else Theme.light)(
        settings.text_scale,
        system_font=settings.value(FONTS) == "system",
        is_dense=settings.value(DENSITY) == "dense",
    )
    contrast = settings.value(CONTRAST)
    is_high = contrast == "high" or (contrast == "auto" and wants_contrast())
    return made.with_high_contrast() if is_high else made


def wants_contrast() -> bool:
    """Whether the desktop asks for high contrast; False where Qt does not know."""
    hints = getattr(QGuiApplication.styleHints(), "accessibility", None)
    return hints is not None and hints().contrastPreference() == Qt.ContrastPreference.HighContrast


def on_contrast(changed: Callable[[object], None]) -> None:
    """Call this when the desktop changes its mind."""
    hints = getattr(QGuiApplication.styleHints(), "accessibility", None)
    if hints is not None:
        hints().contrastPreferenceChanged.connect(changed)
