"""Tracing turned on in a running program from the menu: at the next freeze the window names the line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from real_windows import LEAK, frozen, make, real_window, script_of, started

from refscope.gui.suspect_card import MadeRow
from refscope.gui.window_controller import WindowController


@pytest.fixture
def controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[WindowController]:
    with real_window(tmp_path, monkeypatch) as made:
        yield made


def test_what_is_made_from_then_on_names_its_line(
    controller: WindowController, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, int]] = []
    monkeypatch.setattr(controller.help, "open_source", lambda path, line: opened.append((path, line)))
    form = script_of(tmp_path, LEAK)
    started(controller, form, qtbot)
    action = controller.window.menus.actions["trace"]
    assert not action.isChecked()
    action.trigger()
    assert controller.session is not None
    running = controller.session.session
    qtbot.waitUntil(lambda: bool(running.tracing.frames) and action.isChecked(), timeout=30_000)
    make(controller, 20, qtbot)
    frozen(controller, qtbot)
    make(controller, 40, qtbot)
    analysis = frozen(controller, qtbot)
    leak = analysis.suspects[0]
    assert leak.made_at.share(leak.made_at.places[0]) == "100 %"
    place = leak.made_at.places[0].place
    assert place.filename == form.target

    qtbot.waitUntil(lambda: bool(controller.panels.inspector.made_at.links), timeout=30_000)
    first = controller.panels.inspector.made_at.links[0]
    assert first.text() == f"{Path(form.target).name}:{place.line}"
    card = controller.panels.suspect_cards.cards[0]
    (row,) = card.findChildren(MadeRow)
    qtbot.waitUntil(lambda: not controller.jobs.questions.is_busy, timeout=30_000)
    for link in (first, row.link):
        qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert opened == [(form.target, place.line)] * 2

    action.trigger()
    qtbot.waitUntil(lambda: not running.tracing.frames and not action.isChecked(), timeout=30_000)
