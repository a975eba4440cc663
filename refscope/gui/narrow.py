"""What gives way in a small window: the Inspector becomes a tab beside the graph, the left tabs an overlay.

`DockArea` says when; how wide a window must be for what stands here.
"""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from shiboken6 import isValid

from refscope.gui.panels import PanelDock
from refscope.gui.parts import ToolButton, line

THREE_COLUMNS = 1280
TWO_COLUMNS = 1024
"""Widths of the dock area from which the Inspector, and the left tabs, have a place of their own."""
OVERLAY = 360
LEAST_HEIGHT = 330
"""Pixels below which the overlay covers the timeline too, for a few rows, or a message with its buttons."""


class Room(IntEnum):
    """How many columns there is room for."""

    ONE = 1
    TWO = 2
    THREE = 3


def room_for(width: int) -> Room:
    """The room that a width gives."""
    return Room.THREE if width >= THREE_COLUMNS else Room.TWO if width >= TWO_COLUMNS else Room.ONE


class LeftOverlay(QObject):
    """The left dock laid over the others while there is room for one column only.

    It opens by its button before the graph's tabs or by the key of a panel, and goes when the keyboard
    goes elsewhere, or with Esc.
    """

    def __init__(self, area: QMainWindow, dock: PanelDock, beside: PanelDock, above: PanelDock) -> None:
        super().__init__(area)
        self._area, self._dock, self._beside, self._above = area, dock, beside, above
        self.is_on = False
        self.button = ToolButton("list", "Suspects, types, objects")
        self.button.setCheckable(True)
        self.button.hide()
        self.button.clicked.connect(lambda _checked=False: self._toggle())
        beside.set_lead(self.button)
        self._edge = line(vertical=True)
        self._edge.setProperty("line", "strong")
        self._edge.setFixedWidth(2)
        self._edge.setParent(area)
        self._edge.hide()
        ground = dock.widget()
        ground.setProperty("surface", "panel")  # what lies below must not show through
        ground.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        dock.installEventFilter(self)
        area.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    def set_on(self, on: bool) -> None:
        """Begin or end to be an overlay; who ends it gives the dock a place."""
        if on == self.is_on:
            return
        self.is_on = on
        self.button.setVisible(on)
        self._dock.hide()
        self._edge.hide()
        if on:
            self._area.removeDockWidget(self._dock)

    def leave_places(self) -> None:
        """After places were restored, which gives one to every dock."""
        if self.is_on:
            was_shown = self._dock.isVisible()
            self._area.removeDockWidget(self._dock)
            self._dock.setVisible(was_shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the place when shown, keep it when the area changes; Esc closes."""
        if not self.is_on:
            return False
        kind = event.type()
        if watched is self._dock and kind == QEvent.Type.Show:
            self._place()
            self.button.setChecked(True)
        elif watched is self._dock and kind == QEvent.Type.Hide:
            self.button.setChecked(False)
            self._edge.hide()
        elif watched is self._area and kind in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._place()
        elif watched is self._dock and isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            return self._closes_by(event)
        return False

    def _closes_by(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self._beside.focus_panel()
        return event.key() == Qt.Key.Key_Escape

    def _toggle(self) -> None:
        if self._dock.isVisible():
            self._beside.focus_panel()
        else:
            self._dock.focus_panel()

    def _place(self) -> None:
        if self._beside.isHidden():  # it is alone
            self._dock.setGeometry(self._area.rect())
            self._edge.hide()
            return
        top = self._above.geometry().bottom() + 1 if self._above.isVisible() else 0
        bottom = self._beside.geometry().bottom()
        width = min(OVERLAY, self._area.width() - 80)
        if bottom - top < LEAST_HEIGHT:
            top = 0  # rather over what is above
        height = max(bottom - top + 1, self._dock.minimumSizeHint().height())
        self._dock.setGeometry(QRect(0, top, width, height))
        self._dock.raise_()
        self._edge.setGeometry(self._dock.geometry().right() + 1, top, 2, self._dock.height())
        self._edge.setVisible(self._dock.isVisible())
        self._edge.raise_()

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if not self.is_on or new is None or not isValid(self._dock) or not self._dock.isVisible():
            return
        if (
            new.window() is self._dock.window()
            and not self._dock.isAncestorOf(new)
            and new is not self.button
        ):
            self._dock.hide()
