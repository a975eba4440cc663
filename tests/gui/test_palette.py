"""The command palette: what fits, in which order, and by which keys it is used."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from refscope.gui.actions import ACTIONS, WindowFacts
from refscope.gui.palette_entries import (
    Entry,
    Wanted,
    action_entries,
    address_entries,
    ask,
    ranked,
    setting_entries,
)
from refscope.gui.palette_list import PaletteModel
from refscope.gui.palette_match import match
from refscope.gui.palette_window import Palette
from refscope.gui.preferences import PREFERENCES
from refscope.gui.theme import Theme, dress

RUNNING = WindowFacts(in_session=True, is_running=True, can_run_again=True, freezes=1)
KEYS = {spec.key: spec.shortcut for spec in ACTIONS}


# what fits


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("freeze", "Freeze", (0, 1, 2, 3, 4, 5)),
        ("find gr", "Find in graph…", (0, 1, 2, 3, 8, 9)),
        ("graph find", "Find in graph…", (0, 1, 2, 3, 8, 9, 10, 11, 12)),
        ("rl", "Reset layout", (0, 6)),
        ("rload", "ResourceLoader", (0, 8, 9, 10, 11)),
        ("", "Freeze", ()),
    ],
)
def test_letters_that_fit_are_found(query: str, text: str, places: tuple[int, ...]) -> None:
    found = match(query, text)
    assert found is not None
    assert found.places == places


@pytest.mark.parametrize(("query", "text"), [("frez e x", "Freeze"), ("zz", "Freeze"), ("ee", "Mark")])
def test_what_does_not_fit_is_not_found(query: str, text: str) -> None:
    assert match(query, text) is None


def test_the_nearer_fit_comes_first() -> None:
    entries = [
        Entry(text, text) for text in ("Find in graph…", "Graph", "Export graph…", "Type a graph name")
    ]
    assert next(each.entry.text for each in ranked(entries, "graph")) == "Graph"


def test_lately_chosen_actions_come_first() -> None:
    listed = ranked(action_entries(RUNNING, KEYS), "", recent=("mark", "freeze"))
    assert [each.entry.key for each in listed[:2]] == ["mark", "freeze"]
    assert listed[0].is_recent
    assert not listed[2].is_recent


def test_what_is_off_says_why_and_comes_last() -> None:
    ended = replace(RUNNING, is_running=False)
    listed = ranked(action_entries(ended, KEYS), "")
    freeze = next(each.entry for each in listed if each.entry.key == "freeze")
    assert freeze.off == "the program has ended"
    offs = [bool(each.entry.off) for each in listed]
    assert offs == sorted(offs)


def test_every_action_is_listed_with_its_key() -> None:
    listed = {entry.key: entry.keys for entry in action_entries(RUNNING, KEYS)}
    assert listed == KEYS


def test_an_action_is_found_by_its_menu() -> None:
    assert ranked(action_entries(RUNNING, KEYS), "theme dark")[0].entry.key == "theme_dark"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [(":Loader", (Wanted.TYPE, "Loader")), ("@ A", (Wanted.MOMENT, "A")), ("#2", (Wanted.SUSPECT, "2")),
     ("0x7f", (Wanted.ADDRESS, "0x7f")), (">dark", (Wanted.SETTING, "dark")),
     (" fr ", (Wanted.ACTION, "fr"))],
)  # fmt: skip
def test_the_first_sign_says_what_is_looked_for(text: str, wanted: tuple[Wanted, str]) -> None:
    assert ask(text) == wanted


@pytest.mark.parametrize(
    ("text", "has_freeze", "off"),
    [("0x7f", True, ""), ("0x", True, "not an address yet"), ("0xzz", True, "not an address yet"),
     ("0x7f", False, "nothing is frozen yet")],
)  # fmt: skip
def test_an_address_can_be_gone_to_after_a_freeze(text: str, has_freeze: bool, off: str) -> None:
    (entry,) = address_entries(text, has_freeze=has_freeze)
    assert entry.off == off


def test_settings_are_listed_with_their_value_and_choices() -> None:
    entries = setting_entries({preference.key: preference.default for preference in PREFERENCES})
    notes = {entry.text: entry.note for entry in entries}
    assert notes["Siblings…"] == "Graph · 12 nodes"
    assert "Motion: Off" in notes
    assert "Motion: Automatic" not in notes  # it is chosen already


# by keys

ROWS = [Entry("freeze", "Freeze", "Session", "F8"), Entry("mark", "Mark", off="the program has ended"),
        *(Entry(f"panel_{n}", f"Panel {n}") for n in range(20))]  # fmt: skip


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.before = QLineEdit()
        QVBoxLayout(self).addWidget(self.before)


@pytest.fixture
def palette(qtbot: QtBot, theme: Theme) -> Palette:
    window = Window()
    qtbot.addWidget(window)
    window.resize(1000, 700)
    made = Palette(window, lambda text: ranked(ROWS, text))
    dress(window, theme)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.before.setFocus()
    made.open()
    return made


def test_it_opens_ready_to_type_and_gives_the_keyboard_back(palette: Palette, qtbot: QtBot) -> None:
    assert palette.field.hasFocus()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert palette.isHidden()
    assert palette.window().before.hasFocus()  # type: ignore[attr-defined]


def test_typing_and_enter_choose(palette: Palette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.field, "panel 7")
    with qtbot.waitSignal(palette.chosen) as told:
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert told.args == ["panel_7"]
    assert palette.isHidden()


def test_what_is_off_cannot_be_chosen(palette: Palette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.field, "mark")
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()


@pytest.mark.parametrize(
    ("keys", "row"),
    [([Qt.Key.Key_Down], 1), ([Qt.Key.Key_Up], 21), ([Qt.Key.Key_PageDown, Qt.Key.Key_PageDown], 20),
     ([Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Backtab], 1), ([Qt.Key.Key_PageUp], 0)],
)  # fmt: skip
def test_arrows_go_through_the_list(palette: Palette, qtbot: QtBot, keys: list[Qt.Key], row: int) -> None:
    for key in keys:
        qtbot.keyClick(palette.field, key)
    assert palette.list.currentIndex().row() == row
    assert palette.field.hasFocus()


def test_a_click_chooses(palette: Palette, qtbot: QtBot) -> None:
    at = palette.list.visualRect(palette.model.index(0)).center()
    with qtbot.waitSignal(palette.chosen) as told:
        qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert told.args == ["freeze"]


def test_it_closes_when_the_keyboard_goes_elsewhere(palette: Palette) -> None:
    palette.window().before.setFocus()  # type: ignore[attr-defined]
    assert palette.isHidden()


def test_a_name_that_nothing_has_is_said(palette: Palette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.field, "qqq")
    assert palette._nothing.text() == "Nothing is called “qqq”."
    assert palette.list.isHidden()


@pytest.mark.parametrize("size", [(900, 600), (500, 380), (2560, 1440)])
def test_it_stays_inside_the_window(palette: Palette, qtbot: QtBot, size: tuple[int, int]) -> None:
    window = palette.window()
    window.resize(*size)

    def inside() -> bool:
        return window.rect().contains(palette.geometry()) and window.width() == size[0]

    qtbot.waitUntil(inside)
    assert palette.mapTo(window, QPoint(0, 0)).y() > 0


def test_its_model_keeps_the_rules() -> None:
    model = PaletteModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_rows(ranked(ROWS, ""))
    model.show_rows(ranked(ROWS, "panel"))
    assert model.rowCount() == 20
    spoken = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Panel 0"
    del tester
