"""Sheets of a panel's states side by side, taken from the window while a story is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from picturing.stage import Stage

GAP = 16
WIDEST = 1560


class Sheets:
    """What each panel looked like in each state."""

    PANELS: ClassVar[dict[str, str]] = {
        "timeline": "Timeline", "suspects": "Suspects", "types": "Types", "objects": "Objects",
        "graph": "Graph", "inspector": "Inspector", "copy-console": "Console on the copy",
        "console": "Console", "log": "Log",
    }  # fmt: skip

    KEYS: ClassVar[dict[str, str]] = {"Console on the copy": "copy_console"}
    """Of panels whose key in the window is not the name in small letters."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        panels = stage.panels
        self._widgets: dict[str, QWidget] = {
            "Timeline": panels.timeline, "Suspects": panels.suspects, "Types": panels.types,
            "Objects": panels.objects, "Graph": panels.graph, "Inspector": panels.inspector,
            "Console on the copy": panels.copy_console, "Console": panels.console, "Log": panels.log,
        }  # fmt: skip
        self._taken: dict[str, list[tuple[str, QPixmap]]] = {name: [] for name in self._widgets}

    def note(self, state: str, *panels: str) -> None:
        """Keep what these panels show now."""
        self._stage.settle()
        for panel in panels:
            if not self._widgets[panel].isVisible():  # behind another tab: it has no size yet
                self._stage.window.focus_panel(self.KEYS.get(panel, panel.lower()))
                self._stage.settle()
            self._taken[panel].append((state, self._widgets[panel].grab()))

    def picture(self, panel: str) -> QPixmap:
        """All that was kept of a panel, on one page."""
        from refscope.gui.parts import label
        from refscope.gui.theme import dress

        page = QWidget()
        page.setProperty("surface", "window")
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 20, 24, 24)
        column.setSpacing(GAP)
        column.addWidget(label(self.PANELS[panel], "title"))
        grid = QGridLayout()
        grid.setSpacing(GAP)
        taken = self._taken[self.PANELS[panel]]
        widest = max((image.deviceIndependentSize().width() for _, image in taken), default=WIDEST)
        in_row = max(1, int(WIDEST // (widest + GAP)))
        for number, (state, image) in enumerate(taken):
            grid.addWidget(_card(state, image), number // in_row, number % in_row)
        column.addLayout(grid)
        page.adjustSize()
        dress(page, self._stage.window.theme)
        made = page.grab()
        page.deleteLater()
        return made


def _card(state: str, image: QPixmap) -> QFrame:
    from refscope.gui.parts import label

    made = QFrame()
    made.setProperty("surface", "card")
    column = QVBoxLayout(made)
    column.setContentsMargins(1, 1, 1, 1)
    column.setSpacing(0)
    head = label(state, "small", "text2")
    head.setContentsMargins(12, 6, 12, 6)
    column.addWidget(head)
    picture = QLabel()
    picture.setPixmap(image)
    column.addWidget(picture)
    column.addStretch(1)
    return made
