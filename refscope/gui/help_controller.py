"""The windows beside a window: settings, keys, help, doctor, about; and the fresh start after an error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from refscope.gui.commands import Commands
from refscope.gui.dialogs import about_dialog, crash_dialog
from refscope.gui.editor import open_source
from refscope.gui.help_dialogs import doctor_dialog, help_dialog, shortcuts_dialog
from refscope.gui.help_topics import START, TOPICS
from refscope.gui.preferences import EDITOR
from refscope.gui.settings_dialog import KEYS, SettingsDialog
from refscope.gui.state_values import Notice
from refscope.gui.theme import dress

if TYPE_CHECKING:  # loads most of the core, for which the start page must not wait
    from refscope.api.machine import Finding
    from refscope.gui.window_controller import WindowController


class HelpController(QObject):
    """See the module."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._settings_dialog: SettingsDialog | None = None

    def offer(self, commands: Commands) -> None:
        """Say what is carried out here."""
        commands.offer({
            "settings": self.open_settings, "shortcuts": self.show_shortcuts, "doctor": self.show_doctor,
            "about": self.show_about, "help_panel": self.show_help,
        })  # fmt: skip
        commands.offer_prefix("setting", self.open_settings)
        commands.offer_prefix("source", self._open_place)

    def open_settings(self, place: str = "") -> None:
        """Open the settings, at a page or at one of them."""
        window, dialog = self._controller.window, self._settings_dialog
        if dialog is None or not isValid(dialog):
            dialog = SettingsDialog(window, self._controller.settings, window.shortcuts)
            self._settings_dialog = dialog
            dress(dialog, window.theme)
        if place:
            dialog.go_to(place)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def show_shortcuts(self) -> None:
        """Every key that holds now."""
        window = self._controller.window
        shortcuts_dialog(window, window.theme, window.shortcuts.all(), lambda: self.open_settings(KEYS))

    def show_help(self) -> None:
        """What the panel that has the keyboard is for."""
        window = self._controller.window
        topic = TOPICS.get(window.current_panel, START) if window.facts.in_session else START
        saving = window.keys.of("export_panel") if topic.saved else ""
        if saving:
            topic = replace(topic, gestures=(*topic.gestures, (saving, topic.saved)))
        help_dialog(window, window.theme, topic)

    def show_about(self) -> None:
        """Versions and the log folder."""
        window = self._controller.window
        about_dialog(window, window.theme, window.log_folder)

    def show_doctor(self) -> None:
        """Look at this machine, then show what was found."""

        def done(findings: list[Finding]) -> None:
            window = self._controller.window
            doctor_dialog(window, window.theme, findings)

        lane = self._controller.jobs.questions
        lane.ask("Look at this machine", lambda _job: _findings(), done, topic="doctor")

    def show_crash(self, report: str) -> QDialog:
        """An error of RefScope's own."""
        window = self._controller.window
        return crash_dialog(window, window.theme, report, self.restart)

    def restart(self) -> None:
        """A fresh window in place of this one, with the form as it was; asks while a program runs."""
        controller = self._controller
        if not controller.may_close():
            return
        form = controller.window.start_page.form.form()

        def take_its_place(fresh: WindowController) -> None:
            fresh.window.start_page.form.set_form(form)
            controller.window.may_close = lambda: True  # it was asked already
            controller.window.close()

        controller.services.open_window(take_its_place)

    def look_for_worries(self) -> None:
        """Have what may get in the way of freezing said in the status bar."""

        def done(found: list[str]) -> None:
            self._controller.window.status.set_worry(found[0] if found else "")

        lane = self._controller.jobs.questions
        lane.ask("Look for what may be in the way", lambda _job: _worries(), done, topic="worries")

    def open_source(self, path: str, line: int) -> None:
        """Open a source in the editor that was chosen."""
        problem = open_source(str(self._controller.settings.value(EDITOR)), path, line)
        if problem:
            self._controller.window.tell(Notice("The source could not be opened", problem, "error"))

    def _open_place(self, place: str) -> None:
        path, _, line = place.rpartition(":")
        self.open_source(path, int(line))


def _findings() -> list[Finding]:
    """On a lane."""
    from refscope.api.machine import look

    return list(look())


def _worries() -> list[str]:
    """On a lane."""
    from refscope.api.machine import worries

    return worries()
