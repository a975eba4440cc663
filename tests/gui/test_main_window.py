"""The window: menus, keys, docks, layouts, looks."""

from __future__ import annotations

import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from refscope.gui.actions import ACTIONS, MENUS, WindowFacts, reason_off
from refscope.gui.console_pane import ConsolePane
from refscope.gui.hunt_text import HuntFacts, hunt_line
from refscope.gui.layouts import HUNT, LEFT, RIGHT, WATCH
from refscope.gui.log_pane import LogPane
from refscope.gui.main_window import MainWindow, Panels
from refscope.gui.panels import HEADER
from refscope.gui.preferences import CONTRAST
from refscope.gui.settings import Settings
from refscope.gui.state_values import Notice
from refscope.gui.steps import at_once
from refscope.gui.toolbar import ProgramState

RUNNING = WindowFacts(
    in_session=True, is_running=True, can_run_again=True, freezes=2, has_graph=True,
    undo_name="expand", redo_name="hide", can_save=True, has_suspects=True,
    paths=4, can_go_back=True, can_go_forward=True,
)  # fmt: skip


def panel() -> QWidget:
    made = QPlainTextEdit()
    made.setTabChangesFocus(True)
    made.setReadOnly(True)  # one that is written into has an undo of its own
    return made


def make_window(settings: Settings) -> MainWindow:
    panels = Panels(*(panel() for _ in range(7)), ConsolePane(), LogPane())
    made = MainWindow(panels, settings)
    at_once(made.dressing())
    return made


@pytest.fixture
def window(qtbot: QtBot, settings: Settings) -> MainWindow:
    made = make_window(settings)
    qtbot.addWidget(made)
    made.resize(1440, 900)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def session(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.show_session("load_apps.py")
    window.set_facts(RUNNING)
    window.show_program(ProgramState("load_apps.py", "3.7.16", 252))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def press(qtbot: QtBot, window: MainWindow, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    handle = window.windowHandle()
    qtbot.keyClick(handle, combination.key(), combination.keyboardModifiers())


# actions


@pytest.mark.parametrize("spec", [spec for spec in ACTIONS if spec.shortcut], ids=lambda spec: spec.key)
def test_every_key_does_its_action(session: MainWindow, qtbot: QtBot, spec: object) -> None:
    session.show_layout(HUNT)
    session.may_close = lambda: False  # Ctrl+Q asks, and is told to stay
    with qtbot.waitSignal(session.menus.triggered) as told:
        press(qtbot, session, spec.shortcut)  # type: ignore[attr-defined]
    assert told.args == [spec.key]  # type: ignore[attr-defined]
    for dialog in session.findChildren(QDialog):
        dialog.close()


KEYS_OF_THE_DESIGN = (
    "Ctrl+N", "Ctrl+O", "Ctrl+S", "Ctrl+Shift+R", "Ctrl+Shift+E", "Ctrl+F", "Ctrl+Shift+F", "F3", "Ctrl+Z",
    "Ctrl+Shift+Z", "Ctrl+E", "Ctrl+Shift+L", "Ctrl+K", "Ctrl+W", "Ctrl+Q", "F5", "Shift+F5", "F7",
    "Shift+F7", "F8", "Shift+F8", "F9", "Ctrl+Shift+P", "F6", "Shift+F6", "Alt+Left", "Alt+Right", "F11",
    "Ctrl+,", "F1", *(f"Ctrl+{number}" for number in range(1, 8)),
)  # fmt: skip


def test_every_key_of_the_design_is_there() -> None:
    assert not set(KEYS_OF_THE_DESIGN) - {spec.shortcut for spec in ACTIONS}


def test_no_two_actions_share_a_key() -> None:
    keys = [spec.shortcut for spec in ACTIONS if spec.shortcut]
    assert len(keys) == len(set(keys))


def test_every_action_stands_in_a_menu() -> None:
    assert {spec.menu.split("/")[0] for spec in ACTIONS} <= set(MENUS)


@pytest.mark.parametrize(
    ("key", "facts", "reason"),
    [
        ("freeze", WindowFacts(), "no program is open"),
        ("freeze", replace(RUNNING, is_running=False), "the program has ended"),
        ("freeze", replace(RUNNING, is_freezing=True), "a freeze is in progress"),
        ("freeze", RUNNING, ""),
        ("undo", replace(RUNNING, undo_name=""), "nothing to undo"),
        ("export_graph", replace(RUNNING, has_graph=False), "no object is chosen"),
        ("find", replace(RUNNING, freezes=0), "nothing is frozen yet"),
        ("run_again", WindowFacts(), "nothing was run yet"),
        ("open", WindowFacts(), ""),
    ],
)
def test_an_action_that_is_off_says_why(key: str, facts: WindowFacts, reason: str) -> None:
    spec = next(spec for spec in ACTIONS if spec.key == key)
    assert reason_off(spec, facts) == reason


def test_actions_are_off_on_the_start_page(window: MainWindow) -> None:
    assert not window.menus.actions["freeze"].isEnabled()
    assert window.menus.actions["open"].isEnabled()


def test_undo_names_its_step(session: MainWindow) -> None:
    assert session.menus.actions["undo"].text() == "&Undo expand"


def test_the_toolbar_says_why_freeze_is_off(session: MainWindow) -> None:
    session.set_facts(replace(RUNNING, is_running=False))
    assert not session.toolbar.freeze.isEnabled()
    assert "Off: the program has ended." in session.toolbar.freeze.toolTip()


def test_a_click_on_freeze_asks_for_it(session: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.triggered) as told:
        qtbot.mouseClick(session.toolbar.freeze, Qt.MouseButton.LeftButton)
    assert told.args == ["freeze"]


def test_search_is_told_what_was_typed(session: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, session, "Ctrl+F")
    qtbot.keyClicks(session.toolbar.search, "Loader")
    with qtbot.waitSignal(session.search_entered) as told:
        qtbot.keyClick(session.toolbar.search, Qt.Key.Key_Return)
    assert told.args == ["Loader"]


# program and strip


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ProgramState("a.py", "3.11.7", 252), "Running 04:12"),
        (ProgramState("a.py", "3.11.7", 252, is_freezing=True), "Freezing 04:12"),
        (ProgramState("a.py", "3.11.7", 48, "Exit code 1", True), "Exit code 1 after 00:48"),
        (ProgramState("a.refscope", is_capture=True), "Capture"),
    ],
)
def test_the_toolbar_says_how_the_program_is(session: MainWindow, state: ProgramState, words: str) -> None:
    session.show_program(state)
    assert session.toolbar._chip.accessibleName() == words


