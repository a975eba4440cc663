"""What the desktop asks of every window: whether contrast should be high. Qt tells it from 6.10 on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication


def wants_contrast() -> bool:
    """Whether the desktop asks for high contrast; False where Qt does not know."""
    hints = getattr(QGuiApplication.styleHints(), "accessibility", None)
    return hints is not None and hints().contrastPreference() == Qt.ContrastPreference.HighContrast


def on_contrast(changed: Callable[[object], None]) -> None:
    """Call this when the desktop changes its mind."""
    hints = getattr(QGuiApplication.styleHints(), "accessibility", None)
    if hints is not None:
        hints().contrastPreferenceChanged.connect(changed)
