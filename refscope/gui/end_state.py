"""What the suspects' panel says when a program has ended and nothing was frozen: plain values."""

from __future__ import annotations

import signal
from typing import Protocol

from refscope.gui.state_values import MessageState, StateButton
from refscope.text import elide, safe

AT_END = StateButton("run_to_end", "Run and freeze at the end", "play")
AGAIN = StateButton("run_again", "Run again", "play")
CONSOLE = StateButton("panel_console", "Console", "terminal")
SAVE = StateButton("save", "Save capture", "save")
_ASKED_TO = frozenset((-signal.SIGTERM, -signal.SIGINT))


class Ending(Protocol):
    """How a program ended: `session.ending.ExitStatus`."""

    @property
    def code(self) -> int | None:
        """As of `subprocess`; None = not known."""
        ...

    @property
    def is_crash(self) -> bool:
        """Whether it ended by a fault of its own."""
        ...

    def sentence(self) -> str:
        """ "Exit code 1 after 0.8 s"."""
        ...

    def crash_sentence(self) -> str:
        """ "Signal 11 (segmentation fault) at 03:41. The chart is kept."."""
        ...


def state_of_end(ending: Ending, last_line: str) -> MessageState:
    """The state after an end without a freeze; last_line: what the program printed last."""
    if ending.code is None:
        text = f"{ending.sentence()}. Attach to it again when it runs, and freeze sooner."
        return MessageState("The program ended before a freeze", text, "clock", "text3")
    if ending.code == 0:
        text = f"{ending.sentence()}. It can be run again and frozen when it is about to end."
        return MessageState("The program ended before a freeze", text, "clock", "text3", (AT_END, CONSOLE))
    if ending.code in _ASKED_TO:
        text = f"{ending.sentence()}. Run it again, and freeze it while it works."
        return MessageState(
            "The program was stopped before a freeze", text, "stop", "text3", (AGAIN, CONSOLE)
        )
    last = f" Last line: {elide(safe(last_line), 200)}" if last_line else ""
    if ending.is_crash:
        text = ending.crash_sentence() + last
        return MessageState("The program crashed", text, "alert", "leak", (SAVE, CONSOLE, AGAIN))
    buttons = (StateButton("choose_python", "Choose another Python"), AGAIN, CONSOLE)
    text = f"{ending.sentence()}.{last}"
    return MessageState("The program ended before it could be frozen", text, "alert", "leak", buttons)
