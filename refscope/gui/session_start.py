"""How sessions of a window begin: from the start page, a menu, an example, the shell, or once more.

What was run last is known here and remembered with what came of it. What the pages show meanwhile is their
controllers' affair; the session, once there, is the window's.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from refscope.errors import UserFacingError
from refscope.examples.catalog import EXAMPLES, example
from refscope.gui import loading
from refscope.gui.attach_controller import AttachController
from refscope.gui.commands import Commands
from refscope.gui.jobs import Job
from refscope.gui.launch_form import LaunchForm, RecentTarget, RunMode, problem_of_launch
from refscope.gui.preferences import SAMPLE_HZ
from refscope.gui.settings import RecentEntry
from refscope.gui.start_controller import StartController
from refscope.text import counted

if TYPE_CHECKING:  # loaded on first use: the heap's kernels take most of a second
    from refscope.api import Session, Suspect
    from refscope.gui.analysing import Analysis
    from refscope.gui.window_controller import WindowController


class SessionStart(QObject):
    """See the module. `page` and `attaching` fill the two pages; `last_form` is what was run last in this
    window, None before that and once it was attached to something."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        services, settings, jobs = controller.services, controller.settings, controller.jobs
        page = controller.window.start_page
        self.page = StartController(page, settings, jobs, services.discover, services.probe)
        self.attaching = AttachController(
            page.attach, jobs, services.running, services.attach, self._sample_hz
        )
        self.last_form: LaunchForm | None = None
        page.launch_requested.connect(self.launch)
        page.example_requested.connect(self.run_example)
        self.page.recent_changed.connect(self._fill_recent_menu)
        self.page.status_told.connect(self._show_ready)
        self.attaching.attached.connect(self.take)
        self.attaching.noticed.connect(controller.window.tell)

    def offer(self, commands: Commands) -> None:
        """Say which actions are carried out here."""
        commands.offer({
            "new": self._new, "attach": self.show_attach,
            "run_again": self._run_again, "choose_python": self._choose_python,
        })  # fmt: skip

    def begin(self) -> None:
        """Fill menus and start page; the Pythons come as they answer."""
        self.page.refresh_recent()
        menu = self._controller.window.menus.examples_menu
        for entry in EXAMPLES:
            menu.addAction(entry.title).triggered.connect(
                lambda _=False, name=entry.name: self.run_example(name)
            )
        self.page.find_interpreters("", "")

    # ways to begin

    def launch(self, form: LaunchForm) -> None:
        """Run a program in this window, or in a new one when this one has a session."""
        controller = self._controller
        if controller.session is not None and controller.session.session.is_running:
            controller.services.open_window(lambda other: other.start.launch(form))
            return
        self.attaching.cancel()
        controller.end_session()
        self.last_form = form
        page_form = controller.window.start_page.form
        page_form.setEnabled(False)
        controller.jobs.heap_work.ask(
            f"Start {form.name}",
            self._launching(form),
            lambda session: controller.show_session(session, form),
            failed=self._launch_failed,
            finished=lambda: page_form.setEnabled(True),
        )

    def run_example(self, name: str) -> None:
        """Run a built-in example with the first Python that can be used."""
        choice = self._controller.window.start_page.form.python.current_choice
        python = choice.path if choice is not None and choice.can_be_used else ""
        script = example(name).script
        self.launch(LaunchForm(RunMode.SCRIPT, str(script), python=python, folder=str(Path.home())))

    def show_attach(self) -> None:
        """Show the programs that run already; in a new window where this one has a session."""
        controller = self._controller
        if controller.session is not None:
            controller.services.open_window(lambda other: other.start.show_attach())
            return
        controller.window.show_start()
        controller.window.start_page.show_attach()

    def attach(self, pid: int) -> None:
        """Attach to a process; how it goes is said on the page where it could have been chosen."""
        self.show_attach()
        self._controller.window.start_page.attach.ask_for(pid)

    def take(self, session: Session) -> None:
        """Show what was attached to here, unless something else was started here meanwhile."""
        controller = self._controller
        if controller.session is not None:
            controller.services.open_window(lambda other: other.start.take(session))
            return
        controller.end_session()
        self.last_form = None
        controller.show_session(session, None)

    # what came of it

    def remember(self, form: LaunchForm | None, result: str = "", verdict: str = "none") -> None:
        """Put what runs in this window on top of the recent targets; what was attached to (None) is none."""
        if form is not None:
            session = self._controller.session
            version = ".".join(map(str, session.session.python)) if session is not None else ""
            self.page.remember(RecentEntry(time.time(), form, python=version, result=result, verdict=verdict))

    def remember_result(self, analysis: Analysis) -> None:
        """Say beside the recent target what two freezes of it told."""
        if analysis.since is not None:
            self.remember(self.last_form, *result_of(analysis.suspects))

    # code that takes long to load

    def load_ahead(self) -> None:
        """Load what a session will need while the start page waits for a decision."""
        if self._controller.session is None and not self._controller.jobs.heap_work.is_busy:
            self._load("Get ready", loading.load_ahead)

    def load_heap_code(self) -> None:
        """Load what the first freeze will need while a program runs."""
        if not loading.heap_code_is_loaded():
            self._load("Load what reads heaps", loading.load_heap_code)

    # inside

    def _load(self, words: str, load: Callable[[], None]) -> None:
        self._controller.jobs.heap_work.ask(words, lambda _job: load(), lambda _none: None)

    def _sample_hz(self) -> float:
        return float(self._controller.settings.value(SAMPLE_HZ))

    def _launching(self, form: LaunchForm) -> Callable[[Job], Session]:
        """What starts it, on a lane, with the preferences and the environment of now."""
        start, sample_hz = self._controller.services.launch, self._sample_hz()
        environment = {**os.environ, **{name: value for name, value in form.environment if value}}
        return lambda job: start(
            form.argv,
            python=form.python or None,
            cwd=form.working_folder,
            env=environment,
            terminal="pty",
            sample_hz=sample_hz,
            waits_at_exit=form.freeze_at_end,
            trace_allocations=form.trace_frames,
            cancel=job.cancel_signal,
        )

    def _launch_failed(self, error: UserFacingError) -> None:
        window = self._controller.window
        if window.facts.in_session:
            self._controller.tell(error)
        window.start_page.form.show_problem(problem_of_launch(error))

    def _new(self, form: LaunchForm | None = None) -> None:
        """The start page, filled with a form; in a new window where this one has a session."""

        def fill(controller: WindowController) -> None:
            if form is not None:
                controller.window.start_page.form.set_form(form)

        if self._controller.session is not None:
            self._controller.services.open_window(fill)
        else:
            self._controller.window.show_start()
            fill(self._controller)

    def _run_again(self) -> None:
        if self.last_form is not None:
            self.launch(self.last_form)

    def _choose_python(self) -> None:
        """Back to the form as it was, with the list of Pythons open."""
        window, form = self._controller.window, self.last_form
        self._controller.close_session()
        if form is not None and not window.facts.in_session:
            page_form = window.start_page.form
            page_form.set_form(form)
            QTimer.singleShot(0, page_form.python, page_form.python.showPopup)

    def _fill_recent_menu(self, targets: list[RecentTarget]) -> None:
        menu = self._controller.window.menus.recent_menu
        menu.clear()
        for target in targets:
            menu.addAction(target.title).triggered.connect(
                lambda _=False, target=target: self._open_recent(target)
            )
        menu.setEnabled(bool(targets))

    def _open_recent(self, target: RecentTarget) -> None:
        if target.kind == "capture":
            self._controller.files.open(target.path)
        elif target.form is not None:
            self._new(target.form)

    def _show_ready(self, text: str) -> None:
        window = self._controller.window
        if not window.facts.in_session:
            window.status.show_facts(["Ready", text], "", ("check", "ok"))


def result_of(suspects: Sequence[Suspect]) -> tuple[str, str]:
    """What came of a hunt, in words, and the verdict by which it is coloured: "leak" or "ok"."""
    leaks = [suspect for suspect in suspects if suspect.is_leak]
    if not leaks:
        return "Nothing leaks", "ok"
    return f"{counted(len(leaks), 'leak')}: {leaks[0].holder}", "leak"
