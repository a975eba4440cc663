"""Every setting a person can change as one table of plain values: words, default, what is allowed.

The settings dialog and the palette are built from this table; `Settings` keeps the values. No Qt here.
What is remembered without being chosen (layouts, recent targets) is not a preference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

Value = str | int | float | bool


class Kind(Enum):
    """How a preference is shown."""

    CHOICE = "choice"
    SWITCH = "switch"
    NUMBER = "number"
    TEXT = "text"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Preference:
    """One setting. `key` is also its place in the file; `choices`: (value, words) in their order.

    example: what stands greyed in an empty text field. low, high: of a number, inclusive.
    """

    key: str
    page: str
    title: str
    sentence: str
    kind: Kind
    default: Value
    choices: tuple[tuple[Value, str], ...] = ()
    low: int = 0
    high: int = 0
    unit: str = ""
    example: str = ""

    def read(self, stored: object) -> Value:
        """A stored value as a value of this preference; what is not allowed is the default."""
        try:
            value = _READERS[type(self.default)](str(stored))
        except (ValueError, KeyError):
            return self.default
        if self.choices and value not in [each for each, _words in self.choices]:
            return self.default
        if self.kind is Kind.NUMBER:
            return min(max(value, self.low), self.high)
        return value

    def words_of(self, value: Value) -> str:
        """A value as a person reads it."""
        if self.kind is Kind.SWITCH:
            return "on" if value else "off"
        for each, words in self.choices:
            if each == value:
                return words
        return f"{value} {self.unit}".strip() or "not set"


_READERS: dict[type, Callable[[str], Value]] = {
    str: str,
    int: int,
    float: float,
    bool: lambda text: {"true": True, "false": False}[text.lower()],
}

SCALES = (0.85, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""Steps of the text scale."""

THEME = Preference(
    "looks/theme", "Looks", "Theme", "Light or dark; System follows the desktop.", Kind.CHOICE, "system",
    (("system", "System"), ("light", "Light"), ("dark", "Dark")),
)  # fmt: skip
CONTRAST = Preference(
    "looks/contrast", "Looks", "Contrast",
    "High has black and white words, thick outlines and no fills. Automatic follows the desktop.",
    Kind.CHOICE, "auto", (("auto", "Automatic"), ("normal", "Normal"), ("high", "High")),
)  # fmt: skip
TEXT_SCALE = Preference(
    "looks/text_scale", "Looks", "Text size", "Of every text in the window.", Kind.CHOICE, 1.0,
    tuple((scale, f"{scale:.0%}".replace("%", " %")) for scale in SCALES),
)  # fmt: skip
FONTS = Preference(
    "looks/fonts", "Looks", "Letters", "RefScope brings Inter and JetBrains Mono; or take the desktop's own.",
    Kind.CHOICE, "shipped", (("shipped", "RefScope's"), ("system", "The system's")),
)  # fmt: skip
DENSITY = Preference(
    "looks/density", "Looks", "Rows of tables", "Dense rows show a sixth more at once.",
    Kind.CHOICE, "normal",
    (("normal", "Normal"), ("dense", "Dense")),
)  # fmt: skip
MOTION = Preference(
    "looks/motion", "Looks", "Motion",
    "Nodes glide to their place in the graph. Automatic leaves it out over ssh.",
    Kind.CHOICE, "auto", (("auto", "Automatic"), ("on", "On"), ("off", "Off")),
)  # fmt: skip
SIBLINGS = Preference(
    "graph/siblings", "Graph", "Siblings", "Most nodes that one expansion adds; the rest is one group.",
    Kind.NUMBER, 12, low=5, high=50, unit="nodes",
)  # fmt: skip
DEPTH = Preference(
    "graph/depth", "Graph", "Depth", "Most steps of Expand until root.", Kind.NUMBER, 10, low=2, high=100,
    unit="steps",
)  # fmt: skip
VIEW = Preference(
    "graph/view", "Graph", "A new graph is",
    "Folded writes dictionaries, globals and wrappers as labels; raw shows what the collector sees.",
    Kind.CHOICE, "folded", (("folded", "Folded"), ("raw", "Raw")),
)  # fmt: skip
SAMPLE_HZ = Preference(
    "recording/sample_hz", "Recording", "Samples",
    "How often memory is measured, from the next run on. More cost more: 10 a second take about 1 % of a"
    " core.",
    Kind.CHOICE, 10, ((1, "1 a second"), (5, "5 a second"), (10, "10 a second"), (20, "20 a second")),
)  # fmt: skip
AUTO_FREEZE = Preference(
    "recording/auto_freeze_s", "Recording", "Freeze by itself",
    "Each freeze keeps a copy of the heap until it is closed; RefScope stops after 10.",
    Kind.CHOICE, 0,
    ((0, "Never"), (10, "Every 10 s"), (30, "Every 30 s"), (60, "Every minute"), (300, "Every 5 minutes")),
)  # fmt: skip
GUIDE = Preference(
    "guide/shown", "Recording", "Guide", "The strip that says what to do next is open when a program starts.",
    Kind.SWITCH, True,
)  # fmt: skip
EDITOR = Preference(
    "files/editor", "Files", "Editor",
    "Opens sources. {path} and {line} are put in; empty opens what the desktop has for Python files.",
    Kind.TEXT, "", example="code --goto {path}:{line}",
)  # fmt: skip
EXPORT_FOLDER = Preference(
    "files/export_folder", "Files", "Exports go to",
    "Where the dialogs for captures, reports, graphs and charts begin. Empty: where you were last.",
    Kind.FOLDER, "", example="The folder used last",
)  # fmt: skip
KEEP_ENVIRONMENT = Preference(
    "files/environment_values", "Files", "Remember values of environment variables",
    "Of recent targets. Off, only their names are kept: values may be secret.", Kind.SWITCH, False,
)  # fmt: skip

PREFERENCES = (
    THEME, CONTRAST, TEXT_SCALE, FONTS, DENSITY, MOTION, SIBLINGS, DEPTH, VIEW, SAMPLE_HZ, AUTO_FREEZE, GUIDE,
    EDITOR, EXPORT_FOLDER, KEEP_ENVIRONMENT,
)  # fmt: skip
"""All of them, in the order of the dialog."""

PAGES = tuple(dict.fromkeys(preference.page for preference in PREFERENCES))
