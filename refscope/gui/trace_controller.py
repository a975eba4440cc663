"""*Trace allocations*: turned on and off in the running program, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from refscope.gui.commands import Commands
from refscope.gui.launch_form import TRACE_FRAMES
from refscope.gui.state_values import Notice, StateButton

if TYPE_CHECKING:  # loaded on first use: what reads heaps takes most of a second
    from refscope.errors import UserFacingError
    from refscope.gui.window_controller import WindowController
    from refscope.session.traces import Tracing


class TraceController(QObject):
    """See the module. The tick in the menu follows the facts of the session, not the click."""

    def __init__(self, controller: WindowController) -> None:
        super().__init__(controller)
        self._controller = controller

    def offer(self, commands: Commands) -> None:
        """Say what the action does."""
        commands.offer({"trace": self.toggle})

    def toggle(self) -> None:
        """Trace where objects are made from now on, or no more."""
        running = self._controller.session
        if running is None or not running.session.is_running:
            return
        session = running.session
        frames = 0 if session.tracing.frames else TRACE_FRAMES
        self._controller.jobs.questions.ask(
            "Trace allocations" if frames else "Trace allocations no more",
            lambda _job: session.trace_allocations(frames),
            self._tell,
            failed=self._tell_failure,
            topic="trace",
        )

    def _tell(self, tracing: Tracing) -> None:
        tell = self._controller.window.tell
        if tracing.note:
            tell(Notice("Tracing of allocations stays as it is", tracing.note))
        elif tracing.frames:
            text = "Objects made from now on show where, once they are frozen."
            freeze = StateButton("freeze", "Freeze", "snowflake", shows_key=True)
            tell(Notice("Allocations are traced", text, "ok", freeze))
        else:
            tell(Notice("Allocations are traced no more", "The places known so far are forgotten.", "ok"))

    def _tell_failure(self, error: UserFacingError) -> None:
        self._controller.window.tell(Notice(error.title, error.text, "error"))
