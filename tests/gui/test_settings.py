"""Settings and keys of actions: what is kept, what is told, what can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from refscope.gui.actions import ACTIONS
from refscope.gui.launch_form import LaunchForm, RunMode
from refscope.gui.preferences import (
    EDITOR,
    KEEP_ENVIRONMENT,
    PREFERENCES,
    SIBLINGS,
    TEXT_SCALE,
    THEME,
    Kind,
    Preference,
    Value,
)
from refscope.gui.settings import RecentEntry, Settings
from refscope.gui.shortcuts import Shortcuts


def another(preference: Preference) -> Value:
    """A value that is not the default."""
    if preference.choices:
        return next(value for value, _words in preference.choices if value != preference.default)
    if preference.kind is Kind.SWITCH:
        return not preference.default
    return preference.low if preference.kind is Kind.NUMBER else "/somewhere {path}"


@pytest.mark.parametrize("preference", PREFERENCES, ids=lambda preference: preference.key)
def test_what_is_chosen_is_there_in_the_next_run(tmp_path: Path, preference: Preference) -> None:
    first = Settings(tmp_path / "window.ini")
    assert first.value(preference) == preference.default
    first.choose(preference, another(preference))
    first.sync()
    again = Settings(tmp_path / "window.ini")
    assert again.value(preference) == another(preference)


@pytest.mark.parametrize(
    ("preference", "stored", "read"),
    [(THEME, "purple", "system"), (TEXT_SCALE, "large", 1.0), (TEXT_SCALE, "1.07", 1.0),
     (SIBLINGS, "900", 50), (SIBLINGS, "few", 12), (KEEP_ENVIRONMENT, "perhaps", False)],
)  # fmt: skip
def test_a_stored_value_that_is_not_allowed_is_the_default(
    preference: Preference, stored: str, read: Value
) -> None:
    assert preference.read(stored) == read


def test_a_choice_is_told_once(settings: Settings, qtbot: QtBot) -> None:
    with qtbot.waitSignal(settings.changed) as told:
        settings.choose(THEME, "dark")
    assert told.args == [THEME.key]
    with qtbot.assertNotEmitted(settings.changed):
        settings.choose(THEME, "dark")


def test_a_reset_can_be_undone(settings: Settings) -> None:
    settings.choose(THEME, "dark")
    settings.choose(EDITOR, "vi +{line} {path}")
    settings.choose_shortcut("freeze", "Ctrl+Alt+F")
    before = settings.reset()
    assert (settings.theme, settings.value(EDITOR), settings.shortcuts()) == ("system", "", {})
    told: list[str] = []
    settings.changed.connect(told.append)
    settings.restore(before)
    assert (settings.theme, settings.value(EDITOR)) == ("dark", "vi +{line} {path}")
    assert settings.shortcuts() == {"freeze": "Ctrl+Alt+F"}
    assert set(told) == {THEME.key, EDITOR.key, "shortcuts"}


def test_a_reset_leaves_recent_targets_and_layouts(settings: Settings) -> None:
    settings.remember(RecentEntry(1.0, LaunchForm(RunMode.SCRIPT, "/a.py")))
    settings.reset()
    assert len(settings.recent()) == 1


@pytest.mark.parametrize(("keeps", "value"), [(False, ""), (True, "s3cret")])
def test_values_of_variables_are_kept_only_when_asked(settings: Settings, keeps: bool, value: str) -> None:
    settings.choose(KEEP_ENVIRONMENT, keeps)
    form = LaunchForm(RunMode.SCRIPT, "/a.py", environment=(("TOKEN", "s3cret"),))
    settings.remember(RecentEntry(1.0, form))
    kept = settings.recent()[0].form
    assert kept is not None
    assert kept.environment == (("TOKEN", value),)


def test_commands_of_the_palette_are_kept_latest_first(settings: Settings) -> None:
    for key in ("freeze", "mark", "freeze"):
        settings.note_command(key)
    assert settings.recent_commands() == ["freeze", "mark"]


# keys


def test_keys_are_those_of_the_table_until_others_are_chosen(settings: Settings) -> None:
    shortcuts = Shortcuts(settings)
    assert shortcuts.all() == {spec.key: spec.shortcut for spec in ACTIONS}
    shortcuts.choose("freeze", "Ctrl+Alt+F")
    assert (shortcuts.of("freeze"), shortcuts.is_changed("freeze")) == ("Ctrl+Alt+F", True)
    shortcuts.choose("freeze", "F8")
    assert (settings.shortcuts(), shortcuts.is_changed("freeze")) == ({}, False)


def test_an_action_may_have_no_key(settings: Settings) -> None:
    shortcuts = Shortcuts(settings)
    shortcuts.choose("freeze", "")
    assert shortcuts.of("freeze") == ""
    assert shortcuts.why_not("mark", "F8") == ""


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ("F7", "F7 is already Mark."),
        ("R", "A key of the window needs Ctrl or Alt, or is a function key."),
        ("Shift+R", "A key of the window needs Ctrl or Alt, or is a function key."),
        ("Ctrl+C", "In the graph Ctrl+C is Copy expression."),
        ("Ctrl+Alt+F", ""),
        ("Shift+F9", ""),
        ("", ""),
    ],
)
def test_keys_that_cannot_be_had_say_why(settings: Settings, keys: str, reason: str) -> None:
    assert Shortcuts(settings).why_not("freeze", keys) == reason
