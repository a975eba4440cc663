"""The buttons of the chart: select a stretch, follow, fit, lay an earlier run below, show as a table."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from refscope.gui.parts import Button

_TEXTS = (
    # key, text, icon, tip, checkable
    ("select", "Select", "select", "Drag over the chart to select a stretch of time (or Shift+drag)", True),
    ("follow", "Following", "pause", "Keep the newest sample in view (End)", True),
    ("fit", "Fit", "fit", "Show the whole run (0)", False),
    ("overlay", "Overlay a run…", "", "Lay an earlier run below this one", False),
    ("table", "Table", "table", "Values at marks and freezes as a table", True),
)


class ChartTools(QWidget):
    """`pressed(key, is_checked)`; keys: select, follow, fit, overlay, table."""

    pressed = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self._buttons: dict[str, Button] = {}
        for key, text, icon, tip, checkable in _TEXTS:
            button = Button(text, icon, kind="quiet")
            button.setCheckable(checkable)
            button.setToolTip(tip)
            button.setAccessibleName(text)
            button.clicked.connect(lambda on, key=key: self.pressed.emit(key, on))
            layout.addWidget(button)
            self._buttons[key] = button
        self.set_following(True)

    def button(self, key: str) -> Button:
        """The button of a key."""
        return self._buttons[key]

    def set_checked(self, key: str, on: bool) -> None:
        """Show a tool as chosen."""
        self._buttons[key].setChecked(on)

    def set_following(self, following: bool) -> None:
        """Show whether the chart follows."""
        button = self._buttons["follow"]
        button.setChecked(following)
        button.setText("Following" if following else "Paused")
        button.set_icon("pause" if following else "play")
        button.setAccessibleName("Following" if following else "Paused, follow again")

    def set_overlaid(self, is_overlaid: bool) -> None:
        """Show that there is an earlier run already."""
        self._buttons["overlay"].setText("Overlaid run…" if is_overlaid else "Overlay a run…")
