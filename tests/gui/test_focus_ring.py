"""The ring around what has the keyboard, where a scroll area cuts it off."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton, QScrollArea, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from refscope.gui.focus_ring import FocusRing
from refscope.gui.theme import Theme


class Host(QWidget):
    """A scroll area of 60 pixels, and in it a button of 120 and much room below."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(240, 200)
        self.area = QScrollArea(self)
        self.area.setGeometry(10, 20, 200, 60)
        content = QWidget()
        content.resize(180, 400)
        self.button = QPushButton("Go", content)
        self.button.setGeometry(20, 10, 100, 120)
        self.area.setWidget(content)
        self.ring = FocusRing(self)
        self.ring.apply_theme(Theme.light())


@pytest.fixture
def host(qtbot: QtBot) -> Host:
    made = Host()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.button.setFocus()
    made.area.verticalScrollBar().setValue(0)
    return made


def test_in_a_row_of_tabs_the_ring_goes_with_the_current_one(host: Host, qtbot: QtBot) -> None:
    tabs = QTabBar(host)
    for text in ("Graph", "Table", "Inspector"):
        tabs.addTab(text)
    tabs.setProperty("gap", 0)
    tabs.setGeometry(10, 120, 220, 30)
    tabs.show()
    tabs.setFocus()
    places = []
    for at in range(3):
        tabs.setCurrentIndex(at)
        tab = tabs.tabRect(at).translated(tabs.pos())
        assert host.ring.geometry().contains(tab.adjusted(0, 1, 0, -1))
        assert host.ring.width() == tab.width() + 8
        places.append(host.ring.x())
    assert places == sorted(set(places))
    tabs.setProperty("gap", 20)
    tabs.setCurrentIndex(0)
    assert host.ring.width() == tabs.tabRect(0).width() - 12
    host.button.setFocus()
    tabs.setCurrentIndex(1)
    assert host.ring.y() < 120


def test_tabs_of_panels_have_no_ring(host: Host) -> None:
    tabs = QTabBar(host)
    tabs.addTab("Graph")
    tabs.show()
    assert host.ring.isVisible()
    tabs.setFocus()
    assert not host.ring.isVisible()


def test_the_ring_ends_where_the_scroll_area_does(host: Host) -> None:
    ring, low = host.ring.geometry(), host.area.geometry().bottom()
    assert host.ring.isVisible()
    assert ring.top() < host.button.mapTo(host, host.button.rect().topLeft()).y()
    assert low - 4 <= ring.bottom() <= low + 4


def test_the_ring_goes_with_what_is_scrolled_away_and_comes_back(host: Host) -> None:
    host.area.verticalScrollBar().setValue(300)
    assert not host.ring.isVisible()
    host.area.verticalScrollBar().setValue(0)
    assert host.ring.isVisible()
