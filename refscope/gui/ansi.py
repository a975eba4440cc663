"""What a terminal would make of a program's output, as far as a pane of text needs it.

`AnsiReader.feed` turns chunks, cut anywhere, into runs of text with a style. Colours and weights
(SGR) are kept; cursor movement, titles and other sequences are swallowed. A bare carriage return
is a run of its own, so that progress bars overwrite their line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

_SEQUENCE = re.compile(
    r"\x1b\[([0-9;:?<=>]*)[ -/]*([@-~])"  # CSI: parameters, final letter
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: titles, links
    r"|\x1b[PX^_][^\x1b]*\x1b\\"  # DCS and other strings
    r"|\x1b[ -/]*[0-Z\\^-~]"  # two-character sequences
    r"|\r+\n"
    r"|\r"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]"
)
_UNFINISHED = re.compile(
    r"(?:\x1b(?:\[[0-9;:?<=>]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?|[ -/]*)?|\r+)\Z"
)
_LONGEST = 4096
"""An unfinished sequence longer than this is no sequence: it is dropped."""

CARRIAGE_RETURN = "\r"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Colours are 0 to 15 (ANSI), or "#rrggbb"; None = the pane's own."""

    foreground: int | str | None = None
    background: int | str | None = None
    is_bold: bool = False
    is_dim: bool = False
    is_italic: bool = False
    is_underlined: bool = False
    is_inverse: bool = False


PLAIN = TextStyle()


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style. The text `CARRIAGE_RETURN` alone means: back to the line's start."""

    text: str
    style: TextStyle = PLAIN


class AnsiReader:
    """Reads output chunk by chunk; keeps the style and an unfinished sequence from one to the next."""

    def __init__(self) -> None:
        self._style = PLAIN
        self._rest = ""

    def feed(self, text: str) -> list[Run]:
        """Runs of the next chunk. O(length); a chunk without escapes is one run."""
        text = self._rest + text
        self._rest = ""
        cut = _UNFINISHED.search(text, max(0, len(text) - _LONGEST))
        if cut is not None and cut.group():
            self._rest = text[cut.start() :]
            text = text[: cut.start()]
        if _SEQUENCE.search(text) is None:
            return [Run(text, self._style)] if text else []
        runs: list[Run] = []
        at = 0
        pending: list[str] = []
        for match in _SEQUENCE.finditer(text):
            pending.append(text[at : match.start()])
            at = match.end()
            found = match.group()
            if found == CARRIAGE_RETURN:
                self._flush(runs, pending)
                runs.append(Run(CARRIAGE_RETURN, self._style))
            elif found.endswith("\n"):
                pending.append("\n")
            elif match.group(2) == "m" and not match.group(1).startswith(("?", "<", "=", ">")):
                self._flush(runs, pending)
                self._style = apply_sgr(self._style, match.group(1))
        pending.append(text[at:])
        self._flush(runs, pending)
        return runs

    def _flush(self, runs: list[Run], pending: list[str]) -> None:
        text = "".join(pending)
        pending.clear()
        if text:
            runs.append(Run(text, self._style))


_ON = {1: "is_bold", 2: "is_dim", 3: "is_italic", 4: "is_underlined", 7: "is_inverse"}
_GROUNDS = {3: "foreground", 4: "background", 9: "foreground", 10: "background"}
"""Tens of a number → what it colours; from 90 on the bright half."""
_OFF = {22: ("is_bold", "is_dim"), 23: ("is_italic",), 24: ("is_underlined",), 27: ("is_inverse",)}


@lru_cache(maxsize=4096)
def apply_sgr(style: TextStyle, parameters: str) -> TextStyle:
    """The style after `ESC [ parameters m`; unknown numbers change nothing."""
    numbers = [int(part) if part.isdigit() else 0 for part in parameters.replace(":", ";").split(";")]
    at = 0
    while at < len(numbers):
        number = numbers[at]
        if number in (38, 48):
            color, used = _extended(numbers[at + 1 :])
            if color is not None:
                style = _colored(style, _GROUNDS[number // 10], color)
            at += used
        else:
            style = _apply_one(style, number)
        at += 1
    return style


def _apply_one(style: TextStyle, number: int) -> TextStyle:
    if number == 0:
        return PLAIN
    if number in _ON:
        return replace(style, **{_ON[number]: True})
    if number in _OFF:
        return replace(style, **dict.fromkeys(_OFF[number], False))
    if number in (39, 49):
        return _colored(style, _GROUNDS[number // 10], None)
    tens, unit = divmod(number, 10)
    if unit < 8 and tens in _GROUNDS:
        return _colored(style, _GROUNDS[tens], unit + (8 if tens >= 9 else 0))
    return style


def _colored(style: TextStyle, ground: str, color: int | str | None) -> TextStyle:
    if ground == "foreground":
        return replace(style, foreground=color)
    return replace(style, background=color)


def _extended(numbers: list[int]) -> tuple[int | str | None, int]:
    """Colour after 38 or 48, and how many numbers it took: `5;n` of 256, `2;r;g;b`."""
    if len(numbers) >= 2 and numbers[0] == 5:
        return _of_256(min(255, numbers[1])), 2
    if len(numbers) >= 4 and numbers[0] == 2:
        return _hex(*(min(255, part) for part in numbers[1:4])), 4
    return None, len(numbers)


def _of_256(number: int) -> int | str:
    if number < 16:
        return number
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return _hex(grey, grey, grey)
    red, rest = divmod(number - 16, 36)
    levels = (0, 95, 135, 175, 215, 255)
    return _hex(levels[red], levels[rest // 6], levels[rest % 6])


def _hex(red: int, green: int, blue: int) -> str:
    return f"#{red:02x}{green:02x}{blue:02x}"
