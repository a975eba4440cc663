"""How a target ended, in words: the sentences that say so to a person."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass

from refscope.errors import TargetExited
from refscope.text import elide, format_clock, format_duration, safe

FAULTS = frozenset(
    (
        signal.SIGSEGV,
        signal.SIGBUS,
        signal.SIGABRT,
        signal.SIGILL,
        signal.SIGFPE,
        signal.SIGSYS,
        signal.SIGTRAP,
    )
)


@dataclass(frozen=True, slots=True)
class ExitStatus:
    """The end of a target. `time_s` since the launch.

    code: as of `subprocess`, −n = signal n; None = it was not started here, so the system does not tell.
    """

    code: int | None
    time_s: float

    @property
    def is_crash(self) -> bool:
        """Whether it ended by a fault of its own, not because somebody told it to."""
        return self.code is not None and -self.code in FAULTS

    @property
    def has_failed(self) -> bool:
        """Whether it is known to have ended otherwise than with exit code 0."""
        return bool(self.code)

    @property
    def words(self) -> str:
        """`exit code 1`, `signal 11 (segmentation fault)`, `ended`."""
        if self.code is None:
            return "ended"
        if self.code >= 0:
            return f"exit code {self.code}"
        known = signal.strsignal(-self.code) if -self.code in signal.valid_signals() else None
        name = f" ({known[:1].lower()}{known[1:]})" if known else ""
        return f"signal {-self.code}{name}"

    def sentence(self) -> str:
        """`Exit code 1 after 0.8 s`."""
        words = self.words
        return f"{words[:1].upper()}{words[1:]} after {format_duration(self.time_s)}"

    def crash_sentence(self, freezes: Sequence[str] = ()) -> str:
        """`Signal 11 (segmentation fault) at 03:41. Chart and freezes A, B are kept.`"""
        named = f"freezes {', '.join(freezes)}" if len(freezes) > 1 else f"freeze {''.join(freezes)}"
        kept = f"Chart and {named} are kept." if freezes else "The chart is kept."
        return f"{self.words[:1].upper()}{self.words[1:]} at {format_clock(self.time_s)}. {kept}"


def exited_error(
    status: ExitStatus, last_line: str, wanted: str, freezes: Sequence[str] = ()
) -> TargetExited:
    """The error for a question that a target can no longer answer.

    wanted: what it could not do any more ("be frozen"). freezes: names of those that are kept.
    """
    if status.is_crash:
        return TargetExited("The program crashed", status.crash_sentence(freezes) + _last(last_line))
    title = f"The program ended before it could {wanted}"
    return TargetExited(title, f"{status.sentence()}." + _last(last_line))


def _last(line: str) -> str:
    return f" Last line: {elide(safe(line), 200)}" if line else ""
