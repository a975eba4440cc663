"""A Python console on a frozen copy: statements of the target's own Python, run where nothing can break.

`Console.run` sends a statement to a throw-away clone of the copy. Variables stay as long as that
clone lives; when a statement ends it (a hang, a crash, `os._exit`) the next one gets a fresh clone.
Neither the copy nor the program is ever touched.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from refscope.errors import AgentError, FreezeError, ProtocolError
from refscope.session.console import ConsoleClone
from refscope.session.image import Image

DEADLINE_S = 30.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConsoleAnswer:
    """What a statement gave.

    state: "done"; "incomplete": more lines have to come; "failed": it raised, the traceback is in
    `output`; "ended": it ended its clone, `note` says how and variables are gone. output: (stream,
    text) in order; "value" is the value of an expression, besides "out" and "err". note: what to know.
    """

    state: str
    output: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def text(self) -> str:
        """All output, as a terminal would show it."""
        return "".join(text for _, text in self.output)


@dataclass(frozen=True, slots=True)
class Completion:
    """What the word that starts at `start` of a line can become."""

    start: int
    words: tuple[str, ...] = ()


class Console:
    """See the module. One thread at a time runs statements; any thread may `interrupt`.

    Made by `Snapshot.console`. `obj` in statements is the object whose id was given last, `snapshot`
    a view of the frozen heap (its repr says what it offers), `_` the last value.
    """

    def __init__(self, image: Image) -> None:
        self._image = image
        self._clone: ConsoleClone | None = None
        self._is_closed = False

    def __enter__(self) -> Console:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def run(
        self,
        source: str,
        obj: int | None = None,
        deadline_s: float = DEADLINE_S,
        *,
        is_typed: bool = False,
        on_output: Callable[[str, str], None] | None = None,
    ) -> ConsoleAnswer:
        """Run one statement, or several lines of them.

        obj: id of the object to bind as `obj`; None = as before. is_typed: line by line, so that a block
        is "incomplete" until an empty line ends it. on_output(stream, text): told while it runs.
        Raises FreezeError when the copy is gone or cannot be cloned.
        """
        output: list[tuple[str, str]] = []

        def take(stream: str, text: str) -> None:
            output.append((stream, text))
            if on_output is not None:
                on_output(stream, text)

        source = source if is_typed else source + "\n"
        ran = self._living().run(source, obj, deadline_s, take)
        note = f"{ran.dropped:,} more characters were not shown." if ran.dropped else ""
        if ran.state == "ended":
            self._clone = None
            note = _ended_words(ran.text, deadline_s)
        return ConsoleAnswer(ran.state, tuple(output), note)

    def complete(self, source: str, obj: int | None = None) -> Completion:
        """What can stand at the end of `source`; found without running properties. Nothing when in doubt."""
        try:
            start, words = self._living().complete(source, obj)
        except (AgentError, ProtocolError) as exc:
            logger.info("not completed: %s", exc)
            return Completion(len(source))
        return Completion(start, tuple(words))

    def interrupt(self) -> None:
        """Stop the statement that runs; its clone goes only where it takes no notice for a second."""
        clone = self._clone
        if clone is not None:
            clone.interrupt()

    def close(self) -> None:
        """End the clone. May be called twice."""
        clone, self._clone = self._clone, None
        self._is_closed = True
        if clone is not None:
            clone.end()

    def _living(self) -> ConsoleClone:
        if self._is_closed:
            raise FreezeError("This console is closed", "Open another on the snapshot.")
        clone = self._clone
        if clone is not None and clone.is_open:
            return clone
        if clone is not None:
            clone.end()
        try:
            self._clone = made = self._image.open_console()
        except AgentError as exc:
            if exc.code == "not_possible":
                raise FreezeError(
                    "A console needs a copy of its own",
                    "This freeze was read in the running program, where RefScope runs no code of yours.",
                ) from exc
            raise FreezeError("The console could not be opened", f"{exc}. Freeze again.") from exc
        return made


def _ended_words(reason: str, deadline_s: float) -> str:
    if reason == "it did not answer in time":
        reason = f"it did not answer within {deadline_s:g} s and was ended"
    happened = f"{reason[:1].upper()}{reason[1:]}." if reason else "It ended the copy."
    return f"{happened} The next line gets a fresh copy, without your variables."
