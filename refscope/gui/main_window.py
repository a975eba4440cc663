"""The window: menus, toolbar, strip, docks, status. Shows values, emits what the user asks for.

It knows panels only as widgets with names; what is in them, and what an action does to a session,
is the business of whoever listens to `triggered`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from refscope.gui.actions import WindowFacts
from refscope.gui.console_pane import ConsolePane
from refscope.gui.copy_console import COPY_CONSOLE
from refscope.gui.focus_ring import FocusRing
from refscope.gui.hunt_strip import HuntStrip
from refscope.gui.key_hints import Keys, tell_keys
from refscope.gui.layouts import HUNT, WATCH, DockArea
from refscope.gui.log_pane import LogPane
from refscope.gui.menus import Menus
from refscope.gui.notices import NoticeStack
from refscope.gui.panels import PanelDock, PanelTab
from refscope.gui.preferences import CONTRAST, DENSITY, FONTS, TEXT_SCALE, THEME
from refscope.gui.settings import Settings
from refscope.gui.shortcuts import Shortcuts
from refscope.gui.start_page import StartPage
from refscope.gui.state_values import Notice
from refscope.gui.status import StatusLine
from refscope.gui.system_looks import on_contrast, wanted_theme
from refscope.gui.theme import Theme, dress, wear
from refscope.gui.toolbar import ProgramState, Toolbar

SMALLEST = (900, 600)
FIRST_SIZE = (1440, 900)
MENU_BAR = 28
_THEMES = ("light", "dark", "system")
_LOOKS = frozenset(preference.key for preference in (THEME, CONTRAST, TEXT_SCALE, FONTS, DENSITY))
"""Settings that dress the window anew."""


@dataclass(frozen=True, slots=True)
class Panels:
    """The widgets that stand in the docks. A corner stands at the right of its panel's header."""

    timeline: QWidget
    suspects: QWidget
    types: QWidget
    objects: QWidget
    graph: QWidget
    table: QWidget
    inspector: QWidget
    console: ConsolePane
    log: LogPane
    copy_console: QWidget | None = None
    timeline_corner: QWidget | None = None
    graph_corner: QWidget | None = None


