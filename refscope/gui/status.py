"""The status bar: short facts at the left, a word of RefScope's own at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame

from refscope.gui.parts import Icon, label, row, set_property
from refscope.gui.theme import Theme

HEIGHT = 24


class StatusLine(QFrame):
    """One line of facts, separated by space; nothing here can be clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("status", True)
        self.setFixedHeight(HEIGHT)
        self._icon = Icon("check", "ok", 12)
        self._left = label("", "small", "text2")
        self._right = label("", "small", "text2")
        self._warning = Icon("warning", "watch", 12)
        self._worry = self._facts_right = ""
        self.setLayout(
            row(self._icon, self._left, None, self._warning, self._right, spacing=5, margins=(12, 0, 12, 0))
        )
        self._icon.hide()
        self._warning.hide()

    def apply_theme(self, theme: Theme) -> None:
        """As high as the text needs."""
        self.setFixedHeight(theme.px(HEIGHT))

    def show_facts(self, facts: Sequence[str], right: str = "", icon: tuple[str, str] | None = None) -> None:
        """Show facts; `icon` = (name, token) before the first."""
        self._left.setText("     ".join(fact for fact in facts if fact))
        self._facts_right = right
        self._icon.setVisible(icon is not None)
        if icon is not None:
            self._icon.set_icon(*icon)
        self._show_right()

    def set_worry(self, text: str) -> None:
        """What may get in the way here, "" = nothing; shown while nothing else stands at the right."""
        self._worry = text
        self._show_right()

    def _show_right(self) -> None:
        is_worry = bool(self._worry) and not self._facts_right
        self._right.setText(self._worry if is_worry else self._facts_right)
        set_property(self._right, "tone", "watch" if is_worry else "text2")
        self._warning.setVisible(is_worry)
        self.setAccessibleName(f"{self._left.text()} {self._right.text()}")

    def text(self) -> str:
        """What is shown at the left."""
        return self._left.text()
