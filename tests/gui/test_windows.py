"""Several windows at once: how another one opens beside those that are used, and what each of them wears."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QToolTip, QWidget
from pytestqt.qtbot import QtBot
from real_windows import LEAK, another, real_window, script_of, started

from refscope.gui.chart_ask import ChartAsk
from refscope.gui.code_input import CodeInput
from refscope.gui.preferences import CONTRAST, TEXT_SCALE, Preference, Value
from refscope.gui.start_page import StartPage
from refscope.gui.style import style_sheet
from refscope.gui.theme import Theme
from refscope.gui.window_controller import WindowController

STYLED = "QStyleSheetStyle"
"""Qt's class of styles behind which a sheet is."""
_CHANGES = (QEvent.Type.StyleChange, QEvent.Type.FontChange, QEvent.Type.PaletteChange)


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[WindowController]:
    qapp.setStyleSheet("")  # of tests that dress widgets without a window
    with real_window(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def second(first: WindowController, qtbot: QtBot) -> Iterator[WindowController]:
    made = another(first, qtbot)
    yield made
    with qtbot.waitSignal(made.closed):
        made.window.close()


class Changes(QObject):
    """What Qt tells the widgets of a window of new looks."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.seen: list[str] = []
        for each in (window, *window.findChildren(QWidget)):
            each.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note what concerns looks."""
        if event.type() in _CHANGES:
            self.seen.append(f"{event.type().name} of {watched}")
        return False


def style_of(widget: QWidget) -> str:
    return widget.style().metaObject().className()


def ground_of(window: QWidget) -> str:
    """Colour beside the words of the start page."""
    page = window.findChild(StartPage)
    assert page is not None
    return page.grab().toImage().pixelColor(page.width() - 3, page.height() - 3).name().upper()


def test_another_window_is_shown_after_others_had_their_turns(first: WindowController, qtbot: QtBot) -> None:
    opened: list[WindowController] = []
    first.services.open_window(opened.append)
    assert opened == []
    assert sum(each.isVisible() for each in QApplication.topLevelWidgets()) == 1
    qtbot.waitUntil(lambda: bool(opened))
    assert opened[0].window.isVisible()
    with qtbot.waitSignal(opened[0].closed):
        opened[0].window.close()


def test_opening_another_window_dresses_nothing_anew(first: WindowController, qtbot: QtBot) -> None:
    changes = Changes(first.window)
    other = another(first, qtbot)
    assert changes.seen == []
    with qtbot.waitSignal(other.closed):
        other.window.close()


def test_a_new_theme_dresses_every_window(first: WindowController, second: WindowController) -> None:
    first.comparing.open()
    compare = first.comparing.window
    assert compare is not None
    for name, theme in (("dark", Theme.dark()), ("light", Theme.light())):
        first.settings.theme = name
        assert ground_of(first.window) == ground_of(second.window) == theme.hex("panel")
        for window in (first.window, second.window, compare):
            assert window.styleSheet() == style_sheet(theme)


@pytest.mark.parametrize(
    ("preference", "value", "theme"),
    [(TEXT_SCALE, 1.5, Theme.light(1.5)), (CONTRAST, "high", Theme.light().with_high_contrast())],
    ids=["text scale", "contrast"],
)
def test_text_scale_and_contrast_hold_in_every_window(
    first: WindowController, second: WindowController, preference: Preference, value: Value, theme: Theme
) -> None:
    first.settings.theme = "light"
    second.settings.choose(preference, value)
    for each in (first, second):
        assert each.window.theme == theme
        assert each.window.styleSheet() == style_sheet(theme)
        assert each.window.toolbar.height() == second.window.toolbar.height()


def test_menus_and_dialogs_wear_what_their_window_wears(second: WindowController) -> None:
    menus = second.window.findChildren(QMenu)
    assert len(menus) > 10
    assert {style_of(menu) for menu in menus} == {STYLED}
    assert style_of(second.window.menus.recent_menu) == STYLED
    for act in ("about", "settings", "shortcuts", "help_panel"):
        before = set(QApplication.topLevelWidgets())
        second.act(act)
        (dialog,) = [
            each
            for each in set(QApplication.topLevelWidgets()) - before
            if each.windowTitle() and each.isVisible()
        ]
        assert style_of(dialog) == STYLED
        dialog.close()
    boxes = second.window.findChildren(QComboBox)
    assert {style_of(box.view().window()) for box in boxes} == {STYLED}


def test_lists_of_completions_wear_the_theme(second: WindowController) -> None:
    code, ask = second.window.findChild(CodeInput), second.window.findChild(ChartAsk)
    assert code is not None
    assert ask is not None
    for name in ("dark", "light"):
        second.settings.theme = name
        for popup in (code._completer.popup(), ask.field.completer().popup()):
            assert popup is not None
            assert popup.styleSheet() == style_sheet(second.window.theme)


@pytest.mark.parametrize("make", [Theme.light, Theme.dark])
def test_a_tooltip_is_drawn_in_the_colours_of_the_theme(
    second: WindowController, make: Callable[[], Theme]
) -> None:
    theme = make()
    second.settings.theme = theme.name
    QToolTip.showText(QPoint(50, 50), "Only words", second.window.toolbar)
    (tip,) = [each for each in QApplication.topLevelWidgets() if each.metaObject().className() == "QTipLabel"]
    picture = tip.grab().toImage()
    assert picture.pixelColor(3, 3) == theme.color("panel")
    assert picture.pixelColor(0, picture.height() // 2) == theme.color("ctl")
    QToolTip.hideText()


def test_a_recent_program_chosen_beside_a_session_fills_the_form_of_a_new_window(
    first: WindowController, qtbot: QtBot, tmp_path: Path
) -> None:
    form = script_of(tmp_path, LEAK)
    started(first, form, qtbot)
    first.window.start_page.form.target.setText("/src/other.py")
    opened: list[WindowController] = []
    opens = first.services.open_window
    first.services = replace(
        first.services, open_window=lambda then: opens(lambda other: (then(other), opened.append(other)))
    )
    first.window.menus.recent_menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: bool(opened))
    assert opened[0].window.start_page.form.form().target == form.target
    assert first.window.start_page.form.form().target == "/src/other.py"
    with qtbot.waitSignal(opened[0].closed):
        opened[0].window.close()
