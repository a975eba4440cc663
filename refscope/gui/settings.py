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

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from refscope.gui.launch_form import LaunchForm, RecentTarget, RunMode, short_path

_log = logging.getLogger(__name__)

RECENT = 12
SCALES = (0.85, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""Steps of the text scale."""


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


class Settings:
    """Typed access to one settings file; a value that cannot be read is as if it were not there."""

    def __init__(self, path: Path) -> None:
        self._store = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """ "system", "light" or "dark"."""
        value = str(self._store.value("looks/theme", "system"))
        return value if value in ("system", "light", "dark") else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("looks/theme", name)

    @property
    def text_scale(self) -> float:
        """0.85 to 2."""
        try:
            value = float(str(self._store.value("looks/text_scale", 1.0)))
        except ValueError:
            return 1.0
        return min(max(value, SCALES[0]), SCALES[-1])

    @text_scale.setter
    def text_scale(self, scale: float) -> None:
        self._store.setValue("looks/text_scale", scale)

    @property
    def guide_is_shown(self) -> bool:
        """Whether the strip that says what to do next starts open."""
        return str(self._store.value("guide/shown", "true")) == "true"

    @guide_is_shown.setter
    def guide_is_shown(self, shown: bool) -> None:
        self._store.setValue("guide/shown", "true" if shown else "false")

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
        self._store.setValue("recent", json.dumps([_entry_to(entry) for entry in kept]))


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


def _entry_to(entry: RecentEntry) -> dict[str, Any]:
    made: dict[str, Any] = {
        "used_s": entry.used_s, "capture": entry.capture, "python": entry.python,
        "result": entry.result, "verdict": entry.verdict, "is_pinned": entry.is_pinned,
    }  # fmt: skip
    form = entry.form
    if form is not None:
        made["form"] = {
            "mode": form.mode.value, "target": form.target, "arguments": form.arguments,
            "python": form.python, "folder": form.folder,
            "environment": [name for name, _value in form.environment],  # names only: values may be secret
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
            str(form["folder"]), tuple((str(name), "") for name in form.get("environment", ())),
        ),
        str(made.get("capture", "")), str(made.get("python", "")), str(made.get("result", "")),
        str(made.get("verdict", "none")), bool(made.get("is_pinned", False)),
    )  # fmt: skip
