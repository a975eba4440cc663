"""Where the docks stand: the Watch and Hunt layouts, one panel alone, and what is remembered."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMainWindow

from refscope.gui.narrow import LeftOverlay, Room, room_for
from refscope.gui.panels import HEADER, PanelDock
from refscope.gui.settings import Settings
from refscope.gui.steps import in_next_step

WATCH = "watch"
HUNT = "hunt"
STATE_VERSION = 1
"""Raised when docks are added or renamed, so that old states are not applied."""

TIMELINE_WATCH, TIMELINE_HUNT, TIMELINE_LOW = 452, 165, 110
LOW = 760
"""Windows lower than this have a lower timeline."""
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
        self._state_before = QByteArray()  # sizes, of windows with less room than is remembered
        self.user_moved_a_dock = False
        self._room = Room.THREE
        self._is_low = self._is_large = False
        self._wide: dict[str, QByteArray] = {}
        self._is_noting = False
        self._wants_overlay = False
        self._overlay = LeftOverlay(self, docks["left"], docks["centre"], docks["timeline"])
        for dock in docks.values():
            self.addDockWidget(_MIDDLE, dock)  # from the start, so that themes reach hidden ones as well
            dock.hide()
            dock.dockLocationChanged.connect(self._moved)
            dock.topLevelChanged.connect(self._moved)
            dock.installEventFilter(self)

    @property
    def current(self) -> str:
        """ "watch" or "hunt"; "" before the first."""
        return self._current

    @property
    def is_alone(self) -> bool:
        """Whether one dock has the whole area."""
        return bool(self._alone)

    def show_layout(self, name: str) -> None:
        """Go to a layout, as it was left last time."""
        if name == self._current:
            return
        self.leave_alone()
        self.remember()
        self._current = name
        docks = self.docks.values()
        had_keyboard = any(each.has_keyboard() for each in docks)
        self._arrange_default(name)
        self._restore_or_size(name)
        if had_keyboard and not any(each.has_keyboard() and not each.is_collapsed for each in docks):
            self.docks["left"].focus_panel()  # Qt passes it on to the next in line: Stop, or a folded dock
        self.layout_changed.emit(name)

    def reset(self) -> None:
        """Both layouts as they came."""
        self.leave_alone()
        self._settings.forget_layouts()
        self._wide.clear()
        self.user_moved_a_dock = False
        name = self._current or WATCH
        self._arrange_default(name)
        self._size_soon(name)

    def remember(self) -> None:
        """Remember how the current layout stands, or last stood while there was room for all of it."""
        self._note_wide()
        for name, state in self._wide.items():
            self._settings.remember_bytes(f"docks_{name}", state)

    def _note_wide(self) -> None:
        """Note how the docks stand: a window that gets small squeezes them before it can be asked."""
        self._is_noting = False
        has_all = self._room is Room.THREE and room_for(self.width()) is Room.THREE
        if self._current and not self._alone and has_all:
            self._wide[self._current] = self.saveState(STATE_VERSION)

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
        self._state_before = self.saveState(STATE_VERSION)
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
        is_remembered = self._room is Room.THREE and not self._remembered(self._current).isEmpty()
        self._restore(self._remembered(self._current) if is_remembered else self._state_before)
        self._overlay.leave_places()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note how the docks stand whenever one has another size."""
        if event.type() == QEvent.Type.Resize and not self._is_noting:
            self._is_noting = True
            QTimer.singleShot(0, self, self._note_wide)
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have what is too much give way, and come back."""
        super().resizeEvent(event)
        room = room_for(event.size().width())
        is_low = self.window().height() < LOW
        is_large = event.size().width() >= LARGE
        if (room, is_low, is_large) != (self._room, self._is_low, self._is_large):
            # Not here: docks must not be moved while Qt lays them out.
            QTimer.singleShot(0, self, self._fit_room)

    def _fit_room(self) -> None:
        """Arrange the docks for the room there is now."""
        room, was = room_for(self.width()), self._room
        self._is_low, self._is_large = self.window().height() < LOW, self.width() >= LARGE
        if not self._current:
            self._room = room
        elif room is not was:
            self.leave_alone()
            self.remember()
            self._room = room
            focused = self.window().focusWidget()
            self._arrange_default(self._current)
            self._restore_or_size(self._current)
            if focused is not None and self.isAncestorOf(focused) and focused.isVisible():
                focused.setFocus(Qt.FocusReason.OtherFocusReason)  # else Qt gives it to Stop
        elif not self.user_moved_a_dock:
            self._size_soon(self._current)

    def _remembered(self, name: str) -> QByteArray:
        return self._settings.bytes_of(f"docks_{name}")

    def _restore_or_size(self, name: str) -> None:
        """As it was left last time, where there is room for it."""
        state = self._remembered(name)
        if self._room is Room.THREE and not state.isEmpty():
            self._restore(state)
        else:
            self._size_soon(name)

    def _restore(self, state: QByteArray) -> None:
        self._is_arranging = True
        self.restoreState(state, STATE_VERSION)
        self._is_arranging = False

    def _moved(self, _where: object) -> None:
        if not self._is_arranging and self.isVisible():
            self.user_moved_a_dock = True

    def _arrange_default(self, name: str) -> None:
        self._is_arranging = True
        self.setUpdatesEnabled(False)  # until sizes have settled: the chart was painted three times over
        in_next_step(self, lambda: self.setUpdatesEnabled(True))
        docks = self.docks
        self._share_tabs(name)
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
            shown = self._arrange_hunt()
        for key, dock in docks.items():
            dock.setVisible(key in shown)
        if name == HUNT:
            docks["bottom"].set_collapsed(True)
        self._size(name)
        self._is_arranging = False

    def _share_tabs(self, name: str) -> None:
        """Who has the tabs of the Inspector, and whether the left ones are an overlay."""
        centre, right = self.docks["centre"], self.docks["right"]
        is_hunt = name == HUNT
        if (self._room is not Room.THREE) == bool(right.tabs):
            if right.tabs:
                centre.take_tabs(right)
            else:
                centre.give_back(right)
        self._overlay.set_on(False)  # until it is arranged, so that it may have a place
        self._wants_overlay = is_hunt and self._room is Room.ONE

    def _arrange_hunt(self) -> list[str]:
        """The docks below the timeline, from left to right; returns which are shown."""
        docks, horizontal = self.docks, Qt.Orientation.Horizontal
        row = [docks["left"], docks["centre"], docks["right"]][0 if not self._wants_overlay else 1 :]
        row = row if self._room is Room.THREE else row[:-1]
        self.addDockWidget(_MIDDLE, row[0])
        for before, after in pairwise(row):
            self.splitDockWidget(before, after, horizontal)
        self._overlay.set_on(self._wants_overlay)
        return ["timeline", "bottom", *(name for name, dock in docks.items() if dock in row)]

    def _size_soon(self, name: str) -> None:
        # Once more when the docks have their places: sizes given before are shared out anew by Qt.
        in_next_step(self, lambda: self._size(name))

    def _size(self, name: str) -> None:
        if name != self._current or self._alone:
            return
        docks, vertical, horizontal = self.docks, Qt.Orientation.Vertical, Qt.Orientation.Horizontal
        if name == WATCH:
            timeline = min(TIMELINE_WATCH, max(200, self.height() * 6 // 10))
            rest = max(200, self.height() - timeline)
            self.resizeDocks([docks["timeline"], docks["bottom"]], [timeline, rest], vertical)
            half = self.width() // 2
            self.resizeDocks([docks["bottom"], docks["left"]], [half - 20, half + 20], horizontal)
            return
        timeline = TIMELINE_LOW if self._is_low else TIMELINE_HUNT
        rest = max(200, self.height() - timeline - HEADER)
        self.resizeDocks([docks["timeline"], docks["centre"]], [timeline, rest], vertical)
        left, right = (LARGE_LEFT, LARGE_RIGHT) if self.width() >= LARGE else (LEFT, RIGHT)
        if self._room is Room.THREE:
            widths = [left, max(480, self.width() - left - right), right]
            self.resizeDocks([docks["left"], docks["centre"], docks["right"]], widths, horizontal)
        elif self._room is Room.TWO:
            self.resizeDocks([docks["left"], docks["centre"]], [left, self.width() - left], horizontal)
