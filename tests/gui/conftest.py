"""Offscreen Qt for all window tests; whatever Qt warns about fails the test."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, QtMsgType
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from refscope.gui.settings import Settings
from refscope.gui.style import style_sheet
from refscope.gui.theme import Theme

_HARMLESS = ("This plugin does not support",)  # offscreen: size hints, raise(), a grab by a menu
_SERIOUS = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light theme, worn by the application."""
    made = Theme.light()
    made.apply_base(qapp)
    qapp.setStyleSheet(style_sheet(made))
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of nobody, in a file of this test."""
    return Settings(tmp_path / "window.ini")


@pytest.fixture(autouse=True)
def widgets_are_gone() -> Iterator[None]:
    """Delete what a test gave up (pytest-qt only posts the deletion), on the Qt thread as in the window."""
    gc.disable()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.enable()
    if gc.get_count()[1] > gc.get_threshold()[1]:
        gc.collect(1)


@pytest.fixture(autouse=True)
def no_qt_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which Qt warned."""
    if "qtlog" not in request.fixturenames and "qtbot" not in request.fixturenames:
        yield
        return
    log = request.getfixturevalue("qtlog")
    yield
    warned = [each.message for each in log.records if each.type in (*_SERIOUS, *map(str, _SERIOUS))]
    warned = [text for text in warned if not text.startswith(_HARMLESS)]
    assert not warned, f"Qt warned: {warned}"


def hover(window: QWidget, widget: QWidget, at: QPoint | None = None) -> None:
    """Move the pointer onto a widget through the window's handle: other ways give no hover."""
    point = at or widget.rect().center()
    there = QPointF(widget.mapTo(window, point))
    handle = window.windowHandle()
    event = QMouseEvent(
        QEvent.Type.MouseMove, there, window.mapToGlobal(there), Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QCoreApplication.sendEvent(handle, event)
