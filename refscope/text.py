"""How RefScope writes figures, times and names: the only place that formats them.

Pure functions from values to short texts for a person. Whatever comes from a target (names, keys,
reprs) is untrusted and passes `safe` before it is shown: control characters and direction marks
are escaped, and it is cut at `MAX_TEXT` characters.
"""

from __future__ import annotations

import math
import os
import re
import unicodedata

MAX_TEXT = 200
"""Characters of a text from the target that are shown; more pushes everything else off a screen."""

LEAST_RATE = 0.01
"""MiB per minute: less is a page here and there."""

MINUS = "\u2212"
ELLIPSIS = "…"

_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
_ESCAPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def format_count(number: int) -> str:
    """`1,204,118`; negative numbers with a true minus sign."""
    return f"{number:,}".replace("-", MINUS)


def counted(number: int, noun: str) -> str:
    """`1 freeze`, `3 freezes`."""
    return f"{format_count(number)} {noun}{'' if number == 1 else 's'}"


def format_signed(number: int) -> str:
    """`+12`, `−3`, `0`."""
    return f"+{number:,}" if number > 0 else format_count(number)


def format_bytes(size_bytes: float) -> str:
    """`0 B`, `812 B`, `1.50 KiB`, `61.0 MiB`, `1.18 GiB`: three significant digits above one KiB."""
    sign = MINUS if size_bytes < 0 else ""
    value = abs(float(size_bytes))
    if value < 1023.5:
        return f"{sign}{value:.0f} B"
    unit = "KiB"
    value /= 1024
    for larger in ("MiB", "GiB", "TiB"):
        if value < 999.5:
            break
        unit = larger
        value /= 1024
    return f"{sign}{_digits(value)} {unit}"


