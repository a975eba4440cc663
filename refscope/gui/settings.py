"""What RefScope remembers between runs, in one file: looks, layouts, recent targets.

Never heap contents, output, or values of environment variables.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, QStandardPaths, Signal

from refscope.gui.launch_form import LaunchForm, RecentTarget, RunMode
from refscope.gui.preferences import (
    GUIDE,
    KEEP_ENVIRONMENT,
    PREFERENCES,
    SCALES,
    TEXT_SCALE,
    THEME,
    Preference,
    Value,
)
from refscope.text import short_path

_log = logging.getLogger(__name__)

RECENT = 12
RECENT_COMMANDS = 12


@dataclass(frozen=True, slots=True)
class RecentEntry:
    """A remembered target. `used_s` is seconds since 1970."""

    used_s: float
    form: LaunchForm | None = None
    capture: str = ""
    python: str = ""  # version, as told by the run
    result: str = ""
    verdict: str = "none"
    is_pinned: bool = False

    @property
    def key(self) -> str:
        """What makes two entries the same target."""
        if self.form is None:
            return self.capture
        return f"{self.form.mode.value} {self.form.target} {self.form.arguments}"


def default_file() -> Path:
    """The settings file of this user."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(folder) / "refscope" / "window.ini"


class Settings(QObject):
    """Typed access to one settings file; a value that cannot be read is as if it were not there.

    `changed(key)`: a preference has another value ("shortcuts": the keys of actions have).
    """

    changed = Signal(str)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._store = QSettings(str(path), QSettings.Format.IniFormat)

    def value(self, preference: Preference) -> Value:
        """What is chosen, or the default."""
        stored = self._store.value(preference.key)
        return preference.default if stored is None else preference.read(stored)

    def choose(self, preference: Preference, value: Value) -> None:
        """Choose a value; told by `changed` when it is another."""
        if value == self.value(preference):
            return
        self._store.setValue(preference.key, str(value))
        self.changed.emit(preference.key)

    @property
    def theme(self) -> str:
        """ "system", "light" or "dark"."""
        return str(self.value(THEME))

    @theme.setter
    def theme(self, name: str) -> None:
        self.choose(THEME, name)

    @property
    def text_scale(self) -> float:
        """0.85 to 2."""
        return float(self.value(TEXT_SCALE))

    def step_text_scale(self, step: int) -> None:
        """One size larger or smaller; 0 = the design's."""
        at = SCALES.index(self.text_scale)
        self.choose(TEXT_SCALE, SCALES[max(0, min(len(SCALES) - 1, at + step))] if step else 1.0)

    @property
    def guide_is_shown(self) -> bool:
        """Whether the strip that says what to do next starts open."""
        return bool(self.value(GUIDE))

    # keys of actions

    def shortcuts(self) -> dict[str, str]:
        """Keys chosen by the person, by the key of the action; "" = none."""
        self._store.beginGroup("shortcuts")
        found = {key: str(self._store.value(key)) for key in self._store.childKeys()}
        self._store.endGroup()
        return found

    def choose_shortcut(self, action: str, keys: str | None) -> None:
        """Choose the keys of an action, as Qt writes them everywhere ("Ctrl+M"); None = as it came."""
        if keys is None:
            self._store.remove(f"shortcuts/{action}")
        else:
            self._store.setValue(f"shortcuts/{action}", keys)
        self.changed.emit("shortcuts")

    # all of it

    def reset(self) -> dict[str, str]:
        """Every preference and every key as it came; returns what `restore` takes to undo it."""
        before = {
            preference.key: str(self.value(preference))
            for preference in PREFERENCES
            if self.value(preference) != preference.default
        }
        before |= {f"shortcuts/{action}": keys for action, keys in self.shortcuts().items()}
        for preference in PREFERENCES:
            self.choose(preference, preference.default)
        self._store.remove("shortcuts")
        self.changed.emit("shortcuts")
        return before

    def restore(self, before: dict[str, str]) -> None:
        """Undo `reset`."""
        for key, text in before.items():
            self._store.setValue(key, text)
        for key in dict.fromkeys("shortcuts" if key.startswith("shortcuts/") else key for key in before):
            self.changed.emit(key)

    # what is remembered without being chosen

    def recent_commands(self) -> list[str]:
        """Keys of actions chosen in the palette, the latest first."""
        return [key for key in str(self._store.value("palette/recent", "")).split() if key]

    def note_command(self, key: str) -> None:
        """An action was chosen in the palette."""
        others = [each for each in self.recent_commands() if each != key]
        self._store.setValue("palette/recent", " ".join([key, *others][:RECENT_COMMANDS]))

    def text_of(self, key: str) -> str:
        """A remembered word: the folder used last and the like; "" = none."""
        return str(self._store.value(f"remembered/{key}", ""))

    def remember_text(self, key: str, text: str) -> None:
        """Remember a word."""
        self._store.setValue(f"remembered/{key}", text)

    def bytes_of(self, key: str) -> QByteArray:
        """Geometry or dock state under a key; empty = not remembered."""
        value = self._store.value(f"layout/{key}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def remember_bytes(self, key: str, value: QByteArray) -> None:
        """Remember geometry or dock state."""
        self._store.setValue(f"layout/{key}", value)

    def forget_layouts(self) -> None:
        """Forget every layout."""
        self._store.remove("layout")

    def recent(self) -> list[RecentEntry]:
        """Recent targets: pinned ones first, then by time."""
        try:
            entries = [_entry_from(each) for each in json.loads(str(self._store.value("recent", "[]")))]
        except (ValueError, TypeError, KeyError) as exc:
            _log.warning("The list of recent targets could not be read and starts anew: %s", exc)
            return []
        return sorted(entries, key=lambda entry: (not entry.is_pinned, -entry.used_s))

    def remember(self, entry: RecentEntry) -> None:
        """Put a target on top; of the others the 12 latest stay, and pinned ones."""
        others = [each for each in self.recent() if each.key != entry.key]
        was_pinned = any(each.is_pinned for each in self.recent() if each.key == entry.key)
        self._write([replace(entry, is_pinned=entry.is_pinned or was_pinned), *others])

    def forget(self, key: str) -> None:
        """Take a target off the list."""
        self._write([each for each in self.recent() if each.key != key])

    def toggle_pin(self, key: str) -> None:
        """Pin a target, or unpin it."""
        self._write(
            [
                replace(each, is_pinned=not each.is_pinned) if each.key == key else each
                for each in self.recent()
            ]
        )

    def sync(self) -> None:
        """Write to the file now."""
        self._store.sync()

    def _write(self, entries: list[RecentEntry]) -> None:
        pinned = [entry for entry in entries if entry.is_pinned]
        rest = sorted((entry for entry in entries if not entry.is_pinned), key=lambda entry: -entry.used_s)
        kept = [*pinned, *rest[: max(0, RECENT - len(pinned))]]
        values = bool(self.value(KEEP_ENVIRONMENT))
        self._store.setValue("recent", json.dumps([_entry_to(entry, values=values) for entry in kept]))


def shown_recent(entry: RecentEntry, now_s: float | None = None) -> RecentTarget:
    """A remembered target as the start page shows it."""
    now = time.time() if now_s is None else now_s
    when = ago(now - entry.used_s)
    if entry.form is None:
        path = Path(entry.capture)
        return RecentTarget(
            "capture", path.name, short_path(path.parent), when, "capture", entry.result, entry.verdict,
            entry.is_pinned, None, entry.capture,
        )  # fmt: skip
    version = ".".join(entry.python.split(".")[:2])
    place = short_path(Path(entry.form.working_folder))
    return RecentTarget(
        "run", entry.form.name, place, when, version, entry.result, entry.verdict, entry.is_pinned, entry.form
    )


def ago(seconds: float) -> str:
    """How long ago, in words: "just now", "5 minutes ago", "yesterday", "3 days ago"."""
    minutes = int(seconds // 60)
    hours, days = minutes // 60, int(seconds // 86400)
    if minutes < 1:
        return "just now"
    if hours < 1:
        return f"{minutes} minute{'' if minutes == 1 else 's'} ago"
    if days < 1:
        return f"{hours} hour{'' if hours == 1 else 's'} ago"
    return "yesterday" if days == 1 else f"{days} days ago"


def _entry_to(entry: RecentEntry, *, values: bool) -> dict[str, Any]:
    made: dict[str, Any] = {
        "used_s": entry.used_s, "capture": entry.capture, "python": entry.python,
        "result": entry.result, "verdict": entry.verdict, "is_pinned": entry.is_pinned,
    }  # fmt: skip
    form = entry.form
    if form is not None:
        made["form"] = {
            "mode": form.mode.value, "target": form.target, "arguments": form.arguments,
            "python": form.python, "folder": form.folder, "trace_frames": form.trace_frames,
            "environment": [  # values may be secret: without being asked, names only
                [name, value] if values and value else name for name, value in form.environment
            ],
        }  # fmt: skip
    return made


def _entry_from(made: dict[str, Any]) -> RecentEntry:
    form = made.get("form")
    return RecentEntry(
        float(made["used_s"]),
        None
        if form is None
        else LaunchForm(
            RunMode(form["mode"]), str(form["target"]), str(form["arguments"]), str(form["python"]),
            str(form["folder"]), tuple(_variable(each) for each in form.get("environment", ())),
            trace_frames=int(form.get("trace_frames", 0)),
        ),
        str(made.get("capture", "")), str(made.get("python", "")), str(made.get("result", "")),
        str(made.get("verdict", "none")), bool(made.get("is_pinned", False)),
    )  # fmt: skip


def _variable(made: Any) -> tuple[str, str]:
    """A name, or a name with its value."""
    return (str(made[0]), str(made[1])) if isinstance(made, list) else (str(made), "")