def test_stop_gives_way_to_run_again_at_the_end(session: MainWindow) -> None:
    session.show_program(ProgramState("a.py", "3.11.7", 48, "Exit code 0"))
    assert session.toolbar._stop.isHidden()
    assert not session.toolbar._again.isHidden()


def test_the_guide_can_be_closed_and_called_back(session: MainWindow, qtbot: QtBot) -> None:
    session.strip.show_line(hunt_line(HuntFacts()))
    session.strip.closed.emit()
    assert session.strip.isHidden()
    session.menus.actions["guide"].trigger()
    assert not session.strip.isHidden()


# layouts


def settled(window: MainWindow, name: str, size: int, *, height: bool = False) -> bool:
    dock = window.docks[name]
    return abs((dock.height() if height else dock.width()) - size) <= 2


def test_watch_has_the_sizes_of_the_design(session: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: settled(session, "timeline", 452, height=True))
    shown = [name for name, dock in session.docks.items() if dock.isVisible()]
    assert shown == ["timeline", "left", "bottom"]


def test_hunt_has_the_sizes_of_the_design(session: MainWindow, qtbot: QtBot) -> None:
    session.show_layout(HUNT)
    qtbot.waitUntil(lambda: settled(session, "left", LEFT) and settled(session, "right", RIGHT))
    qtbot.waitUntil(lambda: settled(session, "timeline", 165, height=True))
    assert session.docks["bottom"].height() == HEADER
    assert session.docks["bottom"].width() == session.width()


def test_side_docks_grow_on_large_screens_and_the_graph_takes_the_rest(
    session: MainWindow, qtbot: QtBot
) -> None:
    session.resize(2560, 1440)
    session.show_layout(HUNT)
    qtbot.waitUntil(lambda: settled(session, "left", 420) and settled(session, "right", 400))
    qtbot.waitUntil(lambda: settled(session, "timeline", 165, height=True))


def test_hunt_comes_by_itself_once(session: MainWindow) -> None:
    session.dock_area.hunt_once()
    assert session.dock_area.current == HUNT
    session.show_layout(WATCH)
    session.dock_area.user_moved_a_dock = True
    session.dock_area.hunt_once()
    assert session.dock_area.current == WATCH


