"""What the guided hunt strip says: a pure function from facts to step, sentence and buttons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from refscope.gui.state_values import StateButton
from refscope.text import format_duration

STEPS = ("Freeze a baseline", "Let it work", "Freeze again", "See who holds it")
WARM_UP = "Let the program warm up, then freeze a baseline."
AT_WORK = "Freeze a baseline now, or see first whether memory climbs."
WARM_UP_S = 10.0
"""Before this the program is likely to be loading still."""
ENOUGH_MARKS = 3
ENOUGH_S = 30.0
"""After so many marks, or so long, another freeze tells more than waiting."""
MOST_KEPT = "most_kept"
"""Key of the button that shows what keeps most in the newest freeze, whatever grew."""
_MIB = 1 << 20


class Verdict(Enum):
    """What the suspects of the freezes amount to."""

    ONE = "one holder explains the growth"
    SEVERAL = "several holders explain it"
    NONE = "nothing leaks"
    UNEXPLAINED = "Python objects do not explain the growth"


@dataclass(frozen=True, slots=True)
class HuntFacts:
    """What the strip depends on. Slope in bytes per second, None = not known yet."""

    is_running: bool = True
    elapsed_s: float = 0.0
    slope_bytes_per_s: float | None = None
    slope_error: float = 0.0
    pause_s: float = 0.005  # how long a freeze is expected to pause the program
    freezes: tuple[str, ...] = ()  # letters, oldest first
    next_freeze: str = "A"
    marks_since: int = 0  # since the last freeze
    since_freeze_s: float = 0.0
    is_freezing: bool = False
    is_analysing: bool = False
    verdict: Verdict | None = None
    holders: int = 0  # that explain the growth
    explained_bytes: float = 0.0
    grown_bytes: float = 0.0
    can_save: bool = False
    can_report: bool = False
    can_rerun: bool = True  # there is a program to be run again
    marks: int = 0  # set in the whole run
    is_capture: bool = False
    is_attached: bool = False  # it ran already
    failure: str = ""  # how it ended where that was not well, "exit code 1"; "" = well, or it was stopped
    has_crashed: bool = False  # by a fault of its own


@dataclass(frozen=True, slots=True)
class HuntLine:
    """What the strip shows: the active step (1 to 4), its sentence, its buttons."""

    step: int
    text: str
    buttons: tuple[StateButton, ...] = ()


def hunt_line(facts: HuntFacts) -> HuntLine:
    """What to say now."""
    count = len(facts.freezes)
    cancel = (StateButton("cancel", "Cancel"),)
    if facts.is_freezing:
        return HuntLine(1 if count == 0 else 3, "Freezing. The program goes on.", cancel)
    if facts.is_analysing and count >= 2:
        return HuntLine(4, "Finding who holds what grew.", cancel)
    is_quiet_crash = facts.has_crashed and facts.verdict is Verdict.NONE
    if facts.verdict is not None and count >= 2:
        return _failed(facts) if is_quiet_crash else _found(facts)
    if not facts.is_running:
        return _opened(facts) if facts.is_capture else _ended(facts)
    return _let_it_work(facts) if count else _before_baseline(facts)


def _before_baseline(facts: HuntFacts) -> HuntLine:
    button = (StateButton("freeze", "Freeze baseline", "snowflake", is_primary=True),)
    if facts.elapsed_s < WARM_UP_S or facts.slope_bytes_per_s is None:
        return HuntLine(1, AT_WORK if facts.is_attached else WARM_UP, button)
    if facts.slope_bytes_per_s <= facts.slope_error:
        return HuntLine(1, "Memory is level so far.", button)
    rate = _mib(facts.slope_bytes_per_s * 60)
    pause = format_duration(facts.pause_s)
    text = f"Memory climbs {rate} per minute. Freezing pauses the program for about {pause}."
    return HuntLine(1, text, button)


def _let_it_work(facts: HuntFacts) -> HuntLine:
    last = facts.freezes[-1]
    marks = f" {facts.marks_since} mark{'' if facts.marks_since == 1 else 's'} since {last}."
    text = "Now let it repeat its work, at least three times." + (marks if facts.marks_since else "")
    enough = facts.marks_since >= ENOUGH_MARKS or facts.since_freeze_s >= ENOUGH_S
    step = 3 if enough else 2
    return HuntLine(step, text, (StateButton("freeze", "Freeze again", "snowflake", is_primary=enough),))


def _found(facts: HuntFacts) -> HuntLine:
    first, last = facts.freezes[0], facts.freezes[-1]
    buttons: tuple[StateButton, ...] = ()
    if facts.can_save:
        buttons += (StateButton("save", "Save capture"),)
    buttons += _report(facts)
    explained, grown = _mib(facts.explained_bytes), _mib(facts.grown_bytes)
    if facts.verdict is Verdict.ONE:
        share = (
            explained.removesuffix(" MiB")
            if explained.endswith(" MiB") and grown.endswith(" MiB")
            else explained
        )
        return HuntLine(
            4, f"One holder explains {share} of the {grown} that grew between {first} and {last}.", buttons
        )
    if facts.verdict is Verdict.SEVERAL:
        percent = round(100 * facts.explained_bytes / facts.grown_bytes) if facts.grown_bytes > 0 else 100
        count = _in_words(facts.holders)
        return HuntLine(
            4, f"{count} holders explain {min(100, percent)} % of the growth. Start with the first.", buttons
        )
    if facts.verdict is Verdict.UNEXPLAINED:
        share = explained.removesuffix(" MiB")
        return HuntLine(
            4,
            f"Python objects explain {share} of {grown}. The rest is native memory or fragmentation.",
            (*buttons, StateButton("unexplained", "What this means")),
        )
    return _nothing_leaks(facts)


def _nothing_leaks(facts: HuntFacts) -> HuntLine:
    first, last = facts.freezes[0], facts.freezes[-1]
    text = f"Nothing leaks between {first} and {last}. Memory is level."
    kept = StateButton(MOST_KEPT, f"What keeps most in {last}")
    if facts.is_running:
        more = StateButton("freeze", f"Freeze {facts.next_freeze}", "snowflake", is_primary=True)
        return HuntLine(4, f"{text} Let it work longer, then freeze {facts.next_freeze}.", (kept, more))
    ended = f" The program ended with {facts.failure}." if facts.failure else ""
    again = (StateButton("run_again", "Run again", "play"),) if facts.can_rerun else ()
    return HuntLine(4, f"{text}{ended}", (kept, *again))


def _failed(facts: HuntFacts) -> HuntLine:
    """It ended on its own, and not well: the console says why, and what there is can be kept."""
    again = (StateButton("run_again", "Run again", "play"),) if facts.can_rerun else ()
    count = len(facts.freezes)
    if facts.has_crashed:
        named = "The chart is" if not count else f"Chart and freeze{'s' * (count > 1)} {_listed(facts)} are"
        text = f"The program crashed: {facts.failure}. {named} kept."
        save = (StateButton("save", "Save capture", is_primary=True),) if facts.can_save else ()
        return HuntLine((1, 2, 4)[min(count, 2)], text, (*again, *save))
    console = StateButton("panel_console", "Console", "terminal", is_primary=not count)
    if not count:
        text = f"The program ended with {facts.failure} before a freeze. Its last lines say why."
        return HuntLine(1, text, (*again, console))
    what = "One freeze cannot show growth." if count == 1 else f"{_between(facts)} were not analysed."
    return HuntLine(
        2 if count == 1 else 4, f"The program ended with {facts.failure}. {what}", (console, *again)
    )


def _ended(facts: HuntFacts) -> HuntLine:
    if facts.failure:
        return _failed(facts)
    count = len(facts.freezes)
    if count == 0:
        at_end = StateButton("run_to_end", "Run and freeze at the end", "play", is_primary=True)
        return HuntLine(1, "It ended before a freeze.", (at_end,) if facts.can_rerun else ())
    key, text = "run_again", "Run again"
    if facts.marks:
        key, text = "run_at_marks", "Run again, freezing at marks"
    again = (StateButton(key, text, "play", is_primary=True),) if facts.can_rerun else ()
    if count == 1:
        return HuntLine(2, "The program ended. One freeze cannot show growth.", again)
    return HuntLine(4, f"The program ended. {_between(facts)} were not analysed.", again)


def _opened(facts: HuntFacts) -> HuntLine:
    """An opened capture, whose program is elsewhere."""
    match facts.freezes:
        case ():
            return HuntLine(1, "This run has a chart but no freeze. Select a stretch of it to see its slope.")
        case (only,):
            text = f"This capture has one freeze, {only}. One freeze cannot show growth."
            return HuntLine(2, text, _report(facts))
    return HuntLine(4, f"{_between(facts)} can be compared: double-click one, Shift+click another.")


def _listed(facts: HuntFacts) -> str:
    """ "A", "A, B", "A to F"."""
    letters = facts.freezes
    return ", ".join(letters) if len(letters) < 4 else f"{letters[0]} to {letters[-1]}"


def _between(facts: HuntFacts) -> str:
    return f"Freezes {facts.freezes[-2]} and {facts.freezes[-1]}"


def _report(facts: HuntFacts) -> tuple[StateButton, ...]:
    return (StateButton("report", "Export report…", is_primary=True),) if facts.can_report else ()


def _mib(size_bytes: float) -> str:
    """Short: the strip is read at a glance. `17 MiB`, `0.4 MiB`, `1.2 GiB`."""
    value = size_bytes / _MIB
    if value >= 1000:
        return f"{value / 1024:.1f} GiB"
    return f"{value:.0f} MiB" if value >= 9.95 else f"{value:.1f} MiB"


def _in_words(number: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    return words[number] if number < len(words) else str(number)
