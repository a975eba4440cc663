"""The settings dialog by real events: what is chosen holds at once, and everything can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from refscope.gui import settings_dialog_rows
from refscope.gui.parts import IconField, Segments
from refscope.gui.preferences import (
    EDITOR,
    EXPORT_FOLDER,
    GUIDE,
    PAGES,
    PREFERENCES,
    SAMPLE_HZ,
    SIBLINGS,
    THEME,
    Preference,
)
from refscope.gui.settings import Settings
from refscope.gui.settings_dialog import KEYS, SettingsDialog
from refscope.gui.settings_dialog_keys import KeysModel
from refscope.gui.shortcuts import Shortcuts
from refscope.gui.theme import Theme, dress


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme, settings: Settings, parent: QWidget) -> SettingsDialog:
    made = SettingsDialog(parent, settings, Shortcuts(settings))
    dress(made, theme)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_it_is_not_modal_and_begins_with_looks(dialog: SettingsDialog) -> None:
    assert not dialog.isModal()
    assert dialog.pages.currentItem().text() == "Looks"


def test_every_preference_has_a_line_on_its_page(dialog: SettingsDialog, qtbot: QtBot) -> None:
    for number, page in enumerate(PAGES):
        dialog.pages.setCurrentRow(number)
        lines = [made for made in dialog.rows.values() if made.preference.page == page]
        assert lines
        qtbot.waitUntil(lambda lines=lines: all(made.isVisible() for made in lines))  # type: ignore[misc]
    assert set(dialog.rows) == {preference.key for preference in PREFERENCES}


def test_a_click_on_a_choice_holds_at_once(dialog: SettingsDialog, qtbot: QtBot, settings: Settings) -> None:
    control = dialog.rows[THEME.key].control
    assert isinstance(control, Segments)
    qtbot.mouseClick(control.button("dark"), Qt.MouseButton.LeftButton)
    assert settings.theme == "dark"


def test_a_list_a_number_a_switch_and_a_text_hold_at_once(
    dialog: SettingsDialog, qtbot: QtBot, settings: Settings
) -> None:
    box, spin = dialog.rows[SAMPLE_HZ.key].control, dialog.rows[SIBLINGS.key].control
    switch, field = dialog.rows[GUIDE.key].control, dialog.rows[EDITOR.key].control
    assert isinstance(box, QComboBox)
    assert isinstance(spin, QSpinBox)
    assert isinstance(switch, QCheckBox)
    assert isinstance(field, IconField)
    dialog.go_to("Recording")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    dialog.go_to("Graph")
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    dialog.go_to("Files")
    qtbot.keyClicks(field, "vi")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert dialog.isVisible()  # Enter presses no button
    found = [settings.value(each) for each in (SAMPLE_HZ, SIBLINGS, GUIDE, EDITOR)]
    assert found == [20, 13, False, "vi"]


def test_it_follows_what_is_chosen_elsewhere(dialog: SettingsDialog, settings: Settings) -> None:
    settings.choose(SIBLINGS, 20)
    settings.theme = "light"
    assert dialog.rows[SIBLINGS.key].value == 20
    assert dialog.rows[THEME.key].value == "light"


@pytest.mark.parametrize("preference", PREFERENCES, ids=lambda preference: preference.key)
def test_it_shows_what_holds(dialog: SettingsDialog, preference: Preference) -> None:
    assert dialog.rows[preference.key].value == preference.default


def test_a_folder_can_be_browsed_for(
    dialog: SettingsDialog, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings_dialog_rows.QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    dialog.rows[EXPORT_FOLDER.key]._browse()
    assert settings.value(EXPORT_FOLDER) == str(tmp_path)


def test_reset_asks_nothing_and_can_be_undone(
    dialog: SettingsDialog, qtbot: QtBot, settings: Settings
) -> None:
    settings.theme = "dark"
    settings.choose_shortcut("freeze", "Ctrl+Alt+F")
    qtbot.mouseClick(dialog._reset, Qt.MouseButton.LeftButton)
    assert (settings.theme, settings.shortcuts()) == ("system", {})
    assert dialog._told.text() == "2 settings as they came."
    qtbot.mouseClick(dialog._undo, Qt.MouseButton.LeftButton)
    assert (settings.theme, settings.shortcuts()) == ("dark", {"freeze": "Ctrl+Alt+F"})
    assert dialog._undo.isHidden()


def test_a_setting_is_gone_to_by_its_key(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.go_to(EDITOR.key)
    assert dialog.pages.currentItem().text() == "Files"
    qtbot.waitUntil(dialog.rows[EDITOR.key].control.hasFocus)


# keys


def chosen(dialog: SettingsDialog, action: str) -> None:
    dialog.go_to(KEYS)
    dialog.keys.go_to(action)


def press(dialog: SettingsDialog, qtbot: QtBot, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    qtbot.keyClick(dialog.keys.keys, combination.key(), combination.keyboardModifiers())


def test_new_keys_are_pressed_and_set(dialog: SettingsDialog, qtbot: QtBot, settings: Settings) -> None:
    chosen(dialog, "freeze")
    qtbot.keyClick(dialog.keys.table, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.keys.keys.hasFocus)
    press(dialog, qtbot, "Ctrl+Alt+F")
    qtbot.mouseClick(dialog.keys._set, Qt.MouseButton.LeftButton)
    assert settings.shortcuts() == {"freeze": "Ctrl+Alt+F"}
    at = dialog.keys.model.row_of("freeze")
    assert dialog.keys.model.data(dialog.keys.model.index(at, 2)) == "Ctrl+Alt+F"


def test_keys_of_another_action_are_told_and_cannot_be_set(dialog: SettingsDialog, qtbot: QtBot) -> None:
    chosen(dialog, "freeze")
    press(dialog, qtbot, "F7")
    assert dialog.keys._problem.text() == "F7 is already Mark."
    assert not dialog.keys._set.isEnabled()


def test_an_action_can_lose_its_key_and_have_it_again(
    dialog: SettingsDialog, qtbot: QtBot, settings: Settings
) -> None:
    chosen(dialog, "freeze")
    assert not dialog.keys._default.isEnabled()
    qtbot.mouseClick(dialog.keys._none, Qt.MouseButton.LeftButton)
    assert settings.shortcuts() == {"freeze": ""}
    qtbot.mouseClick(dialog.keys._default, Qt.MouseButton.LeftButton)
    assert settings.shortcuts() == {}


def test_the_key_it_came_with_may_be_taken(dialog: SettingsDialog, settings: Settings) -> None:
    settings.choose_shortcut("freeze", "")
    settings.choose_shortcut("mark", "F8")
    chosen(dialog, "freeze")
    assert not dialog.keys._default.isEnabled()
    assert dialog.keys._default.toolTip() == "F8 is already Mark."


def test_an_action_is_found_by_its_name_or_key(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.go_to(KEYS)
    qtbot.keyClicks(dialog.keys.search, "F8")
    assert dialog.keys.model.spec_at(0).key == "freeze"  # type: ignore[union-attr]
    dialog.keys.search.setText("qqqq")
    assert dialog.keys.model.rowCount() == 0
    assert not dialog.keys._set.isEnabled()


def test_the_list_of_keys_keeps_the_rules(settings: Settings) -> None:
    model = KeysModel(Shortcuts(settings))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_matching("freeze")
    model.show_matching("")
    model.refresh()
    assert model.rowCount() > 40
    del tester