class MainWindow(QMainWindow):
    """One window for one session; `dressing` is gone through before it is shown.

    `triggered(key)`: an action that is not the window's own.
    """

    triggered = Signal(str)
    search_entered = Signal(str)
    theme_changed = Signal(object)
    closed = Signal()

    def __init__(self, panels: Panels, settings: Settings, start_page: StartPage | None = None) -> None:
        super().__init__()
        self.setWindowTitle("RefScope")
        self.setMinimumSize(*SMALLEST)
        self.settings = settings
        self.panels = panels
        self.may_close: Callable[[], bool] = lambda: True
        self.log_folder = ""
        self._facts = WindowFacts()
        self._guide_open = settings.guide_is_shown
        self.theme = wanted_theme(settings)
        self.theme.apply_base(application())  # before any widget: what is built later has the right fonts
        self.start_page = start_page or StartPage()
        self.toolbar = Toolbar()
        self.strip = HuntStrip()
        self.status = StatusLine()
        self.docks = _make_docks(panels)
        self.dock_area = DockArea(self.docks, settings)
        self.shortcuts = Shortcuts(settings)
        self.menus = Menus(self, self.shortcuts)
        self._lay_out()
        self.notices = NoticeStack(self)
        self._ring = FocusRing(self)
        self._connect()
        self.show_start()
        self._restore_size()

    def dressing(self) -> Generator[None, None, None]:
        """Put the window together under its style sheet and dress it, in steps of some 30 ms.

        The panels come last: the sheet goes through a thousand widgets, and in one go that took 60 ms.
        """
        wear(self, self.theme)
        yield
        self._pages.addWidget(self._workbench)
        yield
        self._show_keys()
        for part in (self.start_page, self.status, self.notices, self._ring):
            dress(part, self.theme)
        yield
        dress(self._workbench, self.theme)
        self._show_theme()

    # what is shown

    def show_start(self) -> None:
        """Show the start page."""
        self._pages.setCurrentWidget(self.start_page)
        self.set_facts(replace(self._facts, in_session=False))
        self.setWindowTitle("RefScope")
        self.start_page.form.target.setFocus()

    def show_session(self, name: str) -> None:
        """Show the docks, in the Watch layout at first."""
        self._pages.setCurrentWidget(self._workbench)
        self.setWindowTitle(f"{name} - RefScope")
        self.set_facts(replace(self._facts, in_session=True))
        if not self.dock_area.current:
            self.show_layout(WATCH)
        self.panels.console.setFocus()

    def show_layout(self, name: str) -> None:
        """Go to the Watch or the Hunt layout."""
        self.dock_area.show_layout(name)

    def set_facts(self, facts: WindowFacts) -> None:
        """Switch actions on and off by what is possible now."""
        self._facts = facts
        self.toolbar.set_enabled(self.menus.set_facts(facts))

    @property
    def facts(self) -> WindowFacts:
        """What actions are switched by."""
        return self._facts

    @property
    def keys(self) -> Keys:
        """The keys that hold now, as they are spelled."""
        return Keys(self.shortcuts.all())

    def show_program(self, state: ProgramState) -> None:
        """Which program, in which state."""
        self.toolbar.show_program(state)

    def set_guide_open(self, shown: bool) -> None:
        """Show or hide the strip that says what to do next."""
        self._guide_open = shown
        self.strip.setVisible(shown)

    def tell(self, notice: Notice) -> None:
        """Show a notice in the corner."""
        self.notices.tell(notice)

    @property
    def current_panel(self) -> str:
        """Key of the panel that has the keyboard; "" = none has."""
        return next((dock.current for dock in self.docks.values() if dock.has_keyboard()), "")

    def focus_panel(self, key: str) -> None:
        """Bring a panel to the front and give it the keyboard."""
        for name, dock in self.docks.items():
            if any(tab.key == key for tab in dock.tabs):
                if name in ("centre", "right") and self.dock_area.current == WATCH:
                    self.show_layout(HUNT)
                dock.focus_panel(key)
                return

    def apply_theme(self, theme: Theme) -> None:
        """Dress the application and everything in this window."""
        self.theme = theme
        theme.apply_base(application())
        wear(self, theme)
        for child in self.children():
            if isinstance(child, QWidget):
                dress(child, theme)
        self._show_theme()

    # inside

    def _show_theme(self) -> None:
        self.menuBar().setFixedHeight(self.theme.px(MENU_BAR))
        self.menus.check(f"theme_{self.settings.theme}")
        self.theme_changed.emit(self.theme)

    def _lay_out(self) -> None:
        self._workbench = QWidget()
        column = QVBoxLayout(self._workbench)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(self.strip)
        column.addWidget(self.dock_area, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.start_page)
        centre = QWidget()
        outer = QVBoxLayout(centre)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._pages, 1)
        outer.addWidget(self.status)
        self.setCentralWidget(centre)
        self.strip.setVisible(self._guide_open)

    def _connect(self) -> None:
        own: dict[str, Callable[[], object]] = {
            "theme_next": self._next_theme,
            "text_larger": lambda: self.settings.step_text_scale(+1),
            "text_smaller": lambda: self.settings.step_text_scale(-1),
            "text_normal": lambda: self.settings.step_text_scale(0),
            "layout_watch": lambda: self.show_layout(WATCH),
            "layout_hunt": lambda: self.show_layout(HUNT),
            "layout_reset": self.dock_area.reset,
            "panel_alone": lambda: self.menus.check("panel_alone", self.dock_area.toggle_alone()),
            "panel_next": lambda: self._cycle(+1),
            "panel_previous": lambda: self._cycle(-1),
            "find": self.toolbar.search.setFocus,
            "guide": lambda: self.set_guide_open(True),
            "quit": QApplication.closeAllWindows,
        }
        for name in _THEMES:
            own[f"theme_{name}"] = partial(self._choose_theme, name)
        self._own = own
        self.menus.triggered.connect(self.act)
        self.toolbar.triggered.connect(self.act)
        self.toolbar.search_entered.connect(self.search_entered)
        self.strip.pressed.connect(self.act)
        self.strip.closed.connect(lambda: self.set_guide_open(False))
        self.dock_area.layout_changed.connect(lambda name: self.menus.check(f"layout_{name}"))
        self.panels.console.last_line_changed.connect(self.docks["bottom"].set_last_line)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        on_contrast(self._system_changed)
        self.settings.changed.connect(self._setting_changed)

    def act(self, key: str) -> None:
        """Do an action of the window itself, or tell whoever listens to `triggered`."""
        if key.startswith("panel_") and key not in self._own:
            self.focus_panel(key.removeprefix("panel_"))
        elif key in self._own:
            self._own[key]()
        else:
            self.triggered.emit(key)

    def _choose_theme(self, name: str) -> None:
        self.settings.theme = name

    def _next_theme(self) -> None:
        at = _THEMES.index(self.settings.theme)
        self._choose_theme(_THEMES[(at + 1) % len(_THEMES)])

    def _system_changed(self, _scheme: object) -> None:
        if self.settings.theme == "system" or self.settings.value(CONTRAST) == "auto":
            self.apply_theme(wanted_theme(self.settings))

    def _setting_changed(self, key: str) -> None:
        if key in _LOOKS:
            self.apply_theme(wanted_theme(self.settings))
        elif key == "shortcuts":
            self.menus.apply_keys()
            self._show_keys()

    def _show_keys(self) -> None:
        tell_keys(self, self.keys)

    def _cycle(self, step: int) -> None:
        order = ["timeline", "left", "centre", "right", "bottom"]
        shown = [name for name in order if self.docks[name].isVisible() and not self.docks[name].is_collapsed]
        if not shown:
            return
        here = next((at for at, name in enumerate(shown) if self.docks[name].has_keyboard()), None)
        at = (0 if step > 0 else -1) if here is None else (here + step) % len(shown)
        self.docks[shown[at]].focus_panel()

    def _restore_size(self) -> None:
        if not self.restoreGeometry(self.settings.bytes_of("geometry")):
            screen = self.screen().availableSize() if self.screen() is not None else None
            width, height = FIRST_SIZE
            if screen is not None:
                width, height = min(width, screen.width()), min(height, screen.height())
            self.resize(max(width, SMALLEST[0]), max(height, SMALLEST[1]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that nobody took leaves the panel that is alone."""
        if event.key() == Qt.Key.Key_Escape and self.dock_area.is_alone:
            self.act("panel_alone")
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whoever knows the session, remember how the window stood, go."""
        if not self.may_close():
            event.ignore()
            return
        self.dock_area.remember()
        self.settings.remember_bytes("geometry", self.saveGeometry())
        self.settings.sync()
        self.hide()  # what follows may take a moment
        event.accept()
        self.closed.emit()


def application() -> QApplication:
    """The one of this process, which is there."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _make_docks(panels: Panels) -> dict[str, PanelDock]:
    left = (
        PanelTab("suspects", "Suspects", panels.suspects, "drop"),
        PanelTab("types", "Types", panels.types),
        PanelTab("objects", "Objects", panels.objects),
    )
    centre = (
        PanelTab("graph", "Graph", panels.graph, "tidy", panels.graph_corner),
        PanelTab("table", "Table", panels.table),
    )
    bottom = (
        PanelTab("console", "Console", panels.console, "terminal", panels.console.corner),
        PanelTab("log", "Log", panels.log),
    )
    right = [PanelTab("inspector", "Inspector", panels.inspector)]
    if panels.copy_console is not None:
        right.append(PanelTab("copy_console", COPY_CONSOLE, panels.copy_console))
    timeline = PanelTab("timeline", "Timeline", panels.timeline, "", panels.timeline_corner)
    docks = {
        "timeline": PanelDock("timeline", "Timeline", (timeline,)),
        "left": PanelDock("left", "Suspects, types, objects", left),
        "centre": PanelDock("centre", "Graph", centre),
        "right": PanelDock("right", "Inspector", tuple(right)),
        "bottom": PanelDock("bottom", "Console and log", bottom, can_collapse=True),
    }
    for name, width in (("left", 280), ("centre", 320), ("right", 260)):
        docks[name].setMinimumWidth(width)
    return docks
