"""Docks whose title bar is a row of tabs: one dock holds the panels of one place of the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from refscope.gui.icons import icon
from refscope.gui.parts import ElidedLabel, ToolButton, label, row
from refscope.gui.theme import Theme

HEADER = 32
LEAST_CONTENT = 138
"""A panel asks for no more height: in a window of 600 pixels Timeline, panel and Console stand below each
other, and where their least heights do not fit, Qt lays one over the next."""
_ANY_HEIGHT = 16777215


@dataclass(frozen=True, slots=True)
class PanelTab:
    """One panel of a dock. `corner` stands at the right of the header while the tab is in front."""

    key: str
    title: str
    widget: QWidget
    icon: str = ""
    corner: QWidget | None = None


class PanelDock(QDockWidget):
    """A dock with tabs."""

    def __init__(
        self, name: str, title: str, tabs: Sequence[PanelTab], *, can_collapse: bool = False
    ) -> None:
        super().__init__(title)
        self.setObjectName(f"dock_{name}")
        self.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
        )
        self.name = name
        self.tabs = tuple(tabs)
        self._guests: dict[PanelDock, frozenset[str]] = {}  # whose tabs are here, and which
        self._host: PanelDock | None = None  # who has the tabs of this one
        self._is_collapsed = False
        self._height = 150
        self._stack = _Stack()
        for tab in self.tabs:
            self._stack.addWidget(tab.widget)
        holder = QWidget()  # it stays while the stack is hidden: a dock without content has no width
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._stack)
        self.setWidget(holder)
        self._header = PanelHeader(self.tabs, can_collapse=can_collapse)
        self._header.tab_clicked.connect(self._tab_clicked)
        self._header.tab_reached.connect(self._bring)
        self._header.fold_clicked.connect(lambda: self.set_collapsed(not self._is_collapsed))
        self.setTitleBarWidget(self._header)
        self.show_tab(self.tabs[0].key)

    @property
    def current(self) -> str:
        """Key of the tab in front; "" while another dock has the tabs."""
        return self.tabs[self._stack.currentIndex()].key if self.tabs else ""

    @property
    def is_collapsed(self) -> bool:
        """Whether only the header is shown."""
        return self._is_collapsed

    def show_tab(self, key: str) -> None:
        """Bring a tab to the front."""
        at = [tab.key for tab in self.tabs].index(key)
        self._stack.setCurrentIndex(at)
        self._header.set_current(at)

    def set_note(self, text: str) -> None:
        """The note at the right end of the header: which freeze, how many nodes."""
        self._header.set_note(text)

    def set_title(self, key: str, title: str) -> None:
        """Another title of a tab, whichever dock has it now."""
        if self._host is not None:
            self._host.set_title(key, title)
            return
        at = [tab.key for tab in self.tabs].index(key)
        self.tabs = (*self.tabs[:at], replace(self.tabs[at], title=title), *self.tabs[at + 1 :])
        self._header.set_title(at, title)

    def set_last_line(self, text: str) -> None:
        """The line shown while collapsed."""
        self._header.set_last_line(text)

    def set_collapsed(self, collapsed: bool, height: int | None = None) -> None:
        """Fold to the header, or open to the height it had (or `height`)."""
        if collapsed == self._is_collapsed:
            return
        window = self.parentWidget()
        if collapsed:
            self._height = max(80, self.height())
        self._is_collapsed = collapsed
        self._stack.setVisible(not collapsed)
        self.setMaximumHeight(self._header.height() if collapsed else _ANY_HEIGHT)
        self._header.set_collapsed(collapsed)
        if not collapsed and isinstance(window, QMainWindow):
            window.resizeDocks([self], [height or self._height], Qt.Orientation.Vertical)

    def take_tabs(self, other: PanelDock) -> None:
        """Take all tabs of another dock, which is hidden; `give_back` undoes it. For narrow windows."""
        other.hide()
        self._guests[other] = frozenset(tab.key for tab in other.tabs)
        for tab in other.tabs:
            other._header.remove(tab.key)
            self._header.add(tab)
            self._stack.addWidget(tab.widget)  # which takes it from the other stack
        self.tabs += other.tabs
        other.tabs, other._host = (), self
        self.show_tab(self.current)

    def give_back(self, other: PanelDock) -> None:
        """Give a dock its tabs back."""
        keys = self._guests.pop(other, frozenset())
        tabs = tuple(tab for tab in self.tabs if tab.key in keys)
        current = self.current
        self.tabs = tuple(tab for tab in self.tabs if tab.key not in keys)
        for tab in tabs:
            self._header.remove(tab.key)
            other._header.add(tab)
            other._stack.addWidget(tab.widget)
        other.tabs, other._host = tabs, None
        if tabs:
            other.show_tab(current if current in keys else tabs[0].key)
            self.show_tab(self.tabs[0].key if current in keys else current)

    def set_lead(self, widget: QWidget) -> None:
        """Put a widget before the tabs."""
        self._header.set_lead(widget)

    def focus_panel(self, key: str = "") -> None:
        """Show this dock, open, with a tab in front that has the keyboard."""
        self.show()
        self.set_collapsed(False)
        self.show_tab(key or self.current)
        widget = self.tabs[self._stack.currentIndex()].widget
        target = widget.focusProxy() or (widget if _takes_keys(widget) else _first_focusable(widget))
        (target or widget).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def has_keyboard(self) -> bool:
        """Whether the keyboard is somewhere in here."""
        focused = self.window().focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _tab_clicked(self, at: int) -> None:
        """Bring the panel to the front, with the keyboard where it works: in a console's line, on a table."""
        self._bring(at)
        works = self.tabs[at].widget.focusProxy()
        if works is not None and works.isEnabled():
            works.setFocus(Qt.FocusReason.MouseFocusReason)

    def _bring(self, at: int) -> None:
        if self._is_collapsed:
            self.set_collapsed(False)
        self.show_tab(self.tabs[at].key)