def test_a_layout_that_folds_what_had_the_keyboard_gives_it_to_the_suspects(session: MainWindow) -> None:
    session.docks["bottom"].focus_panel("console")
    assert session.docks["bottom"].has_keyboard()
    session.dock_area.hunt_once()
    assert session.docks["left"].has_keyboard()


def test_a_layout_is_remembered_in_the_next_window(
    session: MainWindow, qtbot: QtBot, settings: Settings
) -> None:
    session.show_layout(HUNT)
    qtbot.waitUntil(lambda: settled(session, "left", LEFT))
    session.dock_area.resizeDocks(
        [session.docks["left"], session.docks["centre"]], [400, 732], Qt.Orientation.Horizontal
    )
    qtbot.waitUntil(lambda: settled(session, "left", 400))
    session.close()
    again = make_window(settings)
    qtbot.addWidget(again)
    again.show()
    again.resize(1440, 900)  # the screen of tests is smaller than the window
    again.show_session("load_apps.py")
    again.show_layout(HUNT)
    qtbot.waitUntil(lambda: settled(again, "left", 400))


def test_reset_brings_the_sizes_back(session: MainWindow, qtbot: QtBot) -> None:
    session.show_layout(HUNT)
    qtbot.waitUntil(lambda: settled(session, "left", LEFT))
    session.dock_area.resizeDocks(
        [session.docks["left"], session.docks["centre"]], [450, 682], Qt.Orientation.Horizontal
    )
    qtbot.waitUntil(lambda: settled(session, "left", 450))
    session.menus.actions["layout_reset"].trigger()
    qtbot.waitUntil(lambda: settled(session, "left", LEFT))


def test_one_panel_alone_and_back(session: MainWindow, qtbot: QtBot) -> None:
    session.show_layout(HUNT)
    session.focus_panel("graph")
    press(qtbot, session, "F11")
    assert [name for name, dock in session.docks.items() if dock.isVisible()] == ["centre"]
    assert session.menus.actions["panel_alone"].isChecked()
    press(qtbot, session, "F11")
    assert all(dock.isVisible() for dock in session.docks.values())


def test_esc_leaves_the_panel_that_is_alone(session: MainWindow, qtbot: QtBot) -> None:
    session.show_layout(HUNT)
    session.focus_panel("graph")
    press(qtbot, session, "F11")
    press(qtbot, session, "Esc")
    assert all(dock.isVisible() for dock in session.docks.values())
    assert not session.menus.actions["panel_alone"].isChecked()


def test_f6_goes_round_the_panels(session: MainWindow, qtbot: QtBot) -> None:
    session.show_layout(HUNT)
    session.focus_panel("suspects")
    seen = []
    for _ in range(4):
        press(qtbot, session, "F6")
        seen.append(next(name for name, dock in session.docks.items() if dock.has_keyboard()))
    assert seen == ["centre", "right", "timeline", "left"]
    press(qtbot, session, "Shift+F6")
    assert session.docks["timeline"].has_keyboard()


@pytest.mark.parametrize(
    ("keys", "dock", "tab"),
    [("Ctrl+1", "timeline", "timeline"), ("Ctrl+3", "left", "types"), ("Ctrl+5", "centre", "graph"),
     ("Ctrl+6", "right", "inspector"), ("Ctrl+7", "bottom", "console"), ("Ctrl+8", "bottom", "log")],
)  # fmt: skip
def test_a_panel_is_reached_by_its_key(
    session: MainWindow, qtbot: QtBot, keys: str, dock: str, tab: str
) -> None:
    press(qtbot, session, keys)
    assert session.docks[dock].current == tab
    assert session.docks[dock].isVisible()


def test_the_collapsed_console_shows_the_last_line(session: MainWindow, qtbot: QtBot) -> None:
    session.show_layout(HUNT)
    session.panels.console.set_running(True)
    session.panels.console.feed("iteration 41: 3 apps served\n")
    session.panels.console.flush()
    header = session.docks["bottom"]._header
    assert header._last.isVisible()
    qtbot.mouseClick(header._fold_open, Qt.MouseButton.LeftButton)
    assert not session.docks["bottom"].is_collapsed
    qtbot.waitUntil(lambda: session.docks["bottom"].height() >= 100)
    assert not header._last.isVisible()


