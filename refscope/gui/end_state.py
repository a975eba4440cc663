"""What the suspects' panel says when a program has ended and nothing was frozen: plain values."""

from __future__ import annotations

from typing import Protocol

from refscope.gui.state_values import MessageState, StateButton
from refscope.text import elide, safe

AT_END = StateButton("run_to_end", "Run and freeze at the end", "play")
CONSOLE = StateButton("panel_console", "Console", "terminal")


class Ending(Protocol):
    """How a program ended: `session.ending.ExitStatus`."""

    @property
    def code(self) -> int:
        """As of `subprocess`."""
        ...

    def sentence(self) -> str:
        """ "Exit code 1 after 0.8 s"."""
        ...


def state_of_end(ending: Ending, last_line: str) -> MessageState:
    """The state after an end without a freeze; last_line: what the program printed last."""
    if ending.code == 0:
        text = f"{ending.sentence()}. It can be run again and frozen when it is about to end."
        return MessageState("The program ended before a freeze", text, "clock", "text3", (AT_END, CONSOLE))
    text = f"{ending.sentence()}." + (f" Last line: {elide(safe(last_line), 200)}" if last_line else "")
    buttons = (
        StateButton("choose_python", "Choose another Python"),
        StateButton("run_again", "Run again", "play"),
        CONSOLE,
    )
    return MessageState("The program ended before it could be frozen", text, "alert", "leak", buttons)
