"""Tabs of the panels: a click gives the panel the keyboard, keys on the tabs keep it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QTabBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from refscope.gui.panels import PanelDock, PanelTab


class _Console(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.input = QLineEdit()
        QVBoxLayout(self).addWidget(self.input)
        self.setFocusProxy(self.input)


def test_what_is_typed_after_a_click_on_a_tab_reaches_its_panel(qtbot: QtBot) -> None:
    window, console = QMainWindow(), _Console()
    tabs = [PanelTab("a", "Inspector", QWidget()), PanelTab("b", "Console", console)]
    dock = PanelDock("right", "Right", tabs)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    (bar,) = dock.findChildren(QTabBar)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    focused = window.focusWidget()
    QTest.keyClicks(focused, "obj")
    assert console.input.text() == "obj"
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Left)
    assert dock.current == "a"
    QTest.keyClick(bar, Qt.Key.Key_Right)
    assert dock.current == "b"
    assert bar.hasFocus()
