"""The status bar: short facts at the left, a word of RefScope's own at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame

from refscope.gui.parts import Icon, label, row

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
        self.setLayout(row(self._icon, self._left, None, self._right, spacing=5, margins=(12, 0, 12, 0)))
        self._icon.hide()

    def show_facts(self, facts: Sequence[str], right: str = "", icon: tuple[str, str] | None = None) -> None:
        """Show facts; `icon` = (name, token) before the first."""
        self._left.setText("     ".join(fact for fact in facts if fact))
        self._right.setText(right)
        self._icon.setVisible(icon is not None)
        if icon is not None:
            self._icon.set_icon(*icon)
        self.setAccessibleName(f"{self._left.text()} {right}")

    def text(self) -> str:
        """What is shown at the left."""
        return self._left.text()