# looks


def test_the_theme_goes_round(window: MainWindow, qtbot: QtBot, settings: Settings) -> None:
    settings.theme = "light"
    window.menus.actions["theme_next"].trigger()
    assert (settings.theme, window.theme.is_dark) == ("dark", True)
    window.menus.actions["theme_next"].trigger()
    assert settings.theme == "system"
    window.menus.actions["theme_light"].trigger()
    assert (settings.theme, window.theme.is_dark) == ("light", False)


def test_contrast_is_high_where_the_desktop_or_a_person_asks(
    window: MainWindow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not window.theme.is_contrast
    settings.choose(CONTRAST, "high")
    assert window.theme.is_contrast
    settings.choose(CONTRAST, "auto")
    assert not window.theme.is_contrast
    monkeypatch.setattr("refscope.gui.system_looks.wants_contrast", lambda: True)
    QGuiApplication.styleHints().accessibility().contrastPreferenceChanged.emit(
        Qt.ContrastPreference.HighContrast
    )
    assert window.theme.is_contrast
    settings.choose(CONTRAST, "normal")
    assert not window.theme.is_contrast


def test_a_theme_reaches_panels_that_are_hidden(window: MainWindow, settings: Settings) -> None:
    told: list[str] = []

    class Painted(QLabel):
        def apply_theme(self, theme: object) -> None:
            told.append(theme.name)  # type: ignore[attr-defined]

    label = Painted(window.panels.inspector)
    window.menus.actions["theme_dark"].trigger()
    assert told == ["dark"]
    assert not label.isVisible()


def test_text_grows_by_steps(window: MainWindow, settings: Settings) -> None:
    window.menus.actions["text_larger"].trigger()
    assert settings.text_scale == 1.15
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    assert app.font().pixelSize() == 15
    window.menus.actions["text_normal"].trigger()
    assert app.font().pixelSize() == 13


def test_the_ring_is_around_what_has_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    button = window.start_page.form.run_button
    button.setFocus()
    ring = window._ring
    assert ring.isVisible()
    inside = ring.geometry().adjusted(4, 4, -4, -4)
    assert inside.size() == button.size()
    assert inside.topLeft() == button.mapTo(window, button.rect().topLeft())


def test_only_one_button_of_a_running_session_is_primary(session: MainWindow) -> None:
    session.strip.show_line(hunt_line(HuntFacts(elapsed_s=60, slope_bytes_per_s=1e6)))
    primary = [
        each.text()
        for each in session.findChildren(QPushButton)
        if each.property("kind") == "primary" and session.dock_area.parent().isAncestorOf(each)
    ]
    assert primary == ["Freeze baseline"]


@pytest.mark.parametrize("width", [1280, 1440, 2560])
def test_no_text_of_the_toolbar_is_cut(session: MainWindow, qtbot: QtBot, width: int) -> None:
    session.resize(width, 900)
    qtbot.waitUntil(lambda: session.toolbar.width() == width)

    def cut() -> list[str]:
        labels = [each for each in session.toolbar.findChildren(QLabel) if each.isVisible() and each.text()]
        return [each.text() for each in labels if each.width() < each.sizeHint().width()]

    qtbot.waitUntil(lambda: not cut())


def test_icons_without_text_have_a_name(session: MainWindow) -> None:
    from PySide6.QtWidgets import QToolButton

    nameless = [
        each
        for each in session.findChildren(QToolButton)
        if not each.text() and not each.accessibleName() and each.objectName() != "qt_menubar_ext_button"
    ]
    assert not nameless


# dialogs and the end


def test_closing_can_be_refused(window: MainWindow) -> None:
    window.may_close = lambda: False
    window.close()
    assert window.isVisible()
    window.may_close = lambda: True
    assert window.close()


def test_a_notice_is_shown_over_the_window(session: MainWindow) -> None:
    session.tell(Notice("Graph saved", "a.svg", "ok"))
    assert session.notices.isVisible()
    assert session.rect().contains(session.notices.geometry())


def test_a_closed_window_is_freed(qapp: QApplication, tmp_path: Path) -> None:
    made = make_window(Settings(tmp_path / "x.ini"))
    made.show()
    made.show_session("a.py")
    gone = weakref.ref(made)
    made.close()
    made.deleteLater()
    del made
    import gc

    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert gone() is None
