"""Where the docks stand: the Watch and Hunt layouts, one panel alone, and what is remembered."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from refscope.gui.panels import HEADER, PanelDock
from refscope.gui.settings import Settings

WATCH = "watch"
HUNT = "hunt"
STATE_VERSION = 1
"""Raised when docks are added or renamed, so that old states are not applied."""

TIMELINE_WATCH, TIMELINE_HUNT = 452, 165
LEFT, RIGHT = 322, 306
LARGE, LARGE_LEFT, LARGE_RIGHT = 2000, 420, 400
"""From this width on the side docks get more."""
_MIDDLE = Qt.DockWidgetArea.LeftDockWidgetArea
# There is no central widget: the left area takes the whole middle of the window.


class DockArea(QMainWindow):
    """The docks of a session. `layout_changed(name)`."""

    layout_changed = Signal(str)

    def __init__(self, docks: dict[str, PanelDock], settings: Settings) -> None:
        """`docks`: timeline, left, centre, right, bottom."""
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setAnimated(False)
        self.docks = docks
        self._settings = settings
        self._current = ""
        self._is_arranging = False
        self._alone: str = ""
        self._before_alone: dict[str, bool] = {}
        self.user_moved_a_dock = False
        for dock in docks.values():
            self.addDockWidget(_MIDDLE, dock)  # from the start, so that themes reach hidden ones as well
            dock.hide()
            dock.dockLocationChanged.connect(self._moved)
            dock.topLevelChanged.connect(self._moved)

    @property
    def current(self) -> str:
        """ "watch" or "hunt"; "" before the first."""
        return self._current

    def show_layout(self, name: str) -> None:
        """Go to a layout, as it was left last time."""
        if name == self._current:
            return
        self.leave_alone()
        self.remember()
        self._current = name
        self._arrange_default(name)
        state = self._settings.bytes_of(f"docks_{name}")
        if not state.isEmpty():
            self._restore(state)
        else:
            self._size_soon(name)
        self.layout_changed.emit(name)

    def reset(self) -> None:
        """Both layouts as they came."""
        self.leave_alone()
        self._settings.forget_layouts()
        self.user_moved_a_dock = False
        name = self._current or WATCH
        self._arrange_default(name)
        self._size_soon(name)

    def remember(self) -> None:
        """Remember how the current layout stands now."""
        if self._current and not self._alone:
            self._settings.remember_bytes(f"docks_{self._current}", self.saveState(STATE_VERSION))

    def hunt_once(self) -> None:
        """Go from Watch to Hunt after the first analysis, unless the user arranged docks before."""
        if self._current == WATCH and not self.user_moved_a_dock:
            self.show_layout(HUNT)

    def toggle_alone(self) -> bool:
        """Give the dock that has the keyboard the whole area, or give it back; whether one is alone now."""
        if self._alone:
            self.leave_alone()
            return False
        name = next((name for name, dock in self.docks.items() if dock.has_keyboard()), "")
        name = name or ("centre" if self.docks["centre"].isVisible() else "timeline")
        self.remember()
        self._before_alone = {key: not dock.isHidden() for key, dock in self.docks.items()}
        self._alone = name
        for key, dock in self.docks.items():
            dock.setVisible(key == name)
        return True

    def leave_alone(self) -> None:
        """Show the docks again that were shown before one was alone."""
        if not self._alone:
            return
        self._alone = ""
        for key, shown in self._before_alone.items():
            self.docks[key].setVisible(shown)
        state = self._settings.bytes_of(f"docks_{self._current}")
        if not state.isEmpty():
            self._restore(state)

    def _restore(self, state: QByteArray) -> None:
        self._is_arranging = True
        self.restoreState(state, STATE_VERSION)
        self._is_arranging = False

    def _moved(self, _where: object) -> None:
        if not self._is_arranging and self.isVisible():
            self.user_moved_a_dock = True

    def _arrange_default(self, name: str) -> None:
        self._is_arranging = True
        docks = self.docks
        for dock in docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        horizontal = Qt.Orientation.Horizontal
        self.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, docks["timeline"])
        if name == WATCH:
            self.addDockWidget(_MIDDLE, docks["bottom"])
            docks["bottom"].set_collapsed(False)
            self.splitDockWidget(docks["bottom"], docks["left"], horizontal)
            shown = ["timeline", "bottom", "left"]
        else:
            self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, docks["bottom"])
            self.addDockWidget(_MIDDLE, docks["left"])
            self.splitDockWidget(docks["left"], docks["centre"], horizontal)
            self.splitDockWidget(docks["centre"], docks["right"], horizontal)
            shown = list(docks)
        for key, dock in docks.items():
            dock.setVisible(key in shown)
        if name == HUNT:
            docks["bottom"].set_collapsed(True)
        self._size(name)
        self._is_arranging = False

    def _size_soon(self, name: str) -> None:
        # Once more when the docks have their places: sizes given before are shared out anew by Qt.
        QTimer.singleShot(0, self, lambda: self._size(name))

    def _size(self, name: str) -> None:
        if name != self._current or self._alone:
            return
        docks, vertical, horizontal = self.docks, Qt.Orientation.Vertical, Qt.Orientation.Horizontal
        if name == WATCH:
            rest = max(200, self.height() - TIMELINE_WATCH)
            self.resizeDocks([docks["timeline"], docks["bottom"]], [TIMELINE_WATCH, rest], vertical)
            half = self.width() // 2
            self.resizeDocks([docks["bottom"], docks["left"]], [half - 20, half + 20], horizontal)
            return
        rest = max(200, self.height() - TIMELINE_HUNT - HEADER)
        self.resizeDocks([docks["timeline"], docks["left"]], [TIMELINE_HUNT, rest], vertical)
        left, right = (LARGE_LEFT, LARGE_RIGHT) if self.width() >= LARGE else (LEFT, RIGHT)
        widths = [left, max(480, self.width() - left - right), right]
        self.resizeDocks([docks["left"], docks["centre"], docks["right"]], widths, horizontal)