def bytes_of(text: str) -> int:
    """The inverse of `format_bytes` for a person: `4096`, `512 KiB`, `1.5MiB`, `2G`; raises ValueError.

    Units are powers of 1024, with or without `iB` or `B`, in any case.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"'{text}' is no size: 4096, 512KiB, 1.5MiB, 2GiB")
    power = " KMGT".index(match[2].upper() or " ")
    return round(float(match[1]) * (1 << 10 * power))


_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE | re.ASCII)


def format_signed_bytes(size_bytes: float) -> str:
    """`+1.50 KiB`, `−3.00 MiB`, `0 B`."""
    text = format_bytes(size_bytes)
    return f"+{text}" if size_bytes >= 0.5 else text


def format_bytes_pair(before_bytes: float, after_bytes: float) -> tuple[str, str]:
    """Two sizes to be told in one sentence, the second without a unit where it is that of the first.

    `1.51 MiB`, `3.00 KiB`; `408 KiB`, `391`; nothing is `0` beside anything.
    """
    before, after = format_bytes(before_bytes), format_bytes(after_bytes)
    number, _, unit = after.partition(" ")
    return before, number if number == "0" or unit == before.partition(" ")[2] else after


def format_share(part: float, whole: float) -> str:
    """Part of a whole: `0 %`, `<0.1 %`, `2.4 %`, `38 %`. `0 %` where there is no whole."""
    if whole <= 0 or part <= 0:
        return "0 %"
    percent = 100 * part / whole
    if percent < 0.1:
        return "<0.1 %"
    return f"{percent:.1f} %" if percent < 9.95 else f"{percent:.0f} %"


def format_duration(elapsed_s: float) -> str:
    """How long something took: `0 ms`, `0.4 ms`, `4 ms`, `2.8 s`, `41 s`, `3 min 5 s`, `2 h 4 min`."""
    if elapsed_s < 0.9995:
        millis = max(0.0, elapsed_s * 1000)
        return f"{max(millis, 0.1):.1f} ms" if 0 < millis < 0.95 else f"{millis:.0f} ms"
    if elapsed_s < 9.95:
        return f"{elapsed_s:.1f} s"
    seconds = round(elapsed_s)
    if seconds < 60:
        return f"{seconds} s"
    large, small, units = (*divmod(seconds, 60), ("min", "s"))
    if large >= 60:
        large, small, units = (*divmod(large, 60), ("h", "min"))
    return f"{large} {units[0]} {small} {units[1]}" if small else f"{large} {units[0]}"


def format_clock(time_s: float) -> str:
    """A moment since the launch: `04:12`, `1:04:12` from one hour on."""
    seconds = max(0, int(time_s))
    hours, rest = divmod(seconds, 3600)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hours}:{clock}" if hours else clock


def format_rate(bytes_per_s: float, error_bytes_per_s: float | None = None) -> str:
    """A slope in MiB per minute with its error: `17.0 ± 0.3 MiB/min`, `−2.00 MiB/min`.

    Below a hundredth nothing is told: `0 ± 0.01 MiB/min`; from a thousand on it is GiB: `1.46 GiB/min`.
    """
    unit, per_minute = "MiB/min", 60 / (1 << 20)
    if abs(bytes_per_s) * per_minute >= 999.5:
        unit, per_minute = "GiB/min", per_minute / 1024
    value = bytes_per_s * per_minute
    if abs(value) < LEAST_RATE / 2:
        value = 0.0
    sign = MINUS if value < 0 else ""
    text = f"{sign}{_digits(abs(value))}"
    if error_bytes_per_s is not None:
        text += f" ± {_digits(max(abs(error_bytes_per_s) * per_minute, LEAST_RATE), digits=1)}"
    return f"{text} {unit}"


def safe(text: str, limit: int = MAX_TEXT) -> str:
    """Text from a target, fit to stand in one line: escaped, and cut at `limit` characters.

    Control characters become `\\n`, `\\x1b`; direction and other format marks, lone surrogates and
    unassigned characters become `\\u202e`. Cost: O(limit), however long the text is.
    """
    if text.isascii() and text.isprintable():
        return elide(text, limit)
    pieces: list[str] = []
    length = 0
    for char in text[: limit + 1]:
        piece = _escape(char)
        pieces.append(piece)
        length += len(piece)
        if length > limit:
            break
    escaped = "".join(pieces)
    return elide(escaped, limit)


def elide(text: str, limit: int = MAX_TEXT) -> str:
    """The text, or its start and an ellipsis: at most `limit` characters in all."""
    return text if len(text) <= limit else text[: max(0, limit - 1)] + ELLIPSIS


def elide_name(name: str, limit: int) -> str:
    """A dotted name cut in the middle; the last component stays whole as long as it fits.

    `mindmeld.components.nlp.Processor` at 22 → `mindmeld.co….Processor`.
    """
    if len(name) <= limit:
        return name
    last = name.rpartition(".")[2]
    room = limit - len(last) - 2
    if room < 1:
        return elide(last, limit)
    return f"{name[:room]}{ELLIPSIS}.{last}"


def split_name(qualified: str) -> tuple[str, str]:
    """Module and short name: `a.b.C` → (`a.b`, `C`); `f.<locals>.C` stays whole; builtins bare."""
    head, dot, tail = qualified.rpartition(".")
    if not dot:
        return "", qualified
    if head.endswith("<locals>"):
        return "", qualified
    return head, tail


def short_name(qualified: str) -> str:
    """The last component of a dotted name: `mindmeld.resource_loader.ResourceLoader` → `ResourceLoader`."""
    return qualified.rpartition(".")[2]


def from_class_on(name: str) -> str:
    """`flask.app.Flask.wsgi_app` → `Flask.wsgi_app`; `app.views.index` → `index`."""
    parts = name.split(".")
    start = next((at for at, part in enumerate(parts[:-1]) if part[:1].isupper()), len(parts) - 1)
    return ".".join(parts[start:])


def short_path(path: str | os.PathLike[str]) -> str:
    """A path as it is shown: with `~` for the home folder. Never for files that are opened."""
    home, whole = os.path.expanduser("~"), os.fspath(path)
    if whole == home:
        return "~"
    inside = whole.startswith(home.rstrip(os.sep) + os.sep) and home != os.sep
    return f"~{whole[len(home.rstrip(os.sep)) :]}" if inside else whole


def freeze_letter(number: int) -> str:
    """Name of the freeze with that number: A … Z, AA, AB, …"""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _digits(value: float, digits: int = 3) -> str:
    """A number ≥ 0 with that many significant digits and no exponent: 0, 0.977, 1.50, 61.0, 312."""
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(value) + 1e-4)  # 9.999 is written 10.0
    return f"{value:.{max(0, digits - 1 - magnitude)}f}"


def _escape(char: str) -> str:
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char]
    if unicodedata.category(char) not in _ESCAPED_CATEGORIES:
        return char
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
