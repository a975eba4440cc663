"""What the command palette lists, as values: actions, types, freezes, marks, suspects, settings.

`ask` says what a text asks for (`:` a type, `@` a freeze or mark, `#` a suspect, `0x` an address, `>`
a setting, anything else an action); `ranked` orders entries by it. No Qt here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from refscope.gui.actions import ACTIONS, ActionSpec, WindowFacts, plain_text, reason_off
from refscope.gui.palette_match import Match, match
from refscope.gui.preferences import PREFERENCES, TEXT_SCALE, THEME, Preference, Value

_OFF, _BESIDE = 8, 12
"""How much worse a fit is of what cannot be chosen now, and of a setting among actions."""
MOST_SHOWN = 100
"""Nobody reads further; typing one more letter is quicker."""


class Wanted(Enum):
    """What kind of thing the palette looks for."""

    ACTION = ""
    TYPE = ":"
    MOMENT = "@"
    SUSPECT = "#"
    ADDRESS = "0x"
    SETTING = ">"


HINTS = (
    (":", "a type"), ("@", "a freeze or mark"), ("#", "a suspect"), ("0x", "an address"), (">", "a setting"),
)  # fmt: skip
"""What can be typed first, and what it looks for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `key` as `Commands.act` takes it; `note` at the right: where it stands, a value, a count;
    `keys` as Qt writes them; `off`: why it cannot be chosen now."""

    key: str
    text: str
    note: str = ""
    keys: str = ""
    off: str = ""
    icon: str = ""
    tone: str = "text2"


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with the letters of its text that fit, and whether it was chosen lately."""

    entry: Entry
    places: tuple[int, ...] = ()
    is_recent: bool = False


def ask(text: str) -> tuple[Wanted, str]:
    """What is looked for, and by what words."""
    text = text.strip()
    for wanted in Wanted:
        if wanted.value and text.lower().startswith(wanted.value):
            return wanted, text if wanted is Wanted.ADDRESS else text[len(wanted.value) :].strip()
    return Wanted.ACTION, text


def action_entries(facts: WindowFacts, keys: Mapping[str, str], hidden: Collection[str] = ()) -> list[Entry]:
    """Every action by name, with its menu, its keys and, when off, the reason."""
    return [
        Entry(
            spec.key,
            _spoken(spec, facts),
            spec.menu.replace("/", " › "),
            keys.get(spec.key, ""),
            reason_off(spec, facts),
        )
        for spec in ACTIONS
        if spec.key not in hidden
    ]


def setting_entries(values: Mapping[str, Value]) -> list[Entry]:
    """Every setting with its value now; those with few choices also choice by choice."""
    entries: list[Entry] = []
    for preference in PREFERENCES:
        value = values[preference.key]
        entries.append(_setting(preference, value))
        for choice, words in preference.choices:
            if choice != value and preference not in (THEME, TEXT_SCALE):  # they have actions
                key = f"choose:{preference.key}={choice}"
                entries.append(Entry(key, f"{preference.title}: {words}", preference.page, icon="gear"))
    return entries


def address_entries(text: str, *, has_freeze: bool) -> list[Entry]:
    """The object at an address: one entry, off while the address is not one."""
    is_address = re.fullmatch(r"0x[0-9a-fA-F]+", text) is not None
    off = "" if has_freeze else "nothing is frozen yet"
    if not is_address:
        off = off or "not an address yet"
    return [Entry(f"object:{text}", f"Go to the object at {text}", icon="target", off=off)]


def ranked(entries: Iterable[Entry], words: str, recent: Sequence[str] = ()) -> list[Ranked]:
    """The entries that fit, best first: what can be chosen before what is off, lately chosen ones first."""
    order = {key: at for at, key in enumerate(recent)}
    found: list[tuple[tuple[float, ...], Ranked]] = []
    for number, entry in enumerate(entries):
        fit = match(words, entry.text) or _by_place(words, entry)
        if fit is None:
            continue
        lately = order.get(entry.key, len(order))
        is_recent = entry.key in order
        if words:
            lower = _OFF * bool(entry.off) + _BESIDE * (":" in entry.key)
            rank = (-fit.score - (10 if is_recent else 0) + lower, float(number), 0.0)
        else:
            rank = (float(bool(entry.off)), float(lately), float(number))
        found.append((rank, Ranked(entry, fit.places, is_recent)))
    found.sort(key=lambda each: each[0])
    return [each for _rank, each in found[:MOST_SHOWN]]


def _by_place(words: str, entry: Entry) -> Match | None:
    """Found by where it stands ("theme dark" finds View › Theme, Dark): worth less than by its text."""
    fit = match(words, f"{entry.note} {entry.text}")
    if fit is None:
        return None
    before = len(entry.note) + 1
    return Match(fit.score / 2, tuple(place - before for place in fit.places if place >= before))


def _setting(preference: Preference, value: Value) -> Entry:
    words = preference.words_of(value)
    return Entry(
        f"setting:{preference.key}", f"{preference.title}…", f"{preference.page} · {words}", icon="gear"
    )


def _spoken(spec: ActionSpec, facts: WindowFacts) -> str:
    """Undo and redo name their step, as in the menu; what stands in a menu below says of which."""
    text = plain_text(spec)
    step = {"undo": facts.undo_name, "redo": facts.redo_name}.get(spec.key, "")
    below = spec.menu.partition("/")[2]
    return f"{below}: {text}" if below else f"{text} {step}".strip()
