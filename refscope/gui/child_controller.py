"""*Child processes*: which there are, asked when somebody looks, and a window for the one that is chosen.

Nothing is asked meanwhile: the samples know the numbers, what runs behind them is read in a job.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from refscope.errors import UserFacingError
from refscope.gui.actions import children_off
from refscope.gui.child_values import LOOKING, ChildLine, child_entries, child_lines, refused
from refscope.gui.commands import Commands
from refscope.gui.palette_entries import Entry

if TYPE_CHECKING:  # loaded on first use
    from refscope.gui.window_controller import WindowController
    from refscope.session.child_processes import ChildProcess
    from refscope.session.running import RunningPython

Children = Callable[[Sequence[int]], "list[ChildProcess]"]
"""As `session.child_processes.child_processes`."""
Admit = Callable[[int], "RunningPython"]
"""As `session.attached.admitted`."""


class ChildController(QObject):
    """See the module. `changed`: which children `entries` lists."""

    changed = Signal()

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._children: Sequence[ChildProcess] = ()
        menus = controller.window.menus
        self._menu = menus.children_menu
        menus.menu("Session").aboutToShow.connect(self.look)

    def offer(self, commands: Commands) -> None:
        """Say what is carried out here."""
        commands.offer_prefix("child", lambda pid: self.open(int(pid)))
        commands.offer_prefix("copy_command", self._controller.start.attaching.copy)

    def entries(self) -> list[Entry]:
        """What the palette lists, as it was when somebody last looked."""
        return child_entries(self._children, children_off(self._controller.window.facts))

    def look(self) -> None:
        """Ask what the processes below the program are; the menu says so until the answer is there."""
        running = self._controller.session
        processes = running.session.target.processes if running is not None else ()
        pids = [each.pid for each in processes if not each.is_main]
        if running is None or not running.session.is_running or not pids:
            self._show(())
            return
        self._fill([LOOKING])
        find = self._controller.services.children
        self._controller.jobs.questions.ask(
            "Look for child processes", lambda _job: find(pids), self._show, topic="children"
        )

    def open(self, pid: int) -> None:
        """Attach to a child in a window of its own, or raise the one that it has."""
        services = self._controller.services
        there = services.window_of(pid)
        if there is not None:
            there.window.show()
            there.window.raise_()
            there.window.activateWindow()
            return
        self._controller.jobs.questions.ask(
            f"See whether process {pid} can be looked into",
            lambda _job: services.admit(pid),
            lambda _program: services.open_window(lambda other: other.start.attach(pid)),
            failed=self._refuse,
            topic="child",
        )

    # inside

    def _show(self, children: Sequence[ChildProcess]) -> None:
        are_others = [each.pid for each in children] != [each.pid for each in self._children]
        self._children = children
        self._fill(child_lines(children))
        if are_others:
            self.changed.emit()

    def _fill(self, lines: Sequence[ChildLine]) -> None:
        self._menu.clear()
        for line in lines:
            self._menu.addAction(self._action(line))

    def _action(self, line: ChildLine) -> QAction:
        text = line.text.replace("&", "&&")
        action = QAction(f"{text}\t{line.note}" if line.note else text, self._menu)
        action.setStatusTip(line.tip)
        action.setEnabled(bool(line.key))
        action.triggered.connect(lambda _checked=False: self._controller.window.act(line.key))
        return action

    def _refuse(self, error: UserFacingError) -> None:
        self._controller.window.tell(refused(error))
