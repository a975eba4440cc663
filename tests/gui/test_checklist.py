"""What of the checklist for pictures can be computed: nothing cut, small, nameless or lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenuBar,
    QPushButton,
    QSpinBox,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from refscope.errors import AttachRefused
from refscope.gui.actions import ACTIONS
from refscope.gui.fonts import SMALLEST_PX
from refscope.gui.launch_form import InterpreterChoice, LaunchForm, RunMode
from refscope.gui.layouts import HUNT, WATCH
from refscope.gui.palette_entries import action_entries
from refscope.gui.preferences import TEXT_SCALE
from refscope.gui.settings import RecentEntry, Settings
from refscope.gui.steps import at_once
from refscope.gui.toolbar import ProgramState
from refscope.gui.window_building import building
from refscope.gui.window_controller import Services, WindowController
from refscope.session.running import RunningPython

PYTHONS = [
    InterpreterChoice("/usr/bin/python3.11", "3.11.2", "system"),
    InterpreterChoice("/p/3.7", "3.7.16"),
]

LONG_TITLE = "/opt/products/intake/bin/consumer --queue incoming --workers 12 --log-level warning"
RUNNING = [
    RunningPython(4711, ("python", "train.py"), "/py", (3, 11), "ada", str(Path.home()), 812 << 20, 1e9),
    RunningPython(912345, tuple(LONG_TITLE.split()), "/usr/bin/consumer", None, "www-data", "/", 1, 2e9),
]
REFUSED = AttachRefused(
    "This process may not be attached to",
    "kernel.yama.ptrace_scope is 1. 0 allows it, until the next boot.",
    command="sudo sysctl kernel.yama.ptrace_scope=0",
)


def never(*_: object, **__: object) -> WindowController:
    raise AssertionError("nothing is started here")


@pytest.fixture
def controller(qtbot: QtBot, settings: Settings) -> Iterator[WindowController]:
    services = Services(
        launch=never,
        attach=never,
        running=lambda: RUNNING,
        children=never,
        admit=never,
        open_capture=never,
        discover=lambda _script, _folder: iter(PYTHONS),
        probe=InterpreterChoice,
        open_window=never,
        window_of=never,
    )
    made = at_once(building(services, settings))
    made.window.show()
    qtbot.waitUntil(lambda: not made.jobs.questions.is_busy)
    yield made
    made.window.close()
    made.window.deleteLater()  # else each change of the style sheet dresses all windows of all tests
    made.deleteLater()


def shown(window: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [each for each in window.findChildren(kind) if each.isVisible()]


def cut(window: QWidget) -> list[str]:
    """Texts that have less room than they need."""
    found = []
    for label in shown(window, QLabel):
        assert isinstance(label, QLabel)
        if not label.text():
            continue
        if label.wordWrap():
            is_cut = label.height() < label.heightForWidth(label.width()) - 1
        else:
            is_cut = label.width() < label.sizeHint().width() - 1
        if is_cut:
            found.append(label.text())
    for button in shown(window, QPushButton):
        assert isinstance(button, QPushButton)
        if button.width() < button.sizeHint().width() - 1 and button.text():
            found.append(button.text())
    return found


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (900, 600)], ids=str)
@pytest.mark.parametrize("page", ["first run", "start", "attach", "refused", WATCH, HUNT, "attached"])
def test_no_text_of_the_frame_is_cut(
    controller: WindowController, qtbot: QtBot, page: str, size: tuple[int, int]
) -> None:
    window = controller.window
    window.resize(*size)
    if page == "start":
        form = LaunchForm(RunMode.SCRIPT, str(Path.home() / "src" / "load_apps.py"), "--apps 3")
        controller.start.page.remember(
            RecentEntry(1.0, form, python="3.7.16", result="1 leak: Processor.instance_map", verdict="leak")
        )
    elif page in ("attach", "refused"):
        controller.start.show_attach()
        qtbot.waitUntil(lambda: window.start_page.attach.model.rowCount() == len(RUNNING))
        window.start_page.attach.table.selectRow(0)
        window.start_page.attach.show_problem(REFUSED if page == "refused" else None)
    elif page in (WATCH, HUNT, "attached"):
        name = "load_apps.py (pid 912345)" if page == "attached" else "load_apps.py"
        window.show_session(name)
        window.show_program(ProgramState(name, "3.11.7", 252, is_attached=page == "attached"))
        controller.panels.console.set_elsewhere(page == "attached")
        window.show_layout(HUNT if page == HUNT else WATCH)
    qtbot.waitUntil(lambda: window.width() == size[0] and not cut(window), timeout=10_000)


@pytest.mark.parametrize("scale", [0.85, 1.3, 2.0])
def test_no_text_of_the_start_page_is_cut_at_any_text_size(
    controller: WindowController, qtbot: QtBot, scale: float
) -> None:
    controller.window.resize(1440, 900)
    controller.settings.choose(TEXT_SCALE, scale)
    qtbot.waitUntil(lambda: not cut(controller.window), timeout=10_000)


@pytest.mark.parametrize("scale", [0.85, 1.0])
def test_nothing_is_smaller_than_the_smallest_text(controller: WindowController, scale: float) -> None:
    controller.settings.choose(TEXT_SCALE, scale)
    controller.window.show_session("a.py")
    controller.window.show_layout(HUNT)
    small = [
        (type(each).__name__, each.font().pixelSize())
        for each in controller.window.findChildren(QWidget)
        if 0 <= each.font().pixelSize() < int(SMALLEST_PX)
    ]
    assert not small


def test_what_has_no_text_has_a_name(controller: WindowController) -> None:
    window = controller.window
    window.show_session("a.py")
    window.show_layout(HUNT)
    nameless = [
        (type(each).__name__, each.objectName(), type(each.parentWidget()).__name__)
        for each in window.findChildren(QWidget)
        if isinstance(each, QAbstractButton | QComboBox | QSpinBox)
        and not each.accessibleName()
        and not (isinstance(each, QAbstractButton) and each.text())
        and not each.objectName().startswith("qt_")
        and not isinstance(each.parentWidget(), QLineEdit)  # its clear button, Qt's own
        and not (isinstance(each, QPushButton) and not each.isVisible())  # it has no text until then
    ]
    assert not nameless


def test_icons_without_text_tell_what_they_do(controller: WindowController) -> None:
    silent = [
        (each.accessibleName(), type(each.parentWidget()).__name__)
        for each in controller.window.findChildren(QToolButton)
        if not each.text()
        and not each.toolTip()
        and not isinstance(each.parentWidget(), QTabBar | QLineEdit | QMenuBar)  # Qt's own
    ]
    assert not silent


def test_every_action_is_carried_out_by_somebody(controller: WindowController) -> None:
    own = set(controller.window._own) | {spec.key for spec in ACTIONS if spec.key.startswith("panel_")}
    assert not [spec.key for spec in ACTIONS if spec.key not in own | controller.commands.keys]


def test_every_panel_action_names_a_panel(controller: WindowController) -> None:
    window = controller.window
    panels = {tab.key for dock in window.docks.values() for tab in dock.tabs}
    named = {spec.key.removeprefix("panel_") for spec in ACTIONS if spec.menu == "Go/Panels"}
    assert named - {key.removeprefix("panel_") for key in window._own} <= panels


def test_every_action_is_in_the_palette_and_in_a_menu(controller: WindowController) -> None:
    listed = {entry.key for entry in action_entries(controller.window.facts, {})}
    assert listed == {spec.key for spec in ACTIONS}
    for key, action in controller.window.menus.actions.items():
        assert action.associatedObjects(), key


def test_no_two_entries_of_a_menu_share_a_letter(controller: WindowController) -> None:
    twice = []
    for path in {spec.menu for spec in ACTIONS}:
        letters: dict[str, str] = {}
        for action in controller.window.menus.menu(path).actions():
            text = action.text().partition("\t")[0]
            at = text.find("&")
            letter = text[at + 1].lower() if at >= 0 else ""
            if letter and letter in letters:
                twice.append(f"{path}: {letters[letter]} and {text}")
            letters[letter] = text
    assert not twice


def test_the_frame_is_reached_by_tab(controller: WindowController) -> None:
    window = controller.window
    window.show_session("a.py")
    wanted = {button for button in window.toolbar.findChildren(QPushButton) if button.isVisible()}
    wanted |= {window.toolbar.search}
    seen: set[QWidget] = set()
    current: QWidget | None = window
    for _ in range(2000):
        current = current.nextInFocusChain() if current is not None else None
        if current is None:
            break
        seen.add(current)
    assert wanted <= seen
    assert QApplication.focusWidget() is not window
