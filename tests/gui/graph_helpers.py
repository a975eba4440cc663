"""Real mouse and keyboard events for the graph, sent through the window as a pointer would."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from refscope.gui.graph_view import GraphView
from refscope.gui.node_words import Part
from refscope.gui.style import style_sheet
from refscope.gui.theme import Theme, dress
from refscope.present.scene import Scene

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Shown = TypeVar("Shown", bound=QWidget)


def show(qtbot: QtBot, widget: Shown, width: int = 1440, height: int = 760) -> Shown:
    """Show a dressed widget as a window of its own."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme = Theme.light()
    if app.property("dressed") is None:
        theme.apply_base(app)
        app.setStyleSheet(style_sheet(theme))
        app.setProperty("dressed", True)
    qtbot.addWidget(widget)
    widget.resize(width, height)
    dress(widget, theme)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def make_view(qtbot: QtBot, scene: Scene, width: int = 1440, height: int = 760) -> GraphView:
    """A shown graph view."""
    view = show(qtbot, GraphView(Theme.light()), width, height)
    view.show_scene(scene)
    return view


def window_of(widget: QWidget) -> QWindow:
    """The window that events go through."""
    handle = widget.window().windowHandle()
    assert handle is not None
    return handle


def place(view: GraphView, key: str, part: Part = Part.BODY) -> QPoint:
    """Where a node or its badge is in the window."""
    return in_window(view, view.point_of(key, part))


def in_window(view: GraphView, point: QPoint) -> QPoint:
    """Window coordinates of a point of the viewport."""
    return view.viewport().mapTo(view.window(), point)


def hover(view: GraphView, point: QPoint) -> None:
    """Bring the pointer there; from elsewhere, since a move to where it is already is none."""
    QTest.mouseMove(window_of(view), point + QPoint(3, 3))
    QTest.mouseMove(window_of(view), point)


def click(view: GraphView, point: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press and release at a point of the window."""
    QTest.mouseMove(window_of(view), point)
    QTest.mouseClick(window_of(view), LEFT, modifiers, point)


def double_click(view: GraphView, point: QPoint) -> None:
    """As it arrives from a real mouse: press, release, double, release."""
    QTest.mouseMove(window_of(view), point)
    QTest.mouseDClick(window_of(view), LEFT, NONE, point)


def drag(
    view: GraphView, start: QPoint, by: QPoint, modifiers: Qt.KeyboardModifier = NONE, *, release: bool = True
) -> None:
    """Press, move in steps, release."""
    window = window_of(view)
    QTest.mouseMove(window, start)
    QTest.mousePress(window, LEFT, modifiers, start)
    for step in range(1, 6):
        move_pressed(view, start + by * step / 5, modifiers)
    if release:
        QTest.mouseRelease(window, LEFT, modifiers, start + by)


def move_pressed(view: GraphView, point: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Move with the left button down: QTest's own move has no button."""
    local = view.viewport().mapFrom(view.window(), point)
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(local), QPointF(view.viewport().mapToGlobal(local)),
        NONE_BUTTON, LEFT, modifiers,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


NONE_BUTTON = Qt.MouseButton.NoButton


def press_key(view: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """A key to the window, whose focus widget gets it."""
    QTest.keyClick(window_of(view), key, modifiers)
