"""The start page by real events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent, QFontMetrics
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from refscope.gui.launch_form import ExampleCard, InterpreterChoice, LaunchForm, RecentTarget, RunMode
from refscope.gui.recent_column import RecentColumn
from refscope.gui.start_page import StartPage
from refscope.gui.theme import Theme, dress, wear
from tests.gui.conftest import hover

PYTHONS = (InterpreterChoice("/py311", "3.11.7", ".venv"), InterpreterChoice("/py39", "3.9.1", "system"))
FORM = LaunchForm(RunMode.SCRIPT, "/src/load_apps.py", "--apps 3", folder="/")
RECENT = (
    RecentTarget("run", "load_apps.py", "/src", "2 hours ago", "3.7", "1 leak: A.b", "leak", form=FORM),
    RecentTarget("capture", "after.refscope", "/captures", "yesterday", path="/captures/after.refscope"),
)
EXAMPLES = tuple(ExampleCard(f"ex{number}", f"Example {number}", "Lesson.", "cube") for number in range(8))


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> StartPage:
    made = StartPage()
    made.set_examples(EXAMPLES)
    made.set_interpreters(PYTHONS, is_searching=False)
    made.set_recent(RECENT)
    qtbot.addWidget(made)
    dress(made, theme)
    made.resize(1440, 848)
    made.show()
    return made


def button(widget: QWidget, text: str) -> QPushButton:
    return next(each for each in widget.findChildren(QPushButton) if each.text() == text)


@pytest.fixture
def script(tmp_path: Path) -> str:
    path = tmp_path / "work.py"
    path.write_text("print(1)\n")
    return str(path)


def test_run_emits_the_form_as_filled_in(page: StartPage, qtbot: QtBot, script: str) -> None:
    qtbot.keyClicks(page.form.target, script)
    qtbot.keyClicks(page.form.arguments, "--apps 3")
    with qtbot.waitSignal(page.launch_requested) as asked:
        qtbot.mouseClick(page.form.run_button, Qt.MouseButton.LeftButton)
    assert asked.args == [LaunchForm(RunMode.SCRIPT, script, "--apps 3", "/py311")]


@pytest.mark.parametrize("field", ["target", "arguments", "folder"])
def test_enter_in_any_field_runs(page: StartPage, qtbot: QtBot, script: str, field: str) -> None:
    page.form.set_script(script)
    with qtbot.waitSignal(page.launch_requested):
        qtbot.keyClick(getattr(page.form, field), Qt.Key.Key_Return)


def test_a_problem_stands_under_its_field_and_nothing_is_started(page: StartPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.form.target, "/no/such/script.py")
    with qtbot.assertNotEmitted(page.launch_requested):
        qtbot.mouseClick(page.form.run_button, Qt.MouseButton.LeftButton)
    line = page.form._problem_lines["target"]
    assert line.isVisible()
    assert line.title.text() == "The script does not exist"
    assert line.mapTo(page, QPoint()).y() > page.form.target.mapTo(page, QPoint()).y()
    qtbot.keyClicks(page.form.target, "x")
    assert not line.isVisible()


def test_a_folder_becomes_a_module_at_a_click(page: StartPage, qtbot: QtBot, tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__main__.py").touch()
    qtbot.keyClicks(page.form.target, str(package))
    page.form.run()
    qtbot.mouseClick(button(page, "Run as -m shop"), Qt.MouseButton.LeftButton)
    form = page.form.form()
    assert (form.mode, form.target, form.folder) == (RunMode.MODULE, "shop", str(tmp_path))


def test_a_python_that_cannot_be_used_offers_another(page: StartPage, qtbot: QtBot, script: str) -> None:
    old = InterpreterChoice("/py36", "3.6.9", reason="too old")
    page.set_interpreters((*PYTHONS, old), is_searching=False)
    page.form.set_script(script)
    page.form.python.choose("/py36")
    with qtbot.assertNotEmitted(page.launch_requested):
        page.form.run()
    qtbot.mouseClick(button(page, "Use 3.11.7"), Qt.MouseButton.LeftButton)
    assert page.form.form().python == "/py311"


def test_run_works_with_the_first_python_that_answered(page: StartPage, qtbot: QtBot, script: str) -> None:
    page.set_interpreters((), is_searching=True)
    page.set_interpreters(PYTHONS[1:], is_searching=True)
    page.form.set_script(script)
    with qtbot.waitSignal(page.launch_requested) as asked:
        page.form.run()
    assert asked.args[0].python == "/py39"


def test_a_python_picked_by_hand_stays_when_more_are_found(page: StartPage) -> None:
    page.form.python.choose("/py39")
    page.set_interpreters((InterpreterChoice("/py312", "3.12.1"), *PYTHONS), is_searching=False)
    assert page.form.form().python == "/py39"


def test_each_mode_keeps_its_own_text(page: StartPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.form.target, "script.py")
    qtbot.mouseClick(page.form.mode.button("module"), Qt.MouseButton.LeftButton)
    assert page.form.target.text() == ""
    qtbot.keyClicks(page.form.target, "pkg")
    qtbot.mouseClick(page.form.mode.button("script"), Qt.MouseButton.LeftButton)
    assert page.form.target.text() == "script.py"


def test_a_click_on_a_recent_run_fills_the_form(page: StartPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.recent.rows()[0], Qt.MouseButton.LeftButton)
    assert replace(page.form.form(), python="") == FORM


def test_a_click_on_a_recent_capture_opens_it(page: StartPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.open_requested) as asked:
        qtbot.mouseClick(page.recent.rows()[1], Qt.MouseButton.LeftButton)
    assert asked.args == ["/captures/after.refscope"]


def test_pin_and_remove_appear_under_the_pointer(page: StartPage, qtbot: QtBot) -> None:
    row = page.recent.rows()[0]
    buttons = row.findChildren(QToolButton)
    assert not any(each.isVisible() for each in buttons)
    hover(page, row)
    qtbot.waitUntil(lambda: all(each.isVisible() for each in buttons))
    with qtbot.waitSignal(page.recent.removed) as removed:
        qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert removed.args == [RECENT[0]]


def test_a_click_on_an_example_asks_for_it(page: StartPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.example_requested) as asked:
        qtbot.mouseClick(page._cards[3], Qt.MouseButton.LeftButton)
    assert asked.args == ["ex3"]


def test_an_example_can_be_started_by_the_keyboard(page: StartPage, qtbot: QtBot) -> None:
    page._cards[0].setFocus()
    with qtbot.waitSignal(page.example_requested):
        qtbot.keyClick(page._cards[0], Qt.Key.Key_Space)


def test_without_recent_targets_the_examples_come_first(page: StartPage) -> None:
    page.set_recent(())
    page.layout().activate()  # type: ignore[union-attr]
    column = page._column
    assert column.indexOf(page._examples) < column.indexOf(page.form)


@pytest.mark.parametrize(
    ("name", "is_capture"), [("job.py", False), ("run.refscope", True), ("notes.txt", None)]
)
def test_files_can_be_dropped_anywhere(
    page: StartPage, qtbot: QtBot, tmp_path: Path, name: str, is_capture: bool | None
) -> None:
    path = tmp_path / name
    path.touch()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    opened: list[str] = []
    page.open_requested.connect(opened.append)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(900, 700), Qt.DropAction.CopyAction, data, left, none)
    enter.ignore()
    page.dragEnterEvent(enter)
    assert enter.isAccepted() is (is_capture is not None)
    page.dropEvent(QDropEvent(QPointF(900, 700), Qt.DropAction.CopyAction, data, left, none))
    assert opened == ([str(path)] if is_capture else [])
    assert (page.form.target.text() == str(path)) is (is_capture is False)


def click_tab(page: StartPage, words: str, qtbot: QtBot) -> None:
    tabs = page._tabs
    at = next(at for at in range(tabs.count()) if tabs.tabText(at) == words)
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(at).center())


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_words_of_a_tab_have_room_in_bold(page: StartPage, scale: float) -> None:
    theme = Theme.light(scale)
    wear(page, theme)
    dress(page, theme)
    tabs, bold = page._tabs, QFontMetrics(theme.font("strong"))
    widths = [tabs.tabRect(at).width() for at in range(tabs.count())]
    for at, width in enumerate(widths):
        assert width >= bold.horizontalAdvance(tabs.tabText(at)) + tabs.iconSize().width() + 24
    tabs.setCurrentIndex(2)
    assert [tabs.tabRect(at).width() for at in range(tabs.count())] == widths


def test_tabs_are_told_to_screen_readers_as_tabs_and_which_is_selected(page: StartPage) -> None:
    told = QAccessible.queryAccessibleInterface(page._tabs)
    assert told.role() == QAccessible.Role.PageTabList
    names = [page._tabs.tabText(at) for at in range(page._tabs.count())]
    assert names == ["Run a program", "Attach to a running one", "Open a capture"]
    for chosen in range(3):
        page._tabs.setCurrentIndex(chosen)
        for at, name in enumerate(names):
            tab = told.child(at)
            assert (tab.role(), tab.text(QAccessible.Text.Name)) == (QAccessible.Role.PageTab, name)
            assert bool(tab.state().selected) is (at == chosen)


def test_arrow_keys_go_through_the_tabs_and_stay_there(page: StartPage, qtbot: QtBot) -> None:
    tabs = page._tabs
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    tabs.setFocus()
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert page.attach.isVisible()
    assert tabs.hasFocus()
    qtbot.keyClick(tabs, Qt.Key.Key_Left)
    assert page.form.isVisible()
    click_tab(page, "Attach to a running one", qtbot)
    assert page.attach.field.hasFocus()


@pytest.mark.parametrize(
    ("tab", "shown"), [("Run a program", "form"), ("Attach to a running one", "attach")], ids=str
)
def test_each_tab_shows_its_page_alone(page: StartPage, qtbot: QtBot, tab: str, shown: str) -> None:
    click_tab(page, "Open a capture", qtbot)
    assert not page.form.isVisible()
    assert not page.attach.isVisible()
    click_tab(page, tab, qtbot)
    assert [name for name in ("form", "attach") if getattr(page, name).isVisible()] == [shown]


@pytest.mark.parametrize("size", [(900, 548), (1280, 748), (2560, 1388)])
def test_no_field_is_cut_at_any_size(page: StartPage, qtbot: QtBot, size: tuple[int, int]) -> None:
    page.resize(*size)

    def fits(widget: QWidget) -> bool:
        return widget.mapTo(page, QPoint(widget.width(), 0)).x() <= page.width()

    fields = (page.form.target, page.form.run_button, page.form.python, *page._cards)
    qtbot.waitUntil(lambda: all(fits(field) for field in fields))


def test_cards_do_not_grow_with_a_very_wide_window(page: StartPage, qtbot: QtBot) -> None:
    page.resize(2560, 1388)
    qtbot.waitUntil(lambda: 260 < page._cards[0].width() < 320)


def test_environment_lines_become_variables(page: StartPage) -> None:
    page.form.environment.setPlainText("A=1\nnonsense\nB=x=y")
    assert page.form.form().environment == (("A", "1"), ("B", "x=y"))


def test_everything_can_be_reached_by_tab(page: StartPage) -> None:
    wanted = {page.form.target, page.form.arguments, page.form.python, page.form.folder, page.form.run_button}
    wanted |= {*page._cards, *page.recent.rows()}
    seen: set[QWidget] = set()
    current: QWidget = page
    for _ in range(200):
        current = current.nextInFocusChain()
        if current.focusPolicy() & Qt.FocusPolicy.TabFocus:
            seen.add(current)
    assert wanted <= seen


def test_rows_that_were_replaced_are_not_seen_any_more(qtbot: QtBot) -> None:
    column = RecentColumn()
    qtbot.addWidget(column)
    column.show()
    column.set_recent([RecentTarget("run", "one.py", "~", "now")])
    old = column.rows()[0]
    qtbot.waitUntil(old.isVisible)
    column.set_recent([RecentTarget("run", "two.py", "~", "now")])
    assert old.isHidden()
    qtbot.waitUntil(column.rows()[0].isVisible)
