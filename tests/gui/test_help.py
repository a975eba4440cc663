"""Help, doctor, about, the crash report, editors: what they say, and that none is modal."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from refscope.api import machine
from refscope.api.machine import Finding, worries
from refscope.gui import editor
from refscope.gui.actions import ACTIONS
from refscope.gui.dialogs import about_dialog, crash_dialog, versions
from refscope.gui.editor import editor_command, open_source
from refscope.gui.help_dialogs import doctor_dialog, help_dialog, shortcuts_dialog
from refscope.gui.help_topics import START, TOPICS
from refscope.gui.theme import Theme


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def texts(dialog: QDialog) -> str:
    fields = [each.toPlainText() for each in dialog.findChildren(QPlainTextEdit)]
    return "\n".join([each.text() for each in dialog.findChildren(QLabel)] + fields)


def button(dialog: QDialog, text: str) -> QPushButton:
    return next(each for each in dialog.findChildren(QPushButton) if each.text() == text)


def test_shortcuts_lists_the_keys_that_hold_now(parent: QWidget, theme: Theme) -> None:
    keys = {spec.key: spec.shortcut for spec in ACTIONS} | {"freeze": "Ctrl+Alt+F", "mark": ""}
    dialog = shortcuts_dialog(parent, theme, keys, lambda: None)
    shown = [each.text() for each in dialog.findChildren(QLabel)]
    assert shown[shown.index("Freeze") - 1] == "Ctrl+Alt+F"
    assert "Mark" not in shown
    assert shown[shown.index("Tidy") - 1] == "L"  # a key of the graph
    assert not dialog.isModal()


def test_shortcuts_leads_to_where_they_are_changed(parent: QWidget, theme: Theme, qtbot: QtBot) -> None:
    asked: list[int] = []
    dialog = shortcuts_dialog(parent, theme, {}, lambda: asked.append(1))
    qtbot.mouseClick(button(dialog, "Change…"), Qt.MouseButton.LeftButton)
    assert asked == [1]


@pytest.mark.parametrize("topic", [START, *TOPICS.values()], ids=lambda topic: topic.title)
def test_help_says_what_a_panel_is_for(parent: QWidget, theme: Theme, topic: object, qtbot: QtBot) -> None:
    dialog = help_dialog(parent, theme, topic)  # type: ignore[arg-type]
    assert topic.text in texts(dialog)  # type: ignore[attr-defined]

    def cut() -> list[str]:
        labels = dialog.findChildren(QLabel)
        needs = {each: each.heightForWidth(each.width()) if each.wordWrap() else 0 for each in labels}
        return [each.text() for each, height in needs.items() if each.height() < height]

    qtbot.waitUntil(lambda: not cut())


def test_the_doctor_says_what_is_missing_and_how_to_get_it(parent: QWidget, theme: Theme) -> None:
    found = [Finding("Window", True, "PySide6 is installed"), Finding("gdb", False, "not found", "apt it.")]
    dialog = doctor_dialog(parent, theme, found)
    assert "apt it." in texts(dialog)
    assert not dialog.isModal()


def test_small_memory_is_a_worry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "SMALL_BYTES", 1)
    assert worries() == []
    monkeypatch.setattr(machine, "SMALL_BYTES", 1 << 60)
    (told,) = worries()
    assert told.endswith("of memory are free for copies")


def test_about_can_be_copied_with_all_versions(parent: QWidget, theme: Theme, qtbot: QtBot) -> None:
    dialog = about_dialog(parent, theme, "/logs")
    qtbot.mouseClick(button(dialog, "Copy"), Qt.MouseButton.LeftButton)
    copied = QApplication.clipboard().text()
    for part in ("RefScope", "Python", "Qt", "numpy", "numba", "PySide6", "Logs: /logs"):
        assert part in copied


def test_versions_name_a_package_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("refscope.gui.dialogs.PARTS", ("numpy", "no-such-package-anywhere"))
    assert "no-such-package-anywhere missing" in versions()


def test_a_report_can_be_copied_and_the_window_restarted(parent: QWidget, theme: Theme, qtbot: QtBot) -> None:
    asked: list[int] = []
    dialog = crash_dialog(parent, theme, "ValueError: 7", lambda: asked.append(1))
    assert not dialog.isModal()
    qtbot.mouseClick(button(dialog, "Copy report"), Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == f"{versions()}\n\nValueError: 7"
    qtbot.mouseClick(button(dialog, "Restart window"), Qt.MouseButton.LeftButton)
    assert asked == [1]
    assert not dialog.isVisible()


# editors


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", []),
        ("code --goto {path}:{line}", ["code", "--goto", "/a b.py:7"]),
        ("kate -l {line}", ["kate", "-l", "7", "/a b.py"]),
        ("'/opt/my editor' {path}", ["/opt/my editor", "/a b.py"]),
    ],
)
def test_a_command_gets_path_and_line(command: str, words: list[str]) -> None:
    assert editor_command(command, "/a b.py", 7) == words


def test_an_editor_that_is_not_there_is_said() -> None:
    assert open_source("/no/such {path}", "/a.py", 3).startswith("/no/such could not be started")
    assert "quote" in open_source("vi '{path}", "/a.py", 3)


def test_without_an_editor_the_desktop_opens_it(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        editor.QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True
    )
    assert open_source("", "/a.py", 3) == ""
    assert opened == ["/a.py"]
