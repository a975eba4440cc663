"""The ring around the control that has the keyboard: 2 px in the accent colour, 2 px away.

A style sheet can only change a control's own border, which shifts its content. The ring is one
transparent widget per window that follows the focus instead; it takes no events.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QMenuBar,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from refscope.gui.theme import Theme

_AWAY = 2
_WIDTH = 2
_NO_RING = (QAbstractItemView, QAbstractScrollArea, QMenu, QMenuBar)
"""Large areas show the focus inside (current row, caret); a ring around them would be noise."""


class FocusRing(QWidget):
    """Draws the ring in `window`; lives as long as it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._theme: Theme | None = None
        self._followed: list[QWidget] = []
        self._control: QWidget | None = None
        self._around = QRect()  # of the ring, in the window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    def apply_theme(self, theme: Theme) -> None:
        """Take the accent colour of the theme."""
        self._theme = theme
        self.update()

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        for widget in self._followed:
            if isValid(widget):  # panels replace their buttons
                widget.removeEventFilter(self)
        if isinstance(self._control, QTabBar) and isValid(self._control):
            self._control.currentChanged.disconnect(self._place)
        self._followed, self._control = [], None
        window = self.window()
        if new is None or new is window or new.window() is not window or _is_ringless(new):
            self.hide()
            return
        self._control = new
        if isinstance(new, QTabBar):
            new.currentChanged.connect(self._place)
        above: QWidget | None = new
        while above is not None and above is not self.window():
            above.installEventFilter(self)
            self._followed.append(above)
            above = above.parentWidget()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the control when it, or what holds it, moves or goes."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._place()
        return False

    def _place(self, _tab: int = -1) -> None:
        control = self._control
        if control is None or not isValid(control) or not control.isVisible():
            self.hide()
            return
        corner = control.mapTo(self.window(), QPoint(0, 0))
        around = _around(control).translated(corner)
        shown = self._visible_part(around)
        self._around = around & self.window().rect()  # whole at the window's edges too
        self.setGeometry(shown)
        self.raise_()
        self.setVisible(not shown.isEmpty())
        self.update()

    def _visible_part(self, around: QRect) -> QRect:
        """What no scroll area cuts off."""
        shown, reach = around & self.window().rect(), _AWAY + _WIDTH
        for inner, outer in pairwise(self._followed):
            if isinstance(outer, QAbstractScrollArea) and inner is outer.viewport():
                area = QRect(inner.mapTo(self.window(), QPoint(0, 0)), inner.size())
                shown &= area.adjusted(-reach, -reach, reach, reach)
        return shown

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring."""
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("accent"), _WIDTH))
        inset = _WIDTH / 2
        ring = QRectF(self._around.translated(-self.pos())).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(ring, 8, 8)


def _around(control: QWidget) -> QRect:
    """What the ring goes around: the control; of a tab bar the current tab without the `gap` at its right,
    and not beyond its height, as its words stand well inside it."""
    reach = _AWAY + _WIDTH
    if isinstance(control, QTabBar):
        gap = int(control.property("gap"))
        return control.tabRect(control.currentIndex()).adjusted(-reach, 1, reach - gap, -1)
    return control.rect().adjusted(-reach, -reach, reach, reach)


def _is_ringless(widget: QWidget) -> bool:
    """Large areas; fields without an outline, editors inside a combo box, and tabs of panels, to which Qt
    passes the keyboard on when what had it goes."""
    if isinstance(widget, _NO_RING):
        return True
    inside_other = isinstance(widget, QLineEdit) and isinstance(widget.parentWidget(), QComboBox)
    is_of_panel = isinstance(widget, QTabBar) and widget.property("gap") is None
    return widget.property("kind") == "bare" or inside_other or is_of_panel
