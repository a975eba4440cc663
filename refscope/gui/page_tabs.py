"""The tabs over the pages of a whole window: words with a sign, the chosen one underlined.

A tab bar, so that a screen reader calls them page tabs and says which is selected, and arrow keys go
through them.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar

from refscope.gui.icons import icon
from refscope.gui.theme import Theme

_ICON = 15
GAP = 20
"""Pixels at the right of a tab that are not underlined (`style`)."""
_AROUND = GAP + 16
"""Pixels of a tab beside its icon and words."""


class PageTabs(QTabBar):
    """`currentChanged(number)` whoever changed it; `pressed(number)` by the pointer."""

    pressed = Signal(int)

    def __init__(self, tabs: Sequence[tuple[str, str]]) -> None:
        """tabs: words and icon of each."""
        super().__init__()
        self._theme: Theme | None = None
        self._icons = tuple(icon_name for _text, icon_name in tabs)
        self.setProperty("tabs", "underlined")
        self.setProperty("gap", GAP)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setIconSize(QSize(_ICON, _ICON))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for text, _icon in tabs:
            self.addTab(text)
        self.currentChanged.connect(lambda _number: self._show_icons())

    def apply_theme(self, theme: Theme) -> None:
        """Icons in the theme's colours, and room for the words in bold."""
        self._theme = theme
        self._show_icons()
        self.setIconSize(self.iconSize())  # has the widths of tabs asked for again

    def tabSizeHint(self, index: int) -> QSize:
        """As wide as the words in bold, which they are when the tab is chosen."""
        hint = super().tabSizeHint(index)
        if self._theme is None:
            return hint
        words = QFontMetrics(self._theme.font("strong")).horizontalAdvance(self.tabText(index))
        return QSize(words + _ICON + _AROUND, hint.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The tab under the pointer is chosen by now."""
        super().mouseReleaseEvent(event)
        at = self.tabAt(event.position().toPoint())
        if at >= 0 and at == self.currentIndex():
            self.pressed.emit(at)

    def _show_icons(self) -> None:
        if self._theme is None:
            return
        for at, name in enumerate(self._icons):
            token = "accent" if at == self.currentIndex() else "text2"
            self.setTabIcon(at, icon(name, self._theme.color(token), size=_ICON))
