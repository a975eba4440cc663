"""What the start page shows: recent targets, Pythons as they answer, example cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from refscope.examples.catalog import EXAMPLES
from refscope.gui.jobs import Job, Jobs
from refscope.gui.launch_form import ExampleCard, InterpreterChoice, RecentTarget, numbers_of
from refscope.gui.settings import RecentEntry, Settings, shown_recent
from refscope.gui.start_page import StartPage
from refscope.text import counted, short_path

MOST_INTERPRETERS = 30

Discover = Callable[[str, str], Iterator[InterpreterChoice]]
"""(script, folder) → interpreters that answer, the likeliest first."""


class StartController(QObject):
    """Fills one start page. `recent_changed(targets)` whenever the list is another."""

    recent_changed = Signal(list)
    status_told = Signal(str)
    _found = Signal(object, list)

    def __init__(
        self,
        page: StartPage,
        settings: Settings,
        jobs: Jobs,
        discover: Discover,
        probe: Callable[[str], InterpreterChoice],
    ) -> None:
        super().__init__()
        self._page, self._settings, self._jobs = page, settings, jobs
        self._discover, self._probe = discover, probe
        self._found.connect(self._show_found)
        page.form.program_changed.connect(self.find_interpreters)
        page.form.python_browsed.connect(self.add_python)
        page.form.forget_requested.connect(self._forget_script)
        page.recent.pin_toggled.connect(self._toggle_pin)
        page.recent.removed.connect(self._forget)
        page.set_examples(example_cards())
        page.form.set_interpreters((), is_searching=True)

    def remember(self, entry: RecentEntry) -> None:
        """Put a target on top of the list; the examples have their cards instead."""
        if entry.form is not None and Path(entry.form.target).parent == EXAMPLES[0].script.parent:
            return
        self._settings.remember(entry)
        self.refresh_recent()

    def refresh_recent(self) -> None:
        """Show what is remembered."""
        targets = [shown_recent(entry) for entry in self._settings.recent()]
        self._page.set_recent(targets)
        self.recent_changed.emit(targets)

    def find_interpreters(self, script: str, folder: str) -> None:
        """Look for Pythons, those beside the script first; the list fills as they answer."""

        def work(job: Job) -> list[InterpreterChoice]:
            found: list[InterpreterChoice] = []
            for choice in self._discover(script, folder):
                job.cancel_signal.raise_if_cancelled()
                found.append(choice)
                self._found.emit(job, list(found))
                if len(found) >= MOST_INTERPRETERS:
                    break
            return found

        self._jobs.questions.ask("Look for Pythons", work, self._show_all, topic="pythons")

    def add_python(self, path: str) -> None:
        """Put a Python that was chosen by hand into the list, usable or with its reason."""

        def done(choice: InterpreterChoice) -> None:
            box = self._page.form.python
            others = [each for each in box.choices if each.path != path]
            box.set_choices([choice, *others], is_searching=False)
            box.choose(path)

        self._jobs.questions.ask(
            f"Probe {short_path(path)}", lambda _job: self._probe(path), done, topic="probe"
        )

    def _show_found(self, job: Job, found: list[InterpreterChoice]) -> None:
        if not job.cancel_signal.is_cancelled:
            self._show(found, is_searching=True)

    def _show_all(self, found: list[InterpreterChoice]) -> None:
        self._show(found, is_searching=False)
        versions = {tuple(numbers_of(each.version)[:2]) for each in found if each.version}
        listed = ", ".join(".".join(map(str, version)) for version in sorted(versions))
        self.status_told.emit(f"{counted(len(found), 'Python')} found: {listed}")

    def _show(self, found: list[InterpreterChoice], *, is_searching: bool) -> None:
        form = self._page.form
        hint = ""
        if found and str(Path(found[0].path).parents[2]) == form.form().working_folder:
            hint = "Chosen because it stands beside the script. Nothing has to be installed in it."
        form.set_interpreters(found, is_searching=is_searching, hint=hint)

    def _toggle_pin(self, target: RecentTarget) -> None:
        self._settings.toggle_pin(_key_of(target))
        self.refresh_recent()

    def _forget(self, target: RecentTarget) -> None:
        self._settings.forget(_key_of(target))
        self.refresh_recent()

    def _forget_script(self, path: str) -> None:
        for entry in self._settings.recent():
            if entry.form is not None and entry.form.target == path:
                self._settings.forget(entry.key)
        self.refresh_recent()


def example_cards() -> list[ExampleCard]:
    """The built-in examples as the start page shows them."""
    return [
        ExampleCard(entry.name, entry.title, entry.lesson, entry.icon, is_healthy=not entry.holder_words)
        for entry in EXAMPLES
    ]


def open_file(path: str) -> None:
    """Open a file or folder with what the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(path).expanduser())))


def _key_of(target: RecentTarget) -> str:
    return RecentEntry(0.0, target.form, target.path).key