class _Stack(QStackedWidget):
    """Lets the dock be as narrow and as low as the design says, whatever a panel would like."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(LEAST_CONTENT, super().minimumSizeHint().height()))


class PanelHeader(QFrame):
    """The row of tabs; dragging it beside the tabs moves the dock."""

    tab_clicked = Signal(int)
    tab_reached = Signal(int)  # by keys on the tabs, or by who shows one
    fold_clicked = Signal()

    def __init__(self, tabs: Sequence[PanelTab], *, can_collapse: bool) -> None:
        super().__init__()
        self._tabs = tuple(tabs)
        self._theme: Theme | None = None
        self.setProperty("surface", "header")
        self.setProperty("panel_header", True)
        self.setFixedHeight(HEADER)
        self.bar = QTabBar()
        self.bar.setDrawBase(False)
        self.bar.setIconSize(QSize(14, 14))
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(False)
        for tab in tabs:
            self.bar.addTab(tab.title)
        self.bar.tabBarClicked.connect(lambda at: self.tab_clicked.emit(at) if at >= 0 else None)
        self.bar.currentChanged.connect(self._current_changed)
        self._last = ElidedLabel("", "mono_small", "text2")
        self._last.hide()
        self._note = label("", "small", "text3")
        self._fold = ToolButton("chevron_down", "Fold this panel", size=14)
        self._fold_open = ToolButton("chevron_up", "Open this panel", size=14)
        self._can_collapse = can_collapse
        for button in (self._fold, self._fold_open):
            button.clicked.connect(self.fold_clicked)
        corners = [tab.corner for tab in tabs if tab.corner is not None]
        self._row = row(
            self.bar, 8, self._last, *corners, self._note, self._fold, self._fold_open,
            spacing=4, margins=(4, 0, 10, 0),
        )  # fmt: skip
        self._row.insertStretch(self._row.indexOf(self._last) + 1, 1)
        self._row.setStretch(self._row.indexOf(self._last), 1000)
        self.setLayout(self._row)
        self._is_collapsed = False
        self.set_collapsed(False)
        self.installEventFilter(self)

    def add(self, tab: PanelTab) -> None:
        """One more tab, at the right end."""
        self._tabs += (tab,)
        was_silent = self.bar.blockSignals(True)  # the first tab of an empty row becomes the current one
        self.bar.addTab(tab.title)
        self.bar.blockSignals(was_silent)
        self.bar.updateGeometry()  # while it is hidden it does not ask for more room itself
        if tab.corner is not None:
            self._row.insertWidget(self._row.indexOf(self._note), tab.corner)
        self.set_current(self.bar.currentIndex())

    def remove(self, key: str) -> None:
        """A tab less."""
        at = [tab.key for tab in self._tabs].index(key)
        corner = self._tabs[at].corner
        if corner is not None:
            self._row.removeWidget(corner)
        self._tabs = tuple(tab for tab in self._tabs if tab.key != key)
        was_silent = self.bar.blockSignals(True)  # who removes says what is shown instead
        self.bar.removeTab(at)
        self.bar.blockSignals(was_silent)
        self.bar.updateGeometry()

    def set_lead(self, widget: QWidget) -> None:
        """A widget before the tabs."""
        self._row.insertWidget(0, widget)

    def set_current(self, at: int) -> None:
        """Mark a tab as the one in front."""
        self.bar.setCurrentIndex(at)
        self._show_corner()
        if self._theme is not None:
            self.apply_theme(self._theme)

    def set_note(self, text: str) -> None:
        """Text at the right end."""
        self._note.setText(text)

    def set_title(self, at: int, title: str) -> None:
        """Another title of a tab."""
        self.bar.setTabText(at, title)

    def set_last_line(self, text: str) -> None:
        """The line shown while collapsed."""
        self._last.set_text(text)

    def set_collapsed(self, collapsed: bool) -> None:
        """Show the last line in place of corners."""
        self._is_collapsed = collapsed
        self._last.setVisible(collapsed)
        self._fold.setVisible(self._can_collapse and not collapsed)
        self._fold_open.setVisible(self._can_collapse and collapsed)
        self._show_corner()

    def apply_theme(self, theme: Theme) -> None:
        """Icons of the tabs; as high as the text needs."""
        self._theme = theme
        self.setFixedHeight(theme.px(HEADER))
        for at, tab in enumerate(self._tabs):
            if tab.icon:
                token = "text" if at == self.bar.currentIndex() else "text2"
                self.bar.setTabIcon(at, icon(tab.icon, theme.color(token), size=14))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave it to the dock, which then moves."""
        event.ignore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A double click on a header must not float the dock by accident."""
        return event.type() == QEvent.Type.MouseButtonDblClick

    def _current_changed(self, at: int) -> None:
        if at >= 0 and not self._is_collapsed:
            self.tab_reached.emit(at)

    def _show_corner(self) -> None:
        for at, tab in enumerate(self._tabs):
            if tab.corner is not None:
                tab.corner.setVisible(at == self.bar.currentIndex() and not self._is_collapsed)


def _takes_keys(widget: QWidget) -> bool:
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isEnabled()


def _first_focusable(widget: QWidget) -> QWidget | None:
    for below in widget.findChildren(QWidget):
        takes = below.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and below.isVisibleTo(widget) and below.isEnabled():
            return below
    return None
