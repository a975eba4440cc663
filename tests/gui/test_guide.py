"""The guide is open for who is new, and starts closed for who has hunted often enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot
from real_windows import LEAK, LONG, frozen, make, real_window, script_of, started

from refscope.gui.guide import ENOUGH_HUNTS, Guide
from refscope.gui.preferences import GUIDE
from refscope.gui.settings import Settings
from refscope.gui.window_controller import WindowController


class FakeSession(QObject):
    """What the guide hears of a session."""

    analysed = Signal(object)

    def find(self, *, freezes: int) -> None:
        since = object() if freezes > 1 else None
        self.analysed.emit(SimpleNamespace(since=since))


def window_of(settings: Settings) -> SimpleNamespace:
    made = SimpleNamespace(settings=settings, is_open=None)
    made.set_guide_open = lambda shown: setattr(made, "is_open", shown)
    return made


def hunt(guide: Guide, *, freezes: int = 2) -> None:
    session = FakeSession()
    guide.begin(session)  # type: ignore[arg-type]
    for number in range(freezes):
        session.find(freezes=number + 1)


def test_after_three_completed_hunts_it_starts_closed(settings: Settings, qtbot: QtBot) -> None:
    window = window_of(settings)
    guide = Guide(window)  # type: ignore[arg-type]
    for _ in range(ENOUGH_HUNTS):
        hunt(guide, freezes=4)  # more freezes are the same hunt
        assert window.is_open
    hunt(guide)
    assert window.is_open is False


def test_one_freeze_is_no_hunt(settings: Settings, qtbot: QtBot) -> None:
    window = window_of(settings)
    guide = Guide(window)  # type: ignore[arg-type]
    for _ in range(ENOUGH_HUNTS + 1):
        hunt(guide, freezes=1)
    assert window.is_open


def test_who_switches_it_on_again_keeps_it(settings: Settings, qtbot: QtBot) -> None:
    window = window_of(settings)
    guide = Guide(window)  # type: ignore[arg-type]
    for _ in range(ENOUGH_HUNTS):
        hunt(guide)
    settings.choose(GUIDE, True)
    for _ in range(2):
        hunt(guide)
        assert window.is_open


@pytest.fixture
def controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        yield made


def test_closing_hides_it_for_the_session_and_the_third_hunt_for_good(
    controller: WindowController, tmp_path: Path, qtbot: QtBot
) -> None:
    controller.settings.remember_text("guide_hunts", str(ENOUGH_HUNTS - 1))
    form, strip = script_of(tmp_path, LEAK), controller.window.strip
    started(controller, form, qtbot)
    cross = next(each for each in strip.findChildren(QToolButton) if each.toolTip() == "Close the guide")
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert strip.isHidden()
    for _ in range(2):
        make(controller, 20, qtbot)
        frozen(controller, qtbot)
    assert not controller.settings.guide_is_shown
    controller.settings.choose(GUIDE, True)
    assert controller.session is not None
    with qtbot.waitSignal(controller.session.ended, timeout=LONG):
        controller.act("stop")
    started(controller, form, qtbot)
    qtbot.waitUntil(lambda: not strip.isHidden(), timeout=LONG)
